// Step through the sum of the formula, term by term: the live line marks the term, and a row
// below works it out and says what all terms up to it come to.

import { button, make, setText } from "./dom.js";

const BEAT = 900; // ms a term while it plays

export class Terms {
  // `summed`: whether the lesson has a sum; `ask(term)` asks for the line with a term looked
  // at, -1 for none.
  constructor(summed, ask) {
    this.ask = ask;
    this.term = -1;
    this.count = 0;
    this.opener = button("Step through", () => this.go(0), { "data-terms": "" });
    this.said = make("span", { role: "status" });
    const small = (sign, act, said, style = "live-step") =>
      button(sign, act, { class: `live-play ${style}`, "aria-label": said });
    this.back = small("‹", () => this.step(-1), "One term back");
    const toggle = () => (this.timer ? this.stop() : this.play());
    this.player = small("▶", toggle, "Play the terms", "");
    this.next = small("›", () => this.step(1), "One term on");
    const close = small("×", () => this.go(-1), "Leave the terms");
    this.bar = make("div", { class: "live-terms-bar", role: "group", "aria-label": "Terms" }, [
      this.back, this.player, this.next, this.said, close,
    ]);
    this.summed = summed;
    this.root = make("div", { class: "live-terms", hidden: !summed }, [this.opener, this.bar]);
    this.show({});
  }

  // The way in stands beside the line, or among the presets where that would cost a row.
  stand(place) {
    if (this.opener.parentElement !== place) place.prepend(this.opener);
  }

  go(term) {
    if (term < 0) this.stop();
    this.term = term;
    this.ask(term);
    if (term < 0) this.show({});
  }

  step(further) {
    this.stop();
    this.go(Math.min(Math.max(0, this.term + further), this.count - 1));
  }

  play() {
    this.player.textContent = "❚❚";
    if (this.term >= this.count - 1) this.go(0);
    this.timer = setInterval(() => {
      if (this.term < this.count - 1) this.go(this.term + 1);
      else this.stop();
    }, BEAT);
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
    this.player.textContent = "▶";
  }

  // Another line, or a preset, has no term that is looked at.
  leave() {
    this.stop();
    this.term = -1;
    this.show({});
  }

  // Which term of which sum the line on the screen has marked, if pictures show that sum.
  looked({ terms = 0, sum = "" }) {
    return this.term >= 0 && terms && sum ? { sum, term: Math.min(this.term, terms - 1) } : null;
  }

  // Follow the line on the screen, which says how many terms there are; tell whether another
  // one is looked at now.
  show({ terms = 0 }) {
    const on = this.term >= 0;
    this.opener.hidden = on || !this.summed;
    this.bar.hidden = !on;
    if (!on) this.shown = -1;
    if (!on || !terms) return false;
    const moved = this.shown !== this.term;
    this.count = terms;
    this.term = Math.min(this.term, terms - 1);
    this.back.disabled = this.term === 0;
    this.next.disabled = this.term === terms - 1;
    setText(this.said, `term ${this.term + 1} of ${terms}`);
    this.shown = this.term;
    return moved;
  }
}
