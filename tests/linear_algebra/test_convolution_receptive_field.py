"""Receptive field in the lesson on convolution: formula, claims, sentence."""

from __future__ import annotations

import itertools
import re

import numpy as np
import pytest
from hypothesis import given, settings

from formulas.linear_algebra.receptive_field import receptive_field
from pages.linear_algebra.convolution.receptive_field.statement import STATEMENT
from tests.claims import claims
from tests.lessons import drawing, numbers_of
from tests.strategies import settings_of
from ui.catalogue import BY_KEY

FORM = BY_KEY["convolution/receptive_field"]
EVERY = list(itertools.product((2, 3), range(1, 6), (1, 2, 3), (1, 2, 3)))

MUTANTS = (
    ("stride * jump[layer - 1], layers", "jump[layer - 1] + stride, layers"),
    ("int(seen.sizes[-1])", "int(seen.sizes[-2])"),
    ("places = np.unique(taps)", "places = np.unique(taps)[:-1]"),
    ("receptive_field(layers).sizes[1:]", "receptive_field(layers).sizes[:-1]"),
)


def of_the_page(**chosen):
    return numbers_of(STATEMENT, **{**STATEMENT.defaults, **chosen})


def paths_of(kernel, depth, growth, stride):
    """Count on how many paths one output reads each entry, by walking down."""
    paths = {0: 1}
    for layer in range(depth - 1, -1, -1):
        below: dict[int, int] = {}
        for place, count in paths.items():
            for tap in range(kernel):
                at = place * stride + tap * growth**layer
                below[at] = below.get(at, 0) + count
        paths = below
    return paths


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"r_l = r_{l-1} + (k - 1)\, d_l\, j_{l-1}, \quad d_l = {g}^{l-1}"
    )


def test_values_known_from_elsewhere():
    assert receptive_field([(3, 1, 1)] * 3).sizes.tolist() == [1, 3, 5, 7]
    dilated = [(3, 1, d) for d in (1, 2, 4, 8)]
    assert receptive_field(dilated).sizes[-1] == 31


@claims("rf_adds")
@pytest.mark.parametrize(("kernel", "depth", "growth", "stride"), EVERY)
def test_the_field_is_what_a_walk_down_reaches(kernel, depth, growth, stride):
    page = of_the_page(kernel=kernel, depth=depth, growth=growth, stride=stride)
    reached = paths_of(kernel, depth, growth, stride)
    assert page["field"] == max(reached) - min(reached) + 1
    scene = drawing(FORM)(kernel=kernel, depth=depth, growth=growth, stride=stride)
    assert scene.readouts["entries that are read"] == len(reached)
    if growth == stride == 1:
        assert np.diff(page["sizes"]).tolist() == [kernel - 1] * depth


@claims("rf_exponential")
@pytest.mark.parametrize("depth", range(1, 6))
def test_doubling_dilation_grows_exponentially(depth):
    assert of_the_page(kernel=2, depth=depth)["field"] == 2**depth
    assert of_the_page(depth=depth)["field"] == 2 ** (depth + 1) - 1
    shown = drawing(FORM)(**STATEMENT.defaults | {"depth": depth}).readouts
    assert shown["weights of all layers"] == 3 * depth
    assert of_the_page(growth=1)["field"] == 9


@claims("rf_stride")
@pytest.mark.parametrize("depth", range(1, 6))
def test_a_stride_widens_as_dilation_does_and_makes_the_output_coarser(depth):
    dilated = of_the_page(depth=depth)
    strided = of_the_page(depth=depth, growth=1, stride=2)
    assert dilated["field"] == strided["field"]
    assert dilated["jumps"][-1] == 1
    assert strided["jumps"][-1] == 2**depth


@claims("rf_gaps")
def test_entries_between_the_taps_are_never_read():
    for kernel, depth, growth in itertools.product((2, 3), range(2, 6), (1, 2, 3)):
        reached = paths_of(kernel, depth, growth, 1)
        gaps = len(reached) < max(reached) + 1
        assert gaps == (growth > kernel)


@claims("rf_paths")
def test_entries_at_the_edge_are_on_fewer_paths():
    paths = paths_of(3, 4, 1, 1)
    counts = [paths[k] for k in sorted(paths)]
    assert counts[0] == counts[-1] == 1
    assert max(counts) == counts[len(counts) // 2] == 19


SEEN = re.compile(
    r"Through (\d) layers? one output sees (\d+) entries of the input(?:, instead of "
    r"(\d+) without dilation and stride|; each layer adds as many)\."
)
GAPS = re.compile(
    r"Through (\d) layers? one output spans (\d+) entries of the input but reads only "
    r"(\d+) of them, because the windows leave gaps\."
)


@given(settings_of(STATEMENT))
@settings(max_examples=50)
def test_the_sentence_counts_at_every_setting(chosen):
    scene = drawing(FORM)(**chosen)
    reached = paths_of(*(chosen[k] for k in ("kernel", "depth", "growth", "stride")))
    field, plain = max(reached) + 1, 1 + chosen["depth"] * (chosen["kernel"] - 1)
    gaps = GAPS.fullmatch(scene.status)
    assert bool(gaps) == (len(reached) < field)
    if gaps:
        numbers = chosen["depth"], field, len(reached)
        assert tuple(map(int, gaps.groups())) == numbers
    else:
        depth, sees, instead = SEEN.fullmatch(scene.status).groups()
        assert (int(depth), int(sees)) == (chosen["depth"], field)
        assert (instead is None) == (field == plain)
        assert instead is None or int(instead) == plain
    entries = scene.figures[0]["data"][1]
    at_input = np.asarray(entries["x"])[np.asarray(entries["y"]) == 0]
    expected = np.array(sorted(reached)) - (field - 1) / 2
    np.testing.assert_allclose(np.sort(at_input), expected)
    curve = scene.figures[1]["data"][0]["y"]
    assert curve[chosen["depth"] - 1] == field
