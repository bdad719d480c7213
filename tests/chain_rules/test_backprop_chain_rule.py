"""Backpropagation: laws, numbers from outside, and the page's claims."""

from __future__ import annotations

import itertools
import math
import re
from fractions import Fraction

import numpy as np
import pytest
import scipy.optimize
import sympy
from hypothesis import given, settings
from hypothesis import strategies as st

from formulas.chain_rules.backprop_chain_rule import (
    OPERATIONS,
    circuit,
    gradient_check,
    mlp_backward,
    mlp_forward,
    numerical_gradient,
    run_circuit,
)
from formulas.linear_algebra.activations import relu, relu_grad, sigmoid_grad
from pages.chain_rules.backprop_chain_rule.figure import (
    WRITTEN,
    _edges,
    _errors_of_differences,
    _page_circuit,
    _proved_nodes,
    _straightened,
    _sweep,
    _swept,
    _way_back,
    _written,
)
from pages.chain_rules.backprop_chain_rule.statement import (
    STATEMENT,
    Result,
    neuron_circuit,
)
from tests.claims import claims
from tests.errors import says
from tests.lessons import drawing, inputs_of, outputs_of, programs_run
from tests.strategies import numbers, settings_of, vectors
from ui.catalogue import BROKEN, BY_SLUG
from ui.frames import frame
from ui.programs import BY_HAND

LESSON = BY_SLUG["backprop_chain_rule"]

# Each is one edit of the module that its tests must notice (benchmarks/mutation.py).
MUTANTS = (
    (
        "gradient[source] += gradient[name] * slope",
        "gradient[source] = gradient[name] * slope",
    ),
    ("delta = cache.params[k][0].T @ delta", "delta = cache.params[k][0] @ delta"),
    ("np.outer(delta, below[k])", "np.outer(below[k], delta)"),
    ("slope(cache.pre_activations[k - 1])", "slope(cache.activations[k - 1])"),
    ("output)), upstream * slope(last)", "output)), upstream"),
    ("lambda a, b: (b, a)", "lambda a, b: (a, b)"),
    ("/ (2 * h)", "/ h"),
    ("(1.0, 0.0) if a >= b", "(1.0, 1.0) if a >= b"),
    ("scale = output.size / 2 if", "scale = 1.0 if"),
    ("lambda _a, _b: (1.0, -1.0)", "lambda _a, _b: (1.0, 1.0)"),
    ("downstream=node.gradient * slope", "downstream=slope"),
    ("for source in node.inputs} - waiting", "for source in node.inputs}"),
    ("if sources.count(name) > 1}", "if sources.count(name) > 0}"),
    ("if edge.source in depend]", "if edge.target in depend]"),
)

# Mazur, "A step by step backpropagation example": a 2-2-2 network.
MAZUR = (
    ([[0.15, 0.20], [0.25, 0.30]], [0.35, 0.35]),
    ([[0.40, 0.45], [0.50, 0.55]], [0.60, 0.60]),
)
INPUT, TARGET = [0.05, 0.10], [0.01, 0.99]


# 2 (x y + max(z, w)) of the CS231n notes.
MAXIMUM = (
    ("p", "multiply", ("x", "y")),
    ("m", "maximum", ("z", "w")),
    ("s", "add", ("p", "m")),
    ("f", "double", ("s",)),
)


def page_check(name, w, x, b, target, steps):
    """Return how far numerical gradients miss on a circuit of the page."""
    return _errors_of_differences(_page_circuit(name, w, x, b, target), np.array(steps))


def difference_errors(f, derivative, x, steps):
    """Return how far central differences miss a derivative, for many steps."""
    slopes = [numerical_gradient(f, x, h=h) for h in steps]
    return np.abs(np.array(slopes) / derivative - 1)


def gradients(nodes):
    return {node.name: node.gradient for node in nodes}


def random_network(seed, widths=(3, 4, 2)):
    random = np.random.default_rng(seed)
    pairs = zip(widths[1:], widths[:-1], strict=True)
    return [
        (random.normal(size=shape), random.normal(size=shape[0])) for shape in pairs
    ]


def test_the_printed_formula_is_the_reviewed_one():
    assert STATEMENT.latex == (
        r"\frac{\partial L}{\partial w} = \frac{\partial L}{\partial a} \cdot "
        r"\frac{\partial a}{\partial z} \cdot \frac{\partial z}{\partial w}, \quad "
        r"\frac{\partial z}{\partial w} = x"
    )


# Outside numbers


def test_the_add_multiply_circuit_of_cs231n():
    nodes = circuit("add_multiply", {"x": -2, "y": 5, "z": -4})
    assert nodes[-1].value == -12
    found = gradients(nodes)
    assert (found["x"], found["y"], found["z"]) == (-4, -4, 3)


def test_the_sigmoid_neuron_of_cs231n():
    values = {"w0": 2, "x0": -1, "w1": -3, "x1": -2, "w2": -3}
    nodes = circuit("sigmoid_neuron", values)
    assert nodes[-1].value == pytest.approx(0.7310585786, abs=5e-11)
    assert nodes[-1].value == pytest.approx(0.73, abs=5e-3)
    assert nodes[-1].local[0] == pytest.approx(0.2, abs=5e-3)
    found = gradients(nodes)
    expected = {
        "w0": -0.1966119,
        "w1": -0.3932239,
        "w2": 0.1966119,
        "x0": 0.3932239,
        "x1": -0.5898358,
    }
    assert {k: found[k] for k in expected} == pytest.approx(expected, abs=5e-8)


def test_the_circuit_with_a_maximum_of_cs231n():
    nodes = run_circuit(MAXIMUM, {"x": 3, "y": -4, "z": 2, "w": -1})
    assert nodes[-1].value == -20
    found = gradients(nodes)
    assert [found[name] for name in "xyzw"] == [-8, 6, 2, 0]


def test_mazurs_network_forward():
    cache = mlp_forward(INPUT, MAZUR)
    hidden, output = cache.activations
    np.testing.assert_allclose(hidden, [0.593269992, 0.596884378], atol=5e-10)
    np.testing.assert_allclose(output, [0.751365070, 0.772928465], atol=5e-10)
    assert mlp_backward(cache, TARGET).loss == pytest.approx(0.298371109, abs=5e-10)


def test_mazurs_network_after_one_step_with_fixed_biases():
    grads = mlp_backward(mlp_forward(INPUT, MAZUR), TARGET)
    stepped = [
        (np.array(W) - 0.5 * dW, b)
        for (W, b), dW in zip(MAZUR, grads.weights, strict=True)
    ]
    expected = [
        [[0.149780716, 0.199561432], [0.249751144, 0.299502287]],
        [[0.358916480, 0.408666186], [0.511301270, 0.561370121]],
    ]
    for (W, _), known in zip(stepped, expected, strict=True):
        np.testing.assert_allclose(W, known, atol=6e-10)
    loss = mlp_backward(mlp_forward(INPUT, stepped), TARGET).loss
    assert loss == pytest.approx(0.291027774, abs=5e-10)


