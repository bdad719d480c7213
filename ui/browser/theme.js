// Colors: figures name them, `var(--series-1)`, and Streamlit's theme says what they are.

const LISTS = { series: "categorical", sequential: "sequential", diverging: "diverging" };

export function themeOf(element) {
  const style = getComputedStyle(element);
  const read = (name) => style.getPropertyValue(name).trim();
  const theme = {
    "--text": read("--st-text-color"),
    "--ground": read("--st-background-color"),
    "--font": read("--st-font"),
  };
  for (const [name, option] of Object.entries(LISTS)) {
    read(`--st-chart-${option}-colors`).split(",").forEach((color, k) => {
      theme[`--${name}-${k + 1}`] = color.trim();
    });
  }
  return completed(theme);
}

// The colors of paper, with the type of the page.
export function paperTheme(element, colors) {
  const font = getComputedStyle(element).getPropertyValue("--st-font").trim();
  return completed({ ...colors, "--font": font });
}

function completed(theme) {
  theme["--muted"] = mixed(theme["--text"], theme["--ground"], 0.7);
  theme["--grid"] = mixed(theme["--text"], theme["--ground"], 0.16);
  return theme;
}

export function mixed(above, below, share) {
  const [a, b] = [channels(above), channels(below)];
  return `rgb(${a.map((x, k) => Math.round(x * share + b[k] * (1 - share))).join(",")})`;
}

function channels(color) {
  if (color.startsWith("#")) {
    const hex = color.length < 7 ? color.replace(/[0-9a-f]/gi, "$&$&") : color;
    return [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
  }
  return (color.match(/[\d.]+/g) || [0, 0, 0]).slice(0, 3).map(Number);
}

// Copies, because Plotly writes a zoom into the layout that it was given.
export function colored(node, theme) {
  if (typeof node === "string") {
    return node.startsWith("var(--") ? theme[node.slice(4, -1)] || node : node;
  }
  if (node === null || typeof node !== "object" || ArrayBuffer.isView(node)) return node;
  if (Array.isArray(node)) return node.map((item) => colored(item, theme));
  const painted = {};
  for (const key of Object.keys(node)) painted[key] = colored(node[key], theme);
  return painted;
}
