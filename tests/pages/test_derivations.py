"""Derivations: every line holds, and follows from the one above."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from notation import evaluation
from notation.trees import Derivation, Step
from ui.catalogue import SHOWN

POINTS = 5
DIGITS = 20
SLACK = 1e-9

every_lesson = pytest.mark.parametrize("lesson", SHOWN, ids=lambda f: f.key)


def wrong_lines(derivation: Derivation) -> list[int]:
    """Return the numbers of the lines that do not follow, counted from 1."""
    random = np.random.default_rng(0)
    trees = [derivation.start, *(step.expr for step in derivation.steps)]
    lines = [evaluation.carried_out(sp.sympify(tree)) for tree in trees]
    free = sorted(set().union(*(line.free_symbols for line in lines)), key=str)
    wrong = set()
    for _ in range(POINTS):
        point = {symbol: sp.Float(random.uniform(0.2, 0.8), 30) for symbol in free}
        values = [complex(sp.N(line.subs(point), DIGITS)) for line in lines]
        for k, step in enumerate(derivation.steps):
            if not stands(values[k], values[k + 1], step.relation):
                wrong.add(k + 1)
    return sorted(wrong)


def stands(above: complex, here: complex, relation: str) -> bool:
    """Tell whether two numbers stand to each other as is said."""
    slack = SLACK * max(1.0, abs(above), abs(here))
    if relation == "=":
        return abs(above - here) <= slack
    if abs(above.imag) + abs(here.imag) > slack:
        return False
    difference = above.real - here.real
    return {r"\ge": difference, r"\le": -difference}[relation] >= -slack


@every_lesson
def test_every_line_follows(lesson):
    assert lesson.derivations or lesson.form
    for derivation in lesson.derivations:
        assert 3 <= len(derivation.steps) + 1 <= 8, derivation.claim
        assert wrong_lines(derivation) == [], derivation.claim


@every_lesson
def test_a_derivation_speaks_in_sentences(lesson):
    for derivation in lesson.derivations:
        for words in (derivation.claim, *(s.because for s in derivation.steps)):
            assert words[0].isupper() or words[0] == "$", words
            assert words.endswith((".", "?")), words
        assert len({s.latex for s in derivation.steps}) == len(derivation.steps) or all(
            s.latex is None for s in derivation.steps
        )


def test_a_line_that_does_not_follow_is_found():
    x = sp.Symbol("x")
    steps = (Step("So.", 2 * x), Step("No.", 2.001 * x), Step("Less.", x, None, r"\le"))
    assert wrong_lines(Derivation("Claim.", x + x, steps)) == [2, 3]


def test_an_inequality_is_held_to_its_direction():
    x = sp.Symbol("x")
    steps = (Step("More.", x, None, r"\ge"), Step("Less.", 2 * x, None, r"\le"))
    assert wrong_lines(Derivation("Claim.", 3 * x / 2, steps)) == []
