// What the figure has to do with the page around it: the theme, paper, copying, the keyboard.

import { copyLatex, lendClipboard } from "./copying.js";
import { make } from "./dom.js";
import { paperTheme, themeOf } from "./theme.js";

const LOOK = 500; // ms between looks at what sends no event

export class Page {
  // `repaint()` hears that the figure needs other colors, `recolored()` that the system has
  // switched between light and dark, `refit()` that type has come, which is as wide as it is.
  constructor(root, { repaint, recolored, refit }) {
    this.root = root;
    this.paper = null; // the colors of paper
    this.heard = new AbortController();
    const heard = { signal: this.heard.signal };
    this.printing = matchMedia("print");
    this.printing.addEventListener("change", repaint, heard);
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => {
      setTimeout(() => {
        repaint();
        recolored();
      }, 50); // once Streamlit has changed its variables
    }, heard);
    document.fonts.addEventListener("loadingdone", refit, heard);
    document.addEventListener("copy", copyLatex, heard);
    lendClipboard();
    this.skip = make("a", { href: "#", class: "live-skip-link" }, ["Skip to the sliders"]);
    this.skip.addEventListener("click", (event) => {
      event.preventDefault();
      root.querySelector(".live-range, .live-knob input, .live-knob select")?.focus();
    });
    document.body.prepend(this.skip);
    this.timer = setInterval(() => {
      if (root.dataset.busy === "true") return; // a look costs a layout
      this.watchTheme(repaint);
    }, LOOK);
  }

  close() {
    clearInterval(this.timer);
    this.heard.abort();
    this.skip.remove();
  }

  // Streamlit writes the theme's variables on an element above, which never changes size.
  watchTheme(repaint) {
    const ground = getComputedStyle(this.root).getPropertyValue("--st-background-color");
    if (this.ground !== undefined && ground !== this.ground) repaint();
    this.ground = ground;
  }

  // Put the colors of screen or paper on the figure, and return them.
  dress() {
    const theme = this.printing.matches && this.paper
      ? paperTheme(this.root, this.paper)
      : themeOf(this.root);
    for (const [name, color] of Object.entries(theme)) {
      this.root.style.setProperty(name, color);
    }
    return theme;
  }
}
