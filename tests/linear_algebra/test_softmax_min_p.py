"""Min-p sampling in the lesson on softmax: its formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.sampling import min_p, top_p
from pages.linear_algebra.softmax.min_p.statement import STATEMENT
from pages.linear_algebra.softmax.top_p.figure import TEMPERATURES
from pages.linear_algebra.softmax.top_p.statement import LOGITS
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of, vectors
from ui.catalogue import BY_KEY

FORM = BY_KEY["softmax/min_p"]

MUTANTS = (
    (
        "Piecewise((1, p[i] >= bound), (0, True))",
        "Piecewise((1, p[i] >= least), (0, True))",
    ),
    (
        "sample_min_p(logits, min_p, temperature=temperature)",
        "sample_min_p(logits, min_p)",
    ),
    ("result.probabilities / result.probabilities.max()", "result.probabilities"),
    ("number_text(ratios[1], 3)", "number_text(ratios[2], 3)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def kept_by_hand(z, least):
    """Compare every token with the most likely one, in plain Python."""
    top = max(z)
    return [k for k, one in enumerate(z) if np.exp(one - top) >= least]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"q_i = \frac{m_i\, p_i}{\sum_j m_j\, p_j}, \quad m_i = "
        r"\Big[p_i \ge p_\text{min} \max_j p_j\Big]"
    )


def test_values_known_from_elsewhere():
    kept = min_p([2, 1, 0.1, -1], 0.1)
    np.testing.assert_allclose(kept, [0.659001, 0.242433, 0.098566, 0], atol=5e-7)


@claims("min_p_ratio")
@given(vectors((2, 6), 3.0), st.floats(0.011, 0.98), st.integers(1, 50))
def test_only_gaps_to_the_largest_count(z, least, tail):
    kept = np.flatnonzero(min_p(z, least))
    assert kept.tolist() == kept_by_hand(z, least)
    longer = np.concatenate([z, np.full(tail, z.max() - 4.6)])
    also = np.flatnonzero(min_p(longer, least))
    assert also[also < len(z)].tolist() == kept.tolist()


@claims("min_p_adapts")
def test_a_peak_leaves_one_token():
    counts = [of_the_page(peak=c)["kept"].sum() for c in (0.0, 1.0, 3.0)]
    assert counts == sorted(counts, reverse=True)
    assert counts[0] == 6
    assert counts[-1] == 1
    assert np.exp(-3) == pytest.approx(1 / 20, rel=0.01)


@claims("min_p_temperature")
@given(st.floats(0.02, 0.9), st.floats(0.0, 4.0))
def test_a_higher_temperature_keeps_more(least, peak):
    z = np.array([LOGITS[0] + peak, *LOGITS[1:]])
    counts = [
        np.count_nonzero(min_p(z, least, temperature=t)) for t in (0.5, 1.0, 2.0, 4.0)
    ]
    assert counts == sorted(counts)
    first, second = (
        scipy.special.softmax(z / t) / scipy.special.softmax(z / t).max()
        for t in (1, 2)
    )
    np.testing.assert_allclose(second, np.sqrt(first))
    before = of_the_page(min_p=0.5)["kept"].sum()
    assert before < of_the_page(min_p=0.25, temperature=2.0)["kept"].sum()
    assert of_the_page(temperature=2.5)["kept"].sum() > of_the_page()["kept"].sum()


@claims("min_p_ends")
def test_one_keeps_the_first_and_zero_all():
    assert of_the_page(min_p=1.0)["output"].tolist() == [1, 0, 0, 0, 0, 0, 0, 0]
    assert of_the_page(min_p=0.0)["kept"].sum() == 8


@claims("min_p_hundred")
def test_a_hundred_equal_tokens_and_one_raised():
    flat = np.zeros(100)
    peak = flat.copy()
    peak[0] = 6.0
    for rule, p, counts in ((min_p, 0.1, (100, 1)), (top_p, 0.9, (90, 50))):
        found = tuple(np.count_nonzero(rule(z, p)) for z in (flat, peak))
        assert found == counts


@claims("min_p_last")
@pytest.mark.parametrize("temperature", [0.5, 1.0, 3.0])
def test_if_temperature_acts_last_the_kept_are_the_same(temperature):
    z = np.array(LOGITS)
    kept = min_p(z, 0.1) > 0
    last = scipy.special.softmax(np.where(kept, z, -np.inf) / temperature)
    assert np.array_equal(last > 0, kept)


ONE = re.compile(
    r"Only “mat” is kept, because the second token is (\S+) times as likely, less than "
    r"p_min = (\S+)\."
)
SOME = re.compile(
    r"(?:All|The first) (\d)(?: of 8)? tokens are kept, because the last of them is "
    r"(\S+) times as likely as “mat”, at least p_min = (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_compares_with_the_first_at_every_setting(chosen):
    z = np.array([LOGITS[0] + chosen["peak"], *LOGITS[1:]]) / chosen["temperature"]
    kept = kept_by_hand(z, chosen["min_p"])
    scene = drawing(FORM)(**chosen)
    if len(kept) == 1:
        ratio, least = ONE.fullmatch(scene.status).groups()
        right = np.exp(z[1] - z[0])
    else:
        count, ratio, least = SOME.fullmatch(scene.status).groups()
        assert int(count) == len(kept)
        assert scene.status.startswith("All") == (len(kept) == 8)
        right = np.exp(z[len(kept) - 1] - z[0])
    assert float(ratio) == pytest.approx(right, rel=6e-3)
    assert float(least) == pytest.approx(chosen["min_p"], rel=1e-3)
    lines = [trace["y"] for trace in scene.figures[2]["data"][:2]]
    for k in (0, 30, 45, 60):
        scaled = z * chosen["temperature"] / TEMPERATURES[k]
        assert lines[0][k] == len(kept_by_hand(scaled, chosen["min_p"]))
        assert lines[1][k] == np.count_nonzero(top_p(scaled, 0.9))
