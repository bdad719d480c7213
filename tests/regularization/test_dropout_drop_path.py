"""Stochastic depth in the lesson on dropout: its formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings

from formulas.regularization.dropout import drop_path, survival_probabilities
from pages.regularization.dropout.drop_path.figure import chances
from pages.regularization.dropout.drop_path.statement import EXAMPLES, STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["dropout/drop_path"]

MUTANTS = (
    ("share = np.arange(1, depth + 1) / depth", "share = np.arange(depth) / depth"),
    ("output=x + dropped.output", "output=x + branch * dropped.mask"),
    ("runs[:, :depth] = kept[::-1].T", "runs[:, :depth] = kept.T"),
    ("found[0] *= 1 - kept", "found[0] *= kept"),
    ("drop = 1 - result.survival[::-1]", "drop = result.survival[::-1]"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def paths_again(p, depth, seed):
    """Ask the library block by block, from the last one to the first."""
    rng = np.random.default_rng(seed)
    kept = survival_probabilities(depth, last=1 - p)[::-1]
    rows = np.ones((EXAMPLES, 3))
    masks = [drop_path(rows, 1 - s, rng=rng).mask for s in kept]
    return np.array(masks[::-1]).T


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"y = x + \frac{m}{s_{L}}\, f(x), \quad s_k = 1 - \frac{k}{L}\, p"
    )


@claims("paper_count")
def test_of_54_blocks_40_and_a_quarter_run():
    assert of_the_page(depth=54)["blocks"] == pytest.approx(40.25)
    assert of_the_page(depth=54)["blocks"] == pytest.approx(0.75 * 54 - 0.25)


@claims("skips")
def test_an_example_that_skips_the_block_keeps_its_stream():
    shown = of_the_page()
    skipped = shown["mask"] == 0
    assert 0 < skipped.sum() < EXAMPLES
    np.testing.assert_array_equal(shown["output"][skipped], shown["x"][skipped])
    assert (shown["output"] != shown["x"])[~skipped].all()


@claims("mean_stays")
def test_over_many_masks_the_mean_is_that_without_dropping():
    shown = of_the_page()
    outputs = [of_the_page(seed=seed)["output"] for seed in range(21)]
    single = shown["x"] + shown["branch"] / 0.5
    kept = np.isclose(outputs, single) | np.isclose(outputs, shown["x"])
    assert kept.all()
    many = drop_path(np.ones(40_000), 0.3, rng=1).output
    assert many.mean() == pytest.approx(1, abs=0.02)


@claims("own_divisor")
@pytest.mark.parametrize("k", [1, 16, 32])
def test_each_block_is_divided_by_its_own_probability_of_being_kept(k):
    kept = of_the_page()["survival"][k - 1]
    assert kept == pytest.approx(1 - k / 32 * 0.5)
    row = drop_path(np.ones(2000), 1 - kept, rng=k).output
    np.testing.assert_allclose(row[row > 0], 1 / kept)
    shown = of_the_page()
    runs = shown["mask"] == 1
    added = (shown["output"] - shown["x"])[runs] / shown["branch"][runs]
    np.testing.assert_allclose(added, 1 / shown["survival"][-1])


@claims("later_more_often")
@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_map_is_drawn_block_by_block_with_a_falling_probability(chosen):
    scene = drawing(FORM)(**chosen)
    p, depth = chosen["p"], chosen["depth"]
    runs = scene.figures[0]["data"][0]["z"]
    np.testing.assert_array_equal(
        runs[:, :depth], paths_again(p, depth, chosen["seed"])
    )
    assert np.isnan(runs[:, depth:]).all()
    line = scene.figures[1]["data"][0]["y"][:depth]
    np.testing.assert_allclose(line, [1 - p * k / depth for k in range(1, depth + 1)])
    assert scene.readouts["survival of the first block"] == pytest.approx(1 - p / depth)
    assert scene.readouts["survival of the last block"] == pytest.approx(1 - p)


@claims("nothing_dropped")
def test_with_p_0_all_blocks_run():
    runs = drawing(FORM)(**{**STATEMENT.defaults, "p": 0.0}).figures[0]["data"][0]["z"]
    assert np.nanmin(runs) == 1


@claims("about_half")
def test_with_p_near_1_little_more_than_half_of_the_blocks_run():
    share = of_the_page(p=0.95)["blocks"] / 32
    assert 0.5 < share < 0.53


@claims("whole_rows")
def test_one_draw_decides_for_a_whole_row():
    output = drop_path(np.arange(1.0, 25).reshape(6, 4), 0.5).output
    assert all(row.all() or not row.any() for row in output)
    assert {bool(row.any()) for row in output} == {True, False}


@claims("evaluation")
def test_in_evaluation_nothing_is_dropped_or_scaled():
    rows = np.arange(6.0).reshape(3, 2)
    np.testing.assert_array_equal(drop_path(rows, 0.9, training=False).output, rows)


@pytest.mark.parametrize(("depth", "p"), [(1, 0.5), (5, 0.9), (24, 0.5)])
def test_the_distribution_of_counts_is_that_of_many_networks(depth, p):
    kept = survival_probabilities(depth, last=1 - p)
    counts = (np.random.default_rng(3).random((40_000, depth)) < kept).sum(axis=1)
    found = np.bincount(counts, minlength=65) / len(counts)
    expected = chances(depth, p)
    np.testing.assert_allclose(expected, found, atol=0.01)
    assert expected @ np.arange(65) == pytest.approx(kept.sum())


SENTENCE = re.compile(
    r"Of (\d+) blocks? an example runs (\S+) on average; these 12 "
    r"(?:all run (\d+)|run (\d+) to (\d+)), and (\d+) of them run the last one\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_counts_blocks_at_every_setting(chosen):
    p, depth = chosen["p"], chosen["depth"]
    again = paths_again(p, depth, chosen["seed"])
    each = again.sum(axis=1)
    found = SENTENCE.fullmatch(drawing(FORM)(**chosen).status).groups()
    blocks, mean, alike, low, high, last = found
    assert int(blocks) == depth
    assert float(mean) == pytest.approx(depth - (depth + 1) / 2 * p, rel=6e-4)
    ends = (alike, alike) if alike else (low, high)
    assert [int(end) for end in ends] == [each.min(), each.max()]
    assert int(last) == again[:, -1].sum()
