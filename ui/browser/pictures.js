// Painting: one Plotly chart a figure, its title above it, kept from scene to scene.

import { make, setText } from "./dom.js";
import { colored } from "./theme.js";

// Pixels: from which width controls stand beside the stage (on a phone on its side from a
// smaller one), how tall the stage is, and how tall a picture must be to be drawn as it is.
const WIDE = 1000;
const WIDE_IF_LOW = { width: 640, height: 500 };
const STAGE = { low: 220, high: 760 };
const PHONE = { share: 0.29, low: 150, high: 320, thumbs: 66 };
const THUMB = { width: 480, height: 240 }; // less room makes a legend climb on its chart
const CAPTION = 24;
const CONFIG = {
  displayModeBar: false,
  doubleClick: false,
  responsive: false, // the observer of sizes sees more than the window
};

export class Pictures {
  // `redraw` paints one plot again after its width has changed.
  constructor(redraw) {
    this.plots = [];
    this.main = 0; // the large one
    this.redraw = redraw;
    this.revision = 0;
    this.resized = () => this.fit();
    window.addEventListener("resize", this.resized);
    this.root = make("div", {
      class: "live-pictures", role: "group", "aria-label": "Charts", tabindex: "0",
    });
    this.sizes = new ResizeObserver((changes) => {
      for (const { target, contentRect } of changes) {
        const drawn = target._fullLayout?.width;
        if (drawn && contentRect.width && Math.abs(drawn - contentRect.width) > 1) {
          // Plotly resizes a moment later, and leaves the legend where it was.
          window.Plotly.Plots.resize(target).then(() => {
            if (target.isConnected) redraw(this.plots.indexOf(target));
          });
        }
      }
    });
  }

  close() {
    window.removeEventListener("resize", this.resized);
    this.sizes.disconnect();
    for (const plot of this.plots) window.Plotly?.purge(plot);
  }

  // All frames hang before the first chart is drawn, so that it finds its final width.
  hang(count) {
    while (this.plots.length > count) {
      const gone = this.plots.pop();
      this.sizes.unobserve(gone);
      window.Plotly.purge(gone);
      gone.parentElement.remove();
    }
    while (this.plots.length < count) {
      const plot = make("div", { class: "live-plot" });
      const k = this.plots.length;
      const swap = make("button", { type: "button", class: "live-swap" });
      swap.addEventListener("click", () => this.enlarge(k));
      const caption = make("figcaption");
      const frame = make("figure", { class: "live-figure" }, [caption, plot, swap]);
      this.root.append(frame);
      this.plots.push(plot);
      this.sizes.observe(plot);
    }
  }

  // Make another picture the large one.
  enlarge(k) {
    this.main = k;
    this.fit();
  }

  // Fit all pictures again and draw those whose size has changed.
  fit() {
    this.arrange();
    this.plots.forEach((_, k) => this.redraw(k));
  }

  // The pictures are a stage: one is large, the others stand beside or below it, made small
  // as a whole where they have little room. On a wide page it ends with the window.
  arrange() {
    const live = this.root.closest(".live");
    const [width, height] = [live.clientWidth, window.innerHeight];
    const low = width >= WIDE_IF_LOW.width && height < WIDE_IF_LOW.height;
    const staged = width >= WIDE || low;
    const others = this.plots.length - 1;
    live.classList.toggle("live-staged", staged);
    live.classList.toggle("live-compact", !staged);
    const end = height - topOf(this.root) - 12;
    const room = staged
      ? within(end, STAGE)
      : within(PHONE.share * height, PHONE) + (others ? 0 : PHONE.thumbs);
    const small = staged ? (room - 8 * (others - 1)) / others : PHONE.thumbs;
    this.root.style.setProperty("--stage", `${room}px`);
    this.root.style.setProperty("--others", String(Math.max(1, others)));
    this.plots.forEach((plot, k) => {
      const large = k === this.main;
      plot.parentElement.classList.toggle("live-large", large);
      const caption = large || staged ? CAPTION : 0;
      const available = (large ? room : small) - caption;
      const width = plot.parentElement.clientWidth;
      const fits = Math.min(1, available / THUMB.height, width / THUMB.width);
      const scale = large ? 1 : fits;
      plot.room = available / scale;
      plot.bare = !large && !staged;
      plot.style.setProperty("--scale", String(scale));
    });
  }

  // Whether a picture has got more or less room since it was drawn.
  isStale(k) {
    return this.plots[k].drawnRoom !== this.plots[k].room;
  }

  draw(k, figure, theme) {
    const plot = this.plots[k];
    plot.drawnRoom = plot.room;
    const { data, layout } = colored(figure, theme);
    const title = layout.meta?.title || "";
    setText(plot.previousSibling, title);
    plot.nextSibling.setAttribute("aria-label", `Enlarge: ${title}`);
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", described(title, figure));
    this.revision += 1;
    layout.datarevision = this.revision;
    layout.autosize = true;
    layout.dragmode = false; // a hand on a chart would zoom it by accident
    layout.height = plot.room;
    if (plot.bare) layout.showlegend = false; // too small to be read
    plot.style.minHeight = `${layout.height}px`;
    window.Plotly.react(plot, data, layout, CONFIG);
  }
}

function within(value, { low, high }) {
  return Math.min(high, Math.max(low, value));
}

// How far an element lies below the window's top while the page is not scrolled.
function topOf(element) {
  const scroller = element.closest("[data-testid=stMain]");
  return element.getBoundingClientRect().top + (scroller?.scrollTop || 0);
}

// What a chart shows, for whoever does not see it; what it says stands in the sentence.
export function described(title, { data, layout }) {
  const names = [...new Set(data.map((trace) => trace.name).filter(Boolean))];
  const axes = [layout.xaxis, layout.yaxis].map((axis) => axis?.title?.text || "");
  const parts = [title];
  if (axes.every(Boolean)) parts.push(`${axes[1]} against ${axes[0]}`);
  if (names.length) parts.push(`shown: ${names.join(", ")}`);
  return `${parts.join("; ")}.`;
}

export function loadPlotly(address) {
  if (window.Plotly) return Promise.resolve();
  window.formulaPlotly ||= new Promise((resolve, reject) => {
    const script = make("script", { src: address });
    script.onload = resolve;
    script.onerror = reject;
    document.head.append(script);
  });
  return window.formulaPlotly;
}
