// Who looks after an incident, who silenced it, and the buttons for both: none of them acts on a target.

import { acknowledge, endSilence, judge, resolve, silence } from "./api.js";
import { h } from "./dom.js";
import { capital, clock, count, listing } from "./format.js";
import { answering, button } from "./press.js";
import { until } from "./standing.js";

const SPANS = [
  ["1h", "1 hour"],
  ["4h", "4 hours"],
  ["tomorrow", "until tomorrow, 8:00"],
  ["", "other"],
];
const SAID = { harmless: "not a problem", helpful: "helpful", wrong: "the cause is wrong" };

/** The bar under an incident's title; `mute` opens the question for how long it shall be silent. */
export function care(one, changed, mute) {
  const answer = answering();
  const press = (send) => ({ send, answer, done: changed });
  const made = (action, words, send, about) => button({ "data-action": action, title: about }, words, press(send));
  const open = one.state !== "resolved";
  const buttons = [
    open && !one.ack ? made("ack", "Ack", () => acknowledge(one.id), "Say that you look after it") : null,
    open ? h("button", { type: "button", "data-action": "mute", "aria-haspopup": "dialog", onclick: mute }, "Silence …") : null,
    open ? made("resolve", "Resolve", () => resolve(one.id), "End it by hand") : null,
    one.verdicts.mine === "harmless"
      ? null
      : made("harmless", "Not a problem", () => judge(one.id, "harmless"), "End it, and let such signals be wider from now on"),
  ];
  const said = one.verdicts.harmless ? `${count(one.verdicts.harmless, "person")} said: ${SAID.harmless}`.replace("persons", "people") : null;
  return [
    one.ack ? h("p", { class: "held" }, `${one.ack.words} looks after it since ${clock(one.ack.at.epoch)}`) : null,
    ...one.silences.map((each) => muted(each, press(() => endSilence(each.id)))),
    said ? h("p", { class: "dim" }, said) : null,
    buttons.some(Boolean) ? h("div", { class: "buttons small" }, buttons) : null,
    answer,
  ];
}

function muted(one, press) {
  return h(
    "div",
    { class: "muted", "data-silence": one.id },
    h("p", {}, `Silenced until ${until(one.until)}: ${one.text}`),
    button({ "data-action": "unsilence", "aria-label": `End the silence of ${listing(one.services)}` }, "End", press),
  );
}

/** Whether the cause was right, below it: what people said, and two buttons. */
export function verdict(one, changed) {
  const answer = answering();
  const made = (word, words) =>
    button({ "data-action": word, "aria-pressed": String(one.verdicts.mine === word), disabled: one.verdicts.mine === word }, words, {
      send: () => judge(one.id, word),
      answer,
      done: changed,
    });
  const told = ["helpful", "wrong"].filter((word) => one.verdicts[word]).map((word) => `${one.verdicts[word]} said ${SAID[word]}`);
  return h(
    "div",
    { class: "judge" },
    h("span", { class: "small" }, told.length ? `${capital(listing(told))}.` : "Is this right?"),
    h("div", { class: "buttons small" }, made("helpful", "Helpful"), made("wrong", "Wrong")),
    answer,
  );
}

/** Asks for how long the services of an incident shall be silent, and why. */
export class Mute {
  constructor(changed) {
    this.changed = changed;
    this.dialog = h("dialog", { class: "ask", "aria-labelledby": "mute" });
  }

  open(one) {
    const answer = answering();
    const other = h("input", { name: "other", maxlength: 20, autocomplete: "off", placeholder: "30m, 2h, 3d", "aria-label": "for how long" });
    const reason = h("input", { id: "muted", name: "reason", maxlength: 200, autocomplete: "off", placeholder: "for whoever reads it" });
    const spans = SPANS.map(([span, words], place) => choice(span, words, place === 0));
    const chosen = () => spans.find((each) => each.firstChild.checked).firstChild.value || other.value;
    const done = (told) => {
      if (told.accepted) this.dialog.close();
      this.changed();
    };
    const yes = button({ class: "primary", "data-action": "silence" }, "Silence", { send: () => silence(one.id, chosen(), reason.value), answer, done });
    const no = h("button", { type: "button", "data-action": "cancel", onclick: () => this.dialog.close() }, "Cancel");
    other.addEventListener("input", () => (spans.at(-1).firstChild.checked = true));
    for (const input of [other, reason]) input.addEventListener("keydown", (event) => event.key === "Enter" && yes.click());
    this.dialog.replaceChildren(
      h("h2", { id: "mute" }, `Silence ${listing(one.services)}?`),
      h("p", {}, "The chats are not told of it until then. Watching and actions go on."),
      h("fieldset", {}, h("legend", {}, "For how long"), spans, other),
      h("label", { for: "muted" }, "Reason"),
      reason,
      h("div", { class: "buttons" }, yes, no),
      answer,
    );
    this.dialog.showModal();
  }
}

function choice(span, words, checked) {
  return h("label", { class: "choice" }, h("input", { type: "radio", name: "span", value: span, checked }), h("span", {}, words));
}
