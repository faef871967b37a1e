// The switch that stops every action: a button with a second thought, and a banner that cannot be missed.

import { go, stop } from "./api.js";
import { Sections, h } from "./dom.js";
import { capital, clock, listing } from "./format.js";
import { answering, button } from "./press.js";

export class Switch {
  #sections = new Sections();
  #running = [];

  /** `place` holds the button, `banner` says that all is stopped. */
  constructor(place, banner, changed) {
    Object.assign(this, { banner, changed });
    this.open = h("button", { class: "halt", type: "button", "data-action": "halt", onclick: () => this.#ask() }, "Stop all actions");
    this.dialog = h("dialog", { class: "ask", "aria-labelledby": "ask" });
    place.replaceChildren(this.open);
    document.body.append(this.dialog);
  }

  show(actions) {
    this.#running = actions.running;
    this.open.hidden = actions.stopped !== null || !actions.may_decide;
    if (actions.stopped && this.dialog.open) this.dialog.close();
    this.#sections.put(this.banner, [actions.stopped, actions.running, actions.may_decide], () => this.#banner(actions));
  }

  /** Nobody is signed in: there is nothing to show. */
  hide() {
    this.#sections = new Sections();
    this.open.hidden = true;
    this.banner.hidden = true;
    if (this.dialog.open) this.dialog.close();
  }

  #banner({ stopped, running, may_decide }) {
    if (!stopped) return null;
    const answer = answering();
    return [
      h("span", { class: "sign", "aria-hidden": "true" }, "■"),
      h(
        "div",
        {},
        h("p", {}, h("b", {}, "All actions are stopped"), ` by ${stopped.words} since ${clock(stopped.at.epoch)}`),
        stopped.reason ? h("p", {}, capital(stopped.reason)) : null,
        running.length ? h("p", {}, `Had begun before: ${listing(running.map((one) => one.text))}`) : null,
        answer,
      ),
      may_decide ? button({ "data-action": "go" }, "Let actions run again", { send: go, answer, done: this.changed }) : null,
    ];
  }

  #ask() {
    const answer = answering();
    const reason = h("input", { id: "why", name: "reason", maxlength: 200, autocomplete: "off", placeholder: "for whoever reads it" });
    const done = (told) => {
      if (told.accepted) this.dialog.close();
      this.changed();
    };
    const yes = button({ class: "danger", "data-action": "stop" }, "Stop all actions", { send: () => stop(reason.value), answer, done });
    const no = h("button", { type: "button", "data-action": "cancel", onclick: () => this.dialog.close() }, "Cancel");
    const begun = this.#running.map((one) => one.text);
    reason.addEventListener("keydown", (event) => event.key === "Enter" && yes.click());
    const parts = [
      h("h2", { id: "ask" }, "Stop all actions?"),
      h("p", {}, "Nothing runs, approved or not, until somebody lets actions run again. Watching goes on."),
      begun.length ? h("p", { class: "bad" }, `Has begun and cannot be called back: ${listing(begun)}.`) : null,
      h("label", { for: "why" }, "Reason"),
      reason,
      h("div", { class: "buttons" }, yes, no),
      answer,
    ];
    this.dialog.replaceChildren(...parts.filter(Boolean));
    this.dialog.showModal();
    reason.focus();
  }
}
