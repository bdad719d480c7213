"""Top-k sampling in the lesson on softmax: its formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.sampling import top_k, top_p
from pages.linear_algebra.softmax.top_k.figure import PEAKS
from pages.linear_algebra.softmax.top_k.statement import STATEMENT
from pages.linear_algebra.softmax.top_p.statement import LOGITS
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["softmax/top_k"]

MUTANTS = (
    ("z[i] >= z[k]", "z[i] > z[k]"),
    (
        "sample_top_k(logits, top_k, temperature=temperature)",
        "sample_top_k(logits, top_k)",
    ),
    ("softmax(scaled)", "softmax(scaled * 2)"),
    ("number_text(100 * mass, 3)", "number_text(100 - 100 * mass, 3)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def raised(peak):
    return np.array([LOGITS[0] + peak, *LOGITS[1:]])


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} q_i = \frac{m_i\, p_i}{\sum_j m_j\, p_j}, \quad "
        r"m_i = \big[z_i \ge z_{k}\big] \\ z_1 \ge z_2 \ge \dots \end{gathered}"
    )


def test_values_known_from_elsewhere():
    kept = top_k([2, 1, 0.1, -1], 2)
    np.testing.assert_allclose(kept, [0.731059, 0.268941, 0, 0], atol=5e-7)


@claims("top_k_keeps", "top_k_alone")
@given(st.integers(1, 8), st.floats(0.2, 5.0), st.floats(0, 6))
def test_the_first_k_have_their_own_softmax(count, temperature, peak):
    page = of_the_page(top_k=count, temperature=temperature, peak=peak)
    alone = scipy.special.softmax(raised(peak)[:count] / temperature)
    np.testing.assert_allclose(page["output"][:count], alone, rtol=1e-9)
    assert not page["output"][count:].any()


@claims("top_k_fixed")
@given(st.integers(1, 8), st.floats(0, 6))
def test_the_number_is_the_same_however_sure_the_model_is(count, peak):
    assert of_the_page(top_k=count, peak=peak)["kept"].sum() == count
    assert np.count_nonzero(top_p(raised(4.0), 0.9)) == 1


@claims("top_k_temperature")
@given(st.integers(1, 7), st.floats(0, 6))
def test_temperature_changes_what_they_have_and_not_which_they_are(count, peak):
    pages = [
        of_the_page(top_k=count, peak=peak, temperature=t) for t in (0.5, 1.0, 2.0, 4.0)
    ]
    masses = [page["mass"] for page in pages]
    assert masses == sorted(masses, reverse=True)
    for page in pages:
        np.testing.assert_array_equal(page["kept"], pages[0]["kept"])


@claims("top_k_flat")
def test_what_is_cut_off_is_nearly_as_good():
    p = of_the_page()["probabilities"]
    assert p[3] / p[2] > 0.7
    hot = of_the_page(temperature=3.0)["probabilities"]
    assert hot[3] / hot[2] > 0.9


@claims("top_k_ties")
def test_ties_are_all_kept():
    assert np.count_nonzero(top_k([2.0, 1.0, 1.0, 0.0], 2)) == 3


SENTENCE = re.compile(
    r"(?:Only “mat” is kept, which has (?P<one>\S+)% of the probability: nothing is left "
    r"to chance|All 8 tokens are kept, and no probability changes|The (?P<count>\d) most "
    r"likely tokens are kept, which had (?P<share>\S+)% of the probability before and are "
    r"divided by it)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_has_the_share_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    found = SENTENCE.fullmatch(scene.status)
    count, temperature = chosen["top_k"], chosen["temperature"]
    p = scipy.special.softmax(raised(chosen["peak"]) / temperature)
    assert bool(found["one"]) == (count == 1)
    assert bool(found["count"]) == (1 < count < 8)
    if count < 8:
        share = float(found["one"] or found["share"])
        assert share == pytest.approx(100 * p[:count].sum(), rel=6e-3)
        assert found["count"] is None or int(found["count"]) == count
    lines = [trace["y"] for trace in scene.figures[1]["data"][:2]]
    for k in (0, 20, 60):
        z = raised(PEAKS[k]) / temperature
        p = scipy.special.softmax(z)
        assert lines[0][k] == pytest.approx(p[:count].sum(), rel=1e-5)
        assert lines[1][k] == pytest.approx(p[top_p(z, 0.9) > 0].sum(), rel=1e-5)
