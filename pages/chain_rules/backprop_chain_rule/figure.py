"""Backpropagation: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Link,
    Mark,
    Scene,
    Vertex,
    bars,
    cell_text,
    curves,
    fitting,
    graph,
)
from charts.base import GROUND, TEXT
from formulas.chain_rules.backprop_chain_rule import OPERATIONS, Node, run_circuit
from formulas.chain_rules.backprop_chain_rule import circuit as run_named_circuit
from formulas.checks import Array
from notation.numbers import number_text
from notation.symbols import RAISED
from pages.chain_rules.backprop_chain_rule.statement import (
    SECOND_WEIGHT,
    STATEMENT,
    TWO_LAYERS,
    Result,
    add_multiply,
    larger_of_two,
    neuron_circuit,
)

UPSTREAM_COLOR, LOCAL_COLOR = STATEMENT.color_indices("dL_da", "da_dz")
DOWNSTREAM_COLOR, VALUE_COLOR = STATEMENT.color_indices("dL_dw", "a")
REACHES = (0.6, 1.2, 2.4, 3.8, 6.0, 11.0)  # few, so that the axis rests
FIXED = {
    "neuron": "",
    "two_layers": f" (v = {SECOND_WEIGHT:g})",
    "add_multiply": " (y = 5, z = −4)",
    "maximum": " (y = 1, z = −4)",
    "two_paths": "",
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
NEAR_ZERO = 0.1  # of the reach: how far an axis goes where there are no bars
EXPONENTS = STATEMENT.control("log10_h").positions
SIZES = 10.0 ** np.array(EXPONENTS, dtype=float)
MOST_SIGNS = 6  # of a number beside a node
SECOND_LINE = 15  # pixels below the axis
LAST_BAR = 0.25  # of a group: from its middle to the middle of its last bar
SMALLEST = 1e-16  # drawn in place of what is smaller: a log axis has no 0
FLAT = 1e-14  # a slope below is 0 up to rounding: no result here is larger than 40


def draw(
    result: Result,
    *,
    circuit: str,
    w: float,
    x: float,
    b: float,
    target: float,
    log10_h: int,
    shown_steps: int,
) -> Scene:
    """Draw a circuit, the way back to its first input, and numerical gradients."""
    if circuit == "neuron":
        nodes = _proved_nodes(result)
    else:
        nodes = _page_circuit(circuit, w, x, b, target)
        if not result.bent:
            nodes = _straightened(nodes)
    sweep = _sweep(nodes, shown_steps)
    first, last = nodes[0], nodes[-1]
    errors = _errors(tuple(nodes))
    error = errors[EXPONENTS.index(log10_h)]

    def known(number: float, step: int) -> float | str:
        return number if sweep.steps >= step else "not yet"

    return Scene(
        _graph(nodes, sweep, circuit),
        _bars(nodes, sweep),
        _misses(errors, log10_h, error),
        readouts={
            f"result {last.name}": known(last.value, sweep.half),
            f"gradient of {first.name}": known(first.gradient, 2 * sweep.half),
            "relative difference of the numerical gradient": known(
                error, 2 * sweep.half
            ),
        },
        status=sentence(
            sweep,
            first,
            last.name,
            product="" if circuit == "neuron" else _product(nodes),
            at_corner=_at_corner(nodes),
        ),
    )


def _proved_nodes(result: Result) -> list[Node]:
    """Return the neuron's nodes with the numbers that the equations prove."""
    values = {"z": result.z, "a": result.a, "L": result.loss}
    gradients = {
        "w": result.dL_dw,
        "x": result.dL_dx,
        "b": result.dL_db,
        "z": result.dL_dz,
        "p": result.dL_dz,  # an addition passes it on
        "a": result.dL_da,
    }
    locals_ = {"a": (result.da_dz if result.bent else 1.0,)}
    return [
        replace(
            node,
            value=values.get(node.name, node.value),
            gradient=gradients.get(node.name, node.gradient),
            local=locals_.get(node.name, node.local),
        )
        for node in result.nodes
    ]


def _straightened(nodes: Sequence[Node]) -> list[Node]:
    """Go back through a circuit as if its sigmoids had the slope 1."""
    arrived = {node.name: 0.0 for node in nodes} | {nodes[-1].name: 1.0}
    straight: list[Node] = []
    for node in reversed(nodes):
        local = (1.0,) if node.operation == "sigmoid" else node.local
        for source, slope in zip(node.inputs, local, strict=True):
            arrived[source] += arrived[node.name] * slope
        straight.append(replace(node, gradient=arrived[node.name], local=local))
    return straight[::-1]


