"""Lasso: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import itertools

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Mark,
    Outline,
    Points,
    Scene,
    curves,
    fitting,
    plane,
)
from formulas.checks import Array
from notation.numbers import number_text, without_dust
from pages.regression.linear_regression.lasso.statement import (
    STATEMENT,
    Result,
)
from pages.regression.linear_regression.ridge.figure import ring
from pages.regression.linear_regression.ridge.statement import points

PENALTIES = np.linspace(0, 2.5, 101)
RIDGE_PENALTIES = np.concatenate([[0], np.geomspace(0.2, 5000, 50)])
NEAR = ((-1.8, 2.7), (-1.3, 1.3))
FAR = ((-3.0, 4.5), (-2.6, 1.7))
CORNERS = np.array([(1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0)])
RESPONSE_COLOR, PENALTY_COLOR, FIRST_COLOR, SECOND_COLOR, OTHER_COLOR = (
    STATEMENT.color_indices("y", "penalty", "beta_1", "beta_2", "rest")
)


def draw(
    result: Result,
    *,
    X: Array,
    y: Array,
    correlation: float,
    noise: float,
    penalty: float,
) -> Scene:
    """Draw squares and penalty over both slopes, and both slopes over the penalty."""
    slopes, shrinking = paths(correlation, noise)
    best = np.array([result.beta_1, result.beta_2])
    return Scene(
        _squares_and_penalty(X, y, shrinking, best),
        _slopes(slopes, best, penalty),
        readouts={
            "beta_1": result.beta_1,
            "beta_2": result.beta_2,
            "predictors kept": result.kept,
            "sse": without_dust(result.sse),
            "sum of the absolute slopes": float(np.abs(best).sum()),
        },
        status=sentence(slopes[0], best, penalty),
    )


@functools.lru_cache(maxsize=64)
def paths(correlation: float, noise: float) -> tuple[Array, Array]:
    """Fit with every penalty: lasso's slopes, then those of ridge.

    Two predictors of variance 1 have few cases: one slope alone is right where it leaves
    no more than the penalty of the other predictor, both are where they keep their signs.
    """
    X, y = points(correlation, noise)
    gram, moments = X.T @ X / len(y), X.T @ y / len(y)
    slopes = np.zeros((len(PENALTIES), 2))
    for j in (0, 1):
        alone = np.sign(moments[j]) * (np.abs(moments[j]) - PENALTIES).clip(0)
        left = np.abs(moments[1 - j] - gram[0, 1] * alone)
        slopes[:, j] = np.where(left <= PENALTIES, alone, slopes[:, j])
    for signs in itertools.product((1, -1), repeat=2):
        pulled = moments - PENALTIES[:, None] * signs
        both = np.linalg.solve(gram, pulled.T).T
        fits = np.all(both * signs > 0, axis=1, keepdims=True)
        slopes = np.where(fits, both, slopes)
    left, d, right = np.linalg.svd(X, full_matrices=False)
    kept = d / (d**2 + RIDGE_PENALTIES[:, None])
    shrinking = (kept * (left.T @ y)) @ right
    for line in (slopes, shrinking):
        line.setflags(write=False)
    return slopes, shrinking


def _squares_and_penalty(X: Array, y: Array, shrinking: Array, best: Array) -> Figure:
    plain = shrinking[0]
    inside = NEAR[1][0] < plain[1] - 0.5 and plain[0] < NEAR[0][1]
    return plane(
        "Both slopes: squares and penalty touch",
        Outline("squares", ring(X, y, best), RESPONSE_COLOR),
        Outline(
            "penalty",
            np.abs(best).sum() * np.vstack([CORNERS, CORNERS[:1]]),
            PENALTY_COLOR,
            dash=1,
        ),
        Outline("ridge", shrinking, OTHER_COLOR, dash=2),
        Points("lasso", [best], PENALTY_COLOR, symbol=1),
        extent=NEAR if inside else FAR,
        x="first slope β₁",
        y="second slope β₂",
    )


def _slopes(slopes: Array, best: Array, penalty: float) -> Figure:
    room = fitting(float(np.abs(slopes).max()), (2.2, 4))
    return curves(
        "Slopes against the penalty",
        Curve("β₁", PENALTIES, slopes[:, 0], FIRST_COLOR),
        Curve("β₂", PENALTIES, slopes[:, 1], SECOND_COLOR),
        Mark(penalty, best[0], "", FIRST_COLOR),
        Mark(penalty, best[1], "", SECOND_COLOR),
        x=Axis("penalty α", (0, 2.5)),
        y=Axis("slope", (-0.75 * room, room)),
        levels=[(0, "")],
    )


def sentence(plain: Array, best: Array, penalty: float) -> str:
    """Say which slopes the penalty leaves, and what least squares gives."""
    pair = f"{number_text(best[0], 3)} and {number_text(best[1], 3)}"
    if penalty == 0:
        return f"Without a penalty this is least squares: the slopes are {pair}."
    dropped = [f"β{name}" for name, slope in zip("₁₂", best, strict=True) if slope == 0]
    what = f"{' and '.join(dropped)} exactly 0" if dropped else "neither slope 0"
    squares = f"{number_text(plain[0], 3)} and {number_text(plain[1], 3)}"
    return f"Least squares gives slopes {squares}; the penalty leaves {pair} and makes {what}."
