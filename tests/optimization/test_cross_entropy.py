"""Cross-entropy: limits, invariants, numbers from outside, and the page's claims."""

from __future__ import annotations

import itertools
import math
import re

import mpmath
import numpy as np
import pytest
import scipy.special
import scipy.stats
import sklearn.metrics
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.softmax import softmax
from formulas.optimization.cross_entropy import (
    bits_per_byte,
    cross_entropy,
    cross_entropy_from_logits,
    focal_loss,
    perplexity,
    softmax_cross_entropy_grad,
)
from notation.steps import worked_steps
from pages.optimization.cross_entropy.figure import _path_of
from pages.optimization.cross_entropy.statement import (
    OWN,
    STATEMENT,
    _one_against_the_rest,
    losses,
)
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, numbers_of, outputs_of
from tests.strategies import (
    distributions,
    matrices,
    numbers,
    own_numbers_of,
    settings_of,
    vectors,
)
from ui.catalogue import BY_SLUG

LESSON = BY_SLUG["cross_entropy"]

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("choosing = (1 - target) * math.log(n_classes - 1)", "choosing = 0.0"),
    ("float(-y_true[0] * logits[0])", "float(-logits[0])"),
    ("rest / (n_classes - 1), n_classes)", "rest, n_classes)"),
    ("(target * logs).sum(axis=-1)", "(target * logs).sum(axis=0)"),
    ("return probability - target", "return target - probability"),
    ("(1 - share) * target + share / z.shape[-1]", "(1 - share) * target + share"),
    ("np.log(np.where(target > 0, probability, 1.0))", "np.log(probability)"),
    ("probability.clip(eps, 1 - eps)", "probability.clip(eps)"),
    ("scale = math.log(log_base(base))", "scale = 1 / math.log(log_base(base))"),
    ("rest / (n_classes - 1)\n", "rest / n_classes\n"),
    ('losses.mean() if reduction == "mean"', 'losses.sum() if reduction == "mean"'),
    ("np.where(target > 0, logs, 0.0)", "logs"),
    ("missing**gamma * np.where", "probability.max()**gamma * np.where"),
    ("missing**gamma * np.where", "missing ** (gamma - 1) * np.where"),
    ("np.where(weight > 0, surprise, 0.0) * weight", "surprise * weight"),
    (
        "np.where(weight > 0, surprise, 0.0) * weight",
        "np.where(weight > 0, surprise, 0.0)",
    ),
    ("weight = share * target", "weight = target"),
    ("weight = share[label]", "weight = share[label] / share[label].mean()"),
    ("likeliest = label == top", "likeliest = label != top"),
    ("np.where(likeliest, rest, other)", "np.where(False, rest, other)"),
    ("return missing, gap - np.log1p(-rest)", "return missing, gap - np.log(1 - rest)"),
    ("return missing, gap - np.log1p(-rest)", "return missing, gap + 0 * rest"),
    ("loss * math.log2(log_base(base))", "loss / math.log2(log_base(base))"),
    ("loss * math.log2(log_base(base))", "loss * math.log(log_base(base))"),
    ("bits * (n_tokens / n_bytes)", "bits * (n_bytes / n_tokens)"),
)

RULE = "y_true and y_prob must have the same shape, or y_true must hold class indices"
Z = [2, 1, 0.1]


@claims("index_counts_classes")
def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"H(y, \hat{y}) = "
        r"-\sum_{i=1}^{K} y_{i} \log{\left(\hat{y}_{i} \right)} \quad (\log = {\ln}\text{, in nats})"
    )
    assert STATEMENT.control("n_classes").symbol == "K"
    example = inputs_of(STATEMENT, **{**STATEMENT.defaults, "n_classes": 7})
    assert example["y_true"].shape == example["y_prob"].shape == (7,)  # a single one


def test_the_worked_example_keeps_the_brackets_of_the_negated_sum():
    numbers = numbers_of(STATEMENT, **STATEMENT.defaults)
    lines = worked_steps(STATEMENT.equations[0], {}, STATEMENT.quantities, numbers)
    assert lines[1].startswith(r"H = -\left(")
    assert not any("--" in line for line in lines)


# Outside numbers


def test_rows_of_keras_documentation_example():
    y, p = [[0, 1, 0], [0, 0, 1]], [[0.05, 0.95, 0], [0.1, 0.8, 0.1]]
    rows = cross_entropy(y, p, reduction="none")
    np.testing.assert_allclose(rows, [0.0513, 2.3026], atol=5e-5)
    assert cross_entropy(y, p) == pytest.approx(1.176939193690798, rel=1e-12)


def test_spam_example_of_scikit_learns_documentation():
    p = [[0.1, 0.9], [0.9, 0.1], [0.8, 0.2], [0.35, 0.65]]
    spam = [1, 0, 0, 1]
    assert cross_entropy(spam, p) == pytest.approx(0.21616187468057912, rel=1e-12)


@claims("nats_and_bits")
def test_fair_coin_against_a_biased_one_in_bits_as_scipys_documentation_has_it():
    bits = cross_entropy([0.5, 0.5], [0.9, 0.1], base=2)
    assert bits == pytest.approx(1.736965594166206, rel=1e-12)
    assert bits == pytest.approx(1 + 0.7369655941662062, rel=1e-12)
    # A fair coin is worth one bit; scipy's entropy is in nats.
    assert cross_entropy(0, [0.5, 0.5], base=2) == pytest.approx(1)
    nats = cross_entropy([0.5, 0.5], [0.5, 0.5])
    assert nats == pytest.approx(scipy.stats.entropy([0.5, 0.5]))


@claims("untrained_ln_k")
def test_an_untrained_ten_class_network_loses_ln_ten_as_cs231n_says():
    loss = cross_entropy(3, np.full(10, 0.1))
    assert loss == pytest.approx(2.302585092994046, rel=1e-12)
    assert loss == pytest.approx(math.log(10), rel=1e-12)
    assert perplexity(loss) == pytest.approx(10, rel=1e-12)


@claims("untrained_ln_k")
def test_an_untrained_model_with_50257_tokens_loses_ln_50257():
    nats = cross_entropy_from_logits(7, np.zeros(50257))
    assert nats == pytest.approx(10.82490511970208, rel=1e-12)
    bits = cross_entropy_from_logits(7, np.zeros(50257), base=2)
    assert bits == pytest.approx(15.617, abs=5e-4)


@pytest.mark.parametrize(
    ("probability", "loss"),
    [
        (0.9, 0.105361),
        (0.7, 0.356675),
        (0.5, 0.693147),
        (0.1, 2.302585),
        (0.01, 4.60517),
    ],
)
def test_loss_of_a_true_class_probability(probability, loss):
    row = _one_against_the_rest(probability, 5)
    assert cross_entropy(0, row) == pytest.approx(loss, abs=5e-7)


@pytest.mark.parametrize(
    ("label", "loss"), [(0, 0.417030016), (1, 1.417030016), (2, 2.317030016)]
)
def test_loss_of_the_three_logits(label, loss):
    assert cross_entropy_from_logits(label, Z) == pytest.approx(loss, abs=5e-10)


