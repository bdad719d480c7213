"""Linear regression: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
from typing import NamedTuple

import numpy as np

from charts import (
    Figure,
    Handle,
    Outline,
    Points,
    Scene,
    Squares,
    Trail,
    draggable,
    fitting,
    landscape,
    largest,
    plane,
    reshaping,
    rounded_span,
    rounded_up,
)
from formulas.checks import Array
from formulas.regression.linear_regression import linear_regression
from notation.numbers import number_text, share_text, without_dust
from pages.regression.linear_regression.statement import (
    OWN,
    STATEMENT,
    Result,
    points_of_leverage,
)

POINTS_COLOR, GUESS_COLOR, BEST_COLOR = STATEMENT.color_indices(
    "y", "slope", "fitted_slope"
)
(SQUARES_COLOR,) = STATEMENT.color_indices("guess_sse")
OTHER_COLOR = 8
MANY = 20  # points whose squares can be told apart; of more the largest are drawn
FEW = 6
HALVES = (2.0, 4.0, 8.0, 18.0)  # of the axis of the residuals
ROUNDING = 10.0  # size of the numbers that cancel in an exact fit
PLACES = np.linspace(0, 1, 11)  # of the band, from the left to the right end
TURNS = np.linspace(0, 2 * np.pi, 23)
CIRCLE = np.stack([np.cos(TURNS), np.sin(TURNS)])
DOT = 7.0  # pixels of a point
Window = tuple[tuple[float, float], tuple[float, float]]


# The plane of the points by its middle and its half widths, in the same units along both
# axes, so that squares are squares. It grows as a whole, and in few steps, so that it rests
# while a line is moved. Points close to the origin have a smaller one.
MIDDLE, HALF = (10.5, 7.5), (12.5, 8.5)
NEAR_MIDDLE, NEAR_HALF = (3.0, 3.25), (7.0, 5.75)
GROWTHS = (1.0, 2.0, 4.0, 6.0, 8.0)
BAND, NEAR = (0.0, 20.0), (0.0, 6.0)  # where the best line is known about
# Where your line is taken to turn it: right of all points.
TURNED_AT, NEAR_TURNED_AT = 21.0, 7.0
UPRIGHT = -6.0, 18.0  # where a reader's points may lie on these axes
# How far they must be spread to be seen there: a part of that of x, and in y.
LEAST_SPREAD, LEAST_RISE = 0.2, 2.0


class Windows(NamedTuple):
    """What the pictures show: the ends of their axes, and rises from ring to ring.

    ``band`` are the ends of the band around the best line, ``turned_at`` is where your
    line is taken to turn it, and ``square`` says that the points have equal scales.
    """

    points: Window
    band: tuple[float, float]
    valley: Window
    rises: tuple[float, ...]
    residuals: Window
    turned_at: float
    square: bool = True


def _grown(middle: tuple[float, float], half: tuple[float, float], by: float) -> Window:
    """Return a window around its middle, as many times as large."""
    (x, y), (wide, high) = middle, half
    return (x - by * wide, x + by * wide), (y - by * high, y + by * high)


WINDOWS = Windows(
    points=_grown(MIDDLE, HALF, 1),
    band=BAND,
    valley=((-5.5, 12.5), (-2.2, 3.2)),
    rises=(4.0, 60.0, 400.0, 2000.0),
    residuals=((-3.0, 16.0), (-16.0, 9.0)),
    turned_at=TURNED_AT,
)


def draw(
    result: Result,
    *,
    x: Array,
    y: Array,
    slope: float,
    intercept: float,
    data: str,
    own: str,
) -> Scene:
    """Draw the points and both lines, the bowl of squares, and what is left over."""
    squares = _residual_squares(result, x, y)
    turned_at = NEAR_TURNED_AT if _is_near(x) else TURNED_AT
    places = np.array([0.0, *x, turned_at])
    heights = np.array([*y, *_heights(places, intercept, slope)])
    windows = _windows_of(result, x, heights, _reach(squares))
    if own and not _fit_in(result, x, y):
        windows = _windows_around(result, x, y)
    data = "" if own else data
    best = _best_line(result)
    best_sse = without_dust(result.sse, ROUNDING)
    return Scene(
        _lines(
            np.stack([x, y], axis=1),
            squares,
            data,
            windows,
            _band(result, x, windows),
            (intercept, slope),
            best,
        ),
        _bowl(result, x, windows, guess=(intercept, slope), best=best),
        _residuals(result, windows),
        readouts={
            "fitted_intercept": best[0],
            "fitted_slope": best[1],
            "stderr": result.stderr if best_sse else 0.0,
            "sse": best_sse,
            "guess_sse": without_dust(result.guess_sse, ROUNDING),
            "r2": result.r2,
        },
        status=sentence(result, x, y, data),
    )


def _best_line(result: Result) -> tuple[float, float]:
    """Return intercept and slope; the one is a difference that may leave dust."""
    slope = without_dust(result.fitted_slope, ROUNDING)
    dust = 1e-12 * abs(result.mean_y)
    above = abs(result.fitted_intercept) > dust
    return without_dust(result.fitted_intercept, ROUNDING) if above else 0.0, slope


def _residual_squares(result: Result, x: Array, y: Array) -> Squares:
    """Return the squares of your line's residuals, or of the largest if they are many.

    They stand away from the mean of x, where they cover less of the best line, but for
    points near the origin, whose picture is narrow.
    """
    residuals, is_near = result.guess_residuals, _is_near(x)
    if len(x) > MANY:
        shown = largest(np.abs(residuals), FEW)
        x, y, residuals = x[shown], y[shown], residuals[shown]
    return Squares(
        "squares",
        np.stack([x, y], axis=1),
        y - residuals,
        SQUARES_COLOR,
        left=(x < result.mean_x) != is_near,
        faint=True,
    )


def _is_near(x: Array) -> bool:
    """Tell whether all points are close to the origin."""
    return bool(x.max() <= NEAR[1])


def _reach(squares: Squares) -> Array:
    """Return the outer end of each square."""
    x, y = np.asarray(squares.at).T
    sides = np.abs(y - squares.level)
    return np.asarray(np.where(squares.left, x - sides, x + sides))


def _fit_in(result: Result, x: Array, y: Array) -> bool:
    """Tell whether a reader's points can be seen on the axes of the page's own."""
    across = NEAR if _is_near(x) else BAND
    is_spread = np.ptp(x) >= LEAST_SPREAD * np.ptp(across) and np.ptp(y) >= LEAST_RISE
    places = (
        (across, x),
        (UPRIGHT, y),
        (WINDOWS.valley[0], [result.fitted_intercept]),
        (WINDOWS.valley[1], [result.fitted_slope]),
        (WINDOWS.residuals[0], result.fitted),
    )
    inside = (low <= min(at) and max(at) <= high for (low, high), at in places)
    return bool(is_spread) and all(inside)


def _windows_of(result: Result, x: Array, heights: Array, reach: Array) -> Windows:
    """Return windows of the page's points, as large as residuals and your line need.

    ``heights`` are those of the points, and of your line at each and where it is taken;
    ``reach`` are the outer ends of the squares.
    """
    rest = fitting(1.15 * float(np.abs(result.residuals).max()), HALVES)
    is_near = _is_near(x)
    middle, half = (NEAR_MIDDLE, NEAR_HALF) if is_near else (MIDDLE, HALF)
    across = np.abs(reach - middle[0]).max() / half[0]
    upright = np.abs(heights - middle[1]).max() / half[1]
    return WINDOWS._replace(
        points=_grown(middle, half, fitting(float(max(across, upright)), GROWTHS)),
        band=NEAR if is_near else BAND,
        residuals=(WINDOWS.residuals[0], (-rest, rest)),
        turned_at=NEAR_TURNED_AT if is_near else TURNED_AT,
    )


def _windows_around(result: Result, x: Array, y: Array) -> Windows:
    """Return windows that hold a reader's points, and your line wherever it is moved."""
    rest = np.abs(result.residuals).max() if without_dust(result.sse, ROUNDING) else 1.0
    half = rounded_up(1.15 * float(rest))
    valley = (
        rounded_span([*WINDOWS.valley[0], result.fitted_intercept]),
        rounded_span([*WINDOWS.valley[1], result.fitted_slope]),
    )
    ellipse = np.abs(_ellipse(tuple(x.tolist()))).max(axis=0)
    widest = float((np.ptp(valley, axis=1) / 2 / ellipse).min())
    return Windows(
        points=(rounded_span(x), rounded_span(y)),
        band=rounded_span(x),
        valley=valley,
        rises=tuple(widest**2 * np.array(WINDOWS.rises) / WINDOWS.rises[-1]),
        residuals=(rounded_span([*y, *result.fitted]), (-half, half)),
        turned_at=rounded_span(x)[1],
        square=False,
    )


