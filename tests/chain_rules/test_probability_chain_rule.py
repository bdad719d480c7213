"""Chain rule of probability: laws, numbers from outside, and the page's claims."""

from __future__ import annotations

import itertools
import math
import re
from collections import Counter
from fractions import Fraction

import numpy as np
import pytest
import scipy.special
import scipy.stats
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas import checks
from formulas.chain_rules.probability_chain_rule import (
    chain_rule,
    conditional,
    joint_table,
    marginal,
    ngram_probabilities,
    sequence_log_likelihood,
)
from formulas.optimization.cross_entropy import perplexity
from pages.chain_rules.probability_chain_rule.figure import _even_text
from pages.chain_rules.probability_chain_rule.statement import (
    STATEMENT,
    chances,
    line_result,
    words,
)
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of
from tests.strategies import distributions, settings_of
from ui.catalogue import BROKEN, BY_SLUG

LESSON = BY_SLUG["probability_chain_rule"]
WORDS, CHANCES = words("on"), chances("on")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("np.asarray(first[:, None] * then)", "np.asarray(first * then)"),
    ("table.sum(axis=1 - axis, keepdims=True)", "table.sum(axis=axis, keepdims=True)"),
    ("np.exp(-total / len(logs))", "np.exp(-total)"),
    ("        logs = np.log(factors)", "        logs = np.log2(factors)"),
    ("-logs + 0.0", "logs + 0.0"),
    (
        'checks.integer(axis, "axis", low=0, high=1)))',
        'checks.integer(1 - axis, "axis", low=0, high=1)))',
    ),
    ("out=gone, where=products > 0", "out=gone, where=products > 1e-300"),
    ("        product = factors.prod()", "        product = np.exp(total / len(logs))"),
    ("rows[np.arange(len(index)), index] - scale", "rows.max(axis=1) - scale"),
    (
        "rows[np.arange(len(index)), index] - scale",
        "np.roll(rows, -1, axis=0)[np.arange(len(index)), index] - scale",
    ),
    ("if not np.isfinite(scale).all():", "if np.isnan(scale).any():"),
    ("np.exp(-total / len(index))", "np.exp(-total)"),
    ("following = text[len(known) :][fits]", "following = text[:starts][fits]"),
    ("fits &= text[k : k + starts] == token", "fits |= text[k : k + starts] == token"),
    ("minlength=vocab_size) + added", "minlength=vocab_size) + added / vocab_size"),
    ("np.asarray(counts / counts.sum())", "np.asarray(counts / len(following))"),
    ("if not (following.size or added)", "if not following.size"),
)

factors = st.lists(st.floats(0.01, 1.0), min_size=1, max_size=12)
tables = distributions(6).map(lambda p: p.reshape(2, 3))

# Russell and Norvig's burglary network.
ALARM = {(1, 1): 0.95, (1, 0): 0.94, (0, 1): 0.29, (0, 0): 0.001}


def burglary(j: int, m: int, a: int, b: int, e: int) -> float:
    """Return the joint probability of one assignment, as a chain."""

    def chance(p: float, happens: int) -> float:
        return p if happens else 1 - p

    return chain_rule(
        [
            chance(0.001, b),
            chance(0.002, e),
            chance(ALARM[b, e], a),
            chance(0.90 if a else 0.05, j),
            chance(0.70 if a else 0.01, m),
        ]
    ).product


def burglary_sum(**known: int) -> float:
    names = "jmabe"
    worlds = (
        dict(zip(names, w, strict=True)) for w in itertools.product((0, 1), repeat=5)
    )
    return sum(
        burglary(**w) for w in worlds if all(w[k] == v for k, v in known.items())
    )


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"P(A, B) = P(A \mid B)\, P(B), \qquad P(x_1, \dots, x_n) = "
        r"\prod_{t=1}^{n} P(x_t \mid x_1, \dots, x_{t-1})"
    )


# Outside numbers


def test_two_aces_with_and_without_putting_the_first_back():
    without = chain_rule([4 / 52, 3 / 51]).product
    assert without == pytest.approx(0.004524886877828, rel=1e-12)
    assert without == pytest.approx(1 / 221, rel=1e-12)
    back = chain_rule([4 / 52, 4 / 52]).product
    assert back == pytest.approx(0.005917159763314, rel=1e-12)


def test_one_entry_of_russell_and_norvigs_burglary_network():
    found = burglary(j=1, m=1, a=1, b=0, e=0)
    assert found == pytest.approx(0.00062811126, rel=1e-9)
    assert found == pytest.approx(0.000628, abs=5e-7)


def test_the_burglary_after_both_calls_as_aima_python_has_it():
    found = burglary_sum(j=1, m=1, b=1) / burglary_sum(j=1, m=1)
    assert found == pytest.approx(0.28417183536, abs=5e-12)


def test_the_burglary_networks_probability_of_johns_call():
    assert burglary_sum(j=1) == pytest.approx(0.0521389757, abs=5e-11)
    assert burglary_sum() == pytest.approx(1, rel=1e-12)


def test_four_tokens():
    chain = chain_rule([0.2, 0.5, 0.9, 0.4])
    assert chain.product == pytest.approx(0.036, rel=1e-12)
    assert chain.per_token.mean() == pytest.approx(0.8310590851, abs=5e-11)
    assert chain.perplexity == pytest.approx(2.2957488467, abs=5e-11)


def test_a_condition_and_its_absence():
    joint = joint_table([0.3, 0.7], [[0.8, 0.2], [0.1, 0.9]])
    np.testing.assert_allclose(joint[:, 0], [0.24, 0.07], rtol=1e-12)
    assert marginal(joint, 0)[0] == pytest.approx(0.31, rel=1e-12)
    assert conditional(joint, 1)[0, 0] == pytest.approx(0.7741935484, abs=5e-11)


