// A picture that is there to be recognized and chosen: its lines, points, bars and cells, and
// beside the large one the ticks that can be read at its size.

const EDGE = 4; // pixels around the drawing, where there are no ticks
const TYPE = 10; // pixels: smaller type cannot be read
const LETTER = 0.55 * TYPE; // the width of one, on the average
const LINE = 1.2 * TYPE;
const BELOW = 18; // pixels for the ticks of x
const BESIDE = { least: 30, most: 70 }; // pixels for those of y
const MOST = { x: 5, y: 3 }; // numbers along an axis

// Leave out what could not be read in a picture of this width and height.
export function sketch({ data, layout }, width, height, ticked) {
  layout.showlegend = false;
  const arrows = (layout.annotations || []).filter(({ showarrow }) => showarrow);
  layout.annotations = arrows.map((arrow) => ({ ...arrow, text: "" }));
  const margin = { l: EDGE, r: EDGE, t: EDGE, b: EDGE };
  for (const [name, part] of Object.entries(layout)) {
    if (/^[xy]axis/.test(name)) {
      const room = name[0] === "x" ? width - BESIDE.least : height - BELOW;
      const needed = ticked ? tick(part, name[0], room) : 0;
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

// Give an axis as many ticks as have room; return the room that they need beside it.
function tick(axis, direction, room) {
  if (axis.showticklabels === false || axis.visible === false) return 0;
  Object.assign(axis, { tickfont: { size: TYPE }, tickangle: 0, ticklen: 3 });
  if (!axis.ticktext) {
    spread(axis, MOST[direction]);
    return direction === "x" ? BELOW : BESIDE.least;
  }
  const letters = Math.max(0, ...axis.ticktext.map((text) => plain(text).length));
  const count = axis.ticktext.length;
  if (direction === "x") return count * (letters + 1) * LETTER <= room ? BELOW : 0;
  const wide = letters * LETTER + 2 * EDGE;
  const fits = count * LINE <= room && wide <= BESIDE.most;
  return fits ? Math.max(BESIDE.least, wide) : 0;
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

// The text of a tick without its markup.
const plain = (text) => String(text).replace(/<[^>]*>/g, "");
