"""Matrix multiplication: laws, numbers from outside, and the page's claims."""

from __future__ import annotations

import itertools
import math
import re

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formulas.linear_algebra.matrix_multiplication import (
    chain_cost,
    matmul,
    matmul_entry,
    matmul_flops,
    rotation,
    shear,
    transform_grid,
)
from notation.numbers import matrix_text
from pages.linear_algebra.matrix_multiplication.statement import (
    OWN,
    STATEMENT,
    _example_factors,
)
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, numbers_of
from tests.strategies import numbers, own_numbers_of
from ui.catalogue import BY_SLUG

LESSON = BY_SLUG["matrix_multiplication"]

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("np.matmul(left, right)", "left * right"),  # entry by entry
    ("row, column = left[i], right[:, j]", "row, column = left[i], right[j]"),
    ("factors[0][0] * factors[cut][0]", "factors[0][1] * factors[cut][0]"),
    ("left_cost + right_cost + last", "left_cost + last"),
    ("matmul(before, matrix.T)", "matmul(before, matrix)"),  # transposed map
    ("[[c, -s], [s, c]]", "[[c, s], [-s, c]]"),  # turns clockwise
    ("name, allow_empty=True, dtype=complex", "name, dtype=complex"),
    ("return 2 * m * k * n * batch", "return m * k * n * batch"),
    ("return 2 * m * k * n * batch", "return (2 * k - 1) * m * n * batch"),
    ("return 2 * m * k * n * batch", "return 2 * m * k * n"),
)


@st.composite
def chains(draw, length: int = 2, limit: float = 10.0):
    """Draw matrices that can be multiplied from left to right."""
    sizes = draw(st.lists(st.integers(1, 4), min_size=length + 1, max_size=length + 1))
    return [
        draw(arrays(np.float64, (n, m), elements=numbers(limit)))
        for n, m in itertools.pairwise(sizes)
    ]


@claims("printed_formula")
def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == r"C_{ij} = \sum_{p=0}^{k - 1} A_{ip} B_{pj}"


# Outside numbers


def test_the_identity_of_numpys_matmul_documentation():
    product = matmul([[1, 0], [0, 1]], [[4, 1], [2, 2]])
    np.testing.assert_array_equal(product, [[4, 1], [2, 2]])


def test_the_stacks_of_numpys_matmul_documentation():
    a, b = np.arange(16).reshape(2, 2, 4), np.arange(16).reshape(2, 4, 2)
    assert matmul(a, b).shape == (2, 2, 2)
    assert matmul(a, b)[0, 1, 1] == 98


def test_a_two_by_two_product_in_both_orders():
    a, b = [[1, 2], [3, 4]], [[5, 6], [7, 8]]
    np.testing.assert_array_equal(matmul(a, b), [[19, 22], [43, 50]])
    np.testing.assert_array_equal(matmul(b, a), [[23, 34], [31, 46]])


def test_a_rectangular_product():
    product = matmul([[1, 2, 3], [4, 5, 6]], [[7, 8], [9, 10], [11, 12]])
    np.testing.assert_array_equal(product, [[58, 64], [139, 154]])


def test_turning_by_30_and_then_60_degrees_turns_by_90():
    turned = matmul(rotation(60), rotation(30))
    np.testing.assert_allclose(turned, [[0, -1], [1, 0]], atol=1e-15)


def test_brackets_of_a_chain_of_three():
    cost = chain_cost([(10, 1000), (1000, 5), (5, 500)])
    assert cost.costs == {"(AB)C": 75_000, "A(BC)": 7_500_000}
    assert cost.best == "(AB)C"


def test_brackets_of_a_chain_of_four_counted_by_hand():
    cost = chain_cost([(2, 3), (3, 4), (4, 5), (5, 6)])
    assert cost.costs == {
        "((AB)C)D": 24 + 40 + 60,
        "(A(BC))D": 60 + 30 + 60,
        "(AB)(CD)": 24 + 120 + 48,
        "A((BC)D)": 60 + 90 + 36,
        "A(B(CD))": 120 + 72 + 36,
    }
    assert cost.best == "((AB)C)D"


def test_short_chains_have_one_placement():
    assert chain_cost([(2, 3), (3, 4)]).costs == {"AB": 24}
    assert chain_cost([(2, 3)]).costs == {"A": 0}


@claims("entry_is_dot_product")
@given(chains())
def test_agrees_with_a_plain_triple_loop(factors):
    a, b = factors
    expected = [[sum(x * y for x, y in zip(r, c, strict=True)) for c in b.T] for r in a]
    np.testing.assert_allclose(matmul(a, b), expected, rtol=1e-12, atol=1e-12)


