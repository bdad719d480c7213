// Numbers that the reader brings: typed, pasted, or read from a file. Python reads them and
// says what is wrong with them; here they are only taken along.

import { button, make, setText } from "./dom.js";
import { saveTable } from "./menu.js";
import { printed } from "./numbers.js";
import { keep, kept } from "./store.js";

export const OWN = "own"; // the control that holds them, in every lesson

const PLACE = "formula-explorer/own";
const LARGEST = 100_000; // bytes of a file that is worth reading
const [CELL, ROW] = ["_", "~"]; // what stands between numbers in a link; see own_numbers.py

export class OwnNumbers {
  // `control` as described; `choose(text)` sends numbers, `resize()` hears that the card is
  // taller, `travels()` says whether the address holds them.
  constructor(control, lesson, store, { choose, resize, travels }) {
    Object.assign(this, { control, lesson, store, choose, resize, travels });
    const { meaning, example, allowed } = control;
    this.opener = button("Your numbers", () => this.fold(), {
      class: "live-chip live-own-opener", "aria-expanded": "false", "data-own": "",
    });
    const id = `live-own-${Math.random()}`;
    this.field = make("textarea", {
      id, rows: 3, spellcheck: "false", autocomplete: "off", class: "live-numbers",
      placeholder: asLines(example), "aria-describedby": `${id}-notice`,
    });
    this.notice = make("p", { class: "live-notice", id: `${id}-notice`, role: "alert" });
    this.said = make("p", { class: "live-shared", role: "status" });
    this.file = make("input", { type: "file", accept: ".csv,.txt,.tsv,text/*", hidden: true });
    this.file.addEventListener("change", () => this.open());
    this.save = button("Save as a file", () => this.download());
    this.back = button("Back to the lesson's", () => this.choose(""), { "data-own-back": "" });
    const close = button("×", () => this.fold(), {
      class: "live-chip live-close", "aria-label": "Fold your numbers",
    });
    const use = button("Use them", () => this.take(), {
      class: "live-chip live-use", "data-own-use": "",
    });
    this.card = make("section", {
      class: "live-card live-own", "aria-label": meaning, hidden: true,
    }, [
      make("div", { class: "live-asked" }, [
        make("label", { for: id }, [`${capital(meaning)}: ${printed(allowed)}, with commas, spaces or line `
          + "breaks between them"]),
        close,
      ]),
      this.field,
      this.notice,
      make("div", { class: "live-fields" }, [
        use,
        button("Open a file …", () => this.file.click()),
        this.save,
        this.back,
        this.file,
      ]),
      this.said,
    ]);
    this.field.value = kept(store, PLACE)?.[lesson] ?? "";
    this.place("");
  }

  fold() {
    this.card.hidden = !this.card.hidden;
    this.opener.setAttribute("aria-expanded", String(!this.card.hidden));
    this.resize();
  }

  // Show which numbers are used, as the server spells them.
  place(value) {
    if (value === this.value) return;
    this.value = value;
    const some = Boolean(value);
    this.opener.classList.toggle("live-chosen", some);
    setText(this.opener, some ? `Your numbers: ${this.count}` : "Your numbers");
    if (some && this.trying && !this.card.hidden) this.fold(); // nothing more to do there
    this.trying = false;
    this.back.hidden = !some;
    this.save.hidden = !some;
    if (some) this.field.value = asLines(value);
    if (some) keep(this.store, PLACE, { ...kept(this.store, PLACE), [this.lesson]: this.field.value });
    this.tell();
  }

  // Say what is wrong with them; an address may hold some that cannot be read.
  complain(text) {
    if (text === this.problem) return;
    this.problem = text;
    setText(this.notice, capital(text));
    this.field.setAttribute("aria-invalid", text ? "true" : "false");
    if (text && this.card.hidden) this.fold();
    else this.resize();
  }

  get count() {
    return this.value.split(this.control.columns > 1 ? ROW : CELL).length;
  }

  // Say whether a link takes them along.
  tell() {
    const alone = Boolean(this.value) && !this.travels();
    setText(this.said, alone
      ? "These are too many for a link: save them as a file to take them along." : "");
  }

  async open() {
    const [file] = this.file.files;
    this.file.value = "";
    if (!file) return;
    if (file.size > LARGEST) {
      this.complain(`The file has ${file.size} bytes; ${LARGEST} can be read.`);
      return;
    }
    this.field.value = await file.text();
    this.take();
  }

  take() {
    this.trying = true;
    this.choose(this.field.value);
  }

  download() {
    const text = this.value.replaceAll(CELL, ",").replaceAll(ROW, "\r\n");
    saveTable({ name: `${this.lesson.replaceAll("/", "-")}-numbers.csv`, text });
  }
}

const capital = (text) => text.charAt(0).toUpperCase() + text.slice(1);

// Numbers as people write them: commas between them, rows on lines of their own.
export function asLines(value) {
  return value.replaceAll(CELL, ", ").replaceAll(ROW, "\n");
}
