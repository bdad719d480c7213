// The parts of a page that run by themselves ask one after the other: Streamlit puts together
// what is asked for within one task, and of two parts runs the first alone.

let part = null; // whose question Streamlit has not sent yet

// Whether somebody has asked what Streamlit has not sent yet.
export const isAsking = () => part !== null;

// Ask for a part, as soon as nobody else's question waits to be sent.
export function inTurn(name, ask) {
  if (part && part !== name) {
    setTimeout(() => inTurn(name, ask));
    return;
  }
  ask(); // now Streamlit sets its timer; ours comes after it
  part = name;
  setTimeout(() => (part = null));
}
