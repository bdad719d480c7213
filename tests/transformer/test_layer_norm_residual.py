"""Pre-norm and post-norm in the lesson on layer normalization: formula, claims."""

from __future__ import annotations

import re

import numpy as np
import pytest
from hypothesis import given, settings

from formulas.transformer.residual_block import residual_block
from pages.transformer.layer_norm.residual.figure import _over_depth
from pages.transformer.layer_norm.residual.statement import STATEMENT, _network
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["layer_norm/residual"]

MUTANTS = (
    ("stream[depth - 1, 0] for stream", "stream[depth, 0] for stream"),
    ("...ij,...j->...i", "...ji,...j->...i"),
    ("order=order, eps=EPS)", 'order="pre", eps=EPS)'),
    (
        "sizes.append((stream**2).mean(axis=(1, 2)))",
        "sizes.append(lengths.mean(axis=1))",
    ),
    ("(stream * stream[0]).sum(axis=2)", "(stream * stream[1]).sum(axis=2)"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def normalized(u):
    centered = u - u.mean(axis=-1, keepdims=True)
    return centered / np.sqrt((centered**2).mean(axis=-1, keepdims=True) + 1e-5)


def run_again(gain, seed):
    """Run both networks in plain NumPy; tokens after each block."""
    tokens, weights = _network(seed)
    pre, post = [tokens], [tokens]
    for matrix in weights:
        for stream, before in ((pre, True), (post, False)):
            x = stream[-1]
            turned = normalized(x) if before else x
            total = x + gain * (matrix @ turned[..., None])[..., 0]
            stream.append(total if before else normalized(total))
    return np.array([pre, post])


def cosines(stream):
    along = np.einsum("ltd,td->lt", stream, stream[0])
    lengths = np.sqrt(np.einsum("ltd,ltd->lt", stream, stream))
    return (along / lengths / lengths[0]).mean(axis=1)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\text{pre: } y = x + f\big(\mathrm{LN}(x)\big), \quad "
        r"\text{post: } p = \mathrm{LN}\big(z + f(z)\big)"
    )


@pytest.mark.parametrize(("order", "first"), [("pre", -1.683271), ("post", -1.341640)])
def test_a_ramp_and_a_sublayer_that_doubles(order, first):
    block = residual_block([1.0, 2, 3, 4], lambda u: 2 * u, order=order)
    assert block[0] == pytest.approx(first, abs=5e-7)


@claims("pre_grows")
@pytest.mark.parametrize("gain", [0.125, 1.0, 4.0])
def test_with_pre_norm_the_mean_square_grows_with_each_block(gain):
    sizes = np.mean([_over_depth(gain, seed)[0][0] for seed in range(6)], axis=0)
    expected = 1 + gain**2 * np.arange(len(sizes))
    np.testing.assert_allclose(sizes, expected, rtol=0.2)


@claims("post_is_one")
@pytest.mark.parametrize("gain", [0.125, 1.0, 4.0])
def test_with_post_norm_the_mean_square_is_one_after_every_block(gain):
    sizes = _over_depth(gain, 0)[0][1]
    np.testing.assert_allclose(sizes, 1, atol=1e-4)


@claims("token_fades")
def test_the_token_fades_with_post_norm_and_stays_with_pre_norm():
    for gain in (1.0, 2.0, 4.0):
        kept = np.mean([_over_depth(gain, s)[1] for s in range(6)], axis=0)
        blocks = np.arange(kept.shape[1])
        np.testing.assert_allclose(
            kept[0], 1 / np.sqrt(1 + gain**2 * blocks), atol=0.07
        )
        np.testing.assert_allclose(kept[1], (1 + gain**2) ** (-blocks / 2), atol=0.07)
    assert abs(_over_depth(4.0, 0)[1][1, 3:]).max() < 0.15


@claims("one_block")
def test_one_block_leaves_a_bit_more_than_two_thirds_of_the_direction():
    numbers = [_over_depth(1.0, seed)[1][:, 1] for seed in range(6)]
    np.testing.assert_allclose(np.mean(numbers, axis=0), 1 / np.sqrt(2), atol=0.07)
    np.testing.assert_allclose(_over_depth(1.0, 0)[1][:, 1], 0.7, atol=0.1)


@claims("weak_sublayers")
def test_weak_sublayers_leave_the_token_in_both_orders():
    assert (_over_depth(0.125, 0)[1][:, 24] > 0.7).all()


@claims("late_blocks")
def test_late_blocks_turn_the_stream_less():
    stream = run_again(1.0, 0)[0]
    lengths = np.linalg.norm(stream, axis=2)
    along = (stream[1:] * stream[:-1]).sum(axis=2) / (lengths[1:] * lengths[:-1])
    turns = np.arccos(along).mean(axis=1)
    assert turns[:8].mean() > 2 * turns[-8:].mean()


@pytest.mark.parametrize("seed", [0, 5])
@pytest.mark.parametrize("gain", [0.25, 2.0])
def test_the_curves_are_those_of_both_networks_computed_again(gain, seed):
    streams = run_again(gain, seed)
    sizes, likeness = _over_depth(gain, seed)
    np.testing.assert_allclose(sizes, (streams**2).mean(axis=(2, 3)), rtol=1e-6)
    for k in range(2):
        np.testing.assert_allclose(likeness[k], cosines(streams[k]), atol=1e-6)
    shown = of_the_page(gain=gain, seed=seed, depth=9)
    np.testing.assert_allclose(shown["output"], streams[0, 9, 0], rtol=1e-6)
    np.testing.assert_allclose(shown["post"], streams[1, 9, 0], rtol=1e-6)


SENTENCE = re.compile(
    r"After (\d+) blocks? the stream has mean square (\S+) with pre-norm and (\S+) with "
    r"post-norm; its cosine with the token that came in is (\S+) and (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=15, deadline=None)
def test_the_sentence_gives_size_and_likeness_at_every_setting(chosen):
    depth = chosen["depth"]
    streams = run_again(chosen["gain"], chosen["seed"])
    sizes = (streams[:, depth] ** 2).mean(axis=(1, 2))
    left = [cosines(stream)[depth] for stream in streams]
    found = SENTENCE.fullmatch(drawing(FORM)(**chosen).status).groups()
    printed = [float(text.replace("−", "-")) for text in found]
    assert printed == pytest.approx([depth, *sizes, *left], rel=0.06, abs=1e-3)
