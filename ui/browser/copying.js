// The clipboard, also on pages that the browser does not trust with it (plain http by IP).

import { make } from "./dom.js";

// Copy a text; tell whether that worked.
export async function copied(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return copiedByHand(text);
  }
}

function copiedByHand(text) {
  const focused = document.activeElement;
  const field = make("textarea", { class: "live-spoken", "aria-hidden": "true" });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  focused?.focus?.({ preventScroll: true });
  return done;
}

// Streamlit's own copy buttons ask for a clipboard that such pages do not have.
export function lendClipboard() {
  if (navigator.clipboard) return;
  const writeText = async (text) => {
    if (!copiedByHand(text)) throw new Error("the browser does not allow copying");
  };
  Object.defineProperty(navigator, "clipboard", { value: { writeText }, configurable: true });
}

// A formula that is copied is its LaTeX, not its letters one below the other.
export function copyLatex(event) {
  const selection = window.getSelection();
  if (selection.isCollapsed || !event.clipboardData) return;
  const holder = make("div");
  const range = selection.getRangeAt(0);
  const whole = range.commonAncestorContainer;
  const element = whole.nodeType === Node.TEXT_NODE ? whole.parentElement : whole;
  const inside = element.closest?.(".katex");
  holder.append(inside ? inside.cloneNode(true) : range.cloneContents());
  const formulas = [...holder.querySelectorAll(".katex")];
  if (!formulas.length) return;
  for (const formula of formulas) {
    const latex = formula.dataset.latex || formula.querySelector("annotation")?.textContent;
    if (latex) formula.replaceWith(latex);
  }
  event.clipboardData.setData("text/plain", holder.textContent);
  event.preventDefault();
}