def _lines(
    points: Array,
    squares: Squares,
    data: str,
    windows: Windows,
    band: Array,
    guess: tuple[float, float],
    best: tuple[float, float],
) -> Figure:
    across, _ = windows.points
    ends = np.array(across)
    which = f"{FEW} largest " if len(points) > MANY else ""
    picture = plane(
        f"Points, best line, and the {which}squares of your line’s residuals",
        squares,
        Outline("± 2 se", band.T, OTHER_COLOR, dash=2),
        Outline("best line", _line(ends, best), BEST_COLOR),
        Outline("your line", _line(ends, guess), GUESS_COLOR, dash=1),
        *([_before(ends)] if data == "leverage" else []),
        Points("points", points, POINTS_COLOR, DOT, listed=False),
        extent=windows.points,
        x="predictor x",
        y="response y",
        square=windows.square,
        height=300,
    )
    left = max(across[0], 0.0) if across[1] > 0 else across[0]
    first = Handle(
        at=(left, guess[0] + guess[1] * left),
        title="Drag your line",
        y="intercept",
        base=guess[1] * left + 0.0,  # no −0, which a message does not keep
    )
    handles = [first]
    if windows.turned_at > 0:  # left of 0 a rising line would have to be pulled down
        handles.append(_turning(windows.turned_at, *guess))
    if data == "line":  # a slider sets the height of its last point
        last = Handle(tuple(points[-1]), title="Drag the last point", y="outlier")
        handles.append(last)
    return reshaping(draggable(picture, *handles), OWN.name, "points")


