"""Sliding window attention in the lesson on attention: its formula, its claims."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.transformer.kv_cache import attend_cached
from pages.transformer.attention.cached.statement import text
from pages.transformer.attention.sliding_window.figure import layers_needed
from pages.transformer.attention.sliding_window.statement import STATEMENT
from pages.transformer.attention.statement import SENTENCE
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY
from ui.frames import frame

FORM = BY_KEY["attention/sliding_window"]

MUTANTS = (
    ("np.triu(allowed, allowed.shape[1] - allowed.shape[0] - window + 1)", "allowed"),
    ("layers * (window - 1) + 1,", "layers * window + 1,"),
    ("np.ceil(apart / float(window - 1))", "np.ceil(apart / float(window))"),
    ("np.where(needed <= layers, needed, np.nan)", "np.where(needed < 9, needed, 0)"),
    ("sliding_window_mask(n, n, window).sum()", "sliding_window_mask(n, n, 4).sum()"),
    ("result.weights[-1, n_keys - seen :]", "result.weights[0, n_keys - seen :]"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def drawn(**chosen):
    scene = drawing(FORM)(**{**STATEMENT.defaults, **chosen})
    return [figure["data"][0] for figure in scene.figures], scene.readouts


def seen(n, window):
    """Return who sees whom, word by word."""
    return np.array([[i - window < j <= i for j in range(n)] for i in range(n)])


def attended(n, window, scale):
    q, k, _ = (rows[:n] for rows in text(0.0))
    scores = np.where(seen(n, window), scale * q @ k.T, -np.inf)
    return scipy.special.softmax(scores, axis=1)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"A_{ij} = \frac{M_{ij}\, e^{S_{ij}}}{\sum_k M_{ik}\, e^{S_{ik}}}, \quad "
        r"M_{ij} = [\, i - w \lt j \le i \,], \quad O = A V"
    )


@claims("band")
@given(st.integers(2, 16), st.integers(1, 16), st.sampled_from([0.0, 1.0, 4.0]))
@settings(max_examples=30)
def test_the_band_is_a_softmax_over_the_window(n, window, multiplier):
    (band, *_), _ = drawn(n_keys=n, window=window, multiplier=multiplier)
    inside = band["z"][:n, :n]
    np.testing.assert_array_equal(np.isfinite(inside), seen(n, window))
    expected = attended(n, window, multiplier / np.sqrt(2))
    np.testing.assert_allclose(np.nan_to_num(inside), expected, atol=1e-9)
    np.testing.assert_allclose(np.nansum(inside, axis=1), 1)
    assert np.isnan(band["z"][n:]).all()


@claims("layers_reach")
@given(st.integers(2, 16), st.integers(2, 16), st.integers(1, 6))
@settings(max_examples=40)
def test_words_are_handed_on_by_one_less_than_the_window_in_each_layer(
    n, window, count
):
    (_, heard, _), readouts = drawn(n_keys=n, window=window, layers=count)
    steps = [np.linalg.matrix_power(seen(n, window) * 1, k + 1) > 0 for k in range(16)]
    shown = np.isfinite(heard["z"][:n, :n])
    np.testing.assert_array_equal(shown, steps[count - 1])
    assert readouts["words that the last one hears of"] == steps[count - 1][-1].sum()
    first = next(k + 1 for k, reached in enumerate(steps) if reached[-1, 0])
    assert readouts["layers until the last word hears the first"] == first
    assert layers_needed(2)[9, 0] == 9


@claims("six_layers")
def test_six_layers_reach_the_whole_text():
    _, readouts = drawn(layers=6)
    assert readouts["words that the last one hears of"] == 12


@claims("linear_cost")
def test_every_word_beyond_the_window_needs_w_scores_more():
    counts = [of_the_page(n_keys=n, window=4)["count"] for n in range(2, 17)]
    assert np.diff(counts).tolist() == [3, 4] + [4] * 12
    (_, _, cost), readouts = drawn(window=4)
    np.testing.assert_array_equal(cost["y"][1:], counts)
    assert readouts["scores without a window"] == 12 * 13 / 2


@given(st.integers(1, 16))
def test_the_curve_of_scores_is_that_of_the_window(window):
    (_, _, cost), _ = drawn(window=window)
    assert cost["y"].tolist() == [seen(n, window).sum() for n in range(1, 17)]


@claims("whole_window")
def test_a_window_as_long_as_the_text_is_causal_attention():
    weights = of_the_page(window=16)["weights"]
    np.testing.assert_allclose(weights, attended(12, 99, 1 / np.sqrt(2)), atol=1e-12)


@claims("cache_of_window")
def test_the_last_word_needs_the_keys_of_its_window_only():
    shown = of_the_page()
    latest = slice(12 - 4, 11)
    one = attend_cached(
        shown["query"][-1:],
        shown["key"][-1:],
        shown["value"][-1:],
        shown["key"][latest],
        shown["value"][latest],
        scale=shown["scale"],
    )
    np.testing.assert_allclose(one.output[0], shown["output"][-1])


def test_the_line_works_out_the_output_of_the_last_word():
    for n in (6, 9):
        line = frame(FORM, {**STATEMENT.defaults, "n_keys": n}, None)["line"]
        assert f"O_{{{n}1}}" in line["pieces"][0]


@pytest.mark.parametrize("n", [2, 12, 16])
def test_every_word_has_its_name_beside_its_row(n):
    scene = drawing(FORM)(**{**STATEMENT.defaults, "n_keys": n})
    layout = scene.figures[0]["layout"]
    assert layout["yaxis"]["ticktext"] == list(SENTENCE[:n])
    heard = scene.figures[1]["layout"]
    assert heard["xaxis"]["title"]["text"] == "word heard of"
    assert heard["yaxis"]["ticktext"][-1] == SENTENCE[n - 1]


def test_values_that_cancel_leave_no_dust():
    _, readouts = drawn(n_keys=6, window=5, multiplier=1.3)
    assert readouts["first number of the last output"] == 0
    _, readouts = drawn()
    shown = of_the_page()["output"][-1, 0]
    assert readouts["first number of the last output"] == shown != 0


SENTENCE_OF = re.compile(
    r"Among the latest (\d+) words, “(\w+)” attends (.*); through (\d+) layers? it hears "
    r"of (\d+) of (\d+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_sentence_says_whom_the_last_word_sees_and_hears(chosen):
    n, window, layers = chosen["n_keys"], chosen["window"], chosen["layers"]
    status = drawing(FORM)(**chosen).status
    word = SENTENCE[n - 1]
    if window == 1:
        assert status == f"“{word}” sees itself alone, however many layers there are."
        return
    latest, named, whom, depth, heard, count = SENTENCE_OF.fullmatch(status).groups()
    reached = np.linalg.matrix_power(seen(n, window) * 1, layers)[-1] > 0
    assert [int(x) for x in (latest, depth, heard, count)] == [
        min(window, n),
        layers,
        reached.sum(),
        n,
    ]
    assert named == word
    row = attended(n, window, chosen["multiplier"] / np.sqrt(2))[-1]
    most = row.argmax()
    assert row[most] == row.max()
    inside = row[max(n - window, 0) :]
    if np.ptp(inside) > 0.006:
        assert f"“{SENTENCE[most]}”" in whom
    printed = re.search(r"0\.\d+|just under 1|1\.00", whom).group()
    value = 1.0 if "1" in printed[:1] or "just" in printed else float(printed)
    assert value == pytest.approx(row.max(), abs=0.0051)
