// Small words that both views show: severity, state, since when. Colour never stands alone.

import { h } from "./dom.js";
import { clock, duration, now } from "./format.js";

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
