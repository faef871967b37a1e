// A button that sends something, and the words that come back.

import { h } from "./dom.js";
import { capital } from "./format.js";

/** Where the answer to a press is told. */
export function answering() {
  return h("p", { class: "answer", role: "status" });
}

/**
 * A button whose press calls `send()`, which gives `{accepted, text}`. While it is under way, no button beside it can be
 * pressed; afterwards only when nothing came of it. `done(told)` is called after every press.
 */
export function button(attributes, words, { send, answer, done }) {
  const made = h("button", { type: "button", ...attributes }, words);
  const enable = (able) => {
    for (const each of made.parentElement?.querySelectorAll("button") ?? []) each.disabled = !able;
  };
  const refused = () => {
    enable(true);
    delete made.dataset.pressed;
    made.focus({ preventScroll: true });
  };
  made.addEventListener("click", async () => {
    made.dataset.pressed = "";
    enable(false);
    delete answer.dataset.accepted;
    answer.textContent = "Sending …";
    const told = await send().catch((error) => ({ accepted: false, text: error.message.replace(/\.$/, "") }));
    answer.textContent = `${capital(told.text)}.`;
    answer.dataset.accepted = String(told.accepted);
    if (!told.accepted) refused();
    done(told);
  });
  return made;
}
