// Hosts, of a service or at an address: the table, the selection, and what can be done with the selected ones.

import { askForWeight, drain, removeHosts, undrain } from "./actions.js";
import { getJson } from "./api.js";
import { show } from "./dialogs.js";
import { addressOrder, clockTime, date, duration, parseTime, shown, sorted, weightOf } from "./format.js";
import { href, route, setParams } from "./router.js";
import { clusterNow, clusterTimeIs, notify, state, update } from "./state.js";
import { texts } from "./texts.js";
import { findField, hostLink, html, pill, said, serviceLink } from "./view.js";
import { nextSort, table, VirtualTable } from "./virtual.js";

const words = texts.service;
const ROW = 34;
const NARROW_ROW = 58;

const bracketed = (ip, port) => (ip.includes(":") ? `[${ip}]:${port}` : `${ip}:${port}`);

/** Makes rows of v1's hosts. `hasPorts` says that a port is part of a host's identity (INSTANCE_KEY=ip_port). */
export function rowsOf(hosts, hasPorts) {
  return hosts.map((host) => {
    const target = hasPorts ? bracketed(host.ip_address, host.port) : host.ip_address;
    const tags = host.tags ?? {};
    const zone = shown(tags.az ?? "");
    return {
      key: `${host.service}\n${target}`,
      service: host.service,
      ip: host.ip_address,
      address: host.ip_address,
      /** As paths of the API name it. An address alone would name ports too that register meanwhile. */
      target,
      hasPort: hasPorts,
      port: host.port,
      revision: host.revision ?? "",
      repo: host.service_repo_name ?? "",
      zone,
      weight: weightOf(tags.load_balancing_weight),
      isCanary: tags.canary === true,
      isStale: host.stale === true,
      checkIn: parseTime(host.last_check_in),
      tags,
      order: addressOrder(host.ip_address),
      found: `${host.service}\n${host.ip_address}:${host.port}\n${host.revision}\n${zone}`.toLowerCase(),
    };
  });
}

/** Returns whether hosts share an address: older members do not say whether a port is part of a host's identity. */
const sharesAddresses = (hosts) => new Set(hosts.map((host) => `${host.service}\n${host.ip_address}`)).size < hosts.length;

const SORTS = {
  __proto__: null,
  address: (row) => row.order,
  service: (row) => row.service.toLowerCase(),
  port: (row) => row.port,
  revision: (row) => row.revision,
  zone: (row) => row.zone,
  weight: (row) => row.weight ?? 1,
  canary: (row) => (row.isCanary ? 0 : 1),
  checkin: (row) => -(row.checkIn ?? 0),
  lease: (row) => row.checkIn ?? 0,
};

export class HostList {
  /** @param isOfService whether the hosts are of one service, else they share an address */
  constructor(isOfService, findLabel) {
    this.isOfService = isOfService;
    this.findLabel = findLabel;
    this.hosts = [];
    this.rows = [];
    this.selected = new Set();
    this.ttl = null;
    /** INSTANCE_KEY; null until a member has said it, undefined if that is too old to say it. */
    this.instanceKey = null;
    this.onlyRevision = null;
    this.sort = { id: route.params.sort ?? (isOfService ? "address" : "service"), isDescending: route.params.order === "down" };
    this.found = { of: null, by: "", rows: [] };
  }

  /** Shows these hosts; those that are gone are no longer selected. */
  take(hosts) {
    this.hosts = hosts;
    this.rows = rowsOf(hosts, this.instanceKey ? this.instanceKey === "ip_port" : sharesAddresses(hosts));
    const keys = new Set(this.rows.map((row) => row.key));
    this.selected = new Set([...this.selected].filter((key) => keys.has(key)));
    if (!this.rows.some((row) => row.revision === this.onlyRevision)) {
      this.onlyRevision = null;
    }
  }

  /** Reads the rules by which the members keep hosts. */
  async readRules(service) {
    this.rulesOf = service;
    const body = await getJson(`/v1/services/overview?service=${service}`);
    this.ttl = body.host_ttl_seconds;
    this.instanceKey = body.instance_key;
    clusterTimeIs(body.time);
    this.take(this.hosts);
    update();
  }

  get find() {
    return route.params.find ?? "";
  }

  shownRows() {
    const by = JSON.stringify([this.find, this.onlyRevision, this.sort]);
    if (this.found.of !== this.rows || this.found.by !== by) {
      const text = this.find.trim().toLowerCase();
      const fitting = this.rows.filter((row) => row.found.includes(text) && (this.onlyRevision === null || row.revision === this.onlyRevision));
      const order = SORTS[this.sort.id] ?? SORTS.address;
      this.found = { of: this.rows, by, rows: sorted(fitting, order, this.sort.isDescending) };
    }
    return this.found.rows;
  }

