// Painting: one Plotly chart a figure, its title above it, kept from scene to scene.

import { describe } from "./describe.js";
import { make, setText } from "./dom.js";
import { legendOf } from "./legend.js";
import { Menu } from "./menu.js";
import { isSame } from "./same.js";
import { sketch } from "./sketch.js";
import { nameRows, slim } from "./slim.js";
import { colored } from "./theme.js";

// Pixels: from which width controls stand beside the stage (on a phone on its side from a
// smaller one) and pictures beside each other, how tall the stage is, and how tall a picture
// must be to be drawn as it is.
const WIDE = 820;
const WIDE_IF_LOW = { width: 640, height: 500 };
const ABREAST = 1000;
const STAGE = { low: 220, high: 760 };
const ROW = { share: 0.27, low: 84, high: 160 }; // of the small pictures, if they stand below
// Of a phone's height the large picture has at least a share; it has more where little else
// is to be seen. The small ones stand below it.
const PHONE = { share: 0.24, low: 150, high: 320, thumbs: 81, most: 0.5, wide: 410 };
const SQUARE = 1.8; // times as wide as high may a plane be that stands beside others on a phone
const THUMB = { width: 480, height: 240 }; // less room makes a legend climb on its chart
const SKETCH = 0.6; // of its size: a smaller picture could not be read, and is a sketch
const PAPER = 250; // the height of a picture in print
const CAPTION = { large: 24, abreast: 24, below: 15 }; // heights, as in live.css
const PHONE_CAPTION = { large: 28, below: 20 };
const BELOW = { staged: 12, presenting: 84 }; // room that is left under the stage
const NARROW = 420; // from this width down a picture has small type
const SMALL_TYPE = 11;
const UPRIGHT = { size: 9, line: 10.5, right: 8 };
const LOW = 300; // a picture of this height has room for the names of sixteen rows
const LARGER = 1.4; // than elsewhere is the type in a presentation
const CONFIG = {
  displayModeBar: false,
  doubleClick: false,
  responsive: false, // the observer of sizes sees more than the window
};

