"""Mean squared error: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Handle,
    Mark,
    Outline,
    Points,
    Scene,
    Squares,
    bars,
    curves,
    draggable,
    fitting,
    largest,
    plane,
    reshaping,
    rounded_span,
    rounded_up,
    thinned,
    with_terms,
)
from formulas.checks import Array
from formulas.optimization.mean_squared_error import constant_predictor_curve
from notation.numbers import number_text, share_text
from notation.symbols import LOWERED
from pages.optimization.mean_squared_error.statement import (
    OWN,
    STATEMENT,
    Result,
    best_constants,
)

CONSTANTS = np.linspace(0, 100, 101)
EDGE = 0.06  # of an axis, for half of a mark
BESIDE = 0.1  # of the width of the picture, from a point to its label
SPACING, GAP = 25.0, 4.0  # at least, from point to point and between squares
ENDS = (206.0, 260.0, 320.0, 420.0, 530.0)  # of the axis below the squares
FEW, MANY = 6, 12  # bars with numbers, and squares, that have room
NAMED = 5  # names below the squares that have room
REACHES = (
    10.0,
    20.0,
    50.0,
    100.0,
)  # of the axis of the constants, few so that it rests
PERCENTS = (1.15, 2.3, 5.75, 11.5, 23.0, 57.5, 115.0)  # ends of an axis for many bars

CONSTANT_COLOR, DATA_COLOR = STATEMENT.color_indices("prediction", "y_true")
LOSS_COLOR = {
    "MSE": STATEMENT.color_index("mse"),
    "MAE": STATEMENT.color_index("mae"),
}


class View(NamedTuple):
    """What the pictures show of the examples.

    Attributes
    ----------
    names : tuple of str
        One for each example.
    places : (n,) ndarray
        Where they stand, from left to right.
    across, up : (float, float)
        Ends of the axes.
    constants : (m,) ndarray
        Where the losses are known.
    """

    names: tuple[str, ...]
    places: Array
    across: tuple[float, float]
    up: tuple[float, float]
    constants: Array


VIEW = View(
    names=tuple(f"y{k}" for k in "₁₂₃₄₅"),
    places=np.arange(0.0, 5 * SPACING, SPACING),
    across=(-10.0, ENDS[0]),
    up=(-12.0, 126.0),
    constants=CONSTANTS,
)


def draw(
    result: Result,
    *,
    y_true: Array,
    y_pred: Array,
    prediction: float,
    loss: str,
    own: str,
) -> Scene:
    """Draw the errors, the loss of every constant, and what each example causes."""
    targets = tuple(y_true.tolist())
    mean, median = _best_constants(targets)
    view = _view_of(targets) if own else VIEW
    squared, absolute = _curves(targets, own=bool(own))
    shares = {name: _loss_shares(y_true, y_pred, name) for name in LOSS_COLOR}
    worst = int(shares[loss].argmax()) if own else len(y_true) - 1
    fractions = {
        f"largest fraction of the {name}"
        if own
        else f"fraction of the {name} from y₅": (
            float(share.max() if own else share[-1])
        )
        for name, share in shares.items()
    }
    beside = view
    if view is VIEW and loss == "MSE" and result.squared:
        beside = _apart(y_true, prediction)
    errors = _errors(
        y_true, prediction, loss, shares[loss], worst, beside, own=bool(own)
    )
    reach = fitting(1.02 * max(prediction, *targets), REACHES)
    if loss == "MSE":
        valley = _valley(
            "MSE", squared, prediction, result.mse, ("mean", mean), view, reach
        )
    else:
        valley = _valley(
            "MAE", absolute, prediction, result.mae, ("median", median), view, reach
        )
    if not result.squared:
        errors = _errors(
            y_true, prediction, "", shares[loss], worst, view, own=bool(own)
        )
        valley = _slant(prediction, result.mse, mean, view)
    return Scene(
        errors,
        valley,
        _shares(shares, view.names),
        readouts={
            "mse": result.mse,
            "rmse": result.rmse,
            "mae": result.mae,
            "mean of the data": mean,
            "median of the data": median,
            **fractions,
        },
        status=sentence(
            result,
            prediction,
            loss,
            f"{share_text(shares[loss][worst])} of it from {view.names[worst]}",
            _best_text(y_true, mean, median, loss),
        ),
    )


def _apart(y_true: Array, prediction: float) -> View:
    """Return the view with the examples so far apart that no square lies on another.

    Squares above the prediction and those below it cannot meet.
    """
    places: list[float] = []
    ends = {True: 0.0, False: 0.0}
    for value in y_true.tolist():
        first = places[-1] + SPACING if places else 0.0
        is_above, width = value > prediction, abs(value - prediction)
        places.append(max(first, ends[is_above]))
        ends[is_above] = places[-1] + width + GAP
    end = fitting(max(*ends.values(), 1.27 * places[-1]), ENDS)  # room for a label
    return VIEW._replace(
        places=np.array(places, dtype=float), across=(VIEW.across[0], end)
    )


@functools.lru_cache(maxsize=8)
def _view_of(targets: tuple[float, ...]) -> View:
    """Return what holds a reader's values, and every constant that can be chosen.

    While a point is dragged about, the axes rest.
    """
    count = len(targets)
    if count == len(VIEW.names) and min(targets) >= 0 and max(targets) <= CONSTANTS[-1]:
        return VIEW
    up = rounded_span([*targets, CONSTANTS[0], CONSTANTS[-1]], pad=0.08)
    height = up[1] - up[0]
    places: Array = 0.75 * height / count * np.arange(count, dtype=float)
    places.setflags(write=False)
    return View(
        names=tuple(f"y{k}".translate(LOWERED) for k in range(1, count + 1)),
        places=places,
        across=(-0.2 * height, 1.75 * height),
        up=up,
        constants=np.linspace(*up, 201),
    )


@functools.lru_cache(maxsize=8)  # while the prediction is moved
def _best_constants(targets: tuple[float, ...]) -> tuple[float, float]:
    return best_constants(targets)


@functools.lru_cache(maxsize=8)
def _curves(targets: tuple[float, ...], *, own: bool) -> tuple[Array, Array]:
    view = _view_of(targets) if own else VIEW
    return constant_predictor_curve(targets, view.constants)


def _loss_shares(y_true: ArrayLike, y_pred: ArrayLike, loss: str) -> Array:
    """Return how much of the total loss each entry causes; zeros if there is none."""
    errors = np.abs(np.subtract(y_pred, y_true))
    terms = errors**2 if loss == "MSE" else errors
    shares: Array = terms / (terms.sum() or 1.0)
    return shares


def _errors(
    y_true: Array,
    prediction: float,
    loss: str,
    shares: Array,
    worst: int,
    view: View,
    *,
    own: bool,
) -> Figure:
    names, flat, count = view.names, loss != "MSE", len(y_true)
    points = np.stack([view.places, y_true], axis=1)
    left, right = view.across
    inset = 0.005 * (right - left)
    level = [(left / 2, prediction), (right - inset, prediction)]
    text = f"{names[worst]}: {share_text(shares[worst])}"
    if count > MANY or not loss:
        text = ""
    title = "Errors of the prediction, and the fraction of the loss from y₅"
    if own:
        title = "Errors of the prediction, and the largest fraction of the loss"
    if not loss:
        title = "Errors of the prediction, with their signs"
    corners, sizes = points, None
    if count > MANY:
        title, sizes = "Errors of the prediction", np.full(count, 6.0)
    if count > MANY and not flat:  # more squares would hide each other
        title += f", the {MANY} largest of {count} as squares"
        shown = largest(shares, MANY)
        corners = np.full_like(points, np.nan)
        corners[shown] = points[shown]
    picture = plane(
        title,
        Squares("errors", corners, prediction, LOSS_COLOR[loss or "MSE"], flat=flat),
        Outline("prediction c", level, CONSTANT_COLOR, dash=1),
        Points("data", points, DATA_COLOR, sizes),
        extent=(view.across, view.up),
        x="example",
        y="value",
    )
    layout = picture["layout"]
    layout["xaxis"] = layout["xaxis"] | _named_places(view)
    side = 0.0 if flat else abs(y_true[worst] - prediction)
    # Beside what is dragged, and above the middle of a large square.
    middle = view.places[worst] + max(side / 2, BESIDE * (right - left))
    top = max(float(y_true[worst]), prediction)
    picture["layout"]["annotations"] = [_label(text, float(middle), top)]
    end = right - inset, prediction
    handles = [Handle(at=end, title="Drag the prediction", y="prediction")]
    if not own:
        last = Handle(at=tuple(points[-1]), title="Drag y₅", y="outlier")
        handles.append(last)
    picture = draggable(picture, *handles)
    return reshaping(picture, OWN.name, "data", along="y") if count <= MANY else picture


def _label(text: str, middle: float, bottom: float) -> dict[str, Any]:
    """Write a text above a place of the picture."""
    return {
        "text": text,
        "x": middle,
        "y": bottom,
        "yanchor": "bottom",
        "showarrow": False,
        "font": {"size": 14},
    }


def _named_places(view: View) -> dict[str, Any]:
    """Name the examples below the picture; where they stand is no number."""
    first, step = thinned(len(view.names), NAMED)
    return {
        "tickmode": "array",
        "tickvals": view.places[first::step].tolist(),
        "ticktext": list(view.names[first::step]),
        "showgrid": False,
        "zeroline": False,
    }


def _valley(
    loss: str,
    losses: Array,
    prediction: float,
    now: float,
    best: tuple[str, float],
    view: View,
    reach: float,
) -> Figure:
    """Draw the loss of every constant, as far as the data and the prediction reach."""
    color, (center, place) = LOSS_COLOR[loss], best
    low, high = view.constants[[0, -1]].tolist()
    if view is VIEW:
        high = reach
    highest = rounded_up(float(losses[view.constants <= high].max()))
    return curves(
        f"{loss} of every constant",
        Curve(loss, view.constants, losses, color),
        Mark(prediction, now, "", color),
        x=_constants(low, high),
        y=Axis(loss, (-EDGE * highest, (1 + EDGE) * highest)),
        at=[(place, center)],
        height=240,
    )


def _constants(low: float, high: float) -> Axis:
    """Return the axis of all constants, with room for a whole mark at its ends."""
    room = EDGE * (high - low)
    return Axis("constant c", (low - room, high + room))


def _slant(prediction: float, now: float, mean: float, view: View) -> Figure:
    """Draw the mean error of every constant, whose signs are kept."""
    low, high = view.constants[[0, -1]].tolist()
    reach = 100.0 if view is VIEW else rounded_up(np.abs(view.constants - mean).max())
    return curves(
        "Mean error of every constant",
        Curve("mean error", view.constants, view.constants - mean, LOSS_COLOR["MSE"]),
        Mark(prediction, now, "", LOSS_COLOR["MSE"]),
        x=_constants(low, high),
        y=Axis("mean error", (-reach, reach)),
        at=[(mean, "mean")],
        height=240,
    )


def _shares(shares: dict[str, Array], names: tuple[str, ...]) -> Figure:
    count = len(names)
    few = count <= MANY
    percent = {
        loss: np.round(100 * share) if few else 100 * share
        for loss, share in shares.items()
    }
    highest = max(share.max() for share in percent.values())
    digits = 3 if count <= FEW else 0
    picture = bars(
        "Percent of MSE (solid), MAE (hatched)",
        names,
        Bars("of the squared loss", percent["MSE"], LOSS_COLOR["MSE"], digits),
        Bars("of the absolute loss", percent["MAE"], LOSS_COLOR["MAE"], digits),
        y=Axis("percent", (0, 115 if few else fitting(highest, PERCENTS))),
        height=240,
        ticks=thinned(count, MANY),
    )
    return with_terms(picture, mse=0, mae=0)


def sentence(
    result: Result,
    prediction: float,
    loss: str,
    cause: str,
    best: str,
) -> str:
    """Say what the constant costs, how much of it one example causes, and which is best."""
    error, cost = ("squared", result.mse) if loss == "MSE" else ("absolute", result.mae)
    return (
        f"Predicting {number_text(prediction)} gives a mean {error} error of "
        f"{number_text(cost)}, {cause}; {best}."
    )


def _best_text(y_true: Array, mean: float, median: float, loss: str) -> str:
    """Say which constant has the smallest loss, or between which two every one has."""
    if loss == "MSE":
        return f"the best constant is the mean, {number_text(mean)}"
    half = len(y_true) // 2
    low, high = np.sort(y_true)[[-half - 1, half]].tolist()
    if low < high:
        ends = f"from {number_text(low)} to {number_text(high)}"
        return f"the best constants are all {ends}, with the median in the middle"
    return f"the best constant is the median, {number_text(median)}"
