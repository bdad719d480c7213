// The forms of the formula: the lesson's own and the modern ones that take its place.

import { make } from "./dom.js";

const COLUMN = 4; // more of them stand in two columns, or the strip would push the stage down

let chosen = false; // by hand, so that the figure that comes next takes the focus over

export class Forms {
  // `forms`: name, title and note of each; `form` is the present one; `broken` the part that
  // may be struck out, if any; `choose(name)` hears that another is wanted.
  constructor({ forms, form, broken }, choose) {
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
    if (broken) labels.push(this.breaking(broken, choose));
    const style = labels.length > COLUMN ? "live-forms live-many" : "live-forms";
    this.root = make("fieldset", { class: style, hidden: !labels.length }, [
      make("legend", { class: "live-spoken" }, ["Form of the formula"]), ...labels,
    ]);
  }

  // Strike a part of the formula out, or put it back.
  breaking({ name, part, on }, choose) {
    const input = make("input", { type: "checkbox", "data-break": "" });
    input.checked = on;
    if (on) this.present = input;
    input.addEventListener("change", () => {
      chosen = true;
      choose(on ? "" : name);
    });
    const style = on ? "live-form live-present" : "live-form";
    return make("label", { class: style, title: "Break it" }, [input, part]);
  }

  // Stand first in a place: beside the formula where there is room, else with the presets.
  stand(place) {
    if (this.root.parentElement === place) return;
    place.prepend(this.root);
    if (chosen && this.present) this.present.focus({ preventScroll: true });
    chosen = false;
  }
}
