"""Multi-head attention: against single heads, parameter counts, the page's claims."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy.special
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.transformer.attention import scaled_dot_product_attention
from formulas.transformer.multi_head_attention import (
    NAMES,
    count_attention_parameters,
    grouped_query_attention,
    head_contributions,
    init_attention,
    merge_heads,
    multi_head_attention,
    split_heads,
)
from pages.transformer.multi_head_attention.figure import _score_entries
from pages.transformer.multi_head_attention.statement import PURPOSES, STATEMENT, WORDS
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, numbers_of, outputs_of
from tests.strategies import settings_of
from ui import frames
from ui.catalogue import BROKEN, BY_SLUG
from ui.frames import frame

LESSON = BY_SLUG["multi_head_attention"]
(ROOTLESS,) = (one for one in BROKEN if one.slug == "multi_head_attention")
RANDOM = STATEMENT.defaults | {
    "weights": "random",
    "heads": 2,
    "n_tokens": 5,
}

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    (
        "attend(q, k, v, bias, 1 / math.sqrt(d_model // n_heads))",
        "attend(q, k, v, bias, 1 / math.sqrt(d_model))",
    ),
    (
        "rows.reshape(len(rows), n_heads, -1).swapaxes(0, 1)",
        "rows.reshape(n_heads, len(rows), -1)",
    ),
    (
        "blocks.swapaxes(0, 1).reshape(blocks.shape[1], -1)",
        "blocks.reshape(blocks.shape[1], -1)",
    ),
    ('(keys, "W_k")', '(queries, "W_k")'),
    ("math.sqrt(6 / (2 * d_model))", "math.sqrt(6 / (d_model + d_model // n_heads))"),
    (
        "4 * d_model**2 + (4 * d_model if bias else 0)",
        "4 * d_model**2 + (d_model if bias else 0)",
    ),
    ("rotation_for_offset(-1, d_model).T", "rotation_for_offset(-1, d_model)"),
    ("_split(k, n_kv_heads), _split(v", "_split(k, n_kv_heads)[::-1], _split(v"),
    (
        "attend(q, k[:, None], v[:, None], bias, 1 / math.sqrt(d_head))",
        "attend(q, k[:, None], v[:, None], bias, 1 / math.sqrt(d_model))",
    ),
    (
        "q = q.reshape(groups, -1, *q.shape[1:])",
        "q = q.reshape(-1, groups, *q.shape[1:]).swapaxes(0, 1)",
    ),
    ("bias = bias.reshape(groups, -1, *bias.shape[1:])", "bias = bias[:groups, None]"),
    ("W.shape == (narrow if shared else wide)", "W.shape == wide"),
    (
        "heads = result.output.reshape(n_heads, len(queries), d_head)",
        "heads = result.output.swapaxes(0, 1).reshape(n_heads, len(queries), d_head)",
    ),
)

X = [[1, 0, 0, 1], [0, 1, 1, 0], [1, 1, 0, 0]]
EYE = np.eye(4)


def attend(tokens, n_heads, **options):
    return multi_head_attention(tokens, tokens, EYE, EYE, EYE, EYE, n_heads, **options)


@st.composite
def problems(draw):
    """Draw tokens, projections and a number of heads for cross-attention."""
    n_heads, width = draw(st.integers(1, 3)), draw(st.integers(1, 3))
    n, m, d = draw(st.integers(1, 4)), draw(st.integers(1, 4)), n_heads * width
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    tokens = random.normal(size=(n, d)), random.normal(size=(m, d))
    return (*tokens, *random.normal(size=(4, d, d)), n_heads)


@claims("tokens_are_x")
def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\mathrm{MultiHead}(X) = "
        r"\mathrm{Concat}(\mathrm{head}_1, \dots, \mathrm{head}_h) \, W^O, \quad "
        r"\mathrm{head}_r = \mathrm{Attention}(X W^Q_{r}, X W^K_{r}, X W^V_{r}), \quad "
        r"Y = \textstyle\sum_{r} \mathrm{head}_r \, W^O_r"
    )


# Reference values


def test_three_tokens_with_two_heads():
    expected = [
        [0.8022241854, 0.5988879073, 0.2482550783, 0.5034898435],
        [0.5988879073, 0.8022241854, 0.5034898435, 0.2482550783],
        [0.7517449217, 0.7517449217, 1 / 3, 1 / 3],
    ]
    np.testing.assert_allclose(attend(X, 2).output, expected, rtol=1e-9)


def test_three_tokens_with_one_head():
    expected = [
        [0.8136762768, 0.4935196089, 0.1863237232, 0.5064803911],
        [0.4935196089, 0.8136762768, 0.5064803911, 0.1863237232],
        [0.7259313809, 0.7259313809, 0.2740686191, 0.2740686191],
    ]
    np.testing.assert_allclose(attend(X, 1).output, expected, rtol=1e-9)


def test_one_head_with_identity_projections_is_plain_attention_exactly():
    result, plain = attend(X, 1), scaled_dot_product_attention(X, X, X)
    np.testing.assert_array_equal(result.output, plain.output)
    np.testing.assert_array_equal(result.weights[0], plain.weights)


def test_parameters_of_the_papers_width():
    assert count_attention_parameters(512) == 1_048_576
    assert count_attention_parameters(512, bias=True) == 1_050_624


@pytest.mark.parametrize("n_heads", [1, 2, 4, 8])
def test_the_number_of_heads_does_not_change_the_parameters(n_heads):
    weights = init_attention(64, n_heads)
    assert sum(W.size for W in weights.values()) == count_attention_parameters(64)


def test_score_entries_of_eight_heads_and_1024_tokens():
    assert _score_entries(8, 1024) == 8_388_608


# Independent oracles


@given(problems())
def test_heads_side_by_side_are_heads_one_by_one(problem):
    X_q, X_kv, W_q, W_k, W_v, W_o, n_heads = problem
    width = len(W_q) // n_heads
    heads = []
    for h in range(n_heads):
        own = slice(h * width, (h + 1) * width)
        q, k, v = X_q @ W_q[:, own], X_kv @ W_k[:, own], X_kv @ W_v[:, own]
        heads.append(scipy.special.softmax(q @ k.T / np.sqrt(width), axis=1) @ v)
    result = multi_head_attention(*problem)
    np.testing.assert_allclose(result.heads, heads, rtol=1e-9, atol=1e-13)
    expected = np.hstack(heads) @ W_o
    np.testing.assert_allclose(result.output, expected, rtol=1e-9, atol=1e-12)


@claims("heads_add_up")
@given(problems())
def test_the_output_is_the_sum_of_the_heads_contributions(problem):
    result = multi_head_attention(*problem)
    parts = head_contributions(result.heads, problem[5])
    np.testing.assert_allclose(parts.sum(axis=0), result.output, rtol=1e-9, atol=1e-12)
    own_rows = np.split(problem[5], len(parts))
    for part, head, rows in zip(parts, result.heads, own_rows, strict=True):
        np.testing.assert_allclose(part, head @ rows, rtol=1e-9, atol=1e-12)


# Laws


@given(problems())
def test_each_row_of_each_heads_weights_sums_to_one(problem):
    weights = multi_head_attention(*problem).weights
    np.testing.assert_allclose(weights.sum(axis=2), 1, rtol=1e-12)


@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 3))
def test_merging_undoes_splitting(n_heads, n, width):
    rows = np.arange(n * n_heads * width, dtype=float).reshape(n, -1)
    blocks = split_heads(rows, n_heads)
    assert blocks.shape == (n_heads, n, width)
    np.testing.assert_array_equal(blocks[0], rows[:, :width])
    np.testing.assert_array_equal(merge_heads(blocks), rows)


def test_a_mask_is_shared_by_all_heads_or_given_for_each():
    shared = np.tri(3, dtype=bool)
    own = np.stack([shared, ~np.eye(3, dtype=bool)])
    weights = attend(X, 2, mask=shared).weights
    np.testing.assert_array_equal(weights > 0, [shared, shared])
    np.testing.assert_array_equal(attend(X, 2, mask=own).weights > 0, own)
    added = np.where(own, 0.0, -np.inf)
    np.testing.assert_array_equal(
        attend(X, 2, mask=added).output, attend(X, 2, mask=own).output
    )


def test_causal_heads_do_not_look_ahead():
    weights = attend(X, 2, causal=True).weights
    np.testing.assert_array_equal(np.triu(weights, 1), np.zeros((2, 3, 3)))
    np.testing.assert_array_equal(attend(X, 2, causal=True).output[0], X[0])


def test_a_token_without_any_key_gathers_nothing():
    mask = [[True] * 3, [False] * 3, [True] * 3]
    result = attend(X, 2, mask=mask)
    np.testing.assert_array_equal(result.heads[:, 1], np.zeros((2, 2)))


def test_random_projections_stay_within_glorots_bound_and_follow_the_seed():
    weights = init_attention(64, 4)
    bound = np.sqrt(6 / 128)
    for W in weights.values():
        assert W.shape == (64, 64)
        assert bound * 0.99 < np.abs(W).max() <= bound
        assert W.var() == pytest.approx(bound**2 / 3, rel=0.05)
    assert list(weights) == ["W_q", "W_k", "W_v", "W_o"]
    again = init_attention(64, 4, rng=np.random.default_rng(0))
    np.testing.assert_array_equal(weights["W_o"], again["W_o"])
    assert (weights["W_q"] != weights["W_k"]).any()


# Bad and extreme input


def call(**change):
    good = dict.fromkeys(("W_q", "W_k", "W_v", "W_o"), EYE)
    good |= {"X_q": X, "X_kv": X, "n_heads": 2}
    return multi_head_attention(**{**good, **change})


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"n_heads": 3}, "d_model (4) must be divisible by n_heads (3)"),
        ({"n_heads": 0}, "n_heads must be in [1, inf), got 0"),
        ({"n_heads": 1.5}, "n_heads must be an integer, got 1.5"),
        (
            {"W_q": np.eye(3)},
            (
                "shape mismatch: X_q has shape (3, 4), W_q has shape (3, 3); "
                "W_q must be (d_model, d_model)"
            ),
        ),
        ({"W_k": np.ones((4, 2))}, "W_k must be (d_model, d_model)"),
        ({"W_v": np.ones((2, 4))}, "W_v must be (d_model, d_model)"),
        ({"W_o": np.ones((4, 5))}, "W_o must be (d_model, d_model)"),
        (
            {"X_kv": np.ones((2, 3))},
            (
                "shape mismatch: X_q has shape (3, 4), X_kv has shape (2, 3); "
                "X_q and X_kv must have the same last axis"
            ),
        ),
        ({"X_q": [1, 2, 3, 4]}, "X_q must be 2-D, got shape (4,)"),
        ({"X_q": []}, "X_q must not be empty"),
        ({"X_kv": [[np.nan] * 4]}, "X_kv contains NaN"),
        ({"W_o": np.full((4, 4), np.inf)}, "W_o must be finite"),
        ({"W_v": [["a"]]}, "W_v must be numeric"),
        (
            {"mask": np.ones((3, 3, 3), bool)},
            (
                "shape mismatch: mask has shape (3, 3, 3), scores has shape (2, 3, 3); "
                "mask must be (n, m) or (n_heads, n, m)"
            ),
        ),
        ({"mask": [[True]]}, "mask must be (n, m)"),
        ({"mask": [[np.nan] * 3] * 3}, "mask contains NaN"),
        (
            {"X_kv": X[:2], "causal": True},
            "causal attention needs at least as many keys as queries",
        ),
        ({"W_q": np.full((4, 4), 1.7e308)}, "result must be finite"),
    ],
)
def test_bad_input_is_named(change, message):
    with says(message):
        call(**change)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: init_attention(10, 4),
            "d_model (10) must be divisible by n_heads (4)",
        ),
        (lambda: split_heads(np.ones((2, 10)), 4), "d_model (10) must be divisible"),
        (lambda: split_heads([1.0], 1), "X must be 2-D, got shape (1,)"),
        (lambda: merge_heads([[1.0]]), "H must be 3-D, got shape (1, 1)"),
        (lambda: count_attention_parameters(0), "d_model must be in [1, inf), got 0"),
        (
            lambda: head_contributions(np.ones((2, 1, 2)), np.ones((3, 3))),
            "W_o needs one row per column of the merged heads",
        ),
    ],
)
def test_bad_arguments_are_named(call, message):
    with says(message):
        call()


def test_scores_of_ten_thousand_give_certainty_without_a_warning():
    weights = call(X_q=[[1e4, 0, 1e4, 0]], X_kv=[[1, 0, 0, 0], [0, 0, 1, 0]]).weights
    np.testing.assert_array_equal(weights[:, 0], [[1, 0], [0, 1]])


def test_input_is_left_as_it_was():
    tokens, mask = np.array(X), np.zeros((3, 3))
    attend(tokens, 2, mask=mask, causal=True)
    np.testing.assert_array_equal(tokens, X)
    np.testing.assert_array_equal(mask, 0)


# Grouped queries


@st.composite
def grouped(draw):
    """Draw tokens, projections and heads of which several share keys and values."""
    groups, share, width = (draw(st.integers(1, 3)) for _ in range(3))
    n, m = draw(st.integers(1, 4)), draw(st.integers(1, 4))
    d, narrow = groups * share * width, groups * width
    random = np.random.default_rng(draw(st.integers(0, 10**6)))
    shapes = ((n, d), (m, d), (d, d), (d, narrow), (d, narrow), (d, d))
    arrays = tuple(random.normal(size=shape) for shape in shapes)
    return *arrays, groups * share, groups


def head_by_head(X_q, X_kv, W_q, W_k, W_v, W_o, n_heads, n_groups, bias):
    """Compute each head on its own, with SciPy's softmax."""
    width = len(W_q) // n_heads
    heads, all_weights = [], []
    for i in range(n_heads):
        own = slice(i * width, (i + 1) * width)
        group = i * n_groups // n_heads
        theirs = slice(group * width, (group + 1) * width)
        scores = (X_q @ W_q[:, own]) @ (X_kv @ W_k[:, theirs]).T / np.sqrt(width)
        all_weights.append(scipy.special.softmax(scores + bias[i], axis=1))
        heads.append(all_weights[-1] @ X_kv @ W_v[:, theirs])
    return np.hstack(heads) @ W_o, all_weights, heads


