// All charts of an incident, over the same span of time.

import { draw } from "./chart.js";
import { h } from "./dom.js";

const FIRST = 6;
const SOON = 180;

export class Charts {
  #all = false;
  #key = "";

  constructor(place) {
    this.place = place;
    this.grid = h("div", { class: "grid" });
    this.more = h("button", { class: "quiet", "data-action": "charts", type: "button", onclick: () => this.#expand() });
    place.append(h("h2", {}, "Charts"), legend(), this.grid, this.more);
    new ResizeObserver(() => this.#paint()).observe(this.grid);
  }

  show(charts, marks) {
    const drawn = charts.filter((one) => one.points.some((point) => point.value !== null));
    const newest = drawn.map((one) => [one.series, one.firing, one.points.length, one.points.at(-1).t]);
    const key = JSON.stringify([newest, marks]);
    if (key === this.#key || this.#read()) return;
    this.#key = key;
    Object.assign(this, { charts: drawn, marks });
    this.place.hidden = drawn.length === 0;
    this.#paint();
  }

  /** Whether somebody reads a chart just now: it shall not move under the pointer. */
  #read() {
    const pointed = matchMedia("(hover: hover)").matches && this.grid.matches(":hover");
    return pointed || this.grid.contains(document.activeElement);
  }

  #expand() {
    this.#all = !this.#all;
    this.#paint();
  }

  #paint() {
    const charts = this.charts ?? [];
    const width = this.grid.clientWidth;
    if (!width || !charts.length) return;
    const columns = width >= 560 ? 2 : 1;
    const each = Math.floor((width - 20 * (columns - 1)) / columns);
    const span = range(charts, this.marks);
    const marks = this.marks.filter((mark) => mark.at.epoch >= span[0] && mark.at.epoch <= span[1]);
    const shown = this.#all ? charts : charts.slice(0, FIRST);
    this.grid.replaceChildren(...shown.map((one) => draw(one, marks, span, each)));
    this.more.hidden = charts.length <= FIRST;
    this.more.textContent = this.#all ? "Show fewer charts" : `Show ${charts.length - FIRST} more`;
  }
}

/** From the first point to the last, and to what happened soon after it. */
function range(charts, marks) {
  const first = Math.min(...charts.map((one) => one.points[0].t));
  const last = Math.max(...charts.map((one) => one.points.at(-1).t));
  const after = marks.map((mark) => mark.at.epoch).filter((at) => at < last + SOON);
  return [first, Math.max(last, first + 60, ...after)];
}

function legend() {
  const entries = [
    ["value", "measured"],
    ["odd", "outside of normal"],
    ["band", "normal range"],
    ["onset", "onset"],
    ["deployment", "deployment"],
    ["action", "action"],
    ["resolved", "resolved"],
  ];
  return h("ul", { class: "legend" }, entries.map(([kind, words]) => h("li", { "data-kind": kind }, words)));
}
