// Numbers as people type them, and as controls show them.

const MINUS = /[−–‒]/g; // a true minus and the dashes that stand for it
const SPACES = /[\s\u00a0\u2009\u202f]+/g;
const FIELD = 7; // characters that a field has room for
const PLAIN = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
const RAISED = Object.fromEntries([..."-0123456789"].map((letter, k) => [letter, "⁻⁰¹²³⁴⁵⁶⁷⁸⁹"[k]]));
const LOWERED = Object.fromEntries(Object.entries(RAISED).map(([low, high]) => [high, low]));
const LARGE = /(?<![\w.,])\d{5,}(?!\w|[.,]\d)/g;
const EXPONENT = /(?<![\w.])(\d+(?:\.\d+)?)e([+-]?\d+)(?!\w)/g;

// Read what somebody typed: "0.67", "0,67", "−1.5", "67 %", "2/3", "1e-3", "2 × 10⁻³", "60°". NaN
// if it is no number, or could be two ("1,000").
export function readNumber(typed, unit = "") {
  let text = withPlainPower(typed.replace(SPACES, "").replace(MINUS, "-"));
  if (unit && text.endsWith(unit.trim())) text = text.slice(0, -unit.trim().length);
  const percent = text.endsWith("%");
  if (percent) text = text.slice(0, -1);
  const [above, below, ...rest] = text.split("/");
  if (rest.length) return NaN;
  const value = below === undefined ? decimal(above) : decimal(above) / decimal(below);
  const number = percent ? value / 100 : value;
  return Number.isFinite(number) ? number : NaN;
}

// "2×10⁻³" and "2*10^-3" as 2e-3.
function withPlainPower(text) {
  const lowered = text.replace(/10([⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+)$/, (_, raised) =>
    `10^${[...raised].map((letter) => LOWERED[letter]).join("")}`);
  return lowered
    .replace(/(\d)[×x*·]10\^([+-]?\d+)$/i, "$1e$2")
    .replace(/^([+-]?)10\^([+-]?\d+)$/, (_, sign, power) => `${sign}1e${power}`);
}

function decimal(text) {
  const plain = withoutCommas(text);
  return PLAIN.test(plain) ? Number(plain) : NaN;
}

// A comma is a decimal comma, or stands between groups of three digits before a point.
function withoutCommas(text) {
  const count = text.split(",").length - 1;
  if (count === 0) return text;
  const grouped = /^[+-]?\d{1,3}(,\d{3})+(\.\d*)?$/.test(text);
  if (grouped && (count > 1 || text.includes("."))) return text.replaceAll(",", "");
  const ambiguous = grouped && !/^[+-]?0,/.test(text);
  return count > 1 || ambiguous || text.includes(".") ? text : text.replace(",", ".");
}

// A text with its numbers as they are printed: "2.4 × 10⁻⁶" where a program writes 2.4e-6, and
// "1,050,624".
export function printed(text) {
  const grouped = String(text).replace(LARGE, (digits) =>
    digits.replace(/\B(?=(\d{3})+$)/g, ","));
  return grouped.replace(EXPONENT, (_, digits, exponent) => {
    const power = [...String(Number(exponent))].map((letter) => RAISED[letter]).join("");
    return digits === "1" ? `10${power}` : `${digits} × 10${power}`;
  });
}

// A number too long for its field is written with a power of ten if that is shorter: 1e9.
export function written(value) {
  if (typeof value !== "number") return String(value);
  const number = Number(value.toPrecision(10));
  const [plain, power] = [String(number), number.toExponential().replace("e+", "e")];
  return plain.length > FIELD && power.length < plain.length ? power : plain;
}