def test_gradient_of_the_three_logits():
    expected = [-0.3409988611, 0.2424329707, 0.0985658904]
    np.testing.assert_allclose(softmax_cross_entropy_grad(0, Z), expected, atol=5e-11)


def test_cross_entropy_is_entropy_plus_divergence_of_the_three_class_example():
    p, q = [0.7, 0.2, 0.1], [0.5, 0.3, 0.2]
    assert cross_entropy(p, p) == pytest.approx(0.801818553, abs=5e-10)
    assert cross_entropy(p, q) == pytest.approx(0.886941379, abs=5e-10)
    gap = cross_entropy(p, q) - cross_entropy(p, p)
    assert gap == pytest.approx(0.085122826, abs=1e-9)


def test_label_smoothing_and_the_smallest_loss_it_leaves():
    loss = cross_entropy_from_logits(0, Z, label_smoothing=0.1)
    assert loss == pytest.approx(0.513696683, abs=5e-10)
    # The smoothed target of three classes lies between certainty and a third each.
    target = _one_against_the_rest(0.9 + 0.1 / 3, 3)
    best = cross_entropy_from_logits(0, np.log(target), label_smoothing=0.1)
    # The entropy of a distribution of two or three values: the smallest possible loss.
    assert best == pytest.approx(scipy.stats.entropy(target), rel=1e-12)
    assert best == pytest.approx(0.291139839, abs=5e-10)


@claims("certain_and_wrong")
def test_a_certain_and_wrong_prediction_is_infinite_where_scikit_learn_clips():
    y, p = [[1, 0], [0, 1]], [[1.0, 0.0], [1.0, 0.0]]
    assert cross_entropy(y, p) == math.inf
    clipped = sklearn.metrics.log_loss(y, p)
    assert clipped == pytest.approx(18.0218, abs=5e-5)
    ours = cross_entropy(y, p, eps=np.finfo(float).eps)
    assert ours == pytest.approx(clipped, rel=1e-9)


@claims("hidden_infinities")
def test_the_hidden_infinities_of_libraries_are_36_and_16_nats():
    eps = np.finfo(float).eps
    assert cross_entropy(1, [1.0, 0.0], eps=eps) == pytest.approx(36.04, abs=5e-3)
    library = sklearn.metrics.log_loss([1], [[1.0, 0.0]], labels=[0, 1])
    assert library == pytest.approx(36.04, abs=5e-3)
    # Keras is not installed here: its documented epsilon is 1e-7.
    assert cross_entropy(1, [1.0, 0.0], eps=1e-7) == pytest.approx(16.12, abs=5e-3)


def test_a_confident_error_of_a_sigmoid_keeps_its_gradient():
    # The logits (0, z) give the sigmoid of z as probability of the second class.
    gradient = softmax_cross_entropy_grad(1, [0.0, -5.0])[1]
    assert gradient == pytest.approx(-0.99330715, abs=5e-9)


@given(matrices((1, 5), (2, 5)))
def test_agrees_with_scikit_learn_and_with_the_logits_form(z):
    labels, p = np.arange(len(z)) % z.shape[1], softmax(z)
    classes = range(z.shape[1])
    expected = sklearn.metrics.log_loss(labels, p, labels=classes)
    assert cross_entropy(labels, p) == pytest.approx(expected, rel=1e-9, abs=1e-12)
    loss = cross_entropy_from_logits(labels, z)
    assert loss == pytest.approx(expected, rel=1e-9, abs=1e-12)


@claims("entropy_plus_divergence")
@given(distributions(4), distributions(4))
def test_agrees_with_scipys_entropies(p, q):
    expected = scipy.stats.entropy(p) + scipy.stats.entropy(p, q)
    assert cross_entropy(p, q) == pytest.approx(expected, rel=1e-9)


@given(vectors(4, 3.0), st.floats(0, 0.5))
def test_gradient_agrees_with_central_differences(z, share):
    target, h = _one_against_the_rest(1 - share, 4), 1e-5
    steps = h * np.eye(4)
    losses = [
        cross_entropy_from_logits(np.tile(target, (4, 1)), z + s, reduction="none")
        for s in (steps, -steps)
    ]
    numeric = (losses[0] - losses[1]) / (2 * h)
    np.testing.assert_allclose(
        softmax_cross_entropy_grad(target, z), numeric, atol=1e-8
    )


# Laws


@given(distributions(5), distributions(5))
def test_no_prediction_beats_the_truth_itself(p, q):
    assert cross_entropy(p, q) >= cross_entropy(p, p) - 1e-12


@given(matrices(3, 4))
def test_labels_and_one_hot_rows_mean_the_same(z):
    labels, p = [2, 0, 3], softmax(z)
    assert cross_entropy(labels, p) == cross_entropy(np.eye(4)[labels], p)
    np.testing.assert_array_equal(
        softmax_cross_entropy_grad(labels, z),
        softmax_cross_entropy_grad(np.eye(4)[labels], z),
    )


@given(matrices(3, 4))
def test_reductions_and_batches_are_consistent(z):
    labels = [1, 1, 0]
    rows = cross_entropy_from_logits(labels, z, reduction="none")
    assert rows.shape == (3,)
    total = cross_entropy_from_logits(labels, z, reduction="sum")
    assert total == pytest.approx(rows.sum(), rel=1e-12)
    assert cross_entropy_from_logits(labels, z) == pytest.approx(rows.mean(), rel=1e-12)
    nested = cross_entropy_from_logits([labels], z[None], reduction="none")
    np.testing.assert_array_equal(nested, rows[None])


@given(vectors(4), st.floats(0, 0.9))
def test_smoothing_is_the_same_as_a_smoothed_target(z, share):
    target = (1 - share) * np.eye(4)[2] + share / 4
    smoothed = cross_entropy_from_logits(2, z, label_smoothing=share)
    expected = cross_entropy_from_logits(target, z)
    assert smoothed == pytest.approx(expected, rel=1e-12, abs=1e-15)


@given(vectors((2, 6)))
def test_rows_of_the_gradient_sum_to_zero(z):
    assert softmax_cross_entropy_grad(0, z).sum() == pytest.approx(0, abs=1e-14)


@given(st.floats(0.1, 20))
def test_perplexity_undoes_the_logarithm_in_any_base(count):
    for base in (2, math.e, 10):
        assert perplexity(math.log(count, base), base=base) == pytest.approx(count)


def test_a_scalar_label_is_accepted_with_one_row():
    assert cross_entropy(1, [[0.5, 0.5]]) == cross_entropy([1], [[0.5, 0.5]])
    assert isinstance(cross_entropy(1, [0.5, 0.5], reduction="none"), float)


# Bad and extreme input


def test_a_zero_on_both_sides_contributes_nothing():
    assert cross_entropy([0.5, 0.5, 0], [0.5, 0.5, 0]) == pytest.approx(math.log(2))