@given(grouped(), st.booleans())
def test_each_query_head_reads_the_keys_of_its_group(problem, per_head):
    n, m, h = len(problem[0]), len(problem[1]), problem[-2]
    bias = np.random.default_rng(0).normal(size=(h, n, m) if per_head else (n, m))
    result = grouped_query_attention(*problem, mask=bias)
    by_hand = head_by_head(*problem, np.broadcast_to(bias, (h, n, m)))
    found = (result.output, result.weights, result.heads)
    for ours, expected in zip(found, by_hand, strict=True):
        np.testing.assert_allclose(ours, expected, rtol=1e-9, atol=1e-9)


@given(grouped())
def test_it_is_multi_head_attention_with_repeated_columns(problem):
    *tokens, W_q, W_k, W_v, W_o, h, groups = problem
    tokens = [tokens[1], tokens[1]]

    def repeated(W):
        blocks = W.reshape(len(W), groups, -1)
        return np.repeat(blocks, h // groups, axis=1).reshape(len(W), -1)

    few = grouped_query_attention(*tokens, W_q, W_k, W_v, W_o, h, groups, causal=True)
    many = multi_head_attention(
        *tokens, W_q, repeated(W_k), repeated(W_v), W_o, h, causal=True
    )
    for name in ("output", "weights", "heads"):
        ours, theirs = getattr(few, name), getattr(many, name)
        assert ours.shape == theirs.shape
        np.testing.assert_allclose(ours, theirs, rtol=1e-9, atol=1e-12)


@given(problems())
def test_with_as_many_groups_as_heads_it_is_multi_head_attention(problem):
    *arrays, n_heads = problem
    shared = grouped_query_attention(*arrays, n_heads, n_heads)
    own = multi_head_attention(*arrays, n_heads)
    np.testing.assert_allclose(shared.output, own.output, rtol=1e-12, atol=1e-12)


def test_two_heads_share_the_first_half_of_the_features():
    result = grouped_query_attention(X, X, EYE, EYE[:, :2], EYE[:, :2], EYE, 2, 1)
    expected = [0.802224, 0.598888, 0.598888, 0.802224]
    np.testing.assert_allclose(result.output[0], expected, atol=5e-7)
    assert result.heads.shape == (2, 3, 2)
    assert result.weights.shape == (2, 3, 3)


def test_a_query_without_any_key_gathers_nothing():
    mask = np.array([[True, False, True], [False] * 3, [True] * 3])
    narrow = EYE[:, :2]
    result = grouped_query_attention(X, X, EYE, narrow, narrow, EYE, 2, 1, mask=mask)
    np.testing.assert_array_equal(result.output[1], 0)
    assert not result.weights[:, 0, 1].any()


NARROW = EYE[:, :2]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (
            (X, X, EYE, NARROW, NARROW, EYE, 4, 3),
            "n_heads (4) must be divisible by n_kv_heads (3)",
        ),
        (
            (X, X, EYE, NARROW, NARROW, EYE, 3, 1),
            "d_model (4) must be divisible by n_heads (3)",
        ),
        (
            (X, X, EYE, NARROW, NARROW, EYE, 2, 4),
            "n_heads (2) must be divisible by n_kv_heads (4)",
        ),
        (
            (X, X, EYE, NARROW, NARROW, EYE, 2, 0),
            "n_kv_heads must be in [1, inf), got 0",
        ),
        (
            (X, X, EYE, NARROW, NARROW, EYE, 2, 1.5),
            "n_kv_heads must be an integer, got 1.5",
        ),
        ((X, X, EYE, NARROW, NARROW, EYE, 0, 1), "n_heads must be in [1, inf), got 0"),
        (
            (X, X, EYE, EYE, NARROW, EYE, 2, 1),
            "shape mismatch: X_q has shape (3, 4), W_k has shape (4, 4); W_k must be (d_model, n_kv_heads * d_head)",
        ),
        (
            (X, X, EYE, NARROW, EYE, EYE, 2, 1),
            "W_v has shape (4, 4); W_v must be (d_model, n_kv_heads * d_head)",
        ),
        (
            (X, X, NARROW, NARROW, NARROW, EYE, 2, 1),
            "W_q has shape (4, 2); W_q must be (d_model, d_model)",
        ),
        (
            (X, X, EYE, NARROW, NARROW, NARROW, 2, 1),
            "W_o has shape (4, 2); W_o must be (d_model, d_model)",
        ),
        (
            (X, [[1.0]], EYE, NARROW, NARROW, EYE, 2, 1),
            "X_q and X_kv must have the same last axis",
        ),
        (([], X, EYE, NARROW, NARROW, EYE, 2, 1), "X_q must not be empty"),
        ((X, X, EYE, NARROW[0], NARROW, EYE, 2, 1), "W_k must be 2-D, got shape (2,)"),
        ((X, X, EYE, np.nan * NARROW, NARROW, EYE, 2, 1), "W_k contains NaN"),
        (
            (X, X, EYE, NARROW, np.where(NARROW, np.inf, 0), EYE, 2, 1),
            "W_v must be finite",
        ),
        (
            (X, X, EYE, NARROW, NARROW, np.full((4, 4), 1e308), 2, 1),
            "result must be finite",
        ),
    ],
)
def test_bad_groups_are_named(arguments, message):
    with says(message):
        grouped_query_attention(*arguments)


