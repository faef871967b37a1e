// What is not told and what is told later: silences and moved thresholds, each with a button that ends it.

import { endSilence, retune } from "./api.js";
import { h, region } from "./dom.js";
import { capital, count, listing } from "./format.js";
import { answering, button } from "./press.js";
import { until } from "./standing.js";

/** Both as one region; null when there are none. */
export function told(silences, tuned, changed) {
  if (!silences.length && !tuned.length) return null;
  return region(
    "Silences and thresholds",
    h("ul", { class: "standings" }, silences.map((one) => silent(one, changed)), tuned.map((one) => moved(one, changed))),
  );
}

function silent(one, changed) {
  const answer = answering();
  const about = listing(one.services);
  const press = { send: () => endSilence(one.id), answer, done: changed };
  return h(
    "li",
    { "data-silence": one.id },
    h(
      "div",
      {},
      h("p", {}, h("b", {}, capital(about)), ` silenced until ${until(one.until)}`),
      h("p", { class: "small" }, `by ${one.words}${one.reason ? `: ${one.reason}` : ""}`),
      answer,
    ),
    button({ "data-action": "unsilence", "aria-label": `End the silence of ${about}` }, "End", press),
  );
}

function moved(one, changed) {
  const answer = answering();
  const press = { send: () => retune(one.id), answer, done: changed };
  const newest = one.votes.at(-1);
  const why = newest ? `${count(one.votes.length, "word")}, the last by ${newest.words}` : "by the config";
  return h(
    "li",
    { "data-tuned": one.id },
    h(
      "div",
      {},
      h("p", {}, h("b", {}, one.signature), ` ${one.factor.toFixed(2)} times as wide`),
      h("p", { class: "small" }, why),
      answer,
    ),
    newest ? button({ "data-action": "retune", "aria-label": `Take back what was said of ${one.signature}` }, "Take back", press) : null,
  );
}
