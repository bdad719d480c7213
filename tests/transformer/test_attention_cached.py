"""Attention with a cache in the lesson on attention: its formula, its claims."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.transformer.kv_cache import attend_cached, decode_flops
from pages.transformer.attention.cached.statement import STATEMENT, text
from pages.transformer.attention.statement import SENTENCE
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import matrices, settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["attention/cached"]

MUTANTS = (
    ("queries[n_keys - 1]", "queries[0]"),
    ("8 * w**2 + 4 * n * w", "8 * w**2 + 8 * n * w"),
    ("_all_rows(scale, angle)[:n_keys]", "_all_rows(scale, 0.0)[:n_keys]"),
    (
        "[decode_flops(n, width) for n in counts]",
        "[decode_flops(2, width) for n in counts]",
    ),
    ("np.triu(np.ones(whole.weights.shape, bool), 1)", "whole.weights < 0"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def causal(q, k, v, scale):
    """Attend over the whole text at once, with later scores at −∞."""
    scores = scale * q @ k.T
    scores[np.triu_indices(len(q), 1)] = -np.inf
    weights = scipy.special.softmax(scores, axis=1)
    return weights, weights @ v


def drawn(**chosen):
    scene = drawing(FORM)(**{**STATEMENT.defaults, **chosen})
    return np.asarray(scene.figures[0]["data"][0]["z"])


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} o = \mathrm{softmax}\left(c\, q K^\top\right) V \\ "
        r"K = \begin{pmatrix} K_\text{cached} \\ k_n \end{pmatrix}, \ "
        r"V = \begin{pmatrix} V_\text{cached} \\ v_n \end{pmatrix} \end{gathered}"
    )


@claims("cache_same")
@given(matrices(5, 2, 3.0))
def test_token_after_token_is_causal_attention_at_once(x):
    _, expected = causal(x, x, x, 1 / np.sqrt(2))
    keys = values = None
    for n in range(5):
        step = attend_cached(*[x[n : n + 1]] * 3, keys, values)
        keys, values = step.keys, step.values
        np.testing.assert_allclose(step.output[0], expected[n], atol=1e-9)
    np.testing.assert_array_equal(keys, x)
    small = np.array([[1.0, 0], [0, 1], [1, 1]])
    _, known = causal(small, small, small, 1 / np.sqrt(2))
    np.testing.assert_allclose(
        known[1:], [[0.330238, 0.669762], [0.751745, 0.751745]], atol=5e-7
    )
    _, page = causal(*text(0.0), 1 / np.sqrt(2))
    for n in (2, 6, 16):
        np.testing.assert_allclose(of_the_page(n_keys=n)["output"], page[n - 1])


@claims("cache_old_rows")
@given(st.integers(2, 15), st.floats(-180, 180))
@settings(max_examples=20)
def test_a_new_token_changes_no_old_row(n, angle):
    before, after = drawn(n_keys=n, angle=angle), drawn(n_keys=n + 1, angle=angle)
    np.testing.assert_allclose(before, after[:n, :n], atol=1e-6)
    assert np.isnan(after[:n, n]).all()
    assert np.isfinite(after[n, : n + 1]).all()
    weights, _ = causal(*text(angle), 1 / np.sqrt(2))
    ahead = np.triu(np.ones((n + 1, n + 1), bool), 1)
    assert np.isnan(after[ahead]).all()
    np.testing.assert_allclose(
        after[~ahead], weights[: n + 1, : n + 1][~ahead], atol=1e-6
    )


@claims("cache_operations")
@given(st.integers(2, 16), st.sampled_from([128, 4096]))
def test_operations_are_those_of_its_products(n, d):
    # rows times columns times two, for every matrix product of one token
    projections = 4 * 2 * d * d
    counted = projections + 2 * n * d + 2 * n * d
    page = of_the_page(n_keys=n, width=d)
    assert page["operations"] == counted
    assert page["again"] == n * counted
    assert decode_flops(1024, 4096) == 150_994_944
    scene = drawing(FORM)(**{**STATEMENT.defaults, "n_keys": n, "width": d})
    cached, again = (trace["y"] for trace in scene.figures[1]["data"][:2])
    assert cached[n - 2] == pytest.approx(counted, rel=1e-6)
    assert again[n - 2] == pytest.approx(n * counted, rel=1e-6)


@claims("cache_uniform")
def test_without_scores_every_value_counts_alike():
    page = of_the_page(multiplier=0.0, n_keys=5)
    np.testing.assert_allclose(page["weights"], 0.2)
    np.testing.assert_allclose(page["output"], text(0.0)[2][:5].mean(axis=0))


@claims("cache_narrow")
def test_a_narrow_model_takes_about_1e5():
    assert 1e5 < of_the_page(width=128)["operations"] < 1.5e5


@claims("cache_balance")
@pytest.mark.parametrize("d", [128, 4096])
def test_scores_outweigh_projections_beyond_twice_the_width(d):
    projections = 8 * d * d
    for n, sign in ((2 * d - 1, -1), (2 * d, 0), (2 * d + 1, 1)):
        assert np.sign(decode_flops(n, d) - 2 * projections) == sign


@claims("cache_memory")
@given(st.integers(2, 16), st.sampled_from([128, 4096, 8192]))
def test_the_cache_keeps_two_vectors_of_two_bytes_a_number_for_each_token(n, d):
    label = "cache of this layer, 2 bytes a number (KiB)"
    kept = np.zeros((2, n, d), dtype=np.float16)
    readouts = drawing(FORM)(**{**STATEMENT.defaults, "n_keys": n, "width": d}).readouts
    assert readouts[label] == kept.nbytes / 1024
    assert kept.nbytes / n / 1024 == 16 * d / 4096


def test_every_word_has_its_name_beside_its_row():
    layout = drawing(FORM)(**{**STATEMENT.defaults, "n_keys": 16}).figures[0]["layout"]
    assert layout["yaxis"]["ticktext"] == list(SENTENCE)


SENTENCE_OF = re.compile(
    r"Token (\d+), “(\w+)”, attends (.+); for it an attention layer takes "
    r"(\S+)((?: [mb]illion)?) operations instead of (\S+)((?: [mb]illion)?)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_sentence_names_the_newest_token_at_every_setting(chosen):
    n, d = chosen["n_keys"], chosen["width"]
    status = drawing(FORM)(**chosen).status
    token, word, whom, *said = SENTENCE_OF.fullmatch(status).groups()
    cached, again = (
        float(said[k]) * {"": 1, "million": 1e6, "billion": 1e9}[said[k + 1].strip()]
        for k in (0, 2)
    )
    assert (int(token), word) == (n, SENTENCE[n - 1])
    weights, _ = causal(*text(chosen["angle"]), chosen["multiplier"] / np.sqrt(2))
    row = weights[n - 1, :n]
    if np.sort(row)[-1] - np.sort(row)[-2] > 0.02:
        assert f"“{SENTENCE[row.argmax()]}”" in whom
    counted = 8 * d * d + 4 * n * d
    assert cached == pytest.approx(counted, rel=6e-3)
    assert again == pytest.approx(n * counted, rel=6e-3)
