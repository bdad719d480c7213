"""What a lesson draws: figures, live numbers and one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from charts import Figure
from formulas.formula import Formula
from formulas.numbers import number_text


class Scene:
    """The picture of a lesson at one setting of its controls.

    Parameters
    ----------
    *figures : dict
        One to four charts.
    status : str
        One plain sentence about what the picture shows now; also its text alternative.
    readouts : mapping
        Live numbers by label, a number or a text. A label that is the name of a
        quantity is spelled out and colored like the quantity.
    inputs : mapping
        What the formula starts from in this picture, where that is not known from the
        controls alone: worked steps and snippet show these numbers.
    """

    def __init__(
        self,
        *figures: Figure,
        status: str,
        readouts: Mapping[str, float | str],
        inputs: Mapping[str, Any] | None = None,
    ) -> None:
        self.figures, self.status = figures, status
        self.readouts, self.inputs = readouts, inputs or {}

    def plain(self, formula: Formula) -> dict[str, Any]:
        """Return the scene as the browser gets it."""
        return {
            "figures": list(self.figures),
            "status": self.status,
            "readouts": [
                [*_label(name, formula, value)] for name, value in self.readouts.items()
            ],
        }


def _label(name: str, formula: Formula, value: float | str) -> tuple[str, str, int]:
    text = value if isinstance(value, str) else number_text(value)
    if name in formula.by_name:
        return formula.by_name[name].meaning, text, formula.slot(name)
    return name, text, 0
