// The forms of the formula: the lesson's own and the modern ones that take its place.

import { make } from "./dom.js";

let chosen = false; // by hand, so that the figure that comes next takes the focus over

export class Forms {
  // `forms`: name, title and note of each; `form` is the present one; `choose(name)` hears
  // that another is wanted.
  constructor(forms, form, choose) {
    const group = `live-form-${Math.random()}`;
    const labels = forms.map(({ name, title, note }) => {
      const input = make("input", { type: "radio", name: group, value: name });
      input.checked = name === form;
      if (input.checked) this.present = input;
      input.addEventListener("change", () => {
        chosen = true;
        choose(name);
      });
      const style = input.checked ? "live-form live-present" : "live-form";
      return make("label", { class: style, title: note }, [input, title]);
    });
    this.root = make("fieldset", { class: "live-forms", hidden: forms.length < 2 }, [
      make("legend", { class: "live-spoken" }, ["Form of the formula"]), ...labels,
    ]);
  }

  // Stand first in a place: beside the formula where there is room, else with the presets.
  stand(place) {
    if (this.root.parentElement === place) return;
    place.prepend(this.root);
    if (chosen && this.present) this.present.focus({ preventScroll: true });
    chosen = false;
  }
}
