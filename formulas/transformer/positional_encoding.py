"""Positional encoding: every position is a set of clock hands at different speeds."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array

LAYOUTS = ("interleaved", "concatenated")
BASE = 10000.0


def sinusoidal_positional_encoding(
    n_positions: int,
    d_model: int,
    *,
    base: float = BASE,
    layout: str = "interleaved",
    start: int = 0,
) -> Array:
    """Encode positions as sines and cosines of different wavelengths.

    Parameters
    ----------
    n_positions : int
        Number of positions, at least 1.
    d_model : int
        Width of the encoding, even.
    base : float
        Above 1; the larger, the longer the longest wavelength.
    layout : {"interleaved", "concatenated"}
        Sine and cosine side by side, or all sines before all cosines.
    start : int
        The first position; may be negative.

    Returns
    -------
    (n_positions, d_model) ndarray
        One row a position, entries from −1 to 1.

    Raises
    ------
    ValueError
        If the width is odd, a number is out of range or the layout is unknown.

    References
    ----------
    Vaswani et al. (2017), section 3.5.

    Examples
    --------
    >>> sinusoidal_positional_encoding(2, 4).round(3)
    array([[0.   , 1.   , 0.   , 1.   ],
           [0.841, 0.54 , 0.01 , 1.   ]])
    """
    n_positions = checks.integer(n_positions, "n_positions", low=1)
    speeds = frequencies(d_model, base=base)
    checks.choice(layout, "layout", LAYOUTS)
    start = checks.integer(start, "start")
    angles = np.arange(start, start + n_positions)[:, None] * speeds
    waves = np.stack([np.sin(angles), np.cos(angles)], axis=-1)
    if layout == "concatenated":
        waves = waves.swapaxes(1, 2)
    return waves.reshape(n_positions, -1)


def learned_positional_encoding(table: ArrayLike, positions: ArrayLike) -> Array:
    """Look positions up in a table that was learned.

    Parameters
    ----------
    table : (n_positions, d) array_like
        One row a position; there is none for a position beyond the last.
    positions : (...) array_like of int
        Which rows, counted from 0.

    Returns
    -------
    (..., d) ndarray
        The rows.

    Raises
    ------
    ValueError
        If the table is not 2-D or not finite, or a position is not whole or has no row.

    References
    ----------
    Gehring et al. (2017), section 3.1; Vaswani et al. (2017), section 3.5.

    Examples
    --------
    >>> learned_positional_encoding([[1.0, 2.0], [3.0, 4.0]], [1, 0, 1])
    array([[3., 4.],
           [1., 2.],
           [3., 4.]])
    """
    rows = checks.array(table, "table", ndim=2)
    last = len(rows) - 1
    return rows[
        checks.integers(positions, "positions", entry="position", low=0, high=last)
    ]


def frequencies(d_model: int, *, base: float = BASE) -> Array:
    """Return how far each pair of entries turns from one position to the next.

    Parameters
    ----------
    d_model : int
        Width of the encoding, even.
    base : float
        Above 1.

    Returns
    -------
    (d_model / 2,) ndarray
        Radians, falling geometrically from 1.

    Raises
    ------
    ValueError
        If the width is odd or a number is out of range.

    Examples
    --------
    >>> frequencies(4, base=100.0)
    array([1. , 0.1])
    """
    d_model = checks.integer(d_model, "d_model", low=2)
    if d_model % 2:
        raise ValueError(f"d_model must be even, got {d_model}")
    base = checks.scalar(base, "base", low=1, open_low=True)
    speeds: Array = base ** (-np.arange(0, d_model, 2) / d_model)
    return speeds


def wavelengths(d_model: int, *, base: float = BASE) -> Array:
    """Return after how many positions each pair of entries repeats.

    Parameters
    ----------
    d_model : int
        Width of the encoding, even.
    base : float
        Above 1.

    Returns
    -------
    (d_model / 2,) ndarray
        Positions, growing geometrically from one full turn.

    Raises
    ------
    ValueError
        As `frequencies`.

    Examples
    --------
    >>> wavelengths(4).round(1)
    array([  6.3, 628.3])
    """
    turns: Array = 2 * np.pi / frequencies(d_model, base=base)
    return turns


def rotation_for_offset(k: int, d_model: int, *, base: float = BASE) -> Array:
    """Return the matrix that moves any encoding by ``k`` positions.

    Parameters
    ----------
    k : int
        The offset; negative moves back.
    d_model : int
        Width of the encoding, even.
    base : float
        Above 1.

    Returns
    -------
    (d_model, d_model) ndarray
        A rotation in each pair of entries; it does not depend on the position.

    Raises
    ------
    ValueError
        As `frequencies`.

    References
    ----------
    Vaswani et al. (2017), section 3.5.

    Examples
    --------
    >>> rotation_for_offset(1, 2).round(3)
    array([[ 0.54 ,  0.841],
           [-0.841,  0.54 ]])
    """
    angles = checks.integer(k, "k") * frequencies(d_model, base=base)
    sine, cosine = np.arange(0, 2 * len(angles), 2), np.arange(1, 2 * len(angles), 2)
    rotation = np.zeros((2 * len(angles), 2 * len(angles)))
    rotation[sine, sine] = rotation[cosine, cosine] = np.cos(angles)
    rotation[sine, cosine] = np.sin(angles)
    rotation[cosine, sine] = -np.sin(angles)
    return rotation


def similarity_by_offset(d_model: int, max_offset: int, *, base: float = BASE) -> Array:
    """Return the dot product of two encodings by how far apart they are.

    Parameters
    ----------
    d_model : int
        Width of the encoding, even.
    max_offset : int
        The largest offset, at least 0.
    base : float
        Above 1.

    Returns
    -------
    (max_offset + 1,) ndarray
        Raw dot products; the first is ``d_model / 2``.

    Raises
    ------
    ValueError
        As `frequencies`.

    Examples
    --------
    >>> similarity_by_offset(2, 2).round(3)
    array([ 1.   ,  0.54 , -0.416])
    """
    speeds = frequencies(d_model, base=base)
    offsets = np.arange(checks.integer(max_offset, "max_offset", low=0) + 1)
    similarity: Array = np.cos(offsets[:, None] * speeds).sum(axis=1)
    return similarity
