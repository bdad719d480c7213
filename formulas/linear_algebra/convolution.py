"""Convolution: one small weighted sum, slid over the whole input."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array

MODES = ("cross-correlation", "convolution")
BOUNDARIES = ("full", "same", "valid")


@dataclass(frozen=True)
class ConvTerm:
    """One entry of the output and what it is made of.

    Attributes
    ----------
    patch : (kh, kw) ndarray
        The part of the padded input below the kernel.
    products : (kh, kw) ndarray
        Patch times kernel, entry by entry.
    value : float
        Their sum: the entry.
    """

    patch: Array
    products: Array
    value: float


def conv2d(
    image: ArrayLike,
    kernel: ArrayLike,
    *,
    stride: int = 1,
    padding: int | str = 0,
    mode: str = "cross-correlation",
    bias: float = 0.0,
) -> Array:
    """Slide a kernel over an image.

    Parameters
    ----------
    image : (h, w) array_like
        Input.
    kernel : (kh, kw) array_like
        Weights.
    stride : int
        Step between neighboring windows, at least 1; what is left over is ignored.
    padding : int or "same"
        Zeros around the image; "same" keeps its size.
    mode : {"cross-correlation", "convolution"}
        Convolution turns the kernel by 180 degrees first.
    bias : float
        Added to every entry.

    Returns
    -------
    (rows, columns) ndarray
        One weighted sum for each window.

    Raises
    ------
    ValueError
        If the kernel is larger than the padded image, "same" cannot be kept, an input
        is not finite or an option is unknown.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 9.1, eqs. (9.4) to (9.6).

    Examples
    --------
    >>> conv2d([[1, 2, 3], [4, 5, 6]], [[1, 0], [0, 1]])
    array([[6., 8.]])
    """
    weights, windows = _windows(image, kernel, stride, padding, mode)
    bias = checks.scalar(bias, "bias")
    with np.errstate(over="ignore", invalid="ignore"):
        output: Array = np.einsum("ijmn,mn->ij", windows, weights) + bias
    checks.representable(output)
    return output


def conv2d_channels(
    X: ArrayLike,
    K: ArrayLike,
    b: ArrayLike | None = None,
    *,
    stride: int = 1,
    padding: int | str = 0,
    dilation: int = 1,
    groups: int = 1,
) -> Array:
    """Slide several kernels over an image of several channels, as layers do.

    Parameters
    ----------
    X : (C, h, w) array_like
        One image, channels first.
    K : (C', C / groups, kh, kw) array_like
        One kernel for each output channel, applied as it is (cross-correlation).
    b : (C',) array_like, optional
        One bias for each output channel; zeros by default.
    stride : int
        Step between neighboring windows, at least 1; what is left over is ignored.
    padding : int or "same"
        Zeros around the image; "same" keeps its size.
    dilation : int
        Distance of neighboring kernel entries in the image, at least 1.
    groups : int
        Split both kinds of channels into so many groups that do not see each other;
        ``groups = C`` is a depthwise convolution.

    Returns
    -------
    (C', rows, columns) ndarray
        Each output channel adds up what its kernel finds in the channels of its group.

    Raises
    ------
    ValueError
        If the channels do not fit or cannot be grouped, the dilated kernel is larger
        than the padded image, "same" cannot be kept, an input is not finite or the
        result overflows.

    References
    ----------
    Dumoulin and Visin (2016), chapter 2; dilation: Yu and Koltun (2016), section 2.

    Examples
    --------
    >>> conv2d_channels([[[1, 2]], [[3, 4]]], [[[[1]], [[10]]]], [0.5])
    array([[[31.5, 42.5]]])
    """
    x, k, bias, groups = _channels(X, K, b, groups)
    stride = checks.integer(stride, "stride", low=1)
    dilation = checks.integer(dilation, "dilation", low=1)
    reach = tuple(dilation * (size - 1) + 1 for size in k.shape[2:])
    x = np.pad(x, ((0, 0), *_border(padding, reach, stride)))
    _kernel_fits(reach, x.shape[1:])
    patches = np.lib.stride_tricks.sliding_window_view(x, reach, axis=(1, 2))
    patches = patches[:, ::stride, ::stride, ::dilation, ::dilation]
    rows, columns = patches.shape[1:3]
    patches = np.moveaxis(patches, (1, 2), (3, 4)).reshape(groups, -1, rows * columns)
    with np.errstate(over="ignore", invalid="ignore"):
        sums = k.reshape(groups, len(k) // groups, -1) @ patches
        output = sums.reshape(len(k), rows, columns) + bias[:, None, None]
    checks.representable(output)
    return output


def conv1d(
    signal: ArrayLike,
    kernel: ArrayLike,
    *,
    mode: str = "convolution",
    boundary: str = "full",
) -> Array:
    """Slide a kernel along a signal, as NumPy does.

    Parameters
    ----------
    signal : (n,) array_like
        Input.
    kernel : (k,) array_like
        Weights.
    mode : {"convolution", "cross-correlation"}
        Convolution turns the kernel around first.
    boundary : {"full", "same", "valid"}
        Keep every overlap, as many entries as the longer input, or whole overlaps only.

    Returns
    -------
    (m,) ndarray
        One weighted sum for each position.

    Raises
    ------
    ValueError
        If an input is empty or not finite, or an option is unknown.

    Examples
    --------
    >>> conv1d([1, 2, 3], [4, 5, 6])
    array([ 4., 13., 28., 27., 18.])
    """
    x = checks.as_array(signal, "signal", ndim=1)
    k = checks.as_array(kernel, "kernel", ndim=1)
    checks.finite(signal=x, kernel=k)
    checks.choice(mode, "mode", MODES)
    checks.choice(boundary, "boundary", BOUNDARIES)
    slide: Any = np.convolve if mode == "convolution" else np.correlate
    with np.errstate(over="ignore", invalid="ignore"):
        output: Array = checks.representable(slide(x, k, mode=boundary))
    return output


def conv_output_size(
    n: int, k: int, *, stride: int = 1, padding: int = 0, dilation: int = 1
) -> int:
    """Count the windows along one axis.

    Parameters
    ----------
    n, k : int
        Sizes of the input and of the kernel, at least 1.
    stride : int
        Step between windows, at least 1.
    padding : int
        Zeros on each side, at least 0.
    dilation : int
        Distance of neighboring kernel entries, at least 1.

    Returns
    -------
    int
        At least 1.

    Raises
    ------
    ValueError
        If a size is out of range or the kernel does not fit.

    References
    ----------
    Dumoulin and Visin (2016), relationship 6.

    Examples
    --------
    >>> conv_output_size(224, 7, stride=2, padding=3)
    112
    """
    n, k = checks.integer(n, "n", low=1), checks.integer(k, "k", low=1)
    stride = checks.integer(stride, "stride", low=1)
    padded = n + 2 * checks.integer(padding, "padding", low=0)
    reach = checks.integer(dilation, "dilation", low=1) * (k - 1) + 1
    if reach > padded:
        raise ValueError(f"kernel {reach} is larger than the padded input {padded}")
    return (padded - reach) // stride + 1


def conv_window(
    image: ArrayLike,
    kernel: ArrayLike,
    i: int,
    j: int,
    *,
    stride: int = 1,
    padding: int | str = 0,
    mode: str = "cross-correlation",
) -> ConvTerm:
    """Take one entry of the output apart.

    Parameters
    ----------
    image, kernel, stride, padding, mode
        As for `conv2d`.
    i, j : int
        Row and column of the output, from 0.

    Returns
    -------
    ConvTerm
        The patch, its products with the kernel as applied, and their sum.

    Raises
    ------
    ValueError
        As `conv2d`, or if the position lies outside the output.

    Examples
    --------
    >>> conv_window([[1, 2, 3], [4, 5, 6]], [[1, 0], [0, 1]], 0, 1).products
    array([[2., 0.],
           [0., 6.]])
    """
    weights, windows = _windows(image, kernel, stride, padding, mode)
    i = checks.integer(i, "i", low=0, high=windows.shape[0] - 1)
    j = checks.integer(j, "j", low=0, high=windows.shape[1] - 1)
    patch = windows[i, j].copy()
    with np.errstate(over="ignore", invalid="ignore"):
        products = patch * weights
        value = float(checks.representable(products.sum()))
    return ConvTerm(patch, products, value)


def kernel_library() -> dict[str, Array]:
    """Return well-known 3 by 3 kernels.

    Returns
    -------
    dict
        ``identity``, ``box`` (mean), ``sharpen``, ``sobel_x`` and ``sobel_y`` (slopes to
        the right and downward, for cross-correlation) and ``laplacian`` (curvature).

    Examples
    --------
    >>> kernel_library()["laplacian"].sum()
    np.float64(0.0)
    """
    sobel = np.outer([1.0, 2.0, 1.0], [-1.0, 0.0, 1.0])
    laplacian = np.array([[0.0, 1.0, 0.0], [1.0, -4.0, 1.0], [0.0, 1.0, 0.0]])
    identity = np.zeros((3, 3))
    identity[1, 1] = 1.0
    return {
        "identity": identity,
        "box": np.full((3, 3), 1 / 9),
        "sharpen": identity - laplacian,
        "sobel_x": sobel,
        "sobel_y": sobel.T.copy(),
        "laplacian": laplacian,
    }


def _windows(
    image: ArrayLike, kernel: ArrayLike, stride: int, padding: int | str, mode: str
) -> tuple[Array, Array]:
    """Return the kernel as applied and every patch below it, (rows, columns, kh, kw)."""
    x = checks.as_array(image, "image", ndim=2)
    k = checks.as_array(kernel, "kernel", ndim=2)
    checks.finite(image=x, kernel=k)
    stride = checks.integer(stride, "stride", low=1)
    x = np.pad(x, _border(padding, k.shape, stride))
    checks.choice(mode, "mode", MODES)
    _kernel_fits(k.shape, x.shape)
    patches = np.lib.stride_tricks.sliding_window_view(x, k.shape)
    return (k[::-1, ::-1] if mode == "convolution" else k), patches[::stride, ::stride]


def _kernel_fits(kernel: tuple[int, ...], padded: tuple[int, ...]) -> None:
    if kernel[0] > padded[0] or kernel[1] > padded[1]:
        raise ValueError(f"kernel {kernel} is larger than the padded input {padded}")


def _channels(
    X: ArrayLike, K: ArrayLike, b: ArrayLike | None, groups: int
) -> tuple[Array, Array, Array, int]:
    """Check an image, its kernels and their biases, and that groups divide them."""
    x, k = checks.as_array(X, "X", ndim=3), checks.as_array(K, "K", ndim=4)
    bias = np.zeros(len(k)) if b is None else checks.as_array(b, "b", ndim=1)
    groups = checks.integer(groups, "groups", low=1)
    if len(x) % groups or len(k) % groups:
        raise ValueError(
            f"groups ({groups}) must divide the channels {len(x)} and {len(k)}"
        )
    fits, rule = len(x) == k.shape[1] * groups, "each kernel needs the channels of its"
    checks.same_shape(fits, "X", x, "K", k, f"{rule} group")
    rule = "b must have one entry per kernel"
    checks.same_shape(len(bias) == len(k), "b", bias, "K", k, rule)
    checks.finite(X=x, K=k, b=bias)
    return x, k, bias, groups


def _border(
    padding: int | str, kernel: tuple[int, ...], stride: int
) -> tuple[tuple[int, int], ...]:
    """Return the zeros before and after each axis."""
    if padding == "same":
        if stride != 1 or any(size % 2 == 0 for size in kernel):
            raise ValueError("same padding needs an odd kernel and stride 1")
        return tuple((size // 2, size // 2) for size in kernel)
    width = checks.integer(padding, "padding", low=0)
    return ((width, width), (width, width))
