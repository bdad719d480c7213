// The formula with the numbers of the moment, set by the KaTeX that Streamlit's page has on it.

import { make } from "./dom.js";

// Commands that say whose a symbol is; no other may reach into the document.
const MARKS = new Set(["\\htmlData", "\\htmlClass"]);
const OPTIONS = {
  trust: ({ command }) => MARKS.has(command), strict: false, output: "html",
};
const SPACES = {
  svg: "http://www.w3.org/2000/svg", math: "http://www.w3.org/1998/Math/MathML",
};

export class Formula {
  // `address` is that of Streamlit's module with the public plugin rehype-katex.
  constructor(address) {
    this.headline = make("div", { class: "live-headline" });
    this.line = make("div", { class: "live-line", "aria-hidden": "true" });
    this.root = make("div", { class: "live-formula" }, [this.headline, this.line]);
    this.latex = "";
    import(address).then(
      (module) => {
        this.plugin = module.default;
        this.set();
      },
      () => this.line.remove(), // the headline stands there as LaTeX
    );
  }

  // Each quantity has a short command that says whose a symbol or number is.
  describe(quantities, headline) {
    this.title = headline;
    this.headline.textContent = headline.replace(/\\q[a-z]+\{/g, "{");
    this.macros = {};
    for (const { name, macro, color, control } of quantities) {
      const style = `live-color-${color}${control ? " live-draggable" : ""}`;
      this.macros[macro] = `\\htmlData{quantity=${name}}{\\htmlClass{${style}}{#1}}`;
    }
    this.set();
  }

  // `line`: pieces of LaTeX and the numbers between them.
  show({ pieces, numbers }) {
    const latex = pieces.reduce((text, piece, k) => text + numbers[k - 1] + piece);
    if (latex === this.latex) return;
    this.latex = latex;
    this.set();
  }

  set() {
    if (!this.plugin || !this.macros) return;
    if (!this.typeset) {
      this.typeset = this.plugin({ ...OPTIONS, macros: this.macros });
      const spoken = this.plugin({ ...OPTIONS, output: "htmlAndMathml", macros: this.macros });
      this.headline.replaceChildren(...typeset(spoken, this.title));
    }
    const elements = this.latex ? typeset(this.typeset, this.latex) : [];
    this.line.replaceChildren(...elements);
  }
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
