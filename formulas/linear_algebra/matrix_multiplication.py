"""Matrix multiplication: every row meets every column; maps are done one after another."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array

RULE = "columns of A must equal rows of B"


@dataclass(frozen=True)
class MatmulEntry:
    """One entry of a product and what it is made of.

    Attributes
    ----------
    terms : (k,) ndarray
        Products of the row's and the column's entries.
    value : float
        Their sum: the entry.
    row, column : (k,) ndarray
        The row of the left and the column of the right factor.
    """

    terms: Array
    value: float
    row: Array
    column: Array


@dataclass(frozen=True)
class ChainCost:
    """What a product of several matrices costs, by the placement of its brackets.

    Attributes
    ----------
    costs : dict
        Number of multiplications for each placement, such as ``(AB)C``.
    best : str
        The cheapest placement, the first one on ties.
    """

    costs: dict[str, int]
    best: str


def matmul(A: ArrayLike, B: ArrayLike) -> Any:
    """Multiply two matrices, vectors or stacks of matrices.

    Parameters
    ----------
    A : (..., n, k) array_like
        Left factor, real or complex; a vector counts as one row.
    B : (..., k, m) array_like
        Right factor; a vector counts as one column.

    Returns
    -------
    (..., n, m) ndarray or float
        The product, without the axes that vectors lent; zeros where ``k`` is 0.

    Raises
    ------
    ValueError
        If the inner sizes differ, an operand has no axis, an entry is not finite or
        the product overflows.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 2.2, eq. (2.5).

    Examples
    --------
    >>> matmul([[1, 2], [3, 4]], [[5, 6], [7, 8]])
    array([[19., 22.],
           [43., 50.]])
    """
    left, right = _factors(A, B)
    try:
        with np.errstate(over="ignore", invalid="ignore"):
            result = np.matmul(left, right)
    except ValueError:
        checks.same_shape(False, "A", left, "B", right, "leading axes must broadcast")
        raise
    checks.representable(result)
    return result if result.ndim else result.item()


def matmul_entry(A: ArrayLike, B: ArrayLike, i: int, j: int) -> MatmulEntry:
    """Take one entry of a product apart.

    Parameters
    ----------
    A : (n, k) array_like
        Left factor.
    B : (k, m) array_like
        Right factor.
    i, j : int
        Row and column of the entry, counted from 0.

    Returns
    -------
    MatmulEntry
        The terms, their sum, the row and the column.

    Raises
    ------
    ValueError
        If the factors do not fit, an entry is not finite or the position lies outside.

    Examples
    --------
    >>> matmul_entry([[1, 2], [3, 4]], [[5, 6], [7, 8]], 0, 1).terms
    array([ 6., 16.])
    """
    left = checks.as_array(A, "A", ndim=2, allow_empty=True)
    right = checks.as_array(B, "B", ndim=2, allow_empty=True)
    checks.same_shape(left.shape[1] == right.shape[0], "A", left, "B", right, RULE)
    checks.finite(A=left, B=right)
    i = checks.integer(i, "i", low=0, high=left.shape[0] - 1)
    j = checks.integer(j, "j", low=0, high=right.shape[1] - 1)
    row, column = left[i], right[:, j]
    with np.errstate(over="ignore", invalid="ignore"):
        terms = row * column
        value = float(checks.representable(terms.sum()))
    return MatmulEntry(terms, value, row, column)


def chain_cost(shapes: Sequence[tuple[int, int]]) -> ChainCost:
    """Count the multiplications of a product for every placement of brackets.

    Parameters
    ----------
    shapes : sequence of (int, int)
        Rows and columns of one to four factors, from left to right.

    Returns
    -------
    ChainCost
        The count for each placement and the cheapest placement.

    Raises
    ------
    ValueError
        If neighbors do not fit or there are more than four factors.

    References
    ----------
    Cormen, Leiserson, Rivest and Stein (2009), section 15.2.

    Examples
    --------
    >>> chain_cost([(10, 1000), (1000, 5), (5, 500)]).costs
    {'(AB)C': 75000, 'A(BC)': 7500000}
    """
    sizes = checks.array(shapes, "shapes", ndim=2)
    if sizes.shape[1] != 2:
        raise ValueError("shapes must be pairs of rows and columns")
    factors = [
        (checks.integer(r, "rows", low=1), checks.integer(c, "columns", low=1))
        for r, c in sizes
    ]
    checks.integer(len(factors), "number of factors", low=1, high=4)
    names = "ABCD"[: len(factors)]
    for k in range(len(factors) - 1):
        x, y = (np.broadcast_to(0.0, shape) for shape in factors[k : k + 2])
        a, b = names[k], names[k + 1]
        rule = f"columns of {a} must equal rows of {b}"
        checks.same_shape(x.shape[1] == y.shape[0], a, x, b, y, rule)
    costs = {_without_outer(text): cost for text, cost in _placements(names, factors)}
    return ChainCost(costs, min(costs, key=lambda text: costs[text]))


def matmul_flops(m: int, k: int, n: int, *, batch: int = 1) -> int:
    """Count the floating-point operations of a matrix product.

    Parameters
    ----------
    m, k, n : int
        The left factor is m by k, the right one k by n; at least 1.
    batch : int
        How many such products, at least 1.

    Returns
    -------
    int
        Two for each term, a multiplication and an addition, as is the custom; each sum
        of k terms takes one addition fewer.

    Raises
    ------
    ValueError
        If a size is below 1 or not whole.

    References
    ----------
    Golub and Van Loan (2013), section 1.1.

    Examples
    --------
    >>> matmul_flops(10, 1000, 5)
    100000
    """
    m, k = checks.integer(m, "m", low=1), checks.integer(k, "k", low=1)
    n, batch = checks.integer(n, "n", low=1), checks.integer(batch, "batch", low=1)
    return 2 * m * k * n * batch


def _placements(
    names: str, factors: list[tuple[int, int]]
) -> Iterator[tuple[str, int]]:
    """Walk over every placement, the last product as far right as possible first."""
    if len(factors) == 1:
        yield names, 0
    for cut in range(len(factors) - 1, 0, -1):
        last = factors[0][0] * factors[cut][0] * factors[-1][1]
        for left, left_cost in _placements(names[:cut], factors[:cut]):
            for right, right_cost in _placements(names[cut:], factors[cut:]):
                yield f"({left}{right})", left_cost + right_cost + last


def _without_outer(text: str) -> str:
    return text[1:-1] if text.startswith("(") else text


def transform_grid(
    M: ArrayLike, extent: float = 2.0, n: int = 9
) -> tuple[Array, Array]:
    """Draw a square grid and where a map takes it.

    Parameters
    ----------
    M : (2, 2) array_like
        The map.
    extent : float
        The grid reaches from minus to plus this much; positive.
    n : int
        Number of lines in each direction and of points on each line, at least 2.

    Returns
    -------
    lines_before, lines_after : (2 n, n, 2) ndarray
        Points of the lines: first the vertical ones from left to right, then the
        horizontal ones from bottom to top.

    Raises
    ------
    ValueError
        If the map is not 2 by 2 or not finite, or a size is out of range.

    Examples
    --------
    >>> before, after = transform_grid([[2, 0], [0, 1]], extent=1.0, n=2)
    >>> before[0].tolist(), after[0].tolist()
    ([[-1.0, -1.0], [-1.0, 1.0]], [[-2.0, -1.0], [-2.0, 1.0]])
    """
    matrix = checks.as_array(M, "M", ndim=2)
    if matrix.shape != (2, 2):
        raise ValueError(f"M must be 2 by 2, got shape {matrix.shape}")
    checks.finite(M=matrix)
    extent = checks.scalar(extent, "extent", low=0, open_low=True)
    ticks = np.linspace(-extent, extent, checks.integer(n, "n", low=2))
    place, along = np.meshgrid(ticks, ticks, indexing="ij")
    vertical = np.stack([place, along], axis=-1)
    before = np.concatenate([vertical, vertical[..., ::-1]])
    return before, matmul(before, matrix.T)


def rotation(angle: float) -> Array:
    """Return the matrix that turns the plane.

    Parameters
    ----------
    angle : float
        In degrees, counter-clockwise.

    Returns
    -------
    (2, 2) ndarray
        Orthogonal, with determinant 1.

    Raises
    ------
    ValueError
        If the angle is not finite.

    Examples
    --------
    >>> rotation(90).round()
    array([[ 0., -1.],
           [ 1.,  0.]])
    """
    turn = math.radians(checks.scalar(angle, "angle"))
    c, s = math.cos(turn), math.sin(turn)
    return np.array([[c, -s], [s, c]])


def shear(amount: float) -> Array:
    """Return the matrix that slides points sideways in proportion to their height.

    Parameters
    ----------
    amount : float
        How far a point at height 1 slides to the right.

    Returns
    -------
    (2, 2) ndarray
        With determinant 1: areas stay.

    Raises
    ------
    ValueError
        If the amount is not finite.

    Examples
    --------
    >>> shear(0.5)
    array([[1. , 0.5],
           [0. , 1. ]])
    """
    return np.array([[1.0, checks.scalar(amount, "amount")], [0.0, 1.0]])


def _factors(A: ArrayLike, B: ArrayLike) -> tuple[NDArray[Any], NDArray[Any]]:
    """Check everything but the leading axes; an empty inner axis is an empty sum."""
    left, right = _operand(A, "A"), _operand(B, "B")
    rows = right.shape[-2] if right.ndim > 1 else right.shape[0]
    checks.same_shape(left.shape[-1] == rows, "A", left, "B", right, RULE)
    checks.finite(A=left, B=right)
    return left, right


def _operand(value: ArrayLike, name: str) -> NDArray[Any]:
    array = checks.as_array(value, name, allow_empty=True, dtype=complex)
    if array.ndim == 0:
        raise ValueError(f"{name} must be 1-D or 2-D, got shape ()")
    return array
