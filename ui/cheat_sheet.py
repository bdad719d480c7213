"""The cheat sheet: all formulas as HTML, Markdown and LaTeX; on paper, two pages.

Below a lesson's formula stand its modern forms, on screens alone: paper has room for the
28, and LaTeX is for paper.
"""

from __future__ import annotations

import functools
import re
import unicodedata
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from notation.quantities import Quantity
from ui.catalogue import BY_SLUG, SECTIONS, Lesson, Section, forms_of

TITLE = "Formulas for language models, machine learning and reinforcement learning"
# Between dollars is LaTeX, as in Markdown.
TAKEAWAYS = (
    "Language models are mostly matrix algebra, probabilities and gradients: attention turns "
    "dot products into shares, and gradients teach it which ones.",
    "Reinforcement learning adds expectations over what may happen, a discount on what "
    "comes later, and updates that move values and policies.",
    "The letters $Q$, $K$, $V$ are arbitrary, the three roles are not: swapping queries "
    "with keys transposes the scores, swapping values with keys changes the output. All "
    "three are matrices, one row for each token, learned projections of the input.",
    "A letter means what its own row says: $Q$ holds queries in attention, action values "
    "in Q-learning and a distribution in the KL divergence.",
    "$W x + b$ takes a column and $x W + b$ a row: the same layer, with $W$ transposed.",
    "Mean and variance are what normalization removes: before gain and shift, layer "
    "normalization gives each token mean 0 and, up to $\\epsilon$, variance 1.",
    "The list leads from single layers over transformers to reinforcement learning. It "
    "is the foundation, not the whole house.",
)

FORM_MARK = "↳"  # before the title of a form
ROW_END = "\0"  # of a matrix, while a formula is cut at the ends of its lines


@dataclass(frozen=True)
class Row:
    """One formula on the sheet.

    Parameters
    ----------
    title, purpose, topics : str
        What it is called, is for, and belongs to.
    pieces : tuple of str
        The formula in LaTeX, cut where a line may end.
    symbols : tuple of Quantity
        The quantities that the formula spells, in reading order; of a form those that its
        lesson's formula does not explain.
    is_form : bool
        Whether it is a modern form of the formula above it.
    """

    title: str
    purpose: str
    topics: str
    pieces: tuple[str, ...]
    symbols: tuple[Quantity, ...]
    is_form: bool = False


def rows(section: Section) -> list[Row]:
    """Return the rows of a section: its lessons, each with its forms below it."""
    return [
        row(shown)
        for lesson in section.lessons
        for shown in forms_of(lesson) or (lesson,)
    ]


@functools.cache
def row(lesson: Lesson) -> Row:
    """Return what the sheet says about a formula."""
    statement, quantities = lesson.statement, lesson.statement.quantities
    # Braces around each quantity keep a spelling from reaching into its neighbor.
    colors = {quantity.name: quantity.name for quantity in quantities}
    marked = re.sub(r"\\textcolor{\w+}", "", statement.headline_latex(colors))
    pieces, symbols = _pieces(statement.latex), _spelled(marked, quantities)
    if lesson.form:
        known = {(q.symbol, q.meaning) for q in row(BY_SLUG[lesson.slug]).symbols}
        new = tuple(q for q in symbols if (q.symbol, q.meaning) not in known)
        return Row(lesson.title, lesson.text.purpose, "", pieces, new, is_form=True)
    topics = " · ".join(lesson.text.topics)
    return Row(lesson.title, lesson.text.purpose, topics, pieces, symbols)


def _pieces(latex: str) -> tuple[str, ...]:
    """Cut a formula between its clauses and between its lines, not between matrix rows."""
    inner = latex.removeprefix(r"\begin{gathered}").removesuffix(r"\end{gathered}")
    ends = r"\\q?quad" if inner == latex else r"\\q?quad|\\\\"
    whole = r"\\begin{(\w+)}.*?\\end{\1}"
    held = re.sub(whole, lambda found: found[0].replace(r"\\", ROW_END), inner)
    pieces = (piece.strip(" ,") for piece in re.split(ends, held))
    return tuple(piece.replace(ROW_END, r"\\") for piece in pieces)


def tokens(latex: str) -> list[str]:
    """Split LaTeX into its smallest parts; an upright word is one of them."""
    return re.findall(r"\\(?:mathrm|text|begin|end){[^}]*}|\\[a-zA-Z]+|\\.|\S", latex)


