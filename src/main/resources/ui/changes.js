// The screen of changes, as they happen, and further back as far as a member knows them.

import { getJson, queryOf } from "./api.js";
import { clockTime, date, parseTime, shown } from "./format.js";
import { follow } from "./live.js";
import { route, setParams } from "./router.js";
import { clusterTimeIs, state, update } from "./state.js";
import { texts } from "./texts.js";
import { emptyBox, hostLink, html, pill, said, serviceLink, trouble, warning } from "./view.js";

const words = texts.changes;
const PAGE = 100;
const MOST = 1_000;
/** Time after the last keystroke before other changes are asked for. */
const TYPED = 300;
const KINDS = { registered: "good", returned: "good", restored: "good", deregistered: "bad", expired: "warn", weight: "accent", updated: "" };

/** Fields that people look for first. */
const FIRST = ["tags.load_balancing_weight", "revision", "port", "tags.az"];
/** Fields that say little beside others. */
const SILENT = ["service_repo_name", "tags.region", "tags.instance_id"];

const rank = (name) => (FIRST.includes(name) ? FIRST.indexOf(name) : FIRST.length);

class Changes {
  constructor() {
    this.title = texts.screens.changes;
    /** Number of times that the newest changes were asked for: an answer to a request before the last of these is too late. */
    this.turn = 0;
    this.begin();
  }

  begin() {
    this.rows = [];
    this.held = [];
    this.ids = new Set();
    this.isLoaded = false;
    /** Whether the list was asked for after the stream had begun, so that no change is missing between the two. */
    this.isWhole = false;
    this.failure = null;
    /** Why older changes could not be loaded. */
    this.olderFailure = null;
    this.hasMore = false;
    this.knownSince = null;
    const query = this.query();
    this.stream = follow(
      `/v1/changes?watch${query && `&${query}`}`,
      (event, data, id) => this.hear(event, data, id),
      (refused) => {
        this.failure = refused;
        update();
      },
    );
    this.load();
  }

  close() {
    this.isClosed = true;
    this.stream.close();
    clearTimeout(this.timer);
  }

  query(more = {}) {
    const { service = "", ip = "" } = route.params;
    const query = new URLSearchParams();
    Object.entries({ service, ip, ...more }).filter(([, value]) => value !== "").forEach(([key, value]) => query.set(key, value));
    return queryOf(query);
  }

  paramsChanged() {
    clearTimeout(this.timer);
    this.stream.close();
    this.begin();
  }

