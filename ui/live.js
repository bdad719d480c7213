// The live figure: the controls and charts of one lesson, in the browser.
//
// While a control is dragged, the figures follow from a table of all its positions that
// Python computed once (the sweep); everything else is a round trip. Nothing here knows a
// formula: every number on the screen came from Python.

const mounted = new WeakMap();
const STORED_SWEEPS = 8;
const KEY_PAUSE = 250; // ms without a key press before a value is committed
const PLAY_TIME = 5000; // ms for the play button to cross a control's range
const NARROW = 480; // pixels; a narrower chart has a legend of several lines
const LEGEND_LINE = 30; // pixels that a chart has kept free for its legend
const ANSWER_TIME = 8000; // ms after which an unanswered wish is sent again

export default function mount({ data, parentElement, setStateValue }, files) {
  let live = mounted.get(parentElement);
  if (!live) {
    live = new Live(parentElement, files);
    mounted.set(parentElement, live);
  }
  live.emit = (wish) => setStateValue("wish", wish);
  live.receive(unpack(data));
  return () => {
    live.close();
    mounted.delete(parentElement);
  };
}

// ------------------------------------------------------------------------ the message

// One binary message: the length of the header, the header (JSON), then float32 numbers.
export function unpack(bytes) {
  const whole = bytes.slice().buffer;
  const size = new DataView(whole).getUint32(0, true);
  const header = JSON.parse(new TextDecoder().decode(new Uint8Array(whole, 4, size)));
  const start = 4 + size + ((4 - (size % 4)) % 4);
  const pool = new Float32Array(whole, start);
  header.scene = header.scene && revive(header.scene, pool);
  if (header.sweep) header.sweep.pool = pool;
  return header;
}

function revive(node, pool) {
  if (Array.isArray(node)) return node.map((item) => revive(item, pool));
  if (node === null || typeof node !== "object") return node;
  if ("$" in node) return numbers(pool, node.$[0], node.$[1]);
  const made = {};
  for (const key of Object.keys(node)) made[key] = revive(node[key], pool);
  return made;
}

function numbers(pool, offset, shape) {
  if (shape.length === 0) return pool[offset];
  if (shape.length === 1) return pool.subarray(offset, offset + shape[0]);
  const size = shape.slice(1).reduce((a, b) => a * b, 1);
  return Array.from({ length: shape[0] }, (_, k) =>
    numbers(pool, offset + k * size, shape.slice(1)),
  );
}

// ----------------------------------------------------------------------------- theme

function themeOf(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  const names = { "--text": read("--st-text-color"), "--ground": read("--st-background-color") };
  const lists = { series: "categorical", sequential: "sequential", diverging: "diverging" };
  for (const [name, option] of Object.entries(lists)) {
    read(`--st-chart-${option}-colors`).split(",").forEach((c, k) => {
      names[`--${name}-${k + 1}`] = c.trim();
    });
  }
  names["--muted"] = mixed(names["--text"], names["--ground"], 0.62);
  names["--grid"] = mixed(names["--text"], names["--ground"], 0.16);
  return names;
}

function mixed(above, below, share) {
  const [a, b] = [channels(above), channels(below)];
  return `rgb(${a.map((x, k) => Math.round(x * share + b[k] * (1 - share))).join(",")})`;
}

function channels(text) {
  if (text.startsWith("#")) {
    const hex = text.length < 7 ? text.replace(/[0-9a-f]/gi, "$&$&") : text;
    return [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
  }
  return (text.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3).map(Number);
}

function colored(node, theme) {
  if (typeof node === "string") {
    return node.startsWith("var(--") ? theme[node.slice(4, -1)] || node : node;
  }
  if (node === null || typeof node !== "object" || ArrayBuffer.isView(node)) return node;
  // Copies, because Plotly writes a zoom into the layout that it was given.
  if (Array.isArray(node)) return node.map((item) => colored(item, theme));
  const made = {};
  for (const key of Object.keys(node)) made[key] = colored(node[key], theme);
  return made;
}

// ------------------------------------------------------------------------- small DOM

function make(tag, properties = {}, children = []) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name in element && typeof value !== "string") element[name] = value;
    else element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

