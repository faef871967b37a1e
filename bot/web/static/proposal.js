// A proposal as a card, with its buttons: what they do stands right above them and in their words.

import { decide } from "./api.js";
import { h, region } from "./dom.js";
import { capital, clock, countdown, listing, now } from "./format.js";

/** The proposals of an incident. Those that were carried out are told of as deeds, so not here. */
export function proposals(incident, changed) {
  const deeds = new Set(incident.executions.map((done) => done.proposal_id));
  const open = incident.proposals.filter((one) => one.state === "pending");
  const over = incident.proposals.filter((one) => one.state !== "pending" && !deeds.has(one.id));
  if (!open.length && !over.length) return null;
  return region(
    open.length ? "Proposal" : "Proposals",
    open.map((one) => card(one, changed)),
    over.length ? h("ul", { class: "decided" }, over.map(decided)) : null,
  );
}

function card(one, changed) {
  const answer = h("p", { class: "answer", role: "status" });
  const left = h("span", { "data-until": one.expires_at.epoch }, countdown(one.expires_at.epoch - now()));
  return h(
    "div",
    { class: "offer", "data-proposal": one.id },
    h("h3", {}, capital(one.action.text)),
    h("p", {}, capital(one.reason), "."),
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
    h(
      "div",
      { class: "buttons" },
      button("approve", one, `Approve: ${one.action.text}`, { answer, changed }),
      button("reject", one, "Reject", { answer, changed }),
    ),
    answer,
  );
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

function button(verb, one, words, { answer, changed }) {
  const made = h("button", { class: verb, "data-action": verb, "data-proposal": one.id, type: "button" }, words);
  const send = async () => {
    const both = made.parentElement.querySelectorAll("button");
    for (const each of both) each.disabled = true;
    answer.textContent = "Sending …";
    try {
      const told = await decide(one.id, verb, one.digest);
      answer.textContent = `${capital(told.text)}.`;
      answer.dataset.accepted = String(told.accepted);
      if (!told.accepted) for (const each of both) each.disabled = false;
    } catch (error) {
      answer.textContent = error.message;
      answer.dataset.accepted = "false";
      for (const each of both) each.disabled = false;
    }
    changed();
  };
  made.addEventListener("click", send);
  return made;
}

function decided(one) {
  const who = listing(one.approvals.map((yes) => yes.words)) || one.decided_by;
  const at = one.decided_at ? ` at ${clock(one.decided_at.epoch)}` : "";
  return h(
    "li",
    { "data-proposal": one.id, "data-state": one.state },
    h("b", {}, capital(one.action.text)),
    h("span", { class: "dim" }, ` ${one.state}${who ? ` by ${who}` : ""}${at}`),
  );
}