def test_a_zero_for_the_true_class_costs_infinitely_much():
    assert cross_entropy(2, [0.5, 0.5, 0]) == math.inf


def test_huge_logits_stay_finite():
    assert cross_entropy_from_logits(1, [1e4, 0]) == 10000
    assert cross_entropy_from_logits(0, [1e4, -1e4]) == 0
    assert cross_entropy_from_logits(0, [-1e308, 1e308]) == math.inf


def test_a_logit_of_minus_infinity_excludes_its_class():
    assert cross_entropy_from_logits(0, [-np.inf, 0.0]) == math.inf
    assert cross_entropy_from_logits(1, [-np.inf, 0.0]) == 0
    smoothed = cross_entropy_from_logits(1, [-np.inf, 0.0], label_smoothing=0.1)
    assert smoothed == math.inf


def test_clipping_bounds_both_sides_without_renormalizing():
    assert cross_entropy(0, [1.0, 0.0], eps=0.1) == pytest.approx(-math.log(0.9))
    assert cross_entropy(1, [1.0, 0.0], eps=0.1) == pytest.approx(-math.log(0.1))


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: cross_entropy([0, 1], [0.5, 0.6]),
            "y_prob must sum to 1 along the last axis (sum is 1.1)",
        ),
        (
            lambda: cross_entropy([0.5, 0.6], [0.5, 0.5]),
            "y_true must sum to 1 along the last axis (sum is 1.1)",
        ),
        (lambda: cross_entropy([0, 1], [-0.5, 1.5]), "y_prob must be non-negative"),
        (lambda: cross_entropy([-1, 2], [0.5, 0.5]), "y_true must be non-negative"),
        (
            lambda: cross_entropy([3], [[0.2, 0.3, 0.5]]),
            "label must be in [0, 2], got 3",
        ),
        (
            lambda: cross_entropy_from_logits(-1, [0.2, 0.3, 0.5]),
            "label must be in [0, 2], got -1",
        ),
        (
            lambda: softmax_cross_entropy_grad(2, [0, 0]),
            "label must be in [0, 1], got 2",
        ),
        (
            lambda: cross_entropy([1, 2, 3], [[0.5, 0.5]]),
            f"shape mismatch: y_true has shape (3,), y_prob has shape (1, 2); {RULE}",
        ),
        (lambda: cross_entropy([0.5, 0.5], np.full((2, 3), 1 / 3)), RULE),
        (
            lambda: cross_entropy_from_logits([1, 2], [[0.5, 0.5]]),
            "shape mismatch: y_true has shape (2,), logits has shape (1, 2); "
            "y_true and logits must have the same shape, or y_true must hold class "
            "indices",
        ),
        (lambda: cross_entropy(0, 0.5), "y_prob must be 1-D, got shape ()"),
        (lambda: cross_entropy([], []), "y_true must not be empty"),
        (lambda: cross_entropy(0, []), "y_prob must not be empty"),
        (lambda: cross_entropy(0, ["a"]), "y_prob must be numeric"),
        (lambda: cross_entropy([0, 1], [np.nan, 1]), "y_prob contains NaN"),
        (lambda: cross_entropy([np.nan, 1], [0, 1]), "y_true contains NaN"),
        (lambda: cross_entropy([0, 1], [np.inf, 1]), "y_prob must be finite"),
        (lambda: cross_entropy_from_logits(0, [np.nan, 1]), "logits contains NaN"),
        (
            lambda: cross_entropy_from_logits(0, [np.inf, 1]),
            "logits must not contain +inf",
        ),
        (
            lambda: cross_entropy(0, [0.5, 0.5], base=1),
            "base must be positive and different from 1",
        ),
        (
            lambda: cross_entropy_from_logits(0, [0.5, 0.5], base=-2),
            "base must be positive and different from 1",
        ),
        (lambda: perplexity(1, base=0), "base must be positive and different from 1"),
        (lambda: perplexity(1, base=np.nan), "base contains NaN"),
        (
            lambda: cross_entropy(0, [0.5, 0.5], eps=0.5),
            "eps must be in [0, 0.5), got 0.5",
        ),
        (
            lambda: cross_entropy_from_logits(0, [1, 2], label_smoothing=1),
            "label_smoothing must be in [0, 1), got 1.0",
        ),
        (
            lambda: cross_entropy(0, [0.5, 0.5], reduction="max"),
            "reduction must be one of ('mean', 'sum', 'none'), got 'max'",
        ),
        (lambda: perplexity(np.nan), "mean_loss contains NaN"),
        (lambda: perplexity(np.inf), "mean_loss must be finite"),
        (lambda: perplexity(1000), "result must be finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    y, p = np.array([1, 0]), np.array([0.5, 0.5])
    cross_entropy(y, p, eps=0.1)
    np.testing.assert_array_equal(y, [1, 0])
    np.testing.assert_array_equal(p, [0.5, 0.5])


# Focal loss and bits a byte


def test_focal_loss_of_the_three_logits():
    assert focal_loss(0, Z) == pytest.approx(0.048492, abs=5e-7)
    assert focal_loss(2, Z) == pytest.approx(1.882780, abs=5e-7)


def test_focal_loss_of_a_sigmoid():
    alpha = [0.75, 0.25]
    right = focal_loss(1, [0.0, 1.0], alpha=alpha)
    wrong = focal_loss(0, [0.0, 1.0], alpha=alpha)
    assert right == pytest.approx(0.005665, abs=5e-7)
    assert wrong == pytest.approx(0.526401, abs=5e-7)


@given(vectors((1, 6)), st.floats(0, 5), st.floats(0, 1), st.randoms())
def test_two_logits_are_the_sigmoid_form_of_libraries(z, gamma, a, random):
    t = np.array([random.randint(0, 1) for _ in z])
    p = scipy.special.expit(z)
    p_t, a_t = np.where(t, p, 1 - p), np.where(t, a, 1 - a)
    cross = np.logaddexp(0, np.where(t, -z, z))
    expected = a_t * (1 - p_t) ** gamma * cross
    logits = np.stack([np.zeros_like(z), z], axis=1)
    found = focal_loss(t, logits, gamma=gamma, alpha=[1 - a, a], reduction="none")
    np.testing.assert_allclose(found, expected, rtol=1e-9, atol=1e-12)


@given(matrices((1, 5), (2, 5)), st.floats(0, 5))
def test_focal_loss_agrees_with_scipys_log_softmax(z, gamma):
    labels = np.arange(len(z)) % z.shape[1]
    weights = 0.5 + np.arange(z.shape[1])
    logs = scipy.special.log_softmax(z, axis=1)
    every = -((1 - np.exp(logs)) ** gamma) * logs
    rows = every[np.arange(len(z)), labels]
    found = focal_loss(labels, z, gamma=gamma, reduction="none")
    np.testing.assert_allclose(found, rows, rtol=1e-9, atol=1e-12)
    weighted = focal_loss(labels, z, gamma=gamma, alpha=weights)
    expected = (weights[labels] * rows).mean()
    assert weighted == pytest.approx(expected, rel=1e-9, abs=1e-12)
    target = scipy.special.softmax(z[::-1], axis=1)
    soft = focal_loss(target, z, gamma=gamma, alpha=weights, reduction="sum")
    expected = (target * weights * every).sum()
    assert soft == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(matrices((1, 4), 3))
def test_with_gamma_zero_it_is_the_cross_entropy(z):
    labels = np.arange(len(z)) % 3
    found = focal_loss(labels, z, gamma=0)
    with mpmath.workdps(40):
        rows = zip(z.tolist(), labels.tolist(), strict=True)
        surprises = [
            mpmath.log(sum(mpmath.exp(other - mpmath.mpf(row[k])) for other in row))
            for row, k in rows
        ]
        exact = mpmath.fsum(surprises) / len(surprises)
    assert found == pytest.approx(float(exact), rel=1e-12)
    usual = cross_entropy_from_logits(labels, z)
    ulp = np.spacing(np.abs(z).max())  # what a difference of two logits cannot tell
    assert usual == pytest.approx(float(exact), rel=1e-12, abs=2 * ulp)


@given(vectors(4), st.floats(0, 5), st.floats(0.01, 5))
def test_the_larger_gamma_the_smaller_the_loss(z, gamma, more):
    assert focal_loss(1, z, gamma=gamma + more) <= focal_loss(1, z, gamma=gamma)


def test_at_nine_tenths_one_percent_of_the_loss_is_left():
    z = np.log([0.9, 0.06, 0.04])
    ratio = focal_loss(0, z) / cross_entropy_from_logits(0, z)
    assert ratio == pytest.approx(0.01, rel=1e-12)


def test_focal_reductions_are_consistent_and_the_mean_counts_rows():
    z, labels = [[2.0, 1.0], [0.0, 3.0]], [0, 0]
    rows = focal_loss(labels, z, alpha=[0.2, 5.0], reduction="none")
    assert rows.shape == (2,)
    total = focal_loss(labels, z, alpha=[0.2, 5.0], reduction="sum")
    assert total == pytest.approx(rows.sum(), rel=1e-12)
    assert focal_loss(labels, z, alpha=[0.2, 5.0]) == pytest.approx(total / 2)
    nested = focal_loss([labels], [z], alpha=[0.2, 5.0], reduction="none")
    np.testing.assert_array_equal(nested, rows[None])
    assert isinstance(focal_loss(0, z[0], reduction="none"), float)


@pytest.mark.parametrize("gap", [-1000.0, -30.0, 1e-9, 30.0, 45.0, 200.0])
@pytest.mark.parametrize("gamma", [0.0, 0.5, 2.0])
def test_confident_predictions_keep_all_digits(gap, gamma):
    with mpmath.workdps(600):
        p = 1 / (1 + mpmath.exp(-mpmath.mpf(gap)))
        expected = float(-((1 - p) ** gamma) * mpmath.log(p))
    found = focal_loss(0, [gap + 5, 5.0], gamma=gamma)
    assert found == pytest.approx(expected, rel=1e-12, abs=0)


def test_excluded_and_weightless_classes():
    assert focal_loss(0, [-np.inf, 0.0]) == math.inf
    assert focal_loss(1, [-np.inf, 0.0]) == 0
    assert focal_loss(1, [-np.inf, 0.0], gamma=0) == 0
    assert focal_loss(0, [-np.inf, 0.0], alpha=[0, 1]) == 0
    assert focal_loss([0.0, 1.0], [-np.inf, 0.0]) == 0
    assert focal_loss(0, [-1e308, 1e308]) == math.inf
    assert focal_loss(0, [1e308, -1e308]) == 0


def test_the_same_text_costs_the_same_bits_a_byte_with_any_tokenizer():
    random = np.random.default_rng(0)
    surprises = random.exponential(size=4200)  # of each byte, in nats
    expected = surprises.sum() / math.log(2) / 4200
    for n_tokens in (1, 1000, 4200):
        cuts = np.sort(random.choice(np.arange(1, 4200), n_tokens - 1, replace=False))
        tokens = [piece.sum() for piece in np.split(surprises, cuts)]
        assert bits_per_byte(np.mean(tokens), n_tokens, 4200) == pytest.approx(expected)
    assert bits_per_byte(3.0, 1000, 4200) == pytest.approx(1.030496, abs=5e-7)


@given(st.floats(0, 20), st.integers(1, 10**6), st.integers(1, 10**6))
def test_bits_a_byte_in_any_base(loss, n_tokens, n_bytes):
    nats = bits_per_byte(loss, n_tokens, n_bytes)
    for base in (2, 10, 256):
        other = bits_per_byte(loss / math.log(base), n_tokens, n_bytes, base=base)
        assert other == pytest.approx(nats, rel=1e-12)
    assert nats == pytest.approx(loss / math.log(2) * n_tokens / n_bytes, rel=1e-12)


def test_guessing_bytes_costs_eight_bits_and_certainty_none():
    assert bits_per_byte(math.log(256), 7, 7) == pytest.approx(8, rel=1e-15)
    assert bits_per_byte(0.0, 7, 7) == 0


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: focal_loss(3, Z), "label must be in [0, 2], got 3"),
        (lambda: focal_loss(-1, Z), "label must be in [0, 2], got -1"),
        (
            lambda: focal_loss([0, 1], [Z]),
            "shape mismatch: y_true has shape (2,), logits has shape (1, 3); y_true and "
            "logits must have the same shape, or y_true must hold class indices",
        ),
        (
            lambda: focal_loss(0, Z, alpha=[1.0, 2.0]),
            "shape mismatch: alpha has shape (2,), logits has shape (3,); alpha needs "
            "one weight per class",
        ),
        (lambda: focal_loss(0, Z, alpha=1.0), "alpha must be 1-D, got shape ()"),
        (lambda: focal_loss(0, Z, alpha=[1, -1, 1]), "alpha must be non-negative"),
        (lambda: focal_loss(0, Z, alpha=[1, np.nan, 1]), "alpha contains NaN"),
        (lambda: focal_loss(0, Z, alpha=[1, np.inf, 1]), "alpha must be finite"),
        (lambda: focal_loss(0, Z, gamma=-1.0), "gamma must be in [0, inf), got -1.0"),
        (lambda: focal_loss(0, Z, gamma=np.nan), "gamma contains NaN"),
        (lambda: focal_loss(0, 1.0), "logits must be 1-D, got shape ()"),
        (lambda: focal_loss(0, []), "logits must not be empty"),
        (lambda: focal_loss(0, ["a"]), "logits must be numeric"),
        (lambda: focal_loss(0, [np.nan, 1]), "logits contains NaN"),
        (lambda: focal_loss(0, [np.inf, 1]), "logits must not contain +inf"),
        (
            lambda: focal_loss(0, [-np.inf, -np.inf]),
            "softmax is undefined: row 0 has no finite logit",
        ),
        (
            lambda: focal_loss([0.5, 0.6], [1.0, 2.0]),
            "y_true must sum to 1 along the last axis (sum is 1.1)",
        ),
        (lambda: focal_loss([-1.0, 2.0], [1.0, 2.0]), "y_true must be non-negative"),
        (lambda: focal_loss([np.nan, 1.0], [1.0, 2.0]), "y_true contains NaN"),
        (
            lambda: focal_loss(0, Z, reduction="max"),
            "reduction must be one of ('mean', 'sum', 'none'), got 'max'",
        ),
        (
            lambda: bits_per_byte(-1.0, 1, 1),
            "mean_loss must be in [0, inf), got -1.0",
        ),
        (lambda: bits_per_byte(np.nan, 1, 1), "mean_loss contains NaN"),
        (lambda: bits_per_byte(np.inf, 1, 1), "mean_loss must be finite"),
        (lambda: bits_per_byte(1.0, 0, 1), "n_tokens must be in [1, inf), got 0"),
        (lambda: bits_per_byte(1.0, 1, 0), "n_bytes must be in [1, inf), got 0"),
        (lambda: bits_per_byte(1.0, 1.5, 1), "n_tokens must be an integer, got 1.5"),
        (
            lambda: bits_per_byte(1.0, 1, 1, base=1),
            "base must be positive and different from 1",
        ),
        (lambda: bits_per_byte(1e308, 9, 1), "result must be finite"),
    ],
)
def test_bad_input_of_focal_loss_and_bits_is_named(call, message):
    with says(message):
        call()


