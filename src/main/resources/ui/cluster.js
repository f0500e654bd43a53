// The screen of the cluster: its members, as they say they are.

import { bytes, date, duration, number, parseTime } from "./format.js";
import { PolledScreen } from "./polled.js";
import { clusterTimeIs, state } from "./state.js";
import { texts } from "./texts.js";
import { html, pill, said } from "./view.js";

const words = texts.cluster;
const EVERY = 3_000;
/** An older answer says nothing about now. */
const LATE = 10_000;
/** A member that has gone is missed for so long. */
const MISSED = 10 * 60_000;

const nameOf = (member) => member.http ?? member.address;
const differs = (members, key) => new Set(members.map((member) => member[key]).filter(Boolean)).size > 1;

/** The most members that the page has seen of late. Half of a cluster that has split knows only itself. */
const most = { members: [], at: 0 };

/** Returns the members that the page has seen of late and that are gone, unless as many have come. */
function missing(members) {
  const now = Date.now();
  if (members.length >= most.members.length || now - most.at > MISSED) {
    Object.assign(most, { members, at: now });
  }
  const there = members.map((member) => member.address);
  return most.members.filter((member) => !there.includes(member.address)).slice(0, most.members.length - members.length);
}

/** Returns why no member should be restarted now, the gravest first; empty if one may be. */
function objections(body) {
  const there = body.members.filter((member) => member.answered);
  return [
    ...(body.members.length < 2 ? [words.alone] : []),
    ...body.members.filter((member) => !member.answered).map((member) => words.silent(nameOf(member))),
    ...missing(body.members).map((member) => words.gone(nameOf(member))),
    ...(body.partitions_safe ? [] : [words.unsafe]),
    ...(differs(there, "settings") ? [words.settings] : []),
    ...there.filter((member) => !member.ready).map((member) => words.notReady(nameOf(member), member.ready_reason ?? texts.unknown)),
    ...there.filter((member) => !member.writable).map((member) => words.notWritable(nameOf(member), member.writable_reason ?? texts.unknown)),
  ];
}

class Cluster extends PolledScreen {
  constructor() {
    super({ title: texts.screens.cluster, heading: words.title, path: "/v1/members", every: EVERY });
  }

  take(body) {
    clusterTimeIs(body.time);
    this.against = objections(body);
    super.take(body);
  }

  filled() {
    const { members } = this.body;
    const there = members.filter((member) => member.answered);
    const protection = there.map((member) => member.expiry_protection);
    const active = ["active", "on", "off"].find((each) => protection.includes(each)) ?? "off";
    return html`
      <div class="facts">
        ${this.verdict()}
        <section>
          <h2>${words.partitions}</h2>
          <p class="answer">${this.body.partitions_safe ? words.safe : html`<span class="bad-text">${words.notSafe}</span>`}</p>
          <h2>${words.protection}</h2>
          <p class=${active === "active" ? "answer warn-text" : "answer"}>${words.protectionStates[active]}</p>
        </section>
      </div>
      <p class="notes" aria-live="polite">
        ${differs(there, "content") && html`<span class="dim">${words.differs}</span>`}
      </p>
      <ul class="cards">
        ${members.map((member) => this.card(member))}
      </ul>`;
  }

  /** Says whether a member may be restarted; nothing of it is known from an answer that is late. */
  verdict() {
    const isKnown = this.failure === null && state.now - this.at < LATE;
    const { against } = this;
    const isGood = isKnown && against.length === 0;
    const why = against.length === 0 ? html`<p>${words.yesWhy}</p>` : html`<ul>${against.map((each) => html`<li>${said(each, "wrap")}</li>`)}</ul>`;
    return html`
      <section class=${`verdict ${isGood ? "good" : "bad"}`} aria-live="polite">
        <h2>${words.restart}</h2>
        <p class="answer">${isKnown ? (isGood ? words.yes : words.no) : words.notKnown}</p>
        ${isKnown ? why : html`<p>${words.notKnownWhy}</p>`}
        ${this.failure && html`<p class="warn-text">${said(this.failure.message, "wrap")}</p>`}
      </section>`;
  }

  card(member) {
    const pair = (name, value, hint) => html`<div title=${hint}><dt>${name}</dt><dd>${value}</dd></div>`;
    const head = html`<h2>${said(nameOf(member), "mono")} ${member.self && html`<span class="dim">${words.self}</span>`}</h2>`;
    if (!member.answered) {
      return html`<li class="card bad">${head}<p>${pill("bad", words.noAnswer)} ${said(member.version ?? "")} <span class="dim">${said(member.address)}</span></p></li>`;
    }
    const backend = member.backend ?? {};
    const health = (isUp, why, word) => (isUp ? pill("good", `${word}: ${words.yesWord}`) : pill("bad", `${word}: ${why ?? texts.unknown}`));
    const micros = member.clock_offset_micros ?? 0;
    const since = parseTime(member.history_since);
    return html`
      <li class="card">
        ${head}
        <p>${health(member.ready, member.ready_reason, words.reads)} ${health(member.writable, member.writable_reason, words.writes)}</p>
        <dl>
          ${pair(words.version, said(member.version))} ${pair(words.uptime, duration((member.uptime_seconds ?? 0) * 1000))}
          ${pair(words.hosts, number(member.hosts))} ${pair(words.services, number(member.services))}
          ${pair(
            words.backend,
            html`${said(backend.storage ?? "–")} ${backend.status && pill(backend.status === "UP" ? "good" : "bad", backend.status, backend.error ?? undefined)}
            ${backend.waiting > 0 && html` <span class="warn-text">${words.backendWaiting(backend.waiting)}</span>`}`,
          )}
          ${backend.error && pair("", said(backend.error, "wrap bad-text"))}
          ${pair(words.clock, html`<span class=${Math.abs(micros) > 1_000_000 ? "warn-text" : ""}>${(micros / 1000).toFixed(1)} ms</span>`, words.clockHint)}
          ${pair(words.heap, `${bytes(member.heap_used_bytes)} / ${bytes(member.heap_max_bytes)}`)} ${pair(words.disk, bytes(member.disk_free_bytes))}
          ${pair(words.streams, `${number(member.watchers)} · ${number(member.xds_streams)} · ${number(member.long_polls)}`)}
          ${pair(words.history, since === null ? "–" : `${date(since)} ${new Date(since).toTimeString().slice(0, 5)}`)}
          ${pair(words.content, html`<span class="mono">${(member.content ?? "–").slice(0, 12)}</span>`, words.contentHint)}
        </dl>
      </li>`;
  }
}

export const open = () => new Cluster();