@given(factors)
def test_agrees_with_numpy_and_scipy(p):
    chain = chain_rule(p)
    assert chain.product == pytest.approx(np.prod(p), rel=1e-12)
    assert chain.log_prob == pytest.approx(np.log(p).sum(), rel=1e-12, abs=1e-15)
    assert chain.perplexity == pytest.approx(1 / scipy.stats.gmean(p), rel=1e-12)


# Laws


@given(distributions(2), distributions(3), distributions(3))
def test_taking_a_joint_table_apart_gives_back_its_factors(p_b, row, other):
    joint = joint_table(p_b, [row, other])
    assert joint.sum() == pytest.approx(1)
    np.testing.assert_allclose(marginal(joint, 1), p_b, rtol=1e-9)
    np.testing.assert_allclose(conditional(joint, 0), [row, other], rtol=1e-9)


@given(tables)
def test_both_orders_give_the_same_joint_table(joint):
    b_first = joint_table(marginal(joint, 1), conditional(joint, 0))
    a_first = joint_table(marginal(joint, 0), conditional(joint, 1).T).T
    np.testing.assert_allclose(b_first, joint, rtol=1e-9)
    np.testing.assert_allclose(a_first, joint, rtol=1e-9)


@given(tables)
def test_conditionals_sum_to_one_over_the_other_axis(joint):
    np.testing.assert_allclose(conditional(joint, 0).sum(axis=1), 1, rtol=1e-9)
    np.testing.assert_allclose(conditional(joint, 1).sum(axis=0), 1, rtol=1e-9)


@given(distributions(3), distributions(2))
def test_independence_is_the_case_of_equal_rows(p_b, p_a):
    joint = joint_table(p_b, [p_a] * 3)
    np.testing.assert_allclose(joint, np.outer(p_b, p_a), rtol=1e-12)


@given(factors)
def test_the_parts_of_a_chain_are_consistent(p):
    chain = chain_rule(p)
    np.testing.assert_allclose(chain.cumulative_log, -np.cumsum(chain.per_token))
    assert chain.cumulative_log[-1] == pytest.approx(chain.log_prob)
    np.testing.assert_allclose(np.cumprod(p), np.exp(chain.cumulative_log))
    assert chain.perplexity == pytest.approx(perplexity(chain.per_token.mean()))


def test_certain_elements_cost_nothing():
    chain = chain_rule([1, 1, 1])
    assert (chain.product, chain.log_prob, chain.perplexity) == (1, 0, 1)
    assert not np.signbit(chain.per_token).any()


# Bad and extreme input


def test_a_factor_of_zero_makes_everything_impossible():
    chain = chain_rule([0.5, 0, 0.5])
    assert (chain.product, chain.log_prob, chain.perplexity) == (0, -math.inf, math.inf)
    np.testing.assert_array_equal(chain.cumulative_log[1:], -np.inf)
    assert chain.per_token[1] == math.inf


@claims("logarithm_goes_on")
def test_the_product_underflows_from_1075_halves_and_the_logarithm_does_not():
    assert chain_rule(np.full(1074, 0.5)).product > 0
    assert chain_rule(np.full(1075, 0.5)).product == 0
    chain = chain_rule(np.full(2000, 0.5))
    assert chain.product == 0
    assert chain.log_prob == pytest.approx(-1386.29, abs=5e-3)
    assert chain.log_prob == pytest.approx(2000 * math.log(0.5), rel=1e-12)
    assert chain.perplexity == pytest.approx(2, rel=1e-12)
    products = _even_text(0.5).products
    assert np.flatnonzero(products == 0)[0] + 1 == 1075


def test_who_multiplies_first_gets_the_same_logarithms_until_the_product_is_gone():
    text = _even_text(0.5)
    np.testing.assert_allclose(text.summed, -math.log(2) * np.arange(1, 2001))
    # Halves are exact down to the smallest float.
    np.testing.assert_allclose(text.multiplied[:1074], text.summed[:1074], rtol=1e-12)
    assert np.isnan(text.multiplied[1074:]).all()
    assert not text.products[1074:].any()


@given(st.floats(0.05, 1), st.integers(1, 12))
def test_an_even_text_is_a_chain_of_equal_factors(q, n):
    text = _even_text(q)
    np.testing.assert_array_equal(text.factors, [q] * 2000)
    assert text.products[n - 1] == pytest.approx(q**n)
    assert text.summed[n - 1] == pytest.approx(n * math.log(q))


def test_an_impossible_token_leaves_nothing_to_take_the_logarithm_of():
    text = _even_text(0.0)
    assert np.isnan(text.multiplied).all()
    assert np.isneginf(text.summed).all()


