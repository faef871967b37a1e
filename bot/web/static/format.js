// Numbers, times and durations as people read them; the same words as in chat.

let zone;
let skew = 0;

/** Sets the time zone that people here read, as an IANA name; an unknown one leaves the browser's own. */
export function setZone(name) {
  try {
    new Intl.DateTimeFormat("en-GB", { timeZone: name });
    zone = name;
  } catch {
    zone = undefined;
  }
}

/** Learns from an answer's Date header how far this machine's clock is off. */
export function setClock(date) {
  const off = Date.parse(date) / 1000 - Date.now() / 1000;
  skew = Math.abs(off) > 2 ? off : 0;
}

/** Epoch seconds on the server's clock. */
export function now() {
  return Date.now() / 1000 + skew;
}

/** `14:03:22`, with the day when it is not today. */
export function clock(at) {
  const time = format(at, { hour: "2-digit", minute: "2-digit", second: "2-digit" });
  const day = { day: "numeric", month: "short" };
  return format(at, day) === format(now(), day) ? time : `${format(at, day)}, ${time}`;
}

/** `14:03`, or with seconds, for axes. */
export function hour(at, seconds) {
  return format(at, { hour: "2-digit", minute: "2-digit", ...(seconds ? { second: "2-digit" } : {}) });
}

function format(at, how) {
  return new Intl.DateTimeFormat("en-GB", { ...how, timeZone: zone }).format(new Date(at * 1000));
}

/** `42 s`, `5 min`, `2 h 10 min`, `3 d`. */
export function duration(seconds) {
  const given = Math.max(0, seconds);
  if (given < 120) return `${Math.round(given)} s`;
  if (given < 7200) return `${Math.round(given / 60)} min`;
  if (given < 172800) {
    const minutes = Math.round(given / 60);
    return minutes % 60 ? `${Math.floor(minutes / 60)} h ${minutes % 60} min` : `${minutes / 60} h`;
  }
  return `${Math.round(given / 86400)} d`;
}

/** `29:41`, for what runs out. */
export function countdown(seconds) {
  const given = Math.max(0, Math.floor(seconds));
  return `${Math.floor(given / 60)}:${String(given % 60).padStart(2, "0")}`;
}

/** A value with its unit: `34%`, `412 ms`, `180 MB`, `25/s`. */
export function amount(value, unit) {
  if (value === null || !Number.isFinite(value)) return "no data";
  if (unit === "ratio") return `${short(value * 100)}%`;
  if (unit === "percent") return `${short(value)}%`;
  if (unit === "seconds") return Math.abs(value) < 1 ? `${short(value * 1000)} ms` : `${short(value)} s`;
  if (unit === "bytes") return bytes(value);
  if (unit === "per_second") return `${short(value)}/s`;
  if (unit === "bool") return value >= 0.5 ? "up" : "down";
  return short(value);
}

function short(value) {
  const size = Math.abs(value);
  return String(Number(value.toFixed(size >= 100 ? 0 : size >= 10 ? 1 : 2)));
}

function bytes(value) {
  let size = value;
  for (const unit of ["B", "kB", "MB", "GB"]) {
    if (Math.abs(size) < 1000) return `${short(size)} ${unit}`;
    size /= 1000;
  }
  return `${short(size)} TB`;
}

/** What a series is called: its title, and what tells it from others of the same title. */
export function named(one) {
  return one.label ? `${one.title}, ${one.label}` : one.title;
}

/** The ticks of an axis as words: all in one unit, with as many digits as the steps between them need. */
export function axis(ticks, unit) {
  if (unit === "bool") return ticks.map((tick) => amount(tick, unit));
  const [size, end] = measure(Math.max(...ticks.map(Math.abs)), unit);
  const step = Math.abs(ticks[1] - ticks[0]) / size;
  const digits = [0, 1, 2, 3].find((one) => Math.abs(step * 10 ** one - Math.round(step * 10 ** one)) < 1e-6 * step * 10 ** one) ?? 4;
  return ticks.map((tick) => `${(tick / size + 0).toFixed(digits).replace(/^-(0(\.0+)?)$/, "$1")}${end}`);
}

/** The size and the name of the unit in which a value has few digits. */
function measure(most, unit) {
  if (unit === "ratio") return [0.01, "%"];
  if (unit === "percent") return [1, "%"];
  if (unit === "seconds") return most < 1 ? [0.001, " ms"] : [1, " s"];
  const thousands = Math.max(0, Math.min(4, Math.floor(Math.log10(most || 1) / 3)));
  if (unit === "bytes") return [1000 ** thousands, [" B", " kB", " MB", " GB", " TB"][thousands]];
  return [1000 ** thousands, ["", "k", "M", "G", "T"][thousands] + (unit === "per_second" ? "/s" : "")];
}

/** `1 incident`, `3 incidents`. */
export function count(number, word) {
  return `${number} ${word}${number === 1 ? "" : "s"}`;
}

/** `a`, `a and b`, `a, b and c`. */
export function listing(items) {
  return items.length < 2 ? items.join("") : `${items.slice(0, -1).join(", ")} and ${items.at(-1)}`;
}

/** With a capital at its beginning. */
export function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
