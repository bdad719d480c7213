// What a visitor takes along from a picture: as an image, or as its data.

import { describe } from "./describe.js";
import { make, setText } from "./dom.js";
import { colored } from "./theme.js";
import { curveOf, play } from "./tone.js";

const SIZE = { width: 900, height: 560, top: 56 };
const PIXELS = 2; // of the image for each of its units

export class Menu {
  // `figure()` returns the figure and its theme, `table()` asks for its data.
  constructor(figure, table) {
    this.figure = figure;
    this.opener = make("button", {
      type: "button", class: "live-menu-opener", "aria-haspopup": "menu",
      "aria-expanded": "false", "aria-label": "Save this picture",
    }, ["⋯"]);
    const item = (text, act) => {
      const made = make("button", { type: "button", role: "menuitem" }, [text]);
      made.addEventListener("click", () => this.run(act));
      return made;
    };
    this.list = make("div", { class: "live-menu", role: "menu", hidden: true }, [
      item("PNG image", () => this.save("png")),
      item("SVG image", () => this.save("svg")),
      item("CSV table", table),
      item("Copy as image", () => this.copy()),
      item("Describe in words", () => this.describe()),
      item("Listen to the curve", () => this.listen()),
    ]);
    this.words = make("p", { class: "live-words", hidden: true, tabindex: "0" });
    this.said = make("span", { class: "live-menu-said", role: "status" });
    this.opener.addEventListener("click", () => this.toggle());
    this.root = make("div", { class: "live-menu-place" }, [
      this.said, this.opener, this.list, this.words,
    ]);
    this.root.addEventListener("keydown", (event) => this.key(event));
    this.root.addEventListener("focusout", (event) => {
      if (this.root.contains(event.relatedTarget)) return;
      this.toggle(false);
      this.words.hidden = true;
    });
  }

  toggle(open = this.list.hidden) {
    this.list.hidden = !open;
    this.opener.setAttribute("aria-expanded", String(open));
    if (open) {
      this.words.hidden = true;
      this.list.firstChild.focus();
    }
  }

  key(event) {
    const items = [...this.list.children];
    const here = items.indexOf(document.activeElement);
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (event.key === "Escape") {
      this.toggle(false);
      this.words.hidden = true;
      this.opener.focus();
    } else if (step && here >= 0) {
      event.preventDefault();
      items[(here + step + items.length) % items.length].focus();
    }
  }

  async run(act) {
    this.toggle(false);
    this.opener.focus();
    setText(this.said, "");
    try {
      await act();
    } catch (error) {
      console.warn("picture", error);
      setText(this.said, "This browser does not allow it.");
    }
  }

  // What the picture shows, for all to read; it goes with the next click on the menu.
  describe() {
    setText(this.words, describe(this.figure().figure));
    this.words.hidden = false;
    this.words.focus();
  }

  listen() {
    const curve = curveOf(this.figure().figure);
    if (curve) play(Array.from(curve.y, Number));
    else setText(this.said, "No curve in this picture.");
  }

  // The picture as it is, larger and with its title.
  image(format) {
    const { figure, theme } = this.figure();
    const { data, layout } = colored(figure, theme);
    const { width, height, top } = SIZE;
    const title = { text: layout.meta.title, x: 0.02, y: 0.97, font: { size: 17 } };
    const whole = {
      ...layout, title, width, height, paper_bgcolor: theme["--ground"],
      margin: { ...layout.margin, t: layout.margin.t + top - 8 },
    };
    return window.Plotly.toImage({ data, layout: whole }, { format, width, height, scale: PIXELS });
  }

  async save(format) {
    download(await this.image(format), `${this.name()}.${format}`);
  }

  name() {
    const title = this.figure().figure.layout.meta.title;
    return title.toLowerCase().replace(/[^a-z0-9]+/g, "-").replace(/^-|-$/g, "");
  }

  async copy() {
    const image = this.image("png").then((address) => fetch(address)).then((got) => got.blob());
    await navigator.clipboard.write([new ClipboardItem({ "image/png": image })]);
    setText(this.said, "Copied.");
  }
}

export function download(address, name) {
  make("a", { href: address, download: name }).click();
}

// Save a table; the mark at its start tells Excel what it is.
export function saveTable({ name, text }) {
  const address = URL.createObjectURL(new Blob([`\ufeff${text}`], { type: "text/csv" }));
  download(address, name);
  setTimeout(() => URL.revokeObjectURL(address), 1000);
}
