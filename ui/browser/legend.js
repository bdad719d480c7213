// A legend in one row above a small picture, where Plotly's own would take half of it.

import { make } from "./dom.js";

const SVG = "http://www.w3.org/2000/svg";
const [WIDTH, HEIGHT] = [22, 10];
const DASHES = {
  dot: "2 2", dash: "6 3", longdash: "9 3", dashdot: "6 2 2 2", longdashdot: "9 2 2 2",
};
// Outlines around the middle of a swatch.
const SYMBOLS = {
  square: "M7 1h8v8h-8z",
  diamond: "M11 0l5 5l-5 5l-5 -5z",
  "triangle-up": "M11 0l5 9h-10z",
  "triangle-down": "M11 10l5 -9h-10z",
  x: "M7 1l8 8M15 1l-8 8",
  "x-thin": "M7 1l8 8M15 1l-8 8",
  cross: "M11 0v10M6 5h10",
  circle: "M11 1a4 4 0 1 0 .01 0z",
};
const STRIPES = "M7 9l5 -8M11 9l5 -8M15 9l2 -4";

// Make a row that names the traces of a drawn figure; nothing where one name says it all.
export function legendOf({ data, layout }) {
  const named = data.filter(({ name, showlegend }) => name && showlegend !== false);
  if (layout.showlegend === false || named.length < 2) return null;
  return make("ul", { class: "live-legend", tabIndex: 0, "aria-label": "Legend" }, named.map(
    (trace) => make("li", {}, [swatch(trace), trace.name]),
  ));
}

function swatch({ type, mode = "", line = {}, marker = {}, fill = "none", fillcolor }) {
  const colors = [marker.color, line.color, marker.line?.color, fillcolor];
  const color = colors.find((one) => typeof one === "string") || "currentColor";
  const root = drawn("svg", { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, "aria-hidden": "true" });
  const stroke = { stroke: color, fill: "none", "stroke-width": 2 };
  if (type === "bar" || (fill !== "none" && !mode.includes("lines"))) {
    root.append(drawn("rect", { x: 6, y: 0, width: 11, height: 10, fill: color,
      "fill-opacity": marker.pattern?.shape ? 0.25 : 1 }));
    if (marker.pattern?.shape) {
      root.append(drawn("path", { d: STRIPES, ...stroke, "stroke-width": 1 }));
    }
    return root;
  }
  if (mode.includes("lines")) {
    const dashes = DASHES[line.dash] ? { "stroke-dasharray": DASHES[line.dash] } : {};
    root.append(drawn("path", { d: `M0 5h${WIDTH}`, ...stroke, stroke: line.color || color, ...dashes }));
  }
  if (mode.includes("markers")) {
    const [symbol, open] = String(marker.symbol || "circle").split("-open");
    const hollow = open !== undefined || ["x", "x-thin", "cross"].includes(symbol);
    const look = hollow ? { ...stroke, "stroke-width": 1.5 } : { fill: color };
    root.append(drawn("path", { d: SYMBOLS[symbol] || SYMBOLS.circle, ...look }));
  }
  return root;
}

function drawn(tag, attributes) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
  return element;
}
