"""Dot product: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import (
    Arrow,
    Axis,
    Bars,
    Curve,
    Figure,
    Handle,
    Histogram,
    Mark,
    Outline,
    Points,
    Scene,
    bars,
    curves,
    density,
    draggable,
    fitting,
    histogram,
    plane,
    texts_when_wide,
)
from formulas.checks import Array
from formulas.linear_algebra.dot_product import cosine_similarity, projection
from notation.numbers import number_text
from pages.linear_algebra.dot_product.statement import (
    STATEMENT,
    WORDS,
    RandomProducts,
    Result,
)

ANGLES = np.arange(-180.0, 181.0, 3.0)
EDGES = np.arange(-5.0, 5.1, 0.25)  # in standard deviations
HEIGHTS = (1.0, 2.0, 4.0, 8.0, 16.0, 26.0)  # few, so that the axis rests

A_COLOR, B_COLOR, PRODUCT_COLOR = STATEMENT.color_indices("a", "b", "product")
PLAIN_COLOR, SCALED_COLOR = STATEMENT.color_indices("dimension", "length_a")
(ANGLE_COLOR,) = STATEMENT.color_indices("angle")
DROP_COLOR = 8
ARC = 0.8  # of the shorter arrow, but of 1 at most: the radius of the arc between them
ARC_POINTS = 19
BEYOND = (1.5, 0.5, 2.0)  # radii of the arc: where θ may stand
# Where the name of an arrow may: ahead of its tip, and beside it, outside of its ring.
ASIDE = ((0.15, 0.7), (0.75, 0.0), (-0.5, 0.6), (0.15, -0.7))
WORDS_REACH = 20.0  # of the axis of w · a: a length of 5 gives 21
LAID, TURNED = ("projection", "perpendicular"), ("a turned onto b", "turned by θ")
NOWHERE = np.array([np.nan, np.nan])

WORD_LENGTHS, WORD_ANGLES = np.array(list(WORDS.values())).T
WORD_VECTORS = WORD_LENGTHS[:, None] * np.stack(
    [np.cos(np.radians(WORD_ANGLES)), np.sin(np.radians(WORD_ANGLES))], axis=1
)
# Where the words are written, and how near the middle of another text may come.
ABOVE, BELOW = np.array([0.0, 0.4]), np.array([0.0, -0.4])
# Directions, in degrees, in which an arrow crosses “cat” above its point, or below it.
CROSSED_ABOVE, CROSSED_BELOW = (10, 54), (-32, 12)
WORD_WIDTH, NAME_WIDTH, LINE = 1.35, 0.7, 1.25
WORD_SIZES = np.full(len(WORDS), 5.0)


def draw(
    result: Result,
    *,
    a: Array,
    b: Array,
    length_a: float,
    length_b: float,
    angle: float,
    direction_b: float,
    dimension: int,
    random_products: RandomProducts,
) -> Scene:
    """Draw the two vectors, their product at every angle, and others."""
    cosine = _cosine(a, b)
    return Scene(
        _arrows(a, b, result, angle, direction_b),
        _words(length_a, direction_b + angle),
        _against_angle(result, length_a, length_b, angle),
        _random(random_products, dimension),
        readouts={
            "product": result.product,
            "cosine": "undefined" if cosine is None else cosine,
            "standard deviation of 20,000 q · k": random_products.spread,
        },
        status=sentence(result, length_a, length_b, angle, cosine, a, b),
    )


def _cosine(a: Array, b: Array) -> float | None:
    """Return the cosine of the angle between two vectors, if both have a direction."""
    if not (a.any() and b.any()):
        return None
    return round(cosine_similarity(a, b), 12)


def _arrows(
    a: Array, b: Array, result: Result, angle: float, direction_b: float
) -> Figure:
    along = NOWHERE
    if b.any():
        # Where direction does not count, a lies on b with its whole length.
        turned = math.hypot(*a) * (b / math.hypot(*b))
        along = projection(a, b) if result.directed else turned
    shadow = along if result.product else NOWHERE
    names = LAID if result.directed else TURNED
    arc = _arc(a, b, angle, direction_b)
    above = _is_cat_free_above(a, b, shadow)
    word_texts = WORD_VECTORS + ABOVE
    if not above:
        word_texts[0] = WORD_VECTORS[0] + BELOW
    picture = plane(
        "Vectors a and b, and the projection of a on b",
        Outline(names[0], np.stack([np.zeros(2), shadow]), PRODUCT_COLOR, width=9),
        Arrow("b", _with_length(b), B_COLOR),
        Arrow("a", _with_length(a), A_COLOR),
        Outline(names[1], [a, along], DROP_COLOR, dash=1),
        Outline("angle θ", arc, ANGLE_COLOR),
        Points(
            "names",
            _places_of_names(a, b, arc, angle, word_texts),
            DROP_COLOR,
            0.0,
            texts=("a", "b", "θ"),
            sides=("middle center",) * 3,
            listed=False,
        ),
        Points(
            "words",
            WORD_VECTORS,
            DROP_COLOR,
            WORD_SIZES,
            texts=tuple(WORDS),
            sides=(
                "top center" if above else "bottom center",
                *("top center",) * (len(WORDS) - 1),
            ),
            listed=False,
        ),
        extent=5.6,
        height=380,
    )
    return draggable(
        texts_when_wide(picture, "names"),
        Handle(at=tuple(b), title="Drag b", length="length_b", angle="direction_b"),
        Handle(
            at=tuple(a),
            title="Drag a",
            length="length_a",
            angle="angle",
            base=direction_b,
        ),
    )


def _arc(a: Array, b: Array, angle: float, direction_b: float) -> Array:
    """Return the way from the direction of b to that of a, if both have one."""
    if not (a.any() and b.any()):
        return NOWHERE[None]
    radius = ARC * min(1.0, math.hypot(*a), math.hypot(*b))
    turned = np.radians(direction_b + np.linspace(0, angle, ARC_POINTS))
    return radius * np.stack([np.cos(turned), np.sin(turned)], axis=1)


def _is_cat_free_above(*lines: Array) -> bool:
    """Tell whether “cat”, near the origin, is written above its point or else below.

    Below it stands only where a line from the origin crosses it above and none does below.
    """
    ends = [end for end in lines if np.isfinite(end).all() and end.any()]
    directions = [math.degrees(math.atan2(y, x)) for x, y in ends]

    def is_crossed(low: float, high: float) -> bool:
        return any(low < direction < high for direction in directions)

    return not is_crossed(*CROSSED_ABOVE) or is_crossed(*CROSSED_BELOW)


def _places_of_names(
    a: Array, b: Array, arc: Array, angle: float, word_texts: Array
) -> Array:
    """Return where a, b and θ are written: where no word stands, or nowhere."""
    places: list[Array] = []
    for candidates in (
        _beside(a, angle),
        _beside(b, -angle),
        arc[len(arc) // 2] * np.array(BEYOND)[:, None],
    ):
        taken = [*word_texts, *(place for place in places if np.isfinite(place[0]))]
        apart = np.abs(candidates[:, None] - np.array(taken))
        reach = np.full(len(taken), NAME_WIDTH)
        reach[: len(word_texts)] = WORD_WIDTH
        free = ~((apart[..., 0] < reach) & (apart[..., 1] < LINE)).any(axis=1)
        places.append(candidates[free.argmax()] if free.any() else NOWHERE)
    return np.array(places)


def _beside(arrow: Array, angle: float) -> Array:
    """Return where an arrow's name may stand: away from the other arrow, or ahead."""
    if not arrow.any():
        return NOWHERE[None]
    ahead = arrow / math.hypot(*arrow)
    aside = np.array([-ahead[1], ahead[0]]) * math.copysign(1.0, angle)
    return np.asarray(arrow + np.array(ASIDE) @ np.stack([ahead, aside]))


