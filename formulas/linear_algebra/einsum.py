"""Einstein summation: one notation for products, traces, transposes and sums."""

from __future__ import annotations

import math
import string
from collections.abc import Iterable

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array

SHORT = 10_000  # turns of the loops; below, planning them costs more than it saves


def einsum(subscripts: str, *operands: ArrayLike) -> float | Array:
    """Multiply arrays along named indices and sum over those the result lacks.

    Parameters
    ----------
    subscripts : str
        One letter for each axis of each operand, then what the result keeps:
        ``"ij,jk->ik"``. Letters missing on the right are summed over; a letter that
        occurs twice in an operand walks along its diagonal. No ellipsis.
    *operands : array_like
        One for each group of letters on the left; nothing is broadcast.

    Returns
    -------
    float or ndarray
        One axis for each letter on the right, in this order.

    Raises
    ------
    ValueError
        If the subscripts are not of this form or name another number of operands, an
        operand has another number of axes, an index has two sizes, an entry is not
        finite or the result overflows.

    References
    ----------
    Einstein (1916), section 5.

    Examples
    --------
    >>> einsum("ij,jk->ik", [[1, 2], [3, 4]], [[5], [6]])
    array([[17.],
           [39.]])
    >>> einsum("ii->", [[1, 2], [3, 4]])
    5.0
    """
    inputs, output = _parsed(subscripts)
    if len(inputs) != len(operands):
        named = f"{len(inputs)} operand{'s' * (len(inputs) > 1)}"
        raise ValueError(f"subscripts name {named}, got {len(operands)}")
    arrays: dict[str, Array] = {}
    for k, (letters, operand) in enumerate(zip(inputs, operands, strict=True)):
        name = f"operand {k}"
        arrays[name] = checks.as_array(operand, name, ndim=len(letters))
    turns = _turns(inputs, arrays.values())
    checks.finite(**arrays)
    text = f"{','.join(inputs)}->{output}"
    with np.errstate(over="ignore", invalid="ignore"):
        result = np.einsum(text, *arrays.values(), optimize=turns > SHORT)
    checks.representable(result)
    return result if result.ndim else float(result)


def _parsed(subscripts: str) -> tuple[list[str], str]:
    """Split the subscripts into the letters of each operand and of the result."""
    text = subscripts.replace(" ", "") if isinstance(subscripts, str) else ""
    left, arrow, output = text.partition("->")
    if not arrow:
        raise ValueError(f"subscripts must contain '->', got {subscripts!r}")
    inputs = left.split(",")
    known = set().union(*inputs)
    if not known | set(output) <= set(string.ascii_letters):
        raise ValueError(
            f"subscripts must be letters, commas and one '->', got {subscripts!r}"
        )
    if len(set(output)) < len(output) or not set(output) <= known:
        raise ValueError(
            "subscripts must name each index of the result once, and in an operand, "
            f"got {subscripts!r}"
        )
    return inputs, output


def _turns(inputs: list[str], arrays: Iterable[Array]) -> int:
    """Check that each index has one size; return how often the inmost loop turns."""
    sizes: dict[str, int] = {}
    for letters, array in zip(inputs, arrays, strict=True):
        for letter, size in zip(letters, array.shape, strict=True):
            first = sizes.setdefault(letter, size)
            if first != size:
                raise ValueError(
                    f"shape mismatch: index {letter} has sizes {first} and {size}"
                )
    return math.prod(sizes.values())
