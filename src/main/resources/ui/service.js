// The screen of one service: its hosts, as the stream of its changes tells them.

import { getJson, isForProof, segment } from "./api.js";
import { HostList } from "./hosts-table.js";
import { follow } from "./live.js";
import { href } from "./router.js";
import { update } from "./state.js";
import { texts } from "./texts.js";
import { emptyBox, html, said, trouble, warning } from "./view.js";

const words = texts.service;
/** Heartbeats make no event: the times of check-ins are read again so often. */
const REFRESH = 10_000;
const REFRESH_MANY = 60_000;
const MANY = 500;
const MOST_IN_BAR = 7;

class Service {
  constructor(name) {
    this.name = name;
    this.title = name;
    this.list = new HostList(true, words.find);
    this.isLoaded = false;
    this.failure = null;
    /** Why the times of check-ins could not be read. */
    this.late = null;
    this.heard = 0;
    this.hosts = [];
    try {
      this.path = segment(name);
    } catch (refused) {
      this.failure = refused;
      return;
    }
    this.stream = follow(
      `/v1/watch/${this.path}`,
      (event, data) => this.hear(event, data),
      (refused) => this.fail(refused),
    );
    this.list.readRules(this.path).catch(() => {
      // The rules are read again before the first action; until then the list shows no lease.
    });
    this.timer = setTimeout(() => this.refresh(), REFRESH);
  }

  close() {
    this.isClosed = true;
    this.stream?.close();
    clearTimeout(this.timer);
  }

  fail(refused) {
    this.failure = refused;
    // A stream that goes on where it was tells nothing until the service changes: the failure would stay on the screen.
    this.stream.beginAnew();
    update();
  }

  hear(event, data) {
    this.heard++;
    this.failure = null;
    if (event === "service") {
      this.take(data.hosts);
    } else if (event === "removed") {
      this.take([]);
    }
  }

  take(hosts) {
    this.hosts = hosts;
    this.list.take(hosts);
    this.isLoaded = true;
    update();
  }

  /** Reads the times of check-ins. Whatever else has changed, the stream tells. */
  async refresh() {
    if (!document.hidden && this.isLoaded && this.hosts.length > 0 && this.stream.state === "live") {
      const { heard } = this;
      try {
        const { hosts } = await getJson(`/v1/registration/${this.path}`);
        this.late = null;
        // An event that came meanwhile is younger.
        if (!this.isClosed && heard === this.heard && this.stream.state === "live") {
          this.take(hosts);
        }
      } catch (refused) {
        this.late = refused;
        update();
      }
    }
    if (!this.isClosed && !isForProof(this.late?.status)) {
      this.timer = setTimeout(() => this.refresh(), this.hosts.length > MANY ? REFRESH_MANY : REFRESH);
    }
  }

  onKey(event) {
    return this.list.onKey(event);
  }

  view() {
    if (this.failure) {
      return html`${this.heading()}${trouble(this.failure.status === 414 ? { status: 414, message: texts.errors.long } : this.failure)}`;
    }
    const content = this.isLoaded && this.hosts.length === 0 ? emptyBox(words.gone, words.goneHint) : this.list.table(this.name);
    return html`${this.heading()} ${this.bar()} ${this.list.toolbar()} ${content}`;
  }

  heading() {
    const stale = this.list.rows.filter((row) => row.isStale).length;
    return html`
      <div class="heading">
        <a class="back" href=${href("services")}>‹ ${words.back}</a>
        <h1>${said(this.name)}</h1>
        <span class="count">${this.isLoaded ? texts.hosts(this.hosts.length) : texts.loading}</span>
        ${stale > 0 && html`<span class="warn-text">${words.staleCount(stale)}</span>`}
        ${warning(this.late)}
        <a class="aside" href=${href("changes", "", { service: this.name })}>${words.changes}</a>
      </div>`;
  }

  /** Revisions by the number of their hosts. A click at one shows its hosts alone. */
  bar() {
    const counts = new Map();
    this.list.rows.forEach((row) => counts.set(row.revision, (counts.get(row.revision) ?? 0) + 1));
    const ordered = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
    const total = this.list.rows.length;
    const rest = ordered.slice(MOST_IN_BAR);
    const parts = ordered.slice(0, MOST_IN_BAR).map(([revision, count], index) => ({ revision, count, index }));
    const choose = (revision) => {
      this.list.onlyRevision = this.list.onlyRevision === revision ? null : revision;
      update();
    };
    const others = rest.reduce((sum, [, count]) => sum + count, 0);
    return html`
      <div class="revisions">
        <div class="stack" aria-hidden="true">
          ${parts.map(({ count, index }) => html`<span class=${`r${index}`} style=${{ flexGrow: count }}></span>`)}
          ${others > 0 && html`<span class="r-rest" style=${{ flexGrow: others }}></span>`}
        </div>
        <ul class="legend" aria-label=${words.revisionsBar}>
          ${total === 0 && html`<li class="dim">–</li>`}
          ${parts.map(
            ({ revision, count, index }) => html`<li>
              <button
                class=${this.list.onlyRevision === revision ? "on" : ""}
                aria-pressed=${this.list.onlyRevision === revision}
                title=${words.onlyRevision(revision)}
                onClick=${() => choose(revision)}
              >
                <span class=${`key r${index}`} aria-hidden="true"></span>${said(revision || words.emptyRevision, "mono")} <b>${count}</b>
              </button>
            </li>`,
          )}
          ${rest.length > 0 && html`<li class="dim"><span class="key r-rest" aria-hidden="true"></span>${words.otherRevisions(rest.length)} <b>${others}</b></li>`}
        </ul>
      </div>`;
  }
}

export const open = (name) => new Service(name);
