// Controls: sliders with their exact field and play button, switches, options.

import { button, calm, make, setText } from "./dom.js";
import { readNumber, written } from "./numbers.js";

const PLAY_TIME = 5000; // ms for the play button to cross a control's range
const CALM_STEPS = 8; // of a play for whoever asks for less motion
const LEAP = 10; // positions that Page Up and Page Down pass in a field
const REST = 60; // ms for which a mouse rests on a slider that it is about to grab

export class Controls {
  // `actions`: hold(name) and release() say what is under the thumb, grab(name) asks for
  // its sweep, foresee(name) that this may come, move(name, value) and choose(name, value)
  // set it, settle(pause) commits.
  // `own` is the card for the reader's own numbers, if any.
  constructor(descriptions, mount, actions, own) {
    this.actions = actions;
    this.own = own;
    this.playing = null;
    this.root = make("div", { class: "live-knobs" });
    this.all = {};
    const headed = {}; // by what they belong to
    const groups = { "": this.root, picture: group("Not in the formula"), more: fold("More") };
    for (const description of descriptions) {
      const control = { ...description, typedNotice: "" };
      this.all[control.name] = control;
      if (control.kind === "numbers") {
        Object.assign(control, { input: own.field, notice: own.notice, knob: own.opener });
        continue;
      }
      const build = control.kind === "switch" || control.kind === "option"
        ? buildChoice
        : buildSlider;
      control.knob = build(control, `${mount}-${control.name}`, this);
      let place = groups[control.group];
      if (place === this.root && control.heading) {
        place = headed[control.heading] ||= group(control.heading);
        this.root.append(place);
      }
      place.append(control.knob);
    }
    const apart = [groups.picture, groups.more].filter(({ children }) => children.length > 1);
    this.groups = [...Object.values(headed), ...apart];
    this.root.append(...apart);
  }

  get names() {
    return Object.keys(this.all);
  }

  // Whether all positions of a control can be had at once.
  isSwept(name) {
    return this.all[name].swept;
  }

  // Put a control where its value is.
  place(name, value) {
    const control = this.all[name];
    if (control.kind === "numbers") this.placeOwn(control, value);
    else if (control.kind === "switch") control.input.checked = value;
    else if (control.kind === "option") this.placeOption(control, value);
    else placeSlider(control, value);
  }

  // With the reader's own numbers some sliders set nothing: they are not shown then.
  placeOwn(control, value) {
    this.own.place(value);
    this.replaced = value ? control.replaces : [];
    this.veil();
  }

  // Nor are those shown that set nothing while an option is taken.
  placeOption(control, value) {
    control.input.value = value;
    control.resting = control.idle[value] || [];
    this.veil();
    this.shorten(control, value);
  }

  // Some sliders end earlier while an option is taken.
  shorten({ ends }, choice) {
    const names = new Set(Object.values(ends).flatMap((one) => Object.keys(one)));
    for (const name of names) endSlider(this.all[name], ends[choice]?.[name]);
  }

  veil() {
    const idle = new Set(Object.values(this.all).flatMap(({ resting }) => resting || []));
    for (const [name, { knob, hidden }] of Object.entries(this.all)) {
      const unused = idle.has(name) || Boolean(this.replaced?.includes(name));
      knob.hidden = Boolean(hidden) || unused;
    }
    for (const one of this.groups) {
      one.hidden = ![...one.querySelectorAll(".live-knob")].some((knob) => !knob.hidden);
    }
  }

  // Take a value from a slider, a field or the play button.
  move(control, value) {
    this.forget(control.name);
    this.actions.move(control.name, value);
  }

  // Move a slider some positions further, as by a key.
  step(control, steps) {
    this.actions.hold(control.name);
    this.actions.grab(control.name);
    this.move(control, stepped(control, steps));
    this.actions.settle();
  }

  // End a drag: the browser goes on dragging the thumb, but nobody listens any more.
  letGo() {
    for (const control of Object.values(this.all)) control.ignoring = Boolean(control.held);
  }

