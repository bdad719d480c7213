"""Transposed convolution: every entry of the input paints a kernel onto the output."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array


def conv_transpose2d(
    X: ArrayLike,
    K: ArrayLike,
    b: ArrayLike | None = None,
    *,
    stride: int = 1,
    padding: int = 0,
    output_padding: int = 0,
) -> Array:
    """Send an image back through a convolution: the layer that enlarges images.

    Parameters
    ----------
    X : (C, h, w) array_like
        One image, channels first.
    K : (C, C', kh, kw) array_like
        For each channel the kernel that it paints onto each output channel.
    b : (C',) array_like, optional
        One bias for each output channel; zeros by default.
    stride : int
        Distance of neighboring kernels in the output, at least 1.
    padding : int
        How many entries are cut off on each side, at least 0.
    output_padding : int
        How many entries are added at the end of each axis, below the stride.

    Returns
    -------
    (C', rows, columns) ndarray
        With ``(h - 1) * stride - 2 * padding + kh + output_padding`` rows. Without the
        bias it is the adjoint of the cross-correlation with the same kernels, stride
        and padding.

    Raises
    ------
    ValueError
        If the channels do not fit, padding cuts everything off, an input is not finite,
        an option is out of range or the result overflows.

    References
    ----------
    Dumoulin and Visin (2016), chapter 4.

    Examples
    --------
    >>> conv_transpose2d([[[1, 2]]], [[[[1, 1, 1]]]], stride=2)
    array([[[1., 1., 3., 2., 2.]]])
    """
    x, k = checks.as_array(X, "X", ndim=3), checks.as_array(K, "K", ndim=4)
    bias = np.zeros(k.shape[1]) if b is None else checks.as_array(b, "b", ndim=1)
    rule = "K must have one row of kernels per channel of X"
    checks.same_shape(len(x) == len(k), "X", x, "K", k, rule)
    rule = "b must have one entry per output channel"
    checks.same_shape(len(bias) == k.shape[1], "b", bias, "K", k, rule)
    checks.finite(X=x, K=k, b=bias)
    stride = checks.integer(stride, "stride", low=1)
    cut = checks.integer(padding, "padding", low=0)
    more = checks.integer(output_padding, "output_padding", low=0, high=stride - 1)
    pairs = zip(x.shape[1:], k.shape[2:], strict=True)
    full = [(n - 1) * stride + size + more for n, size in pairs]
    if min(full) <= 2 * cut:
        raise ValueError(f"padding {cut} leaves nothing of the output {tuple(full)}")
    with np.errstate(over="ignore", invalid="ignore"):
        painted = _painted(x, k, stride, np.zeros((len(bias), *full)))
        inside = painted[:, cut : full[0] - cut, cut : full[1] - cut]
        output: Array = checks.representable(inside + bias[:, None, None])
    return output


def _painted(x: Array, k: Array, stride: int, canvas: Array) -> Array:
    """Add the kernels to a canvas, one entry of all of them at a time."""
    (rows, columns), size = x.shape[1:], k.shape[2:]
    parts = k.reshape(len(k), -1).T @ x.reshape(len(x), -1)
    parts = parts.reshape(len(canvas), *size, rows, columns)
    for i, j in np.ndindex(*size):
        below, right = i + stride * rows, j + stride * columns
        canvas[:, i:below:stride, j:right:stride] += parts[:, i, j]
    return canvas
