// A picture that is there to be recognized and chosen: its lines, points, bars and cells, and
// beside the large one the ticks that can be read at its size.

const EDGE = 4; // pixels around the drawing, where there are no ticks
const TYPE = 10; // pixels: smaller type cannot be read
const LETTER = 0.55 * TYPE; // the width of one, on the average
const LINE = 1.2 * TYPE;
const BELOW = 9 + LINE; // pixels for a line of ticks of x
const BESIDE = { least: 34, most: 70 }; // pixels for those of y
const AROUND = { t: 8, r: 14 }; // pixels for the halves of ticks that stand at an axis' end
const MOST = { x: 5, y: 3 }; // numbers along an axis
const [NUMBER, POWER] = [5, 8]; // letters of one, and of one with a power of ten

// Leave out what could not be read in a picture of this width and height.
export function sketch({ data, layout }, width, height, ticked) {
  layout.showlegend = false;
  const arrows = (layout.annotations || []).filter(({ showarrow }) => showarrow);
  layout.annotations = arrows.map((arrow) => ({ ...arrow, text: "" }));
  const margin = { l: EDGE, r: EDGE, t: EDGE, b: EDGE, ...(ticked ? AROUND : {}) };
  for (const [name, part] of Object.entries(layout)) {
    if (/^[xy]axis/.test(name)) {
      const needed = ticked ? tick(part, name[0], roomOf(part, name[0], layout, width, height)) : 0;
      Object.assign(part, { title: "", showticklabels: needed > 0 });
      const side = name[0] === "x" ? "b" : "l";
      margin[side] = Math.max(margin[side], needed);
    }
    if (name.startsWith("coloraxis")) part.showscale = false;
  }
  layout.margin = margin;
  for (const trace of data) {
    if (trace.mode) trace.mode = trace.mode.replace(/\+?text\+?/, "") || "none";
    if (trace.type === "bar") trace.textposition = "none";
    else delete trace.texttemplate;
    if ("showscale" in trace) trace.showscale = false;
  }
}

// The pixels along an axis.
function roomOf(axis, direction, { xaxis, yaxis }, width, height) {
  const [from, to] = axis.domain || [0, 1];
  const room = { x: width - BESIDE.least - AROUND.r, y: height - BELOW - AROUND.t };
  const span = ({ range }) => Math.abs(range[1] - range[0]);
  const isSquare = xaxis.scaleanchor || yaxis.scaleanchor;
  if (!isSquare || !xaxis.range || !yaxis.range) return room[direction] * (to - from);
  return span(axis) * Math.min(room.x / span(xaxis), room.y / span(yaxis));
}

// Give an axis as many ticks as have room; return the room that they need beside it.
function tick(axis, direction, room) {
  if (axis.showticklabels === false || axis.visible === false) return 0;
  Object.assign(axis, { tickfont: { size: TYPE }, tickangle: 0, ticklen: 3 });
  if (!axis.ticktext) {
    const letters = hasPowers(axis) ? POWER : NUMBER;
    const along = direction === "x" ? letters * LETTER : LINE;
    const most = Math.min(MOST[direction], Math.floor(room / (1.5 * along)));
    if (most < 2) return 0;
    spread(axis, most);
    return direction === "x" ? BELOW : Math.max(BESIDE.least, letters * LETTER + EDGE);
  }
  const lines = axis.ticktext.map((text) => String(text).split("<br>").map(plain));
  const letters = Math.max(0, ...lines.flat().map(({ length }) => length));
  const apart = leastGap(axis) * room;
  if (direction === "x") {
    const tall = Math.max(1, ...lines.map(({ length }) => length));
    return (letters + 1.5) * LETTER <= apart ? BELOW + (tall - 1) * LINE : 0;
  }
  const wide = letters * LETTER + 2 * EDGE;
  return LINE <= apart && wide <= BESIDE.most ? Math.max(BESIDE.least, wide) : 0;
}

// The least distance of two named ticks, as a share of the axis.
function leastGap({ tickvals, range }) {
  const places = Array.from(tickvals, Number).sort((a, b) => a - b);
  const gaps = places.slice(1).map((place, k) => place - places[k]);
  const span = range ? Math.abs(range[1] - range[0]) : places.length;
  return Math.min(1, Math.min(...gaps) / span);
}

// Whether numbers along an axis are written like 0.5×10⁴.
function hasPowers({ type, range }) {
  if (type === "log" || !range) return false;
  const largest = Math.max(...range.map(Math.abs));
  return largest >= 1e4 || largest < 1e-3;
}

function spread(axis, most) {
  const [low, high] = axis.range || [];
  const span = Math.abs(high - low);
  if (axis.type === "log" && axis.dtick) {
    axis.dtick = Math.max(axis.dtick, Math.ceil(span / most) || axis.dtick);
  } else if (!(span / axis.dtick <= most)) {
    delete axis.dtick;
    axis.nticks = most;
  }
}

// A text without its markup.
const plain = (text) => text.replace(/<[^>]*>/g, "");