  // What somebody typed in vain no longer counts.
  forget(name) {
    this.all[name].typedNotice = "";
    if (this.all[name].kind !== "numbers") complain(this.all[name], "");
  }

  // Show the server's notices; what was typed in vain keeps its own.
  notify(notices) {
    for (const [name, control] of Object.entries(this.all)) {
      const text = notices?.[name] || control.typedNotice;
      if (control.kind === "numbers") this.own.complain(text);
      else complain(control, text);
    }
  }

  // Keep to what a link asks for: controls that stay as they are, and some not shown.
  fix({ locked, hidden }) {
    for (const [name, control] of Object.entries(this.all)) {
      control.fixed = locked.includes(name) || hidden.includes(name);
      control.hidden = hidden.includes(name);
      control.knob.classList.toggle("live-locked", control.fixed);
      for (const part of [control.range, control.exact, control.play, control.input, control.back,
        control.next]) {
        if (part) part.disabled = control.fixed;
      }
    }
    this.veil();
  }

  // Values to go to, with what is fixed as it is.
  allowed(values, now) {
    const kept = this.names.filter((name) => this.all[name].fixed && name in now);
    return { ...values, ...Object.fromEntries(kept.map((name) => [name, now[name]])) };
  }

  stop() {
    this.playing?.stop();
  }

  play(control) {
    const again = this.playing?.control === control;
    this.stop();
    if (again) return;
    this.actions.hold(control.name);
    this.actions.grab(control.name);
    this.playing = new Play(control, this, () => {
      this.playing = null;
      this.actions.settle(0);
    });
  }
}

// The play button's walk through a control's positions.
class Play {
  constructor(control, controls, ended) {
    this.control = control;
    this.controls = controls;
    this.ended = ended;
    this.last = control.positions.length - 1;
    const k = nearest(control, control.value);
    this.start = k >= this.last ? 0 : k;
    this.leap = calm() ? Math.max(1, Math.ceil(this.last / CALM_STEPS)) : 1;
    this.k = this.start;
    this.began = performance.now();
    control.play.setAttribute("aria-pressed", "true");
    control.play.textContent = "❚❚";
    this.timer = requestAnimationFrame((now) => this.step(now));
  }

  step(now) {
    const passed = Math.floor(((now - this.began) / PLAY_TIME) * this.last);
    if (this.start + passed >= this.last) {
      this.controls.move(this.control, this.control.positions[this.last]);
      this.stop();
      return;
    }
    const next = this.start + Math.floor(passed / this.leap) * this.leap;
    if (next !== this.k) {
      this.k = next;
      this.controls.move(this.control, this.control.positions[next]);
    }
    this.timer = requestAnimationFrame((later) => this.step(later));
  }

  stop() {
    cancelAnimationFrame(this.timer);
    this.control.play.setAttribute("aria-pressed", "false");
    this.control.play.textContent = "▶";
    this.ended();
  }
}

// Controls that the formula does not know stand apart; those seldom moved are folded.
function group(title) {
  return make("div", { class: "live-group", role: "group", "aria-label": title }, [
    make("p", { class: "live-group-title" }, [title]),
  ]);
}

function fold(title) {
  return make("details", { class: "live-group" }, [make("summary", {}, [title])]);
}

