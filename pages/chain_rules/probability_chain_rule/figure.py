"""Chain rule of probability: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass

import numpy as np

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Mark,
    Scene,
    bars,
    curves,
    fitting,
    mosaic,
)
from formulas.chain_rules.probability_chain_rule import chain_rule
from formulas.checks import Array
from notation.numbers import counted, number_text
from notation.symbols import LOWERED
from pages.chain_rules.probability_chain_rule.statement import (
    STATEMENT,
    Result,
    chances,
    words,
)

MOST = int(STATEMENT.control("length").high)
REACHES = (20, 200, MOST)  # tokens that the picture of logarithms has room for
PER_TOKEN = 3.15  # its height for each of them: the rarest token has log 0.05 = −3
# Tokens that the first picture has room for, with their numbers and without.
FEW, MANY = 6, 12
TOKENS = tuple(f"x{k}".translate(LOWERED) for k in range(1, MANY + 1))
DEPTHS = {
    4.4: 1,
    8.8: 2,
    17.0: 4,
}  # of the first picture in powers of 10, and its ticks
RAISED = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
SECOND_LINE = 15  # pixels below the axis
A_COLOR, B_COLOR = STATEMENT.color_indices("p_a_given_b", "p_b")
TOKEN_COLOR = STATEMENT.color_index("conditionals")
PRODUCT_COLOR, LOG_COLOR = STATEMENT.color_indices("product", "log_prob")
OTHER_COLOR = 8


def draw(
    result: Result,
    *,
    p_b: float,
    length: int,
    token_probability: float,
    text: str,
    fourth: str,
) -> Scene:
    """Draw a text that gets longer and longer, or two events as areas."""
    if text == "two events":
        return _two_events(result, p_b)
    return Scene(
        _beginning(text, token_probability, fourth, length),
        _logarithms(text, token_probability, fourth, length, result.log_prob),
        readouts={
            "product": result.product,
            "log_prob": result.log_prob,
            "perplexity": result.perplexity,
        },
        status=sentence(result, length, text, token_probability, fourth),
    )


def _two_events(result: Result, p_b: float) -> Scene:
    """Draw the four joint probabilities, cut by B first and by A first."""
    back = result.joint / result.p_a if result.p_a else "undefined: P(A) is 0"
    return Scene(
        _areas(p_b, result.heights, result.p_a),
        _other_way_round(p_b, result),
        readouts={
            "joint": result.joint,
            "p_a": result.p_a,
            "P(B | A), the other way round": back,
        },
        status=sentence_of_events(result, p_b),
    )


@functools.lru_cache(maxsize=8)
def _areas(p_b: float, heights: tuple[float, float], p_a: float) -> Figure:
    return mosaic(
        "Every area is a joint probability",
        [p_b, 1 - p_b],
        [[height, 1 - height] for height in heights],
        columns=("B", "¬B"),
        rows=("A", "¬A"),
        color_indices=(A_COLOR, OTHER_COLOR),
        x="width: P(B), then P(¬B)",
        y="height: P(A | B), P(A | ¬B)",
        levels=[(p_a, "P(A)")],
    )


def _other_way_round(p_b: float, result: Result) -> Figure:
    """Draw the same areas with the columns A and ¬A; one without width has no height."""
    widths = (result.p_a, 1 - result.p_a)
    both = (result.joint, p_b - result.joint)
    heights = [
        part / whole if whole > 0 else 0.0
        for part, whole in zip(both, widths, strict=True)
    ]
    heights = [min(max(height, 0.0), 1.0) for height in heights]  # rounding
    return mosaic(
        "The same areas the other way round",
        widths,
        [[height, 1 - height] for height in heights],
        columns=("A", "¬A"),
        rows=("B", "¬B"),
        color_indices=(B_COLOR, OTHER_COLOR),
        x="width: P(A), then P(¬A)",
        y="height: P(B | ·)",
        levels=[(p_b, "P(B)")],
    )


@dataclass(frozen=True)
class _Text:
    """A text after 1, 2, ..., all of its tokens.

    The logarithm is once a sum of logarithms, once that of the product: NaN where the
    product is 0 and nothing is left to take the logarithm of.
    """

    factors: Array
    products: Array
    summed: Array
    multiplied: Array


@functools.lru_cache(maxsize=32)
def _even_text(token_probability: float) -> _Text:
    return _chained(np.full(MOST, token_probability))


@functools.cache
def _sentence_again(fourth: str) -> _Text:
    return _chained(np.resize(chances(fourth), MOST))


def _chosen(text: str, token_probability: float, fourth: str) -> _Text:
    if text == "sentence":
        return _sentence_again(fourth)
    return _even_text(token_probability)


def _chained(factors: Array) -> _Text:
    products = np.asarray(np.cumprod(factors), dtype=np.float64)
    gone = np.full_like(products, np.nan)
    return _Text(
        factors=factors,
        products=products,
        summed=chain_rule(factors).cumulative_log,
        multiplied=np.log(products, out=gone, where=products > 0),
    )


@functools.lru_cache(maxsize=32)
def _beginning(text: str, token_probability: float, fourth: str, length: int) -> Figure:
    """Draw the first tokens of a text, and what their probabilities multiply to.

    Bars hang from 1 and are as long as minus the logarithm, so that the bar of a product
    is as long as those of its factors together.
    """
    chain = _chosen(text, token_probability, fourth)
    shown, room = min(length, MANY), FEW if length <= FEW else MANY
    names = (2 * words(fourth) if text == "sentence" else TOKENS)[:shown]
    factors, products = chain.factors[:shown], chain.products[:shown]
    numbered = room == FEW
    depth = fitting(0.4 - math.log10(products[-1]), tuple(DEPTHS))
    written = [_short(number_text(product, 2)) for product in products.tolist()]
    figure = bars(
        f"{_told(length)}: probability of each, and their product",
        [f"{w}<br>{p}" for w, p in zip(names, written, strict=True)]
        if numbered
        else names,
        Bars("token, given those before it", np.log10(factors), TOKEN_COLOR, 0),
        Bars(
            "product so far" + " (below)" * numbered,
            np.log10(products),
            PRODUCT_COLOR,
            0,
        ),
        y=Axis("probability", (-depth, 0.0), every=DEPTHS[depth], powers=True),
    )
    layout = figure["layout"]
    margin = layout["margin"] | {"b": layout["margin"]["b"] + SECOND_LINE}
    places = layout["xaxis"] | {"range": [-0.5, room - 0.5], "tickangle": 0}
    tokens, product = figure["data"]
    if numbered:
        told = [number_text(factor, 2) for factor in factors.tolist()]
        tokens = {**tokens, "text": told}
    return {
        **figure,
        "data": [tokens, product],
        "layout": {**layout, "margin": margin, "xaxis": places},
    }


def _short(number: str) -> str:
    """Write a power of ten as people do, in little room."""
    mantissa, _, power = number.partition("e")
    return f"{mantissa}·10{power.translate(RAISED)}" if power else number


def _told(length: int) -> str:
    """Say how many tokens there are, and how many of them are drawn."""
    start = f"First {MANY} of " if length > MANY else ""
    return start + counted(length, "token")


def _logarithms(
    text: str, token_probability: float, fourth: str, length: int, log_prob: float
) -> Figure:
    reach = int(fitting(length, REACHES))
    lengths, summed, multiplied = _drawn_logarithms(
        text, token_probability, fourth, reach
    )
    lowest = -PER_TOKEN * reach
    return curves(
        "Log-probability, in two ways",
        Curve("sum of logarithms", lengths, summed, LOG_COLOR),
        Curve("logarithm of the product", lengths, multiplied, PRODUCT_COLOR),
        Mark(length, log_prob, "", LOG_COLOR),
        x=Axis("number of tokens n", (0, 1.02 * reach)),
        y=Axis("log P (nats)", (lowest, -0.04 * lowest)),
        levels=[(-745.0, "smallest float")],
        height=260,
    )


@functools.lru_cache(maxsize=32)
def _drawn_logarithms(
    text: str, token_probability: float, fourth: str, reach: int
) -> tuple[Array, Array, Array]:
    chain = _chosen(text, token_probability, fourth)
    lengths = np.unique(np.linspace(1, reach, 160).round().astype(int))
    return lengths, chain.summed[lengths - 1], chain.multiplied[lengths - 1]


def sentence_of_events(result: Result, p_b: float) -> str:
    """Say how probable both events are together and why, and what is undefined."""
    if p_b == 0:
        return (
            "B never happens, so A and B together do not either: P(A | B) is undefined."
        )
    joint = number_text(result.joint, 3)
    with_b = number_text(100 * float(result.heights[0]), 3)
    if p_b == 1:
        return (
            f"B always happens, so A and B happen together with probability {joint}, that of "
            "A; P(A | ¬B) is undefined."
        )
    return (
        f"B has the probability {number_text(p_b, 3)}, and in {with_b}% of these cases A "
        f"happens too: A and B happen together with probability {joint}, the area of A with B "
        "in both pictures."
    )


def sentence(
    result: Result, length: int, text: str, token_probability: float, fourth: str
) -> str:
    """Say what a token is given, what all factors give, and where floats end."""
    start = f"Each token has the probability {number_text(token_probability)}"
    if text == "sentence":
        start = _given(length, fourth)
    return f"{start}. {_multiplied(result, length)}"


def _given(length: int, fourth: str) -> str:
    """Say how probable the last word is after those before it."""
    names, factors = words(fourth), chances(fourth)
    if length > len(names):
        return "The six words come again and again, always with the same probabilities"
    if length == 1:
        return f"The first word is “the” with probability {factors[0]}"
    if length >= 5:
        before = " ".join(names[:4])
        return (
            f"“the” has the probability {factors[0]} as the first word, but {factors[4]} "
            f"given “{before}”"
        )
    before = " ".join(names[: length - 1])
    return f"Given “{before}”, “{names[length - 1]}” has the probability {factors[length - 1]}"


def _multiplied(result: Result, length: int) -> str:
    """Say what the factors multiply to, and where floats have no room for it."""
    logarithm, product = number_text(result.log_prob, 5), number_text(result.product, 3)
    if length == 1:
        return f"The one factor is {product}, its logarithm {logarithm} nats."
    logarithms = f"their logarithms add up to {logarithm} nats."
    if result.product == 0:
        exact = _beyond_floats(result.log_prob)
        return (
            f"The {length} factors multiply to {exact}, but as floats they underflow to 0; "
            f"{logarithms}"
        )
    if abs(math.log(result.product) - result.log_prob) > 0.005:
        return (
            f"As floats the {length} factors multiply to {product}, which is wrong: floats "
            f"end there; {logarithms}"
        )
    return f"The {length} factors multiply to {product}; {logarithms}"


def _beyond_floats(logarithm: float) -> str:
    """Write e to a power that no float can hold."""
    power = logarithm / math.log(10)
    mantissa, exponent = f"{10 ** (power % 1):.2e}".split("e")
    return f"{mantissa}e{math.floor(power) + int(exponent)}"
