// What is approved in advance, each with a button that ends it.

import { revoke } from "./api.js";
import { h, region } from "./dom.js";
import { clock, count, hour, now } from "./format.js";
import { answering, button } from "./press.js";

/** The standing approvals as a region; null when there are none. `actions` is what the API says of actions. */
export function standings(given, actions, changed) {
  if (!given.length) return null;
  return region("Approved in advance", h("ul", { class: "standings" }, given.map((one) => row(one, actions, changed))));
}

/** `08:00`, with the day when that is more than a day away. */
export function until(at) {
  return at.epoch - now() < 86400 ? hour(at.epoch) : clock(at.epoch);
}

function row(one, actions, changed) {
  const answer = answering();
  const about = `every ${one.verb} of ${one.service}`;
  const press = { send: () => revoke(one.id), answer, done: changed };
  return h(
    "li",
    { "data-standing": one.id },
    h(
      "div",
      {},
      h("p", {}, h("b", {}, `Every ${one.verb} of ${one.service}`), ` until ${until(one.until)}`),
      h("p", { class: "small" }, `by ${one.words} · used ${count(one.used, "time")}`),
      answer,
    ),
    actions.may_decide
      ? button({ "data-action": "revoke", "aria-label": `Revoke: ${about}` }, "Revoke", press)
      : null,
  );
}
