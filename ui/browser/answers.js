// What somebody has answered: kept in the browser for the visit and over a reload, taken
// along as a table or as a short code. Nobody's name is in it.

import { keep, kept, visitStore } from "./store.js";

const PLACE = "formula-explorer/answers";
const MOST = 500;
const HEAD = "lesson,question,other numbers,answer,right,when";

export class Answers {
  // `store` is the browser's, or nothing where that is blocked.
  constructor(store = visitStore()) {
    this.store = store;
    const all = kept(store, PLACE);
    this.all = Array.isArray(all) ? all.filter((one) => typeof one?.lesson === "string") : [];
  }

  // An answer: lesson, question and seed say to what, given and right what was said, at when.
  add(answer) {
    this.all = [...this.all, answer].slice(-MOST);
    keep(this.store, PLACE, this.all);
  }

  // Whether the questions of a lesson were answered right at the first time, by their place.
  of(lesson) {
    const found = {};
    for (const { lesson: key, question, seed, right } of this.all) {
      if (key === lesson && !seed) found[question] ??= right;
    }
    return found;
  }

  csv() {
    const rows = this.all.map(({ lesson, question, seed, given, right, at }) => [
      lesson, question + 1, seed || "", [].concat(given).join(" "),
      right === null ? "" : right ? "yes" : "no", new Date(at).toISOString(),
    ].join(","));
    return [HEAD, ...rows].join("\r\n");
  }

  // Everything in one word that can be pasted into a form or a mail.
  async code() {
    const rows = this.all.map(({ lesson, question, seed, given, at }) =>
      [lesson, question, seed, given, Math.round(at / 1000)]);
    const text = new Blob([JSON.stringify(rows)]);
    const packed = text.stream().pipeThrough(new CompressionStream("deflate"));
    return base64(new Uint8Array(await new Response(packed).arrayBuffer()));
  }
}

// Base64 with the letters of an address.
export function base64(bytes) {
  const letters = Array.from(bytes, (byte) => String.fromCharCode(byte)).join("");
  return btoa(letters).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}
