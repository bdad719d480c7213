"""Dot product: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Arrow, Axis, Curve, Mark, Outline, Scene, curves, plane
from charts.histogram import Histogram, histogram
from formulas.linear_algebra import dot_product as backend
from formulas.linear_algebra.dot_product import cosine_similarity, dot
from notation.numbers import number_text
from pages.linear_algebra.dot_product.statement import NARROW, STATEMENT, WIDE

ANGLES = np.arange(-180.0, 181.0, 3.0)
A, B, PRODUCT, ENTRIES = STATEMENT.color_indices("a", "b", "product", "dimension")


def draw(length_a, length_b, angle, dimension, record):
    a, b = backend.two_vectors(length_a, length_b, angle)
    shadow = backend.projection(a, b) if length_b else (np.nan, np.nan)
    cosine = round(cosine_similarity(a, b), 12) if length_a and length_b else None
    product = dot(a, b) if cosine else 0.0  # without the rounding at a right angle
    by_angle = backend.dot_by_angle(length_a, length_b, ANGLES)
    raw, scaled, deviation = record[dimension]
    return Scene(
        plane(
            "Two arrows, and the shadow of one on the other",
            Arrow("b", b, B),
            Arrow("a", a, A),
            Arrow("shadow of a on b", shadow, PRODUCT, dash=2),
            Outline("drop", [a, shadow], 8, dash=1),
            extent=5.3,
            height=380,
        ),
        curves(
            "The product against the angle",
            Curve("a · b", ANGLES, by_angle, PRODUCT),
            Mark(angle, product, number_text(product), PRODUCT),
            x=Axis("angle θ (degrees)", (-190, 190)),
            y=Axis("a · b", (-27, 29)),
            at=[(-90.0, "right angle"), (90.0, "right angle")],
        ),
        histogram(
            f"Products of random vectors with d = {dimension}",
            Histogram("q · k", WIDE, raw, ENTRIES),
            Histogram("q · k / √d", NARROW, scaled, STATEMENT.color_index("length_a")),
            x=Axis("product", (-50, 50)),
            y=Axis("density", (0, 0.85)),
            at=[(-deviation, "−spread"), (deviation, "+spread")],
        ),
        readouts={
            "product": product,
            "cosine": "undefined" if cosine is None else cosine,
            f"spread of q · k at d = {dimension}": deviation,
        },
        status=sentence(length_a, length_b, angle, product, cosine),
    )


def sentence(length_a, length_b, angle, product, cosine):
    if cosine is None:
        return "A vector of length 0 has no direction; the product is 0 at every angle."
    if cosine == 0:
        return "At a right angle the product is 0, whatever the lengths."
    ways = {1.0: "In the same direction", -1.0: "In opposite directions"}
    way = ways.get(cosine, ("More", "Less")[cosine > 0] + " than a right angle apart")
    times = " times ".join(map(number_text, (length_a, length_b, cosine)))
    end = f"the cosine of {number_text(angle, 7)}°, gives {number_text(product)}"
    return f"{way}: {times}, {end}."