def test_focal_loss_leaves_its_input_as_it_was():
    y, z, alpha = np.array([1, 0]), np.ones((2, 2)), np.array([0.5, 2.0])
    focal_loss(y, z, alpha=alpha)
    focal_loss(np.eye(2), z, alpha=alpha)
    np.testing.assert_array_equal(y, [1, 0])
    np.testing.assert_array_equal(z, np.ones((2, 2)))
    np.testing.assert_array_equal(alpha, [0.5, 2])


# What the page claims


def of_the_page(**settings):
    inputs = inputs_of(STATEMENT, **{**STATEMENT.defaults, **settings})
    return inputs, outputs_of(STATEMENT, inputs)


@given(st.floats(0.001, 0.999), st.integers(2, 300), st.floats(0, 0.3))
def test_the_parts_of_the_loss_are_those_of_all_classes(p, n, share):
    values = {"probability": p, "n_classes": n, "smoothing": share}
    inputs, full = of_the_page(**values)
    terms = -inputs["y_true"] * np.log(inputs["y_prob"])
    loss = cross_entropy(inputs["y_true"], inputs["y_prob"])
    true_part, other_part = full["true_part"], full["other_part"]
    assert true_part == pytest.approx(terms[0], rel=1e-9)
    assert other_part == pytest.approx(terms[1:].sum(), rel=1e-9, abs=1e-12)
    assert true_part + other_part == pytest.approx(full["loss"], rel=1e-9)
    assert full["loss"] == pytest.approx(loss, rel=1e-9)
    gradient = softmax_cross_entropy_grad(inputs["y_true"], inputs["logits"])
    np.testing.assert_allclose(full["gradient"], gradient, rtol=1e-9, atol=1e-12)
    shown = scene(**values).readouts
    assert shown["loss from the true class"] == true_part
    assert shown["loss from the other classes"] == other_part


