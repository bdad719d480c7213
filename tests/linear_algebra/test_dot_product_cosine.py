"""Cosine similarity in the lesson on the dot product: formula, claims, sentence."""

from __future__ import annotations

import re

import numpy as np
import pytest
import scipy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.linear_algebra.dot_product import cosine_matrix
from pages.linear_algebra.dot_product.cosine.statement import NAMES, STATEMENT
from pages.linear_algebra.dot_product.statement import WORDS
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["dot_product/cosine"]

MUTANTS = (
    ("cosines: Array = left @ right.T", "cosines: Array = rows @ right.T"),
    ("dog if k == DOG", "dog if k != DOG"),
    ("result.cosines[DOG]", "result.cosines[0]"),
    ("int(result.cosines.argmax())", "int(result.products.argmin())"),
    ("np.vstack([words, query])", "np.vstack([words[::-1], query])"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def angles(angle):
    """Return the angle between the query and each word, in radians."""
    return np.deg2rad([WORDS[name][1] - angle for name in NAMES])


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"c_k = \frac{q \cdot b_k}{\lVert q \rVert\, \lVert b_k \rVert} = "
        r"\frac{q}{\lVert q \rVert} \cdot \frac{b_k}{\lVert b_k \rVert}"
    )


def test_the_cosines_of_three_vectors_of_length_5():
    found = cosine_matrix([[3, 4], [4, 3], [-4, 3]])
    np.testing.assert_allclose(found[0], [1, 0.96, 0], atol=1e-12)
    assert found[1, 2] == pytest.approx(-0.28)


@claims("lengths_cancel", "only_the_angle")
@given(settings_of(STATEMENT), st.floats(0.1, 5))
@settings(max_examples=40)
def test_only_the_angle_counts(chosen, other):
    shown = of_the_page(**chosen)
    expected = np.cos(angles(chosen["direction"]))
    np.testing.assert_allclose(shown["cosines"], expected, atol=1e-12)
    longer = of_the_page(**chosen | {"dog": other})
    np.testing.assert_allclose(longer["cosines"], shown["cosines"], atol=1e-12)
    dog = NAMES.index("dog")
    ratio = other / chosen["dog"]
    assert longer["products"][dog] == pytest.approx(ratio * shown["products"][dog])
    assert of_the_page(direction=-140)["cosines"][dog] == pytest.approx(-1)
    assert of_the_page(direction=100)["cosines"][dog] == pytest.approx(0.5)


@claims("long_wins", "short_dog")
def test_a_long_vector_wins_by_the_product_only():
    shown = of_the_page()
    assert NAMES[shown["products"].argmax()] == "dog"
    assert NAMES[shown["cosines"].argmax()] == "cat"
    assert NAMES[of_the_page(dog=1.0)["products"].argmax()] != "dog"


@claims("between")
def test_between_car_and_train_both_come_first():
    for numbers in ("cosines", "products"):
        order = np.argsort(-of_the_page(direction=150)[numbers])
        assert {NAMES[k] for k in order[:2]} == {"car", "train"}


@claims("symmetric")
def test_the_matrix_is_that_of_scipy():
    scene = drawing(FORM)(**STATEMENT.defaults)
    shown = of_the_page()
    rows = np.vstack([shown["words"], shown["query"]])
    expected = 1 - scipy.spatial.distance.cdist(rows, rows, "cosine")
    matrix = scene.figures[2]["data"][0]["z"]
    np.testing.assert_allclose(matrix, expected, atol=1e-12)
    np.testing.assert_array_equal(matrix, matrix.T)
    np.testing.assert_array_equal(np.diag(matrix), 1)


@claims("same_order")
@given(st.integers(-180, 180))
def test_of_unit_vectors_product_cosine_and_distance_give_one_order(angle):
    shown = of_the_page(direction=angle)
    units = shown["words"] / np.linalg.norm(shown["words"], axis=1, keepdims=True)
    query = shown["query"] / np.linalg.norm(shown["query"])
    apart = np.linalg.norm(units - query, axis=1)
    np.testing.assert_allclose(apart**2, 2 - 2 * shown["cosines"], atol=1e-9)
    np.testing.assert_allclose(units @ query, shown["cosines"], atol=1e-12)


@claims("zero_row")
def test_a_vector_of_zeros_has_no_cosine():
    with says("cosine similarity is undefined for a zero vector: row 0 of A"):
        cosine_matrix([[0.0, 0.0]], [[1.0, 0.0]])


@claims("no_triangle")
def test_a_detour_can_be_shorter():
    first, middle, last = 1 - cosine_matrix([[1, 0], [1, 1], [0, 1]])
    assert first[2] > first[1] + middle[2]
    assert last[0] == first[2]


ONE = re.compile(
    r"“(\w+)” comes first by the product, (\S+), and by the cosine, (\S+)\."
)
TWO = re.compile(
    r"By the product “(\w+)” comes first, with (\S+); by the cosine, which ignores "
    r"lengths, “(\w+)” does, with (\S+)\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_sentence_names_the_first_word_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    cosines = np.cos(angles(chosen["direction"]))
    lengths = [WORDS[name][0] for name in NAMES]
    lengths[NAMES.index("dog")] = chosen["dog"]
    products = chosen["length_a"] * np.array(lengths) * cosines
    if one := ONE.fullmatch(scene.status):
        first, product, cosine = one.groups()
        second = first
    else:
        first, product, second, cosine = TWO.fullmatch(scene.status).groups()
    for name, number, all_of_them in (
        (first, product, products),
        (second, cosine, cosines),
    ):
        value = float(number.replace("−", "-"))
        assert value == pytest.approx(all_of_them.max(), rel=0.006, abs=1e-9)
        assert all_of_them[NAMES.index(name)] == pytest.approx(all_of_them.max())
    assert scene.readouts["first by product"] == first
    assert scene.readouts["first by cosine"] == second
    assert scene.readouts["cosine with dog"] == pytest.approx(cosines[1], abs=1e-9)
