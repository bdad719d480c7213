"""Variance and standard deviation: what is shown, computed and proved."""

from __future__ import annotations

import functools
from collections.abc import Generator
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.probability.variance import mean, sampling_distribution, std, variance
from notation.own_numbers import differing, own_numbers
from notation.quantities import quantity, slider
from notation.simulation import for_each
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

VALUES_IN_ALL = 100_000  # drawn for each size of sample
OFFSETS = (0.0, *(m * 10.0**k for k in range(9) for m in (1, 2, 5)), 1e9)
TOLD_APART = 1000  # the largest offset that leaves digits for the deviations
OWN = own_numbers(
    "your own sample",
    "4.2, 5.1, 3.8, 6.4, 5.0, 4.7",
    low=-1e6,
    high=1e6,
    replaces=("n", "sigma", "outlier", "seed"),
    check=differing("the numbers"),
)

QUANTITIES = (
    quantity("x", "x", "values of the sample", ("n",)),
    slider("n", "n", "number of values", 5, low=2, high=50, step=1),
    slider(
        "sigma",
        r"\sigma",
        "true standard deviation of the distribution",
        1.0,
        low=0.1,
        high=5,
        step=0.1,
    ),
    slider(
        "ddof",
        r"\mathrm{ddof}",
        "1 divides by n − 1 (Bessel), 0 by n",
        1,
        choices=(0, 1),
    ),
    slider("offset", "b", "added to every value", 0.0, choices=OFFSETS),
    slider(
        "outlier", "o", "added to the last value on top", 0.0, low=0, high=20, step=0.5
    ),
    slider(
        "seed",
        r"\text{seed}",
        "seed of the random values",
        5,
        low=0,
        high=50,
        step=1,
        rare=True,
    ),
    quantity("mean", r"\bar{x}", "mean of the sample"),
    quantity("variance", "s^2", "variance of the sample"),
    quantity("std", "s", "standard deviation of the sample"),
    quantity("deviations", "d", "deviation of each value from the mean", ("n",)),
    OWN,
)


@dataclass(frozen=True, eq=False)
class SampleVariances:
    """Variances of many normal samples of one size, computed both ways."""

    divided_by_n: Array
    divided_by_n_minus_1: Array


def simulate() -> Generator[float, None, dict[int, SampleVariances]]:
    """Draw thousands of samples of every size."""
    return for_each(STATEMENT.control("n").positions, _sample_variances)


def _sample_variances(n: int) -> SampleVariances:
    n_samples = VALUES_IN_ALL // n
    return SampleVariances(
        divided_by_n=sampling_distribution(n, n_samples=n_samples, ddof=0),
        divided_by_n_minus_1=sampling_distribution(n, n_samples=n_samples, ddof=1),
    )


def inputs(
    n: int,
    sigma: float,
    offset: float,
    outlier: float,
    ddof: int,
    seed: int,
    own: str,
    history: dict[int, SampleVariances],
) -> dict[str, Any]:
    """Draw the values, or take the reader's, before and after the offset is added."""
    sample = OWN.numbers(own)
    if sample is None:
        sample = _normal_sample(n, sigma=sigma, outlier=outlier, seed=seed)
    count = len(sample)
    return {
        "x": sample + offset,
        "ddof": ddof,
        "sample": sample,
        "sample_variances": history.get(count) or _of_a_large_sample(count),
    }


_of_a_large_sample = functools.lru_cache(maxsize=32)(_sample_variances)


def _normal_sample(
    n: int, *, sigma: float = 1.0, outlier: float = 0.0, seed: int = 0
) -> Array:
    """Draw normal numbers around 0, and move the last one."""
    values: Array = sigma * np.random.default_rng(seed).standard_normal(n)
    values[-1] += outlier
    return values


@dataclass(frozen=True)
class Result:
    """Mean, variance and standard deviation of the values.

    Attributes
    ----------
    subtracted : int
        From the number of values, in the divisor.
    """

    mean: float
    variance: float
    std: float
    deviations: Array
    subtracted: int


