// A screen that asks members for one thing again and again.

import { poll } from "./api.js";
import { update } from "./state.js";
import { texts } from "./texts.js";
import { html, trouble } from "./view.js";

export class PolledScreen {
  /** `title` of the document, `heading` for those who do not see the screen, `path`, `every` so many milliseconds. */
  constructor({ title, heading, path, every }) {
    this.title = title;
    this.heading = heading;
    this.body = null;
    /** The time at which the body came. */
    this.at = 0;
    this.failure = null;
    this.poll = poll(
      () => path,
      () => every,
      (body) => {
        this.take(body);
        this.at = Date.now();
        this.failure = null;
        update();
      },
      (refused) => {
        this.failure = refused;
        update();
      },
    );
  }

  take(body) {
    this.body = body;
  }

  close() {
    this.poll.stop();
  }

  view() {
    const heading = html`<h1 class="hidden">${this.heading}</h1>`;
    if (this.body !== null) {
      return html`${heading}${this.filled()}`;
    }
    return html`${heading}${this.failure ? trouble(this.failure, () => this.poll.now()) : html`<p class="empty">${texts.loading}</p>`}`;
  }
}
