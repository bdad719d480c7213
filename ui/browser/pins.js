// Pins: settings that stay on the pictures as ghosts, to be compared with the present one.

import { changeOf, rowsOf } from "./compare.js";
import { button, make, setText } from "./dom.js";
import { printed } from "./numbers.js";
import { isSame } from "./same.js";

const MOST = 3;

export class Pins {
  // `values()` are those on the screen, `send()` hears that other settings are pinned,
  // `go(values)` walks to one, `resize()` hears that the card is taller or shorter.
  constructor(controls, { values, send, go, resize }) {
    Object.assign(this, { controls, values, send, go, resize });
    this.settings = []; // that are wanted as pins
    this.pinned = []; // the pins as the server describes them
    this.stamp = "";
    this.pin = button("Pin", () => this.add(), { title: "Keep this setting on the pictures" });
    this.pin.dataset.pin = "";
    this.opener = button("Compare", () => this.fold(), { "aria-expanded": "false" });
    this.opener.dataset.compare = "";
    this.list = make("span", { class: "live-pinned" });
    this.root = make("div", {
      class: "live-chips live-pins", role: "group", "aria-label": "Pins",
    }, [this.pin, this.list, this.opener]);
    this.sentence = make("p");
    this.table = make("table");
    this.card = make("section", {
      class: "live-card live-compare", "aria-label": "Compare pins", hidden: true,
    }, [this.sentence, make("div", { class: "live-wide", tabIndex: 0 }, [this.table])]);
    this.hear({ pinned: "", pins: [] });
  }

  // Take over what the server says of the pins; it says nothing of what is shown already.
  // `ahead`: the visitor has pinned more since. Returns whether other pins are shown now.
  hear({ pinned, pins }, ahead = false) {
    this.stamp = pinned;
    this.pinned = pins || this.pinned;
    if (!ahead) this.settings = this.pinned.map(({ values }) => values);
    if (!pins) return false;
    this.list.replaceChildren(...pins.flatMap((pin, k) => this.chips(pin, k)));
    this.pin.disabled = pins.length === MOST;
    this.opener.hidden = !pins.length;
    // The page leaves more room beside its title (ui/style/lesson.css).
    document.documentElement.toggleAttribute("data-live-pinned", pins.length > 0);
    if (!pins.length && !this.card.hidden) this.fold();
    this.rows = null;
    return true;
  }

  chips({ letter, texts, values }, k) {
    const said = this.controls.filter(({ name, default: usual }) => values[name] !== usual)
      .map(({ name, meaning }) => `${meaning} ${texts[name]}`).join(", ") || "the defaults";
    const back = button(letter, () => this.go(values), { title: `Go back to ${letter}: ${said}` });
    back.classList.add(`live-pin-${k + 1}`);
    const gone = button("×", () => this.remove(k), { "aria-label": `Remove pin ${letter}` });
    gone.classList.add("live-unpin");
    return [back, gone];
  }

  add() {
    const now = this.values();
    if (this.settings.length === MOST) return;
    if (this.settings.some((one) => isSame(one, now))) return;
    this.settings = [...this.settings, { ...now }];
    this.send();
  }

  remove(k) {
    this.settings = this.settings.filter((_, place) => place !== k);
    this.pin.focus();
    this.send();
  }

  fold() {
    this.card.hidden = !this.card.hidden;
    this.opener.setAttribute("aria-expanded", String(!this.card.hidden));
    this.show(this.scene);
    this.resize();
  }

  // The ghosts of a picture, without those that lie on what is shown.
  ghosts(k, { data }) {
    return this.pinned.flatMap(({ traces }) => traces[k]
      .map((ghost) => (ghost.meta.cells ? changed(ghost, data[ghost.meta.of]) : ghost))
      .filter((ghost) => !isDrawn(ghost, data[ghost.meta.of])));
  }

  // Follow the scene on the screen.
  show(scene) {
    this.scene = scene;
    if (this.card.hidden || !scene || !this.pinned.length) return;
    const { values, readouts } = scene;
    const columns = [...this.pinned, { letter: "now", values, readouts }];
    const rows = rowsOf(this.controls, columns);
    const [first] = columns;
    const says = changeOf(this.controls, first, columns.at(-1), first.letter);
    setText(this.sentence, printed(says));
    const wanted = JSON.stringify(rows.map(({ label }) => label));
    if (this.rows === wanted) {
      rows.forEach(({ cells }, k) => setText(this.table.rows[k + 1].lastChild, printed(cells.at(-1))));
      return;
    }
    this.rows = wanted;
    this.table.replaceChildren(
      make("caption", { class: "live-spoken" }, ["What differs between the pins and now"]),
      make("thead", {}, [row("th", "", columns.map(({ letter }) => letter), "col")]),
      make("tbody", {}, rows.map(({ label, cells }) => row("td", label, cells))),
    );
    this.resize();
  }
}

function row(tag, label, cells, scope) {
  const head = make(scope ? "td" : "th", scope ? {} : { scope: "row" }, [label]);
  const rest = cells.map((cell) => make(tag, scope ? { scope } : {}, [printed(cell)]));
  return make("tr", {}, [head, ...rest]);
}

// The cells of a map that hold something else now.
export function changed(ghost, map) {
  const now = map.z.flatMap((row) => [...row]);
  const held = ghost.customdata;
  const text = [...held].map((value, k) => (Object.is(value, now[k]) ? "" : ghost.text[k]));
  return { ...ghost, text };
}

// Whether a ghost has the very points of a trace.
function isDrawn(ghost, trace) {
  return Boolean(trace) && ["x", "y"].every((axis) => isSame(ghost[axis], trace[axis]));
}