def test_a_mask_for_each_group_is_none_for_each_head():
    with says("mask must be (n, m) or (n_heads, n, m)"):
        grouped_query_attention(
            X, X, EYE, NARROW, NARROW, EYE, 2, 1, mask=np.ones((1, 3, 3))
        )


def test_grouped_queries_leave_their_input_as_it_was():
    arrays = [np.array(X, dtype=float), EYE.copy(), NARROW.copy()]
    tokens, wide, narrow = arrays
    grouped_query_attention(tokens, tokens, wide, narrow, narrow, wide, 2, 1)
    for array, before in zip(arrays, (X, EYE, NARROW), strict=True):
        np.testing.assert_array_equal(array, before)


# What the page claims


def of_the_page(**settings):
    return outputs_of(STATEMENT, inputs_of(STATEMENT, **{**RANDOM, **settings}))


@claims("parameters_stay")
def test_predict_from_one_to_eight_heads_the_projections_keep_4_d_squared_parameters():
    counts = {h: sum(W.size for W in init_attention(512, h).values()) for h in (1, 8)}
    assert counts == {1: 4 * 512**2, 8: 4 * 512**2} == {1: 1_048_576, 8: 1_048_576}
    W = init_attention(512, 8)["W_q"]
    np.testing.assert_array_equal(np.hstack(split_heads(W, 8)), W)
    assert _score_entries(8, 10) == 8 * _score_entries(1, 10)
    for heads in (1, 8):
        assert of_the_page(heads=heads)["scores"].shape == (heads, 5, 5)


