"""Bigrams in the lesson on the chain rule of probability: formula, claims."""

from __future__ import annotations

import re
from collections import Counter
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings

from formulas.chain_rules.probability_chain_rule import ngram_probabilities
from pages.chain_rules.probability_chain_rule.bigram.statement import (
    READ,
    SENTENCES,
    STATEMENT,
    VOCABULARY,
)
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["probability_chain_rule/bigram"]
PAIRS, BEFORE = Counter(pairwise(READ)), Counter(READ[:-1])

MUTANTS = (
    ("smoothing=smoothing / copies)", "smoothing=smoothing)"),
    ("fits &= text[k : k + starts] == token", "fits &= text[k : k + starts] != token"),
    ("np.array([TOKENS[:-1].count", "np.array([TOKENS[1:].count"),
    ("unigram = single[words[1:]]", "unigram = single[words[:-1]]"),
    ("outlined=[(first, second)]", "outlined=[(second, first)]"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def drawn(**chosen):
    return drawing(FORM)(**{**STATEMENT.defaults, **chosen})


def chance(first, second, smoothing, copies=1):
    """Count pairs of words in plain Python."""
    size = len(set(READ))
    pair, context = copies * PAIRS[first, second], copies * BEFORE[first]
    return (pair + smoothing) / (context + smoothing * size)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} P(x_2, \dots, x_{n+1} \mid x_1) \approx \prod_{t=1}^{n} "
        r"P(x_{t+1} \mid x_t) \\ p_t = \frac{k_t + a}{c_t + a V} \end{gathered}"
    )


@pytest.mark.parametrize(
    ("smoothing", "expected"), [(0, [0, 2 / 3, 1 / 3]), (1, [1 / 6, 1 / 2, 1 / 3])]
)
def test_what_follows_a_token(smoothing, expected):
    found = ngram_probabilities([0, 1, 0, 2, 0, 1, 1], [0], 3, smoothing=smoothing)
    np.testing.assert_allclose(found, expected, atol=1e-12)


@claims("short_memory")
@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_each_word_is_predicted_from_the_one_before_alone(chosen):
    shown = of_the_page(**chosen)
    words = chosen["sentence"].split()
    expected = [
        chance(a, b, chosen["smoothing"], chosen["copies"]) for a, b in pairwise(words)
    ]
    np.testing.assert_allclose(shown["conditionals"], expected)
    assert shown["log_prob"] == pytest.approx(np.log(expected).sum())
    assert shown["perplexity"] == pytest.approx(np.exp(-np.log(expected).mean()))
    assert PAIRS["on", "the"] == BEFORE["on"] == 2


@claims("nothing_impossible")
def test_with_something_added_no_pair_is_impossible():
    assert min(of_the_page(sentence=s)["conditionals"].min() for s in SENTENCES) > 0
    table = drawn(smoothing=0.01).figures[0]["data"][0]["z"]
    assert table.min() > 0


@claims("evens_out")
def test_adding_much_makes_all_words_alike():
    read = [of_the_page(smoothing=a)["perplexity"] for a in (0.1, 2.0, 10.0)]
    assert read == sorted(read)
    table = drawn(smoothing=10.0).figures[0]["data"][0]["z"]
    np.testing.assert_allclose(table, 1 / len(VOCABULARY), atol=0.02)


@claims("unread_pairs")
def test_pairs_never_read_are_a_huge_surprise_with_little_added():
    sentence = SENTENCES[2]
    assert sum(PAIRS[pair] == 0 for pair in pairwise(sentence.split())) >= 2
    little, more = (
        of_the_page(sentence=sentence, smoothing=a)["perplexity"] for a in (0.01, 0.5)
    )
    assert little > 1.5 * more


@claims("dog_lay")
def test_the_dog_only_lay():
    assert [second for first, second in PAIRS if first == "dog"] == ["lay"]
    shown = drawn(sentence=SENTENCES[1], place=2)
    assert "by “sat” never" in shown.status


@claims("more_reading")
def test_more_reading_outweighs_what_is_added():
    once, often = (of_the_page(copies=r)["conditionals"] for r in (1, 20))
    exact = [PAIRS[pair] / BEFORE[pair[0]] for pair in pairwise(SENTENCES[0].split())]
    assert (abs(often - exact) < abs(once - exact)).all()
    np.testing.assert_allclose(often, exact, atol=0.06)


@claims("rows_sum", "last_word")
def test_rows_sum_to_one_and_most_have_one_large_entry():
    table = drawn().figures[0]["data"][0]["z"]
    np.testing.assert_allclose(table.sum(axis=1), 1)
    large = (table > 0.4).sum(axis=1)
    assert (large == 1).sum() > len(VOCABULARY) / 2
    np.testing.assert_allclose(table[VOCABULARY.index("door")], 1 / len(VOCABULARY))
    assert READ[-1] == "door"


@claims("memory_helps")
def test_where_a_pair_was_read_memory_lowers_the_surprise():
    bigram, alone = (c["y"] for c in drawn().figures[2]["data"][:2])
    counts = Counter(READ)
    size = len(VOCABULARY)
    expected = [
        -np.log((counts[w] + 0.1) / (len(READ) + 0.1 * size))
        for w in SENTENCES[0].split()[1:]
    ]
    np.testing.assert_allclose(alone, expected)
    assert all(PAIRS[pair] for pair in pairwise(SENTENCES[0].split()))
    assert (bigram < alone).all()


SENTENCE = re.compile(
    r"“(\w+)” was followed (.+), by “(\w+)” (.+); with a = (\S+) added to every count, "
    r"“(\w+)” gets the probability (\S+)\."
)
COUNTS = {"never": 0, "once": 1, "twice": 2}


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_sentence_counts_the_pair_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    words, place, copies = (
        chosen["sentence"].split(),
        chosen["place"],
        chosen["copies"],
    )
    first, second = words[place - 1], words[place]
    found = SENTENCE.fullmatch(scene.status).groups()
    assert (found[0], found[2], found[5]) == (first, second, second)
    assert float(found[4]) == pytest.approx(chosen["smoothing"], rel=6e-4)
    counts = [
        COUNTS[text] if text in COUNTS else int(text.split()[0])
        for text in (found[1], found[3])
    ]
    assert counts == [copies * BEFORE[first], copies * PAIRS[first, second]]
    expected = chance(first, second, chosen["smoothing"], copies)
    assert float(found[6]) == pytest.approx(expected, rel=0.006)
    frame = scene.figures[0]["layout"]["shapes"][0]
    row, column = frame["y0"] + 0.5, frame["x0"] + 0.5
    assert (VOCABULARY[int(row)], VOCABULARY[int(column)]) == (first, second)


def test_the_first_word_is_given_and_not_counted():
    labels = {q.name: q.meaning for q in STATEMENT.quantities}
    assert labels["log_prob"] == "log-probability of the words after the first"
    shown = of_the_page()
    assert len(shown["conditionals"]) == len(SENTENCES[0].split()) - 1
