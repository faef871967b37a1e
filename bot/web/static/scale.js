// The arithmetic of charts: ticks, and points to paths. Pure.

/** Two to five round numbers from `from` up to about `to`, in the unit that people read. */
export function steps(from, to, unit) {
  const factor = unit === "ratio" ? 100 : unit === "seconds" && to < 1 ? 1000 : 1;
  const raw = ((to - from) * factor) / 3;
  const size = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 2.5, 5, 10].find((one) => one * size >= raw) * size;
  const ticks = [];
  for (let tick = Math.floor((from * factor) / step) * step; ; tick += step) {
    ticks.push(tick / factor);
    if (tick >= to * factor) return ticks;
  }
}

/** Seconds without a point after which a line breaks: three of the usual steps. */
export function gap(points) {
  const between = points.slice(1).map((point, place) => point.t - points[place].t);
  between.sort((one, other) => one - other);
  return between.length ? Math.max(3 * between[Math.floor(between.length / 2)], 1) : Infinity;
}

/** The runs of points that have what is asked for, without holes. */
function runs(points, has, pause) {
  const found = [];
  let last = -Infinity;
  for (const point of points) {
    if (!has(point)) {
      last = -Infinity;
      continue;
    }
    if (point.t - last > pause) found.push([]);
    found.at(-1).push(point);
    last = point.t;
  }
  return found;
}

function line(run, name, x, y) {
  const places = run.map((point) => `${x(point.t).toFixed(1)} ${y(point[name]).toFixed(1)}`);
  return places.length === 1 ? `M${places[0]}h.01` : `M${places.join("L")}`;
}

/** The line of `name` ("value" or "expected"). */
export function path(points, name, x, y, pause) {
  return runs(points, (point) => point[name] !== null, pause)
    .map((run) => line(run, name, x, y))
    .join("");
}

/** The area between `low` and `high`. */
export function band(points, x, y, pause) {
  return runs(points, (point) => point.low !== null && point.high !== null, pause)
    .map((run) => `${line(run, "high", x, y)}L${line([...run].reverse(), "low", x, y).slice(1)}Z`)
    .join("");
}

/** The line where it is outside of the normal range, each run with the point before it, where that is near. */
export function odd(points, x, y, pause) {
  const out = (point) => point.value !== null && ((point.high !== null && point.value > point.high) || (point.low !== null && point.value < point.low));
  return runs(points, out, pause)
    .map((run) => {
      const before = points[points.indexOf(run[0]) - 1];
      const near = before && before.value !== null && run[0].t - before.t <= pause;
      return line(near ? [before, ...run] : run, "value", x, y);
    })
    .join("");
}
