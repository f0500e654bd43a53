// Pieces that all screens are made of.

import { h, Component } from "./vendor/preact.js";
import htm from "./vendor/htm.js";
import { href } from "./router.js";
import { texts } from "./texts.js";

export const html = htm.bind(h);
export { Component };

/** Characters that show nothing, or turn the direction of what follows: a name could look like another one. */
const UNSEEN = /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}\p{Cn}\p{Co}]/gu;
const LONGEST = 400;

const named = (character) => `[U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}]`;

/** A text of others: on one line, in its own direction, its unseen characters by name, whole in the title. */
export function said(text, cls = "") {
  const seen = text.replace(UNSEEN, named);
  return html`<bdi class=${`said ${cls}`} title=${seen.length > 12 ? seen : undefined}>${seen.length > LONGEST ? `${seen.slice(0, LONGEST)}…` : seen}</bdi>`;
}

export const pill = (kind, text, title) => html`<span class=${`pill ${kind}`} title=${title}>${text}</span>`;

export const serviceLink = (name, more = {}) => html`<a class="name" href=${href("service", name)} ...${more}>${said(name)}</a>`;

export const hostLink = (address, more = {}) => html`<a class="name mono" href=${href("host", address)} ...${more}>${said(address)}</a>`;

/** A line about what could not be read, beside content that is older. */
export const warning = (refused) => refused && html`<span class="warn-text" role="status">${said(refused.message, "wrap")}</span>`;

/** What is in place of a screen's content that cannot be shown. */
export const trouble = (refused, retry) => html`
  <div class="trouble" role="alert">
    <h2>${texts.errors.title}</h2>
    <p>${said(refused.message, "wrap")}</p>
    ${retry && html`<p><button onClick=${retry}>${texts.retry}</button></p>`}
  </div>`;

export const emptyBox = (text, hint) => html`<div class="empty"><p>${text}</p>${hint && html`<p class="dim">${hint}</p>`}</div>`;

/** A field for finding; Esc empties it, or leaves it. */
export const findField = ({ id = "find", label, value, onInput, short }) => html`
  <label class="find">
    <span class="hidden">${label}</span>
    <input
      id=${id}
      type="search"
      autocomplete="off"
      autocapitalize="none"
      spellcheck=${false}
      placeholder=${short ?? label}
      value=${value}
      onInput=${(event) => onInput(event.currentTarget.value)}
      onKeyDown=${(event) => {
        if (event.key === "Escape") {
          event.stopPropagation();
          if (event.currentTarget.value === "") {
            event.currentTarget.blur();
          } else {
            onInput("");
          }
        }
      }}
    />
  </label>`;