  /** Returns the selected rows that are shown: nothing is done with a host that the search hides. */
  selectedRows() {
    return this.selected.size === 0 ? [] : this.shownRows().filter((row) => this.selected.has(row.key));
  }

  /** Returns the row of a host as it is now; undefined if the host is gone. Its key changes once the rules are known. */
  rowNow(host) {
    return (
      this.rows.find((row) => row.key === host.key) ??
      this.rows.find((row) => row.service === host.service && row.ip === host.ip && row.port === host.port)
    );
  }

  /** Returns the weight that a host has now, which may be another than when the row was made. */
  weightNow(host) {
    return (this.rowNow(host) ?? host).weight;
  }

  toggle(row) {
    if (!this.selected.delete(row.key)) {
      this.selected.add(row.key);
    }
    this.selected = new Set(this.selected);
    update();
  }

  toggleAll() {
    const rows = this.shownRows();
    const isAll = rows.length > 0 && rows.every((row) => this.selected.has(row.key));
    this.selected = new Set(isAll ? [] : rows.map((row) => row.key));
    update();
  }

  onKey(event) {
    const row = table.current?.cursorRow();
    if (event.key === "i" && row) {
      this.details(row);
      return true;
    }
    const acts = { __proto__: null, w: () => this.act(askForWeight), d: () => this.act(drain), u: () => this.act(undrain), Delete: () => this.act(removeHosts) };
    const act = acts[event.key];
    if (act && this.selectedRows().length > 0) {
      act();
      return true;
    }
    return false;
  }

  async act(action) {
    try {
      if (this.instanceKey === null) {
        await this.readRules(this.rulesOf);
      }
    } catch (refused) {
      notify("bad", refused.message);
      return;
    }
    // Hosts that have just got their ports are to be selected again.
    const rows = this.selectedRows();
    if (rows.length > 0) {
      action(rows, this);
    }
  }

  /** Returns all hosts of the service, to see what an action leaves of it; null if the list is of several services. */
  get all() {
    return this.isOfService ? this.rows : null;
  }

  toolbar() {
    const selected = this.selectedRows().length;
    const isNone = selected === 0;
    const button = (label, action, cls = "") => html`<button class=${cls} disabled=${isNone} onClick=${() => this.act(action)}>${label}</button>`;
    return html`
      <div class="toolbar">
        ${findField({
          label: this.findLabel,
          value: this.find,
          onInput: (find) => {
            setParams({ find });
            update();
          },
        })}
        <span class="count" aria-live="polite">${isNone ? words.of(this.shownRows().length, this.rows.length) : words.selected(selected)}</span>
        <div class="buttons">
          ${button(`${words.setWeight} …`, askForWeight)} ${button(`${words.drain} …`, drain)} ${button(`${words.undrain} …`, undrain)}
          ${button(`${words.remove} …`, removeHosts, "danger")}
        </div>
      </div>`;
  }

  table(label) {
    const rows = this.shownRows();
    return html`<${VirtualTable}
      label=${label}
      rows=${rows}
      rowKey=${(row) => row.key}
      columns=${this.columns(rows)}
      rowHeight=${state.narrow ? NARROW_ROW : ROW}
      sort=${this.sort}
      onSort=${(id) => this.sortBy(id)}
      onOpen=${(row) => this.details(row)}
      onToggle=${(row) => this.toggle(row)}
      rowClass=${(row) => (this.leaseLeft(row) < 0 || row.isStale ? "late" : "")}
      selected=${this.selected}
      view=${this.found.by}
    />`;
  }

  sortBy(id) {
    this.sort = nextSort(this.sort, id);
    setParams({ sort: id, order: this.sort.isDescending ? "down" : "" });
    update();
  }

  leaseLeft(row) {
    return this.ttl === null || row.checkIn === null ? Infinity : row.checkIn + this.ttl * 1000 - clusterNow();
  }