function buildSlider(control, id, controls) {
  const { actions } = controls;
  control.every = control.positions;
  const range = make("input", {
    type: "range", id, min: "0", max: String(control.positions.length - 1), step: "1",
    class: `live-range live-color-${control.color}`, "data-control": control.name,
  });
  const exact = make("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", spellcheck: "false",
    class: "live-exact", "data-exact": control.name,
    "aria-label": `${control.meaning}, exact value`,
    "aria-describedby": `${id}-notice`,
  });
  const play = make("button", {
    type: "button", class: "live-play", "data-play": control.name,
    "aria-label": `Play through ${control.meaning}`, "aria-pressed": "false",
  }, ["▶"]);
  const notice = noticeFor(id);
  Object.assign(control, { range, exact, play, notice });

  listenToRange(control, controls);
  listenToField(control, controls);
  play.addEventListener("click", () => controls.play(control));

  const power = make("span", { class: "live-power" }); // the number whose logarithm is set
  const label = make("label", { for: id, class: "live-label" }, [
    symbol(control.symbol, control.color),
    ` ${control.meaning}`,
    ...(control.base ? [" = ", power] : []),
  ]);
  const unit = make("span", { class: "live-unit" }, [control.unit]);
  const [back, next] = control.stepwise ? steppers(control, controls) : [];
  const parts = [back, play, next, range, exact, unit].filter(Boolean);
  Object.assign(control, { back, next, power });
  const row = make("div", { class: "live-row" }, parts);
  const kind = control.stepwise ? "live-knob live-stepwise" : "live-knob";
  const knob = { class: kind, "data-quantity": control.name };
  return make("div", knob, [label, row, notice]);
}

// Buttons for a process that is gone through step by step.
function steppers(control, controls) {
  return [["‹", -1, "One step back in"], ["›", 1, "One step on in"]].map(([sign, steps, said]) =>
    button(sign, () => {
      controls.stop();
      controls.step(control, steps);
    }, { class: "live-play live-step", "aria-label": `${said} ${control.meaning}` }));
}

function listenToRange(control, controls) {
  const { actions } = controls;
  const { range } = control;
  range.addEventListener("pointerdown", () => {
    control.held = { value: control.value };
    control.ignoring = false;
    actions.hold(control.name);
    actions.grab(control.name);
  });
  range.addEventListener("focus", () => actions.grab(control.name));
  let resting;
  range.addEventListener("pointerenter", ({ pointerType }) => {
    if (pointerType !== "mouse") return;
    resting = setTimeout(() => actions.foresee(control.name), REST);
  });
  range.addEventListener("pointerleave", () => clearTimeout(resting));
  range.addEventListener("keydown", () => (control.ignoring = false));
  range.addEventListener("input", () => {
    if (control.ignoring) {
      placeSlider(control, control.value);
      return;
    }
    const value = control.positions[range.valueAsNumber]; // a walk that ends here moves it
    controls.stop();
    actions.hold(control.name);
    controls.move(control, value);
  });
  range.addEventListener("change", () => actions.settle());
  range.addEventListener("keyup", () => actions.settle()); // Firefox: no change by keys
  range.addEventListener("pointerup", () => {
    control.held = null;
    actions.settle(0);
  });
  // The browser took the touch for a scroll: nothing was meant.
  range.addEventListener("pointercancel", () => {
    if (control.held && !control.ignoring) controls.move(control, control.held.value);
    control.held = null;
    actions.settle(0);
  });
  range.addEventListener("dblclick", () => {
    controls.move(control, control.default);
    actions.settle(0);
  });
}

function listenToField(control, controls) {
  const { actions } = controls;
  const { exact } = control;
  exact.addEventListener("input", () => (control.editing = true));
  exact.addEventListener("blur", () => (control.editing = false));
  exact.addEventListener("change", () => {
    control.editing = false;
    take(control, controls);
  });
  const steps = { ArrowUp: 1, ArrowDown: -1, PageUp: LEAP, PageDown: -LEAP };
  exact.addEventListener("keydown", (event) => {
    if (!(event.key in steps)) return;
    event.preventDefault();
    control.editing = false;
    actions.release();
    controls.move(control, stepped(control, steps[event.key]));
    actions.settle();
  });
}