def terms_of(picture):
    """Return width, height and area of each class's term, read off the outline."""
    term, whole = picture["data"][:2]
    x, y = (np.array(term[axis]).reshape(-1, 5)[:, :4] for axis in "xy")
    unit = np.array(whole["x"]).reshape(-1, 5)
    widths = (x[:, 2] - x[:, 0]) / (unit[:, 2] - unit[:, 0])
    corners, after = x + 1j * y, np.roll(x + 1j * y, -1, axis=1)
    shoelace = np.abs((np.conj(corners) * after).imag.sum(axis=1)) / 2
    areas = np.nan_to_num(shoelace / (unit[:, 2] - unit[:, 0]))
    return widths, np.array(whole["y"]).reshape(-1, 5)[:, 1], areas


@claims("areas_are_terms")
@given(st.floats(0.001, 0.999), st.sampled_from([2, 3, 4, 5]), st.floats(0, 0.3))
def test_the_areas_are_the_terms_and_add_up_to_the_loss(p, n, smoothing):
    shown = scene(probability=p, n_classes=n, smoothing=smoothing)
    target = np.full(n, smoothing / n) + (1 - smoothing) * (np.arange(n) == 0)
    prediction = np.full(n, (1 - p) / (n - 1))
    prediction[0] = p
    widths, heights, areas = terms_of(shown.figures[0])
    np.testing.assert_allclose(widths, target, atol=1e-12)
    np.testing.assert_allclose(heights, -np.log(prediction), rtol=1e-9)
    assert areas.sum() == pytest.approx(
        scipy.special.rel_entr(target, prediction).sum()
        + scipy.special.entr(target).sum(),
        rel=1e-9,
    )
    low, top = shown.figures[0]["layout"]["yaxis"]["range"]
    assert low == 0 < heights.max() < top


@claims("areas_are_terms")
@pytest.mark.parametrize("n", [6, 10, 300, 50257])
def test_the_last_area_stands_for_each_of_the_other_classes(n):
    shown = scene(n_classes=n, smoothing=0.2)
    widths, heights, areas = terms_of(shown.figures[0])
    assert shown.figures[0]["data"][2]["text"][-1].startswith(f"{n - 4:,} more, each")
    assert len(areas) == 5
    assert heights[-1] == pytest.approx(math.log((n - 1) / 0.3))
    assert widths[-1] == pytest.approx(0.2 / n, abs=1e-12)
    whole = areas[:4].sum() + (n - 4) * areas[4]
    assert whole == pytest.approx(shown.readouts["loss"], rel=1e-6)


def test_above_each_word_stands_its_term_with_target_and_prediction():
    picture = scene(smoothing=0.1).figures[0]
    words = ["mat", "floor", "sofa", "bed", "roof"]
    assert list(picture["layout"]["xaxis"]["ticktext"]) == words
    first, *others = picture["data"][2]["text"]
    assert first == "0.92 ×<br>−ln 0.7<br>= 0.328"  # 0.92 · 0.3567
    assert others == ["0.02 ×<br>−ln 0.075<br>= 0.0518"] * 4  # 0.02 · 2.590


def test_the_gradient_bars_stand_for_every_class():
    for n in (2, 3, 300):
        _, full = of_the_page(n_classes=n, smoothing=0.2)
        one, other = scene(n_classes=n, smoothing=0.2).figures[2]["data"][0]["y"]
        np.testing.assert_allclose(
            full["gradient"], [one, *[other] * (n - 1)], atol=1e-12
        )


