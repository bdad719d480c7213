// Whoever reads below the stage keeps the formula and the sliders beside what he reads.

const SHARE = 0.6; // of the figure that is scrolled away before they follow
const BACK = 0.5; // and before they return
const DOCKED = "live-docked";

export class Dock {
  // `root` is the figure; `parts` are its formula and the column of its sliders.
  constructor(root, { formula, side }) {
    Object.assign(this, { root, formula, side });
    this.scroller = root.closest("[data-testid=stMain]");
    this.heard = new AbortController();
    const { signal } = this.heard;
    this.scroller?.addEventListener("scroll", () => this.follow(), { signal, passive: true });
    window.addEventListener("resize", () => this.follow(true), { signal });
  }

  close() {
    this.heard.abort();
  }

  get docked() {
    return this.root.classList.contains(DOCKED);
  }

  // Dock or return; after the window has changed, measure anew.
  follow(anew = false) {
    if (anew && this.docked) this.toggle(false);
    const { top, height } = this.root.getBoundingClientRect();
    const away = -top / height;
    const wanted = this.root.matches(".live-staged:not(.live-low)")
      && away > (this.docked ? BACK : SHARE);
    if (wanted !== this.docked) this.toggle(wanted);
  }

  toggle(on) {
    if (on) {
      const { style } = this.root;
      const { left, width } = this.root.getBoundingClientRect();
      style.setProperty("--dock-left", `${left}px`);
      style.setProperty("--dock-width", `${width}px`);
      style.setProperty("--dock-formula", `${this.formula.offsetHeight}px`);
      style.setProperty("--dock-side", `${this.side.offsetWidth}px`);
    }
    this.root.classList.toggle(DOCKED, on);
  }
}