function symbol(parts, slot) {
  const [base, below, above] = parts;
  const children = [base];
  if (below) children.push(make("sub", {}, [below]));
  if (above) children.push(make("sup", {}, [above]));
  return make("span", { class: `live-symbol live-slot-${slot}`, "aria-hidden": "true" }, children);
}

export function written(value) {
  if (typeof value !== "number") return String(value);
  return String(Number(value.toPrecision(10)));
}

const calm = () => matchMedia("(prefers-reduced-motion: reduce)").matches;

// --------------------------------------------------------------------- the live figure

class Live {
  constructor(parent, files) {
    this.files = files;
    this.mount = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
    this.sequence = 0;
    this.inFlight = null; // the wish that awaits its answer
    this.waiting = null; // what to send next
    this.values = {};
    this.sweeps = new Map();
    this.active = null; // the control under the thumb
    this.shown = null; // the scene on the screen
    this.plots = [];
    this.frame = 0;
    this.painted = 0;
    this.root = make("div", { class: "live", "data-live": "starting" });
    parent.append(this.root);
    this.knobs = make("div", { class: "live-knobs" });
    this.pictures = make("div", {
      class: "live-pictures", role: "group", "aria-label": "Charts", tabindex: "0",
    });
    this.status = make("p", { class: "live-status" });
    this.spoken = make("p", { class: "live-spoken", role: "status", "aria-live": "polite" });
    this.readouts = make("dl", { class: "live-readouts" });
    this.progress = make("div", { class: "live-progress", hidden: true });
    this.root.append(
      make("div", { class: "live-main" }, [this.status, this.progress, this.pictures]),
      make("div", { class: "live-side" }, [this.knobs, this.readouts]),
      this.spoken,
    );
    this.sizes = new ResizeObserver((changes) => {
      for (const { target, contentRect } of changes) {
        const drawn = target._fullLayout?.width;
        if (drawn && contentRect.width && Math.abs(drawn - contentRect.width) > 1) {
          // Plotly resizes a moment later, and leaves the legend where it was.
          window.Plotly.Plots.resize(target).then(() => this.redraw(target));
        }
      }
    });
    this.look = matchMedia("(prefers-color-scheme: dark)");
    this.recolor = () => setTimeout(() => this.repaint(), 50);
    this.look.addEventListener("change", this.recolor);
    // Streamlit writes the theme's variables on an element above; it never changes size.
    this.themeWatch = setInterval(() => this.watchTheme(), 500);
  }

  close() {
    clearInterval(this.themeWatch);
    this.sizes.disconnect();
    this.look.removeEventListener("change", this.recolor);
    cancelAnimationFrame(this.frame);
    this.playing?.stop();
    for (const plot of this.plots) window.Plotly?.purge(plot);
  }

  watchTheme() {
    const style = getComputedStyle(this.root);
    const now = style.getPropertyValue("--st-background-color");
    if (this.ground !== undefined && now !== this.ground) this.repaint();
    this.ground = now;
  }

  repaint() {
    if (!this.scene || !window.Plotly) return;
    this.theme = null;
    this.drawn = null;
    this.paint(this.current());
  }

  // ------------------------------------------------------------------ from the server

