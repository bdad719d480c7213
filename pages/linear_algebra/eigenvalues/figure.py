"""Eigenvalues and eigenvectors: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import ArrayLike, NDArray

from charts import (
    Arrow,
    Axis,
    Curve,
    Figure,
    Handle,
    Mark,
    Outline,
    Points,
    Scene,
    curves,
    draggable,
    plane,
    texts_when_wide,
)
from formulas.checks import Array
from formulas.linear_algebra.eigenvalues import (
    PCAResult,
    ZeroVectorError,
    angle_to_line,
    pca,
    power_iteration,
)
from formulas.linear_algebra.matrix_multiplication import matmul
from notation.numbers import number_text
from pages.linear_algebra.eigenvalues.statement import STATEMENT, Result, real_pairs

STEPS = np.array(STATEMENT.control("steps").positions)
START = (1.0, 0.3)  # of the power iteration
LINE = np.array([[-20.0], [20.0], [np.nan]])  # NaN lifts the pen
FAN = np.stack(  # a few of all lines
    [np.cos(np.radians(range(0, 180, 15))), np.sin(np.radians(range(0, 180, 15)))], 1
)
NO_DIRECTION = np.full((1, 2), np.nan)
SAMPLES = 200
LABEL = np.array([0.62, 0.24])  # half of the size of what is written beside a tip
LABEL_GAP = 0.12  # between it and the line that the arrow lies on
RING = 0.45  # around what can be taken by the hand
ASIDE = (0.0, 0.2, 0.4, 0.8, 1.2, 1.6)  # how far it may move along that line, or off it
# Every such move, the shortest first and rather along than off: how far along, how far
# off, and to which side.
MOVES = np.array(
    [
        (along, off, side)
        for _, off, along in sorted((a + b, b, a) for a in ASIDE for b in ASIDE)
        for side in (1, -1)
    ]
)
LABELS_END = np.array([3.6, 4.0])  # beyond, a text would leave the picture
PROBES = np.array(STATEMENT.control("probe").positions, dtype=float)
ROUNDING = 1e-12

MATRIX_COLOR, IMAGE_COLOR, LINE_COLOR, AXIS_COLOR, WALK_COLOR = STATEMENT.color_indices(
    "A", "values", "vectors", "a", "d"
)
PROBE_COLOR, TURNED_COLOR = STATEMENT.color_indices("a", "c")
CIRCLE_COLOR = DATA_COLOR = 8


class _Walk(NamedTuple):
    """A power iteration: its unit vectors, their angles to a line, its estimates."""

    vectors: Array
    angles: Array
    rayleigh: Array


# In the title or on the spot: a longer legend climbs on a small picture.
NAMED_ELSEWHERE = ("unit circle", "its image", "multiples", "A v₂", "columns of A")


def draw(
    result: Result, *, A: Array, correlation: float, steps: int, probe: float
) -> Scene:
    """Draw the lines that are kept, the power iteration, and the axes of a cloud."""
    pairs = real_pairs(result)
    directions = result.vectors[:, pairs].real.T
    images = result.image[:, pairs].real.T
    is_number = _is_number(A)
    matrix, kept = _entries(A), _entries(directions)
    walk = _walk(matrix, kept, is_number)
    values = np.round(result.values, 12)
    x = np.array([math.cos(math.radians(probe)), math.sin(math.radians(probe))])
    image = matmul(A, x)
    lines = FAN if is_number else directions
    if is_number:  # no direction stands out
        pairs, directions, images = [], directions[:0], images[:0]
    multiples = _multiples(values, pairs)
    return Scene(
        _circle(A, lines, images, multiples, walk.vectors[steps], x, image),
        _turns(A, directions, probe),
        _angles(matrix, kept, is_number, steps),
        _cloud(correlation),
        readouts={
            "λ₁": _number_or_text(values[0]),
            "λ₂": _number_or_text(values[1]),
            "λ₁ + λ₂": round(float(values.sum().real), 9),
            "det(A − λI)": _polynomial(A),
            "angle from x to Ax (°)": _turn(x, image),
            "length of Ax": round(math.hypot(*image.tolist()), 12),
            "angle from u to the line of v₁ (°)": (
                "every line is kept"
                if is_number
                else round(float(walk.angles[steps]), 12)
            ),
            "explained variance ratio of axis 1": _components(correlation)[1].ratio[0],
        },
        status=sentence(values, len(lines), A),
    )


def _number_or_text(value: complex) -> float | str:
    """Return a real eigenvalue as a number, and write a complex one out."""
    return float(value.real) if np.isreal(value) else number_text(value)


def _polynomial(A: Array) -> str:
    """Write the characteristic polynomial out, without the terms that are 0."""
    (a, b), (c, d) = A.tolist()
    parts = ["λ²"]
    for number, power in ((-(a + d), "λ"), (a * d - b * c, "")):
        size = round(abs(number), 9)
        if size:
            text = number_text(size) if size != 1 or not power else ""
            parts.append(f"{'−' if number < 0 else '+'} {text}{power}")
    return " ".join(parts)


def _is_number(A: Array) -> bool:
    """Tell whether a matrix multiplies every vector by the same number."""
    return bool(np.abs(A - A[0, 0] * np.eye(2)).max() <= ROUNDING)


def _turn(x: Array, image: Array) -> float | str:
    """Return by how many degrees a vector was turned, counter-clockwise."""
    if np.abs(image).max() <= ROUNDING:  # the zero vector has no direction
        return "undefined"
    cross, dot = x[0] * image[1] - x[1] * image[0], x @ image
    return round(math.degrees(math.atan2(cross, dot)), 9) + 0.0


def _multiples(values: NDArray[Any], pairs: list[int]) -> list[str]:
    """Write the image of each kept direction as a number times the direction."""
    names = [
        f"{number_text(values[k].real, 3)} {'v₁' if k == 0 else 'v₂'}" for k in pairs
    ]
    return [*names, "", ""][:2]


def _circle(
    A: Array,
    directions: Array,
    images: Array,
    multiples: list[str],
    step: Array,
    x: Array,
    image: Array,
) -> Figure:
    circle, ellipse = _outlines(_entries(A))
    kept_lines = [LINE * direction for direction in _filled(directions, len(FAN))]
    first, second = _filled(images)
    picture = plane(
        f"The unit circle and its image, |det A| = {_area(A)}",
        Outline("unit circle", circle, CIRCLE_COLOR, dash=2),
        Outline("its image", ellipse, MATRIX_COLOR, closed=True),
        Outline("eigenvector lines", np.concatenate(kept_lines), LINE_COLOR, dash=1),
        Arrow("A v₁, dotted A v₂", first, IMAGE_COLOR),
        Arrow("A v₂", second, IMAGE_COLOR, dash=2),
        Arrow("x", x, PROBE_COLOR),
        Arrow("Ax", image, TURNED_COLOR, dash=1),
        Points("u: power iteration", step, WALK_COLOR, symbol=1),
        Points(
            "multiples",
            _filled(_beside(images, directions, np.stack([*A.T, x]), image)),
            IMAGE_COLOR,
            (0.0, 0.0),
            multiples,
        ),
        Points("columns of A", A.T, MATRIX_COLOR),
        extent=4.4,
        height=400,
    )
    texts_when_wide(picture, "multiples")
    for trace in picture["data"]:
        trace["showlegend"] = trace["name"] not in NAMED_ELSEWHERE
        if trace["name"] == "multiples":
            trace["textposition"] = "middle center"
    return draggable(
        picture,
        Handle(at=tuple(A[:, 0]), title="Drag column 1", x="a", y="c"),
        Handle(at=tuple(A[:, 1]), title="Drag column 2", x="b", y="d"),
        Handle(at=tuple(x), title="Turn x", angle="probe", line=True),
    )


def _area(A: Array) -> str:
    """Write how many times as large as the circle its image is."""
    return number_text(round(abs(float(np.linalg.det(A))), 9), 3)


def _beside(images: Array, directions: Array, handles: Array, image: Array) -> Array:
    """Return places beside the tips of arrows, clear of what else stands there.

    That are the lines of all arrows, the axes, all tips, the rings around handles and the
    other text. Of the places that are clear the nearest is taken, else the clearest.
    """
    places: list[Array] = []
    for k, tip in enumerate(images):
        around = _places_around(tip, directions[k])
        others = np.array([image, *np.delete(images, k, axis=0)])
        room = np.concatenate(
            [
                _apart(around, handles, LABEL + RING),
                _apart(around, others, LABEL),
                np.abs(around) / LABEL,
                *[_apart(around, place, 2 * LABEL) for place in places],
                *[_off_line(around, line) for line in np.delete(directions, k, axis=0)],
            ],
            axis=1,
        ).min(axis=1)
        is_clear = room >= 1
        best = int(is_clear.argmax()) if is_clear.any() else int(room.argmax())
        places.append(around[[best]])
    return np.concatenate(places) if places else images


def _places_around(tip: Array, direction: Array) -> Array:
    """Return places on both sides of the line of an arrow, the nearest ones first."""
    outward = direction if tip @ direction >= 0 else -direction
    normal = np.array([-outward[1], outward[0]])
    off = np.abs(normal) @ LABEL + LABEL_GAP
    along, beyond, side = MOVES.T[:, :, None]
    found: Array = tip + along * outward + side * (off + beyond) * normal
    inside = (np.abs(found) <= LABELS_END).all(axis=1)
    return found[inside] if inside.any() else found[:2].clip(-LABELS_END, LABELS_END)


def _apart(places: Array, others: Array, size: Array) -> Array:
    """Return how far texts are from points, in sizes: from 1 on they are clear."""
    gaps: Array = (np.abs(places[:, None] - others) / size).max(axis=2)
    return gaps


def _off_line(places: Array, direction: Array) -> Array:
    """Return how far texts are from a line through the origin, as `_apart` does."""
    normal = np.array([-direction[1], direction[0]])
    gaps: Array = np.abs(places @ normal) / (np.abs(normal) @ LABEL + LABEL_GAP)
    return gaps[:, None]


def _turns(A: Array, directions: Array, probe: float) -> Figure:
    """Draw by how much each line through the origin is turned; those kept are at 0."""
    now = _line_turns(A, np.array([probe]))[0]
    places = np.degrees(np.arctan2(directions[:, 1], directions[:, 0]))
    places = 90 - (90 - places) % 180  # of its two ends the one on the axis
    first, second = [*places, math.nan, math.nan][:2]
    return curves(
        "How far A turns the line of x; where 0, it is kept",
        Curve("turn", PROBES, _all_turns(_entries(A)), PROBE_COLOR),
        Mark(first, 0.0, "v₁", LINE_COLOR),
        Mark(second, 0.0, "v₂", LINE_COLOR),
        Mark(probe, now, "x", PROBE_COLOR),
        x=Axis("angle of x (degrees)", (-95, 95), every=45),
        y=Axis("turn (degrees)", (-100, 100), every=45),
    )


def _entries(matrix: Array) -> tuple[float, ...]:
    """Return a matrix of two columns as what a result can be kept by."""
    return tuple(matrix.ravel().tolist())


@functools.lru_cache(maxsize=8)  # while x is turned
def _all_turns(entries: tuple[float, ...]) -> Array:
    turns = _line_turns(np.reshape(entries, (2, 2)), PROBES)
    jumps = np.abs(np.diff(turns)) > 90  # from one end of the axis to the other
    turns[1:][jumps] = np.nan
    turns.setflags(write=False)
    return turns


def _line_turns(A: Array, angles: Array) -> Array:
    """Return the angle from the line of each x to the line of Ax, -90 to 90 degrees.

    At a right angle the sign is that of the turn from x to Ax, although a line has none.
    """
    turns = np.radians(angles)
    x = np.stack([np.cos(turns), np.sin(turns)])
    image = A @ x
    cross, dot = x[0] * image[1] - x[1] * image[0], (x * image).sum(axis=0)
    turned = np.round(np.degrees(np.arctan2(cross, dot)), 9)
    folded: Array = turned - 180 * np.sign(turned) * (np.abs(turned) > 90) + 0.0
    folded[np.abs(image).max(axis=0) <= ROUNDING] = np.nan  # the origin has no line
    return folded


def _filled(vectors: Array, count: int = 2) -> Array:
    """Fill up with NaN, which is not drawn, to so many vectors."""
    return np.vstack([vectors, *[NO_DIRECTION] * count])[:count]


@functools.lru_cache(maxsize=8)  # while x is turned
def _outlines(entries: tuple[float, ...]) -> tuple[Array, Array]:
    return _circle_image(np.reshape(entries, (2, 2)), 91)


def _circle_image(A: ArrayLike, count: int) -> tuple[Array, Array]:
    """Return points of the unit circle, counter-clockwise, and their images."""
    turns = np.linspace(0, 2 * np.pi, count)
    circle = np.stack([np.cos(turns), np.sin(turns)], axis=1)
    return circle, matmul(circle, np.transpose(A))


@functools.lru_cache(maxsize=8)  # while x is turned
def _angles(
    matrix: tuple[float, ...], kept: tuple[float, ...], is_number: bool, steps: int
) -> Figure:
    angles = _walk(matrix, kept, is_number).angles
    goal = "angle to the line of v₁" if kept else "no line is kept, u keeps turning"
    if is_number:
        goal = "every line is kept, also that of u"
    return curves(
        f"Power iteration: {goal}",
        Curve("angle", STEPS, angles, WALK_COLOR, points=True),
        Mark(steps, angles[steps], f"{_angle_text(angles[steps])}°", WALK_COLOR),
        x=Axis("step t", (-0.4, STEPS[-1] + 0.4)),
        y=Axis("angle (degrees)", (1e-9, 1e5), log=True),
    )


def _angle_text(angle: float) -> str:
    return number_text(round(float(angle), 12))


@functools.lru_cache(maxsize=8)  # while x is turned, or steps are made
def _walk(
    matrix: tuple[float, ...], directions: tuple[float, ...], is_number: bool
) -> _Walk:
    kept = np.reshape(() if is_number else directions, (-1, 2))
    return _power_path(np.reshape(matrix, (2, 2)), START, len(STEPS) - 1, kept)


def _power_path(
    A: ArrayLike, start: ArrayLike, n_steps: int, directions: Array
) -> _Walk:
    """Follow a power iteration, also where it leads nowhere.

    All is NaN if it reaches the zero vector; the angles to the first of the directions
    are NaN also where there is none.
    """
    nothing = np.full(n_steps + 1, np.nan)
    try:
        walk = power_iteration(A, start, n_steps)
    except ZeroVectorError:
        return _Walk(
            np.outer(nothing, np.asarray(start, dtype=float)), nothing, nothing
        )
    angles = angle_to_line(walk.vectors, directions[0]) if len(directions) else nothing
    return _Walk(walk.vectors, angles, walk.rayleigh)


@functools.lru_cache(maxsize=8)  # while all but the correlation is moved
def _cloud(correlation: float) -> Figure:
    points, components = _components(correlation)
    first, second = _axes(components)
    first_share, second_share = components.ratio
    return plane(
        "Data: eigenvectors of their covariance, not of A",
        Points("data", points, DATA_COLOR, np.full(len(points), 3.0)),
        Arrow(f"axis 1: {first_share:.1%} of the variance", first, MATRIX_COLOR),
        Arrow(f"axis 2: {second_share:.1%} of the variance", second, AXIS_COLOR),
        extent=((-6.0, 6.0), (-3.2, 3.2)),
    )


@functools.lru_cache(maxsize=256)
def _components(correlation: float) -> tuple[Array, PCAResult]:
    points = _correlated_points(correlation, SAMPLES)
    return points, pca(points)


def _axes(components: PCAResult) -> Array:
    """Return the components, as long as the data's standard deviation along each."""
    lengths: Array = np.sqrt(components.explained_variance)
    return lengths[:, None] * components.components


