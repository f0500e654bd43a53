// The screen of one address: all services that have a host there.

import { getJson, segment } from "./api.js";
import { HostList } from "./hosts-table.js";
import { follow } from "./live.js";
import { href } from "./router.js";
import { clusterTimeIs, update } from "./state.js";
import { texts } from "./texts.js";
import { emptyBox, html, said, trouble } from "./view.js";

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
    this.stream = follow(`/v1/changes?watch&ip=${encodeURIComponent(address)}`, (event, data) => {
      if (event === "begin") {
        clusterTimeIs(data.time);
      }
      this.soon(GATHER);
    });
    this.load();
    this.readLease();
  }

  close() {
    this.isClosed = true;
    this.stream.close();
    clearTimeout(this.timer);
  }

  soon(millis) {
    clearTimeout(this.timer);
    if (!this.isClosed) {
      this.timer = setTimeout(() => this.load(), millis);
    }
  }

  async load() {
    try {
      const { hosts } = await getJson(`/v1/hosts/${segment(this.address)}`);
      this.list.take(hosts);
      this.isLoaded = true;
      this.failure = null;
    } catch (refused) {
      this.failure = refused;
    }
    update();
    this.soon(REFRESH);
  }

  async readLease() {
    try {
      const body = await getJson("/v1/services/overview?service=-");
      this.list.ttl = body.host_ttl_seconds;
      update();
    } catch {
      // The list then shows no lease.
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
        <a class="aside" href=${href("changes", "", { ip: this.address })}>${texts.service.changes}</a>
      </div>
      ${this.failure && !this.isLoaded
        ? trouble(this.failure, () => this.load())
        : html`${this.list.toolbar()}
          ${this.isLoaded && this.list.rows.length === 0 ? emptyBox(words.none(this.address), texts.service.goneHint) : this.list.table(this.address)}`}`;
  }
}

export const open = (address) => new Host(address);
