"""Key-value memory in the lesson on the feed-forward block: formula, claims, sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings

from formulas.transformer.transformer_ffn import transformer_ffn
from pages.transformer.transformer_ffn.key_value.statement import (
    FEATURES,
    KEYS,
    QUESTIONS,
    STATEMENT,
    VALUES,
)
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["transformer_ffn/key_value"]
FACTS = ("basketball", "music", "country")

MUTANTS = (
    ("[1, 1, -2]", "[1, 1, 2]"),
    ("[1, 0, 2]", "[1, 0, 1]"),
    ("np.full(len(QUESTIONS), bias)", "np.full(len(QUESTIONS), -bias)"),
    ("added, X + added)", "added, added)"),
    ('b1, W2, none, activation="identity"', "b1, W2, none"),
    ("terms.sort(reverse=True)", "terms.sort()"),
    ("np.column_stack([X, added.T,", "np.column_stack([X, W2.T,"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def by_hand(chosen):
    """Return the three matches in plain Python."""
    michael, jordan, jackson, b = (
        chosen[name] for name in ("michael", "jordan", "jackson", "bias")
    )
    return [michael + jordan + b, michael + jackson + b, 2 * jordan - 2 * michael + b]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"y = \max\left(0, x W^{(1)} + b^{(1)}\right) W^{(2)}, \qquad x^{+} = x + y"
    )


@claims("key_is_asked", "value_is_added")
@given(settings_of(STATEMENT))
def test_a_unit_asks_with_a_column_and_adds_a_row(chosen):
    page = of_the_page(**chosen)
    np.testing.assert_allclose(page["pre_activation"], by_hand(chosen), atol=1e-12)
    for u in range(len(QUESTIONS)):
        match = np.dot(page["X"], KEYS[:, u]) + chosen["bias"]
        assert page["pre_activation"][u] == pytest.approx(match, abs=1e-12)
    added = sum(
        max(0.0, z) * row for z, row in zip(by_hand(chosen), VALUES, strict=True)
    )
    np.testing.assert_allclose(page["output"], added, atol=1e-12)


@claims("both_are_needed")
def test_one_name_of_two_is_not_enough():
    first = of_the_page(jordan=0.0)
    last = of_the_page(michael=0.0)
    assert first["output"].tolist() == [0] * 6
    assert last["output"][3] == first["output"][3] == 0
    assert of_the_page()["output"][3] == 1
    assert of_the_page(jordan=0.2)["output"][3] == pytest.approx(0.2)


@claims("without_the_first_name")
def test_jordan_without_michael_is_the_country():
    assert of_the_page(michael=0.0)["output"].tolist() == [0, 0, 0, 0, 0, 1]
    assert of_the_page()["output"][5] == 0


@claims("another_name")
def test_michael_jackson_fetches_music():
    page = of_the_page(jordan=0.0, jackson=1.0)
    assert page["output"].tolist() == [0, 0, 0, 0, 1, 0]


@claims("half_a_name")
def test_between_two_names_both_facts_are_half_there():
    page = of_the_page(jordan=0.5, jackson=0.5)
    assert page["output"].tolist() == [0, 0, 0, 0.5, 0.5, 0]


@claims("too_low_a_bias")
def test_with_less_bias_one_name_is_enough_for_both_facts():
    page = of_the_page(jordan=0.0, bias=-0.4)
    np.testing.assert_allclose(page["output"][3:], [0.6, 0.6, 0])


@claims("relu_keeps_facts")
def test_without_the_relu_the_country_is_taken_away():
    page = of_the_page()
    block = (page["X"], page["W1"], page["b1"], page["W2"], np.zeros(6))
    straight = transformer_ffn(*block, activation="identity").output
    np.testing.assert_array_equal(straight[3:], [1, 0, -1])
    np.testing.assert_array_equal(page["output"][3:], [1, 0, 0])


@claims("names_are_kept")
@given(settings_of(STATEMENT))
def test_names_stay_and_facts_are_added(chosen):
    page = of_the_page(**chosen)
    np.testing.assert_array_equal(page["total"][:3], page["X"][:3])
    np.testing.assert_array_equal(page["total"][3:], page["output"][3:])
    assert of_the_page()["total"].tolist() == [1, 1, 0, 1, 0, 0]


SUM = re.compile(r"<b>\d: (.+)</b><br>(.+) = (\S+)( → 0)?")


def worth(text):
    """Add up a sum that the picture writes."""
    parts = re.findall(r"(-?)(?:(\d) · )?(-?[\d.]+(?:e-\d+)?)", plain(text))
    return sum(
        float(f"{sign}1") * float(weight or 1) * float(part)
        for sign, weight, part in parts
    )


def plain(text):
    return text.replace("−", "-").replace("- ", "-")


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_every_box_shows_its_sum_and_the_sentence_the_facts(chosen):
    scene = drawing(FORM)(**chosen)
    matches = by_hand(chosen)
    boxes = [note["text"] for note in scene.figures[0]["layout"]["annotations"]]
    assert len(boxes) == 9
    for box, question, z in zip(boxes[3:6], QUESTIONS, matches, strict=True):
        name, terms, total, off = SUM.fullmatch(box).groups()
        assert name == question
        assert worth(terms) == pytest.approx(z, abs=2e-3)
        assert worth(total) == pytest.approx(z, rel=1e-3, abs=1e-9)
        assert bool(off) == (z < -1e-9)
        assert terms.count("2 · ") == (2 if question == QUESTIONS[2] else 0)
    passed = [max(0.0, z) for z in matches]
    for box, fact, h in zip(boxes[6:], FACTS, passed, strict=True):
        assert box.startswith(f"<b>{fact}</b>")
        assert worth(box.split("+ ")[1]) == pytest.approx(h, rel=6e-3, abs=1e-9)
        assert scene.readouts[f"added to {fact}"] == pytest.approx(h, abs=1e-9)
    found = re.findall(r"adds (\S+) to (\w+)", scene.status)
    expected = [(h, f) for h, f in zip(passed, FACTS, strict=True) if h > 1e-9]
    assert [f for _, f in found] == [f for _, f in expected]
    for (text, _), (h, _) in zip(found, expected, strict=True):
        assert worth(text) == pytest.approx(h, rel=6e-3)
    assert ("No key matches" in scene.status) == (not expected)


@given(settings_of(STATEMENT))
@settings(max_examples=20)
def test_the_columns_of_the_table_add_up(chosen):
    (cells,) = drawing(FORM)(**chosen).figures[1]["data"]
    before, *units, after = np.array(cells["z"]).T
    np.testing.assert_allclose(before + sum(units), after, atol=1e-12)
    for unit, z, value in zip(units, by_hand(chosen), VALUES, strict=True):
        np.testing.assert_allclose(unit, max(0.0, z) * value, atol=1e-12)


def strand(picture, name):
    (trace,) = (t for t in picture["data"] if t["name"] == name)
    return int(np.isfinite(trace["y"][::3]).sum())


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_lines_are_drawn_for_what_passes(chosen):
    picture = drawing(FORM)(**chosen).figures[0]
    names = [chosen[name] for name in ("michael", "jordan", "jackson")]
    pairs = [(names[j], KEYS[j, u]) for j, u in np.argwhere(KEYS)]
    adding = sum(z > 1e-9 for z in by_hand(chosen))
    assert strand(picture, "speaks for") == sum(x * w > 0 for x, w in pairs)
    assert strand(picture, "against") == sum(x * w < 0 for x, w in pairs)
    assert strand(picture, "adds") == adding
    assert strand(picture, "nothing") == sum(x == 0 for x, _ in pairs) + 3 - adding
    assert scene_entry(chosen) in FEATURES[3:]


def scene_entry(chosen):
    names = {name: chosen[name] for name in ("michael", "jordan", "jackson")}
    (entry,) = STATEMENT.line_entry(**names)
    return FEATURES[entry]