def _spelled(latex: str, quantities: tuple[Quantity, ...]) -> tuple[Quantity, ...]:
    """Find the quantities in a formula; each part belongs to the longest spelling."""
    parts, at = tokens(latex), 0
    names: set[str | None] = set()
    spellings = {tuple(tokens(q.symbol)): q.name for q in quantities}
    longest_first = sorted(spellings, key=len, reverse=True)
    while at < len(parts):
        here = (s for s in longest_first if s == tuple(parts[at : at + len(s)]))
        spelling = next(here, ())
        names.add(spellings.get(spelling))
        at += len(spelling) or 1
    return tuple(quantity for quantity in quantities if quantity.name in names)


def rendered(text: str, words: Callable[[str], str], math: Callable[[str], str]) -> str:
    """Render words and, between dollars, formulas."""
    parts = text.split("$")
    return "".join(math(p) if k % 2 else words(p) for k, p in enumerate(parts))


# ---------------------------------------------------------------------------- Markdown

IN_A_TABLE = {
    "|": r"\vert ",  # a bar would end the cell
    "*": r"\ast ",
    "_": " _",  # with a space before it, it cannot end an emphasis
    r"\,": r"\thinspace ",  # a backslash before punctuation would be taken away
    r"\;": r"\thickspace ",
    r"\!": r"\negthinspace ",
    r"\ ": r"\space ",
    r"\\": r"\cr ",
}


@functools.cache
def markdown() -> str:
    """Write the sheet as GitHub-flavored Markdown."""
    lines = [f"# {TITLE}"]
    for section in SECTIONS:
        lines += ["", f"## {section.title}", ""]
        lines += ["| Formula | | Symbols |", "|---|---|---|"]
        lines += map(_markdown_row, rows(section))
    lines += ["", "## Key takeaways", ""]
    lines += [f"- {rendered(t, _markdown_text, _markdown_math)}" for t in TAKEAWAYS]
    return "\n".join(lines) + "\n"


def _markdown_row(row: Row) -> str:
    title, purpose = _markdown_text(row.title), _markdown_text(row.purpose)
    clauses = [rf"\displaystyle {piece}" for piece in row.pieces]
    clauses[:-1] = [f"{clause}," for clause in clauses[:-1]]
    math = " ".join(_markdown_math(clause) for clause in clauses)
    symbols = "; ".join(
        f"{_markdown_math(q.symbol)} {_markdown_text(q.meaning)}" for q in row.symbols
    )
    name = f"**{title}** {purpose} *{row.topics}*"
    if row.is_form:
        name = f"{FORM_MARK} {title}: {purpose}"
    return f"| {name} | {math} | {symbols} |"


def _markdown_text(text: str) -> str:
    return re.sub(r"([\\`*_\[\]<>|$])", r"\\\1", text)


def _markdown_math(latex: str) -> str:
    unsafe = "|".join(map(re.escape, IN_A_TABLE))
    return f"${re.sub(unsafe, lambda found: IN_A_TABLE[found[0]], latex)}$"


# ------------------------------------------------------------------------------- LaTeX

PREAMBLE = r"""\documentclass[10pt]{article}
\usepackage[a4paper,margin=8mm]{geometry}
\usepackage{amsmath,amssymb,array,longtable}
\pagestyle{empty}
\setlength{\parindent}{0pt}
\setlength{\tabcolsep}{1.5mm}
\setlength{\LTpre}{0pt}
\setlength{\LTpost}{0pt}
\setlength{\arrayrulewidth}{0.1pt}
\setlength{\normallineskip}{0.6mm}
\setlength{\normallineskiplimit}{0.4mm}
\renewcommand{\labelitemi}{$\bullet$}
\newcolumntype{L}[1]{>{\raggedright\arraybackslash\rule{0pt}{3.2mm}}m{#1}<{\rule[-1.4mm]{0pt}{0pt}}}
\newcommand{\group}[1]{\multicolumn{3}{@{}l}{\rule{0pt}{4mm}\normalsize\textbf{#1}}\\*}
% No line ends after the bar of a condition.
\let\given\mid
\renewcommand{\mid}{\given\nobreak}
"""
TEXT = {
    "\\": r"\textbackslash{}", "{": r"\{", "}": r"\}", "&": r"\&", "%": r"\%",
    "#": r"\#", "$": r"\$", "_": r"\_", "^": r"\^{}", "~": r"\~{}", "|": r"$|$",
    "<": "$<$", ">": "$>$", "’": "'", "‘": "`", "“": "``", "”": "''", "–": "--",
    "—": "---", "−": "$-$", "∞": r"$\infty$", "°": r"$^\circ$", "×": r"$\times$",
    "·": r"$\cdot$", "→": r"$\to$", "√": r"$\surd$", "‖": r"$\parallel$", "…": r"\dots{}",
    "≤": r"$\le$", "≥": r"$\ge$", "\u00a0": "~",
}  # fmt: skip


