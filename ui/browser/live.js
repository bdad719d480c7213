// The live figure: the controls and charts of one lesson, in the browser.
//
// While a control is dragged, the charts follow from a table of all its positions that
// Python computed once (a sweep); everything else is a round trip. Nothing here knows a
// formula: every number on the screen came from Python.

import { Answers } from "./answers.js";
import { Below } from "./below.js";
import { Chips } from "./chips.js";
import { Connection } from "./connection.js";
import { Controls } from "./controls.js";
import { Dock } from "./dock.js";
import { make } from "./dom.js";
import { Forms } from "./forms.js";
import { Formula } from "./formula.js";
import { Glide } from "./glide.js";
import { Handles } from "./handles.js";
import { Leaving } from "./leaving.js";
import { Links } from "./links.js";
import { saveTable } from "./menu.js";
import { unpack } from "./message.js";
import { OwnNumbers } from "./own.js";
import { Page } from "./page.js";
import { Pictures } from "./pictures.js";
import { Pins } from "./pins.js";
import { loadPlotly } from "./plotly.js";
import { Predict } from "./predict.js";
import { Presentation } from "./present.js";
import { Requests } from "./requests.js";
import { Said } from "./said.js";
import { isSame } from "./same.js";
import { Screen } from "./screen.js";
import { Share } from "./share.js";
import { visitStore } from "./store.js";
import { fetchSweep, frameAt, keyOf, picturesMoved, Sweeps } from "./sweeps.js";
import { Tasks } from "./tasks.js";
import { Terms } from "./terms.js";
import { inTurn } from "./turns.js";

const KEY_PAUSE = 250; // ms without a key press before a value is committed
const TOLD_AFTER = 500; // ms of a long computation before a moving hand is told of it
const USUAL = { name: "", entry: [] }; // what the live line works out by itself
const mounted = new WeakMap();

// Called by Streamlit at each message; `files.request` is the name of our state there.
export default function mount({ data, parentElement, setStateValue }, files) {
  let live = mounted.get(parentElement);
  if (!live) {
    live = new Live(parentElement, files);
    mounted.set(parentElement, live);
  }
  live.emit = (request) => inTurn("live", () => setStateValue(files.request, request));
  live.receive(unpack(data));
  return () => {
    live.close();
    mounted.delete(parentElement);
  };
}

class Live {
  constructor(parent, files) {
    this.files = files;
    this.mount = crypto.randomUUID ? crypto.randomUUID() : String(Math.random());
    this.values = {};
    this.worked = USUAL;
    this.active = null; // the control under the thumb
    this.byHand = false; // whether the values come from the reader, not from a link or a walk
    this.scene = null; // the last from the server
    this.revision = 0;
    this.frame = 0;
    this.sweeps = new Sweeps();
    this.connection = new Connection();
    this.below = new Below();
    this.requests = new Requests(() => this.completion(), {
      emit: (request) => {
        this.unsent = false;
        this.emit(request);
        this.mark();
      },
      late: (late) => this.root.classList.toggle("live-late", late),
      unheard: () => this.connection.wake(),
    });
    this.pictures = new Pictures({
      redraw: (k) => {
        this.screen.redraw(k);
        this.links.fade();
      },
      beside: (k, figure) => this.pins?.ghosts(k, figure) || [],
      figure: (k) => this.screen.figure(k),
      table: (k) => this.requests.send({ table: k }),
      touched: (k, point) => this.touch(k, point),
      pointed: (trace) => this.links.point(trace),
    });
    this.actions = {
      hold: (name) => this.hold(name),
      release: () => (this.active = null),
      grab: (name) => this.grab(name),
      foresee: (name) => this.foresee(name),
      move: (name, value) => this.move(name, value),
      settle: (pause) => this.settle(pause),
      choose: (name, value) => this.choose(name, value),
    };
    this.build(parent);
    // The stage ends with the window, so it has to know how tall all above it is.
    this.heights = new ResizeObserver(() => this.screen.fit());
    for (const above of [this.formula.root, this.said.status, this.progress]) {
      this.heights.observe(above);
    }
    this.links = new Links(this.root, {
      controls: () => this.controls,
      actions: this.actions,
      plots: () => this.pictures.plots,
    });
    this.dock = new Dock(this.root, { formula: this.formula.root, side: this.side });
    this.handles = new Handles(() => this.controls, this.actions);
    this.page = new Page(this.root, {
      repaint: () => this.screen.repaint(),
      recolored: () => this.requests.send({}), // what the server has colored
      refit: () => this.screen.fit(),
    });
    const { root, side, formula, said, pictures, page, handles } = this;
    const parts = { root, side, formula, said, pictures, page, handles };
    const ask = { current: () => this.current(), held: () => Boolean(this.active) };
    this.screen = new Screen(parts, ask);
    this.leaving = new Leaving(() => this.leave(), () => this.stay());
  }