def compute(x: Array, ddof: int) -> Result:
    """Find the middle of the values, and how far they lie from it."""
    center = float(mean(x))
    return Result(
        mean=center,
        variance=float(variance(x, ddof=ddof)),
        std=float(std(x, ddof=ddof)),
        deviations=x - center,
        subtracted=ddof,
    )


def equations() -> tuple[Equation, ...]:
    """Write mean, variance and standard deviation."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, d = arrays("x deviations")
    n, ddof, mean, variance, std, i = symbols("n ddof mean variance std i")
    with unevaluated():
        return (
            Equation(mean, 1 / n * sum_over(x[i], i, 1, n)),
            Equation(variance, 1 / (n - ddof) * sum_over(d[i] ** 2, i, 1, n)),
            Equation(std, sqrt(variance)),
            Equation(d[i], x[i] - mean),
        )


def identities() -> tuple[Identity, ...]:
    """Write the other form, the laws of shift and factor, and what stays too small."""
    from sympy import Derivative, Rational, gamma, pi, sqrt

    from notation.trees import Identity, symbols

    x = symbols("x_1:4", positive=True)
    a, c = symbols("a c", positive=True)
    third = Rational(1, 3)

    def center(values: tuple[Any, ...]) -> Any:
        return third * sum(values)

    def spread(values: tuple[Any, ...]) -> Any:
        return third * sum((v - center(values)) ** 2 for v in values)

    faces = [Rational(k) for k in range(1, 7)]
    die = sum((k - Rational(7, 2)) ** 2 for k in faces) / 6
    return (
        Identity(
            "It is the mean of the squares minus the square of the mean.",
            spread(x),
            third * sum(v**2 for v in x) - center(x) ** 2,
            r"\frac{1}{n} \sum_i (x_i - \bar x)^2 = "
            r"\frac{1}{n} \sum_i x_i^2 - \bar x^2",
        ),
        Identity(
            "A value far from the mean has the most influence.",
            Derivative(spread(x), x[0]),
            2 * third * (x[0] - center(x)),
            r"\frac{\partial s^2}{\partial x_i} = \frac{2}{n} (x_i - \bar x) \quad "
            r"(\mathrm{ddof} = 0)",
        ),
        Identity(
            "A shift changes nothing; a factor counts squared.",
            spread(tuple(c * v + a for v in x)),
            c**2 * spread(x),
            r"\mathrm{Var}(cX + a) = c^2\, \mathrm{Var}(X)",
        ),
        Identity(
            "A fair die.",
            die,
            Rational(35, 12),
            r"\frac{1}{6} \sum_{k=1}^{6} \left(k - \tfrac{7}{2}\right)^2 = "
            r"\frac{35}{12}",
        ),
        Identity(
            "Even with n − 1 the standard deviation of two normal numbers is on average "
            "only 0.8 of the true one.",
            sqrt(2) * gamma(1) / gamma(Rational(1, 2)),
            sqrt(2 / pi),
            r"\mathbb{E}[s] = \sqrt{\tfrac{2}{\pi}}\; \sigma \quad (n = 2)",
        ),
    )


def line_result(offset: float) -> str:
    """Name the root where four digits would not tell the values from their mean."""
    return "variance" if offset <= TOLD_APART else "std"


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\mathrm{Var}(X) = \mathbb{E}\left[(X - \mu)^2\right] = "
        r"\mathbb{E}\left[X^2\right] - \mu^2, \qquad <variance> = "
        r"\frac{1}{<n> - <ddof>} \sum_{i=1}^{<n>} (<x>_i - <mean>)^2, \qquad <std> = \sqrt{<variance>}"
    ),
    main_result="variance",
    line_result=line_result,
    simulate=simulate,
    progress_label="Drawing thousands of samples",
)
