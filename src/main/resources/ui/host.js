// The screen of one address: all services that have a host there.

import { getJson, isForProof, segment } from "./api.js";
import { HostList } from "./hosts-table.js";
import { follow } from "./live.js";
import { href } from "./router.js";
import { clusterTimeIs, update } from "./state.js";
import { texts } from "./texts.js";
import { emptyBox, html, said, trouble, warning } from "./view.js";

const words = texts.host;
const GATHER = 100;
const REFRESH = 10_000;

class Host {
  constructor(address) {
    this.address = address;
    this.title = address;
    this.list = new HostList(false, words.find);
    this.isLoaded = false;
    this.failure = null;
    this.asked = 0;
    this.shown = 0;
    this.stream = follow(`/v1/changes?watch&ip=${encodeURIComponent(address)}`, (event, data) => {
      if (event === "begin") {
        clusterTimeIs(data.time);
      }
      this.soon(GATHER);
    });
    this.load();
    this.list.readRules("-").catch(() => {
      // The rules are read again before the first action; until then the list shows no lease.
    });
  }

  close() {
    this.isClosed = true;
    this.stream.close();
    clearTimeout(this.timer);
  }

  /** Reads the hosts after some time, or sooner if that is due already. */
  soon(millis) {
    const due = Date.now() + millis;
    if (this.isClosed || (this.timer && this.due <= due)) {
      return;
    }
    clearTimeout(this.timer);
    this.due = due;
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.load();
    }, millis);
  }

  async load() {
    const turn = ++this.asked;
    try {
      const { hosts } = await getJson(`/v1/hosts/${segment(this.address)}`);
      // A later answer may have come before.
      if (turn > this.shown) {
        this.shown = turn;
        this.list.take(hosts);
        this.isLoaded = true;
        this.failure = null;
      }
    } catch (refused) {
      this.failure = refused;
    }
    update();
    if (!isForProof(this.failure?.status)) {
      this.soon(REFRESH);
    }
  }

  onKey(event) {
    return this.list.onKey(event);
  }

  view() {
    return html`
      <div class="heading">
        <a class="back" href=${href("services")}>‹ ${texts.service.back}</a>
        <h1>${words.title(this.address)}</h1>
        <span class="count">${this.isLoaded ? texts.services(this.list.rows.length) : texts.loading}</span>
        ${this.isLoaded && warning(this.failure)}
        <a class="aside" href=${href("changes", "", { ip: this.address })}>${texts.service.changes}</a>
      </div>
      ${this.failure && !this.isLoaded
        ? trouble(this.failure, () => this.load())
        : html`${this.list.toolbar()}
          ${this.isLoaded && this.list.rows.length === 0 ? emptyBox(words.none(this.address), texts.service.goneHint) : this.list.table(this.address)}`}`;
  }
}

export const open = (address) => new Host(address);