  build(parent) {
    this.formula = new Formula(this.files.katex, () => this.screen.fit());
    this.said = new Said();
    this.progress = make("div", { class: "live-progress", hidden: true });
    this.told = make("div", { class: "live-told" }, [this.said.status]);
    const main = [this.told, this.progress, this.pictures.root];
    this.side = make("div", { class: "live-side" }, [this.said.readouts]);
    this.root = make("div", { class: "live", "data-live": "starting" }, [
      this.formula.root,
      make("div", { class: "live-main" }, main),
      this.side,
      this.said.spoken,
    ]);
    parent.append(this.root);
  }

  close() {
    this.leaving.close();
    clearTimeout(this.settling);
    cancelAnimationFrame(this.frame);
    this.gliding?.stop();
    this.controls?.stop();
    this.terms?.stop();
    clearTimeout(this.settling); // a play that is stopped settles
    this.presentation?.close();
    this.dock.close();
    this.handles.close();
    delete document.documentElement.dataset.liveBusy;
    delete document.documentElement.dataset.livePinned;
    this.requests.close();
    this.connection.close();
    this.below.close();
    this.links.close();
    this.heights.disconnect();
    this.pictures.close();
    this.page.close();
    this.said.close();
    this.screen.close();
  }

  // ------------------------------------------------------------------ from the server

  receive(message) {
    this.connection.hear();
    this.meet(message);
    const news = this.requests.acknowledge(message.ack);
    if (message.epoch !== this.epoch) this.sweeps.clear();
    this.epoch = message.epoch;
    this.job = message.job === null ? null : this.jobOf(message.values);
    if (message.sweep) this.keep(message.sweep);
    if (!this.controls) {
      if (!message.controls.length) {
        this.requests.send({}); // the server thinks that we know them
        return;
      }
      this.describe(message);
    }
    this.asking = message.sweeps;
    this.address(message.query);
    this.below.want(message.stamp);
    this.fix(message.handout);
    const overruled = message.revision > this.revision;
    const repinned = this.pins.hear(message, this.requests.busy && !overruled);
    this.follow(message);
    this.report(message);
    // Without a scene the server knew that it is on the screen.
    this.scene = message.scene
      ? { ...message.scene, values: message.values }
      : this.screen.drawn || this.scene;
    loadPlotly(this.files.plotly).then(
      () => {
        if (repinned) this.screen.drawn = null; // all pictures are drawn anew
        this.arrive(news ? message : {});
        this.predict.reveal();
      },
      () => this.requests.send({ fallback: true }),
    );
    if (message.scene) this.entries = message.entries;
    this.predict.pose(this.wanted);
    this.wanted = -1;
    this.goOn();
    this.mark();
  }

  // The long computation under way: the values that it is for, and since when it runs.
  jobOf(values) {
    return this.job && isSame(this.job.values, values)
      ? this.job
      : { values, since: performance.now() };
  }

  // Send what waits, ask for what the hand needs, or for the rest of a computation.
  goOn() {
    if (this.requests.inFlight) return;
    if (this.requests.waiting) this.requests.flush();
    else if (this.isBehind()) this.catchUp();
    else if (this.job) this.requests.send({ more: true });
  }

