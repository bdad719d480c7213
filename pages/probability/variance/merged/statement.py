"""Merged variance: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.probability.moments import merge_moments, moments
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

FIRST = (2.0, 4.0, 4.0, 3.0, 1.0, 5.0, 2.5, 3.5, 4.5, 1.5)
SECOND = (4.0, 5.0, 5.0, 7.0, 9.0, 6.0, 8.0, 5.5, 6.5, 3.0)

QUANTITIES = (
    quantity("first", "a", "values of the first computer", ("n_a",)),
    quantity("first_mean", r"\bar a", "their mean"),
    quantity("first_m2", "M_a", "sum of their squared distances from it"),
    quantity("second", "b", "values of the second computer", ("n_b",)),
    quantity("second_mean", r"\bar b", "their mean"),
    quantity("second_m2", "M_b", "sum of their squared distances from it"),
    quantity("gap", r"\delta", "distance of both means"),
    quantity("m2", "M", "sum of the squared distances of all values"),
    quantity("mean", r"\bar x", "mean of all values"),
    quantity("variance", "s^2", "variance of all values"),
    quantity("pooled", "s_p^2", "pooled variance, within both parts"),
    slider(
        "shift",
        "d",
        "added to the second computer’s values",
        0.0,
        low=-10,
        high=10,
        step=0.5,
    ),
    slider("n_first", "n_a", "values of the first computer", 3, low=2, high=10, step=1),
    slider(
        "n_second", "n_b", "values of the second computer", 5, low=2, high=10, step=1
    ),
)


def inputs(shift: float, n_first: int, n_second: int) -> dict[str, Any]:
    """Share the values out."""
    return {
        "first": np.array(FIRST[:n_first]),
        "second": np.array(SECOND[:n_second]) + shift,
    }


@dataclass(frozen=True)
class Result:
    """What each computer tells, and what is known of all values then."""

    first_mean: float
    first_m2: float
    second_mean: float
    second_m2: float
    gap: float
    mean: float
    m2: float
    variance: float
    pooled: float


def compute(first: Array, second: Array) -> Result:
    """Merge two triples of count, mean and sum of squares."""
    one, other = moments(first), moments(second)
    both = merge_moments(one, other)
    return Result(
        first_mean=one.mean,
        first_m2=one.m2,
        second_mean=other.mean,
        second_m2=other.m2,
        gap=other.mean - one.mean,
        mean=both.mean,
        m2=both.m2,
        variance=both.m2 / (both.count - 1),
        pooled=(one.m2 + other.m2) / (both.count - 2),
    )


def equations() -> tuple[Equation, ...]:
    """Write what each computer tells, and how it is merged."""
    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    a, b = arrays("first second")
    mean_a, m2_a, mean_b, m2_b = symbols("first_mean first_m2 second_mean second_m2")
    gap, mean, m2, variance, pooled = symbols("gap mean m2 variance pooled")
    n, k, i = symbols("n_a n_b i")
    with unevaluated():
        return (
            Equation(mean_a, 1 / n * sum_over(a[i], i, 1, n)),
            Equation(m2_a, sum_over((a[i] - mean_a) ** 2, i, 1, n)),
            Equation(mean_b, 1 / k * sum_over(b[i], i, 1, k)),
            Equation(m2_b, sum_over((b[i] - mean_b) ** 2, i, 1, k)),
            Equation(gap, mean_b - mean_a),
            Equation(mean, mean_a + gap * (k / (n + k))),
            Equation(variance, m2 / (n + k - 1)),
            Equation(pooled, (m2_a + m2_b) / (n + k - 2)),
            Equation(m2, m2_a + m2_b + gap**2 * (n * k / (n + k))),
        )


def identities() -> tuple[Identity, ...]:
    """Write why it is exact, and how one value more is merged."""
    from notation.trees import Identity, symbols

    a, b, c, x = symbols("a b c x", positive=True)
    m, M, n = symbols("m M n", positive=True)
    first, mean = (a + b) / 2, (a + b + c) / 3
    within = (a - first) ** 2 + (b - first) ** 2
    return (
        Identity(
            "Two values and one: squares within the parts, and of the parts’ means.",
            (a - mean) ** 2 + (b - mean) ** 2 + (c - mean) ** 2,
            within + 0 * c + (c - first) ** 2 * (2 * 1) / (2 + 1),
            r"\sum_i (x_i - \bar x)^2 = M_a + M_b + \delta^2\, \frac{n_a n_b}{n_a + n_b}",
        ),
        Identity(
            "One value x more is Welford’s step.",
            M + (x - m) ** 2 * n / (n + 1),
            M + (x - m) * (x - (m + (x - m) / (n + 1))),
            r"M' = M + (x - \bar x)(x - \bar x')",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<m2> = <first_m2> + <second_m2> + {<gap>}^2\, "
        r"\frac{<n_first> <n_second>}{<n_first> + <n_second>}, \quad <mean> = "
        r"<first_mean> + <gap>\, \frac{<n_second>}{<n_first> + <n_second>}"
    ),
)