def test_the_rarest_factor_a_float_can_hold_gives_no_warning():
    assert chain_rule([5e-324]).perplexity == math.inf


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: chain_rule([0.5, 1.5]), "conditionals must be in [0, 1], got 1.5"),
        (lambda: chain_rule([-0.1]), "conditionals must be in [0, 1], got -0.1"),
        (lambda: chain_rule([]), "conditionals must not be empty"),
        (lambda: chain_rule([np.nan]), "conditionals contains NaN"),
        (lambda: chain_rule([np.inf]), "conditionals must be finite"),
        (lambda: chain_rule(["a"]), "conditionals must be numeric"),
        (lambda: chain_rule(0.5), "conditionals must be 1-D, got shape ()"),
        (lambda: chain_rule([2]), "conditionals must be in [0, 1], got 2.0"),
        (
            lambda: joint_table([1.5, -0.5], np.full((2, 2), 0.5)),
            "p_b must be in [0, 1], got 1.5",
        ),
        (
            lambda: joint_table([0.5, 0.5], [[1.2, -0.2], [0, 1]]),
            "p_a_given_b must be in [0, 1], got 1.2",
        ),
        (
            lambda: joint_table([0.5, 0.5], [[0.5, 0.5], [0.5, 0.6]]),
            "p_a_given_b must sum to 1 along the last axis (sum is 1.1)",
        ),
        (
            lambda: joint_table([0.5, 0.6], np.full((2, 2), 0.5)),
            "p_b must sum to 1 along the last axis (sum is 1.1)",
        ),
        (
            lambda: joint_table([0.5, 0.5], [[1.0]]),
            "shape mismatch: p_b has shape (2,), p_a_given_b has shape (1, 1); "
            "p_a_given_b needs one row per value of B",
        ),
        (lambda: joint_table([1.0], [1.0]), "p_a_given_b must be 2-D, got shape (1,)"),
        (lambda: joint_table([], [[]]), "p_b must not be empty"),
        (lambda: joint_table([np.nan], [[1.0]]), "p_b contains NaN"),
        (
            lambda: conditional([[0.5, 0.5], [0, 0]], 0),
            "P(B=1) is 0: the conditional probability is undefined",
        ),
        (
            lambda: conditional([[0, 0.5], [0, 0.5]], 1),
            "P(A=0) is 0: the conditional probability is undefined",
        ),
        (lambda: marginal([[0.5, 0.6]], 0), "joint must sum to 1"),
        (lambda: marginal([[1.5, -0.5]], 0), "joint must be in [0, 1], got 1.5"),
        (lambda: marginal([0.5, 0.5], 0), "joint must be 2-D, got shape (2,)"),
        (lambda: marginal([[1.0]], 2), "axis must be in [0, 1], got 2"),
        (lambda: conditional([[1.0]], 0.5), "axis must be an integer, got 0.5"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    joint = np.array([[1, 0], [0, 0]])
    marginal(joint, 0)
    np.testing.assert_array_equal(joint, [[1, 0], [0, 0]])


# Sequences of tokens


ROWS = np.array([[2, 1, 0.1], [0, 0, 0], [-1, 3, 0]])
TEXT = [0, 1, 0, 2, 0, 1, 1]


def test_three_tokens_scored_by_three_rows():
    score = sequence_log_likelihood([0, 2, 1], ROWS)
    assert score.total == pytest.approx(-1.581526, abs=5e-7)
    assert score.perplexity == pytest.approx(1.694140, abs=5e-7)
    np.testing.assert_allclose(
        score.per_token, [-0.417030, -1.098612, -0.065884], atol=1e-6
    )


@given(st.integers(1, 6), st.integers(1, 5), st.integers(0, 10**6))
def test_a_sequence_is_a_chain_of_predictions(n, vocab, seed):
    random = np.random.default_rng(seed)
    logits = random.normal(scale=5, size=(n, vocab))
    tokens = random.integers(vocab, size=n)
    score = sequence_log_likelihood(tokens, logits)
    chances = scipy.special.softmax(logits, axis=1)[np.arange(n), tokens]
    chain = chain_rule(chances)
    assert score.total == pytest.approx(chain.log_prob, rel=1e-9, abs=1e-12)
    assert score.perplexity == pytest.approx(chain.perplexity, rel=1e-9)
    np.testing.assert_allclose(score.per_token, np.log(chances), rtol=1e-9, atol=1e-12)
    assert score.perplexity == pytest.approx(perplexity(-score.per_token.mean()))


@given(st.integers(1, 3), st.integers(2, 3), st.integers(0, 10**6))
def test_all_sequences_together_have_probability_one(n, vocab, seed):
    logits = np.random.default_rng(seed).normal(size=(n, vocab))
    every = itertools.product(range(vocab), repeat=n)
    total = sum(math.exp(sequence_log_likelihood(t, logits).total) for t in every)
    assert total == pytest.approx(1)


def test_an_excluded_token_makes_the_sequence_impossible():
    score = sequence_log_likelihood([0, 1], [[0, -np.inf], [0, -np.inf]])
    assert (score.total, score.perplexity) == (-math.inf, math.inf)
    np.testing.assert_array_equal(score.per_token, [0, -np.inf])


def test_scores_go_on_where_probabilities_end():
    score = sequence_log_likelihood([1] * 3, [[1000.0, 0.0]] * 3)
    assert score.total == -3000
    assert score.perplexity == math.inf
    assert sequence_log_likelihood([0], [[1e308, -1e308]]).total == 0
    assert sequence_log_likelihood([1], [[1e308, -1e308]]).total == -math.inf


@pytest.mark.parametrize(
    ("smoothing", "expected"), [(0, (0, 2 / 3, 1 / 3)), (1, (1 / 6, 1 / 2, 1 / 3))]
)
def test_what_follows_0(smoothing, expected):
    found = ngram_probabilities(TEXT, [0], 3, smoothing=smoothing)
    np.testing.assert_allclose(found, expected, rtol=1e-15)


@given(
    st.lists(st.integers(0, 2), min_size=1, max_size=30),
    st.lists(st.integers(0, 2), max_size=3),
    st.integers(3, 5),
    st.sampled_from([0.0, 0.5, 1.0, 7.0]),
)
def test_counts_of_what_follows_agree_with_a_counter(text, context, vocab, smoothing):
    k = len(context)
    counts = Counter(
        t for i, t in enumerate(text) if text[max(i - k, 0) : i] == context
    )
    whole = counts.total() + smoothing * vocab
    if not whole:
        with says(f"context {tuple(context)} never occurs: smoothing must be above 0"):
            ngram_probabilities(text, context, vocab)
        return
    found = ngram_probabilities(text, context, vocab, smoothing=smoothing)
    expected = [(counts[token] + smoothing) / whole for token in range(vocab)]
    np.testing.assert_allclose(found, expected, rtol=1e-14)
    assert found.sum() == pytest.approx(1)


def test_without_a_context_tokens_have_their_frequencies():
    np.testing.assert_allclose(ngram_probabilities(TEXT, [], 3), [3 / 7, 3 / 7, 1 / 7])


def test_the_last_token_is_followed_by_nothing():
    with says("context (2,) never occurs: smoothing must be above 0"):
        ngram_probabilities([0, 1, 2], [2], 3)
    with says("context (1, 2) never occurs: smoothing must be above 0"):
        ngram_probabilities([0, 1, 2], [1, 2], 3)
    with says("context (0, 0, 0) never occurs: smoothing must be above 0"):
        ngram_probabilities([0, 0], [0, 0, 0], 3)


def test_smoothing_alone_is_even_and_much_of_it_nearly_so():
    even = [1 / 3] * 3
    np.testing.assert_allclose(ngram_probabilities([0], [2], 3, smoothing=1e-9), even)
    for much in (1e6, 1e300, 1.7e308):
        found = ngram_probabilities(TEXT, [0], 3, smoothing=much)
        np.testing.assert_allclose(found, even, atol=1e-6)


def test_bigrams_are_a_chain_with_a_short_memory():
    rows = np.array([ngram_probabilities(TEXT, [t], 3, smoothing=1) for t in TEXT[:-1]])
    chances = rows[np.arange(len(rows)), TEXT[1:]]
    score = sequence_log_likelihood(TEXT[1:], np.log(rows))
    assert score.total == pytest.approx(chain_rule(chances).log_prob)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: sequence_log_likelihood([0], ROWS),
            "shape mismatch: tokens has shape (1,), logits has shape (3, 3); "
            "logits needs one row per token",
        ),
        (
            lambda: sequence_log_likelihood([0, 1, 3], ROWS),
            "tokens must be in [0, 2], got 3",
        ),
        (
            lambda: sequence_log_likelihood([0, -1, 2], ROWS),
            "tokens must be in [0, 2], got -1",
        ),
        (
            lambda: sequence_log_likelihood([0, 1, 0.5], ROWS),
            "tokens must be an integer, got 0.5",
        ),
        (
            lambda: sequence_log_likelihood([[0]], [[0.0]]),
            "tokens must be 1-D, got shape (1, 1)",
        ),
        (
            lambda: sequence_log_likelihood([0], [0.0]),
            "logits must be 2-D, got shape (1,)",
        ),
        (lambda: sequence_log_likelihood([], [[0.0]]), "tokens must not be empty"),
        (lambda: sequence_log_likelihood([0], [[]]), "logits must not be empty"),
        (lambda: sequence_log_likelihood(["a"], [[0.0]]), "tokens must be numeric"),
        (lambda: sequence_log_likelihood([0], [["a"]]), "logits must be numeric"),
        (lambda: sequence_log_likelihood([0], [[np.nan]]), "logits contains NaN"),
        (
            lambda: sequence_log_likelihood([0], [[np.inf]]),
            "logits must not contain +inf",
        ),
        (lambda: sequence_log_likelihood([np.nan], [[0.0]]), "tokens contains NaN"),
        (
            lambda: sequence_log_likelihood([0], [[-np.inf]]),
            "softmax is undefined: row 0 has no finite logit",
        ),
        (lambda: ngram_probabilities([0, 3], [], 3), "tokens must be in [0, 2], got 3"),
        (lambda: ngram_probabilities([0], [3], 3), "context must be in [0, 2], got 3"),
        (
            lambda: ngram_probabilities([0.5], [], 3),
            "tokens must be an integer, got 0.5",
        ),
        (
            lambda: ngram_probabilities([0], [0.5], 3),
            "context must be an integer, got 0.5",
        ),
        (lambda: ngram_probabilities([], [], 3), "tokens must not be empty"),
        (lambda: ngram_probabilities([0], 0, 3), "context must be 1-D, got shape ()"),
        (
            lambda: ngram_probabilities([[0]], [], 3),
            "tokens must be 1-D, got shape (1, 1)",
        ),
        (lambda: ngram_probabilities(["a"], [], 3), "tokens must be numeric"),
        (lambda: ngram_probabilities([0], [np.nan], 3), "context contains NaN"),
        (lambda: ngram_probabilities([np.inf], [], 3), "tokens must be finite"),
        (
            lambda: ngram_probabilities([0], [], 0),
            "vocab_size must be in [1, inf), got 0",
        ),
        (
            lambda: ngram_probabilities([0], [], 3, smoothing=-1),
            "smoothing must be in [0, inf), got -1.0",
        ),
        (
            lambda: ngram_probabilities([0], [], 3, smoothing=np.nan),
            "smoothing contains NaN",
        ),
    ],
)
def test_bad_sequences_are_named(call, message):
    with says(message):
        call()


