"""Scaled dot-product attention: what is shown, computed and proved."""

from __future__ import annotations

import math
from collections.abc import Generator
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from formulas.checks import Array
from formulas.transformer.attention import (
    AttentionResult,
    attention_saturation,
    causal_mask,
    scaled_dot_product_attention,
)
from notation.quantities import option, quantity, slider, switch
from notation.simulation import for_each
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

WIDTHS = (1, 4, 16, 64, 256, 1024)
ROLES = ("Q, K, V", "X, Y, Z", "K, Q, V", "Q, V, K")
LETTERS = {
    "Q": "<query>",
    "K": "<key>",
    "V": "<value>",
    "X": "<query:X>",
    "Y": "<key:Y>",
    "Z": "<value:Z>",
}
KEY_LENGTH = 3.0
DUST = 1e-13  # of the sum of the terms’ sizes
EXACT = 15  # digits; what a right angle leaves behind them is no number worth showing
SENTENCE = (
    *("the", "cat", "sat", "on", "the", "mat", "and", "the"),
    *("dog", "lay", "on", "the", "bed", "by", "the", "door"),
)
# Made for this page: the direction of a word's key and value, and that of its query, in
# degrees. A determiner looks for a noun, an animal for what it did, a thing for its
# preposition, a verb for who did it, and a preposition for its thing.
FOUND = {
    "the": 180.0,
    "cat": 70.0,
    "dog": 50.0,
    "mat": 110.0,
    "bed": 130.0,
    "door": 150.0,
    "sat": 0.0,
    "lay": 340.0,
    "on": 270.0,
    "by": 250.0,
    "and": 215.0,
}
SOUGHT = {
    "the": 90.0,
    "cat": 0.0,
    "dog": 340.0,
    "mat": 270.0,
    "bed": 270.0,
    "door": 250.0,
    "sat": 66.0,
    "lay": 50.0,
    "on": 115.0,
    "by": 150.0,
    "and": 90.0,
}
WORDS = tuple(FOUND)

# What the first small picture shows.
STEPS, SCORES, MATRICES, RANDOM_VECTORS = (
    "step by step",
    "scores",
    "Q, K, V",
    "random vectors",
)

QUANTITIES = (
    quantity("query", "Q", "what each token looks for", ("n", "d")),
    quantity("key", "K", "what each token offers to be found by", ("m", "d")),
    quantity("value", "V", "what each token passes on", ("m", "d_v")),
    quantity(
        "scale",
        "c",
        "factor of the products: μ over the root of d, the width of a query",
    ),
    quantity("mask", "M", "0 where attending is allowed, −∞ where not", ("n", "m")),
    quantity("scores", "S", "scores: scaled products of queries and keys", ("n", "m")),
    quantity("weights", "A", "attention weight of each key; rows sum to 1", ("n", "m")),
    quantity("output", "O", "weighted average of the values", ("n", "d_v")),
    option(
        "tokens",
        r"\text{tokens}",
        "words with vectors made by hand, or tokens evenly on a circle",
        "sentence",
        choices=("sentence", "circle"),
    ),
    slider(
        "angle",
        r"\varphi",
        "angle by which every row of Q is turned",
        0,
        low=-180,
        high=180,
        step=5,
        unit="°",
    ),
    slider(
        "multiplier",
        r"\mu",
        "sharpness: 0 all keys alike, higher favors the best",
        1.0,
        low=0,
        high=4,
        step=0.1,
    ),
    slider(
        "d_k",
        "D",
        "width of other queries and keys, drawn at random; those of the words have 2 numbers",
        64,
        choices=WIDTHS,
        rare=True,
    ),
    slider(
        "n_keys",
        "m",
        "number of tokens, the rows of Q, K and V",
        6,
        low=2,
        high=16,
        step=1,
    ),
    switch("causal", r"\text{causal}", "causal mask: hide later tokens", False),
    option(
        "roles",
        r"\text{roles}",
        "what is passed as query, key and value",
        "Q, K, V",
        choices=ROLES,
        rare=True,
    ),
    slider("token", "i", "token to look at", 3, low=1, high=16, step=1, rare=True),
    option(
        "third",
        r"\text{shown}",
        "what the first small picture shows",
        STEPS,
        choices=(STEPS, SCORES, MATRICES, RANDOM_VECTORS),
        rare=True,
        idle=tuple((shown, ("d_k",)) for shown in (STEPS, SCORES, MATRICES)),
    ),
)

Result = AttentionResult


@dataclass(frozen=True)
class Saturation:
    """The mean largest weight of random queries and keys, one number a width."""

    raw: Array
    scaled: Array


def simulate() -> Generator[float, None, dict[int, Saturation]]:
    """Measure random attention at each number of tokens that the slider has."""
    counts = [int(count) for count in STATEMENT.control("n_keys").positions]
    return for_each(counts, _saturation)


def _saturation(n_keys: int) -> Saturation:
    """Measure the largest weights at every width."""
    spreads = [attention_saturation(width, n_keys) for width in WIDTHS]
    return Saturation(
        raw=np.array([spread["raw"]["max_weight"] for spread in spreads]),
        scaled=np.array([spread["scaled"]["max_weight"] for spread in spreads]),
    )