  columns(rows) {
    const isAll = rows.length > 0 && rows.every((row) => this.selected.has(row.key));
    const check = {
      id: "check",
      title: words.selected(0),
      head: html`<input type="checkbox" aria-label=${texts.table.selectAll} checked=${isAll} onChange=${() => this.toggleAll()} />`,
      cell: (row) =>
        html`<input
          type="checkbox"
          aria-label=${texts.table.select(`${row.address}:${row.port}`)}
          checked=${this.selected.has(row.key)}
          onChange=${() => this.toggle(row)}
        />`,
    };
    const narrowLine = (row) =>
      html`<span class="sub narrow-only">:${row.port} · ${said(row.revision || words.emptyRevision)} · ${said(row.zone)}${row.isCanary ? html` · ${words.canary}` : ""}</span>`;
    const first = this.isOfService
      ? { id: "address", title: words.address, isSortable: true, cell: (row) => html`${hostLink(row.address)}${narrowLine(row)}` }
      : { id: "service", title: words.service, isSortable: true, cell: (row) => html`${serviceLink(row.service)}${narrowLine(row)}` };
    return [
      check,
      first,
      { id: "port", title: words.port, isSortable: true, cls: "number wide-only", cell: (row) => row.port },
      { id: "revision", title: words.revision, isSortable: true, cls: "wide-only", cell: (row) => said(row.revision, "mono") },
      { id: "zone", title: words.zone, isSortable: true, cls: "wide-only", cell: (row) => said(row.zone) },
      { id: "weight", title: words.weight, isSortable: true, cls: "number", cell: (row) => this.weight(row) },
      { id: "canary", title: words.canary, isSortable: true, cls: "wide-only", cell: (row) => (row.isCanary ? pill("accent", words.yes) : "") },
      { id: "checkin", title: words.checkIn, isSortable: true, cls: "number", cell: (row) => this.checkIn(row) },
      { id: "lease", title: words.lease, isSortable: true, cls: "number wide-only", cell: (row) => this.lease(row) },
      {
        id: "more",
        title: "",
        cls: "wide-only",
        head: html`<span class="hidden">${words.tags}</span>`,
        cell: (row) => html`<button class="quiet more" aria-label=${words.details(`${row.address}:${row.port}`)} onClick=${() => this.details(row)}>⋯</button>`,
      },
    ];
  }

  weight(row) {
    if (row.weight === null) {
      return html`<span class="dim" title=${words.noWeightHint}>${words.noWeight}</span>`;
    }
    const isDrained = this.isOfService && row.weight <= 1 && this.rows.some((other) => other.weight > 1);
    return html`${isDrained && html`${pill("warn", words.drained)} `}<span class=${isDrained ? "wide-only" : ""}>${row.weight}</span>`;
  }

  checkIn(row) {
    return row.checkIn === null ? "–" : html`<span title=${clockTime(row.checkIn)}>${texts.ago(duration(clusterNow() - row.checkIn))}</span>`;
  }

  lease(row) {
    const left = this.leaseLeft(row);
    if (row.isStale) {
      return pill("warn", words.stale, words.staleHint);
    }
    if (left === Infinity) {
      return "–";
    }
    const share = Math.max(0, Math.min(1, left / (this.ttl * 1000)));
    return html`<span class=${share < 0.5 ? "warn-text" : ""}>${left > 0 ? duration(left) : words.leaseOver}</span
      ><span class="bar" aria-hidden="true"><span class=${share < 0.5 ? "warn" : ""} style=${{ width: `${Math.round(share * 100)}%` }}></span></span>`;
  }

  details(host) {
    show(`${host.address}:${host.port}`, () => {
      const pair = (name, value) => html`<dt>${name}</dt><dd>${value}</dd>`;
      const changes = html`<p><a href=${href("changes", "", { service: host.service, ip: host.ip })}>${words.changes}</a></p>`;
      // The dialog is drawn again and again, and the host goes on meanwhile.
      const row = this.rowNow(host);
      if (row === undefined) {
        return html`<p class="warning" role="status">${words.hostGone}</p>${changes}`;
      }
      return html`
        <dl>
          ${pair(words.service, serviceLink(row.service))} ${pair(words.address, hostLink(row.address))}
          ${pair(words.revision, said(row.revision, "mono wrap"))} ${row.repo && pair(words.repo, said(row.repo, "wrap"))}
          ${pair(words.lastCheckIn, row.checkIn === null ? "–" : `${date(row.checkIn)} ${clockTime(row.checkIn)}`)}
          ${pair(words.lease, this.lease(row))}
        </dl>
        <h3>${words.tags}</h3>
        <dl class="mono">
          ${sorted(Object.entries(row.tags), ([name]) => name, false).map(([name, value]) => html`<dt>${said(name, "wrap")}</dt><dd>${said(shown(value), "wrap")}</dd>`)}
        </dl>
        ${changes}`;
    });
  }
}
