"""Scaled dot-product attention: what is shown, computed and proved."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

import numpy as np

from formulas.linear_algebra.softmax import softmax
from formulas.transformer import attention
from formulas.transformer.attention import (
    causal_mask,
    keys_around,
    scaled_dot_product_attention,
)
from notation.quantities import option, quantity, slider, switch
from notation.simulation import for_each
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

WIDTHS = (1, 4, 16, 64, 256, 1024)
COUNTS = tuple(range(2, 17))

QUANTITIES = (
    quantity("query", "Q", "what each token looks for", ("n", "d")),
    quantity("key", "K", "what each token offers to be found by", ("m", "d")),
    quantity("value", "V", "what each token passes on", ("m", "d_v")),
    quantity("scale", "c", "factor of the products: multiplier over the root of d"),
    quantity("mask", "M", "0 where attending is allowed, −∞ where not", ("n", "m")),
    quantity("scores", "S", "scaled products of queries and keys", ("n", "m")),
    quantity("weights", "A", "share of each key; rows sum to 1", ("n", "m")),
    quantity("output", "O", "weighted average of the values", ("n", "d_v")),
    slider(
        "angle",
        r"\varphi",
        "angle from each token's key to its query",
        0,
        low=-180,
        high=180,
        step=5,
        unit="°",
    ),
    slider(
        "multiplier",
        r"\mu",
        "scale, in units of one over the root of d",
        1.0,
        low=0,
        high=4,
        step=0.1,
    ),
    slider(
        "d_k",
        "d_k",
        "width of queries and keys, here of the random ones",
        64,
        choices=WIDTHS,
    ),
    slider("n_keys", "m", "number of tokens", 10, low=2, high=16, step=1),
    switch("causal", r"\text{causal}", "hide later tokens", False),
    option(
        "roles",
        r"\text{roles}",
        "what is passed as query, key and value",
        "Q, K, V",
        choices=("Q, K, V", "X, Y, Z", "K, Q, V", "Q, V, K"),
    ),
)
KEY_LENGTH = 3.0


def inputs(
    angle: float, multiplier: float, n_keys: int, causal: bool, roles: str
) -> dict[str, object]:
    """Build self-attention of tokens on a circle, the queries turned by ``angle``.

    ``roles`` says which matrix is passed as query, as key and as value; X, Y, Z are
    other names of Q, K, V.
    """
    around = keys_around(n_keys)
    turn = math.radians(angle)
    rotation = np.array(
        [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
    )
    allowed = causal_mask(n_keys, n_keys) if causal else np.ones((n_keys, n_keys), bool)
    matrices = (KEY_LENGTH * around @ rotation.T, KEY_LENGTH * around, around)
    named = dict(zip("QKVXYZ", matrices * 2, strict=True))
    query, key, value = (named[letter] for letter in roles.split(", "))
    return {
        "query": query,
        "key": key,
        "value": value,
        "scale": multiplier / math.sqrt(2),
        "mask": np.where(allowed, 0.0, -np.inf),
    }


def saturation():
    return for_each(COUNTS, lambda n: attention.saturation_by_width(WIDTHS, n))


def equations() -> tuple[Equation, ...]:
    from sympy import exp

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    q, k, v, s, w, o, mask = arrays("query key value scores weights output mask")
    c, d, m, i, j, l, e = symbols("scale d m i j l e")
    with unevaluated():
        return (
            Equation(s[i, j], c * sum_over(q[i, l] * k[j, l], l, 1, d)),
            Equation(
                w[i, j],
                exp(s[i, j] + mask[i, j])
                / sum_over(exp(s[i, l] + mask[i, l]), l, 1, m),
            ),
            Equation(o[i, e], sum_over(w[i, j] * v[j, e], j, 1, m)),
        )


def identities() -> tuple[Identity, ...]:
    from sympy import Derivative, exp

    from notation.trees import Identity, symbols

    a, b, x, y = symbols("s_1 s_2 v_1 v_2", positive=True)
    weight = exp(a) / (exp(a) + exp(b))
    output = weight * x + (1 - weight) * y
    return (
        Identity(
            "With two keys: the output moves towards a value in proportion to its weight "
            "and to how far it is. Where one weight is 1, nothing moves: the gradient "
            "has vanished.",
            Derivative(output, a),
            weight * (x - output),
            r"\frac{\partial o}{\partial s_i} = w_i (v_i - o)",
        ),
    )


def answer():
    return softmax([112 / 8, 96 / 8])[0]


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=scaled_dot_product_attention,
    build_equations=equations,
    build_identities=identities,
    answer=answer,
    headline=(
        r"\mathrm{Attention}(<query>, <key>, <value>) = "
        r"\mathrm{softmax}\left(\frac{<query> <key>^\top}{\sqrt{d_k}}\right) <value>"
    ),
    equivalents=(
        "scipy.special.softmax(scale * query @ key.T + mask, axis=-1) @ value",
    ),
    simulate=saturation,
    progress_label="Measuring random attention",
)
