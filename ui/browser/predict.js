// Predict, watch, explain: a question about a change of the model, answered by the model.

import { button, make, setText } from "./dom.js";
import { printed, readNumber } from "./numbers.js";

const MARKS = { open: "○", right: "✓", wrong: "✗", kept: "●" };
const TAKES = "Type a number: 0.67, 67 %, 2/3 or 1e-3.";

export class Predict {
  // `ask(attempt)` sends an answer, or asks for other numbers; `go(values)` walks to where a
  // question starts; `again()` repeats what was watched; `resize()` hears that the card is
  // taller or shorter.
  constructor({ lesson, questions, answers, idea }, kept, { ask, go, again, resize }) {
    this.actions = { ask, go, again, resize };
    this.key = lesson;
    this.questions = questions;
    this.kept = kept; // of all lessons
    this.keeping = false; // whether answers are kept without a word about what is right
    this.answers = { ...answers, ...kept.of(lesson) };
    this.idea = idea;
    this.seed = 0;
    this.marks = make("span", { class: "live-marks" });
    this.opener = button("Predict ", () => this.fold(), {
      class: "live-chip live-opener", "aria-expanded": "false",
    });
    this.opener.append(this.marks);
    this.card = make("section", {
      class: "live-card", "aria-label": "Predict, watch, explain", hidden: true,
    });
    this.lesson = make("p", { class: "live-idea", hidden: true });
    this.mark();
  }

  get open() {
    return !this.card.hidden;
  }

  fold() {
    this.card.hidden = this.open;
    this.opener.setAttribute("aria-expanded", String(this.open));
    this.mark();
    if (this.open && !this.asked) this.start(this.nextOpen() ?? 0);
    else this.actions.resize();
  }

  // Ask a question at once, as a link wants it.
  pose(k) {
    if (!this.questions[k] || k in this.answers) return;
    this.card.hidden = false;
    this.opener.setAttribute("aria-expanded", "true");
    this.start(k);
    this.posed = true;
  }

  // On a phone a question that a link asks is below the sliders: show it, once all has its
  // place. A page that has us in a frame is not scrolled.
  reveal() {
    if (!this.posed) return;
    this.posed = false;
    const hidden = this.card.getBoundingClientRect().bottom - window.innerHeight;
    const scroller = this.card.closest("[data-testid=stMain]");
    if (hidden > 0 && scroller) scroller.scrollTop += hidden;
  }

  // The next question that nobody has answered: behind this one, else from the first on;
  // undefined where all are.
  nextOpen() {
    const from = this.asked ? this.question + 1 : 0;
    const places = this.questions.map((_, k) => (from + k) % this.questions.length);
    return places.find((k) => !(k in this.answers));
  }

  start(k, asked = this.questions[k], seed = 0) {
    this.question = k;
    this.seed = seed;
    this.asked = asked;
    this.again = false;
    this.verdict = null; // one that was to be watched is left
    this.show();
    this.actions.go(asked.start);
  }

  // ------------------------------------------------------------------------- the question

  show() {
    const { title, changes, ask, rule } = this.asked;
    const moved = changes.map(({ control, text }) =>
      make("span", { class: "live-change", "data-quantity": control }, [text]));
    this.said = make("p", { class: "live-said", role: "status" });
    this.field = this.build();
    this.answer = button("Answer", () => this.take(), { class: "live-chip live-answer" });
    this.after = make("div", { class: "live-after" });
    this.rule = make("span", {}, [rule]);
    this.fields = make("div", { class: "live-fields" }, [this.field.root, this.answer]);
    const form = make("form", { class: "live-question" }, [
      this.fields,
      make("div", { class: "live-verdict" }, [this.said, this.after]),
    ]);
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.take();
    });
    const skip = button("Skip", () => this.skip(), { class: "live-chip live-skip" });
    const close = button("×", () => this.fold(), { class: "live-chip live-close" });
    close.setAttribute("aria-label", "Fold the question");
    this.card.replaceChildren(
      make("div", { class: "live-asked" }, [
        make("p", {}, [
          make("strong", {}, [title || "With other numbers:"]), " ", ...moved, " ", ask, " ", this.rule,
        ]),
        skip, close,
      ]),
      form,
    );
    this.skipping = skip;
    this.mark();
    this.actions.resize();
  }

  build() {
    const { form } = this.asked;
    if (form === "number" || form === "ratio") return numberField(this.asked.ask);
    return form === "order" ? orderField(this.asked) : choiceField(this.asked);
  }

  take() {
    if (this.answer.disabled) return;
    const { value, missing } = this.field.read();
    setText(this.said, missing || "");
    if (missing) return;
    this.answer.disabled = true;
    this.field.lock(true);
    this.given = value;
    if (this.keeping) {
      this.note(null);
      this.keep();
      return;
    }
    this.actions.ask({
      question: this.question, seed: this.seed, given: value, again: this.again,
    });
  }

  skip() {
    this.skipped = true;
    this.mark();
    this.start((this.question + 1) % this.questions.length);
  }

  // Remember an answer for the visit; `right` is null where nobody said.
  note(right) {
    const { key: lesson, question, seed, given } = this;
    if (!seed && !(question in this.answers)) this.answers[question] = right;
    this.kept.add({ lesson, question, seed, given, right, at: Date.now() });
  }

  // A link may ask that nothing is said about what is right.
  keep() {
    this.answer.remove();
    this.skipping.remove();
    setText(this.said, "Your answer is kept.");
    this.goOn([]);
  }

  // ------------------------------------------------------------------------ the verdict

  // Hear the model. What is final is told only after it was watched.
  hear(verdict) {
    if (verdict.asked) {
      this.start(verdict.question, verdict.asked, verdict.seed);
      return;
    }
    const { question, seed } = verdict;
    if (question !== this.question || seed !== this.seed) return; // skipped meanwhile
    this.verdict = verdict;
    if (verdict.final) return;
    this.again = true;
    this.answer.disabled = false;
    this.field.lock(false);
    if (document.activeElement === document.body) this.field.focus(); // as before it was locked
    setText(this.said, `Not yet. ${verdict.hint} Try once more.`);
  }

  get watching() {
    return Boolean(this.verdict?.final);
  }

  watch() {
    setText(this.said, "Watch …");
  }

  // Say what the model gave, and why.
  tell() {
    const { right, says, reason, gap } = this.verdict;
    this.verdict = null;
    this.note(right);
    for (const part of [this.fields, this.rule, this.skipping]) part.remove();
    const verdict = right ? "Right." : `Not so (you said: ${this.field.given()}).`;
    this.said.replaceChildren(
      make("strong", { class: right ? "live-right" : "live-wrong" }, [
        `${right ? MARKS.right : MARKS.wrong} ${verdict}`,
      ]), printed(` ${says} ${reason}`),
    );
    if (gap && !right) {
      this.said.classList.add("live-measured");
      this.said.after(gapLine(gap));
    }
    this.goOn([button("Watch again", this.actions.again)]);
  }

  // Offer what comes next.
  goOn(more) {
    const next = this.nextOpen();
    if (next !== undefined) more.push(button("Next question", () => this.start(next)));
    else more.push(button("Another one", () => this.actions.ask(this.other())));
    this.after.replaceChildren(...more);
    this.mark();
    this.actions.resize();
  }

  // The same form with other numbers, or the next form in turn.
  other() {
    this.draws = (this.draws || 0) + 1;
    return { question: (this.question + 1) % this.questions.length, seed: this.draws };
  }

  mark() {
    const states = this.questions.map((_, k) => {
      if (!(k in this.answers)) return "open";
      if (this.answers[k] === null) return "kept";
      return this.answers[k] ? "right" : "wrong";
    });
    this.card.parentElement?.classList.toggle("live-asking", this.open);
    this.marks.replaceChildren(...states.map((state) =>
      make("span", { role: "img", "aria-label": state }, [MARKS[state]])));
    // An open question has its own words, and the picture needs the room.
    const earned = this.skipped || Object.keys(this.answers).length;
    this.lesson.hidden = this.open || !earned;
    if (!this.lesson.hidden) setText(this.lesson, this.idea);
  }
}

