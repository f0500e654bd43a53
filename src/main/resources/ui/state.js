// The state of the page, and its drawing: once a frame at most, however often the state changes.

export const state = {
  now: Date.now(),
  // Microseconds matter to nothing here: how far the cluster's clock is ahead of this browser's, in milliseconds.
  clockAhead: 0,
  link: "connecting",
  linkWhy: "",
  /** The status with which a member has refused it; 0 if it has not. */
  linkStatus: 0,
  signIn: null,
  notices: [],
  dialog: null,
  narrow: false,
};

let draw = () => {};
let isDue = false;

export function drawWith(drawing) {
  draw = drawing;
}

/** Changes the state, and has the page drawn again. */
export function update(changes) {
  Object.assign(state, changes);
  if (!isDue) {
    isDue = true;
    requestAnimationFrame(() => {
      isDue = false;
      draw();
    });
  }
}

/** Returns the time of the cluster's clock, in milliseconds. */
export function clusterNow() {
  return state.now + state.clockAhead;
}

/** Notes a time of the cluster's clock that a member has just told. */
export function clusterTimeIs(time) {
  const told = Date.parse(time);
  if (!Number.isNaN(told)) {
    state.clockAhead = told - Date.now();
  }
}

/** What the page keeps up to date, each with its `state` and `why`: the mark at the top shows the worst of them. */
const links = new Set();

/** Adds a link to the members, or shows what has become of it. */
export function showLink(link) {
  links.add(link);
  showWorst();
}

/** Changes a link, whether it is shown or not. */
export function changeLink(link, changes) {
  Object.assign(link, changes);
  showWorst();
}

export function forgetLink(link) {
  links.delete(link);
  showWorst();
}

function showWorst() {
  const all = [...links];
  const worst = ["refused", "reconnecting", "connecting"].map((each) => all.find((link) => link.state === each)).find(Boolean);
  update({ link: worst?.state ?? "live", linkWhy: worst?.why ?? "", linkStatus: worst?.status ?? 0 });
}

let lastNotice = 0;

const KEPT_MILLIS = 30_000;
const MOST_NOTICES = 4;

/** Takes a notice of something done away after a while, and from one of a failure its Undo: others go on meanwhile. */
function age({ number, kind, undo }) {
  if (kind === "good") {
    setTimeout(() => dismiss(number), KEPT_MILLIS);
  } else if (undo) {
    setTimeout(() => replaceNotice(number, { undo: undefined }), KEPT_MILLIS);
  }
}

/** Shows a notice; `kind` is good, bad or busy; `undo` is a label and what it does. Returns its number. */
export function notify(kind, text, more = {}) {
  const number = ++lastNotice;
  const notice = { number, kind, text, ...more };
  // A busy notice stays: it will tell what came of it.
  const kept = state.notices.filter((each, index, all) => each.kind === "busy" || index >= all.length - MOST_NOTICES);
  update({ notices: [...kept, notice] });
  age(notice);
  return number;
}

export function replaceNotice(number, changes) {
  update({ notices: state.notices.map((each) => (each.number === number ? { ...each, ...changes } : each)) });
  age({ number, ...changes });
}

export function dismiss(number) {
  update({ notices: state.notices.filter((each) => each.number !== number) });
}
