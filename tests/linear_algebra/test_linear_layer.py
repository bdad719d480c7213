"""Linear layer: laws, numbers from outside, and the page's claims."""

from __future__ import annotations

import math
import re

import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from formulas.linear_algebra.linear_layer import (
    compose_linear,
    count_parameters,
    linear,
    linear_backward,
)
from pages.linear_algebra.linear_layer.figure import _zero_line
from pages.linear_algebra.linear_layer.statement import STATEMENT, _two_neurons
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of
from tests.strategies import numbers, settings_of
from ui.catalogue import BY_SLUG

LESSON = BY_SLUG["linear_layer"]

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    ("representable(x @ W.T + b)", "representable(x @ W.T - b)"),
    ("n_in + bool(bias)", "n_in + 1"),  # counts a bias that is not there
    ("rows.sum(axis=0)", "rows.mean(axis=0)"),  # averages instead of adding up
    ("rows.T @ np.atleast_2d(x)", "rows.T @ np.abs(np.atleast_2d(x))"),
    ("linear(bias1, second, bias2)", "bias1 + bias2"),  # forgets to map the first bias
    ("-b / length * normal", "b / length * normal"),  # wrong side of the origin
    ("abs(b) / length", "b / length"),
    ("(-1 - at) / along", "(-2 - at) / along"),  # outside the square
    ("one if s else outputs[DRAWN]", "one"),  # the bent grid gets no room
)


@st.composite
def layers(draw, limit: float = 5.0):
    """Draw a batch of inputs, weights, a bias and a gradient of the output."""
    batch, n, m = (draw(st.integers(1, 4)) for _ in range(3))
    shapes = ((batch, n), (m, n), m, (batch, m))
    return [draw(arrays(np.float64, s, elements=numbers(limit))) for s in shapes]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == "y = W x + b"


def test_the_printed_entries_are_the_reviewed_ones():
    from notation.printing import equation_latex

    assert [equation_latex(e, STATEMENT.quantities) for e in STATEMENT.equations] == [
        r"y_{i} = \sum_{j=1}^{n} W_{ij} x_{j} + b_{i}",
        r"P = n_\text{out} n_\text{in} + n_\text{out}",
        r"z_{i} = \sum_{j=1}^{m} V_{ij} \left(\begin{cases} y_{j} & \text{for}\: "
        r"y_{j} > 0 \\s y_{j} & \text{otherwise} \end{cases}\right)",
    ]


# Outside numbers


def test_three_outputs_of_two_inputs_worked_by_hand():
    y = linear([1, -1], [[1, 2], [3, 4], [5, 6]], [0.5, 0, -0.5])
    np.testing.assert_array_equal(y, [-0.5, -1, -1.5])


def test_shape_of_pytorchs_linear_documentation_example():
    assert linear(np.ones((128, 20)), np.ones((30, 20)), np.ones(30)).shape == (128, 30)


@pytest.mark.parametrize(
    ("n_in", "n_out", "expected"), [(512, 2048, 1_050_624), (768, 3072, 2_362_368)]
)
def test_parameters_of_known_layers(n_in, n_out, expected):
    assert count_parameters(n_in, n_out) == expected


def test_two_layers_worked_by_hand_are_one():
    W, b = compose_linear([[1, 2], [3, 4]], [1, 1], [[0, 1], [1, 0]], [0, 2])
    np.testing.assert_array_equal(W, [[3, 4], [1, 2]])
    np.testing.assert_array_equal(b, [1, 3])


@given(layers())
def test_agrees_with_a_plain_loop_over_outputs(layer):
    x, W, b, _ = layer
    expected = [[row @ one + bias for row, bias in zip(W, b, strict=True)] for one in x]
    np.testing.assert_allclose(linear(x, W, b), expected, rtol=1e-12, atol=1e-12)


@given(layers())
def test_gradients_agree_with_central_differences(layer):
    x, W, b, dY = layer
    grads = linear_backward(x, W, dY)

    def slope(function, at):
        numeric = np.empty_like(at)
        for place in np.ndindex(at.shape):
            step = np.zeros_like(at)
            step[place] = 0.5  # the loss is linear in each argument: no step is too big
            numeric[place] = function(at + step) - function(at - step)
        return numeric

    close = {"rtol": 1e-9, "atol": 1e-9}
    loss_x = slope(lambda at: (linear(at, W, b) * dY).sum(), x)
    np.testing.assert_allclose(grads.dx, loss_x, **close)
    loss_W = slope(lambda at: (linear(x, at, b) * dY).sum(), W)
    np.testing.assert_allclose(grads.dW, loss_W, **close)
    loss_b = slope(lambda at: (linear(x, W, at) * dY).sum(), b)
    np.testing.assert_allclose(grads.db, loss_b, **close)


