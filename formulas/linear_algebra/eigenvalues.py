"""Eigenvalues: the directions that a matrix only stretches, and by how much."""

from __future__ import annotations

import cmath
import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array, Seed
from formulas.linear_algebra.matrices import SYMMETRIC, square_matrix, turns

DEFECTIVE = 1e12  # condition number of the vectors from which they count as dependent
CONVERGED = 1e-8
DUST = 1e-17  # far below the rounding of the largest entry, which is 1
MISLED = 1e-13  # residual beyond what rounding explains
SAFE = 1e-140  # a length whose square loses no digits, nor that of its inverse
ROUNDING = 8 * float(np.finfo(float).eps)


@dataclass(frozen=True)
class EigenResult:
    """Eigenvalues and eigenvectors.

    Attributes
    ----------
    values : (n,) ndarray
        By size, the largest first; complex if one of them is.
    vectors : (n, n) ndarray
        Columns of length 1, their largest component positive.
    is_symmetric : bool
        Whether the matrix equals its conjugate transpose.
    is_defective : bool
        Whether there are fewer independent vectors than values.
    cond_vectors : float
        Condition number of the vectors: how nearly dependent they are.
    residual : float
        Largest entry of ``A v - λ v`` over all pairs.
    """

    values: NDArray[Any]
    vectors: NDArray[Any]
    is_symmetric: bool
    is_defective: bool
    cond_vectors: float
    residual: float


class ZeroVectorError(ValueError):
    """A power iteration reached the zero vector, which has no direction."""


@dataclass(frozen=True)
class PowerIteration:
    """The path of a power iteration.

    Attributes
    ----------
    vectors : (n_steps + 1, n) ndarray
        Unit vectors, the start first.
    rayleigh : (n_steps + 1,) ndarray
        Estimate of the eigenvalue from each vector.
    converged : bool
        Whether the last two directions agree to 1e-8, up to sign.
    """

    vectors: Array
    rayleigh: Array
    converged: bool


@dataclass(frozen=True)
class PCAResult:
    """Principal components of data.

    Attributes
    ----------
    components : (k, d) ndarray
        Unit vectors, one a row, their largest entry positive.
    explained_variance : (k,) ndarray
        Variance of the data along each component, largest first.
    ratio : (k,) ndarray
        Share of the total variance; 0 where there is none.
    scores : (n, k) ndarray
        Coordinates of the data along the components.
    mean : (d,) ndarray
        Center of the data.
    """

    components: Array
    explained_variance: Array
    ratio: Array
    scores: Array
    mean: Array


def eigen_decomposition(A: ArrayLike) -> EigenResult:
    """Return the eigenvalues and eigenvectors of a square matrix.

    Parameters
    ----------
    A : (n, n) array_like
        Real or complex.

    Returns
    -------
    EigenResult
        Values, vectors and how far to trust them.

    Raises
    ------
    ValueError
        If the matrix is not square or an entry is not finite.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 2.7, eq. (2.39).

    Examples
    --------
    >>> eigen_decomposition([[2, 1], [1, 2]]).values
    array([3., 1.])
    """
    matrix = square_matrix(A)
    scale = float(np.abs(matrix).max()) or 1.0
    unit = matrix / scale  # products of huge entries would overflow
    symmetric = bool(np.abs(unit - unit.conj().T).max() <= SYMMETRIC)
    values, vectors = np.linalg.eigh(unit) if symmetric else _eig(unit)
    order = _by_size(values)
    values, vectors = values[order], _oriented(vectors[:, order])
    residual = scale * _residual(unit, values, vectors)
    condition = float(np.linalg.cond(vectors))
    with np.errstate(over="ignore", invalid="ignore"):
        values = checks.representable(values * scale)
    return EigenResult(
        values, vectors, symmetric, condition > DEFECTIVE, condition, residual
    )


