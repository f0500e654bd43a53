// What the page changes: weights, and which hosts are listed. Each action asks, shows what came of it, and is undone where that has
// a meaning.

import { getJson, post, queryOf, remove, segment } from "./api.js";
import { confirm } from "./dialogs.js";
import { weightOf } from "./format.js";
import { route } from "./router.js";
import { notify, replaceNotice, state } from "./state.js";
import { texts } from "./texts.js";
import { html, said } from "./view.js";

const AT_ONCE = 6;
const MOST_SHOWN = 8;
const LEAST = 1;
const MOST = 100;
const DRAINED = 1;
const MOST_REMEMBERED = 1_000;
const MOST_LOOKED_UP = 50;
/** Pages of a thousand changes: as many changes as a member keeps by default. */
const MOST_PAGES = 20;
const REMEMBERED = "discovery.weights";

const path = (kind, host) => `/v1/${kind}/${segment(host.service)}/${segment(host.target)}`;

const names = (hosts) => {
  if (hosts.length === 1) {
    return hosts[0].target;
  }
  const services = new Set(hosts.map((host) => host.service));
  const count = texts.hosts(hosts.length);
  return services.size === 1 ? texts.actions.onService(count, hosts[0].service) : count;
};

const listed = (hosts) => html`
  <ul class="hosts">
    ${hosts.slice(0, MOST_SHOWN).map((host) => html`<li>${said(`${host.address}:${host.port}`, "mono")} <span class="dim">${said(host.service)}</span></li>`)}
    ${hosts.length > MOST_SHOWN && html`<li class="dim">${texts.actions.andMore(hosts.length - MOST_SHOWN)}</li>`}
  </ul>`;

/**
 * Acts on each item, a few at a time, until a member wants another proof. `tell` gets each item, and why the act on it was refused, if
 * it was.
 */