# Laws


@given(layers())
def test_a_batch_is_its_rows_one_by_one(layer):
    x, W, b, dY = layer
    # Rounding may differ: a batch adds the terms in another order.
    np.testing.assert_allclose(
        linear(x, W, b), [linear(row, W, b) for row in x], rtol=1e-12, atol=1e-12
    )
    ones = [linear_backward(row, W, dy) for row, dy in zip(x, dY, strict=True)]
    grads = linear_backward(x, W, dY)
    for name in ("dW", "db"):
        added = sum(getattr(one, name) for one in ones)
        np.testing.assert_allclose(getattr(grads, name), added, rtol=1e-9, atol=1e-9)
    assert ones[0].dx.shape == x[0].shape


@claims("two_layers_are_one")
@given(layers(), st.integers(1, 3))
def test_two_layers_in_a_row_are_the_composed_layer(layer, k):
    x, W, b, _ = layer
    W2, b2 = np.arange(k * len(W)).reshape(k, len(W)) - 2.0, np.arange(k) + 0.5
    both = linear(linear(x, W, b), W2, b2)
    np.testing.assert_allclose(
        linear(x, *compose_linear(W, b, W2, b2)), both, rtol=1e-9, atol=1e-9
    )


@given(layers())
def test_without_bias_the_origin_stays(layer):
    x, W, b, _ = layer
    np.testing.assert_array_equal(linear(0 * x, W), np.zeros((len(x), len(W))))
    np.testing.assert_array_equal(linear(0 * x, W, b), np.tile(b, (len(x), 1)))


@claims("zero_line_distance")
@given(numbers(3.0), numbers(3.0), numbers(3.0))
def test_the_neuron_is_zero_on_its_zero_line_and_the_line_is_perpendicular(w1, w2, b):
    line = _zero_line([w1, w2], b)
    if line is None:
        assert w1 == w2 == 0
        return
    # Far lines (tiny weights) have large coordinates and so large rounding.
    slack = 1e-12 * max(1.0, line.distance)
    np.testing.assert_allclose(linear(line.ends, [[w1, w2]], [b]), 0, atol=slack)
    along = line.ends[1] - line.ends[0]
    assert along @ [w1, w2] == pytest.approx(0, abs=slack)
    assert line.distance == pytest.approx(np.linalg.norm(line.ends.mean(axis=0)))
    assert line.distance == pytest.approx(abs(b) / math.hypot(w1, w2))


@given(st.integers(1, 20), st.integers(1, 20))
def test_the_count_is_the_number_of_entries(n_in, n_out):
    W, b = np.ones((n_out, n_in)), np.ones(n_out)
    assert count_parameters(n_in, n_out) == W.size + b.size
    assert count_parameters(n_in, n_out, bias=False) == W.size


# Bad and extreme input


def test_inputs_stay_as_they_were():
    x, W = np.array([1, 2]), np.array([[3, 4]])
    linear(x, W)
    linear_backward(x, W, [1])
    np.testing.assert_array_equal(x, [1, 2])
    np.testing.assert_array_equal(W, [[3, 4]])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: linear([1, 2, 3], [[1, 2]]),
            (
                "shape mismatch: x has shape (3,), W has shape (1, 2); "
                "last axis of x must equal columns of W"
            ),
        ),
        (
            lambda: linear([1, 2], [[1, 2]], [1, 2]),
            (
                "shape mismatch: b has shape (2,), W has shape (1, 2); "
                "b must have one entry per row of W"
            ),
        ),
        (lambda: linear(np.ones((0, 2)), [[1, 2]]), "x must not be empty"),
        (lambda: linear(1, [[1]]), "x must be 1-D or 2-D, got shape ()"),
        (lambda: linear([1], [1]), "W must be 2-D, got shape (1,)"),
        (lambda: linear([1], [[1]], 1), "b must be 1-D, got shape ()"),
        (lambda: linear([1], [[np.nan]]), "W contains NaN"),
        (lambda: linear([np.inf], [[1]]), "x must be finite"),
        (lambda: linear([1], [[1]], ["x"]), "b must be numeric"),
        (lambda: linear([1e200], [[1e200]]), "result must be finite"),
        (
            lambda: linear_backward([1, 2], [[1, 2]], [1, 2]),
            (
                "shape mismatch: dY has shape (2,), output has shape (1,); "
                "dY must have the shape of the output"
            ),
        ),
        (
            lambda: linear_backward([1, 2, 3], [[1, 2]], [1]),
            "last axis of x must equal columns of W",
        ),
        (lambda: linear_backward([1e200], [[1]], [1e200]), "result must be finite"),
        (lambda: count_parameters(0, 1), "n_in must be in [1, inf), got 0"),
        (lambda: count_parameters(1, -2), "n_out must be in [1, inf), got -2"),
        (lambda: count_parameters(1.5, 1), "n_in must be an integer, got 1.5"),
        (lambda: count_parameters(1, True), "n_out must be an integer, got True"),
        (
            lambda: compose_linear(np.eye(2), [1, 1], np.eye(3), [1, 1, 1]),
            (
                "shape mismatch: W2 has shape (3, 3), W1 has shape (2, 2); "
                "columns of W2 must equal rows of W1"
            ),
        ),
        (
            lambda: compose_linear(np.eye(2), [1], np.eye(2), [1, 1]),
            "b1 must have one entry per row of W1",
        ),
        (
            lambda: compose_linear(np.eye(2), [1, 1], np.eye(2), [1]),
            "b2 must have one entry per row of W2",
        ),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


