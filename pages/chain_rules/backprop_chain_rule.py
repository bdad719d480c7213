"""Backpropagation."""

import functools

import numpy as np

from charts import Axis, Bars, Curve, Link, Mark, Vertex, bars, curves, graph
from formulas.chain_rules.backprop_chain_rule import (
    FORMULA,
    edges,
    page_check,
    page_circuit,
    swept,
)
from formulas.chain_rules.backprop_chain_rule import (
    circuit as work_out,
)
from formulas.numbers import number_text
from ui import lesson

TITLES = {
    "neuron": "p = w x, z = p + b, a = σ(z), e = a − t, L = e²/2",
    "add_multiply": "q = x + y, f = q z (y = 5, z = −4)",
    "two_paths": "a = x², b = sin x, f = a b",
}
RANGES = {"neuron": (-3.8, 3.8), "add_multiply": (-6, 6), "two_paths": (-11, 11)}
EXPONENTS = FORMULA.control("log10_h").positions
SIZES = 10.0 ** np.array(EXPONENTS)
SMALLEST = 1e-14
UPSTREAM, LOCAL, DOWN, VALUE = map(FORMULA.slot, ("dL_da", "da_dz", "dL_dw", "a"))


@functools.lru_cache(maxsize=128)
def misses(*setting):
    return np.maximum(page_check(*setting, SIZES), SMALLEST)  # a log axis has no 0


def draw(w, x, b, target, log10_h, circuit, shown_steps):
    nodes = page_circuit(circuit, w, x, b, target)
    made, back = [n.name for n in nodes if n.inputs], edges(nodes)
    step = min(shown_steps, 2 * len(made))
    lit = [*made, *reversed(made)][step - 1] if step else ""
    wanted = nodes[0]
    chain = [e for e in back if e.source in (*made, wanted.name)]
    errors = misses(circuit, w, x, b, target)
    error = errors[EXPONENTS.index(log10_h)]
    return lesson.Scene(
        figures=(
            picture(nodes, back, swept(nodes, step), lit, TITLES[circuit]),
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
                Curve("relative error", SIZES, errors, DOWN, points=True),
                Mark(10.0**log10_h, error, "h now", DOWN),
                x=Axis("step h", (5e-14, 0.2), log=True),
                y=Axis("relative error", (SMALLEST, 100), log=True),
                height=260,
            ),
        ),
        readouts={
            f"result {nodes[-1].name}": nodes[-1].value,
            f"gradient of {wanted.name}": wanted.gradient,
            "numerical gradient misses by": error,
        },
        status=sentence(step, len(made), lit, wanted, nodes[-1].name),
    )


def picture(nodes, back, known, lit, title):
    def text(number, shown):
        return number_text(number, 3) if shown else ""

    values, gradients = known
    above = [text(n.value, n.name in values) for n in nodes]
    below = [text(n.gradient, n.name in gradients) for n in nodes]
    paths = [e.source for e in back]
    split = [e.source in gradients and paths.count(e.source) > 1 for e in back]
    flows = [text(e.downstream, many) for e, many in zip(back, split, strict=True)]
    return graph(
        f"Computation graph: {title}",
        [
            Vertex(n.name, up, down, VALUE, n.name == lit)
            for n, up, down in zip(nodes, above, below, strict=True)
        ],
        [Link(e.source, e.target, t) for e, t in zip(back, flows, strict=True)],
        above=("forward: value", VALUE),
        below=("backward: gradient", DOWN),
    )


def sentence(step, count, lit, wanted, result):
    if step == 0:
        return "Only the inputs are known: nothing is computed yet."
    if step <= count:
        return f"Forward, step {step} of {count}: {lit} is computed from its inputs."
    if step < 2 * count:
        return f"Backward, step {step - count} of {count}: {lit} hands its gradient on."
    sign = (wanted.gradient > 0) - (wanted.gradient < 0)
    effect = ("does not change", "raises", "lowers")[sign]
    size = number_text(wanted.gradient)
    return f"All is known: raising {wanted.name} {effect} {result}, with slope {size}."


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset(
            "Add–multiply circuit",
            "f = −12, gradients −4, −4 and 3",
            circuit="add_multiply",
            x=-2.0,
        ),
        lesson.Preset(
            "Saturated neuron",
            "Totally wrong, and almost no gradient",
            w=3.0,
            x=3.0,
            b=3.0,
            target=0.0,
        ),
        lesson.Preset("Two paths", "2.99 + 0.16 = 3.15", circuit="two_paths", x=1.5),
    ),
    prediction=lesson.Prediction(
        "f = (x + y) z at x = −2, y = 5, z = −4. By how much does f change if x grows "
        "by 0.01?",
        lambda: 0.01 * work_out("add_multiply", {"x": -2, "y": 5, "z": -4})[0].gradient,
        show={"circuit": "add_multiply", "x": -2.0},
    ),
    **lesson.words(FORMULA),
)
