"""Backpropagation: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Bars, Curve, Link, Mark, Scene, Vertex, bars, curves, graph
from formulas.chain_rules import backprop_chain_rule as backprop
from notation.numbers import number_text
from pages.chain_rules.backprop_chain_rule.statement import STATEMENT

UPSTREAM, LOCAL, DOWN, VALUE = STATEMENT.color_indices("dL_da", "da_dz", "dL_dw", "a")
OVER, UNDER = ("forward: value", VALUE), ("backward: gradient", DOWN)
RANGES = {"neuron": (-3.8, 3.8), "add_multiply": (-6, 6), "two_paths": (-11, 11)}
FIXED = {"neuron": "", "add_multiply": " (y = 5, z = −4)", "two_paths": ""}
EXPONENTS = STATEMENT.control("log10_h").positions
SIZES = tuple((10.0 ** np.array(EXPONENTS)).tolist())
SMALLEST = 1e-14  # a log axis has no 0
check = functools.lru_cache(maxsize=128)(backprop.page_check)


def draw(circuit, log10_h, shown_steps, **values):
    nodes = backprop.page_circuit(circuit, **values)
    wanted, result = nodes[0], nodes[-1]
    sweep = backprop.sweep(nodes, shown_steps)
    vertices = [
        Vertex(name, text(value), text(sweep.gradients[name]), VALUE, name == sweep.at)
        for name, value in sweep.values.items()
    ]
    links = [Link(*ends, text(part)) for *ends, part in sweep.parts]
    title = f"Computation graph: {backprop.written(nodes)}{FIXED[circuit]}"
    chain = backprop.way_back(nodes, wanted.name)
    errors = check(circuit, **values, steps=SIZES)
    error, drawn = errors[EXPONENTS.index(log10_h)], np.maximum(errors, SMALLEST)
    return Scene(
        graph(title, vertices, links, above=OVER, below=UNDER),
        bars(
            f"On the way back to {wanted.name}: upstream × local = downstream",
            [f"{e.target} → {e.source}" for e in chain],
            Bars("upstream", [e.upstream for e in chain], UPSTREAM, 2),
            Bars("× local", [e.local for e in chain], LOCAL, 2),
            Bars("= downstream", [e.downstream for e in chain], DOWN, 2),
            y=Axis("derivative", RANGES[circuit]),
            height=270,
        ),
        curves(
            "How far the numerical gradient misses, by step size",
            Curve("relative error", SIZES, drawn, DOWN, points=True),
            Mark(10.0**log10_h, max(error, SMALLEST), "h now", DOWN),
            x=Axis("step h", (5e-14, 0.2), log=True),
            y=Axis("relative error", (SMALLEST, 100), log=True),
            height=260,
        ),
        readouts={
            f"result {result.name}": result.value,
            f"gradient of {wanted.name}": wanted.gradient,
            "numerical gradient misses by": error,
        },
        status=sentence(sweep.steps, sweep.half, sweep.at, wanted, result.name),
    )


def text(number):
    return "" if number is None else number_text(number, 3)


def sentence(step, half, lit, wanted, result):
    if step == 0:
        return "In the graph only the inputs are known so far."
    if step <= half:
        return f"Forward, step {step} of {half}: {lit} is computed from its inputs."
    if step < 2 * half:
        return f"Backward, step {step - half} of {half}: {lit} hands its gradient on."
    slope, name = wanted.gradient, wanted.name
    if abs(slope) < backprop.FLAT:
        none = f"the slope of {result} by {name} is 0{' up to rounding' * (slope != 0)}"
        return f"All is known: {none}, so to first order {name} does not change it."
    effect = f"{'raises' if slope > 0 else 'lowers'} {result}"
    size = number_text(slope)
    return f"All is known: raising {name} a little {effect}, with slope {size}."