# What the page claims


def of_the_page(**settings):
    inputs = inputs_of(STATEMENT, **{**STATEMENT.defaults, **settings})
    return outputs_of(STATEMENT, inputs)["y"][0]


@claims("weights_turn_bias_slides")
@given(st.floats(-3, 3), st.floats(-math.pi, math.pi), numbers(3.0), numbers(3.0))
def test_turned_weights_turn_the_line_and_another_bias_slides_it(start, turn, b, other):
    def line(angle, bias):
        ends = _zero_line(2 * np.array([math.cos(angle), math.sin(angle)]), bias).ends
        return ends[0], ends[1] - ends[0]

    (_, before), (_, after) = line(start, b), line(start + turn, b)
    c, s = math.cos(turn), math.sin(turn)
    np.testing.assert_allclose(np.array([[c, -s], [s, c]]) @ before, after, atol=1e-12)
    (here, before), (there, after) = line(start, b), line(start, other)
    np.testing.assert_allclose(before, after, atol=1e-12)
    slid = np.linalg.norm(there - here)
    assert slid == pytest.approx(abs(other - b) / 2, abs=1e-12)
    # Longer weights of the same direction: the same line, nearer to the origin.
    across = np.array([math.cos(start), math.sin(start)])
    for length in (0.5, 2.0, 6.0):
        ends = _zero_line(length * across, b).ends
        assert np.abs(ends @ across) == pytest.approx(abs(b) / length, abs=1e-12)


@claims("doubling_keeps_line")
@given(st.floats(-3, 3), st.floats(-3, 3), numbers(3.0), st.floats(0.1, 5))
def test_weights_and_bias_in_the_same_ratio_give_the_same_line(w1, w2, b, factor):
    assume(math.hypot(w1, w2) > 0.1)
    w = np.array([w1, w2])
    one, other = _zero_line(w, b), _zero_line(factor * w, factor * b)
    np.testing.assert_allclose(one.ends, other.ends, rtol=1e-9, atol=1e-9)
    points = np.array([[2.0, 2.0], [-1.0, 3.0]])
    outputs = linear(points, *_two_neurons(factor * w1, factor * w2, factor * b))[:, 0]
    expected = factor * linear(points, *_two_neurons(w1, w2, b))[:, 0]
    np.testing.assert_allclose(outputs, expected, atol=1e-9)


@claims("bias_only_shifts")
@given(numbers(3.0), numbers(3.0), numbers(3.0), numbers(3.0))
def test_another_bias_shifts_all_outputs_alike(w1, w2, one, other):
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    before, after = (linear(square, *_two_neurons(w1, w2, b)) for b in (one, other))
    np.testing.assert_allclose(after - before, [[other - one, 0]] * 4, atol=1e-12)
    settings = {**STATEMENT.defaults, "w1": w1, "w2": w2}
    areas = [
        drawing(LESSON)(**settings | {"bias": b}).readouts[
            "output area per input area, |det W|"
        ]
        for b in (one, other)
    ]
    x, y = (before - before[0]).T  # the shoelace formula
    area = abs((x * np.roll(y, -1) - np.roll(x, -1) * y).sum()) / 2
    assert areas[0] == areas[1] == pytest.approx(area / 4, abs=1e-9)


