"""Xavier (Glorot) initialization: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import (
    Axis,
    Curve,
    Histogram,
    Mark,
    Scene,
    curves,
    density,
    fitting,
    histogram,
)
from formulas.regularization import xavier_init as backend
from notation.legacy import outputs_of
from notation.numbers import counted, number_text
from pages.regularization.xavier_init.statement import (
    DEEPEST,
    NAMES,
    OUTPUTS,
    SHOWN,
    STATEMENT,
    WEIGHTS,
)

SLOTS = {init: slot for slot, init in enumerate(NAMES, start=1)}
LAYERS = np.arange(DEEPEST + 1)


def draw(n_in, n_out, gain, depth, activation, record):
    sizes, spread = record
    now = {init: float(rms[depth]) for init, rms in sizes.items()}
    theory = backend.expected_rms(n_in, n_out, DEEPEST, gain=gain)
    outcome = outputs_of(STATEMENT, {"n_in": n_in, "n_out": n_out, "gain": gain})
    bound, weights = outcome["bound"], backend.some_weights(n_in, n_out, gain=gain)
    reach = fitting(bound, (0.05, 0.5, 6))  # of the axis, so that a can be seen
    edges = reach * WEIGHTS
    drawn = Histogram(
        "W", edges, density(weights, edges), STATEMENT.color_index("n_in")
    )
    return Scene(
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
