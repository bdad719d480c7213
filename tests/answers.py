"""Where a screen gives away the answer to a question to predict."""

from __future__ import annotations

import math
import re
from collections.abc import Iterator
from typing import Any

import numpy as np

from notation.quantities import Value
from ui.questions import Question, answer, moving

NUMBER = re.compile(r"[-−]?\d+(?:\.\d+)?(?:e-?\d+)?")
CLOSE = 0.01  # relative: who copies such a number is right
WORDS = {
    0: r"\b(rises?|rose|grows?|increases?|climbs?)\b",
    1: r"\b(falls?|fell|shrinks?|decreases?|sinks?)\b",
    2: r"\b(stays?|unchanged|the same)\b",
}
TEXT_KEYS = ("text", "name", "hovertext", "customdata")


def given_away(
    question: Question,
    read: list[tuple[float, ...]],
    frame: dict[str, Any],
    statement: Any,
) -> list[str]:
    """Return the places on a screen from which the answer could be copied."""
    truth = answer(question, read)
    places = []
    if question.form in ("number", "ratio"):
        places += [
            f"“{text}” says {truth:.4g}"
            for text in texts_of(frame)
            if any(_close(number, truth) for number in numbers_in(text))
        ]
    if question.form == "direction":
        status = frame["status"].lower()
        if re.search(WORDS[int(truth)], status):
            places.append(f"“{status}” says the direction")
    if question.form == "order":
        words = ", ".join(question.settings[k].words for k in truth)
        places += [text for text in texts_of(frame) if words in text]
    return places + list(_drawn(question, read, frame, statement))


def texts_of(frame: dict[str, Any]) -> Iterator[str]:
    """Walk over every text on the screen: sentence, live numbers, line, charts."""
    yield frame["status"]
    for label, text, *_ in frame["readouts"]:
        yield f"{label} {text}"
    yield from frame["line"]["numbers"]
    for figure in frame["figures"]:
        yield from _texts(figure)


def _texts(node: Any) -> Iterator[str]:
    if isinstance(node, dict):
        for key, value in node.items():
            if key in TEXT_KEYS or isinstance(value, (dict, list, tuple)):
                yield from _texts(value)
    elif isinstance(node, (list, tuple)):
        for value in node:
            yield from _texts(value)
    elif isinstance(node, np.ndarray) and node.dtype.kind in "UO":
        yield from map(str, node.ravel())
    elif isinstance(node, str):
        yield node


def numbers_in(text: str) -> list[float]:
    """Return the numbers that a text says."""
    return [float(found.replace("−", "-")) for found in NUMBER.findall(text)]


def _close(number: float, truth: Any) -> bool:
    return math.isclose(number, truth, rel_tol=CLOSE)


def _drawn(
    question: Question,
    read: list[tuple[float, ...]],
    frame: dict[str, Any],
    statement: Any,
) -> Iterator[str]:
    """Find curves that pass through the watched number where the model goes.

    Such a curve's tooltip says the answer, and its shape the direction.
    """
    if len(question.watched) > 1 or question.form == "order":
        return
    for control in moving(statement, question):
        if not control.is_number:
            continue
        ends: list[tuple[Value, float]] = [
            (setting.values[control.name], row[0])
            for setting, row in zip(question.settings, read, strict=True)
        ]
        for figure in frame["figures"]:
            for trace in figure["data"]:
                if _passes(trace, ends):
                    title = figure["layout"]["meta"]["title"]
                    yield f"“{title}” shows it against {control.name}"


def _passes(trace: dict[str, Any], ends: list[tuple[Value, float]]) -> bool:
    """Tell whether a curve goes through both ends, which differ."""
    if "lines" not in str(trace.get("mode", "")) or "x" not in trace:
        return False
    x, y = (np.asarray(trace[axis], float) for axis in ("x", "y"))
    known = np.isfinite(x) & np.isfinite(y)
    if known.sum() < 3 or np.isclose(ends[0][1], ends[-1][1]):
        return False
    for place, value in ends:
        near = np.abs(x[known] - float(place)).argmin()
        if not math.isclose(x[known][near], float(place), rel_tol=CLOSE, abs_tol=1e-9):
            return False
        if not math.isclose(y[known][near], value, rel_tol=CLOSE):
            return False
    return True
