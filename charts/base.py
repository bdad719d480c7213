"""What all pictures share: axes, colors by number, and the shape of a figure.

A figure is a plain dictionary in Plotly's own form, because a validated ``go.Figure``
costs a thousand times more and a drag needs a hundred of them; the tests validate the
same dictionaries. Colors are names of the theme (``var(--series-1)``), which the screen
replaces, so that one figure serves light and dark.

What stays the same from one position of a slider to the next is built once (`shared`), so
that a sweep neither makes nor compares it again. Nobody changes a part of a figure: who
wants another axis or margin says so to `figure`.
"""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

Figure = dict[str, Any]
Trace = dict[str, Any]
Range = tuple[float, float]

HEIGHT = 300
SIZE = 13  # of type, in pixels
DASHES = ("solid", "dash", "dot", "dashdot", "longdash", "longdashdot")
SYMBOLS = (
    "circle",
    "diamond",
    "square",
    "triangle-up",
    "cross",
    "x",
    "star",
    "hexagon",
)
PATTERNS = ("", "/", "x", ".", "-", "|", "+", "\\")
TEXT = "var(--text)"
MUTED = "var(--muted)"
GRID = "var(--grid)"
GROUND = "var(--ground)"
STEPS = 10
LONG = 1e6  # from here on numbers are written with a power of ten
PRECISE = 4  # digits that tell a number from 1
WIDE = {"wide": True}  # of a trace: a phone's picture has no room for its texts
ROUNDING = 1e-12
ALL = (0, 1)
HIDDEN = {
    "showgrid": False,
    "zeroline": False,
    "showticklabels": False,
    "ticks": "",
    "linecolor": "rgba(0,0,0,0)",
}
SCALE_BAR = {"thickness": 10, "outlinewidth": 0, "len": 1}
SCALE_ROOM = {"r": 56}  # the margin beside a picture that has one

shared = functools.lru_cache(maxsize=1024)


@shared
def color(color_index: int) -> str:
    """Return the theme's color number ``color_index`` (1 to 8; more start over)."""
    return f"var(--series-{(color_index - 1) % 8 + 1})"


@shared
def colorscale(name: str) -> list[list[Any]]:
    """Return the theme's ``sequential`` or ``diverging`` color scale."""
    return [[k / (STEPS - 1), f"var(--{name}-{k + 1})"] for k in range(STEPS)]


class Axis(NamedTuple):
    """One axis: what it shows, in which unit, over which fixed range.

    Parameters
    ----------
    title : str
        Quantity and, in brackets, unit.
    range : (low, high), optional
        In data units, also for a log axis. Fix it whenever a slider moves the data.
    log : bool
        Logarithmic.
    labels : sequence of str, optional
        Names at positions 0, 1, 2, ... instead of numbers.
    ticks : (first, step)
        Which of the labels are written; the table of the data has all.
    reverse : bool
        Count from top to bottom, as matrices do.
    hidden : bool
        Draw nothing of it, for pictures whose places are not numbers.
    ruled : bool
        Draw grid lines and the line at zero.
    every : float, optional
        The distance of ticks.
    powers : bool
        The data are logarithms to base 10: write its ticks as powers of ten. For numbers
        too small for the screen's, which a log axis could not hold.
    """

    title: str = ""
    range: Range | None = None
    log: bool = False
    labels: Sequence[str] | None = None
    ticks: tuple[int, int] = ALL
    reverse: bool = False
    hidden: bool = False
    ruled: bool = True
    every: float | None = None
    powers: bool = False

    def spec(self) -> dict[str, Any]:
        """Return the axis in Plotly's form."""
        spec: dict[str, Any] = {
            "title": {"text": self.title, "font": {"size": SIZE}},
            "gridcolor": GRID,
            "zerolinecolor": MUTED,
            "linecolor": GRID,
            "tickcolor": GRID,
            # Measuring labels anew costs as much as drawing: margins are set instead.
            "automargin": False,
            "fixedrange": False,
            "exponentformat": "power",  # a μ of a millionth would be read as a mean
        }
        if self.log:
            decades = float(np.ptp(np.log10(self.range))) if self.range else 1.0
            every = max(1, math.ceil(decades / 6 - 1e-9))
            spec |= {"type": "log", "dtick": every}
        if self.range is not None:
            ends = np.log10(self.range).tolist() if self.log else list(self.range)
            spec["range"] = ends[::-1] if self.reverse else ends
        elif self.reverse:
            spec["autorange"] = "reversed"
        if self.labels is not None:
            first, step = self.ticks
            spec |= {
                "tickmode": "array",
                "tickvals": list(range(len(self.labels)))[first::step],
                "ticktext": list(self.labels)[first::step],
            }
        if self.labels is not None or not self.ruled:
            spec |= {"zeroline": False, "showgrid": False}
        if self.every is not None:
            spec["dtick"] = self.every
        if self.powers:
            spec |= {"tickprefix": "10<sup>", "ticksuffix": "</sup>"}
        return spec | HIDDEN if self.hidden else spec


