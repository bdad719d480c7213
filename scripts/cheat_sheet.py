"""Make the offline cheat sheet, ui/cheat_sheet.html, from the lessons.

    python scripts/cheat_sheet.py

The file is committed, because the app has no tool that turns LaTeX into MathML; a test
says when it is stale.
"""

from __future__ import annotations

import functools
import re
import sys
from html import escape
from pathlib import Path

from math_core import LatexToMathML

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from ui.catalogue import SECTIONS
from ui.cheat_sheet import (
    FORM_MARK,
    HTML,
    PAPER,
    TABLES,
    TAKEAWAYS,
    TITLE,
    Row,
    rendered,
    rows,
    tokens,
)

LONG = 60  # parts of a clause that may need two lines
STYLE = f"""
{PAPER}
:root {{ color-scheme: light dark; }}
body {{ font: 11pt/1.3 "Helvetica Neue", Arial, "Liberation Sans",
  "DejaVu Sans Condensed", sans-serif;
  max-width: 265mm; margin: 5mm auto; padding: 0 3mm; }}
{TABLES}
em {{ white-space: nowrap; opacity: 0.8; }}
span {{ display: inline-block; margin-right: 3mm; }}
span math {{ font-size: 1.07em; }}
.form td {{ border-top-style: dotted; }}
@media print {{
  .form {{ display: none; }}
  body {{ font-size: 8pt; line-height: 1.17; max-width: none; margin: 0; padding: 0; }}
}}
"""


def html() -> str:
    """Write the sheet as one HTML file that needs no network and no script."""
    body = [f"<h1>{escape(TITLE)}</h1>"]
    for section in SECTIONS:
        table = "\n".join(map(html_row, rows(section)))
        body += [f"<h2>{escape(section.title)}</h2>", f"<table>\n{table}\n</table>"]
    items = (f"<li>{rendered(t, escape, mathml)}</li>" for t in TAKEAWAYS)
    body += ["<h2>Key takeaways</h2>", "<ul>", *items, "</ul>"]
    head = f'<meta charset="utf-8"><title>{escape(TITLE)}</title>'
    head += '<meta name="viewport" content="width=device-width">'
    head += f"<style>{STYLE}</style>"
    lines = ["<!doctype html>", f'<html lang="en"><head>{head}</head><body>', *body]
    return "\n".join([*lines, "</body></html>", ""])


def html_row(row: Row) -> str:
    """Write one formula as a row of a table."""
    purpose = f"{escape(row.purpose)} <em>{escape(row.topics)}</em>"
    name = f"<b>{escape(row.title)}</b><br>{purpose}"
    if row.is_form:
        name = f"{FORM_MARK} {escape(row.title)}<br>{escape(row.purpose)}"
    math = " ".join(f"<span>{html_piece(piece)}</span>" for piece in row.pieces)
    symbols = "; ".join(f"{mathml(q.symbol)} {escape(q.meaning)}" for q in row.symbols)
    kind = ' class="form"' if row.is_form else ""
    return f"<tr{kind}><td>{name}</td><td>{math}</td><td>{symbols}</td></tr>"


def html_piece(latex: str) -> str:
    """Let the line of a long clause end before a relation, as no browser does."""
    parts, depth = [""], 0
    for token in re.split(r"( = | \\leftarrow |[()\[\]{}])", latex):
        depth += (token in set("([{")) - (token in set(")]}"))
        if token in (" = ", r" \leftarrow ") and not depth:
            parts.append("{}")  # a sign on both sides of which there is something
        parts[-1] += token
    if len(tokens(latex)) < LONG:
        parts = [latex]
    return "<wbr>".join(mathml(rf"\displaystyle {part}") for part in parts)


@functools.cache
def mathml(latex: str) -> str:
    """Write LaTeX as MathML."""
    return LatexToMathML().convert_with_local_state(latex, displaystyle=False)


if __name__ == "__main__":
    HTML.write_text(html(), encoding="utf-8")