  receive(message) {
    if (this.inFlight && message.ack >= this.inFlight.n) {
      clearTimeout(this.inFlight.timer);
      this.inFlight = null;
    }
    if (message.epoch !== this.epoch) this.sweeps.clear();
    this.epoch = message.epoch;
    if (message.sweep) this.keep(message.sweep);
    if (!this.controls) {
      if (!message.controls) return this.send({}); // the server thinks we know them
      this.build(message.controls);
    }
    this.address(message.query);
    const mine = this.active || this.unsent || this.waiting || this.inFlight;
    const overruled = message.revision > (this.revision || 0);
    if (!mine || overruled) {
      this.values = { ...message.values };
      for (const [name, control] of Object.entries(this.controls)) {
        if (overruled) control.typedNotice = "";
        this.place(name);
      }
      this.playing?.stop();
    }
    this.revision = message.revision;
    this.renew(message);
    if (message.scene) {
      this.scene = { ...message.scene, values: message.values };
    } else if (this.drawn) {
      this.scene = this.drawn; // the server knew that it is on the screen
    }
    this.plotly().then(
      () => this.paint(this.current()),
      () => this.send({ fallback: true }),
    );
    if (this.waiting && !this.inFlight) this.flush();
    else if (message.job !== null && !this.inFlight) this.send({ more: true });
    this.job = message.job !== null;
    this.mark();
  }

  renew(message) {
    const busy = message.job !== null;
    this.progress.hidden = !busy;
    if (busy) {
      const percent = Math.round(100 * message.job);
      this.progress.replaceChildren(
        make("progress", { max: 1, value: message.job, "aria-label": message.doing }),
        make("span", {}, [`${message.doing}: ${percent} %`]),
      );
    }
    this.root.classList.toggle("live-stale", busy);
    this.slow = new Set(message.slow || []);
    for (const [name, control] of Object.entries(this.controls)) {
      this.complain(control, message.notices?.[name] || control.typedNotice || "");
    }
  }

  address(query) {
    const url = new URL(window.location.href);
    const wanted = new URLSearchParams(query);
    for (const [name, value] of url.searchParams) {
      if (/^(embed|embed_options)$/.test(name)) wanted.append(name, value);
    }
    const text = wanted.toString();
    if (text !== url.searchParams.toString()) {
      url.search = text;
      window.history.replaceState(window.history.state, "", url);
    }
  }

  plotly() {
    if (window.Plotly) return Promise.resolve();
    const loading = (window.formulaPlotly ||= new Promise((resolve, reject) => {
      const script = make("script", { src: this.files.plotly });
      script.onload = resolve;
      script.onerror = reject;
      document.head.append(script);
    }));
    return loading;
  }

  // Whether something is still on its way: tests and tools wait for "false".
  mark() {
    const busy = this.active || this.unsent || this.waiting || this.inFlight || this.job;
    this.root.dataset.busy = String(Boolean(busy));
  }

  // -------------------------------------------------------------------- to the server

  send(wish) {
    this.waiting = { ...this.waiting, ...wish };
    if (!this.inFlight) this.flush();
  }

  flush() {
    const wish = {
      ...this.waiting,
      values: this.values,
      m: this.mount,
      n: ++this.sequence,
      described: Boolean(this.controls),
      painted: this.paintedEpoch(),
    };
    this.waiting = null;
    this.unsent = false;
    this.inFlight = wish;
    wish.timer = setTimeout(() => {
      if (this.inFlight === wish) {
        this.inFlight = null;
        this.send({});
      }
    }, ANSWER_TIME);
    const { timer: _, ...plain } = wish;
    this.emit(plain);
    this.mark();
  }

  // The epoch whose scene of the present values is on the screen already; else null.
  paintedEpoch() {
    const shown = this.drawn?.values;
    if (!shown || this.shownEpoch !== this.epoch) return null;
    const names = Object.keys(this.values);
    return names.every((name) => shown[name] === this.values[name]) ? this.epoch : null;
  }

  // --------------------------------------------------------------------------- sweeps

  sweepKey(name) {
    const others = Object.entries(this.values).filter(([other]) => other !== name);
    return JSON.stringify([name, others.sort()]);
  }

  keep(sweep) {
    const others = Object.entries(sweep.others);
    const key = JSON.stringify([sweep.control, others.sort()]);
    this.sweeps.delete(key);
    this.sweeps.set(key, sweep);
    if (this.sweeps.size > STORED_SWEEPS) {
      this.sweeps.delete(this.sweeps.keys().next().value);
    }
  }

