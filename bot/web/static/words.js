// Small words that both views show: severity, state, since when. Colour never stands alone.

import { h } from "./dom.js";
import { clock, duration, now } from "./format.js";
import { until } from "./standing.js";

const SHAPES = { critical: "▲", warning: "◆", info: "●" };
export const STATES = { open: "open", acting: "acting", verifying: "checking whether it helped", resolved: "resolved" };

export function severity(name) {
  return h("span", { class: "severity", "data-severity": name }, h("i", { "aria-hidden": "true" }, SHAPES[name]), name);
}

export function state(name) {
  return h("span", { class: "state", "data-state": name }, STATES[name]);
}

/** `for 12 min`, which grows by itself. */
export function since(at) {
  const grown = h("time", { datetime: at.iso, "data-since": at.epoch }, duration(now() - at.epoch));
  return h("span", { class: "since", title: `since ${clock(at.epoch)}` }, "for ", grown);
}

/** Who looks after it and until when it is silenced, for the list. */
export function marks(one) {
  return [
    one.ack ? h("span", { class: "state held" }, `${one.ack.words} looks after it`) : null,
    one.silenced ? h("span", { class: "state muted" }, `silenced until ${until(one.silenced)}`) : null,
  ];
}

/** The text with `[E1]` as links to that piece of evidence. */
export function cited(text, id) {
  return text.split(/(\[E\d+\])/).map((part) => {
    const piece = /^\[(E\d+)\]$/.exec(part)?.[1];
    return piece ? h("a", { class: "cite", href: `#/incident/${id}/${piece}` }, piece) : part;
  });
}
