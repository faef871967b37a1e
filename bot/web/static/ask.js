// A question about an incident, and the answer with what it cites.

import { ask } from "./api.js";
import { h, region } from "./dom.js";
import { capital } from "./format.js";
import { cited } from "./words.js";

/** A box for questions; the last answer stays until the next one. */
export function asking(id) {
  const input = h("input", { id: "question", name: "question", maxlength: 500, autocomplete: "off", placeholder: "since when does checkout fail?" });
  const send = h("button", { type: "submit", "data-action": "ask" }, "Ask");
  const place = h("div", { class: "reply", "aria-live": "polite" });
  const submit = async (event) => {
    event.preventDefault();
    const question = input.value.trim();
    if (!question || send.disabled) return;
    send.disabled = true;
    place.replaceChildren(h("p", { class: "dim" }, "Looking …"));
    try {
      place.replaceChildren(...reply(question, await ask(id, question), id));
      input.value = "";
    } catch (error) {
      place.replaceChildren(h("p", { class: "bad" }, error.message));
    }
    send.disabled = false;
  };
  const form = h("form", { class: "question", onsubmit: submit }, h("label", { for: "question", class: "unseen" }, "Question"), input, send);
  return region("Ask about it", form, place);
}

function reply(question, told, id) {
  return [
    h("p", { class: "asked" }, question),
    h("p", { class: "summary" }, cited(capital(told.text), id)),
    ...told.sections.flatMap((one) => [
      one.heading ? h("h3", { class: "small" }, one.heading) : null,
      h("ul", { class: "facts-cited" }, one.lines.map((line) => h("li", {}, cited(line, id)))),
    ]),
    told.footer ? h("p", { class: "small" }, capital(told.footer)) : null,
  ].filter(Boolean);
}