@claims("area_is_determinant")
@given(numbers(3.0), numbers(3.0), numbers(3.0), numbers(3.0), numbers(3.0))
def test_areas_are_multiplied_by_the_size_of_the_determinant(w1, w2, b, w21, w22):
    corners = np.array([[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]])
    start, first, second = linear(corners, *_two_neurons(w1, w2, b, w21, w22))
    sides = (first - start, second - start)
    signed = sides[0][0] * sides[1][1] - sides[0][1] * sides[1][0]
    values = STATEMENT.defaults | {"w1": w1, "w2": w2, "bias": b}
    shown = drawing(LESSON)(**values | {"w21": w21, "w22": w22})
    area = shown.readouts["output area per input area, |det W|"]
    assert area == pytest.approx(abs(signed), abs=1e-11)
    assert shown.readouts["det W"] == pytest.approx(signed, abs=1e-11)
    # Against the clock the corners of the square go on as such, unless it is mirrored.
    if abs(signed) > 1e-6:
        assert ("mirrors" in shown.status) == (signed < 0)


@claims("columns_are_images")
@given(numbers(3.0), numbers(3.0), numbers(3.0), numbers(3.0), numbers(3.0))
def test_the_arrows_end_where_the_unit_vectors_go(w1, w2, b, w21, w22):
    values = STATEMENT.defaults | {"w1": w1, "w2": w2, "bias": b}
    figure = drawing(LESSON)(**values | {"w21": w21, "w22": w22}).figures[0]
    places = linear(
        [[0.0, 0.0], [1.0, 0.0], [0.0, 1.0]], [[w1, w2], [w21, w22]], [b, 0]
    )
    for k, place in enumerate(places[1:]):
        name = f"column {k + 1}"
        (arrow,) = (trace for trace in figure["data"] if trace["name"] == name)
        drawn = np.transpose([arrow["x"], arrow["y"]]).astype(float)
        if np.isfinite(drawn).all():
            np.testing.assert_allclose(drawn, [places[0], place], atol=1e-12)
        else:
            assert (w1, w21) == (0, 0) if k == 0 else (w2, w22) == (0, 0)
        handle = figure["layout"]["meta"]["handles"][k]
        np.testing.assert_allclose(handle["at"], place, atol=1e-12)
        assert handle["base"] == b


@claims("rotation_and_mirror")
def test_the_presets_rotate_and_mirror():
    turn, _ = _two_neurons(0.8, -0.6, 0, 0.6, 0.8)
    np.testing.assert_allclose(turn @ turn.T, np.eye(2), atol=1e-15)
    assert np.linalg.det(turn) == pytest.approx(1)
    assert linear([3.0, 5.0], *_two_neurons(0, 1, 0, 1, 0)).tolist() == [5, 3]
    shown = scene(w1=0.0, w2=1.0, w21=1.0, w22=0.0, bias=0.0)
    assert "|det W| = 1, and mirrors them." in shown.status


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_no_corner_of_the_square_leaves_its_picture(values):
    figure = scene(**values).figures[0]
    (outputs,) = (t for t in figure["data"] if t["name"] == "outputs")
    for axis in "xy":
        low, high = figure["layout"][f"{axis}axis"]["range"]
        assert low < min(outputs[axis])
        assert max(outputs[axis]) < high


@claims("grows_along_the_weights")
@given(st.floats(-3, 3), st.floats(-3, 3), numbers(3.0), st.floats(0, 5))
def test_along_the_weights_the_output_grows_by_their_length_per_step(w1, w2, b, way):
    length = math.hypot(w1, w2)
    assume(length > 0.1)
    place = way * np.array([w1, w2]) / length
    output = linear(place, *_two_neurons(w1, w2, b))[0]
    assert output == pytest.approx(b + way * length, abs=1e-9)


@claims("parameters_multiply", "biases_hardly_count")
@given(st.integers(1, 4096), st.integers(1, 4096))
def test_a_layer_has_a_weight_for_every_pair_and_a_bias_for_every_output(n_in, n_out):
    weights = np.broadcast_to(1.0, (n_out, n_in)).size
    assert count_parameters(n_in, n_out) == weights + n_out == n_in * n_out + n_out
    if n_in >= 100:
        assert n_out / count_parameters(n_in, n_out) < 0.01


def test_the_handle_lies_on_the_tip_of_the_weights():
    figure = drawing(LESSON)(**STATEMENT.defaults | {"w1": -2.5, "w2": 0.7}).figures[1]
    (handle,) = figure["layout"]["meta"]["handles"]
    assert handle["at"] == [-2.5, 0.7]
    assert (handle["x"], handle["y"]) == ("w1", "w2")
    (arrow,) = (trace for trace in figure["data"] if trace.get("name") == "weights")
    assert [-2.5, 0.7] in [
        list(tip) for tip in zip(arrow["x"], arrow["y"], strict=True)
    ]


