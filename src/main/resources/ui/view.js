// Pieces that all screens are made of.

import { h, Component } from "./vendor/preact.js";
import htm from "./vendor/htm.js";
import { href } from "./router.js";
import { texts } from "./texts.js";

export const html = htm.bind(h);
export { Component };

/** A text of others: on one line, in its own direction, whole in the title. */
export const said = (text, cls = "") =>
  html`<bdi class=${`said ${cls}`} title=${text.length > 12 ? text : undefined}>${text.length > 400 ? `${text.slice(0, 400)}…` : text}</bdi>`;

export const pill = (kind, text, title) => html`<span class=${`pill ${kind}`} title=${title}>${text}</span>`;

export const serviceLink = (name, more = {}) => html`<a class="name" href=${href("service", name)} ...${more}>${said(name)}</a>`;

export const hostLink = (address, more = {}) => html`<a class="name mono" href=${href("host", address)} ...${more}>${said(address)}</a>`;

/** What is in place of a screen's content that cannot be shown. */
export const trouble = (refused, retry) => html`
  <div class="trouble" role="alert">
    <h2>${texts.errors.title}</h2>
    <p>${said(refused.status === 404 ? texts.errors.old : refused.message, "wrap")}</p>
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