def power_iteration(
    A: ArrayLike, x0: ArrayLike | None = None, n_steps: int = 20, *, rng: Seed = 0
) -> PowerIteration:
    """Apply a matrix again and again until one direction is left.

    Parameters
    ----------
    A : (n, n) array_like
        Real.
    x0 : (n,) array_like, optional
        Start; a random direction by default.
    n_steps : int
        Number of applications, at least 0.
    rng : int or numpy.random.Generator
        Seed or source of the random start.

    Returns
    -------
    PowerIteration
        Directions, Rayleigh quotients and whether they settled.

    Raises
    ------
    ValueError
        If the matrix is not square, the start does not fit, an entry is not finite or
        the path reaches the zero vector.

    References
    ----------
    Golub and Van Loan (2013), section 7.3.1.

    Examples
    --------
    >>> power_iteration([[4, 1], [2, 3]], [1, 0], 2).rayleigh.round(4)
    array([4.    , 5.    , 5.0769])
    """
    matrix = square_matrix(A, float)
    n_steps = checks.integer(n_steps, "n_steps", low=0)
    if x0 is None:
        start: Array = checks.generator(rng).standard_normal(len(matrix))
    else:
        start = checks.as_array(x0, "x0", ndim=1)
    rule = "x0 must have one entry per row of A"
    checks.same_shape(len(start) == len(matrix), "x0", start, "A", matrix, rule)
    checks.finite(A=matrix, x0=start)
    scale = float(np.abs(matrix).max()) or 1.0
    unit, path = matrix / scale, [_unit(start)]
    for _ in range(n_steps):
        path.append(_unit(unit @ path[-1]))
    vectors = np.array(path)
    with np.errstate(over="ignore"):
        rayleigh = np.einsum("si,ij,sj->s", vectors, unit, vectors) * scale
    checks.representable(rayleigh)
    moves = [float(np.linalg.norm(vectors[-1] + s * vectors[-2:][0])) for s in (1, -1)]
    return PowerIteration(vectors, rayleigh, n_steps > 0 and min(moves) <= CONVERGED)


def pca(
    data: ArrayLike, n_components: int | None = None, *, standardize: bool = False
) -> PCAResult:
    """Find the directions along which data vary most.

    Parameters
    ----------
    data : (n, d) array_like
        One observation a row, at least two.
    n_components : int, optional
        How many to keep; all of them, ``min(n, d)``, by default.
    standardize : bool
        Divide each column by its standard deviation (divisor n − 1) first.

    Returns
    -------
    PCAResult
        Components, variances (divisor n − 1), shares, scores and the center.

    Raises
    ------
    ValueError
        If there is one row only, an entry is not finite, too many components are asked
        for or a constant column is to be standardized.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 2.12.

    Examples
    --------
    >>> pca([[0, 0], [1, 1], [2, 2]]).ratio.round(12)
    array([1., 0.])
    """
    X = checks.array(data, "data", ndim=2)
    if len(X) < 2:
        raise ValueError(f"PCA needs at least 2 rows, got {len(X)}")
    most = min(X.shape)
    keep = most if n_components is None else n_components
    keep = checks.integer(keep, "n_components", low=1, high=most)
    mean, centered = _centered(X)
    if standardize:
        centered = _standardized(centered)
    with np.errstate(over="ignore", invalid="ignore"):
        _, singular, rows = np.linalg.svd(centered, full_matrices=False)
        variance = checks.representable(singular**2 / (len(X) - 1))
    components = _oriented(rows.T).T[:keep]
    total = variance.sum()
    ratio = variance / total if total > 0 else np.zeros_like(variance)
    scores = centered @ components.T
    return PCAResult(components, variance[:keep], ratio[:keep], scores, mean)


def angle_to_line(vectors: ArrayLike, direction: ArrayLike) -> Array:
    """Measure how far vectors are off a line.

    Parameters
    ----------
    vectors : (k, n) array_like
        One a row.
    direction : (n,) array_like
        Along the line; not zero.

    Returns
    -------
    (k,) ndarray
        Degrees from 0 (on the line, either way) to 90; small angles are exact.

    Raises
    ------
    ValueError
        If the lengths differ, an entry is not finite or the direction is zero.

    Examples
    --------
    >>> angle_to_line([[1, 1], [-3, 0]], [1, 0])
    array([45.,  0.])
    """
    rows = checks.as_array(vectors, "vectors", ndim=2)
    line = checks.as_array(direction, "direction", ndim=1)
    fits, rule = rows.shape[1] == len(line), "lengths must be equal"
    checks.same_shape(fits, "vectors", rows, "direction", line, rule)
    checks.finite(vectors=rows, direction=line)
    if not line.any():
        raise ValueError("the zero vector has no direction")
    line = line / np.abs(line).max()
    line = line / np.linalg.norm(line)
    largest = np.abs(rows).max(axis=1, keepdims=True)
    rows = rows / np.where(largest == 0, 1.0, largest)
    along = rows @ line
    beside = np.linalg.norm(rows - np.outer(along, line), axis=1)
    degrees: Array = np.degrees(np.arctan2(beside, np.abs(along)))
    return degrees


