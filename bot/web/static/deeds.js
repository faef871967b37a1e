// What was done, and whether it helped: before and after of each series.

import { h, region } from "./dom.js";
import { amount, capital, clock, duration } from "./format.js";

const SIGNS = { recovered: "✓", not_recovered: "✗", worse: "✗", unclear: "?" };
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
  const who = (proposal?.approvals ?? []).map((yes) => yes.words).join(" and ");
  return h(
    "div",
    { class: "deed", "data-execution": done.id, "data-state": done.state },
    h("h3", {}, capital(proposal?.action.text ?? "an action")),
    h("p", { class: "dim" }, [who && `approved by ${who}`, COURSE[done.state], timing(done)].filter(Boolean).join(" · ")),
    done.error ? h("p", { class: "bad" }, done.error) : null,
    outcome ? verdict(outcome) : null,
    done.state === "done" && !outcome ? h("p", { class: "wait" }, "Checking whether it helped …") : null,
  );
}

function timing(done) {
  if (!done.finished_at || !done.started_at) return "";
  return `${clock(done.finished_at.epoch)}, took ${duration(done.finished_at.epoch - done.started_at.epoch)}`;
}

function verdict(outcome) {
  return [
    h(
      "p",
      { class: "verdict", "data-result": outcome.result },
      h("i", { "aria-hidden": "true" }, SIGNS[outcome.result]),
      h("b", {}, outcome.text),
      ` after ${duration(outcome.took)}: ${outcome.reason}.`,
    ),
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
    h("th", { scope: "row" }, `${one.service} ${one.title}`),
    h("td", { class: "before" }, amount(one.before, one.unit)),
    h("td", { class: "after" }, h("span", { class: "to", "aria-hidden": "true" }, "→ "), after),
    h("td", { class: "dim" }, one.normal === null ? "–" : amount(one.normal, one.unit)),
  );
}
