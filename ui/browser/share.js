// Share: a link to what is on the screen, as a teacher wants it opened, and one's answers.

import { copied } from "./copying.js";
import { button, make, setText } from "./dom.js";
import { saveTable } from "./menu.js";

const FRAME = { width: 900, height: 650 };
const STATES = [["", "can be moved"], ["lock", "locked"], ["hide", "hidden"]];

export class Share {
  // `controls` as described, `tabs` by name, `answers` what was answered, `site` the address
  // of the same app without a server, or nothing; `resize()` hears that the card is taller.
  constructor({ controls, tabs, answers, site, resize }) {
    Object.assign(this, { controls, answers, site, resize });
    this.opener = button("Share", () => this.fold(), { "aria-expanded": "false" });
    this.opener.dataset.share = "";
    this.link = make("input", { type: "text", readonly: "", "aria-label": "Link" });
    this.frame = make("input", { type: "text", readonly: "", "aria-label": "Code for a page" });
    this.said = make("p", { class: "live-shared", role: "status" });
    this.knobs = controls.map((control) => [control.name, chooser(control.meaning, STATES)]);
    this.tab = chooser("Open tab", [["", "Worked steps"], ...Object.entries(tabs).slice(1)]);
    this.kept = make("input", { type: "checkbox" });
    const close = button("×", () => this.fold(), {
      class: "live-chip live-close", "aria-label": "Fold",
    });
    this.card = make("section", {
      class: "live-card live-share", "aria-label": "Share", hidden: true,
    }, [
      make("div", { class: "live-asked" }, [
        make("p", {}, ["The link holds all settings and pins; whoever opens it sees this."]),
        close,
      ]),
      this.row(this.link, "Copy link", true),
      this.row(this.frame, "Copy code for a page"),
      this.fixing(),
      this.collecting(),
      this.said,
    ]);
    this.card.addEventListener("change", () => this.write());
  }

  row(field, text, first = false) {
    const copy = button(text, async () => this.tell(await copied(field.value)));
    copy.dataset.copyLink = first ? "" : "frame";
    field.addEventListener("focus", () => field.select());
    const buttons = [copy];
    if (first && navigator.share) {
      buttons.push(button("Send …", () => navigator.share({ url: field.value }).catch(() => {})));
    }
    return make("div", { class: "live-fields" }, [field, ...buttons]);
  }

  // What a link may fix; folded, because most links fix nothing.
  fixing() {
    return make("details", {}, [
      make("summary", {}, ["For a class: lock or hide sliders, keep answers"]),
      make("div", { class: "live-options" }, [
        ...this.knobs.map(([, { root }]) => root),
        this.tab.root,
        make("label", {}, [this.kept, " keep answers without saying what is right"]),
      ]),
    ]);
  }

  collecting() {
    this.count = make("span");
    const save = () => {
      saveTable({ name: "answers.csv", text: this.answers.csv() });
      this.tell(true, "Saved.");
    };
    const code = async () => this.tell(await copied(await this.answers.code()));
    return make("div", { class: "live-fields" }, [
      this.count,
      button("Save my answers", save, { "data-save-answers": "" }),
      button("Copy them as a code", code, { "data-copy-answers": "" }),
    ]);
  }

  tell(done, text = "Copied.") {
    setText(this.said, done ? text : "This browser does not allow copying; mark the text.");
  }

  fold() {
    this.card.hidden = !this.card.hidden;
    this.opener.setAttribute("aria-expanded", String(!this.card.hidden));
    this.write();
    this.resize();
  }

  // Follow what the address says.
  fix({ locked, hidden, tab, keepsAnswers }) {
    for (const [name, { select }] of this.knobs) {
      select.value = hidden.includes(name) ? "hide" : locked.includes(name) ? "lock" : "";
    }
    this.tab.select.value = tab;
    this.kept.checked = keepsAnswers;
    this.write();
  }

  // Write the links of the moment.
  write() {
    if (this.card.hidden) return;
    setText(this.said, "");
    const url = new URL(window.location.href);
    for (const name of ["embed", "embed_options", "present", "lock", "hide", "tab", "answers",
      "ask", "plan", "step"]) {
      url.searchParams.delete(name);
    }
    const chosen = (state) => this.knobs.filter(([, { select }]) => select.value === state)
      .map(([name]) => name).join(" ");
    const kept = this.kept.checked ? "kept" : "";
    const fixed = {
      lock: chosen("lock"), hide: chosen("hide"), tab: this.tab.select.value, answers: kept,
    };
    for (const [name, value] of Object.entries(fixed)) {
      if (value) url.searchParams.set(name, value);
    }
    this.link.value = this.elsewhere(url);
    url.searchParams.set("embed", "true");
    this.frame.value = frameCode(this.elsewhere(url));
    const { length } = this.answers.all;
    setText(this.count, length === 1 ? "1 answer in this visit." : `${length} answers in this visit.`);
  }

  // The same page of the site that needs no server, where there is one.
  elsewhere(url) {
    if (!this.site) return url.href;
    const page = url.pathname.split("/").filter(Boolean).at(-1) || "";
    return new URL(`${page}/${url.search}`, this.site).href;
  }
}

// HTML that shows a link in a frame of another page.
export function frameCode(link) {
  const safe = link.replaceAll("&", "&amp;").replaceAll('"', "&quot;").replaceAll("<", "&lt;");
  const { width, height } = FRAME;
  return `<iframe src="${safe}" width="${width}" height="${height}" `
    + 'style="border: 0" title="Interactive formula" loading="lazy"></iframe>';
}

function chooser(text, options) {
  const select = make("select", {}, options.map(([value, name]) =>
    make("option", { value }, [name])));
  return { select, root: make("label", {}, [`${text} `, select]) };
}