def test_two_gradients_of_mazurs_network():
    grads = mlp_backward(mlp_forward(INPUT, MAZUR), TARGET)
    assert grads.weights[0][0, 0] == pytest.approx(0.000438567734, abs=5e-13)
    assert grads.weights[1][0, 0] == pytest.approx(0.082167040564, abs=5e-13)


def mazur_loss(weight):
    first = [[weight, 0.20], [0.25, 0.30]]
    network = ((first, MAZUR[0][1]), MAZUR[1])
    return mlp_backward(mlp_forward(INPUT, network), TARGET).loss


@pytest.mark.parametrize(
    ("h", "error"),
    [(1e-1, 2.0e-6), (1e-3, 2.2e-10), (1e-5, 1.2e-8), (1e-7, 1.1e-6), (1e-13, 0.37)],
)
def test_errors_of_central_differences_in_order_of_magnitude(h, error):
    # Of the first weight of Mazur's network; rounding is a matter of luck.
    truth = mlp_backward(mlp_forward(INPUT, MAZUR), TARGET).weights[0][0, 0]
    found = difference_errors(mazur_loss, truth, 0.15, [h])[0]
    assert error / 30 < found < error * 30


def test_the_error_of_central_differences_at_a_step_of_1e_11_is_about_1e_4():
    truth = mlp_backward(mlp_forward(INPUT, MAZUR), TARGET).weights[0][0, 0]
    # The reference says 6.8e-5: less than rounding allows for, by luck.
    assert difference_errors(mazur_loss, truth, 0.15, [1e-11])[0] < 3e-2


@claims("paths_add_up")
def test_two_paths_at_one_and_a_half():
    nodes = {n.name: n for n in circuit("two_paths", {"x": 1.5})}
    first = nodes["a"].gradient * nodes["a"].local[0]
    second = nodes["b"].gradient * nodes["b"].local[0]
    assert first == pytest.approx(2.992484960, abs=5e-10)
    assert second == pytest.approx(0.159158704, abs=5e-10)
    assert nodes["x"].gradient == pytest.approx(3.151643664, abs=5e-10)
    assert nodes["x"].gradient == pytest.approx(first + second)


@given(st.integers(0, 1000), st.sampled_from(["half_squared", "mse", "cross_entropy"]))
def test_backpropagation_agrees_with_central_differences(seed, loss):
    network, x = random_network(seed), np.array([0.3, -0.8, 0.5])
    target = [0.2, 0.8]
    grads = mlp_backward(mlp_forward(x, network, "tanh"), target, loss=loss)

    def loss_of(flat):
        parts, at = [], 0
        for W, b in network:
            parts.append(
                (
                    flat[at : at + W.size].reshape(W.shape),
                    flat[at + W.size : at + W.size + b.size],
                )
            )
            at += W.size + b.size
        return mlp_backward(
            mlp_forward(flat[at:], parts, "tanh"), target, loss=loss
        ).loss

    flat = np.concatenate([*(p.ravel() for layer in network for p in layer), x])
    claimed = np.concatenate(
        [
            *(
                g.ravel()
                for pair in zip(grads.weights, grads.biases, strict=True)
                for g in pair
            ),
            grads.x,
        ]
    )
    np.testing.assert_allclose(claimed, numerical_gradient(loss_of, flat), atol=1e-7)


@given(vectors(3, 3.0))
def test_the_numerical_gradient_agrees_with_scipys(x):
    found = numerical_gradient(lambda v: np.sin(v).sum(), x)
    expected = scipy.optimize.approx_fprime(x, lambda v: np.sin(v).sum(), 1e-7)
    np.testing.assert_allclose(found, expected, atol=1e-6)
    np.testing.assert_allclose(found, np.cos(x), atol=1e-9)


# Laws


@given(numbers(3.0), numbers(3.0), numbers(3.0), st.floats(0, 1))
def test_gradients_of_the_neuron_agree_with_central_differences(w, x, b, t):
    def loss(v):
        return neuron_circuit(*v, t)[-1].value

    def grad(v):
        found = gradients(neuron_circuit(*v, t))
        return [found["w"], found["x"], found["b"]]

    claimed = np.array(grad([w, x, b]))
    np.testing.assert_allclose(
        claimed, numerical_gradient(loss, [w, x, b]), rtol=1e-5, atol=1e-9
    )


@given(numbers(3.0), numbers(3.0), numbers(3.0), st.floats(0, 1))
def test_a_target_pulls_against_the_output(w, x, b, t):
    found = gradients(neuron_circuit(w, x, b, t))
    assert found["t"] == -found["a"]


@given(numbers(3.0), numbers(3.0), numbers(3.0))
def test_every_node_stands_after_its_inputs_and_the_last_has_gradient_one(x, y, z):
    nodes = circuit("add_multiply", {"x": x, "y": y, "z": z})
    seen: set[str] = set()
    for node in nodes:
        assert set(node.inputs) <= seen
        assert len(node.local) == len(node.inputs)
        seen.add(node.name)
    assert nodes[-1].gradient == 1
    assert [n.operation for n in nodes[:3]] == ["input"] * 3


@given(st.integers(0, 100), st.sampled_from(["relu", "sigmoid", "tanh"]))
def test_losses_differ_by_their_factors_only(seed, activation):
    cache = mlp_forward([0.3, -0.8, 0.5], random_network(seed), activation)
    half, mean = (mlp_backward(cache, [0, 1], loss=k) for k in ("half_squared", "mse"))
    # Two outputs: half the sum is the mean.
    assert half.loss == pytest.approx(mean.loss)
    np.testing.assert_allclose(half.x, mean.x)
    wide = mlp_forward([0.3, -0.8, 0.5], random_network(seed, (3, 4)), activation)
    half, mean = (mlp_backward(wide, [0] * 4, loss=k) for k in ("half_squared", "mse"))
    assert half.loss == pytest.approx(2 * mean.loss)
    np.testing.assert_allclose(half.weights[0], 2 * mean.weights[0])


def test_a_class_is_a_one_hot_target():
    cache = mlp_forward([0.3, -0.8, 0.5], random_network(0))
    by_class = mlp_backward(cache, 1, loss="cross_entropy")
    by_row = mlp_backward(cache, [0, 1], loss="cross_entropy")
    assert by_class.loss == by_row.loss
    np.testing.assert_array_equal(by_class.x, by_row.x)


def test_the_check_tells_right_from_wrong_gradients():
    x = [1.0, 2.0]
    assert gradient_check(lambda v: (v**2).sum(), lambda v: 2 * v, x) < 1e-9
    wrong = gradient_check(lambda v: (v**2).sum(), lambda v: 4 * v, x)
    assert wrong == pytest.approx(1 / 3, rel=1e-6)
    assert gradient_check(lambda v: 0 * v.sum(), lambda v: 0 * v, x) == 0
    assert gradient_check(relu, relu_grad, 2.0) < 1e-9


@given(numbers(3.0), numbers(3.0), numbers(3.0), st.floats(0, 1))
def test_what_arrives_along_all_edges_is_the_gradient(w, x, b, t):
    for name in ("neuron", "two_layers", "add_multiply", "two_paths"):
        nodes = _page_circuit(name, w, x, b, t)
        for node in nodes[:-1]:
            arriving = [e.downstream for e in _edges(nodes) if e.source == node.name]
            assert sum(arriving) == pytest.approx(node.gradient, abs=1e-12)
        for edge in _edges(nodes):
            assert edge.downstream == edge.upstream * edge.local


