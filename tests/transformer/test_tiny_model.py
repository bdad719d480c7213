"""The tiny language model: its forward pass by plain loops, and what it has learned."""

from __future__ import annotations

import dataclasses
import math

import numpy as np
import pytest

from formulas.transformer import tiny_model
from formulas.transformer.tiny_model import (
    BASE,
    EPS,
    HEAD_WIDTH,
    SENTENCE,
    VOCABULARY,
    run_model,
    surprise,
    trained_weights,
)
from tests.errors import says

MUTANTS = (
    ("values[k // share], causal=True", "values[k // share], causal=False"),
    ("keys[k // share]", "keys[-1 - k // share] * 0.9"),
    ("between = embedded + attended", "between = attended"),
    ("output = between + fed", "output = embedded + fed"),
    (
        "np.asarray(silu(normed_again @ model.W_gate))",
        "normed_again @ model.W_gate",
    ),
    (
        "rms_norm(between, model.gain_ffn, eps=EPS)",
        "rms_norm(embedded, model.gain_ffn, eps=EPS)",
    ),
    ("nucleus(logits, top_p, temperature=temperature)", "nucleus(logits, top_p)"),
    ("losses: Array = -np.log(chosen)", "losses: Array = -np.log2(chosen)"),
)


def by_hand(tokens, w):
    """Run the model one number at a time; return logits and attention weights."""

    def norm(row, gain):
        size = math.sqrt(sum(v * v for v in row) / len(row) + EPS)
        return [g * v / size for g, v in zip(gain, row, strict=True)]

    def times(row, matrix):
        return [
            sum(v * matrix[k][j] for k, v in enumerate(row))
            for j in range(len(matrix[0]))
        ]

    def turn(row, position):
        out = []
        for i in range(0, len(row), 2):
            angle = position * BASE ** (-i / len(row))
            a, b = row[i], row[i + 1]
            out += [
                a * math.cos(angle) - b * math.sin(angle),
                a * math.sin(angle) + b * math.cos(angle),
            ]
        return out

    stream = [list(w["embeddings"][t]) for t in tokens]
    seen = [norm(row, w["gain_attention"]) for row in stream]
    queries, keys, values = (
        [times(row, w[name]) for row in seen] for name in ("W_q", "W_k", "W_v")
    )
    keys = [turn(key, position) for position, key in enumerate(keys)]
    shares = []
    for position, query in enumerate(queries):
        mixed, row = [], []
        for start in range(0, len(query), HEAD_WIDTH):
            head = turn(query[start : start + HEAD_WIDTH], position)
            scores = [
                sum(a * b for a, b in zip(head, key, strict=True))
                / math.sqrt(HEAD_WIDTH)
                for key in keys[: position + 1]
            ]
            total = sum(map(math.exp, scores))
            weights = [math.exp(score) / total for score in scores]
            row.append(weights)
            mixed += [
                sum(p * values[t][j] for t, p in enumerate(weights))
                for j in range(HEAD_WIDTH)
            ]
        shares.append(row)
        added = times(mixed, w["W_o"])
        stream[position] = [a + b for a, b in zip(stream[position], added, strict=True)]
    logits = []
    for row in stream:
        inner = norm(row, w["gain_ffn"])
        gate = [z / (1 + math.exp(-z)) for z in times(inner, w["W_gate"])]
        hidden = [g * u for g, u in zip(gate, times(inner, w["W_up"]), strict=True)]
        out = [a + b for a, b in zip(row, times(hidden, w["W_down"]), strict=True)]
        last = norm(out, w["gain_last"])
        logits.append(times(last, np.transpose(w["embeddings"]).tolist()))
    return np.array(logits), shares


@pytest.mark.parametrize("tokens", [SENTENCE, (0,), (5, 5, 1), (4, 3, 2, 1, 0)])
def test_the_forward_pass_by_plain_loops(tokens):
    weights = dataclasses.asdict(trained_weights())
    logits, shares = by_hand(tokens, {k: v.tolist() for k, v in weights.items()})
    seen = run_model(tokens)
    np.testing.assert_allclose(seen.logits, logits, rtol=1e-10, atol=1e-12)
    for t, row in enumerate(shares):
        for head, one in enumerate(row):
            np.testing.assert_allclose(seen.weights[head, t, : t + 1], one, rtol=1e-10)
            assert not seen.weights[head, t, t + 1 :].any()


def test_it_has_learned_the_sentence_and_looks_back_to_tell_cat_from_mat():
    words = [VOCABULARY[t] for t in SENTENCE]
    said = [VOCABULARY[row.argmax()] for row in run_model(SENTENCE[:-1]).probabilities]
    assert said == words[1:]
    # The same word, the, at the start and behind on: only the attention tells them apart.
    assert words[0] == words[4] == "the"
    assert said[0], said[4] == ("cat", "mat")


def test_a_later_word_changes_no_earlier_row():
    short, long = run_model(SENTENCE[:3]), run_model(SENTENCE[:6])
    for name in ("embedded", "attended", "between", "fed", "output", "logits"):
        mine, other = getattr(short, name), getattr(long, name)
        np.testing.assert_allclose(mine, other[:3], rtol=1e-12, atol=1e-12)


def test_temperature_and_top_p_choose_what_may_be_said():
    scores = run_model([0]).logits[-1]
    warm = run_model([0], temperature=2.0).probabilities[-1]
    weights = np.exp(scores / 2)
    np.testing.assert_allclose(warm, weights / weights.sum(), rtol=1e-12)
    assert run_model([0], top_p=0.5).probabilities[-1].tolist() == [0, 1, 0, 0, 0, 0]


def test_surprise_is_the_cross_entropy_of_what_came():
    seen = run_model(SENTENCE[:-1])
    chosen = seen.probabilities[np.arange(6), list(SENTENCE[1:])]
    np.testing.assert_allclose(surprise(seen.logits, SENTENCE), -np.log(chosen))
    assert surprise(np.zeros((1, 6)), [0, 3])[0] == pytest.approx(np.log(6))


def test_the_weights_are_short_numbers_that_nobody_can_overwrite():
    for field in dataclasses.fields(tiny_model.ModelWeights):
        array = getattr(trained_weights(), field.name)
        np.testing.assert_array_equal(array, array.round(3))
        assert not array.flags.writeable


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: run_model([6]), "tokens must be whole numbers in [0, 5]"),
        (lambda: run_model([-1]), "tokens must be whole numbers in [0, 5]"),
        (lambda: run_model([0.5]), "tokens must be whole numbers in [0, 5]"),
        (lambda: run_model([]), "tokens must not be empty"),
        (lambda: run_model([np.nan]), "tokens contains NaN"),
        (
            lambda: run_model([0], temperature=0),
            "temperature must be in (0, inf), got 0",
        ),
        (lambda: run_model([0], top_p=0), "p must be in (0, 1], got 0"),
        (lambda: surprise([[np.inf]], [0, 0]), "logits must be finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()
