"""Dot product."""

import numpy as np

from charts import (
    Arrow,
    Axis,
    Curve,
    Histogram,
    Mark,
    Outline,
    curves,
    density,
    histogram,
    plane,
)
from formulas.linear_algebra.dot_product import (
    FORMULA,
    cosine_similarity,
    dot,
    dot_by_angle,
    projection,
    random_dot_std,
    random_dots,
    two_vectors,
)
from formulas.numbers import number_text
from ui import lesson

ANGLES = np.arange(-180.0, 181.0, 3.0)
WIDE, NARROW = np.arange(-60.0, 61.0, 1.5), np.arange(-5.0, 5.1, 0.25)
NOWHERE = np.full(2, np.nan)
OUTCOMES = {
    (True, True): "the product doubles, the cosine stays",
    (True, False): "both double",
    (False, True): "both stay",
}


def spread():
    """Draw random products once for every number of entries."""
    table, sizes = {}, FORMULA.control("dimension").positions
    for k, d in enumerate(sizes):
        raw, scaled = random_dots(d), random_dots(d, scaled=True)
        table[d] = density(raw, WIDE), density(scaled, NARROW), random_dot_std(d)
        yield (k + 1) / len(sizes)
    return table


def draw(length_a, length_b, angle, dimension, record):
    a, b = two_vectors(length_a, length_b, angle)
    product = round(dot(a, b), 12)
    shadow = projection(a, b) if length_b else NOWHERE
    cosine = cosine_similarity(a, b) if length_a and length_b else None
    by_angle = dot_by_angle(length_a, length_b, ANGLES)
    raw, scaled, deviation = record[dimension]
    color = FORMULA.slot
    return lesson.Scene(
        figures=(
            plane(
                "Two arrows, and the shadow of one on the other",
                Arrow("b", b, color("b")),
                Arrow("a", a, color("a")),
                Arrow("shadow of a on b", shadow, color("product"), dash=2),
                Outline("drop", [a, shadow], 8, dash=1),
                extent=5.3,
                height=380,
            ),
            curves(
                "The product against the angle",
                Curve("a · b", ANGLES, by_angle, color("product")),
                Mark(angle, product, number_text(product), color("product")),
                x=Axis("angle θ (degrees)", (-190, 190)),
                y=Axis("a · b", (-27, 29)),
                at=[(-90.0, "right angle"), (90.0, "right angle")],
            ),
            histogram(
                f"Products of random vectors with {dimension} entries",
                Histogram("q · k", WIDE, raw, color("dimension")),
                Histogram("q · k / √d", NARROW, scaled, color("length_a")),
                x=Axis("product", (-50, 50)),
                y=Axis("density", (0, 0.6)),
                at=[(-deviation, "−spread"), (deviation, "+spread")],
            ),
        ),
        readouts={
            "product": product,
            "cosine": "undefined" if cosine is None else round(cosine, 12),
            f"spread of q · k at d = {dimension}": deviation,
        },
        status=sentence(length_a, length_b, angle, product, cosine),
    )


def sentence(length_a, length_b, angle, product, cosine):
    if cosine is None:
        return (
            "A vector of length 0 has no direction: the product is 0, no angle counts."
        )
    if product == 0:
        return "At a right angle the product is 0, whatever the lengths."
    kind = "point the same way" if product > 0 else "point against each other"
    return (
        f"The arrows {kind}: {length_a:.3g} times {length_b:.3g} times "
        f"cos {number_text(angle)}° = {number_text(cosine)} gives {number_text(product)}."
    )


def after_doubling():
    (a, b), (longer, _) = two_vectors(2, 3, 50), two_vectors(4, 3, 50)
    grows = np.isclose(dot(longer, b), 2 * dot(a, b))
    stays = np.isclose(cosine_similarity(longer, b), cosine_similarity(a, b))
    return OUTCOMES[bool(grows), bool(stays)]


lesson.show(
    FORMULA,
    draw,
    record=spread,
    recording="Drawing random vectors",
    presets=(
        lesson.Preset("Orthogonal", "90°: the product is 0", angle=90),
        lesson.Preset("Opposite", "180°: the least there is, −6", angle=180),
        lesson.Preset("High dimension", "512 entries: spread 22.6", dimension=512),
    ),
    prediction=lesson.Prediction(
        "Double the length of a. What happens to the dot product and to the cosine?",
        after_doubling,
        choices=tuple(OUTCOMES.values()),
        show={"length_a": 5.0, "length_b": 2.0},
    ),
    **lesson.words(FORMULA),
)