def test_the_sweep_goes_forward_then_back_and_waits_for_all_paths():
    nodes = _page_circuit("two_paths", 0, 1.5, 0, 0)
    known = [_swept(nodes, k) for k in range(8)]
    assert [sorted(v) for v, _ in known[:4]] == [
        ["x"],
        ["a", "x"],
        ["a", "b", "x"],
        ["a", "b", "f", "x"],
    ]
    assert [sorted(g) for _, g in known[3:]] == [
        [],
        ["a", "b", "f"],
        ["a", "b", "f"],
        ["a", "b", "f", "x"],
        ["a", "b", "f", "x"],
    ]


def test_a_sweep_tells_where_it_is_and_what_is_known_there():
    nodes = circuit("two_paths", {"x": 1.5})
    walk = [_sweep(nodes, k) for k in range(9)]
    assert [stopped.at for stopped in walk] == ["", *"abffba", "a", "a"]
    assert [stopped.steps for stopped in walk] == [0, 1, 2, 3, 4, 5, 6, 6, 6]
    assert {stopped.half for stopped in walk} == {3}
    for k, stopped in enumerate(walk):
        values, slopes = _swept(nodes, k)
        for node in nodes:
            known = node.value if node.name in values else None
            assert stopped.values[node.name] == known
            known = node.gradient if node.name in slopes else None
            assert stopped.gradients[node.name] == known


@claims("on_the_arrows")
@pytest.mark.parametrize(
    ("step", "texts"),
    [
        (0, {}),
        (5, {}),
        (6, {("e", "L"): "× 0.731"}),  # e²/2
        (7, {("a", "e"): "× 1", ("t", "e"): "× −1"}),
        (8, {("z", "a"): "× 0.197"}),  # 0.7311 (1 − 0.7311)
        (9, {("p", "z"): "× 1", ("b", "z"): "× 1"}),
        (
            10,
            {
                ("e", "L"): "× 0.731",
                ("a", "e"): "× 1",
                ("t", "e"): "× −1",
                ("z", "a"): "× 0.197",
                ("p", "z"): "× 1",
                ("b", "z"): "× 1",
                ("w", "p"): "× 2",
                ("x", "p"): "× 1",
            },
        ),
    ],
)
def test_on_the_arrows_of_the_moment_stand_the_local_derivatives(step, texts):
    scene = drawing(LESSON)(**STATEMENT.defaults | {"shown_steps": step})
    along = next(t for t in scene.figures[0]["data"] if t["name"] == "along a link")
    nodes = _page_circuit("neuron", 1.0, 2.0, -1.0, 0.0)
    ends = [(edge.source, edge.target) for edge in _edges(nodes)]
    written = dict(zip(ends, along["text"], strict=True))
    assert {link: text for link, text in written.items() if text} == texts


def test_a_part_of_a_sum_stands_behind_its_local_derivative():
    chosen = STATEMENT.defaults | {"circuit": "two_paths", "x": 1.5, "shown_steps": 10}
    scene = drawing(LESSON)(**chosen)
    along = next(t for t in scene.figures[0]["data"] if t["name"] == "along a link")
    square = 3 * np.sin(1.5)
    assert sorted(filter(None, along["text"])) == [
        f"× 0.0707 = {1.5**2 * np.cos(1.5):.3g}",  # cos 1.5
        "× 0.997",  # sin 1.5, not quite 1
        "× 2.25",  # 1.5²
        f"× 3 = {square:.3g}",
    ]


def test_only_a_gradient_that_is_a_sum_shows_its_parts_and_only_once_complete():
    nodes = circuit("two_paths", {"x": 1.5})
    assert all(part is None for *_, part in _sweep(nodes, 5).parts)
    *others, by_sine, by_square = _sweep(nodes, 6).parts
    assert [part for *_, part in others] == [None, None]
    assert by_sine == ("x", "b", pytest.approx(1.5**2 * math.cos(1.5)))
    assert by_square == ("x", "a", pytest.approx(2 * 1.5 * math.sin(1.5)))
    assert by_sine[2] + by_square[2] == pytest.approx(nodes[0].gradient)
    neuron = _sweep(neuron_circuit(2, -1, -3, 1), 10)
    assert all(part is None for *_, part in neuron.parts)
    assert [ends for *ends, _ in neuron.parts] == [
        [e.source, e.target] for e in _edges(neuron_circuit(2, -1, -3, 1))
    ]


def line_at(lesson=LESSON, **chosen):
    return frame(lesson, lesson.statement.defaults | chosen)["line"]


def value_of(line):
    text = line["numbers"][-1].replace(r" \times 10^{", "e").rstrip("}")
    return float(text)


@pytest.mark.parametrize(
    ("steps", "begin", "value"),
    [
        (2, "z", 1.0),
        (3, "a", 0.7311),
        (5, "L", 0.2672),
        (7, r"\frac{\partial L}{\partial a}", 0.7311),
        (8, r"\frac{\partial L}{\partial z}", 0.1437),
        (10, r"\frac{\partial L}{\partial w}", 0.2875),
    ],
)
def test_the_line_works_out_what_the_sweep_has_come_to(steps, begin, value):
    line = line_at(shown_steps=steps)
    assert begin in line["pieces"][0]
    assert value_of(line) == pytest.approx(value, abs=6e-5)


def test_nothing_tells_a_gradient_before_the_sweep_has_come_to_it():
    for name in STATEMENT.control("circuit").choices:
        for steps in range(11):
            chosen = STATEMENT.defaults | {"circuit": name, "shown_steps": steps}
            chosen |= {"x": 1.3}
            scene = drawing(LESSON)(**chosen)
            _, gradient, missed = scene.readouts.values()
            ended = "All gradients are known" in scene.status
            assert (gradient != "not yet") == ended == (missed != "not yet")
            line = frame(LESSON, chosen)["line"]
            if not ended and line["numbers"]:
                whole = drawing(LESSON)(**chosen | {"shown_steps": 10}).readouts
                slope = next(v for k, v in whole.items() if k.startswith("gradient"))
                assert value_of(line) != pytest.approx(slope, rel=1e-3)
    assert drawing(LESSON)(**STATEMENT.defaults | {"shown_steps": 4}).readouts[
        "result L"
    ] == "not yet"  # fmt: skip


@pytest.mark.parametrize(
    "circuit", ["two_layers", "add_multiply", "maximum", "two_paths"]
)
@pytest.mark.parametrize("x", [-2.0, 0.7, 2.0])
def test_each_circuit_has_a_line_with_its_gradient(circuit, x):
    chosen = {"circuit": circuit, "x": x, "target": 1.0}
    shown = drawing(LESSON)(**STATEMENT.defaults | chosen).readouts
    slope = next(value for name, value in shown.items() if name.startswith("gradient"))
    assert value_of(line_at(**chosen)) == pytest.approx(slope, rel=1e-3, abs=1e-12)


