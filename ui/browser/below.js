// What stands below the figure, steps and tables, follows when somebody looks at it and the
// figure rests.

import { inTurn } from "./turns.js";

const NEAR = "300px"; // of the window's edge, so that it is there when it is scrolled to
const REST = 20000; // ms after which it follows even so, for whoever prints or searches

export class Below {
  constructor() {
    this.seen = false;
    this.resting = false; // whether the figure waits for nobody, and nobody for it
    this.muted = false; // while the page is left
    this.wanted = null; // the state on the screen
    this.overdue = false; // whether it follows even if nobody looks
    this.heard = new AbortController();
    this.observer = new IntersectionObserver(([{ isIntersecting }]) => {
      this.seen = isIntersecting;
      this.follow();
    }, { rootMargin: NEAR });
    // The part below says what it shows, and how it is asked; see ui/below.py.
    document.addEventListener("formula-below", () => this.meet(), {
      signal: this.heard.signal,
    });
    this.meet();
  }

  meet() {
    const region = window.formulaBelow?.place?.closest("[class*=st-key-read]");
    if (region && region !== this.region) {
      this.observer.disconnect();
      this.observer.observe(region);
      this.region = region;
    }
    this.follow();
  }

  // The server has this state now.
  want(stamp) {
    this.wanted = stamp;
    this.overdue = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => {
      this.overdue = true;
      this.follow();
    }, REST);
    this.follow();
  }

  rest(resting) {
    this.resting = resting;
    if (resting) this.follow();
  }

  // What stands there is Streamlit's, which would answer a touch with the page that is left.
  mute(on) {
    this.muted = on;
    if (this.region) this.region.inert = on;
    if (!on) this.follow();
  }

  follow() {
    if (this.muted) return;
    const part = window.formulaBelow;
    if (!part || this.wanted === null || part.stamp === this.wanted) return;
    if (!this.resting || !(this.seen || this.overdue)) return;
    part.stamp = this.wanted; // asked once
    inTurn("below", () => part.ask(part.stamp));
  }

  close() {
    this.muted = true;
    if (this.region) this.region.inert = false; // whoever comes next finds it as it was
    clearTimeout(this.timer);
    this.heard.abort();
    this.observer.disconnect();
  }
}
