// The row of presets: one click to a situation worth seeing, or to the reader's own numbers,
// another back to the start.

import { button, make } from "./dom.js";
import { isSame } from "./same.js";

export class Chips {
  // `defaults` are the values at the start, `story` what goes on in the example; `go(values)`
  // walks to other values; `own` is what takes the reader's numbers, if anything.
  constructor(presets, { defaults, story }, go, own) {
    this.presets = presets;
    // All notes in one place, which is as high as the highest: a drag that passes a preset
    // does not move the sliders under the hand.
    this.notes = presets.map(({ note }) => make("span", {}, [note || ""]));
    if (story) this.notes.push(make("span", { class: "live-story" }, [story]));
    this.note = make("p", { class: "live-note" }, this.notes);
    this.buttons = presets.map(({ name, values }) =>
      button(name, () => go(values), { "data-preset": name }));
    const reset = button("↺ Reset", () => go(defaults), { "data-reset": "" });
    this.root = make("div", { class: "live-chips", role: "group", "aria-label": "Presets" }, [
      ...this.buttons, ...(own ? [own.opener] : []), reset,
    ]);
  }

  // Say which preset the values are, if any.
  mark(values) {
    const active = this.presets.findIndex((preset) => isSame(preset.values, values));
    if (active === this.active) return;
    this.active = active;
    this.buttons.forEach((chip, k) =>
      chip.setAttribute("aria-pressed", String(k === active)));
    const shown = active < 0 ? this.presets.length : active; // the story, if there is one
    this.notes.forEach((note, k) => note.classList.toggle("live-noted", k === shown));
  }
}