@claims("looks_one_back")
def test_previous_token_head_looks_one_back():
    shares = of_the_page(weights="previous token")["shares"][0]
    np.testing.assert_array_equal(shares[1:].argmax(axis=1), np.arange(4))
    assert (np.diag(shares, -1) > 0.9).all()
    (shares,) = of_the_page(heads=1, weights="previous token", n_tokens=8)["shares"]
    assert (np.diag(shares, -1) > 0.9).all()


def test_one_head_has_one_map_and_four_heads_have_four_different_ones():
    assert len(of_the_page(heads=1)["shares"]) == 1
    maps = of_the_page(heads=4)["shares"]
    assert len(np.unique(maps.round(6), axis=0)) == 4


@claims("sees_every_token")
def test_every_head_sees_every_token():
    assert (of_the_page(heads=8, d_model=8)["shares"] > 0).all()
    for heads in STATEMENT.control("heads").choices:
        shown = of_the_page(heads=heads)
        assert shown["shares"].shape == (heads, 5, 5)
        assert (shown["shares"] > 0).all()
        assert shown["query"].shape[2] * heads == 16


@claims("heads_narrower")
def test_more_heads_means_narrower_heads():
    widths = [of_the_page(heads=h)["query"].shape[2] for h in (1, 2, 4, 8)]
    assert widths == [16, 8, 4, 2]
    for heads, width in zip((1, 2, 4, 8), widths, strict=True):
        shown = of_the_page(heads=heads)
        terms = shown["query"][:, :, None] * shown["key"][:, None]
        assert terms.shape[-1] == width  # what each dot product adds up
        products = terms.sum(axis=-1) / np.sqrt(width)
        np.testing.assert_allclose(shown["scores"], products, atol=1e-12)


@claims("tokens_find_themselves")
def test_identity_projections_let_tokens_find_themselves():
    for map_ in of_the_page(weights="identity")["shares"]:
        np.testing.assert_array_equal(map_.argmax(axis=1), np.arange(5))


@claims("two_columns_each")
def test_eight_heads_of_a_model_of_width_16_have_two_columns_each():
    shown = outputs_of(
        STATEMENT, inputs_of(STATEMENT, **STATEMENT.defaults | {"heads": 8})
    )
    assert shown["query"].shape == (8, 6, 2)


@claims("causal_hides_later")
def test_with_causal_everything_right_of_the_diagonal_is_zero_in_every_head():
    for heads in STATEMENT.control("heads").choices:
        shares = of_the_page(heads=heads, causal=True)["shares"]
        assert (np.triu(shares, 1) == 0).all()
        assert (shares[:, *np.tril_indices(5)] > 0).all()


def test_doubling_the_tokens_quadruples_the_scores_and_leaves_the_parameters():
    assert _score_entries(2, 8) == 4 * _score_entries(2, 4)
    sizes = {
        sum(inputs_of(STATEMENT, **{**RANDOM, "n_tokens": n})[W].size for W in NAMES)
        for n in (4, 8)
    }
    assert sizes == {count_attention_parameters(16)}


@claims("purposes")
@pytest.mark.parametrize("d_model", [16, 32, 64])
@pytest.mark.parametrize("n", [6, 8])
def test_four_heads_look_for_the_previous_the_same_the_first_and_the_next_word(
    d_model, n
):
    chosen = STATEMENT.defaults | {"d_model": d_model, "n_tokens": n, "heads": 4}
    maps = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))["shares"]
    previous, same, first, following = maps
    assert (np.diag(previous, -1) > 0.7).all()
    assert (np.diag(following, 1) > 0.7).all()
    assert (first[:, 0] > 0.7).all()
    words = np.array(WORDS[:n])
    assert (np.where(words[:, None] == words, same, 0).sum(axis=1) > 0.6).all()


@claims("ends_attend_themselves")
@pytest.mark.parametrize("causal", [False, True])
def test_at_its_end_of_the_text_a_head_has_no_neighbor_and_attends_to_the_word_itself(
    causal,
):
    chosen = STATEMENT.defaults | {"causal": causal}
    maps = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))["shares"]
    assert maps[0][0].argmax() == 0
    assert maps[3][-1].argmax() == chosen["n_tokens"] - 1


