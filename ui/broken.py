"""A formula without one of its parts, beside the whole one: both drawn, both said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import numpy as np

from charts import Figure, Scene
from charts.base import Trace
from charts.ghost import ghosts
from notation.numbers import number_text

RIGHT = "✓"  # marks what the whole formula gives
MARKED = f"In the pictures {RIGHT} marks the whole formula."
DASH = "dash"


def beside(
    broken: Scene, whole: Scene, part: tuple[str, str], compared: Mapping[str, str]
) -> Scene:
    """Put what the whole formula gives beside what is left without a part.

    Parameters
    ----------
    broken, whole : Scene
        The same lesson at the same setting, without the part and with it.
    part : (str, str)
        ``Without …``, and what the part is for.
    compared : mapping
        The live numbers that are compared in words: their labels, and what readers see.

    Returns
    -------
    Scene
        The pictures of the broken formula with ghosts of the whole one, and a sentence
        that compares them.
    """
    figures = [*map(_both, broken.figures, whole.figures)]
    says = [part[1], *_comparisons(broken, whole, compared)]
    if any(RIGHT in trace.get("text", ()) for one in figures for trace in one["data"]):
        says.append(MARKED)
    return Scene(*figures, status=" ".join(says), readouts=broken.readouts)


def _both(broken: Figure, whole: Figure) -> Figure:
    kept = [_marked(ghost, broken) for ghost in ghosts(whole, RIGHT, DASH)]
    return {**broken, "data": [*broken["data"], *kept]}


def _marked(ghost: Trace, broken: Figure) -> Trace:
    """Mark only the cells of a map that the part changes."""
    if "cells" not in ghost["meta"]:
        return ghost
    now = np.ravel(broken["data"][ghost["meta"]["of"]]["z"])
    same = np.isclose(now, ghost["customdata"], equal_nan=True)
    texts = ["" if alike else RIGHT for alike in same.tolist()]
    return {**ghost, "text": texts, "meta": {}}


def _comparisons(
    broken: Scene, whole: Scene, compared: Mapping[str, str]
) -> Iterator[str]:
    for label, name in compared.items():
        if label not in broken.readouts:
            continue  # the picture shows something else just now
        without, right = (_text(scene.readouts[label]) for scene in (broken, whole))
        if without == right:
            yield f"Here it makes no difference to “{name}”, {right}."
        else:
            yield f"Now “{name}” is {without} instead of {right}."


def _text(value: float | str) -> str:
    return value if isinstance(value, str) else number_text(value)