def inputs(
    tokens: str,
    angle: float,
    multiplier: float,
    n_keys: int,
    causal: bool,
    roles: str,
    token: int,
    history: dict[int, Saturation],
) -> dict[str, Any]:
    """Build self-attention, the queries turned by ``angle``.

    ``roles`` says which matrix is passed as query, as key and as value; X, Y, Z are
    other names of Q, K, V.
    """
    embeddings, w_query, w_key, w_value = projections(tokens, n_keys, angle)
    query, key = embeddings @ w_query, embeddings @ w_key
    value = embeddings @ w_value
    matrices = {"Q": query, "K": key, "V": value, "X": query, "Y": key, "Z": value}
    first, second, third = roles.split(", ")
    allowed = causal_mask(n_keys, n_keys) if causal else np.ones((n_keys, n_keys), bool)
    return {
        "query": matrices[first],
        "key": matrices[second],
        "value": matrices[third],
        "scale": multiplier / math.sqrt(2),
        "mask": np.where(allowed, 0.0, -np.inf),
        "saturation": history[n_keys],
        "row": framed_row(token, n_keys),
        "divided": True,
    }


def projections(
    tokens: str, n_keys: int, angle: float
) -> tuple[Array, Array, Array, Array]:
    """Return the tokens' embeddings and the matrices of queries, keys and values.

    A word's embedding is 1 at its own place and 0 elsewhere, so a matrix has a row for
    each word; their directions are those of the tables. On a circle the embedding is the
    token's place, and a token looks for itself.
    """
    turned = KEY_LENGTH * _rotation(math.radians(angle)).T
    if tokens == "circle":
        plane = np.eye(2)
        return _on_a_circle(n_keys), turned, KEY_LENGTH * plane, plane
    places = [WORDS.index(word) for word in SENTENCE[:n_keys]]
    found = _directions([FOUND[word] for word in WORDS])
    sought = _directions([SOUGHT[word] for word in WORDS])
    return np.eye(len(WORDS))[places], sought @ turned, KEY_LENGTH * found, found


def framed_row(token: int, n_keys: int) -> int:
    """Return the row of the token that is looked at, or the last, counted from 0."""
    return min(token, n_keys) - 1


def _on_a_circle(count: int) -> Array:
    """Spread unit vectors evenly, counter-clockwise, the first at angle 0."""
    return _directions(360 * np.arange(count) / count)


def _directions(degrees: ArrayLike) -> Array:
    """Return unit vectors in these directions."""
    angles = np.deg2rad(degrees)
    return np.stack([np.cos(angles), np.sin(angles)], axis=1).round(EXACT)


def _rotation(angle: float) -> Array:
    cos, sin = round(math.cos(angle), EXACT), round(math.sin(angle), EXACT)
    return np.array([[cos, -sin], [sin, cos]])


def compute(
    query: Array, key: Array, value: Array, scale: float, mask: Array
) -> Result:
    """Attend from each query to all keys."""
    attended = scaled_dot_product_attention(query, key, value, scale=scale, mask=mask)
    output = clean_averages(attended.output, attended.weights, value)
    return replace(attended, output=output)


def clean_averages(output: Array, weights: Array, value: Array) -> Array:
    """Return averages of values with a 0 where the terms cancel up to rounding."""
    terms = weights @ np.abs(value)
    cleaned: Array = np.where(np.abs(output) > DUST * terms, output, 0.0)
    return cleaned


def equations() -> tuple[Equation, ...]:
    """Write one entry of the scores, of the weights and of the output."""
    from sympy import exp

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    q, keys, v, s, w, o, mask = arrays("query key value scores weights output mask")
    c, d, m, i, j, k, r, e = symbols("scale d m i j k r e")
    with unevaluated():
        return (
            Equation(s[i, j], c * sum_over(q[i, r] * keys[j, r], r, 1, d)),
            Equation(
                w[i, j],
                exp(s[i, j] + mask[i, j])
                / sum_over(exp(s[i, k] + mask[i, k]), k, 1, m),
            ),
            Equation(o[i, e], sum_over(w[i, j] * v[j, e], j, 1, m)),
        )


def identities() -> tuple[Identity, ...]:
    """Write how the output answers to a score."""
    from sympy import Derivative, exp

    from notation.trees import Identity, symbols

    s = symbols("s_1:4", positive=True)
    v = symbols("v_1:4", positive=True)
    total = sum(exp(score) for score in s)
    weights = [exp(score) / total for score in s]
    output = sum(w * x for w, x in zip(weights, v, strict=True))
    return (
        Identity(
            "As a score grows, the output moves toward its value in proportion to its "
            "weight and to how far it is. Where one weight is 1, nothing moves: the "
            "gradient has vanished.",
            Derivative(output, s[0]),
            weights[0] * (v[0] - output),
            r"\frac{\partial o}{\partial s_i} = w_i (v_i - o)",
        ),
    )


def headline_at(roles: str, multiplier: float, causal: bool) -> str:
    """Write the formula with what is passed, the factor unless it is 1, and the mask."""
    usual = (roles, multiplier, causal) == ("Q, K, V", 1, False)
    return "" if usual else attention(roles, multiplier, causal=causal)


def attention(
    roles: str,
    multiplier: float,
    root: str = r"\sqrt{d_k}",
    *,
    causal: bool = False,
) -> str:
    """Write the formula with the letters, or in the order, in which they are passed.

    X, Y and Z have the colors of the roles that they take.
    """
    query, key, value = (LETTERS[letter] for letter in roles.split(", "))
    factor = "" if multiplier == 1 else r"<multiplier>\, "
    masked = " + <mask>" if causal else ""
    return (
        rf"\mathrm{{Attention}}({query}, {key}, {value}) = \mathrm{{softmax}}\left("
        rf"\frac{{{factor}{query} {key}^\top}}{{{root}}}{masked}\right) {value}"
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=attention("Q, K, V", 1),
    headline_at=headline_at,
    line_entry=lambda token, n_keys: (framed_row(token, n_keys), 0),
    simulate=simulate,
    progress_label="Measuring random attention",
)
