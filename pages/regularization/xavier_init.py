"""Xavier (Glorot) initialization."""

import numpy as np

from charts import Axis, Curve, Histogram, Mark, curves, density, histogram
from formulas.numbers import number_text
from formulas.regularization.xavier_init import (
    FORMULA,
    expected_rms,
    layer_samples,
    propagate,
    some_weights,
)
from ui import lesson

NAMES = {"xavier": "Xavier", "he": "He", "lecun_uniform": "1/√n", "normal": "σ = 0.01"}
DEEPEST = FORMULA.control("depth").high
LAYERS = np.arange(DEEPEST + 1)
SHOWN = (1, 5, 10, 20)
WEIGHTS, OUTPUTS = np.linspace(-0.5, 0.5, 51), np.linspace(-2.5, 2.5, 101)
FATES = ("it dies out", "it stays about the same", "it explodes")


def networks(activation):
    """Send inputs through deep networks of 256 units, one for each initialization."""
    sizes = {}
    for k, init in enumerate(NAMES):
        sizes[init] = propagate(activation, init, depth=DEEPEST, n_samples=200).rms
        yield (k + 1) / (len(NAMES) + 1)
    samples = layer_samples(activation, "xavier", SHOWN)
    return sizes, [density(samples[layer], OUTPUTS) for layer in SHOWN]


def draw(n_in, n_out, gain, depth, activation, record):
    sizes, spread = record
    outcome = FORMULA.outputs({"n_in": n_in, "n_out": n_out, "gain": gain})
    bound, weights = outcome["bound"], some_weights(n_in, n_out, gain=gain)
    theory = expected_rms(n_in, n_out, DEEPEST, gain=gain)
    now = {init: float(rms[depth]) for init, rms in sizes.items()}
    return lesson.Scene(
        figures=(
            curves(
                f"Size of the signal behind each {activation} layer of 256 units",
                *(
                    Curve(name, LAYERS, sizes[init], k + 1)
                    for k, (init, name) in enumerate(NAMES.items())
                ),
                Curve(
                    "theory, your sizes",
                    LAYERS,
                    theory,
                    7,
                    dash=4,
                ),
                *[Mark(depth, now[init], "", k + 1) for k, init in enumerate(NAMES)],
                x=Axis("layer", (-0.3, DEEPEST + 1.5)),
                y=Axis("root mean square", (1e-8, 1e6), log=True),
                at=[(float(depth), "now")],
            ),
            histogram(
                "Outputs of some layers with Xavier's weights",
                *[
                    Histogram(f"layer {layer}", OUTPUTS, heights, k + 1)
                    for k, (layer, heights) in enumerate(
                        zip(SHOWN, spread, strict=True)
                    )
                ],
                x=Axis("output", (-2.5, 2.5)),
                y=Axis("density", (0, 4)),
            ),
            histogram(
                f"Weights drawn for {n_in} inputs and {n_out} outputs",
                Histogram(
                    "W", WEIGHTS, density(weights, WEIGHTS), FORMULA.slot("n_in")
                ),
                x=Axis("weight", (-0.5, 0.5)),
                y=Axis("density", (0, 24)),
                at=[(-bound, "−a"), (bound, "a")],
                height=240,
            ),
        ),
        readouts={
            **{name: outcome[name] for name in ("bound", "deviation", "forward")},
            "backward": outcome["backward"],
            **{f"signal left, {NAMES[init]}": size for init, size in now.items()},
        },
        status=sentence(activation, depth, now, outcome["forward"]),
    )


def sentence(activation, depth, now, forward):
    sizes = {name: number_text(now[init], 2) for init, name in NAMES.items()}
    return (
        f"Behind {depth} {activation} layer{'s' * (depth > 1)} Xavier leaves a signal of "
        f"{sizes['Xavier']} and He {sizes['He']}; theory multiplies the mean square by "
        f"{number_text(forward, 3)} a layer for the sizes and gain you set."
    )


def fate():
    left = propagate("relu", "xavier", n_samples=200).rms[20]
    return FATES[int(np.digitize(left, [0.05, 20.0]))]


lesson.show(
    FORMULA,
    draw,
    record=networks,
    recording="Sending signals through deep networks",
    presets=(
        lesson.Preset("Xavier + tanh", "0.63 after one layer, 0.16 after twenty"),
        lesson.Preset("Xavier + ReLU", "Dies out; He's stays", activation="relu"),
        lesson.Preset("Too small", "σ = 0.01 leaves 10⁻⁴ after 5 layers", depth=5),
        lesson.Preset("Linear", "Theory and run agree", activation="linear"),
    ),
    prediction=lesson.Prediction(
        "Twenty ReLU layers with Xavier's weights. What happens to the signal?",
        fate,
        choices=FATES,
        show={"activation": "relu", "depth": 20},
    ),
    **lesson.words(FORMULA),
)