def test_the_line_adds_one_term_for_each_head_and_all_of_them_count():
    for heads in (2, 4):
        line = frame(LESSON, STATEMENT.defaults | {"heads": heads}, None)["line"]
        *terms, total = (
            float(re.sub(r"\\(?:left|right)[()]", "", text)) for text in line["numbers"]
        )
        assert len(terms) == heads
        assert sum(terms) == pytest.approx(total, abs=2e-3)
        assert np.count_nonzero(np.abs(terms) > 0.01) >= 2


@claims("narrow_confuses")
def test_two_columns_of_position_confuse_words_six_apart():
    chosen = STATEMENT.defaults | {"heads": 8, "n_tokens": 8}
    maps = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))["shares"]
    assert maps[0][1, 0] > maps[0][1, 6] > 0.2  # 6 is nearly one turn, 2π
    assert maps[4][7, 6] > maps[4][7, 0] > 0.2

    places = np.arange(8)
    meant = {"previous": places - 1, "first": 0 * places, "next": places + 1}
    for k, attention in enumerate(maps):
        if (purpose := PURPOSES[k % 4]) != "same word":
            six_away = np.abs(places - meant[purpose][:, None]) == 6
            assert attention[six_away].max() > 0.2, f"head {k + 1}"
    four = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen | {"heads": 4}))
    assert four["shares"][0][1, 6] < 0.02


@claims("narrow_confuses")
def test_two_columns_of_a_model_of_width_8_confuse_words_six_apart_as_well():
    chosen = STATEMENT.defaults | {"heads": 4, "d_model": 8, "n_tokens": 6}
    maps = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))["shares"]
    assert maps[0][0].argmax() == 5  # the last stands for the one before the first
    assert maps[3][5].argmax() == 0


def titles(**chosen):
    figure = drawing(LESSON)(**STATEMENT.defaults | chosen).figures[0]
    return [note["text"] for note in figure["layout"]["annotations"]]


@claims("one_column_lost")
def test_heads_of_one_column_do_not_do_what_they_are_built_for_and_are_not_called_so():
    narrow = {"heads": 8, "d_model": 8}
    made = inputs_of(STATEMENT, **STATEMENT.defaults | narrow)
    maps = outputs_of(STATEMENT, made)["shares"]
    np.testing.assert_allclose(maps[0], maps[3], atol=1e-12)  # previous and next
    np.testing.assert_allclose(maps[2], 1 / 6, atol=1e-12)  # first
    assert maps[1][0, 4] == pytest.approx(1 / 6)  # the same word gets no more
    assert titles(**narrow) == [f"head {h}" for h in range(1, 9)]
    assert titles(heads=4, d_model=8)[0] == "1: previous"


@claims("next_is_hidden")
@pytest.mark.parametrize("n", [4, 6])
def test_with_causal_the_head_that_looks_for_the_next_word_sees_itself_at_most(n):
    chosen = {"causal": True, "n_tokens": n}
    made = inputs_of(STATEMENT, **STATEMENT.defaults | chosen)
    (*_, following) = outputs_of(STATEMENT, made)["shares"]
    assert (np.diag(following) > 0.5).all()
    assert titles(**chosen)[3] == "4: next, hidden"
    assert titles()[3] == "4: next"


@pytest.mark.parametrize(("head", "token", "n"), [(1, 5, 6), (3, 1, 6), (8, 8, 4)])
def test_without_the_division_the_line_shows_a_score_of_the_framed_row(head, token, n):
    (broken,) = (one for one in BROKEN if one.slug == LESSON.slug)
    chosen = STATEMENT.defaults | {"head": head, "token": token, "n_tokens": n}
    line = frame(broken, chosen, None)["line"]
    row = min(token, n)
    found = f"S_{{{min(head, 4)} {row} {max(row - 1, 1)}}}"
    assert found.replace(" ", "") in "".join(line["pieces"]).replace(" ", "")


def test_tokens_of_heads_with_purposes_are_a_position_and_a_word():
    X = inputs_of(STATEMENT, **STATEMENT.defaults | {"n_tokens": 8})["tokens"]
    np.testing.assert_array_equal(X[:, :2], [[np.sin(k), np.cos(k)] for k in range(8)])
    for k, word in enumerate(WORDS):
        same = np.isclose(X[:, -2:], X[k, -2:]).all(axis=1)
        assert same.tolist() == [other == word for other in WORDS]


@claims("looks_elsewhere")
def test_two_heads_attend_most_to_different_tokens():
    first, second = of_the_page(heads=2)["shares"].argmax(axis=2)
    assert (first != second).all()


def test_the_first_heads_of_the_previous_token_still_look_back():
    shares = of_the_page(weights="previous token", heads=8)["shares"]
    looks_back = shares[:, 4, 3] > 0.9
    assert looks_back[0]
    assert not looks_back[-1]


@claims("price_of_one")
def test_as_many_parameters_and_multiplications_as_one_head():
    prices = set()
    for heads in STATEMENT.control("heads").choices:
        shown = of_the_page(heads=heads)
        _, n, width = shown["query"].shape
        parameters = sum(W.size for W in init_attention(16, heads).values())
        multiplications = heads * n * n * width, heads * n * 16 * width
        prices.add((parameters, *multiplications))
    assert prices == {(4 * 16**2, 5 * 5 * 16, 5 * 16 * 16)}


@settings(max_examples=30)
@given(settings_of(STATEMENT))
def test_only_the_scores_rise_with_the_heads(chosen):
    d, n = chosen["d_model"], chosen["n_tokens"]
    for heads in STATEMENT.control("heads").choices:
        shown = drawing(LESSON)(**chosen | {"heads": heads}).readouts
        assert shown["parameters of the projections"] == 4 * d * d
        assert shown["multiplications for the scores"] == n * n * d
        assert shown["scores of all heads"] == heads * n * n


