"""Residual blocks: a sublayer adds to its input, normalized before or afterwards."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.transformer.layer_norm import layer_norm

ORDERS = ("pre", "post")


def residual_block(
    x: ArrayLike,
    sublayer: Callable[[Array], Any],
    *,
    order: str = "pre",
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    eps: float = 1e-5,
) -> Array:
    """Add what a sublayer returns to its input, with layer normalization.

    Parameters
    ----------
    x : (..., d) array_like
        Features on the last axis.
    sublayer : callable
        Returns an array in the shape of its argument.
    order : {"pre", "post"}
        ``x + sublayer(layer_norm(x))``, where x itself runs through the whole network
        and needs a last normalization after it, or ``layer_norm(x + sublayer(x))``.
    gamma, beta, eps
        As for `layer_norm`.

    Returns
    -------
    (..., d) ndarray
        The input of the next block.

    Raises
    ------
    ValueError
        As `layer_norm`, if the order is unknown, or the sublayer returns another shape
        or numbers that are not finite.

    References
    ----------
    Xiong et al. (2020), table 1.

    Examples
    --------
    >>> residual_block([-1.0, 1.0], lambda z: 2 * z, eps=0)
    array([-3.,  3.])
    >>> residual_block([-1.0, 1.0], lambda z: 2 * z, order="post", eps=0)
    array([-1.,  1.])
    """
    features: Array = checks.as_array(x, "x")
    if not features.ndim:
        raise ValueError("x must be 1-D, got shape ()")
    checks.finite(x=features)
    checks.choice(order, "order", ORDERS)
    if order == "pre":
        normal = layer_norm(features, gamma, beta, eps=eps)
        return _added(features, _applied(sublayer, normal))
    total = _added(features, _applied(sublayer, features.copy()))
    return layer_norm(total, gamma, beta, eps=eps)


def _applied(sublayer: Callable[[Array], Any], inputs: Array) -> Array:
    with np.errstate(all="ignore"):  # the answer is checked below
        result: Array = checks.as_array(sublayer(inputs), "sublayer")
    rule = "sublayer must return the shape of x"
    fits = result.shape == inputs.shape
    checks.same_shape(fits, "sublayer", result, "x", inputs, rule)
    checks.finite(sublayer=result)
    return result


def _added(features: Array, change: Array) -> Array:
    with np.errstate(over="ignore"):  # reported as not finite
        total: Array = checks.representable(features + change)
    return total
