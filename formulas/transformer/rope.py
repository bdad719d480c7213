"""Rotary positions: queries and keys turn with their position, pair by pair."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.transformer.positional_encoding import BASE, frequencies

LAYOUTS = ("interleaved", "half")


def rope(
    x: ArrayLike,
    *,
    positions: ArrayLike | None = None,
    base: float = BASE,
    layout: str = "interleaved",
) -> Array:
    """Turn each pair of features by an angle proportional to the token's position.

    The dot product of a turned query and a turned key depends on their positions only
    through the difference.

    Parameters
    ----------
    x : (..., n, d) array_like
        Queries or keys, one row a token, d even.
    positions : (n,) array_like, optional
        0, 1, ... by default; fractions are allowed.
    base : float
        Above 1; pair number i turns by ``base ** (-2 i / d)`` from one position to the
        next.
    layout : {"interleaved", "half"}
        Pairs of neighbors (the paper, Meta's Llama), or of an entry and the one half the
        width further (GPT-NeoX, transformers). The same up to the order of the columns
        of the projections.

    Returns
    -------
    (..., n, d) ndarray
        Rows of the same length.

    Raises
    ------
    ValueError
        If x has fewer than two axes or an odd last one, there is not one position for
        each token, an input is not finite, or an option lies outside its range.

    References
    ----------
    Su et al. (2021), eq. (34).

    Examples
    --------
    >>> rope([[1.0, 0.0], [1.0, 0.0]]).round(3)
    array([[1.   , 0.   ],
           [0.54 , 0.841]])
    """
    rows = checks.as_array(x, "x")
    if rows.ndim < 2:
        raise ValueError(f"x must be 2-D, got shape {rows.shape}")
    d = rows.shape[-1]
    if d % 2:
        raise ValueError(f"the last axis of x must be even, got {d}")
    places = _places(positions, rows)
    checks.finite(x=rows, positions=places)
    speeds = frequencies(d, base=base)
    checks.choice(layout, "layout", LAYOUTS)
    angles = places[:, None] * speeds
    cosine, sine = np.cos(angles), np.sin(angles)
    first, second = _pairs(rows, layout)
    turned = np.empty_like(rows)
    to_first, to_second = _pairs(turned, layout)
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        np.subtract(first * cosine, second * sine, out=to_first)
        np.add(first * sine, second * cosine, out=to_second)
    checks.finite(result=turned)
    return turned


def _places(positions: ArrayLike | None, rows: Array) -> Array:
    n = rows.shape[-2]
    if positions is None:
        return np.arange(float(n))
    places: Array = checks.as_array(positions, "positions", ndim=1)
    rule = "x needs one position per row"
    checks.same_shape(len(places) == n, "positions", places, "x", rows, rule)
    return places


def _pairs(rows: Array, layout: str) -> tuple[Array, Array]:
    """Return the first and the second entries of all pairs, as views."""
    if layout == "interleaved":
        return rows[..., 0::2], rows[..., 1::2]
    half = rows.shape[-1] // 2
    return rows[..., :half], rows[..., half:]
