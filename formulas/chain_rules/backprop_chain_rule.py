"""Backpropagation: the chain rule, from the loss backward, each result used once."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.activations import (
    relu,
    relu_grad,
    sigmoid,
    sigmoid_grad,
    tanh,
    tanh_grad,
)
from formulas.optimization.cross_entropy import (
    cross_entropy_from_logits,
    softmax_cross_entropy_grad,
)
from formulas.optimization.mean_squared_error import mse, mse_grad

Params = tuple[tuple[Array, Array], ...]
LOSSES = ("half_squared", "mse", "cross_entropy")
ACTIVATIONS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "relu": (relu, relu_grad),
    "sigmoid": (sigmoid, sigmoid_grad),
    "tanh": (tanh, tanh_grad),
}
# What each operation of a circuit gives, and its derivative by each of its inputs.
OPERATIONS: dict[str, tuple[Callable[..., Any], Callable[..., tuple[Any, ...]]]] = {
    "add": (lambda a, b: a + b, lambda _a, _b: (1.0, 1.0)),
    "subtract": (lambda a, b: a - b, lambda _a, _b: (1.0, -1.0)),
    "multiply": (lambda a, b: a * b, lambda a, b: (b, a)),
    "maximum": (np.maximum, lambda a, b: (1.0, 0.0) if a >= b else (0.0, 1.0)),
    "double": (lambda a: 2 * a, lambda _: (2.0,)),
    "square": (lambda a: a * a, lambda a: (2 * a,)),
    "half square": (lambda a: a * a / 2, lambda a: (a,)),
    "sine": (np.vectorize(math.sin), lambda a: (math.cos(a),)),
    "sigmoid": (sigmoid, lambda a: (sigmoid_grad(a),)),
}
Step = tuple[str, str, tuple[str, ...]]
CIRCUITS: dict[str, tuple[tuple[str, ...], tuple[Step, ...]]] = {
    "add_multiply": (
        ("x", "y", "z"),
        (("q", "add", ("x", "y")), ("f", "multiply", ("q", "z"))),
    ),
    "sigmoid_neuron": (
        ("w0", "x0", "w1", "x1", "w2"),
        (
            ("p0", "multiply", ("w0", "x0")),
            ("p1", "multiply", ("w1", "x1")),
            ("s", "add", ("p0", "p1")),
            ("z", "add", ("s", "w2")),
            ("f", "sigmoid", ("z",)),
        ),
    ),
    "two_paths": (
        ("x",),
        (
            ("a", "square", ("x",)),
            ("b", "sine", ("x",)),
            ("f", "multiply", ("a", "b")),
        ),
    ),
}


@dataclass(frozen=True)
class Cache:
    """What the forward pass leaves behind for the backward pass.

    Attributes
    ----------
    inputs : (n,) ndarray
        The example.
    pre_activations, activations : list of ndarray
        Each layer's output before and after its activation.
    params : tuple of (W, b)
        The layers.
    activation : str
        The activation of every layer, the last included.
    """

    inputs: Array
    pre_activations: list[Array]
    activations: list[Array]
    params: Params
    activation: str


@dataclass(frozen=True)
class Grads:
    """The derivatives of a loss by everything that it depends on.

    Attributes
    ----------
    weights, biases : list of ndarray
        One for each layer, in the shape of its parameters.
    x : (n,) ndarray
        For the input.
    loss : float
        The loss itself.
    """

    weights: list[Array]
    biases: list[Array]
    x: Array
    loss: float


@dataclass(frozen=True)
class Node:
    """One step of a circuit.

    Attributes
    ----------
    name, operation : str
        What it is called and what it does; ``"input"`` for what is given.
    value : float
        The result of the forward pass.
    inputs : tuple of str
        The nodes that it is made from.
    local : tuple of float
        Its derivative by each of them.
    gradient : float
        The derivative of the last node by this one.
    """

    name: str
    operation: str
    value: float
    inputs: tuple[str, ...]
    local: tuple[float, ...]
    gradient: float


def mlp_forward(
    x: ArrayLike,
    params: Sequence[tuple[ArrayLike, ArrayLike]],
    activation: str = "sigmoid",
) -> Cache:
    """Run one example through a network and keep every intermediate result.

    Parameters
    ----------
    x : (n,) array_like
        The example.
    params : sequence of (W, b)
        One pair for each layer: weights (out, in) and biases (out,).
    activation : {"relu", "sigmoid", "tanh"}
        Applied after every layer, the last included.

    Returns
    -------
    Cache
        Outputs of every layer before and after the activation.

    Raises
    ------
    ValueError
        If the layers do not fit together, an input is not finite, the activation is
        unknown, or a node becomes NaN.

    References
    ----------
    Rumelhart, Hinton and Williams (1986).

    Examples
    --------
    >>> mlp_forward([1.0, 2.0], [([[3.0, -1.0]], [0.5])], "relu").activations
    [array([1.5])]
    """
    first = checks.as_array(x, "x", ndim=1)
    layers = _layers(first, params)
    checks.finite(x=first)
    for k, (W, b) in enumerate(layers, start=1):
        checks.finite(**{f"W{k}": W, f"b{k}": b})
    checks.choice(activation, "activation", tuple(ACTIVATIONS))
    function, _ = ACTIVATIONS[activation]
    pre_activations: list[Array] = []
    activations: list[Array] = []
    below = first
    for k, (W, b) in enumerate(layers, start=1):
        with np.errstate(over="ignore", invalid="ignore"):
            z = W @ below + b
        if np.isnan(z).any():
            raise ValueError(f"node z{k} is NaN")
        below = np.asarray(function(z))
        pre_activations.append(z)
        activations.append(below)
    return Cache(first, pre_activations, activations, layers, activation)


def mlp_backward(
    cache: Cache, target: ArrayLike, *, loss: str = "half_squared"
) -> Grads:
    """Send the derivative of a loss back through a network.

    Parameters
    ----------
    cache : Cache
        What `mlp_forward` returned.
    target : (m,) array_like or int
        What the output should be; for ``"cross_entropy"`` a distribution or a class.
    loss : {"half_squared", "mse", "cross_entropy"}
        Half the sum, or the mean, of the squared errors; or the cross-entropy of the
        softmax of the last layer before its activation.

    Returns
    -------
    Grads
        For weights, biases and input, with the loss.

    Raises
    ------
    ValueError
        If the target does not fit the output or is not finite, the loss is unknown, or a
        derivative is too large for a float.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 6.5, eqs. (6.44)–(6.47).

    Examples
    --------
    >>> cache = mlp_forward([1.0, 2.0], [([[3.0, -1.0]], [0.5])], "relu")
    >>> grads = mlp_backward(cache, [1.0])
    >>> grads.weights, grads.x, grads.loss
    ([array([[0.5, 1. ]])], array([ 1.5, -0.5]), 0.125)
    """
    _, slope = ACTIVATIONS[cache.activation]
    value, delta = _loss(cache, target, loss)
    below = [cache.inputs, *cache.activations[:-1]]
    weights: list[Array] = []
    biases: list[Array] = []
    with np.errstate(over="ignore", invalid="ignore"):
        for k in reversed(range(len(cache.params))):
            weights.insert(0, np.outer(delta, below[k]))
            biases.insert(0, delta)
            delta = cache.params[k][0].T @ delta
            if k:
                delta = delta * slope(cache.pre_activations[k - 1])
    for array in (*weights, delta):
        checks.representable(array)
    return Grads(weights, biases, delta, value)


def circuit(expr_id: str, values: Mapping[str, float]) -> list[Node]:
    """Work a small expression out forward, and its derivatives backward.

    Parameters
    ----------
    expr_id : {"add_multiply", "sigmoid_neuron", "two_paths"}
        (x + y) z, the sigmoid of w0 x0 + w1 x1 + w2, or x² sin x.
    values : mapping of str to float
        A number for each letter.

    Returns
    -------
    list of Node
        Every node after those that it is made from.

    Raises
    ------
    ValueError
        If the expression is unknown, a letter is missing or extra, or a node is NaN or
        too large for a float.

    References
    ----------
    Karpathy, CS231n notes, Backpropagation, Intuitions (2015).

    Examples
    --------
    >>> [n.gradient for n in circuit("add_multiply", {"x": -2, "y": 5, "z": -4})]
    [-4.0, -4.0, 3.0, -4.0, 1.0]
    """
    names, steps = CIRCUITS[checks.choice(expr_id, "expr_id", tuple(CIRCUITS))]
    if not isinstance(values, Mapping) or set(values) != set(names):
        raise ValueError(f"values must give {', '.join(names)}")
    return run_circuit(steps, {name: values[name] for name in names})


def run_circuit(steps: Sequence[Step], values: Mapping[str, float]) -> list[Node]:
    """Work any circuit out forward and backward.

    Parameters
    ----------
    steps : sequence of (name, operation, inputs)
        The nodes to compute, each after its inputs; operations as in ``OPERATIONS``.
    values : mapping of str to float
        The numbers to start from.

    Returns
    -------
    list of Node
        First the inputs, then the steps; gradients are those of the last step.

    Raises
    ------
    ValueError
        If a node is NaN or too large for a float.

    Examples
    --------
    >>> [n.gradient for n in run_circuit([("f", "multiply", ("x", "x"))], {"x": 3.0})]
    [6.0, 1.0]
    """
    numbers = {name: _input(value, name) for name, value in values.items()}
    local: dict[str, tuple[float, ...]] = {}
    for name, operation, inputs in steps:
        compute, slopes = OPERATIONS[operation]
        arguments = [numbers[source] for source in inputs]
        numbers[name] = _node(compute(*arguments), name)
        local[name] = tuple(float(s) for s in slopes(*arguments))
    gradient = dict.fromkeys(numbers, 0.0)
    gradient[steps[-1][0]] = 1.0
    for name, _, inputs in reversed(steps):
        for source, slope in zip(inputs, local[name], strict=True):
            gradient[source] += gradient[name] * slope  # several paths add up
    checks.representable(list(gradient.values()))
    sources: list[Step] = [(name, "input", ()) for name in values]
    return [
        Node(
            name=name,
            operation=operation,
            value=numbers[name],
            inputs=inputs,
            local=local.get(name, ()),
            gradient=gradient[name],
        )
        for name, operation, inputs in (*sources, *steps)
    ]


def numerical_gradient(
    f: Callable[[Any], Any], x: ArrayLike, *, h: float = 1e-5
) -> float | Array:
    """Estimate a gradient by stepping a little to both sides of every entry.

    Parameters
    ----------
    f : callable
        Returns a single number.
    x : (...) array_like
        Where.
    h : float
        Positive step.

    Returns
    -------
    float or (...) ndarray
        Central differences, in the shape of ``x``.

    Raises
    ------
    ValueError
        If ``f`` returns no single finite number, or an argument is not usable.

    Examples
    --------
    >>> numerical_gradient(lambda x: (x**2).sum(), [1.0, -3.0]).round(6)
    array([ 2., -6.])
    """
    point = checks.array(x, "x")
    h = checks.scalar(h, "h", low=0, open_low=True)
    slopes = np.empty(point.shape)
    for place in np.ndindex(point.shape):
        ahead, behind = point.copy(), point.copy()
        ahead[place] += h
        behind[place] -= h
        slopes[place] = (_scalar(f(ahead)) - _scalar(f(behind))) / (2 * h)
    checks.representable(slopes)
    return slopes if slopes.ndim else float(slopes)


def gradient_check(
    f: Callable[[Any], Any],
    grad: Callable[[Any], Any],
    x: ArrayLike,
    *,
    h: float = 1e-5,
) -> float:
    """Compare a gradient with central differences.

    Parameters
    ----------
    f : callable
        Returns a single number.
    grad : callable
        Claims to return its gradient, in the shape of ``x``.
    x : (...) array_like
        Where; away from kinks of ``f``.
    h : float
        Positive step.

    Returns
    -------
    float
        Largest relative difference. Below 1e-7 the gradient is right, above 1e-2 it is
        wrong.

    Raises
    ------
    ValueError
        As `numerical_gradient`, if the shapes differ, or if `relu` is checked closer to
        0 than the step.

    References
    ----------
    Karpathy, CS231n notes, Gradient checks (2015).

    Examples
    --------
    >>> gradient_check(lambda x: (x**2).sum(), lambda x: 2 * x, [1.0, 2.0]) < 1e-9
    True
    """
    point = checks.array(x, "x")
    h = checks.scalar(h, "h", low=0, open_low=True)
    if (f is relu or grad is relu_grad) and (np.abs(point) < h).any():
        raise ValueError("input lies on a kink of relu")
    numeric = np.asarray(numerical_gradient(f, point, h=h))
    claimed = checks.numeric(grad(point.copy()), "gradient")
    rule = "grad must return the shape of x"
    checks.same_shape(
        claimed.shape == point.shape, "gradient", claimed, "x", point, rule
    )
    checks.finite(gradient=claimed)
    size = np.maximum(1e-8, np.abs(claimed) + np.abs(numeric))
    return float((np.abs(claimed - numeric) / size).max())


def _layers(x: Array, params: Sequence[tuple[ArrayLike, ArrayLike]]) -> Params:
    """Check every layer's shapes against its own bias and against what comes in."""
    layers = []
    below = x
    source = "x"
    for k, (weight, bias) in enumerate(params, start=1):
        W = checks.as_array(weight, f"W{k}", ndim=2)
        b = checks.as_array(bias, f"b{k}", ndim=1)
        name = f"layer {k}"
        rule = f"{name} must take as many inputs as {source} gives"
        checks.same_shape(W.shape[1] == len(below), source, below, name, W, rule)
        rule = f"b{k} needs one entry per row of W{k}"
        checks.same_shape(len(W) == len(b), f"W{k}", W, f"b{k}", b, rule)
        layers.append((W, b))
        below = W
        source = name
    if not layers:
        raise ValueError("params must not be empty")
    return tuple(layers)