@given(chains())
def test_agrees_with_a_sum_of_outer_products(factors):
    a, b = factors
    layers = sum(np.outer(a[:, l], b[l]) for l in range(len(b)))
    np.testing.assert_allclose(matmul(a, b), layers, rtol=1e-12, atol=1e-12)


# Laws


@claims("brackets_are_free")
@given(chains(3))
def test_brackets_do_not_change_the_product(factors):
    a, b, c = factors
    np.testing.assert_allclose(
        matmul(matmul(a, b), c), matmul(a, matmul(b, c)), rtol=1e-9, atol=1e-9
    )


@given(chains())
def test_the_transpose_swaps_the_factors(factors):
    a, b = factors
    # Rounding may differ: the library may add the terms in another order.
    np.testing.assert_allclose(matmul(a, b).T, matmul(b.T, a.T), rtol=1e-12, atol=1e-12)


@given(chains(), st.data())
def test_an_entry_is_the_sum_of_its_terms(factors, data):
    a, b = factors
    i = data.draw(st.integers(0, len(a) - 1))
    j = data.draw(st.integers(0, b.shape[1] - 1))
    entry = matmul_entry(a, b, i, j)
    np.testing.assert_array_equal(entry.terms, a[i] * b[:, j])
    np.testing.assert_array_equal(entry.row, a[i])
    np.testing.assert_array_equal(entry.column, b[:, j])
    assert entry.value == pytest.approx(matmul(a, b)[i, j], rel=1e-12, abs=1e-12)


@given(arrays(np.float64, (2, 2), elements=numbers(3.0)))
def test_the_grid_after_is_the_map_of_the_grid_before(m):
    before, after = transform_grid(m, extent=1.5, n=5)
    assert before.shape == after.shape == (10, 5, 2)
    assert np.abs(before).max() == 1.5
    for start, end in zip(before.reshape(-1, 2), after.reshape(-1, 2), strict=True):
        np.testing.assert_allclose(end, m @ start, atol=1e-13)


def test_half_of_the_grid_is_vertical_and_half_horizontal():
    before, _ = transform_grid(np.eye(2), n=3)
    assert (np.ptp(before[:3, :, 0], axis=1) == 0).all()
    assert (np.ptp(before[3:, :, 1], axis=1) == 0).all()


@pytest.mark.parametrize("inner", range(1, 9))
def test_the_example_factors_have_the_inner_size_and_small_whole_numbers(inner):
    a, b = _example_factors(inner)
    assert a.shape == (3, inner)
    assert b.shape == (inner, 3)
    for factor in (a, b):
        assert np.abs(factor).max() <= 3
        np.testing.assert_array_equal(factor, factor.round())


# Bad and extreme input


def test_vectors_follow_numpys_rules():
    assert matmul([1, 2], [3, 4]) == 11
    assert type(matmul([1, 2], [3, 4])) is float
    np.testing.assert_array_equal(matmul([1, 2], [[1, 2], [3, 4]]), [7, 10])
    np.testing.assert_array_equal(matmul([[1, 2], [3, 4]], [1, 2]), [5, 11])


def test_an_empty_inner_axis_is_an_empty_sum():
    np.testing.assert_array_equal(
        matmul(np.ones((2, 0)), np.ones((0, 3))), np.zeros((2, 3))
    )
    assert matmul([], []) == 0.0
    assert matmul_entry(np.ones((2, 0)), np.ones((0, 3)), 1, 2).value == 0.0


def test_whole_numbers_do_not_wrap():
    wide = np.array([2147483647], dtype=np.int32)
    assert matmul(wide, np.array([2], dtype=np.int32)) == 4294967294


def test_complex_factors_are_not_conjugated():
    np.testing.assert_array_equal(matmul([[1j]], [[1j]]), [[-1 + 0j]])


