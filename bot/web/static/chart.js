// One series as a small picture: its values, the normal range, and what happened meanwhile.

import { horizontal, levels, times, vertical } from "./axes.js";
import { h, s } from "./dom.js";
import { amount, clock, named, now } from "./format.js";
import { band, gap, odd, path } from "./scale.js";

const FRESH = 90;
const EDGE = { height: 150, left: 52, right: 10, top: 18, bottom: 20 };
export const SHAPES = {
  onset: "M0-5 L5 0 L0 5 L-5 0Z",
  deployment: "M-4.5-4.5H4.5V4.5H-4.5Z",
  action: "M0-5.5 L5.5 4.5 H-5.5Z",
  resolved: "M0-4.5A4.5 4.5 0 1 0 .01-4.5Z",
};

/** A figure `width` pixels wide; `span` is the time that all charts share, in epoch seconds. */
export function draw(chart, marks, span, width) {
  const y = vertical(chart.points, chart.unit, EDGE);
  const x = horizontal(span, width, EDGE);
  const picture = s(
    "svg",
    { viewBox: `0 0 ${width} ${EDGE.height}`, width, height: EDGE.height, role: "img", tabindex: 0, "aria-label": told(chart) },
    levels(y, chart.unit, width, EDGE),
    times(span, x, width, EDGE),
    course(chart.points, x, y),
    marks.map((mark) => marker(mark, x)),
  );
  const reading = h("output", {}, latest(chart));
  read(picture, chart, { x, y, reading });
  const title = h("figcaption", {}, h("span", {}, h("b", {}, chart.service), ` ${named(chart)}`), reading);
  return h("figure", { class: "chart", "data-series": chart.series, "data-firing": String(chart.firing) }, title, picture);
}

/** The normal range, what was expected, the values, and louder those outside of normal. */
export function course(points, x, y) {
  const pause = gap(points);
  return [
    s("path", { class: "band", d: band(points, x, y, pause) }),
    s("path", { class: "expected", d: path(points, "expected", x, y, pause) }),
    s("path", { class: "value", d: path(points, "value", x, y, pause) }),
    s("path", { class: "odd", d: odd(points, x, y, pause) }),
  ];
}

function marker(mark, x) {
  const at = x(mark.at.epoch).toFixed(1);
  const low = mark.kind === "onset" || mark.kind === "resolved"; // below what people did, so that both can be seen
  return s(
    "g",
    { class: "mark", "data-kind": mark.kind, transform: `translate(${at} 0)` },
    s("title", {}, `${clock(mark.at.epoch)} ${mark.text}`),
    s("line", { y1: EDGE.top - 4, y2: EDGE.height - EDGE.bottom }),
    s("path", { d: SHAPES[mark.kind], transform: `translate(0 ${low ? EDGE.height - EDGE.bottom : 8})` }),
  );
}

function said(point, unit) {
  const range = point.low === null ? "" : `, normal ${amount(point.low, unit)} to ${amount(point.high, unit)}`;
  return `${amount(point.value, unit)}${range}`;
}

function latest(chart) {
  const last = chart.points.findLast((point) => point.value !== null);
  return `${now() - last.t < FRESH ? "now" : "last"} ${amount(last.value, chart.unit)}`;
}

function told(chart) {
  const last = chart.points.findLast((point) => point.value !== null);
  return `${chart.service} ${named(chart)}: ${said(last, chart.unit)} at ${clock(last.t)}. Arrow keys read the course.`;
}

/** Reading by pointer, by tap and by arrow keys. */
function read(picture, chart, { x, y, reading }) {
  const points = chart.points.filter((point) => point.value !== null);
  const hair = s("line", { y1: EDGE.top - 4, y2: EDGE.height - EDGE.bottom });
  const dot = s("circle", { r: 4 });
  const cross = s("g", { class: "cross", visibility: "hidden" }, hair, dot);
  picture.append(cross);
  let place = points.length - 1;
  const show = (next) => {
    place = Math.max(0, Math.min(points.length - 1, next));
    const point = points[place];
    cross.setAttribute("visibility", "visible");
    cross.setAttribute("transform", `translate(${x(point.t).toFixed(1)} 0)`);
    dot.setAttribute("cy", y(point.value));
    reading.textContent = `${clock(point.t)}  ${said(point, chart.unit)}`;
  };
  const nearest = (event) => {
    const at = event.clientX - picture.getBoundingClientRect().left;
    let best = 0;
    for (let each = 1; each < points.length; each += 1) {
      if (Math.abs(x(points[each].t) - at) < Math.abs(x(points[best].t) - at)) best = each;
    }
    show(best);
  };
  const hide = () => {
    cross.setAttribute("visibility", "hidden");
    reading.textContent = latest(chart);
  };
  picture.addEventListener("pointermove", nearest);
  picture.addEventListener("pointerdown", nearest);
  picture.addEventListener("pointerleave", hide);
  picture.addEventListener("blur", hide);
  picture.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (!step) return;
    event.preventDefault();
    show(place + step);
  });
}
