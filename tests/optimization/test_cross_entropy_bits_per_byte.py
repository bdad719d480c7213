"""Bits per byte in the lesson on cross-entropy: its formula, claims and sentence."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.optimization.cross_entropy import bits_per_byte
from pages.optimization.cross_entropy.bits_per_byte.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["cross_entropy/bits_per_byte"]

MUTANTS = (
    ("bits * (n_tokens / n_bytes)", "bits * (n_bytes / n_tokens)"),
    ("bits_per_byte(other_loss, other_tokens", "bits_per_byte(other_loss, tokens"),
    ("LENGTHS * bits * math.log(2)", "LENGTHS * bits"),
    ('"A" if first < second else "B"', '"B" if first < second else "A"'),
    ("n_bytes / tokens, other_loss", "tokens / n_bytes, other_loss"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == r"b = \frac{H}{\ln 2} \cdot \frac{T}{N}"


def test_three_nats_for_each_of_1000_tokens():
    assert bits_per_byte(3, 1000, 4200) == pytest.approx(1.030496, abs=5e-7)
    assert of_the_page()["bits"] == pytest.approx(1.030496, abs=5e-7)


@claims("cutting_cancels")
@given(st.floats(0.5, 4), st.integers(600, 2100))
def test_how_the_text_is_cut_cancels(loss, tokens):
    once = of_the_page(loss=2 * loss, tokens=tokens)
    twice = of_the_page(loss=loss, tokens=2 * tokens)
    assert twice["bits"] == pytest.approx(once["bits"], rel=1e-12)
    assert twice["perplexity"] < once["perplexity"]


@claims("cutting_cancels")
def test_a_coder_of_bits_needs_that_many():
    """Entropy of a text of fair dice, coded in tokens of one throw or of two."""
    one, two = math.log(6), math.log(36)
    assert bits_per_byte(one, 1000, 1000) == pytest.approx(math.log2(6))
    assert bits_per_byte(two, 500, 1000) == pytest.approx(math.log2(6))


@claims("cutting_cancels")
@given(settings_of(STATEMENT))
def test_the_whole_loss_or_that_of_a_character_orders_two_models_alike(chosen):
    page = of_the_page(**chosen)
    whole = [chosen[f"{one}loss"] * chosen[f"{one}tokens"] for one in ("", "other_")]
    of_a_character = [total / 4000 for total in whole]  # of 4000 characters in the text
    order = np.sign(page["bits"] - page["other_bits"])
    for first, second in (whole, of_a_character):
        if not math.isclose(first, second):
            assert np.sign(first - second) == order


def test_perplexities_are_points_for_bars_of_a_logarithm_have_no_length():
    picture = drawing(FORM)(**STATEMENT.defaults).figures[2]
    assert picture["layout"]["yaxis"]["type"] == "log"
    assert [trace["type"] for trace in picture["data"]] == ["scatter", "scatter"]
    heights = [trace["y"][0] for trace in picture["data"]]
    np.testing.assert_allclose(heights, [math.exp(3), math.exp(2)])


@claims("one_nat")
def test_one_nat_less_divides_the_perplexity_by_e():
    two, one = (of_the_page(other_loss=loss) for loss in (2.0, 1.0))
    assert two["other_perplexity"] / one["other_perplexity"] == pytest.approx(math.e)
    assert two["other_bits"] / one["other_bits"] == pytest.approx(2)


@claims("single_bytes")
def test_of_single_bytes_it_is_the_loss_in_bits():
    shown = of_the_page(other_tokens=4200, other_loss=0.7)
    assert shown["other_bits"] == pytest.approx(0.7 / math.log(2))
    assert shown["other_bits"] == pytest.approx(1, abs=0.02)


@claims("same_tokenizer")
@given(st.floats(0.5, 8), st.floats(0.5, 8))
def test_with_one_tokenizer_the_loss_decides(first, second):
    shown = of_the_page(loss=first, other_loss=second, other_tokens=1000)
    assert shown["bits"] * second == pytest.approx(shown["other_bits"] * first)


@claims("steeper")
def test_b_lies_lower_and_on_a_steeper_line():
    scene = drawing(FORM)(**STATEMENT.defaults)
    *lines, a, b = scene.figures[0]["data"]
    (x_a,), (y_a,), (x_b,), (y_b,) = a["x"], a["y"], b["x"], b["y"]
    assert (y_a, y_b) == (3.0, 2.0)
    assert (x_a, x_b) == (4.2, 4200 / 1800)
    assert y_b / x_b > y_a / x_a
    for line, bits in zip(lines, (0.5, 1, 2, 4), strict=True):
        n_bytes = 1000 * line["x"][1]
        found = bits_per_byte(line["y"][1], 1000, int(n_bytes))
        assert found == pytest.approx(bits)


@claims("compressed")
def test_the_compressed_size_is_the_whole_loss_in_bytes():
    shown = of_the_page()
    assert shown["size"] == pytest.approx(3 * 1000 / math.log(2) / 8)
    assert shown["size"] / 4200 == pytest.approx(shown["bits"] / 8)


SENTENCE = re.compile(
    r"The text has 4,200 bytes\. Per token (.+) nats; per byte (.+) bits\."
)
BOTH = re.compile(r"both models need (\S+)")
ONE = re.compile(r"model ([AB]) needs less, (\S+) instead of (\S+)")


@given(settings_of(STATEMENT), st.booleans())
@settings(max_examples=40)
def test_the_sentence_says_who_is_better_at_every_setting(chosen, alike):
    if alike:
        chosen["other_loss"], chosen["other_tokens"] = chosen["loss"], chosen["tokens"]
    said = SENTENCE.fullmatch(drawing(FORM)(**chosen).status).groups()
    losses = [chosen["loss"], chosen["other_loss"]]
    counts = np.array([chosen["tokens"], chosen["other_tokens"]])
    for words, numbers in zip(
        said, (losses, losses * counts / 4200 / math.log(2)), strict=True
    ):
        if both := BOTH.fullmatch(words):
            assert numbers[0] == pytest.approx(numbers[1])
            assert float(both[1]) == pytest.approx(numbers[0], rel=0.006)
            continue
        name, low, high = ONE.fullmatch(words).groups()
        assert float(low) == pytest.approx(min(numbers), rel=0.006)
        assert float(high) == pytest.approx(max(numbers), rel=0.006)
        assert "AB".index(name) == int(np.argmin(numbers))