  // Whether a held slider waits for an answer that would never come by itself: its sweep was
  // lost, because the server drew another history meanwhile, or it has none, and moved on
  // while the last answer was on its way. Asked once for each value.
  isBehind() {
    if (!this.active) return false;
    const has = this.controls.isSwept(this.active)
      ? this.sweeps.has(this.active, this.values)
      : this.job || isSame(this.scene?.values, this.values);
    const wanted = JSON.stringify(this.values);
    if (has || wanted === this.asked) return false;
    this.asked = wanted;
    return true;
  }

  catchUp() {
    if (this.controls.isSwept(this.active)) this.grab(this.active);
    else this.requests.send({});
  }

  // After the server was restarted, or has forgotten an idle visitor, a new session answers
  // with the state of the first link: it hears what is on the screen instead.
  meet(message) {
    const stranger = this.session !== undefined && message.session !== this.session;
    this.session = message.session;
    if (!stranger) return;
    this.requests.forget();
    this.revision = message.revision;
    this.requests.waiting = { worked: this.worked, ...this.requests.waiting };
  }

  describe({ controls, quantities, headline, spoken, presets, paper, ...lesson }) {
    this.page.paper = paper;
    this.forms = new Forms(lesson, (name) => this.requests.send({ form: name }));
    this.formula.describe(quantities, headline, spoken);
    this.formula.line.setAttribute("aria-label", "The formula with its numbers: left and "
      + "right choose one, up and down change it");
    this.links.describe(quantities);
    const store = visitStore();
    this.own = this.describeOwn(controls, lesson.lesson, store);
    this.controls = new Controls(controls, this.mount, this.actions, this.own);
    const go = (values) => this.go(this.controls.allowed(values, this.values));
    const resize = () => this.screen.fit();
    const defaults = Object.fromEntries(controls.map((c) => [c.name, c.default]));
    this.chips = new Chips(presets, { defaults, story: lesson.story }, go, this.own);
    this.answers = new Answers(store);
    this.tasks = new Tasks(lesson, store, { resize, byHand: () => this.byHand });
    this.predict = new Predict(lesson, this.answers, {
      resize,
      go: (values) => this.go(values),
      ask: (attempt) => this.requests.send({ attempt }),
      again: () => this.walk(this.watched),
    });
    this.pins = new Pins(controls, {
      go,
      resize,
      values: () => this.values,
      send: () => this.requests.send({}),
    });
    const { answers } = this;
    this.share = new Share({ ...lesson, controls, answers, resize });
    const tools = make("div", { class: "live-tools" }, [this.pins.root, this.share.opener]);
    this.terms = new Terms(lesson.summed, (term) => this.work({ ...this.worked, term }));
    this.formula.root.append(this.terms.root);
    const { chips, forms, tasks, terms } = this;
    const lined = { show: ({ line }) => this.terms.show(line) && this.formula.reveal() };
    const followers = [this.pins, tasks, lined, this.links];
    this.screen.describe({ chips, forms, tools, terms, followers });
    this.side.prepend(this.chips.root, this.chips.note, this.controls.root);
    this.predict.opener.hidden = !lesson.questions.length;
    this.told.append(this.predict.card, make("div", { class: "live-openers" }, [
      this.predict.opener, tasks.opener,
    ]));
    const { predict, pins, share } = this;
    const own = this.own ? [this.own] : [];
    const cards = [predict.lesson, ...[tasks, ...own, pins, share].map(({ card }) => card)];
    this.told.after(...cards);
    for (const above of [predict.card, ...cards]) this.heights.observe(above);
    this.presentation = new Presentation(
      this.root, () => this.controls, () => this.screen.fit(),
    );
  }

  // The card for the reader's own numbers, where a lesson takes some.
  describeOwn(controls, lesson, store) {
    const control = controls.find(({ kind }) => kind === "numbers");
    return control && new OwnNumbers(control, lesson, store, {
      choose: (text) => this.choose(control.name, text),
      resize: () => this.screen.fit(),
      travels: () => new URL(window.location.href).searchParams.has(control.name),
    });
  }

