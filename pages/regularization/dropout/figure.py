"""Dropout: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Mark,
    Scene,
    Stems,
    Strand,
    Unit,
    curves,
    fitting,
    network,
    padded,
    stems,
    tall,
)
from formulas.checks import Array
from formulas.regularization.dropout import dropout_moments, dropout_ridge
from formulas.regularization.overfitting import (
    NOISE,
    TEST_ERRORS,
    TRAINING_ERRORS,
)
from formulas.regularization.overfitting import RATES as TRAINED_RATES
from notation.numbers import number_text
from pages.regularization.dropout.statement import (
    STATEMENT,
    Result,
    line_result,
)

PLACES = np.linspace(-1, 1, 41)  # where the fitted networks are drawn
EXAMPLES = np.linspace(-0.95, 0.95, 12)
NOISY = np.sin(3 * EXAMPLES) + 0.4 * np.random.default_rng(39).standard_normal(12)
MOST_UNITS = int(STATEMENT.control("units").high)
# Ends of the axes; a drag rarely changes them.
WIDTHS = (11, 21, 41, 61, MOST_UNITS + 1)
HEIGHTS = (1.8, 3.3, 6.5, 13, 20, 32)
INPUT_COLOR, OUTPUT_COLOR = STATEMENT.color_indices("x", "output")
P_COLOR, MEAN_COLOR = STATEMENT.color_indices("p", "mean")
OTHER_COLOR = 8
INPUTS, OUTPUTS = 3, 1  # of the network that is drawn around the layer
MOST_DRAWN = 6  # of the layer's units
TRAINING = "training error of 20 trained networks"
TEST = "test error of 20 trained networks"


def draw(
    result: Result,
    *,
    x: Array,
    p: float,
    masks: int,
    mode: str,
    training: bool,
) -> Scene:
    """Draw what networks learn with it, one mask, what it leaves, and the errors."""
    outputs = _outputs(result, masks, mode, training)
    units_left = int(np.count_nonzero(outputs[masks - 1]))
    average = outputs[:masks].mean()
    noise = _noise_now(result, x, p, mode, training)
    mean, variance = _moments_now(result, x, p, mode, training)
    as_trained = result.divided and mode == "inverted"
    # Without the division the units keep the room of those that are divided.
    raised = 1.0 if result.divided or not training else 1 / (1 - p)
    largest = outputs[masks - 1].max() * raised
    top = fitting(1.05 * max(largest, x[-1]), HEIGHTS)
    kept = outputs[masks - 1] > 0
    return Scene(
        tall(_fits(outputs, x, p, masks, training=training)),
        _network(kept, masks, training=training),
        _layer(outputs, x, masks, training=training, top=top),
        _errors_against_rate(p, as_trained),
        readouts={
            "average output so far": average,
            "average output in the long run": mean.mean(),
            "variance of a unit with input 1": noise,
            # The units are dropped independently of each other.
            "standard deviation of the layer’s mean": math.sqrt(variance.sum())
            / len(x),
            **_errors_at(p, as_trained),
        },
        status=sentence(
            p=p,
            mode=mode,
            training=training,
            masks=masks,
            units=len(x),
            units_left=units_left,
        )
        + _about_learning(p, training=training, as_trained=as_trained),
    )


def _network(kept: Array, masks: int, *, training: bool) -> Figure:
    """Draw the layer among others, with the units and lines that the mask takes out."""
    drawn = min(len(kept), MOST_DRAWN)
    title = f"The network under mask {masks}" if training else "The whole network"
    if drawn < len(kept):
        title += f": its first {drawn} units"
    every = [
        (unit, ends)
        for unit in range(drawn)
        for ends in (
            *(((0, k), (1, unit)) for k in range(INPUTS)),
            *(((1, unit), (2, k)) for k in range(OUTPUTS)),
        )
    ]
    return network(
        title,
        (
            [Unit(color_index=INPUT_COLOR)] * INPUTS,
            [Unit(color_index=OUTPUT_COLOR, out=not k) for k in kept[:drawn].tolist()],
            [Unit(color_index=OTHER_COLOR)] * OUTPUTS,
        ),
        # Those in use lie over them.
        Strand("dropped", [ends for _, ends in every], dash="dot", width=0.5),
        Strand(
            "in use",
            [ends for unit, ends in every if kept[unit]],
            OUTPUT_COLOR,
            width=2,
        ),
    )


def _about_learning(p: float, *, training: bool, as_trained: bool) -> str:
    """Say what networks that are trained like this miss, and those without dropout."""
    if not (training and as_trained and p):
        return ""
    with_it, without = (_errors_at(rate, as_trained)[TEST] for rate in (p, 0.0))
    return (
        f" Networks trained like this have a test error of {number_text(with_it, 3)}, "
        f"without dropout {number_text(without, 3)}."
    )


def _outputs(result: Result, masks: int, mode: str, training: bool) -> Array:
    """Return what the next layer sees under each mask; the equation states the last."""
    if line_result(mode, training) != "output":
        return result.outputs
    outputs = result.outputs.copy()
    outputs[masks - 1] = result.output
    return outputs


def _layer(
    outputs: Array, x: Array, masks: int, *, training: bool, top: float
) -> Figure:
    """Draw every unit as it comes in, and what the next layer sees of it."""
    when = f"after mask {masks}" if training else "in evaluation"
    units = padded(np.arange(1.0, len(x) + 1), MOST_UNITS)
    return stems(
        f"Every unit before, and {when}",
        Stems("input x", units, padded(x, MOST_UNITS), INPUT_COLOR, hollow=True),
        Stems(
            "what the next layer sees, y",
            units,
            padded(outputs[masks - 1], MOST_UNITS),
            OUTPUT_COLOR,
        ),
        x=Axis("unit", (0, fitting(len(x) + 1, WIDTHS))),
        y=Axis("value", (-0.02 * top, top)),
    )


def _fits(outputs: Array, x: Array, p: float, masks: int, *, training: bool) -> Figure:
    """Draw what a network of these units fits: thinned by a mask, on average, and whole."""
    count = len(x)
    shares = _contributions(count, p)
    passed = outputs[:masks] / x  # of each unit, under each mask
    nothing = np.full(len(PLACES), np.nan)
    whole = shares.sum(axis=1) if training else shares @ passed[-1]
    return curves(
        f"A network of {count} units learns {len(EXAMPLES)} noisy examples",
        Curve("no dropout", PLACES, _contributions(count, 0.0).sum(axis=1), P_COLOR),
        Curve("all units", PLACES, whole, OUTPUT_COLOR, dash=0),
        Curve(
            "mask k",
            PLACES,
            shares @ passed[-1] if training else nothing,
            OUTPUT_COLOR,
            dash=2,
        ),
        Curve(
            "average",
            PLACES,
            shares @ passed.mean(axis=0) if training else nothing,
            MEAN_COLOR,
            dash=1,
        ),
        Curve("truth", PLACES, np.sin(3 * PLACES), OTHER_COLOR, dash=3),
        Curve("examples", EXAMPLES, NOISY, INPUT_COLOR, points=True, line=False),
        x=Axis("input", (-1, 1)),
        y=Axis("output", (-2.2, 2.2)),
    )


@functools.lru_cache(maxsize=512)
def _contributions(count: int, p: float) -> Array:
    """Return what each unit adds to the output at every place, trained with dropout.

    The units are bumps side by side; the last layer is trained to the end, on the average
    over all masks. Of the many networks without dropout that pass through all examples the
    one with the smallest weights is taken.
    """
    units = _bumps(EXAMPLES, count)
    weights: Array = (
        dropout_ridge(units, NOISY, p)
        if p
        else np.asarray(np.linalg.lstsq(units, NOISY, rcond=1e-8)[0], dtype=float)
    )
    shares: Array = _bumps(PLACES, count) * weights
    shares.setflags(write=False)
    return shares


def _bumps(x: Array, count: int) -> Array:
    """Return what each of so many units makes of an input."""
    centers = np.linspace(-1, 1, count)
    width = max(0.3, 2 / (count - 1))
    return np.asarray(np.exp(-(((x[:, None] - centers) / width) ** 2) / 2))


@functools.lru_cache(maxsize=32)
def _errors_at(p: float, as_trained: bool) -> dict[str, float]:
    """Return what the networks of the experiment miss when trained at this rate.

    They were trained with the division by 1 − p: nothing is known of other modes.
    """
    if not as_trained:
        return {}
    return {
        TRAINING: float(np.interp(p, TRAINED_RATES, TRAINING_ERRORS)),
        TEST: float(np.interp(p, TRAINED_RATES, TEST_ERRORS)),
    }


@functools.lru_cache(maxsize=32)
def _errors_against_rate(p: float, as_trained: bool) -> Figure:
    errors = _errors_at(p, as_trained)
    training, test = errors.get(TRAINING, np.nan), errors.get(TEST, np.nan)
    how = "dropout" if as_trained else "the division"
    return curves(
        f"Test (upper) and training error with {how}",
        Curve("60 training examples", TRAINED_RATES, TRAINING_ERRORS, OUTPUT_COLOR),
        Curve("new examples (test)", TRAINED_RATES, TEST_ERRORS, OTHER_COLOR),
        Mark(p, training, "", OUTPUT_COLOR),
        Mark(p, test, "", OTHER_COLOR),
        x=Axis("probability p of dropping", (0, 1)),
        y=Axis("mean squared error", (0, 1.6)),
        levels=[(NOISE**2, "noise")],
    )


def _moments_now(
    result: Result, x: Array, p: float, mode: str, training: bool
) -> tuple[Array, Array]:
    """Return mean and variance of each unit, the equation's where it states them."""
    if line_result(mode, training) == "output":
        return result.mean, result.variance
    if not training:
        return result.outputs[0], np.zeros(len(x))
    mean, variance = dropout_moments(x, p, mode=mode)
    return np.asarray(mean), np.asarray(variance)