@claims("only_way_back")
@pytest.mark.parametrize(("name", "factors"), [("w", 5), ("b", 4), ("t", 2), ("L", 0)])
def test_along_the_only_way_back_the_local_derivatives_multiply(name, factors):
    nodes = neuron_circuit(2, -1, -3, 0.3)
    way = _way_back(nodes, name)
    assert len(way) == factors
    product = math.prod(edge.local for edge in way)
    assert product == pytest.approx(gradients(nodes)[name])


def test_the_way_back_takes_every_path():
    nodes = circuit("two_paths", {"x": 1.5})
    assert _way_back(nodes, "x") == _edges(nodes)
    assert [edge.target for edge in _way_back(nodes, "b")] == ["f"]


def test_circuits_are_written_as_they_are_computed():
    assert WRITTEN.keys() == OPERATIONS.keys()
    assert _written(neuron_circuit(2, -1, -3, 1)) == (
        "p = w x, z = p + b, a = σ(z), e = a − t, L = e²/2"
    )
    maximum = run_circuit(MAXIMUM, {"x": 3, "y": -4, "z": 2, "w": -1})
    assert _written(maximum) == "p = x y, m = max(z, w), s = p + m, f = 2 s"


def test_the_check_of_a_page_is_that_of_its_first_gradient():
    steps = [1e-2, 1e-5]
    for name, at in (("neuron", 2.0), ("two_paths", -1.0)):
        nodes = _page_circuit(name, 2, -1, -3, 1)

        def result(v, name=name):
            given = (v, -1) if name == "neuron" else (2, v)
            return _page_circuit(name, *given, -3, 1)[-1].value

        expected = difference_errors(result, nodes[0].gradient, at, steps)
        np.testing.assert_array_equal(page_check(name, 2, -1, -3, 1, steps), expected)


def test_nothing_is_relative_to_a_gradient_of_zero():
    assert np.isnan(page_check("two_paths", 1, 0, 1, 1, [0.1, 0.2])).all()
    # 1.1 · 3 − 3.3 is 4e-16 for a machine, so the slope is 8e-17 and not 0.
    assert np.isnan(page_check("neuron", 1.1, 3, -3.3, 0.5, [0.1])).all()


# Bad and extreme input


def test_a_saturated_sigmoid_has_gradient_zero_without_a_warning():
    cache = mlp_forward([1.0], [([[1e4]], [0.0])])
    grads = mlp_backward(cache, [0.0])
    assert grads.loss == 0.5
    assert (grads.weights[0] == 0).all()
    assert gradients(neuron_circuit(1e4, 1, 0, 0))["w"] == 0


def test_relu_at_zero_passes_no_gradient():
    cache = mlp_forward([1.0], [([[0.0]], [0.0])], "relu")
    assert (mlp_backward(cache, [1.0]).weights[0] == 0).all()


def test_a_check_at_the_kink_of_relu_is_refused():
    with says("input lies on a kink of relu"):
        gradient_check(relu, relu_grad, 0.0)
    with says("input lies on a kink of relu"):
        gradient_check(lambda v: relu(v).sum(), relu_grad, [1.0, 1e-6])


GOOD = [([[1.0, 2.0]], [0.0])]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (
            lambda: numerical_gradient(np.sum, [1.0], h=0),
            "h must be in (0, inf), got 0.0",
        ),
        (
            lambda: gradient_check(np.sum, np.ones_like, [1.0], h=-1),
            "h must be in (0, inf), got -1.0",
        ),
        (lambda: numerical_gradient(lambda v: v, [1.0, 2.0]), "f must return a scalar"),
        (lambda: gradient_check(relu, relu_grad, [1.0, 2.0]), "f must return a scalar"),
        (lambda: numerical_gradient(lambda _: "a", [1.0]), "f must be numeric"),
        (lambda: numerical_gradient(lambda _: np.nan, 1.0), "result must be finite"),
        (lambda: numerical_gradient(np.sum, [np.nan]), "x contains NaN"),
        (lambda: numerical_gradient(np.sum, []), "x must not be empty"),
        (
            lambda: gradient_check(np.sum, lambda _: [1.0], [1.0, 2.0]),
            "shape mismatch: gradient has shape (1,), x has shape (2,); "
            "grad must return the shape of x",
        ),
        (
            lambda: mlp_forward(
                [1, 2], [([[1, 2], [3, 4]], [0, 0]), ([[1, 2, 3]], [0])]
            ),
            "shape mismatch: layer 1 has shape (2, 2), layer 2 has shape (1, 3); "
            "layer 2 must take as many inputs as layer 1 gives",
        ),
        (
            lambda: mlp_forward([1, 2, 3], GOOD),
            "shape mismatch: x has shape (3,), layer 1 has shape (1, 2); "
            "layer 1 must take as many inputs as x gives",
        ),
        (
            lambda: mlp_forward([1, 2], [([[1, 2]], [0, 0])]),
            "shape mismatch: W1 has shape (1, 2), b1 has shape (2,); "
            "b1 needs one entry per row of W1",
        ),
        (lambda: mlp_forward([1, 2], []), "params must not be empty"),
        (lambda: mlp_forward([[1, 2]], GOOD), "x must be 1-D, got shape (1, 2)"),
        (lambda: mlp_forward([1, np.nan], GOOD), "x contains NaN"),
        (lambda: mlp_forward([1, 2], [([[1, np.inf]], [0])]), "W1 must be finite"),
        (
            lambda: mlp_forward([1, 2], GOOD, "gelu"),
            "activation must be one of ('relu', 'sigmoid', 'tanh'), got 'gelu'",
        ),
        (
            lambda: mlp_forward(
                [1e200], [([[1e200], [1e200]], [0, 0]), ([[1, -1]], [0])], "relu"
            ),
            "node z2 is NaN",
        ),
        (
            lambda: mlp_backward(mlp_forward([1, 2], GOOD), [1, 2]),
            "shape mismatch: target has shape (2,), output has shape (1,); "
            "target needs one entry per output",
        ),
        (
            lambda: mlp_backward(mlp_forward([1, 2], GOOD), [np.nan]),
            "target contains NaN",
        ),
        (
            lambda: mlp_backward(mlp_forward([1, 2], GOOD), [1], loss="hinge"),
            "loss must be one of ('half_squared', 'mse', 'cross_entropy'), got 'hinge'",
        ),
        (
            lambda: mlp_backward(mlp_forward([1, 2], GOOD), 3, loss="cross_entropy"),
            "label must be in [0, 0], got 3",
        ),
        (
            lambda: circuit("cube", {"x": 1}),
            "expr_id must be one of ('add_multiply', 'sigmoid_neuron', 'two_paths'), "
            "got 'cube'",
        ),
        (lambda: circuit("two_paths", {"y": 1}), "values must give x"),
        (lambda: circuit("add_multiply", [1, 2, 3]), "values must give x, y, z"),
        (lambda: circuit("two_paths", {"x": np.nan}), "node x is NaN"),
        (lambda: circuit("two_paths", {"x": np.inf}), "x must be finite"),
        (lambda: circuit("two_paths", {"x": "a"}), "x must be numeric"),
        (lambda: circuit("two_paths", {"x": 1e200}), "a must be finite"),
    ],
)
def test_bad_input_is_named(call, message):
    with says(message):
        call()


