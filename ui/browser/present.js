// The presentation: formula and main picture, in large type, for a projector. Keys: p in and
// out, arrows step the chosen slider or choose another one, space plays, h hides what is said.

const SHOWN = "live-presenting";
const HIDDEN = "live-hiding";
const PATH = "data-live-path"; // what the figure stands in, up to the page; all else is hidden

export class Presentation {
  // `root` is the figure, `controls()` returns the controls, `changed()` hears that the stage
  // has another size.
  constructor(root, controls, changed) {
    Object.assign(this, { root, controls, changed });
    this.page = document.documentElement;
    this.pressed = (event) => this.key(event);
    document.addEventListener("keydown", this.pressed);
    if (new URL(window.location.href).searchParams.get("present") === "1") this.show(true);
  }

  close() {
    document.removeEventListener("keydown", this.pressed);
    this.page.classList.remove(SHOWN, HIDDEN);
    this.markPath(false);
  }

  markPath(on) {
    for (let place = this.root.parentElement; place; place = place.parentElement) {
      place.toggleAttribute(PATH, on);
    }
  }

  get shown() {
    return this.page.classList.contains(SHOWN);
  }

  show(on) {
    this.page.classList.toggle(SHOWN, on);
    this.page.classList.remove(HIDDEN);
    this.markPath(on);
    const url = new URL(window.location.href);
    if (on) url.searchParams.set("present", "1");
    else url.searchParams.delete("present");
    if (url.href !== window.location.href) {
      window.history.replaceState(window.history.state, "", url);
    }
    this.choose(0);
    this.changed();
  }

  key(event) {
    const { target } = event;
    const typing = target.closest?.("input:not([type=range]), select, textarea, [contenteditable]");
    if (typing || event.ctrlKey || event.metaKey || event.altKey) return;
    if (event.key === "p") this.show(!this.shown);
    else if (this.shown) this.command(event);
  }

  command(event) {
    const { target, key } = event;
    const range = target.closest?.("input[type=range]");
    if (key === "Escape") this.show(false);
    else if (key === "h") this.page.classList.toggle(HIDDEN);
    else if (key === "ArrowUp" || key === "ArrowDown") this.choose(key === "ArrowUp" ? -1 : 1);
    else if (key === "ArrowLeft" || key === "ArrowRight") {
      if (range) return; // the slider does so itself
      this.slider?.step(key === "ArrowLeft" ? -1 : 1);
    } else if (key === " " && !target.closest?.("button")) this.slider?.playOrStop();
    else return;
    event.preventDefault();
  }

  // Choose a slider some places further; it alone stands under the picture.
  choose(further) {
    const controls = this.controls();
    if (!controls) return;
    const sliders = Object.values(controls.all).filter((control) => 
      control.range && !control.fixed && !control.knob.hidden);
    const here = sliders.findIndex((control) => control.chosen);
    const k = (Math.max(0, here) + further + sliders.length) % sliders.length;
    const control = sliders[k];
    const group = control?.knob.closest(".live-group");
    if (group?.tagName === "DETAILS") group.open = true;
    for (const slider of sliders) {
      slider.chosen = slider === control;
      slider.knob.classList.toggle("live-chosen", slider.chosen);
      const place = slider.knob.closest(".live-group");
      place?.classList.toggle("live-chosen", place === group);
    }
    if (further) control?.range.focus({ preventScroll: true });
    this.slider = control && {
      step: (steps) => controls.step(control, steps),
      playOrStop: () => controls.play(control),
    };
  }
}
