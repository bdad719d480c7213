// Things on a picture that can be taken by the hand: dragging one is moving its controls.

import { nearest } from "./controls.js";
import { make } from "./dom.js";

const HALF_TURN = 180; // degrees

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

  // Lay a ring on every handle of the large picture. A handle names its place (`at`, in the
  // units of the axes) and its controls: `x` and `y`, or `length` and `angle` (in degrees,
  // from `base`).
  place(plot, figure) {
    const handles = plot && plot.frame.matches(".live-large")
      ? figure.layout.meta?.handles || []
      : [];
    if (this.drag && !this.drag.signal.aborted && handles.length !== this.rings.length) return;
    while (this.rings.length > handles.length) this.rings.pop().remove();
    while (this.rings.length < handles.length) this.rings.push(this.ring(this.rings.length));
    this.plot = plot;
    this.handles = handles;
    const layout = plot?._fullLayout;
    if (handles.length) plot.origin ||= { left: plot.offsetLeft, top: plot.offsetTop };
    handles.forEach(({ at, title }, k) => {
      const ring = this.rings[k];
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
    const before = names.map((name) => [name, this.controls().all[name].value]);
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
      for (const [name, value] of before) this.take(name, value);
      end();
    }, listening);
  }

  move(k, { clientX, clientY }) {
    const { xaxis, yaxis } = this.plot._fullLayout;
    const box = this.plot.getBoundingClientRect();
    const { scale } = this.plot;
    const x = xaxis.p2d((clientX - box.left) / scale - xaxis._offset);
    const y = yaxis.p2d((clientY - box.top) / scale - yaxis._offset);
    const handle = this.handles[k];
    if (handle.x) this.take(handle.x, x - handle.base);
    if (handle.y) this.take(handle.y, y - (handle.x ? 0 : handle.base));
    if (handle.length) this.take(handle.length, Math.hypot(x, y));
    if (handle.angle) {
      const turned = (Math.atan2(y, x) * HALF_TURN) / Math.PI - (handle.base || 0);
      this.take(handle.angle, this.turned(handle.angle, turned));
    }
  }

  // The same direction within the range of its control.
  turned(name, degrees) {
    const { low } = this.controls().all[name];
    const round = 2 * HALF_TURN;
    return low + ((((degrees - low) % round) + round) % round);
  }

  // Set a control to its position nearest to where the hand is.
  take(name, wanted) {
    const control = this.controls().all[name];
    const best = control.positions[nearest(control, wanted)];
    if (best !== control.value) this.controls().move(control, best);
  }
}

const namesOf = ({ x, y, length, angle }) => [x, y, length, angle].filter(Boolean);
