"""Cosine similarity: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import (
    Arrow,
    Axis,
    Bars,
    Figure,
    Handle,
    Points,
    Scene,
    bars,
    draggable,
    heatmap,
    plane,
)
from formulas.checks import Array
from formulas.linear_algebra.dot_product import cosine_matrix
from notation.numbers import number_text, without_dust
from pages.linear_algebra.dot_product.cosine.statement import (
    DOG,
    NAMES,
    STATEMENT,
    Result,
)

QUERY_COLOR, WORD_COLOR, PRODUCT_COLOR = STATEMENT.color_indices(
    "query", "words", "products"
)
REACH = 5.4
NAMED = np.array([1.65, 3.6, 2.95, 4.65])  # how far out names stand, at least
ALL = (*NAMES, "query")


def draw(result: Result, *, query: Array, words: Array) -> Scene:
    """Draw the vectors, what they have in common with the query, and all cosines."""
    by_product, by_cosine = int(result.products.argmax()), int(result.cosines.argmax())
    return Scene(
        _vectors(query, words),
        _products(result),
        _all_pairs(query, words, result.cosines),
        readouts={
            "product with dog": without_dust(result.products[DOG], 10),
            "cosine with dog": without_dust(result.cosines[DOG]),
            "first by product": NAMES[by_product],
            "first by cosine": NAMES[by_cosine],
        },
        status=sentence(result, by_product, by_cosine),
    )


def _vectors(query: Array, words: Array) -> Figure:
    arrows = [Arrow("word", word, WORD_COLOR) for word in words]
    lengths = np.linalg.norm(words, axis=1)
    beyond = words * (np.maximum(lengths + 0.45, NAMED) / lengths)[:, None]
    picture = plane(
        "The query among the words",
        *arrows,
        Arrow("query", query, QUERY_COLOR),
        Points("name", beyond, WORD_COLOR, np.zeros(len(words)), texts=NAMES),
        extent=((-REACH, REACH), (-REACH, REACH)),
    )
    picture["layout"]["showlegend"] = False
    handle = Handle(
        (float(query[0]), float(query[1])),
        "query",
        length="length_a",
        angle="direction",
    )
    return draggable(picture, handle)


def _products(result: Result) -> Figure:
    return bars(
        "Products with the query",
        NAMES,
        Bars("product", result.products, PRODUCT_COLOR),
        y=Axis("product", (-29, 29)),
        height=260,
    )


def _all_pairs(query: Array, words: Array, with_query: Array) -> Figure:
    cosines = cosine_matrix(np.vstack([words, query]))
    cosines[-1, :-1] = cosines[:-1, -1] = with_query
    return heatmap(
        "All cosines: one product of unit rows",
        cosines,
        x=Axis("", labels=ALL),
        y=Axis("", labels=ALL),
        limits=(-1, 1),
        outlined=[(len(words), column) for column in range(len(words))],
        digits=3,
    )


def sentence(result: Result, by_product: int, by_cosine: int) -> str:
    """Say which word comes first, with lengths and without."""
    product = number_text(float(result.products[by_product]), 3)
    cosine = number_text(float(result.cosines[by_cosine]), 3)
    if by_product == by_cosine:
        return (
            f"“{NAMES[by_product]}” comes first by the product, {product}, and by the "
            f"cosine, {cosine}."
        )
    return (
        f"By the product “{NAMES[by_product]}” comes first, with {product}; by the cosine, "
        f"which ignores lengths, “{NAMES[by_cosine]}” does, with {cosine}."
    )
