// Tasks: things to reach with the sliders. The app sees when they are reached by hand: a
// preset, a link and the watched answer of a question do not count.

import { button, make, setText } from "./dom.js";
import { readNumber } from "./numbers.js";
import { OWN } from "./own.js";
import { keep, kept } from "./store.js";

const OPEN = "○";
const DONE = "✓";
const PLACE = "formula-explorer/tasks";
const RELATIONS = {
  "≥": (a, b) => a >= b,
  "≤": (a, b) => a <= b,
  ">": (a, b) => a > b,
  "<": (a, b) => a < b,
  "=": (a, b) => a === b,
};

export class Tasks {
  // `tasks`: words, goals and hint of each; `resize()` hears that the card is taller,
  // `byHand()` tells whether the values on the screen come from the reader's hand.
  constructor({ lesson, tasks }, store, { resize, byHand }) {
    Object.assign(this, { lesson, tasks, store, resize, byHand });
    this.done = new Set(kept(store, PLACE)?.[lesson]);
    this.marks = make("span", { class: "live-task-marks" });
    this.opener = button("Tasks ", () => this.fold(), {
      class: "live-chip live-task-opener", "aria-expanded": "false", "data-tasks": "",
      hidden: !tasks.length,
    });
    this.opener.append(this.marks);
    this.rows = tasks.map((task) => this.row(task));
    this.said = make("p", { class: "live-spoken", role: "status" });
    const close = button("×", () => this.fold(), {
      class: "live-chip live-close", "aria-label": "Fold the tasks",
    });
    this.card = make("section", { class: "live-card live-tasks", "aria-label": "Tasks", hidden: true }, [
      make("div", { class: "live-asked" }, [
        make("ul", {}, this.rows.map(({ root }) => root)), close,
      ]),
      this.said,
    ]);
    this.mark();
  }

  row({ words, hint }) {
    const state = make("span", { class: "live-task-state" });
    const help = make("span", { class: "live-hint", hidden: true }, [` ${hint}`]);
    const hinting = button("Hint", () => {
      help.hidden = !help.hidden;
      hinting.setAttribute("aria-expanded", String(!help.hidden));
      this.resize();
    }, { "aria-expanded": "false" });
    return { state, root: make("li", {}, [state, ` ${words} `, hinting, help]) };
  }

  fold() {
    this.card.hidden = !this.card.hidden;
    this.opener.setAttribute("aria-expanded", String(!this.card.hidden));
    this.resize();
  }

  // Look at the scene on the screen: a task that it reaches is done.
  show(scene) {
    if (!this.byHand() || scene.values[OWN]) return; // it is about the lesson's numbers
    const fresh = this.tasks.findIndex((task, k) =>
      !this.done.has(k) && isReached(task.goals, scene));
    if (fresh < 0) return;
    this.done.add(fresh);
    this.keep();
    this.mark();
    setText(this.said, `Reached: ${this.tasks[fresh].words}`);
    this.rows[fresh].root.classList.add("live-reached");
  }

  keep() {
    keep(this.store, PLACE, { ...kept(this.store, PLACE), [this.lesson]: [...this.done] });
  }

  mark() {
    const states = this.tasks.map((_, k) => this.done.has(k));
    const marks = states.map((done) => make("span", {
      role: "img", "aria-label": done ? "reached" : "open",
    }, [done ? DONE : OPEN]));
    this.marks.replaceChildren(...marks);
    this.rows.forEach(({ state }, k) => setText(state, states[k] ? DONE : OPEN));
  }
}

// Whether all goals hold: each names a live number or a control.
export function isReached(goals, { readouts, values }) {
  const shown = new Map(readouts.map(([label, text]) => [label, text]));
  return goals.every(({ label, relation, wanted }) => {
    const text = shown.get(label) ?? valueText(values[label]);
    if (text === undefined) return false;
    if (relation === "is") return text === wanted;
    const [now, goal] = [readNumber(text), readNumber(wanted)];
    return RELATIONS[relation](text === "∞" ? Infinity : now, goal);
  });
}

function valueText(value) {
  if (typeof value === "boolean") return value ? "on" : "off";
  return value === undefined ? undefined : String(value);
}