def _noise_now(result: Result, x: Array, p: float, mode: str, training: bool) -> float:
    """Return the variance of a unit of 1, the equation's where it states it."""
    if line_result(mode, training) == "output":
        return float(result.variance[-1] / x[-1] ** 2)
    return _noise(p, mode) if training else 0.0


@functools.lru_cache(maxsize=64)
def _noise(p: float, mode: str) -> float:
    """Return the variance of a unit of 1 in training."""
    _, variance = dropout_moments(1.0, p, mode=mode)
    return float(variance)


def sentence(
    *,
    p: float,
    mode: str,
    training: bool,
    masks: int,
    units: int,
    units_left: int,
) -> str:
    """Say what the latest mask leaves, and what becomes of that."""
    share = f"1 − p = {number_text(1 - p, 3)}"
    if not training:
        less = f", multiplied by {share}" if mode == "classic" else ""
        return f"In evaluation every unit takes part{less}; nothing is random."
    if p == 0:
        return "With p = 0 no unit is dropped: the next layer sees the input itself."
    dropped = f"Mask {masks} drops {units - units_left} of {units} units"
    if units_left == 0:
        dropped = f"Mask {masks} drops all {units} units: the next layer sees 0"
    elif mode == "inverted":
        dropped += f" and divides the others by {share}"
    if mode == "inverted":
        return f"{dropped}."
    evaluation = ""
    if mode == "classic":
        evaluation = f"; evaluation multiplies by {number_text(1 - p, 3)}"
    return (
        f"{dropped}. Nothing is scaled in training, so in the long run the units "
        f"average {share}{evaluation}."
    )
