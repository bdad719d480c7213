"""Singular values: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves, maps
from formulas.checks import Array
from notation.numbers import number_text
from pages.linear_algebra.eigenvalues.svd.statement import SIZE, STATEMENT, Result

COUNTS = np.arange(1, SIZE + 1)
LAYERS = Axis("layer", (0.5, SIZE + 0.5), every=2)
S_COLOR, NEAR_COLOR = STATEMENT.color_indices("s", "approximation")
MOST = 11.0  # larger than any first singular value


def draw(result: Result, *, A: Array, layers: int) -> Scene:
    """Draw the image, its first layers, and how much each layer brings."""
    squares = result.s**2
    shares = 100 * np.cumsum(squares) / squares.sum()
    share = float(shares[layers - 1])
    last = result.s[layers - 1] * np.outer(
        result.U[:, layers - 1], result.Vt[layers - 1]
    )
    return Scene(
        maps(
            "Image A, sum of layers 1 to r, layer r, what is missing",
            np.stack([A, result.approximation, last, A - result.approximation]),
            ("A", "layers 1 to r", "layer r", "missing"),
            limits=(-1.0, 1.0),
            square=True,
            across=2,
        ),
        _values(result.s, layers),
        _shares(shares, layers, share),
        readouts={
            "rank of the image": result.rank,
            "rest": round(result.rest, 12),
            "percent of the squares": share,
            "numbers in these layers": layers * (2 * SIZE + 1),
            "numbers in the image": SIZE * SIZE,
        },
        status=sentence(result.rank, layers, share, result.rest),
    )


def _values(s: Array, layers: int) -> Figure:
    return curves(
        "Singular values",
        Curve("s", COUNTS, s, S_COLOR, points=True),
        x=LAYERS,
        y=Axis("singular value", (-0.4, MOST)),
        at=[(layers, "r")],
    )


def _shares(shares: Array, layers: int, now: float) -> Figure:
    return curves(
        "Percent of the sum of squared pixels",
        Curve("first layers", COUNTS, shares, NEAR_COLOR, points=True),
        Mark(layers, now, number_text(now, 3), NEAR_COLOR),
        x=LAYERS._replace(title="number of layers"),
        y=Axis("percent", (0, 145), every=50),
    )


def sentence(rank: int, layers: int, share: float, rest: float) -> str:
    """Say how much of the image its first layers are."""
    first = "The first layer is" if layers == 1 else f"The first {layers} layers are"
    if rank <= layers:
        return f"{first} the whole image, because its rank is {rank}."
    return (
        f"{first} {number_text(share, 3)}% of the sum of squared pixels; the error "
        f"{number_text(rest, 3)} is the least that rank {layers} can have."
    )
