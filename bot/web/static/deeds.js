// What was done, and whether it helped: before and after of each series.

import { h, region } from "./dom.js";
import { amount, capital, clock, duration, listing, named } from "./format.js";
import { picture } from "./picture.js";

const SIGNS = { recovered: "✓", not_recovered: "✗", worse: "▲", unclear: "?" };
const COURSE = {
  queued: "approved, about to begin",
  running: "being done now",
  done: "done",
  failed: "failed: nothing is known to have changed",
  unknown: "nobody can say whether it had its effect: please look",
};

export function deeds(one) {
  if (!one.executions.length) return null;
  const newest = [...one.executions].reverse();
  return region("What was done", newest.map((done) => deed(done, one)));
}

function deed(done, one) {
  const proposal = one.proposals.find((each) => each.id === done.proposal_id);
  const outcome = one.outcomes.find((each) => each.execution_id === done.id);
  const given = proposal?.approvals ?? [];
  const who = listing(given.map((yes) => yes.words));
  const ahead = given.some((yes) => yes.standing) ? h("span", { class: "badge ahead" }, "approved in advance") : null;
  const undo = proposal?.undoes ? h("span", { class: "badge undo" }, "↩ undo") : null;
  return h(
    "div",
    { class: "deed", "data-execution": done.id, "data-state": done.state },
    h("h3", {}, undo, capital(proposal?.action.text ?? "an action"), ahead),
    h("p", { class: "dim" }, [who && `approved by ${who}`, COURSE[done.state], timing(done)].filter(Boolean).join(" · ")),
    done.error ? h("p", { class: "bad" }, done.error) : null,
    outcome ? verdict(outcome, capital(proposal?.action.text ?? "the action")) : null,
    done.state === "done" && !outcome ? h("p", { class: "wait" }, "Checking whether it helped …") : null,
  );
}

function timing(done) {
  if (!done.finished_at || !done.started_at) return "";
  return `${clock(done.finished_at.epoch)}, took ${duration(done.finished_at.epoch - done.started_at.epoch)}`;
}

/** The newest outcome, when it made things worse and nothing was done about it yet; else null. */
export function worsened(one) {
  const outcome = one.outcomes.at(-1);
  return outcome?.result === "worse" && one.executions.at(-1)?.id === outcome.execution_id ? outcome : null;
}

/** Says loudly that it got worse, and what to do first. */
export function alarm(outcome, one) {
  const done = one.executions.find((each) => each.id === outcome.execution_id);
  const deed = one.proposals.find((each) => each.id === done?.proposal_id)?.action.text ?? "the action";
  const back = one.proposals.find((each) => each.state === "pending" && each.undoes === outcome.execution_id);
  const first = h("a", { href: `#/incident/${one.id}/offers` }, `First: ${back?.action.text}`);
  return [
    h("p", { class: "loud" }, h("span", { "aria-hidden": "true" }, "▲ "), `It got worse after: ${deed}`),
    h("p", {}, `${capital(outcome.reason)}. `, back ? first : "No way back can be offered: please look."),
  ];
}

function verdict(outcome, deed) {
  return [
    h(
      "p",
      { class: "verdict", "data-result": outcome.result },
      h("i", { "aria-hidden": "true" }, SIGNS[outcome.result]),
      h("b", {}, outcome.text),
      ` after ${duration(outcome.took)}: ${outcome.reason}.`,
    ),
    outcome.picture ? picture(outcome, deed) : null,
    outcome.measures.length ? measures(outcome.measures) : null,
  ];
}

function measures(all) {
  const titles = ["Series", "Before", "After", "Normal"].map((name) => h("th", { scope: "col" }, name));
  return h("table", { class: "measures" }, h("thead", {}, h("tr", {}, titles)), h("tbody", {}, all.map(measure)));
}

function measure(one) {
  const after = one.after === null ? "no data" : amount(one.after, one.unit);
  return h(
    "tr",
    {},
    h("th", { scope: "row" }, `${one.service} ${named(one)}`),
    h("td", { class: "before", "data-name": "before" }, amount(one.before, one.unit)),
    h("td", { class: "after", "data-name": "after" }, h("span", { class: "to", "aria-hidden": "true" }, "→ "), after),
    h("td", { class: "dim", "data-name": "normal" }, one.normal === null ? "–" : amount(one.normal, one.unit)),
  );
}
