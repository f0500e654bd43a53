// The numbers of a member over the last 15 minutes, from /metrics, kept in the page.

import { getText, isForProof, linkAfter } from "./api.js";
import { changeLink } from "./state.js";

const EVERY = 5_000;
const KEPT = 15 * 60_000;
const MOST = KEPT / EVERY + 1;
/** A member of whom no answer came for so long, while others answered, has ended or started again. */
const RECENT = 60_000;

/**
 * What has been read: of each member that answered, told apart by when its process began. `failure` is why the last request brought
 * nothing, `link` what has become of it.
 */
export const seen = { members: new Map(), failure: null, link: { state: "connecting", why: "" } };

const NUMBERS = {
  hosts: "discovery_hosts",
  writes: "discovery_http_writes_total",
  reads: "discovery_http_reads_total",
  began: "process_start_time_seconds",
};

/** Reads those series of Prometheus's text that the charts need. */
export function read(text) {
  const numbers = {};
  for (const line of text.split("\n")) {
    for (const [key, name] of Object.entries(NUMBERS)) {
      if (line.startsWith(`${name} `)) {
        numbers[key] = Number(line.slice(name.length + 1));
      }
    }
  }
  return numbers;
}

export function keep(numbers, time) {
  seen.members.set(numbers.began, [...(seen.members.get(numbers.began) ?? []), { time, ...numbers }]);
  for (const [began, samples] of seen.members) {
    const kept = samples.filter((each) => time - each.time <= KEPT).slice(-MOST);
    if (kept.length > 0) {
      seen.members.set(began, kept);
    } else {
      seen.members.delete(began);
    }
  }
}

/** Returns the samples of the member that has answered most often, of those that answer still, and its share of their answers. */
export function mostSeen() {
  const all = [...seen.members.values()];
  const latest = Math.max(...all.map((samples) => samples.at(-1).time));
  const there = all.filter((samples) => latest - samples.at(-1).time < RECENT);
  const total = there.reduce((sum, samples) => sum + samples.length, 0);
  const most = there.sort((a, b) => b.length - a.length)[0] ?? [];
  return { samples: most, share: total === 0 ? 1 : most.length / total, members: there.length };
}

/** Returns the growth of a counter a second, between each sample and the next. */
export function rates(samples, key) {
  return samples.slice(1).map((sample, index) => {
    const before = samples[index];
    const grown = sample[key] - before[key];
    return { time: sample.time, value: Math.max(0, (grown * 1000) / (sample.time - before.time)) };
  });
}

let timer = 0;

/** Reads the numbers every 5 s as long as the page is open, until the member refuses them. */
export async function sample() {
  clearTimeout(timer);
  try {
    if (!document.hidden) {
      keep(read(await getText("/metrics")), Date.now());
      seen.failure = null;
      changeLink(seen.link, { state: "live", why: "" });
    }
  } catch (refused) {
    seen.failure = refused;
    changeLink(seen.link, linkAfter(refused));
    if (isForProof(refused.status)) {
      // Each refusal counts as one, for the log and for limits.
      return;
    }
  }
  timer = setTimeout(sample, EVERY);
}