def _page_circuit(name: str, w: float, x: float, b: float, target: float) -> list[Node]:
    """Run the neuron, two layers, (x + 5) (−4), max(x, 1) (−4) or x² sin x.

    The last three use ``x`` alone.
    """
    if name == "neuron":
        return neuron_circuit(w, x, b, target)
    if name == "two_layers":
        return run_circuit(
            TWO_LAYERS, {"w": w, "x": x, "v": SECOND_WEIGHT, "t": target}
        )
    if name == "add_multiply":
        return add_multiply(x)
    if name == "maximum":
        return larger_of_two(x)
    return run_named_circuit(name, {"x": x})


def _graph(nodes: Sequence[Node], sweep: _Sweep, circuit: str) -> Figure:
    vertices = [
        Vertex(
            node.name,
            above=_text(sweep.values[node.name]),
            below=_text(sweep.gradients[node.name]),
            color_index=VALUE_COLOR,
            lit=node.name == sweep.at,
        )
        for node in nodes
    ]
    links = [
        Link(edge.source, edge.target, _on_arrow(edge, part, sweep))
        for edge, (*_, part) in zip(_edges(nodes), sweep.parts, strict=True)
    ]
    return graph(
        f"Computation graph: {_written(nodes)}{FIXED[circuit]}",
        vertices,
        links,
        above=("forward: value", VALUE_COLOR),
        below=("backward: gradient", DOWNSTREAM_COLOR),
    )


def _on_arrow(edge: _Edge, part: float | None, sweep: _Sweep) -> str:
    """Write by what the node of the moment multiplies, and the parts of a sum.

    At the end every node has multiplied.
    """
    ended = sweep.steps == 2 * sweep.half
    passes = ended or (edge.target == sweep.at and sweep.steps > sweep.half)
    local = f"× {_short(edge.local)}" if passes else ""
    return " = ".join(text for text in (local, _text(part)) if text)


def _short(number: float) -> str:
    """Write a number so that it has room on an arrow: a small one as a power of ten."""
    return _text(number) if abs(number) >= 0.01 else _rough(number)


def _two_digits(number: float) -> str:
    """Write a number so that it has room above a bar beside others."""
    text = number_text(number, 2)
    return text if abs(number) >= 0.01 and len(text) <= MOST_SIGNS else _rough(number)


def _rough(number: float) -> str:
    """Write a number with one digit or two: 0.29, −1, 6·10⁻⁶."""
    mantissa, _, power = cell_text(number, 2).partition("e")
    if not power:
        return mantissa
    return f"{mantissa}·10⁻{power.lstrip('-').translate(RAISED)}"


def _text(number: float | None) -> str:
    """Write a number so that it has room beside a node, with three digits or with two."""
    if number is None:
        return ""
    for digits in (3, 2):
        text = number_text(number, digits)
        if len(text) <= MOST_SIGNS:
            return text
    return f"≈{_rough(number)}"


def _written(nodes: Sequence[Node]) -> str:
    """Write a circuit as equations, one a node, in the order of the computation."""
    return ", ".join(
        f"{node.name} = {WRITTEN[node.operation].format(*node.inputs)}"
        for node in nodes
        if node.inputs
    )


def _bars(nodes: Sequence[Node], sweep: _Sweep) -> Figure:
    """Draw the factors of the way back, as far as the sweep has come."""
    first = nodes[0].name
    chain = _way_back(nodes, first)
    unknown = [math.nan if edge.target not in sweep.passed else 0.0 for edge in chain]
    figure = bars(
        f"On the way back to {first}: upstream × local = downstream",
        [edge.name if edge.target in sweep.passed else edge.places for edge in chain],
        *(
            Bars(name, np.add(heights, unknown), color, 0)
            for name, heights, color in (
                ("upstream", [edge.upstream for edge in chain], UPSTREAM_COLOR),
                ("× local", [edge.local for edge in chain], LOCAL_COLOR),
                ("= downstream", [edge.downstream for edge in chain], DOWNSTREAM_COLOR),
            )
        ),
        y=Axis("derivative", _reach(chain)),
        height=270,
    )
    # The local number stands below, and what arrives is what the bar before hands on.
    layout = figure["layout"]
    margin = layout["margin"] | {"b": layout["margin"]["b"] + SECOND_LINE}
    handed_on = [
        _handed_on(k, edge)
        for k, edge in enumerate(chain)
        if edge.target in sweep.passed
    ]
    return {
        "data": [trace | {"text": [""] * len(chain)} for trace in figure["data"]],
        "layout": {**layout, "margin": margin, "annotations": handed_on},
    }