@pytest.mark.parametrize(
    ("weights", "heads", "names"),
    [
        ("purposes", 4, ["", "the", "cat", "sat"]),
        ("random", 4, ["", "the", "cat", "sat"]),
        ("random", 8, ["", "the", "cat", "sat"]),
        ("purposes", 8, ["", "the", "cat", "sat"]),
    ],
)
def test_the_tokens_of_the_heads_maps_are_named_where_there_is_room(
    weights, heads, names
):
    chosen = STATEMENT.defaults | {"weights": weights, "heads": heads, "n_tokens": 3}
    named = drawing(LESSON)(**chosen).figures[0]["layout"]["meta"]
    assert named["y"] == names * (-(-heads // 4))
    words = ["the", "cat", "sat"]
    columns = [*words, ""] * min(heads, 4)
    assert named["x"] == columns[:-1]


@pytest.mark.parametrize(("heads", "head", "token"), [(4, 2, 3), (8, 6, 1), (1, 1, 6)])
def test_the_row_of_the_token_looked_at_is_framed_in_its_head(heads, head, token):
    chosen = STATEMENT.defaults | {"heads": heads, "head": head, "token": token}
    whole, row = drawing(LESSON)(**chosen).figures[0]["layout"]["shapes"]
    assert (row["x0"], row["x1"]) == (whole["x0"], whole["x1"])
    assert row["y0"] - whole["y0"] == token - 1
    assert row["y1"] - row["y0"] == 1
    line, left = divmod(head - 1, 4)
    assert (whole["x0"], whole["y0"]) == (7 * left - 0.5, 7 * line + 0.5)


@pytest.mark.parametrize(("n_tokens", "lines"), [(6, 1), (7, 2), (8, 2)])
def test_the_words_below_four_heads_have_room_at_every_length(n_tokens, lines):
    chosen = STATEMENT.defaults | {"n_tokens": n_tokens}
    layout = drawing(LESSON)(**chosen).figures[0]["layout"]
    per_line = 4 // lines
    below = [*WORDS[:n_tokens], ""] * per_line
    assert list(layout["xaxis"]["ticktext"]) == below[:-1]


@claims("one_row_is_shared")
@pytest.mark.parametrize("n_tokens", [5, 6])
def test_a_head_that_finds_two_words_gives_each_about_half(n_tokens):
    X = inputs_of(STATEMENT, **STATEMENT.defaults | {"n_tokens": n_tokens})
    shares = outputs_of(STATEMENT, X)["shares"]
    np.testing.assert_allclose(shares.sum(axis=2), 1)
    previous, same = shares[:2, 4]
    assert previous.max() > 0.75
    np.testing.assert_allclose(same[[0, 4]], 0.5, atol=0.02)


@pytest.mark.parametrize("heads", [2, 4, 8])
def test_with_identity_projections_each_head_adds_to_its_own_columns(heads):
    chosen = STATEMENT.defaults | {"weights": "identity", "heads": heads}
    added = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))["contributions"]
    width = 16 // heads
    for head, own in enumerate(added):
        others = np.delete(own, slice(head * width, (head + 1) * width), axis=1)
        assert (others == 0).all()
    assert width >= 2  # the features that are drawn are the first head's


def test_the_weights_of_one_head_are_written_with_the_same_digits():
    for causal in (False, True):
        chosen = STATEMENT.defaults | {"heads": 1, "causal": causal}
        cells = drawing(LESSON)(**chosen).figures[0]["data"][0]
        written = np.array(cells["text"])[1:]  # below the head's name
        known = np.isfinite(np.asarray(cells["z"], float)[1:])
        assert ((written == "") == ~known).all()
        numbers = written[known].astype(float)
        np.testing.assert_allclose(numbers, cells["z"][1:][known], atol=5e-4)
        assert {len(text) for text in written[known]} == {len("0.640")}


@claims("one_head_is_less_sharp")
def test_divided_by_as_little_a_single_head_would_be_as_sharp_as_one_of_four():
    def scores_and_weights(heads):
        page = numbers_of(STATEMENT, **STATEMENT.defaults | {"heads": heads})
        assert page["query"].shape[-1] == 16 // heads  # so √16 and √4 are the divisors
        return page["scores"][0], page["shares"][0].max(axis=1)

    (scores, less), (_, more) = scores_and_weights(1), scores_and_weights(4)
    assert (less[1:] < 0.85 * more[1:]).all()
    again = scipy.special.softmax(scores * 4 / 2, axis=1).max(axis=1)
    np.testing.assert_allclose(again[1:], more[1:], atol=0.03)


def test_on_the_first_screen_words_stand_on_both_axes_of_the_heads_maps():
    named = drawing(LESSON)(**STATEMENT.defaults).figures[0]["layout"]["meta"]
    assert named["y"] == ["", *WORDS[:6]]
    assert named["x"] == [*WORDS[:6], "", *WORDS[:6], "", *WORDS[:6], "", *WORDS[:6]]


@claims("one_head_plain")
@pytest.mark.parametrize("weights", ["random", "purposes"])
def test_preset_one_head_is_plain_attention_over_the_full_width(weights):
    made = inputs_of(STATEMENT, **{**RANDOM, "weights": weights, "heads": 1})
    X, shown = made["tokens"], outputs_of(STATEMENT, made)
    query, key, value = (X @ made[name] for name in NAMES[:3])
    plain = scaled_dot_product_attention(query, key, value)
    assert query.shape[1] == RANDOM["d_model"]
    np.testing.assert_allclose(shown["shares"][0], plain.weights)
    np.testing.assert_allclose(shown["output"], plain.output @ made["W_o"])


