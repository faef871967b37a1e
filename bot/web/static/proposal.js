// A proposal as a card, with its buttons: what they do stands right above them and in their words.

import { decide, explain } from "./api.js";
import { h, region } from "./dom.js";
import { capital, clock, countdown, listing, now } from "./format.js";
import { answering, button } from "./press.js";
import { until } from "./standing.js";

const FINAL = { approved: "approved", rejected: "rejected", expired: "expired", void: "withdrawn" };

/** The proposals of an incident. Those that were carried out are told of as deeds, so not here. */
export function proposals(incident, actions, changed) {
  const deeds = new Set(incident.executions.map((done) => done.proposal_id));
  const open = incident.proposals.filter((one) => one.state === "pending");
  const over = incident.proposals.filter((one) => one.state !== "pending" && !deeds.has(one.id));
  if (!open.length && !over.length && !incident.unoffered.length) return null;
  return region(
    title(open.length, incident.unoffered.length),
    incident.unoffered.map((why) => h("p", { class: "unoffered" }, `${capital(why)}.`)),
    open.map((one) => card(one, incident, actions, changed)),
    over.length ? h("ul", { class: "decided" }, over.map(decided)) : null,
  );
}

function title(open, unoffered) {
  if (open > 1) return "Proposals, the most promising first";
  if (open) return "Proposal";
  return unoffered ? "Nothing to offer" : "Earlier proposals";
}

function card(one, incident, actions, changed) {
  const answer = answering();
  const left = h("span", { "data-until": one.expires_at.epoch }, countdown(one.expires_at.epoch - now()));
  const press = (verb) => ({ send: () => decide(one.id, verb, one.digest), answer, done: changed });
  const made = (verb, words, off = false) =>
    button({ class: verb, "data-action": verb, "data-proposal": one.id, disabled: off }, words, press(verb));
  const off = actions.stopped !== null;
  return h(
    "div",
    { class: "offer", "data-proposal": one.id, "data-undoes": one.undoes || null },
    h("h3", {}, one.undoes ? h("span", { class: "badge undo" }, "↩ undo") : null, capital(one.action.text)),
    h("p", {}, capital(one.reason), "."),
    one.undoes ? h("p", { class: "dim" }, undone(one, incident)) : null,
    h("table", { class: "changes" }, h("caption", {}, "What would change"), h("tbody", {}, one.changes.map(change))),
    h(
      "dl",
      { class: "facts" },
      fact("Risk", one.risk),
      fact("Experience", one.prior),
      fact("Reach", one.reach),
      fact("Undo", one.undoable ? "possible" : "not possible"),
      fact("Expires in", left),
      one.approvals.length ? fact("Approved so far by", listing(one.approvals.map((yes) => yes.words))) : null,
    ),
    off ? h("p", { class: "wait" }, "All actions are stopped: this can be approved when they run again.") : null,
    h(
      "div",
      { class: "buttons" },
      made("approve", `Approve: ${one.action.text}`, off),
      one.standing_until ? made("stand", `Approve every ${one.action.verb} of ${one.action.service} until ${until(one.standing_until)}`, off) : null,
      made("reject", "Reject"),
    ),
    answer,
  );
}

function undone(one, incident) {
  const done = incident.executions.find((each) => each.id === one.undoes);
  const was = incident.proposals.find((each) => each.id === done?.proposal_id);
  return was ? `The way back from: ${was.action.text}${done.finished_at ? ` (${clock(done.finished_at.epoch)})` : ""}` : null;
}

function change(one) {
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, one.what),
    h("td", {}, h("code", {}, one.before), h("span", { class: "to" }, " → "), h("code", { class: "new" }, one.after)),
  );
}

function fact(name, value) {
  return h("div", {}, h("dt", {}, name), h("dd", {}, value));
}

function decided(one) {
  const who = listing(one.approvals.map((yes) => yes.words)) || one.decided_by;
  const at = one.decided_at ? ` at ${clock(one.decided_at.epoch)}` : "";
  return h(
    "li",
    { "data-proposal": one.id, "data-state": one.state },
    h("b", {}, capital(one.action.text)),
    h("span", { class: "dim" }, ` ${FINAL[one.state]}${who ? ` by ${who}` : ""}${at}`),
    one.state === "rejected" ? why(one) : null,
  );
}

/** A place for the reason of a no, for the others in the thread. */
function why(one) {
  const answer = answering();
  const input = h("input", { name: "reason", maxlength: 500, autocomplete: "off", "aria-label": "reason", placeholder: "for whoever reads it" });
  const say = button({ "data-action": "explain" }, "Say", { send: () => explain(one.id, input.value), answer, done: () => {} });
  input.addEventListener("keydown", (event) => event.key === "Enter" && say.click());
  return h("details", { class: "why" }, h("summary", {}, "Say why"), h("div", { class: "question" }, input, say), answer);
}
