"""Dropout on inputs: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Figure, Mark, Scene, curves
from formulas.checks import Array
from notation.numbers import number_text
from pages.regression.linear_regression.ridge.statement import COUNT, points
from pages.regularization.dropout.input_noise.statement import (
    MOST_COPIES,
    NOISE,
    STATEMENT,
    Result,
)

COPIES = np.unique(np.geomspace(1, MOST_COPIES, 60).round().astype(int))
RATES = np.array(STATEMENT.control("p").positions)
FIRST_COLOR, SECOND_COLOR = STATEMENT.color_indices("beta_1", "beta_2")
SLOPES = Axis("scaled slope", (-1.5, 3))


def draw(
    result: Result,
    *,
    p: float,
    correlation: float,
    unit: float,
    copies: int,
    seed: int,
) -> Scene:
    """Draw fits to noisy copies, and both slopes over the probability."""
    slopes = np.array([result.beta_1, result.beta_2])
    sizes = np.array([1.0, unit])  # standard deviations of the inputs
    fits = noisy_fits(p, correlation, seed)
    plain = effects(0.0, correlation)
    return Scene(
        _copies(fits, slopes * sizes, copies),
        _rates(correlation, unit, slopes * sizes, p),
        readouts={
            "weight": result.weight,
            "beta_1": result.beta_1,
            "beta_2": result.beta_2,
            "first slope, fitted to the copies": fits[copies - 1, 0],
            "second slope, fitted to the copies": fits[copies - 1, 1] / unit,
        },
        status=sentence(p, slopes, plain / sizes, fits[copies - 1] / sizes, copies),
    )


def effects(weight: float, correlation: float, unit: float = 1.0) -> Array:
    """Fit with a penalty on the squares of both slopes; return slope × unit of each."""
    X, y = points(correlation, NOISE)
    sizes = np.array([1.0, unit])
    inner = (X * sizes).T @ (X * sizes)
    slopes = np.linalg.solve(inner + weight * np.eye(2), (X * sizes).T @ y)
    return np.asarray(slopes * sizes)


@functools.lru_cache(maxsize=64)
def noisy_fits(p: float, correlation: float, seed: int) -> Array:
    """Fit least squares to one noisy copy of the points, to two, and so on."""
    X, y = points(correlation, NOISE)
    drawn = np.random.default_rng(seed).random((MOST_COPIES, *X.shape))
    noisy = X * (drawn >= p) / (1 - p)
    inner = np.einsum("kij,kil->kjl", noisy, noisy).cumsum(axis=0)
    outer = np.einsum("kij,i->kj", noisy, y).cumsum(axis=0)
    a, b, d = inner[:, 0, 0], inner[:, 0, 1], inner[:, 1, 1]
    det = a * d - b**2
    first = d * outer[:, 0] - b * outer[:, 1]
    second = a * outer[:, 1] - b * outer[:, 0]
    # A copy without an entry of an input says nothing of its slope.
    known = det > 1e-9 * a * d
    fits = np.stack([first, second], axis=1) / np.where(known, det, np.nan)[:, None]
    fits.setflags(write=False)
    return fits


def _copies(fits: Array, slopes: Array, copies: int) -> Figure:
    return curves(
        "Fits to more and more noisy copies",
        Curve("first", COPIES, fits[COPIES - 1, 0], FIRST_COLOR),
        Curve("second", COPIES, fits[COPIES - 1, 1], SECOND_COLOR),
        Mark(copies, fits[copies - 1, 0], "", FIRST_COLOR),
        Mark(copies, fits[copies - 1, 1], "", SECOND_COLOR),
        x=Axis("copies m", (1, MOST_COPIES), log=True),
        y=SLOPES,
        levels=[(slopes[0], "formula"), (slopes[1], "")],
    )


@functools.lru_cache(maxsize=128)
def over_rates(correlation: float, unit: float) -> tuple[Array, Array]:
    """Return slope × unit at every probability, with dropout and with ridge."""
    weights = RATES / (1 - RATES)
    noisy = np.array([effects(COUNT * w, correlation) for w in weights])
    ridge = np.array([effects(COUNT * w, correlation, unit) for w in weights])
    return noisy, ridge


def _rates(correlation: float, unit: float, slopes: Array, p: float) -> Figure:
    noisy, ridge = over_rates(correlation, unit)
    return curves(
        "Both slopes; ridge for comparison",
        Curve("first", RATES, noisy[:, 0], FIRST_COLOR, dash=0),
        Curve("second", RATES, noisy[:, 1], SECOND_COLOR, dash=0),
        Curve("ridge, first", RATES, ridge[:, 0], FIRST_COLOR, dash=2),
        Curve("ridge, second", RATES, ridge[:, 1], SECOND_COLOR, dash=2),
        Mark(p, slopes[0], "", FIRST_COLOR),
        Mark(p, slopes[1], "", SECOND_COLOR),
        x=Axis("probability p of dropping", (0, 1)),
        y=SLOPES,
        levels=[(0, "")],
    )


def sentence(p: float, slopes: Array, plain: Array, fitted: Array, copies: int) -> str:
    """Say what the noise makes of the slopes, and what the copies give."""
    if p == 0:
        return f"Nothing is dropped: the slopes {_pair(slopes)} are those of least squares."
    found = f"{copies} noisy {'copy' if copies == 1 else 'copies'}"
    if np.isfinite(fitted).all():
        last = f"least squares on {found} gives {_pair(fitted)}"
    else:
        last = f"{found} cannot tell both slopes"
    return (
        f"Instead of {_pair(plain)} the slopes are {_pair(slopes)}, because dropping "
        f"entries acts as a penalty; {last}."
    )


def _pair(numbers: Array) -> str:
    return f"{number_text(numbers[0], 3)} and {number_text(numbers[1], 3)}"
