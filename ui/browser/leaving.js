// From a click on a link until the next page is there: whatever is asked of the page that is
// left meanwhile would come after it, and Streamlit would take that for a way back.

const LOOK = 250; // ms between two looks
const QUIET = 2; // looks at an app that rests again, after which nobody has left
const LONGEST = 40; // looks at an app that has never begun to run

export class Leaving {
  // `leave(event)` hears a click or a step in the history, `stay()` that the page has stayed.
  constructor(leave, stay) {
    this.stay = stay;
    const heard = { signal: (this.heard = new AbortController()).signal };
    document.addEventListener("click", leave, { ...heard, capture: true });
    window.addEventListener("popstate", leave, heard);
  }

  begin() {
    clearInterval(this.looking);
    let quiet = 0;
    let most = LONGEST; // the server may take its time
    this.looking = setInterval(() => {
      const app = document.querySelector("[data-testid=stApp]");
      const rests = app?.dataset.testScriptState === "notRunning";
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
