// The row of presets: one click to a situation worth seeing, another back to the start.

import { button, make, setText } from "./dom.js";
import { isSame } from "./same.js";

export class Chips {
  // `go(values)` walks to other values.
  constructor(presets, defaults, go) {
    this.presets = presets;
    this.note = make("p", { class: "live-note" });
    this.buttons = presets.map(({ name, values }) =>
      button(name, () => go(values), { "data-preset": name }));
    const reset = button("↺ Reset", () => go(defaults), { "data-reset": "" });
    this.root = make("div", { class: "live-chips", role: "group", "aria-label": "Presets" }, [
      ...this.buttons, reset,
    ]);
  }

  // Say which preset the values are, if any.
  mark(values) {
    const active = this.presets.findIndex((preset) => isSame(preset.values, values));
    if (active === this.active) return;
    this.active = active;
    this.buttons.forEach((chip, k) =>
      chip.setAttribute("aria-pressed", String(k === active)));
    setText(this.note, this.presets[active]?.note || "");
  }
}