@claims("columns_shared")
def test_a_head_has_one_hth_of_the_parameters_so_h_heads_have_as_many_as_one():
    for heads in STATEMENT.control("heads").choices:
        made = inputs_of(STATEMENT, **{**RANDOM, "heads": heads})
        own = [made[f"{name}_split"][0] for name in NAMES]
        assert [W.shape for W in own[:3]] == [(16, 16 // heads)] * 3
        assert heads * sum(W.size for W in own) == count_attention_parameters(16)


@claims("four_squares")
def test_each_of_four_projections_has_d_squared_entries():
    for d in STATEMENT.control("d_model").positions:
        made = inputs_of(STATEMENT, **{**RANDOM, "d_model": d})
        assert [made[name].shape for name in NAMES] == [(d, d)] * 4
        assert count_attention_parameters(d) == 4 * d**2


@claims("scores_squared")
@pytest.mark.parametrize("n", STATEMENT.control("n_tokens").positions)
def test_the_scores_grow_with_the_square_of_the_tokens_and_with_the_heads(n):
    for heads in STATEMENT.control("heads").choices:
        chosen = RANDOM | {"heads": heads, "n_tokens": n}
        read = drawing(LESSON)(**chosen).readouts
        scores = of_the_page(heads=heads, n_tokens=n)["scores"]
        assert read["scores of all heads"] == scores.size == heads * n**2
        multiplied = (
            of_the_page(heads=heads, n_tokens=n)["query"].shape[2] * scores.size
        )
        assert read["multiplications for the scores"] == multiplied


@claims("last_columns_alike")
def test_in_the_last_columns_of_the_position_codes_tokens_look_alike():
    made = inputs_of(STATEMENT, **{**RANDOM, "heads": 8, "n_tokens": 8})
    steps = np.linalg.norm(np.diff(made["tokens"].reshape(8, 8, 2), axis=0), axis=2)
    assert (steps[:, -1] < steps[:, 0] / 1000).all()
    looks_back = {"weights": "previous token", "heads": 8}
    first, *_, last = of_the_page(**looks_back)["shares"]
    np.testing.assert_allclose(last, 1 / 5, atol=1e-4)
    assert first[1:].max(axis=1).min() > 0.99


@claims("one_product")
@pytest.mark.parametrize(("heads", "head"), [(1, 1), (2, 2), (4, 3), (8, 8)])
def test_the_keys_of_all_heads_are_one_product_cut_into_columns(heads, head):
    assert STATEMENT.control("token").positions == tuple(range(1, 9))
    chosen = RANDOM | {"heads": heads, "head": head}
    for token in (1, 3, 5):
        picture = drawing(LESSON)(**chosen | {"token": token}).figures[1]
        layout, (map_,) = picture["layout"], picture["data"]
        given_ = inputs_of(STATEMENT, **chosen)
        np.testing.assert_allclose(map_["z"], given_["tokens"] @ given_["W_k"])
        assert map_["zmin"] <= np.min(map_["z"]) <= np.max(map_["z"]) <= map_["zmax"]
        assert layout["meta"]["pick"] == {"x": "", "y": "token", "start": [0, 0]}
        frames_ = [shape for shape in layout["shapes"] if shape["type"] == "rect"]
        assert {(f["y0"], f["y1"]) for f in frames_} == {(token - 1.5, token - 0.5)}
        width = 16 // heads
        share = f"{width} for each head" if heads > 1 else "all for one head"
        assert layout["meta"]["title"] == f"Keys XWᴷ: 16 columns, {share}"
        assert [f["x0"] for f in frames_] == [
            (head - 1) * width + c - 0.5 for c in range(width)
        ]
        cuts = [s["x0"] for s in layout["shapes"] if s["type"] == "line"]
        assert cuts == [h * width - 0.5 for h in range(heads)]


def test_without_the_root_the_first_screen_shows_larger_weights():
    name = "largest weight in the framed row"
    whole = drawing(LESSON)(**STATEMENT.defaults).readouts[name]
    without = drawing(ROOTLESS)(**STATEMENT.defaults).readouts[name]
    assert without > whole + 0.1


@pytest.mark.parametrize(("token", "n_tokens"), [(5, 6), (2, 6), (8, 3)])
def test_the_live_line_works_out_the_output_of_the_token_that_is_looked_at(
    token, n_tokens
):
    chosen = STATEMENT.defaults | {"token": token, "n_tokens": n_tokens}
    line = frames.frame(LESSON, chosen)["line"]
    assert f"Y_{{{min(token, n_tokens)}1}}" in line["pieces"][0]


@pytest.mark.parametrize("n", [6, 8])
@pytest.mark.parametrize("heads", [1, 2, 4, 8])
def test_a_click_on_a_cell_chooses_its_head_and_its_row_s_token(heads, n):
    change = {"heads": heads, "n_tokens": n, "head": heads, "token": 2}
    figure = drawing(LESSON)(**RANDOM | change).figures[0]
    meta = figure["layout"]["meta"]
    assert meta["pick"] == {"x": "", "y": "token", "start": [0, 0], "block": "head"}
    sheet = np.array(figure["data"][0]["z"], dtype=float)
    (high, wide), across = meta["blocks"]["size"], meta["blocks"]["across"]
    assert (high, wide) == (n + 1, n + 1)
    for head, shares in enumerate(of_the_page(heads=heads, n_tokens=n)["shares"]):
        down, right = divmod(head, across)
        cells = sheet[high * down + 1 : high * (down + 1), wide * right :][:, :n]
        np.testing.assert_array_equal(cells, shares)


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "attends most to “on”, with weight 0.78; a single head gives it 0.54. 4 "),
        (
            {"head": 4},
            "attends most to “mat”, with weight 0.88; a single head gives it ",
        ),
        ({"head": 2}, "with weight 0.50 each; a single head gives the first of them "),
        (
            {"heads": 1},
            "“on”, with weight 0.54. One head has all 16 columns and only one ",
        ),
    ],
)
def test_the_sentence_says_what_a_single_head_would_lose(change, words):
    assert words in drawing(LESSON)(**STATEMENT.defaults | change).status


def row_by_hand(chosen, head):
    """Return a token's weights in one head, computed for that head alone."""
    given_ = inputs_of(STATEMENT, **{k: v for k, v in chosen.items() if k != "head"})
    place = min(chosen["token"], chosen["n_tokens"]) - 1
    width = chosen["d_model"] // chosen["heads"]
    columns = slice((head - 1) * width, head * width)
    X = given_["tokens"]
    query = X[place] @ given_["W_q"][:, columns]
    keys = X @ given_["W_k"][:, columns]
    scores = keys @ query / np.sqrt(width)
    if chosen["causal"]:
        scores[place + 1 :] = -np.inf
    return scipy.special.softmax(scores)


SENTENCE = re.compile(
    r"(?:There is no head (\d), so \d is shown\. )?"
    r"(?:There is no token (\d), so \d is shown\. )?"
    r"In head (\d) (.+?) attends (.+?)(?:, with weights? (.+?))?"
    r"(?:; a single head gives (it|the first of them) (\d\.\d\d))?\. "
    r"(?:One head has all (\d+) columns(?: and only one purpose)?|(\d) heads share the "
    r"(\d+) columns, so they have no more parameters than one)\."
)


