"""Singular values: every matrix turns, stretches along axes and turns again."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.matrices import turns

EPSILON = float(np.finfo(float).eps)


@dataclass(frozen=True)
class SVDResult:
    """A matrix as a sum of layers, the strongest first.

    Attributes
    ----------
    U : (m, k) ndarray
        Orthonormal columns, k the smaller of the matrix's sizes.
    s : (k,) ndarray
        Singular values, the largest first.
    Vt : (k, n) ndarray
        Orthonormal rows, the largest entry of each positive.
    rank : int
        Number of singular values that are more than rounding.
    """

    U: Array
    s: Array
    Vt: Array
    rank: int


def svd(A: ArrayLike) -> SVDResult:
    """Write a matrix as ``U diag(s) Vt``.

    Parameters
    ----------
    A : (m, n) array_like
        Any shape.

    Returns
    -------
    SVDResult
        The thin decomposition. The sum of its first r layers
        ``s[i] * np.outer(U[:, i], Vt[i])`` is the nearest matrix of rank r.

    Raises
    ------
    ValueError
        If an entry is not finite or a singular value overflows.

    References
    ----------
    Eckart and Young (1936).

    Examples
    --------
    >>> result = svd([[0, 2], [0, 0]])
    >>> result.s, result.Vt[0], result.rank
    (array([2., 0.]), array([0., 1.]), 1)
    """
    matrix = checks.array(A, "A", ndim=2)
    U, s, Vt = np.linalg.svd(matrix, full_matrices=False)
    checks.representable(s)
    rank = int((s > s[0] * (max(matrix.shape) * EPSILON)).sum())
    signs = turns(Vt.T)
    return SVDResult(U * signs, s, Vt * signs[:, None], rank)