def test_inputs_stay_as_they_were():
    a = np.array([[1, 2], [3, 4]])
    matmul(a, a)
    matmul_entry(a, a, 0, 0)
    transform_grid(a)
    np.testing.assert_array_equal(a, [[1, 2], [3, 4]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: matmul(np.ones((2, 3)), np.ones((2, 3))),
            (
                "shape mismatch: A has shape (2, 3), B has shape (2, 3); "
                "columns of A must equal rows of B"
            ),
        ),
        (
            lambda: matmul_entry(np.ones((2, 3)), np.ones((2, 3)), 0, 0),
            (
                "shape mismatch: A has shape (2, 3), B has shape (2, 3); "
                "columns of A must equal rows of B"
            ),
        ),
        (
            lambda: matmul(np.ones((2, 2, 2)), np.ones((3, 2, 2))),
            (
                "shape mismatch: A has shape (2, 2, 2), B has shape (3, 2, 2); "
                "leading axes must broadcast"
            ),
        ),
        (lambda: matmul(2, [1]), "A must be 1-D or 2-D, got shape ()"),
        (lambda: matmul([1], 2), "B must be 1-D or 2-D, got shape ()"),
        (lambda: matmul([[np.nan]], [[1]]), "A contains NaN"),
        (lambda: matmul([[1]], [[np.inf]]), "B must be finite"),
        (lambda: matmul([["x"]], [[1]]), "A must be numeric"),
        (lambda: matmul([[1], [1, 2]], [[1]]), "A must be numeric"),
        (lambda: matmul([[1e200]], [[1e200]]), "result must be finite"),
        (lambda: matmul_entry([[1e200]], [[1e200]], 0, 0), "result must be finite"),
        (lambda: matmul_entry([[1], [2]], [[1]], 2, 0), "i must be in [0, 1], got 2"),
        (lambda: matmul_entry([[1], [2]], [[1]], 0, -1), "j must be in [0, 0], got -1"),
        (lambda: matmul_entry([[1]], [[1]], 0.5, 0), "i must be an integer, got 0.5"),
        (lambda: matmul_entry([1], [[1]], 0, 0), "A must be 2-D, got shape (1,)"),
        (
            lambda: chain_cost([(2, 3), (4, 5)]),
            (
                "shape mismatch: A has shape (2, 3), B has shape (4, 5); "
                "columns of A must equal rows of B"
            ),
        ),
        (
            lambda: chain_cost([(2, 3), (3, 4), (5, 6)]),
            (
                "shape mismatch: B has shape (3, 4), C has shape (5, 6); "
                "columns of B must equal rows of C"
            ),
        ),
        (lambda: chain_cost([]), "shapes must not be empty"),
        (lambda: chain_cost([(1, 2, 3)]), "shapes must be pairs of rows and columns"),
        (
            lambda: chain_cost([(2, 2)] * 5),
            "number of factors must be in [1, 4], got 5",
        ),
        (lambda: chain_cost([(0, 2)]), "rows must be in [1, inf), got 0"),
        (lambda: chain_cost([(2, 2.5)]), "columns must be an integer"),
        (lambda: transform_grid(np.eye(3)), "M must be 2 by 2, got shape (3, 3)"),
        (lambda: transform_grid(np.eye(2), 0), "extent must be in (0, inf), got 0.0"),
        (lambda: transform_grid(np.eye(2), n=1), "n must be in [2, inf), got 1"),
        (lambda: rotation(np.inf), "angle must be finite"),
        (lambda: shear(np.nan), "amount contains NaN"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


# What a product costs


def test_operations_of_a_product_of_10_by_1000_and_1000_by_5():
    assert matmul_flops(10, 1000, 5) == 100_000


@given(*[st.integers(1, 4)] * 4)
def test_each_entry_takes_as_many_products_as_sums_and_one_sum_fewer(m, k, n, batch):
    A, B = np.ones((batch, m, k)), np.ones((batch, k, n))
    products = sums = 0
    for b, i, j in np.ndindex(matmul(A, B).shape):
        terms = matmul_entry(A[b], B[b], i, j).terms
        products, sums = products + len(terms), sums + len(terms) - 1
    counted = matmul_flops(m, k, n, batch=batch)
    assert counted == products + sums + batch * m * n
    assert counted == 2 * batch * chain_cost([(m, k), (k, n)]).costs["AB"]


def test_operations_are_whole_numbers_of_any_size():
    assert matmul_flops(10**9, 10**9, 10**9, batch=8) == 16 * 10**27
    assert type(matmul_flops(2.0, 3, 4)) is int


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: matmul_flops(0, 1, 1), "m must be in [1, inf), got 0"),
        (lambda: matmul_flops(1, -1, 1), "k must be in [1, inf), got -1"),
        (lambda: matmul_flops(1, 1, 0.5), "n must be an integer, got 0.5"),
        (lambda: matmul_flops(1, 1, 1, batch=0), "batch must be in [1, inf), got 0"),
        (lambda: matmul_flops(True, 1, 1), "m must be an integer, got True"),
    ],
)
def test_bad_sizes_are_named(call, message):
    with says(message):
        call()


# What the page claims


def squares_of_the_page(**settings):
    """Return the corners of the square: turned then sheared, sheared then turned."""
    figure = drawing(LESSON)(**{**STATEMENT.defaults, **settings}).figures[2]
    return [np.array([figure["data"][k]["x"], figure["data"][k]["y"]]) for k in (1, 2)]