  filter(changes) {
    setParams(changes);
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.paramsChanged(), TYPED);
    update();
  }

  hear(event, data, id) {
    if (event === "begin") {
      clusterTimeIs(data.time);
      this.failure = null;
      this.knownSince = data.known_since ?? this.knownSince;
      this.loadWhole();
    } else if (event === "gap") {
      this.held.unshift({ id: `gap ${id ?? Date.now()}`, isGap: true, isTold: true });
    } else if (event === "change" && !this.ids.has(data.id)) {
      this.ids.add(data.id);
      this.held.unshift({ ...data, isTold: true });
    }
    this.held.length = Math.min(this.held.length, MOST);
    this.forget();
    // Rows that are being read stay where they are: new ones wait until the top is in sight.
    if (this.isAtTop()) {
      this.release();
    }
    update();
  }

  /** Loads the list, unless it is whole: a stream may begin long after the screen, and tells only what comes from then on. */
  loadWhole() {
    if (!this.isWhole) {
      this.isWhole = true;
      this.load();
    }
  }

  isAtTop() {
    return (this.box?.scrollTop ?? 0) < 8;
  }

  release() {
    this.rows = [...this.held, ...this.rows].slice(0, MOST);
    this.held = [];
    this.forget();
  }

  /** Forgets the ids of rows that are no longer shown. */
  forget() {
    if (this.ids.size > 3 * MOST) {
      this.ids = new Set([...this.rows, ...this.held].map((row) => row.id));
    }
  }

  /** Loads changes before one of them, or the newest: these take the place of all rows but those that the stream has told. */
  async load(before = "") {
    const isNewest = before === "";
    const turn = isNewest ? ++this.turn : this.turn;
    try {
      const body = await getJson(`/v1/changes?${this.query({ limit: String(PAGE), before })}`);
      if (turn !== this.turn) {
        return;
      }
      const kept = isNewest ? this.rows.filter((row) => row.isTold) : this.rows;
      const known = new Set([...this.held, ...kept].map((row) => row.id));
      const fresh = body.changes.filter((change) => !known.has(change.id));
      fresh.forEach((change) => this.ids.add(change.id));
      this.rows = [...kept, ...fresh].slice(0, MOST);
      this.hasMore = body.more === true && this.rows.length < MOST;
      this.knownSince = body.known_since ?? this.knownSince;
      this.isLoaded = true;
    } catch (refused) {
      if (turn !== this.turn) {
        return;
      }
      if (isNewest) {
        this.failure = refused;
        this.isWhole = false;
      } else {
        this.olderFailure = refused;
      }
    }
    update();
  }

  older() {
    this.olderFailure = null;
    const last = this.rows.filter((row) => !row.isGap).at(-1);
    if (last) {
      this.load(last.id);
    }
  }

  retry() {
    if (this.failure) {
      this.paramsChanged();
    } else {
      this.older();
    }
  }

  view() {
    const field = (key, label) => html`
      <label class="find"><span class="hidden">${label}</span>
        <input id=${key === "service" ? "find" : undefined} type="search" autocomplete="off" autocapitalize="none" spellcheck=${false} placeholder=${label}
          value=${route.params[key] ?? ""} onInput=${(event) => this.filter({ [key]: event.currentTarget.value.trim() })} />
      </label>`;
    const failed = this.failure ?? this.olderFailure;
    return html`
      <div class="toolbar">
        <h1 class="hidden">${words.title}</h1>
        ${field("service", words.filterService)} ${field("ip", words.filterIp)}
        ${failed && this.rows.length > 0 && html`${warning(failed)} <button onClick=${() => this.retry()}>${texts.retry}</button>`}
        <button class="held" disabled=${this.held.length === 0} onClick=${() => this.toTop()}>
          ${this.held.length > 0 ? words.held(this.held.length) : words.hold}
        </button>
      </div>
      ${this.failure && this.rows.length === 0 ? trouble(this.failure, () => this.retry()) : this.list()}`;
  }

  toTop() {
    this.release();
    this.box.scrollTop = 0;
    update();
  }

  list() {
    const known = parseTime(this.knownSince);
    return html`
      <div
        class="scroll"
        tabindex="0"
        role="region"
        aria-label=${words.title}
        ref=${(box) => (this.box = box)}
        onScroll=${() => this.held.length > 0 && this.isAtTop() && (this.release(), update())}
      >
        ${this.rows.length === 0
          ? emptyBox(this.isLoaded ? words.none : texts.loading)
          : html`<table class="changes" aria-label=${words.title}>
              <colgroup><col class="c-time" /><col class="c-change" /><col class="c-service" /><col class="c-ip wide-only" /><col class="c-what wide-only" /><col class="c-by wide-only" /></colgroup>
              <thead>
                <tr>
                  <th scope="col">${words.time}</th><th scope="col">${words.change}</th><th scope="col">${words.service}</th>
                  <th scope="col" class="wide-only">${words.ip}</th><th scope="col" class="wide-only">${words.what}</th><th scope="col" class="wide-only">${words.by}</th>
                </tr>
              </thead>
              <tbody>
                ${this.rows.map((row) => this.row(row))}
              </tbody>
            </table>`}
        <p class="foot">
          ${this.hasMore && html`<button onClick=${() => this.older()}>${words.older}</button>`}
          <span class="dim">${known !== null && words.oldest(`${date(known)} ${clockTime(known)}`)}</span>
        </p>
      </div>`;
  }

  row(row) {
    if (row.isGap) {
      return html`<tr key=${row.id} class="gap-row"><td colspan=${state.narrow ? 3 : 6}>${words.gap}</td></tr>`;
    }
    const time = parseTime(row.time);
    const address = html`${hostLink(row.ip_address)}${row.port != null && html`<span class="dim">:${row.port}</span>`}`;
    return html`
      <tr key=${row.id}>
        <td class="mono" title=${`${date(time)} ${row.time}`}>${clockTime(time).slice(0, 8)}<span class="wide-only">${clockTime(time).slice(8)}</span></td>
        <td>${pill(KINDS[row.change] ?? "", words.words[row.change] ?? row.change)}</td>
        <td>${serviceLink(row.service)}<span class="sub narrow-only">${address}</span><span class="sub narrow-only whole">${this.what(row)}</span></td>
        <td class="wide-only">${address}</td>
        <td class="wide-only">${this.what(row)}</td>
        <td class="wide-only">${this.by(row)}</td>
      </tr>`;
  }

  /** What has changed, from what to what; of a host that came or went, what it says of itself. */
  what(row) {
    const isNone = (given) => given === null || given === undefined;
    const fields = [...(row.fields ?? [])].sort((a, b) => rank(a.name) - rank(b.name));
    const parts = fields
      .filter((field) => fields.length === 1 || !SILENT.includes(field.name) || !(isNone(field.old) || isNone(field.new)))
      .map((field) => {
        const name = field.name.replace(/^tags\./, "");
        if (isNone(field.old) || isNone(field.new)) {
          return `${name} ${shown(field.old ?? field.new)}`;
        }
        return `${name} ${words.from(shown(field.old), shown(field.new))}`;
      });
    return said(parts.join(", "));
  }

  by(row) {
    const who = row.by?.identity ?? row.by?.address;
    return html`<span class="who">${who ? said(who) : html`<span class="dim">–</span>`} <span class="dim">${row.member ? said(row.member) : ""}</span></span>`;
  }
}

export const open = () => new Changes();
