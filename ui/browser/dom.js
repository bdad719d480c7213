// Small things about the document that several modules need.

export function make(tag, properties = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

// A button among others; `marks` are further attributes.
export function button(text, act, marks = {}) {
  const made = make("button", { type: "button", class: "live-chip", ...marks }, [text]);
  made.addEventListener("click", act);
  return made;
}

export function setText(element, text) {
  if (element.textContent !== text) element.textContent = text;
}

// An element's height as a style, with its part of a pixel: without it what stands below would
// move by that part when words come and go.
export const heightOf = (element) => `${element.getBoundingClientRect().height}px`;

// Whether the visitor asks for less motion.
export const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;
