// Painting: one Plotly chart a figure, its title above it, kept from scene to scene.

import { make, setText } from "./dom.js";
import { colored } from "./theme.js";

const NARROW = 480; // pixels; a narrower chart has a legend of several lines
const LEGEND_LINE = 30; // pixels that a chart has kept free for its legend
const CONFIG = {
  displayModeBar: false,
  doubleClick: false,
  responsive: false, // the observer of sizes sees more than the window
};

export class Pictures {
  // `redraw` paints one plot again after its width has changed.
  constructor(redraw) {
    this.plots = [];
    this.revision = 0;
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
      const frame = make("figure", { class: "live-figure" }, [make("figcaption"), plot]);
      this.root.append(frame);
      this.plots.push(plot);
      this.sizes.observe(plot);
    }
  }

  draw(k, figure, theme) {
    const plot = this.plots[k];
    const { data, layout } = colored(figure, theme);
    const title = layout.meta?.title || "";
    setText(plot.previousSibling, title);
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", described(title, figure));
    this.revision += 1;
    layout.datarevision = this.revision;
    layout.autosize = true;
    layout.dragmode = false; // a hand on a chart would zoom it by accident
    const paint = () => {
      layout.height = figure.layout.height + (plot.legendRoom || 0);
      plot.style.minHeight = `${layout.height}px`;
      window.Plotly.react(plot, data, layout, CONFIG);
    };
    paint();
    if (makeLegendRoom(plot)) paint();
  }
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

// In a narrow chart the legend takes a line an entry: the chart grows by what it takes, but
// not beyond what equal scales on both axes can fill.
function makeLegendRoom(plot) {
  const before = plot.legendRoom || 0;
  // What Plotly knows, not the document: to ask that during a drag costs a layout.
  const { legend, width, xaxis, yaxis, _size: area } = plot._fullLayout;
  let wanted = (legend?._height || 0) - LEGEND_LINE;
  if (yaxis.scaleanchor) {
    const [x, y] = [xaxis, yaxis].map(({ range }) => Math.abs(range[1] - range[0]));
    wanted = Math.min(wanted, (area.w * y) / x - area.h);
  }
  plot.legendRoom = width < NARROW ? Math.max(before, wanted) : 0;
  return plot.legendRoom !== before;
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
