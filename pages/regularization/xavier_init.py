"""Xavier (Glorot) initialization."""

import numpy as np

from charts import Axis, Curve, Histogram, Mark, curves, density, fitting, histogram
from formulas.numbers import counted, number_text
from formulas.regularization import xavier_init as backend
from ui import lesson

FORMULA = backend.FORMULA
NAMES = {"xavier": "Xavier", "he": "He", "lecun_uniform": "1/√n", "normal": "σ = 0.01"}
SLOTS = {init: slot for slot, init in enumerate(NAMES, start=1)}
DEEPEST = FORMULA.control("depth").high
LAYERS = np.arange(DEEPEST + 1)
SHOWN = {1: 1, 5: 2, 10: 3, 20: 4}  # layers and their colors
WEIGHTS, OUTPUTS = np.linspace(-1, 1, 51), np.linspace(-2.5, 2.5, 101)
FATES = ("it dies out", "it stays about the same", "it explodes")


def networks(activation):
    sizes = yield from lesson.for_each(NAMES, lambda init: signal(activation, init))
    samples = backend.layer_samples(activation, "xavier", tuple(SHOWN))
    return sizes, {layer: density(values, OUTPUTS) for layer, values in samples.items()}


def signal(activation, init):
    return backend.propagate(activation, init, depth=DEEPEST, n_samples=200).rms


def draw(n_in, n_out, gain, depth, activation, record):
    sizes, spread = record
    now = {init: float(rms[depth]) for init, rms in sizes.items()}
    theory = backend.expected_rms(n_in, n_out, DEEPEST, gain=gain)
    outcome = FORMULA.outputs({"n_in": n_in, "n_out": n_out, "gain": gain})
    bound, weights = outcome["bound"], backend.some_weights(n_in, n_out, gain=gain)
    reach = fitting(bound, (0.05, 0.5, 6))  # of the axis, so that a can be seen
    edges = reach * WEIGHTS
    drawn = Histogram("W", edges, density(weights, edges), FORMULA.slot("n_in"))
    return lesson.Scene(
        curves(
            f"Root mean square behind each {activation} layer of 256 units",
            *(Curve(NAMES[init], LAYERS, sizes[init], SLOTS[init]) for init in NAMES),
            Curve("theory: linear, your sizes", LAYERS, theory, 7, dash=4),
            *(Mark(depth, now[init], "", SLOTS[init]) for init in NAMES),
            x=Axis("layer", (-0.3, DEEPEST + 1.5)),
            y=Axis("root mean square", (1e-8, 1e6), log=True),
            at=[(float(depth), "now")],
        ),
        histogram(
            "Outputs of some layers with Xavier's weights",
            *(Histogram(f"layer {k}", OUTPUTS, spread[k], SHOWN[k]) for k in SHOWN),
            x=Axis("output", (-2.5, 2.5)),
            y=Axis("density", (0, 4)),
        ),
        histogram(
            f"Weights drawn for {counted(n_in, 'input')} and {counted(n_out, 'output')}",
            drawn,
            x=Axis("weight", (-reach, reach)),
            y=Axis("density", (0, (26 if n_in * n_out == 1 else 13) / reach)),
            at=[(-bound, "−a"), (bound, "a")],
            height=240,
        ),
        readouts={
            **{name: size for name, size in outcome.items() if name != "variance"},
            **{f"root mean square, {NAMES[init]}": size for init, size in now.items()},
        },
        status=sentence(activation, depth, now, outcome["forward"]),
    )


def sentence(activation, depth, now, forward):
    xavier, he = (number_text(now[init], 2) for init in ("xavier", "he"))
    behind = f"Behind {counted(depth, f'{activation} layer')} of 256 units"
    sizes = f"the root mean square is {xavier} with Xavier’s weights and {he} with He’s"
    growth = f"would multiply the mean square by {number_text(forward, 3)} on average"
    return f"{behind} {sizes}; each linear layer of your sizes and gain {growth}."


def answer():
    left = backend.propagate("relu", "xavier", n_samples=200).rms[20]
    return FATES[int(np.digitize(left, [0.05, 20.0]))]


lesson.show(
    FORMULA,
    draw,
    record=networks,
    recording="Sending signals through deep networks",
    **lesson.words(FORMULA, answer),
)
