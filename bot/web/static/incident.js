// One incident: what is going on, why, what can be done and what came of it.

import * as api from "./api.js";
import { asking } from "./ask.js";
import { Mute, care, verdict } from "./care.js";
import { Charts } from "./charts.js";
import { alarm, deeds, worsened } from "./deeds.js";
import { Sections, h, region } from "./dom.js";
import { amount, capital, clock, count, duration, listing, named } from "./format.js";
import { proposals } from "./proposal.js";
import { standings } from "./standing.js";
import { STATES, cited, severity, since, state } from "./words.js";

const FACTS = 8;
const STEPS = ["open", "acting", "verifying", "resolved"];

export class IncidentView {
  alive = true;
  #sections = new Sections();
  #newest = "";

  constructor(id, refresh, say) {
    Object.assign(this, { id, changed: refresh, say });
    const section = (name) => h("section", { class: "card", "data-part": name, hidden: true });
    this.places = Object.fromEntries(
      ["now", "cause", "offers", "given", "deeds", "ask", "charts", "evidence", "timeline"].map((name) => [name, section(name)]),
    );
    const { offers, charts, evidence, timeline } = this.places;
    this.charts = new Charts(charts);
    this.head = h("header", { class: "head" });
    this.care = h("div", { class: "care", "data-part": "care" });
    this.mute = new Mute(refresh);
    this.alarm = h("div", { class: "alarm", role: "alert", hidden: true });
    offers.id = "offers";
    this.main = h("div", {});
    this.root = h(
      "article",
      { class: "one" },
      h("nav", {}, h("a", { href: "#/" }, "← All incidents")),
      this.head,
      this.care,
      this.alarm,
      h("div", { class: "columns" }, this.main, h("aside", {}, evidence, timeline)),
      this.mute.dialog,
    );
  }

  async refresh(_status, actions) {
    let one;
    try {
      one = await api.incident(this.id);
    } catch (error) {
      if (error.status !== 404) throw error;
      this.alive = false;
      this.care.hidden = true;
      this.head.replaceChildren(h("h1", {}, "No such incident"), h("p", {}, error.message));
      return;
    }
    this.alive = one.state !== "resolved";
    this.root.dataset.state = one.state;
    const put = (place, data, build) => this.#sections.put(place, data, build);
    put(this.head, [one.state, one.severity, one.title, one.services, one.onset, one.resolved_at], () => head(one));
    put(this.care, [one.state, one.ack, one.silences, one.verdicts], () => care(one, this.changed, () => this.mute.open(one)));
    put(this.places.now, [one.signals, one.gathered, one.folded, this.alive], () => signals(one, this.alive));
    put(this.places.cause, [one.diagnosis, one.suspects, one.verdicts], () => cause(one, this.changed));
    put(this.places.ask, one.id, asking);
    const worse = this.alive ? worsened(one) : null;
    this.#order(worse !== null);
    put(this.alarm, [worse, one.proposals], () => worse && alarm(worse, one));
    const given = actions.standings.filter((each) => one.services.includes(each.service));
    put(this.places.offers, [one.proposals, one.unoffered, one.executions, actions.stopped], () =>
      proposals(one, actions, this.changed),
    );
    put(this.places.given, [given, actions.may_decide], () => standings(given, actions, this.changed));
    put(this.places.deeds, [one.executions, one.outcomes], () => deeds(one));
    put(this.places.evidence, one.evidence, evidence);
    put(this.places.timeline, one.timeline, (all) => this.#timeline(all));
    this.charts.show(one.charts, one.marks);
    this.#announce(one.timeline.at(-1)?.text ?? "");
    if (this.asked) this.point(this.asked);
  }

  /** What can be done comes after why, but first when things got worse. */
  #order(worse) {
    if (this.worse === worse) return;
    this.worse = worse;
    const { now, cause, offers, given, deeds: done, ask, charts } = this.places;
    this.main.replaceChildren(...(worse ? [offers, done, now, cause, given, ask, charts] : [now, cause, offers, given, done, ask, charts]));
  }

  /** Leads the eye to a piece of evidence, at once or as soon as it is there. */
  point(piece) {
    const found = document.getElementById(piece);
    this.asked = found ? null : piece;
    if (!found) return;
    for (const one of document.querySelectorAll(".pointed")) one.classList.remove("pointed");
    found.classList.add("pointed");
    found.scrollIntoView({ block: "center", behavior: "smooth" });
  }

