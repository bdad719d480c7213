// The formula with the numbers of the moment, set by the KaTeX that Streamlit's page has on it.

import { make } from "./dom.js";

// Commands that say whose a symbol is; no other may reach into the document.
const MARKS = new Set(["\\htmlData", "\\htmlClass"]);
const OPTIONS = {
  trust: ({ command }) => MARKS.has(command), strict: false, output: "html",
};
const NARROW = { ".": 0.28, "-": 0.78 }; // widths in the size of the type; a digit has half
const LEAST = 10; // px of type that a headline keeps however many rows it has
const READABLE = 11; // px of type that a line keeps, which KaTeX sets at 1.21 times the size
const SPARE = 0.99; // of a width is used: type is rounded
const LATELY = 128; // lines that are kept, about as many as a slider has positions
const NONE = [];
const BETWEEN = "\0"; // where a number goes in a template
const PRODUCT = /[·×⋅⊙∣]/; // a term goes on after it
const PLAIN = /^-?[\d.]+$/; // what KaTeX sets as digits, after a minus of its own
const SPACES = {
  svg: "http://www.w3.org/2000/svg", math: "http://www.w3.org/1998/Math/MathML",
};

export class Formula {
  // `address` is that of Streamlit's module with the public plugin rehype-katex; `changed()`
  // hears that the headline is set.
  constructor(address, changed) {
    this.changed = changed;
    this.headline = make("div", { class: "live-headline" });
    this.line = make("div", { class: "live-line", role: "group", tabindex: "0" });
    const equations = make("div", { class: "live-equations" }, [this.headline, this.line]);
    this.root = make("div", { class: "live-formula" }, [equations]);
    this.pieces = [""];
    this.numbers = NONE;
    this.before = NONE;
    this.widths = NONE;
    this.rows = 0;
    this.shown = [];
    this.lately = new Map(); // elements by their LaTeX
    import(address).then(
      (module) => {
        this.plugin = module.default;
        this.set();
      },
      () => this.line.remove(), // the headline stands there as LaTeX
    );
  }

  // Each quantity has a short command that says whose a symbol or number is.
  describe(quantities, headline, spoken) {
    this.usual = headline;
    this.title = headline;
    this.headline.setAttribute("role", "math");
    this.headline.setAttribute("aria-label", spoken);
    this.headline.textContent = unmarked(headline);
    this.macros = {};
    this.lately.clear();
    for (const { name, macro, color, control } of quantities) {
      const style = `live-color-${color}${control ? " live-draggable" : ""}`;
      this.macros[macro] = `\\htmlData{quantity=${name}}{\\htmlClass{${style}}{#1}}`;
    }
    this.set();
  }

  // Show the formula that a setting computes: the usual one, unless it says another.
  name(other) {
    const title = other || this.usual;
    if (title === this.title) return;
    this.title = title;
    if (this.typeset) this.head();
  }

  head() {
    const breakable = this.title.replace(/\\q?quad(?![a-z])/g, "$&\\allowbreak ");
    this.headline.replaceChildren(...typeset(this.spoken, breakable));
    keep(this.headline, this.title);
    this.changed();
  }

  // `line`: pieces of LaTeX and the numbers between them; `widths`: how much room each number
  // takes at most while a slider is dragged.
  show({ pieces, numbers }, widths = NONE) {
    const plain = pieces.reduce((text, piece, k) => text + numbers[k - 1] + piece);
    if (plain === this.plain && widths === this.widths) return;
    const before = this.numbers.length === numbers.length ? this.numbers : numbers;
    const template = pieces.join(BETWEEN);
    const patched = template === this.template && widths === this.widths
      && this.patch(before, numbers);
    Object.assign(this, { plain, template, pieces, before, numbers, widths });
    if (patched) keep(this.line, plain);
    else this.set();
  }

  // Nobody moves a slider any more: the numbers stand as close as they are wide.
  loosen() {
    if (this.widths !== NONE) this.show(this);
  }

  // The line with its numbers marked.
  get latex() {
    return this.pieces.reduce((text, piece, k) => {
      const marked = `\\htmlClass{live-number}{${this.numbers[k - 1]}}`;
      return `${text}\\htmlData{number=${k - 1}}{${marked}}${piece}`;
    });
  }

  // Elements of the line. A hand goes to and fro: what was set lately is copied.
  elements() {
    const { latex, lately } = this;
    if (!latex) return [];
    if (!lately.has(latex)) {
      if (lately.size === LATELY) lately.delete(lately.keys().next().value);
      lately.set(latex, typeset(this.typeset, loose(latex)));
    }
    return lately.get(latex).map((element) => element.cloneNode(true));
  }

