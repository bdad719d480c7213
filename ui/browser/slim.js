// A picture on a phone, which has its legend above it and little height: what is beside its
// axes fits into that.

// Pixels: at the top half a name or a number above a point, at the bottom ticks and a title.
const MARGIN = { top: 14, told: 24, bottom: 42, upright: 26, untitled: 24, bare: 6 }; // upright: short names
const TYPE = 11; // pixels
const LETTER = 0.52 * TYPE; // the width of one, on the average
const LINE = 1.2 * TYPE;
const BOXED = { size: 9, pad: 1 }; // the type in boxes of several lines, and around it

// Fit a dressed figure into the height.
export function slim({ data, layout }, height) {
  const { t, b } = layout.margin;
  const told = data.some(({ mode, textposition }) => mode?.includes("text") && /top/.test(textposition));
  const top = told ? MARGIN.told : MARGIN.top;
  layout.showlegend = false; // too small to be read
  const { showticklabels, title } = layout.xaxis || {};
  const written = title?.text || data.some(({ mode }) => mode?.includes("text"));
  // Below an axis without names nothing else may be written either.
  const rows = layout.meta?.named !== undefined; // their names come before the title of x
  if (rows && layout.xaxis.title) layout.xaxis.title.text = "";
  const below = rows ? MARGIN.untitled : MARGIN.bottom;
  const named = layout.meta?.upright ? MARGIN.upright : below;
  const bottom = showticklabels === false && !written ? MARGIN.bare : named;
  layout.margin = { ...layout.margin, t: Math.min(t, top), b: Math.min(b, bottom) };
  const room = height - layout.margin.t - layout.margin.b;
  fold(layout, 2 * Math.min(layout.margin.t, layout.margin.b) + room);
  if (!rows) thin(layout.yaxis, room);
  if (layout.annotations) layout.annotations = layout.annotations.map(tightened);
}

// Where not all rows have room for their names, the one that is looked at keeps its own.
export function nameRows({ yaxis, margin, meta }, height) {
  const { tickvals, ticktext } = yaxis || {};
  const kept = tickvals?.indexOf(meta?.named);
  if (!(kept >= 0) || tickvals.length * LINE <= height - margin.t - margin.b) return;
  Object.assign(yaxis, { tickvals: [tickvals[kept]], ticktext: [ticktext[kept]] });
}

// Boxes of several lines are set smaller, so that those of neighboring rows keep apart.
function tightened(note) {
  if (!note.borderwidth || !note.text.includes("<br>")) return note;
  return { ...note, font: { ...note.font, size: BOXED.size }, borderpad: BOXED.pad };
}

// The title of y stands in two lines if one is longer than there is room around the middle.
function fold({ yaxis, margin }, room) {
  const text = yaxis?.title?.text || "";
  if (text.length * LETTER <= room) return;
  const spaces = [...text.matchAll(/ /g)].map(({ index }) => index);
  if (!spaces.length) return;
  const middle = text.length / 2;
  const at = spaces.reduce((a, c) => (Math.abs(c - middle) < Math.abs(a - middle) ? c : a));
  yaxis.title.text = `${text.slice(0, at)}<br>${text.slice(at + 1)}`;
  margin.l += LINE;
}

// Of many names or numbers along y every second, third, ... is left.
function thin(axis, room) {
  const { tickvals, range, dtick } = axis || {};
  const span = range ? Math.abs(range[1] - range[0]) : 0;
  const count = tickvals?.length || (typeof dtick === "number" ? span / dtick : 0);
  const every = Math.ceil((count * LINE) / room);
  if (every < 2) return;
  if (!tickvals) {
    axis.dtick = dtick * every;
    return;
  }
  axis.tickvals = tickvals.filter((_, k) => k % every === 0);
  axis.ticktext = axis.ticktext?.filter((_, k) => k % every === 0);
}
