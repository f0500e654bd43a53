// The screen of clients: streams of xDS, watchers and reads that wait, of all members.

import { duration, number, parseTime } from "./format.js";
import { PolledScreen } from "./polled.js";
import { route, setParams } from "./router.js";
import { clusterNow, update } from "./state.js";
import { texts } from "./texts.js";
import { findField, html, pill, said, serviceLink, warning } from "./view.js";

const words = texts.clients;
const EVERY = 5_000;
const MOST_SHOWN = 500;
const MOST_NAMES = 20;

const refusals = (client) => Object.entries(client.resources ?? {}).filter(([, type]) => type.rejected);

class Clients extends PolledScreen {
  constructor() {
    super({ title: texts.screens.clients, heading: words.title, path: "/v1/clients", every: EVERY });
  }

  filled() {
    const members = this.body.members;
    const all = (key) => members.flatMap((member) => (member[key] ?? []).map((client) => ({ member: member.http ?? member.address, ...client })));
    const find = (route.params.find ?? "").trim().toLowerCase();
    const onlyRefusing = route.params.refusing === "yes";
    const fits = (client) => find === "" || JSON.stringify(client).toLowerCase().includes(find);
    const xds = all("xds").filter((client) => fits(client) && (!onlyRefusing || refusals(client).length > 0));
    const silent = members.filter((member) => !member.answered);
    const leftOut = members.reduce((sum, member) => sum + (member.left_out ?? 0), 0);
    return html`
      <div class="toolbar">
        ${findField({
          label: words.find,
          value: route.params.find ?? "",
          onInput: (text) => {
            setParams({ find: text });
            update();
          },
        })}
        <label class="check"
          ><input
            type="checkbox"
            checked=${onlyRefusing}
            onChange=${(event) => {
              setParams({ refusing: event.currentTarget.checked ? "yes" : "" });
              update();
            }}
          />
          ${words.onlyRefusing}</label
        >
        ${warning(this.failure)}
      </div>
      <div class="scroll flow" tabindex="0" role="region" aria-label=${words.title}>
        ${silent.map((member) => html`<p class="bad-text">${said(words.silent(member.address), "wrap")}</p>`)}
        ${leftOut > 0 && html`<p class="warn-text">${words.leftOut(leftOut)}</p>`}
        ${this.section(words.xds, xds, words.noXds, XDS)}
        ${this.section(words.watchers, all("watchers").filter(fits), words.noWatchers, WATCHERS)}
        ${this.section(words.polls, all("long_polls").filter(fits), words.noPolls, POLLS)}
      </div>`;
  }

  section(title, rows, nothing, columns) {
    return html`
      <section>
        <h2>${title} <span class="count">${number(rows.length)}</span></h2>
        ${rows.length === 0
          ? html`<p class="dim">${nothing}</p>`
          : html`<table class="list" aria-label=${title}>
              <thead>
                <tr>${columns.map((column) => html`<th scope="col" class=${column.cls}>${column.title}</th>`)}</tr>
              </thead>
              <tbody>
                ${rows.slice(0, MOST_SHOWN).map((row) => html`<tr>${columns.map((column) => html`<td class=${column.cls}>${column.cell(row)}</td>`)}</tr>`)}
              </tbody>
            </table>`}
        ${rows.length > MOST_SHOWN && html`<p class="dim">${words.leftOut(rows.length - MOST_SHOWN)}</p>`}
      </section>`;
  }
}

const since = (row) => {
  const time = parseTime(row.since);
  return time === null ? "–" : duration(clusterNow() - time);
};

const resources = (client) =>
  Object.entries(client.resources ?? {}).map(
    ([name, type]) => html`<details>
      <summary>
        ${words.resources(name, type.all ? words.everything : number(type.count))}
        ${type.sent && (type.sent === type.acknowledged ? pill("good", words.taken) : pill("", words.underWay))}
      </summary>
      <p class="dim mono">${words.versions(type.sent ?? "–", type.acknowledged ?? "–")}</p>
      <ul class="names">${(type.names ?? []).slice(0, MOST_NAMES).map((each) => html`<li>${said(each)}</li>`)}</ul>
    </details>`,
  );

const refused = (client) => {
  const all = refusals(client);
  return all.length === 0
    ? html`<span class="dim">${words.nothingRefused}</span>`
    : all.map(([name, type]) => html`<p class="refusal">${pill("bad", name)} ${said(type.rejected.reason ?? "", "wrap")}</p>`);
};

const client = { title: words.client, cell: (row) => said(row.client ?? row.address ?? "–", "mono") };
const member = { title: words.member, cls: "wide-only", cell: (row) => said(row.member, "mono") };
const identity = { title: words.identity, cls: "wide-only", cell: (row) => (row.identity ? said(row.identity) : html`<span class="dim">${texts.none}</span>`) };
const age = { title: words.since, cls: "number", cell: since };
const service = {
  title: words.service,
  cell: (row) => (row.service === null || row.service === undefined ? html`<span class="dim">${row.kind === "changes" ? words.allChanges : words.all}</span>` : serviceLink(row.service)),
};

const XDS = [
  { title: words.node, cell: (row) => html`${said(row.id || "–")}<span class="sub">${said(row.cluster ?? "")} ${said(row.user_agent ?? "")}</span>` },
  client,
  member,
  { title: words.protocol, cls: "wide-only", cell: (row) => said(row.protocol ?? "") },
  { title: words.since, cls: "number", cell: (row) => duration((row.connected_seconds ?? 0) * 1000) },
  { title: words.has, cell: resources },
  { title: words.refused, cell: refused },
];
const WATCHERS = [client, service, { title: words.kind, cls: "wide-only", cell: (row) => said(row.kind ?? "watch") }, identity, member, age];
const POLLS = [client, service, identity, member, age];

export const open = () => new Clients();