def test_sequences_are_left_as_they_were():
    text, context, rows = np.array(TEXT), np.array([0]), ROWS.copy()
    ngram_probabilities(text, context, 3, smoothing=1)
    sequence_log_likelihood([0, 2, 1], rows)
    np.testing.assert_array_equal(text, TEXT)
    np.testing.assert_array_equal(context, [0])
    np.testing.assert_array_equal(rows, ROWS)


# What the page claims


EVEN = STATEMENT.defaults | {"text": "equal tokens", "length": 10}
EVENTS = STATEMENT.defaults | {"text": "two events"}


def of_the_page(**settings):
    return outputs_of(STATEMENT, inputs_of(STATEMENT, **{**EVEN, **settings}))


def test_two_aces_are_more_likely_if_the_first_is_put_back():
    back, without = chain_rule([4 / 52] * 2), chain_rule([4 / 52, 3 / 51])
    assert 100 * back.product == pytest.approx(0.592, abs=5e-4)
    assert 100 * without.product == pytest.approx(0.452, abs=6e-4)


@claims("product_underflows")
def test_preset_underflow_of_1100_halves():
    chain = chain_rule(np.full(1100, 0.5))
    assert chain.product == 0
    assert chain.log_prob == pytest.approx(-762.46, abs=5e-3)
    shown = of_the_page(length=1100)
    assert (shown["product"], shown["log_prob"]) == (0, chain.log_prob)


@claims("columns_align")
def test_preset_independent_aligns_the_mosaic():
    rows = conditional(joint_table([0.3, 0.7], [[0.4, 0.6], [0.4, 0.6]]), 0)
    np.testing.assert_allclose(rows[0], rows[1], rtol=1e-12)
    shown = of_the_page(p_a_given_b=0.4, p_a_given_not_b=0.4)
    assert shown["p_a"] == pytest.approx(rows[0, 0])