def _eig(unit: NDArray[Any]) -> tuple[NDArray[Any], NDArray[Any]]:
    """Solve for a general matrix; entries that are mere dust must not mislead LAPACK."""
    if unit.shape == (2, 2) and np.isrealobj(unit):
        return _eig_of_plane(*unit.ravel().tolist())
    values, vectors = np.linalg.eig(unit)
    if _residual(unit, values, vectors) > MISLED:
        # Its balancing magnifies entries like 1e-100 beside 1; without them it is exact.
        values, vectors = np.linalg.eig(np.where(np.abs(unit) < DUST, 0.0, unit))
    if _residual(unit, values, vectors) > MISLED:
        # Seen from other axes no entry is small, and there is nothing to balance.
        axes = _some_axes(len(unit))
        values, turned = np.linalg.eig(axes.T @ unit @ axes)
        vectors = axes @ turned
    return values, vectors


def _residual(unit: NDArray[Any], values: NDArray[Any], vectors: NDArray[Any]) -> float:
    return float(np.abs(unit @ vectors - vectors * values).max())


def _some_axes(n: int) -> Array:
    """Return orthogonal axes, one a column, none of them along an old one."""
    axes: Array = np.linalg.qr(np.random.default_rng(0).standard_normal((n, n)))[0]
    return axes


def _eig_of_plane(
    a: float, b: float, c: float, d: float
) -> tuple[NDArray[Any], NDArray[Any]]:
    """Solve for [[a, b], [c, d]] such that rounding does not split a double value."""
    middle, half, product = (a + d) / 2, (a - d) / 2, b * c
    square = half * half + product
    if abs(square) <= ROUNDING * (abs(half) * max(abs(a), abs(d)) + abs(product)):
        square = 0.0
    root = cmath.sqrt(square) if square < 0 else math.sqrt(square)
    columns = []
    for sign in (root, -root):
        # Both are on the line, but the shorter one may be mere rounding.
        pair = (b, sign - half), (sign + half, c)
        column = max(pair, key=lambda v: abs(v[0]) + abs(v[1]))
        length = math.hypot(abs(column[0]), abs(column[1]))
        columns.append([entry / length for entry in column])
    return np.array([middle + root, middle - root]), np.array(columns).T


def _by_size(values: NDArray[Any]) -> NDArray[np.intp]:
    """Order by modulus, then real, then imaginary part, all descending."""
    size = np.abs(values)
    keys = np.array([values.imag, values.real, size]) / (size.max() or 1.0)
    return np.lexsort(-np.round(keys, 12))  # rounding must not decide a tie


def _oriented(vectors: NDArray[Any]) -> NDArray[Any]:
    """Turn each column so that its largest component (the first on ties) is positive."""
    return np.asarray(vectors * turns(vectors))


def _unit(vector: Array) -> Array:
    length = math.sqrt(vector @ vector)
    if SAFE < length < 1 / SAFE:  # its square has lost nothing
        return np.asarray(vector / length)
    largest = np.abs(vector).max()
    if largest == 0:
        raise ZeroVectorError(
            "power iteration reached the zero vector; choose another start"
        )
    scaled = vector / largest
    unit: Array = scaled / math.sqrt(scaled @ scaled)
    return unit


def _centered(X: Array) -> tuple[Array, Array]:
    """Subtract the mean; constant columns become exactly 0."""
    constant = X.max(axis=0) == X.min(axis=0)
    with np.errstate(over="ignore", invalid="ignore"):
        mean = np.where(constant, X[0], X.mean(axis=0))
        checks.representable(mean)
        return mean, checks.representable(X - mean)


def _standardized(centered: Array) -> Array:
    constant = ~centered.any(axis=0)
    if constant.any():
        j = np.flatnonzero(constant)[0]
        raise ValueError(f"column {j} is constant and cannot be standardized")
    deviation: Array = centered.std(axis=0, ddof=1)
    return centered / deviation
