"""Reductions: what becomes of the losses of single examples."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given

from formulas.optimization.reduction import reduced
from tests.errors import says
from tests.strategies import vectors

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ('losses.mean() if reduction == "mean"', 'losses.sum() if reduction == "mean"'),
    ("total = (losses / losses.size).sum()", "total = losses.sum()"),
    ('if reduction != "none":', "if True:"),
)


@given(vectors((1, 8)))
def test_mean_sum_and_none_agree_with_exact_sums(x):
    losses = np.abs(x)
    total = math.fsum(losses)
    assert reduced(losses, "sum") == pytest.approx(total, rel=1e-14)
    assert reduced(losses, "mean") == pytest.approx(total / len(x), rel=1e-14)
    np.testing.assert_array_equal(reduced(losses, "none"), losses)


def test_numbers_come_back_as_python_floats():
    for reduction in ("mean", "sum"):
        assert type(reduced(np.ones((2, 3)), reduction)) is float
    assert type(reduced(np.float64(2.0), "none")) is float
    assert reduced(np.ones((2, 3)), "none").shape == (2, 3)


def test_a_mean_is_there_even_where_the_sum_overflows():
    assert reduced(np.array([1e308, 1.5e308]), "mean") == pytest.approx(1.25e308)
    assert reduced(np.array([1e308, 1.5e308]), "sum") == math.inf
    assert reduced(np.array([1.0, math.inf]), "mean") == math.inf


def test_an_unknown_reduction_is_named():
    with says("reduction must be one of ('mean', 'sum', 'none'), got 'max'"):
        reduced(np.ones(2), "max")