  // Keep to what the link fixes besides the values.
  fix(handout) {
    const text = JSON.stringify(handout);
    if (text === this.fixed) return;
    this.fixed = text;
    this.controls.fix(handout);
    this.share.fix(handout);
    this.predict.keeping = handout.keepsAnswers;
    this.wanted = handout.question - 1; // asked once the values have come
  }

  // What came with the answer to a request: a verdict, a walk, a table to save.
  arrive({ verdict, glide, table }) {
    if (table) saveTable(table);
    if (glide) this.stopGliding(); // its end would tell the verdict that is yet to be watched
    if (verdict) this.predict.hear(verdict);
    const watching = this.predict?.watching;
    if (glide) this.walk(glide, watching);
    else {
      if (!this.gliding) this.paint();
      if (watching) this.predict.tell();
    }
  }

  // Walk along a path; a ghost of the start stays while an answer is watched.
  walk(glide, watching = true) {
    this.stopGliding();
    if (watching) {
      this.watched = glide;
      this.predict.watch();
      this.lookAt(glide);
      this.pictures.keepGhosts(frameAt(glide, 0).figures);
    }
    const stops = glide.settings.length;
    this.gliding = new Glide(stops, glide.time, (k) => {
      const scene = frameAt(glide, k);
      this.place(scene.values);
      this.paint(scene);
    }, () => {
      this.gliding = null;
      this.place(this.values);
      this.paint();
      if (this.predict.watching) this.predict.tell();
      this.mark();
    });
    this.mark();
  }

  // Make the picture large that says it answers what is asked, or one that moves on the way
  // where the large one does not.
  lookAt(glide) {
    const { watched = [] } = this.predict.asked || {};
    const answers = ({ layout }) => layout.meta?.answers?.some((label) => watched.includes(label));
    const k = frameAt(glide, 0).figures.findIndex(answers);
    if (k >= 0) {
      if (k !== this.pictures.main) this.pictures.enlarge(k);
      return;
    }
    const moved = picturesMoved(glide);
    if (moved.size && !moved.has(this.pictures.main)) this.pictures.enlarge([...moved][0]);
  }

  // Whoever takes a control ends the walk at its end.
  stopGliding() {
    if (!this.gliding) return;
    this.gliding.stop();
    this.gliding.done();
  }

  // Walk to other values: a preset, the start of a question, the defaults.
  go(values) {
    this.stopGliding();
    this.byHand = false;
    this.controls.stop();
    this.active = null;
    clearTimeout(this.settling);
    this.unsent = false;
    this.pictures.dropGhosts();
    this.values = { ...values };
    for (const name of this.controls.names) this.controls.forget(name);
    this.controls.letGo();
    this.terms?.leave();
    this.worked = USUAL;
    this.requests.send({ glide: true, worked: USUAL });
  }

  hold(name) {
    this.stopGliding();
    this.active = name;
    this.pictures.dropGhosts();
  }

  // A click on a point, bar or cell of a picture: it chooses which entry is worked out, or
  // which of a control's positions is meant.
  touch(k, point) {
    const { pick, blocks } = this.screen.drawn.figures[k].layout.meta || {};
    const place = [].concat(point.pointNumber);
    const shown = this.entries[k]?.[point.curveNumber];
    if (pick?.block) this.pickInBlock(pick, blocks, place);
    else if (pick) this.pick(pick, place);
    if (shown) {
      const { name, row, turned } = shown;
      if (turned) place.reverse();
      this.terms.leave();
      this.work({ name, entry: row ? [place[0] * row + place[1]] : place });
    }
  }

  // Let the live line work something else out.
  work(worked) {
    this.worked = worked;
    this.requests.send({ worked });
  }

