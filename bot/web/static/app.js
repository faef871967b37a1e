// The page: which view is shown, what is new, and whether the line is up.

import * as api from "./api.js";
import { h } from "./dom.js";
import { capital, clock, count, countdown, duration, now, setZone } from "./format.js";
import { IncidentView } from "./incident.js";
import { ListView } from "./list.js";
import { listen } from "./live.js";
import { Switch } from "./switch.js";

const POLL = 5000;
const place = document.getElementById("view");
const trouble = document.getElementById("trouble");
const line = document.getElementById("live");
const halt = new Switch(document.getElementById("switch"), document.getElementById("halted"), refresh);
let view = null;
let fresh = null;
let busy = false;
let again = false;

/** Shows what the address names. A third part is evidence to point at. */
function route() {
  const [, kind, id, piece] = location.hash.split("/");
  const wanted = kind === "incident" && id ? `incident/${id}` : "list";
  if (view?.name !== wanted) {
    view = wanted === "list" ? new ListView(refresh) : new IncidentView(id, refresh, say);
    view.name = wanted;
    place.replaceChildren(view.root);
    scrollTo(0, 0);
  }
  if (piece) view.point?.(piece);
  refresh();
}

/** Brings everything up to date; while one round runs, at most one more waits. */
async function refresh() {
  if (busy) {
    again = true;
    return;
  }
  busy = true;
  try {
    const [status, actions] = await Promise.all([api.status(), api.actions()]);
    setZone(status.zone);
    header(status);
    halt.show(actions);
    await view.refresh(status, actions);
    aged(false);
    trouble.hidden = !view.trouble;
    trouble.textContent = view.trouble ?? "";
  } catch (error) {
    failed(error);
  } finally {
    busy = false;
    tick();
  }
  if (again) {
    again = false;
    refresh();
  }
}

function header(status) {
  document.title = status.open ? `(${status.open}) Steward` : "Steward";
  const sick = status.parts.filter((part) => !part.up);
  view.trouble = sick.map((part) => `${capital(part.name)}: ${part.trouble}`).join(" · ");
  const well = sick.length ? `${count(sick.length, "part")} in trouble` : "all parts are well";
  const notes = status.parts.filter((part) => part.note);
  document
    .getElementById("foot")
    .replaceChildren(
      h("span", {}, `Steward ${status.version} · ${well}`),
      h("span", {}, `signed in as ${status.person}`),
      ...notes.map((part) => h("span", { class: "note" }, `${capital(part.name)}: ${part.note}`)),
    );
}

function failed(error) {
  if (!(error instanceof api.Refusal)) throw error;
  if (error.status === 401) {
    halt.hide();
    view = { name: "door", refresh: route };
    place.replaceChildren(door());
  }
  trouble.hidden = error.status === 401;
  trouble.textContent = error.message;
  if (error.status !== 401) aged(true);
}

/** What is shown may be old when Steward does not answer: it pales, and says of when it is. */
function aged(old) {
  document.documentElement.classList.toggle("old", old);
  if (!old) fresh = now();
  else if (fresh) trouble.textContent += ` What you see is of ${clock(fresh)}.`;
}

function door() {
  return h(
    "section",
    { class: "hero" },
    h("h1", {}, "Please sign in"),
    h("p", {}, "Open the link that Steward printed when it started. It serves once; start Steward again for a new one."),
  );
}

/** Tells people who listen instead of look. */
function say(text) {
  const said = document.getElementById("said");
  if (said.textContent !== text) said.textContent = text;
}

/** Moves every relative time on the page. */
function tick() {
  for (const node of document.querySelectorAll("[data-since]")) put(node, duration(now() - node.dataset.since));
  for (const node of document.querySelectorAll("[data-until]")) put(node, countdown(node.dataset.until - now()));
}

function put(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

addEventListener("hashchange", route);
setInterval(tick, 1000);
setInterval(() => document.visibilityState === "visible" && view?.alive && refresh(), POLL);
route();
listen(refresh, (state) => {
  line.dataset.state = state;
  line.textContent = state;
});
