"""Minibatches: draws, paths against the general walk, expectations, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.optimization.minibatch import (
    draw_batches,
    expected_excess,
    minibatch_path,
)
from formulas.optimization.sgd import sgd_path
from tests.errors import says
from tests.strategies import matrices

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    (
        "size=(size, n_steps)\n    )\n    return drawn.T",
        "size=(n_steps, size)\n    )\n    return drawn",
    ),
    ("integers(\n        n_examples,", "integers(\n        n_examples + 1,"),
    ("mean(axis=1)", "sum(axis=1)"),
    ("path[k] - lr * gradient", "path[k] + lr * gradient"),
    ("variance / (2 * (2 - lr))\n    kept", "variance / (2 * (2 + lr))\n    kept"),
    ("2 * np.arange(n_steps + 1)", "np.arange(n_steps + 1)"),
)

rates = st.floats(0.01, 1.99)


def test_a_batch_is_drawn_from_all_examples_with_replacement():
    drawn = draw_batches(5, 50, 40, rng=3)
    assert drawn.shape == (40, 50)
    counts = np.bincount(drawn.ravel(), minlength=5)
    assert len(counts) == 5
    # Of 2000 draws a fifth is 400, with a standard deviation of 18.
    assert np.abs(counts - 400).max() < 80


@given(st.integers(1, 30), st.integers(1, 20), st.integers(1, 20), st.integers(1, 9))
def test_a_smaller_batch_is_the_beginning_of_a_larger_one(n, size, more, n_steps):
    large = draw_batches(n, size + more, n_steps, rng=1)
    np.testing.assert_array_equal(
        draw_batches(n, size, n_steps, rng=1), large[:, :size]
    )
    assert 0 <= large.min() <= large.max() < n


@given(matrices((1, 6), (1, 3)), rates, st.integers(1, 12), st.data())
def test_a_path_is_that_of_the_batches_own_gradients(examples, lr, n_steps, data):
    batches = draw_batches(
        len(examples),
        data.draw(st.integers(1, 5)),
        n_steps,
        rng=data.draw(st.integers(0, 99)),
    )
    start = np.full(examples.shape[1], 3.0)
    path = minibatch_path(examples, start, batches, lr=lr)
    left = iter(batches)

    def gradient(theta):
        return np.mean([theta - examples[k] for k in next(left, batches[0])], axis=0)

    other = sgd_path(gradient, start, lr=lr, n_steps=n_steps)
    np.testing.assert_allclose(path, other, rtol=1e-9, atol=1e-9)


def test_the_mean_of_many_runs_is_the_expected_one():
    random = np.random.default_rng(0)
    examples = random.normal(size=(9, 2)) * 2
    center, size, lr, runs = examples.mean(axis=0), 3, 0.4, 40_000
    start = center + np.array([3.0, 0.0])
    # All runs at once: each is two columns of the points.
    batches = random.integers(9, size=(runs, 6, size))
    theta = np.tile(start, (runs, 1))
    losses = [np.full(runs, 4.5)]
    for step in range(6):
        theta = (1 - lr) * theta + lr * examples[batches[:, step]].mean(axis=1)
        losses.append(((theta - center) ** 2).sum(axis=1) / 2)
    variance = ((examples - center) ** 2).sum(axis=1).mean() / size
    expected = expected_excess(4.5, variance, lr=lr, n_steps=6)
    error = np.array([one.std() for one in losses]) / np.sqrt(runs)
    found = np.array([one.mean() for one in losses])
    assert (np.abs(found - expected) <= 5 * error + 1e-12).all()


@given(st.floats(0, 100), st.floats(0, 100), rates)
def test_the_expected_excess_follows_its_recursion_to_its_floor(start, variance, lr):
    excess = expected_excess(start, variance, lr=lr, n_steps=30)
    value = start
    for found in excess:
        assert found == pytest.approx(value, rel=1e-9, abs=1e-9)
        value = (1 - lr) ** 2 * value + lr**2 * variance / 2
    last = expected_excess(start, variance, lr=lr, n_steps=3000)[-1]
    assert last == pytest.approx(lr * variance / (2 * (2 - lr)), rel=1e-6, abs=1e-6)


def test_without_noise_it_is_the_plain_descent():
    np.testing.assert_allclose(
        expected_excess(8.0, 0.0, lr=0.5, n_steps=3), [8, 2, 0.5, 0.125]
    )


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: draw_batches(0, 1, 1), "n_examples must be in [1, inf), got 0"),
        (lambda: draw_batches(1, 0, 1), "size must be in [1, inf), got 0"),
        (lambda: draw_batches(1, 1, 0), "n_steps must be in [1, inf), got 0"),
        (lambda: draw_batches(1.5, 1, 1), "n_examples must be an integer, got 1.5"),
        (lambda: draw_batches(1, 1, 1, rng=-1), "rng must be in [0, inf), got -1"),
        (
            lambda: minibatch_path([[1.0]], [1.0, 2.0], [[0]], lr=1),
            "shape mismatch: theta0 has shape (2,), examples has shape (1, 1); "
            "theta0 needs one coordinate per column of examples",
        ),
        (
            lambda: minibatch_path([[1.0]], [1.0], [[1]], lr=1),
            "batches must be in [0, 0], got 1",
        ),
        (
            lambda: minibatch_path([[1.0]], [1.0], [[0]], lr=2),
            "lr must be in (0, 2), got 2.0",
        ),
        (
            lambda: minibatch_path([[np.nan]], [1.0], [[0]], lr=1),
            "examples contains NaN",
        ),
        (
            lambda: expected_excess(-1.0, 1.0, lr=1, n_steps=1),
            "start must be in [0, inf), got -1.0",
        ),
        (
            lambda: expected_excess(1.0, -1.0, lr=1, n_steps=1),
            "variance must be in [0, inf), got -1.0",
        ),
        (
            lambda: expected_excess(1.0, 1.0, lr=0, n_steps=1),
            "lr must be in (0, 2), got 0.0",
        ),
        (
            lambda: expected_excess(1.0, 1.0, lr=1, n_steps=-1),
            "n_steps must be in [0, inf), got -1",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()