def figure(
    traces: Sequence[Trace],
    *,
    title: str,
    x: Axis | None = None,
    y: Axis | None = None,
    height: int = HEIGHT,
    square: bool = False,
    shapes: Sequence[Mapping[str, Any]] = (),
    notes: Sequence[Mapping[str, Any]] = (),
    legend: bool = True,
    margin: Mapping[str, int] | None = None,
    **layout: Any,
) -> Figure:
    """Put traces on axes.

    Parameters
    ----------
    traces : sequence of dict
        Plotly traces.
    title : str
        What the picture shows; stands above it as text.
    x, y : Axis
        The axes.
    height : int
        In pixels.
    square : bool
        Give both axes the same scale.
    shapes, notes : sequence of dict
        Plotly shapes and annotations.
    legend : bool
        Show the legend where there are several named traces.
    margin : dict, optional
        Margins in pixels (``l``, ``r``, ``t``, ``b``), where the usual ones do not fit.
    **layout
        More of Plotly's layout.

    Returns
    -------
    dict
        ``data`` and ``layout``.
    """
    legend_entries = sum("name" in t and t.get("showlegend", True) for t in traces)
    legend = legend and legend_entries > 1
    frame = _frame(x or Axis(), y or Axis(), height, square, legend)
    return {
        "data": list(traces),
        "layout": {
            **frame,
            "meta": {"title": title, **frame["meta"]},
            "margin": frame["margin"] | margin if margin else frame["margin"],
            "shapes": [{"line": _THIN, **shape} for shape in shapes],
            "annotations": [
                {"showarrow": False, "font": _SMALL, **note} for note in notes
            ],
            **layout,
        },
    }


_THIN = {"color": TEXT, "width": 1}
_SMALL = {"color": TEXT, "size": 12}


@shared
def _frame(x: Axis, y: Axis, height: int, square: bool, legend: bool) -> dict[str, Any]:
    x_axis = x.spec()
    y_axis = y.spec()
    if square:
        x_axis |= {"constrain": "domain"}
        y_axis |= {"constrain": "domain", "scaleanchor": "x", "scaleratio": 1}
    return {
        "meta": {
            "x": list(x.labels or ()),
            "y": list(y.labels or ()),
            **({"powers": True} if y.powers else {}),
        },
        "height": height,
        "margin": {
            "l": _left_margin(y),
            "r": 4 if y.hidden else 12,
            "t": 28 if legend else 8,
            "b": _bottom_margin(x),
        },
        "xaxis": x_axis,
        "yaxis": y_axis,
        "showlegend": legend,
        "legend": {
            "orientation": "h",
            "y": 1.02,
            "yanchor": "bottom",
            "x": 0,
            "bgcolor": "rgba(0,0,0,0)",
        },
        "font": {"color": TEXT, "size": SIZE},
        "paper_bgcolor": "rgba(0,0,0,0)",
        "plot_bgcolor": "rgba(0,0,0,0)",
        "hovermode": "closest",
        "uirevision": "stay",
        "barmode": "group",
    }


def _left_margin(axis: Axis) -> int:
    if axis.hidden:
        return 4
    longest = max((len(text) for text in axis.labels or ()), default=5)
    room_for_title = 24 if axis.title else 0
    return 14 + 7 * longest + room_for_title


def _bottom_margin(axis: Axis) -> int:
    if axis.hidden:
        return 4
    return 54 if axis.title else 28


def texts_when_wide(picture: Figure, *names: str) -> Figure:
    """Leave the texts of some traces away where the picture is as small as on a phone."""
    for trace in picture["data"]:
        if trace.get("name") in names:
            trace["meta"] = {**(trace.get("meta") or {}), **WIDE}
    return picture


def rows_when_wide(picture: Figure) -> Figure:
    """Leave the names of many rows away where the picture is as small as on a phone."""
    layout = picture["layout"]
    return {**picture, "layout": {**layout, "meta": {**layout["meta"], "lines": True}}}


def named_or(picture: Figure, row: int) -> Figure:
    """Name every row where the picture is tall enough for that, else this one alone."""
    layout = picture["layout"]
    return {**picture, "layout": {**layout, "meta": {**layout["meta"], "named": row}}}