def test_the_line_is_bias_over_length_of_the_weights_from_the_origin():
    assert _zero_line([1, -1], 0.5).distance == pytest.approx(0.5 / math.sqrt(2))


def test_presets_average_difference_and_bias_only():
    point = [3.0, 1.0]
    expected = {(0.5, 0.5, 0): 2, (1, -1, 0): 2, (0, 0, 1): 1}
    for values, output in expected.items():
        assert linear(point, *_two_neurons(*values))[0] == output
    assert _zero_line([0, 0], 1) is None


@claims("depth_alone_powerless")
def test_depth_alone_adds_no_power():
    W, b = _two_neurons(1, -1, 0.5)
    merged, bias = W, b
    for _ in range(4):
        merged, bias = compose_linear(merged, bias, W, b)
    deep = np.array([[0.3, -0.7], [2.0, 1.0]])
    one = linear(deep, merged, bias)
    for _ in range(5):
        deep = linear(deep, W, b)
    np.testing.assert_allclose(one, deep, rtol=1e-12)
    random = np.random.default_rng(0)
    start = deep = random.normal(size=(5, 3))
    merged, bias = np.eye(3), np.zeros(3)
    for width in random.integers(1, 9, 40):
        W, b = random.normal(size=(width, len(bias))), random.normal(size=width)
        deep = linear(deep, W, b)
        merged, bias = compose_linear(merged, bias, W, b)
        np.testing.assert_allclose(linear(start, merged, bias), deep, rtol=1e-6)


@claims("preset_outputs")
def test_the_presets_give_the_outputs_that_they_name_at_the_input():
    expected = {(0.5, 0.5, 0): 0.75, (1, -1, 0): -0.5, (0, 0, 1): 1}
    for values, output in expected.items():
        assert linear([0.5, 1], *_two_neurons(*values))[0] == output
        preset = dict(zip(("w1", "w2", "bias"), values, strict=True))
        assert of_the_page(**preset) == output


@claims("bias_alone")
@given(numbers(1e6), numbers(1e6))
def test_without_weights_the_bias_is_the_output_at_every_input(x1, x2):
    assert linear([x1, x2], *_two_neurons(0, 0, 1))[0] == 1


@claims("zero_line_perpendicular")
def test_the_zero_line_is_at_a_right_angle_to_the_weights():
    ends = _zero_line([2, -3], 1.5).ends
    assert (ends[1] - ends[0]) @ [2, -3] == pytest.approx(0, abs=1e-12)


@claims("parallel_rows_collapse")
@pytest.mark.parametrize("row", [(1.0, 1.0), (0.5, -2.0), (0.0, 0.0)])
def test_with_parallel_rows_the_whole_square_falls_on_one_line(row):
    cloud = np.random.default_rng(0).uniform(-1, 1, (20, 2))

    def rank(*weights):
        moved = linear(cloud, *_two_neurons(*weights[:2], 0.2, *weights[2:]))
        return np.linalg.matrix_rank(moved - moved[0], tol=1e-12)

    assert rank(0.7 * row[0], 0.7 * row[1], *row) == int(any(row))
    assert rank(0.7, 0.6, 1.0, 1.0) == 2
    values = dict(zip(("w21", "w22"), row, strict=True))
    shown = scene(w1=0.5 * row[0], w2=0.5 * row[1], **values)
    flat = "to a line." if any(row) else "to a point."
    assert shown.status.endswith(f"As det W = 0, the layer flattens the square {flat}")
    assert "flattens" not in scene().status


@claims("edges_stay_straight")
@given(numbers(3.0), numbers(3.0), numbers(3.0))
def test_straight_edges_stay_straight_and_parallel_edges_parallel(w1, w2, bias):
    W, b = _two_neurons(w1, w2, bias)
    square = np.array([[-1.0, -1.0], [1.0, -1.0], [1.0, 1.0], [-1.0, 1.0]])
    corners = linear(square, W, b)
    for here, there in ((0, 1), (1, 2), (2, 3), (3, 0)):
        along = np.linspace(0, 1, 7)[:, None]
        edge = square[here] + along * (square[there] - square[here])
        straight = corners[here] + along * (corners[there] - corners[here])
        np.testing.assert_allclose(linear(edge, W, b), straight, atol=1e-14)
    np.testing.assert_allclose(
        corners[[1, 2]] - corners[[0, 1]], corners[[2, 3]] - corners[[3, 0]], atol=1e-14
    )