def _correlated_points(correlation: float, count: int, seed: int = 0) -> Array:
    """Draw points whose sample variances are 1 and whose correlation is exact."""
    raw = np.random.default_rng(seed).standard_normal((count, 2))
    # Orthonormal columns have exact sample moments, which the mix then sets.
    white = np.linalg.svd(raw - raw.mean(axis=0), full_matrices=False)[0]
    mix = np.array([[1.0, 0.0], [correlation, math.sqrt(1 - correlation**2)]])
    points: Array = math.sqrt(count - 1) * white @ mix.T
    return points


def sentence(values: NDArray[Any], kept: int, A: Array) -> str:
    """Say how many lines are kept, and by which numbers the matrix multiplies along them."""
    digits = 4 if abs(values[0] - values[1]) > 1e-3 else 12
    first, second = number_text(values[0], digits), number_text(values[1], digits)
    if not kept:
        return (
            "No real eigenvector, every direction turns: "
            f"the eigenvalues are {first} and {second}."
        )
    is_number = _is_number(A)
    lines = "every line" if is_number else "its line"
    end = ""
    if second == "0":
        end = f"; the eigenvalue 0 shrinks {lines} to the origin"
    if is_number:
        return f"Every vector except 0 is an eigenvector: A multiplies each by {first}{end}."
    if kept == 1:
        return (
            f"Eigenvectors lie on one line only: along it A multiplies by {first}{end}."
        )
    both = f"{first} and {second}"
    return f"Eigenvectors lie on two lines: along them A multiplies by {both}{end}."
