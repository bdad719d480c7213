// What the browser keeps for the visit and over a reload.

// Storage of a tab; a frame in another page's site may have none.
export function visitStore() {
  try {
    return window.sessionStorage;
  } catch {
    return null;
  }
}

// What was kept at a place; null if nothing was, or nothing that can be read.
export function kept(store, place) {
  try {
    return JSON.parse(store?.getItem(place) ?? "null");
  } catch {
    return null;
  }
}

export function keep(store, place, value) {
  try {
    store?.setItem(place, JSON.stringify(value));
  } catch (error) {
    console.warn(`${place} is not kept over a reload`, error);
  }
}
