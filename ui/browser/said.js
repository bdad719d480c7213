// What the picture says in words: the sentence, for eyes and ears, and the live numbers.

import { heightOf, make, setText } from "./dom.js";
import { printed } from "./numbers.js";

const PAUSE = 600; // ms of rest before a screen reader hears the sentence

export class Said {
  constructor() {
    this.status = make("p", { class: "live-status" });
    this.spoken = make("p", {
      class: "live-spoken", role: "status", "aria-live": "polite",
    });
    this.readouts = make("dl", { class: "live-readouts" });
  }

  close() {
    clearTimeout(this.telling);
  }

  // Keep the height of the longest of some sentences free, so that the stage below holds
  // still while they change.
  reserve(sentences) {
    const shown = this.status.textContent;
    const [longest] = sentences.map(printed).sort((a, b) => b.length - a.length);
    this.status.textContent = longest;
    const height = heightOf(this.status);
    this.status.textContent = shown;
    this.status.style.minHeight = height;
  }

  show({ status, readouts }) {
    const sentence = printed(status);
    setText(this.status, sentence);
    clearTimeout(this.telling);
    this.telling = setTimeout(() => setText(this.spoken, sentence), PAUSE);
    this.tally(readouts);
  }

  tally(readouts) {
    if (this.readouts.children.length === 2 * readouts.length) {
      readouts.forEach(([label, text], k) => {
        setText(this.readouts.children[2 * k], label);
        setText(this.readouts.children[2 * k + 1], printed(text));
      });
      return;
    }
    const rows = readouts.flatMap(([label, text, color, quantity]) => {
      const marks = quantity ? { "data-quantity": quantity } : {};
      return [
        make("dt", marks, [label]),
        make("dd", { ...marks, class: color ? `live-color-${color}` : "" }, [printed(text)]),
      ];
    });
    this.readouts.replaceChildren(...rows);
  }
}