  // Of several maps side by side: which one, and the cell in it.
  pickInBlock({ x, y, block }, { size: [high, wide], across }, [row, column]) {
    const inside = { row: (row % high) - 1, column: column % wide }; // above it its name
    const which = Math.floor(row / high) * across + Math.floor(column / wide);
    if (inside.row < 0 || inside.column === wide - 1) return; // between two maps
    const names = [[block, which], [x, inside.column], [y, inside.row]];
    for (const [name, position] of names) {
      const value = this.controls.all[name]?.positions[position];
      if (value !== undefined) this.choose(name, value);
    }
  }

  pick({ x, y, start, rows, row: length, alone }, place) {
    const [row, column] = place.length > 1 ? place : [-1, place[0]];
    const below = length ? row * length + column : row - start[0];
    const down = rows ? rows[row] : below;
    const chosen = [[x, column - start[1]], [y, down]]
      .filter(([name]) => this.controls.all[name])
      .map(([name, position]) => [name, this.controls.all[name].positions[position]]);
    const found = chosen.filter(([, value]) => value !== undefined);
    if (found.length < chosen.length && !alone) return; // beside all that can be chosen
    for (const [name, value] of found) this.choose(name, value);
  }

  // Take the server's values, unless the visitor's hand is ahead of them.
  follow(message) {
    const ahead = this.active || this.unsent || this.requests.busy;
    const overruled = message.revision > this.revision;
    this.revision = message.revision;
    if (ahead && !overruled) return;
    if (overruled) {
      this.active = null;
      this.unsent = false;
      clearTimeout(this.settling);
      this.controls.letGo();
    }
    this.values = { ...message.values };
    for (const name of overruled ? this.controls.names : []) this.controls.forget(name);
    if (!message.glide) this.place(this.values);
    this.controls.stop();
  }

  place(values) {
    for (const name of this.controls.names) this.controls.place(name, values[name]);
  }

  // Show notices, and how far a long computation is.
  report(message) {
    // A moving hand sees pictures follow; it is told only of a computation that takes long.
    const briefly = this.active && performance.now() - this.job?.since < TOLD_AFTER;
    const computing = Boolean(this.job) && !briefly;
    this.progress.hidden = !computing;
    if (computing) {
      const percent = Math.round(100 * message.job);
      const bar = { max: 1, value: message.job, "aria-label": message.doing };
      this.progress.replaceChildren(
        make("progress", bar),
        make("span", {}, [`${message.doing}: ${percent} %`]),
      );
    }
    this.root.classList.toggle("live-stale", computing && !message.outlined);
    this.progress.classList.toggle("live-aside", message.outlined);
    this.controls.notify(message.notices);
  }

  // The page is left: nothing more is sent, for it would name this page.
  leave() {
    if (this.connection.waking) return;
    clearTimeout(this.settling);
    this.requests.muted = true;
    this.below.mute(true);
    this.leaving.begin();
  }

  // Nobody has left after all: what waited is sent.
  stay() {
    this.requests.muted = false;
    this.below.mute(false);
    this.goOn();
  }

  address(query) {
    const url = new URL(window.location.href);
    const wanted = new URLSearchParams(query);
    for (const [name, value] of url.searchParams) {
      if (/^(embed|embed_options|present|plan|step)$/.test(name)) wanted.append(name, value);
    }
    const text = wanted.toString();
    if (text !== url.searchParams.toString()) {
      url.search = text;
      window.history.replaceState(window.history.state, "", url);
    }
  }

  // Whether something is still on its way: tests and tools wait for "false".
  mark() {
    const busy = this.active || this.unsent || this.requests.busy || this.job || this.gliding;
    this.root.dataset.busy = String(Boolean(busy));
    this.below.rest(!busy);
    // What stands below the figure follows when the hand lets go.
    document.documentElement.dataset.liveBusy = String(Boolean(this.active || this.unsent));
  }

  // -------------------------------------------------------------------- to the server

  // What every request says. While a slider is held whose positions need a long computation
  // each, the one under way is finished and drawn first: a hand that moves on without rest
  // would otherwise see none.
  completion() {
    const values = (this.active && this.job?.values) || this.values;
    return {
      values,
      m: this.mount,
      revision: this.revision,
      framed: window.self !== window.top,
      described: Boolean(this.controls),
      painted: this.paintedEpoch(values),
      pin: this.pins?.settings ?? null,
      pinned: this.pins?.stamp ?? "",
    };
  }

