// Plotly: loaded once for all lessons, and spared a search that it makes at every drawing.

import { make } from "./dom.js";

export function loadPlotly(address) {
  window.formulaPlotly ||= coming(address)
    .then(() => window.Plotly || run(address))
    .then(() => rememberArrays(window.Plotly.PlotSchema));
  return window.formulaPlotly;
}

// The page may have the script in its head, where it runs before the page is complete.
function coming(address) {
  const early = [...document.scripts].find(({ src }) => src === address);
  const over = window.Plotly || document.readyState === "complete";
  if (!early || over) return Promise.resolve();
  return new Promise((resolve) => {
    for (const end of ["load", "error"]) early.addEventListener(end, resolve);
    window.addEventListener("load", resolve);
  });
}

function run(address) {
  return new Promise((resolve, reject) => {
    const script = make("script", { src: address });
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
}

// For each trace of each drawing Plotly goes through all that a trace of its type may say,
// to find what holds an array; a sixth of a drag goes there. Traces of a type that hold
// arrays at the same places have the same answer, so it is remembered.
export function rememberArrays(schema) {
  const find = schema?.findArrayAttributes;
  if (!find) return;
  const known = new Map();
  schema.findArrayAttributes = (trace) => {
    const key = `${trace.type} ${arraysIn(trace).join(" ")}`;
    if (!known.has(key)) known.set(key, find.call(schema, trace));
    return known.get(key).slice();
  };
}

// The places where a trace holds arrays; what begins with _ is Plotly's own.
function arraysIn(node, place = "") {
  return Object.keys(node).flatMap((name) => {
    const value = node[name];
    if (name.startsWith("_") || value === null || typeof value !== "object") return [];
    if (!Array.isArray(value) && !ArrayBuffer.isView(value)) {
      return arraysIn(value, `${place}${name}.`);
    }
    // Of arrays of objects (dimensions, error bars) the members may differ in what they hold.
    const members = typeof value[0] === "object" && !Array.isArray(value[0])
      ? value.flatMap((member, k) => (member ? arraysIn(member, `${place}${name}[${k}].`) : []))
      : [];
    return [place + name, ...members];
  });
}
