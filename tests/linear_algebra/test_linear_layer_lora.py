"""LoRA in the lesson on linear layers: its formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.lora import lora_linear, lora_merge
from pages.linear_algebra.linear_layer.lora.statement import DOWN, FROZEN, STATEMENT, UP
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of, vectors
from ui.catalogue import BY_KEY

FORM = BY_KEY["linear_layer/lora"]

MUTANTS = (
    ("alpha=alpha), rank * (n_in + n_out)", "alpha=alpha), rank * n_in * n_out"),
    ("alpha / rank * sum_over", "alpha * sum_over"),
    ("change = result.merged - W", "change = result.merged"),
    ("rank * (n_in + SIZES.astype(float))", "n_in + SIZES.astype(float)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def by_loops(alpha, rank):
    """Add the layers of the change one outer product at a time."""
    merged = FROZEN.copy()
    for k in range(rank):
        merged += alpha / rank * np.outer(UP[:, k], DOWN[k])
    return merged


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == r"W' = W + \frac{\alpha}{r}\, B A"


def test_values_known_from_elsewhere():
    merged = lora_merge(np.eye(2), [[1, 2]], [[1], [-1]], alpha=4)
    np.testing.assert_array_equal(merged, [[5, 8], [-4, -7]])


@claims("lora_rank")
@pytest.mark.parametrize("rank", range(1, 9))
def test_the_change_has_rank_r_and_less_where_alpha_is_0(rank):
    change = of_the_page(rank=rank)["merged"] - FROZEN
    assert np.linalg.matrix_rank(change, tol=1e-9) == rank
    assert (
        drawing(FORM)(**STATEMENT.defaults | {"rank": rank}).readouts[
            "rank of the change"
        ]
        == rank
    )
    nothing = STATEMENT.defaults | {"rank": rank, "alpha": 0}
    assert drawing(FORM)(**nothing).readouts["rank of the change"] == 0 < rank
    if rank == 1:
        rows = change / DOWN[0]
        np.testing.assert_allclose(rows, rows[:, :1] * np.ones(8), rtol=1e-9)


@claims("lora_count")
def test_what_is_trained():
    wide = of_the_page(rank=8, n_in=4096, n_out=4096)
    assert wide["trained"] == 8 * 8192
    assert 100 * wide["trained"] / 4096**2 == pytest.approx(0.39, abs=5e-3)
    assert wide["trained"] * 256 == 4096**2
    small = of_the_page(rank=8, n_in=8, n_out=8)
    assert small["A"].size + small["B"].size == small["trained"] == 2 * 8 * 8


@claims("lora_factor")
@given(st.floats(0.5, 8), st.integers(1, 4))
def test_the_factor_is_alpha_over_r(alpha, rank):
    shown = drawing(FORM)
    once, wide, both = (
        shown(**STATEMENT.defaults | chosen).readouts["factor of B A"]
        for chosen in (
            {"alpha": alpha, "rank": rank},
            {"alpha": alpha, "rank": 2 * rank},
            {"alpha": 2 * alpha, "rank": 2 * rank},
        )
    )
    assert wide == pytest.approx(once / 2)
    assert both == pytest.approx(once)


@claims("lora_merge")
@given(vectors(8), st.floats(0, 16), st.integers(1, 8))
def test_merged_or_beside_the_output_is_the_same(x, alpha, rank):
    page = of_the_page(alpha=alpha, rank=rank)
    beside = lora_linear(x, page["W"], page["A"], page["B"], alpha=alpha)
    np.testing.assert_allclose(page["merged"] @ x, beside, rtol=1e-9, atol=1e-9)
    assert page["merged"].shape == page["W"].shape


@claims("lora_start")
def test_before_training_the_layer_is_the_frozen_one():
    np.testing.assert_array_equal(of_the_page(alpha=0.0)["merged"], FROZEN)
    zeros = np.zeros((8, 2))
    np.testing.assert_array_equal(lora_merge(FROZEN, DOWN[:2], zeros, alpha=4), FROZEN)


@claims("lora_both_zero")
def test_from_zeros_neither_learns():
    x, width = np.ones(8), 1e-6

    def loss(A, B):
        return float(((FROZEN @ x + B @ (A @ x)) ** 2).sum())

    def slopes(of, place):
        for index in np.ndindex(place.shape):
            step = np.zeros(place.shape)
            step[index] = width
            yield (of(place + step) - of(place - step)) / (2 * width)

    zeros = np.zeros((8, 2))
    for down, moves in ((DOWN[:2], True), (0 * DOWN[:2], False)):
        assert not any(slopes(lambda A: loss(A, zeros), down))
        learned = np.abs(list(slopes(lambda B, A=down: loss(A, B), zeros)))
        assert bool(learned.max() > 1e-6) == moves


SENTENCE = re.compile(
    r"(?:The drawn change has rank (\d), because all of it passes through (\d) numbers?|"
    r"With α = 0 nothing is added, and the drawn W stays as it was)\. For a layer of (\d+) × "
    r"(\d+), A and B would have (\d+) numbers, (\S+)% of those of W\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_counts_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    rank, through, n_out, n_in, trained, share = SENTENCE.fullmatch(
        scene.status
    ).groups()
    if chosen["alpha"] == 0:
        assert rank is through is None
    else:
        assert int(rank) == int(through) == chosen["rank"]
    assert (int(n_out), int(n_in)) == (chosen["n_out"], chosen["n_in"])
    count = chosen["rank"] * chosen["n_in"] + chosen["n_out"] * chosen["rank"]
    assert int(trained) == count
    right = 100 * count / (chosen["n_in"] * chosen["n_out"])
    assert float(share) == pytest.approx(right, rel=6e-3)
    sheet = scene.figures[0]["data"][0]["z"]
    merged = by_loops(chosen["alpha"], chosen["rank"])
    np.testing.assert_allclose(sheet[-8:, 18:26], merged, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(sheet[-8:, 9:17], merged - FROZEN, rtol=1e-6, atol=1e-9)
    line = scene.figures[2]["data"][1]["y"]
    place = STATEMENT.control("n_out").positions.index(chosen["n_out"])
    assert line[place] == count
