"""Batch norm in the lesson on layer normalization: its formula, claims, sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings

from formulas.transformer.layer_norm import batch_norm
from pages.transformer.layer_norm.batch_norm.figure import COLUMNS, TOGETHER, WIDE
from pages.transformer.layer_norm.batch_norm.statement import BATCH, STATEMENT
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["layer_norm/batch_norm"]
PLAIN = np.array(BATCH)

MUTANTS = (
    ("m * (n / (n - 1)) * var[j]", "m * var[j]"),
    ("x[:, 0] *= scale", "x[0] *= scale"),
    ("x[0] += shift", "x += shift"),
    ("((row, 0) for row in range(ROWS))", "((0, row) for row in range(COLUMNS))"),
    ("by_layer = layer_norm(x,", "by_layer = layer_norm(x - 1e-3 * x[:, ::-1],"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def drawn(**chosen):
    return drawing(FORM)(**{**STATEMENT.defaults, **chosen})


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{BN}(x)_{ij} = \gamma_j \frac{x_{ij} - \mu_j}"
        r"{\sqrt{\sigma^2_{j} + \varepsilon}} + \beta_j, \quad "
        r"\mu_j = \frac{1}{n} \sum_{i=1}^{n} x_{ij}"
    )


def test_a_batch_worked_out_by_hand():
    """Columns (1, 2, 6) and (10, 20, 30): PyTorch's numbers."""
    batch = [[1.0, 10.0], [2.0, 20.0], [6.0, 30.0]]
    trained = batch_norm(batch, eps=0)
    np.testing.assert_allclose(trained.output[0], [-0.925819, -1.224745], rtol=1e-5)
    np.testing.assert_allclose(trained.running_mean, [0.3, 2])
    np.testing.assert_allclose(trained.running_var, [1.6, 10.9])


@claims("columns_are_normal")
def test_columns_of_one_block_and_rows_of_the_other_have_mean_0_and_variance_1():
    sheet = drawn().figures[0]["data"][0]["z"]
    by_batch, by_layer, by_size = (
        sheet[:, k * WIDE : k * WIDE + COLUMNS] for k in range(3)
    )
    for block, axis in ((by_batch, 0), (by_layer, 1)):
        np.testing.assert_allclose(block.mean(axis), 0, atol=1e-12)
        variance = block.var(axis)
        np.testing.assert_allclose(variance, 1, atol=1e-4)
        assert (variance < 1).all()
    np.testing.assert_allclose((by_size**2).mean(1), 1, atol=1e-4)
    assert {cell for cell in TOGETHER if cell[1] < COLUMNS} == {
        (row, 0) for row in range(4)
    }


@pytest.mark.parametrize("chosen", [{}, {"shift": 20.0, "gamma": 2.0, "beta": -1.0}])
def test_the_three_blocks_are_the_three_norms_of_one_batch(chosen):
    put_in = inputs_of(STATEMENT, **STATEMENT.defaults | chosen)
    x, eps = put_in["x"], put_in["eps"]
    centered = x - x.mean(axis=1, keepdims=True)
    by_row = centered / np.sqrt(x.var(axis=1, keepdims=True) + eps)
    by_size = x / np.sqrt((x**2).mean(axis=1, keepdims=True) + eps)
    by_column = (x - x.mean(axis=0)) / np.sqrt(x.var(axis=0) + eps)
    sheet = drawn(**chosen).figures[0]["data"][0]["z"]
    gains, shifts = put_in["gains"], put_in["shifts"]
    expected = (by_column * gains + shifts, by_row * gains + shifts, by_size * gains)
    for k, block in enumerate(expected):
        shown = sheet[:, k * WIDE : k * WIDE + COLUMNS]
        np.testing.assert_allclose(shown, block, rtol=1e-9, atol=1e-12)


@claims("others_matter")
def test_another_example_changes_batch_norm_and_not_layer_norm():
    read = [drawn(shift=b).readouts for b in (0.0, 20.0)]
    first, second = (
        [row[f"example 2, feature 1: {name} norm"] for row in read]
        for name in ("batch", "layer")
    )
    assert abs(first[1] - first[0]) > 0.1
    assert second[1] == second[0]


@claims("unit_disappears")
def test_the_unit_of_a_feature_disappears_down_the_columns_only():
    plain, larger = of_the_page(), of_the_page(scale=100.0)
    np.testing.assert_allclose(larger["output"], plain["output"], rtol=1e-5)
    before, after = (
        drawn(scale=a).readouts["example 2, feature 1: layer norm"]
        for a in (1.0, 100.0)
    )
    assert before < 0 < after


@claims("outlier_squeezes")
def test_an_outlier_squeezes_the_others_together():
    near, far = (
        np.ptp(of_the_page(shift=b)["output"][1:], axis=0) for b in (0.0, 60.0)
    )
    assert (far < near / 2).all()


@claims("memory_catches_up")
def test_evaluation_nearly_agrees_once_the_batch_is_remembered():
    little, whole = of_the_page(), of_the_page(momentum=1.0)
    assert little["evaluated"][0, 1] > 0 > whole["evaluated"][0, 1]
    np.testing.assert_allclose(
        whole["evaluated"], whole["output"] * np.sqrt(3 / 4), rtol=1e-4
    )


@claims("evaluation_alone")
def test_in_evaluation_an_example_is_alone():
    memory = {"running_mean": [3.0, 20, 3], "running_var": [4.0, 60, 2]}
    together = batch_norm(PLAIN, **memory, training=False).output
    alone = [batch_norm([row], **memory, training=False).output[0] for row in PLAIN]
    np.testing.assert_array_equal(together, alone)


@claims("two_variances")
def test_what_normalizes_divides_by_n_and_what_is_remembered_by_one_less():
    shown = of_the_page(momentum=1.0)
    np.testing.assert_allclose(shown["variance"], PLAIN.var(axis=0))
    np.testing.assert_allclose(shown["running_var"], PLAIN.var(axis=0, ddof=1))


@claims("one_example")
def test_a_batch_of_one_is_an_error():
    with says("batch_norm needs at least 2 rows in training, got 1"):
        batch_norm([[1.0, 2.0]])


SENTENCE = re.compile(
    r"Example 1, feature 1 is (\S+): batch norm compares it with its column’s mean (\S+) "
    r"and gives (\S+), layer norm with its row’s mean (\S+) and gives (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_says_what_is_compared_with_what_at_every_setting(chosen):
    x = PLAIN * [chosen["scale"], 1, 1]
    x[0] = x[0] + chosen["shift"]
    gamma, beta, eps = chosen["gamma"], chosen["beta"], 10.0 ** chosen["log_eps"]
    expected = [x[0, 0]]
    for line in (x[:, 0], x[0]):
        normal = (x[0, 0] - line.mean()) / np.sqrt(line.var() + eps)
        expected += [line.mean(), gamma * normal + beta]
    found = SENTENCE.fullmatch(drawing(FORM)(**chosen).status).groups()
    printed = [float(text.replace("−", "-")) for text in found]
    assert printed == pytest.approx(expected, rel=0.006, abs=1e-9)
