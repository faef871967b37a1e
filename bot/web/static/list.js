// The list of incidents: open ones first, then those of earlier.

import * as api from "./api.js";
import { Sections, h } from "./dom.js";
import { clock, count, duration, listing } from "./format.js";
import { standings } from "./standing.js";
import { told } from "./told.js";
import { marks, severity, since, state } from "./words.js";

const PAGE = 50;

export class ListView {
  alive = false;
  #sections = new Sections();
  #older = [];
  #end = false;
  #wanted = null;

  constructor(refresh) {
    this.changed = refresh;
    this.head = h("header", { class: "hero" });
    this.open = h("ul", { class: "cards" });
    this.given = h("section", { class: "card", "data-part": "standings", hidden: true });
    this.told = h("section", { class: "card", "data-part": "told", hidden: true });
    this.earlier = h("section", { class: "earlier" });
    this.root = h("div", { class: "list" }, this.head, this.open, this.given, this.told, this.earlier);
  }

  async refresh(status, actions) {
    if (this.#wanted) await this.#reach(this.#wanted);
    const [newest, silences, tuned] = await Promise.all([api.incidents(), api.silences(), api.tuning()]);
    const known = new Set(newest.map((one) => one.id));
    this.all = [...newest, ...this.#older.filter((one) => !known.has(one.id))];
    this.#end ||= newest.length < PAGE;
    const open = this.all.filter((one) => one.state !== "resolved");
    const over = this.all.filter((one) => one.state === "resolved");
    const watched = status.parts.filter((part) => part.name.startsWith("source ") && part.up);
    this.#sections.put(this.head, [status.open, status.pending, watched, this.all.length], () =>
      status.open ? busy(status) : quiet(watched),
    );
    this.#sections.put(this.open, open, () => open.map(card));
    this.#sections.put(this.given, [actions.standings, actions.may_decide], () =>
      standings(actions.standings, actions, this.changed),
    );
    this.#sections.put(this.told, [silences, tuned], () => told(silences, tuned, this.changed));
    this.#sections.put(this.earlier, [over, this.#end], () => this.#past(over));
  }

  #past(over) {
    if (!over.length && this.#end) return null;
    const more = h("button", { class: "quiet", "data-action": "older", onclick: () => this.#more() }, "Show older ones");
    return [h("h2", {}, "Earlier"), h("ul", { class: "rows" }, over.map(row)), this.#end ? null : more];
  }

  #more() {
    this.#wanted = this.all.at(-1).opened_at.epoch;
    this.changed();
  }

  async #reach(before) {
    const older = await api.incidents(before);
    this.#wanted = null;
    this.#end = older.length < PAGE;
    this.#older.push(...older);
  }
}

function busy(status) {
  const waits = status.pending ? `${count(status.pending, "proposal")} waiting for your decision` : "nothing to decide now";
  return [h("h1", {}, count(status.open, "open incident")), h("p", {}, waits)];
}

function quiet(watched) {
  const names = watched.map((part) => part.name.slice("source ".length));
  const what = names.length ? `Watching ${listing(names)}.` : "No source is being watched at the moment.";
  return [h("span", { class: "calm", "aria-hidden": "true" }, "✓"), h("h1", {}, "All quiet"), h("p", {}, what)];
}

function card(one) {
  const badge = one.pending ? h("span", { class: "badge" }, "approval needed") : null;
  return h(
    "li",
    {},
    h(
      "a",
      { class: "card incident", "data-severity": one.severity, "data-incident": one.id, href: `#/incident/${one.id}` },
      h("div", { class: "line" }, severity(one.severity), state(one.state), badge, marks(one), since(one.onset)),
      h("h2", {}, one.title),
      one.cause ? h("p", { class: "cause" }, one.cause.replaceAll(/ ?\[E\d+\]/g, "")) : null,
      h("ul", { class: "chips" }, one.services.map((service) => h("li", {}, service))),
    ),
  );
}

function row(one) {
  const lasted = one.resolved_at.epoch - one.onset.epoch;
  return h(
    "li",
    {},
    h(
      "a",
      { class: "row", "data-incident": one.id, href: `#/incident/${one.id}` },
      h("span", { class: "tick", "aria-hidden": "true" }, "✓"),
      h("span", { class: "name" }, one.title),
      h("span", { class: "dim" }, `resolved ${clock(one.resolved_at.epoch)} after ${duration(lasted)}`),
    ),
  );
}
