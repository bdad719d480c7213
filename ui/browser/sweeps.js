// Sweeps: the scene at every position of one control, the others fixed.

import { widthOf } from "./formula.js";
import { numbers, revive, unpack } from "./message.js";

const STORED = 8;
const PATIENCE = 5000; // ms that a sweep may take on its way

export class Sweeps {
  constructor() {
    this.kept = new Map();
  }

  clear() {
    this.kept.clear();
  }

  keep(sweep) {
    const key = keyOf(sweep.control, sweep.others);
    this.kept.delete(key);
    this.kept.set(key, sweep);
    if (this.kept.size > STORED) this.kept.delete(this.kept.keys().next().value);
  }

  has(control, values) {
    const kept = this.kept.get(keyOf(control, values));
    return Boolean(kept && !kept.partial);
  }

  // The scene for these values, if one of the sweeps holds it; the first name goes first.
  frame(controls, values) {
    for (const control of controls) {
      const sweep = this.kept.get(keyOf(control, values));
      const k = sweep ? sweep.positions.indexOf(values[control]) : -1;
      if (k >= 0) return frameAt(sweep, k);
    }
    return null;
  }
}

// Ask the server for a sweep: `address` is where it answers, `lesson` what it told us to say of
// the lesson. Fails where it has nothing to say (204), so that the asker sends a message.
// With `near`, only so many positions on each side of the present one are asked for.
export async function fetchSweep(address, lesson, control, values, near = 0) {
  const query = new URLSearchParams(lesson);
  query.set("control", control);
  query.set("values", JSON.stringify(values));
  if (near) query.set("near", near);
  const answer = await fetch(`${address}?${query}`, { signal: AbortSignal.timeout(PATIENCE) });
  if (answer.status !== 200) throw new Error(await answer.text());
  return unpack(new Uint8Array(await answer.arrayBuffer()));
}

export function keyOf(control, values) {
  const others = Object.entries(values).filter(([name]) => name !== control);
  return JSON.stringify([control, others.sort()]);
}

// The scene at one position of a sweep or one stop of a glide: the template with the leaves
// that vary replaced.
export function frameAt(sweep, k) {
  if (sweep.shown === k) return sweep.frame;
  const template = (sweep.template ||= revive(sweep.scene, sweep.pool));
  const values = sweep.settings?.[k]
    || { ...sweep.others, [sweep.control]: sweep.positions[k] };
  const scene = { ...template, figures: template.figures.slice(), values };
  const copied = new Set();
  for (const leaf of sweep.leaves) {
    let target = scene;
    let place = "";
    for (const key of leaf.path.slice(0, -1)) {
      place += `/${key}`;
      if (!copied.has(place)) {
        const old = target[key];
        target[key] = Array.isArray(old) ? old.slice() : { ...old };
        copied.add(place);
      }
      target = target[key];
    }
    target[leaf.path.at(-1)] = leaf.texts
      ? revive(leaf.texts[leaf.which[k]], sweep.pool)
      : numbers(sweep.pool, leaf.offset + k * leaf.size, leaf.shape);
  }
  scene.widths = (sweep.widths ||= widest(sweep));
  sweep.shown = k;
  sweep.frame = scene;
  return scene;
}

// The numbers of the pictures that a sweep or a glide moves.
export function picturesMoved({ leaves }) {
  const places = leaves.map(({ path }) => path);
  const inPictures = places.filter(([part, k]) => part === "figures" && k !== undefined);
  return new Set(inPictures.map(([, k]) => Number(k)));
}

// How much room each number of the live line takes at most, so that it does not jump.
function widest({ leaves, scene }) {
  const widths = scene.line.numbers.map(widthOf);
  const meet = (text, k) => (widths[k] = Math.max(widths[k] || 0, widthOf(text)));
  for (const { path, texts } of leaves) {
    if (path[0] !== "line" || path[1] !== "numbers" || !texts) continue;
    if (path.length > 2) texts.forEach((text) => meet(text, path[2]));
    else texts.forEach((row) => row.forEach(meet));
  }
  return widths;
}
