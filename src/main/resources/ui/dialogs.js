// Dialogs: the browser's own, which keep the focus and close with Esc.

import { Component, html } from "./view.js";
import { state, update } from "./state.js";
import { texts } from "./texts.js";

/** A modal dialog that is open as long as it is in the page. */
export class Modal extends Component {
  componentDidMount() {
    this.before = document.activeElement;
    this.dialog.showModal();
    this.dialog.querySelector("[data-first]")?.focus();
  }

  componentWillUnmount() {
    this.dialog.close();
    this.before?.focus?.();
  }

  render({ title, children, onClose, wide }) {
    return html`
      <dialog
        ref=${(dialog) => (this.dialog = dialog)}
        class=${wide ? "wide" : ""}
        aria-labelledby="dialog-title"
        onCancel=${(event) => {
          event.preventDefault();
          onClose();
        }}
      >
        <h2 id="dialog-title">${title}</h2>
        ${children}
      </dialog>`;
  }
}

/**
 * Asks before something is done. Completes with null if it is not to be, with the field's number if there is a `field`, else with
 * true.
 */
export function confirm({ title, body, go, isDanger = false, field = null }) {
  return new Promise((answer) => {
    const close = (value) => {
      update({ dialog: null });
      answer(value);
    };
    update({ dialog: { title, body, go, isDanger, field, close, value: field ? String(field.value) : "", fault: "" } });
  });
}

/** Shows something until it is closed. */
export function show(title, body) {
  update({ dialog: { title, body, go: null, field: null, close: () => update({ dialog: null }) } });
}

/** Keeps what is typed: the page is drawn again each second. */
function typed(event) {
  update({ dialog: { ...state.dialog, value: event.currentTarget.value } });
}

function submit(event) {
  event.preventDefault();
  const { dialog } = state;
  if (!dialog.field) {
    dialog.close(true);
    return;
  }
  const text = dialog.value.trim();
  const { least, most, fault } = dialog.field;
  if (!/^\d+$/.test(text) || Number(text) < least || Number(text) > most) {
    update({ dialog: { ...dialog, value: text, fault } });
    return;
  }
  dialog.close(Number(text));
}

export function dialogView() {
  const { dialog } = state;
  if (dialog === null) {
    return null;
  }
  const cancel = () => dialog.close(null);
  return html`<${Modal} key=${dialog.title} title=${dialog.title} onClose=${cancel} wide=${dialog.go === null}>
    <form onSubmit=${submit}>
      ${typeof dialog.body === "function" ? dialog.body() : dialog.body}
      ${dialog.field &&
      html`<label class="field">
        <span>${dialog.field.label}</span>
        <input data-first inputmode="numeric" autocomplete="off" value=${dialog.value} onInput=${typed} aria-invalid=${dialog.fault ? "true" : undefined}
          aria-describedby="fault" />
        <span id="fault" class="fault" role="alert">${dialog.fault}</span>
      </label>`}
      <div class="buttons">
        ${dialog.go === null
          ? html`<button type="button" data-first onClick=${cancel}>${texts.close}</button>`
          : html`<button type="button" data-first=${dialog.field === null} onClick=${cancel}>${texts.cancel}</button>
              <button class=${dialog.isDanger ? "danger" : "primary"} type="submit">${dialog.go}</button>`}
      </div>
    </form>
  <//>`;
}
