"""Numbers written for people, the same way in steps, readouts and tables."""

from __future__ import annotations

import functools
import math
from typing import Any, TypeVar

import numpy as np
from numpy.typing import ArrayLike

Number = TypeVar("Number", bound=Any)

DIGITS = 4  # of a number that is rounded
MOST_DIGITS = 10  # of numbers that hardly differ
LOST = 0.002  # of a difference, that the rounding of its two numbers may change
MILLION = 1e6  # from here on with a power of ten
KEPT = 2  # decimals of a number below 10,000 that is written in full, not rounded
LAST_BELOW_ONE = 7  # decimals of the largest number that is told from 1


@functools.lru_cache(maxsize=4096, typed=True)
def number_text(value: complex, digits: int = DIGITS) -> str:
    """Write a number for people: ``0.2424``, ``1.2e-7``, ``∞``, ``2 − 3 i``.

    A number with two decimals, as a slider gives it, is not rounded, and one below 1
    does not read as 1.

    Examples
    --------
    >>> number_text(1 / 3), number_text(1000.1), number_text(0.99996)
    ('0.3333', '1000.1', '0.99996')
    >>> number_text(1 - 3e-7), number_text(1 - 1e-9)
    ('0.9999997', '1')
    """
    if isinstance(value, (complex, np.complexfloating)):
        return _complex_text(complex(value), digits)
    if isinstance(value, (bool, np.bool_)):
        return "yes" if value else "no"
    if isinstance(value, (int, np.integer)):
        return str(int(value)).replace("-", "−")
    if math.isnan(value):
        return "undefined"
    if math.isinf(value):
        return "∞" if value > 0 else "−∞"
    if value == 0:
        return "0"
    digits = _digits_needed(value, digits)
    text = f"{value:.{digits}g}"
    if "e" in text or abs(float(text)) >= MILLION:
        mantissa, power = f"{value:.{digits - 1}e}".split("e")
        text = f"{mantissa.rstrip('0').rstrip('.')}e{int(power)}"
        text = f"{value:.0f}" if 0 <= int(power) < 6 else text
    return f"−{text[1:]}" if value < 0 else text


def _digits_needed(value: float, digits: int) -> int:
    """Return how many digits say a number without saying another one."""
    if 1000 <= abs(value) < 10_000 and round(value, KEPT) == value:
        return max(digits, 4 + KEPT)
    if 1 - 0.5 * 10.0**-digits <= abs(value) < 1:
        decimals = range(digits + 1, LAST_BELOW_ONE + 1)
        return next((k for k in decimals if round(abs(value), k) < 1), digits)
    return digits


@functools.lru_cache(maxsize=4096)
def digits_apart(first: float, second: float) -> int:
    """Return how many digits of two numbers let their difference be read off them.

    The usual number where they are equal, or differ only beyond `MOST_DIGITS`.

    Examples
    --------
    >>> digits_apart(2.5, 1 / 3), digits_apart(999.1981, 999.8364)
    (4, 6)
    >>> [number_text(x, digits_apart(100.001, 100.0025)) for x in (100.001, 100.0025)]
    ['100.001', '100.0025']
    """
    gap = first - second
    for digits in range(DIGITS, MOST_DIGITS + 1):
        read = _as_printed(first, digits) - _as_printed(second, digits)
        if abs(read - gap) <= LOST * abs(gap):
            return digits
    return DIGITS


def _as_printed(value: float, digits: int) -> float:
    text = number_text(value, digits).replace("−", "-").replace("∞", "inf")
    return float(text) if text != "undefined" else math.nan


def without_dust(value: Number, size: Any = 1.0) -> Number:
    """Return 0 in place of what rounding leaves where numbers of that size cancel.

    Takes numbers of any kind, those of 30 digits too.

    Examples
    --------
    >>> without_dust(0.1 + 0.2 - 0.3), without_dust(1e-9)
    (0.0, 1e-09)

    What is infinite or no number is no dust.

    >>> without_dust(0.5 - math.inf, math.inf)
    -inf
    """
    dust = abs(value) <= 1e-13 * size and size < math.inf
    return type(value)(0) if dust else value


def _complex_text(value: complex, digits: int) -> str:
    real, imaginary = value.real, value.imag
    if imaginary == 0:
        return number_text(real, digits)
    times = "" if abs(imaginary) == 1 else f"{number_text(abs(imaginary), digits)} "
    if real == 0:
        return f"{'−' if imaginary < 0 else ''}{times}i"
    return f"{number_text(real, digits)} {'−' if imaginary < 0 else '+'} {times}i"


def share_text(share: float) -> str:
    """Write a share in percent, never rounded to nothing or to all of it.

    ``81%``; ``none`` for 0 and ``all`` for 1; ``under 1%`` and ``over 99%`` for the rest
    of what would read as 0 % and 100 %.
    """
    percent = f"{abs(share):.0%}"
    if percent == "0%":
        return "under 1%" if share > 0 else "none"
    if percent == "100%":
        return "over 99%" if share < 1 else "all"
    return percent


def counted(count: int, noun: str) -> str:
    """Write how many there are of something: ``1 step``, ``3 steps``."""
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def matrix_text(matrix: ArrayLike, decimals: int = 3) -> str:
    """Write the rows of a small matrix in one line: ``(1, −1), (1, 0)``."""
    rows = np.round(np.asarray(matrix), decimals).tolist()
    return ", ".join(f"({', '.join(map(number_text, row))})" for row in rows)
