"""Xavier initialization: random weights of the size that keeps signals alive."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from formulas import checks
from formulas.checks import Array, Seed
from formulas.linear_algebra.activations import relu, sigmoid, tanh

ACTIVATIONS = ("tanh", "relu", "sigmoid", "linear")
INITS = ("xavier", "he", "lecun_uniform", "normal")
SMALL = 0.01  # standard deviation of the weights of "normal"


@dataclass(frozen=True)
class Propagation:
    """How large a signal is on its way through a deep network.

    Attributes
    ----------
    rms : (depth + 1,) ndarray
        Root mean square of the input and of each layer's output; shorter if exploded.
    exploded : bool
        Whether the signal outgrew the numbers.
    """

    rms: Array
    exploded: bool


def xavier_bound(n_in: int, n_out: int, *, gain: float = 1.0) -> float:
    """Return the largest weight of Xavier's uniform initialization.

    Parameters
    ----------
    n_in, n_out : int
        Inputs and outputs of the layer, at least 1.
    gain : float
        Positive factor that makes up for the activation.

    Returns
    -------
    float
        Weights are drawn evenly from minus to plus this much.

    Raises
    ------
    ValueError
        If a size is below 1 or not whole, or the gain is not positive.

    References
    ----------
    Glorot and Bengio (2010), eq. (16).

    Examples
    --------
    >>> xavier_bound(2, 4)
    1.0
    """
    n_in, n_out = _sizes(n_in, n_out)
    gain = checks.scalar(gain, "gain", low=0, open_low=True)
    return gain * math.sqrt(6.0 / (n_in + n_out))


def xavier_std(n_in: int, n_out: int, *, gain: float = 1.0) -> float:
    """Return the standard deviation of Xavier's weights.

    Parameters
    ----------
    n_in, n_out, gain
        As for `xavier_bound`.

    Returns
    -------
    float
        ``gain * sqrt(2 / (n_in + n_out))``.

    Raises
    ------
    ValueError
        As `xavier_bound`.

    Examples
    --------
    >>> xavier_std(3, 5)
    0.5
    """
    n_in, n_out = _sizes(n_in, n_out)
    gain = checks.scalar(gain, "gain", low=0, open_low=True)
    return gain * math.sqrt(2.0 / (n_in + n_out))


def xavier_uniform(n_in: int, n_out: int, *, gain: float = 1.0, rng: Seed = 0) -> Array:
    """Draw weights evenly between minus and plus `xavier_bound`.

    Parameters
    ----------
    n_in, n_out, gain
        As for `xavier_bound`.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    (n_out, n_in) ndarray
        One row of weights for each output.

    Raises
    ------
    ValueError
        As `xavier_bound`.

    References
    ----------
    Glorot and Bengio (2010), eq. (16).

    Examples
    --------
    >>> xavier_uniform(3, 2).shape
    (2, 3)
    """
    bound = xavier_bound(n_in, n_out, gain=gain)
    return checks.generator(rng).uniform(-bound, bound, _shape(n_in, n_out))


def xavier_normal(n_in: int, n_out: int, *, gain: float = 1.0, rng: Seed = 0) -> Array:
    """Draw normal weights with standard deviation `xavier_std`.

    Parameters
    ----------
    n_in, n_out, gain, rng
        As for `xavier_uniform`.

    Returns
    -------
    (n_out, n_in) ndarray
        One row of weights for each output.

    Raises
    ------
    ValueError
        As `xavier_bound`.

    Examples
    --------
    >>> xavier_normal(3, 2).shape
    (2, 3)
    """
    deviation = xavier_std(n_in, n_out, gain=gain)
    return checks.generator(rng).normal(0.0, deviation, _shape(n_in, n_out))


def he_normal(n_in: int, n_out: int, *, rng: Seed = 0) -> Array:
    """Draw normal weights for layers with ReLU.

    Parameters
    ----------
    n_in, n_out, rng
        As for `xavier_uniform`.

    Returns
    -------
    (n_out, n_in) ndarray
        With standard deviation ``sqrt(2 / n_in)``: the ReLU drops half of the signal.

    Raises
    ------
    ValueError
        If a size is below 1 or not whole.

    References
    ----------
    He, Zhang, Ren and Sun (2015), eq. (10).

    Examples
    --------
    >>> he_normal(3, 2).shape
    (2, 3)
    """
    n_in, n_out = _sizes(n_in, n_out)
    return checks.generator(rng).normal(0.0, math.sqrt(2.0 / n_in), (n_out, n_in))


def propagate(
    activation: str,
    init: str,
    *,
    width: int = 256,
    depth: int = 20,
    n_samples: int = 2000,
    rng: Seed = 1,
) -> Propagation:
    """Send random inputs through a deep network and measure the signal.

    Parameters
    ----------
    activation : {"tanh", "relu", "sigmoid", "linear"}
        Applied after every layer.
    init : {"xavier", "he", "lecun_uniform", "normal"}
        How each layer's weights are drawn; "lecun_uniform" has the bound
        ``1 / sqrt(n_in)`` (Glorot's eq. (1), PyTorch's default; Keras calls the bound
        ``sqrt(3 / n_in)`` so) and "normal" the standard deviation 0.01.
    width, depth, n_samples : int
        Units of each layer, layers and inputs, at least 1.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    Propagation
        Root mean squares, cut where the signal explodes.

    Raises
    ------
    ValueError
        If an option is unknown or a number is below 1.

    References
    ----------
    Glorot and Bengio (2010), section 4.2.

    Examples
    --------
    >>> propagate("relu", "normal", depth=5).rms[-1] < 1e-4
    np.True_
    """
    signals = layer_signals(
        activation, init, width=width, depth=depth, n_samples=n_samples, rng=rng
    )
    rms: list[float] = []
    with np.errstate(over="ignore", invalid="ignore"):
        for signal in signals:
            size = math.sqrt(np.mean(signal**2))
            if not math.isfinite(size):
                return Propagation(np.array(rms), exploded=True)
            rms.append(size)
    return Propagation(np.array(rms), exploded=False)


def layer_signals(
    activation: str,
    init: str,
    *,
    width: int = 256,
    depth: int = 20,
    n_samples: int = 2000,
    rng: Seed = 1,
) -> Iterator[Array]:
    """Send random inputs through a deep network, layer by layer.

    Parameters
    ----------
    activation, init, width, depth, n_samples, rng
        As for `propagate`.

    Returns
    -------
    iterator of (n_samples, width) ndarray
        The inputs, then each layer's outputs; not finite once the signal explodes.

    Raises
    ------
    ValueError
        As `propagate`, before the first layer.

    Examples
    --------
    >>> [signal.shape for signal in layer_signals("tanh", "he", width=8, depth=1)]
    [(2000, 8), (2000, 8)]
    """
    checks.choice(activation, "activation", ACTIVATIONS)
    checks.choice(init, "init", INITS)
    width = checks.integer(width, "width", low=1)
    depth = checks.integer(depth, "depth", low=1)
    n_samples = checks.integer(n_samples, "n_samples", low=1)
    random = checks.generator(rng)
    first = random.standard_normal((n_samples, width))
    return _signals(first, activation, init, depth, random)


def gradient_sizes(
    activation: str,
    init: str,
    *,
    width: int = 256,
    depth: int = 20,
    n_samples: int = 200,
    rng: Seed = 1,
) -> Array:
    """Send random gradients back through a deep network and measure them.

    Parameters
    ----------
    activation, init, width, depth, n_samples, rng
        As for `propagate`; the weights and the signals are the same.

    Returns
    -------
    (depth + 1,) ndarray
        Root mean square of the gradient with respect to the input and to each layer's
        output; the last one is 1, where the gradient starts.

    Raises
    ------
    ValueError
        As `propagate`.

    References
    ----------
    Glorot and Bengio (2010), section 4.2, eq. (6).

    Examples
    --------
    >>> gradient_sizes("linear", "normal", depth=2)[0] < 0.03
    np.True_
    """
    random = checks.generator(rng)
    shape = {"width": width, "depth": depth, "n_samples": n_samples}
    first, *signals = layer_signals(activation, init, rng=rng, **shape)
    random.standard_normal(first.shape)  # so that the weights are those of the signals
    weights = [_square_weights(init, first.shape[1], random) for _ in signals]
    gradient = random.standard_normal(first.shape)
    sizes = [math.sqrt(np.mean(gradient**2))]
    for signal, matrix in zip(reversed(signals), reversed(weights), strict=True):
        gradient = (gradient * _slope(activation, signal)) @ matrix
        sizes.append(math.sqrt(np.mean(gradient**2)))
    return np.array(sizes[::-1]) / sizes[0]


def _slope(activation: str, output: Array) -> Array:
    """Return the slope of an activation, from its output."""
    if activation == "tanh":
        return np.asarray(1 - output**2)
    if activation == "sigmoid":
        return np.asarray(output * (1 - output))
    if activation == "relu":
        return np.asarray((output > 0).astype(float))
    return np.ones_like(output)


def fan_in_fan_out(shape: Sequence[int]) -> tuple[int, int]:
    """Count what one unit of a layer receives from and sends to.

    Parameters
    ----------
    shape : sequence of int
        Of the weights: outputs, inputs, and the sizes of a kernel if there is one.

    Returns
    -------
    n_in, n_out : int
        Inputs and outputs, each times the size of the kernel.

    Raises
    ------
    ValueError
        If there are fewer than two axes or a size is below 1.

    References
    ----------
    PyTorch, torch.nn.init.

    Examples
    --------
    >>> fan_in_fan_out((128, 64, 3, 3))
    (576, 1152)
    """
    sizes = [checks.integer(size, "shape", low=1) for size in shape]
    if len(sizes) < 2:
        raise ValueError("fan in and fan out need a shape with at least 2 axes")
    kernel = math.prod(sizes[2:])
    return sizes[1] * kernel, sizes[0] * kernel


def _sizes(n_in: int, n_out: int) -> tuple[int, int]:
    return checks.integer(n_in, "n_in", low=1), checks.integer(n_out, "n_out", low=1)


def _shape(n_in: int, n_out: int) -> tuple[int, int]:
    return int(n_out), int(n_in)


def _signals(
    signal: Array, activation: str, init: str, depth: int, random: np.random.Generator
) -> Iterator[Array]:
    yield signal
    for _ in range(depth):
        weights = _square_weights(init, signal.shape[1], random)
        signal = _activated(activation, signal @ weights.T)
        yield signal


def _square_weights(init: str, width: int, random: np.random.Generator) -> Array:
    if init == "xavier":
        return xavier_uniform(width, width, rng=random)
    if init == "he":
        return he_normal(width, width, rng=random)
    if init == "lecun_uniform":
        bound = 1.0 / math.sqrt(width)
        return random.uniform(-bound, bound, (width, width))
    return random.normal(0.0, SMALL, (width, width))


def _activated(activation: str, signal: Array) -> Array:
    if activation == "linear" or not np.isfinite(signal).all():
        return signal
    function = {"tanh": tanh, "relu": relu, "sigmoid": sigmoid}[activation]
    return np.asarray(function(signal))