export class Pictures {
  // `redraw` paints one plot again after its width has changed, `figure(k)` returns what one
  // shows and the theme, `table(k)` asks for its data, `touched(k, point)` hears a click,
  // `pointed(trace)` which trace is pointed at, or none.
  constructor({ redraw, beside, figure, table, touched, pointed }) {
    Object.assign(this, { beside, figure, table, touched, pointed });
    this.plots = [];
    this.main = 0; // the large one
    this.phone = { left: 0, told: 0, given: 0 }; // pixels, see Screen.left and Formula.fit
    this.redraw = redraw;
    this.looked = null; // which term of which sum is looked at
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
  hang(figures) {
    const count = figures.length;
    if (this.plots.length === count) return;
    // For good: the stage holds still in a drag.
    this.squares = figures.map(isSquare);
    this.talls = figures.map(({ layout }) => Boolean(layout.meta?.tall));
    while (this.plots.length > count) {
      const gone = this.plots.pop();
      this.sizes.unobserve(gone);
      window.Plotly.purge(gone);
      gone.frame.remove();
    }
    while (this.plots.length < count) {
      const plot = make("div", { class: "live-plot" });
      const k = this.plots.length;
      const swap = make("button", { type: "button", class: "live-swap" });
      swap.addEventListener("click", (event) => {
        const bar = event.detail ? this.barAt(k, event) : -1; // a key has no place
        if (bar >= 0) this.touched(k, { curveNumber: 0, pointNumber: bar });
        else this.enlarge(k);
      });
      const caption = make("figcaption");
      const menu = new Menu(() => this.figure(k), () => this.table(k));
      const frame = make("figure", { class: "live-figure" }, [
        caption, plot, swap, menu.root,
      ]);
      this.root.append(frame);
      Object.assign(plot, { frame, caption, swap });
      this.plots.push(plot);
      this.sizes.observe(plot);
    }
    this.arrange();
  }

  // The bar of a small picture over or under which a click is, where clicks choose one; else −1.
  barAt(k, { clientX, clientY }) {
    if (!this.figure(k).figure.layout.meta?.pick?.small) return -1;
    const plot = this.plots[k];
    const { xaxis, yaxis } = plot._fullLayout;
    const box = plot.getBoundingClientRect();
    const x = (clientX - box.left) / plot.scale - xaxis._offset;
    const y = (clientY - box.top) / plot.scale - yaxis._offset;
    const inside = x >= 0 && x < xaxis._length && y >= 0 && y < yaxis._length;
    return inside ? Math.round(xaxis.p2l(x)) : -1;
  }

  // The picture whose handles can be taken: the large one, or, where that has none, a small
  // one that lets it (`small`) and is no sketch.
  handled(figures) {
    const meta = figures.map(({ layout }) => layout.meta || {});
    const { handles, rows } = meta[this.main] || {};
    if (handles?.length || rows) return this.main;
    const open = this.plots.findIndex(({ sketch: rough, bare, frame }, k) => (
      meta[k]?.handles && meta[k].small && !rough && !bare && !frame.hidden));
    return open < 0 ? this.main : open;
  }

  // Make another picture the large one.
  enlarge(k) {
    this.main = k;
    this.fit();
  }

  // Fit all pictures again and draw those whose size has changed.
  fit() {
    this.arrange();
    this.plots.forEach((_, k) => this.isStale(k) && this.redraw(k));
  }

  // The pictures are a stage: one is large, the others stand beside or below it, made small
  // as a whole where they have little room. On a wide page it ends with the window. Returns
  // a name of the form that the page has now.
  arrange() {
    const live = this.root.closest(".live");
    if (matchMedia("print").matches) {
      this.spread();
      return "paper";
    }
    const others = this.plots.length - 1;
    const form = this.form(live);
    for (const name of ["staged", "abreast", "low", "compact", "sideways"]) {
      live.classList.toggle(`live-${name}`, form[name]);
    }
    const alone = form.presenting || !others;
    const room = form.staged
      ? within(window.innerHeight - topOf(this.root) - form.below, STAGE)
      : this.roomOnPhone(others, form.sideways);
    const row = form.staged ? within(ROW.share * room, ROW) : PHONE.thumbs;
    const gap = form.staged ? 8 : 2;
    const beside = form.abreast || form.sideways;
    const large = alone || beside ? room : room - row - gap;
    const side = beside ? (room - gap * (others - 1)) / others : row;
    this.root.style.setProperty("--stage", `${room}px`);
    this.root.style.setProperty("--row", `${alone ? 0 : row}px`);
    this.root.style.setProperty("--others", String(Math.max(1, others)));
    const where = form.abreast ? "abreast" : "below";
    this.plots.forEach((plot, k) => {
      const isLarge = k === this.main;
      const { frame } = plot;
      frame.classList.toggle("live-large", isLarge);
      frame.hidden = form.presenting && !isLarge;
      const captions = form.compact ? PHONE_CAPTION : CAPTION;
      const available = (isLarge ? large : side) - captions[isLarge ? "large" : where];
      const width = frame.clientWidth;
      const fits = Math.min(1, available / THUMB.height, width / THUMB.width);
      plot.sketch = !isLarge && fits < SKETCH;
      const small = plot.sketch ? 1 : fits;
      const scale = isLarge ? (form.presenting ? LARGER : 1) : small;
      plot.scale = scale;
      plot.origin = null; // where it lies in its frame: measured when asked for
      plot.room = available / scale;
      plot.wide = width / scale; // measured once a picture: asking again lays out anew
      plot.bare = !isLarge && !beside;
      plot.slim = isLarge && (form.compact || form.low);
      frame.style.setProperty("--scale", String(scale));
    });
    return JSON.stringify([live.clientWidth, window.innerHeight, form]);
  }

  // How tall the stage is on a phone: formula and sliders are in sight with it.
  roomOnPhone(others, sideways) {
    const height = heightOfPhone();
    const above = within(PHONE.share * height, PHONE) + (others ? PHONE.thumbs + 2 : 0);
    const least = Math.max(above, sideways ? others * (PHONE.thumbs + 2) - 2 : 0);
    const { left, told, given } = this.phone;
    const low = within(left, { low: least - given, high: least });
    return within(told, { low, high: Math.max(low, PHONE.most * height) });
  }

  // On paper all pictures have the same size, one below the other.
  spread() {
    for (const plot of this.plots) {
      plot.frame.hidden = false;
      plot.frame.style.setProperty("--scale", "1");
      plot.scale = 1;
      plot.origin = null;
      plot.room = PAPER;
      plot.wide = plot.frame.clientWidth;
      plot.bare = false;
      plot.slim = false;
      plot.sketch = false;
    }
  }

  // Which form the page has room for.
  form(live) {
    const [width, height] = [live.clientWidth, window.innerHeight];
    const low = height < WIDE_IF_LOW.height;
    const staged = width >= WIDE || (low && width >= WIDE_IF_LOW.width);
    const presenting = document.documentElement.classList.contains("live-presenting");
    return {
      staged,
      compact: !staged,
      sideways: !staged && this.plots.length > 1 && this.isHigh(width),
      low: staged && low,
      abreast: staged && (low || width >= ABREAST),
      presenting,
      below: presenting ? BELOW.presenting : BELOW.staged,
    };
  }

  // Whether the large picture had better stand beside the others: a square, and on a phone what
  // needs the height.
  isHigh(width) {
    return Boolean(this.squares[this.main] || (width < PHONE.wide && this.talls[this.main]));
  }

  // Whether a picture has got another form since it was drawn, or another term to mark.
  isStale(k) {
    const plot = this.plots[k];
    return plot.drawnForm !== formOf(plot) || !isSame(plot.drawnLooked, this.looked);
  }

  draw(k, figure, theme) {
    const plot = this.plots[k];
    plot.drawnForm = formOf(plot);
    plot.drawnLooked = this.looked;
    const title = figure.layout.meta?.title || "";
    setText(plot.caption, title);
    plot.swap.setAttribute("aria-label", `Enlarge: ${title}`);
    plot.swap.title = title;
    plot.setAttribute("role", "img");
    if (!plot.ariaLabel) plot.setAttribute("aria-label", title);
    this.haunt(k, figure, theme);
    const ghosts = this.beside(k, figure);
    const drawn = marked(figure, this.looked);
    const whole = ghosts.length ? { ...drawn, data: [...drawn.data, ...ghosts] } : drawn;
    this.react(plot, whole, theme);
    if (!plot.listens && plot.on) {
      plot.listens = true;
      plot.on("plotly_click", ({ points }) => this.touched(k, points[0]));
      plot.on("plotly_hover", ({ points }) => this.pointed(points[0].data));
      plot.on("plotly_unhover", () => this.pointed(null));
    }
  }

  react(plot, figure, theme) {
    const { data, layout } = dressed(figure, theme, plot.wide, plot.room);
    this.revision += 1;
    layout.datarevision = this.revision;
    layout.autosize = true;
    layout.height = plot.room - this.legend(plot, { data, layout });
    if (plot.bare) layout.showlegend = false; // too small to be read
    if (plot.slim) slim({ data, layout }, layout.height);
    if (!plot.sketch) nameRows(layout, layout.height);
    if (plot.sketch) sketch({ data, layout }, plot.wide, layout.height, !plot.bare);
    plot.style.minHeight = `${layout.height}px`;
    window.Plotly.react(plot, data, layout, CONFIG);
  }

  // Hang a legend of its own above a picture on a phone; return how tall it is.
  legend(plot, figure) {
    const names = figure.data.map(({ name }) => name).join("\n");
    const drawn = plot.slim ? `${plot.wide}\n${names}` : "";
    if (drawn !== plot.names) {
      plot.names = drawn;
      plot.legend?.remove();
      plot.legend = plot.slim ? legendOf(figure) : null;
      if (plot.legend) plot.before(plot.legend);
      plot.above = plot.legend?.offsetHeight || 0;
    }
    return plot.above;
  }

  // Say what the pictures show, for whoever does not see them.
  describe(figures) {
    figures.forEach((figure, k) => this.plots[k]?.setAttribute("aria-label", describe(figure)));
  }

  // What these figures show stays as a ghost, below what is shown next.
  keepGhosts(figures) {
    this.dropGhosts();
    this.ghosts = figures;
  }

  // Draw a picture's ghost on the picture's axes, again whenever these or its size are others.
  // A picture that has become another one has none.
  haunt(k, figure, theme) {
    const plot = this.plots[k];
    const before = this.ghosts?.[k];
    if (!before) return;
    const form = `${plot.wide} ${plot.room} ${axesOf(figure)}`;
    if (plot.ghostForm === form) return;
    plot.ghostForm = form;
    plot.ghost?.remove();
    plot.ghost = null;
    if (kindOf(before) !== kindOf(figure)) return;
    this.react(plot, { data: before.data, layout: figure.layout }, theme);
    plot.ghost = ghostOf(plot);
    if (!plot.ghost) return;
    plot.ghost.style.top = `${plot.offsetTop}px`;
    plot.frame.append(plot.ghost); // not into the plot: Plotly would take it for its own
  }

  dropGhosts() {
    this.ghosts = null;
    for (const plot of this.plots) {
      plot.ghostForm = null;
      plot.ghost?.remove();
    }
  }
}

// Names of columns stand upright in small type, and the color scale leaves its room to them;
// they have none where a column is narrower than a line, or several lines of maps are low.
function setUpright(data, { xaxis, margin, meta }, width) {
  for (const trace of data) trace.showscale = false;
  margin.r = UPRIGHT.right;
  const count = Math.abs(xaxis.range[1] - xaxis.range[0]);
  const narrow = width - margin.l - margin.r < UPRIGHT.line * count;
  if (narrow || meta.lines) xaxis.showticklabels = false;
  Object.assign(xaxis, { tickangle: 90, tickfont: { ...xaxis.tickfont, size: UPRIGHT.size } });
}

// A figure with the page's colors and type; on a narrow picture the type is smaller and an
// axis of powers of ten names every other one. Where a picture is low, many rows have no names.
export function dressed(figure, theme, width, height) {
  const { data, layout } = colored(figure, theme);
  layout.dragmode = false; // a hand on a chart would zoom it by accident
  layout.font.family = theme["--font"];
  if (width && width < NARROW) {
    layout.font.size = SMALL_TYPE;
    for (const axis of [layout.xaxis, layout.yaxis]) {
      if (axis?.type === "log" && axis.dtick) axis.dtick *= 2;
      if (axis?.title?.font) axis.title.font.size = SMALL_TYPE;
    }
    for (const note of layout.annotations || []) note.font.size = SMALL_TYPE;
    if (layout.meta?.upright) setUpright(data, layout, width);
    for (const trace of data) {
      if (trace.meta?.wide) trace.text = trace.text.map(() => "");
    }
  }
  if (layout.meta?.lines && (width < NARROW || height < LOW)) layout.yaxis.showticklabels = false;
  return { data, layout };
}

// The ends of a figure's axes.
const axesOf = ({ layout: { xaxis, yaxis } }) => JSON.stringify([xaxis?.range, yaxis?.range]);

// What two figures of one picture have in common, whatever is set.
const kindOf = ({ data, layout: { xaxis, yaxis } }) => (
  [xaxis?.type, yaxis?.type, ...data.map(({ type }) => type)].join(" ")
);

// A copy of the lines, points and bars of a chart without its axes; maps have none, because
// one would cover the other.
function ghostOf(plot) {
  const drawing = plot.querySelector(".main-svg");
  if (!drawing || plot.querySelector(".heatmaplayer .hm")) return null;
  const copy = drawing.cloneNode(true);
  copy.querySelectorAll(
    ".bglayer, .layer-below, .draglayer, .gridlayer, .zerolinelayer, .xaxislayer-above, "
    + ".yaxislayer-above, .xaxislayer-below, .yaxislayer-below, .xlines-above, .ylines-above, "
    + ".xlines-below, .ylines-below, .infolayer, .layer-above, text",
  ).forEach((part) => part.remove());
  copy.setAttribute("class", "live-ghost");
  copy.setAttribute("aria-hidden", "true");
  return copy;
}

// Whether both axes of a figure have one scale, and its plane is about as wide as high.
export function isSquare({ layout: { xaxis, yaxis } }) {
  if (!yaxis?.scaleanchor || !xaxis.range || !yaxis.range) return false;
  const [wide, high] = [xaxis, yaxis].map(({ range }) => Math.abs(range[1] - range[0]));
  return wide < SQUARE * high;
}

// A picture with a frame where it shows the term that is looked at.
function marked(figure, looked) {
  const { terms, termsTop } = figure.layout.meta || {};
  const places = terms?.[looked?.sum];
  if (places === undefined) return figure;
  const place = Array.isArray(places) ? places[looked.term] : places + looked.term;
  const frame = {
    type: "rect", line: { width: 2, dash: "dot", color: "var(--text)" },
    xref: "x", x0: place - 0.5, x1: place + 0.5, yref: "paper", y0: 0, y1: termsTop,
  };
  const { shapes = [] } = figure.layout;
  return { ...figure, layout: { ...figure.layout, shapes: [...shapes, frame] } };
}

const formOf = ({ room, wide, bare, slim, sketch }) => `${room} ${wide} ${bare} ${slim} ${sketch}`;

function within(value, { low, high }) {
  return Math.min(high, Math.max(low, value));
}

// The window's height, which stays when a phone's address bar comes and goes.
export const heightOfPhone = () => document.documentElement.clientHeight;

// How far an element lies below the window's top while the page is not scrolled.
export function topOf(element) {
  const scroller = element.closest("[data-testid=stMain]");
  return element.getBoundingClientRect().top + (scroller?.scrollTop || 0);
}
