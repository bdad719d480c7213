"""Einstein summation: loops written out, the products that it names, bad input."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formulas.linear_algebra.einsum import SHORT, einsum
from tests.errors import says
from tests.strategies import numbers

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("if first != size:", "if min(first, size) > 1 and first != size:"),  # broadcasts
    ('subscripts.replace(" ", "")', "subscripts"),
    ("or not set(output) <= known", ""),
    ("len(set(output)) < len(output) or", ""),
    (
        "checks.representable(result)\n    return result",
        "return result",
    ),
    ("if len(inputs) != len(operands)", "if len(inputs) < len(operands)"),
    (
        "f\"{','.join(inputs)}->{output}\"",
        "f\"{','.join(inputs)}->{''.join(sorted(output))}\"",
    ),
    ("result if result.ndim else float(result)", "result"),
)


@st.composite
def calls(draw):
    """Draw subscripts with operands that fit."""
    sizes = {letter: draw(st.integers(1, 3)) for letter in "ijkl"}
    letters = st.text("ijkl", max_size=3)
    inputs = draw(st.lists(letters, min_size=1, max_size=3))
    known = sorted(set("".join(inputs)))
    kept = draw(st.permutations(known))[: draw(st.integers(0, len(known)))]
    operands = [
        draw(arrays(np.float64, [sizes[x] for x in names], elements=numbers()))
        for names in inputs
    ]
    return f"{','.join(inputs)}->{''.join(kept)}", operands


def by_loops(subscripts, operands):
    """Add up products with one loop for each letter."""
    left, right = subscripts.split("->")
    inputs = left.split(",")
    sizes = {}
    for names, operand in zip(inputs, operands, strict=True):
        sizes.update(zip(names, operand.shape, strict=True))
    result = np.zeros([sizes[x] for x in right])
    for place in np.ndindex(*sizes.values()):
        at = dict(zip(sizes, place, strict=True))
        result[tuple(at[x] for x in right)] += math.prod(
            operand[tuple(at[x] for x in names)]
            for names, operand in zip(inputs, operands, strict=True)
        )
    return result


@given(calls())
def test_every_index_is_a_loop(call):
    subscripts, operands = call
    found = einsum(subscripts, *operands)
    expected = by_loops(subscripts, operands)
    assert np.shape(found) == expected.shape
    np.testing.assert_allclose(found, expected, rtol=1e-12, atol=1e-10)


def test_the_trace_of_0_to_8_is_12():
    assert einsum("ii->", np.arange(9).reshape(3, 3)) == 12


def test_the_products_that_have_names_of_their_own():
    random = np.random.default_rng(0)
    A, B, v = (random.normal(size=shape) for shape in ((2, 3), (3, 4), 3))
    pairs = [
        (einsum("ij,jk->ik", A, B), A @ B),
        (einsum("ij->ji", A), A.T),
        (einsum("ij->", A), A.sum()),
        (einsum("ij->j", A), A.sum(axis=0)),
        (einsum("i,i->", v, v), v @ v),
        (einsum("i,j->ij", v, v), np.outer(v, v)),
        (einsum("i,i->i", v, v), v * v),
        (einsum("ii->i", B[:, :3]), np.diag(B[:, :3])),
        (einsum("ij,j,jk->k", A, v, B), (A * v @ B).sum(axis=0)),
    ]
    for found, expected in pairs:
        np.testing.assert_allclose(found, expected, rtol=1e-12)


def test_attention_of_many_heads_is_one_line():
    random = np.random.default_rng(1)
    q, k = random.normal(size=(2, 3, 4, 5))
    expected = np.stack([one @ other.T for one, other in zip(q, k, strict=True)])
    np.testing.assert_allclose(einsum("hid,hjd->hij", q, k), expected, rtol=1e-12)


def test_a_number_is_a_float_and_scalars_have_no_letters():
    result = einsum(",->", 2, 3)
    assert result == 6
    assert type(result) is float
    assert einsum("->", 5) == 5
    np.testing.assert_array_equal(einsum(",i->i", 2, [1, 2]), [2, 4])


def test_spaces_do_not_count_and_letters_may_be_large():
    np.testing.assert_array_equal(
        einsum(" i , iJ -> J ", [1, 2], [[1, 2], [3, 4]]), [7, 10]
    )


def test_long_sums_of_several_factors_agree_with_products():
    random = np.random.default_rng(2)
    A, B, C = (random.normal(size=shape) for shape in ((20, 30), (30, 10), (10, 40)))
    assert SHORT < 20 * 30 * 10 * 40
    np.testing.assert_allclose(einsum("ij,jk,kl->il", A, B, C), A @ B @ C, atol=1e-11)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: einsum("ij,jk", [[1]], [[1]]),
            "subscripts must contain '->', got 'ij,jk'",
        ),
        (lambda: einsum(7, [1]), "subscripts must contain '->', got 7"),
        (
            lambda: einsum("ij,jk->ik", [[1]]),
            "subscripts name 2 operands, got 1",
        ),
        (lambda: einsum("i->i"), "subscripts name 1 operand, got 0"),
        (lambda: einsum("i->", [1], [1]), "subscripts name 1 operand, got 2"),
        (
            lambda: einsum("ij,jk->ik", np.ones((2, 3)), np.ones((2, 2))),
            "shape mismatch: index j has sizes 3 and 2",
        ),
        (
            lambda: einsum("ij,jk->ik", np.ones((2, 1)), np.ones((3, 2))),
            "shape mismatch: index j has sizes 1 and 3",
        ),
        (
            lambda: einsum("ii->i", np.ones((2, 3))),
            "shape mismatch: index i has sizes 2 and 3",
        ),
        (
            lambda: einsum("...i->i", [1]),
            "subscripts must be letters, commas and one '->', got '...i->i'",
        ),
        (
            lambda: einsum("i->i->i", [1]),
            "subscripts must be letters, commas and one '->', got 'i->i->i'",
        ),
        (
            lambda: einsum("i->j", [1]),
            "subscripts must name each index of the result once, and in an operand, "
            "got 'i->j'",
        ),
        (
            lambda: einsum("i->ii", [1]),
            "subscripts must name each index of the result once, and in an operand, "
            "got 'i->ii'",
        ),
        (
            lambda: einsum("i,jk->ik", [1], [2]),
            "operand 1 must be 2-D, got shape (1,)",
        ),
        (lambda: einsum("i->", []), "operand 0 must not be empty"),
        (lambda: einsum("i,i->", [1], [np.nan]), "operand 1 contains NaN"),
        (lambda: einsum("i->", [np.inf]), "operand 0 must be finite"),
        (lambda: einsum("i->", ["a"]), "operand 0 must be numeric"),
        (lambda: einsum("i,i->", [1e200], [1e200]), "result must be finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    x = np.array([[1.0, 2.0], [3.0, 4.0]])
    result = einsum("ij->ij", x)
    result[0, 0] = 9
    np.testing.assert_array_equal(x, [[1, 2], [3, 4]])
