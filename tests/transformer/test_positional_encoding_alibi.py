"""ALiBi in the lesson on positional encoding: its formula, its claims, its sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.transformer.alibi import alibi_slopes
from pages.transformer.positional_encoding.alibi.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY
from ui.frames import frame

FORM = BY_KEY["positional_encoding/alibi"]

MUTANTS = (
    ("content[length - 1 - offset] = match", "content[offset] = match"),
    ("_by_distance(every)", "_by_distance(every[:, ::-1])"),
    ("float(result.weights @ back)", "float(result.weights.mean())"),
    ("between = _geometric(2 * power)[0::2]", "between = _geometric(2 * power)[1::2]"),
    (
        "number_text(match - slope * offset, 3)",
        "number_text(match + slope * offset, 3)",
    ),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def weights(head, match, offset, length):
    """Return the weights by distance: the word itself, the one before, and so on."""
    scores = -np.arange(length) / 2.0**head
    scores[offset] += match
    return scipy.special.softmax(scores)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"s_{ij} = \frac{q_i^\top k_j}{\sqrt{d}} - m\, (i - j), \quad m = 2^{-8 h / H}"
    )


@claims("one_factor")
@pytest.mark.parametrize("head", [1, 4, 8])
def test_each_word_further_back_has_the_same_fraction_of_the_weight(head):
    plain = of_the_page(head=head, match=0.0)["weights"][::-1]
    np.testing.assert_allclose(plain[1:] / plain[:-1], np.exp(-(0.5**head)))
    matched = of_the_page(head=head)["weights"][::-1]
    ratio = matched / plain
    assert np.flatnonzero(ratio > 2 * np.median(ratio)).tolist() == [12]
    read = [of_the_page(head=head, offset=t)["weights"].max() for t in (5, 25)]
    assert head == 1 or read[1] < read[0]


@claims("steep_and_flat")
def test_steep_heads_look_near_and_flat_ones_everywhere():
    assert of_the_page(head=1)["slope"] == 1 / 2
    assert of_the_page(head=8)["slope"] == 1 / 256
    near = of_the_page(head=1, match=0.0)["weights"][::-1]
    flat = of_the_page(head=8, match=0.0)["weights"][::-1]
    assert near[:8].sum() > 0.98
    assert flat.max() < 1.3 * flat.min()
    assert of_the_page(head=1)["weights"][::-1][12] < 0.07
    assert of_the_page(head=8)["weights"][::-1][12] > 0.5


@claims("length_matters")
def test_a_longer_text_takes_weight_from_the_flat_head():
    short, long = (
        drawing(FORM)(**{**STATEMENT.defaults, "match": 0.0, "length": n}).readouts
        for n in (32, 64)
    )
    steep, flat = (f"weight of the word itself, head {k}" for k in (1, 8))
    assert long[steep] == pytest.approx(short[steep], rel=1e-6)
    assert long[flat] < 0.6 * short[flat]


@claims("slopes_halve")
def test_the_slopes_of_eight_heads_are_halved_from_head_to_head():
    slopes = [of_the_page(head=k)["slope"] for k in range(1, 9)]
    np.testing.assert_allclose(slopes, [1 / 2**k for k in range(1, 9)])


@claims("only_distance")
@given(st.integers(1, 8), st.integers(0, 30), st.integers(32, 63))
@settings(max_examples=30)
def test_a_longer_text_keeps_the_ratios_at_the_same_distances(head, offset, length):
    short, long = (
        of_the_page(head=head, offset=offset, length=n)["weights"][::-1]
        for n in (length, 64)
    )
    ratio = long[:length] / short
    np.testing.assert_allclose(ratio, ratio[0])


@claims("other_counts")
def test_twelve_heads_have_the_slopes_of_eight_and_some_between():
    expected = [*(0.5**k for k in range(1, 9)), *(2 ** (0.5 - k) for k in range(1, 5))]
    np.testing.assert_allclose(alibi_slopes(12), expected)


SENTENCE = re.compile(
    r"The match stands (\d+) words? back, so head (\d) lowers its score by (\S+), from "
    r"(\S+) to (\S+); it gets (.+) of the weight\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_and_the_pictures_are_those_of_every_setting(chosen):
    head, match, offset, length = (
        chosen[name] for name in ("head", "match", "offset", "length")
    )
    scene = drawing(FORM)(**chosen)
    *numbers, share = SENTENCE.fullmatch(scene.status).groups()
    printed = [float(text.replace("−", "-")) for text in numbers]
    taken = offset / 2**head
    expected = [offset, head, taken, match, match - taken]
    assert printed == pytest.approx(expected, rel=0.006, abs=1e-9)
    own = weights(head, match, offset, length)
    if share[0].isdigit():
        assert float(share.rstrip("%")) == pytest.approx(100 * own[offset], abs=0.51)
    else:
        assert share in ("under 1%", "over 99%")
        assert min(own[offset], 1 - own[offset]) < 0.01
    first, last, chosen_one = (c["y"][:length] for c in scene.figures[0]["data"][:3])
    for k, curve in ((1, first), (8, last), (head, chosen_one)):
        np.testing.assert_allclose(curve, weights(k, match, offset, length))
    assert np.isnan(scene.figures[0]["data"][0]["y"][length:]).all()
    sheet = scene.figures[1]["data"][0]["z"]
    every = [weights(k, match, offset, length) for k in range(1, 9)]
    np.testing.assert_allclose(sheet[:, :length], every)
    assert np.isnan(sheet[:, length:]).all()
    shown = scene.readouts["weight of the match"]
    assert shown == pytest.approx(own[offset])
    worked = frame(FORM, chosen)["line"]["numbers"][-1].replace("−", "-")
    assert float(re.sub(r" ?\\times 10\^\{(.+)\}", r"e\1", worked)) == pytest.approx(
        shown, rel=1e-3
    )
    mean = own @ np.arange(length)
    assert scene.readouts["mean distance of this head"] == pytest.approx(mean)
