"""Positional encoding: every position is a set of clock hands at different speeds."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array
from formulas.formula import Control, Formula, Quantity

if TYPE_CHECKING:
    from formulas.notation import Equation, Identity

LAYOUTS = ("interleaved", "concatenated")
BASE = 10000.0
# Few, because each of them is a whole new map.
WIDTHS = (4, 6, 8, 12, 16, 24, 32, 48, 64, 96, 128, 256, 512)
BASES = (10.0, 50.0, 100.0, 500.0, 1e3, 5e3, 1e4, 5e4, 1e5, 5e5, 1e6)


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


def _compute(
    position: int, offset: int, n_positions: int, d_model: int, base: float
) -> dict[str, ArrayLike]:
    rows = max(n_positions, position + offset + 1)
    return {
        "half": d_model // 2,
        "speed": frequencies(d_model, base=base),
        "encoding": sinusoidal_positional_encoding(rows, d_model, base=base),
        "similarity": float(similarity_by_offset(d_model, offset, base=base)[offset]),
    }


def _equations() -> tuple[Equation, ...]:
    from sympy import cos, sin

    from formulas.notation import Equation, arrays, symbols, total, unevaluated

    omega, PE = arrays("speed encoding")
    pos, k, d, base, similarity = symbols("position offset d_model base similarity")
    i, j, half = symbols("i j half")
    pairs = ((i, 0, half - 1),)
    with unevaluated(False):
        even, odd = PE[pos, 2 * i], PE[pos, 2 * i + 1]
        to_even, to_odd = PE[pos + k, 2 * i], PE[pos + k, 2 * i + 1]
        turn = k * omega[i]
        products = total(PE[pos, j] * PE[pos + k, j], j, 0, d - 1)
        return (
            Equation(omega[i], 1 / base ** (2 * i / d), pairs),
            Equation(even, sin(pos * omega[i]), pairs),
            Equation(odd, cos(pos * omega[i]), pairs),
            Equation(to_even, even * cos(turn) + odd * sin(turn), pairs),
            Equation(to_odd, odd * cos(turn) - even * sin(turn), pairs),
            Equation(similarity, products),
            Equation(similarity, total(cos(k * omega[i]), i, 0, half - 1)),
        )


def _identities() -> tuple[Identity, ...]:
    from sympy import Derivative, cos, sin

    from formulas.notation import Identity, symbols

    omega, p, k = symbols("omega p k", positive=True)
    return (
        Identity(
            "A step of k turns every hand by the same angle, wherever it starts.",
            sin(omega * p) * cos(omega * k) + cos(omega * p) * sin(omega * k),
            sin(omega * (p + k)),
            r"\begin{pmatrix} \cos k\omega & \sin k\omega \\ "
            r"-\sin k\omega & \cos k\omega \end{pmatrix}"
            r"\begin{pmatrix} \sin p\omega \\ \cos p\omega \end{pmatrix} = "
            r"\begin{pmatrix} \sin (p + k)\omega \\ \cos (p + k)\omega "
            r"\end{pmatrix}",
        ),
        Identity(
            "So the product of two encodings depends on their distance alone.",
            sin(omega * p) * sin(omega * (p + k))
            + cos(omega * p) * cos(omega * (p + k)),
            cos(omega * k),
            r"\sin p\omega \, \sin (p + k)\omega + \cos p\omega \, "
            r"\cos (p + k)\omega = \cos k\omega",
        ),
        Identity(
            "An entry changes by at most its speed per position.",
            Derivative(sin(omega * p), p),
            omega * cos(omega * p),
            r"\frac{d}{dp} \sin p\omega = \omega \cos p\omega",
        ),
    )


FORMULA = Formula(
    title="Positional encoding",
    question="How does a transformer know the order of its tokens?",
    purpose="Give each position a pattern that is added to the token's embedding",
    headline=r"<encoding>_{(<position>, 2i)} = "
    r"\sin\left(\frac{<position>}{<base>^{2i / <d_model>}}\right), \qquad "
    r"<encoding>_{(<position>, 2i+1)} = "
    r"\cos\left(\frac{<position>}{<base>^{2i / <d_model>}}\right)",
    result="encoding",
    quantities=(
        Control(
            "position",
            r"\mathrm{pos}",
            "position, counted from 0",
            default=10,
            low=0,
            high=199,
            step=1,
        ),
        Control(
            "d_model",
            "d",
            "width of the encoding, even",
            default=64,
            choices=WIDTHS,
        ),
        Control(
            "base",
            "b",
            "sets the longest wavelength, 10 000 in the paper",
            default=10000.0,
            choices=BASES,
        ),
        Control(
            "n_positions",
            "n",
            "positions shown",
            default=100,
            low=10,
            high=200,
            step=10,
        ),
        Control(
            "offset",
            "k",
            "how far the second position is ahead",
            default=3,
            low=0,
            high=50,
            step=1,
        ),
        Quantity("half", "d/2", "number of pairs of a sine and a cosine"),
        Quantity(
            "speed",
            r"\omega",
            "angle that each pair of entries turns per position",
            shape=("pairs",),
            origin=0,
            unit="radians",
        ),
        Quantity(
            "encoding",
            r"PE",
            "encoding of each position",
            shape=("rows", "width"),
            origin=0,
        ),
        Quantity("similarity", "s", "dot product of the encodings at distance k"),
    ),
    equations=_equations,
    compute=_compute,
    identities=_identities,
    equivalents=(
        "base ** -(numpy.arange(0, d_model, 2) / d_model)",
        "numpy.cos(offset * base ** -(numpy.arange(0, d_model, 2) / d_model)).sum()",
    ),
    source="Vaswani et al., Attention Is All You Need (2017), section 3.5",
    corrections=(
        (
            "The ranges are left open in the original: positions count from 0, the width d "
            "is even, and i runs from 0 to d/2 − 1."
        ),
        (
            "The property that makes it useful is missing: moving by k is a rotation that "
            "depends on k alone."
        ),
        (
            "The paper says that wavelengths reach 10000·2π. The last one is shorter, "
            "2π·10000^(1−2/d): 60 611.5 instead of 62 831.9 for d = 512."
        ),
        (
            "Some implementations put all sines before all cosines. That only reorders the "
            "columns."
        ),
    ),
    topics=("LLM",),
    aliases=(
        "sinusoidal",
        "position embedding",
        "RoPE",
        "rotary",
        "wavelength",
        "frequency",
        "order of tokens",
    ),
    needs=("dot_product", "attention"),
)
