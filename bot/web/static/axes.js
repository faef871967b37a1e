// What every picture of a series stands on: the scale of values, its levels, and the time below.

import { s } from "./dom.js";
import { axis, hour } from "./format.js";
import { steps } from "./scale.js";

const SHORT = 360;

/** The scale of values in a box `{height, left, right, top, bottom}`: from zero unless that would flatten everything. */
export function vertical(points, unit, box) {
  const seen = points.flatMap((point) => [point.value, point.low, point.high]).filter((one) => one !== null);
  const most = Math.max(...seen);
  const least = Math.min(...seen);
  const from = least >= 0 && least < 0.6 * most ? 0 : least;
  const ticks = unit === "bool" ? [0, 1] : steps(from, most > from ? most : from + (Math.abs(from) || 1) * 0.1, unit);
  const [low, high] = [Math.min(from, ticks[0]), Math.max(most, ticks.at(-1))];
  const scale = (value) => box.height - box.bottom - ((value - low) / (high - low)) * (box.height - box.top - box.bottom);
  return Object.assign(scale, { ticks });
}

/** The scale of time over a span in epoch seconds. */
export function horizontal(span, width, box) {
  return (at) => box.left + ((at - span[0]) / (span[1] - span[0])) * (width - box.left - box.right);
}

/** A line with its value for each tick. */
export function levels(y, unit, width, box) {
  const words = axis(y.ticks, unit);
  return y.ticks.map((tick, place) =>
    s(
      "g",
      { class: "level" },
      s("line", { x1: box.left, x2: width - box.right, y1: y(tick), y2: y(tick) }),
      s("text", { x: box.left - 6, y: y(tick) + 4, "text-anchor": "end" }, words[place]),
    ),
  );
}

/** The time of day below the picture. */
export function times(span, x, width, box) {
  const count = width > 420 ? 4 : 3;
  const places = Array.from({ length: count }, (_, place) => span[0] + ((span[1] - span[0]) * place) / (count - 1));
  return places.map((at, place) => {
    const anchor = place === 0 ? "start" : place === count - 1 ? "end" : "middle";
    return s("text", { class: "time", x: x(at), y: box.height - 5, "text-anchor": anchor }, hour(at, span[1] - span[0] < SHORT));
  });
}
