// Things on a picture that can be taken by the hand: dragging one is moving its controls.

import { nearest } from "./controls.js";
import { make } from "./dom.js";

const HALF_TURN = 180; // degrees
const STOPS = 200; // of a point that is dragged across a picture
const KEPT = 6; // digits of the points that stay, which came in half as many bytes
const [CELL, ROW] = ["_", "~"]; // what stands between numbers in a link; see own_numbers.py

export class Handles {
  // `controls()` returns the controls, `actions` are theirs.
  constructor(controls, actions) {
    this.controls = controls;
    this.actions = actions;
    this.rings = [];
  }

  close() {
    this.drag?.abort();
  }

  // Lay a ring on every handle of a picture. A handle names its place (`at`, in the
  // units of the axes) and its controls: `x` and `y`, or `length` and `angle` (in degrees,
  // from `base`), or `y` alone (from `base`, one unit of it for `per` of the axis). A point
  // without controls is a `row` of the reader's own numbers, or one number `along` an axis.
  place(plot, figure) {
    const { handles: named = [], rows } = figure?.layout.meta || {};
    const { x = [], y } = rows ? figure.data[rows.trace] : {};
    const what = rows?.along ? "value" : "point";
    const points = Array.from(x, (place, k) => (
      { at: [place, y[k]], title: `Drag ${what} ${k + 1}`, row: rows.name, along: rows.along }
    )).filter(({ at }) => at.every(Number.isFinite)); // places that are not taken are empty
    const taken = plot?.frame.matches(".live-large") || figure?.layout.meta.small;
    const handles = plot && taken ? [...points, ...named] : [];
    if (this.drag && !this.drag.signal.aborted && handles.length !== this.rings.length) return;
    while (this.rings.length > handles.length) this.rings.pop().remove();
    while (this.rings.length < handles.length) this.rings.push(this.ring(this.rings.length));
    this.plot = plot;
    this.handles = handles;
    const layout = plot?._fullLayout;
    if (handles.length) plot.origin ||= { left: plot.offsetLeft, top: plot.offsetTop };
    handles.forEach(({ at, title, row }, k) => {
      const ring = this.rings[k];
      ring.classList.toggle("live-handle-point", Boolean(row));
      if (ring.parentElement !== plot.frame) plot.after(ring);
      const x = layout.xaxis._offset + layout.xaxis.d2p(at[0]);
      const y = layout.yaxis._offset + layout.yaxis.d2p(at[1]);
      ring.style.left = `${plot.origin.left + x * plot.scale}px`;
      ring.style.top = `${plot.origin.top + y * plot.scale}px`;
      ring.title = title;
    });
  }

  ring(k) {
    const ring = make("div", { class: "live-handle", "aria-hidden": "true" });
    ring.addEventListener("pointerdown", (event) => this.begin(k, event));
    return ring;
  }

  begin(k, event) {
    if (event.button !== 0) return;
    event.preventDefault();
    this.drag?.abort();
    this.drag = new AbortController();
    const names = namesOf(this.handles[k]);
    const [first] = names;
    const { own } = this.controls();
    const before = names.map((name) => [name, this.handles[k].row
      ? own.value : this.controls().all[name].value]);
    // The scale of a point's numbers is settled when it is taken: a picture that grows around
    // it would draw it on and on.
    const { xaxis, yaxis } = this.plot._fullLayout;
    this.taken = [xaxis, yaxis].map((axis) => ({
      range: [...axis.range], start: axis._offset, length: axis._length,
    }));
    this.actions.hold(first);
    if (names.length === 1) this.actions.grab(first);
    const listening = { signal: this.drag.signal };
    const end = () => {
      this.drag.abort();
      this.actions.settle(0);
    };
    document.addEventListener("pointermove", (move) => this.move(k, move), listening);
    document.addEventListener("pointerup", end, listening);
    document.addEventListener("pointercancel", () => {
      for (const [name, value] of before) {
        if (this.handles[k].row) this.actions.move(name, value);
        else this.take(name, value);
      }
      end();
    }, listening);
  }

  move(k, { clientX, clientY }) {
    const { xaxis, yaxis } = this.plot._fullLayout;
    const box = this.plot.getBoundingClientRect();
    const { scale } = this.plot;
    const [left, top] = [(clientX - box.left) / scale, (clientY - box.top) / scale];
    const handle = this.handles[k];
    if (handle.row) {
      const [across, up] = this.taken;
      const parts = [(left - across.start) / across.length, 1 - (top - up.start) / up.length];
      this.reshape(k, [placeAt(parts[0], across), placeAt(parts[1], up)]);
      return;
    }
    const x = xaxis.p2d(left - xaxis._offset);
    const y = yaxis.p2d(top - yaxis._offset);
    if (handle.x) this.take(handle.x, x - handle.base);
    if (handle.y) this.take(handle.y, handle.x ? y : (y - handle.base) / handle.per);
    if (handle.length) this.take(handle.length, Math.hypot(x, y));
    if (handle.angle) {
      const turned = (Math.atan2(y, x) * HALF_TURN) / Math.PI - (handle.base || 0);
      this.take(handle.angle, this.turned(handle, turned));
    }
  }

  // Make the points the reader's own numbers, one of them where the hand is.
  reshape(k, place) {
    const { along } = this.handles[k];
    const rows = this.handles.filter(({ row }) => row).map(({ at }, j) => (
      j === k ? place : at.map((number) => Number(number.toPrecision(KEPT)))
    ));
    const text = along
      ? rows.map(([x, y]) => (along === "x" ? x : y)).join(CELL)
      : rows.map((row) => row.join(CELL)).join(ROW);
    if (text !== this.controls().own.value) this.actions.move(this.handles[k].row, text);
  }

  // The same direction within the range of its control, else the end that is nearer to it.
  turned({ angle, line }, degrees) {
    const { low, high } = this.controls().all[angle];
    const round = line ? HALF_TURN : 2 * HALF_TURN;
    const within = low + ((((degrees - low) % round) + round) % round);
    return within - high > low + round - within ? low : within;
  }

  // Set a control to its position nearest to where the hand is.
  take(name, wanted) {
    const control = this.controls().all[name];
    const best = control.positions[nearest(control, wanted)];
    if (best !== control.value) this.controls().move(control, best);
  }
}

const namesOf = ({ row, x, y, length, angle }) => [row, x, y, length, angle].filter(Boolean);

// The place on an axis a part of the way along it, inside the picture, on a step as fine as it
// shows.
function placeAt(part, { range: [from, to] }) {
  const place = from + part * (to - from);
  const [low, high] = [Math.min(from, to), Math.max(from, to)];
  const power = 10 ** Math.ceil(-Math.log10((high - low) / STOPS));
  const inside = Math.min(Math.max(place, low), high);
  return Number((Math.round(inside * power) / power).toPrecision(KEPT)) + 0;
}
