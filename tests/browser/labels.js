// Where texts of a chart lie over each other or are cut off, in pixels of the screen.

const TOUCH = 2.5; // boxes of type are taller than their letters

export function labelFaults(plot) {
  const bounds = plot.getBoundingClientRect();
  const boxes = [...plot.querySelectorAll("svg text")].filter(isSeen).map((text) => {
    const { left, right, top, bottom } = text.getBoundingClientRect();
    return { text: text.textContent, left, right, top, bottom };
  });
  const faults = [];
  boxes.forEach((box, k) => {
    const cut = box.left < bounds.left - 1 || box.right > bounds.right + 1
      || box.top < bounds.top - 1 || box.bottom > bounds.bottom + 1;
    if (cut) faults.push(`“${box.text}” is cut off`);
    for (const other of boxes.slice(k + 1)) {
      if (meet(box, other)) faults.push(`“${box.text}” over “${other.text}”`);
    }
  });
  return faults;
}

function isSeen(text) {
  const { width } = text.getBoundingClientRect();
  return width > 0 && text.textContent.trim() !== "" && opacityOf(text) > 0.01;
}

function opacityOf(element) {
  const { opacity, visibility, display } = getComputedStyle(element);
  if (visibility === "hidden" || display === "none") return 0;
  return Number(opacity);
}

function meet(a, b) {
  const across = Math.min(a.right, b.right) - Math.max(a.left, b.left);
  const down = Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top);
  return across > TOUCH && down > TOUCH;
}
