// Linked representations: point at a symbol, and its slider, numbers and readouts light up;
// drag a number in the formula, and its slider moves.

import { make } from "./dom.js";
import { nearest } from "./controls.js";

const STEP = 6; // pixels from one position of a slider to the next

export class Links {
  // `root` holds everything, `controls()` returns the controls, `actions` are theirs.
  constructor(root, controls, actions) {
    this.controls = controls;
    this.actions = actions;
    this.rules = make("style");
    root.append(this.rules);
    root.addEventListener("pointerover", (event) => this.light(event.target));
    root.addEventListener("pointerleave", () => this.light(null));
    root.addEventListener("focusin", (event) => this.light(event.target));
    root.addEventListener("pointerdown", (event) => this.begin(event));
  }

  close() {
    this.drag?.abort();
  }

  // Style rules, because the formula's elements are new in every frame.
  light(element) {
    const name = element?.closest("[data-quantity]")?.dataset.quantity || "";
    if (name === this.name) return;
    this.name = name;
    this.rules.textContent = name
      ? `.live [data-quantity]:not([data-quantity="${CSS.escape(name)}"]) { opacity: 0.45; }`
      : "";
  }

  begin(event) {
    const name = event.target.closest(".live-line [data-quantity]")?.dataset.quantity;
    const control = this.controls()?.all[name];
    if (!control?.range || event.button !== 0) return;
    event.preventDefault();
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
}
