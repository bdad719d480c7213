"""Positional encoding: every position is a set of clock hands at different speeds."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray

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


def spread_entries(encoding: ArrayLike, most: int) -> tuple[NDArray[np.int_], Array]:
    """Choose pairs of a sine and a cosine, evenly from the fastest to the slowest.

    Parameters
    ----------
    encoding : (n, d_model) array_like
        One row for each position, sine and cosine side by side.
    most : int
        The most entries to choose, at least 2.

    Returns
    -------
    entries : (k,) ndarray of int
        Which: all of them, if there are not too many.
    values : (k, n) ndarray
        One row for each of them.

    Raises
    ------
    ValueError
        If the encoding is not 2-D, of even width and finite, or ``most`` is below 2.

    Examples
    --------
    >>> spread_entries(np.zeros((1, 10)), 6)[0]
    array([0, 1, 4, 5, 8, 9])
    """
    turns = _turns(encoding)
    half = turns.shape[1]
    count = min(half, checks.integer(most, "most", low=2) // 2)
    pairs = np.linspace(0, half - 1, count).round().astype(int)
    values = checks.array(turns[:, pairs].reshape(len(turns), -1), "encoding")
    return (2 * pairs[:, None] + np.arange(2)).ravel(), values.T.copy()


def _turns(encoding: ArrayLike) -> Array:
    """See each sine and its cosine as one pair; an array is neither copied nor read."""
    rows = np.asarray(encoding, dtype=float)
    if rows.ndim != 2:
        raise ValueError(f"encoding must be 2-D, got shape {rows.shape}")
    if rows.size == 0:
        raise ValueError("encoding must not be empty")
    if rows.shape[1] % 2:
        raise ValueError(f"d_model must be even, got {rows.shape[1]}")
    return rows.reshape(len(rows), -1, 2)


@dataclass(frozen=True)
class Clockwork:
    """Some pairs of an encoding as clocks, side by side.

    Attributes
    ----------
    pairs : (p,) ndarray of int
        Which pairs, counted from 0, the fastest.
    waves : (p, n) ndarray
        Their sines at each position: how far each hand points to the right.
    hands : (n, p, 3, 2) ndarray
        Center and tip of each hand at each position, then NaN, where a pen is lifted.
    faces : (p, 50, 2) ndarray
        The circle around each center, then NaN.
    """

    pairs: NDArray[np.int_]
    waves: Array
    hands: Array
    faces: Array


def clockwork(
    encoding: ArrayLike, shares: ArrayLike, *, apart: float = 3.0
) -> Clockwork:
    """Read pairs of a sine and a cosine as hands of clocks, which start at the top.

    Parameters
    ----------
    encoding : (n, d_model) array_like
        One row for each position, sine and cosine side by side.
    shares : (k,) array_like
        Which pairs, from 0, the fastest, to just below 1, the slowest; two that mean
        the same pair are one clock.
    apart : float
        Distance from one clock to the next.

    Returns
    -------
    Clockwork
        The clocks at every position.

    Raises
    ------
    ValueError
        If the encoding is not 2-D, of even width and finite, a share lies outside
        [0, 1), or the distance is not finite.

    Examples
    --------
    >>> clocks = clockwork([[0.0, 1.0, 1.0, 0.0]], [0, 0.5])
    >>> clocks.hands[0, :, :2].tolist()
    [[[0.0, 0.0], [0.0, 1.0]], [[3.0, 0.0], [4.0, 0.0]]]
    """
    turns = _turns(encoding)
    places = checks.array(shares, "shares", ndim=1)
    checks.within(places, "shares", 0, 1, open_high=True)
    pairs = np.unique((turns.shape[1] * places).astype(int))
    turns = checks.array(turns[:, pairs], "encoding")
    centers = np.zeros((len(pairs), 2))
    centers[:, 0] = checks.scalar(apart, "apart") * np.arange(len(pairs))
    hands = np.full((len(turns), len(pairs), 3, 2), np.nan)
    hands[:, :, 0], hands[:, :, 1] = centers, centers + turns
    angles = np.append(np.linspace(0, 2 * np.pi, 49), np.nan)
    circle = np.stack([np.sin(angles), np.cos(angles)], axis=1)
    return Clockwork(pairs, turns[..., 0].T.copy(), hands, centers[:, None] + circle)