def with_terms(
    picture: Figure, top: float = 1.0, **places: float | Sequence[float]
) -> Figure:
    """Say at which x a picture shows each term of a result's sum.

    There a term is marked while somebody steps through the sum.

    Parameters
    ----------
    picture : dict
        A figure whose terms stand side by side, a unit of x wide.
    top : float
        Up to which fraction of its height.
    **places : float or sequence of float
        By the name of the result: the place of its first term, if the others follow it in
        their order, or the places of all.

    Returns
    -------
    dict
        The figure with these places.
    """
    layout = picture["layout"]
    meta = {**layout["meta"], "terms": places, "termsTop": top}
    return {**picture, "layout": {**layout, "meta": meta}}


def tall(picture: Figure) -> Figure:
    """Have the others stand beside the picture on a phone, which leaves it more height."""
    layout = picture["layout"]
    return {**picture, "layout": {**layout, "meta": {**layout["meta"], "tall": True}}}


def label(value: float, digits: int) -> str:
    """Write a number for a label: a true minus sign, no exponent where none is needed.

    Examples
    --------
    >>> [label(x, 3) for x in (-0.12345, 2335.4, 1234567.0, 0.00001234)]
    ['−0.123', '2335', '1.23e6', '1.23e-5']

    What is not quite 1 is not called 1:

    >>> label(0.9996, 2), label(0.999996, 2), label(-0.999996, 2), label(1.0, 2)
    ('0.9996', '≈1', '≈−1', '1')
    """
    text = f"{value + 0.0:.{digits}g}"  # no sign before 0
    if text in ("1", "-1") and 1 - abs(value) > ROUNDING:
        finer = f"{value:.{PRECISE}g}"
        text = finer if finer != text else f"≈{text}"
    if "e+" in text and abs(value) < LONG:
        text = f"{value:.0f}"
    mantissa, _, power = text.partition("e")
    mantissa = mantissa.replace("-", "−")
    return f"{mantissa}e{int(power)}" if power else mantissa


def rounded(value: float, decimals: int) -> float:
    """Round a number; what lies halfway goes away from 0, as people do it.

    Examples
    --------
    >>> rounded(0.125, 2), rounded(-0.25, 1), rounded(0.675, 2)
    (0.13, -0.3, 0.68)
    """
    steps = 10.0**decimals
    size = math.floor(abs(value) * steps + 0.5 + ROUNDING) / steps
    return math.copysign(size, value) + 0.0  # no sign before 0


def values(data: ArrayLike) -> np.ndarray:
    """Return an array of floats: what the screen knows how to swap during a drag."""
    return np.asarray(data, dtype=float)


def span(data: ArrayLike, *, pad: float = 0.05) -> Range:
    """Return the range of the finite data with a little room on both sides."""
    array = values(data)
    array = array[np.isfinite(array)]
    if not array.size:
        return (0.0, 1.0)
    low = float(array.min())
    high = float(array.max())
    room = pad * (high - low) or 0.5
    return (low - room, high + room)


def rounded_up(need: float) -> float:
    """Return the first of ..., 1, 2, 5, 10, 20, ... that is at least ``need``; 1 for 0.

    Examples
    --------
    >>> [rounded_up(need) for need in (0.03, 1.0, 1.1, 240.0)]
    [0.05, 1.0, 2.0, 500.0]
    """
    if need <= 0:
        return 1.0
    power = math.floor(math.log10(need))
    steps = (float(f"{digit}e{power}") for digit in (1, 2, 5, 10))
    return next(step for step in steps if step >= need * (1 - ROUNDING))


def rounded_span(data: ArrayLike, *, pad: float = 0.05) -> Range:
    """Return the range of a reader's data, with its ends on a round step.

    Examples
    --------
    >>> rounded_span([0.3, 7.9]), rounded_span([-212.0, 95.0])
    ((-1.0, 9.0), (-250.0, 150.0))
    """
    low, high = span(data, pad=pad)
    step = rounded_up((high - low) / 10)
    ends = math.floor(low / step + ROUNDING), math.ceil(high / step - ROUNDING)
    return ends[0] * step + 0.0, ends[1] * step + 0.0


def largest(values: ArrayLike, most: int) -> NDArray[np.int_]:
    """Return the places of the largest values in their order; of equals the first.

    Examples
    --------
    >>> largest([3.0, 9.0, 1.0, 9.0, 3.0], 3)
    array([0, 1, 3])
    """
    places = np.argsort(-np.asarray(values, float), kind="stable")
    return np.sort(places[:most])


def thinned(count: int, most: int) -> tuple[int, int]:
    """Return which of many names are written: the first and every so many after it.

    Examples
    --------
    >>> thinned(5, 12), thinned(50, 12)
    ((0, 1), (0, 5))
    """
    return 0, max(1, math.ceil(count / most))


def fitting(need: float, sizes: Sequence[float]) -> float:
    """Return the first of the sizes that is at least ``need``, or the last.

    For the ends of axes: with few to choose from, they rest while a slider moves.
    """
    return float(next((size for size in sizes if size >= need), sizes[-1]))