def test_the_point_on_the_curve_is_dragged_along_the_probability():
    picture = scene(probability=0.4).figures[1]
    (handle,) = picture["layout"]["meta"]["handles"]
    assert handle["x"] == "probability"
    assert handle["y"] == ""
    assert handle["at"] == [0.4, pytest.approx(-math.log(0.4))]


def test_the_parts_follow_a_whole_curve():
    grid = np.linspace(0.1, 0.9, 5)
    curve = losses(0.91, grid, 10)
    alone = [
        of_the_page(probability=p, n_classes=10, smoothing=0.1)[1]["loss"] for p in grid
    ]
    np.testing.assert_allclose(curve, alone, rtol=1e-12)


@claims("smoothing_punishes_confidence")
def test_with_smoothing_too_much_confidence_costs_again():
    grid = np.linspace(0.001, 0.999, 999)
    curve = losses(0.91, grid, 10)
    assert grid[curve.argmin()] == pytest.approx(0.91, abs=0.001)
    assert curve[-1] > curve.min()
    assert (np.diff(curve[grid > 0.9095]) > 0).all()  # from the preset's 0.91 on


@claims("rest_costs_more")
@given(st.floats(0.01, 0.98), st.floats(0.001, 0.01), st.floats(0.01, 0.3))
def test_the_part_of_the_rest_grows_with_the_confidence(probability, more, smoothing):
    before, after = (
        scene(probability=p, smoothing=smoothing).readouts[
            "loss from the other classes"
        ]
        for p in (probability, probability + more)
    )
    assert after > before


@claims("perplexity_is_reciprocal", "loss_adds_logarithms")
@given(st.floats(0.003, 0.999), st.integers(2, 100))
def test_with_a_one_hot_target_the_perplexity_is_one_over_the_probability(p, classes):
    whole, third = (
        scene(probability=q, n_classes=classes).readouts for q in (p, p / 3)
    )
    assert whole["perplexity exp(H)"] == pytest.approx(1 / p)
    assert third["perplexity exp(H)"] == pytest.approx(3 / p)
    assert third["loss"] - whole["loss"] == pytest.approx(math.log(3))


@claims("gradient_bounded")
@given(st.floats(0.001, 0.999), st.integers(2, 1000), st.floats(0, 0.3))
def test_the_gradient_of_the_true_logit_is_never_larger_than_1(p, classes, smoothing):
    readouts = scene(probability=p, n_classes=classes, smoothing=smoothing).readouts
    target = 1 - smoothing + smoothing / classes
    found = readouts["gradient of the true logit"]
    assert found == pytest.approx(p - target, abs=1e-12)
    assert abs(found) <= 1


@claims("descent_recovers")
@settings(max_examples=40)
@given(st.floats(0.001, 0.999), st.integers(2, 300), st.floats(0, 0.3))
def test_gradient_descent_on_all_logits_leads_to_the_target(p, classes, smoothing):
    target = np.full(classes, smoothing / classes)
    target[0] += 1 - smoothing
    shown = scene(probability=p, n_classes=classes, smoothing=smoothing).figures[3]
    path = np.asarray(shown["data"][0]["y"])
    logits, moved = np.log(_one_against_the_rest(p, classes)), []
    for step in path:
        prediction = scipy.special.softmax(logits)
        assert step == pytest.approx(prediction[0], rel=1e-9)
        moved.append(float(np.abs(prediction - target).max()))
        logits = logits - (prediction - target)
    off = np.abs(path - target[0])
    assert (np.diff(off) <= 1e-12).all()
    assert off[-1] < 0.5 * off[0] + 0.07
    np.testing.assert_allclose(moved, off, atol=1e-9)


@claims("loss_descends")
@settings(max_examples=40, deadline=None)
@given(
    own_numbers_of(OWN, most=30),
    st.sampled_from(STATEMENT.control("smoothing").positions),
)
def test_each_step_lowers_the_loss_of_a_readers_numbers(own, smoothing):
    given_ = STATEMENT.inputs(
        probability=0.5, n_classes=2, smoothing=smoothing, own=own
    )
    target, prediction = given_["y_true"], given_["y_prob"]
    path = _path_of(tuple(target.tolist()), tuple(prediction.tolist()))
    losses_now = -(target * scipy.special.log_softmax(np.log(path), axis=1)).sum(axis=1)
    assert (np.diff(losses_now) <= 1e-12 * (1 + losses_now[:-1])).all()


@claims("loss_descends")
@pytest.mark.parametrize(
    "own", ["0.5_0.5~0.4_0.1~0.1_0.4", "0.34_0.34~0.33_0.65~0.33_0.01"]
)
def test_a_single_probability_may_overshoot_its_target(own):
    path = np.asarray(scene(own=own).figures[3]["data"][0]["y"])
    off = np.abs(path - float(own.split("_")[0]))
    assert off[0] < 1e-12
    assert off.max() > 0.03
    assert off[-1] < 0.02


def test_what_a_word_would_add_is_named_as_readers_say_it():
    for own, kind in (("", "word"), ("0.5_0.5~0.5_0.5", "class")):
        assert (
            scene(own=own).figures[0]["data"][1]["name"] == f"if this {kind} were true"
        )


@claims("perplexity_counts_classes")
def test_perplexity_of_an_untrained_network_is_the_number_of_classes():
    loss = cross_entropy(0, _one_against_the_rest(0.1, 10))
    assert perplexity(loss) == pytest.approx(10)
    for other in (0.0, 0.69, loss):
        assert perplexity(other) == pytest.approx(math.exp(other))


@claims("blind_at_least_ln_k", "first_loss_above")
@given(distributions(10), st.integers(0, 100))
def test_a_first_loss_is_larger_than_ln_k_by_large_logits_or_by_a_sum(blind, seed):
    # Whatever a network answers that does not see the input: no less than ln 10.
    labels, untrained = np.arange(10), math.log(10)
    assert cross_entropy(labels, np.tile(blind, (10, 1))) >= untrained - 1e-12
    logits = np.random.default_rng(seed).normal(size=(10, 10))
    assert cross_entropy_from_logits(labels, 0.01 * logits) == pytest.approx(
        untrained, abs=0.02
    )
    assert cross_entropy_from_logits(labels, 30 * logits) > 3 * untrained
    summed = cross_entropy_from_logits(labels, 0.01 * logits, reduction="sum")
    assert summed > 9 * untrained


@claims("first_loss_below")
def test_a_first_loss_is_smaller_by_masks_by_fewer_classes_and_by_class_frequencies():
    labels, logits = np.repeat(np.arange(10), 10), np.zeros((100, 10))
    each = cross_entropy_from_logits(labels, logits, reduction="none")
    np.testing.assert_allclose(each, math.log(10))
    masked = np.where(np.arange(100) < 50, 0, each)  # half counts as 0
    assert masked.mean() == pytest.approx(math.log(10) / 2)
    assert cross_entropy_from_logits(0, np.zeros(5)) < 0.75 * math.log(10)
    frequencies = np.array([0.91, *[0.01] * 9])
    rare = np.repeat(np.arange(10), (100 * frequencies).astype(int))
    biased = np.tile(np.log(frequencies), (100, 1))  # the bias alone, weights of 0
    first = cross_entropy_from_logits(rare, biased)
    assert first == pytest.approx(scipy.stats.entropy(frequencies))
    assert first < 0.25 * math.log(10)
    # A label that leaks into the input changes nothing before the first step.
    inputs = np.eye(10)[np.arange(1000) % 10]
    weights = np.random.default_rng(0).normal(size=(200, 10, 10)) * 0.3
    leaked = [
        cross_entropy_from_logits(np.arange(1000) % 10, inputs @ w) for w in weights
    ]
    assert np.mean(leaked) > math.log(10)


