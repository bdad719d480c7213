"""Chain rule of probability: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Mark, Scene, bars, curves, mosaic
from formulas.chain_rules import probability_chain_rule as backend
from formulas.probability.bayes import bayes
from notation.legacy import inputs_of, outputs_of
from notation.numbers import counted, number_text
from pages.chain_rules.probability_chain_rule.statement import STATEMENT

TOKENS, MOST = [f"x{k}" for k in "₁₂₃₄₅₆"], STATEMENT.control("length").high
LENGTHS = np.linspace(1, MOST, 160).round().astype(int)

A, TOKEN, ALL, LOG = STATEMENT.color_indices(
    "p_a", "token_probability", "product", "log_prob"
)


@functools.lru_cache(maxsize=32)
def long_chain(token_probability):
    text, some = backend.even_chain(token_probability, MOST), len(TOKENS)
    beginning = bars(
        "A chain begins: each token leaves a share of what was left",
        TOKENS,
        Bars("given all before it", text.factors[:some], TOKEN, 2),
        Bars("all up to here", text.products[:some], ALL, 2),
        y=Axis("probability", (0, 1.15)),
        height=250,
    )
    return beginning, text.summed[LENGTHS - 1], text.multiplied[LENGTHS - 1]


@functools.lru_cache(maxsize=8)
def two_events(p_b, p_a_given_b, p_a_given_not_b, p_a):
    b, fits = [p_b, 1 - p_b], [p_a_given_b, p_a_given_not_b]
    areas = mosaic(
        "Every area is a joint probability: width times height",
        b,
        [[fit, 1 - fit] for fit in fits],
        columns=("B", "not B"),
        rows=("A", "not A"),
        slots=(A, 8),
        x="width: P(B), then P(not B)",
        y="height: P(A | ·)",
        levels=[(p_a, f"P(A) = {number_text(p_a, 3)}")],
    )
    back = bayes(b, fits).posterior[0] if p_a else "undefined: P(A) is 0"
    return areas, back


def draw(length, token_probability, **events):
    given = inputs_of(
        STATEMENT, length=length, token_probability=token_probability, **events
    )
    result = outputs_of(STATEMENT, given)
    areas, back = two_events(p_a=result["p_a"], **events)
    beginning, summed, multiplied = long_chain(token_probability)
    return Scene(
        areas,
        beginning,
        curves(
            "Log-probability of a longer and longer text",
            Curve("sum of logarithms", LENGTHS, summed, LOG),
            Curve("logarithm of the product", LENGTHS, multiplied, ALL),
            Mark(length, result["log_prob"], "now", LOG),
            x=Axis("number of tokens n", (0, MOST)),
            y=Axis("log P (nats)", (-2500, 120)),
            levels=[(-745.0, "smallest float: the product sticks here or is 0")],
            height=260,
        ),
        readouts={**result, "P(B | A), the other way round": back},
        status=sentence(length, **result),
    )


def sentence(length, joint, product, log_prob, **_):
    both = f"A and B together have probability {number_text(joint, 3)}"
    text = f"{both}; a text of {counted(length, 'token')} has the log-probability"
    said, size = f"{text} {number_text(log_prob, 5)}", number_text(product, 3)
    if product == 0:
        return f"{said}, but the plain product has underflowed to 0."
    if abs(np.log(product) - log_prob) > 0.005:  # its digits are wrong
        return f"{said}, but the plain product, {size}, is wrong: floats end there."
    return f"{said}, a probability of {size}."
