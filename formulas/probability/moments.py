"""Moments that can be merged: count, mean and sum of squares from two computers."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.probability.variance import mean

FEW = 10_000  # up to so many values are added without rounding, which takes its time


@dataclass(frozen=True)
class Moments:
    """All that must be known of values to find their variance, alone or with others.

    Attributes
    ----------
    count : int
        How many values.
    mean : float
        Their mean.
    m2 : float
        Sum of the squared distances from the mean: the variance times the count.
    """

    count: int
    mean: float
    m2: float


def moments(x: ArrayLike) -> Moments:
    """Sum values up to what `merge_moments` needs of them.

    Parameters
    ----------
    x : (n,) array_like
        Values.

    Returns
    -------
    Moments
        Count, mean and sum of the squared distances from the mean.

    Raises
    ------
    ValueError
        If the input is empty, not 1-D or not finite, or the sum overflows.

    References
    ----------
    Chan, Golub and LeVeque (1979).

    Examples
    --------
    >>> moments([1.0, 2.0, 6.0])
    Moments(count=3, mean=3.0, m2=14.0)
    """
    values = checks.as_array(x, "x", ndim=1, copy=False)
    with (
        np.errstate(over="ignore", invalid="ignore"),
        checks.finite_first(x=values),
    ):
        center = _center(values)
        offsets = values - center
        total = checks.representable(offsets @ offsets)
    return Moments(len(values), center, float(total))


def _center(values: Array) -> float:
    """Average values; neither rounding nor overflow puts the mean outside of them."""
    if len(values) <= FEW:
        return float(mean(values))
    with np.errstate(over="ignore", invalid="ignore"):
        return float(min(max(values.mean(), values.min()), values.max()))


def merge_moments(
    first: Moments | tuple[int, float, float],
    second: Moments | tuple[int, float, float],
) -> Moments:
    """Join the moments of two sets of values without the values.

    Parameters
    ----------
    first, second : Moments or (count, mean, m2)
        Of values that do not overlap; one with count 0 changes nothing.

    Returns
    -------
    Moments
        Of all values together: in exact arithmetic the same as from the values.

    Raises
    ------
    ValueError
        If an argument is no triple, a count is negative or not whole, a number is not
        finite, a sum of squares is negative, or the result overflows.

    References
    ----------
    Chan, Golub and LeVeque (1979), section 2.

    Examples
    --------
    >>> merge_moments((2, 1.0, 2.0), (1, 4.0, 0.0))
    Moments(count=3, mean=2.0, m2=8.0)
    """
    one, other = _moments(first, "first"), _moments(second, "second")
    if not (one.count and other.count):
        return other if not one.count else one
    count = one.count + other.count
    gap = other.mean - one.mean
    center = one.mean + gap * (other.count / count)
    weight = one.count * (other.count / count)
    total = one.m2 + other.m2 + gap * (gap * weight)
    checks.representable([center, total])
    return Moments(count, center, total)


def _moments(value: Moments | tuple[int, float, float], name: str) -> Moments:
    parts = (value.count, value.mean, value.m2) if isinstance(value, Moments) else value
    try:
        count, center, total = parts
    except (TypeError, ValueError):
        raise ValueError(f"{name} must be a triple of count, mean and m2") from None
    return Moments(
        checks.integer(count, f"count of {name}", low=0),
        checks.scalar(center, f"mean of {name}"),
        checks.scalar(total, f"m2 of {name}", low=0),
    )