@claims("preset_losses")
def test_presets_untrained_confident_and_right_confident_and_wrong():
    for classes in (2, 10, 50257):
        row = _one_against_the_rest(1 / classes, classes)
        assert cross_entropy(0, row) == pytest.approx(math.log(classes))
    right = cross_entropy(0, _one_against_the_rest(0.99, 10))
    wrong = cross_entropy(0, _one_against_the_rest(0.01, 10))
    assert right == pytest.approx(0.01005, abs=5e-6)
    assert wrong == pytest.approx(4.605, abs=5e-4)
    shown = {p: of_the_page(probability=p)[1] for p in (0.2, 0.99, 0.01)}
    assert STATEMENT.defaults["n_classes"] == 5
    assert shown[0.2]["loss"] == pytest.approx(math.log(5))
    assert shown[0.99]["loss"] == pytest.approx(0.01005, abs=5e-6)
    assert shown[0.01]["loss"] == pytest.approx(4.605, abs=5e-4)


@claims("others_share")
def test_of_50257_classes_each_other_one_gets_next_to_nothing():
    made = inputs_of(STATEMENT, **STATEMENT.defaults | {"n_classes": 50257})
    assert made["y_prob"][1:].sum() == pytest.approx(0.3)
    assert made["y_prob"][1:].max() < 1e-5


@pytest.mark.parametrize("smoothing", [0.0, 0.1])
def test_two_curves_have_two_names_only_where_they_are_two(smoothing):
    picture = scene(smoothing=smoothing).figures[1]
    loss, surprise = picture["data"][:2]
    alike = np.isnan(surprise["y"]).all()  # drawn once
    assert alike == (smoothing == 0) == (not surprise["showlegend"])
    assert np.allclose(loss["y"], -np.log(loss["x"])) == alike
    assert ("surprise" in loss["name"]) == alike


@claims("surprise_without_limit")
@given(st.floats(1, 500), st.integers(2, 20))
def test_the_loss_is_minus_the_logarithm_of_what_happened_and_has_no_limit(bound, n):
    row = _one_against_the_rest(math.exp(-bound), n)
    assert cross_entropy(0, row) == pytest.approx(bound)
    assert cross_entropy(0, _one_against_the_rest(1.0, n)) == 0


@claims("halving_adds_ln_two")
@given(st.floats(0.002, 0.999))
def test_halving_the_probability_always_adds_ln_two(probability):
    whole, half = (
        cross_entropy(0, _one_against_the_rest(p, 10))
        for p in (probability, probability / 2)
    )
    assert half - whole == pytest.approx(math.log(2), abs=1e-12)
    assert half - whole == pytest.approx(0.693, abs=5e-4)


@claims("prediction_minus_target")
@given(vectors((2, 6)), numbers())
def test_the_gradient_is_prediction_minus_target(z, shift):
    gradient = softmax_cross_entropy_grad(1, z + shift)
    expected = scipy.special.softmax(z) - np.eye(len(z))[1]
    np.testing.assert_allclose(gradient, expected, atol=1e-12)


@claims("coin_flip")
def test_a_loss_of_0_69_is_a_coin_flip_for_two_classes_and_good_for_50000():
    assert cross_entropy(0, [0.5, 0.5]) == pytest.approx(0.693, abs=5e-4)
    untrained = cross_entropy(0, _one_against_the_rest(1 / 50000, 50000))
    assert untrained > 15 * 0.69
    assert untrained == pytest.approx(10.8, abs=0.05)


@claims("perfect_still_costs")
@given(distributions((2, 6)))
def test_a_perfect_prediction_costs_nothing_only_if_the_target_is_one_hot(p):
    assert cross_entropy(p, p) > 0.01  # each class has a share of 0.1 % at least
    for one_hot in np.eye(len(p)):
        assert cross_entropy(one_hot, one_hot) == 0


@claims("confident_error_learns")
def test_the_gradient_of_a_confident_error_stays_near_minus_one():
    assert of_the_page(probability=0.01)[1]["gradient"][0] == pytest.approx(-0.99)
    for probability, n in itertools.product((0.01, 1e-6, 1e-30), (2, 10, 50257)):
        logits = np.log(_one_against_the_rest(probability, n))
        gradient = softmax_cross_entropy_grad(0, logits)
        assert -1 <= gradient[0] <= -0.99
        before, after = (
            cross_entropy_from_logits(0, z) for z in (logits, logits - gradient)
        )
        assert before - after > 0.9  # one step of size 1


@claims("squared_error_stalls")
@pytest.mark.parametrize("n", [2, 3, 10, 1000])
@pytest.mark.parametrize("p", [0.01, 0.001])
def test_the_squared_error_of_a_confident_error_hardly_has_a_gradient(n, p):
    def error(first):
        logits = np.log(_one_against_the_rest(p, n))
        logits[0] += first
        return ((scipy.special.softmax(logits) - np.eye(n)[0]) ** 2).sum()

    slope = (error(1e-5) - error(-1e-5)) / 2e-5
    others = (1 - p) ** 2 / (n - 1)
    assert slope == pytest.approx(-2 * p * ((1 - p) ** 2 + others), rel=1e-5)
    assert 0 < -slope < 0.04


@claims("sum_is_likelihood")
@given(distributions((2, 6)), st.lists(st.integers(0, 1), min_size=1, max_size=8))
def test_the_losses_of_examples_add_up_to_minus_the_log_of_their_product(p, labels):
    product = np.prod(p[labels])
    total = sum(cross_entropy(label, p) for label in labels)
    assert total == pytest.approx(-math.log(product))


@pytest.mark.parametrize(("n", "smoothing"), [(2, 0.3), (5, 0.0), (50257, 0.1)])
def test_the_least_loss_is_the_entropy_of_the_target(n, smoothing):
    shown = scene(n_classes=n, smoothing=smoothing).readouts
    target = np.full(n, smoothing / n) + (1 - smoothing) * (np.arange(n) == 0)
    least = shown["entropy of the target: the least loss"]
    assert least == pytest.approx(scipy.stats.entropy(target), abs=1e-9)
    assert least <= shown["loss"]


def scene(**values):
    return drawing(LESSON)(**STATEMENT.defaults | values)


