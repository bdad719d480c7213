"""Clipping: shorten gradients that are too long, without turning them."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array

SAFE = 1e-280  # a sum of squares below this may have lost digits to underflow


@dataclass(frozen=True)
class ClippedGrads:
    """Gradients after clipping.

    Attributes
    ----------
    grads : list of ndarray
        The gradients times ``scale``, in their shapes.
    norm : float
        The length of all of them together before clipping.
    scale : float
        What they were multiplied by, at most 1.
    """

    grads: list[Array]
    norm: float
    scale: float


def clip_by_global_norm(
    grads: Sequence[ArrayLike], max_norm: float, *, eps: float = 1e-6
) -> ClippedGrads:
    """Scale all gradients by one factor if together they are too long.

    Parameters
    ----------
    grads : sequence of (...) array_like
        One gradient for each parameter array, of any shape.
    max_norm : float
        Positive: the greatest length allowed.
    eps : float
        At least 0, added to the length before dividing by it (PyTorch has 1e-6, Optax
        none); with it, gradients of just the allowed length shrink a little.

    Returns
    -------
    ClippedGrads
        The gradients, their length before, and the factor.

    Raises
    ------
    ValueError
        If there is no gradient, one is empty or not finite, a number lies outside its
        range, or the length overflows.

    References
    ----------
    Pascanu, Mikolov and Bengio (2013), Algorithm 1.

    Examples
    --------
    >>> clipped = clip_by_global_norm([[3.0, 4.0], [12.0]], 6.5, eps=0.0)
    >>> clipped.grads, clipped.norm, clipped.scale
    ([array([1.5, 2. ]), array([6.])], 13.0, 0.5)
    """
    arrays = _arrays(grads)
    max_norm = checks.scalar(max_norm, "max_norm", low=0, open_low=True)
    eps = checks.scalar(eps, "eps", low=0)
    norm = float(
        checks.representable(math.hypot(*(_length(array) for array in arrays)))
    )
    size = norm + eps
    scale = min(1.0, max_norm / size) if size else 1.0
    for array in arrays:
        np.multiply(array, scale, out=array)
    return ClippedGrads(arrays, norm, scale)


def _arrays(grads: Sequence[ArrayLike]) -> list[Array]:
    try:
        listed = list(grads)
    except TypeError:
        raise ValueError("grads must be a list of arrays") from None
    if not listed:
        raise ValueError("grads must not be empty")
    names = [f"grads[{i}]" for i in range(len(listed))]
    arrays = [
        checks.as_array(gradient, name)
        for gradient, name in zip(listed, names, strict=True)
    ]
    checks.finite(**dict(zip(names, arrays, strict=True)))
    return arrays


def _length(array: Array) -> float:
    square = float(np.vdot(array, array))
    if SAFE < square < math.inf:
        return math.sqrt(square)
    peak = float(np.abs(array).max())
    scaled = array / (peak or 1.0)
    return peak * math.sqrt(np.vdot(scaled, scaled))
