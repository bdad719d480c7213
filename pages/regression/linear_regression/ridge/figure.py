"""Ridge regression: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

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
from pages.regression.linear_regression.ridge.statement import (
    STATEMENT,
    Result,
    points,
)

ALPHAS = np.linspace(0, 20, 81)
TURNS = np.linspace(0, 2 * np.pi, 61)
CIRCLE = np.stack([np.cos(TURNS), np.sin(TURNS)], axis=1)
NEAR = ((-2.0, 3.0), (-2.0, 3.0))
FAR = ((-2.0, 4.2), (-3.4, 2.8))
RESPONSE_COLOR, PENALTY_COLOR, FIRST_COLOR, SECOND_COLOR = STATEMENT.color_indices(
    "y", "alpha", "beta_1", "beta_2"
)


def draw(
    result: Result,
    *,
    X: Array,
    y: Array,
    correlation: float,
    noise: float,
    alpha: float,
) -> Scene:
    """Draw squares and penalty over both slopes, and both slopes over the penalty."""
    slopes, missed = paths(correlation, noise)
    best = np.array([result.beta_1, result.beta_2])
    return Scene(
        _squares_and_penalty(X, y, slopes[0], best),
        _slopes(slopes, best, alpha),
        _left_out(missed, result.left_out, alpha),
        readouts={
            "beta_1": result.beta_1,
            "beta_2": result.beta_2,
            "sse": without_dust(result.sse),
            "df": result.df,
            "mean squared error, left-out point": without_dust(result.left_out),
        },
        status=sentence(slopes[0], best, alpha),
    )


@functools.lru_cache(maxsize=64)
def paths(correlation: float, noise: float) -> tuple[Array, Array]:
    """Fit with every penalty: both slopes, and the error of points left out."""
    X, y = points(correlation, noise)
    left, d, right = np.linalg.svd(X, full_matrices=False)
    along = left.T @ y
    kept = d**2 / (d**2 + ALPHAS[:, None])
    slopes = (kept * along / d) @ right
    fitted = (kept * along) @ left.T
    leverage = kept @ (left**2).T + 1 / len(y)
    missed = np.mean(((y - fitted) / (1 - leverage)) ** 2, axis=1)
    for line in (slopes, missed):
        line.setflags(write=False)
    return slopes, missed


def _squares_and_penalty(X: Array, y: Array, plain: Array, best: Array) -> Figure:
    inside = NEAR[1][0] < plain[1] and plain[0] < NEAR[0][1]
    return plane(
        "Both slopes: squares and penalty touch",
        Outline("same squares", ring(X, y, best), RESPONSE_COLOR),
        Outline("same penalty", math.hypot(*best) * CIRCLE, PENALTY_COLOR, dash=1),
        Points("least squares", [plain], RESPONSE_COLOR),
        Points("ridge", [best], PENALTY_COLOR, symbol=1),
        extent=NEAR if inside else FAR,
        x="first slope β₁",
        y="second slope β₂",
    )


def ring(X: Array, y: Array, through: Array) -> Array:
    """Return the ellipse of slopes that miss the points as much as these do."""
    left, d, right = np.linalg.svd(X, full_matrices=False)
    plain = (left.T @ y / d) @ right
    size = np.linalg.norm(X @ (through - plain))
    ellipse: Array = plain + size * (CIRCLE / d) @ right
    return ellipse


def _slopes(slopes: Array, best: Array, alpha: float) -> Figure:
    room = fitting(float(np.abs(slopes).max()), (2.2, 4))
    return curves(
        "Slopes against the penalty",
        Curve("β₁", ALPHAS, slopes[:, 0], FIRST_COLOR),
        Curve("β₂", ALPHAS, slopes[:, 1], SECOND_COLOR),
        Mark(alpha, best[0], "", FIRST_COLOR),
        Mark(alpha, best[1], "", SECOND_COLOR),
        x=Axis("penalty α", (0, 20)),
        y=Axis("slope", (-0.75 * room, room)),
        levels=[(0, "")],
    )


def _left_out(missed: Array, now: float, alpha: float) -> Figure:
    top = fitting(1.1 * float(missed.max()), (1, 2, 4, 8, 16, 32))
    return curves(
        "Error of points left out, one at a time",
        Curve("mean squared error", ALPHAS, missed, PENALTY_COLOR),
        Mark(alpha, now, "", PENALTY_COLOR),
        x=Axis("penalty α", (0, 20)),
        y=Axis("mean squared error", (0, top)),
    )


def sentence(plain: Array, best: Array, alpha: float) -> str:
    """Say how much shorter the slopes are than those of least squares."""
    pair = f"{number_text(best[0], 3)} and {number_text(best[1], 3)}"
    if alpha == 0:
        return f"Without a penalty this is least squares: the slopes are {pair}."
    share = number_text(100 * math.hypot(*best) / math.hypot(*plain), 3)
    return (
        f"The penalty leaves slopes {pair}: as a vector they are {share}% as long as "
        "those of least squares."
    )
