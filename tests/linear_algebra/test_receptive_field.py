"""Receptive field: sizes by following entries back to the input, bad input."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from formulas.linear_algebra.receptive_field import receptive_field
from tests.errors import says

# Each is one edit of the module that its tests must notice.
MUTANTS = (
    ("(kernel - 1) * dilation * jumps[-1]", "(kernel - 1) * dilation"),
    ("(kernel - 1) * dilation * jumps[-1]", "(kernel - 1) * jumps[-1]"),
    ("(kernel - 1) * dilation * jumps[-1]", "kernel * dilation * jumps[-1]"),
    ("jumps.append(stride * jumps[-1])", "jumps.append(stride + jumps[-1])"),
    ("np.iinfo(int).max", "np.inf"),
)

LAYERS = st.lists(
    st.tuples(st.integers(1, 4), st.integers(1, 3), st.integers(1, 3)),
    min_size=1,
    max_size=4,
)


def seen(layers, entry):
    """Return which entries of the input one entry of the last layer is made of."""
    entries = {entry}
    for kernel, stride, dilation in reversed(layers):
        entries = {e * stride + k * dilation for e in entries for k in range(kernel)}
    return entries


def test_three_layers_of_3_see_7_entries():
    field = receptive_field([(3, 1, 1)] * 3)
    np.testing.assert_array_equal(field.sizes, [1, 3, 5, 7])
    np.testing.assert_array_equal(field.jumps, [1, 1, 1, 1])


def test_doubling_dilations_see_31_entries():
    field = receptive_field([(3, 1, d) for d in (1, 2, 4, 8)])
    np.testing.assert_array_equal(field.sizes, [1, 3, 7, 15, 31])


@given(LAYERS)
def test_entries_followed_back_to_the_input(layers):
    field = receptive_field(layers)
    for depth in range(1, len(layers) + 1):
        first, second = (seen(layers[:depth], entry) for entry in (0, 1))
        assert field.sizes[depth] == max(first) - min(first) + 1
        assert field.jumps[depth] == min(second) - min(first)
    assert field.sizes[0] == field.jumps[0] == 1


@given(LAYERS, LAYERS)
def test_a_longer_stack_starts_as_the_shorter_one(first, second):
    short, long = receptive_field(first), receptive_field(first + second)
    np.testing.assert_array_equal(long.sizes[: len(first) + 1], short.sizes)
    np.testing.assert_array_equal(long.jumps[: len(first) + 1], short.jumps)


def test_whole_numbers_come_back_as_such_up_to_the_largest():
    field = receptive_field([(2.0, 2.0, 1.0)] * 62)
    assert field.sizes.dtype.kind == field.jumps.dtype.kind == "i"
    assert field.jumps[-1] == 2**62
    assert field.sizes[-1] == 2**62


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([], "layers must not be empty"),
        ([(3, 1)], "layers must be triples of kernel, stride and dilation"),
        ((3, 1, 1), "layers must be 2-D, got shape (3,)"),
        ([(0, 1, 1)], "kernel must be in [1, inf), got 0"),
        ([(3, 1, 1), (3, 0, 1)], "stride must be in [1, inf), got 0"),
        ([(3, 1, -2)], "dilation must be in [1, inf), got -2"),
        ([(3, 1.5, 1)], "stride must be an integer, got 1.5"),
        ([(np.nan, 1, 1)], "layers contains NaN"),
        ([(3, np.inf, 1)], "layers must be finite"),
        ([("a", 1, 1)], "layers must be numeric"),
        ([(3, 1), (3, 1, 1)], "layers must be numeric"),
        ([(2, 2, 1)] * 63, "result must be finite"),
    ],
)
def test_bad_input_is_named(layers, message):
    with says(message):
        receptive_field(layers)


def test_input_is_left_as_it_was():
    layers = np.array([[3, 2, 1]])
    receptive_field(layers)
    np.testing.assert_array_equal(layers, [[3, 2, 1]])
