"""A network that overfits: its errors after training with different rates of dropout."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from formulas import checks
from formulas.checks import Array, Seed
from formulas.regularization.dropout import dropout

INPUTS, HIDDEN = 3, 100
TRAINING_EXAMPLES, TEST_EXAMPLES = 60, 400
NOISE = 0.7  # standard deviation of what no network can predict
STEPS, STEP_SIZE = 500, 0.01
NETWORKS = 20  # trained side by side, each on data of its own

# Mean errors of `fit_with_dropout` at each rate, with its defaults.
RATES = tuple(k / 20 for k in range(20))
TRAINING_ERRORS = (
    *(0.025, 0.158, 0.191, 0.217, 0.235, 0.251, 0.263, 0.276, 0.288, 0.301),
    *(0.316, 0.333, 0.347, 0.365, 0.384, 0.409, 0.439, 0.475, 0.553, 0.696),
)
TEST_ERRORS = (
    *(1.407, 0.882, 0.831, 0.803, 0.801, 0.769, 0.749, 0.761, 0.762, 0.752),
    *(0.750, 0.756, 0.760, 0.749, 0.751, 0.754, 0.761, 0.775, 0.819, 0.909),
)


@dataclass(frozen=True)
class FitErrors:
    """Mean squared errors after training, all units taking part.

    Attributes
    ----------
    training, test : (networks,) ndarray
        On the examples that were learned, and on new ones.
    """

    training: Array
    test: Array


def fit_with_dropout(
    p: float, *, n_networks: int = NETWORKS, n_steps: int = STEPS, rng: Seed = 0
) -> FitErrors:
    """Train networks of 100 hidden ReLU units on 60 noisy examples each.

    Parameters
    ----------
    p : float
        Probability of dropping a hidden unit at each step, in [0, 1).
    n_networks : int
        Number of networks, at least 1; each has data, weights and masks of its own.
    n_steps : int
        Steps of Adam on all examples at once, at least 0.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    FitErrors
        Errors of each network.

    Raises
    ------
    ValueError
        If p is no probability below 1 or a number is too small.

    References
    ----------
    Srivastava et al. (2014), section 6.

    Examples
    --------
    >>> errors = fit_with_dropout(0.0, n_networks=2, n_steps=0)
    >>> errors.test.shape
    (2,)
    """
    p = checks.scalar(p, "p", low=0, high=1, open_high=True)
    n_networks = checks.integer(n_networks, "n_networks", low=1)
    n_steps = checks.integer(n_steps, "n_steps", low=0)
    random = checks.generator(rng)
    x, y = _examples(random, n_networks, TRAINING_EXAMPLES)
    new_x, new_y = _examples(random, n_networks, TEST_EXAMPLES)
    weights = [
        random.normal(0, np.sqrt(2 / INPUTS), (n_networks, INPUTS, HIDDEN)),
        np.zeros((n_networks, 1, HIDDEN)),
        random.normal(0, np.sqrt(1 / HIDDEN), (n_networks, HIDDEN, 1)),
        np.zeros((n_networks, 1, 1)),
    ]
    first = [np.zeros_like(w) for w in weights]
    second = [np.zeros_like(w) for w in weights]
    for t in range(1, n_steps + 1):
        for k, gradient in enumerate(_gradients(weights, x, y, p, random)):
            first[k] = 0.9 * first[k] + 0.1 * gradient
            second[k] = 0.999 * second[k] + 0.001 * gradient**2
            mean, square = first[k] / (1 - 0.9**t), second[k] / (1 - 0.999**t)
            weights[k] = weights[k] - STEP_SIZE * mean / (np.sqrt(square) + 1e-8)
    return FitErrors(_error(weights, x, y), _error(weights, new_x, new_y))


def _examples(
    random: np.random.Generator, n_networks: int, count: int
) -> tuple[Array, Array]:
    """Draw inputs and the noisy targets that belong to them."""
    x = random.standard_normal((n_networks, count, INPUTS))
    signal = np.sin(x[..., :1]) + x[..., 1:2] * np.tanh(x[..., 2:3])
    return x, signal + NOISE * random.standard_normal(signal.shape)


def _gradients(
    weights: list[Array], x: Array, y: Array, p: float, random: np.random.Generator
) -> tuple[Array, ...]:
    """Differentiate the mean squared error under a fresh mask for each example."""
    W1, b1, W2, b2 = weights
    z = x @ W1 + b1
    dropped = dropout(np.maximum(z, 0), p, rng=random)
    error = 2 * (dropped.output @ W2 + b2 - y) / x.shape[1]
    back = error @ W2.swapaxes(1, 2) * dropped.mask * dropped.scale * (z > 0)
    return (
        x.swapaxes(1, 2) @ back,
        back.sum(axis=1, keepdims=True),
        dropped.output.swapaxes(1, 2) @ error,
        error.sum(axis=1, keepdims=True),
    )


def _error(weights: list[Array], x: Array, y: Array) -> Array:
    """Measure each network with all of its units."""
    W1, b1, W2, b2 = weights
    output = np.maximum(x @ W1 + b1, 0) @ W2 + b2
    return np.asarray(((output - y) ** 2).mean(axis=(1, 2)))
