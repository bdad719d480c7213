// What a chart shows, in words that follow the sliders: shape, extremes, crossings, points.

const FLAT = 1e-6; // of the range: smaller changes are none
const MOST_POINTS = 6;
const MOST_CURVES = 5;

// Describe a figure for whoever does not see it.
export function describe(figure) {
  const { data, layout } = figure;
  const title = layout.meta?.title || "Chart";
  const names = [layout.xaxis, layout.yaxis].map((axis) => axis?.title?.text || "");
  const axes = names.every(Boolean) ? ` ${names[1]} against ${names[0]}.` : "";
  const shown = data.filter(({ visible, meta }) => visible !== false && meta?.of === undefined);
  const parts = [
    ...shown.filter(({ type }) => type === "bar").map((trace) => bars(trace, layout)),
    ...shown.filter(({ type }) => type === "heatmap").map((trace) => map(trace, layout)),
    ...curves(shown.filter((trace) => isCurve(trace))),
    ...points(shown.filter((trace) => isPoints(trace))),
  ].filter(Boolean);
  return `${plain(title)}.${plain(axes)} ${parts.join(" ")}`.trim();
}

const isCurve = ({ type, mode }) => (type || "scatter") === "scatter" && /lines/.test(mode || "");
const isPoints = ({ type, mode }) =>
  (type || "scatter") === "scatter" && /markers/.test(mode || "") && !/lines/.test(mode);

function bars({ name, x, y, text }, layout) {
  const values = numbers(y);
  if (!values.length) return "";
  const labels = numbers(x).map((place, k) => tick(layout.xaxis, place) || text?.[k] || place);
  const many = values.length > MOST_POINTS;
  const told = many
    ? extremes(values, (k) => labels[k])
    : values.map((value, k) => `${labels[k]} ${number(value)}`).join(", ");
  return `${lead(name)}${told}.`;
}

function map({ z, y0 = 0 }, layout) {
  const rows = Array.from(z, (row) => numbers(row));
  const flat = rows.flatMap((row, i) => row.map((value, j) => ({ value, i, j })))
    .filter(({ value }) => Number.isFinite(value));
  if (!flat.length) return "";
  const place = ({ i, j }) =>
    `row ${tick(layout.yaxis, y0 + i) || y0 + i + 1}, column ${tick(layout.xaxis, j) || j + 1}`;
  const sorted = [...flat].sort((a, b) => b.value - a.value);
  const [most, least] = [sorted[0], sorted.at(-1)];
  const size = `${rows.length} by ${rows[0].length} cells`;
  if (most.value === least.value) return `${size}, all ${number(most.value)}.`;
  return `${size}; largest ${number(most.value)} at ${place(most)}, smallest `
    + `${number(least.value)} at ${place(least)}.`;
}

function curves(traces) {
  const told = traces.slice(0, MOST_CURVES).map((trace) => {
    const found = finite(trace);
    if (found.length < 2) return "";
    return `${lead(trace.name)}${shape(found)}.`;
  });
  const rest = traces.length - MOST_CURVES;
  if (rest > 0) told.push(`And ${rest} more curves.`);
  const [first, second] = traces;
  if (traces.length === 2) told.push(crossings(finite(first), finite(second)));
  return told;
}

// How a curve runs: from where to where, and its turns in between.
export function shape(found) {
  const heights = found.map(({ y }) => y);
  const [low, high] = [Math.min(...heights), Math.max(...heights)];
  const [start, end] = [found[0], found.at(-1)];
  const range = high - low;
  const from = `from ${number(start.y)} at ${number(start.x)} to ${number(end.y)} at `
    + `${number(end.x)}`;
  if (range <= FLAT * Math.max(Math.abs(low), Math.abs(high), FLAT)) {
    return `level at ${number(start.y)}`;
  }
  const turns = turnsOf(found, 0.02 * range);
  const way = end.y > start.y ? "rises" : "falls";
  if (!turns.length) return `${way} ${from}`;
  if (turns.length > 2) return `swings ${turns.length} times between ${number(low)} and ${number(high)}, ${from}`;
  const told = turns.map(({ kind, at }) => `a ${kind} of ${number(at.y)} at ${number(at.x)}`);
  return `goes ${from} with ${told.join(" and ")}`;
}

// The highest and lowest places between which a curve moves by more than `least`.
function turnsOf(found, least) {
  const turns = [];
  let [direction, extreme] = [0, found[0]];
  for (const point of found) {
    const moved = point.y - extreme.y;
    if (direction * moved >= 0 && direction) extreme = point;
    else if (Math.abs(moved) > least) {
      if (direction) turns.push({ kind: direction > 0 ? "maximum" : "minimum", at: extreme });
      [direction, extreme] = [Math.sign(moved), point];
    } else if (!direction && Math.abs(moved) > 0 && Math.abs(point.y - found[0].y) > least) {
      [direction, extreme] = [Math.sign(moved), point];
    }
  }
  return turns;
}

// Where two curves over the same places cross.
export function crossings(one, other) {
  const heights = new Map(other.map(({ x, y }) => [x, y]));
  const gaps = one.filter(({ x }) => heights.has(x)).map(({ x, y }) => ({ x, gap: y - heights.get(x) }));
  const places = [];
  for (let k = 1; k < gaps.length; k += 1) {
    const [a, b] = [gaps[k - 1], gaps[k]];
    if (a.gap * b.gap < 0) places.push(a.x + ((b.x - a.x) * a.gap) / (a.gap - b.gap));
  }
  if (!places.length) return "";
  const told = places.slice(0, MOST_POINTS).map(number).join(", ");
  return `They cross at ${told}.`;
}

function points(traces) {
  return traces.map((trace) => {
    const found = finite(trace);
    if (!found.length) return "";
    const texts = [].concat(trace.text ?? []);
    if (found.length > MOST_POINTS) {
      const heights = found.map(({ y }) => y);
      return `${lead(trace.name)}${found.length} points between ${number(Math.min(...heights))} `
        + `and ${number(Math.max(...heights))}.`;
    }
    const told = found.map(({ x, y, k }) => {
      const text = plain(texts[k] || trace.name || "point");
      return `${text} at ${number(x)}, ${number(y)}`;
    });
    return `${told.join("; ")}.`;
  });
}

function extremes(values, label) {
  const known = values.map((value, k) => ({ value, k })).filter(({ value }) => Number.isFinite(value));
  const sorted = known.sort((a, b) => b.value - a.value);
  const [most, least] = [sorted[0], sorted.at(-1)];
  return `${values.length} bars; largest ${label(most.k)} ${number(most.value)}, smallest `
    + `${label(least.k)} ${number(least.value)}`;
}

const lead = (name) => (name ? `${plain(name)}: ` : "");

function finite({ x, y }) {
  const [xs, ys] = [numbers(x), numbers(y)];
  return ys.map((value, k) => ({ x: xs[k], y: value, k }))
    .filter((point) => Number.isFinite(point.x) && Number.isFinite(point.y));
}

const numbers = (list) => Array.from(list ?? [], Number);

// The name of a place on an axis, where it has names.
function tick(axis, place) {
  const k = Array.from(axis?.tickvals ?? [], Number).indexOf(Number(place));
  return k < 0 ? "" : plain(String(axis.ticktext?.[k] ?? ""));
}

export function number(value) {
  if (!Number.isFinite(value)) return "undefined";
  const text = String(Number(value.toPrecision(3)));
  return text.replace("-", "−");
}

// Without the marks that Plotly reads.
const plain = (text) => String(text).replace(/<[^>]+>/g, " ").replace(/\s+/g, " ").trimEnd();
