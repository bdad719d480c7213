// A walk along a path of settings: presets glide instead of jumping, answers are watched.

import { calm } from "./dom.js";

export class Glide {
  // `count` stops in `time` ms; `show(k)` shows one, `done()` follows the last. Whoever asks
  // for less motion sees the last stop at once.
  constructor(count, time, show, done) {
    this.show = show;
    this.done = done;
    this.last = count - 1;
    this.time = calm() ? 0 : time;
    this.shown = -1;
    this.timer = requestAnimationFrame((now) => {
      this.began = now;
      this.step(now);
    });
  }

  step(now) {
    const part = this.time ? Math.min(1, (now - this.began) / this.time) : 1;
    const k = Math.round(part * this.last);
    if (k !== this.shown) this.show(k);
    this.shown = k;
    if (part < 1) this.timer = requestAnimationFrame((later) => this.step(later));
    else this.done();
  }

  // End before the last stop; whoever stops it goes on from there.
  stop() {
    cancelAnimationFrame(this.timer);
  }
}
