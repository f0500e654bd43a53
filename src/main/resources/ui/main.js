// The page: which screen is open, what stands around it, and the keys.

import { render } from "./vendor/preact.js";
import { askForProof, hasProof, isForProof, SIGNED_IN, signOut } from "./api.js";
import * as changes from "./changes.js";
import * as charts from "./charts.js";
import * as clients from "./clients.js";
import * as cluster from "./cluster.js";
import { dialogView } from "./dialogs.js";
import { showHelp, signInView } from "./help.js";
import * as host from "./host.js";
import { sample } from "./metrics.js";
import { go, href, readRoute, route } from "./router.js";
import * as service from "./service.js";
import * as services from "./services.js";
import { dismiss, drawWith, state, update } from "./state.js";
import { texts } from "./texts.js";
import { emptyBox, html, said } from "./view.js";
import { table } from "./virtual.js";

const SCREENS = { __proto__: null, services, service, host, cluster, clients, changes, charts };
const LED_TO = { s: "services", c: "cluster", l: "clients", h: "changes", m: "charts" };
/** Screens that stand below another in the navigation. */
const BELOW = { service: "services", host: "services" };
const NARROW = matchMedia("(max-width: 720px)");
const NEXT_KEY = 1_500;

let screen = null;
let shownAs = "";

function openScreen() {
  readRoute();
  const as = `${route.screen}/${route.name}`;
  if (as === shownAs) {
    screen?.paramsChanged?.();
  } else {
    state.dialog?.close(null);
    screen?.close();
    shownAs = as;
    screen = SCREENS[route.screen]?.open(route.name) ?? null;
    document.title = `${screen?.title ?? ""} · ${texts.product}`;
  }
  update();
}

const linkPill = () => html`
  <span class=${`link ${state.link}`} title=${state.linkWhy} role="status"><span class="dot" aria-hidden="true"></span>${texts.link[state.link]}</span>`;

const navigation = () => html`
  <nav aria-label=${texts.product}>
    ${Object.entries(texts.screens).map(
      ([name, title]) => html`<a href=${href(name)} aria-current=${(BELOW[route.screen] ?? route.screen) === name ? "page" : undefined}>${title}</a>`,
    )}
  </nav>`;

const notices = () => html`
  <div class="notices" role="status" aria-live="polite">
    ${state.notices.map(
      (notice) => html`<div key=${notice.number} class=${`notice ${notice.kind}`}>
        ${said(notice.text, "wrap")}
        ${notice.undo &&
        html`<button
          onClick=${() => {
            dismiss(notice.number);
            notice.undo.act();
          }}
        >
          ${notice.undo.label}
        </button>`}
        ${notice.kind !== "busy" && html`<button class="quiet" aria-label=${texts.close} onClick=${() => dismiss(notice.number)}>✕</button>`}
      </div>`,
    )}
  </div>`;

const page = () => html`
  <a class="skip" href="#content" onClick=${skip}>${texts.skip}</a>
  <header>
    <a class="brand" href=${href("services")}>${texts.product}</a>
    ${navigation()}
    <span class="right">
      ${linkPill()}
      ${hasProof() && html`<button class="quiet" onClick=${signOut}>${texts.signOut}</button>`}
      ${!hasProof() && isForProof(state.linkStatus) && html`<button class="quiet" onClick=${() => askForProof(state.linkWhy)}>${texts.signIn}</button>`}
      <button class="quiet round" aria-label=${texts.help} title=${texts.help} onClick=${showHelp}>?</button>
    </span>
  </header>
  <main id="content" tabindex="-1">${screen ? screen.view() : emptyBox(texts.errors.screen)}</main>
  ${notices()} ${dialogView()} ${signInView()}`;

function skip(event) {
  event.preventDefault();
  document.getElementById("content").focus();
}

drawWith(() => render(page(), document.getElementById("page")));

let begun = 0;

/** Keys that are pressed in no field and no dialog. */
function onKey(event) {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || state.dialog || state.signIn) {
    return;
  }
  const isField = event.target.matches("input:not([type=checkbox]), textarea, select");
  if (isField) {
    if (event.key === "ArrowDown" || event.key === "Enter") {
      event.preventDefault();
      table.current?.moveTo(0);
    }
    return;
  }
  if (isHandled(event)) {
    event.preventDefault();
  }
}

function isHandled(event) {
  if (event.timeStamp - begun < NEXT_KEY && LED_TO[event.key]) {
    begun = 0;
    go(href(LED_TO[event.key]));
    return true;
  }
  if (event.key === "g") {
    begun = event.timeStamp;
    return true;
  }
  if (event.key === "/") {
    document.getElementById("find")?.select();
    document.getElementById("find")?.focus();
    return true;
  }
  if (event.key === "?") {
    showHelp();
    return true;
  }
  if (event.key === "Escape" && state.notices.length > 0) {
    dismiss(state.notices[state.notices.length - 1].number);
    return true;
  }
  return Boolean(screen?.onKey?.(event) || table.current?.key(event));
}

const narrow = () => update({ narrow: NARROW.matches });
NARROW.addEventListener("change", narrow);
narrow();
addEventListener("hashchange", openScreen);
document.addEventListener("keydown", onKey);
setInterval(() => update({ now: Date.now() }), 1_000);
addEventListener(SIGNED_IN, () => {
  shownAs = "";
  openScreen();
  sample();
});
sample();
openScreen();
