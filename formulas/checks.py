"""The shared input checks and their error texts: one place, one wording.

Every public function of ``formulas`` checks its input here, in this order: type,
empty, dimensions, shape agreement, NaN, infinity, range. The first failure raises
``ValueError`` with a message that names the argument, its value and what is allowed.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

Array = NDArray[np.float64]
Seed = int | np.random.Generator

SUM_TOLERANCE = 1e-6
LARGE = 10_000  # entries
EXACT = 2**53  # from here on floats skip whole numbers


def numeric(
    value: ArrayLike, name: str, *, dtype: type = float, copy: bool = True
) -> NDArray[Any]:
    """Copy into a new array of floats; with ``dtype=complex`` complex input stays so.

    Without ``copy`` an array of floats is returned itself: for large ones that are only
    read.
    """
    try:
        raw = np.asarray(value)
    except ValueError:  # a ragged list
        raise ValueError(f"{name} must be numeric") from None
    if raw.dtype.kind not in ("biufc" if dtype is complex else "biuf"):
        raise ValueError(f"{name} must be numeric")
    return raw.astype(complex if raw.dtype.kind == "c" else float, copy=copy)


def as_array(
    value: ArrayLike,
    name: str,
    *,
    ndim: int | Sequence[int] | None = None,
    allow_empty: bool = False,
    dtype: type = float,
    copy: bool = True,
) -> NDArray[Any]:
    """Check type, emptiness and dimensions; ``finite`` follows once shapes agree."""
    array = numeric(value, name, dtype=dtype, copy=copy)
    if array.size == 0 and not allow_empty:
        raise ValueError(f"{name} must not be empty")
    allowed = _allowed(ndim)
    if allowed is not None and array.ndim not in allowed:
        text = " or ".join(f"{k}-D" for k in allowed)
        raise ValueError(f"{name} must be {text}, got shape {array.shape}")
    return array


def _allowed(ndim: int | Sequence[int] | None) -> Sequence[int] | None:
    return (ndim,) if isinstance(ndim, int) else ndim


def same_shape(
    fits: bool, a: str, x: NDArray[Any], b: str, y: NDArray[Any], rule: str
) -> None:
    """Raise unless the shapes of two arrays fit together as ``rule`` says."""
    if not fits:
        raise ValueError(
            f"shape mismatch: {a} has shape {x.shape}, {b} has shape {y.shape}; {rule}"
        )


def no_nan(**arrays: NDArray[Any]) -> None:
    """Raise if an array contains NaN; infinities pass."""
    for name, array in arrays.items():
        if _not_finite(array) and np.isnan(array).any():
            raise ValueError(f"{name} contains NaN")


def finite(**arrays: NDArray[Any]) -> None:
    """Raise if an array contains NaN or an infinity, NaN first across all of them."""
    suspects = {name: array for name, array in arrays.items() if _not_finite(array)}
    no_nan(**suspects)
    for name, array in suspects.items():
        if not np.isfinite(array).all():
            raise ValueError(f"{name} must be finite")


@contextmanager
def finite_first(**arrays: NDArray[Any]) -> Iterator[None]:
    """Run what fails if an array is not finite, and then say so before all else.

    Large arrays are read once more by `finite`. Where a result that is checked anyway
    cannot be finite unless they are, that is spared: on a failure they are looked at.
    """
    try:
        yield
    except ValueError:
        finite(**arrays)
        raise


def _not_finite(array: NDArray[Any]) -> bool:
    """Suspect an array in one pass: a sum over it is not finite; it may also overflow."""
    if array.size < LARGE:
        return not math.isfinite(np.vdot(array, array).real)  # the fastest, and silent
    with np.errstate(over="ignore", invalid="ignore"):
        return not np.isfinite(array.sum())


def array(
    value: ArrayLike,
    name: str,
    *,
    ndim: int | Sequence[int] | None = None,
    copy: bool = True,
) -> Array:
    """Check a single finite, non-empty array that need not agree with another."""
    result: Array = as_array(value, name, ndim=ndim, copy=copy)
    finite(**{name: result})
    return result


def interval(
    low: float, high: float, *, open_low: bool = False, open_high: bool = False
) -> str:
    """Write an interval the way the error texts do: ``(0, inf)``, ``[0, 1]``."""
    left = "(" if open_low or low == -math.inf else "["
    right = ")" if open_high or high == math.inf else "]"
    return f"{left}{low:.12g}, {high:.12g}{right}"


def scalar(
    value: Any,
    name: str,
    *,
    low: float = -math.inf,
    high: float = math.inf,
    open_low: bool = False,
    open_high: bool = False,
) -> float:
    """Check one finite number against an interval and return it as ``float``."""
    number = float(value if isinstance(value, float) else _single(value, name))
    if not math.isfinite(number):
        finite(**{name: np.asarray(number)})
    below = number < low or (open_low and number == low)
    above = number > high or (open_high and number == high)
    if below or above:
        span = interval(low, high, open_low=open_low, open_high=open_high)
        raise ValueError(f"{name} must be in {span}, got {number}")
    return number


def _single(value: Any, name: str) -> NDArray[Any]:
    raw = numeric(value, name)
    if raw.ndim:
        raise ValueError(f"{name} must be 0-D, got shape {raw.shape}")
    return raw


def integer(
    value: Any, name: str, *, low: float = -math.inf, high: float = math.inf
) -> int:
    """Check a whole number (``3.0`` counts, ``True`` and ``3.5`` do not)."""
    if type(value) is int and max(low, -EXACT) <= value <= min(high, EXACT):
        return value  # as most are
    raw = numeric(value, name) if not isinstance(value, (bool, np.bool_)) else None
    if raw is not None and raw.ndim == 0 and np.isnan(raw):
        raise ValueError(f"{name} contains NaN")
    if raw is not None and raw.ndim == 0 and np.isinf(raw):
        raise ValueError(f"{name} must be finite")
    if raw is None or raw.ndim or not float(raw).is_integer():
        raise ValueError(f"{name} must be an integer, got {value!r}")
    number = int(value)
    if not low <= number <= high:
        raise ValueError(f"{name} must be in {interval(low, high)}, got {number}")
    return number


def integers(
    value: ArrayLike,
    name: str,
    *,
    entry: str | None = None,
    low: float = -math.inf,
    high: float = math.inf,
    ndim: int | Sequence[int] | None = None,
    copy: bool = True,
) -> NDArray[np.int_]:
    """Check an array of whole numbers; ``entry`` is what a single one is called."""
    if isinstance(value, np.ndarray) and value.dtype.kind in "iu" and value.size:
        # Most arrays are faultless, which a pass or two over whole numbers tell.
        least, most = max(low, -EXACT), min(high, EXACT)
        if _inside(value, least, most) and value.ndim in (
            _allowed(ndim) or (value.ndim,)
        ):
            return value.astype(int, copy=copy)
    numbers = array(value, name, ndim=ndim)
    entry = entry or name
    raw = np.asarray(value)
    wrong = np.asarray(numbers != np.rint(numbers)) | (raw.dtype == bool)
    if wrong.any():
        raise ValueError(f"{entry} must be an integer, got {raw[wrong].flat[0].item()}")
    for least, most in ((low, high), (-EXACT, EXACT)):
        outside = (numbers < least) | (numbers > most)
        if outside.any():
            first = int(numbers[outside].flat[0])
            raise ValueError(f"{entry} must be in {interval(least, most)}, got {first}")
    return numbers.astype(int)


def _inside(whole: NDArray[Any], least: float, most: float) -> bool:
    if not least and whole.dtype.isnative:  # as unsigned, a number below 0 is too large
        return int(whole.view(f"u{whole.itemsize}").max()) <= most
    return least <= int(whole.min()) and int(whole.max()) <= most


def within(
    array: NDArray[Any],
    name: str,
    low: float,
    high: float,
    *,
    open_low: bool = False,
    open_high: bool = False,
) -> None:
    """Check every entry of an array against an interval; names the first offender."""
    inside = ((array > low) if open_low else (array >= low)) & (
        (array < high) if open_high else (array <= high)
    )
    if not inside.all():
        span = interval(low, high, open_low=open_low, open_high=open_high)
        raise ValueError(f"{name} must be in {span}, got {array[~inside].flat[0]}")


def choice(value: Any, name: str, options: Sequence[str]) -> str:
    """Check an option against the list of known ones."""
    if not isinstance(value, str) or value not in options:
        raise ValueError(f"{name} must be one of {tuple(options)}, got {value!r}")
    return value


def non_negative(**arrays: NDArray[Any]) -> None:
    """Raise if an array has an entry below zero."""
    for name, array in arrays.items():
        if (array < 0).any():
            raise ValueError(f"{name} must be non-negative")


def sums_to_one(**arrays: NDArray[Any]) -> None:
    """Raise unless every row sums to 1 along the last axis, within 1e-6."""
    for name, array in arrays.items():
        totals = np.atleast_1d(array.sum(axis=-1))
        wrong = np.abs(totals - 1.0) > SUM_TOLERANCE
        if wrong.any():
            raise ValueError(
                f"{name} must sum to 1 along the last axis "
                f"(sum is {totals[wrong][0]:.6g})"
            )


def distribution(**arrays: NDArray[Any]) -> None:
    """Raise unless every row is a probability distribution."""
    non_negative(**arrays)
    sums_to_one(**arrays)


def representable(value: Any) -> Any:
    """Raise if a result overflowed; returns it unchanged otherwise."""
    floats = isinstance(value, np.ndarray) and value.dtype.kind in "fc"
    if floats and not _not_finite(value):
        return value
    if not np.isfinite(value).all():  # inf - inf is NaN, but it is an overflow too
        raise ValueError("result must be finite")
    return value


def generator(rng: Seed) -> np.random.Generator:
    """Turn a seed into a generator; a generator is used as it is."""
    if isinstance(rng, np.random.Generator):
        return rng
    return np.random.default_rng(integer(rng, "rng", low=0))
