"""What the functions that take a matrix apart have in common."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks

SYMMETRIC = 1e-12  # relative asymmetry that counts as rounding


def square_matrix(A: ArrayLike, dtype: type = complex) -> NDArray[Any]:
    """Check that a matrix is finite and has as many rows as columns.

    Parameters
    ----------
    A : (n, n) array_like
        Called ``A`` in the error texts.
    dtype : type
        ``complex`` admits complex entries, ``float`` does not.

    Returns
    -------
    (n, n) ndarray
        A copy.

    Raises
    ------
    ValueError
        If the matrix is not square or an entry is not finite.

    Examples
    --------
    >>> square_matrix([[1, 2], [3, 4]])
    array([[1., 2.],
           [3., 4.]])
    """
    matrix = checks.as_array(A, "A", ndim=2, dtype=dtype)
    if matrix.shape[0] != matrix.shape[1]:
        raise ValueError(f"A must be square, got shape {matrix.shape}")
    checks.finite(A=matrix)
    return matrix


def turns(vectors: NDArray[Any]) -> NDArray[Any]:
    """Return the factor that makes the largest component of each column positive.

    Parameters
    ----------
    vectors : (n, k) ndarray
        Columns of length 1, real or complex; on ties the first component counts.

    Returns
    -------
    (k,) ndarray
        Numbers of absolute value 1.

    Examples
    --------
    >>> turns(np.array([[0.6, 0.0], [-0.8, 1.0]]))
    array([-1.,  1.])
    """
    largest = np.round(np.abs(vectors), 12).argmax(axis=0)  # rounding decides no tie
    pivots = vectors[largest, np.arange(vectors.shape[1])]
    factors: NDArray[Any] = np.conj(pivots) / np.abs(pivots)
    return factors