@claims("one_in_221")
def test_two_aces_without_replacement_are_one_in_221():
    rows = [[3 / 51, 48 / 51], [4 / 51, 47 / 51]]
    joint = joint_table([4 / 52, 48 / 52], rows)
    assert joint[0, 0] == pytest.approx(1 / 221)
    assert marginal(joint, axis=0)[0] == pytest.approx(4 / 52)
    shown = of_the_page(p_b=1 / 13, p_a_given_b=3 / 51, p_a_given_not_b=4 / 51)
    assert shown["joint"] == pytest.approx(1 / 221)
    assert shown["p_a"] == pytest.approx(4 / 52)


@claims("same_area")
@given(tables)
def test_both_orders_have_the_same_area(joint):
    if (joint.sum(axis=0) > 0).all() and (joint.sum(axis=1) > 0).all():
        one = conditional(joint, 0) * marginal(joint, axis=1)[:, None]
        other = conditional(joint, 1) * marginal(joint, axis=0)
        np.testing.assert_allclose(one, other, atol=1e-12)
        np.testing.assert_allclose(one, joint, atol=1e-12)


def test_the_smallest_float_has_a_logarithm_of_minus_745():
    products = _even_text(0.5).products
    assert np.log(products[products > 0][-1]) == pytest.approx(-745, abs=1)


@claims("one_step_predictions")
@given(distributions(12).map(lambda p: p.reshape(2, 3, 2)))
def test_next_token_predictions_give_back_the_probability_of_every_text(joint):
    for text in np.ndindex(joint.shape):
        predictions, possible = [], joint
        for token in text:
            following = possible.reshape(len(possible), -1).sum(axis=1)
            predictions.append(following[token] / following.sum())
            possible = possible[token]
        assert chain_rule(predictions).product == pytest.approx(joint[text])


@claims("sentence_repeated")
@pytest.mark.parametrize("length", [6, 7, 20, 1000])
def test_longer_texts_repeat_the_sentence(length):
    used = inputs_of(STATEMENT, **STATEMENT.defaults | {"length": length})
    wanted = [CHANCES[place % 6] for place in range(length)]
    np.testing.assert_array_equal(used["conditionals"], wanted)


@claims("end_of_text")
@given(st.floats(0.05, 0.95), st.floats(0.05, 0.95))
def test_with_an_end_token_texts_of_all_lengths_add_up_to_one(first, later):
    # Tokens x and y; the chance of the end depends on the token before it.
    def predictions(text):
        chances = [0.5 * (1 - first)]
        for token in text[:-1]:
            end = later if token else first
            chances.append(0.5 * (1 - end))
        return [*chances, later if text[-1] else first]

    total, length = first, 1  # the empty text ends at once
    of_length = []
    for length in range(1, 9):
        texts = list(itertools.product((0, 1), repeat=length))
        ended = sum(chain_rule(predictions(text)).product for text in texts)
        going = sum(chain_rule(predictions(text)[:-1]).product for text in texts)
        total += ended
        # What is missing from 1 belongs to the longer texts.
        of_length.append(going - ended)
        assert total + of_length[-1] == pytest.approx(1)
    assert of_length == sorted(of_length, reverse=True)
    # Without an end each length has a sum of 1 of its own.
    for length in (1, 2, 3):
        texts = itertools.product((0.3, 0.7), repeat=length)
        assert sum(chain_rule(t).product for t in texts) == pytest.approx(1)


@claims("pairs_of_cards")
def test_the_rule_gives_the_share_of_all_pairs_of_cards_that_are_two_aces():
    deck = [True] * 4 + [False] * 48
    ways = (
        (itertools.product(deck, repeat=2), 4 / 52, 0.592),
        (itertools.permutations(deck, 2), 3 / 51, 0.452),
    )
    for pairs, then, percent in ways:
        drawn = np.array(list(pairs))
        assert drawn[drawn[:, 0], 1].mean() == pytest.approx(then)
        share = drawn.all(axis=1).mean()
        assert chain_rule([4 / 52, then]).product == pytest.approx(share)
        assert round(100 * share, 3) == percent


@claims("independent_height")
@given(distributions(2), distributions(2))
def test_independent_columns_are_cut_at_the_height_of_p_a(p_b, p_a):
    columns = conditional(np.outer(p_b, p_a), axis=0)
    np.testing.assert_allclose(columns, [p_a, p_a])


@claims("dropping_the_condition")
@given(distributions(2), distributions(2), distributions(2))
def test_dropping_the_condition_is_off_by_what_the_condition_changes(p_b, a, other_a):
    joint = joint_table(p_b, [a, other_a])
    dropped = np.outer(marginal(joint, axis=1), marginal(joint, axis=0))
    off = p_b[0] * p_b[1] * (a - other_a)  # 0 only for the same a, whatever B is
    np.testing.assert_allclose(joint - dropped, [off, -off], atol=1e-15)


positive = st.floats(0.01, 1.0)


@claims("joint_ignores")
@given(positive, positive, st.floats(0, 0.9))
def test_what_happens_outside_b_changes_p_a_and_the_way_back_but_not_the_joint(
    p_b, then, otherwise
):
    before, after = (
        of_the_page(p_b=0.99 * p_b, p_a_given_b=then, p_a_given_not_b=chance)
        for chance in (otherwise, otherwise + 0.1)
    )
    assert before["joint"] == after["joint"] == pytest.approx(0.99 * p_b * then)
    assert before["p_a"] < after["p_a"]
    assert before["joint"] / before["p_a"] > after["joint"] / after["p_a"]


@claims("perplexity_even")
@given(st.floats(0.05, 1), st.integers(1, 2000))
def test_the_perplexity_of_equally_likely_tokens_is_their_number_at_any_length(q, n):
    assert chain_rule(np.full(n, q)).perplexity == pytest.approx(1 / q)
    logs = np.log(np.full(n, q))
    assert np.exp(-logs.mean()) == pytest.approx(1 / q)