  #timeline(all) {
    const newest = [...all].reverse().map(fact);
    const [first, rest] = [newest.slice(0, FACTS), newest.slice(FACTS)];
    const toggled = (event) => (this.whole = event.target.open);
    const earlier = h(
      "details",
      { open: this.whole, ontoggle: toggled },
      h("summary", {}, count(rest.length, "earlier event")),
      h("ol", { class: "timeline" }, rest),
    );
    return region("Timeline", h("ol", { class: "timeline" }, first), rest.length ? earlier : null);
  }

  #announce(text) {
    if (this.#newest && text !== this.#newest) this.say(text);
    this.#newest = text;
  }
}

function head(one) {
  const lasted = one.resolved_at && duration(one.resolved_at.epoch - one.onset.epoch);
  const when = one.resolved_at ? h("span", { class: "since" }, `lasted ${lasted}`) : since(one.onset);
  const at = STEPS.indexOf(one.state);
  return [
    h("div", { class: "line" }, severity(one.severity), state(one.state), when),
    h("h1", {}, one.title),
    h("p", { class: "dim" }, `since ${clock(one.onset.epoch)} · affects ${listing(one.services)}`),
    h(
      "ol",
      { class: "steps", "aria-label": `progress: ${STATES[one.state]}` },
      ["Open", "Acting", "Checking", "Resolved"].map((name, place) =>
        h("li", { "data-step": place < at ? "past" : place === at ? "here" : "ahead" }, name),
      ),
    ),
  ];
}

function signals(one, alive) {
  const all = one.signals;
  const calm = all.some((one) => one.firing) ? null : h("p", { class: "well" }, "✓ Nothing is abnormal any more.");
  return region(alive ? "What is going on" : "What was going on", calm, h("ul", { class: "signals" }, all.map(signal)), gathered(one));
}

/** Of a storm, what was folded into it; of any incident, how many signals are only counted. */
function gathered(one) {
  if (!one.gathered.length && !one.folded) return null;
  return h(
    "div",
    { class: "gathered" },
    one.gathered.length ? [h("h3", { class: "small" }, "Folded into this one"), h("ul", {}, one.gathered.map((line) => h("li", {}, line)))] : null,
    one.folded ? h("p", { class: "small" }, `and ${count(one.folded, "more signal")}, only counted`) : null,
  );
}

function signal(one) {
  const normal = one.expected === null || !one.firing ? null : h("span", { class: "dim" }, `${one.against} ${amount(one.expected, one.unit)}`);
  const value = one.firing ? h("strong", {}, amount(one.value, one.unit)) : h("span", { class: "dim" }, "cleared");
  const words = one.kind === "log" ? h("q", { class: "quote" }, one.example || one.detail) : [value, normal];
  return h(
    "li",
    { "data-firing": String(one.firing), "data-kind": one.kind },
    h("span", { class: "what" }, h("b", {}, one.service), " ", named(one)),
    h("span", { class: "values" }, one.kind === "presence" ? (one.firing ? null : value) : words),
  );
}

function cause(one, changed) {
  const told = one.diagnosis;
  if (!told) return region("Probable cause", h("p", { class: "dim" }, "Still looking."));
  const others = told.service ? one.suspects.slice(0, 3).map(suspect) : [];
  return region(
    "Probable cause",
    h("p", { class: "summary" }, cited(told.summary, one.id)),
    others.length ? h("ul", { class: "suspects", "aria-label": "suspects" }, others) : null,
    h("p", { class: "small" }, author(told)),
    verdict(one, changed),
  );
}

function author(told) {
  if (told.author === "model") return `Words by the model ${told.by}, from the evidence below.`;
  return told.by ? `Words by rules: ${told.by}.` : "Words by rules, from the evidence.";
}

function suspect(one) {
  const share = `${Math.round(one.confidence * 100)}%`;
  const bar = h("span", { class: "share", "aria-hidden": "true" }, h("i", {}));
  bar.firstChild.style.width = share;
  return h("li", {}, h("b", {}, one.service), bar, h("span", {}, share), h("span", { class: "dim" }, one.cause));
}

function evidence(all) {
  if (!all.length) return null;
  return region("Evidence", h("ol", { class: "evidence" }, all.map(piece)));
}

function piece(one) {
  return h(
    "li",
    { id: one.id, "data-kind": one.kind },
    h("span", { class: "id" }, one.id),
    h("div", {}, h("p", {}, one.text), h("p", { class: "small" }, `${one.kind} · ${clock(one.at.epoch)}`)),
  );
}

function fact(one) {
  return h(
    "li",
    { "data-kind": one.kind, "data-tone": one.tone },
    h("time", { datetime: one.at.iso }, clock(one.at.epoch)),
    h("p", { title: one.text }, capital(one.text)),
    one.actor === "steward" ? null : h("p", { class: "small" }, one.actor),
  );
}
