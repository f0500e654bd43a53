// The help, and the form for signing in.

import { cancelSignIn, signIn } from "./api.js";
import { Modal, show } from "./dialogs.js";
import { state, update } from "./state.js";
import { texts } from "./texts.js";
import { html, said } from "./view.js";

export function showHelp() {
  show(
    texts.keys.title,
    html`<table class="keys">
        <tbody>
          ${texts.keys.list.map(([keys, meaning]) => html`<tr><th scope="row"><kbd>${keys}</kbd></th><td>${meaning}</td></tr>`)}
        </tbody>
      </table>
      <p class="dim">${texts.keys.more}</p>
      <p>${texts.keys.api} <a href="/openapi.yaml">openapi.yaml</a>, <a href="/openapi.json">openapi.json</a></p>`,
  );
}

function submit(event, fields) {
  event.preventDefault();
  const given = Object.fromEntries(fields.map((name) => [name, event.currentTarget.elements[name].value]));
  if (fields.some((name) => given[name].trim() === "")) {
    update({ signIn: { ...state.signIn, why: texts.sign.missing } });
    return;
  }
  signIn(given);
}

const submitButton = (before) => html`<div class="buttons">
  ${before}
  <button type="submit" class="primary">${texts.sign.submit}</button>
</div>`;

export function signInView() {
  if (state.signIn === null) {
    return null;
  }
  const isPlain = location.protocol === "http:" && !["localhost", "127.0.0.1", "[::1]"].includes(location.hostname);
  return html`<${Modal} title=${texts.sign.title} onClose=${cancelSignIn}>
    <form class="token" onSubmit=${(event) => submit(event, ["token"])}>
      <p>${texts.sign.intro}</p>
      <p class="dim" role="alert">${said(state.signIn.why, "wrap")}</p>
      ${isPlain && html`<p class="warning">${texts.sign.plain}</p>`}
      <label class="field">
        <span>${texts.sign.token}</span><input name="token" type="password" autocomplete="off" data-first aria-describedby="token-hint" />
        <span id="token-hint" class="dim">${texts.sign.tokenHint}</span>
      </label>
      ${submitButton()}
    </form>
    <p class="or">${texts.sign.or}</p>
    <form onSubmit=${(event) => submit(event, ["name", "password"])}>
      <label class="field"><span>${texts.sign.name}</span><input name="name" autocomplete="username" spellcheck=${false} /></label>
      <label class="field"><span>${texts.sign.password}</span><input name="password" type="password" autocomplete="current-password" /></label>
      ${submitButton(html`<button type="button" onClick=${cancelSignIn}>${texts.cancel}</button>`)}
    </form>
  <//>`;
}