@pytest.mark.parametrize(
    ("probability", "n_classes", "smoothing", "words"),
    [
        (
            0.7,
            10,
            0,
            "gets 70.0%: a loss of 0.3567 nats, better than guessing among 10",
        ),
        (0.1, 10, 0, "a loss of 2.303 nats, what a uniform guess among 10 classes"),
        (
            0.101,
            10,
            0,
            "a loss of 2.293 nats, better than guessing among 10 classes (2.303).",
        ),
        (
            0.099,
            10,
            0,
            "a loss of 2.313 nats, worse than guessing among 10 classes (2.303).",
        ),
        (
            0.5,
            2,
            0.3,
            "0.6931 nats against the smoothed target, what a uniform guess",
        ),
        (
            0.001,
            2,
            0,
            "gets 0.1%: a loss of 6.908 nats, worse than guessing among 2 classes",
        ),
        (
            0.999,
            2,
            0.3,
            "1.037 nats against the smoothed target, worse than guessing among 2",
        ),
        (
            0.999,
            50257,
            0,
            "gets 99.9%: a loss of 0.001001 nats, better than guessing among",
        ),
        (
            0.001,
            50257,
            0.3,
            "target, better than guessing among 50,257 classes (10.82).",
        ),
    ],
)
def test_the_sentence_compares_with_an_untrained_network(
    probability, n_classes, smoothing, words
):
    values = {
        "probability": probability,
        "n_classes": n_classes,
        "smoothing": smoothing,
    }
    assert words in scene(**values).status
    check_the_sentence(values)


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_sentence_has_the_loss_of_all_classes(values):
    check_the_sentence(values | {"own": ""})


def check_the_sentence(values):
    p, n, share = (values[k] for k in ("probability", "n_classes", "smoothing"))
    target = np.full(n, share / n) + (1 - share) * (np.arange(n) == 0)
    prediction = np.where(np.arange(n) == 0, p, (1 - p) / (n - 1))
    loss = (
        scipy.special.entr(target).sum()
        + scipy.special.rel_entr(target, prediction).sum()
    )
    text = scene(**values).status
    found = re.match(
        r"The true class gets (\S+)%: a loss of (\S+) nats( against the smoothed target)?, ",
        text,
    )
    percent, cost, smoothed = found.groups()
    assert float(percent) == pytest.approx(100 * p, abs=0.0501)
    assert float(cost) == pytest.approx(loss, rel=6e-4)
    assert (smoothed is not None) == (share > 0)
    rest = text[found.end() :]
    if rest == f"what a uniform guess among {n:,} classes loses.":
        assert loss == pytest.approx(math.log(n), rel=1e-3)
    else:
        comparison = rf"(better|worse) than guessing among {n:,} classes \((\S+)\)\."
        which, blind = re.fullmatch(comparison, rest).groups()
        assert float(blind) == pytest.approx(math.log(n), rel=6e-4)
        assert (which == "worse") == (loss > math.log(n))
        assert (which == "worse") == (float(cost) > float(blind))


def test_one_other_class_is_not_each_other_class():
    for n_classes, name in ((2, "other class"), (3, "each other class")):
        figure = scene(n_classes=n_classes).figures[2]
        assert list(figure["layout"]["xaxis"]["ticktext"]) == ["true class", name]


# A reader's own target and prediction


@settings(max_examples=40, deadline=None)
@given(
    own_numbers_of(OWN, most=30),
    st.sampled_from(STATEMENT.control("smoothing").positions),
)
def test_a_readers_own_columns_are_those_that_are_drawn_and_scored(own, smoothing):
    shown = scene(own=own, smoothing=smoothing, probability=0.3, n_classes=1000)
    rows = [[float(cell) for cell in row.split("_")] for row in own.split("~")]
    target, prediction = (column / column.sum() for column in np.array(rows).T)
    count, place = len(target), target.argmax()
    target = (1 - smoothing) * target + smoothing / count
    logs = np.log(prediction)
    loss = scipy.special.entr(target).sum() + scipy.stats.entropy(target, prediction)
    close = {"rel": 1e-9, "abs": 1e-9}
    assert shown.readouts["loss"] == pytest.approx(loss, **close)
    name = f"class {place + 1}"
    part = -target[place] * logs[place]
    assert shown.readouts[f"loss from {name}"] == pytest.approx(part, **close)
    others = shown.readouts["loss from the other classes"]
    assert others == pytest.approx(loss - part, **close)
    least = shown.readouts["entropy of the target: the least loss"]
    assert least == pytest.approx(scipy.stats.entropy(target), **close)
    assert shown.readouts["loss of a uniform guess, ln K"] == math.log(count)
    summed, against, gradient, descent = shown.figures
    widths, heights, areas = terms_of(summed)
    np.testing.assert_allclose(widths, target, atol=1e-12)
    np.testing.assert_allclose(heights, -logs, rtol=1e-9, atol=1e-12)
    assert areas.sum() == pytest.approx(loss, **close)
    np.testing.assert_allclose(
        gradient["data"][0]["y"], scipy.special.softmax(logs) - target, atol=1e-12
    )
    logits = logs
    for found in descent["data"][0]["y"]:
        now = scipy.special.softmax(logits)
        assert found == pytest.approx(now[place], abs=1e-9)
        logits = logits - (now - target)
    curve = against["data"][0]
    for k in (0, 80, 159):
        p = curve["x"][k]
        rest = np.delete(prediction, place)
        moved = np.insert(rest / rest.sum() * (1 - p), place, p)
        assert curve["y"][k] == pytest.approx(-(target * np.log(moved)).sum(), **close)
    for figure in shown.figures:
        low, high = figure["layout"]["yaxis"]["range"]
        for trace in figure["data"]:
            assert low <= np.nanmin(trace["y"]) <= np.nanmax(trace["y"]) <= high
    assert f"lass {place + 1}" in shown.status
    assert ("against the smoothed target" in shown.status) == (smoothing > 0)
    if " than guessing among " in shown.status:
        assert ("worse" in shown.status) == (loss > math.log(count))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 3\n0 1", "The true class 1 gets 75%: a loss of 0.2877 nats, better than"),
        ("1 3\n2 1", "Class 2, with the largest target, gets 25%: a loss of 1.02 nats"),
        ("0 1\n1 1", "a loss of 0.6931 nats, what a uniform guess among 2 classes"),
    ],
)
def test_the_sentence_names_the_true_class_of_a_reader(text, words):
    assert words in scene(own=OWN.parse(text)[0]).status


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("1 0.5\n0 0", "row 2, prediction: it must be at least 0.000001"),
        ("0 0.5\n0 0.5", "the target needs a number of at least 0.000001"),
    ],
)
def test_a_prediction_or_a_target_of_nothing_is_refused(text, words):
    assert OWN.parse(text) == ("", words)


def test_at_the_smoothed_target_the_gradient_is_0_and_not_rounding():
    chosen = STATEMENT.defaults | {"probability": 0.92, "smoothing": 0.1}
    assert drawing(LESSON)(**chosen).readouts["gradient of the true logit"] == 0