@pytest.mark.parametrize(
    ("change", "words", "true"),
    [
        (
            {},
            "In head 1 “the” (5) attends most to “the” (1), with weight 0.37. 2 heads "
            "share the 16 columns, so they have no more parameters than one.",
            lambda row: row.argmax() == 0 and round(row[0], 2) == 0.37,
        ),
        (
            {"head": 7},
            "There is no head 7, so 2 is shown. In head 2",
            lambda row: row.argmax() == 4,
        ),
        (
            {"token": 8, "n_tokens": 3, "causal": True},
            "There is no token 8, so 3 is shown. In head 1 “sat” attends",
            lambda row: len(row) == 3,
        ),
        (
            {"heads": 1, "weights": "previous token"},
            "In head 1 “the” (5) attends most to “on”, with weight 0.99. One head has all "
            "16 columns.",
            lambda row: row.argmax() == 3 and 0.985 < row[3] < 0.995,
        ),
        (
            {"weights": "previous token"},
            "most to “on”, with weight just under 1.",
            lambda row: 0.995 < row[3] < 1,
        ),
        (
            {"heads": 4, "head": 4, "weights": "identity"},
            "to every token nearly alike, with weights near 0.20.",
            lambda row: 1e-9 < np.ptp(row) < 0.005,
        ),
        (  # its one column is the sine of position 0, which is 0
            {
                "heads": 8,
                "d_model": 8,
                "n_tokens": 2,
                "head": 5,
                "weights": "previous token",
            },
            "to every token alike, with weight 0.50.",
            lambda row: np.ptp(row) < 1e-9,
        ),
    ],
)
def test_the_sentence_says_how_the_chosen_head_looks_and_where(change, words, true):
    chosen = RANDOM | change
    assert words in drawing(LESSON)(**chosen).status
    assert true(row_by_hand(chosen, min(chosen["head"], chosen["heads"])))


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_and_the_readouts_describe_the_framed_head(chosen):
    scene = drawing(LESSON)(**chosen)
    none, no_token, head, token, whom, size, _, _, whole, *counts = SENTENCE.fullmatch(
        scene.status
    ).groups()
    heads, d, n = (chosen[name] for name in ("heads", "d_model", "n_tokens"))
    place, words = min(chosen["token"], n), WORDS[:n]
    assert token.startswith(f"“{words[place - 1]}”")
    assert ("(" in token) == (words.count(words[place - 1]) > 1)
    only = heads == 1 and chosen["weights"] == "purposes"
    assert ("only one purpose" in scene.status) == only
    assert no_token == (str(chosen["token"]) if chosen["token"] > n else None)
    if heads == 1:
        assert int(whole) == d
    else:
        assert [int(count) for count in counts] == [heads, d]
    if chosen["head"] > heads:
        assert (int(none), int(head)) == (chosen["head"], heads)
    else:
        assert (none, int(head)) == (None, chosen["head"])
    row = row_by_hand(chosen, int(head))
    if "every" in whom:
        assert np.ptp(row) < 0.0051
    else:
        heard = re.findall(r"“(\w+)”(?: \((\d)\))?", whom)
        named = [int(k) - 1 if k else words.index(word) for word, k in heard]
        np.testing.assert_allclose(row[named], row.max(), atol=1e-8)
    if np.count_nonzero(row) == 1:
        assert "1.00" in scene.status
    elif "just under 1" in size:
        assert 0.9949 < row.max() <= 1
    else:
        (printed,) = re.findall(r"0\.\d\d", size)
        assert float(printed) == pytest.approx(row.max(), abs=0.0051)
    parameters, scores, multiplied, largest = scene.readouts.values()
    assert (parameters, scores) == (4 * d * d, heads * n * n)
    assert multiplied == d // heads * scores
    assert largest == pytest.approx(row.max(), abs=1e-12)
    assert_heads_add_up(scene.figures[2], chosen)


def assert_heads_add_up(picture, chosen):
    """Look whether each bar is what a head adds, and the last one what comes of all."""
    heads, place = chosen["heads"], min(chosen["token"], chosen["n_tokens"]) - 1
    head = min(chosen["head"], heads)
    own, others, output = picture["data"]
    assert list(own["x"]) == [head - 1]
    assert sorted([*own["x"], *others["x"]]) == list(range(heads))
    assert list(output["x"]) == [heads]
    given_ = inputs_of(STATEMENT, **chosen)
    gathered = of_the_page(**chosen)["gathered"][:, place]
    merged = gathered.reshape(-1) @ given_["W_o"]  # concatenated, then projected
    assert output["y"][0] == pytest.approx(merged[0], abs=1e-12)
    rows = given_["W_o"].reshape(heads, -1, chosen["d_model"])
    for bar in (own, others):
        for r, height in zip(bar["x"], bar["y"], strict=True):
            assert height == pytest.approx(gathered[int(r)] @ rows[int(r)][:, 0])
    low, high = picture["layout"]["yaxis"]["range"]
    for bar in picture["data"]:
        assert all(low < height < high for height in bar["y"])


@claims("output_drawn")
@pytest.mark.parametrize("heads", [1, 4, 8])
@pytest.mark.parametrize(("token", "head"), [(5, 1), (2, 8)])
def test_the_bars_are_the_sum_under_the_formula(heads, token, head):
    chosen = STATEMENT.defaults | {"heads": heads, "token": token, "head": head}
    frame = frames.frame(LESSON, chosen)
    assert_heads_add_up(frame["figures"][2], chosen)
    (output,) = frame["figures"][2]["data"][2]["y"]
    *_, shown = frame["line"]["numbers"]
    assert float(str(shown).replace("−", "-")) == pytest.approx(output, rel=1e-3)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_what_one_head_gives_the_same_word_is_said_where_heads_have_purposes(chosen):
    said = SENTENCE.fullmatch(drawing(LESSON)(**chosen).status)
    head, _, whom, _, which, alone = said.groups()[2:8]
    compared = chosen["heads"] > 1 and chosen["weights"] == "purposes"
    assert (alone is not None) == (compared and "every" not in whom)
    if alone:
        row = row_by_hand(chosen, int(head))
        single = row_by_hand(chosen | {"heads": 1}, 1)
        assert float(alone) == pytest.approx(single[row.argmax()], abs=0.0051)
        assert (which == "it") == (" alike" not in whom)


@claims("scores_spread_alike")
@pytest.mark.parametrize("width", [2, 16, 64])
def test_divided_scores_spread_alike_whatever_the_width(width):
    random = np.random.default_rng(width)
    query, key = random.standard_normal((2, 20_000, width))
    products = (query * key).sum(axis=1)
    assert products.std() == pytest.approx(np.sqrt(width), rel=0.03)
    assert (products / np.sqrt(width)).std() == pytest.approx(1, rel=0.03)
