"""Dot product: length times agreement, the measure behind every neuron and score."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array, Seed


def dot(a: ArrayLike, b: ArrayLike, *, conjugate: bool = False) -> float | complex:
    """Multiply two vectors entry by entry and add up.

    Parameters
    ----------
    a, b : (n,) array_like
        Vectors of equal length, real or complex.
    conjugate : bool
        Conjugate ``a`` first: the inner product of complex vectors.

    Returns
    -------
    float or complex
        Complex if one of the vectors is.

    Raises
    ------
    ValueError
        If the lengths differ, an entry is not finite or the sum overflows.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 2.2.

    Examples
    --------
    >>> dot([1, 2, 3], [4, 5, 6])
    32.0
    """
    x, y = _pair(a, b, complex)
    with np.errstate(over="ignore", invalid="ignore"):
        result = np.vdot(x, y) if conjugate else x @ y
    number: float | complex = checks.representable(result).item()
    return number


def cosine_similarity(a: ArrayLike, b: ArrayLike) -> float:
    """Return the cosine of the angle between two vectors, whatever their lengths.

    Parameters
    ----------
    a, b : (n,) array_like
        Vectors of equal length, neither of them zero.

    Returns
    -------
    float
        From −1 (opposite) over 0 (orthogonal) to 1 (same direction).

    Raises
    ------
    ValueError
        If the lengths differ, an entry is not finite or a vector is zero.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 2.5, eq. (2.34).

    Examples
    --------
    >>> cosine_similarity([3, 4], [4, 3])
    0.96
    """
    x, y = _pair(a, b)
    if not (x.any() and y.any()):
        raise ValueError("cosine similarity is undefined for a zero vector")
    # Same angle, no overflow: the largest entry of each vector is 1.
    x, y = x / np.abs(x).max(), y / np.abs(y).max()
    cosine = (x @ y) / math.sqrt((x @ x) * (y @ y))
    return float(np.clip(cosine, -1.0, 1.0))


def cosine_matrix(A: ArrayLike, B: ArrayLike | None = None) -> Array:
    """Return the cosine of the angle between any row of A and any row of B.

    Parameters
    ----------
    A : (n, d) array_like
        One vector a row, none of them zero.
    B : (m, d) array_like, optional
        Likewise; the rows of A among themselves by default.

    Returns
    -------
    (n, m) ndarray
        From −1 to 1; a single product of matrices.

    Raises
    ------
    ValueError
        If the rows differ in length, an entry is not finite or a row is zero.

    References
    ----------
    Salton, Wong and Yang (1975).

    Examples
    --------
    >>> cosine_matrix([[3, 4], [0, 1]], [[4, 3], [0, -5]]).round(12)
    array([[ 0.96, -0.8 ],
           [ 0.6 , -1.  ]])
    """
    rows = checks.as_array(A, "A", ndim=2)
    others = rows if B is None else checks.as_array(B, "B", ndim=2)
    fits, rule = rows.shape[1] == others.shape[1], "columns of A must equal"
    checks.same_shape(fits, "A", rows, "B", others, f"{rule} columns of B")
    checks.finite(A=rows, B=others)
    left = _unit_rows(rows, "A")
    right = left if B is None else _unit_rows(others, "B")
    cosines: Array = left @ right.T
    np.clip(cosines, -1.0, 1.0, out=cosines)
    if B is None:
        np.fill_diagonal(cosines, 1.0)
    return cosines


def projection(a: ArrayLike, b: ArrayLike) -> Array:
    """Return the shadow of one vector on the line of another.

    Parameters
    ----------
    a : (n,) array_like
        The vector that casts the shadow.
    b : (n,) array_like
        A vector along the line; its length does not matter, but it is not zero.

    Returns
    -------
    (n,) ndarray
        The multiple of ``b`` nearest to ``a``.

    Raises
    ------
    ValueError
        If the lengths differ, an entry is not finite or ``b`` is zero.

    Examples
    --------
    >>> projection([1, 2], [3, 0])
    array([1., 0.])
    """
    x, y = _pair(a, b)
    if not y.any():
        raise ValueError("cannot project onto the zero vector")
    y = y / np.abs(y).max()
    with np.errstate(over="ignore", invalid="ignore"):
        shadow: Array = checks.representable((x @ y) / (y @ y) * y)
    return shadow


def random_dots(
    d: int, n: int = 20000, *, scaled: bool = False, rng: Seed = 0
) -> Array:
    """Draw dot products of random vectors.

    Components are independent with mean 0 and variance 1. Given the first vector, the
    product is a normal number with that vector's length as standard deviation, so only
    a length and one number are drawn: the same distribution at any ``d`` for the price
    of ``d = 1``.

    Parameters
    ----------
    d : int
        Number of components of each vector, at least 1.
    n : int
        Number of products, at least 1.
    scaled : bool
        Divide by the root of ``d``, as attention does.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    (n,) ndarray
        Mean 0 and variance ``d``, or 1 when scaled.

    Raises
    ------
    ValueError
        If a number is below 1 or not whole.

    References
    ----------
    Vaswani et al. (2017), section 3.2.1, footnote 4.

    Examples
    --------
    >>> random_dots(64).std().round()
    np.float64(8.0)
    """
    d, n = checks.integer(d, "d", low=1), checks.integer(n, "n", low=1)
    random = checks.generator(rng)
    products = np.sqrt(random.chisquare(d, n)) * random.standard_normal(n)
    return products / math.sqrt(d) if scaled else products


def random_dot_std(
    d: int, n: int = 20000, *, scaled: bool = False, rng: Seed = 0
) -> float:
    """Measure how far dot products of random vectors spread.

    Parameters
    ----------
    d, n, scaled, rng
        As for `random_dots`.

    Returns
    -------
    float
        Standard deviation of the products: near the root of ``d``, near 1 when scaled.

    Raises
    ------
    ValueError
        As `random_dots`.

    Examples
    --------
    >>> round(random_dot_std(64, scaled=True))
    1
    """
    return float(random_dots(d, n, scaled=scaled, rng=rng).std())


def _unit_rows(rows: Array, name: str) -> Array:
    largest = np.abs(rows).max(axis=1, keepdims=True)
    if not largest.all():
        row = int(np.flatnonzero(largest == 0)[0])
        raise ValueError(
            f"cosine similarity is undefined for a zero vector: row {row} of {name}"
        )
    # Same angle, no overflow: the largest entry of each row is near 1.
    scaled = np.ldexp(rows, -np.frexp(largest)[1])
    unit: Array = scaled / np.sqrt(np.einsum("ij,ij->i", scaled, scaled))[:, None]
    return unit


def _pair(
    a: ArrayLike, b: ArrayLike, dtype: type = float
) -> tuple[NDArray[Any], NDArray[Any]]:
    x = checks.as_array(a, "a", ndim=1, dtype=dtype)
    y = checks.as_array(b, "b", ndim=1, dtype=dtype)
    checks.same_shape(len(x) == len(y), "a", x, "b", y, "lengths must be equal")
    checks.finite(a=x, b=y)
    return x, y