def _loss(cache: Cache, target: ArrayLike, loss: str) -> tuple[float, Array]:
    """Return the loss and its derivative by the last layer before its activation."""
    last = cache.pre_activations[-1]
    output = cache.activations[-1]
    if checks.choice(loss, "loss", LOSSES) == "cross_entropy":
        value = cross_entropy_from_logits(target, last)
        return float(value), softmax_cross_entropy_grad(target, last)
    wanted = checks.as_array(target, "target")
    rule = "target needs one entry per output"
    checks.same_shape(
        wanted.shape == output.shape, "target", wanted, "output", output, rule
    )
    checks.finite(target=wanted)
    # Half the sum is n/2 times the mean.
    scale = output.size / 2 if loss == "half_squared" else 1.0
    upstream = scale * mse_grad(wanted, output)
    _, slope = ACTIVATIONS[cache.activation]
    return scale * float(mse(wanted, output)), upstream * slope(last)


def _input(value: float, name: str) -> float:
    return _node(checks.as_array(value, name, ndim=0), name)


def _node(value: Any, name: str) -> float:
    number = float(value)
    if math.isnan(number):
        raise ValueError(f"node {name} is NaN")
    return checks.scalar(number, name)


def _scalar(value: Any) -> float:
    number = checks.numeric(value, "f")
    if number.ndim:
        raise ValueError("f must return a scalar")
    return float(number)
