"""What a lesson draws: figures, live numbers and one sentence."""

from __future__ import annotations

from collections.abc import Mapping

from charts.base import Figure


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
    """

    def __init__(
        self,
        *figures: Figure,
        status: str,
        readouts: Mapping[str, float | str],
    ) -> None:
        self.figures = figures
        self.status = status
        self.readouts = readouts
