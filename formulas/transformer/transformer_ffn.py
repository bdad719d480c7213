"""Feed-forward block: every token is bent on its own, one kink for each hidden unit."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array, Seed
from formulas.linear_algebra.activations import relu, sigmoid

ACTIVATIONS = ("relu", "gelu", "silu", "identity")
WEIGHTS = ("random", "hat")
HAT = ((1.0, 1.0, 1.0), (-1.0, 0.0, 1.0), (1.0, -2.0, 1.0))


@dataclass(frozen=True)
class FFNResult:
    """What the block returns.

    Attributes
    ----------
    output : (d,) or (n, d) ndarray
        In the shape of the input.
    hidden : (d_ff,) or (n, d_ff) ndarray
        The hidden units after the activation.
    active_fraction : float
        Share of the hidden values above 0.
    """

    output: Array
    hidden: Array
    active_fraction: float


def transformer_ffn(
    X: ArrayLike,
    W1: ArrayLike,
    b1: ArrayLike,
    W2: ArrayLike,
    b2: ArrayLike,
    *,
    activation: str = "relu",
) -> FFNResult:
    """Apply the same two-layer network to each token on its own.

    Parameters
    ----------
    X : (d,) or (n, d) array_like
        One token, or one on each row.
    W1 : (d, d_ff) array_like
        Weights into the hidden units, one column for each.
    b1 : (d_ff,) array_like
        Their biases.
    W2 : (d_ff, d) array_like
        Weights out of the hidden units, one row for each.
    b2 : (d,) array_like
        Biases of the output.
    activation : {"relu", "gelu", "silu", "identity"}
        What bends the hidden units.

    Returns
    -------
    FFNResult
        Output, hidden units and the share of active ones.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite or the activation is unknown.

    References
    ----------
    Vaswani et al. (2017), section 3.3, eq. (2).

    Examples
    --------
    >>> transformer_ffn([2.0], [[1.0, -1.0]], [0.0, 0.0], [[1.0], [1.0]], [0.5]).output
    array([2.5])
    """
    tokens = checks.shaped(X, "X", ndim=(1, 2))
    given = {"W1": (W1, 2), "b1": (b1, 1), "W2": (W2, 2), "b2": (b2, 1)}
    made = {k: checks.shaped(v, k, ndim=ndim) for k, (v, ndim) in given.items()}
    _shapes_fit(tokens, **made)
    checks.finite(X=tokens, **made)
    checks.choice(activation, "activation", ACTIVATIONS)
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        before = checks.representable(tokens @ made["W1"] + made["b1"])
        hidden = _activated(before, activation)
        output = checks.representable(hidden @ made["W2"] + made["b2"])
    return FFNResult(output, hidden, float((hidden > 0).mean()))


def _shapes_fit(X: Array, W1: Array, b1: Array, W2: Array, b2: Array) -> None:
    rule = "the last axis of X must match the rows of W1"
    checks.agree(X.shape[-1] == len(W1), "X", X, "W1", W1, rule)
    rule = "b1 must match the columns of W1"
    checks.agree(W1.shape[1] == len(b1), "W1", W1, "b1", b1, rule)
    rule = "the columns of W1 must match the rows of W2"
    checks.agree(W1.shape[1] == len(W2), "W1", W1, "W2", W2, rule)
    rule = "b2 must match the columns of W2"
    checks.agree(W2.shape[1] == len(b2), "W2", W2, "b2", b2, rule)


def _activated(before: Array, activation: str) -> Array:
    known: dict[str, Callable[[Array], float | Array]] = {
        "relu": relu,
        "gelu": gelu,
        "silu": silu,
        "identity": np.array,
    }
    return np.asarray(known[activation](before))


def gelu(x: ArrayLike) -> float | Array:
    """Weigh each number by the chance that a standard normal one is smaller.

    Parameters
    ----------
    x : (...) array_like
        Any finite numbers.

    Returns
    -------
    float or (...) ndarray
        The exact form, not the approximation with tanh.

    Raises
    ------
    ValueError
        If the input is empty or not finite.

    References
    ----------
    Hendrycks and Gimpel (2016).

    Examples
    --------
    >>> gelu(1.0)
    0.8413447460685429
    """
    z = checks.array(x, "x")
    # The complement keeps its digits far below 0, where the chance is tiny.
    chance = np.array([math.erfc(-v / math.sqrt(2)) / 2 for v in z.ravel().tolist()])
    result = z * chance.reshape(z.shape)
    return result if z.ndim else float(result)


def silu(x: ArrayLike) -> float | Array:
    """Weigh each number by its own sigmoid.

    Parameters
    ----------
    x : (...) array_like
        Any finite numbers.

    Returns
    -------
    float or (...) ndarray
        Close to 0 far below 0, close to the number far above.

    Raises
    ------
    ValueError
        If the input is empty or not finite.

    References
    ----------
    Hendrycks and Gimpel (2016); Ramachandran, Zoph and Le (2017).

    Examples
    --------
    >>> silu([0.0, 1000.0])
    array([   0., 1000.])
    """
    z = checks.array(x, "x")
    result = z * sigmoid(z)
    return result if z.ndim else float(result)


def ffn_parameters(d_model: int, d_ff: int, *, bias: bool = True) -> int:
    """Count the parameters of the block.

    Parameters
    ----------
    d_model : int
        Width of the tokens, at least 1.
    d_ff : int
        Number of hidden units, at least 1.
    bias : bool
        Count the biases too.

    Returns
    -------
    int
        The number of parameters.

    Raises
    ------
    ValueError
        If a width is below 1.

    Examples
    --------
    >>> ffn_parameters(512, 2048, bias=False)
    2097152
    """
    d_model = checks.integer(d_model, "d_model", low=1)
    d_ff = checks.integer(d_ff, "d_ff", low=1)
    return 2 * d_model * d_ff + (d_model + d_ff if bias else 0)


def ffn_share(ratio: float) -> float:
    """Return the share of a transformer block's weights that this part holds.

    Parameters
    ----------
    ratio : float
        Hidden units per feature, positive; the paper has 4.

    Returns
    -------
    float
        The rest belongs to attention, which has four square matrices.

    Raises
    ------
    ValueError
        If the ratio is not positive.

    Examples
    --------
    >>> ffn_share(2.0)
    0.5
    """
    ratio = checks.scalar(ratio, "ratio", low=0, open_low=True)
    return ratio / (2 + ratio)


def hinge_function(
    x: ArrayLike, slopes: ArrayLike, kinks: ArrayLike, weights: ArrayLike, bias: float
) -> tuple[Array, Array]:
    """Add up hinges: the block as a function of a single number.

    Parameters
    ----------
    x : (points,) array_like
        Where to evaluate.
    slopes, kinks, weights : (units,) array_like
        Slope of each unit, where it bends, and its weight in the sum.
    bias : float
        Added to the sum.

    Returns
    -------
    total : (points,) ndarray
        A broken line.
    parts : (units, points) ndarray
        What each unit adds, without the bias.

    Raises
    ------
    ValueError
        If the units' numbers differ in length or an entry is not finite.

    Examples
    --------
    >>> hinge_function([0.0, 1.0, 3.0], [1.0], [1.0], [2.0], 0.5)
    (array([0.5, 0.5, 4.5]), array([[0., 0., 4.]]))
    """
    points = checks.shaped(x, "x", ndim=1)
    slope = checks.shaped(slopes, "slopes", ndim=1)
    kink = checks.shaped(kinks, "kinks", ndim=1)
    weight = checks.shaped(weights, "weights", ndim=1)
    rule = "every unit needs a slope, a kink and a weight"
    checks.agree(slope.shape == kink.shape, "slopes", slope, "kinks", kink, rule)
    checks.agree(slope.shape == weight.shape, "slopes", slope, "weights", weight, rule)
    checks.finite(x=points, slopes=slope, kinks=kink, weights=weight)
    bias = checks.scalar(bias, "bias")
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        inner = checks.representable(slope[:, None] * (points - kink[:, None]))
        parts = checks.representable(weight[:, None] * relu(inner))
        total = checks.representable(parts.sum(axis=0) + bias)
    return total, parts


def unit_lines(hidden: ArrayLike, W2: ArrayLike, *, most: int) -> Array:
    """Return what each of the first hidden units adds to a single feature.

    Parameters
    ----------
    hidden : (n, d_ff) array_like
        The hidden units of n tokens, after the activation.
    W2 : (d_ff, 1) array_like
        Weights out of the hidden units.
    most : int
        Number of units, at least 1.

    Returns
    -------
    (most, n + 1) ndarray
        One line for each unit, then NaN, where a pen is lifted; NaN for missing units.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite or the number is below 1.

    Examples
    --------
    >>> unit_lines([[1.0, 2.0], [3.0, 0.0]], [[10.0], [-1.0]], most=2)
    array([[10., 30., nan],
           [-2., -0., nan]])
    """
    units = checks.shaped(hidden, "hidden", ndim=2)
    weights = checks.shaped(W2, "W2", ndim=2)
    rule = "W2 needs one row per hidden unit and one column"
    fits = weights.shape == (units.shape[1], 1)
    checks.agree(fits, "hidden", units, "W2", weights, rule)
    checks.finite(hidden=units, W2=weights)
    lines = np.full((checks.integer(most, "most", low=1), len(units) + 1), np.nan)
    lines[: len(weights), :-1] = (units * weights[:, 0]).T[:most]
    return lines


def example_hinges(
    kind: str, units: int, weight_scale: float, *, rng: Seed = 0
) -> tuple[Array, Array, Array]:
    """Return the page's hidden units.

    Parameters
    ----------
    kind : {"random", "hat"}
        Drawn, or the three units that make a hat between −1 and 1.
    units : int
        Number of random units, at least 1.
    weight_scale : float
        Factor of the slopes.
    rng : int or numpy.random.Generator
        Seed or source of randomness.

    Returns
    -------
    slopes, kinks, weights : (units,) ndarray
        As for `hinge_function`.

    Raises
    ------
    ValueError
        If the kind is unknown or a number is out of range.

    Examples
    --------
    >>> example_hinges("hat", 1, 1.0)[2]
    array([ 1., -2.,  1.])
    """
    checks.choice(kind, "kind", WEIGHTS)
    units = checks.integer(units, "units", low=1)
    weight_scale = checks.scalar(weight_scale, "weight_scale")
    random = checks.generator(rng)
    slopes, kinks, weights = np.array(HAT)
    if kind == "random":
        slopes, weights = random.standard_normal((2, units))
        weights, kinks = weights / math.sqrt(units), random.uniform(-2, 2, units)
    return weight_scale * slopes, kinks, weights
