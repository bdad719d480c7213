"""Linear regression: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Handle,
    Outline,
    Points,
    Scene,
    Trail,
    curves,
    draggable,
    landscape,
    plane,
)
from formulas.checks import Array
from formulas.regression.linear_regression import linear_regression
from notation.numbers import number_text, share_text
from pages.regression.linear_regression.statement import STATEMENT, Result

ENDS = np.array([0.0, 20.0])
POINTS_COLOR, GUESS_COLOR, BEST_COLOR = STATEMENT.color_indices(
    "y", "slope", "fitted_slope"
)
OTHER_COLOR = 8
RISES = np.array([4.0, 60, 400, 2000])  # of the squares, from ring to ring
TURNS = np.linspace(0, 2 * np.pi, 27)
CIRCLE = np.stack([np.cos(TURNS), np.sin(TURNS)])


def draw(
    result: Result, *, x: Array, y: Array, slope: float, intercept: float, data: str
) -> Scene:
    """Draw the points and both lines, the bowl of squares, and what is left over."""
    best = _without_dust(result.fitted_intercept), _without_dust(result.fitted_slope)
    best_sse = _without_dust(result.sse)
    return Scene(
        _lines(x, y, data, guess=(intercept, slope), best=best),
        _bowl(result, x, guess=(intercept, slope), best=best),
        _residuals(result),
        readouts={
            "fitted_intercept": best[0],
            "fitted_slope": best[1],
            "stderr": result.stderr if best_sse else 0.0,
            "sse": best_sse,
            "guess_sse": _without_dust(result.guess_sse),
            "r2": result.r2,
        },
        status=sentence(result, x, y, data),
    )


def _without_dust(value: float) -> float:
    """Take off the rounding that an exact fit leaves."""
    return round(value, 12) + 0.0


def _lines(
    x: Array,
    y: Array,
    data: str,
    *,
    guess: tuple[float, float],
    best: tuple[float, float],
) -> Figure:
    picture = curves(
        "Points, your line and the line with the smallest squares",
        Curve(
            "points",
            x,
            y,
            POINTS_COLOR,
            points=True,
            line=False,
            reach=_heights(x, *guess),
        ),
        Curve("your line", ENDS, _heights(ENDS, *guess), GUESS_COLOR),
        Curve("best line", ENDS, _heights(ENDS, *best), BEST_COLOR, dash=0),
        x=Axis("predictor x", (0, 20)),
        y=Axis("response y", (-6, 18)),
    )
    handles = [Handle(at=(0.0, guess[0]), title="Drag your line", y="intercept")]
    if data == "line":  # the points of the other sets stay
        last = Handle(at=(x[-1], y[-1]), title="Drag the last point", y="outlier")
        handles.append(last)
    return draggable(picture, *handles)


def _heights(x: Array, intercept: float, slope: float) -> Array:
    """Return the heights of a line."""
    return intercept + slope * x


def _bowl(
    result: Result,
    x: Array,
    *,
    guess: tuple[float, float],
    best: tuple[float, float],
) -> Figure:
    picture = landscape(
        "Sum of squared residuals over intercept and slope",
        list(_rings(x, result.fitted_intercept, result.fitted_slope)),
        Trail("your line", [guess], GUESS_COLOR),
        extent=((-5.5, 12.5), (-2.2, 3.2)),
        goal=best,
        x="intercept",
        y="slope",
        square=False,
        height=300,
    )
    return draggable(
        picture, Handle(at=guess, title="Drag your line", x="intercept", y="slope")
    )


def _rings(x: Array, intercept: float, slope: float) -> Array:
    """Return the lines whose squares are larger than the smallest by each rise."""
    ellipse = _ellipse(tuple(x.tolist()))
    rings: Array = [intercept, slope] + np.sqrt(RISES)[:, None, None] * ellipse
    return rings


@functools.lru_cache(maxsize=256)
def _ellipse(x: tuple[float, ...]) -> Array:
    """Return the ring of rise 1 around the origin, which only the places shape."""
    # The triangle of the design makes an ellipse of a circle.
    design = np.stack([np.ones(len(x)), x], axis=1)
    triangle = np.linalg.qr(design, mode="r")
    ellipse = np.asarray(np.linalg.solve(triangle, CIRCLE).T)
    ellipse.setflags(write=False)
    return ellipse


def _residuals(result: Result) -> Figure:
    residual_points = np.stack([result.fitted, result.residuals], axis=1)
    sizes = 6 + 24 * result.leverage
    return plane(
        "Residuals of the best line against fitted values",
        Outline("no miss", [[-10, 0], [30, 0]], OTHER_COLOR, dash=1),
        Points("size: leverage", residual_points, POINTS_COLOR, sizes),
        extent=((-3.0, 16.0), (-16.0, 9.0)),
        x="fitted value",
        y="residual",
        square=False,
        height=280,
    )


def sentence(result: Result, x: Array, y: Array, data: str) -> str:
    """Compare the squares of both lines, and say what the best one explains."""
    if data == "collinear":
        reason, slopes = _dependent_columns(x, y)
        pair = " and ".join(number_text(slope) for slope in slopes)
        return (
            f"With 2x beside x the {reason}. Slopes {pair} are one best pair of many."
        )
    intercept = _without_dust(result.fitted_intercept)
    slope = _without_dust(result.fitted_slope)
    share = share_text(_without_dust(result.r2))
    return (
        f"{_squares_text(result)}; the best line is {_line_text(intercept, slope)} "
        f"and explains {share} of the variance."
    )


def _dependent_columns(x: Array, y: Array) -> tuple[str, Array]:
    """Fit x and 2x together: why no pair of slopes is the best, and the shortest one."""
    both = np.stack([x, 2 * x], axis=1)
    shortest = linear_regression(both, y, on_singular="minimum_norm")
    columns = 1 + both.shape[1]  # the intercept has one too
    reason = (
        f"design matrix is singular: rank {shortest.rank} of {columns}; "
        "columns are linearly dependent"
    )
    return reason if shortest.rank < columns else "", shortest.coef


def _squares_text(result: Result) -> str:
    """Compare the squares of the guessed line with the smallest."""
    guess_sse, best_sse = _without_dust(result.guess_sse), _without_dust(result.sse)
    guess, best = number_text(guess_sse), number_text(best_sse)
    if guess == best:
        return f"The squares of your line and of the best one both add up to {best}"
    if guess_sse < 1.05 * best_sse:
        return (
            f"Your line is nearly the best: its squares add up to {guess}, not {best}"
        )
    return (
        f"The squares of your line add up to {guess}, those of the best line to {best}"
    )


def _line_text(intercept: float, slope: float) -> str:
    """Write a line with the sign of its slope between its numbers."""
    sign = "−" if slope < 0 else "+"
    return f"{number_text(intercept)} {sign} {number_text(abs(slope))} x"