def test_input_is_left_as_it_was():
    x, W, b = np.array([1.0, 2.0]), np.array([[1.0, 2.0]]), np.array([0.0])
    mlp_backward(mlp_forward(x, [(W, b)]), [1.0])
    np.testing.assert_array_equal(x, [1, 2])
    np.testing.assert_array_equal(W, [[1, 2]])

    def greedy(v):
        v += 1
        return v.sum()

    np.testing.assert_allclose(numerical_gradient(greedy, x), 1)
    np.testing.assert_array_equal(x, [1, 2])


# What the page claims


@claims("falls_four_hundredths")
@pytest.mark.parametrize("start", [-3.0, -2.0, 0.0, 3.0])
def test_if_x_grows_by_a_hundredth_f_falls_by_four_hundredths(start):
    before, after = (
        circuit("add_multiply", {"x": x, "y": 5, "z": -4})
        for x in (start, start + 0.01)
    )
    assert after[-1].value - before[-1].value == pytest.approx(-0.04)
    found = gradients(before)
    values = {node.name: node.value for node in before}
    assert (found["q"], found["z"]) == (values["z"], values["q"]) == (-4, start + 5)
    assert found["x"] == found["y"] == found["q"]


@claims("input_scales")
@given(numbers(3.0), numbers(3.0), numbers(3.0), st.floats(0, 1))
def test_the_weights_gradient_is_the_input_times_what_arrives_at_the_sum(w, x, b, t):
    found = gradients(neuron_circuit(w, x, b, t))
    assert found["w"] == pytest.approx(x * found["z"], abs=1e-15)
    assert gradients(neuron_circuit(w, 0.0, b, t))["w"] == 0
    half, thrice = (gradients(neuron_circuit(0, k, 0, t))["w"] for k in (0.5, 1.5))
    assert thrice == pytest.approx(3 * half)


@claims("target_pulls")
@given(numbers(3.0), numbers(3.0), numbers(3.0), st.floats(0, 0.9))
def test_a_higher_target_lowers_what_arrives_and_a_negative_input_turns_it(w, x, b, t):
    lower, higher = (gradients(neuron_circuit(w, x, b, k)) for k in (t, t + 0.1))
    assert higher["a"] == pytest.approx(lower["a"] - 0.1)
    change = higher["w"] - lower["w"]
    slope = 0.1 * sigmoid_grad(w * x + b)
    assert change == pytest.approx(-slope * x, abs=1e-12)


@claims("middle_learns")
def test_the_gradient_needs_both_a_large_error_and_a_steep_sigmoid():
    right, middle, wrong = (
        {n.name: n for n in neuron_circuit(1, 1, b, 0)} for b in (-3, 0, 2)
    )
    found = [n["w"].gradient for n in (right, middle, wrong)]
    assert found[0] < found[2] < found[1]
    assert right["e"].value < middle["e"].value < wrong["e"].value
    assert wrong["a"].local[0] < middle["a"].local[0]
    for nodes in (right, middle, wrong):
        product = nodes["e"].value * nodes["a"].local[0]
        assert nodes["w"].gradient == pytest.approx(product)


@claims("copy_swap_route")
def test_an_addition_copies_a_multiplication_swaps_and_a_maximum_routes():
    nodes = {n.name: n for n in circuit("add_multiply", {"x": 1, "y": 2, "z": 7})}
    assert nodes["q"].local == (1, 1)
    assert nodes["f"].local == (7, 3)
    routed = {n.name: n for n in run_circuit(MAXIMUM, {"x": 1, "y": 1, "z": 2, "w": 9})}
    assert routed["m"].local == (0, 1)
    assert (routed["z"].gradient, routed["w"].gradient) == (0, routed["m"].gradient)
    assert routed["m"].gradient == 2
    routed = {n.name: n for n in run_circuit(MAXIMUM, {"x": 1, "y": 1, "z": 9, "w": 2})}
    assert (routed["z"].gradient, routed["w"].gradient) == (2, 0)
    tie = {n.name: n for n in run_circuit(MAXIMUM, {"x": 1, "y": 1, "z": 4, "w": 4})}
    assert (tie["z"].gradient, tie["w"].gradient) == (2, 0)


def test_preset_saturated_neuron_has_almost_no_gradient():
    assert abs(gradients(neuron_circuit(3, 3, 3, 0))["w"]) < 2e-5
    assert neuron_circuit(3, 3, 3, 0)[6].local[0] == sigmoid_grad(12.0)


def test_below_1e_5_a_smaller_step_makes_the_numerical_gradient_worse():
    def loss(w):
        return neuron_circuit(float(w), -1, -3, 1)[-1].value

    truth = gradients(neuron_circuit(2, -1, -3, 1))["w"]
    errors = difference_errors(loss, truth, 2.0, [1e-1, 1e-5, 1e-11, 1e-13])
    assert errors[1] < errors[0]
    assert errors[1] < errors[2] < errors[3]


@claims("numbers_of_presets")
def test_presets_show_f_minus_12_and_three_gradients_and_two_paths_that_add_up():
    nodes = _page_circuit("add_multiply", 0, -2, 0, 0)
    assert nodes[-1].value == -12
    assert [n.gradient for n in nodes[:3]] == [-4, -4, 3]
    paths = _page_circuit("two_paths", 0, 1.5, 0, 0)
    parts = sorted(e.downstream for e in _edges(paths) if e.source == "x")
    np.testing.assert_allclose(parts, [0.16, 2.99], atol=5e-3)
    assert paths[0].gradient == pytest.approx(3.15, abs=5e-3)


def test_the_best_step_lies_near_1e_5_and_smaller_ones_are_worse():
    steps = 10.0 ** np.arange(-13, 0)
    errors = page_check("neuron", 2, -1, -3, 1, steps)
    assert 1e-7 <= steps[errors.argmin()] <= 1e-4
    assert errors[0] > 100 * errors.min()


@claims("saturated_and_wrong")
def test_the_saturated_neuron_is_totally_wrong():
    nodes = {n.name: n for n in neuron_circuit(3, 3, 3, 0)}
    assert nodes["e"].value > 0.999  # 1 where 0 is wanted
    assert max(abs(nodes[name].gradient) for name in "wxb") < 2e-5


@claims("steps_of_neuron")
def test_worked_steps_are_those_of_the_neuron_whichever_circuit_is_drawn():
    at = {"w": 2.0, "x": 1.5, "b": -1.0, "target": 1.0}
    neuron = {n.name: n for n in neuron_circuit(*at.values())}
    for name in STATEMENT.control("circuit").choices:
        chosen = {**STATEMENT.defaults, **at, "circuit": name}
        shown = outputs_of(STATEMENT, inputs_of(STATEMENT, **chosen))
        assert shown["loss"] == neuron["L"].value
        assert shown["dL_dw"] == neuron["w"].gradient
        programs_run(LESSON, chosen, lambda title: title == BY_HAND)