def _with_length(arrow: Array) -> Array:
    """Return an arrow, or nothing in place of one of length 0, which would have a head."""
    return arrow if arrow.any() else NOWHERE


def _words(length_a: float, direction_a: float) -> Figure:
    cosines = _dot_by_angle(1.0, 1.0, direction_a - WORD_ANGLES)
    told = [number_text(cosine, 2) if length_a else "–" for cosine in cosines]
    return bars(
        "w · a for four words w, with each cosine",
        tuple(f"{word} {cosine}" for word, cosine in zip(WORDS, told, strict=True)),
        Bars("w · a", length_a * WORD_LENGTHS * cosines, PRODUCT_COLOR, 2),
        y=Axis("w · a", (-1.15 * WORDS_REACH, 1.15 * WORDS_REACH), every=WORDS_REACH),
        height=260,
    )


def _against_angle(
    result: Result, length_a: float, length_b: float, angle: float
) -> Figure:
    product = result.product
    by_angle = np.full(len(ANGLES), product)
    if result.directed:
        by_angle = _dot_by_angle(length_a, length_b, ANGLES)
    reach = fitting(length_a * length_b, HEIGHTS)
    return curves(
        "The product against the angle",
        Curve("a · b", ANGLES, by_angle, PRODUCT_COLOR),
        Mark(angle, product, number_text(product), PRODUCT_COLOR),
        x=Axis("angle θ (degrees)", (-190, 190), every=90),
        y=Axis("a · b", (-1.08 * reach, 1.16 * reach), every=reach),
        at=[(-90.0, "right angle"), (90.0, "right angle")],
    )


