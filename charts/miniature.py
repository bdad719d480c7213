"""A figure as a small still picture: what a card shows of a lesson.

The same dictionaries that Plotly draws, reduced to their marks: no text, no axes, no
script. Colors stay names of the theme.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import numpy as np

from charts.base import MUTED, TEXT, Figure, Trace, color

WIDTH = 240
HEIGHT = 120
MOST_CELLS = 24  # a side; larger matrices are thinned


def miniature(figure: Figure) -> str:
    """Draw the marks of a figure.

    Parameters
    ----------
    figure : dict
        Bars, curves, points, outlines, cells or contours on two axes.

    Returns
    -------
    str
        An SVG file without any text.
    """
    data, layout = figure["data"], figure["layout"]
    sheet = _Sheet(layout, data)
    rows = {t["offsetgroup"]: None for t in data if t["type"] == "bar"}
    bars = list(rows)  # those of one row stand side by side with the others'
    marks: list[str] = []
    for trace in data:
        if trace["type"] == "bar":
            marks += _bars(trace, sheet, bars.index(trace["offsetgroup"]), len(bars))
        elif "z" in trace:
            marks += _cells(trace, sheet)
        else:
            marks += _line(trace, sheet)
    marks += [_shape(shape, sheet) for shape in layout.get("shapes", ())]
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}">'
        f"{''.join(marks)}</svg>"
    )


class _Sheet:
    """From data to the paper."""

    def __init__(self, layout: dict[str, Any], data: list[Trace]) -> None:
        self.x = _Ruler(layout["xaxis"], [_places(t, "x") for t in data], 0, WIDTH)
        self.y = _Ruler(layout["yaxis"], [_places(t, "y") for t in data], HEIGHT, 0)
        if "scaleanchor" in layout["yaxis"]:
            if not any("z" in trace for trace in data):
                self.x.crop()
                self.y.crop()
            scale = min(abs(self.x.scale), abs(self.y.scale))
            self.x.rescale(scale, WIDTH / 2)
            self.y.rescale(scale, HEIGHT / 2)


class _Ruler:
    """One axis: from its data to points on the paper."""

    def __init__(
        self, axis: dict[str, Any], places: list[np.ndarray], start: float, stop: float
    ) -> None:
        self.log = axis.get("type") == "log"
        numbers = np.concatenate([np.ravel(p) for p in places] or [np.zeros(1)])
        numbers = numbers[np.isfinite(numbers)]
        low, high = (numbers.min(), numbers.max()) if numbers.size else (0.0, 1.0)
        if "ticktext" in axis:  # named places: half a step of room at both ends
            low -= 0.5
            high += 0.5
        self.data_range = (low, high)
        self.low, self.high = axis.get("range", self.data_range)
        self.start = start
        self.stop = stop
        self.scale = (stop - start) / ((self.high - self.low) or 1.0)

    def crop(self) -> None:
        """Leave out the part of the range in which nothing is drawn."""
        low, high = self.data_range
        room = 0.12 * (high - low)
        self.low = max(self.low, low - room)
        self.high = min(self.high, high + room)
        self.scale = (self.stop - self.start) / ((self.high - self.low) or 1.0)

    def rescale(self, scale: float, middle: float) -> None:
        """Take a scale in both directions; keep the middle of the range in place."""
        self.scale = float(np.copysign(scale, self.scale))
        self.start = middle - self.scale * (self.high - self.low) / 2

    def at(self, places: Any) -> np.ndarray:
        """Return the points on the paper."""
        data = np.asarray(places, dtype=float)
        if self.log:
            with np.errstate(divide="ignore", invalid="ignore"):
                data = np.log10(data)
        return np.asarray(self.start + self.scale * (data - self.low))


def _places(trace: Trace, axis: str) -> np.ndarray:
    if axis in trace:
        return np.asarray(trace[axis], dtype=float)
    if "z" in trace:
        size = np.shape(trace["z"])[1 if axis == "x" else 0]
        return np.arange(size, dtype=float)
    return np.zeros(0)


def _bars(trace: Trace, sheet: _Sheet, k: int, count: int) -> Iterator[str]:
    color = trace["marker"]["color"]
    fills = [color] * len(trace["x"]) if isinstance(color, str) else color
    width = 0.75 / count
    for x, y, fill in zip(trace["x"], trace["y"], fills, strict=True):
        if not np.isfinite(y):
            continue
        start = x - 0.375 + k * width
        left, right = sheet.x.at([start, start + 0.9 * width])
        top, bottom = sorted(sheet.y.at([y, 0.0]))
        yield _rectangle(left, top, right - left, bottom - top, fill)


def _cells(trace: Trace, sheet: _Sheet) -> Iterator[str]:
    z = np.asarray(trace["z"], dtype=float)
    rows = _thinned(z.shape[0])
    columns = _thinned(z.shape[1])
    x = sheet.x.at(_edges(_places(trace, "x")[columns]))
    y = sheet.y.at(_edges(_places(trace, "y")[rows]))
    low = trace["zmin"]
    extent = (trace["zmax"] - low) or 1.0
    scale = trace["colorscale"]
    share = np.clip((z[np.ix_(rows, columns)] - low) / extent, 0, 1)
    paths: dict[str, str] = {}  # one for each color
    for i, j in np.argwhere(np.isfinite(share)):
        fill = scale[round(share[i, j] * (len(scale) - 1))][1]
        across = x[j + 1] - x[j]
        down = y[i + 1] - y[i]
        cell = f"M{x[j]:.1f} {y[i]:.1f}h{across:.1f}v{down:.1f}h{-across:.1f}z"
        paths[fill] = paths.get(fill, "") + cell
    for fill, path in paths.items():
        yield f'<path d="{path}" fill="{fill}"/>'


def _thinned(count: int) -> np.ndarray:
    """Return which of so many rows or columns are drawn: evenly spread ones."""
    places = np.linspace(0, count - 1, min(count, MOST_CELLS))
    return np.unique(places.round().astype(int))


def _edges(middles: np.ndarray) -> np.ndarray:
    """Return the borders between neighbors, and one beyond each end."""
    steps = np.diff(middles) if middles.size > 1 else np.ones(1)
    first = middles[0] - steps[0] / 2
    last = middles[-1] + steps[-1] / 2
    return np.concatenate([[first], (middles[1:] + middles[:-1]) / 2, [last]])


def _line(trace: Trace, sheet: _Sheet) -> Iterator[str]:
    x = sheet.x.at(trace.get("x", ()))
    y = sheet.y.at(trace.get("y", ()))
    line = trace.get("line", {})
    marker = trace.get("marker", {})
    stroke = line.get("color") or marker.get("color")
    if not isinstance(stroke, str):
        stroke = color(1)
    mode = trace.get("mode", "lines")
    if "lines" in mode and x.size > 1:
        width = min(float(line.get("width", 2)), 2.0)
        dash = "" if line.get("dash", "solid") == "solid" else ' stroke-dasharray="5 3"'
        yield (
            f'<path d="{_path(x, y)}" {_inside(trace, stroke)} stroke="{stroke}" '
            f'stroke-width="{width:g}"{dash}/>'
        )
    if "markers" in mode:
        yield from _circles(x, y, marker, stroke)


def _inside(trace: Trace, stroke: str) -> str:
    """Return how the area of a line is filled: a color of its own covers more."""
    if trace.get("fill", "none") == "none":
        return 'fill="none"'
    fill = trace.get("fillcolor", stroke)
    share = trace.get("opacity", 1.0 if "fillcolor" in trace else 0.25)
    return f'fill="{fill}" fill-opacity="{share}"'


def _circles(
    x: np.ndarray, y: np.ndarray, marker: dict[str, Any], stroke: str
) -> Iterator[str]:
    sizes = np.broadcast_to(marker.get("size", 6), x.shape)
    fill = marker.get("color", stroke)
    if not isinstance(fill, str):
        fill = stroke
    for px, py, size in zip(x, y, sizes, strict=True):
        if np.isfinite(px) and np.isfinite(py) and size > 0:
            radius = min(float(size), 14.0) / 2.5
            yield (
                f'<circle cx="{px:.1f}" cy="{py:.1f}" r="{radius:.1f}" fill="{fill}"/>'
            )


def _path(x: np.ndarray, y: np.ndarray) -> str:
    commands = []
    pen_is_down = False
    for px, py in zip(x, y, strict=True):
        is_point = bool(np.isfinite(px) and np.isfinite(py))
        if is_point:
            command = "L" if pen_is_down else "M"
            commands.append(f"{command}{px:.1f} {py:.1f}")
        pen_is_down = is_point
    return "".join(commands)


def _shape(shape: dict[str, Any], sheet: _Sheet) -> str:
    if not {"x0", "x1", "y0", "y1"} <= shape.keys():
        return ""
    x0, x1 = shape["x0"], shape["x1"]
    y0, y1 = shape["y0"], shape["y1"]
    if shape.get("xref") == "paper":
        x0, x1 = WIDTH * x0, WIDTH * x1
    else:
        x0, x1 = sheet.x.at([x0, x1]).tolist()
    if shape.get("yref") == "paper":  # counted from below
        y0, y1 = HEIGHT * (1 - y0), HEIGHT * (1 - y1)
    else:
        y0, y1 = sheet.y.at([y0, y1]).tolist()
    if not np.isfinite([x0, x1, y0, y1]).all():
        return ""
    if shape["type"] == "line":
        return (
            f'<line x1="{x0:.1f}" y1="{y0:.1f}" x2="{x1:.1f}" y2="{y1:.1f}" '
            f'stroke="{MUTED}" stroke-dasharray="4 3"/>'
        )
    if shape["type"] != "rect":
        return ""
    stroke = shape.get("line", {}).get("color", TEXT)
    box = _box(min(x0, x1), min(y0, y1), abs(x1 - x0), abs(y1 - y0))
    return f'<rect {box} fill="none" stroke="{stroke}" stroke-width="1.5"/>'


def _rectangle(x: float, y: float, width: float, height: float, fill: str) -> str:
    return f'<rect {_box(x, y, width, height)} fill="{fill}"/>'


def _box(x: float, y: float, width: float, height: float) -> str:
    return f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
