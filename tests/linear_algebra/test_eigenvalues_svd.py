"""Singular values in the lesson on eigenvalues: formula, claims, sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.eigenvalues import pca
from formulas.linear_algebra.svd import svd
from pages.linear_algebra.eigenvalues.svd.statement import PICTURES, STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import matrices, settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["eigenvalues/svd"]

MUTANTS = (
    ("rest = float(np.linalg.norm(A - added))", "rest = float(s[-1])"),
    ("kept = slice(layers)", "kept = slice(layers - 1)"),
    ("np.cumsum(squares) / squares.sum()", "np.cumsum(result.s) / result.s.sum()"),
    ("layers * (2 * SIZE + 1)", "layers * 2 * SIZE"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"A_{ij} \approx A^{(r)}_{ij} = "
        r"\sum_{k=1}^{r} U_{ik}\, s_k\, V^\top_{kj}"
    )


def test_values_known_from_elsewhere():
    parts = svd([[3, 0], [4, 5]])
    np.testing.assert_allclose(parts.s, [np.sqrt(45), np.sqrt(5)])
    np.testing.assert_allclose(parts.Vt[0], [np.sqrt(0.5), np.sqrt(0.5)])


@claims("svd_sum")
@given(matrices((1, 5), (1, 5)))
def test_every_matrix_is_a_sum_of_layers(A):
    parts = svd(A)
    total = sum(
        s * np.outer(u, v) for s, u, v in zip(parts.s, parts.U.T, parts.Vt, strict=True)
    )
    np.testing.assert_allclose(total, A, atol=1e-12)
    size = len(parts.s)
    np.testing.assert_allclose(parts.U.T @ parts.U, np.eye(size), atol=1e-12)
    np.testing.assert_allclose(parts.Vt @ parts.Vt.T, np.eye(size), atol=1e-12)


@claims("svd_nearest", "svd_error")
@given(st.sampled_from(list(PICTURES)), st.integers(1, 11), st.integers(0, 20))
@settings(max_examples=20)
def test_no_matrix_of_that_rank_is_nearer(picture, layers, seed):
    page = of_the_page(picture=picture, layers=layers, noise=0.2, seed=seed)
    s = scipy.linalg.svdvals(page["A"])
    assert page["rest"] == pytest.approx(np.sqrt((s[layers:] ** 2).sum()))
    random = np.random.default_rng(seed)
    for size in (1e-3, 0.1, 1.0):
        left = page["U"][:, :layers] + size * random.standard_normal((12, layers))
        # The best rows for these columns: no better than the layers.
        rows = np.linalg.lstsq(left, page["A"], rcond=None)[0]
        assert np.linalg.norm(page["A"] - left @ rows) >= page["rest"] - 1e-9


@claims("svd_patterns")
def test_stripes_need_one_layer_and_a_diagonal_all():
    stripes, diagonal = (of_the_page(picture=p) for p in ("stripes", "diagonal"))
    assert (stripes["rank"], diagonal["rank"]) == (1, 12)
    assert stripes["rest"] == pytest.approx(0, abs=1e-12)
    assert diagonal["rest"] == pytest.approx(np.sqrt(10))
    np.testing.assert_allclose(diagonal["s"], 1)
    half = drawing(FORM)(**STATEMENT.defaults | {"picture": "diagonal", "layers": 6})
    assert half.readouts["percent of the squares"] == pytest.approx(50)


@claims("svd_noise")
@pytest.mark.parametrize("seed", range(21))
def test_noise_raises_the_rank(seed):
    plain = of_the_page(seed=seed)
    for noise in STATEMENT.control("noise").positions[1:]:
        assert plain["rank"] < of_the_page(noise=noise, seed=seed)["rank"] == 12
    noisy = of_the_page(noise=0.2, seed=seed, layers=5)
    face = PICTURES["face"]
    # The sum of five layers is nearer to the face than the noisy image is.
    gap = np.linalg.norm(noisy["approximation"] - face)
    assert gap < np.linalg.norm(noisy["A"] - face)


@claims("svd_symmetric")
def test_the_face_is_symmetric():
    face = PICTURES["face"]
    np.testing.assert_array_equal(face, face[:, ::-1])
    assert np.linalg.matrix_rank(face) == of_the_page()["rank"] <= 6


@claims("svd_storage")
def test_what_the_layers_take():
    for layers in range(1, 13):
        page = of_the_page(layers=layers)
        parts = page["U"][:, :layers], page["s"][:layers], page["Vt"][:layers]
        count = sum(part.size for part in parts)
        shown = drawing(FORM)(**STATEMENT.defaults | {"layers": layers}).readouts
        assert shown["numbers in these layers"] == count == 25 * layers
        assert (count < page["A"].size == 144) == (layers <= 5)


@claims("svd_eigen")
@given(matrices(3, 3))
def test_singular_values_and_eigenvalues(A):
    both = A + A.T
    absolute = np.sort(np.abs(np.linalg.eigvalsh(both)))[::-1]
    np.testing.assert_allclose(svd(both).s, absolute, atol=1e-9)
    assert (svd(A).s >= 0).all()
    turn, stretch = A - A.T, np.diag(np.abs(A[0]))  # a turn in space, and no other
    for normal in (turn, turn + 2 * np.eye(3), stretch):
        np.testing.assert_allclose(normal @ normal.T, normal.T @ normal, atol=1e-9)
        absolute = np.sort(np.abs(np.linalg.eigvals(normal)))[::-1]
        np.testing.assert_allclose(svd(normal).s, absolute, atol=1e-5)
    # The sums of squares are equal for no other matrix: that of a Schur form’s diagonal
    # lacks what stands above it, which is 0 just for a normal matrix.
    triangle = scipy.linalg.schur(A, output="complex")[0]
    above = np.linalg.norm(triangle - np.diag(np.diag(triangle))) ** 2
    missing = (svd(A).s ** 2).sum() - (np.abs(np.linalg.eigvals(A)) ** 2).sum()
    assert missing == pytest.approx(above, abs=1e-5)
    rotation = np.array([[0.0, -1.0], [1.0, 0.0]])
    np.testing.assert_allclose(svd(rotation).s, np.abs(np.linalg.eigvals(rotation)))
    for other in ([[0.0, -1.0], [4.0, 0.0]], [[1.0, 1.0], [0.0, 1.0]]):
        assert not np.allclose(svd(other).s, np.abs(np.linalg.eigvals(other)))


@claims("svd_signs")
def test_signs_and_equal_values_are_free():
    A = of_the_page(noise=0.1)["A"]
    U, s, Vt = np.linalg.svd(A)
    np.testing.assert_allclose((-U * s) @ -Vt, A, atol=1e-12)
    turn = np.linalg.qr(np.random.default_rng(0).standard_normal((12, 12)))[0]
    np.testing.assert_allclose(
        turn @ np.diag(np.ones(12)) @ turn.T, np.eye(12), atol=1e-12
    )


@claims("svd_pca")
def test_pca_is_the_svd_of_centered_columns():
    X = np.random.default_rng(1).standard_normal((9, 3)) @ np.diag([3.0, 2.0, 1.0])
    s = svd(X - X.mean(axis=0)).s
    np.testing.assert_allclose(pca(X).explained_variance, s**2 / 8)


SOME = re.compile(
    r"The first (?:layer is|(\d+) layers are) (\S+)% of the sum of squared pixels; the "
    r"error (\S+) is the least that rank (\d+) can have\."
)
WHOLE = re.compile(
    r"The first (?:layer is|(\d+) layers are) the whole image, because its rank is (\d+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_has_share_and_error_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    noise = np.random.default_rng(chosen["seed"]).standard_normal((12, 12))
    A = PICTURES[chosen["picture"]] + chosen["noise"] * noise
    layers, s = chosen["layers"], scipy.linalg.svdvals(A)
    rank = int(np.linalg.matrix_rank(A))
    threshold = s[0] * 12 * np.finfo(float).eps
    decided_by_rounding = (s > threshold / 4) & (s < 4 * threshold)
    assume(not decided_by_rounding.any())
    whole = WHOLE.fullmatch(scene.status)
    assert bool(whole) == (rank <= layers)
    if whole:
        assert int(whole[1] or 1) == layers
        assert int(whole[2]) == rank
    else:
        count, share, error, least = SOME.fullmatch(scene.status).groups()
        assert int(count or 1) == int(least) == layers
        kept = (s[:layers] ** 2).sum() / (s**2).sum()
        assert float(share) == pytest.approx(100 * kept, rel=6e-3)
        left = np.sqrt((s[layers:] ** 2).sum())
        assert float(error) == pytest.approx(left, rel=6e-3)
    drawn = scene.figures[0]["data"][0]["z"][1:13, :12]  # below its name
    np.testing.assert_allclose(drawn, A, rtol=1e-6, atol=1e-9)
    np.testing.assert_allclose(scene.figures[1]["data"][0]["y"], s, atol=1e-6)


def test_an_error_that_is_0_up_to_rounding_is_shown_as_0():
    assert (
        drawing(FORM)(**STATEMENT.defaults | {"picture": "stripes"}).readouts["rest"]
        == 0
    )


def test_what_is_0_is_no_rounding_dust():
    whole = of_the_page(layers=12)
    assert (whole["s"][6:] == 0).all()  # the face has rank 6
    white = whole["A"] == 0
    assert white.any()
    assert (whole["approximation"][white] == 0).all()
