"""The prerequisite graph as a picture whose lessons can be opened.

Each lesson stands below all that it needs. The picture is one SVG of links, so it can
be read by keyboard and screen reader; a click goes through Streamlit, which keeps the
session, and a new tab opens the address itself.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from html import escape
from itertools import pairwise
from statistics import fmean
from typing import Any

import streamlit as st

from charts.base import GROUND, MUTED, TEXT, color
from ui.catalogue import (
    BY_SLUG,
    LESSONS,
    SECTIONS,
    Lesson,
    forms_of,
    level,
    prerequisites,
)

NODE = (150, 44)
PITCH = (166, 92)
GAP = 26  # room for a link that passes by
WIDTH = 1180
SWEEPS = 8  # rounds of moving lessons towards what they need and lead to
LONGEST_LINE = 18
LETTERS = 16
LINE = 17
NARROWEST = math.ceil(12.1 * WIDTH / LETTERS)  # pixels; letters have 12 and more

# Streamlit sets its theme as variables, which follow when a visitor changes it.
STYLE = f"""
.concept-map {{ overflow-x: auto; --muted: #8a8f98;
  --text: var(--st-text-color); --ground: var(--st-background-color); }}
.concept-map svg {{ min-width: {NARROWEST}px; width: 100%; max-width: 1100px; display: block; }}
.concept-map text {{ font-size: {LETTERS}px; fill: {TEXT}; text-anchor: middle; }}
.concept-map .link {{ fill: none; stroke: {MUTED}; stroke-width: 1.5; opacity: .6; }}
.concept-map .node rect {{ fill: {GROUND}; stroke-width: 2; }}
.concept-map .node:focus {{ outline: none; }}
.concept-map .node:is(:hover, :focus-visible) rect {{ stroke-width: 4; }}
.concept-map .number {{ font-weight: 700; fill: {GROUND}; }}
.concept-map .step {{ font-weight: 700; }}
.concept-map svg.picking :is(.node, .link) {{ opacity: .2; }}
.concept-map svg.picking :is(.node, .link).near {{ opacity: 1; }}
.concept-map svg.picking .link.near {{ stroke: {TEXT}; stroke-width: 2.5; }}
"""

SCRIPT = """
export default function ({ parentElement, data, setTriggerValue }) {
  const box = parentElement.querySelector(".concept-map");
  const theme = getComputedStyle(box);
  theme.getPropertyValue("--st-chart-categorical-colors").split(",").forEach(
    (color, k) => box.style.setProperty(`--series-${k + 1}`, color));
  box.innerHTML = data;
  const svg = box.querySelector("svg");
  const pick = (slug) => {
    const near = svg.querySelectorAll(`[data-of~="${slug}"]`);
    svg.classList.toggle("picking", near.length > 0);
    svg.querySelectorAll(".touched").forEach((part) =>
      part.classList.remove("near", "touched"));
    near.forEach((part) => part.classList.add("near", "touched"));
  };
  const rest = svg.classList.contains("picking");
  const leave = () => { pick(""); svg.classList.toggle("picking", rest); };
  for (const node of svg.querySelectorAll(".node")) {
    const slug = node.dataset.slug;
    if (!rest) {
      node.onmouseenter = node.onfocus = () => pick(slug);
      node.onmouseleave = node.onblur = leave;
    }
    node.onclick = (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      setTriggerValue("open", slug);
    };
  }
}
"""


def show(path: Sequence[str] = ()) -> Lesson | None:
    """Show the map; return the lesson that the visitor opens.

    Parameters
    ----------
    path : sequence of str
        Slugs to point out and number, in this order.
    """
    component = st.components.v2.component(
        "concept_map",
        html='<div class="concept-map"></div>',
        css=STYLE,
        js=SCRIPT,
        isolate_styles=False,
    )
    events: Any = component(data=drawn(path), key="map", on_open_change=lambda: None)
    return BY_SLUG.get(str(events.open))


def drawn(path: Sequence[str] = ()) -> str:
    """Draw the map as an SVG whose colors are names of the theme."""
    places = layout()
    height = PITCH[1] * len(rows())
    links = [
        _link(other, lesson, places, path)
        for lesson in LESSONS
        for other in prerequisites(lesson)
    ]
    # From above to below, left to right: so one walks through them by keyboard too.
    order = sorted(LESSONS, key=lambda lesson: places[lesson.slug][::-1])
    nodes = [_node(lesson, places, path) for lesson in order]
    return (
        f'<svg viewBox="0 0 {WIDTH} {height}" role="group" '
        f'aria-label="Which lesson needs which" class="{"picking" if path else ""}">'
        f"{''.join(links)}{''.join(nodes)}</svg>"
    )


def rows() -> list[list[str]]:
    """Return what stands in each row: lessons, and links that pass by them.

    A lesson's row is the number of lessons that stand before it. A link that passes a
    row gets a place of its own there, so that it does not run behind a lesson.
    """
    levels = {lesson.slug: level(lesson) for lesson in LESSONS}
    places: list[list[str]] = [[] for _ in range(max(levels.values()) + 1)]
    for lesson in LESSONS:
        places[levels[lesson.slug]].append(lesson.slug)
        for other in lesson.text.needs:
            for row in range(levels[other] + 1, levels[lesson.slug]):
                places[row].append(_passing(other, lesson.slug, row))
    return places


def _passing(needed: str, slug: str, row: int) -> str:
    return f"{needed}>{slug}@{row}"


def chain(needed: str, slug: str) -> list[str]:
    """Return the places of a link, from the lesson needed to the one that needs it."""
    rows_between = range(level(BY_SLUG[needed]) + 1, level(BY_SLUG[slug]))
    between = [_passing(needed, slug, row) for row in rows_between]
    return [needed, *between, slug]


def layout() -> dict[str, tuple[float, float]]:
    """Return the middle of each place.

    Each place is moved to the mean of those it is linked to, a few times down and up,
    so that links are short and seldom cross.
    """
    order = rows()
    x: dict[str, float] = {}
    for row in order:
        _spread(row, x)
    near: dict[str, list[str]] = {place: [] for row in order for place in row}
    for lesson in LESSONS:
        for needed in lesson.text.needs:
            for above, below in pairwise(chain(needed, lesson.slug)):
                near[above].append(below)
                near[below].append(above)
    for _ in range(SWEEPS):
        for row in (*order, *reversed(order)):
            means = {}
            for place in row:
                neighbors = near[place] or [place]
                means[place] = fmean(x[neighbor] for neighbor in neighbors)
            row.sort(key=lambda place: means[place])
            _spread(row, x)
    return {
        place: (x[place], PITCH[1] * (k + 0.5))
        for k, row in enumerate(order)
        for place in row
    }


def _spread(row: Sequence[str], x: dict[str, float]) -> None:
    """Set the places of a row side by side, in the middle of the picture."""
    room = [PITCH[0] if place in BY_SLUG else GAP for place in row]
    spare = (WIDTH - sum(room)) / len(row)
    end = 0.0
    for place, width in zip(row, room, strict=True):
        x[place] = end + (width + spare) / 2
        end += width + spare


def _link(
    needed: Lesson,
    lesson: Lesson,
    places: dict[str, tuple[float, float]],
    path: Sequence[str],
) -> str:
    half = NODE[1] / 2
    points = [places[place] for place in chain(needed.slug, lesson.slug)]
    left, top = points[0]
    curve = f"M{left:.0f} {top + half:.0f}"
    for (x0, y0), (x1, y1) in pairwise(points):
        middle = (y0 + y1) / 2
        curve += (
            f"C{x0:.0f} {middle:.0f} {x1:.0f} {middle:.0f} {x1:.0f} {y1 - half:.0f}"
        )
        if (x1, y1) != points[-1]:  # straight through the row that it passes
            curve += f"V{y1 + half:.0f}"
    near = " near" if {needed.slug, lesson.slug} <= set(path) else ""
    return (
        f'<path class="link{near}" data-of="{needed.slug} {lesson.slug}" d="{curve}"/>'
    )


def _node(
    lesson: Lesson, places: dict[str, tuple[float, float]], path: Sequence[str]
) -> str:
    x, y = places[lesson.slug]
    left = x - NODE[0] / 2
    top = y - NODE[1] / 2
    section = [s.folder for s in SECTIONS].index(lesson.section) + 1
    lines = two_lines(lesson.title)
    first = y + 5 - LINE / 2 * (len(lines) - 1)
    words = "".join(
        f'<text x="{x:.0f}" y="{first + LINE * k:.0f}">{escape(line)}</text>'
        for k, line in enumerate(lines)
    )
    others = [other.slug for other in LESSONS if lesson.slug in other.text.needs]
    of = " ".join((lesson.slug, *lesson.text.needs, *others))
    needs = ", ".join(other.title for other in prerequisites(lesson)) or "nothing"
    label = f"{lesson.title}, needs {needs}"
    forms = ", ".join(form.title for form in forms_of(lesson)[1:])
    hint = f"<title>{escape(f'{lesson.title}: also {forms}')}</title>" if forms else ""
    label += f"; also {forms}" if forms else ""
    near = ""
    step_text = ""
    if lesson.slug in path:
        step = f"{path.index(lesson.slug) + 1}. "
        label = step + label
        near = " near"
        step_text = (
            f'<text class="step" x="{left + NODE[0] - 12:.0f}" y="{top - 5:.0f}">'
            f"{step}</text>"
        )
    return (
        f'<a class="node{near}" href="{lesson.slug}" data-slug="{lesson.slug}" '
        f'data-of="{of}" aria-label="{escape(label)}">{hint}'
        f'<rect x="{left:.0f}" y="{top:.0f}" width="{NODE[0]}" height="{NODE[1]}" rx="8" '
        f'style="stroke:{color(section)}"/>{words}'
        f'<circle cx="{left + 8:.0f}" cy="{top + 2:.0f}" r="10" style="fill:{color(section)}"/>'
        f'<text class="number" x="{left + 8:.0f}" y="{top + 7:.0f}">{section}</text>'
        f"{step_text}</a>"
    )


def two_lines(title: str) -> list[str]:
    """Break a long title at the space nearest to its middle."""
    if len(title) <= LONGEST_LINE:
        return [title]
    spaces = [k for k, sign in enumerate(title) if sign == " "]
    if not spaces:
        return [title]
    middle = min(spaces, key=lambda k: abs(k - len(title) / 2))
    return [title[:middle], title[middle + 1 :]]
