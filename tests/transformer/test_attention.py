"""Attention: the mask, the scale, numbers from outside, and the page's claims."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
import scipy.optimize
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.transformer.attention import (
    attention_saturation,
    causal_mask,
    scaled_dot_product_attention,
    sliding_window_mask,
)
from notation.simulation import finished
from notation.wording import heard_most
from pages.transformer.attention.statement import (
    FOUND,
    KEY_LENGTH,
    SENTENCE,
    SOUGHT,
    STATEMENT,
    WIDTHS,
    _on_a_circle,
    projections,
    simulate,
)
from tests.claims import claims
from tests.errors import says
from tests.lessons import default_history, drawing, inputs_of, numbers_of
from tests.strategies import distributions, matrices, numbers, settings_of
from ui import frames
from ui.catalogue import BROKEN, BY_SLUG
from ui.details import table_rows

LESSON = BY_SLUG["attention"]
(WITHOUT_ROOT,) = (one for one in BROKEN if one.slug == "attention")
LENGTH = "length of the framed token’s output"
CIRCLE = STATEMENT.defaults | {"tokens": "circle", "n_keys": 10, "token": 10}

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("1 / math.sqrt(q.shape[1]) if", "1 / math.sqrt(len(q)) if"),  # scale of n, not d
    ("1 / math.sqrt(q.shape[1]) if", "1 / q.shape[1] if"),
    ("np.tri(n, m, m - n, dtype=bool)", "np.tri(n, m, dtype=bool)"),  # aligned to start
    ("np.where(raw, 0.0, -np.inf)", "np.where(raw, -np.inf, 0.0)"),  # True = blocked
    ('softmax(biased, empty_row="zero")', 'softmax(biased, axis=0, empty_row="zero")'),
    ("_spread(scores / math.sqrt(d_k))", "_spread(scores / d_k)"),
    ("random.chisquare(d_k, size=", "random.chisquare(1, size="),
    ("allowed.shape[0] - window + 1)", "allowed.shape[0] - window)"),  # own key extra
    ("allowed.shape[0] - window + 1)", "allowed.shape[0] - window + 2)"),
    ("np.triu(allowed, allowed.shape[1] - allowed.shape[0]", "np.triu(allowed, 0"),
    ("np.triu(allowed, allowed.shape[1]", "np.triu(allowed | True, allowed.shape[1]"),
)

QUERY = [[1.0, 0.0, 2.0], [2.0, 2.0, 2.0], [2.0, 1.0, 3.0]]
KEY = [[0.0, 1.0, 1.0], [4.0, 4.0, 0.0], [2.0, 3.0, 1.0]]
VALUE = [[1.0, 2.0, 3.0], [2.0, 8.0, 0.0], [2.0, 6.0, 3.0]]


def attend(query, key, value, **options):
    return scaled_dot_product_attention(query, key, value, **options)


@st.composite
def self_attention(draw):
    n = draw(st.integers(1, 5))
    d = draw(st.integers(1, 4))
    return tuple(draw(matrices(n, d, 5.0)) for _ in range(3))


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{Attention}(Q, K, V) = "
        r"\mathrm{softmax}\left(\frac{Q K^\top}{\sqrt{d_k}}\right) V"
    )


# Outside numbers


@claims("eighty_eight_percent")
def test_scores_112_and_96_become_88_and_12_percent_as_in_the_illustrated_transformer():
    query = np.eye(64)[:1]
    key = np.zeros((2, 64))
    key[:, 0] = 112, 96
    scaled = attend(query, key, np.eye(2))
    np.testing.assert_allclose(scaled.scores, [[14, 12]])
    np.testing.assert_allclose(scaled.weights, [[0.8807970780, 0.1192029220]], 1e-9)
    unscaled = attend(query, key, np.eye(2), scale=1).weights[0]
    np.testing.assert_allclose(unscaled, [0.9999998875, 1.125e-7], rtol=4e-4)


def test_eight_heads_of_width_512_divide_the_products_by_eight():
    result = attend(np.ones((1, 512 // 8)), np.ones((1, 512 // 8)), [[1.0]])
    np.testing.assert_allclose(result.scores, 64 / 8)


def test_two_queries_over_three_keys():
    key = [[1, 0], [0, 1], [1, 1]]
    result = attend(np.eye(2), key, key)
    a, b = 0.4011120927, 0.1977758146
    np.testing.assert_allclose(result.weights, [[a, b, a], [b, a, a]], rtol=1e-9)
    expected = [[0.8022241854, 0.5988879073], [0.5988879073, 0.8022241854]]
    np.testing.assert_allclose(result.output, expected, rtol=1e-9)


def test_three_tokens_of_a_worked_example():
    result = attend(QUERY, KEY, VALUE)
    products = np.array([[2, 4, 4], [4, 16, 12], [4, 12, 10]])
    np.testing.assert_allclose(result.scores * np.sqrt(3), products, rtol=1e-12)
    expected = [
        [1.86387420, 6.31937101, 1.70418870],
        [1.99910955, 7.81412350, 0.27347206],
        [1.99255511, 7.47963559, 0.73587726],
    ]
    np.testing.assert_allclose(result.output, expected, atol=5e-9)


def test_the_same_tokens_without_looking_ahead():
    output = attend(QUERY, KEY, VALUE, causal=True).output
    np.testing.assert_array_equal(output[0], [1, 2, 3])
    np.testing.assert_allclose(
        output[1], [1.99902120, 7.99412720, 0.00293640], atol=5e-9
    )
    np.testing.assert_array_equal(output[2], attend(QUERY, KEY, VALUE).output[2])


def test_five_identical_keys_share_equally():
    value = np.arange(10.0).reshape(5, 2)
    result = attend([[1.0, 2.0]], np.ones((5, 2)), value)
    np.testing.assert_allclose(result.weights, np.full((1, 5), 0.2), rtol=1e-15)
    np.testing.assert_allclose(result.output[0], value.mean(axis=0), rtol=1e-15)


@pytest.mark.parametrize(
    ("d_k", "raw", "scaled"),
    [
        (1, 0.273, 0.273),
        (16, 0.725, 0.316),
        (64, 0.862, 0.316),
        (1024, 0.968, 0.320),
    ],
)
def test_mean_largest_weight_of_ten_random_keys(d_k, raw, scaled):
    spread = attention_saturation(d_k, 10)
    # Standard error of 4000 draws of spread 0.2: 0.003.
    assert spread["raw"]["max_weight"] == pytest.approx(raw, abs=0.005)
    assert spread["scaled"]["max_weight"] == pytest.approx(scaled, abs=0.005)


def test_the_short_cut_draws_what_full_random_vectors_give():
    random, d = np.random.default_rng(1), 7
    query = random.standard_normal((4000, 1, d))
    key = random.standard_normal((4000, 10, d))
    weights = scipy.special.softmax((query * key).sum(axis=2), axis=1)
    spread = attention_saturation(d, 10)["raw"]
    assert spread["max_weight"] == pytest.approx(
        weights.max(axis=1).mean(), abs=0.02
    )  # 4 se
    entropy = scipy.special.entr(weights).sum(axis=1).mean()
    assert spread["entropy"] == pytest.approx(entropy, abs=0.05)  # 4 standard errors


@given(self_attention())
def test_agrees_with_scipys_softmax_on_random_tokens(tokens):
    query, key, value = tokens
    scores = query @ key.T / np.sqrt(query.shape[1])
    expected = scipy.special.softmax(scores, axis=1) @ value
    np.testing.assert_allclose(attend(*tokens).output, expected, rtol=1e-9, atol=1e-12)


# Laws


@claims("rows_sum_to_one")
@given(self_attention(), numbers(3.0))
def test_each_row_of_weights_sums_to_one(tokens, scale):
    weights = attend(*tokens, scale=abs(scale)).weights
    assert (weights >= 0).all()
    np.testing.assert_allclose(weights.sum(axis=1), 1, rtol=1e-12)


@given(self_attention())
def test_the_output_never_leaves_the_box_around_the_values(tokens):
    output, value = attend(*tokens).output, tokens[2]
    assert (output >= value.min(axis=0) - 1e-12).all()
    assert (output <= value.max(axis=0) + 1e-12).all()


@claims("permutation_cancels")
@given(self_attention(), st.randoms(use_true_random=False))
def test_permuting_keys_and_values_together_changes_nothing(tokens, random):
    query, key, value = tokens
    order = random.sample(range(len(key)), len(key))
    np.testing.assert_allclose(
        attend(query, key[order], value[order]).output,
        attend(query, key, value).output,
        rtol=1e-12,
        atol=1e-12,
    )


@claims("permutation_cancels")
def test_with_the_causal_mask_the_order_of_keys_and_values_matters():
    given_ = inputs_of(STATEMENT, **STATEMENT.defaults)
    query, key, value = (given_[name] for name in ("query", "key", "value"))
    order = np.arange(len(key))[::-1]
    plain = attend(query, key, value, causal=True).output
    turned = attend(query, key[order], value[order], causal=True).output
    assert np.abs(plain - turned).max() > 0.5


@claims("scores_squared")
@pytest.mark.parametrize("tokens", ["sentence", "circle"])
def test_twice_as_many_tokens_need_four_times_as_many_scores(tokens):
    few, many = (of_the_page(tokens=tokens, n_keys=n)[1].scores for n in (3, 6))
    assert few.shape == (3, 3)
    assert many.size == 4 * few.size


@given(self_attention())
def test_swapping_query_and_key_transposes_the_scores(tokens):
    query, key, value = tokens
    swapped = attend(key, query, value).scores
    np.testing.assert_array_equal(swapped, attend(query, key, value).scores.T)


def test_unit_variance_components_give_raw_scores_of_variance_d_k():
    random, d = np.random.default_rng(0), 64
    query, key = random.standard_normal((2, 400, d))
    scaled = attend(query, key, np.ones((400, 1))).scores
    assert scaled.var() == pytest.approx(1, abs=0.05)
    raw = attend(query, key, np.ones((400, 1)), scale=1).scores
    assert raw.var() == pytest.approx(d, rel=0.05)


@given(self_attention())
def test_causal_attention_ignores_later_tokens(tokens):
    query, key, value = tokens
    output = attend(query, key, value, causal=True).output
    for seen in range(1, len(query) + 1):
        alone = attend(query[:seen], key[:seen], value[:seen]).output[-1]
        np.testing.assert_allclose(output[seen - 1], alone, rtol=1e-9, atol=1e-12)


def test_more_keys_than_queries_align_to_the_end():
    expected = [[1, 1, 1, 0], [1, 1, 1, 1]]
    np.testing.assert_array_equal(causal_mask(2, 4), np.array(expected, bool))
    weights = attend(np.ones((2, 1)), np.ones((4, 1)), np.ones((4, 1)), causal=True)
    np.testing.assert_array_equal(weights.weights > 0, expected)


# Masks


@claims("true_may_attend")
def test_true_in_a_mask_means_may_attend():
    mask = [[True, False, True], [False, True, False], [True, True, True]]
    weights = attend(QUERY, KEY, VALUE, mask=mask).weights
    np.testing.assert_array_equal(weights > 0, mask)
    np.testing.assert_array_equal(weights[1], [0, 1, 0])


def test_numbers_in_a_mask_are_added_to_the_scores():
    bias = np.array([[0.0, np.log(2.0), -np.inf]] * 3)
    key = np.ones((3, 3))
    weights = attend(QUERY, key, VALUE, mask=bias).weights
    np.testing.assert_allclose(weights, [[1 / 3, 2 / 3, 0]] * 3, rtol=1e-12)
    ones = np.ones((3, 3), dtype=int)
    np.testing.assert_allclose(
        attend(QUERY, KEY, VALUE, mask=ones).weights, attend(QUERY, KEY, VALUE).weights
    )


def test_a_mask_leaves_the_scores_as_they_were():
    masked = attend(QUERY, KEY, VALUE, mask=np.eye(3, dtype=bool), causal=True)
    np.testing.assert_array_equal(masked.scores, attend(QUERY, KEY, VALUE).scores)


def test_a_mask_and_causality_work_together():
    mask = np.array([[True, True, True], [True, False, True], [False, True, True]])
    weights = attend(QUERY, KEY, VALUE, mask=mask, causal=True).weights
    np.testing.assert_array_equal(weights > 0, mask & np.tri(3, dtype=bool))


def test_a_query_without_any_key_gives_zero_or_an_error():
    mask = [[True, True, True], [False, False, False], [True, True, True]]
    result = attend(QUERY, KEY, VALUE, mask=mask)
    np.testing.assert_array_equal(result.weights[1], 0)
    np.testing.assert_array_equal(result.output[1], 0)
    with says("query 1 has no key to attend to"):
        attend(QUERY, KEY, VALUE, mask=mask, fully_masked="error")


# Bad and extreme input


def test_scores_of_ten_thousand_give_certainty_without_a_warning():
    result = attend([[1e4]], [[1.0], [-1.0]], [[1.0], [2.0]])
    np.testing.assert_array_equal(result.weights, [[1, 0]])
    np.testing.assert_array_equal(result.output, [[1]])


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"query": [[]]}, "query must not be empty"),
        ({"key": []}, "key must not be empty"),
        ({"query": [1.0, 2.0, 3.0]}, "query must be 2-D, got shape (3,)"),
        ({"value": [["a"]]}, "value must be numeric"),
        (
            {"query": [[1.0, 2.0]]},
            (
                "shape mismatch: query has shape (1, 2), key has shape (3, 3); "
                "Q and K must have the same last axis"
            ),
        ),
        (
            {"value": [[1.0]]},
            (
                "shape mismatch: key has shape (3, 3), value has shape (1, 1); "
                "K and V must have the same number of rows"
            ),
        ),
        ({"query": [[np.nan, 1.0, 1.0]]}, "query contains NaN"),
        ({"key": [[np.inf] * 3] * 3}, "key must be finite"),
        ({"value": [[np.nan] * 3] * 3}, "value contains NaN"),
        (
            {"key": KEY * 1, "query": QUERY * 2, "causal": True},
            "causal attention needs at least as many keys as queries",
        ),
        ({"scale": -1.0}, "scale must be in [0, inf), got -1.0"),
        ({"scale": np.nan}, "scale contains NaN"),
        ({"fully_masked": "nan"}, "fully_masked must be one of ('zero', 'error'), got"),
        (
            {"mask": [[True]]},
            (
                "shape mismatch: mask has shape (1, 1), scores has shape (3, 3); "
                "mask must be (n, m)"
            ),
        ),
        ({"mask": [True] * 3}, "mask must be 2-D, got shape (3,)"),
        ({"mask": np.ones((1, 3, 3))}, "mask must be 2-D, got shape (1, 3, 3)"),
        ({"mask": "no"}, "mask must be numeric"),
        ({"mask": [[np.nan] * 3] * 3}, "mask contains NaN"),
        ({"mask": [[np.inf] * 3] * 3}, "mask must be finite"),
        ({"query": [[1e200] * 3], "key": [[1e200] * 3] * 3}, "result must be finite"),
        ({"mask": [[1.7e308] * 3] * 3, "scale": 1e307}, "result must be finite"),
    ],
)
def test_bad_input_is_named(change, message):
    good = {"query": QUERY, "key": KEY, "value": VALUE}
    with says(message):
        scaled_dot_product_attention(**{**good, **change})


def test_a_nan_behind_the_mask_is_still_refused():
    value = [[1.0, 2.0, 3.0], [np.nan] * 3, [2.0, 6.0, 3.0]]
    with says("value contains NaN"):
        attend(QUERY, KEY, value, mask=[[True, False, True]] * 3)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: causal_mask(0, 1), "n must be in [1, inf), got 0"),
        (lambda: causal_mask(1, 1.5), "m must be an integer, got 1.5"),
        (
            lambda: causal_mask(3, 2),
            "causal attention needs at least as many keys as queries",
        ),
        (lambda: attention_saturation(0, 3), "d_k must be in [1, inf), got 0"),
        (lambda: attention_saturation(3, 0), "n_keys must be in [1, inf), got 0"),
        (
            lambda: attention_saturation(3, 3, n_samples=0),
            "n_samples must be in [1, inf)",
        ),
    ],
)
def test_bad_counts_are_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was_and_whole_numbers_are_accepted():
    query = np.array([[1, 2], [3, 4]])
    mask = np.array([[0.0, -np.inf], [0.0, 0.0]])
    attend(query, query, query, mask=mask, causal=True)
    np.testing.assert_array_equal(query, [[1, 2], [3, 4]])
    np.testing.assert_array_equal(mask, [[0.0, -np.inf], [0.0, 0.0]])


def test_the_same_seed_gives_the_same_spread():
    assert attention_saturation(16, 5, rng=3) == attention_saturation(16, 5, rng=3)


def test_the_history_is_the_mean_largest_weight_of_each_width_and_number_of_keys():
    history = finished(simulate())
    assert tuple(history) == STATEMENT.control("n_keys").positions
    for k, width in enumerate(WIDTHS):
        spread = attention_saturation(width, 10)
        assert history[10].raw[k] == spread["raw"]["max_weight"]
        assert history[10].scaled[k] == spread["scaled"]["max_weight"]


def test_scaling_lowers_the_largest_weight_at_every_width_but_1():
    measured = finished(simulate())[5]
    lower = list(measured.raw > measured.scaled)
    assert lower == [False] + [True] * (len(STATEMENT.control("d_k").positions) - 1)


# Sliding windows


@given(st.integers(1, 6), st.integers(0, 5), st.integers(1, 12))
def test_a_window_shows_a_query_its_own_key_and_those_just_before(n, more, window):
    mask = sliding_window_mask(n, n + more, window)
    assert mask.dtype == bool
    assert mask.shape == (n, n + more)
    for i, j in np.ndindex(n, n + more):
        own = i + more
        assert mask[i, j] == (own - window < j <= own)
    np.testing.assert_array_equal(
        mask.sum(axis=1), np.minimum(more + 1 + np.arange(n), window)
    )


@given(st.integers(1, 6), st.integers(0, 5))
def test_a_window_as_long_as_the_text_is_the_causal_mask(n, more):
    whole = sliding_window_mask(n, n + more, n + more)
    np.testing.assert_array_equal(whole, causal_mask(n, n + more))
    np.testing.assert_array_equal(sliding_window_mask(n, n + more, 10**6), whole)
    own = np.eye(n, n + more, more, dtype=bool)
    np.testing.assert_array_equal(sliding_window_mask(n, n + more, 1), own)


@given(self_attention(), st.integers(1, 4))
def test_with_a_window_a_query_attends_to_its_latest_keys_alone(tokens, window):
    query, key, value = tokens
    mask = sliding_window_mask(len(query), len(key), window)
    output = attend(*tokens, mask=mask).output
    for i in range(len(query)):
        seen = slice(max(i - window + 1, 0), i + 1)
        alone = attend(query[i : i + 1], key[seen], value[seen]).output
        np.testing.assert_allclose(output[i : i + 1], alone, rtol=1e-9, atol=1e-12)


@pytest.mark.parametrize(
    ("sizes", "message"),
    [
        ((3, 2, 1), "causal attention needs at least as many keys as queries"),
        ((0, 2, 1), "n must be in [1, inf), got 0"),
        ((1, 0, 1), "m must be in [1, inf), got 0"),
        ((1, 1, 0), "window must be in [1, inf), got 0"),
        ((1, 1, 1.5), "window must be an integer, got 1.5"),
        ((1, 1, np.nan), "window contains NaN"),
    ],
)
def test_bad_windows_are_named(sizes, message):
    with says(message):
        sliding_window_mask(*sizes)


# What the page claims


def of_the_page(**settings):
    inputs = inputs_of(STATEMENT, **{**CIRCLE, **settings})
    saturation, _ = inputs.pop("saturation"), inputs.pop("row")
    assert inputs.pop("divided")
    assert len(saturation.raw) == len(WIDTHS)
    return inputs, scaled_dot_product_attention(**inputs)


@pytest.mark.parametrize(("token", "n_keys"), [(3, 6), (6, 6), (9, 4)])
def test_the_live_line_works_out_the_output_of_the_token_that_is_looked_at(
    token, n_keys
):
    chosen = STATEMENT.defaults | {"token": token, "n_keys": n_keys}
    line = frames.frame(LESSON, chosen, default_history(STATEMENT))["line"]
    assert f"O_{{{min(token, n_keys)}1}}" in line["pieces"][0]


@claims("zero_scale_uniform")
def test_uniform_with_multiplier_zero_every_key_weighs_the_same():
    _, result = of_the_page(multiplier=0.0)
    np.testing.assert_array_equal(result.scores, 0)
    np.testing.assert_allclose(result.weights, 1 / 10)


def test_a_larger_multiplier_is_sharper():
    largest = [of_the_page(multiplier=m)[1].weights.max() for m in (0.0, 1.0, 4.0)]
    assert largest == sorted(largest)
    assert largest[-1] > 0.9


@claims("causal_hides_later")
def test_causal_the_upper_triangle_is_exactly_zero():
    _, result = of_the_page(causal=True)
    np.testing.assert_array_equal(np.triu(result.weights, 1), 0)
    assert result.weights[0, 0] == 1


@claims("output_in_hull")
@pytest.mark.parametrize("angle", [-180, -35, 0, 90])
def test_the_output_stays_in_the_convex_hull_of_the_values(angle):
    given_, result = of_the_page(angle=angle)
    corners = np.vstack([given_["value"].T, np.ones(10)])
    for point in result.output:
        found = scipy.optimize.linprog(
            np.zeros(10), A_eq=corners, b_eq=[*point, 1], bounds=(0, None)
        )
        assert found.success


def test_at_angle_zero_each_token_attends_most_to_itself():
    _, result = of_the_page()
    np.testing.assert_array_equal(result.weights.argmax(axis=1), np.arange(10))


@claims("agreement_weighs")
@pytest.mark.parametrize("angle", [0, 60])
def test_the_better_a_key_agrees_the_more_its_value_weighs_in_the_average(angle):
    given_, result = of_the_page(angle=angle)
    agreement = given_["query"] @ given_["key"].T
    for weights, agreed in zip(result.weights, agreement, strict=True):
        assert (np.diff(weights[np.argsort(agreed)]) >= -1e-15).all()
    for output, weights in zip(result.output, result.weights, strict=True):
        mean = np.average(given_["value"], axis=0, weights=weights)
        np.testing.assert_allclose(output, mean, atol=1e-15)


@claims("weight_not_importance")
def test_the_heaviest_token_may_matter_least():
    result = attend([[3.0]], [[1.0], [0.0]], [[0.0], [5.0]])
    heaviest = result.weights[0].argmax()
    left_out = attend([[3.0]], [[1.0], [0.0]], [[0.0], [0.0]])
    assert heaviest == 0
    np.testing.assert_array_equal(left_out.output, 0)  # all of it came from the other
    assert result.output[0, 0] > 0


def test_without_the_scale_wide_vectors_leave_one_key_with_everything():
    spread = attention_saturation(1024, 10)
    assert spread["raw"]["max_weight"] > 0.95
    assert spread["raw"]["entropy"] < 0.1 < 1.9 < spread["scaled"]["entropy"]


def test_the_keys_of_the_page_are_unit_vectors_spread_evenly():
    around = _on_a_circle(4)
    expected = [[1, 0], [0, 1], [-1, 0], [0, -1]]
    np.testing.assert_allclose(around, expected, atol=1e-15)


@claims("letters_arbitrary")
def test_x_y_z_for_q_k_v_changes_nothing():
    _, named = of_the_page(angle=60)
    _, renamed = of_the_page(angle=60, roles="X, Y, Z")
    for part in ("scores", "weights", "output"):
        np.testing.assert_array_equal(getattr(renamed, part), getattr(named, part))


@claims("query_key_swapped")
def test_k_in_the_place_of_q_transposes_the_scores_and_changes_the_picture():
    _, named = of_the_page(angle=60)
    _, swapped = of_the_page(angle=60, roles="K, Q, V")
    np.testing.assert_allclose(swapped.scores, named.scores.T, atol=1e-12)
    assert np.abs(swapped.output - named.output).max() > 0.5


@claims("key_value_swapped")
def test_v_in_the_place_of_k_gives_other_weights_and_other_outputs():
    _, named = of_the_page(angle=60)
    _, swapped = of_the_page(angle=60, roles="Q, V, K")
    assert np.abs(swapped.weights - named.weights).max() > 0.1
    assert np.abs(swapped.output - named.output).max() > 0.1


@claims("variance_d")
@pytest.mark.parametrize("d", [1, 2, 3, 6])
def test_the_variance_of_a_dot_product_is_the_width_and_one_after_scaling(d):
    # All vectors of ones and minus ones: independent entries of mean 0 and variance 1.
    vectors = np.array(list(itertools.product([-1.0, 1.0], repeat=d)))
    scores = attend(vectors, vectors, vectors).scores
    raw = attend(vectors, vectors, vectors, scale=1).scores
    assert scores.mean() == pytest.approx(0)
    assert (scores.var(), raw.var()) == pytest.approx((1, d))


def test_the_tasks_of_the_page_have_an_end_on_the_sliders():
    def first(reached, name):
        return next(v for v in STATEMENT.control(name).positions if reached(v))

    def sat(**change):
        return weights_by_hand(STATEMENT.defaults | change)[2]

    assert first(lambda a: a > 0 and sat(angle=a).argmax() == 3, "angle") == 160
    assert first(lambda m: sat(multiplier=m)[1] > 0.95, "multiplier") == 1.7
    assert attention_saturation(1024, 6)["raw"]["max_weight"] > 0.9


@claims("who_sat")
def test_in_the_sentence_sat_attends_to_cat_and_the_others_to_what_they_look_for():
    shown = np.array(
        drawing(LESSON)(**STATEMENT.defaults).figures[0]["data"][0]["z"], dtype=float
    )
    most = [SENTENCE[k] for k in shown.argmax(axis=1)]
    assert most[1:4] + most[5:] == ["sat", "cat", "mat", "on"]
    assert shown[0, [1, 5]].sum() > 0.8  # “the” attends to the nouns
    status = drawing(LESSON)(**STATEMENT.defaults).status
    assert status.startswith("“sat” attends most to “cat”, with weight 0.8")


def of_the_plane(scene):
    """Return what the picture of the outputs draws, by name."""
    return {trace.get("name"): trace for trace in scene.figures[2]["data"]}


def places(trace):
    return np.stack([trace["x"], trace["y"]], axis=1)


@claims("arrow_points")
@given(st.integers(2, 16), st.integers(1, 16), st.integers(-36, 36))
def test_the_key_nearest_to_the_direction_of_the_query_has_the_largest_weight(
    n, token, turn
):
    chosen = {"tokens": "sentence", "n_keys": n, "token": token, "angle": 5 * turn}
    scene = drawing(LESSON)(**STATEMENT.defaults | chosen)
    traces = of_the_plane(scene)
    values = places(traces["values, by weight"])
    keys = places(traces["keys"])
    np.testing.assert_allclose(keys, 1.2 * values)  # of one direction, a little apart
    arrow = traces["query"]
    picture = scene.figures[2]["layout"]["meta"]["title"]
    assert picture.startswith(
        f"Output of “{SENTENCE[min(token, n) - 1]}”, mixed from V"
    )
    query = np.array([arrow["x"][1], arrow["y"][1]])
    weights = np.array(scene.figures[0]["data"][0]["z"])[min(token, n) - 1]
    assert weights[(keys @ query).argmax()] == pytest.approx(weights.max())


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_hollow_circles_and_their_names_have_the_directions_of_the_keys(
    chosen,
):
    traces = of_the_plane(drawing(LESSON)(**chosen))
    passed = inputs_of(STATEMENT, **chosen)
    assert traces["keys"]["marker"]["symbol"] == "circle-open"
    for name, role in (("keys", "key"), ("names", "key")):
        shown, given_ = places(traces[name]), passed[role]
        along = (shown * given_).sum(axis=1)
        lengths = np.linalg.norm(shown, axis=1) * np.linalg.norm(given_, axis=1)
        np.testing.assert_allclose(along, lengths)


@claims("matrices_drawn")
@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_queries_keys_and_values_are_drawn_as_matrices_with_a_row_for_each_token(
    chosen,
):
    picture = drawing(LESSON)(**chosen | {"third": "Q, K, V"}).figures[1]
    passed, n = inputs_of(STATEMENT, **chosen), chosen["n_keys"]
    embeddings, *matrices = projections(chosen["tokens"], n, chosen["angle"])
    made = dict(zip("QKVXYZ", 2 * [embeddings @ W for W in matrices], strict=True))
    sheet = np.array(picture["data"][0]["z"], float)
    letters = chosen["roles"].split(", ")
    for k, (letter, role) in enumerate(
        zip(letters, ("query", "key", "value"), strict=True)
    ):
        block = sheet[1:, 3 * k : 3 * k + 2]
        np.testing.assert_allclose(block, passed[role], atol=1e-12)
        np.testing.assert_allclose(block, made[letter], atol=1e-12)
        assert f"W_{letter}" in picture["layout"]["meta"]["title"]
        assert picture["layout"]["annotations"][k]["text"].endswith(letter)
    framed = {(one["y0"], one["y1"]) for one in picture["layout"]["shapes"]}
    row = min(chosen["token"], n) - 1
    assert framed == {(row + 0.5, row + 1.5)}
    assert len(picture["layout"]["shapes"]) == 3


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_token_that_is_heard_most_is_named_below_the_maps_and_in_the_plane(chosen):
    scene = drawing(LESSON)(**chosen | {"third": "scores"})
    row = min(chosen["token"], chosen["n_keys"]) - 1
    best = int(np.array(scene.figures[0]["data"][0]["z"])[row].argmax())
    words = SENTENCE if chosen["tokens"] == "sentence" else range(1, 17)
    for figure in scene.figures[:2]:
        assert figure["layout"]["xaxis"]["ticktext"][best] == str(words[best])
        assert figure["layout"]["meta"]["named"] == row
    named = of_the_plane(scene)["names"]["text"]
    assert str(words[best]) in named
    if chosen["tokens"] == "sentence":
        assert words[row] in named


@claims("outputs_drawn")
@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_star_is_the_output_of_the_chosen_token_and_everything_is_in_the_legend(
    chosen,
):
    picture = drawing(LESSON)(**chosen).figures[2]
    passed = inputs_of(STATEMENT, **chosen)
    weights, value = weights_by_hand(chosen), passed["value"]
    (star,) = (one for one in picture["data"] if one.get("name") == "output")
    row = min(chosen["token"], chosen["n_keys"]) - 1
    shown = [star["x"][0], star["y"][0]]
    np.testing.assert_allclose(shown, weights[row] @ value, atol=1e-9)
    assert star["marker"]["symbol"] == "star"
    listed = [t["name"] for t in picture["data"] if t.get("showlegend", True)]
    assert listed == ["values, by weight", "output", "keys", "query"]
    reach = np.linalg.norm(value[0])
    assert picture["layout"]["yaxis"]["range"][1] > reach
    (arrow,) = (one for one in picture["data"] if one.get("name") == "query")
    tip, query = np.array([arrow["x"][1], arrow["y"][1]]), passed["query"][row]
    assert tip @ query == pytest.approx(np.linalg.norm(tip) * np.linalg.norm(query))


@claims("made_by_hand")
def test_of_all_words_cat_has_the_direction_that_sat_looks_in():
    assert (SOUGHT["sat"], FOUND["cat"]) == (66, 70)
    assert min(FOUND, key=lambda word: abs(FOUND[word] - SOUGHT["sat"])) == "cat"
    _, w_query, w_key, _ = projections("sentence", 16, 0.0)
    words = list(FOUND)
    for matrix, word, degrees in ((w_query, "sat", 66), (w_key, "cat", 70)):
        x, y = matrix[words.index(word)]
        assert np.degrees(np.arctan2(y, x)) == pytest.approx(degrees)


@claims("rows_are_tokens")
@given(self_attention())
def test_a_row_of_the_scores_is_what_its_query_alone_has(tokens):
    query, key, value = tokens
    together = attend(query, key, value).scores
    for i in range(len(query)):
        alone = attend(query[i : i + 1], key, value).scores
        np.testing.assert_allclose(together[i], alone[0])


@claims("cells_without_numbers")
@pytest.mark.parametrize("n", range(2, 17))
def test_from_nine_tokens_on_cells_have_no_numbers_and_negative_scores_a_minus(n):
    chosen = STATEMENT.defaults | {"n_keys": n, "third": "scores"}
    weights, scores, _ = drawing(LESSON)(**chosen).figures
    steps = drawing(LESSON)(**chosen | {"third": "step by step"}).figures[1]["data"]
    written = [text for row in scores["data"][0]["text"] for text in row]
    assert ("text" in weights["data"][0]) == (n < 9)
    if n < 9:
        assert all(signed(text) is not None for text in written)
    else:
        for part in steps:
            below = np.asarray(part["z"]) < 0
            assert (np.array(part["text"]) == "−").tolist() == below.tolist()
        below = np.ravel(scores["data"][0]["z"]) < 0
        assert [text == "−" for text in written] == below.tolist()
        assert set(written) <= {"", "−"}


@claims("wide_raw")
@pytest.mark.parametrize("n", range(2, 17))
def test_of_raw_wide_random_vectors_one_key_takes_most_of_the_weight(n):
    scene = drawing(WITHOUT_ROOT)(**WITHOUT_ROOT.statement.defaults | {"n_keys": n})
    label = "largest weight, random, raw, D = 64"
    assert scene.readouts[label] > 0.8
    change = {"n_keys": n, "multiplier": 3.0, "causal": True, "roles": "K, Q, V"}
    other = drawing(WITHOUT_ROOT)(**WITHOUT_ROOT.statement.defaults | change)
    assert other.readouts[label] == scene.readouts[label]
    assert of_the_page(tokens="sentence")[0]["query"].shape[1] == 2


@claims("exact_cells")
@pytest.mark.parametrize(
    ("change", "zeros"),
    [({"multiplier": 4.0}, 0), ({"multiplier": 4.0, "causal": True}, 15), ({}, 0)],
)
def test_only_weights_that_are_0_or_1_are_written_so(change, zeros):
    (cells,) = drawing(LESSON)(**STATEMENT.defaults | change).figures[0]["data"]
    written, weights = np.array(cells["text"]), np.array(cells["z"])
    assert (written == "0").sum() == zeros
    np.testing.assert_array_equal(written == "0", weights == 0)
    np.testing.assert_array_equal(written == "1", weights == 1)
    np.testing.assert_array_equal(written == "≈1", (weights >= 0.995) & (weights < 1))
    np.testing.assert_array_equal(written == "≈0", (weights > 0) & (weights < 0.005))
    assert "≈0" in written
    assert "multiplier" not in change or "≈1" in written
    plain = ~np.isin(written, ["≈0", "≈1"])
    shown = written[plain].astype(float)
    np.testing.assert_allclose(shown, weights[plain], atol=0.00501)


@pytest.mark.parametrize("n", [6, 16])
def test_every_row_of_the_maps_has_its_word(n):
    chosen = STATEMENT.defaults | {"n_keys": n, "third": "scores"}
    for figure in drawing(LESSON)(**chosen).figures[:2]:
        assert figure["layout"]["yaxis"]["ticktext"] == list(SENTENCE[:n])
        assert figure["layout"]["meta"]["named"] == 2  # where not all have room


@claims("same_word")
@given(st.integers(1, 16), st.floats(-180, 180), st.floats(0, 4))
def test_the_same_word_gets_the_same_weight_wherever_it_stands(token, turn, factor):
    chosen = {"tokens": "sentence", "n_keys": 16, "token": token}
    _, result = of_the_page(**chosen, angle=turn, multiplier=factor)
    the = [k for k, word in enumerate(SENTENCE) if word == "the"]
    weights = result.weights[token - 1, the]
    np.testing.assert_allclose(weights, weights[0])
    np.testing.assert_allclose(result.output[the], result.output[[0] * len(the)])


def test_every_word_has_a_place_and_looks_for_something():
    assert set(FOUND) == set(SOUGHT) == set(SENTENCE)
    assert len(SENTENCE) == STATEMENT.control("n_keys").high


@claims("unscaled_no_gradient")
def test_unscaled_scores_of_112_and_96_leave_no_gradient():
    def slope(scores):
        first, second = scipy.special.softmax(scores)
        return first * second  # the softmax's own derivative

    assert slope([14.0, 12.0]) > 0.1
    assert slope([112.0, 96.0]) < 2e-7


def largest(token, **settings):
    return of_the_page(**settings)[1].weights[token - 1].max()


@claims("more_share")
@pytest.mark.parametrize("multiplier", [0.1, 1.0, 4.0])
def test_more_keys_on_the_circle_take_a_part_of_the_largest_weight(multiplier):
    found = [largest(1, multiplier=multiplier, n_keys=n) for n in range(2, 17)]
    assert found == sorted(found, reverse=True)


@claims("sharp_is_long")
def test_the_larger_the_factor_the_nearer_is_the_output_to_one_value():
    lengths = []
    for multiplier in STATEMENT.control("multiplier").positions:
        given_, result = of_the_page(multiplier=multiplier)
        lengths.append(np.linalg.norm(result.output[0]))
    assert lengths == sorted(lengths)
    assert lengths[0] == pytest.approx(0, abs=1e-15)
    np.testing.assert_allclose(result.output[0], given_["value"][0], atol=0.01)


@claims("agreeing_is_long")
@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_length_of_an_output_is_how_much_the_values_agree(chosen):
    """Its square is the mean cosine of two values that are drawn by weight."""
    _, result = of_the_page(**chosen | {"roles": "Q, K, V"})
    value = values_by_hand(chosen | {"roles": "Q, K, V"})
    weights = weights_by_hand(chosen | {"roles": "Q, K, V"})
    agreement = ((weights @ (value @ value.T)) * weights).sum(axis=1)
    np.testing.assert_allclose(
        (result.output**2).sum(axis=1), agreement, rtol=1e-9, atol=1e-9
    )


@claims("hidden_share_goes_on")
@pytest.mark.parametrize("token", range(1, 11))
@pytest.mark.parametrize("multiplier", [0.0, 1.0])
def test_what_hidden_keys_would_get_goes_to_the_others_in_proportion(token, multiplier):
    _, seen = of_the_page(multiplier=multiplier)
    _, hidden = of_the_page(multiplier=multiplier, causal=True)
    allowed = seen.weights[token - 1, :token]
    expected = allowed / allowed.sum()
    np.testing.assert_allclose(hidden.weights[token - 1, :token], expected)
    if multiplier == 0:
        np.testing.assert_allclose(expected, 1 / token)


@claims("opposite_heard")
@pytest.mark.parametrize("n", range(2, 17, 2))
def test_turned_by_180_degrees_the_opposite_token_takes_the_place_of_the_own_one(n):
    _, own = of_the_page(n_keys=n)
    _, turned = of_the_page(n_keys=n, angle=180)
    opposite = np.roll(own.weights, n // 2, axis=1)
    np.testing.assert_allclose(turned.weights, opposite, atol=1e-12)


@pytest.mark.parametrize("roles", ["Q, K, V", "X, Y, Z", "K, Q, V", "Q, V, K"])
@pytest.mark.parametrize(
    ("token", "n", "angle"), [(1, 10, 0), (4, 10, 65), (9, 3, -90)]
)
def test_the_query_of_the_chosen_token_can_be_turned(roles, token, n, angle):
    change = {"token": token, "n_keys": n, "angle": angle, "roles": roles}
    scene = drawing(LESSON)(**CIRCLE | change)
    about = scene.figures[2]["layout"]["meta"]
    assert about["title"].startswith(f"Output of t{min(token, n)}, mixed from ")
    assert about["title"].endswith(": drag its query") == ("handles" in about)
    if roles == "K, Q, V":
        assert "handles" not in about
        return
    (handle,) = about["handles"]
    turn = np.radians(handle["base"] + angle)
    direction = np.array([np.cos(turn), np.sin(turn)])
    row = min(token, n) - 1
    query = inputs_of(STATEMENT, **CIRCLE | change)["query"][row]
    np.testing.assert_allclose(direction, query / np.linalg.norm(query), atol=1e-12)
    length = np.linalg.norm(handle["at"])
    np.testing.assert_allclose(handle["at"], length * direction, atol=1e-12)
    (arrow,) = (
        trace for trace in scene.figures[2]["data"] if "query" in trace.get("name", "")
    )
    assert handle["at"] == [arrow["x"][1], arrow["y"][1]]
    assert handle["angle"] == "angle"
    assert about["small"]  # it can be taken without making the picture large


def test_a_click_on_a_row_of_the_weights_chooses_its_token():
    positions = STATEMENT.control("token").positions
    assert positions == tuple(range(1, 17))
    for token in (1, 6, 10):
        scene = drawing(LESSON)(**CIRCLE | {"token": token})
        layout = scene.figures[0]["layout"]
        assert layout["meta"]["pick"] == {"x": "", "y": "token", "start": [0, 0]}
        framed = {(shape["y0"], shape["y1"]) for shape in layout["shapes"]}
        assert framed == {(token - 1.5, token - 0.5)}


def weights_by_hand(chosen):
    """Return all weights from the angles of queries and keys on the circle."""
    n, letters = (
        chosen["n_keys"],
        chosen["roles"].translate(str.maketrans("XYZ", "QKV")),
    )
    place, turn = 2 * np.pi * np.arange(n) / n, np.deg2rad(chosen["angle"])
    angles = {"Q": place + turn, "K": place, "V": place}
    if chosen["tokens"] == "sentence":
        found, sought = (
            np.deg2rad([table[word] for word in SENTENCE[:n]])
            for table in (FOUND, SOUGHT)
        )
        angles = {"Q": sought + turn, "K": found, "V": found}
    lengths = {"Q": 3.0, "K": 3.0, "V": 1.0}
    first, second = letters[0], letters[3]
    agreement = np.cos(angles[first][:, None] - angles[second])
    factor = chosen["multiplier"] * lengths[first] * lengths[second] / np.sqrt(2)
    scores = factor * agreement
    if chosen["causal"]:
        scores[np.triu_indices(n, 1)] = -np.inf
    return scipy.special.softmax(scores, axis=1)


@pytest.mark.parametrize(
    ("change", "words", "true"),
    [
        (
            {},
            "Token 10 attends most to token 10, with weight 0.62: its query (what it seeks) "
            "agrees best with that key (what it offers), score "
            "1/√2 · (2.427 · 2.427 + (−1.763) · (−1.763)) = 6.36.",
            lambda a: a[9].argmax() == 9 and round(a[9, 9], 2) == 0.62,
        ),
        (  # 20° lie just between two of nine keys
            {"n_keys": 9, "angle": 20},
            "Token 9 attends most to tokens 1 and 9 alike, with weight 0.47 each.",
            lambda a: np.allclose(a[8, [0, 8]], 0.47, atol=5e-3),
        ),
        (
            {"n_keys": 2},
            "attends most to token 2, with weight just under 1: its query (what",
            lambda a: 0.995 < a[1, 1] < 1,
        ),
        (
            {"multiplier": 0.0},
            "attends to every token alike, with weight 0.10: all scores are 0.",
            lambda a: (a == 1 / 10).all(),
        ),
        (  # at a right angle to both keys
            {"n_keys": 2, "angle": 90},
            "attends to every token alike, with weight 0.50: all scores are 0.",
            lambda a: np.allclose(a, 1 / 2),
        ),
        (
            {"causal": True},
            "Later tokens are hidden: their weights are exactly 0.",
            lambda a: (np.triu(a, 1) == 0).all() and a[9].min() > 0,
        ),
        (
            {"token": 3},
            "Token 3 attends most to token 3, with weight 0.62: its query",
            lambda a: a[2].argmax() == 2 and round(a[2, 2], 2) == 0.62,
        ),
        (
            {"n_keys": 4, "token": 7, "angle": 90},
            "There are only 4 tokens: the last is framed. Token 4 attends most to token 1,",
            lambda a: a[3].argmax() == 0,
        ),
    ],
)
def test_the_sentence_says_to_whom_the_chosen_token_attends(change, words, true):
    chosen = CIRCLE | change
    scene = drawing(LESSON)(**chosen)
    assert words in scene.status
    assert true(weights_by_hand(chosen))
    shown = np.array(scene.figures[0]["data"][0]["z"], dtype=float)
    np.testing.assert_allclose(shown, weights_by_hand(chosen), atol=1e-12)


def signed(text):
    return float(text.strip("()").replace("−", "-"))


@given(settings_of(STATEMENT))
@settings(max_examples=60)
def test_the_factors_shown_give_the_score_shown(chosen):
    found = re.search(
        r"score (\S+)/√2 · \((.*)\) = (\S+)\.( |$)", drawing(LESSON)(**chosen).status
    )
    if found is None:  # no key is the best
        return
    scale, terms, score = found.groups()[:3]
    products = [
        np.prod([signed(f) for f in t.split(" · ")]) for t in terms.split(" + ")
    ]
    assert signed(scale) == pytest.approx(chosen["multiplier"], rel=5e-4)
    scaled = signed(scale) / np.sqrt(2) * sum(products)
    assert scaled == pytest.approx(signed(score), rel=0.006)


def vector(text):
    return [signed(entry) for entry in text.strip("()").split(", ")]


@claims("embedding_times_matrices")
@given(settings_of(STATEMENT))
@settings(max_examples=60)
def test_query_key_and_value_of_a_token_are_its_embedding_times_three_matrices(chosen):
    n, row = chosen["n_keys"], min(chosen["token"], chosen["n_keys"]) - 1
    X, *matrices = projections(chosen["tokens"], n, chosen["angle"])
    passed = inputs_of(STATEMENT, **chosen)
    made = dict(zip("QKV", matrices, strict=True))
    made |= dict(zip("XYZ", matrices, strict=True))
    _, before, *others = projections(chosen["tokens"], n, 0.0)
    turn = np.deg2rad(chosen["angle"])
    rotation = [[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]]
    np.testing.assert_allclose(made["Q"], before @ rotation, atol=1e-12)
    for matrix, same in zip((made["K"], made["V"]), others, strict=True):
        np.testing.assert_array_equal(matrix, same)
    readouts = drawing(LESSON)(**chosen).readouts
    for role, letter in zip(
        ("query", "key", "value"), chosen["roles"].split(", "), strict=True
    ):
        np.testing.assert_allclose(passed[role], X @ made[letter], atol=1e-15)
        turned = ", turned by φ" if letter in "QX" else ""
        (shown,) = (
            text
            for label, text in readouts.items()
            if label.startswith(role) and label.endswith(f" × W_{letter}{turned}")
        )
        np.testing.assert_allclose(vector(shown), passed[role][row], atol=0.006)
    if chosen["tokens"] == "sentence":
        for k, word in enumerate(SENTENCE[:n]):
            place = list(FOUND).index(word)
            np.testing.assert_array_equal(X[k], np.eye(len(FOUND))[place])
            np.testing.assert_array_equal(X[k] @ made["Q"], made["Q"][place])
            turn = np.deg2rad(SOUGHT[word] + chosen["angle"])
            by_hand = KEY_LENGTH * np.array([np.cos(turn), np.sin(turn)])
            np.testing.assert_allclose(made["Q"][place], by_hand, atol=1e-12)


@pytest.mark.parametrize(
    ("roles", "words"),
    [
        ("X, Y, Z", "Only the letters are new: every number is the one of Q, K, V."),
        ("K, Q, V", "Query and key have swapped roles: the scores are transposed."),
        ("Q, V, K", "Key and value have swapped roles: shorter keys, longer values."),
    ],
)
@pytest.mark.parametrize("multiplier", [0.0, 1.0])
def test_the_sentence_says_what_other_roles_change(roles, words, multiplier):
    change = {"angle": 60, "multiplier": multiplier}
    (named, as_named), (given_, found) = (
        of_the_page(**change, roles=r) for r in ("Q, K, V", roles)
    )
    shown = CIRCLE | change | {"roles": roles, "third": "scores"}
    scene = drawing(LESSON)(**shown)
    assert words in scene.status
    if "transposed" in words:
        np.testing.assert_allclose(found.scores, as_named.scores.T, atol=1e-12)
    elif "letters" in words:
        for name, matrix in named.items():
            np.testing.assert_array_equal(given_[name], matrix)
    else:
        for name, other in (("key", "value"), ("value", "key")):
            np.testing.assert_array_equal(given_[name], named[other])
        assert np.linalg.norm(given_["key"]) < np.linalg.norm(named["key"])
        assert np.linalg.norm(given_["value"]) > np.linalg.norm(named["value"])
    titles = [figure["layout"]["meta"]["title"] for figure in scene.figures]
    first, second, third = roles.split(", ")
    assert titles[2].startswith(f"Output of t10, mixed from {third}")
    factor = "" if multiplier == 1 else "μ "
    assert titles[1].startswith(f"Scores: {factor}{first}{second}ᵀ/√dₖ")


@pytest.mark.parametrize("n", [2, 6, 16])
@pytest.mark.parametrize("width", [1, 64, 1024])
def test_instead_of_scores_random_vectors_show_how_their_width_saturates(n, width):
    chosen = STATEMENT.defaults | {"n_keys": n, "d_k": width, "third": "random vectors"}
    scene = drawing(LESSON)(**chosen)
    _, picture, _ = scene.figures
    raw, scaled, raw_now, scaled_now = picture["data"][:4]
    for curve, mark, kind in ((raw, raw_now, "raw"), (scaled, scaled_now, "scaled")):
        measured = [attention_saturation(int(d), n)[kind] for d in curve["x"]]
        heights = [spread["max_weight"] for spread in measured]
        np.testing.assert_allclose(curve["y"], heights, atol=0.02)
        at = list(curve["x"]).index(width)
        assert (mark["x"][0], mark["y"][0]) == (width, curve["y"][at])
        label = f"largest weight, random, {kind}, D = {width}"
        assert scene.readouts[label] == curve["y"][at]
    with_scores = drawing(LESSON)(**chosen | {"third": "scores"})
    assert not any("random" in label for label in with_scores.readouts)


@claims("steps_drawn")
@given(settings_of(STATEMENT))
@settings(max_examples=60)
def test_the_framed_row_is_drawn_from_the_products_to_the_sums_that_are_its_output(
    chosen,
):
    for lesson, root in ((LESSON, np.sqrt(2)), (WITHOUT_ROOT, 1.0)):
        scene = drawing(lesson)(**chosen | {"third": "step by step"})
        picture = scene.figures[1]
        passed = inputs_of(STATEMENT, **chosen)
        row = min(chosen["token"], chosen["n_keys"]) - 1
        seen = ~np.isneginf(passed["mask"][row])
        parts = [part for part in picture["data"] if part["type"] == "heatmap"]
        first, weighing, mixing = (np.array(part["z"], float) for part in parts)
        products = passed["key"] @ passed["query"][row]
        np.testing.assert_allclose(first[0, :-1], products, atol=1e-12)
        scores = chosen["multiplier"] / root * products
        np.testing.assert_allclose(first[1, :-1][seen], scores[seen], atol=1e-12)
        assert np.isnan(first[1, :-1][~seen]).all()
        assert np.isnan(first[:, -1]).all()
        weights = np.zeros(len(seen))
        weights[seen] = scipy.special.softmax(scores[seen])
        np.testing.assert_allclose(weighing[0, :-1], weights, rtol=1e-9, atol=1e-300)
        assert weighing[0, -1] == 1
        np.testing.assert_allclose(
            mixing[:, :-1], weights * passed["value"].T, rtol=1e-9, atol=1e-12
        )
        np.testing.assert_allclose(
            mixing[:, -1], weights @ passed["value"], rtol=1e-9, atol=1e-12
        )
        star = of_the_plane(scene)["output"]
        assert [star["x"][0], star["y"][0]] == mixing[:, -1].tolist()
        assert [part["y0"] for part in parts] == [0, 2, 3]
        for part in parts:  # nothing is beyond its colors
            assert np.nanmax(np.abs(part["z"])) <= part["zmax"] * (1 + 1e-12)
            assert part["zmin"] == -part["zmax"]
        labels = picture["layout"]["yaxis"]["ticktext"]
        letter = chosen["roles"][-1]
        assert labels[:3] == ["q · k", "score", "weight"]
        assert labels[3:] == [f"weight × {letter}{k}" for k in "₁₂"]
        summed = "sum" if chosen["n_keys"] <= 10 else "Σ"
        *columns, last = picture["layout"]["xaxis"]["ticktext"]
        assert last == summed
        words = SENTENCE if chosen["tokens"] == "sentence" else range(1, 17)
        assert columns[weights.argmax()] == str(words[weights.argmax()])
        digits = str(row + 1).translate(str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉"))
        assert picture["layout"]["meta"]["title"].endswith(f"to its output O{digits}")


def test_the_table_of_the_data_names_the_rows_of_each_part():
    scene = drawing(LESSON)(**STATEMENT.defaults)
    rows = list(table_rows(scene.figures[1]))
    assert {(series, y) for _, series, _, y, _ in rows} == {
        ("q · k and score", "q · k"),
        ("q · k and score", "score"),
        ("weight", "weight"),
        ("weight × V", "weight × V₁"),
        ("weight × V", "weight × V₂"),
    }


def test_who_sees_no_other_token_is_said_to_see_itself():
    for tokens, who in (("sentence", "“the” (1)"), ("circle", "Token 1")):
        chosen = STATEMENT.defaults | {"causal": True, "token": 1, "tokens": tokens}
        status = drawing(LESSON)(**chosen).status
        assert status.startswith(f"{who} sees only itself: weight 1. Later tokens")


def test_a_weight_a_little_below_1_is_not_said_to_be_1_without_the_root():
    chosen = WITHOUT_ROOT.statement.defaults | {"tokens": "circle", "n_keys": 2}
    scene = drawing(WITHOUT_ROOT)(**chosen)
    assert "is just under 1 instead of 0.99999" in scene.status


@given(settings_of(STATEMENT))
@settings(max_examples=60)
def test_the_title_of_the_scores_is_what_is_drawn_at_every_factor(chosen):
    for lesson, root in ((LESSON, np.sqrt(2)), (WITHOUT_ROOT, 1.0)):
        _, scores, _ = drawing(lesson)(**chosen | {"third": "scores"}).figures
        title = scores["layout"]["meta"]["title"]
        written = re.match(r"Scores: (μ )?(\w)(\w)ᵀ(/√dₖ)?, ", title)
        factor = chosen["multiplier"] if written[1] else 1.0
        passed = inputs_of(STATEMENT, **chosen)
        products = passed["query"] @ passed["key"].T
        divisor = np.sqrt(2) if written[4] else 1.0
        assert divisor == root
        cells = np.array(scores["data"][0]["z"], float)
        expected = np.where(np.isnan(cells), np.nan, factor * products / divisor)
        np.testing.assert_allclose(cells, expected, atol=1e-12)


def test_swapped_roles_that_are_equal_change_nothing_and_the_sentence_says_so():
    for tokens, angle, equal in (
        ("circle", 0, True),
        ("circle", 5, False),
        ("sentence", 0, False),
    ):
        chosen = STATEMENT.defaults | {
            "tokens": tokens,
            "angle": angle,
            "roles": "K, Q, V",
        }
        status = drawing(LESSON)(**chosen).status
        assert ("here they are equal: nothing changes." in status) == equal
        assert ("the scores are transposed." in status) != equal
        usual = numbers_of(STATEMENT, **chosen | {"roles": "Q, K, V"})
        found = numbers_of(STATEMENT, **chosen)
        assert np.allclose(found["output"], usual["output"]) == equal


@pytest.mark.parametrize("causal", [False, True])
@pytest.mark.parametrize("lesson", [LESSON, WITHOUT_ROOT], ids=["whole", "broken"])
@pytest.mark.parametrize("multiplier", [0.0, 1.0, 2.5])
def test_the_printed_formula_has_the_factor_where_it_is_not_1_and_the_mask(
    lesson, multiplier, causal
):
    values = lesson.statement.defaults | {"multiplier": multiplier, "causal": causal}
    line = frames.headline_at(lesson.statement, values)
    printed = line or frames.headline(lesson.statement)
    marked = frames.marks(lesson.statement)("multiplier", r"\mu")
    assert (marked in printed) == (multiplier != 1)
    assert (frames.marks(lesson.statement)("mask", "M") in printed) == causal
    assert (r"\cancel" in printed) == (lesson is WITHOUT_ROOT)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_no_score_is_beyond_the_colors(chosen):
    for lesson in (LESSON, WITHOUT_ROOT):
        _, scores, _ = drawing(lesson)(**chosen | {"third": "scores"}).figures
        cells = scores["data"][0]
        assert np.nanmax(np.abs(np.array(cells["z"], float))) <= cells["zmax"]
    usual = drawing(LESSON)(**STATEMENT.defaults).figures[1]["data"][0]
    assert usual["zmax"] == 13


@pytest.mark.parametrize("n", [4, 10, 16])
def test_values_that_cancel_leave_an_output_of_length_0(n):
    chosen = {**STATEMENT.defaults, "tokens": "circle", "n_keys": n, "multiplier": 0}
    assert drawing(LESSON)(**chosen).readouts[LENGTH] == 0
    assert (numbers_of(STATEMENT, **chosen)["output"] == 0).all()
    more = drawing(LESSON)(**chosen | {"multiplier": 0.1})
    assert more.readouts[LENGTH] > 0.1


def called(chosen, token):
    """Return what the sentence calls a token."""
    if chosen["tokens"] == "circle":
        return f"Token {token}"
    words = SENTENCE[: chosen["n_keys"]]
    twice = words.count(words[token - 1]) > 1
    return f"“{words[token - 1]}”" + f" ({token})" * twice


def named_in(chosen, words):
    """Return the tokens that are named, counted from 1."""
    if chosen["tokens"] == "circle":
        return {int(k) for k in re.findall(r"\d+", words)}
    heard = re.findall(r"“(\w+)”(?: \((\d+)\))?", words)
    return {int(k or SENTENCE.index(word) + 1) for word, k in heard}


def values_by_hand(chosen):
    """Return the points on the circle whose average is taken."""
    n = chosen["n_keys"]
    place = 2 * np.pi * np.arange(n) / n
    if chosen["tokens"] == "sentence":
        place = np.deg2rad([FOUND[word] for word in SENTENCE[:n]])
    longer = KEY_LENGTH if chosen["roles"] == "Q, V, K" else 1
    return longer * np.stack([np.cos(place), np.sin(place)], axis=1)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_names_the_largest_weights_at_every_setting(chosen):
    scene = drawing(LESSON)(**chosen)
    status = scene.status
    n = chosen["n_keys"]
    if chosen["token"] > n:
        missing = f"There are only {n} tokens: the last is framed. "
        assert status.startswith(missing)
        status = status.removeprefix(missing)
    if "sees only itself" in status:
        assert (chosen["causal"], min(chosen["token"], n)) == (True, 1)
        assert weights_by_hand(chosen)[0].tolist() == [1.0] + [0.0] * (n - 1)
        return
    who, whom = re.match(r"(.+?) attends ([^.:]+(?:\.\d\d)?)", status).groups()
    token = min(chosen["token"], n)
    assert who == called(chosen, token)
    row = weights_by_hand(chosen)[int(token) - 1]
    assert scene.readouts["largest weight in the framed row"] == pytest.approx(
        row.max()
    )
    length = np.linalg.norm(row @ values_by_hand(chosen))
    if not chosen["roles"].endswith("Q, V"):
        found = scene.readouts[LENGTH]
        assert found == pytest.approx(length, abs=1e-9)
    size = re.search(r"0\.\d\d", whom)
    if size:
        assert float(size[0]) == pytest.approx(row.max(), abs=0.0051)
        assert row.max() < 0.9951
    else:
        assert "just under 1" in whom
        assert 0.9949 < row.max() <= 1
    if "every token" in whom:
        assert np.ptp(row) < 0.0051
    else:
        named = named_in(chosen, whom.split(", with")[0])
        close = {int(k) + 1 for k in np.flatnonzero(row > row.max() - 1e-6)}
        assert named <= close
        assert np.ptp(row) > 0.0049
    alone = chosen["causal"] and int(token) < n  # the hidden ones have weight 0
    if "all scores are 0" in status or chosen["tokens"] == "circle":
        assert ("all scores are 0" in status) == (np.ptp(row) < 1e-9 and not alone)
    assert ("hidden" in status) == chosen["causal"]


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_where_one_key_of_several_leads_the_sentence_gives_its_score(chosen):
    scene = drawing(LESSON)(**chosen)
    best = re.search(
        r"best with that key \(.*?\), score (\S+)/√2 · (.+) = (\S+)\.( |$)",
        scene.status,
    )
    told = "of the visible keys its query (what" in scene.status
    last = chosen["token"] >= chosen["n_keys"]
    assert told == (best is not None and chosen["causal"] and not last)
    row = weights_by_hand(chosen)[min(chosen["token"], chosen["n_keys"]) - 1]
    leads = "attends most" in scene.status and " alike" not in scene.status
    assert (best is not None) == (leads and np.count_nonzero(row) > 1)
    if best:
        place = min(chosen["token"], chosen["n_keys"]) - 1
        shown = drawing(LESSON)(**chosen | {"third": "scores"}).figures[1]
        scores = np.asarray(shown["data"][0]["z"], float)[place]
        factor, product, said = (text.replace("−", "-") for text in best.groups()[:3])
        assert float(said) == pytest.approx(np.nanmax(scores), rel=0.06, abs=1e-3)
        pairs = [*map(float, re.findall(r"-?\d+(?:\.\d+)?(?:e-?\d+)?", product))]
        by_hand = float(factor) / np.sqrt(2) * np.dot(pairs[::2], pairs[1::2])
        assert by_hand == pytest.approx(np.nanmax(scores), rel=0.01, abs=0.03)


@given(distributions((1, 6)))
def test_who_is_heard_most_has_the_largest_weight(row):
    said = heard_most(np.asarray(row))
    if "every" in said:
        assert np.ptp(row) < 0.005
    else:
        first = int(re.search(r"\d+", said)[0])
        assert row[first - 1] == pytest.approx(row.max(), abs=1e-9)


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ([0.1, 0.2, 0.7], "most to token 3, with weight 0.70"),
        (
            [0.3, 0.3, 0.1, 0.3],
            "most to tokens 1, 2 and 4 alike, with weight 0.30 each",
        ),
        (
            [0.15, 0.1 + 0.2, 0.25, 0.3],
            "most to tokens 2 and 4 alike, with weight 0.30 each",
        ),
        ([0.5, 0.5 - 1e-12], "to every token alike, with weight 0.50"),
        ([0.502, 0.498], "to every token nearly alike, with weights near 0.50"),
        ([0.999, 0.001], "most to token 1, with weight just under 1"),
        ([1.0, 1e-22], "most to token 1, with weight just under 1"),
        ([0.0, 1.0], "most to token 2, with weight 1.00"),
        ([0.994, 0.006], "most to token 1, with weight 0.99"),
        ([1.0], "to every token alike, with weight 1.00"),
    ],
)
def test_who_is_heard_most_is_told_with_ties_and_without_rounding_up_to_one(row, said):
    assert heard_most(np.asarray(row)) == said


def test_who_is_heard_most_is_told_by_name():
    names = ("a", "b", "c")
    assert heard_most(np.array([0.1, 0.2, 0.7]), names).startswith("most to c, with")
    tie = heard_most(np.array([0.4, 0.2, 0.4]), names)
    assert tie == "most to a and c alike, with weight 0.40 each"
