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
    ACTIVATIONS,
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
FLAT = 1e-14  # a slope below is 0 up to rounding: no result here is larger than 40
LOSSES = ("half_squared", "mse", "cross_entropy")
BENDS: dict[str, tuple[Callable[..., Any], Callable[..., Any]]] = {
    "relu": (relu, relu_grad),
    "sigmoid": (sigmoid, sigmoid_grad),
    "tanh": (tanh, tanh_grad),
}
# What each operation of a circuit gives, and its derivative by each of its inputs.
OPERATIONS: dict[str, tuple[Callable[..., Any], Callable[..., tuple[Any, ...]]]] = {
    "add": (lambda a, b: a + b, lambda _a, _b: (1.0, 1.0)),
    "subtract": (lambda a, b: a - b, lambda _a, _b: (1.0, -1.0)),
    "multiply": (lambda a, b: a * b, lambda a, b: (b, a)),
    "maximum": (max, lambda a, b: (1.0, 0.0) if a >= b else (0.0, 1.0)),
    "double": (lambda a: 2 * a, lambda _: (2.0,)),
    "square": (lambda a: a * a, lambda a: (2 * a,)),
    "half square": (lambda a: a * a / 2, lambda a: (a,)),
    "sine": (np.vectorize(math.sin), lambda a: (math.cos(a),)),
    "sigmoid": (sigmoid, lambda a: (sigmoid_grad(a),)),
}
WRITTEN = {
    "add": "{} + {}",
    "subtract": "{} − {}",
    "multiply": "{} {}",
    "maximum": "max({}, {})",
    "double": "2 {}",
    "square": "{}²",
    "half square": "{}²/2",
    "sine": "sin {}",
    "sigmoid": "σ({})",
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
# 2 (x y + max(z, w)) of the CS231n notes.
MAXIMUM = (
    ("p", "multiply", ("x", "y")),
    ("m", "maximum", ("z", "w")),
    ("s", "add", ("p", "m")),
    ("f", "double", ("s",)),
)
NEURON = (
    ("p", "multiply", ("w", "x")),
    ("z", "add", ("p", "b")),
    ("a", "sigmoid", ("z",)),
    ("e", "subtract", ("a", "t")),
    ("L", "half square", ("e",)),
)


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
class Edge:
    """The way back from a node of a circuit to one of its inputs.

    Attributes
    ----------
    source, target : str
        The input, and the node that is made from it.
    upstream, local, downstream : float
        What arrives at the node, its derivative by the input, and their product.
    """

    source: str
    target: str
    upstream: float
    local: float
    downstream: float


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


@dataclass(frozen=True)
class Sweep:
    """A forward and a backward sweep over a circuit, stopped after some steps.

    Attributes
    ----------
    steps : int
        Steps taken: one a node forward, then one a node back.
    half : int
        Steps of a whole sweep in one direction.
    at : str
        The node of the last step; empty before the first.
    values, gradients : dict of str to float or None
        Of every node, in order; None where they are not complete yet.
    parts : list of (source, target, float or None)
        For each of the `edges` the part of a complete gradient that it brings; None if
        it is the only one, or the gradient is not complete.
    """

    steps: int
    half: int
    at: str
    values: dict[str, float | None]
    gradients: dict[str, float | None]
    parts: list[tuple[str, str, float | None]]


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
    first = checks.shaped(x, "x", ndim=1)
    layers = _layers(first, params)
    checks.finite(x=first)
    for k, (W, b) in enumerate(layers, start=1):
        checks.finite(**{f"W{k}": W, f"b{k}": b})
    bend, _ = BENDS[checks.choice(activation, "activation", ACTIVATIONS)]
    before: list[Array] = []
    after: list[Array] = []
    for k, (W, b) in enumerate(layers, start=1):
        with np.errstate(over="ignore", invalid="ignore"):
            z = W @ (after[-1] if after else first) + b
        if np.isnan(z).any():
            raise ValueError(f"node z{k} is NaN")
        before.append(z)
        after.append(np.asarray(bend(z)))
    return Cache(first, before, after, layers, activation)


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
    _, slope = BENDS[cache.activation]
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
    found = {name: _input(value, name) for name, value in values.items()}
    local: dict[str, tuple[float, ...]] = {}
    for name, operation, inputs in steps:
        compute, slopes = OPERATIONS[operation]
        arguments = [found[i] for i in inputs]
        found[name] = _node(compute(*arguments), name)
        local[name] = tuple(float(s) for s in slopes(*arguments))
    gradient = dict.fromkeys(found, 0.0)
    gradient[steps[-1][0]] = 1.0
    for name, _, inputs in reversed(steps):
        for place, slope in zip(inputs, local[name], strict=True):
            gradient[place] += gradient[name] * slope  # several paths add up
    checks.representable(list(gradient.values()))
    made = [(name, "input", ()) for name in values] + list(steps)
    return [
        Node(name, operation, found[name], inputs, local.get(name, ()), gradient[name])
        for name, operation, inputs in made
    ]


def neuron_circuit(w: float, x: float, b: float, target: float) -> list[Node]:
    """Return the circuit of the page: one sigmoid neuron and its squared error.

    Parameters
    ----------
    w, x, b : float
        Weight, input and bias.
    target : float
        What the neuron should give.

    Returns
    -------
    list of Node
        ``w, x, b, t``, then product ``p``, sum ``z``, output ``a``, error ``e`` and
        loss ``L``.

    Raises
    ------
    ValueError
        As `circuit`.

    Examples
    --------
    >>> {n.name: n.gradient for n in neuron_circuit(1, 2, -2, 1)}["w"]
    -0.25
    """
    return run_circuit(NEURON, {"w": w, "x": x, "b": b, "t": target})


def page_circuit(name: str, w: float, x: float, b: float, target: float) -> list[Node]:
    """Return one of the page's circuits; all but the neuron use ``x`` alone.

    Parameters
    ----------
    name : {"neuron", "add_multiply", "two_paths"}
        The neuron with its loss, (x + 5) (−4), or x² sin x.
    w, x, b, target : float
        As for `neuron_circuit`.

    Returns
    -------
    list of Node
        As `run_circuit`.

    Raises
    ------
    ValueError
        As `circuit`.

    Examples
    --------
    >>> page_circuit("add_multiply", 0, -2, 0, 0)[-1].value
    -12.0
    """
    checks.choice(name, "name", ("neuron", "add_multiply", "two_paths"))
    if name == "neuron":
        return neuron_circuit(w, x, b, target)
    fixed = {"y": 5.0, "z": -4.0} if name == "add_multiply" else {}
    return circuit(name, {"x": x, **fixed})


def edges(nodes: Sequence[Node]) -> list[Edge]:
    """List what flows back along every connection of a circuit.

    Parameters
    ----------
    nodes : sequence of Node
        A circuit as `run_circuit` returns it.

    Returns
    -------
    list of Edge
        In the order of the backward sweep; what arrives at a node along all of its
        edges is its gradient.

    Examples
    --------
    >>> [e.downstream for e in edges(circuit("add_multiply", {"x": 1, "y": 2, "z": 3}))]
    [3.0, 3.0, 3.0, 3.0]
    """
    return [
        Edge(source, node.name, node.gradient, slope, node.gradient * slope)
        for node in reversed(nodes)
        for source, slope in zip(node.inputs, node.local, strict=True)
    ]


def way_back(nodes: Sequence[Node], name: str) -> list[Edge]:
    """List what flows back along the connections that lead to one node.

    Parameters
    ----------
    nodes : sequence of Node
        A circuit as `run_circuit` returns it.
    name : str
        The node whose gradient is wanted.

    Returns
    -------
    list of Edge
        Those of `edges` whose source depends on the node, or is the node itself.

    Raises
    ------
    ValueError
        If no node has that name.

    Examples
    --------
    >>> nodes = circuit("add_multiply", {"x": 1, "y": 2, "z": 3})
    >>> [(e.target, e.source) for e in way_back(nodes, "x")]
    [('f', 'q'), ('q', 'x')]
    """
    checks.choice(name, "name", tuple(node.name for node in nodes))
    depend = {name}
    for node in nodes:
        if depend.intersection(node.inputs):
            depend.add(node.name)
    return [edge for edge in edges(nodes) if edge.source in depend]


def written(nodes: Sequence[Node]) -> str:
    """Write a circuit as equations, one a node.

    Parameters
    ----------
    nodes : sequence of Node
        A circuit as `run_circuit` returns it.

    Returns
    -------
    str
        For people, in the order of the computation.

    Examples
    --------
    >>> written(circuit("two_paths", {"x": 1.0}))
    'a = x², b = sin x, f = a b'
    """
    made = [node for node in nodes if node.inputs]
    return ", ".join(
        f"{n.name} = {WRITTEN[n.operation].format(*n.inputs)}" for n in made
    )


def swept(nodes: Sequence[Node], steps: int) -> tuple[set[str], set[str]]:
    """Tell what is known after some steps: one a node forward, then one a node back.

    Parameters
    ----------
    nodes : sequence of Node
        A circuit as `run_circuit` returns it.
    steps : int
        Number of steps, at least 0; more than there are count as all.

    Returns
    -------
    values, gradients : set of str
        The nodes whose value, and those whose gradient, is complete.

    Raises
    ------
    ValueError
        If the number is negative or not whole.

    Examples
    --------
    >>> values, gradients = swept(circuit("two_paths", {"x": 1.0}), 4)
    >>> sorted(values), sorted(gradients)
    (['a', 'b', 'f', 'x'], ['a', 'b', 'f'])
    """
    steps = checks.integer(steps, "steps", low=0)
    made = [node for node in nodes if node.inputs]
    given = [node.name for node in nodes if not node.inputs]
    values = {*given, *(node.name for node in made[:steps])}
    done = made[::-1][: max(0, steps - len(made))]
    waiting = {i for node in made if node not in done for i in node.inputs}
    reached = {i for node in done for i in node.inputs} - waiting
    return values, reached | {node.name for node in done[:1]}


def sweep(nodes: Sequence[Node], steps: int) -> Sweep:
    """Sweep over a circuit, forward and then backward, and stop after some steps.

    Parameters
    ----------
    nodes, steps
        As for `swept`.

    Returns
    -------
    Sweep
        Where it stopped and what is known there.

    Raises
    ------
    ValueError
        As `swept`.

    Examples
    --------
    >>> stopped = sweep(circuit("add_multiply", {"x": -2, "y": 5, "z": -4}), 3)
    >>> stopped.at, stopped.gradients
    ('f', {'x': None, 'y': None, 'z': 3.0, 'q': -4.0, 'f': 1.0})
    """
    values, gradients = swept(nodes, steps)
    made = [node.name for node in nodes if node.inputs]
    taken = min(steps, 2 * len(made))
    read = [name for node in nodes for name in node.inputs]
    summed = {name for name in gradients if read.count(name) > 1}
    parts = [
        (source, node.name, node.gradient * slope if source in summed else None)
        for node in reversed(nodes)
        for source, slope in zip(node.inputs, node.local, strict=True)
    ]
    return Sweep(
        taken,
        len(made),
        ["", *made, *reversed(made)][taken],
        {n.name: n.value if n.name in values else None for n in nodes},
        {n.name: n.gradient if n.name in gradients else None for n in nodes},
        parts,
    )


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
    checks.agree(claimed.shape == point.shape, "gradient", claimed, "x", point, rule)
    checks.finite(gradient=claimed)
    size = np.maximum(1e-8, np.abs(claimed) + np.abs(numeric))
    return float((np.abs(claimed - numeric) / size).max())


def difference_errors(
    f: Callable[[Any], Any], derivative: float, x: float, steps: ArrayLike
) -> Array:
    """Return how far central differences miss a derivative, for many steps.

    Parameters
    ----------
    f : callable
        A function of one number.
    derivative : float
        Its true derivative, not 0.
    x : float
        Where.
    steps : (n,) array_like
        Positive steps h.

    Returns
    -------
    (n,) ndarray
        Relative errors: falling with the square of h, then rising as rounding takes
        over.

    Raises
    ------
    ValueError
        As `numerical_gradient`, or if the derivative is 0.

    Examples
    --------
    >>> difference_errors(lambda x: x**3, 3.0, 1.0, [0.3, 0.03]).round(8)
    array([0.03  , 0.0003])
    """
    truth = checks.scalar(derivative, "derivative")
    if truth == 0:
        raise ValueError("derivative must not be 0")
    found = [
        float(numerical_gradient(f, x, h=h))
        for h in checks.array(steps, "steps", ndim=1)
    ]
    return np.asarray(np.abs(np.array(found) / truth - 1))


def page_check(
    name: str, w: float, x: float, b: float, target: float, steps: ArrayLike
) -> Array:
    """Return how far numerical gradients miss the first gradient of a page's circuit.

    Parameters
    ----------
    name, w, x, b, target
        As for `page_circuit`.
    steps : (n,) array_like
        Positive steps h.

    Returns
    -------
    (n,) ndarray
        Relative errors as of `difference_errors`; NaN where the gradient is 0, up to
        rounding, because nothing is relative to that.

    Raises
    ------
    ValueError
        As `page_circuit` and `difference_errors`.

    Examples
    --------
    >>> bool(page_check("neuron", 2, -1, -3, 1, [1e-5])[0] < 1e-7)
    True
    """
    nodes = page_circuit(name, w, x, b, target)
    first, sizes = nodes[0], checks.array(steps, "steps", ndim=1)
    checks.within(sizes, "h", 0, math.inf, open_low=True)
    if abs(first.gradient) < FLAT:
        return np.full_like(sizes, np.nan)
    ahead, behind = (_moved(nodes, first.value + h) for h in (sizes, -sizes))
    slopes = checks.representable((ahead - behind) / (2 * sizes))
    return np.asarray(np.abs(slopes / first.gradient - 1))


def _moved(nodes: Sequence[Node], values: Array) -> Array:
    """Return the results of a circuit for many values of its first node."""
    found: dict[str, Any] = {node.name: node.value for node in nodes}
    found[nodes[0].name] = values
    for node in nodes:
        if node.inputs:
            compute, _ = OPERATIONS[node.operation]
            found[node.name] = compute(*(found[i] for i in node.inputs))
    return np.asarray(found[nodes[-1].name])


def _layers(x: Array, params: Sequence[tuple[ArrayLike, ArrayLike]]) -> Params:
    """Check every layer's shapes against its own bias and against what comes in."""
    layers, below, source = [], x, "x"
    for k, (weight, bias) in enumerate(params, start=1):
        W = checks.shaped(weight, f"W{k}", ndim=2)
        b = checks.shaped(bias, f"b{k}", ndim=1)
        name = f"layer {k}"
        rule = f"{name} must take as many inputs as {source} gives"
        checks.agree(W.shape[1] == len(below), source, below, name, W, rule)
        rule = f"b{k} needs one entry per row of W{k}"
        checks.agree(len(W) == len(b), f"W{k}", W, f"b{k}", b, rule)
        layers.append((W, b))
        below, source = W, name
    if not layers:
        raise ValueError("params must not be empty")
    return tuple(layers)


def _loss(cache: Cache, target: ArrayLike, loss: str) -> tuple[float, Array]:
    """Return the loss and its derivative by the last layer before its activation."""
    last, output = cache.pre_activations[-1], cache.activations[-1]
    if checks.choice(loss, "loss", LOSSES) == "cross_entropy":
        value = cross_entropy_from_logits(target, last)
        return float(value), softmax_cross_entropy_grad(target, last)
    wanted = checks.shaped(target, "target")
    rule = "target needs one entry per output"
    checks.agree(wanted.shape == output.shape, "target", wanted, "output", output, rule)
    checks.finite(target=wanted)
    value, upstream = float(mse(wanted, output)), mse_grad(wanted, output)
    if loss == "half_squared":
        # Half the sum is n/2 times the mean.
        value, upstream = value * output.size / 2, upstream * output.size / 2
    _, slope = BENDS[cache.activation]
    return value, upstream * slope(last)


def _input(value: float, name: str) -> float:
    return _node(checks.shaped(value, name, ndim=0), name)


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
