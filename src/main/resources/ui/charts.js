// The screen of charts: the numbers of one member over the last 15 minutes.

import { clockTime, number } from "./format.js";
import { mostSeen, rates, seen } from "./metrics.js";
import { forgetLink, showLink, state } from "./state.js";
import { texts } from "./texts.js";
import { html, trouble, warning } from "./view.js";

const words = texts.charts;
const SPAN = 15 * 60_000;
const WIDTH = 900;
const HEIGHT = 160;
/** Answers that are further apart than this are not joined by a line. */
const GAP = 20_000;

/** Returns a number at or above the given one that is easy to read: 1, 2 or 5 and zeros. */
export function ceiling(value) {
  if (value <= 1) {
    return 1;
  }
  const ten = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((each) => each * ten).find((each) => each >= value);
}

/** Returns the path of a line through points, broken where there were none. */
export function line(points, now, top) {
  let before = -Infinity;
  return points
    .map(({ time, value }) => {
      const x = WIDTH * (1 - (now - time) / SPAN);
      const y = HEIGHT * (1 - value / top);
      const step = time - before > GAP ? "M" : "L";
      before = time;
      return `${step}${x.toFixed(1)} ${y.toFixed(1)}`;
    })
    .join("");
}

const rounded = (value) => (value < 10 ? Number(value.toFixed(1)) : Math.round(value));

function chart(title, points) {
  const now = state.now;
  const inSight = points.filter(({ time }) => now - time <= SPAN);
  const values = inSight.map(({ value }) => value);
  const last = values.at(-1);
  const most = values.length > 0 ? Math.max(...values) : 0;
  const least = values.length > 0 ? Math.min(...values) : 0;
  const top = ceiling(most);
  const said = values.length > 0 ? words.summary(title, number(rounded(last)), number(rounded(least)), number(rounded(most))) : words.waiting;
  return html`
    <figure class="chart">
      <figcaption>
        <h2>${title}</h2>
        <span class="now">${last === undefined ? "–" : number(rounded(last))}</span>
        <span class="dim">${values.length > 0 ? `${words.least} ${number(rounded(least))} · ${words.most} ${number(rounded(most))}` : words.waiting}</span>
      </figcaption>
      <div class="plot">
        <span class="top" aria-hidden="true">${number(top)}</span><span class="bottom" aria-hidden="true">0</span>
        <svg viewBox=${`0 0 ${WIDTH} ${HEIGHT}`} preserveAspectRatio="none" role="img" aria-label=${said}>
          ${[0, 0.5, 1].map((share) => html`<line class="grid" x1="0" x2=${WIDTH} y1=${HEIGHT * share} y2=${HEIGHT * share} />`)}
          ${[5, 10].map((minutes) => html`<line class="grid" x1=${WIDTH * (1 - minutes / 15)} x2=${WIDTH * (1 - minutes / 15)} y1="0" y2=${HEIGHT} />`)}
          <path class="line" d=${line(inSight, now, top)} vector-effect="non-scaling-stroke" />
        </svg>
        <div class="ticks" aria-hidden="true"><span>${words.minutesAgo(15)}</span><span>${words.minutesAgo(10)}</span><span>${words.minutesAgo(5)}</span><span>${words.now}</span></div>
      </div>
    </figure>`;
}

class Charts {
  constructor() {
    this.title = texts.screens.charts;
    showLink(seen.link);
  }

  close() {
    forgetLink(seen.link);
  }

  view() {
    if (seen.failure && seen.members.size === 0) {
      return html`<h1 class="hidden">${words.title}</h1>${trouble(seen.failure)}`;
    }
    const { samples, share, members } = mostSeen();
    const began = samples[0]?.began;
    return html`
      <div class="scroll flow" tabindex="0" role="region" aria-label=${words.title}>
        <h1 class="hidden">${words.title}</h1>
        <p class="dim">${words.intro} ${members > 1 ? words.several(`${Math.round(share * 100)} %`) : began ? words.ofMember(clockTime(began * 1000).slice(0, 8)) : ""}</p>
        ${seen.failure && html`<p>${warning(seen.failure)}</p>`}
        ${chart(words.registrations, samples.map((each) => ({ time: each.time, value: each.hosts ?? 0 })))}
        ${chart(words.writes, rates(samples, "writes"))} ${chart(words.reads, rates(samples, "reads"))}
      </div>`;
  }
}

export const open = () => new Charts();
