"""Pooling: each window of an image becomes its largest entry or its mean."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array

MODES = ("max", "mean")


def pool2d(
    X: ArrayLike, size: int, *, stride: int | None = None, mode: str = "max"
) -> Array:
    """Reduce each window of an image to one number.

    Parameters
    ----------
    X : (h, w) or (C, h, w) array_like
        One image, or one for each channel.
    size : int
        Sides of the square window, at least 1.
    stride : int, optional
        Step between neighboring windows, at least 1; the size by default, so that they
        lie side by side. What is left over is ignored.
    mode : {"max", "mean"}
        Keep the largest entry, or average.

    Returns
    -------
    (rows, columns) or (C, rows, columns) ndarray
        One number for each window.

    Raises
    ------
    ValueError
        If the window is larger than the image, an entry is not finite or an option is
        out of range.

    References
    ----------
    Dumoulin and Visin (2016), chapter 3.

    Examples
    --------
    >>> pool2d([[1, 2, 5, 6], [3, 4, 7, 9]], 2)
    array([[4., 9.]])
    """
    x: Array = checks.array(X, "X", ndim=(2, 3))
    size = checks.integer(size, "size", low=1)
    stride = size if stride is None else checks.integer(stride, "stride", low=1)
    checks.choice(mode, "mode", MODES)
    sides, image = (size, size), x.shape[-2:]
    if size > min(image):
        raise ValueError(f"kernel {sides} is larger than the padded input {image}")
    windows = np.lib.stride_tricks.sliding_window_view(x, sides, axis=(-2, -1))
    windows = windows[..., ::stride, ::stride, :, :]
    if mode == "max":
        return np.asarray(windows.max(axis=(-2, -1)))
    with np.errstate(over="ignore", invalid="ignore"):
        means = windows.mean(axis=(-2, -1))
    if not np.isfinite(means).all():  # the sum overflowed, the mean does not
        exponent = 2 * size.bit_length()
        means = np.ldexp(np.ldexp(windows, -exponent).mean(axis=(-2, -1)), exponent)
    return np.asarray(means)