@functools.cache
def latex() -> str:
    """Write the sheet as a LaTeX document for pdflatex."""
    lines = [PREAMBLE, r"\begin{document}\footnotesize"]
    lines += [rf"{{\large\bfseries {latex_text(TITLE)}}}", ""]
    lines += [r"\begin{longtable}{@{}L{44mm}L{74mm}L{70mm}@{}}"]
    for section in SECTIONS:
        lines += [rf"\group{{{latex_text(section.title)}}}"]
        lines += [_latex_row(row(lesson)) for lesson in section.lessons]
    lines += [r"\end{longtable}", r"\textbf{Key takeaways}"]
    lines += [r"\begin{itemize}\setlength{\itemsep}{0pt}\setlength{\parskip}{0pt}"]
    lines += [rf"\item {rendered(t, latex_text, '${}$'.format)}" for t in TAKEAWAYS]
    return "\n".join([*lines, r"\end{itemize}", r"\end{document}", ""])


def _latex_row(row: Row) -> str:
    title, purpose, topics = map(latex_text, (row.title, row.purpose, row.topics))
    name = rf"\hline\textbf{{{title}}}\newline {purpose} \mbox{{\emph{{{topics}}}}}"
    math = r" \quad ".join(rf"$\displaystyle {piece}$" for piece in row.pieces)
    symbols = "; ".join(f"${q.symbol}$ {latex_text(q.meaning)}" for q in row.symbols)
    return rf"{name} & {math} & {symbols} \\"


def latex_text(text: str) -> str:
    """Write words for LaTeX.

    Raises
    ------
    ValueError
        If there is a character that pdflatex would not know.
    """
    return "".join(map(_latex_character, text))


def _latex_character(character: str) -> str:
    if character in TEXT:
        return TEXT[character]
    kind, _, base = unicodedata.decomposition(character).rpartition(" ")
    if kind in ("<sub>", "<super>"):
        return f"${'_' if kind == '<sub>' else '^'}{chr(int(base, 16))}$"
    name = unicodedata.name(character).split()
    if name[:3] == ["GREEK", "SMALL", "LETTER"] and len(name) == 4:
        return f"$\\{name[3].lower().replace('lamda', 'lambda')}$"
    if character.isascii() or name[0] == "LATIN":
        return character
    raise ValueError(f"no LaTeX for {character!r}")


# --------------------------------------------------------------------------- the page

PAPER = "@page { size: A4; margin: 7mm; }"
TABLES = """
table { width: 100%; margin: 0; table-layout: fixed; border-collapse: collapse; }
tr { break-inside: avoid; }
td { border: 0 solid #8888; border-top-width: 0.2mm; padding: 0.3mm 2mm 0.3mm 0;
  overflow-x: auto; }
td:first-child { width: 22%; }
td:last-child { width: 31%; padding-right: 0; }
h1 { font-size: 1.5em; margin: 0; padding: 0; }
h2 { font-size: 1.12em; margin: 1mm 0 0.2mm; padding: 0; break-after: avoid; }
ul { margin: 0; padding-left: 4mm; }
@media screen and (max-width: 640px) {
  td { display: block; width: auto !important; border: 0; padding: 0.5mm 0; }
  td:first-child { border-top: 0.2mm solid #8888; }
}
@media print {
  td { overflow: visible; }
}
"""
# The page of the app shows the Markdown; the nested rules are for that alone.
PAGE_STYLE = f"""
{PAPER}
.st-key-cheat_sheet {{
  {TABLES}
  thead {{ display: none; }}
  strong {{ display: block; }}
  em {{ white-space: nowrap; }}
  .katex {{ font-size: 1em; line-height: 1; }}
  td:nth-child(2) .katex {{ display: inline-block; margin-right: 0.5em; font-size: 1.07em; }}
  @media print {{
    tr:not(:has(strong)) {{ display: none; }}
    p, li, td, th {{ font-size: 8pt; line-height: 1.17; margin: 0; }}
    h2 {{ font-size: 9pt; }}
  }}
}}
@media print {{
  .st-key-downloads, .st-key-forms {{ display: none !important; }}
  html, body, .stApp, .stApp * {{ background: none !important; }}
  h1 {{ font-size: 12pt !important; padding: 0 !important; }}
}}
"""

# Made by scripts/cheat_sheet.py, because MathML needs a tool that the app does without.
HTML = Path(__file__).with_name("cheat_sheet.html")


@functools.cache
def html() -> str:
    """Return the sheet as one HTML file that needs no network and no script."""
    return HTML.read_text(encoding="utf-8")