@claims("local_is_enough")
@pytest.mark.parametrize("name", STATEMENT.control("circuit").choices)
def test_local_derivatives_and_what_arrives_are_enough_for_every_gradient(name):
    nodes = _page_circuit(name, 2, -1.3, -3, 1)
    values = {node.name: node.value for node in nodes}
    arrived = {node.name: 0.0 for node in nodes} | {nodes[-1].name: 1.0}
    for node in reversed(nodes):
        compute, _ = OPERATIONS[node.operation] if node.inputs else (None, None)
        inputs = np.array([values[source] for source in node.inputs])
        for source, h in zip(node.inputs, 1e-6 * np.eye(len(inputs)), strict=True):
            local = (compute(*(inputs + h)) - compute(*(inputs - h))) / 2e-6
            arrived[source] += arrived[node.name] * float(local)
    steps = [(n.name, n.operation, n.inputs) for n in nodes if n.inputs]
    known = {n.name: n.value for n in nodes if not n.inputs}
    for source, value in known.items():
        ahead, behind = (
            run_circuit(steps, {**known, source: value + h})[-1].value
            for h in (1e-6, -1e-6)
        )
        # Rounding of a result of 12 at most, over the step.
        assert arrived[source] == pytest.approx((ahead - behind) / 2e-6, abs=1e-7)
    assert arrived == pytest.approx(gradients(nodes), abs=1e-7)


@claims("rounding_dominates")
@pytest.mark.parametrize(
    ("name", "w", "x", "b", "t", "best"),
    [
        ("neuron", 1.0, 2.0, -1.0, 0.0, -5),  # the defaults
        ("two_paths", 1.0, 1.5, -1.0, 0.0, -5),
        ("neuron", 3.0, 3.0, 3.0, 0.0, -4),  # saturated
    ],
)
def test_below_the_best_step_rounding_dominates_the_error(name, w, x, b, t, best):
    v = sympy.Symbol("v")
    loss = (1 / (1 + sympy.exp(-(v * sympy.Float(x, 60) + b))) - t) ** 2 / 2
    result = loss if name == "neuron" else v**2 * sympy.sin(v)
    at = sympy.Float(w if name == "neuron" else x, 60)

    def exactly(h):  # the same differences without rounding
        ahead, behind = (result.subs(v, at + step).evalf(60) for step in (h, -h))
        slope = result.diff(v).subs(v, at).evalf(60)
        return float(abs((ahead - behind) / (2 * h) / slope - 1))

    steps = 10.0 ** np.arange(-12, 0)
    errors = page_check(name, w, x, b, t, steps)
    exact = np.array([exactly(sympy.Float(h, 60)) for h in steps.tolist()])
    below, above = steps < 0.5 * 10.0**best, steps > 5 * 10.0**best
    assert (errors[below] > 2 * exact[below]).all()
    np.testing.assert_allclose(errors[above], exact[above], rtol=0.1)
    assert errors[0] > 1000 * errors.min()


@claims("only_x_moves")
@pytest.mark.parametrize("circuit", STATEMENT.control("circuit").choices)
def test_sliders_that_a_circuit_does_not_use_are_those_that_are_hidden(circuit):
    def shown(**values):
        chosen = STATEMENT.defaults | {"circuit": circuit} | values
        readouts = drawing(LESSON)(**chosen).readouts
        return [value for name, value in readouts.items() if "numerical" not in name]

    start = shown()
    for moved in ({"w": -2.0}, {"b": 2.0}, {"target": 0.9}):
        hidden = STATEMENT.idle_controls(STATEMENT.defaults | {"circuit": circuit})
        assert (shown(**moved) == start) == (hidden >= moved.keys())
    assert shown(x=0.5) != start
    fixed = [n.value for n in _page_circuit(circuit, 1, 0.7, 2, 0) if n.name in "yz"]
    if circuit in ("add_multiply", "maximum"):
        again = _page_circuit(circuit, 3, -0.4, 1, 1)
        assert fixed == [n.value for n in again if n.name in "yz"]


@claims("two_layers_multiply")
@given(numbers(3.0), numbers(3.0), st.floats(0, 1))
def test_two_layers_multiply_four_derivatives(w, x, t):
    nodes = {n.name: n for n in _page_circuit("two_layers", w, x, 0, t)}
    h = 1 / (1 + math.exp(-w * x))
    assert nodes["a"].value == pytest.approx(2 * h)
    assert gradients(list(nodes.values()))["w"] == pytest.approx(
        (2 * h - t) * 2 * h * (1 - h) * x
    )
    straight = {n.name: n for n in _straightened(list(nodes.values()))}
    assert straight["w"].gradient == pytest.approx((2 * h - t) * 2 * x)
    assert straight["L"] == nodes["L"]


@claims("central_difference")
def test_the_numerical_gradient_is_the_central_difference():
    def loss(w, x, b, t):
        return (1 / (1 + math.exp(-(w * x + b))) - t) ** 2 / 2

    w, rest, h = 2.0, (-1.0, 0.5, 1.0), 0.1
    slope = (loss(w + h, *rest) - loss(w - h, *rest)) / (2 * h)
    error = page_check("neuron", w, *rest, [h])[0]
    exact = gradients(_page_circuit("neuron", w, *rest))["w"]
    assert error == pytest.approx(abs(slope / exact - 1))
    assert error > 1e-4  # no one-sided difference: that is farther off
    ahead = (loss(w + h, *rest) - loss(w, *rest)) / h
    assert abs(ahead / exact - 1) > 5 * error


@claims("only_rounding")
@pytest.mark.parametrize("x", [-2.0, 0.3, 1.7, 3.0])
def test_a_linear_result_has_rounding_as_its_only_error(x):
    for h in (Fraction(1, 10), Fraction(1, 10**12)):
        at = Fraction(x)
        assert ((at + h + 5) * -4 - (at - h + 5) * -4) / (2 * h) == -4
    steps = [0.1, 1e-2, 1e-5, 1e-9, 1e-12]
    errors = page_check("add_multiply", 2.0, x, -3.0, 1.0, steps)
    # Rounding errs by parts in 10¹⁵ of the result, which h divides.
    assert (errors <= 40 * 2.3e-16 / np.array(steps)).all()
    assert errors[-1] > 100 * errors[:2].max()


@pytest.mark.parametrize("w", [-1.0, 2.0])
def test_without_the_slope_the_backward_gradient_is_measured_not_the_numerical(w):
    values = STATEMENT.defaults | {"w": w}
    broken = next(one for one in BROKEN if one.slug == "backprop_chain_rule")
    shown = drawing(broken)(**values)
    wrong = shown.readouts["gradient of w"]
    right = drawing(LESSON)(**values).readouts["gradient of w"]
    apart = shown.readouts["relative difference of the numerical gradient"]
    assert apart == pytest.approx(abs(right / wrong - 1), rel=1e-3)
    assert not any("misses" in name for name in shown.readouts)