def _handed_on(k: int, edge: _Edge) -> dict[str, Any]:
    """Write a number at its bar, on a ground of its own: neighboring bars may be higher."""
    return {
        "x": k + LAST_BAR,
        "y": edge.downstream,
        "text": _two_digits(edge.downstream),
        "yanchor": "top" if edge.downstream < 0 else "bottom",
        "bgcolor": GROUND,
        "borderpad": 0,
        "showarrow": False,
        "font": {"color": TEXT, "size": 14},
    }


def _reach(chain: Sequence[_Edge]) -> tuple[float, float]:
    """Return the ends of the axis, of which one is near 0 where no bar goes there."""
    numbers = [n for e in chain for n in (e.upstream, e.local, e.downstream)]
    reach = fitting(1.15 * max(map(abs, numbers)), REACHES)
    below, above = min(numbers) < 0, max(numbers) > 0
    return (
        -reach if below else -NEAR_ZERO * reach,
        reach if above else NEAR_ZERO * reach,
    )


@dataclass(frozen=True)
class _Edge:
    """The way back from a node to one of its inputs: upstream × local = downstream."""

    source: str
    target: str
    upstream: float
    local: float
    downstream: float

    @property
    def places(self) -> str:
        """Name both ends."""
        return f"{self.target} → {self.source}"

    @property
    def name(self) -> str:
        """Name both ends and the factor."""
        return f"{self.places}<br>× {_short(self.local)}"


def _edges(nodes: Sequence[Node]) -> list[_Edge]:
    """List what flows back along every connection, in the order of the way back."""
    return [
        _Edge(
            source=source,
            target=node.name,
            upstream=node.gradient,
            local=slope,
            downstream=node.gradient * slope,
        )
        for node in reversed(nodes)
        for source, slope in zip(node.inputs, node.local, strict=True)
    ]


def _way_back(nodes: Sequence[Node], name: str) -> list[_Edge]:
    """List what flows back along the connections that lead to one node."""
    depend = {name}
    for node in nodes:
        if depend.intersection(node.inputs):
            depend.add(node.name)
    return [edge for edge in _edges(nodes) if edge.source in depend]


def _product(nodes: Sequence[Node]) -> str:
    """Write the gradient of the first node as a product for each way back to it."""
    ways = _ways_back(nodes, nodes[0].name)
    if nodes[-1].operation == "half square":  # the error and its square in one factor
        ways = [[error * square, *others] for square, error, *others in ways]
    return " + ".join(" · ".join(number_text(n, 3) for n in way) for way in ways)


def _ways_back(nodes: Sequence[Node], name: str) -> list[list[float]]:
    """List the local derivatives on each way from the last node back to one node."""
    if name == nodes[-1].name:
        return [[]]
    return [
        [*way, slope]
        for node in nodes
        for source, slope in zip(node.inputs, node.local, strict=True)
        if source == name
        for way in _ways_back(nodes, node.name)
    ]


@dataclass(frozen=True)
class _Sweep:
    """A forward and a backward sweep over a circuit, stopped after some steps.

    ``half`` is the number of steps in one direction, ``at`` the node of the last step.
    A value or gradient is None while it is not complete. A part (source, target,
    number) is what a connection brings to a complete gradient; None if it is all of it.
    The nodes that ``passed`` have handed their gradient on.
    """

    steps: int
    half: int
    at: str
    values: dict[str, float | None]
    gradients: dict[str, float | None]
    passed: set[str]
    parts: list[tuple[str, str, float | None]]


def _sweep(nodes: Sequence[Node], steps: int) -> _Sweep:
    """Sweep forward, one step a node, then backward, and stop after some steps."""
    values, gradients = _swept(nodes, steps)
    computed = [node.name for node in nodes if node.inputs]
    taken = min(steps, 2 * len(computed))
    sources = [source for node in nodes for source in node.inputs]
    summed = {name for name in gradients if sources.count(name) > 1}
    return _Sweep(
        steps=taken,
        half=len(computed),
        at=["", *computed, *reversed(computed)][taken],
        values={n.name: n.value if n.name in values else None for n in nodes},
        gradients={n.name: n.gradient if n.name in gradients else None for n in nodes},
        passed=set(computed[::-1][: max(0, taken - len(computed))]),
        parts=[
            (
                edge.source,
                edge.target,
                edge.downstream if edge.source in summed else None,
            )
            for edge in _edges(nodes)
        ],
    )


