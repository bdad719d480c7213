// A walk along a path of settings: presets glide instead of jumping, answers are watched.

import { calm } from "./dom.js";

const STRIDE = 1 / 12; // of the path in one frame at most, so that a slow machine shows it too

export class Glide {
  // `count` stops in `time` ms; `show(k)` shows one, `done()` follows the last. Whoever asks
  // for less motion sees the last stop at once.
  constructor(count, time, show, done) {
    this.show = show;
    this.done = done;
    this.last = count - 1;
    this.time = calm() ? 0 : time;
    this.shown = -1;
    this.part = 0;
    this.timer = requestAnimationFrame((now) => this.step(now, now));
  }

  step(before, now) {
    const stride = this.time ? Math.min(STRIDE, (now - before) / this.time) : 1;
    this.part = Math.min(1, this.part + stride);
    const k = Math.round(this.part * this.last);
    if (k !== this.shown) this.show(k);
    this.shown = k;
    if (this.part < 1) this.timer = requestAnimationFrame((later) => this.step(now, later));
    else this.done();
  }

  // End before the last stop; whoever stops it goes on from there.
  stop() {
    cancelAnimationFrame(this.timer);
  }
}