@claims("matrix_transposed")
def test_for_vectors_the_derivative_is_a_matrix_transposed_on_the_way_back():
    network, x = random_network(0, (3, 2)), np.array([0.3, -0.8, 0.5])

    def output(v):
        return mlp_forward(v, network, "tanh").activations[-1]

    moved = [(output(x + h) - output(x - h)) / 2e-6 for h in 1e-6 * np.eye(3)]
    matrix, by_output = np.stack(moved, axis=1), output(x) - [0.2, 0.9]
    assert matrix.shape == (2, 3)
    grads = mlp_backward(mlp_forward(x, network, "tanh"), [0.2, 0.9])
    np.testing.assert_allclose(grads.x, matrix.T @ by_output, atol=1e-8)


@claims("results_reused")
def test_a_thousand_paths_take_one_computation_for_each_node(monkeypatch):
    made: list[str] = []

    def noted(name, function):
        return lambda *inputs: made.append(name) or function(*inputs)

    value, slopes = OPERATIONS["multiply"]
    both = noted("value", value), noted("slopes", slopes)
    monkeypatch.setitem(OPERATIONS, "multiply", both)
    names = [f"y{k}" for k in range(11)]
    steps = [(b, "multiply", (a, a)) for a, b in itertools.pairwise(names)]
    nodes = run_circuit(steps, {"y0": 1.001})
    # By the chain rule each of the 2^10 paths brings the product of its ten factors.
    factors = [node.value for node in nodes[:-1]]
    assert nodes[0].gradient == pytest.approx(2**10 * math.prod(factors))
    assert (made.count("value"), made.count("slopes")) == (10, 10)


def logistic(z):
    return 1 / (1 + math.exp(-z))


def result_of(chosen, nudge=0.0):
    """Return the result of a circuit by hand, its first input moved by ``nudge``."""
    x = chosen["x"] + nudge
    if chosen["circuit"] == "add_multiply":
        return (x + 5) * -4
    if chosen["circuit"] == "maximum":
        return max(x, 1.0) * -4
    if chosen["circuit"] == "two_paths":
        return x**2 * math.sin(x)
    if chosen["circuit"] == "two_layers":
        a = 2 * logistic((chosen["w"] + nudge) * chosen["x"])
    else:
        a = logistic((chosen["w"] + nudge) * chosen["x"] + chosen["b"])
    return (a - chosen["target"]) ** 2 / 2


def slope_of(chosen):
    """Return its derivative by the first input, by hand."""
    x = chosen["x"]
    if chosen["circuit"] == "add_multiply":
        return -4.0
    if chosen["circuit"] == "maximum":
        return -4.0 if x >= 1 else 0.0
    if chosen["circuit"] == "two_paths":
        return 2 * x * math.sin(x) + x**2 * math.cos(x)
    if chosen["circuit"] == "two_layers":
        h = logistic(chosen["w"] * x)
        return (2 * h - chosen["target"]) * 2 * h * (1 - h) * x
    a = logistic(chosen["w"] * x + chosen["b"])
    return (a - chosen["target"]) * a * (1 - a) * x


FLAT_NEURON = {"w": 2.0, "x": -1.0, "b": -3.0, "target": 1.0}
# The nodes in the order in which they can be computed; back they go the other way.
ORDERS = {
    "neuron": "pzaeL",
    "two_layers": "phaeL",
    "add_multiply": "qf",
    "maximum": "mf",
    "two_paths": "abf",
}


@pytest.mark.parametrize("name", STATEMENT.control("circuit").choices)
def test_the_sentence_names_the_node_of_each_step(name):
    order, said = ORDERS[name], []
    for k in STATEMENT.control("shown_steps").positions:
        chosen = STATEMENT.defaults | {"circuit": name, "shown_steps": k}
        said.append(drawing(LESSON)(**chosen).status)
    n, nodes = len(order), _page_circuit(name, 2, -1, -3, 1)
    known = [_swept(nodes, k) for k in range(2 * n + 1)]
    assert said[0] == "In the graph only the inputs are known so far."
    assert known[0][0] == {node.name for node in nodes} - set(order)
    for k, lit in enumerate(order, start=1):
        assert (
            said[k] == f"Forward, step {k} of {n}: {lit} is computed from its inputs."
        )
        assert known[k][0] - known[k - 1][0] == {lit}
    for k, lit in enumerate(order[:0:-1], start=1):
        assert (
            said[n + k] == f"Backward, step {k} of {n}: {lit} passes its gradient on."
        )
        assert lit in known[n + k][1]  # what it hands on is complete
    assert {s.split(":")[0] for s in said[2 * n :]} == {"All gradients are known"}
    assert set.union(*known[2 * n]) == set.intersection(*known[2 * n])


@pytest.mark.parametrize(
    ("change", "words"),
    [
        ({}, "raising w a little raises L, with slope 0.2875."),
        (FLAT_NEURON, "raising w a little raises L, with slope 0.006604."),
        (FLAT_NEURON | {"x": 0.1}, "w a little lowers L, with slope −0.005094."),
        ({"circuit": "add_multiply"}, "raising x a little lowers f, with slope −4."),
        ({"circuit": "maximum", "x": 2.0}, "raising x a little lowers f, with slope"),
        (
            {"circuit": "maximum", "x": 0.9},
            "the slope of f by x is 0, so to first order x does not change it.",
        ),
        # Level there, and yet x³ rises on both sides of 0.
        (
            {"circuit": "two_paths", "x": 0.0},
            "the slope of f by x is 0, so to first order x does not change it.",
        ),
        ({"x": 0.0}, "the slope of L by w is 0, so to first order"),
        (  # on target
            {"w": 0.0, "b": 0.0, "target": 0.5},
            "the slope of L by w is 0, so to first order w does not change it.",
        ),
        (
            {"w": 1.1, "x": 3.0, "b": -3.3, "target": 0.5},
            "the slope of L by w is 0 up to rounding, so to first order",
        ),
    ],
)
def test_the_sentence_says_what_raising_the_first_input_does(change, words):
    chosen = STATEMENT.defaults | change
    assert words in drawing(LESSON)(**chosen).status
    moved = result_of(chosen, 1e-7) - result_of(chosen)
    if "first order" in words:
        assert abs(moved) < 1e-13  # h² at most
    else:
        assert (moved > 1e-11) == ("raises" in words) != (moved < -1e-11)
    assert slope_of(chosen) == pytest.approx(chosen_gradient(chosen), abs=1e-14)


def chosen_gradient(chosen):
    names = ("circuit", "w", "x", "b", "target")
    return _page_circuit(*(chosen[name] for name in names))[0].gradient