  // Change the digits alone, which spares setting the whole line anew; tell whether that was
  // possible. A test holds the result against a line that is set anew.
  patch(before, numbers) {
    const { shown } = this;
    if (shown.length !== numbers.length) return false;
    const changed = numbers.map((number, k) => number !== before[k]);
    if (!numbers.every((number, k) => !changed[k] || alike(number, before[k]))) return false;
    numbers.forEach((number, k) => {
      if (changed[k]) rewrite(shown[k], number);
      shown[k].classList.toggle("live-changed", changed[k]);
    });
    return true;
  }

  // Bring the term that is looked at into sight, where the line is wider than its place.
  reveal() {
    const [term] = this.line.querySelectorAll(".live-term");
    const frame = term?.closest(".katex-display");
    if (!frame) return;
    const [inner, outer] = [term, frame].map((part) => part.getBoundingClientRect());
    frame.scrollLeft += inner.left + inner.width / 2 - outer.left - outer.width / 2;
  }

  // Make the headline smaller as a whole if there is no room for it: much if it is too tall,
  // but not below readable type if it is too wide, for then it is wrapped, or can be scrolled.
  // Returns how many pixels more than the room the formula needs.
  fit(room) {
    this.fitted = null; // the window may have become wider
    this.narrow();
    const { headline } = this;
    headline.style.fontSize = "";
    unwrap(headline);
    const size = sizeOf(headline);
    const rows = [...headline.querySelectorAll(".katex-display")];
    const share = Math.min(...rows.map(({ clientWidth, scrollWidth }) => clientWidth / scrollWidth));
    resize(headline, size, Math.max(READABLE, SPARE * share * size));
    if (SPARE * share * size < READABLE) wrap(headline);
    const low = Math.max(LEAST, (room / headline.offsetHeight) * sizeOf(headline));
    resize(headline, sizeOf(headline), low);
    return Math.max(0, headline.offsetHeight - room) + this.rows;
  }

  // Make the line smaller if it is wider than its place, and wrap it if it cannot be read
  // then. While a slider is dragged, which reserves widths, it keeps its size and its rows.
  narrow() {
    const { line } = this;
    const wrapped = line.classList.contains("live-wrapped");
    if (this.widths !== NONE && this.widths === this.fitted) {
      if (wrapped) wrap(line);
      return;
    }
    this.fitted = this.widths;
    this.rows = 0; // pixels that more than one of them take
    line.style.fontSize = "";
    line.classList.remove("live-scrolled");
    unwrap(line);
    const frame = line.querySelector(".katex-display");
    if (!frame || frame.scrollWidth <= frame.clientWidth) return;
    const size = sizeOf(line);
    const wanted = (SPARE * size * frame.clientWidth) / frame.scrollWidth;
    resize(line, size, Math.max(READABLE, wanted));
    if (wanted >= READABLE) return;
    const height = line.offsetHeight;
    if ((wrapped || this.widths === NONE) && wrap(line)) {
      this.rows = line.offsetHeight - height;
      return;
    }
    // Else it is scrolled below its value, which stays in sight.
    const parts = [...line.querySelectorAll(".katex-html > .base")];
    const ends = parts.length > 2 && parts.at(-2).textContent.trim().endsWith("=");
    line.classList.toggle("live-scrolled", ends);
  }

  set() {
    if (!this.plugin || !this.macros) return;
    const fresh = !this.typeset;
    if (fresh) {
      this.typeset = this.plugin({ ...OPTIONS, macros: this.macros });
      this.spoken = this.plugin({ ...OPTIONS, output: "htmlAndMathml", macros: this.macros });
    }
    const elements = this.elements();
    this.line.replaceChildren(...elements);
    keep(this.line, this.plain);
    this.line.hidden = !elements.length;
    this.root.classList.toggle("live-lined", !this.line.hidden);
    this.shown = []; // the numbers in their order, which is not that of the document
    for (const marked of this.line.querySelectorAll("[data-number]")) {
      this.shown[marked.dataset.number] = marked.querySelector(".live-number");
    }
    this.shown.forEach((number, k) => {
      if (this.widths[k]) number.style.minWidth = `${this.widths[k]}em`;
      number.classList.toggle("live-changed", this.numbers[k] !== this.before[k]);
    });
    this.narrow();
    if (fresh) this.head(); // whoever hears of it measures both
  }
}

// LaTeX whose brackets keep the size of the type where nothing in them is taller: between
// brackets that grow a line cannot be broken.
const GROWING = /\\left\(((?:(?!\\left\(|\\right\)).)*)\\right\)/g;
const TALL = /\\(frac|sum|prod|begin|sqrt|left)/;

