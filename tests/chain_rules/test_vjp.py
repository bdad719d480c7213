"""Vector-Jacobian products: costs by counting, gradients of composed functions."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.chain_rules.backprop_chain_rule import numerical_gradient
from formulas.chain_rules.vjp import vjp_chain
from formulas.linear_algebra.matrix_multiplication import chain_cost
from formulas.linear_algebra.softmax import softmax, softmax_jacobian
from tests.errors import says

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("for jacobian in reversed(chain):", "for jacobian in chain:"),
    ("gradient @ jacobian", "jacobian.T @ gradient[::-1]"),
    ("for jacobian in chain[1:]) * inputs", "for jacobian in chain) * inputs"),
    ("forward + len(vector) * inputs", "forward"),
    ("reverse = sum(jacobian.size", "reverse = sum(len(jacobian)"),
    ("second.shape[1] == len(first)", "second.shape[0] == first.shape[1]"),
    ("if not (every_entry_counts and np.isfinite(gradient).all())", "if False"),
)


@st.composite
def chains(draw):
    """Draw Jacobians that follow each other, and a vector for the last one."""
    sizes = draw(st.lists(st.integers(1, 5), min_size=2, max_size=5))
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    jacobians = [random.normal(size=(n, m)) for m, n in itertools.pairwise(sizes)]
    return jacobians, random.normal(size=sizes[-1])


def test_three_small_jacobians_cost_22_or_33():
    jacobians = [np.ones((4, 3)), np.ones((2, 4)), np.ones((1, 2))]
    result = vjp_chain(jacobians, [1])
    assert (result.reverse_cost, result.forward_cost) == (22, 33)
    np.testing.assert_array_equal(result.gradient, [8, 8, 8])


def test_a_thousand_units_cost_500_times_as_much_from_the_input():
    square = np.eye(1000)
    result = vjp_chain([square, square, np.ones((1, 1000))], [2])
    assert (result.reverse_cost, result.forward_cost) == (2_001_000, 1_001_001_000)
    np.testing.assert_array_equal(result.gradient, np.full(1000, 2.0))


@given(chains(), st.data())
def test_what_is_not_finite_is_found_wherever_it_stands(chain, data):
    jacobians, v = chain
    if data.draw(st.booleans(), "a factor 0 before it"):
        v = v * 0
    k = data.draw(st.integers(0, len(jacobians) - 1))
    place = np.unravel_index(
        data.draw(st.integers(0, jacobians[k].size - 1)), jacobians[k].shape
    )
    value, words = data.draw(
        st.sampled_from([(np.nan, "contains NaN"), (-np.inf, "must be finite")])
    )
    jacobians[k][place] = value
    with says(f"J{k + 1} {words}"):
        vjp_chain(jacobians, v)


def multiplied(left, right):
    """Multiply with a loop and count the multiplications."""
    count, result = 0, np.zeros((len(left), right.shape[1]))
    for i, j, k in np.ndindex(len(left), right.shape[1], len(right)):
        result[i, j] += left[i, k] * right[k, j]
        count += 1
    return result, count


@given(chains())
def test_both_orders_give_the_gradient_at_their_cost(chain):
    jacobians, v = chain
    found = vjp_chain(jacobians, v)
    row, reverse = v[None], 0
    for jacobian in reversed(jacobians):
        row, count = multiplied(row, jacobian)
        reverse += count
    whole, forward = jacobians[0], 0
    for jacobian in jacobians[1:]:
        whole, count = multiplied(jacobian, whole)
        forward += count
    last, count = multiplied(v[None], whole)
    assert found.reverse_cost == reverse
    assert found.forward_cost == forward + count
    np.testing.assert_allclose(found.gradient, row[0], rtol=1e-9, atol=1e-12)
    np.testing.assert_allclose(found.gradient, last[0], rtol=1e-9, atol=1e-12)


def test_the_two_orders_are_two_placements_of_brackets():
    jacobians = [np.ones((4, 3)), np.ones((2, 4))]
    result = vjp_chain(jacobians, [1, 1])
    costs = chain_cost([(1, 2), (2, 4), (4, 3)]).costs
    assert costs == {"(AB)C": result.reverse_cost, "A(BC)": result.forward_cost}


def test_a_single_jacobian_costs_the_same_either_way():
    result = vjp_chain([[[1, 2, 3], [4, 5, 6]]], [1, -1])
    assert result.reverse_cost == result.forward_cost == 6
    np.testing.assert_array_equal(result.gradient, [-3, -3, -3])


@given(st.integers(1, 4), st.integers(0, 10**6))
def test_softmax_needs_no_matrix(n, seed):
    z, v = np.random.default_rng(seed).normal(size=(2, n))
    p = softmax(z)
    found = vjp_chain([softmax_jacobian(z)], v).gradient
    np.testing.assert_allclose(found, p * (v - p @ v), atol=1e-14)


def test_the_gradient_of_composed_functions():
    random = np.random.default_rng(0)
    W, v, x = random.normal(size=(3, 4)), random.normal(size=3), random.normal(size=4)

    def loss(x):
        return v @ softmax(np.tanh(W @ x))

    inner = np.tanh(W @ x)
    jacobians = [W, np.diag(1 - inner**2), softmax_jacobian(inner)]
    found = vjp_chain(jacobians, v).gradient
    np.testing.assert_allclose(found, numerical_gradient(loss, x), atol=1e-9)


@pytest.mark.parametrize(
    ("jacobians", "v", "message"),
    [
        ([], [1], "jacobians must not be empty"),
        (
            [np.ones((4, 3)), np.ones((2, 5))],
            [1, 1],
            "shape mismatch: J2 has shape (2, 5), J1 has shape (4, 3); "
            "columns of J2 must equal rows of J1",
        ),
        (
            [np.ones((4, 3)), np.ones((2, 4))],
            [1],
            "shape mismatch: v has shape (1,), J2 has shape (2, 4); "
            "v must have one entry per row of J2",
        ),
        ([[1, 2]], [1], "J1 must be 2-D, got shape (2,)"),
        ([[[1]], [[]]], [1], "J2 must not be empty"),
        ([[[1]]], [[1]], "v must be 1-D, got shape (1, 1)"),
        ([[[1]]], [], "v must not be empty"),
        ([[[1]], [[np.nan]]], [1], "J2 contains NaN"),
        ([[[np.inf]]], [1], "J1 must be finite"),
        ([[[1]]], [np.nan], "v contains NaN"),
        (["a"], [1], "J1 must be numeric"),
        ([[[1e200]], [[1e200]]], [1], "result must be finite"),
    ],
)
def test_bad_input_is_named(jacobians, v, message):
    with says(message):
        vjp_chain(jacobians, v)


def test_input_is_left_as_it_was():
    jacobian, v = np.array([[1.0, 2.0]]), np.array([3.0])
    vjp_chain([jacobian], v)
    np.testing.assert_array_equal(jacobian, [[1, 2]])
    np.testing.assert_array_equal(v, [3])
