// The screen of all services: one list, kept up to date by the stream of changes.

import { getJson, isForProof } from "./api.js";
import { compact, duration, number, parseTime, sorted } from "./format.js";
import { follow } from "./live.js";
import { go, href, route, setParams } from "./router.js";
import { clusterNow, clusterTimeIs, state, update } from "./state.js";
import { texts } from "./texts.js";
import { emptyBox, findField, html, serviceLink, trouble, warning } from "./view.js";
import { nextSort, VirtualTable } from "./virtual.js";

const words = texts.overview;
const ROW = 34;
/** Changes within this time are asked for together. */
const GATHER = 150;
/** Names that the overview takes in one request, and the characters that fit the line of one. */
const MOST_NAMES = 100;
const LONGEST_QUERY = 3_000;
/** The least time between two readings of all services. */
const ALL_APART = 5_000;
/** Heartbeats make no change: the times of check-ins are read again so often. */
const REFRESH = 30_000;
const REFRESH_MANY = 120_000;
const MANY = 5_000;

const SORTS = {
  __proto__: null,
  service: (row) => row.find,
  hosts: (row) => row.hosts,
  stale: (row) => row.stale,
  revisions: (row) => row.revisions,
  weights: (row) => row.skew,
  checkin: (row) => row.checkIn,
};

const ADDRESS = /^(\d{1,3}(\.\d{1,3}){3}|[0-9a-f]*:[0-9a-f:.]+)$/i;

function rowOf(service) {
  const least = service.min_weight ?? null;
  const most = service.max_weight ?? null;
  return {
    name: service.service,
    find: service.service.toLowerCase(),
    hosts: service.hosts,
    stale: service.stale ?? 0,
    revisions: service.revisions ?? null,
    least,
    most,
    skew: least && most ? most / least : 1,
    checkIn: parseTime(service.last_check_in),
  };
}

/** Returns paths that ask for services by name, each short enough; a name that fits none is left out. */
function pathsFor(names) {
  const paths = [];
  let query = "";
  let count = 0;
  for (const name of names) {
    const next = `service=${encodeURIComponent(name.toWellFormed ? name.toWellFormed() : name)}`;
    if (next.length > LONGEST_QUERY) {
      continue;
    }
    if (count === MOST_NAMES || query.length + next.length >= LONGEST_QUERY) {
      paths.push(query);
      query = "";
      count = 0;
    }
    query += `${query && "&"}${next}`;
    count++;
  }
  return query ? [...paths, query] : paths;
}

class Services {
  constructor() {
    this.title = texts.screens.services;
    this.byName = new Map();
    this.version = 0;
    this.isLoaded = false;
    this.failure = null;
    this.changed = new Set();
    this.meanwhile = new Set();
    this.lastAll = 0;
    this.sort = { id: route.params.sort ?? "service", isDescending: route.params.order === "down" };
    this.found = { by: "", rows: [] };
    this.loadAll();
    this.stream = follow("/v1/changes?watch", (event, data) => this.hear(event, data));
    this.refresh = setInterval(() => this.refreshIfDue(), 5_000);
  }

  close() {
    this.isClosed = true;
    this.stream.close();
    clearInterval(this.refresh);
    clearTimeout(this.timer);
    clearTimeout(this.allTimer);
  }

  hear(event, data) {
    if (event === "begin") {
      clusterTimeIs(data.time);
      // What changed before this moment may have been missed, unless the list is younger.
      this.askForAll();
    } else if (event === "gap") {
      this.askForAll();
    } else if (event === "change") {
      this.changed.add(data.service);
      this.meanwhile.add(data.service);
      this.gather();
    }
  }

