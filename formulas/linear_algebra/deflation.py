"""Deflation: one eigenvector after the other by power iteration."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array, Seed
from formulas.linear_algebra.matrices import SYMMETRIC, square_matrix, turns

SETTLED = 4 * float(np.finfo(float).eps)


@dataclass(frozen=True)
class Deflation:
    """The strongest eigenvalues of a symmetric matrix.

    Attributes
    ----------
    values : (k,) ndarray
        In the order in which they were found: by absolute value, the largest first.
    vectors : (n, k) ndarray
        Orthonormal columns, the largest entry of each positive.
    """

    values: Array
    vectors: Array


def power_deflation(
    A: ArrayLike, k: int, *, n_steps: int = 1000, rng: Seed = 0
) -> Deflation:
    """Find the strongest eigenvalue, take its part out of the matrix, and repeat.

    Parameters
    ----------
    A : (n, n) array_like
        Real and symmetric.
    k : int
        How many pairs to find, from 1 to n.
    n_steps : int
        Applications of the matrix for each pair, at least 1; fewer are made once the
        direction has settled. Two values of equal absolute value and opposite sign are
        never told apart.
    rng : int or numpy.random.Generator
        Seed or source of the random starts.

    Returns
    -------
    Deflation
        Rayleigh quotients and their directions.

    Raises
    ------
    ValueError
        If the matrix is not square, finite and symmetric, or a count is out of range.

    References
    ----------
    Hotelling (1933).

    Examples
    --------
    >>> power_deflation([[2, 1], [1, 2]], 2).values.round(12)
    array([3., 1.])
    """
    matrix = square_matrix(A, float)
    _, exponent = np.frexp(np.abs(matrix).max())
    rest = np.ldexp(matrix, -exponent)  # exact, and no product leaves the range
    if np.abs(rest - rest.T).max() > SYMMETRIC:
        raise ValueError("A must be symmetric")
    k = checks.integer(k, "k", low=1, high=len(matrix))
    n_steps = checks.integer(n_steps, "n_steps", low=1)
    random = checks.generator(rng)
    values, vectors = np.zeros(k), np.zeros((len(matrix), k))
    for j in range(k):
        found = vectors[:, :j]
        x = _direction(random.standard_normal(len(matrix)), found)
        x = _iterated(rest, x, found, n_steps)
        values[j], vectors[:, j] = x @ rest @ x, x
        rest = rest - values[j] * np.outer(x, x)
    with np.errstate(over="ignore"):
        values = checks.representable(np.ldexp(values, exponent))
    return Deflation(values, vectors * turns(vectors))


def _iterated(matrix: Array, x: Array, found: Array, n_steps: int) -> Array:
    """Apply the matrix until the direction stays, or nothing is left of it."""
    for _ in range(n_steps):
        image = _direction(matrix @ x, found)
        if not image.any():
            break
        change = min(np.abs(image - x).max(), np.abs(image + x).max())
        x = image
        if change <= SETTLED:
            break
    return x


def _direction(vector: Array, found: Array) -> Array:
    """Return the unit vector along what lies across all found ones, zeros if nothing."""
    across = vector / (np.abs(vector).max() or 1.0)
    for _ in range(2):  # rounding leaves a trace of them, which would grow
        across = across - found @ (found.T @ across)
    size = np.sqrt(across @ across)
    return across / size if size > SETTLED else np.zeros_like(across)