def _before(ends: Array) -> Outline:
    """Return the best line before the last point was lowered, and the way of the point."""
    x, y = points_of_leverage(lowered=False)
    fit = linear_regression(x, y)
    last = x[-1]
    before = _line(ends, (fit.intercept, float(fit.coef[0])))
    way = [(np.nan, np.nan), (last, y[-1]), (last, points_of_leverage()[1][-1])]
    return Outline("before", np.concatenate([before, way]), OTHER_COLOR, width=1)


def _turning(place: float, intercept: float, slope: float) -> Handle:
    """Return the handle that turns your line around its intercept."""
    return Handle(
        at=(place, intercept + slope * place),
        title="Turn your line",
        y="slope",
        base=intercept + 0.0,
        per=place,
    )


def _line(ends: Array, line: tuple[float, float]) -> Array:
    return np.stack([ends, _heights(ends, *line)], axis=1)


def _band(result: Result, x: Array, windows: Windows) -> Array:
    """Return two standard errors of the best line above and below it, one after the other."""
    left, right = windows.band
    places = left + (right - left) * PLACES
    away = 2 * result.line_error(x, places)
    line = _heights(places, *_best_line(result))
    gap = [np.nan]
    return np.array([[*places, *gap, *places], [*(line - away), *gap, *(line + away)]])


def _heights(x: Array, intercept: float, slope: float) -> Array:
    """Return the heights of a line."""
    return intercept + slope * x


def _bowl(
    result: Result,
    x: Array,
    windows: Windows,
    *,
    guess: tuple[float, float],
    best: tuple[float, float],
) -> Figure:
    picture = landscape(
        "Squared residuals by intercept and slope",
        list(_rings(x, *result.lowest, windows.rises)),
        Trail("your line", [guess], GUESS_COLOR),
        extent=windows.valley,
        goal=best,
        x="intercept",
        y="slope",
        square=False,
        height=300,
    )
    return draggable(
        picture, Handle(at=guess, title="Drag your line", x="intercept", y="slope")
    )


def _rings(x: Array, intercept: float, slope: float, rises: tuple[float, ...]) -> Array:
    """Return the lines whose squares are larger than the smallest by each rise."""
    ellipse = _ellipse(tuple(x.tolist()))
    rings: Array = [intercept, slope] + np.sqrt(rises)[:, None, None] * ellipse
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


def _residuals(result: Result, windows: Windows) -> Figure:
    residual_points = np.stack([result.fitted, result.residuals], axis=1)
    sizes = 6 + 24 * result.leverage
    left, right = windows.residuals[0]
    return plane(
        "Residuals against fitted values",
        Outline("residual 0", [(left, 0), (right, 0)], OTHER_COLOR, dash=1),
        Points("size: leverage", residual_points, POINTS_COLOR, sizes),
        extent=windows.residuals,
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
            "The pictures show the fit by x alone. "
            f"With 2x beside x the {reason}. Slopes {pair} are one best pair of many."
        )
    intercept, slope = _best_line(result)
    share = share_text(without_dust(result.r2, ROUNDING))
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
    guess_sse, best_sse = (
        without_dust(result.guess_sse, ROUNDING),
        without_dust(result.sse, ROUNDING),
    )
    guess, best = number_text(guess_sse), number_text(best_sse)
    if guess == best:
        return f"Squared residuals add up to {best} for your line and for the best one"
    if guess_sse < 1.05 * best_sse:
        sums = f"its squared residuals add up to {guess}, not {best}"
        return f"Your line is nearly the best: {sums}"
    return f"Squared residuals add up to {guess} for your line, {best} for the best one"


def _line_text(intercept: float, slope: float) -> str:
    """Write a line with the sign of its slope between its numbers."""
    sign = "−" if slope < 0 else "+"
    return f"{number_text(intercept)} {sign} {number_text(abs(slope))} x"