@claims("base_rate")
@given(st.floats(0.01, 0.9), positive, positive)
def test_the_rarer_b_is_the_more_of_a_comes_from_the_cases_without_it(p_b, a, other):
    rare, frequent = (
        of_the_page(p_b=share, p_a_given_b=a, p_a_given_not_b=other)
        for share in (p_b, p_b + 0.05)
    )
    assert rare["joint"] / rare["p_a"] < frequent["joint"] / frequent["p_a"]


@claims("many_small_costs")
def test_a_thousand_nearly_certain_tokens_cost_more_than_a_few_rare_ones():
    texts = {(1000, 0.9): -105, (100, 0.5): -69, (10, 0.05): -30}
    found = [chain_rule(np.full(n, q)).log_prob for n, q in texts]
    assert found == sorted(found)
    np.testing.assert_allclose(found, list(texts.values()), atol=0.5)
    chain = chain_rule([0.9, 0.5, 0.05])
    np.testing.assert_allclose(chain.per_token, [0.1, 0.7, 3], atol=0.02)
    assert chain.log_prob == pytest.approx(-chain.per_token.sum())


def test_the_tasks_of_the_page_have_an_end_on_the_sliders():
    chances = STATEMENT.control("p_a_given_not_b").positions

    def back(chance):
        shown = of_the_page(p_b=0.01, p_a_given_b=1, p_a_given_not_b=chance)
        return shown["joint"] / shown["p_a"]

    assert next(chance for chance in chances if back(chance) < 0.02) == 0.5
    products = [
        of_the_page(token_probability=0.05, length=n)["product"] for n in (248, 249)
    ]
    assert products[0] > 0 == products[1]
    scene = drawing(LESSON)(**EVENTS | {"p_a_given_b": 0.0, "p_a_given_not_b": 0.0})
    read = scene.readouts["P(B | A), the other way round"]
    assert read == "undefined: P(A) is 0"


@claims("sentence_in_chances")
def test_the_sentence_has_about_probability_of_a_few_millionths():
    shown = of_the_page(text="sentence", length=6)
    product = 0.05 * 0.02 * 0.1 * 0.4 * 0.6 * 0.1
    assert shown["product"] == pytest.approx(product)
    assert shown["product"] == pytest.approx(2.4e-6)
    assert shown["perplexity"] == pytest.approx(product ** (-1 / 6))
    assert shown["perplexity"] == pytest.approx(8.6, abs=0.05)
    again = of_the_page(text="sentence", length=60)
    assert again["perplexity"] == pytest.approx(shown["perplexity"])
    assert len(WORDS) == len(CHANCES)


@pytest.mark.parametrize(
    ("length", "title", "shown"),
    [
        (1, "1 token:", 1),
        (6, "6 tokens:", 6),
        (9, "9 tokens:", 9),
        (12, "12 tokens:", 12),
        (100, "First 12 of 100 tokens:", 12),
    ],
)
def test_the_bars_are_the_tokens_of_the_text_and_their_product(length, title, shown):
    chosen = STATEMENT.defaults | {"length": length}
    figure = drawing(LESSON)(**chosen).figures[0]
    layout = figure["layout"]
    given_, whole = (10.0 ** trace["y"] for trace in figure["data"])
    np.testing.assert_allclose(given_, np.resize(CHANCES, shown))
    np.testing.assert_allclose(whole, np.cumprod(given_))
    told = figure["data"][0]["text"]
    if length <= 6:
        np.testing.assert_allclose([float(text) for text in told], given_)
    assert layout["meta"]["title"].startswith(title)
    words, *products = zip(*(t.split("<br>") for t in layout["meta"]["x"]), strict=True)
    assert words == tuple(np.resize(WORDS, shown))
    if products:
        plain = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
        numbers = [
            float(text.replace("·10", "e").translate(plain)) for text in products[0]
        ]
        np.testing.assert_allclose(numbers, whole, rtol=0.05)
    assert bool(products) == (length <= 6)
    low, high = layout["xaxis"]["range"]
    assert low < 0 <= shown - 1 < high
    written = set(figure["data"][1]["text"])
    assert written == {""}  # they would stand on the bars beside them


@given(settings_of(STATEMENT), st.sampled_from(["sentence", "equal tokens"]))
@settings(max_examples=30)
def test_bars_and_the_mark_of_the_logarithm_stay_in_their_pictures(chosen, text):
    scene = drawing(LESSON)(**chosen | {"text": text})
    low, high = scene.figures[0]["layout"]["yaxis"]["range"]
    for trace in scene.figures[0]["data"]:
        assert low + 0.3 < np.min(trace["y"])  # with room for a number
        assert np.max(trace["y"]) <= high == 0
    layout, (summed, _, mark) = scene.figures[1]["layout"], scene.figures[1]["data"]
    low, high = layout["yaxis"]["range"]
    assert low < np.min(summed["y"])
    assert low < scene.readouts["log_prob"] < high
    # The picture is at most ten times as long as the text, or 20 tokens.
    left, right = layout["xaxis"]["range"]
    length = float(mark["x"][0])
    assert left < length <= right < 1.03 * max(20, 10 * length)
    assert np.max(summed["x"]) <= right


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_both_mosaics_have_the_four_joint_probabilities(chosen):
    scene = drawing(LESSON)(**chosen | {"text": "two events"})
    b, a, other = (chosen[name] for name in ("p_b", "p_a_given_b", "p_a_given_not_b"))
    expected = {
        ("A", "B"): b * a,
        ("A", "¬B"): (1 - b) * other,
        ("¬A", "B"): b * (1 - a),
        ("¬A", "¬B"): (1 - b) * (1 - other),
    }
    for figure, columns in zip(scene.figures, ("B", "A"), strict=True):
        for trace in figure["data"][:2]:
            x, y = (np.reshape(trace[axis], (2, 6))[:, :4] for axis in "xy")
            areas = np.ptp(x, axis=1) * np.ptp(y, axis=1)
            for column, area in zip((columns, f"¬{columns}"), areas, strict=True):
                pair = tuple(sorted((trace["name"], column), key=lambda n: n[-1]))
                assert area == pytest.approx(expected[pair], abs=1e-12)


