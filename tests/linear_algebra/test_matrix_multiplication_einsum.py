"""Einstein summation in the lesson on matrix multiplication: formula, claims."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings

from formulas.linear_algebra.einsum import einsum
from formulas.linear_algebra.matrix_multiplication import matmul_flops
from notation.printing import equation_latex
from pages.linear_algebra.matrix_multiplication.einsum.statement import (
    RESULTS,
    STATEMENT,
)
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["matrix_multiplication/einsum"]

MUTANTS = (
    ('"ij,kj->ik": "rows"', '"ij,jk->ki": "rows"'),
    ("cells[first, second + block * WIDE] = None", "cells[second, first] = None"),
    ("if letter not in right)", "if letter in right)"),
    ("turns=size**letters", "turns=size * letters"),
    ('len(set(subscripts) - set(",->"))', "len(set(subscripts))"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def drawn(**chosen):
    return drawing(FORM)(**{**STATEMENT.defaults, **chosen})


def by_loops(subscripts, *operands):
    """Carry a summation out with one loop a letter; also the cells of every entry."""
    left, right = subscripts.split("->")
    groups = left.split(",")
    letters = list(dict.fromkeys("".join(groups)))
    totals, cells, turns = {}, {}, 0
    for index in itertools.product(range(3), repeat=len(letters)):
        at = dict(zip(letters, index, strict=True))
        turns += 1
        entry = tuple(at[letter] for letter in right)
        places = [tuple(at[letter] for letter in group) for group in groups]
        value = 1.0
        for operand, place in zip(operands, places, strict=True):
            value *= operand[place]
        totals[entry] = totals.get(entry, 0.0) + value
        cells.setdefault(entry, set()).update(enumerate(places))
    return totals, cells, turns


def operands_of(shown, subscripts):
    return (shown["A"], shown["B"])[: subscripts.count(",") + 1]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} \text{ij,jk->ik}\!: \ C_{ik} = \sum_j A_{ij} B_{jk} \\ "
        r"\text{ij,ij->}\!: \ f = \sum_{i,j} A_{ij} B_{ij} \end{gathered}"
    )


def test_the_reviewed_values():
    assert matmul_flops(10, 1000, 5) == 100_000
    assert einsum("ii->", np.arange(9.0).reshape(3, 3)) == 12


@claims("kept_and_summed")
@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_results_and_frames_are_those_of_loops(chosen):
    subscripts = chosen["subscripts"]
    shown = of_the_page(**chosen)
    totals, cells, _ = by_loops(subscripts, *operands_of(shown, subscripts))
    found = np.asarray(shown[RESULTS[subscripts]])
    for entry, total in totals.items():
        assert found[entry] == pytest.approx(total)
    right = subscripts.split("->")[1]
    places = {"i": chosen["row"], "j": chosen["column"], "k": chosen["column"]}
    entry = tuple(places[letter] for letter in right)
    scene = drawing(FORM)(**chosen)
    frames = scene.figures[0]["layout"]["shapes"]
    framed = {(int(s["y0"] + 0.5), int(s["x0"] + 0.5)) for s in frames}
    expected = {(row, column + 4 * block) for block, (row, column) in cells[entry]}
    inside = {cell for cell in framed if cell[1] < 7}
    assert inside == expected
    sheet = scene.figures[0]["data"][0]["z"]
    (result_cell,) = framed - inside
    assert sheet[result_cell] == pytest.approx(totals[entry])
    assert scene.readouts["framed entry of the result"] == pytest.approx(totals[entry])


@claims("a_loop_a_letter")
@pytest.mark.parametrize("subscripts", RESULTS)
def test_each_different_letter_is_a_loop(subscripts):
    shown = of_the_page(subscripts=subscripts, size=3)
    assert shown["turns"] == by_loops(subscripts, *operands_of(shown, subscripts))[2]
    turns = [of_the_page(size=s)["turns"] for s in (50, 500)]
    assert turns[1] == 1000 * turns[0]


@claims("transpose", "order_right")
def test_the_transpose_needs_no_transposing():
    shown = of_the_page()
    A, B = shown["A"], shown["B"]
    np.testing.assert_array_equal(shown["rows"], A @ B.T)
    np.testing.assert_array_equal(einsum("ij,jk->ki", A, B), (A @ B).T)


@claims("diagonal", "single_number")
def test_a_letter_twice_walks_along_the_diagonal():
    shown = of_the_page(subscripts="ii->")
    assert shown["trace"] == np.trace(shown["A"])
    assert isinstance(shown["trace"], float)
    assert isinstance(shown["inner"], float)


@claims("nothing_summed")
def test_entries_times_entries_sum_nothing():
    scene = drawn(subscripts="ij,ij->ij", row=1, column=2)
    assert scene.readouts["letters that are summed over"] == "none"
    inside = [s for s in scene.figures[0]["layout"]["shapes"] if s["x0"] < 7]
    assert len(inside) == 2


@claims("renamed")
def test_other_letters_say_the_same():
    shown = of_the_page()
    again = einsum("xy,yz->xz", shown["A"], shown["B"])
    np.testing.assert_array_equal(again, shown["product"])


SENTENCE = re.compile(
    r"“(\S+)” keeps (.+) and sums over (.+); the framed entry of the result is (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_names_the_letters_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    said, kept, summed, value = SENTENCE.fullmatch(scene.status).groups()
    assert said == chosen["subscripts"]
    left, right = said.split("->")
    assert kept == (" and ".join(right) or "no letter")
    others = [x for x in dict.fromkeys(left.replace(",", "")) if x not in right]
    assert summed == (" and ".join(others) or "nothing")
    entry = scene.readouts["framed entry of the result"]
    assert float(value.replace("−", "-")) == pytest.approx(entry)


def test_the_worked_letters_are_those_of_the_headline():
    printed = [equation_latex(e, STATEMENT.quantities) for e in STATEMENT.equations]
    assert printed[-1].startswith("C_{ik} = ")
    assert printed[-1].endswith("A_{ij} B_{jk}")


@pytest.mark.parametrize("subscripts", STATEMENT.control("subscripts").choices)
def test_the_sliders_of_an_entry_are_hidden_where_they_frame_no_other(subscripts):
    values = STATEMENT.defaults | {"subscripts": subscripts}
    hidden = STATEMENT.idle_controls(values)
    for name in ("row", "column"):
        scenes = [drawn(**values | {name: place}) for place in (0, 1, 2)]
        framed = {repr(scene.figures[0]["layout"]["shapes"]) for scene in scenes}
        assert (name in hidden) == (len(framed) == 1)
