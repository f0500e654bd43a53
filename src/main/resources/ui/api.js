// Requests to the member that the page came from, or to the one behind the same address.

import { changeLink, forgetLink, showLink, state, update } from "./state.js";
import { texts } from "./texts.js";

const KEPT = "discovery.authorization";
/** The event at the window after a proof has been given. */
export const SIGNED_IN = "discovery-signed-in";
const PATIENCE = 10_000;
/** The path above /ui/, wherever a proxy has put it. */
const base = new URL("../", document.baseURI);

/** A request that was refused, or not answered: then its status is 0. */
export class Refused extends Error {
  constructor(status, message, retrySeconds = 0) {
    super(message);
    this.status = status;
    this.retrySeconds = retrySeconds;
  }
}

/** Returns whether another proof may help. Each such refusal counts as one, for the log and for limits: nothing asks again by itself. */
export const isForProof = (status) => status === 401 || status === 403;

let authorization = sessionStorage.getItem(KEPT);
let signedIn = [];

export const hasProof = () => authorization !== null;

const base64 = (text) => btoa(String.fromCharCode(...new TextEncoder().encode(text)));

/** Sends a token, or a name and a password, with each request from here on, until the tab is closed. */
export function signIn({ token, name, password }) {
  authorization = token ? `Bearer ${token.trim()}` : `Basic ${base64(`${name}:${password}`)}`;
  sessionStorage.setItem(KEPT, authorization);
  update({ signIn: null });
  const waiting = signedIn;
  signedIn = [];
  waiting.forEach((resume) => resume());
  dispatchEvent(new Event(SIGNED_IN));
}

export function signOut() {
  authorization = null;
  sessionStorage.removeItem(KEPT);
  location.reload();
}

export function cancelSignIn() {
  update({ signIn: null });
}

/** Asks for a proof, since the member wants another than the page has. */
export function askForProof(why) {
  if (state.signIn === null) {
    update({ signIn: { why } });
  }
}

/** Completes when a proof has been given. */
export const untilSignedIn = () => new Promise((resume) => signedIn.push(resume));

export function headers(more = {}) {
  return {
    // The member then leaves it to the page to ask for a name and a password.
    "X-Requested-With": "XMLHttpRequest",
    ...(authorization === null ? {} : { Authorization: authorization }),
    ...more,
  };
}

export const address = (path) => new URL(path.replace(/^\//, ""), base);

/** A segment of a path. A browser takes one or two dots for a step in the path, however they are written. */
export function segment(text) {
  const whole = text.toWellFormed ? text.toWellFormed() : text;
  if (whole === "." || whole === "..") {
    throw new Refused(0, texts.errors.dots(whole));
  }
  return encodeURIComponent(whole);
}

/** Reads why a request was refused. */
export async function refusal(response) {
  let why = "";
  try {
    const body = await response.json();
    why = body.error ?? body.message ?? "";
  } catch {
    // A page of a proxy, say: the status has to do.
  }
  // A member that knows the path gives a reason for its 404.
  const other = response.status === 404 ? texts.errors.old : texts.errors.status(response.status);
  const retry = Number(response.headers.get("Retry-After")) || 0;
  return new Refused(response.status, why || other, retry);
}

async function send(path, options) {
  const patience = new AbortController();
  const late = setTimeout(() => patience.abort(), PATIENCE);
  try {
    const response = await fetch(address(path), { ...options, cache: "no-store", signal: patience.signal });
    if (!response.ok) {
      throw await refusal(response);
    }
    return options.read ? await options.read(response) : null;
  } catch (failure) {
    if (failure instanceof Refused) {
      throw failure;
    }
    throw new Refused(0, patience.signal.aborted ? texts.errors.late(PATIENCE / 1000) : texts.errors.unreachable);
  } finally {
    clearTimeout(late);
  }
}

/** Sends a request. If the member wants a proof, the page asks for it and the request fails. */
async function ask(path, options) {
  try {
    return await send(path, { ...options, headers: headers(options.headers) });
  } catch (refused) {
    if (refused.status === 401) {
      askForProof(refused.message);
    }
    throw refused;
  }
}

export const getJson = (path) => ask(path, { read: (response) => response.json() });
export const getText = (path) => ask(path, { read: (response) => response.text() });
export const post = (path, form) => ask(path, { method: "POST", body: new URLSearchParams(form) });
export const remove = (path) => ask(path, { method: "DELETE" });

/** Returns the text of a query. In a member's queries a plus sign is one, and no space. */
export const queryOf = (fields) => new URLSearchParams(fields).toString().replaceAll("+", "%20");

/** Returns what a link is after a request that was refused, or not answered. */
export function linkAfter(refused) {
  const isRefused = refused.status >= 400 && refused.status < 500 && refused.status !== 429;
  return { state: isRefused ? "refused" : "reconnecting", why: refused.message, status: refused.status };
}

/** Asks for something again and again until it is stopped; `show` gets what came, `fail` why nothing came. */
export function poll(path, every, show, fail) {
  const link = { state: "connecting", why: "" };
  let timer = 0;
  let isStopped = false;
  showLink(link);
  const next = async () => {
    if (document.hidden) {
      timer = setTimeout(next, 1_000);
      return;
    }
    try {
      const body = await getJson(path());
      if (!isStopped) {
        changeLink(link, { state: "live", why: "" });
        show(body);
      }
    } catch (refused) {
      if (!isStopped) {
        changeLink(link, linkAfter(refused));
        fail(refused);
        if (isForProof(refused.status)) {
          await untilSignedIn();
        }
      }
    }
    if (!isStopped) {
      clearTimeout(timer);
      timer = setTimeout(next, every());
    }
  };
  next();
  return {
    stop() {
      isStopped = true;
      clearTimeout(timer);
      forgetLink(link);
    },
    now() {
      clearTimeout(timer);
      next();
    },
  };
}