def _dot_by_angle(length_a: float, length_b: float, angles: Array) -> Array:
    """Return the product of two vectors for many angles, in degrees, between them."""
    cosines = np.cos(np.radians(angles))
    # At right angles π is rounded: the cosine would be 6e-17 instead of 0.
    exact: Array = np.where(np.abs(cosines) < 1e-15, 0.0, cosines)
    return length_a * length_b * exact


def _random(products: RandomProducts, dimension: int) -> Figure:
    width = math.sqrt(dimension)
    plain, scaled = _densities(products, width)
    spread = products.spread
    return histogram(
        f"Random vectors, d = {dimension}: "
        + ("q · k wide, q · k / √d narrow" if width > 1 else "q · k"),
        Histogram("q · k", width * EDGES, plain, PLAIN_COLOR),
        Histogram("q · k / √d", EDGES, scaled, SCALED_COLOR),
        x=Axis("product", (-50, 50)),
        y=Axis("density / its peak", (0, 1.15), every=0.5),
        at=[(-spread, ""), (spread, "± 1 SD")],
    )


@functools.lru_cache(maxsize=32)
def _densities(products: RandomProducts, width: float) -> tuple[Array, Array]:
    """Sort both into bins of a quarter of what the standard deviation should be.

    Each is divided by its own peak, because the wide one is as low as it is wide: on the
    scale of the narrow one it would lie on the axis.
    """
    plain = density(products.plain, width * EDGES)
    scaled = density(products.scaled, EDGES)
    return plain / plain.max(), scaled / scaled.max()


def sentence(
    result: Result,
    length_a: float,
    length_b: float,
    angle: float,
    cosine: float | None,
    a: Array,
    b: Array,
) -> str:
    """Say how far the vectors are apart, and what both forms of the product give."""
    if cosine is None:
        return "A vector of length 0 has no direction; the product is 0 at every angle."
    if cosine == 0:
        return "At a right angle the product is 0, whatever the lengths."
    factors = " times ".join(number_text(x) for x in (length_a, length_b, cosine))
    product = number_text(result.product)
    cause = f"the cosine of {number_text(angle, 7)}°"
    pairs = zip(a, b, strict=True)
    # No line ends inside the sum: its spaces do not break.
    terms = "\N{NO-BREAK SPACE}+\N{NO-BREAK SPACE}".join(
        f"{_in_brackets(x)}\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}{_in_brackets(y)}"
        for x, y in pairs
    )
    lengths = f"{_direction(cosine)}: {factors}, {cause}, gives {product}"
    return f"{lengths}; so do the entries: {terms}."


def _in_brackets(factor: float) -> str:
    text = number_text(factor)
    return text if factor >= 0 else f"({text})"


def _direction(cosine: float) -> str:
    if cosine == 1:
        return "In the same direction"
    if cosine == -1:
        return "In opposite directions"
    comparison = "Less" if cosine > 0 else "More"
    return f"{comparison} than a right angle apart"