function buildChoice(control, id, controls) {
  const choose = (value) => controls.actions.choose(control.name, value);
  const notice = noticeFor(id);
  let input;
  if (control.kind === "switch") {
    input = make("input", { type: "checkbox", id, role: "switch" });
    input.addEventListener("change", () => choose(input.checked));
  } else {
    input = make("select", { id }, control.positions.map((name) =>
      make("option", { value: name }, [name.replaceAll("_", " ")])));
    input.addEventListener("change", () => choose(input.value));
  }
  input.dataset.control = control.name;
  input.setAttribute("aria-describedby", `${id}-notice`);
  Object.assign(control, { input, notice });
  const label = make("label", { for: id, class: "live-label" }, [control.meaning]);
  const knob = { class: "live-knob live-choice", "data-quantity": control.name };
  return make("div", knob, [label, input, notice]);
}

function noticeFor(id) {
  return make("p", { class: "live-notice", id: `${id}-notice`, role: "alert" });
}

function symbol([base, below, above], color) {
  const children = [base];
  if (below) children.push(make("sub", {}, [below]));
  if (above) children.push(make("sup", {}, [above]));
  return make(
    "span",
    { class: `live-symbol live-color-${color}`, "aria-hidden": "true" },
    children,
  );
}

const isShortened = ({ positions, every }) => positions.length < every.length;

// Let a slider end at a number, or where it always does; what is asked of it stays.
function endSlider(control, last = Infinity) {
  control.positions = control.every.filter((position) => position <= last);
  control.high = control.positions.at(-1);
  control.range.max = String(control.positions.length - 1);
  if (control.asked !== undefined) placeSlider(control, control.asked);
}

function placeSlider(control, asked) {
  const k = nearest(control, asked);
  const value = isShortened(control) ? Math.min(asked, control.high) : asked;
  Object.assign(control, { asked, value });
  control.range.value = String(k);
  const filled = String(k / (control.positions.length - 1));
  control.range.style.setProperty("--filled", filled);
  const power = control.base ? powerOf(control.base, value) : "";
  setText(control.power, power);
  const meant = power && `, ${power}`;
  control.range.setAttribute("aria-valuetext", `${written(value)}${control.unit}${meant}`);
  // What somebody is typing, or typed in vain, stays in the field.
  if (!control.editing && !control.typedNotice) control.exact.value = written(value);
}

// The number whose logarithm is set: "1/256", or "64".
export function powerOf(base, exponent) {
  return exponent < 0 ? `1/${written(base ** -exponent)}` : written(base ** exponent);
}

// Take what somebody typed, or say why it cannot be taken.
function take(control, controls) {
  const text = control.exact.value.trim();
  const value = readNumber(text, control.unit);
  if (!isAllowed(control, value)) {
    const kept = written(control.value);
    const here = isShortened(control) ? `, up to ${written(control.high)} here` : "";
    control.typedNotice = `${text || "This"} is not possible: ${control.meaning} takes `
      + `${control.allowed}${here}. The picture keeps ${kept}.`;
    complain(control, control.typedNotice);
    return;
  }
  controls.actions.release();
  controls.move(control, value);
  controls.actions.settle(0);
}

export function isAllowed(control, value) {
  if (!Number.isFinite(value) || value < control.low || value > control.high) return false;
  if (control.choices) return control.positions.includes(value);
  return control.kind !== "integer" || Number.isInteger(value);
}

function complain(control, text) {
  setText(control.notice, text);
  const field = control.exact || control.input;
  field.setAttribute("aria-invalid", text ? "true" : "false");
}

// The position some steps further, from wherever the value is.
export function stepped(control, steps) {
  const { positions, value } = control;
  let k = nearest(control, value);
  // From between two positions the first step goes to the next one in its direction.
  if (steps > 0 && positions[k] > value) k -= 1;
  if (steps < 0 && positions[k] < value) k += 1;
  return positions[Math.min(positions.length - 1, Math.max(0, k + steps))];
}

export function nearest(control, value) {
  let best = 0;
  control.positions.forEach((position, k) => {
    if (Math.abs(position - value) < Math.abs(control.positions[best] - value)) best = k;
  });
  return best;
}
