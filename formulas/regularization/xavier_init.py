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


def some_weights(
    n_in: int, n_out: int, *, gain: float = 1.0, most: int = 4000, rng: Seed = 0
) -> Array:
    """Draw the first few of the weights that `xavier_uniform` draws.

    Parameters
    ----------
    n_in, n_out, gain, rng
        As for `xavier_uniform`.
    most : int
        How many at most, at least 1.

    Returns
    -------
    (n,) ndarray
        Row by row; all of them if there are no more.

    Raises
    ------
    ValueError
        As `xavier_uniform`, or if ``most`` is below 1.

    Examples
    --------
    >>> len(some_weights(512, 512)), len(some_weights(3, 2))
    (4000, 6)
    """
    bound = xavier_bound(n_in, n_out, gain=gain)
    count = min(n_in * n_out, checks.integer(most, "most", low=1))
    return checks.generator(rng).uniform(-bound, bound, count)


def expected_rms(n_in: int, n_out: int, depth: int, *, gain: float = 1.0) -> Array:
    """Return the size that theory gives a signal on its way through linear layers.

    Parameters
    ----------
    n_in, n_out, gain
        Of every layer, as for `xavier_std`.
    depth : int
        Number of layers, at least 0.

    Returns
    -------
    (depth + 1,) ndarray
        From 1 for the input; the mean square grows by ``n_in Var(W)`` a layer.

    Raises
    ------
    ValueError
        As `xavier_std`, or if the depth is negative.

    References
    ----------
    Glorot and Bengio (2010), eq. (5).

    Examples
    --------
    >>> expected_rms(6, 2, 2)
    array([1.        , 1.22474487, 1.5       ])
    """
    growth = math.sqrt(n_in) * xavier_std(n_in, n_out, gain=gain)
    layers = np.arange(checks.integer(depth, "depth", low=0) + 1.0)
    sizes: Array = growth**layers
    return sizes


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
        ``1 / sqrt(n_in)`` and "normal" the standard deviation 0.01.
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
    layers = _layers(activation, init, width, depth, n_samples, rng)
    rms: list[float] = []
    with np.errstate(over="ignore", invalid="ignore"):
        for signal in layers:
            size = math.sqrt(np.mean(signal**2))
            if not math.isfinite(size):
                return Propagation(np.array(rms), True)
            rms.append(size)
    return Propagation(np.array(rms), False)


def layer_samples(
    activation: str,
    init: str,
    layers: Sequence[int] = (1, 5, 10, 20),
    *,
    width: int = 256,
    n_samples: int = 20,
    rng: Seed = 1,
) -> dict[int, Array]:
    """Collect the outputs of some layers, to draw their distribution.

    Parameters
    ----------
    activation, init, width, rng
        As for `propagate`.
    layers : sequence of int
        Which layers, from 1.
    n_samples : int
        Number of inputs.

    Returns
    -------
    dict
        For each layer, all its outputs in one (n_samples * width,) array.

    Raises
    ------
    ValueError
        As `propagate`, or if no layer is asked for.

    Examples
    --------
    >>> layer_samples("tanh", "xavier", (2,), width=8, n_samples=5)[2].shape
    (40,)
    """
    wanted = [checks.integer(layer, "layers", low=1) for layer in layers]
    if not wanted:
        raise ValueError("layers must not be empty")
    signals = _layers(activation, init, width, max(wanted), n_samples, rng)
    with np.errstate(over="ignore", invalid="ignore"):
        found = {k: signal.ravel() for k, signal in enumerate(signals) if k in wanted}
    return {k: checks.representable(found[k]) for k in wanted}


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


def _layers(
    activation: str, init: str, width: int, depth: int, n_samples: int, rng: Seed
) -> Iterator[Array]:
    """Check everything at once; the signals follow one by one."""
    checks.choice(activation, "activation", ACTIVATIONS)
    checks.choice(init, "init", INITS)
    width = checks.integer(width, "width", low=1)
    depth = checks.integer(depth, "depth", low=1)
    n_samples = checks.integer(n_samples, "n_samples", low=1)
    return _signals(activation, init, width, depth, n_samples, checks.generator(rng))


def _signals(
    activation: str,
    init: str,
    width: int,
    depth: int,
    n_samples: int,
    random: np.random.Generator,
) -> Iterator[Array]:
    signal = random.standard_normal((n_samples, width))
    yield signal
    for _ in range(depth):
        signal = _activated(activation, signal @ _drawn(init, width, random).T)
        yield signal


def _drawn(init: str, width: int, random: np.random.Generator) -> Array:
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
    bend = {"tanh": tanh, "relu": relu, "sigmoid": sigmoid}[activation]
    return np.asarray(bend(signal))