function loose(latex) {
  const without = latex.replace(GROWING, (all, inner) => (TALL.test(inner) ? all : `(${inner})`));
  return without === latex ? latex : loose(without);
}

const sizeOf = (element) => parseFloat(getComputedStyle(element).fontSize);

// Make type smaller, never larger.
function resize(element, size, wanted) {
  if (wanted < size) element.style.fontSize = `${wanted}px`;
}

// Break what is too wide into rows: between equations, or else after signs that stand between
// terms. Tells whether every part fits into a row.
function wrap(place) {
  let fits = true;
  for (const html of place.querySelectorAll(".katex-html")) {
    const room = html.closest(".katex-display").clientWidth;
    const parts = split([...html.querySelectorAll(":scope > .base")], endsEquation).flatMap(
      (equation) => (wide(equation) > room ? terms(equation, room) : [equation]),
    );
    if (parts.some((part) => wide(part) > room)) fits = false;
    else for (const part of parts) join(part);
  }
  place.classList.toggle("live-wrapped", fits);
  return fits;
}

function unwrap(place) {
  place.classList.remove("live-wrapped");
  for (const whole of place.querySelectorAll(".live-whole")) whole.replaceWith(...whole.children);
}

// Where KaTeX allows a break, the parts of a formula end.
function split(bases, ends) {
  const parts = [[]];
  bases.forEach((base, k) => {
    parts.at(-1).push(base);
    if (ends(base) && k < bases.length - 1) parts.push([]);
  });
  return parts;
}

// The terms of an equation; what it comes to stays with the last of them if there is room.
function terms(equation, room) {
  const parts = split(equation, endsTerm);
  const [last, value = []] = parts.slice(-2);
  const equal = last.at(-1).textContent.trim().endsWith("=");
  if (equal && wide([...last, ...value]) <= room) last.push(...parts.splice(-1).flat());
  return parts;
}

const wide = (bases) => bases.reduce((sum, { offsetWidth }) => sum + offsetWidth, 0);

const endsEquation = (base) => [...base.children].slice(-3).some(isQuad);

const isQuad = ({ style }) => parseFloat(style.marginRight) >= 1;

const endsTerm = (base) => {
  const [sign] = [...base.querySelectorAll(":scope > :is(.mrel, .mbin)")].slice(-1);
  return Boolean(sign) && !PRODUCT.test(sign.textContent);
};

function join(bases) {
  if (bases[0].parentElement.classList.contains("live-whole")) return;
  const whole = make("span", { class: "live-whole" });
  bases[0].before(whole);
  whole.append(...bases);
}

// LaTeX as anybody's program reads it.
export const unmarked = (latex) => latex.replace(/\\q[a-z]+\{/g, "{");

// The LaTeX of what is set, for whoever copies it.
function keep(place, latex) {
  const set = place.querySelector(".katex");
  if (set) set.dataset.latex = unmarked(latex);
}

function typeset(plugin, latex) {
  const tree = {
    type: "root",
    children: [{
      type: "element", tagName: "span", properties: { className: ["math-display"] },
      children: [{ type: "text", value: latex }],
    }],
  };
  plugin(tree, { message: (text) => console.warn("formula", text) });
  return tree.children.map((node) => elementOf(node));
}

// Whether two numbers differ in their digits alone; a minus has a depth of its own.
function alike(a, b) {
  return PLAIN.test(a) && PLAIN.test(b) && a.startsWith("-") === b.startsWith("-");
}

// Write other digits into a number that KaTeX has set, behind its minus.
function rewrite(number, text) {
  const runs = [...number.children].filter((part) => part.classList.contains("mord"));
  runs.at(-1).textContent = text.replace("-", "");
}

// How wide a number is set, in the size of its type; powers of ten keep their own width.
export function widthOf(text) {
  if (!/^[-.\d]+$/.test(text)) return 0;
  return [...text].reduce((width, letter) => width + (NARROW[letter] || 0.5), 0);
}

// Make the document's elements of a tree of plain objects.
export function elementOf(node, inherited = null) {
  if (node.type === "text") return document.createTextNode(node.value);
  const space = SPACES[node.tagName] || inherited;
  const element = space
    ? document.createElementNS(space, node.tagName)
    : document.createElement(node.tagName);
  for (const [name, value] of Object.entries(node.properties || {})) {
    element.setAttribute(attributeOf(name), [].concat(value).join(" "));
  }
  element.append(...(node.children || []).map((child) => elementOf(child, space)));
  return element;
}

const KEPT = new Set(["viewBox", "preserveAspectRatio"]);

function attributeOf(name) {
  if (name === "className") return "class";
  if (KEPT.has(name)) return name;
  return name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}
