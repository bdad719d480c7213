"""Vector-Jacobian products in the lesson on backpropagation: formula, claims."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.chain_rules.vjp import vjp_chain
from pages.chain_rules.backprop_chain_rule.vjp.statement import (
    FIRST,
    SECOND,
    STATEMENT,
    THIRD,
)
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of, vectors
from ui.catalogue import BY_KEY

FORM = BY_KEY["backprop_chain_rule/vjp"]

MUTANTS = (
    ("n_in * width + between + width * n_out,", "n_in * width + between,"),
    ("between = (layers - 2) * width**2", "between = (layers - 1) * width**2"),
    ("gradient = gradient @ jacobian", "gradient = jacobian.T @ gradient * 2"),
    ("from_loss = INPUTS * width", "from_loss = INPUTS"),
    ("result.forward / result.reverse", "result.reverse / result.forward"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (r"{g}^\top = \big(({v}^\top J_3)\, J_2\big)\, J_1")


def test_the_counts_of_the_reviewed_chains():
    shapes = [(4, 3), (2, 4), (1, 2)]
    chain = vjp_chain([np.ones(shape) for shape in shapes], [1.0])
    assert (chain.reverse_cost, chain.forward_cost) == (22, 33)
    shown = of_the_page()
    assert (shown["reverse"], shown["forward"]) == (2_001_000, 1_001_001_000)


@claims("order_matters", "each_layer")
@given(st.integers(1, 6), st.integers(1, 5), st.integers(1, 4), st.integers(2, 5))
@settings(max_examples=30)
def test_the_counts_are_those_of_chains_of_such_shapes(n_in, width, n_out, layers):
    shapes = [(width, n_in), *[(width, width)] * (layers - 2), (n_out, width)]
    chain = vjp_chain([np.ones(shape) for shape in shapes], np.ones(n_out))
    sizes = {"n_in": n_in, "width": width, "n_out": n_out, "layers": layers}
    result = STATEMENT.compute(FIRST, SECOND, THIRD, np.array([1.0]), **sizes)
    assert result.reverse == chain.reverse_cost
    assert result.forward == chain.forward_cost
    one_more = STATEMENT.compute(
        FIRST, SECOND, THIRD, np.array([1.0]), **sizes | {"layers": layers + 1}
    )
    assert one_more.reverse - result.reverse == width**2


@claims("order_matters")
@given(settings_of(STATEMENT))
@settings(max_examples=20)
def test_the_curves_are_the_counts_at_every_number_of_inputs(chosen):
    scene = drawing(FORM)(**chosen)
    forward, reverse = scene.figures[0]["data"][:2]
    for curve, name in ((forward, "forward"), (reverse, "reverse")):
        counts = [of_the_page(**chosen | {"n_in": int(n)})[name] for n in curve["x"]]
        np.testing.assert_allclose(curve["y"], counts)
    y = np.asarray(forward["y"])
    np.testing.assert_allclose(y / y[0], forward["x"])


@claims("same_gradient", "linear_in_v")
@given(vectors(3), st.floats(-2, 2))
def test_the_gradient_is_that_of_the_whole_function(x, slope):
    def loss(x):
        return float(slope * (THIRD @ (SECOND @ (FIRST @ x)))[0])

    shown = of_the_page(slope=slope)["gradient"]
    numeric = scipy.optimize.approx_fprime(x, loss, 1e-3)
    np.testing.assert_allclose(shown, numeric, atol=1e-6)
    np.testing.assert_allclose(shown, slope * (THIRD @ SECOND @ FIRST)[0], atol=1e-12)


@claims("one_input")
def test_with_one_input_both_orders_cost_nearly_the_same():
    many, one = of_the_page(), of_the_page(n_in=1, n_out=1000)
    assert many["forward"] / many["reverse"] > 400
    assert one["forward"] / one["reverse"] == pytest.approx(1, abs=0.01)
    fewer = of_the_page(n_in=1, n_out=10_000, layers=2)
    assert fewer["forward"] < 1.01 * fewer["reverse"]


@claims("million_inputs")
def test_a_million_inputs_are_more_of_the_first_layer():
    more = of_the_page(n_in=1_000_000)["reverse"] - of_the_page()["reverse"]
    assert more == (1_000_000 - 1000) * 1000


@claims("as_many_outputs")
def test_with_as_many_outputs_the_loss_is_still_the_better_end():
    shown = of_the_page(n_out=1000)
    assert shown["forward"] > 500 * shown["reverse"]


@claims("softmax_product")
@given(vectors(4, limit=3), vectors(4, limit=3))
def test_the_softmax_needs_no_matrix(logits, v):
    p = scipy.special.softmax(logits)
    jacobian = np.diag(p) - np.outer(p, p)
    by_matrix = vjp_chain([jacobian], v).gradient
    np.testing.assert_allclose(p * (v - p @ v), by_matrix, atol=1e-12)


SENTENCE = re.compile(
    r"From the loss on, the gradient takes (\S+) multiplications; from the input on it "
    r"takes (\S+), (only )?(\S+) times as many\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_gives_both_counts_at_every_setting(chosen):
    N, W, M, L = (chosen[name] for name in ("n_in", "width", "n_out", "layers"))
    hidden = (L - 2) * W**2
    reverse, forward = N * W + hidden + W * M, N * hidden + N * W * M + N * M
    found = SENTENCE.fullmatch(drawing(FORM)(**chosen).status).groups()
    numbers = [float(found[k]) for k in (0, 1, 3)]
    assert numbers == pytest.approx([reverse, forward, forward / reverse], rel=0.006)
    assert bool(found[2]) == (forward < reverse)