@claims("text_of_two")
@given(settings_of(STATEMENT))
def test_the_rule_for_two_events_is_that_for_a_text_of_two(chosen):
    b, a = chosen["p_b"], chosen["p_a_given_b"]
    scene = drawing(LESSON)(**chosen | {"text": "two events"})
    joint = scene.readouts["joint"]
    assert joint == pytest.approx(chain_rule([b, a]).product, abs=1e-300)


@claims("needs_b")
def test_given_what_never_happens_a_probability_is_undefined():
    joint = joint_table([0.0, 1.0], [[0.8, 0.2], [0.1, 0.9]])
    with says("P(B=0) is 0: the conditional probability is undefined"):
        conditional(joint, 0)
    joint = joint_table([1.0, 0.0], [[0.8, 0.2], [0.1, 0.9]])
    with says("P(B=1) is 0: the conditional probability is undefined"):
        conditional(joint, 0)


def number(text):
    return float(text.replace("−", "-"))


SENTENCE = re.compile(
    r"(.+)\. (?:As floats the|The) (one factor|\d+ factors) (?:is|multiply to) ([^\s,;]+?)"
    r"(?:, which is (wrong): floats end there|, but as floats they (underflow) to 0)?"
    r"(?:;|,) (?:its logarithm|their logarithms add up to) (\S+) nats\."
)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (
            {},
            "Each token has the probability 0.5. The 10 factors multiply to 0.000977; ",
        ),
        ({}, "; their logarithms add up to −6.9315 nats."),
        ({"length": 1}, "The one factor is 0.5, its logarithm −0.69315 nats."),
        (
            {"token_probability": 1.0},
            "multiply to 1; their logarithms add up to 0 nats",
        ),
        ({"length": 1074}, "multiply to 4.94e-324; "),  # halves stay exact
        ({"length": 1080}, "to 7.72e-326, but as floats they underflow to 0; their"),
        # Six tenths of the smallest float round up to it, again and again.
        (
            {"length": 1610, "token_probability": 0.6},
            "multiply to 4.94e-324, which is wrong: floats end there; their logarithms add "
            "up to −822.43 nats.",
        ),
    ],
)
def test_the_sentence_says_what_becomes_of_the_product(change, words):
    chosen = EVEN | change
    assert words in drawing(LESSON)(**chosen).status
    product = 1.0
    for _ in range(chosen["length"]):
        product *= chosen["token_probability"]
    exact = Fraction(chosen["token_probability"]) ** chosen["length"]
    right = abs(Fraction(product) - exact) <= exact / 200
    assert right == ("wrong" not in words and "underflow" not in words)
    assert (product == 0) == ("underflow" in words)


@given(settings_of(STATEMENT), st.sampled_from(["sentence", "equal tokens"]))
@settings(max_examples=30)
def test_the_sentence_gives_the_probability_and_warns_where_floats_end(chosen, text):
    chosen = chosen | {"text": text}
    scene = drawing(LESSON)(**chosen)
    start, count, probability, wrong, underflow, logarithm = SENTENCE.fullmatch(
        scene.status
    ).groups()
    q, n = chosen["token_probability"], int(chosen["length"])
    factors = np.full(n, q)
    if text == "sentence":
        factors = np.resize(chances(chosen["fourth"]), n)
    total = float(np.log(factors).sum())
    assert count == ("one factor" if n == 1 else f"{n} factors")
    assert number(logarithm) == pytest.approx(total, rel=6e-5, abs=1e-12)
    if text == "sentence" and 1 < n < 5:
        assert start.endswith(f"has the probability {factors[-1]}")
    if underflow:
        mantissa, power = probability.split("e")
        exact = math.log(float(mantissa)) + int(power) * math.log(10)
        assert exact == pytest.approx(total, abs=6e-3)
    if total < -746:
        assert wrong or underflow
    elif total > -708:
        assert number(probability) == pytest.approx(math.exp(total), rel=6e-3)
    if wrong:
        assert number(probability) < 1e-320


@pytest.mark.parametrize(
    ("change", "start"),
    [
        ({"length": 1}, "The first word is “the” with probability 0.05."),
        ({"length": 3}, "Given “the cat”, “sat” has the probability 0.1."),
        (
            {"length": 4, "fourth": "in"},
            "Given “the cat sat”, “in” has the probability 0.1",
        ),
        (
            {},
            "“the” has the probability 0.05 as the first word, but 0.6 given “the cat sat on”.",
        ),
        ({"fourth": "and"}, "0.05 as the first word, but 0.2 given “the cat sat and”."),
        ({"length": 7}, "The six words come again and again, always with the same"),
    ],
)
def test_the_sentence_says_what_a_word_is_given(change, start):
    scene = drawing(LESSON)(**STATEMENT.defaults | change)
    assert start in scene.status


@claims("given_the_fourth")
def test_the_fourth_word_changes_the_factors_after_it_alone():
    factors = {
        word: inputs_of(STATEMENT, **STATEMENT.defaults | {"fourth": word})[
            "conditionals"
        ]
        for word in STATEMENT.control("fourth").choices
    }
    assert set(factors) == {"on", "in", "and"}
    for one, other in itertools.combinations(factors.values(), 2):
        np.testing.assert_array_equal(one[:3], other[:3])
        assert (one[3:] != other[3:]).all()
    assert sum(used[3] for used in factors.values()) <= 1  # after the same words
    for word in factors:
        scene = drawing(LESSON)(**STATEMENT.defaults | {"fourth": word})
        names = [t.split("<br>")[0] for t in scene.figures[0]["layout"]["meta"]["x"]]
        assert names == ["the", "cat", "sat", word, "the", "mat"]