def test_parallel_edges_stay_parallel():
    corners = linear([[-1, -1], [1, -1], [1, 1], [-1, 1]], *_two_neurons(2, -0.5, 1))
    np.testing.assert_allclose(corners[1] - corners[0], corners[2] - corners[3])


@claims("bias_moves_origin")
@given(layers())
def test_with_a_bias_sums_are_kept_only_after_the_origin_is_moved_back(layer):
    x, W, b, _ = layer
    assume(np.abs(b).max() > 0.1)
    one, other, origin = linear(x, W, b), linear(2 * x, W, b), linear(0 * x, W, b)
    both = linear(3 * x, W, b)
    assert np.abs(origin).max() > 0.1
    assert np.abs(both - (one + other)).max() > 0.09
    np.testing.assert_allclose(both - origin, one + other - 2 * origin, atol=1e-10)


@claims("columns_or_rows")
@given(layers())
def test_columns_rows_and_stored_transposes_are_three_ways_to_write_the_same(layer):
    x, W, b, _ = layer
    columns = W @ x.T + b[:, None]
    rows = x @ W.T + b
    stored = W.T.copy()
    for written in (columns.T, rows, x @ stored + b):
        np.testing.assert_allclose(written, linear(x, W, b), rtol=1e-12, atol=1e-12)


def scene(**values):
    return drawing(LESSON)(**STATEMENT.defaults | values)


@pytest.mark.parametrize(
    ("w1", "w2", "bias", "words"),
    [
        (
            1,
            -1,
            0.5,
            "y = (0, 1.5); the zero line of neuron 1 is orthogonal to its weights and lies 0.3536 from the",
        ),
        (
            0.1,
            0,
            3,
            "y = (3.05, 1.5); the zero line of neuron 1 is orthogonal to its weights and lies 30 from the",
        ),
        (
            0.1,
            0.2,
            -0.6,
            "y = (−0.35, 1.5); the zero line of neuron 1 is orthogonal to its weights and lies 2.683 from",
        ),
        (
            0.7,
            0.6,
            -2.6,
            "y = (−1.65, 1.5); the zero line of neuron 1 is orthogonal to its weights and lies 2.82 from",
        ),
        (
            1,
            1,
            0,
            "y = (1.5, 1.5); the zero line of neuron 1 is orthogonal to its weights and goes through the origin.",
        ),
        (
            3,
            0,
            0.1,
            "y = (1.6, 1.5); the zero line of neuron 1 is orthogonal to its weights and lies 0.03333 from the",
        ),
        (
            0,
            0,
            -1,
            "y = (−1, 1.5); without weights neuron 1 gives its bias everywhere.",
        ),
        (0, 0, 0, "y = (0, 1.5); without weights neuron 1 gives its bias everywhere."),
    ],
)
def test_the_sentence_tells_where_the_neuron_is_zero(w1, w2, bias, words):
    shown = scene(w1=w1, w2=w2, bias=bias)
    assert words in shown.status
    (drawn,) = (t for t in shown.figures[1]["data"] if t.get("name") == "zero line")
    x, y = (np.array(drawn[axis], dtype=float) for axis in "xy")
    if "bias everywhere" in words:
        assert np.isnan(x).all()
        assert {w1 * u + w2 * v + bias for u in (-6, 0, 2) for v in (-3, 2)} == {bias}
    else:
        np.testing.assert_allclose(w1 * x + w2 * y + bias, 0, atol=1e-12)
        along = (x[1] - x[0]) * w1 + (y[1] - y[0]) * w2
        assert along == pytest.approx(0, abs=1e-12)
        assert ("through the origin" in words) == (bias == 0)


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_no_output_of_the_picture_leaves_the_scale_of_colors(values):
    w1, w2, bias = (values[name] for name in ("w1", "w2", "bias"))
    field = scene(**values).figures[1]["data"][0]
    farthest = 5 * abs(w1) + 5 * abs(w2) + abs(bias)  # in a corner of the picture
    assert -field["zmin"] == field["zmax"] >= farthest
    assert field["zmax"] == 3 or field["zmax"] < 4.1 * farthest


