"""Dot product: limits, invariants, numbers from outside, and the page's claims."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest
import scipy.spatial.distance
import scipy.stats
import sklearn.metrics.pairwise
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.dot_product import (
    cosine_matrix,
    cosine_similarity,
    dot,
    projection,
    random_dot_std,
    random_dots,
)
from pages.linear_algebra.dot_product.figure import EDGES, _dot_by_angle
from pages.linear_algebra.dot_product.statement import STATEMENT, WORDS, _two_vectors
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of
from tests.strategies import matrices, numbers, settings_of
from ui.catalogue import BROKEN, BY_SLUG
from ui.simulation import whole_history

LESSON = BY_SLUG["dot_product"]
(WITHOUT_COSINE,) = (one for one in BROKEN if one.slug == "dot_product")

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("np.vdot(x, y) if conjugate else x @ y", "np.vdot(x, y)"),  # always conjugates
    ("math.sqrt((x @ x) * (y @ y))", "((x @ x) * (y @ y))"),  # missing root
    ("x / np.abs(x).max(), y / np.abs(y).max()", "x, y"),  # overflows
    ("(x @ y) / (y @ y) * y", "(x @ y) / (x @ x) * y"),  # divides by the wrong length
    ("products / math.sqrt(d)", "products / d"),
    ("np.sqrt(random.chisquare(d, n))", "random.chisquare(d, n)"),
    ("np.clip(cosine, -1.0, 1.0)", "np.clip(cosine, 0.0, 1.0)"),
    ("cosines: Array = left @ right.T", "cosines: Array = left @ left.T"),
    ("scaled / np.sqrt(np", "rows / np.sqrt(np"),
    ("np.clip(cosines, -1.0, 1.0, out=cosines)", "np.clip(cosines, 0.0, 1.0)"),
    ("    if not largest.all():", "    if not largest.any():"),
    ("        np.fill_diagonal(cosines, 1.0)", "        pass"),
    ('_unit_rows(others, "B")', "others"),
)

pairs = matrices(2, (1, 8), 100.0)


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\begin{gathered} a \cdot b = \sum_{i=1}^{n} a_{i} b_{i} \\ "
        r"a \cdot b = \lVert a \rVert \lVert b \rVert \cos{\left(\theta \right)} "
        r"\end{gathered}"
    )


# Outside numbers


def test_complex_vectors_of_numpys_dot_documentation():
    assert dot([2j, 3j], [2j, 3j]) == -13


def test_conjugated_product_of_numpys_vdot_documentation():
    assert dot([1 + 2j, 3 + 4j], [5 + 6j, 7 + 8j], conjugate=True) == 70 - 8j


def test_textbook_vectors_in_three_dimensions():
    assert dot([1, 2, 3], [4, 5, 6]) == 32
    cosine = cosine_similarity([1, 2, 3], [4, 5, 6])
    assert cosine == pytest.approx(0.9746318461970762, rel=1e-12)
    assert math.degrees(math.acos(cosine)) == pytest.approx(
        12.933154491899135, rel=1e-12
    )


def test_textbook_vectors_in_the_plane():
    assert dot([3, 4], [4, 3]) == 24
    cosine = cosine_similarity([3, 4], [4, 3])
    assert cosine == pytest.approx(0.96, rel=1e-12)
    assert math.degrees(math.acos(cosine)) == pytest.approx(
        16.260204708311967, rel=1e-12
    )


@pytest.mark.parametrize(("angle", "expected"), [(60, 3), (90, 0), (120, -3)])
def test_lengths_three_and_two_at_three_angles(angle, expected):
    assert dot(*_two_vectors(3, 2, angle)) == pytest.approx(expected, abs=1e-14)


def test_projection_of_the_textbook_vectors():
    expected = 32 / 77 * np.array([4, 5, 6])
    np.testing.assert_allclose(projection([1, 2, 3], [4, 5, 6]), expected, rtol=1e-12)
    np.testing.assert_allclose(expected, [1.662338, 2.077922, 2.493506], atol=5e-7)


def test_random_products_have_mean_0_and_variance_d_as_vaswani_et_al_state():
    products = random_dots(64)
    assert products.mean() == pytest.approx(0, abs=5 * 8 / math.sqrt(20000))
    # Five standard errors of a variance from 20 000 draws.
    assert random_dot_std(64) ** 2 == pytest.approx(64, rel=5 * math.sqrt(2.1 / 20000))


@given(pairs)
def test_agrees_with_a_plain_loop(vectors):
    a, b = vectors
    expected = math.fsum(x * y for x, y in zip(a, b, strict=True))
    size = float(np.abs(a) @ np.abs(b))
    assert dot(a, b) == pytest.approx(expected, rel=1e-12, abs=1e-14 * size)


@given(pairs)
def test_cosine_agrees_with_scipys_distance(vectors):
    a, b = vectors
    assume(a.any() and b.any())
    expected = 1 - scipy.spatial.distance.cosine(a, b)
    assert cosine_similarity(a, b) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@given(pairs)
def test_projection_agrees_with_least_squares(vectors):
    a, b = vectors
    assume(np.abs(b).max() > 1e-3)
    multiple = np.linalg.lstsq(b[:, None], a, rcond=None)[0]
    np.testing.assert_allclose(projection(a, b), multiple * b, rtol=1e-9, atol=1e-9)


def test_the_shortcut_draws_the_same_distribution_as_whole_vectors():
    random = np.random.default_rng(3)
    q, k = random.standard_normal((2, 4000, 3))
    test = scipy.stats.ks_2samp((q * k).sum(axis=1), random_dots(3, 4000, rng=4))
    assert test.pvalue > 0.01


# Laws


@given(pairs, numbers(100.0))
def test_the_order_does_not_matter_and_factors_come_out(vectors, factor):
    a, b = vectors
    assert dot(a, b) == dot(b, a)
    size = abs(factor) * float(np.abs(a) @ np.abs(b))
    assert dot(factor * a, b) == pytest.approx(
        factor * dot(a, b), rel=1e-12, abs=1e-13 * size
    )


@given(pairs)
def test_the_cosine_is_between_minus_one_and_one(vectors):
    a, b = vectors
    assume(a.any() and b.any())
    assert -1 <= cosine_similarity(a, b) <= 1
    assert cosine_similarity(a, -b) == -cosine_similarity(a, b)


@given(pairs)
def test_a_vector_agrees_fully_with_itself(vectors):
    a = vectors[0]
    assume(a.any())
    assert cosine_similarity(a, a) == pytest.approx(1, rel=1e-12)
    assert cosine_similarity(a, -a) == pytest.approx(-1, rel=1e-12)


@given(pairs)
def test_what_the_projection_leaves_over_is_orthogonal(vectors):
    a, b = vectors
    assume(np.abs(b).max() > 1e-3)
    rest = a - projection(a, b)
    size = float(np.linalg.norm(a) * np.linalg.norm(b))
    assert dot(rest, b) == pytest.approx(0, abs=1e-12 * max(size, 1))


@given(st.integers(1, 200), st.integers(0, 100))
def test_the_same_seed_gives_the_same_products(d, seed):
    np.testing.assert_array_equal(
        random_dots(d, 5, rng=seed),
        random_dots(d, 5, rng=np.random.default_rng(seed)),
    )


@given(numbers(5.0), numbers(5.0), st.integers(-180, 180))
def test_the_curve_by_angle_is_the_product_of_the_arrows(x, y, angle):
    arrows = _two_vectors(abs(x), abs(y), angle)
    curve = _dot_by_angle(abs(x), abs(y), [angle, -angle])
    np.testing.assert_allclose(curve, dot(*arrows), atol=1e-13)


# Bad and extreme input


@claims("complex_needs_conjugate")
def test_a_complex_vector_without_conjugate_can_have_a_negative_square():
    v = [1j, 2j]
    assert dot(v, v) == -5
    assert dot(v, v, conjugate=True) == 5
    assert dot([1, 1j], [1, 1j]) == 0
    assert dot([1, 1j], [1, 1j], conjugate=True) == 2


def test_huge_and_tiny_vectors_have_a_cosine_and_a_projection():
    assert cosine_similarity([3e200, 4e200], [4e200, 3e200]) == pytest.approx(0.96)
    assert cosine_similarity([3e-200, 4e-200], [4e200, 3e200]) == pytest.approx(0.96)
    np.testing.assert_allclose(projection([1.0, 2.0], [3e200, 0]), [1, 0])


@pytest.mark.parametrize("sign", [1, -1])
def test_a_sum_that_overflows_is_an_error(sign):
    with says("result must be finite"):
        dot([1e200, 1e200], [1e200, sign * 1e200])


def test_results_are_plain_numbers_and_inputs_stay():
    a = np.array([1, 2])
    assert type(dot(a, np.float32([1, 2]))) is float
    assert type(dot(a, [1j, 0])) is complex
    projection(a, a)
    cosine_similarity(a, a)
    np.testing.assert_array_equal(a, [1, 2])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: dot([1, 2], [1, 2, 3]),
            (
                "shape mismatch: a has shape (2,), b has shape (3,); "
                "lengths must be equal"
            ),
        ),
        (lambda: dot([[1, 2]], [1, 2]), "a must be 1-D, got shape (1, 2)"),
        (lambda: dot(1, [1]), "a must be 1-D, got shape ()"),
        (lambda: dot([], []), "a must not be empty"),
        (lambda: dot([1], [np.nan]), "b contains NaN"),
        (lambda: dot([np.inf], [1]), "a must be finite"),
        (lambda: dot(["x"], [1]), "a must be numeric"),
        (lambda: cosine_similarity([1j], [1]), "a must be numeric"),
        (
            lambda: cosine_similarity([0, 0], [1, 2]),
            "cosine similarity is undefined for a zero vector",
        ),
        (
            lambda: cosine_similarity([1, 2], [0, 0]),
            "cosine similarity is undefined for a zero vector",
        ),
        (lambda: projection([1, 2], [0, 0]), "cannot project onto the zero vector"),
        (lambda: random_dot_std(0), "d must be in [1, inf), got 0"),
        (lambda: random_dot_std(2.5), "d must be an integer, got 2.5"),
        (lambda: random_dot_std(2, 0), "n must be in [1, inf), got 0"),
        (lambda: random_dot_std(2, rng=-1), "rng must be in [0, inf), got -1"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


# Many rows at once


def test_three_directions_of_length_5():
    rows = [[3, 4], [4, 3], [-4, 3]]
    expected = [[1, 0.96, 0], [0.96, 1, -0.28], [0, -0.28, 1]]
    np.testing.assert_allclose(cosine_matrix(rows), expected, atol=1e-15)


@given(matrices((1, 4), 3, 100.0), matrices((1, 4), 3, 100.0))
def test_each_cosine_is_that_of_its_pair_and_scikit_learns(A, B):
    assume(A.any(axis=1).all())
    assume(B.any(axis=1).all())
    found = cosine_matrix(A, B)
    assert found.shape == (len(A), len(B))
    pairs = [[cosine_similarity(a, b) for b in B] for a in A]
    np.testing.assert_allclose(found, pairs, atol=1e-14)
    expected = sklearn.metrics.pairwise.cosine_similarity(A, B)
    np.testing.assert_allclose(found, expected, atol=1e-14)
    assert (np.abs(found) <= 1).all()
    np.testing.assert_allclose(cosine_matrix(B, A), found.T, atol=1e-15)
    lengths = np.arange(1.0, len(A) + 1)[:, None]
    np.testing.assert_allclose(cosine_matrix(-lengths * A, B), -found, atol=1e-14)


@given(matrices((1, 5), (1, 4), 100.0))
def test_rows_among_themselves_agree_fully_with_themselves(A):
    assume(A.any(axis=1).all())
    found = cosine_matrix(A)
    np.testing.assert_array_equal(np.diag(found), 1)
    np.testing.assert_array_equal(found, found.T)
    np.testing.assert_allclose(found, cosine_matrix(A, A), atol=1e-15)
    assert np.linalg.eigvalsh(found).min() > -1e-12


def test_the_nearest_row_is_found_with_one_product():
    documents = np.eye(4)[[0, 1, 2]] + 0.1
    query = [[0.0, 9.0, 0.0, 0.0]]
    assert cosine_matrix(query, documents).argmax() == 1


def test_huge_and_tiny_rows_have_cosines():
    rows = [[3e200, 4e200], [4e-200, 3e-200], [5e-324, 0.0], [1.7e308, 1.7e308]]
    root = math.sqrt(0.5)
    expected = [[1, 0.96, 0.6, 7 / 5 * root], [0.6, 0.8, 1, root]]
    np.testing.assert_allclose(cosine_matrix(rows)[[0, 2]], expected, rtol=1e-14)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: cosine_matrix([[1, 2]], [[1, 2, 3]]),
            "shape mismatch: A has shape (1, 2), B has shape (1, 3); "
            "columns of A must equal columns of B",
        ),
        (
            lambda: cosine_matrix([[1, 2], [0, 0]]),
            "cosine similarity is undefined for a zero vector: row 1 of A",
        ),
        (
            lambda: cosine_matrix([[1, 2]], [[0, 0]]),
            "cosine similarity is undefined for a zero vector: row 0 of B",
        ),
        (lambda: cosine_matrix([1, 2]), "A must be 2-D, got shape (2,)"),
        (lambda: cosine_matrix([[1]], [1]), "B must be 2-D, got shape (1,)"),
        (lambda: cosine_matrix([[]]), "A must not be empty"),
        (lambda: cosine_matrix([[np.nan]]), "A contains NaN"),
        (lambda: cosine_matrix([[1]], [[np.inf]]), "B must be finite"),
        (lambda: cosine_matrix([["a"]]), "A must be numeric"),
        (lambda: cosine_matrix([[1j]]), "A must be numeric"),
    ],
)
def test_bad_rows_are_named(call, message):
    with says(message):
        call()


def test_rows_are_left_as_they_were():
    rows = np.array([[3.0, 4.0]])
    cosine_matrix(rows, rows)
    np.testing.assert_array_equal(rows, [[3, 4]])


# What the page claims


def of_the_page(**settings):
    vectors = inputs_of(STATEMENT, **{**STATEMENT.defaults, **settings})
    return vectors["a"], vectors["b"]


@claims("lengths_times_cosine")
@given(numbers(5.0), numbers(5.0), st.integers(-180, 180), numbers(3.0))
def test_the_product_is_both_lengths_times_the_cosine_of_the_angle(x, y, angle, start):
    turn = start + math.radians(angle)
    a = abs(x) * np.array([math.cos(turn), math.sin(turn)])
    b = abs(y) * np.array([math.cos(start), math.sin(start)])
    expected = abs(x) * abs(y) * math.cos(math.radians(angle))
    assert dot(a, b) == pytest.approx(expected, abs=1e-13)
    assert dot(a, b) == pytest.approx(a[0] * b[0] + a[1] * b[1], abs=1e-13)


@claims("cosine_ignores_length")
@given(st.floats(0.1, 5), st.floats(0.1, 5), st.integers(-180, 180))
def test_the_cosine_is_that_of_the_angle_whatever_the_lengths(x, y, angle):
    cosine = cosine_similarity(*of_the_page(length_a=x, length_b=y, angle=angle))
    assert cosine == pytest.approx(math.cos(math.radians(angle)), abs=1e-15)


@claims("cosine_flat_near_zero")
def test_the_cosine_hardly_falls_near_0_degrees_and_fastest_at_a_right_angle():
    cosines = [cosine_similarity(*of_the_page(angle=angle)) for angle in range(91)]
    losses = -np.diff(cosines)
    assert (np.diff(losses) > 0).all()  # each degree takes more than the one before
    assert losses[0] < 0.01 * losses[-1]
    assert cosines[45] > 2 / 3 * cosines[0]


def test_twice_the_length_doubles_the_product_and_keeps_the_cosine():
    (a, b), (longer, _) = _two_vectors(3, 2, 60), _two_vectors(6, 2, 60)
    assert dot(longer, b) == pytest.approx(2 * dot(a, b))
    assert cosine_similarity(longer, b) == pytest.approx(cosine_similarity(a, b))


@claims("orthogonal_and_opposite")
def test_orthogonal_arrows_give_0_and_opposite_ones_the_least():
    np.testing.assert_allclose(
        _dot_by_angle(3, 2, [90, -90, 180]), [0, 0, -6], atol=1e-14
    )
    assert dot(*of_the_page(angle=90)) == pytest.approx(0, abs=1e-14)
    angles = STATEMENT.control("angle").positions
    products = [dot(*of_the_page(angle=angle)) for angle in angles]
    assert min(products) == dot(*of_the_page(angle=180)) == pytest.approx(-6)


def test_random_products_in_512_dimensions_spread_22_6():
    assert math.sqrt(512) == pytest.approx(22.6, abs=0.05)
    assert random_dot_std(512) == pytest.approx(22.6, rel=0.025)


@claims("spread_grows_as_root")
@pytest.mark.parametrize("d", [1, 2, 4, 8, 16, 32, 64, 128, 256, 512])
def test_the_spread_grows_as_the_root_of_d_and_scaling_undoes_it(d):
    # Five standard errors; the kurtosis of a product of d terms is 3 + 6 / d.
    tolerance = 5 * math.sqrt((2 + 6 / d) / (4 * 20000))
    assert random_dot_std(d) == pytest.approx(math.sqrt(d), rel=tolerance)
    assert random_dot_std(d, scaled=True) == pytest.approx(1, rel=tolerance)
    whole = np.random.default_rng(d).standard_normal((2, 2000, d)).prod(axis=0)
    rough = tolerance * math.sqrt(10)  # a tenth of the draws
    assert whole.sum(axis=1).std() == pytest.approx(math.sqrt(d), rel=rough)


@claims("nearly_orthogonal")
def test_random_unit_vectors_in_64_dimensions_have_cosines_of_spread_0_125():
    random = np.random.default_rng(0)
    cosines = [
        cosine_similarity(*pair) for pair in random.standard_normal((4000, 2, 64))
    ]
    assert np.std(cosines) == pytest.approx(0.125, rel=5 / math.sqrt(2 * 4000))
    assert np.mean(cosines) == pytest.approx(0, abs=5 * 0.125 / math.sqrt(4000))
    off = np.abs(90 - np.degrees(np.arccos(cosines)))
    assert np.mean(off < 15) > 0.95  # two spreads are a quarter: 14.5 degrees


@claims("larger_not_similar")
def test_a_larger_product_does_not_mean_more_similar():
    target, near, far = [1.0, 0.0], [1.0, 0.1], [10.0, 30.0]
    assert dot(target, far) > dot(target, near)
    assert cosine_similarity(target, far) < cosine_similarity(target, near)


@claims("words_disagree")
@pytest.mark.parametrize("direction_b", [0, -30, 100])
def test_the_product_prefers_long_word_vectors_and_the_cosine_near_ones(direction_b):
    for toward in (-180, -20, 20, 25, 40, 60, 135, 150):
        angle = (toward - direction_b + 180) % 360 - 180
        settings = {"angle": angle, "direction_b": direction_b, "length_a": 2.5}
        scene = drawing(LESSON)(**STATEMENT.defaults | settings)
        picture = scene.figures[1]
        (bars,) = picture["data"]
        products = bars["y"]
        told = [name.split() for name in picture["layout"]["meta"]["x"]]
        names = list(WORDS)
        assert [name for name, _ in told] == names
        cosines = [float(cosine.replace("−", "-")) for _, cosine in told]
        turn = math.radians(toward)
        a = 2.5 * np.array([math.cos(turn), math.sin(turn)])
        for k, (length, at) in enumerate(WORDS.values()):
            w = length * np.array(
                [math.cos(math.radians(at)), math.sin(math.radians(at))]
            )
            assert cosines[k] == pytest.approx(cosine_similarity(a, w), abs=5e-3)
            assert products[k] == pytest.approx(dot(a, w), abs=1e-12)
        near = min(
            names, key=lambda name: abs((toward - WORDS[name][1] + 180) % 360 - 180)
        )
        assert cosines[names.index(near)] == max(cosines)
        if -20 <= toward <= 60:  # "cat" is nearest up to 26 degrees
            assert names[np.argmax(products)] == "dog"
            assert (near == "cat") == (toward < 26)
        if toward == 135:
            assert (near, names[np.argmax(products)]) == ("car", "train")


def test_without_a_length_no_word_has_a_cosine():
    scene = drawing(LESSON)(**STATEMENT.defaults | {"length_a": 0})
    assert scene.figures[1]["layout"]["meta"]["x"] == [f"{w} –" for w in WORDS]


@claims("turned_together")
@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_turning_both_vectors_changes_entries_and_not_the_product(values):
    def placed(direction_b):
        given_ = inputs_of(STATEMENT, **values | {"direction_b": direction_b})
        return given_, outputs_of(STATEMENT, given_)["product"]

    (here, product), (there, turned) = placed(values["direction_b"]), placed(17)
    straight = values["length_a"] * values["length_b"]
    by_angle = straight * math.cos(math.radians(values["angle"]))
    assert product == pytest.approx(by_angle, abs=1e-13)
    assert turned == pytest.approx(product, abs=1e-13)
    if values["angle"] in (90, -90):
        assert product == turned == 0
    for given_ in (here, there):
        a, b = given_["a"], given_["b"]
        assert math.hypot(*a) == pytest.approx(values["length_a"], abs=1e-13)
        assert math.hypot(*b) == pytest.approx(values["length_b"], abs=1e-13)
    if straight and values["direction_b"] != 17:
        assert np.abs(here["a"] - there["a"]).max() > 1e-3 * values["length_a"]


@pytest.mark.parametrize("direction_b", range(-180, 181, 15))
@pytest.mark.parametrize("angle", [-90, 90])
def test_at_a_right_angle_the_product_is_exactly_0_in_every_direction(
    angle, direction_b
):
    scene = drawing(LESSON)(
        **STATEMENT.defaults | {"angle": angle, "direction_b": direction_b}
    )
    assert scene.readouts["product"] == scene.readouts["cosine"] == 0
    shadow = next(t for t in scene.figures[0]["data"] if t["name"] == "projection")
    assert np.isnan(shadow["x"]).any()


@pytest.mark.parametrize("name", ["a", "b"])
def test_a_vector_of_length_0_is_drawn_as_nothing(name):
    scene = drawing(LESSON)(**STATEMENT.defaults | {f"length_{name}": 0})
    arrows = {t["name"]: t for t in scene.figures[0]["data"]}
    assert np.isnan(arrows[name]["x"][-1])
    assert math.isfinite(arrows["ab".replace(name, "")]["x"][-1])


@claims("shadow_times_length")
def test_the_product_is_the_shadow_times_the_length_of_b_and_negative_behind():
    for angle in (50, 130):
        a, b = _two_vectors(3, 2, angle)
        shadow = projection(a, b)[0]  # along b, which lies on the first axis
        assert dot(a, b) == pytest.approx(shadow * 2)
        assert (shadow < 0) == (angle > 90)
        assert (dot(a, b) < 0) == (angle > 90)


@claims("projection_drawn")
@pytest.mark.parametrize("angle", [-140, 20, 60, 120])
def test_the_thick_line_ends_where_a_is_at_a_right_angle_to_b(angle):
    scene = drawing(LESSON)(**STATEMENT.defaults | {"angle": angle})
    traces = {t["name"]: t for t in scene.figures[0]["data"]}
    line = traces["projection"]
    assert line["line"]["width"] > traces["b"]["line"]["width"]
    ends = np.stack([line["x"], line["y"]], axis=1)
    a, b = of_the_page(angle=angle)
    np.testing.assert_array_equal(ends[0], [0, 0])
    assert (a - ends[1]) @ b == pytest.approx(0, abs=1e-12)
    assert ends[1][0] * b[1] == pytest.approx(ends[1][1] * b[0])


@claims("either_side_alike")
def test_turning_to_either_side_gives_the_same_product():
    np.testing.assert_allclose(
        _dot_by_angle(3, 2, [20, 75, 140]), _dot_by_angle(3, 2, [-20, -75, -140])
    )
    for angle in (20, 75, 140):
        left, right = (dot(*of_the_page(angle=side * angle)) for side in (1, -1))
        assert left == pytest.approx(right)


@claims("pitfall_numbers")
def test_the_numbers_of_the_pitfall():
    assert dot([1, 0], [1, 0.1]) == 1
    assert dot([1, 0], [10, 30]) == 10
    assert math.dist([1, 0], [1, 0.1]) < 1 < 30 < math.dist([1, 0], [10, 30])


@claims("angle_in_radians")
def test_the_formula_takes_the_angle_in_radians():
    shown = inputs_of(STATEMENT, **STATEMENT.defaults)
    assert STATEMENT.defaults["angle"] == 60
    assert shown["theta"] == pytest.approx(math.pi / 3)
    assert shown["theta"] == pytest.approx(1.047, abs=5e-4)


@claims("zero_vector_undefined")
@pytest.mark.parametrize("cosine", [-1.0, 0.0, 0.6, 1.0])
def test_shorter_and_shorter_vectors_keep_any_cosine_and_at_length_0_none_is_left(
    cosine,
):
    a = np.array([cosine, math.sqrt(1 - cosine**2)])
    for length in (1.0, 1e-100, 1e-300):
        assert cosine_similarity(length * a, [1, 0]) == pytest.approx(cosine)
    with says("cosine similarity is undefined for a zero vector"):
        cosine_similarity(0 * a, [1, 0])


def said(**values):
    return drawing(LESSON)(**STATEMENT.defaults | values).status


@pytest.mark.parametrize(
    ("length_a", "length_b", "angle", "words"),
    [
        (
            3,
            2,
            0,
            "In the same direction: 3 times 2 times 1, the cosine of 0°, gives 6; so do "
            "the entries: 3\xa0·\xa02\xa0+\xa00\xa0·\xa00.",
        ),
        (3, 2, 60, "Less than a right angle apart: 3 times 2 times 0.5, the cosine of"),
        (
            3,
            2,
            -89,
            "Less than a right angle apart: 3 times 2 times 0.01745, the cosine",
        ),
        (3, 2, 90, "At a right angle the product is 0, whatever the lengths."),
        (5, 0.1, -90, "At a right angle the product is 0, whatever the lengths."),
        (
            3,
            2,
            91,
            "More than a right angle apart: 3 times 2 times −0.01745, the cosine",
        ),
        (3, 2, 180, "In opposite directions: 3 times 2 times −1, the cosine of 180°"),
        (5, 5, -180, "In opposite directions: 5 times 5 times −1, the cosine of −180°"),
        (1e-13, 2, 60, "Less than a right angle apart: 1e-13 times 2 times 0.5"),
        (0, 2, 90, "A vector of length 0 has no direction; the product is 0 at every"),
        (3, 0, 0, "A vector of length 0 has no direction; the product is 0 at every"),
        (0, 0, 180, "A vector of length 0 has no direction; the product is 0 at every"),
    ],
)
def test_the_sentence_tells_how_far_the_arrows_are_apart(
    length_a, length_b, angle, words
):
    setting = {"length_a": length_a, "length_b": length_b, "angle": angle}
    assert words in said(**setting, direction_b=0)
    arrows = of_the_page(length_a=length_a, length_b=length_b, angle=angle)
    a, b = (complex(*arrow) for arrow in arrows)
    if not (a and b):
        assert "length 0" in words
        assert all(abs(a * (b * 1j**k).conjugate()) == 0 for k in range(4))
        return
    between = abs(math.degrees(np.angle(a / b)))
    distances = {
        "In the same direction": 0,
        "Less than a right": (1e-9, 90 - 1e-9),
        "At a right angle": 90,
        "More than a right": (90 + 1e-9, 180 - 1e-9),
        "In opposite directions": 180,
    }
    (where,) = (where for start, where in distances.items() if words.startswith(start))
    low, high = where if isinstance(where, tuple) else (where - 1e-9, where + 1e-9)
    assert low <= between <= high


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_sentence_multiplies_right(values):
    length_a, length_b, angle = (values[n] for n in ("length_a", "length_b", "angle"))
    cosine = math.cos(math.radians(angle))
    text = said(**values).replace("−", "-")
    assert ("no direction" in text) == (length_a == 0 or length_b == 0)
    if "no direction" in text:
        return
    assert ("right angle the product is 0" in text) == (abs(cosine) < 1e-12)
    if "is 0" in text:
        return
    found = [float(number) for number in re.findall(r"-?\d+\.?\d*(?:e-?\d+)?", text)]
    expected = [length_a, length_b, cosine, angle, length_a * length_b * cosine]
    a, b = _two_vectors(length_a, length_b, angle, values["direction_b"])
    expected += [a[0], b[0], a[1], b[1]]
    np.testing.assert_allclose(found, expected, rtol=6e-4, atol=1e-300)
    starts = {"In the same": cosine > 1 - 1e-11, "In opp": cosine < -1 + 1e-11}
    starts |= {"Less": 0 < cosine < 1, "More": -1 < cosine < 0}
    assert [fits for start, fits in starts.items() if text.startswith(start)] == [True]


def test_negative_factors_of_the_entries_stand_in_brackets():
    text = said(length_a=4.2, length_b=3.5, angle=-135, direction_b=0)
    assert "(−2.97)\xa0·\xa03.5\xa0+\xa0(−2.97)\xa0·\xa00" in text


@pytest.mark.parametrize("d", [1, 4, 64, 512])
def test_both_histograms_have_the_same_bins_in_standard_deviations(d):
    history = whole_history(STATEMENT, STATEMENT.defaults | {"dimension": d})
    picture = LESSON.scene(STATEMENT.defaults | {"dimension": d}, history).figures[3]
    plain, scaled = picture["data"][:2]
    root = math.sqrt(d)
    np.testing.assert_allclose(plain["x"], root * np.asarray(scaled["x"]))
    # A product that lies on an edge may be counted on its other side.
    peak = np.histogram(random_dots(d), root * EDGES)[0].max()
    np.testing.assert_allclose(plain["y"], scaled["y"], atol=6 / peak)


@claims("own_peak")
@pytest.mark.parametrize("d", [1, 64, 512])
def test_each_histogram_is_drawn_as_a_part_of_its_own_peak(d):
    values = STATEMENT.defaults | {"dimension": d}
    picture = LESSON.scene(values, whole_history(STATEMENT, values)).figures[3]
    for trace, scaled in zip(picture["data"][:2], (False, True), strict=True):
        edges = EDGES if scaled else math.sqrt(d) * EDGES
        counts = np.histogram(random_dots(d, scaled=scaled), edges)[0]
        np.testing.assert_allclose(trace["y"][1:-1:2], counts / counts.max())
        assert max(trace["y"]) == 1


@pytest.mark.parametrize(("length", "reach"), [(0.5, 1), (2, 4), (3, 16), (5, 26)])
def test_the_axis_of_the_product_fits_both_lengths(length, reach):
    values = STATEMENT.defaults | {"length_a": length, "length_b": length}
    picture = drawing(LESSON)(**values).figures[2]
    assert picture["layout"]["yaxis"]["range"][1] == pytest.approx(1.16 * reach)


def test_the_curve_is_exactly_zero_at_right_angles():
    curve = drawing(LESSON)(**STATEMENT.defaults).figures[2]["data"][0]
    at = dict(zip(curve["x"], curve["y"], strict=True))
    assert at[-90.0] == at[90.0] == 0
    assert at[0.0] == -at[180.0] == 6


def test_a_projection_of_length_0_has_no_arrowhead():
    def tip(**values):
        settings = STATEMENT.defaults | {"direction_b": 0} | values
        traces = drawing(LESSON)(**settings).figures[0]["data"]
        arrow = next(one for one in traces if one["name"].startswith("projection"))
        return arrow["x"][-1]

    assert tip(angle=60) == pytest.approx(1.5)
    for nothing in ({"angle": 90}, {"angle": -90}, {"length_a": 0}, {"length_b": 0}):
        assert math.isnan(tip(**nothing))


@pytest.mark.parametrize("angle", [-90, 0, 60, 180])
def test_without_the_cosine_the_pictures_do_not_follow_the_angle(angle):
    scene = drawing(WITHOUT_COSINE)(**STATEMENT.defaults | {"angle": angle})
    curve = scene.figures[2]["data"][0]
    np.testing.assert_array_equal(curve["y"], 6)
    laid = next(t for t in scene.figures[0]["data"] if t["name"] == "a turned onto b")
    length = math.hypot(laid["x"][-1], laid["y"][-1])
    assert length == pytest.approx(3)  # a with its whole length
    turn = math.radians(STATEMENT.defaults["direction_b"])
    b = np.array([math.cos(turn), math.sin(turn)])
    assert (laid["x"][-1], laid["y"][-1]) == pytest.approx(3 * b)


@pytest.mark.parametrize("angle", [-180.0, -140.0, 0.0, 60.0, 180.0])
def test_the_arc_leads_from_b_to_a(angle):
    scene = drawing(LESSON)(**STATEMENT.defaults | {"angle": angle})
    (arc,) = (t for t in scene.figures[0]["data"] if t["name"] == "angle θ")
    directions = np.degrees(np.unwrap(np.arctan2(arc["y"], arc["x"])))
    assert directions[0] == pytest.approx(STATEMENT.defaults["direction_b"])
    assert directions[-1] - directions[0] == pytest.approx(angle)
    assert len(set(np.hypot(arc["x"], arc["y"]).round(9))) == 1


def test_each_arrow_s_name_stands_beside_its_tip_and_away_from_the_other():
    for angle, direction_b in itertools.product(
        (-170, -60, 10, 60, 180), (-120, 0, 50)
    ):
        values = {"angle": angle, "direction_b": direction_b}
        scene = drawing(LESSON)(**STATEMENT.defaults | values)
        traces = {t["name"]: t for t in scene.figures[0]["data"]}
        names = traces["names"]
        assert names["text"] == ["a", "b", "θ"]
        at = np.stack([names["x"], names["y"]], axis=1)
        tips = [(traces[k]["x"][-1], traces[k]["y"][-1]) for k in "ab"]
        for place, tip, other in zip(at, tips, tips[::-1], strict=False):
            if np.isfinite(place).all():
                assert math.dist(place, tip) < 0.8
                assert math.dist(place, other) > math.dist(place, tip)
    opens = {
        t["name"]: t for t in drawing(LESSON)(**STATEMENT.defaults).figures[0]["data"]
    }
    assert np.isfinite([opens["names"]["x"], opens["names"]["y"]]).all()


def test_an_arrow_crosses_the_word_near_the_origin_only_if_it_must():
    """“cat” is written below its point where an arrow passes above it, and only there."""
    for angle, direction_b in itertools.product((-90, 60, 120), range(-180, 180, 12)):
        values = {"angle": angle, "direction_b": direction_b}
        traces = drawing(LESSON)(**STATEMENT.defaults | values).figures[0]["data"]
        words = next(t for t in traces if t["name"] == "words")
        assert list(words["textposition"][1:]) == ["top center"] * 3
        x, y = words["x"][0], words["y"][0]
        places = {"top center": y + 0.45, "bottom center": y - 0.45}

        def nearest(place, traces=traces, x=x):
            """Return how near the lines from the origin come to the word's middle."""
            near = []
            for trace in traces:
                if trace["name"] in ("a", "b", "projection"):
                    end = np.array([trace["x"][-1], trace["y"][-1]])
                    along = np.linspace(0, 1, 50)[:, None] * end
                    near.append(np.hypot(*(along - [x, place]).T).min())
            return np.nanmin(near)

        side = words["textposition"][0]
        if nearest(places[side]) < 0.1:
            assert max(map(nearest, places.values())) < 0.4


def test_the_live_line_has_the_entries_and_the_lengths():
    line = LESSON.statement.line_written
    assert line.startswith("<product> = ([a 1])([b 1]) + ([a 2])([b 2]) = ")
    a, b = of_the_page()
    assert a[0] * b[0] + a[1] * b[1] == pytest.approx(3 * 2 * math.cos(math.pi / 3))


def test_entries_have_no_dust():
    a, b = of_the_page(angle=30, direction_b=0)
    assert (a[1], b[1]) == (1.5, 0)  # not 1.4999999999999998


def test_without_a_vector_there_is_no_arc():
    scene = drawing(LESSON)(**STATEMENT.defaults | {"length_a": 0.0})
    (arc,) = (t for t in scene.figures[0]["data"] if t["name"] == "angle θ")
    assert np.isnan(arc["x"]).all()