  // The epoch whose scene of these values is on the screen already; else null.
  paintedEpoch(values) {
    const shown = this.screen.drawn?.values;
    if (!shown || this.screen.epoch !== this.epoch) return null;
    return isSame(shown, values) ? this.epoch : null;
  }

  grab(name) {
    if (!this.controls.isSwept(name)) return;
    if (this.sweeps.has(name, this.values) || this.requests.grabs(name)) return;
    if (!this.files.sweeps) {
      this.requests.send({ grab: name });
      return;
    }
    this.fetch(name).then((found) => {
      if (!found) this.requests.send({ grab: name });
      else if (this.active) this.schedule();
      this.goOn();
    });
  }

  // A mouse that rests on a slider is about to grab it: its sweep may come before it does.
  foresee(name) {
    if (!this.files.sweeps || !this.controls.isSwept(name) || this.requests.busy) return;
    if (!this.sweeps.has(name, this.values)) this.fetch(name);
  }

  // Get a sweep over HTTP, once for all who want it; tell whether there was an answer.
  fetch(name) {
    const key = keyOf(name, this.values);
    if (this.fetching?.key === key) return this.fetching.answer;
    const answer = this.bring(name, key).finally(() => {
      if (this.fetching?.key === key) this.fetching = null;
    });
    this.fetching = { key, answer };
    return answer;
  }

  // Where this browser draws the sweeps itself, what is near the thumb comes first.
  async bring(name, key) {
    const { sweeps, near } = this.files;
    const many = this.controls.all[name].positions.length > 3 * near;
    for (const part of near && many ? [near, 0] : [0]) {
      let found;
      try {
        found = await fetchSweep(sweeps, this.asking, name, this.values, part);
      } catch {
        return false;
      }
      if (found.epoch !== this.epoch) {
        this.asked = null; // of another history: whoever holds the slider asks anew
        return true;
      }
      this.keep({ ...found.sweep, partial: part > 0 });
      if (part && this.active) this.schedule();
      if (keyOf(name, this.values) !== key) return true;
    }
    return true;
  }

  keep(sweep) {
    this.sweeps.keep(sweep);
    const said = sweep.leaves.find(({ path }) => path[0] === "status");
    if (said) this.said.reserve(said.texts);
  }

  move(name, value) {
    if (this.controls.all[name].fixed) return;
    this.byHand = true;
    this.unsent = true;
    this.mark();
    this.values = { ...this.values, [name]: value };
    this.controls.place(name, value);
    this.schedule();
  }

  choose(name, value) {
    if (this.controls.all[name].fixed) return;
    this.byHand = true;
    this.values = { ...this.values, [name]: value };
    this.active = null;
    this.requests.send({});
  }

  settle(pause = KEY_PAUSE) {
    clearTimeout(this.settling);
    this.settling = setTimeout(() => {
      if (this.controls.playing) return;
      this.active = null;
      this.requests.send({});
    }, pause);
  }

  // ------------------------------------------------------------------------- painting

  // The scene for the values on the screen: from a sweep, else the last from the server.
  current() {
    if (!this.scene) return null;
    const names = this.active
      ? [this.active, ...this.controls.names]
      : this.controls.names;
    const found = this.sweeps.frame(names, this.values);
    // A sweep may hold outlines: what the server drew for these very values knows more.
    if (!found || !this.controls.all[this.active]?.outlined) return found || this.scene;
    if (!isSame(this.scene.values, this.values)) return found;
    this.scene.widths = found.widths;
    return this.scene;
  }

  paint(scene = this.current()) {
    this.screen.paint(scene, this.epoch);
  }

  schedule() {
    this.frame ||= requestAnimationFrame(() => {
      this.frame = 0;
      const scene = this.current();
      if (scene !== this.scene || !this.active) this.paint(scene);
      else if (!this.requests.inFlight && !this.fetching) this.requests.send({});
    });
  }
}
