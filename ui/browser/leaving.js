// From a click on a link until the next page is there: whatever is asked of the page that is
// left comes after that, and Streamlit would take it for a way back.

import { isAsking } from "./turns.js";

const LOOK = 250; // ms between two looks
const QUIET = 2; // looks at an app that rests again, after which nobody has left
const LONGEST = 40; // looks at an app that has never begun to run

export class Leaving {
  // `leave()` hears a click on a link to another page or a step in the history, `stay()` that
  // the page has stayed.
  constructor(leave, stay) {
    Object.assign(this, { leave, stay });
    const heard = { signal: (this.heard = new AbortController()).signal };
    document.addEventListener("click", (event) => this.click(event), { ...heard, capture: true });
    window.addEventListener("popstate", () => leave(), heard);
  }

  click(event) {
    const link = event.target.closest?.("a[href]");
    if (!link || isElsewhere(link, event)) return;
    if (isAsking()) { // what was asked first goes first
      event.preventDefault();
      event.stopImmediatePropagation();
      setTimeout(() => link.click());
      return;
    }
    this.leave();
  }

  // Look whether the page is left at all.
  begin() {
    clearInterval(this.looking);
    let quiet = 0;
    let most = LONGEST; // the server may take its time
    this.looking = setInterval(() => {
      const app = document.querySelector("[data-testid=stApp]");
      const rests = !app || app.dataset.testScriptState === "notRunning";
      quiet = rests ? quiet + 1 : 0;
      if (!rests) most = QUIET;
      if (quiet < most) return;
      clearInterval(this.looking);
      this.stay();
    }, LOOK);
  }

  close() {
    clearInterval(this.looking);
    this.heard.abort();
  }
}

// Whether a click opens something beside this page, or on it.
function isElsewhere(link, { ctrlKey, metaKey, shiftKey }) {
  return link.target === "_blank" || ctrlKey || metaKey || shiftKey
    || new URL(link.href).pathname === window.location.pathname;
}