  gather() {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      if (this.changed.size > MOST_NAMES) {
        this.askForAll();
      } else {
        this.loadChanged();
      }
    }, GATHER);
  }

  askForAll() {
    this.allTimer ??= setTimeout(() => {
      this.allTimer = undefined;
      this.loadAll();
    }, Math.max(0, this.lastAll + ALL_APART - Date.now()));
  }

  refreshIfDue() {
    const every = this.byName.size > MANY ? REFRESH_MANY : REFRESH;
    const isDue = Date.now() - this.lastAll > (this.failure || this.stream.state === "refused" ? ALL_APART : every);
    if (isDue && !document.hidden && !isForProof(this.failure?.status)) {
      this.askForAll();
    }
  }

  async loadAll() {
    this.changed.clear();
    this.meanwhile = new Set();
    this.lastAll = Date.now();
    try {
      const { services } = await getJson("/v1/services/overview");
      this.byName = new Map(services.map((each) => [each.service, rowOf(each)]));
      this.isLoaded = true;
      this.failure = null;
      // The list may be older than these changes.
      this.meanwhile.forEach((name) => this.changed.add(name));
    } catch (refused) {
      this.failure = refused;
    }
    this.show();
  }

  async loadChanged() {
    const names = [...this.changed];
    this.changed.clear();
    try {
      for (const query of pathsFor(names)) {
        const { services } = await getJson(`/v1/services/overview?${query}`);
        const there = new Map(services.map((each) => [each.service, rowOf(each)]));
        for (const name of new URLSearchParams(query).getAll("service")) {
          if (there.has(name)) {
            this.byName.set(name, there.get(name));
          } else {
            this.byName.delete(name);
          }
        }
      }
    } catch {
      // All of them are read again, and the page shows why if that fails too.
      this.askForAll();
    }
    this.show();
  }

  show() {
    this.version++;
    update();
    if (this.changed.size > 0 && !this.isClosed) {
      this.gather();
    }
  }

  get find() {
    return route.params.find ?? "";
  }

  rows() {
    const by = JSON.stringify([this.version, this.find, this.sort]);
    if (this.found.by !== by) {
      const text = this.find.trim().toLowerCase();
      const ordered = this.ordered();
      this.found = { by, rows: text ? ordered.filter((row) => row.find.includes(text)) : ordered };
    }
    return this.found.rows;
  }

  /** All services in order: a keystroke does not sort them again. */
  ordered() {
    const by = JSON.stringify([this.version, this.sort]);
    if (this.order?.by !== by) {
      const byName = sorted([...this.byName.values()], SORTS.service, false);
      const { id, isDescending } = this.sort;
      this.order = { by, rows: id === "service" && !isDescending ? byName : sorted(byName, SORTS[id] ?? SORTS.service, isDescending) };
    }
    return this.order.rows;
  }

  sortBy(id) {
    this.sort = nextSort(this.sort, id, ["hosts", "stale", "revisions", "weights"]);
    setParams({ sort: id, order: this.sort.isDescending ? "down" : "" });
    update();
  }

  paramsChanged() {
    this.sort = { id: route.params.sort ?? "service", isDescending: route.params.order === "down" };
  }

  view() {
    if (this.failure && !this.isLoaded) {
      return trouble(this.failure, () => this.loadAll());
    }
    const rows = this.rows();
    const find = this.find.trim();
    let hosts = 0;
    let stale = 0;
    this.byName.forEach((row) => {
      hosts += row.hosts;
      stale += row.stale;
    });
    return html`
      <div class="toolbar">
        <h1 class="hidden">${this.title}</h1>
        ${findField({
          label: words.find,
          value: this.find,
          onInput: (text) => {
            setParams({ find: text });
            update();
          },
        })}
        <span class="count" aria-live="polite">${this.isLoaded ? words.count(rows.length, this.byName.size) : texts.loading}</span>
        <span class="count dim wide-only">${this.isLoaded && words.totals(hosts, stale)}</span>
        ${warning(this.failure)}
        ${ADDRESS.test(find) && html`<a class="button" href=${href("host", find)}>${words.address(find)}</a>`}
      </div>
      ${this.isLoaded && this.byName.size === 0 ? emptyBox(words.empty) : this.table(rows)}`;
  }

  table(rows) {
    return html`<${VirtualTable}
      label=${this.title}
      rows=${rows}
      rowKey=${(row) => row.name}
      columns=${COLUMNS}
      rowHeight=${ROW}
      sort=${this.sort}
      onSort=${(id) => this.sortBy(id)}
      onOpen=${(row) => go(href("service", row.name))}
      view=${JSON.stringify([this.find, this.sort])}
    />`;
  }
}

const weights = (row) => {
  if (row.least === null || (row.least === row.most && row.most <= 1)) {
    return html`<span class="dim">–</span>`;
  }
  return row.least === row.most ? row.most : html`<span class=${row.skew >= 10 ? "strong" : ""}>${row.least} – ${row.most}</span>`;
};

const COLUMNS = [
  { id: "service", title: words.service, isSortable: true, cell: (row) => serviceLink(row.name) },
  { id: "hosts", title: words.hosts, isSortable: true, cls: "number", cell: (row) => number(row.hosts) },
  {
    id: "stale",
    title: words.stale,
    hint: words.staleHint,
    isSortable: true,
    cls: "number",
    cell: (row) => (row.stale > 0 ? html`<span class="warn-text">${compact(row.stale)}</span>` : html`<span class="dim">0</span>`),
  },
  { id: "revisions", title: words.revisions, isSortable: true, cls: "number wide-only", cell: (row) => number(row.revisions) },
  { id: "weights", title: words.weights, hint: words.weightsHint, isSortable: true, cls: "number wide-only", cell: weights },
  {
    id: "checkin",
    title: words.checkIn,
    isSortable: true,
    cls: "number",
    cell: (row) => (row.checkIn === null ? "–" : texts.ago(duration(clusterNow() - row.checkIn))),
  },
];

export const open = () => new Services();
