// What differs between settings: rows of a table, and one sentence of what changed.

import { readNumber, written } from "./numbers.js";

const DIGITS = 3; // of a factor
const LONGEST = 24; // letters of a value in the table

// The settings that are not the same in all columns, then the live numbers.
// A column: `values` of the controls and `readouts`, [label, text, ...] each.
export function rowsOf(controls, columns) {
  const settings = controls
    .filter(({ name }) => new Set(columns.map(({ values }) => values[name])).size > 1)
    .map(({ name, meaning }) => ({
      label: meaning, setting: true, cells: columns.map(({ values }) => textOf(values[name])),
    }));
  const [first] = columns;
  const numbers = first.readouts.map(([label], k) => ({
    label, setting: false, cells: columns.map(({ readouts }) => readouts[k]?.[1] ?? "–"),
  }));
  return [...settings, ...numbers];
}

// Say how one setting differs from another, and which live number that moves most.
export function changeOf(controls, from, to, name) {
  const moved = controls
    .filter((control) => from.values[control.name] !== to.values[control.name])
    .map((control) => `${control.meaning} from ${textOf(from.values[control.name])} to `
      + textOf(to.values[control.name]));
  if (!moved.length) return `Now everything is set as in ${name}.`;
  const changes = from.readouts
    .map(([label, text], k) => change(label, text, to.readouts[k]?.[1] ?? ""))
    .filter(Boolean)
    .sort((a, b) => b.size - a.size);
  const most = changes[0]?.size > 0
    ? `What changes most is ${changes[0].says}.`
    : "No live number changes.";
  return `Since ${name}: ${moved.join(", ")}. ${most}`;
}

function change(label, before, after) {
  const [a, b] = [readNumber(before), readNumber(after)];
  if (Number.isNaN(a) || Number.isNaN(b)) return null;
  const size = a === b ? 0 : Math.abs(b - a) / Math.max(Math.abs(a), Math.abs(b));
  const factor = factorOf(a, b);
  const times = factor && ` (${Math.abs(b) < Math.abs(a) ? "÷" : "×"} ${factor})`;
  return { size, says: `“${label}”, from ${before} to ${after}${times}` };
}

// How many times one number is the other, in size; empty where that says nothing.
export function factorOf(a, b) {
  if (a * b <= 0) return "";
  const [small, large] = [Math.abs(a), Math.abs(b)].sort((x, y) => x - y);
  return written(Number((large / small).toPrecision(DIGITS)));
}

function textOf(value) {
  if (typeof value === "boolean") return value ? "on" : "off";
  if (typeof value === "string") return shortened(value.replace(/[_~]/g, " ")) || "–";
  return written(value).replace("-", "−");
}

function shortened(text) {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)} …` : text;
}
