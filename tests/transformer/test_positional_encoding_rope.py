"""Rotary positions in the lesson on positional encoding: formula, claims, sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation

from formulas.transformer.positional_encoding import sinusoidal_positional_encoding
from formulas.transformer.rope import rope
from pages.transformer.positional_encoding.rope.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of, vectors
from ui.catalogue import BY_KEY

FORM = BY_KEY["positional_encoding/rope"]

MUTANTS = (
    ("a * sin(far) + b * cos(far)", "b * cos(far) - a * sin(far)"),
    ("[position + offset, position]", "[position, position + offset]"),
    ("np.radians(alpha) + OFFSETS", "np.radians(alpha) - OFFSETS"),
    ("encoding[offset : offset", "encoding[: 0"),
    ("q[:, 0] * k[:, 1] - q[:, 1] * k[:, 0]", "q[:, 0] * k[:, 1] + q[:, 1] * k[:, 0]"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def turned(x, position, base):
    """Turn each pair by SciPy's rotations about the third axis."""
    pairs = np.asarray(x, float).reshape(-1, 2)
    speeds = [base ** (-2 * i / (2 * len(pairs))) for i in range(len(pairs))]
    spun = [
        Rotation.from_euler("z", position * w).apply([*pair, 0.0])[:2]
        for pair, w in zip(pairs, speeds, strict=True)
    ]
    return np.concatenate(spun)


def cosines(chosen):
    """Return the sum of the cosines between the hands."""
    speeds = chosen["base"] ** (-np.arange(3) / 3)
    return np.cos(np.radians(chosen["alpha"]) + chosen["offset"] * speeds)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} s = \tilde q^\top \tilde k, \quad "
        r"\begin{pmatrix} \tilde q_{2i} \\ \tilde q_{2i+1} \end{pmatrix} = "
        r"\begin{pmatrix} \cos\varphi_i & -\sin\varphi_i \\ "
        r"\sin\varphi_i & \cos\varphi_i \end{pmatrix} "
        r"\begin{pmatrix} q_{2i} \\ q_{2i+1} \end{pmatrix} \\ "
        r"\varphi_i = (\mathrm{pos} + n)\, \omega_i \ "
        r"(\text{for } \tilde k: \varphi_i = \mathrm{pos}\, \omega_i), \quad "
        r"\omega_i = b^{-2i/d} \end{gathered}"
    )


@claims("rope_turns")
@given(vectors(6), st.integers(0, 300), st.sampled_from([10.0, 1e4]))
def test_each_pair_is_turned_by_its_position(x, position, base):
    expected = turned(x, position, base)
    np.testing.assert_allclose(
        rope([x], positions=[position], base=base)[0], expected, atol=1e-9
    )
    shown = of_the_page(position=position % 200)
    np.testing.assert_allclose(
        shown["turned_key"], turned([1, 0] * 3, position % 200, 100.0), atol=1e-9
    )


@claims("rope_distance_alone")
@given(vectors(6), vectors(6), st.integers(0, 50))
def test_the_score_depends_on_the_distance_alone(q, k, offset):
    scores = [
        rope([q], positions=[p + offset])[0] @ rope([k], positions=[p])[0]
        for p in (0, 7, 100)
    ]
    np.testing.assert_allclose(scores, scores[0], atol=1e-9)
    shown = [of_the_page(position=p, offset=offset)["score"] for p in (0, 10, 50, 199)]
    np.testing.assert_allclose(shown, shown[0], atol=1e-12)
    products = rope([[1, 2, 3, 4], [0.5, -1, 2, 1]], positions=[9, 7])
    assert products[0] @ products[1] == pytest.approx(8.703632, abs=5e-7)


