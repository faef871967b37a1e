// One series as a small picture: its values, the normal range, and what happened meanwhile.

import { h, s } from "./dom.js";
import { amount, clock, hour, now } from "./format.js";
import { band, gap, odd, path, steps } from "./scale.js";

const HEIGHT = 150;
const FRESH = 90;
const SHORT = 360;
const EDGE = { left: 52, right: 10, top: 18, bottom: 20 };
const SHAPES = {
  onset: "M0-5 L5 0 L0 5 L-5 0Z",
  deployment: "M-4.5-4.5H4.5V4.5H-4.5Z",
  action: "M0-5.5 L5.5 4.5 H-5.5Z",
  resolved: "M0-4.5A4.5 4.5 0 1 0 .01-4.5Z",
};

/** A figure `width` pixels wide; `span` is the time that all charts share, in epoch seconds. */
export function draw(chart, marks, span, width) {
  const y = vertical(chart);
  const x = (at) => EDGE.left + ((at - span[0]) / (span[1] - span[0])) * (width - EDGE.left - EDGE.right);
  const pause = gap(chart.points);
  const picture = s(
    "svg",
    { viewBox: `0 0 ${width} ${HEIGHT}`, width, height: HEIGHT, role: "img", tabindex: 0, "aria-label": told(chart) },
    y.ticks.map((tick) => level(tick, y, chart.unit, width)),
    times(span, x, width),
    s("path", { class: "band", d: band(chart.points, x, y, pause) }),
    s("path", { class: "expected", d: path(chart.points, "expected", x, y, pause) }),
    s("path", { class: "value", d: path(chart.points, "value", x, y, pause) }),
    s("path", { class: "odd", d: odd(chart.points, x, y, pause) }),
    marks.map((mark) => marker(mark, x)),
  );
  const reading = h("output", {}, latest(chart));
  read(picture, chart, { x, y, reading });
  const title = h("figcaption", {}, h("span", {}, h("b", {}, chart.service), ` ${chart.title}`), reading);
  return h("figure", { class: "chart", "data-series": chart.series, "data-firing": String(chart.firing) }, title, picture);
}

/** The scale of values: from zero unless that would flatten everything. */
function vertical(chart) {
  const seen = chart.points.flatMap((point) => [point.value, point.low, point.high]).filter((one) => one !== null);
  const most = Math.max(...seen);
  const least = Math.min(...seen);
  const from = least >= 0 && least < 0.6 * most ? 0 : least;
  const ticks = steps(from, most > from ? most : from + (Math.abs(from) || 1) * 0.1, chart.unit);
  const [low, high] = [Math.min(from, ticks[0]), Math.max(most, ticks.at(-1))];
  const scale = (value) => HEIGHT - EDGE.bottom - ((value - low) / (high - low)) * (HEIGHT - EDGE.top - EDGE.bottom);
  return Object.assign(scale, { ticks });
}

function level(tick, y, unit, width) {
  return s(
    "g",
    { class: "level" },
    s("line", { x1: EDGE.left, x2: width - EDGE.right, y1: y(tick), y2: y(tick) }),
    s("text", { x: EDGE.left - 6, y: y(tick) + 4, "text-anchor": "end" }, amount(tick, unit)),
  );
}

function times(span, x, width) {
  const count = width > 420 ? 4 : 3;
  const places = Array.from({ length: count }, (_, place) => span[0] + ((span[1] - span[0]) * place) / (count - 1));
  return places.map((at, place) => {
    const anchor = place === 0 ? "start" : place === count - 1 ? "end" : "middle";
    return s("text", { class: "time", x: x(at), y: HEIGHT - 5, "text-anchor": anchor }, hour(at, span[1] - span[0] < SHORT));
  });
}

function marker(mark, x) {
  const at = x(mark.at.epoch).toFixed(1);
  const low = mark.kind === "onset" || mark.kind === "resolved"; // below what people did, so that both can be seen
  return s(
    "g",
    { class: "mark", "data-kind": mark.kind, transform: `translate(${at} 0)` },
    s("title", {}, `${clock(mark.at.epoch)} ${mark.text}`),
    s("line", { y1: EDGE.top - 4, y2: HEIGHT - EDGE.bottom }),
    s("path", { d: SHAPES[mark.kind], transform: `translate(0 ${low ? HEIGHT - EDGE.bottom : 8})` }),
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
  return `${chart.service} ${chart.title}: ${said(last, chart.unit)} at ${clock(last.t)}. Arrow keys read the course.`;
}

/** Reading by pointer, by tap and by arrow keys. */
function read(picture, chart, { x, y, reading }) {
  const points = chart.points.filter((point) => point.value !== null);
  const hair = s("line", { y1: EDGE.top - 4, y2: HEIGHT - EDGE.bottom });
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