@pytest.mark.parametrize(("w2", "drawn"), [(0.0, False), (1.0, True)])
def test_weights_of_0_have_no_arrow(w2, drawn):
    traces = scene(w1=0.0, w2=w2).figures[1]["data"]
    (arrow,) = (trace for trace in traces if trace.get("name") == "weights")
    assert np.isfinite(arrow["y"][-1]) == drawn


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_sentence_has_the_right_output_and_distance(values):
    w1, w2, bias = (values[name] for name in ("w1", "w2", "bias"))
    text = scene(**values).status.replace("−", "-")
    number = r"(-?\d+\.?\d*(?:e-?\d+)?)"
    pair = rf"\({number}, {number}\)"
    start = rf"At x = {pair} the layer gives y = {pair}; "
    told = [float(output) for output in re.match(start, text).groups()]
    x1, x2 = values["x1"], values["x2"]
    expected = [x1, x2, x1 * w1 + x2 * w2 + bias]
    expected += [x1 * values["w21"] + x2 * values["w22"]]
    assert told == pytest.approx(expected, rel=6e-4, abs=1e-12)
    assert ("bias everywhere" in text) == (w1 == w2 == 0)
    assert ("through the origin" in text) == (bias == 0 and not w1 == w2 == 0)
    if "from the origin" in text and max(abs(w1), abs(w2)) > 1e-100:
        # The shortest input that the neuron maps to zero.
        nearest = np.linalg.lstsq([[w1, w2]], [-bias])[0]
        distance = float(re.search(f"weights and lies {number} from", text)[1])
        assert distance == pytest.approx(math.hypot(*nearest), rel=6e-4)


@pytest.mark.parametrize(
    ("n_in", "n_out", "count"),
    [(1, 1, 2), (512, 2048, 1_050_624), (4096, 4096, 16_781_312)],
)
def test_the_size_of_a_layer_is_told(n_in, n_out, count):
    assert scene(n_in=n_in, n_out=n_out).readouts["parameters"] == count


@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_the_input_and_its_output_are_drawn_where_they_are(values):
    drawn = {trace["name"]: trace for trace in scene(**values).figures[0]["data"]}
    before, after = drawn["the input’s place"], drawn["its output’s place"]
    x = [values["x1"], values["x2"]]
    assert (before["x"], before["y"], before["text"]) == (*x, ["x"])
    place = [np.dot([values["w1"], values["w2"]], x) + values["bias"]]
    place += [np.dot([values["w21"], values["w22"]], x)]
    np.testing.assert_allclose([after["x"][0], after["y"][0]], place, atol=1e-12)


def test_the_input_can_be_dragged():
    shown = scene(x1=-0.3, x2=0.7)
    *_, handle = shown.figures[0]["layout"]["meta"]["handles"]
    assert handle["at"] == [-0.3, 0.7]
    assert (handle["x"], handle["y"]) == ("x1", "x2")
    assert shown.readouts["y₁ at x"] == pytest.approx(-0.3 + 1)


@pytest.mark.parametrize("w2", [0.0, 0.5, -3.0])
def test_the_zero_line_along_an_edge_of_the_square_is_drawn(w2):
    """At the first weights it is the left edge; others leave a single corner or more."""
    figure = scene(w2=w2, bias=1.0 + abs(w2)).figures[0]
    (piece,) = (t for t in figure["data"] if t["name"] == "inputs with y₁ = 0")
    assert np.isfinite(np.asarray(piece["x"], dtype=float)).all()


def test_the_headings_say_that_neuron_2_has_no_bias():
    assert STATEMENT.control("w21").heading.endswith("b₂ = 0")
    inputs = inputs_of(STATEMENT, **STATEMENT.defaults | {"bias": 2.0})
    assert inputs["b"].tolist() == [2.0, 0.0]


# A second layer


def second_layer(**values):
    """Return the third picture’s grid, its outline of one layer, and their picture."""
    picture = scene(**values).figures[2]
    grid, one, place = (
        np.transpose([trace["x"], trace["y"]]) for trace in picture["data"]
    )
    return grid, one, place, picture


def grid_of_inputs():
    """Return seven lines up and across the square, each of 25 points and a gap."""
    lines, along = np.linspace(-1, 1, 7), np.linspace(-1, 1, 25)
    rows = []
    for line in lines:
        up = np.column_stack([np.full(25, line), along])
        rows += [up, [[np.nan] * 2], up[:, ::-1], [[np.nan] * 2]]
    return np.concatenate(rows)


@claims("second_layer_is_one")
@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_without_relu_two_layers_fill_the_outline_of_one(values):
    grid, one, place, picture = second_layer(**values | {"relu": False})
    W, b = _two_neurons(*(values[n] for n in ("w1", "w2", "bias", "w21", "w22")))
    V = np.array([[1, -1], [1, 1]]) / 2
    np.testing.assert_allclose(grid, grid_of_inputs() @ (V @ W).T + V @ b, atol=1e-12)
    square = np.array([[-1, -1], [1, -1], [1, 1], [-1, 1], [-1, -1]])
    np.testing.assert_allclose(one, square @ (V @ W).T + V @ b, atol=1e-12)
    x = [values["x1"], values["x2"]]
    np.testing.assert_allclose(place[0], V @ (W @ x + b), atol=1e-12)
    assert picture["layout"]["meta"]["title"].startswith("Second layer, h = y:")