@claims("rope_added_moves")
def test_with_added_encodings_the_score_moves():
    scene = drawing(FORM)(**STATEMENT.defaults)
    level, moving = (trace["y"] for trace in scene.figures[2]["data"][:2])
    assert np.ptp(level) == 0
    assert np.ptp(moving) > 5
    encoding = sinusoidal_positional_encoding(203, 6, base=100.0)
    page = of_the_page()
    for p in (0, 10, 199):
        expected = (page["query"] + encoding[p + 3]) @ (page["key"] + encoding[p])
        assert moving[p] == pytest.approx(expected, rel=1e-5)


@claims("rope_distance_0")
@given(st.integers(0, 199), st.integers(0, 36))
def test_at_distance_0_the_score_is_that_without_turns(position, fives):
    page = of_the_page(position=position, offset=0, alpha=5 * fives)
    assert page["score"] == pytest.approx(page["query"] @ page["key"], abs=1e-12)
    assert page["score"] <= 3 + 1e-12
    assert of_the_page(offset=0)["score"] == pytest.approx(1.5)
    assert of_the_page(offset=0, alpha=0)["score"] == pytest.approx(3)


@claims("rope_base")
def test_a_larger_base_keeps_hands_together():
    chosen = {"alpha": 0, "offset": 3}
    small, large = (cosines({**chosen, "base": b}) for b in (100.0, 1e6))
    assert small[0] == large[0]
    assert (large[1:] > small[1:]).all()
    assert (
        of_the_page(**chosen, base=1e6)["score"]
        > of_the_page(**chosen, base=100.0)["score"]
    )


@claims("rope_far")
def test_at_30_all_but_the_slowest_pair_have_gone_around():
    turns = 30 * of_the_page()["speed"]
    assert (turns[:2] > 2 * np.pi).all()
    assert turns[2] < np.pi


@claims("rope_length")
@given(vectors(6), st.integers(0, 500))
def test_a_turn_keeps_the_length(x, position):
    y = rope([x], positions=[position])[0]
    assert np.linalg.norm(y) == pytest.approx(np.linalg.norm(x))


@claims("rope_not_steady")
def test_the_score_rises_again():
    scores = [of_the_page(alpha=0, offset=n)["score"] for n in (4, 5, 6)]
    assert scores == sorted(scores)
    assert of_the_page(alpha=0, offset=2)["score"] > scores[0]


@claims("rope_layouts")
@given(vectors(6), vectors(6))
def test_layouts_agree_once_columns_are_reordered(q, k):
    order = [0, 2, 4, 1, 3, 5]
    half = rope([q[order], k[order]], positions=[5, 2], layout="half")
    pairs = rope([q, k], positions=[5, 2])
    np.testing.assert_allclose(half, pairs[:, order], atol=1e-12)
    np.testing.assert_allclose(
        rope([[1, 2, 3, 4]], positions=[1], layout="half")[0],
        [-1.984111, 1.959901, 2.462378, 4.019800],
        atol=5e-7,
    )
    one = np.arange(6.0)
    mixed = rope([one, one], positions=[5, 2], layout="half")
    right = rope([one, one], positions=[5, 2])
    assert abs(mixed[0] @ mixed[1] - right[0] @ right[1]) > 1


SENTENCE = re.compile(
    r"(?:Query and key stand at the same position|The query stands (\d+) after the key): "
    r"their hands are (\d+)°, (\d+)° and (\d+)° apart, and the cosines add up to the "
    r"score (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_sentence_gives_angles_and_score_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    found = SENTENCE.fullmatch(scene.status).groups()
    assert int(found[0] or 0) == chosen["offset"]
    parts = cosines(chosen)
    apart = np.degrees(np.arccos(np.clip(parts, -1, 1)))
    np.testing.assert_allclose([float(t) for t in found[1:4]], apart, atol=0.51)
    score = float(found[4].replace("−", "-"))
    assert score == pytest.approx(parts.sum(), rel=6e-3, abs=1e-9)
    line = scene.figures[1]["data"][0]["y"]
    assert line[chosen["offset"]] == pytest.approx(parts.sum(), rel=1e-5, abs=1e-5)
