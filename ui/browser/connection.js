// The way back to a server that was away: restarted, asleep, or cut off.

const PATIENCE = 1500; // ms in which a server that is back should run the script by itself

export class Connection {
  constructor() {
    this.heard = true;
    const app = document.querySelector("[data-testid=stApp]");
    this.observer = new MutationObserver(() => this.look(app.dataset.testConnectionState));
    if (app) this.observer.observe(app, { attributeFilter: ["data-test-connection-state"] });
  }

  // A message has come.
  hear() {
    this.heard = true;
  }

  look(state) {
    const back = this.away && state === "CONNECTED";
    this.away = state !== "CONNECTED";
    if (!back) return;
    this.heard = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => !this.heard && this.wake(), PATIENCE);
  }

  // A session that has just begun knows no part of the page, so that whatever a part asks of it
  // is not answered. What the browser does when one goes back runs the whole script.
  wake() {
    this.waking = true;
    window.dispatchEvent(new PopStateEvent("popstate", { state: window.history.state }));
    this.waking = false;
  }

  close() {
    clearTimeout(this.timer);
    this.observer.disconnect();
  }
}