@claims("b_then_a")
@given(chains(), st.data())
def test_the_product_does_b_and_then_a(factors, data):
    a, b = factors
    point = data.draw(arrays(np.float64, b.shape[1], elements=numbers()))
    in_turn = [sum(row * [b_row @ point for b_row in b]) for row in a]
    np.testing.assert_allclose(matmul(matmul(a, b), point), in_turn, atol=1e-10)


@claims("order_matters")
def test_rotating_90_degrees_and_then_shearing_by_1_is_not_the_swapped_order():
    first_rotate = matmul(shear(1), rotation(90))
    first_shear = matmul(rotation(90), shear(1))
    np.testing.assert_allclose(first_rotate, [[1, -1], [1, 0]], atol=1e-15)
    np.testing.assert_allclose(first_shear, [[0, -1], [1, 1]], atol=1e-15)
    assert (STATEMENT.defaults["shear"], STATEMENT.defaults["angle"]) == (1, 90)
    shown = [matrix_text(product) for product in (first_rotate, first_shear)]
    assert shown == ["(1, −1), (1, 0)", "(0, −1), (1, 1)"]


@claims("gap_of_the_orders")
def test_the_gap_grows_with_the_shear_and_with_the_sine_of_the_angle():
    draw = drawing(LESSON)
    for angle, amount in itertools.product((-180, -30, 0, 45, 90, 180), (-2, 0.5, 1)):
        values = {**STATEMENT.defaults, "angle": angle, "shear": amount}
        gap = draw(**values).readouts["gap between the two squares"]
        sine = abs(math.sin(math.radians(angle)))
        assert gap == pytest.approx(math.sqrt(2) * abs(amount) * sine, abs=1e-12)
        assert gap == pytest.approx(farthest_apart(angle, amount), abs=1e-12)