async function fewAtATime(items, act, tell) {
  const rest = [...items];
  const work = async () => {
    for (let item = rest.shift(); item; item = rest.shift()) {
      try {
        await act(item);
        tell(item);
      } catch (refused) {
        // Each request without a good proof counts as a failure, and many of them lock a person out.
        const left = refused.status === 401 ? rest.splice(0) : [];
        [item, ...left].forEach((each) => tell(each, refused));
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

/** Does something with each host. Returns the hosts with which it was done, and why it was not with the others. */
async function withEach(hosts, what, act) {
  const notice = notify("busy", texts.actions.busy(what, 0, hosts.length));
  const done = [];
  const failed = [];
  await fewAtATime(hosts, act, (host, refused) => {
    if (refused) {
      failed.push({ host, why: refused.message });
    } else {
      done.push(host);
    }
    replaceNotice(notice, { text: texts.actions.busy(what, done.length + failed.length, hosts.length) });
  });
  return { notice, done, failed };
}

function report({ notice, done, failed }, text, undo) {
  const reasons = new Map();
  failed.forEach(({ host, why }) => reasons.set(why, [...(reasons.get(why) ?? []), host.target]));
  const refused = [...reasons].map(([why, addresses]) => `${addresses.slice(0, 3).join(", ")}${addresses.length > 3 ? " …" : ""}: ${why}`);
  const words = [
    ...(done.length > 0 ? [text(names(done))] : []),
    ...(failed.length > 0 ? [texts.actions.failed(failed.length) + refused.join("; ")] : []),
  ];
  replaceNotice(notice, { kind: failed.length > 0 ? "bad" : "good", text: words.join(" "), undo: done.length > 0 ? undo : undefined });
}

const remembered = () => JSON.parse(sessionStorage.getItem(REMEMBERED) ?? "{}");

/** Keeps the weights that hosts had before they were drained, and forgets those of hosts that are no longer. */
function remember(hosts, before, after) {
  const all = remembered();
  hosts.forEach((host) => {
    const old = before.get(host.key);
    if (after(host) > DRAINED) {
      delete all[host.key];
    } else if (old > DRAINED) {
      all[host.key] = old;
    }
  });
  sessionStorage.setItem(REMEMBERED, JSON.stringify(Object.fromEntries(Object.entries(all).slice(-MOST_REMEMBERED))));
}

/** Sets a weight that may differ from host to host. The list tells the weights that hosts have at that moment. */
async function setWeights(hosts, list, weight, text) {
  const before = new Map();
  const result = await withEach(hosts, texts.actions.settingWeight, (host) => {
    before.set(host.key, list.weightNow(host));
    return post(path("loadbalancing", host), { load_balancing_weight: weight(host) });
  });
  remember(result.done, before, weight);
  const undo = { label: texts.undo, act: () => restore(result.done, before) };
  report(result, text, undo);
}

/** Gives hosts their weights back. A weight cannot be taken away: one that had none gets what none counts as. */
async function restore(hosts, before) {
  const without = hosts.filter((host) => before.get(host.key) == null).length;
  const weight = (host) => before.get(host.key) ?? DRAINED;
  const result = await withEach(hosts, texts.actions.settingWeight, (host) => post(path("loadbalancing", host), { load_balancing_weight: weight(host) }));
  remember(result.done, new Map(), weight);
  report(result, (done) => texts.actions.weightUndone(done) + (without > 0 ? texts.actions.weightUndoneNone(without) : ""));
}

const weightField = (value) => ({ label: texts.actions.weightLabel, value, least: LEAST, most: MOST, fault: texts.actions.weightBad });

/** @param list the list of hosts, with `all` and `weightNow` */
export async function askForWeight(hosts, list) {
  const weights = new Set(hosts.map((host) => host.weight));
  const weight = await confirm({
    title: texts.actions.weightTitle(hosts.length),
    body: listed(hosts),
    go: texts.actions.weightGo,
    field: weightField(weights.size === 1 ? hosts[0].weight ?? "" : ""),
  });
  if (weight !== null) {
    await setWeights(hosts, list, () => weight, (done) => texts.actions.weightDone(weight, done));
  }
}

/** Warns where a drain moves no traffic. */
function drainWarning(hosts, all) {
  const chosen = new Set(hosts.map((host) => host.key));
  const others = all.filter((host) => !chosen.has(host.key));
  if (others.length === 0) {
    return texts.actions.drainAll;
  }
  return others.every((host) => (host.weight ?? DRAINED) <= DRAINED) ? texts.actions.drainAlone : "";
}

export async function drain(hosts, list) {
  const warning = list.all ? drainWarning(hosts, list.all) : "";
  const go = await confirm({
    title: texts.actions.drainTitle(hosts.length),
    body: html`${listed(hosts)}
      <p>${texts.actions.drainText}</p>
      ${warning && html`<p class="warning">${warning}</p>`}`,
    go: texts.actions.drainGo,
  });
  if (go) {
    await setWeights(hosts, list, () => DRAINED, (done) => texts.actions.weightDone(DRAINED, done));
  }
}

/**
 * Returns the weight of a host before it was drained, by its changes, newest first: null if it was drained by none of them, and
 * undefined if older ones may tell.
 */
function weightIn(changes, host) {
  for (const change of changes.filter((each) => each.service === host.service && each.ip_address === host.ip && (!host.hasPort || each.port === host.port))) {
    const field = change.fields?.find((each) => each.name === "tags.load_balancing_weight");
    const before = weightOf(field?.old);
    if (weightOf(field?.new) > DRAINED || change.change === "registered") {
      return null;
    }
    if (before > DRAINED) {
      return before;
    }
  }
  return undefined;
}

/** Takes what the history tells of some hosts, from the newest change on, until each is known or there is no more. */
async function lookUp(hosts, query, pages, weights) {
  let wanted = hosts;
  let before = "";
  for (let page = 0; page < pages && wanted.length > 0; page++) {
    const { changes, more } = await getJson(`/v1/changes?${queryOf({ ...query, ...(before && { before }) })}`);
    const unknown = [];
    wanted.forEach((host) => {
      const weight = weightIn(changes, host);
      if (weight === undefined) {
        unknown.push(host);
      } else if (weight !== null) {
        weights.set(host.key, weight);
      }
    });
    wanted = unknown;
    before = changes.at(-1)?.id;
    if (!more || !before) {
      return;
    }
  }
}

/**
 * Returns the weights that hosts had before they were drained, by the history of a member, as far as it knows: few hosts are looked
 * up one by one, many by all changes of their services.
 */
async function weightsInHistory(hosts) {
  const weights = new Map();
  const questions =
    hosts.length <= MOST_LOOKED_UP
      ? hosts.map((host) => ({ hosts: [host], fields: { service: host.service, ip: host.ip, limit: "100" }, pages: 1 }))
      : [...new Set(hosts.map((host) => host.service))].slice(0, MOST_LOOKED_UP).map((service) => ({
          hosts: hosts.filter((host) => host.service === service),
          fields: { service, limit: "1000" },
          pages: MOST_PAGES,
        }));
  // The dialog says of how many hosts the weight is not known.
  await fewAtATime(questions, (each) => lookUp(each.hosts, each.fields, each.pages, weights), () => {});
  return weights;
}

function usualWeight(all, hosts) {
  const chosen = new Set(hosts.map((host) => host.key));
  const counts = new Map();
  all.filter((host) => !chosen.has(host.key) && host.weight > DRAINED).forEach((host) => counts.set(host.weight, (counts.get(host.weight) ?? 0) + 1));
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0] ?? MOST;
}

/** Returns the weights that hosts had before they were drained, as far as they are known, by the keys of the hosts. */
async function weightsBefore(hosts) {
  // The history knows what others have done since.
  const weights = await weightsInHistory(hosts);
  const kept = remembered();
  hosts.filter((host) => !weights.has(host.key) && host.key in kept).forEach((host) => weights.set(host.key, kept[host.key]));
  return weights;
}

export async function undrain(selected, list) {
  const hosts = selected.filter((host) => !(host.weight > DRAINED));
  if (hosts.length === 0) {
    notify("bad", texts.actions.noneDrained(selected.length));
    return;
  }
  const { screen, name } = route;
  const known = await weightsBefore(hosts);
  if (state.dialog !== null || route.screen !== screen || route.name !== name) {
    // Members answer late at times: the person does something else now.
    return;
  }
  const unknown = hosts.length - known.size;
  const isOne = known.size === 0 || (unknown === 0 && new Set(known.values()).size === 1);
  const first = known.size > 0 && isOne ? [...known.values()][0] : usualWeight(list.all ?? [], hosts);
  const weight = await confirm({
    title: texts.actions.undrainTitle(hosts.length),
    body: html`${listed(hosts)}
      ${selected.length > hosts.length && html`<p>${texts.actions.othersKeep(selected.length - hosts.length)}</p>`}
      <p>${texts.actions.undrainText(hosts.length, unknown)}</p>`,
    go: texts.actions.undrainGo,
    field: isOne || unknown > 0 ? weightField(first) : null,
  });
  if (weight !== null) {
    const done = (hostsDone) => (isOne ? texts.actions.weightDone(weight, hostsDone) : texts.actions.weightsDone(hostsDone));
    await setWeights(hosts, list, (host) => (isOne ? weight : known.get(host.key) ?? weight), done);
  }
}

export async function removeHosts(hosts, list) {
  const go = await confirm({
    title: texts.actions.removeTitle(hosts.length),
    body: html`${listed(hosts)}
      <p>${texts.actions.removeText}</p>
      ${list.all?.length === hosts.length && html`<p class="warning">${texts.actions.removeAll}</p>`}`,
    go: texts.actions.removeGo(hosts.length),
    isDanger: true,
  });
  if (go) {
    report(await withEach(hosts, texts.actions.removing, (host) => remove(path("registration", host))), texts.actions.removeDone);
  }
}
