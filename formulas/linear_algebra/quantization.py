"""Quantization: weights as small whole numbers and the size of one step."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array

LARGEST = float(np.finfo(float).max)
NORMAL = float(np.finfo(float).tiny)  # below, a step has lost digits


@dataclass(frozen=True)
class Quantized:
    """Numbers as multiples of one step.

    Attributes
    ----------
    codes : (...) ndarray of int
        How many steps each number is rounded to.
    scale : float or (rows,) ndarray
        The step; 0 where all numbers are 0.
    values : (...) ndarray
        Codes times step: what is left of the numbers.
    """

    codes: NDArray[np.int_]
    scale: float | Array
    values: Array


def quantize_absmax(x: ArrayLike, *, bits: int = 8, per_row: bool = False) -> Quantized:
    """Round numbers to multiples of a step that the largest of them sets.

    Parameters
    ----------
    x : (...) array_like
        Numbers; with ``per_row`` a matrix.
    bits : int
        Of each code, from 2 to 16; codes reach from ``-(2**(bits - 1) - 1)`` to the
        same above 0.
    per_row : bool
        Give each row a step of its own, so that an outlier spoils one row only.

    Returns
    -------
    Quantized
        Codes (halves go to the even neighbor), step and rounded numbers, each at most
        half a step off.

    Raises
    ------
    ValueError
        If the input is empty, not finite or, with ``per_row``, not 2-D, or the number
        of bits is out of range.

    References
    ----------
    Dettmers et al. (2022), section 2.

    Examples
    --------
    >>> quantize_absmax([0.5, -1.5, 3.5], bits=3).codes
    array([ 0, -1,  3])
    >>> quantize_absmax([[3, 7], [0, 0]], bits=4, per_row=True).scale
    array([1., 0.])
    """
    numbers = checks.as_array(x, "x", ndim=2 if per_row else None)
    axis = -1 if per_row else None
    high, low = (f(numbers, axis=axis, keepdims=True) for f in (np.max, np.min))
    if not (np.isfinite(high).all() and np.isfinite(low).all()):  # as all others are
        checks.finite(x=numbers)
    levels = 2 ** (checks.integer(bits, "bits", low=2, high=16) - 1) - 1
    with np.errstate(over="ignore"):  # by the last bit of the step, times its number
        scale = _step(np.abs(np.maximum(high, -low)), levels)
        numbers /= np.where(scale == 0, 1.0, scale)
        np.rint(numbers, out=numbers)
        codes = numbers.astype(int)
        numbers *= scale
        if scale.max() * levels > LARGEST:
            np.clip(numbers, -LARGEST, LARGEST, out=numbers)
    step: Any = scale[:, 0] if per_row else float(scale.ravel()[0])
    return Quantized(codes, step, numbers)


def _step(largest: Array, levels: int) -> Array:
    """Return the step; where it is subnormal, one that does not leave out the largest."""
    step = largest / levels
    short = (step < NORMAL) & (step * levels < largest)
    return np.where(short, np.nextafter(step, np.inf), step)
