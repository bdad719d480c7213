// Requests to the server: one in flight, the newest waiting, an unanswered one repeated.

const ANSWER_TIME = 8000; // ms after which an unanswered request is sent again
const LATE_TIME = 1000; // ms after which the server is late

export class Requests {
  // `completion` returns what every request says, `emit` sends it, `late` hears whether the
  // server keeps us waiting, `unheard` that it does not answer at all.
  constructor(completion, { emit, late, unheard }) {
    this.late = late;
    this.unheard = unheard;
    this.repeated = 0;
    this.muted = false; // while the page is left
    this.completion = completion;
    this.emit = emit;
    this.sequence = 0;
    this.inFlight = null;
    this.waiting = null;
  }

  get busy() {
    return Boolean(this.inFlight || this.waiting);
  }

  // Whether a control's sweep has been asked for and has not come yet.
  grabs(name) {
    return this.inFlight?.grab === name || this.waiting?.grab === name;
  }

  send(request) {
    this.waiting = { ...this.waiting, ...request };
    if (!this.inFlight) this.flush();
  }

  flush() {
    if (this.muted) return;
    const asked = this.waiting;
    const request = { ...asked, ...this.completion(), n: ++this.sequence };
    this.waiting = null;
    const timer = setTimeout(() => {
      if (this.inFlight?.number === request.n) this.repeat();
    }, ANSWER_TIME);
    clearTimeout(this.lateTimer);
    this.lateTimer = setTimeout(() => this.late(true), LATE_TIME);
    this.inFlight = { number: request.n, grab: request.grab, asked, timer };
    this.emit(request);
  }

  // Ask again for what nobody answered; what is newer goes first.
  repeat() {
    const { asked } = this.inFlight;
    this.forget();
    this.repeated += 1;
    if (this.repeated > 1) this.unheard();
    this.send({ ...asked, ...this.waiting });
  }

  // The server has answered everything up to a number; tell whether this is news.
  acknowledge(number) {
    if (!this.inFlight || number < this.inFlight.number) return false;
    this.forget();
    this.repeated = 0;
    return true;
  }

  // Nobody answers what is in flight.
  forget() {
    clearTimeout(this.inFlight?.timer);
    clearTimeout(this.lateTimer);
    this.inFlight = null;
    this.late(false);
  }

  close() {
    this.muted = true;
    this.forget();
  }
}
