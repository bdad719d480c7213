"""Chain rule of probability."""

import functools

import numpy as np

from charts import Axis, Bars, Curve, Mark, bars, curves, mosaic
from formulas.chain_rules.probability_chain_rule import (
    FORMULA,
    chain_rule,
    cumulative_products,
)
from formulas.numbers import number_text
from formulas.probability.bayes import bayes
from ui import lesson

MOST = int(FORMULA.control("length").high)
LENGTHS = np.linspace(1, MOST, 160).round().astype(int)
TOKENS = [f"x{k}" for k in "₁₂₃₄₅₆"]
JOINT, B, A, TOKEN, PRODUCT, LOG = (
    FORMULA.slot(k)
    for k in ("joint", "p_b", "p_a", "token_probability", "product", "log_prob")
)


@functools.lru_cache(maxsize=32)
def long_chain(token_probability):
    factors = np.full(MOST, token_probability)
    products = cumulative_products(factors)
    plain = np.log(products, out=np.full(MOST, np.nan), where=products > 0)
    beginning = bars(
        "A chain begins: each token leaves a share of what was left",
        TOKENS,
        Bars("given all before it", factors[: len(TOKENS)], TOKEN, 2),
        Bars("all up to here", products[: len(TOKENS)], PRODUCT, 2),
        y=Axis("probability", (0, 1.15)),
        height=250,
    )
    exact = chain_rule(factors).cumulative_log
    return beginning, (
        Curve("sum of logarithms", LENGTHS, exact[LENGTHS - 1], LOG),
        Curve("logarithm of the product", LENGTHS, plain[LENGTHS - 1], PRODUCT),
    )


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
        levels=[(p_a, f"P(A) = {p_a:.3f}")],
    )
    back = f"{bayes(b, fits).posterior[0]:.4f}" if p_a else "undefined: P(A) is 0"
    return areas, back


def draw(p_b, p_a_given_b, p_a_given_not_b, length, token_probability):
    given = FORMULA.inputs(
        p_b=p_b,
        p_a_given_b=p_a_given_b,
        p_a_given_not_b=p_a_given_not_b,
        length=length,
        token_probability=token_probability,
    )
    result = FORMULA.outputs(given)
    p_a, log_prob = result["p_a"], result["log_prob"]
    areas, back = two_events(p_b, p_a_given_b, p_a_given_not_b, p_a)
    beginning, logarithms = long_chain(token_probability)
    return lesson.Scene(
        figures=(
            areas,
            beginning,
            curves(
                "Log-probability of a longer and longer text",
                *logarithms,
                Mark(length, log_prob, "now", LOG),
                x=Axis("number of tokens n", (0, MOST)),
                y=Axis("log P (nats)", (-2500, 120)),
                levels=[(-745.0, "smallest float: the product turns into 0")],
                height=260,
            ),
        ),
        readouts={**result, "P(B | A), the other way round": back},
        status=sentence(result, length),
    )


def sentence(result, length):
    pair = f"A and B together have probability {result['joint']:.3g}"
    logarithm = number_text(result["log_prob"], 5)
    text = f"a text of {length} tokens has the log-probability {logarithm}"
    if result["product"] == 0:
        return f"{pair}; {text}, but the plain product has underflowed to 0."
    return f"{pair}; {text}, a probability of {result['product']:.3g}."


def better_draw():
    back = chain_rule([4 / 52, 4 / 52]).product
    out = chain_rule([4 / 52, 3 / 51]).product
    return "with the first put back" if back > out else "without"


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset(
            "Independent",
            "Both columns are cut at the same height",
            p_a_given_b=0.4,
            p_a_given_not_b=0.4,
        ),
        lesson.Preset(
            "Two aces",
            "B: the first card is an ace; A: the second is. Both: 1/221",
            p_b=4 / 52,
            p_a_given_b=3 / 51,
            p_a_given_not_b=4 / 51,
        ),
        lesson.Preset("Underflow", "Product 0, logarithm −762.46", length=1100),
    ),
    prediction=lesson.Prediction(
        "Draw two cards from 52. When are two aces more likely: with or without putting "
        "the first card back?",
        better_draw,
        choices=("with the first put back", "without", "equally likely"),
    ),
    **lesson.words(FORMULA),
)
