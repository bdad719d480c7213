"""Grouped-query attention in the lesson on multi-head attention: formula and claims."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.transformer.multi_head_attention import (
    grouped_query_attention,
    multi_head_attention,
)
from pages.transformer.multi_head_attention.grouped_query.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["multi_head_attention/grouped_query"]

MUTANTS = (
    ("np.arange(heads) * kv_heads // heads", "np.arange(heads) % kv_heads"),
    ("2 * d_model * (d_model + narrow)", "4 * d_model * d_model"),
    ("bytes_per_value=size, batch=batch", "bytes_per_value=size, batch=1"),
    ("cache * HEADS / kv_heads", "cache / HEADS * kv_heads"),
    ("cache * share, CACHE_COLOR", "cache / share, CACHE_COLOR"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def cache_by_hand(chosen):
    """Count numbers in an array of the cache's shape."""
    shape = (chosen["layers"], chosen["batch"], chosen["kv_heads"], chosen["context"])
    return 2 * 2 * 128 * int(np.prod(shape, dtype=object))


def weights_by_hand(chosen):
    shapes = [(4096, 4096)] * 2 + [(4096, 128 * chosen["kv_heads"])] * 2
    return 2 * chosen["layers"] * sum(rows * columns for rows, columns in shapes)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} \mathrm{head}_r = \mathrm{Attention}(X W^Q_r,\ X W^K_u,\ "
        r"X W^V_u) \\ u = \left\lceil \frac{r\, g}{h} \right\rceil, \quad "
        r"C = 2\, b\, n\, L\, g\, d_k\, B "
        r"\end{gathered}"
    )


@claims("gqa_is_repeated", "gqa_scores")
@given(st.integers(0, 1000), st.sampled_from([1, 2, 4, 8]))
def test_it_is_multi_head_attention_with_repeated_key_heads(seed, groups):
    rng = np.random.default_rng(seed)
    d, h, n = 16, 8, 3
    X, W_q, W_o = rng.normal(size=(n, d)), *rng.normal(size=(2, d, d))
    W_k, W_v = rng.normal(size=(2, d, groups * d // h))
    # the page's rule, at its 32 heads, for every fourth of them
    reads = of_the_page(kv_heads=groups)["reads"][::4]
    assert (reads.sum(axis=1) == 1).all()
    owner = reads.argmax(axis=1)
    assert owner.tolist() == [-(-(r * groups) // h) - 1 for r in range(1, h + 1)]
    wide_k, wide_v = (
        np.hstack([np.split(W, groups, axis=1)[u] for u in owner]) for W in (W_k, W_v)
    )
    shared = grouped_query_attention(X, X, W_q, W_k, W_v, W_o, h, groups)
    full = multi_head_attention(X, X, W_q, wide_k, wide_v, W_o, h)
    np.testing.assert_allclose(shared.output, full.output, atol=1e-9)
    assert shared.weights.shape == full.weights.shape == (h, n, n)


@claims("gqa_cache", "gqa_batch")
@given(settings_of(STATEMENT))
def test_the_cache_is_counted_by_its_array(chosen):
    page = of_the_page(**chosen)
    assert page["cache"] == cache_by_hand(chosen)
    assert page["weights"] == weights_by_hand(chosen)
    full = of_the_page(**chosen | {"kv_heads": 32})["cache"]
    assert page["cache"] * 32 == full * chosen["kv_heads"]
    one = of_the_page(**chosen | {"batch": 1})
    assert one["cache"] * chosen["batch"] == page["cache"]
    assert one["weights"] == page["weights"]


@claims("gqa_weights")
def test_the_projections_shrink_to_five_eighths():
    few, many = (of_the_page(kv_heads=g)["weights"] for g in (8, 32))
    assert few / many == 0.625


@claims("gqa_models")
def test_the_caches_of_known_models():
    per_token = of_the_page(kv_heads=32, context=4096)["cache"] / 4096
    assert per_token == 524_288
    assert of_the_page(kv_heads=32, context=4096)["cache"] == 2 * 2**30
    assert of_the_page()["cache"] == 2**30  # Llama 3 8B at 8192
    assert of_the_page(layers=80)["cache"] / 8192 == 327_680  # Llama 2 70B


@claims("gqa_long")
def test_a_long_context_takes_16_gib():
    assert of_the_page(context=131_072)["cache"] == 16 * 2**30


@claims("gqa_crossing")
def test_the_cache_overtakes_the_projections():
    page = of_the_page()
    assert page["weights"] / (page["cache"] / 8192) == 20_480
    assert of_the_page(context=16_384)["cache"] < page["weights"]
    assert of_the_page(context=32_768)["cache"] > page["weights"]


SENTENCE = re.compile(
    r"(?:Each query head has its own keys|(\d+) query heads share each key head): the "
    r"cache takes (\S+) GiB, (as much as|more than|less than) attention’s projections with "
    r"(\S+) GiB\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_sentence_weighs_cache_and_weights_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    shared, cache, order, weights = SENTENCE.fullmatch(scene.status).groups()
    assert int(shared or 1) * chosen["kv_heads"] == 32
    expected = cache_by_hand(chosen) / 2**30
    whole = weights_by_hand(chosen) / 2**30
    assert float(cache) == pytest.approx(expected, rel=6e-3)
    assert float(weights) == pytest.approx(whole, rel=6e-3)
    known = {"as much as": 0, "more than": 1, "less than": -1}
    assert known[order] == np.sign(expected - whole)
    full = scene.readouts["the same with 32 key heads (GiB)"]
    assert full == pytest.approx(cache_by_hand({**chosen, "kv_heads": 32}) / 2**30)
    lines = [trace["y"] for trace in scene.figures[0]["data"][:3]]
    for line, g in zip(lines, (chosen["kv_heads"], 32, 1), strict=True):
        here = {**chosen, "kv_heads": g, "context": 2**20}
        assert line[-1] == pytest.approx(cache_by_hand(here) / 2**30, rel=1e-5)