// ------------------------------------------------------------------------------ the fields

function choiceField({ ask, options }) {
  const group = `live-${Math.random()}`;
  const inputs = options.map((_, k) =>
    make("input", { type: "radio", name: group, value: String(k) }));
  const root = make("fieldset", { class: "live-options" }, [
    make("legend", { class: "live-spoken" }, [ask]),
    ...options.map((text, k) => make("label", {}, [inputs[k], ` ${text}`])),
  ]);
  return {
    root,
    read: () => {
      const k = inputs.findIndex((input) => input.checked);
      return k < 0 ? { missing: "Choose an answer first." } : { value: k };
    },
    given: () => options[inputs.findIndex((input) => input.checked)],
    focus: () => inputs.find((input) => input.checked)?.focus({ preventScroll: true }),
    lock: (on) => (root.disabled = on),
  };
}

// Settings in the order in which they are pressed.
function orderField({ ask, options }) {
  let chosen = [];
  const buttons = options.map((text, k) => {
    const made = button(text, () => {
      chosen = chosen.includes(k) ? chosen.filter((other) => other !== k) : [...chosen, k];
      show();
    });
    return made;
  });
  const show = () => buttons.forEach((made, k) => {
    const rank = chosen.indexOf(k) + 1;
    made.setAttribute("aria-pressed", String(rank > 0));
    setText(made, rank ? `${rank}. ${options[k]}` : options[k]);
  });
  show();
  const root = make("fieldset", { class: "live-options" }, [
    make("legend", { class: "live-spoken" }, [ask]), ...buttons,
  ]);
  return {
    root,
    read: () => (chosen.length < options.length
      ? { missing: "Press all of them, in order." }
      : { value: chosen }),
    given: () => chosen.map((k) => options[k]).join(", "),
    focus: () => buttons[0].focus({ preventScroll: true }),
    lock: (on) => (root.disabled = on),
  };
}

function numberField(ask) {
  const input = make("input", {
    type: "text", inputmode: "decimal", autocomplete: "off", class: "live-number-field",
    "aria-label": ask, placeholder: "12 or 0.67",
  });
  return {
    root: input,
    read: () => {
      const value = readNumber(input.value);
      if (Number.isFinite(value)) return { value };
      const typed = input.value.trim();
      return { missing: typed ? `“${typed}” is no number. ${TAKES}` : TAKES };
    },
    given: () => input.value.trim(),
    focus: () => input.focus({ preventScroll: true }),
    lock: (on) => (input.disabled = on),
  };
}

// The guess and the truth on one line.
function gapLine([given, truth]) {
  const [low, high] = [Math.min(given, truth, 0), Math.max(given, truth, 0)];
  const at = (value) => `${5 + (90 * (value - low)) / (high - low || 1)}%`;
  const point = (value, text, name) =>
    make("span", { class: `live-gap-${name}`, style: `left: ${at(value)}` }, [text]);
  return make("div", { class: "live-gap", "aria-hidden": "true" }, [
    point(given, "you", "guess"), point(truth, "model", "truth"),
  ]);
}
