"""Vector-Jacobian products: the chain rule multiplied from the side of the loss."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array


@dataclass(frozen=True)
class VJPChain:
    """The gradient through several functions, and what it costs from either end.

    Attributes
    ----------
    gradient : (n_0,) ndarray
        The vector, multiplied by all Jacobians.
    reverse_cost : int
        Multiplications from the vector on: one product with each Jacobian.
    forward_cost : int
        Multiplications from the input on: products of matrices, then the vector.
    """

    gradient: Array
    reverse_cost: int
    forward_cost: int


def vjp_chain(jacobians: Sequence[ArrayLike], v: ArrayLike) -> VJPChain:
    """Send a gradient back through functions that were applied one after another.

    Parameters
    ----------
    jacobians : sequence of (n_l, n_(l-1)) array_like
        Of each function, in the order of application.
    v : (n_L,) array_like
        Gradient of a loss by the last output.

    Returns
    -------
    VJPChain
        Gradient by the input, and the multiplications in both orders.

    Raises
    ------
    ValueError
        If there is no Jacobian, neighbors do not fit, an entry is not finite or the
        gradient overflows.

    References
    ----------
    Griewank and Walther (2008), chapter 3.

    Examples
    --------
    >>> vjp_chain([[[1, 2], [3, 4]], [[5, 6]]], [1])
    VJPChain(gradient=array([23., 34.]), reverse_cost=6, forward_cost=6)
    """
    matrices = {
        f"J{k}": checks.as_array(jacobian, f"J{k}", ndim=2, copy=False)
        for k, jacobian in enumerate(jacobians, start=1)
    }
    if not matrices:
        raise ValueError("jacobians must not be empty")
    vector = checks.as_array(v, "v", ndim=1)
    names, chain = list(matrices), list(matrices.values())
    for k in range(1, len(chain)):
        first, second = chain[k - 1], chain[k]
        rule = f"columns of {names[k]} must equal rows of {names[k - 1]}"
        fits = second.shape[1] == len(first)
        checks.same_shape(fits, names[k], second, names[k - 1], first, rule)
    rule = f"v must have one entry per row of {names[-1]}"
    fits = len(vector) == len(chain[-1])
    checks.same_shape(fits, "v", vector, names[-1], chain[-1], rule)
    gradient, every_entry_counts = vector, True
    with np.errstate(over="ignore", invalid="ignore"):
        for jacobian in reversed(chain):
            every_entry_counts &= bool(gradient.all())
            gradient = gradient @ jacobian
    # What is not finite anywhere leaves nothing finite behind it, unless a factor 0 spares
    # a product from looking at it. To look again at every entry would take as long.
    if not (every_entry_counts and np.isfinite(gradient).all()):
        checks.finite(**matrices, v=vector)
        checks.representable(gradient)
    inputs = chain[0].shape[1]
    reverse = sum(jacobian.size for jacobian in chain)
    forward = sum(jacobian.size for jacobian in chain[1:]) * inputs
    return VJPChain(gradient, reverse, forward + len(vector) * inputs)
