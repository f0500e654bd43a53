// Times, numbers and orders, as people read them.

const whole = new Intl.NumberFormat("en");
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const number = (value) => (value == null ? "–" : whole.format(value));
export const compact = (value) => (value == null ? "–" : short.format(value));

/** Reads RFC 3339, and the times of v1, which are UTC and do not say so. Returns milliseconds, or null. */
export function parseTime(text) {
  if (typeof text !== "string" || text === "") {
    return null;
  }
  const iso = text.includes("T") ? text : text.replace(" ", "T") + "Z";
  const time = Date.parse(iso);
  return Number.isNaN(time) ? null : time;
}

/** Returns a duration in its two largest units: "12 s", "4 min 10 s", "3 h 2 min", "5 d 1 h". */
export function duration(millis) {
  const seconds = Math.max(0, Math.floor(millis / 1000));
  if (seconds < 60) {
    return `${seconds} s`;
  }
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) {
    return `${minutes} min ${seconds % 60} s`;
  }
  const hours = Math.floor(minutes / 60);
  return hours < 48 ? `${hours} h ${minutes % 60} min` : `${Math.floor(hours / 24)} d ${hours % 24} h`;
}

/** Returns the time of a day as the browser's user has it, to the millisecond. */
export function clockTime(millis) {
  if (millis == null) {
    return "–";
  }
  const time = new Date(millis);
  const two = (value) => String(value).padStart(2, "0");
  return `${two(time.getHours())}:${two(time.getMinutes())}:${two(time.getSeconds())}.${String(time.getMilliseconds()).padStart(3, "0")}`;
}

export function date(millis) {
  if (millis == null) {
    return "–";
  }
  const time = new Date(millis);
  const two = (value) => String(value).padStart(2, "0");
  return `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
}

const UNITS = ["B", "kB", "MB", "GB", "TB", "PB"];

export function bytes(value) {
  if (value == null) {
    return "–";
  }
  let rest = value;
  let unit = 0;
  while (rest >= 1000 && unit < UNITS.length - 1) {
    rest /= 1000;
    unit++;
  }
  return `${rest < 10 && unit > 0 ? rest.toFixed(1) : Math.round(rest)} ${UNITS[unit]}`;
}

/** Returns a value of a tag or a field as text: JSON of what is no text. */
export function shown(value) {
  return typeof value === "string" ? value : value === undefined ? "" : JSON.stringify(value);
}

/** Returns a weight as a number; null if there is none. A client may send anything as a tag: Number() of an object may throw. */
export function weightOf(value) {
  const weight = typeof value === "number" || typeof value === "string" ? Number(value) : NaN;
  return Number.isFinite(weight) ? weight : null;
}

const ordinal = (a, b) => (a < b ? -1 : a > b ? 1 : 0);

/** Returns a text by which addresses are in order: the numbers in them count as numbers. */
export function addressOrder(address) {
  return address.replace(/\d+/g, (digits) => digits.padStart(5, "0"));
}

/** Sorts a copy by what `by` returns; what has no value comes last. Equal ones stay in their order. */
export function sorted(rows, by, isDescending) {
  const sign = isDescending ? -1 : 1;
  const keyed = rows.map((row) => [by(row), row]);
  keyed.sort(([a], [b]) => {
    if (a == null || b == null) {
      return a == null ? (b == null ? 0 : 1) : -1;
    }
    return sign * ordinal(a, b);
  });
  return keyed.map(([, row]) => row);
}
