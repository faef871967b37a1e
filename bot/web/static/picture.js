// Before and after an action as a picture: the leading series, the moment of the action, the moment of the verdict.

import { horizontal, levels, times, vertical } from "./axes.js";
import { SHAPES, course } from "./chart.js";
import { h, s } from "./dom.js";
import { amount, clock, named } from "./format.js";

const BOX = { height: 230, left: 52, right: 12, top: 58, bottom: 20 };
const ROWS = [16, 34];

/** A figure that fills the width that it is given. `deed` is the action in words. */
export function picture(outcome, deed) {
  const one = outcome.picture;
  const place = h("div", {});
  const title = h("b", {}, `${one.service} ${named(one)}`);
  new ResizeObserver(() => place.clientWidth && place.replaceChildren(draw(outcome, deed, place.clientWidth))).observe(place);
  const normal = one.normal === null ? "" : `, normally ${amount(one.normal, one.unit)}`;
  const caption = h("figcaption", {}, title, " before and after", h("span", { class: "small" }, `${normal}`));
  return h("figure", { class: "chart picture", "data-result": outcome.result }, caption, place);
}

function draw(outcome, deed, width) {
  const one = outcome.picture;
  const span = [one.points[0].t, one.until.epoch];
  const y = vertical(one.points, one.unit, BOX);
  const x = horizontal(span, width, BOX);
  const [acted, judged] = [one.acted.epoch, one.judged.epoch];
  return s(
    "svg",
    { viewBox: `0 0 ${width} ${BOX.height}`, width, height: BOX.height, role: "img", "aria-label": told(outcome, deed) },
    levels(y, one.unit, width, BOX),
    times(span, x, width, BOX),
    course(one.points, x, y),
    moment("action", ROWS[0], `${outcome.verb} ${clock(acted)}`, x(acted), width),
    moment(outcome.result, ROWS[1], `${outcome.text} ${clock(judged)}`, x(judged), width),
    value("before", nearest(one.points.filter((point) => point.t <= acted), one.before), one, { x, y, width }),
    value("after", one.after === null ? null : last(one.points, acted, judged), one, { x, y, width }),
  );
}

/** A moment as an upright line with its sign and its words on top, on the side where there is room. */
function moment(kind, row, words, at, width) {
  const right = at < width / 2;
  const sign = kind === "action" ? s("path", { d: SHAPES.action, transform: `translate(0 ${row - 4})` }) : s("circle", { r: 4.5, cy: row - 4 });
  return s(
    "g",
    { class: "moment", "data-kind": kind, transform: `translate(${at.toFixed(1)} 0)` },
    s("line", { y1: row, y2: BOX.height - BOX.bottom }),
    sign,
    s("text", { x: right ? 10 : -10, y: row, "text-anchor": right ? "start" : "end" }, words),
  );
}

/** A dot on the line with its value in words. */
function value(name, point, one, { x, y, width }) {
  if (!point) return null;
  const [at, high] = [x(point.t), y(point.value)];
  const left = name === "before" ? at > BOX.left + 110 : at > width - 100; // away from the action, where there is room
  const words = `${name} ${amount(one[name], one.unit)}`;
  return s(
    "g",
    { class: "reading", "data-value": name },
    s("circle", { r: 4.5, cx: at, cy: high }),
    s("text", { x: left ? at - 4 : at + 4, y: high - 10 < BOX.top - 8 ? high + 20 : high - 10, "text-anchor": left ? "end" : "start" }, words),
  );
}

function nearest(points, wanted) {
  const known = points.filter((point) => point.value !== null);
  const far = (point) => Math.abs(point.value - wanted);
  return known.reduce((best, point) => (best && far(best) <= far(point) ? best : point), null);
}

function last(points, from, until) {
  return points.findLast((point) => point.value !== null && point.t > from && point.t <= until) ?? null;
}

function told(outcome, deed) {
  const one = outcome.picture;
  const say = (value) => amount(value, one.unit);
  const normal = one.normal === null ? "" : `, normally ${say(one.normal)}`;
  return (
    `${one.service} ${named(one)}: ${say(one.before)} before, ${say(one.after)} after${normal}. ` +
    `${deed} at ${clock(one.acted.epoch)}; ${outcome.text} at ${clock(one.judged.epoch)}.`
  );
}