@claims("columns_are_images")
@pytest.mark.parametrize(("angle", "amount"), [(90, 1.0), (-35, 0.7), (180, -2.0)])
def test_the_points_are_the_columns_of_both_products(angle, amount):
    scene = drawing(LESSON)(**STATEMENT.defaults | {"angle": angle, "shear": amount})
    points = scene.figures[2]["data"][-1]
    landed = np.transpose([points["x"], points["y"]])
    turn = math.radians(angle)
    turned = np.array(
        [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
    )
    slide = np.array([[1.0, amount], [0.0, 1.0]])
    for k, product in enumerate((slide @ turned, turned @ slide)):
        np.testing.assert_allclose(landed[[k, k + 2]], product.T, atol=1e-14)
        np.testing.assert_allclose(product @ [1, 0], landed[k], atol=1e-14)
        np.testing.assert_allclose(product @ [0, 1], landed[k + 2], atol=1e-14)


def maps_of(angle, amount):
    """Return the turn and the shear, and both their products, summed by hand."""
    turn = math.radians(angle)
    R = [[math.cos(turn), -math.sin(turn)], [math.sin(turn), math.cos(turn)]]
    S = [[1, amount], [0, 1]]

    def times(left, right):
        columns = list(zip(*right, strict=True))
        return [
            [sum(a * b for a, b in zip(row, c, strict=True)) for c in columns]
            for row in left
        ]

    return R, S, times(S, R), times(R, S)


@pytest.mark.parametrize(("angle", "amount"), [(90, 1.0), (30, -0.5), (180, 2.0)])
def test_the_readouts_write_both_products(angle, amount):
    values = STATEMENT.defaults | {"angle": angle, "shear": amount}
    shown = drawing(LESSON)(**values).readouts
    _, _, turn_first, shear_first = maps_of(angle, amount)
    written = {
        "SR, turn first, by rows": turn_first,
        "RS, shear first, by rows": shear_first,
    }
    for name, matrix in written.items():
        assert shown[name] == matrix_text(np.round(matrix, 12) + 0.0)


@claims("one_product_three_ways")
@pytest.mark.parametrize(("angle", "amount"), [(90, 1.0), (30, -0.5), (-135, 2.0)])
@pytest.mark.parametrize(("factors", "first"), [("S and R", 0), ("R and S", 1)])
def test_the_pictures_show_one_product_where_the_factors_are_the_maps(
    angle, amount, factors, first
):
    R, S, turn_first, shear_first = maps_of(angle, amount)
    values = STATEMENT.defaults | {
        "angle": angle, "shear": amount, "factors": factors, "column": 1,
    }  # fmt: skip
    A, B, C = [(S, R, turn_first), (R, S, shear_first)][first]
    scene = drawing(LESSON)(**values)
    sheet, mixture, square = scene.figures
    cells = np.array(sheet["data"][0]["z"], float)
    for block, matrix in (
        (cells[3:, :2], A), (cells[:2, 3:], B), (cells[3:, 3:], C),
    ):  # fmt: skip
        np.testing.assert_allclose(block, matrix, atol=1e-12)
    added = np.array(mixture["data"][0]["z"], float)
    np.testing.assert_allclose(added[:, 3], np.array(C)[:, 1], atol=1e-12)
    # The corner (0, 1) of the square goes to the second column of the product.
    outline = square["data"][1 + first]
    landed = [outline["x"][3], outline["y"][3]]
    np.testing.assert_allclose(landed, np.array(C)[:, 1], atol=1e-12)
    assert np.abs(cells[np.isfinite(cells)]).max() <= sheet["data"][0]["zmax"]
    names = [note["text"] for note in sheet["layout"]["annotations"]]
    left, right = [("S", "R"), ("R", "S")][first]
    assert names == [f"<b>A = {left}</b>", f"<b>B = {right}</b>", f"<b>C = {left + right}</b>"]  # fmt: skip
    assert f"C = {left + right}, and BA = {right + left}" in scene.status


@pytest.mark.parametrize("factors", ["S and R", "R and S"])
def test_a_third_row_or_column_that_the_maps_do_not_have_is_their_second(factors):
    third = STATEMENT.defaults | {"factors": factors, "row": 2, "column": 2}
    second = third | {"row": 1, "column": 1}
    assert drawing(LESSON)(**third).status == drawing(LESSON)(**second).status
    assert "Row i = 1 of A (the second)" in drawing(LESSON)(**third).status


@pytest.mark.parametrize("factors", ["S and R", "R and S"])
def test_entries_of_quarter_turns_are_whole_numbers(factors):
    for angle in (-180, -90, 0, 90, 180):
        values = STATEMENT.defaults | {"factors": factors, "angle": angle}
        for name in ("A", "B"):
            matrix = inputs_of(STATEMENT, **values)[name]
            np.testing.assert_array_equal(matrix, matrix.round())


@claims("mixture_drawn")
@pytest.mark.parametrize("inner", range(1, 9))
def test_a_column_is_drawn_as_the_sum_of_the_left_factors_columns(inner):
    A, B = _example_factors(inner)
    for row, column in itertools.product(range(3), repeat=2):
        values = STATEMENT.defaults | {"inner": inner, "row": row, "column": column}
        picture = drawing(LESSON)(**values).figures[1]
        cells = np.array(picture["data"][0]["z"], float)
        assert cells.shape == (3, inner + 2)
        for p in range(inner):
            np.testing.assert_array_equal(cells[:, p], A[:, p] * B[p, column])
        np.testing.assert_array_equal(cells[:, -1], cells[:, :inner].sum(axis=1))
        labels = picture["layout"]["xaxis"]["ticktext"]
        weights = [float(t.strip("×()").replace("−", "-")) for t in labels[:inner]]
        np.testing.assert_array_equal(weights, B[:, column])
        framed = [
            ((s["y0"] + s["y1"]) / 2, (s["x0"] + s["x1"]) / 2)
            for s in picture["layout"]["shapes"]
        ]
        assert framed == [(row, p) for p in (*range(inner), inner + 1)]


def test_the_gap_is_drawn_between_the_places_of_one_corner():
    for angle, amount in itertools.product((-150, 45, 90, 180), (-2, 0.5, 1)):
        values = STATEMENT.defaults | {"angle": angle, "shear": amount}
        scene = drawing(LESSON)(**values)
        (line,) = (t for t in scene.figures[2]["data"] if t["name"] == "gap")
        ends = np.array([line["x"], line["y"]])
        length = np.hypot(*(ends[:, 1] - ends[:, 0]))
        assert length == pytest.approx(farthest_apart(angle, amount), abs=1e-9)
        corners = squares_of_the_page(angle=angle, shear=amount)
        for end, corner in zip(ends.T, corners, strict=True):
            assert np.abs(corner.T - end).sum(axis=1).min() == pytest.approx(0)


@claims("slight_turn_strong_shear")
def test_a_strong_shear_with_a_slight_turn_can_matter_more():
    assert farthest_apart(30, 2) > 1.9 * farthest_apart(90, 0.5)


def test_the_handle_lies_on_the_corner_that_only_the_turn_moves():
    for angle, amount in itertools.product((-150, 0, 90, 145), (-2, 0, 1)):
        values = {**STATEMENT.defaults, "angle": angle, "shear": amount}
        figure = drawing(LESSON)(**values).figures[2]
        (handle,) = figure["layout"]["meta"]["handles"]
        drawn = figure["data"][-1]
        assert handle["at"] == [drawn["x"][1], drawn["y"][1]]
        turn = math.radians(angle)
        np.testing.assert_allclose(handle["at"], [math.cos(turn), math.sin(turn)])
        assert (handle["angle"], handle["base"]) == ("angle", 0)


@claims("rotations_commute")
@given(numbers(180.0), numbers(180.0))
def test_two_rotations_commute(angle, another):
    one, other = rotation(angle), rotation(another)
    np.testing.assert_allclose(matmul(one, other), matmul(other, one), atol=1e-15)
    # In space: a quarter turn about the first axis, and one about the third.
    first = np.array([[1.0, 0, 0], [0, 0, -1], [0, 1, 0]])
    third = np.array([[0.0, -1, 0], [1, 0, 0], [0, 0, 1]])
    assert not np.allclose(matmul(first, third), matmul(third, first))


@claims("order_without_shear")
@pytest.mark.parametrize("angle", [-180, -35, 0, 30, 90])
def test_without_shear_the_order_does_not_matter(angle):
    turned = rotation(angle)
    np.testing.assert_array_equal(matmul(shear(0), turned), matmul(turned, shear(0)))
    np.testing.assert_array_equal(matmul(shear(0), turned), turned)


@claims("squares_coincide")
@pytest.mark.parametrize(
    "settings", [{"shear": 0, "angle": 30}, {"shear": 0}, {"angle": 180}]
)
def test_without_shear_and_for_a_half_turn_the_squares_coincide(settings):
    one, other = squares_of_the_page(**settings)
    np.testing.assert_allclose(one, other, atol=1e-15)
    one, other = squares_of_the_page()
    assert np.abs(one - other).max() >= 1


@claims("half_turn_commutes")
@given(arrays(np.float64, (2, 2), elements=numbers(10.0)))
def test_a_half_turn_commutes_with_every_matrix(m):
    half = rotation(180)
    np.testing.assert_allclose(matmul(half, m), matmul(m, half), atol=1e-14)


def test_a_column_times_a_row_has_proportional_rows():
    product = matmul([[1], [2], [-3]], [[4, 5, 6]])
    assert np.linalg.matrix_rank(product) == 1
    np.testing.assert_array_equal(product[1], 2 * product[0])


def test_the_wrong_brackets_need_100_times_as_many_multiplications():
    costs = chain_cost([(10, 1000), (1000, 5), (5, 500)]).costs
    assert costs["A(BC)"] == 100 * costs["(AB)C"]


@claims("price_of_brackets")
def test_every_entry_in_between_is_paid_for_when_computed_and_when_used():
    A, B, C = (np.ones(shape) for shape in ((10, 1000), (1000, 5), (5, 500)))
    AB, BC = matmul(A, B), matmul(B, C)
    assert (AB.shape, BC.shape) == ((10, 5), (1000, 500))
    costs = chain_cost([A.shape, B.shape, C.shape]).costs
    # A sum of 1000 products makes an entry of AB, which then meets 500 columns of C.
    assert costs["(AB)C"] == AB.size * (1000 + 500)
    # A sum of 5 products makes an entry of BC, which then meets 10 rows of A.
    assert costs["A(BC)"] == BC.size * (5 + 10)


@claims("using_costs_the_same")
@pytest.mark.parametrize("inner", [1, 3, 8])
def test_multiplying_by_the_inner_product_costs_the_same_for_every_inner_size(inner):
    costs = chain_cost([(10, 1000), (1000, inner), (inner, 500)]).costs
    alone = chain_cost([(1000, inner), (inner, 500)]).costs["AB"]
    assert alone == inner * 500_000  # only this part has the factor k
    assert costs["A(BC)"] - alone == 5_000_000


@claims("not_entry_by_entry")
def test_the_product_is_not_the_entries_product():
    a, b = np.array([[1, 2], [3, 4]]), np.array([[5, 6], [7, 8]])
    assert not np.allclose(matmul(a, b), a * b)
    np.testing.assert_array_equal(a * b, [[1 * 5, 2 * 6], [3 * 7, 4 * 8]])
    np.testing.assert_array_equal(a @ b, matmul(a, b))


@pytest.mark.parametrize("amount", [-2, 0.5, 1])
def test_a_half_turn_commutes_with_every_shear(amount):
    half, slide = rotation(180), shear(amount)
    np.testing.assert_allclose(matmul(half, slide), matmul(slide, half), atol=1e-15)


@claims("area_kept")
@pytest.mark.parametrize("angle", [-130, 20, 90])
def test_turning_and_shearing_in_either_order_keep_the_area(angle):
    turn, slide = rotation(angle), shear(1.5)
    for product in (matmul(turn, slide), matmul(slide, turn)):
        assert np.linalg.det(product) == pytest.approx(1)
    for amount in (-2.0, 0.3, 1.5):
        for x, y in squares_of_the_page(angle=angle, shear=amount):
            # The shoelace formula; the first corner stands at the end again.
            area = (x[:-1] * y[1:] - x[1:] * y[:-1]).sum() / 2
            assert area == pytest.approx(1)


@claims("three_readings")
@pytest.mark.parametrize("inner", STATEMENT.control("inner").positions)
def test_entries_columns_and_outer_products_are_three_readings_of_one_product(inner):
    A, B = (
        inputs_of(STATEMENT, **STATEMENT.defaults | {"inner": inner})[n] for n in "AB"
    )
    C = drawing(LESSON)(**STATEMENT.defaults | {"inner": inner}).figures[0]["data"][0]
    shown = np.array(C["z"], float)[inner + 1 :, inner + 1 :]
    columns = [sum(B[p, j] * A[:, p] for p in range(inner)) for j in range(3)]
    np.testing.assert_allclose(shown, np.stack(columns, axis=1))
    np.testing.assert_allclose(
        shown, sum(np.outer(A[:, p], B[p]) for p in range(inner))
    )


@claims("rank_one_rows")
def test_the_factors_of_the_rank_one_preset_have_proportional_rows():
    assert np.linalg.matrix_rank(matmul(*_example_factors(1))) == 1
    inputs = inputs_of(STATEMENT, **{**STATEMENT.defaults, "inner": 1})
    assert (inputs["A"].shape, inputs["B"].shape) == ((3, 1), (1, 3))
    product, (row,) = matmul(inputs["A"], inputs["B"]), inputs["B"]
    np.testing.assert_array_equal(product, [a * row for (a,) in inputs["A"]])


@given(own_numbers_of(OWN), st.integers(0, 2), st.integers(0, 2))
@settings(max_examples=30, deadline=None)
def test_a_readers_own_matrix_is_the_one_that_is_multiplied(own, row, column):
    values = {
        **STATEMENT.defaults,
        "own": own,
        "row": row,
        "column": column,
        "inner": 8,
    }
    scene = drawing(LESSON)(**values)
    A = np.array([line.split("_") for line in own.split("~")], float)
    _, B = _example_factors(3)
    expected = np.einsum("ip,pj->ij", A, B)
    drawn = np.array(scene.figures[0]["data"][0]["z"], float)
    np.testing.assert_allclose(drawn[4:, 4:], expected, rtol=1e-12, atol=1e-9)
    np.testing.assert_array_equal(drawn[4:, :3], A)
    limit = scene.figures[0]["data"][0]["zmax"]
    assert limit >= np.nanmax(np.abs(drawn[4:]))
    entry = scene.readouts["entry (i, j) of C"]
    assert entry == pytest.approx(expected[row, column], rel=1e-12, abs=1e-9)


@claims("one_more_product")
def test_one_more_inner_index_adds_one_product_to_every_entry():
    entry = {"row": 1, "column": 1}
    one, two = (
        inputs_of(STATEMENT, **STATEMENT.defaults | {"inner": inner})
        for inner in (5, 6)
    )
    assert (two["A"][1, 5], two["B"][5, 1]) == (-3, 2)
    added = np.outer(two["A"][:, 5], two["B"][5])
    np.testing.assert_array_equal(two["A"] @ two["B"], one["A"] @ one["B"] + added)
    shown = [
        drawing(LESSON)(**STATEMENT.defaults | entry | {"inner": inner}).readouts
        for inner in (5, 6)
    ]
    assert [scene["entry (i, j) of C"] for scene in shown] == [-8, -14]


@claims("inner_size_disappears")
@given(st.integers(1, 4), st.integers(1, 4), st.integers(1, 4), st.integers(1, 4))
def test_the_inner_size_disappears_from_the_shape_of_the_result(n, inner, other, m):
    assert matmul(np.ones((n, inner)), np.ones((inner, m))).shape == (n, m)
    if other != inner:
        with says("columns of A must equal rows of B"):
            matmul(np.ones((n, inner)), np.ones((other, m)))


class Counted:
    """A number that counts what is done with it."""

    done = 0

    def __mul__(self, _):
        Counted.done += 1
        return self

    __add__ = __mul__


@claims("operations_counted")
@pytest.mark.parametrize(("n", "k", "m"), [(2, 3, 4), (5, 64, 3)])
def test_nkm_multiplications_and_about_as_many_additions_make_a_product(n, k, m):
    Counted.done = 0
    np.full((n, k), Counted()) @ np.full((k, m), Counted())
    # Each entry saves its first addition: there is nothing yet to add to.
    assert Counted.done == 2 * n * k * m - n * m
    assert chain_cost([(n, k), (k, m)]).costs["AB"] == n * k * m


def said(**values):
    return drawing(LESSON)(**STATEMENT.defaults | values).status


def turned(point, angle):
    return point * complex(math.cos(math.radians(angle)), math.sin(math.radians(angle)))


def slid(point, amount):
    return point + amount * point.imag


def farthest_apart(angle, amount):
    """Return how far the two orders take a corner of the unit square apart."""
    corners = (0, 1, 1 + 1j, 1j)
    ends = (
        (slid(turned(c, angle), amount), turned(slid(c, amount), angle))
        for c in corners
    )
    return max(abs(one - other) for one, other in ends)


def test_the_sentence_adds_up_the_products_of_row_and_column():
    for inner, row, column in itertools.product(range(1, 9), range(3), range(3)):
        text = said(inner=inner, row=row, column=column).replace("−", "-")
        A, B = _example_factors(inner)
        start, terms, total = re.match(r"(.+?): (.+) = (\S+)\. ", text).groups()
        nth = ("first", "second", "third")
        assert start == (
            f"Row i = {row} of A (the {nth[row]}) meets column j = {column} of B "
            f"(the {nth[column]})"
        )
        pairs = re.findall(r"\(?(-?\d)\)?\xa0·\xa0\(?(-?\d)\)?", terms)
        assert terms == " + ".join(
            "\xa0·\xa0".join(f"({x})" if "-" in x else x for x in pair)
            for pair in pairs
        )
        np.testing.assert_array_equal([int(a) for a, _ in pairs], A[row])
        np.testing.assert_array_equal([int(b) for _, b in pairs], B[:, column])
        assert sum(int(a) * int(b) for a, b in pairs) == int(total)


def test_the_sentence_names_the_products_of_the_square():
    scene = drawing(LESSON)(**STATEMENT.defaults)
    assert scene.status.endswith("The square shows SR and RS.")
    title = scene.figures[2]["layout"]["meta"]["title"]
    assert all(name in title for name in ("SR", "RS"))


@claims("other_order_shown")
@pytest.mark.parametrize("inner", range(1, 9))
def test_the_same_entry_of_the_other_order_is_another_number_or_there_is_none(inner):
    for row, column in itertools.product(range(3), repeat=2):
        values = STATEMENT.defaults | {"inner": inner, "row": row, "column": column}
        shown = numbers_of(STATEMENT, **values)
        said_of_ba = drawing(LESSON)(**values).status.split(". ")[1]
        swapped = np.asarray(shown["B"]) @ np.asarray(shown["A"])
        if inner == 3:
            other = float(said_of_ba.rstrip(".").replace("−", "-").split(" is ")[1])
            place = row, column
            assert other == swapped[place] != shown["product"][place]
        else:
            shape = f"{len(swapped)} × {swapped.shape[1]}"
            assert said_of_ba == f"BA has another shape, {shape}"


def test_each_block_has_its_name_in_a_gap_of_the_picture():
    for inner in (1, 3, 8):
        picture = drawing(LESSON)(**STATEMENT.defaults | {"inner": inner}).figures[0]
        (cells,) = picture["data"]
        for note in picture["layout"]["annotations"]:
            assert np.isnan(cells["z"][math.floor(note["y"]), math.floor(note["x"])])
            assert note["font"]["size"] == 12  # which a narrow picture makes smaller
        texts = [note["text"] for note in picture["layout"]["annotations"]]
        assert texts == ["<b>A</b>", "<b>B</b>", "<b>C</b>"]


def test_every_value_of_the_shared_index_has_a_label():
    for inner in range(1, 9):
        values = STATEMENT.defaults | {"inner": inner}
        layout = drawing(LESSON)(**values).figures[0]["layout"]
        for axis in ("xaxis", "yaxis"):
            labels = layout[axis]["ticktext"][:inner]
            assert [label[-1] for label in labels] == [str(p) for p in range(inner)]


def test_the_chain_does_not_reuse_the_name_of_the_product():
    readouts = drawing(LESSON)(**STATEMENT.defaults).readouts
    millions = readouts["X(YZ), million multiplications"]
    assert millions == 6.5
    assert readouts["chain XYZ: X(YZ) per (XY)Z"] == pytest.approx(
        1e6 * millions / 45_000
    )


@given(st.sampled_from(STATEMENT.control("angle").positions), st.floats(-2, 2))
def test_both_squares_stay_in_their_picture(angle, amount):
    values = STATEMENT.defaults | {"angle": angle, "shear": amount}
    picture = drawing(LESSON)(**values).figures[2]
    low, high = picture["layout"]["yaxis"]["range"]
    assert low == -high
    for trace in picture["data"]:
        assert np.abs([*trace["x"], *trace["y"]]).max() < high
