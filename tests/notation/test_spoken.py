"""Formulas in words: nothing that only eyes can read, and nothing heard in two ways."""

from __future__ import annotations

import re

import pytest
import sympy as sp

from notation.quantities import quantity
from notation.spoken import Voice, name_in_words, spoken
from notation.trees import arrays, struck, sum_over, symbols, unevaluated
from ui.catalogue import BROKEN, BY_SLUG, SHOWN
from ui.frames import in_words

REVIEWED = {
    "dot_product": "a dot b equals the length of a times the length of b times the cosine "
    "of θ.",
    "eigenvalues": "AV i k equals λ k times V i k.",
    "softmax": "p i equals e to the power of the quantity z i over T, end of quantity, over "
    "the sum, over j from 1 to K, of e to the power of the quantity z j over T, end of "
    "quantity.",
    "linear_layer": "y i equals the sum, over j from 1 to n, of W i j times x j, end of sum, "
    "plus b i. P equals n out times n in plus n out.",
    "expected_return": "G t equals R sub t plus 1, end of sub, plus γ times G sub t plus 1, "
    "end of sub. G t equals the sum, over k from 0 to T minus t minus 1, of γ to the power "
    "of k times R sub t plus k plus 1, end of sub.",
    "bayes": "P of A given B equals P of B given A times P of A over the quantity P of B "
    "given A times P of A plus P of B given not A times the quantity 1 minus P of A, end of "
    "quantity, end of quantity, if n equals 1",
    "gradient_descent": "v t plus 1 i equals μ times v t i minus η times g i.",
}


@pytest.mark.parametrize("lesson", [*SHOWN, *BROKEN], ids=lambda one: one.key)
def test_nothing_is_left_that_only_eyes_can_read(lesson):
    text = in_words(lesson.statement)
    assert text
    assert not re.search(r"[\\{}^_$|*/=<>]|frac|cdot|text|mathrm|sqrt", text), text
    assert ",," not in text
    assert ", ," not in text
    assert text.count("the quantity") == text.count("end of quantity")


@pytest.mark.parametrize("slug", REVIEWED)
def test_formulas_are_said_as_reviewed(slug):
    assert REVIEWED[slug] in in_words(BY_SLUG[slug].statement)


X, Y, Z = symbols("x y z")
VOICE = Voice([quantity(name, name, "a number") for name in "xyz"])


def said(build):
    with unevaluated():
        return VOICE.say(build())


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (lambda: X * (Y + Z), lambda: X * Y + Z),
        (lambda: X / (Y * Z), lambda: X / Y * Z),
        (lambda: X / (Y + Z), lambda: X / Y + Z),
        (lambda: X ** (Y + Z), lambda: X**Y + Z),
        (lambda: (X + Y) ** 2, lambda: X + Y**2),
        (lambda: sp.sqrt(X + Y), lambda: sp.sqrt(X) + Y),
        (lambda: sp.exp(X + Y), lambda: sp.exp(X) + Y),
        (lambda: X - (Y + Z), lambda: X - Y + Z),
        (lambda: X - (Y - Z), lambda: X - Y - Z),
        (lambda: struck(X, 0) + Y, lambda: X + Y),
    ],
)
def test_what_differs_is_heard_to_differ(one, other):
    assert said(one) != said(other)


def test_a_sum_ends_where_something_follows():
    (x,) = arrays("x")
    i, n = symbols("i n")
    with unevaluated():
        total = sum_over(x[i], i, 1, n)
        inside, outside = sum_over(x[i] + Y, i, 1, n), total + Y
    assert VOICE.say(total) == "the sum, over i from 1 to n, of x i"
    assert VOICE.say(outside).endswith("of x i, end of sum, plus y")
    assert VOICE.say(inside) != VOICE.say(outside)


@pytest.mark.parametrize(
    ("latex", "words"),
    [
        (r"\hat{y}", "y hat"), (r"\bar{x}", "x bar"), (r"s^2", "s squared"),
        (r"P(A \mid \neg B)", "P of A given not B"), (r"W^{(1)}", "W 1"),
        (r"\frac{\partial L}{\partial w}", "the derivative of L by w"),
        (r"\log_{10} \epsilon", "log₁₀ ϵ"),
    ],
)  # fmt: skip
def test_symbols_have_names(latex, words):
    assert name_in_words(latex) == words


def test_an_equation_is_a_sentence():
    equation = BY_SLUG["softmax"].statement.equations[0]
    text = spoken(equation, BY_SLUG["softmax"].statement.quantities)
    assert text.endswith(".")
    assert text.count(" equals ") == 1
