"""Dropout: what is shown, computed and proved."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.regularization.dropout import (
    MODES,
    DropoutResult,
    dropout,
    dropout_moments,
)
from notation.quantities import option, quantity, slider, switch
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

MOST_MASKS = 500
AT_ONCE = (50, MOST_MASKS)  # masks that are drawn, and a slider moves over them

QUANTITIES = (
    quantity("x", "x", "value of each unit", ("n",)),
    slider(
        "p", "p", "probability of dropping a unit", 0.5, low=0, high=0.95, step=0.05
    ),
    quantity("mask", "m", "1 for a kept unit, 0 for a dropped one", ("n",)),
    quantity("output", "y", "what the next layer sees", ("n",)),
    quantity("mean", r"\mu", "mean of the output over all masks", ("n",)),
    quantity("variance", r"\sigma^2", "variance of the output over all masks", ("n",)),
    slider("units", "n", "number of units", 20, low=4, high=100, step=1),
    slider("masks", "k", "number of masks drawn", 50, low=1, high=MOST_MASKS, step=1),
    option(
        "mode",
        r"\text{mode}",
        "way of scaling",
        "inverted",
        choices=MODES,
    ),
    switch(
        "training",
        r"\text{training}",
        "on: training, units are dropped; off: evaluation",
        True,
    ),
    slider(
        "seed",
        r"\text{seed}",
        "seed of the random masks",
        0,
        low=0,
        high=20,
        step=1,
        rare=True,
    ),
    quantity(
        "unscaled",
        r"y^{\text{unscaled}}",
        "what the next layer sees where training does not divide",
        ("n",),
        color_of="output",
    ),
    quantity(
        "evaluated",
        r"y^{\text{evaluation}}",
        "what the next layer sees in evaluation",
        ("n",),
        color_of="output",
    ),
    quantity(
        "weakened",
        r"y^{\text{classic}}",
        "the same in mode classic, which multiplies there",
        ("n",),
        color_of="output",
    ),
)


def inputs(
    p: float, units: int, masks: int, mode: str, training: bool, seed: int
) -> dict[str, Any]:
    """Make units of different size around 1."""
    return {
        "x": np.linspace(0.5, 1.5, units),
        "p": p,
        "masks": masks,
        "scaling": mode,
        "training": training,
        "seed": seed,
    }


@dataclass(frozen=True)
class Result:
    """What the latest mask lets through, and its mean and variance over all masks.

    Attributes
    ----------
    outputs : (masks, n) ndarray
        What the next layer sees under each mask, scaled as the mode says.
    divided : bool
        False where the division by 1 − p is left out.
    """

    mask: Array
    output: Array
    mean: Array
    variance: Array
    unscaled: Array
    evaluated: Array
    weakened: Array
    outputs: Array
    divided: bool = True


def compute(
    x: Array, p: float, masks: int, scaling: str, training: bool, seed: int
) -> Result:
    """Drop units at random and scale up those that are left; the last mask counts."""
    units = tuple(x.tolist())
    drawn = next(count for count in AT_ONCE if count >= masks)
    dropped, unscaled = (
        _under_every_mask(units, drawn, p, mode, True, seed)
        for mode in ("inverted", "unscaled")
    )
    shown = _under_every_mask(units, drawn, p, scaling, training, seed)
    mean, variance = dropout_moments(x, p)
    return Result(
        mask=dropped.mask[masks - 1],
        output=dropped.output[masks - 1],
        mean=np.asarray(mean),
        variance=np.asarray(variance),
        unscaled=unscaled.output[masks - 1],
        evaluated=dropout(x, p, training=False, rng=seed).output,
        weakened=dropout(x, p, training=False, mode="classic", rng=seed).output,
        outputs=shown.output,
    )


@functools.lru_cache(maxsize=16)
def _under_every_mask(
    units: tuple[float, ...],
    masks: int,
    p: float,
    mode: str,
    training: bool,
    seed: int,
) -> DropoutResult:
    """Drop under many masks; more of them begin with the same ones."""
    layers = np.tile(np.array(units), (masks, 1))
    dropped = dropout(layers, p, training=training, mode=mode, rng=seed)
    for shared in (dropped.output, dropped.mask):
        shared.setflags(write=False)
    return dropped


def equations() -> tuple[Equation, ...]:
    """Write the output of one unit, its mean and its variance."""
    from notation.trees import Equation, arrays, symbols, unevaluated

    x, m, y, mean, var = arrays("x mask output mean variance")
    unscaled, evaluated, weakened = arrays("unscaled evaluated weakened")
    p, j = symbols("p j")
    with unevaluated():
        return (
            Equation(y[j], m[j] * x[j] / (1 - p)),
            Equation(mean[j], (1 - p) * (x[j] / (1 - p)) + p * 0),
            Equation(var[j], p / (1 - p) * x[j] ** 2),
            Equation(unscaled[j], m[j] * x[j]),
            Equation(evaluated[j], x[j]),
            Equation(weakened[j], (1 - p) * x[j]),
        )


def identities() -> tuple[Identity, ...]:
    """Write where the noise comes from and how it grows."""
    from sympy import Derivative

    from notation.trees import Identity, symbols

    p, x = symbols("p x", positive=True)
    scaled = x / (1 - p)
    return (
        Identity(
            "The variance comes from two outcomes: kept and scaled up, or 0.",
            (1 - p) * (scaled - x) ** 2 + p * (0 - x) ** 2,
            p / (1 - p) * x**2,
            r"(1 - p) \left(\frac{x}{1 - p} - x\right)^2 + p \, (0 - x)^2 = "
            r"\frac{p}{1 - p} x^2",
        ),
        Identity(
            "Without scaling the noise is largest at p = 1/2, and the mean shrinks.",
            (1 - p) * (x - (1 - p) * x) ** 2 + p * ((1 - p) * x) ** 2,
            p * (1 - p) * x**2,
            r"\mathrm{Var}(m x) = p (1 - p) x^2, \quad \mathbb{E}[m x] = (1 - p) x",
        ),
        Identity(
            "The closer p is to 1, the faster the noise grows.",
            Derivative(p / (1 - p) * x**2, p),
            x**2 / (1 - p) ** 2,
            r"\frac{d}{dp} \frac{p}{1 - p} x^2 = \frac{x^2}{(1 - p)^2}",
        ),
    )


def line_result(mode: str, training: bool) -> str:
    """Name what the next layer sees: divided or not, in training or in evaluation."""
    if not training:
        return "weakened" if mode == "classic" else "evaluated"
    return "output" if mode == "inverted" else "unscaled"


MASKED = r"<mask> \odot <x>"
DRAWN = r"\qquad <mask>_j \sim \mathrm{Bernoulli}(1 - <p>)"
INVERTED = rf"<output> = \frac{{{MASKED}}}{{1 - <p>}}, {DRAWN}"


def headline_at(mode: str, training: bool) -> str:
    """Write what is computed where no unit is dropped, or none scaled in training."""
    if not training:
        return r"<output> = (1 - <p>)\, <x>" if mode == "classic" else "<output> = <x>"
    return "" if mode == "inverted" else f"<output> = {MASKED}, {DRAWN}"


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=INVERTED,
    headline_at=headline_at,
    main_result="output",
    line_result=line_result,
)
