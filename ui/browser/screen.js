// What is on the screen: a scene painted into formula, pictures and sentence, and fitted into
// the window.

import { heightOf } from "./dom.js";
import { heightOfPhone, topOf } from "./pictures.js";

const REST = 600; // ms without another picture, after which it is described
const GAPS = 16; // pixels between the parts of a phone's screen
const HEADLINE = { compact: 64, staged: 110 }; // pixels that the formula may take

export class Screen {
  // `parts`: root, side, formula, said, pictures, page and handles of the live figure;
  // `current()` returns the scene that should be on the screen, `held()` whether a hand is on
  // a control.
  constructor(parts, { current, held }) {
    Object.assign(this, parts, { current, held });
    this.drawn = null; // the scene on the screen
    this.epoch = null; // and the history that it belongs to
    this.painted = 0;
    this.words = 0; // pixels that the sentence takes, while a question stands in its place too
  }

  // What is only there once the lesson has been described.
  describe({ chips, forms, tools, terms, followers }) {
    Object.assign(this, { chips, tools, terms, followers });
    this.forms = forms;
    forms.stand(this.formula.root);
  }

  close() {
    clearTimeout(this.describing);
  }

  paint(scene, epoch = this.epoch) {
    if (!scene || !window.Plotly) return;
    this.theme ||= this.page.dress();
    this.pictures.hang(scene.figures);
    this.pictures.looked = this.terms?.looked(scene.line) ?? null;
    scene.figures.forEach((figure, k) => {
      if (this.drawn?.figures[k] === figure && !this.pictures.isStale(k)) return;
      this.pictures.draw(k, figure, this.theme);
    });
    this.drawn = scene;
    this.epoch = epoch;
    this.formula.name(scene.headline);
    this.formula.show(scene.line, scene.widths);
    this.chips?.mark(scene.values);
    this.layHandles(scene);
    this.said.show(scene);
    clearTimeout(this.describing);
    this.describing = setTimeout(() => this.rest(scene), REST);
    this.followers?.forEach((follower) => follower.show(scene));
    this.painted += 1;
    this.root.dataset.live = "ready";
    this.root.dataset.painted = this.painted;
    this.root.dataset.values = JSON.stringify(scene.values);
  }

  // Nothing has moved for a while: say what is seen, and let the numbers close up.
  rest(scene) {
    this.pictures.describe(scene.figures);
    if (!this.held()) this.formula.loosen();
  }

  // Fit formula and pictures into the window again.
  fit() {
    if (!this.drawn) return;
    const above = [this.formula.root, this.said.status];
    const lined = this.formula.root.classList.contains("live-lined");
    const form = `${this.pictures.arrange()} ${lined}`;
    if (form !== this.fitted) for (const part of above) part.style.minHeight = "";
    this.fitted = form;
    const { classList } = this.root;
    const compact = classList.contains("live-compact");
    const narrow = compact || classList.contains("live-low");
    // Beside the title where the page is wide, else in the row of presets.
    const row = compact ? this.chips.root : this.root;
    if (this.tools.parentElement !== row) row.append(this.tools);
    this.terms.stand(narrow ? this.chips.root : this.terms.root);
    this.forms.stand(narrow ? this.side : this.formula.root);
    const given = this.formula.fit(compact ? HEADLINE.compact : HEADLINE.staged);
    if (compact) this.pictures.phone = { ...this.left(), given };
    // What stands above the stage keeps its height, so that the stage holds still in a drag.
    for (const part of above) part.style.minHeight = heightOf(part);
    this.pictures.fit();
  }

  // How many pixels of a phone's height formula and sliders leave, and with the sentence in
  // sight too. What is opened below them takes nothing away.
  left() {
    const { status } = this.said;
    if (status.offsetHeight) this.words = status.parentElement.offsetHeight;
    const knobs = this.side.querySelector(".live-knobs");
    const more = knobs.querySelector("details[open]");
    const opened = more ? more.offsetHeight - more.firstElementChild.offsetHeight : 0;
    const sliders = knobs.offsetHeight - opened;
    const below = this.formula.root.offsetHeight + sliders + GAPS;
    const left = heightOfPhone() - topOf(this.root) - below;
    return { left, told: left - this.words };
  }

  // A figure of the scene, and the colors that it is drawn in.
  figure(k) {
    return { figure: this.drawn.figures[k], theme: this.theme };
  }

  redraw(k) {
    const scene = this.drawn || this.current();
    const figure = scene?.figures[k];
    this.theme ||= this.page.dress();
    if (figure) this.pictures.draw(k, figure, this.theme);
    if (scene && k === this.pictures.handled(scene.figures)) this.layHandles(scene);
  }

  layHandles({ figures }) {
    const k = this.pictures.handled(figures);
    this.handles.place(this.pictures.plots[k], figures[k]);
  }

  // Paint all anew: in other colors, or on paper.
  repaint() {
    const scene = this.current();
    if (!scene || !window.Plotly) return;
    this.theme = null;
    this.drawn = null;
    this.pictures.arrange(); // paper has another form than the screen
    this.paint(scene);
  }
}