@given(settings_of(STATEMENT))
@settings(max_examples=30)
def test_the_sentence_and_the_bars_hold_the_slope_by_hand(chosen):
    scene = drawing(LESSON)(**chosen | {"shown_steps": 10})
    slope = slope_of(chosen)
    found = re.search(r"a little (raises|lowers) \w, with slope (.+)\.$", scene.status)
    if chosen["circuit"] == "maximum" and chosen["x"] == 1:
        assert scene.status.endswith("by convention x gets all of it, −4.")
    elif found is None:
        assert slope == pytest.approx(0, abs=1e-13)
    else:
        effect, size = found.groups()
        assert float(size.replace("−", "-")) == pytest.approx(slope, rel=1e-3)
        assert effect == ("raises" if slope > 0 else "lowers")
    result, gradient, missed = scene.readouts.values()
    assert (result, gradient) == pytest.approx((result_of(chosen), slope), abs=1e-12)
    upstream, local, downstream = (bar["y"] for bar in scene.figures[1]["data"])
    np.testing.assert_allclose(np.multiply(upstream, local), downstream, atol=1e-12)
    wanted = scene.figures[1]["layout"]["meta"]["title"].split()[5][:-1]
    assert wanted == ("w" if chosen["circuit"] in ("neuron", "two_layers") else "x")
    if abs(slope) > 1e-3 and chosen["log10_h"] > -4:
        h = 10.0 ** chosen["log10_h"]
        central = (result_of(chosen, h) - result_of(chosen, -h)) / (2 * h)
        assert missed == pytest.approx(abs(central / slope - 1), abs=1e-8)


@claims("product_in_the_sentence")
@given(settings_of(STATEMENT))
@settings(max_examples=40)
def test_the_sentence_has_the_product_of_the_circuits_without_a_line(chosen):
    chosen = chosen | {"shown_steps": 10}
    text = drawing(LESSON)(**chosen).status
    found = re.search(r": ∂(\w)/∂(\w) = ([^,]+), so raising", text)
    if chosen["circuit"] == "neuron" or "raising" not in text:
        assert found is None
        return
    total = 0.0
    for product in found[3].replace("−", "-").split(" + "):
        total += math.prod(float(factor) for factor in product.split(" · "))
    slope = slope_of(chosen)
    size = sum(abs(part) for part in (slope, total))
    assert total == pytest.approx(slope, abs=0.02 * size + 0.02 * (abs(slope) < 1))
    inner = {"two_layers": "w"}.get(chosen["circuit"], "x")
    assert found[2] == inner


def test_the_products_of_the_presets_are_those_by_hand():
    def said(**change):
        return drawing(LESSON)(**STATEMENT.defaults | change).status

    h = 1 / (1 + math.exp(-2))
    error, bend = 2 * h - 1, h * (1 - h)
    assert f"∂L/∂w = {error:.3g} · 2 · {bend:.3g} · 2, so" in said(
        circuit="two_layers", target=1.0
    )
    assert "∂f/∂x = −4 · 1, so" in said(circuit="add_multiply", x=-2.0)
    assert "∂f/∂x = −4 · 1, so" in said(circuit="maximum", x=2.0)
    assert "∂f/∂x = 0.997 · 3 + 2.25 · 0.0707, so" in said(circuit="two_paths", x=1.5)


def test_a_numerical_gradient_that_misses_by_nothing_is_said_to_miss_by_nothing():
    chosen = STATEMENT.defaults | {"circuit": "add_multiply", "x": 1.0, "log10_h": -1}
    missed = drawing(LESSON)(**chosen).readouts[
        "relative difference of the numerical gradient"
    ]
    # A straight line: halves and tenths of 24 are all that is rounded.
    assert missed < 1e-14


def test_at_the_corner_of_a_maximum_no_slope_is_claimed():
    values = STATEMENT.defaults | {"circuit": "maximum", "x": 1.0}
    assert drawing(LESSON)(**values).status == (
        "All gradients are known: x is at the corner of the maximum, where f has no "
        "slope; by convention x gets all of it, −4."
    )
    ahead, behind = (
        result_of(values, nudge) - result_of(values) for nudge in (1e-3, -1e-3)
    )
    assert (ahead, behind) == (pytest.approx(-4e-3), 0)


@settings(max_examples=30)
@given(settings_of(STATEMENT))
def test_without_the_slope_every_node_and_bar_follows(values):
    broken = next(one for one in BROKEN if one.slug == "backprop_chain_rule")
    w, x, b, t = (values[name] for name in ("w", "x", "b", "target"))
    chosen = values | {"circuit": "neuron", "shown_steps": 10}
    scene = drawing(broken)(**chosen)
    error = 1 / (1 + math.exp(-(w * x + b))) - t
    upstream, local, downstream = (bar["y"] for bar in scene.figures[1]["data"][:3])
    np.testing.assert_allclose(np.multiply(upstream, local), downstream, atol=1e-12)
    np.testing.assert_allclose(upstream[1:], downstream[:-1], atol=1e-12)
    assert downstream[-1] == pytest.approx(error * x, abs=1e-12)
    inputs = inputs_of(broken.statement, **chosen)
    result = Result(**outputs_of(broken.statement, inputs))
    nodes = {node.name: node for node in _proved_nodes(result)}
    assert nodes["p"].gradient == nodes["z"].gradient == pytest.approx(error)


def test_it_opens_with_gradients_that_can_be_seen():
    scene = drawing(LESSON)(**STATEMENT.defaults)
    high = scene.figures[1]["layout"]["yaxis"]["range"][1]
    *_, downstream = (bar["y"] for bar in scene.figures[1]["data"])
    assert min(np.abs(downstream)) > 0.05 * high


@pytest.mark.parametrize("steps", [0, 5, 6, 8, 10])
def test_the_bars_of_the_way_back_are_drawn_as_far_as_the_sweep_has_come(steps):
    shown = drawing(LESSON)(**STATEMENT.defaults | {"shown_steps": steps})
    whole = drawing(LESSON)(**STATEMENT.defaults | {"shown_steps": 10})
    passed = max(0, steps - 5)
    for now, at_the_end in zip(
        shown.figures[1]["data"], whole.figures[1]["data"], strict=True
    ):
        np.testing.assert_array_equal(now["y"][:passed], at_the_end["y"][:passed])
        assert np.isnan(now["y"][passed:]).all()
        assert set(now["text"][passed:]) <= {""}
    factors = [
        name.split("<br>")[1:] for name in shown.figures[1]["layout"]["meta"]["x"]
    ]
    assert [len(factor) for factor in factors] == [1] * passed + [0] * (5 - passed)
    numbers = [note["text"] for note in shown.figures[1]["layout"]["annotations"]]
    assert numbers == ["0.73", "0.73", "0.14", "0.14", "0.29"][:passed]


def test_the_axis_of_the_way_back_has_room_only_where_bars_go():
    draw = drawing(LESSON)
    positive = draw(**STATEMENT.defaults).figures[1]["layout"]["yaxis"]["range"]
    assert positive == [-0.1 * positive[1], positive[1]]
    negative = STATEMENT.defaults | {"circuit": "add_multiply"}
    low, high = draw(**negative).figures[1]["layout"]["yaxis"]["range"]
    assert low < -4 < 1 < high  # z = −4 is a factor of the way back


def test_no_number_beside_a_node_is_longer_than_its_room():
    saturated = STATEMENT.defaults | {"w": 4.0, "x": 3.0, "b": 0.0}
    texts = [
        str(text)
        for trace in drawing(LESSON)(**saturated).figures[0]["data"]
        for text in np.ravel(trace.get("text", []))
    ]
    assert "≈1" in texts
    numbers = [text for text in texts if any(sign.isdigit() for sign in text)]
    assert max(len(text.removeprefix("× ")) for text in numbers) <= 7