@claims("lengths_add_up")
@settings(max_examples=20)
@given(settings_of(STATEMENT), st.sampled_from(["sentence", "equal tokens"]))
def test_the_bar_of_the_product_is_as_long_as_those_of_its_factors(chosen, text):
    picture = drawing(LESSON)(**chosen | {"text": text}).figures[0]
    factors, products = (trace["y"] for trace in picture["data"])
    np.testing.assert_allclose(np.cumsum(factors), products, atol=1e-12)


OF_EVENTS = re.compile(
    r"(?:B has the probability \S+, and in \S+ of these cases A happens too: A and B happen "
    r"together with probability (\S+), the area of A with B in both pictures|B (never) happens, so "
    r"A and B together do not either: P\(A \| B\) is undefined|B (always) happens, so A and "
    r"B happen together with probability (\S+), that of A; P\(A \| ¬B\) is undefined)\."
)


@given(settings_of(STATEMENT), st.sampled_from([None, 0.0, 1.0]))
@settings(max_examples=40)
def test_the_sentence_of_two_events_gives_both_together(chosen, end):
    p_b = chosen["p_b"] if end is None else end
    chosen = chosen | {"text": "two events", "p_b": p_b}
    scene = drawing(LESSON)(**chosen)
    inside, never, always, alone = OF_EVENTS.fullmatch(scene.status).groups()
    both = p_b * chosen["p_a_given_b"]
    assert number(inside or alone or "0") == pytest.approx(both, rel=6e-3, abs=1e-300)
    assert (bool(never), bool(always)) == (p_b == 0, p_b == 1)
    # The other way round: of all who have A, those who have B too.
    back = scene.readouts["P(B | A), the other way round"]
    every = both + (1 - p_b) * chosen["p_a_given_not_b"]
    if every > 1e-300:
        assert back == pytest.approx(both / every)
    else:
        assert back == "undefined: P(A) is 0" or every > 0


@pytest.mark.parametrize("q", STATEMENT.control("token_probability").positions)
def test_no_product_above_0_leads_below_the_line_of_the_smallest_float(q):
    scene = drawing(LESSON)(**EVEN | {"token_probability": q, "length": 2000})
    layout, curve = scene.figures[1]["layout"], scene.figures[1]["data"][1]
    assert "smallest float" in str(layout)
    last = float(np.asarray(curve["y"])[-1])
    if 2000 * math.log(q) > -708:
        assert last == pytest.approx(2000 * math.log(q), abs=1e-9)
    elif q <= 0.5:
        assert math.isnan(last)
    else:
        assert -745 < last < -705


def test_without_the_condition_the_areas_follow():
    broken = next(one for one in BROKEN if one.slug == "probability_chain_rule")
    values = EVENTS | {"p_b": 0.3, "p_a_given_b": 0.8}
    scene = drawing(broken)(**values)
    joint, p_a = scene.readouts["joint"], scene.readouts["p_a"]
    inside, outside = areas_of(scene)
    assert inside == pytest.approx(joint) == pytest.approx(0.3 * p_a)
    assert inside + outside == pytest.approx(p_a)
    with_it, without = areas_of(drawing(LESSON)(**values))
    assert with_it == pytest.approx(0.24)
    assert with_it + without == pytest.approx(p_a)


def areas_of(scene):
    """Return the areas of A in both columns, as the mosaic has them."""
    (mosaic,) = [
        figure
        for figure in scene.figures
        if figure["layout"]["meta"]["title"].startswith("Every area")
    ]
    row = mosaic["data"][0]
    x, y = (np.reshape(row[axis], (2, 6)) for axis in "xy")
    return np.ptp(x[:, :4], axis=1) * np.ptp(y[:, :4], axis=1)


@pytest.mark.parametrize(
    ("length", "written"), [(1100, "7.36e-332"), (1500, "2.85e-452")]
)
def test_an_underflow_is_said_with_the_probability_that_no_float_holds(length, written):
    values = EVEN | {"length": length}
    text = drawing(LESSON)(**values).status
    assert f"multiply to {written}, but as floats they underflow to 0" in text
    mantissa, power = written.split("e")
    assert math.log10(float(mantissa)) + int(power) == pytest.approx(
        length * math.log10(0.5), abs=2e-3
    )
    assert line_result(length, 0.5, "equal tokens", "on") == "log_prob"
    assert line_result(1000, 0.5, "equal tokens", "on") == "product"


def test_where_b_never_happens_the_condition_is_called_undefined():
    text = drawing(LESSON)(**EVENTS | {"p_b": 0.0}).status
    assert text.startswith("B never happens")
    assert text.endswith("P(A | B) is undefined.")
    assert line_result(6, 0.5, "two events", "on") == "joint"


@pytest.mark.parametrize(
    ("tokens", "message"),
    [
        (np.array([0, 5]), "tokens must be in [0, 2], got 5"),
        (np.array([-1, 5]), "tokens must be in [0, 2], got -1"),
        (np.array([[0, 1]]), "tokens must be 1-D, got shape (1, 2)"),
        (np.array([], dtype=int), "tokens must not be empty"),
        (np.array([True, False]), "tokens must be an integer, got True"),
    ],
)
def test_arrays_of_whole_numbers_are_checked_like_lists(tokens, message):
    for given_ in (tokens, tokens.tolist()):
        with says(message):
            ngram_probabilities(given_, [], 3, smoothing=1)


def test_arrays_of_whole_numbers_are_left_as_they_were():
    tokens = np.array([0, 1, 0, 2, 0, 1, 1])
    before = tokens.copy()
    found = ngram_probabilities(tokens, [0], 3)
    np.testing.assert_allclose(found, [0, 2 / 3, 1 / 3])
    np.testing.assert_array_equal(tokens, before)
    assert not np.shares_memory(checks.integers(tokens, "tokens"), tokens)