def _swept(nodes: Sequence[Node], steps: int) -> tuple[set[str], set[str]]:
    """Return the nodes whose value, and those whose gradient, is complete by then."""
    computed = [node for node in nodes if node.inputs]
    values = {node.name for node in nodes if not node.inputs}
    values |= {node.name for node in computed[:steps]}
    done = computed[::-1][: max(0, steps - len(computed))]
    waiting = {
        source for node in computed if node not in done for source in node.inputs
    }
    reached = {source for node in done for source in node.inputs} - waiting
    return values, reached | {node.name for node in done[:1]}


def _misses(errors: Array, log10_h: int, error: float) -> Figure:
    drawn = np.maximum(errors, SMALLEST)
    return curves(
        "Numerical against backward gradient",
        Curve("relative difference", SIZES, drawn, DOWNSTREAM_COLOR, points=True),
        Mark(10.0**log10_h, max(error, SMALLEST), "h now", DOWNSTREAM_COLOR),
        x=Axis("step h", (5e-14, 0.2), log=True),
        y=Axis("relative difference", (SMALLEST / 10, 100), log=True),
        height=260,
    )


@functools.lru_cache(maxsize=128)
def _errors(nodes: tuple[Node, ...]) -> Array:
    """Return how far central differences of every size miss, for the circuit drawn."""
    errors = _errors_of_differences(nodes, SIZES)
    errors.setflags(write=False)
    return errors


def _errors_of_differences(nodes: Sequence[Node], steps: Array) -> Array:
    """Return how far central differences miss the gradient of the first node.

    NaN where that is 0, up to rounding: nothing is relative to it.
    """
    first = nodes[0]
    if abs(first.gradient) < FLAT:
        return np.full_like(steps, np.nan)
    ahead = _moved(nodes, first.value + steps)
    behind = _moved(nodes, first.value - steps)
    slopes = (ahead - behind) / (2 * steps)
    return np.asarray(np.abs(slopes / first.gradient - 1))


def _moved(nodes: Sequence[Node], values: Array) -> Array:
    """Return the results of a circuit for many values of its first node."""
    numbers: dict[str, Any] = {node.name: node.value for node in nodes}
    numbers[nodes[0].name] = values
    for node in nodes:
        if node.inputs:
            compute, _ = OPERATIONS[node.operation]
            numbers[node.name] = compute(*(numbers[source] for source in node.inputs))
    return np.asarray(numbers[nodes[-1].name])


def _at_corner(nodes: Sequence[Node]) -> bool:
    """Tell whether a maximum has two equal inputs, so that it has no slope."""
    values = {node.name: node.value for node in nodes}
    return any(
        node.operation == "maximum" and len({values[name] for name in node.inputs}) == 1
        for node in nodes
    )


def sentence(
    sweep: _Sweep,
    first: Node,
    result: str,
    *,
    product: str = "",
    at_corner: bool = False,
) -> str:
    """Say where the sweep is, and at its end what raising the first input does.

    The product is what the slope is made of, where no line above says so.
    """
    step, half, at = sweep.steps, sweep.half, sweep.at
    if step == 0:
        return "In the graph only the inputs are known so far."
    if step <= half:
        return f"Forward, step {step} of {half}: {at} is computed from its inputs."
    if step < 2 * half:
        return f"Backward, step {step - half} of {half}: {at} passes its gradient on."
    slope, name = first.gradient, first.name
    if abs(slope) < FLAT:
        zero = "0" if slope == 0 else "0 up to rounding"
        none = f"the slope of {result} by {name} is {zero}"
        flat = f"{none}, so to first order {name} does not change it"
        return f"All gradients are known: {flat}."
    if at_corner:
        return (
            f"All gradients are known: {name} is at the corner of the maximum, where "
            f"{result} has no slope; by convention {name} gets all of it, "
            f"{number_text(slope)}."
        )
    effect = f"{'raises' if slope > 0 else 'lowers'} {result}"
    size = number_text(slope)
    made = f"∂{result}/∂{name} = {product}, so " if product else ""
    return (
        f"All gradients are known: {made}raising {name} a little {effect}, with slope "
        f"{size}."
    )
