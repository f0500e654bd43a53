// Streams of events (text/event-stream), by fetch and not by EventSource: so the proof of the client goes along, a refusal can be
// read, and a member that has fallen silent is noticed.

import { address, askForProof, headers, refusal, Refused, untilSignedIn } from "./api.js";
import { forgetLink, showLink } from "./state.js";
import { texts } from "./texts.js";

/** A comment comes every 15 s. */
const SILENCE = 40_000;
/** How long a stream stays open in a tab that is not looked at. A browser opens six connections to a member, for all tabs. */
const HIDDEN = 30_000;
const SHORTEST_WAIT = 250;
/** A stream that has lasted so long was good: a proxy that cuts each off sooner is not asked at once again. */
const LASTING = 10_000;
/** Time after which a stream that a member does not know is asked for again: another member may know it. */
const UNKNOWN = 30_000;
/** Refusals that come of a request's way, not of the request. */
const PASSING = [408, 425, 429];

const seconds = (millis) => new Promise((resume) => setTimeout(resume, millis));

const untilVisible = () =>
  new Promise((resume) => {
    const look = () => {
      if (!document.hidden) {
        document.removeEventListener("visibilitychange", look);
        resume();
      }
    };
    document.addEventListener("visibilitychange", look);
    look();
  });

class Stream {
  constructor(path, onEvent, onRefused) {
    this.path = path;
    this.onEvent = onEvent;
    this.onRefused = onRefused;
    this.state = "connecting";
    this.why = "";
    this.lastId = null;
    this.retry = 1_000;
    this.failures = 0;
    this.leastWait = 0;
    this.isClosed = false;
    showLink(this);
    this.run();
  }

  close() {
    this.isClosed = true;
    this.abort?.abort();
    forgetLink(this);
  }

  /** Forgets what has been told: the next connection begins anew. */
  beginAnew() {
    this.lastId = null;
  }

  is(state, why = "", status = 0) {
    if (!this.isClosed) {
      this.state = state;
      this.why = why;
      this.status = status;
      showLink(this);
    }
  }

  async run() {
    while (!this.isClosed) {
      await untilVisible();
      if (this.isClosed) {
        return;
      }
      try {
        await this.follow();
        this.is("reconnecting", texts.link.ended);
      } catch (failure) {
        if (this.isClosed) {
          return;
        }
        if (failure instanceof Refused && failure.status === 401) {
          this.is("refused", failure.message, failure.status);
          const proof = untilSignedIn();
          askForProof(failure.message);
          await proof;
          continue;
        }
        const isRefused = failure instanceof Refused;
        if (isRefused && failure.status >= 400 && failure.status < 500 && !PASSING.includes(failure.status)) {
          this.is("refused", failure.message, failure.status);
          this.onRefused?.(failure);
          if (failure.status !== 404) {
            return;
          }
          this.leastWait = UNKNOWN;
        } else {
          this.is("reconnecting", isRefused ? failure.message : texts.link.lost);
          this.leastWait = isRefused ? failure.retrySeconds * 1000 : 0;
        }
      }
      await seconds(this.wait());
    }
  }

  /** At once after the first loss, later not before the time that the member has said; never all at the same moment. */
  wait() {
    this.failures++;
    const least = Math.max(this.failures === 1 ? SHORTEST_WAIT : this.retry, this.leastWait);
    this.leastWait = 0;
    return least * (1 + Math.random() / 2);
  }

  async follow() {
    const abort = new AbortController();
    this.abort = abort;
    let silence = 0;
    const heard = () => {
      clearTimeout(silence);
      silence = setTimeout(() => abort.abort(), SILENCE);
    };
    let hidden = 0;
    let lasting = 0;
    const look = () => {
      clearTimeout(hidden);
      if (document.hidden) {
        hidden = setTimeout(() => abort.abort(), HIDDEN);
      }
    };
    document.addEventListener("visibilitychange", look);
    heard();
    try {
      const id = this.lastId === null ? {} : { "Last-Event-ID": this.lastId };
      const response = await fetch(address(this.path), {
        headers: headers({ Accept: "text/event-stream", ...id }),
        cache: "no-store",
        signal: abort.signal,
      });
      if (!response.ok) {
        throw await refusal(response);
      }
      if (!response.headers.get("Content-Type")?.startsWith("text/event-stream")) {
        throw new Refused(404, texts.errors.old);
      }
      lasting = setTimeout(() => (this.failures = 0), LASTING);
      this.is("live");
      const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
      const events = new EventParser((event) => this.take(event));
      for (let read = await reader.read(); !read.done; read = await reader.read()) {
        heard();
        events.add(read.value);
      }
    } finally {
      clearTimeout(silence);
      clearTimeout(hidden);
      clearTimeout(lasting);
      document.removeEventListener("visibilitychange", look);
      // After a failure of the page's own, the connection would stay open, unread.
      abort.abort();
    }
  }

  take(event) {
    if (event.retry) {
      this.retry = event.retry;
    }
    const known = this.lastId;
    // Where the page fails at an event, the next stream begins anew.
    this.lastId = null;
    if (event.data !== null && !this.isClosed) {
      this.onEvent(event.name, JSON.parse(event.data), event.id);
    }
    this.lastId = event.id ?? known;
  }
}

/** Puts events together (HTML, 9.2.6). */
class EventParser {
  constructor(take) {
    this.take = take;
    this.rest = "";
    this.begin();
  }

  begin() {
    this.event = { name: "message", data: null, id: null, retry: 0 };
  }

  add(text) {
    if (!text.includes("\n")) {
      // A long line comes in many pieces: only its end is worth a look at all of it.
      this.rest += text;
      return;
    }
    const lines = (this.rest + text).split("\n");
    this.rest = lines.pop();
    lines.forEach((line) => this.line(line.endsWith("\r") ? line.slice(0, -1) : line));
  }

  line(line) {
    if (line === "") {
      this.take(this.event);
      this.begin();
      return;
    }
    const colon = line.indexOf(":");
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? "" : line.slice(colon + 1).replace(/^ /, "");
    if (field === "event") {
      this.event.name = value;
    } else if (field === "data") {
      this.event.data = this.event.data === null ? value : `${this.event.data}\n${value}`;
    } else if (field === "id") {
      this.event.id = value;
    } else if (field === "retry" && /^\d+$/.test(value)) {
      this.event.retry = Number(value);
    }
  }
}

/**
 * Follows a stream until it is closed, over all ends of connections and members.
 *
 * `onEvent` gets the name and the data of each event; `onRefused` why the member will not give the stream at all.
 */
export const follow = (path, onEvent, onRefused) => new Stream(path, onEvent, onRefused);