@claims("relu_bends")
@settings(max_examples=40)
@given(settings_of(STATEMENT))
def test_with_relu_the_grid_bends_only_where_an_output_changes_its_sign(values):
    values = values | {"relu": True}
    grid, _, place, picture = second_layer(**values)
    W, b = _two_neurons(*(values[n] for n in ("w1", "w2", "bias", "w21", "w22")))
    y = grid_of_inputs() @ W.T + b
    h = np.where(y > 0, y, 0 * y)
    np.testing.assert_allclose(grid[:, 0], (h[:, 0] - h[:, 1]) / 2, atol=1e-12)
    np.testing.assert_allclose(grid[:, 1], (h[:, 0] + h[:, 1]) / 2, atol=1e-12)
    kept = np.maximum(W @ [values["x1"], values["x2"]] + b, 0)
    expected = [(kept[0] - kept[1]) / 2, (kept[0] + kept[1]) / 2]
    np.testing.assert_allclose(place[0], expected, atol=1e-12)
    # The second difference along a line is 0 where no sign changes among three points.
    bend = np.abs(grid[:-2] - 2 * grid[1:-1] + grid[2:]).max(axis=1)
    same = ((y[:-2] > 0) == (y[2:] > 0)).all(axis=1)
    assert bend[same & np.isfinite(bend)].max(initial=0) < 1e-12
    low, high = picture["layout"]["xaxis"]["range"]
    assert low < np.nanmin(grid) <= np.nanmax(grid) < high
    assert high <= max(1.2, 2.2 * np.nanmax(np.abs(grid)))  # and fills its picture


@claims("relu_bends")
def test_the_preset_with_relu_bends_lines_and_presses_a_part_flat():
    values = {"w2": -1.0, "bias": 0.0}
    grid, *_ = second_layer(**values, relu=True)
    bend = np.abs(grid[:-2] - 2 * grid[1:-1] + grid[2:]).max(axis=1)
    assert np.nanmax(bend) > 0.01
    straight, *_ = second_layer(**values)
    bend = np.abs(straight[:-2] - 2 * straight[1:-1] + straight[2:]).max(axis=1)
    assert np.nanmax(bend) < 1e-12
    pressed = np.nansum((grid == 0).all(axis=1))
    assert pressed > 20  # where both outputs are negative


@claims("weighted_sum")
@given(layers())
def test_each_output_is_a_weighted_sum_of_all_inputs_plus_its_own_bias(layer):
    x, W, b, _ = layer
    one = np.atleast_2d(x)[0]
    outputs = linear(one, W, b)
    for i, output in enumerate(outputs):
        total = sum(W[i][j] * one[j] for j in range(len(one))) + b[i]
        assert output == pytest.approx(total, abs=1e-9)


@claims("zero_line_in_both")
@given(settings_of(STATEMENT))
def test_the_zero_line_is_the_same_in_both_pictures(chosen):
    scene = drawing(LESSON)(**chosen)
    piece, line = (
        np.stack([trace["x"], trace["y"]], axis=1)
        for figure, name in zip(
            scene.figures, ("inputs with y₁ = 0", "zero line"), strict=False
        )
        for trace in figure["data"]
        if trace["name"] == name
    )
    made = inputs_of(STATEMENT, **chosen)
    (w1, w2), bias = made["W"][0], made["b"][0]
    assert np.isnan(line).all() == (not made["W"][0].any())
    for ends in (piece, line):
        zeros = np.nan_to_num(ends @ made["W"][0] + bias)
        np.testing.assert_allclose(zeros, 0, atol=1e-9)
    # The line meets the square unless all corners have outputs of one sign.
    corners = [a * w1 + b * w2 + bias for a in (-1, 1) for b in (-1, 1)]
    clear = min(map(abs, corners)) > 1e-6
    if clear:
        meets = min(corners) < 0 < max(corners)
        assert np.isfinite(piece).all() == meets
        if meets:  # from edge to edge
            np.testing.assert_allclose(np.abs(piece).max(axis=1), 1, atol=1e-9)
            assert np.linalg.norm(piece[1] - piece[0]) > 1e-7
    drawn = next(
        t for t in scene.figures[0]["data"] if t["name"].startswith("its output")
    )
    second = made["W"][1] @ made["x"] + made["b"][1]
    assert drawn["y"][0] == pytest.approx(second, abs=1e-9)
