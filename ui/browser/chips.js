// The row of presets: one click to a situation worth seeing, another back to the start.

import { make, setText } from "./dom.js";

export class Chips {
  // `go(values)` walks to other values.
  constructor(presets, defaults, go) {
    this.presets = presets;
    this.note = make("p", { class: "live-note" });
    this.buttons = presets.map(({ name, values }) =>
      chip(name, () => go(values), { "data-preset": name }));
    const reset = chip("↺ Reset", () => go(defaults), { "data-reset": "" });
    this.root = make("div", { class: "live-chips", role: "group", "aria-label": "Presets" }, [
      ...this.buttons, reset,
    ]);
  }

  // Say which preset the values are, if any.
  mark(values) {
    const active = this.presets.findIndex((preset) => same(preset.values, values));
    if (active === this.active) return;
    this.active = active;
    this.buttons.forEach((button, k) =>
      button.setAttribute("aria-pressed", String(k === active)));
    setText(this.note, this.presets[active]?.note || "");
  }
}

function chip(text, act, marks) {
  const button = make("button", { type: "button", class: "live-chip", ...marks }, [text]);
  button.addEventListener("click", act);
  return button;
}

const same = (a, b) => Object.keys(a).every((name) => a[name] === b[name]);