  grab(name) {
    if (this.controls[name].kind === "switch" || this.controls[name].kind === "option") return;
    if (!this.sweeps.has(this.sweepKey(name))) this.send({ grab: name });
  }

  // The scene for the values on the screen: from a sweep, else the last from the server.
  current() {
    if (!this.scene) return null;
    for (const name of [this.active, ...Object.keys(this.controls)]) {
      if (!name) continue;
      const sweep = this.sweeps.get(this.sweepKey(name));
      const k = sweep ? this.positionOf(name, this.values[name]) : -1;
      if (sweep && k >= 0) return at(sweep, k);
    }
    return this.scene;
  }

  positionOf(name, value) {
    return this.controls[name].positions.indexOf(value);
  }

  // ------------------------------------------------------------------------- painting

  schedule() {
    if (this.frame) return;
    this.frame = requestAnimationFrame(() => {
      this.frame = 0;
      const scene = this.current();
      if (scene !== this.scene || !this.active) this.paint(scene);
      else if (!this.inFlight) this.send({});
    });
  }

  paint(scene) {
    if (!scene || !window.Plotly) return;
    this.theme ||= this.dress();
    this.hang(scene.figures.length);
    scene.figures.forEach((figure, k) => {
      if (this.drawn?.figures[k] === figure) return;
      this.draw(k, figure, scene.status);
    });
    this.drawn = scene;
    this.shownEpoch = this.epoch;
    this.status.textContent = scene.status;
    this.tell(scene.status);
    this.tally(scene.readouts);
    this.painted += 1;
    this.root.dataset.live = "ready";
    this.root.dataset.painted = this.painted;
    this.root.dataset.values = JSON.stringify(scene.values);
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
      this.pictures.append(make("figure", { class: "live-figure" }, [make("figcaption"), plot]));
      this.plots.push(plot);
      this.sizes.observe(plot);
    }
  }

  redraw(plot) {
    if (!plot.isConnected) return; // the lesson was left meanwhile
    const scene = this.current();
    const figure = scene?.figures[this.plots.indexOf(plot)];
    if (figure) this.draw(this.plots.indexOf(plot), figure, scene.status);
  }

  dress() {
    const theme = themeOf(this.root);
    for (const [name, value] of Object.entries(theme)) this.root.style.setProperty(name, value);
    return theme;
  }

  draw(k, figure, status) {
    const plot = this.plots[k];
    const { data, layout } = colored(figure, this.theme);
    const title = layout.meta?.title || "";
    plot.previousSibling.textContent = title;
    plot.setAttribute("role", "img");
    plot.setAttribute("aria-label", `${title}. ${status}`);
    layout.datarevision = this.painted;
    layout.autosize = true;
    if (matchMedia("(pointer: coarse)").matches) layout.dragmode = false;
    const paint = () => {
      layout.height = figure.layout.height + (plot.legendRoom || 0);
      plot.style.minHeight = `${layout.height}px`;
      window.Plotly.react(plot, data, layout, {
        displayModeBar: false, // drag zooms, a double click restores
        responsive: false, // the observer of sizes sees more than the window
      });
    };
    paint();
    if (this.makeLegendRoom(plot)) paint();
  }

  // In a narrow chart the legend takes a line an entry: the chart grows by what it takes,
  // but not beyond what equal scales on both axes can fill.
  makeLegendRoom(plot) {
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

  tally(readouts) {
    const same = this.readouts.children.length === 2 * readouts.length;
    readouts.forEach(([label, text, slot], k) => {
      if (same) {
        this.readouts.children[2 * k].textContent = label;
        this.readouts.children[2 * k + 1].textContent = text;
        return;
      }
      if (!k) this.readouts.replaceChildren();
      const kind = slot ? `live-slot-${slot}` : "";
      this.readouts.append(make("dt", {}, [label]), make("dd", { class: kind }, [text]));
    });
  }

  // A screen reader hears the sentence once the picture has settled.
  tell(sentence) {
    clearTimeout(this.telling);
    this.telling = setTimeout(() => {
      if (this.spoken.textContent !== sentence) this.spoken.textContent = sentence;
    }, 600);
  }

  // ------------------------------------------------------------------------- controls

  build(controls) {
    this.controls = {};
    for (const control of controls) {
      this.controls[control.name] = control;
      this.knobs.append(
        control.kind === "switch" || control.kind === "option"
          ? this.buildChoice(control)
          : this.buildSlider(control),
      );
    }
  }

  buildSlider(control) {
    const id = `${this.mount}-${control.name}`;
    const last = control.positions.length - 1;
    const label = make("label", { for: id, class: "live-label" }, [
      symbol(control.symbol, control.slot),
      ` ${control.meaning}`,
    ]);
    const range = make("input", {
      type: "range", id, min: "0", max: String(last), step: "1",
      class: `live-range live-slot-${control.slot}`, "data-control": control.name,
    });
    const exact = make("input", {
      type: "number", step: "any", class: "live-exact", "data-exact": control.name,
      "aria-label": `${control.meaning}, exact value`,
      "aria-describedby": `${id}-notice`,
    });
    const play = make("button", {
      type: "button", class: "live-play", "data-play": control.name,
      "aria-label": `Play through ${control.meaning}`, "aria-pressed": "false",
    }, ["▶"]);
    const notice = make("p", { class: "live-notice", id: `${id}-notice`, role: "alert" });
    Object.assign(control, { range, exact, play, notice });

    range.addEventListener("pointerdown", () => {
      this.active = control.name;
      this.grab(control.name);
    });
    range.addEventListener("focus", () => this.grab(control.name));
    range.addEventListener("input", () => {
      this.playing?.stop();
      this.active = control.name;
      this.move(control.name, control.positions[range.valueAsNumber]);
    });
    range.addEventListener("change", () => this.settle());
    range.addEventListener("pointerup", () => this.settle(0));
    range.addEventListener("pointercancel", () => this.settle(0));
    range.addEventListener("dblclick", () => {
      this.move(control.name, control.default);
      this.settle(0);
    });
    exact.addEventListener("input", () => (control.editing = true));
    exact.addEventListener("blur", () => (control.editing = false));
    exact.addEventListener("change", () => {
      control.editing = false;
      this.typed(control);
    });
    play.addEventListener("click", () => this.play(control));
    return make("div", { class: "live-knob" }, [
      label,
      make("div", { class: "live-row" }, [play, range, exact,
        make("span", { class: "live-unit" }, [control.unit])]),
      notice,
    ]);
  }

  buildChoice(control) {
    const id = `${this.mount}-${control.name}`;
    const notice = make("p", { class: "live-notice", id: `${id}-notice`, role: "alert" });
    control.notice = notice;
    let input;
    if (control.kind === "switch") {
      input = make("input", { type: "checkbox", id, role: "switch" });
      input.addEventListener("change", () => this.choose(control, input.checked));
    } else {
      input = make("select", { id }, control.positions.map((name) =>
        make("option", { value: name }, [name.replaceAll("_", " ")])));
      input.addEventListener("change", () => this.choose(control, input.value));
    }
    input.dataset.control = control.name;
    input.setAttribute("aria-describedby", `${id}-notice`);
    control.input = input;
    const label = make("label", { for: id, class: "live-label" }, [control.meaning]);
    return make("div", { class: "live-knob live-choice" }, [label, input, notice]);
  }

  choose(control, value) {
    this.values = { ...this.values, [control.name]: value };
    this.active = null;
    this.send({});
  }

  // Put a control where its value is.
  place(name) {
    const control = this.controls[name];
    const value = this.values[name];
    if (control.kind === "switch") control.input.checked = value;
    else if (control.kind === "option") control.input.value = value;
    else {
      const k = nearest(control, value);
      control.range.value = String(k);
      control.range.style.setProperty("--filled", String(k / (control.positions.length - 1)));
      control.range.setAttribute("aria-valuetext", `${written(value)}${control.unit}`);
      // What somebody is typing, or typed in vain, stays in the field.
      if (!control.editing && !control.typedNotice) control.exact.value = written(value);
    }
  }

  move(name, value) {
    this.unsent = true;
    this.mark();
    this.values = { ...this.values, [name]: value };
    this.controls[name].typedNotice = "";
    this.complain(this.controls[name], "");
    this.place(name);
    this.schedule();
  }

  settle(pause = KEY_PAUSE) {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      if (this.playing) return;
      this.active = null;
      this.send({});
    }, pause);
  }

  typed(control) {
    const text = control.exact.value.trim();
    const value = Number(text);
    const bad = text === "" || !Number.isFinite(value);
    const outside = !bad && (value < control.low || value > control.high);
    const odd = !bad && !outside && control.choices && !control.positions.includes(value);
    const broken = !bad && control.kind === "integer" && !Number.isInteger(value);
    if (bad || outside || odd || broken) {
      control.typedNotice = `${text || "This"} is not possible: ${control.meaning} takes ${control.allowed}. The picture keeps ${written(this.values[control.name])}.`;
      this.complain(control, control.typedNotice);
      return;
    }
    control.typedNotice = "";
    this.active = null;
    this.move(control.name, value);
    this.settle(0);
  }

  complain(control, text) {
    if (control.notice.textContent !== text) control.notice.textContent = text;
    const field = control.exact || control.input;
    field.setAttribute("aria-invalid", text ? "true" : "false");
  }

  play(control) {
    const again = this.playing?.control === control;
    this.playing?.stop();
    if (again) return;
    this.grab(control.name);
    const last = control.positions.length - 1;
    let k = nearest(control, this.values[control.name]);
    if (k >= last) k = 0;
    const began = performance.now();
    const start = k;
    const leap = calm() ? Math.max(1, Math.ceil(last / 8)) : 1;
    control.play.setAttribute("aria-pressed", "true");
    control.play.textContent = "❚❚";
    let timer = 0;
    const stop = () => {
      cancelAnimationFrame(timer);
      control.play.setAttribute("aria-pressed", "false");
      control.play.textContent = "▶";
      this.playing = null;
      this.settle(0);
    };
    this.playing = { control, stop };
    this.active = control.name;
    const step = (now) => {
      const passed = Math.floor(((now - began) / PLAY_TIME) * last);
      const next = Math.min(last, start + Math.floor(passed / leap) * leap);
      if (next !== k) {
        k = next;
        this.move(control.name, control.positions[k]);
      }
      if (start + passed >= last) {
        this.move(control.name, control.positions[last]);
        stop();
      } else timer = requestAnimationFrame(step);
    };
    timer = requestAnimationFrame(step);
  }
}

function nearest(control, value) {
  let best = 0;
  control.positions.forEach((position, k) => {
    if (Math.abs(position - value) < Math.abs(control.positions[best] - value)) best = k;
  });
  return best;
}

// The scene at one position of a sweep: the template with the leaves that vary replaced.
function at(sweep, k) {
  if (sweep.at === k) return sweep.made;
  const template = (sweep.template ||= revive(sweep.scene, sweep.pool));
  const values = { ...sweep.others, [sweep.control]: sweep.positions[k] };
  const scene = { ...template, figures: template.figures.slice(), values };
  const copied = new Map();
  for (const leaf of sweep.leaves) {
    let target = scene;
    let place = "";
    for (const key of leaf.path.slice(0, -1)) {
      place += `/${key}`;
      if (!copied.has(place)) {
        const old = target[key];
        target[key] = Array.isArray(old) ? old.slice() : { ...old };
        copied.set(place, target[key]);
      }
      target = target[key];
    }
    target[leaf.path.at(-1)] = leaf.texts
      ? revive(leaf.texts[leaf.which[k]], sweep.pool)
      : numbers(sweep.pool, leaf.offset + k * leaf.size, leaf.shape);
  }
  sweep.at = k;
  sweep.made = scene;
  return scene;
}
