// Linked representations: point at a symbol, and its slider, numbers, readouts and traces
// light up; drag a number in the formula, or step it by keys, and its slider moves.

import { make } from "./dom.js";
import { nearest } from "./controls.js";
import { isSame } from "./same.js";

const STEP = 6; // pixels from one position of a slider to the next
const KEYS = { ArrowUp: 1, ArrowDown: -1, PageUp: 10, PageDown: -10 };

export class Links {
  // `root` holds everything, `controls()` returns the controls, `actions` are theirs,
  // `plots()` the charts.
  constructor(root, { controls, actions, plots }) {
    Object.assign(this, { root, controls, actions, plots });
    this.rules = make("style");
    this.colors = {}; // of the quantities that pictures show in their color
    this.givens = new Set(); // what has a slider
    root.append(this.rules);
    root.addEventListener("pointerover", (event) => this.light(named(event.target)));
    root.addEventListener("pointerleave", () => this.light(""));
    root.addEventListener("focusin", (event) => this.light(named(event.target)));
    root.addEventListener("pointerdown", (event) => this.begin(event));
    root.addEventListener("keydown", (event) => this.key(event));
  }

  describe(quantities) {
    for (const { name, color, drawn, control } of quantities) {
      if (drawn) this.colors[name] = color;
      if (control) this.givens.add(name);
    }
  }

  close() {
    this.drag?.abort();
  }

  // Style rules, because the formula's elements are new in every frame.
  light(name) {
    if (name === this.name) return;
    this.name = name;
    // The results that are told beside a slider all follow it.
    const results = this.givens.has(name) ? ":not(dt, dd)" : "";
    const rest = `[data-quantity]:not([data-quantity="${CSS.escape(name)}"])${results}`;
    this.rules.textContent = name ? `.live ${rest} { opacity: 0.45; }` : "";
    this.fade();
  }

  // A picture that is drawn again has new traces. Those of another setting keep their colors:
  // what moves is all to be seen.
  show({ values }) {
    if (isSame(values, this.values)) this.fade();
    this.values = values;
  }

  // Traces have the color of the quantity that they show.
  fade() {
    const style = getComputedStyle(this.root);
    const k = this.colors[this.name];
    const color = k && style.getPropertyValue(`--series-${k}`).trim();
    for (const plot of this.plots()) {
      const traces = [...plot.querySelectorAll(".trace")];
      const own = traces.map((trace) => color && colorsOf(trace).includes(color));
      traces.forEach((trace, k) => {
        const isOther = own.some(Boolean) && !own[k];
        trace.style.opacity = isOther ? "0.3" : traceOf(trace)?.opacity ?? "";
      });
    }
  }

  // A trace that is pointed at lights up its quantity, until it is no longer pointed at.
  point(trace) {
    const lit = this.pointed;
    this.pointed = null;
    if (!trace) {
      if (lit && lit === this.name) this.light("");
      return;
    }
    const style = getComputedStyle(this.root);
    const colors = [trace.line?.color, trace.marker?.color];
    const found = Object.entries(this.colors).find(([, k]) =>
      colors.includes(style.getPropertyValue(`--series-${k}`).trim()));
    if (!found) return;
    [this.pointed] = found;
    this.light(found[0]);
  }

  begin(event) {
    const name = named(event.target.closest(".live-line [data-quantity]"));
    const control = this.controls()?.all[name];
    if (!control?.range || event.button !== 0) return;
    event.preventDefault();
    control.range.focus({ preventScroll: true }); // the arrow keys go on
    const start = { x: event.clientX, k: nearest(control, control.value) };
    control.held = { value: control.value };
    control.ignoring = false;
    this.drag = new AbortController();
    const listening = { signal: this.drag.signal };
    const last = control.positions.length - 1;
    this.actions.hold(name);
    this.actions.grab(name);
    const move = ({ clientX }) => {
      if (control.ignoring) return;
      const k = start.k + Math.round((clientX - start.x) / STEP);
      this.controls().move(control, control.positions[Math.min(last, Math.max(0, k))]);
    };
    const end = () => {
      this.drag.abort();
      control.held = null;
      this.actions.settle(0);
    };
    document.addEventListener("pointermove", move, listening);
    document.addEventListener("pointerup", end, listening);
    document.addEventListener("pointercancel", end, listening);
  }

  // In the line of numbers, left and right choose one that has a slider, up and down step it.
  key(event) {
    const line = event.target.closest(".live-line");
    if (!line) return;
    const names = [...new Set([...line.querySelectorAll("[data-quantity]")].map(named))]
      .filter((name) => this.controls().all[name]?.range);
    if (!names.length) return;
    const here = names.indexOf(this.name);
    const side = { ArrowLeft: -1, ArrowRight: 1 }[event.key];
    if (side) this.light(names[(here + side + names.length) % names.length]);
    else if (KEYS[event.key] && here >= 0) {
      this.controls().step(this.controls().all[names[here]], KEYS[event.key]);
    } else return;
    event.preventDefault();
    const control = this.controls().all[this.name];
    line.setAttribute("aria-label", `${control.meaning}: ${control.exact.value}`);
  }
}

const named = (element) => element?.closest?.("[data-quantity]")?.dataset.quantity || "";

// A drawn trace and its colors, as Plotly was given them.
const traceOf = (element) => element.__data__?.[0]?.trace;

function colorsOf(element) {
  const trace = traceOf(element);
  return [trace?.line?.color, trace?.marker?.color];
}
