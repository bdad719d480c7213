"""Top-p sampling in the lesson on softmax: its formula, its claims, its sentence."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.sampling import min_p, top_k, top_p
from pages.linear_algebra.softmax.top_p.figure import TEMPERATURES
from pages.linear_algebra.softmax.top_p.statement import LOGITS, STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of, vectors
from ui.catalogue import BY_KEY

FORM = BY_KEY["softmax/top_p"]

MUTANTS = (
    ("sum_over(p[j], j, 1, i - 1)", "sum_over(p[j], j, 1, i)"),
    ("float(p[kept].sum())", "float(p.sum())"),
    ("100 * p[:count].sum()", "100 * p[: count - 1].sum()"),
    ("top_p(peaked(peak) / TEMPERATURES", "top_p(peaked(0.0) / TEMPERATURES"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def by_hand(z, reached):
    """Walk from the most likely token on, in plain Python."""
    p = scipy.special.softmax(z)
    order, total, kept = sorted(range(len(p)), key=lambda k: -p[k]), 0.0, []
    for k in order:
        if total >= reached:
            break
        kept.append(k)
        total += p[k]
    return p, sorted(kept)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} q_i = \frac{m_i\, p_i}{\sum_j m_j\, p_j}, \quad m_i = "
        r"\Big[\sum_{j \lt i} p_j \lt P\Big] \\ p_1 \ge p_2 \ge \dots \end{gathered}"
    )


def test_values_known_from_elsewhere():
    kept = top_p([2, 1, 0.1, -1], 0.9)
    np.testing.assert_allclose(kept, [0.659001, 0.242433, 0.098566, 0], atol=5e-7)
    np.testing.assert_array_equal(top_p([2, 1, 0.1, -1], 0.5), [1, 0, 0, 0])


@claims("top_p_fewest")
@given(vectors((2, 6), 3.0), st.floats(0.05, 0.98))
def test_no_smaller_set_of_tokens_reaches_p(z, reached):
    z = z + np.arange(len(z)) * 1e-3  # no ties
    p = scipy.special.softmax(z)
    kept = np.flatnonzero(top_p(z, reached))
    assert p[kept].sum() >= reached - 1e-9
    assert p.argmax() in kept
    smaller = itertools.combinations(p, len(kept) - 1)
    assert all(sum(one) < reached + 1e-9 for one in smaller)


@claims("top_p_share")
@given(vectors((2, 6), 3.0), st.floats(0.05, 0.98))
def test_what_is_kept_is_divided_by_its_sum(z, reached):
    p, kept = by_hand(z, reached)
    q = top_p(z, reached)
    np.testing.assert_allclose(q[q > 0], p[q > 0] / p[q > 0].sum(), rtol=1e-12)
    assert q.sum() == pytest.approx(1)
    assert len(kept) == np.count_nonzero(q)
    wide, narrow = of_the_page(), of_the_page(top_p=0.6)
    assert narrow["kept"].sum() < wide["kept"].sum()
    assert narrow["output"].max() > wide["output"].max()


@claims("top_p_adapts")
def test_a_peak_leaves_one_token_and_top_k_does_not_notice():
    assert of_the_page()["kept"].sum() == 5
    sure = of_the_page(peak=4.0)
    assert sure["kept"].sum() == 1
    assert scipy.special.softmax([6.0, *LOGITS[1:]])[0] > 0.9
    assert np.count_nonzero(top_k(sure["logits"], 3)) == 3


@claims("top_p_temperature")
@given(st.floats(0.05, 0.98), st.floats(0.0, 6.0))
def test_a_higher_temperature_keeps_more(reached, peak):
    z = np.array([LOGITS[0] + peak, *LOGITS[1:]])
    ladder = (0.2, 0.5, 1.0, 2.0, 5.0)
    counts = [np.count_nonzero(top_p(z, reached, temperature=t)) for t in ladder]
    assert counts == sorted(counts)
    assert {np.count_nonzero(top_k(z, 3, temperature=t)) for t in ladder} == {3}
    assert of_the_page(temperature=3.0)["kept"].sum() > of_the_page()["kept"].sum()


@claims("top_p_flat")
def test_of_a_hundred_equal_tokens_ninety_are_kept():
    kept = top_p(np.zeros(100), 0.9)
    assert np.count_nonzero(kept) == 90
    assert np.count_nonzero(kept == 0) == 10


SOME = re.compile(
    r"The first (\d) of 8 tokens are kept, because together they make up (\S+)% and "
    r"reach P = (\S+)\."
)
ONE = re.compile(
    r"Only “mat” is kept, because it alone makes up (\S+)% and reaches P = (\S+): "
    r"nothing is left to chance\."
)
EVERY = re.compile(
    r"All 8 tokens are kept, because the first 7 make up only (\S+)%, less than "
    r"P = (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_counts_what_is_kept_at_every_setting(chosen):
    z = np.array([LOGITS[0] + chosen["peak"], *LOGITS[1:]])
    p, kept = by_hand(z / chosen["temperature"], chosen["top_p"])
    scene = drawing(FORM)(**chosen)
    if len(kept) == 8:
        share, reached = EVERY.fullmatch(scene.status).groups()
        expected = p[:7].sum()
    elif len(kept) == 1:
        share, reached = ONE.fullmatch(scene.status).groups()
        expected = p[0]
    else:
        count, share, reached = SOME.fullmatch(scene.status).groups()
        assert int(count) == len(kept)
        expected = p[: len(kept)].sum()
    assert float(share) == pytest.approx(100 * expected, rel=6e-3)
    assert float(reached) == pytest.approx(chosen["top_p"], rel=1e-3)


@given(settings_of(STATEMENT))
@settings(max_examples=10)
def test_the_last_picture_counts_what_each_rule_keeps(chosen):
    z = np.array([LOGITS[0] + chosen["peak"], *LOGITS[1:]])
    lines = [trace["y"] for trace in drawing(FORM)(**chosen).figures[2]["data"][:3]]
    for k in (0, 30, 45, 60):
        scaled = z / TEMPERATURES[k]
        expected = (
            len(by_hand(scaled, chosen["top_p"])[1]),
            3,
            np.count_nonzero(min_p(scaled, 0.1)),
        )
        assert tuple(line[k] for line in lines) == expected
