"""Layer normalization: only the pattern of a token's features is kept."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array
from formulas.formula import Control, Formula, Quantity

if TYPE_CHECKING:
    from formulas.notation import Equation, Identity

EXTREME = 400  # binary exponents beyond which squares come near the end of floats
EPS_MODES = ("inside", "outside")
MATCH = "gamma and beta must match the last axis of x"
PATTERNS = {"1, 2, 3, 4": (1.0, 2.0, 3.0, 4.0), "0, 0, 0, 8": (0.0, 0.0, 0.0, 8.0)}


def layer_norm(
    x: ArrayLike,
    gamma: ArrayLike | None = None,
    beta: ArrayLike | None = None,
    *,
    eps: float = 1e-5,
    eps_mode: str = "inside",
    axis: int = -1,
) -> Array:
    """Bring the features of each token to mean 0 and variance 1, then scale and shift.

    Parameters
    ----------
    x : (..., d) array_like
        Features on ``axis``; every other axis is a batch.
    gamma, beta : (d,) array_like, optional
        Gain and shift of each feature; ones and zeros by default.
    eps : float
        At least 0; keeps the quotient finite where all features are alike.
    eps_mode : {"inside", "outside"}
        Add ``eps`` to the variance, under the root, or to the standard deviation.
    axis : int
        The axis of the features.

    Returns
    -------
    (..., d) ndarray
        The normalized features; ``beta`` exactly where all features are alike.

    Raises
    ------
    ValueError
        If x is empty or not finite, gain or shift have another length, ``eps`` is
        negative, or a row is constant with ``eps=0``.

    References
    ----------
    Ba, Kiros and Hinton (2016), section 3, eq. (3), without ``eps``.

    Examples
    --------
    >>> layer_norm([2.0, 4.0, 4.0, 4.0, 5.0, 5.0, 7.0, 9.0], eps=0)
    array([-1.5, -0.5, -0.5, -0.5,  0. ,  0. ,  1. ,  2. ])
    """
    features = _features(x, axis)
    gain, shift = _vectors(features, gamma, beta)
    checks.finite(x=features, gamma=gain, beta=shift)
    eps = checks.scalar(eps, "eps", low=0)
    checks.choice(eps_mode, "eps_mode", EPS_MODES)
    centered, var, exponent = _spread(features)
    divisor = _divisor(np.sqrt(var), exponent, eps, eps_mode)
    _no_division_by_zero(divisor)
    with np.errstate(over="ignore"):  # reported as not finite
        output = centered / divisor
        output *= gain
        output += shift
    checks.representable(output)
    return output if axis == -1 else np.moveaxis(output, -1, axis)


def _features(x: ArrayLike, axis: int = -1) -> Array:
    features: Array = checks.shaped(x, "x")
    if not features.ndim:
        raise ValueError("x must be 1-D, got shape ()")
    return features if axis == -1 else np.moveaxis(features, axis, -1)


def _vectors(
    features: Array, gamma: ArrayLike | None, beta: ArrayLike | None
) -> tuple[Array, Array]:
    made = []
    for name, value, default in (("gamma", gamma, 1.0), ("beta", beta, 0.0)):
        width = features.shape[-1]
        vector = (
            np.full(width, default)
            if value is None
            else checks.shaped(value, name, ndim=1)
        )
        checks.agree(vector.shape == (width,), "x", features, name, vector, MATCH)
        made.append(vector)
    return made[0], made[1]


def _spread(features: Array) -> tuple[Array, Array, NDArray[np.int_]]:
    """Center rows and measure them, in units of a power of two where they are extreme."""
    high = features.max(axis=-1, keepdims=True)
    low = features.min(axis=-1, keepdims=True)
    # Powers of two scale without rounding, and no square over- or underflows.
    _, exponent = np.frexp(np.maximum(high, -low))
    exponent = np.where(np.abs(exponent) > EXTREME, exponent, 0)
    scaled = np.ldexp(features, -exponent) if exponent.any() else features
    centered = scaled - scaled.mean(axis=-1, keepdims=True)
    alike = high == low
    if alike.any():
        centered = np.where(alike, 0.0, centered)
    squares = np.einsum("...i,...i->...", centered, centered)[..., None]
    return centered, squares / features.shape[-1], exponent


def _divisor(size: Array, exponent: NDArray[np.int_], eps: float, mode: str) -> Array:
    """Return what the centered, scaled features are divided by."""
    with np.errstate(over="ignore"):  # next to so large an eps nothing is left
        if mode == "outside":
            return size + np.ldexp(eps, -exponent)
        return np.hypot(size, np.ldexp(np.sqrt(eps), -exponent))


def _no_division_by_zero(divisor: Array) -> None:
    if (divisor == 0).any():
        raise ValueError("layer_norm is undefined for a constant vector when eps = 0")


def layer_norm_stats(
    x: ArrayLike, *, axis: int = -1
) -> tuple[float | Array, float | Array]:
    """Return mean and variance of the features of each token.

    Parameters
    ----------
    x : (..., d) array_like
        Features on ``axis``.
    axis : int
        The axis of the features.

    Returns
    -------
    mean, var : float or (...) ndarray
        The variance divides by d and is computed from the differences to the mean.

    Raises
    ------
    ValueError
        If x is empty or not finite.

    Examples
    --------
    >>> layer_norm_stats([1.0, 2.0, 3.0, 4.0])
    (2.5, 1.25)
    """
    features = _features(x, axis)
    checks.finite(x=features)
    _, scaled, exponent = _spread(features)
    mean = np.ldexp(np.ldexp(features, -exponent).mean(axis=-1), exponent[..., 0])
    with np.errstate(over="ignore"):  # reported as not finite
        var = checks.representable(np.ldexp(scaled, 2 * exponent)[..., 0])
    return (mean, var) if mean.ndim else (float(mean), float(var))


def layer_norm_backward(
    dy: ArrayLike, x: ArrayLike, gamma: ArrayLike | None, *, eps: float = 1e-5
) -> tuple[Array, Array, Array]:
    """Return the gradients of a loss through layer normalization.

    Parameters
    ----------
    dy : (..., d) array_like
        Gradient of the loss by the output.
    x : (..., d) array_like
        The input.
    gamma : (d,) array_like or None
        Gain of each feature; None for ones.
    eps : float
        At least 0.

    Returns
    -------
    dx : (..., d) ndarray
        Gradient by the input; each row sums to 0.
    dgamma, dbeta : (d,) ndarray
        Gradients by gain and shift, summed over the batch.

    Raises
    ------
    ValueError
        As `layer_norm`, or if ``dy`` has another shape than x.

    Examples
    --------
    >>> layer_norm_backward([1.0, 1.0], [3.0, 9.0], None)[0]
    array([0., 0.])
    """
    upstream = checks.shaped(dy, "dy")
    features = _features(x)
    rule = "dy must have the shape of x"
    checks.agree(upstream.shape == features.shape, "dy", upstream, "x", features, rule)
    gain, _ = _vectors(features, gamma, None)
    checks.finite(dy=upstream, x=features, gamma=gain)
    eps = checks.scalar(eps, "eps", low=0)
    centered, var, exponent = _spread(features)
    divisor = _divisor(np.sqrt(var), exponent, eps, "inside")
    _no_division_by_zero(divisor)
    normal, pull = centered / divisor, upstream * gain
    along = (pull * normal).mean(axis=-1, keepdims=True)
    inner = pull - pull.mean(axis=-1, keepdims=True) - normal * along
    batch = tuple(range(features.ndim - 1))
    dx = np.ldexp(inner / divisor, -exponent)
    return dx, (upstream * normal).sum(axis=batch), upstream.sum(axis=batch)


def rms_norm(
    x: ArrayLike, gamma: ArrayLike | None = None, *, eps: float = 1e-5
) -> Array:
    """Divide the features of each token by their root mean square, without centering.

    Parameters
    ----------
    x : (..., d) array_like
        Features on the last axis.
    gamma : (d,) array_like, optional
        Gain of each feature.
    eps : float
        At least 0, added to the mean square.

    Returns
    -------
    (..., d) ndarray
        The normalized features.

    Raises
    ------
    ValueError
        As `layer_norm`; with ``eps=0`` for a row of zeros.

    References
    ----------
    Zhang and Sennrich (2019), eq. (4).

    Examples
    --------
    >>> rms_norm([3.0, 3.0], eps=0)
    array([1., 1.])
    """
    features = _features(x)
    gain, _ = _vectors(features, gamma, None)
    checks.finite(x=features, gamma=gain)
    eps = checks.scalar(eps, "eps", low=0)
    _, exponent = np.frexp(np.abs(features).max(axis=-1, keepdims=True))
    scaled = np.ldexp(features, -exponent)
    size = np.sqrt((scaled**2).mean(axis=-1, keepdims=True))
    divisor = _divisor(size, exponent, eps, "inside")
    _no_division_by_zero(divisor)
    output: Array = gain * (scaled / divisor)
    return output


def normalized_size(
    sigma: ArrayLike, *, eps: float = 1e-5, eps_mode: str = "inside"
) -> Array:
    """Return the standard deviation that is left after normalization.

    Parameters
    ----------
    sigma : array_like
        Standard deviation of the input, positive.
    eps : float
        At least 0.
    eps_mode : {"inside", "outside"}
        As for `layer_norm`.

    Returns
    -------
    ndarray
        From 0, where ``eps`` rules, to 1, where it does not matter.

    Raises
    ------
    ValueError
        If an argument is out of range.

    Examples
    --------
    >>> normalized_size([1e-3], eps_mode="outside").round(4)
    array([0.9901])
    """
    size = checks.array(sigma, "sigma")
    checks.within(size, "sigma", 0, np.inf, open_low=True)
    eps = checks.scalar(eps, "eps", low=0)
    checks.choice(eps_mode, "eps_mode", EPS_MODES)
    return size / _divisor(size, np.zeros(size.shape, int), eps, eps_mode)


def sizes_left(sigma: ArrayLike, *, eps: float = 1e-5) -> tuple[Array, Array]:
    """Return the standard deviations that are left with ``eps`` in either place.

    Parameters
    ----------
    sigma : (...) array_like
        Standard deviation of the input, positive.
    eps : float
        At least 0.

    Returns
    -------
    inside, outside : (...) ndarray
        As `normalized_size`: with ``eps`` under the root, and added to its result.

    Raises
    ------
    ValueError
        As `normalized_size`.

    Examples
    --------
    >>> sizes_left([0.75], eps=1.0)
    (array([0.6]), array([0.42857143]))
    """
    inside, outside = (
        normalized_size(sigma, eps=eps, eps_mode=mode) for mode in EPS_MODES
    )
    return inside, outside


def scale_response(
    scales: ArrayLike,
    x: ArrayLike,
    gamma: float = 1.0,
    beta: float = 0.0,
    *,
    eps: float = 1e-5,
) -> Array:
    """Normalize one token at many scales.

    Parameters
    ----------
    scales : (n,) array_like
        What the token is multiplied by, one after the other.
    x : (d,) array_like
        Features of the token.
    gamma, beta : float
        Gain and shift, the same for all features.
    eps : float
        At least 0.

    Returns
    -------
    (d, n) ndarray
        One row for each feature, flat where ``eps`` does not matter.

    Raises
    ------
    ValueError
        As `layer_norm`.

    Examples
    --------
    >>> scale_response([1.0, 10.0], [2.0, 4.0], eps=0)
    array([[-1., -1.],
           [ 1.,  1.]])
    """
    factors = checks.array(scales, "scales", ndim=1)
    token = checks.array(x, "x", ndim=1)
    gain, shift = np.full_like(token, gamma), np.full_like(token, beta)
    return layer_norm(factors[:, None] * token, gain, shift, eps=eps).T.copy()


def _given(
    pattern: str, scale: float, shift: float, gamma: float, beta: float, log_eps: int
) -> dict[str, object]:
    return {
        "x": scale * np.array(PATTERNS[pattern]) + shift,
        "gains": np.full(4, gamma),
        "shifts": np.full(4, beta),
        "eps": 10.0**log_eps,
    }


def _compute(x: Array, gains: Array, shifts: Array, eps: float) -> dict[str, object]:
    mean, variance = layer_norm_stats(x)
    output = layer_norm(x, gains, shifts, eps=eps)
    return {"mean": mean, "variance": variance, "output": output}


def _equations() -> tuple[Equation, ...]:
    from sympy import sqrt

    from formulas.notation import Equation, arrays, symbols, total, unevaluated

    x, gain, shift, y = arrays("x gains shifts output")
    mu, var, eps, d, i, j = symbols("mean variance eps d i j")
    with unevaluated(False):
        return (
            Equation(mu, 1 / d * total(x[j], j, 1, d)),
            Equation(var, 1 / d * total((x[j] - mu) ** 2, j, 1, d)),
            Equation(y[i], gain[i] * ((x[i] - mu) / sqrt(var + eps)) + shift[i]),
        )


def _identities() -> tuple[Identity, ...]:
    from sympy import Derivative, sqrt

    from formulas.notation import Identity, symbols

    eps, a, b = symbols("epsilon a b", positive=True)
    x = symbols("x_1 x_2 x_3", positive=True)

    def normal(values: Sequence[Any], eps: Any) -> tuple[list[Any], Any]:
        mean = sum(values) / 3
        var = sum((v - mean) ** 2 for v in values) / 3
        return [(v - mean) / sqrt(var + eps) for v in values], sqrt(var + eps)

    hats, root = normal(x, eps)
    plain, _ = normal(x, 0)
    moved, _ = normal([a * v + b for v in x], 0)
    mean = sum(x) / 3
    return (
        Identity(
            "Without ε, scale and shift of the input disappear.",
            moved[0],
            plain[0],
            r"\mathrm{LN}(a x + b) = \mathrm{LN}(x) \quad (a > 0,\ \epsilon = 0)",
        ),
        Identity(
            "The variance is the mean square minus the squared mean; computed that way it "
            "loses its digits where the mean is large.",
            sum((v - mean) ** 2 for v in x) / 3,
            sum(v**2 for v in x) / 3 - mean**2,
            r"\frac{1}{d} \sum_j (x_j - \mu)^2 = \frac{1}{d} \sum_j x_j^2 - \mu^2",
        ),
        Identity(
            "A feature moves its own normalized value ...",
            Derivative(hats[0], x[0]),
            (1 - (1 + hats[0] ** 2) / 3) / root,
            r"\frac{\partial \hat x_i}{\partial x_i} = "
            r"\frac{1 - (1 + \hat x_i^2) / d}{\sqrt{\sigma^2 + \epsilon}}",
        ),
        Identity(
            "... and, through mean and variance, every other one.",
            Derivative(hats[0], x[1]),
            -(1 + hats[0] * hats[1]) / (3 * root),
            r"\frac{\partial \hat x_i}{\partial x_j} = "
            r"-\frac{1 + \hat x_i \hat x_j}{d \sqrt{\sigma^2 + \epsilon}}"
            r"\quad (i \neq j)",
        ),
    )


FORMULA = Formula(
    title="Layer normalization",
    question="What is left of a token when its scale and shift are taken away?",
    purpose="Keep the features of each token at a steady size, whatever the layer before",
    headline=r"\mathrm{LN}(<x>)_i = <gains>_i \frac{<x>_i - <mean>}"
    r"{\sqrt{<variance> + <eps>}} + <shifts>_i",
    quantities=(
        Quantity("x", "x", "features of one token", shape=("d",)),
        Control(
            "pattern",
            r"\text{pattern}",
            "features before scale and shift",
            default="1, 2, 3, 4",
            choices=tuple(PATTERNS),
        ),
        Control(
            "scale",
            "a",
            "scale of the input",
            default=1.0,
            low=1e-4,
            high=100,
            scale="log",
        ),
        Control(
            "shift",
            "b",
            "added to every input",
            default=0.0,
            low=-100,
            high=100,
            step=1,
        ),
        Quantity("mean", r"\mu", "mean of the features"),
        Quantity("variance", r"\sigma^2", "variance of the features, divided by d"),
        Control(
            "log_eps",
            r"\log_{10} \epsilon",
            "power of ten of ε",
            default=-5,
            low=-12,
            high=-1,
            step=1,
        ),
        Quantity("eps", r"\epsilon", "small number that keeps the quotient finite"),
        Control(
            "gamma",
            r"\gamma_i",
            "gain, here the same for all features",
            default=1.0,
            low=-3,
            high=3,
            step=0.1,
        ),
        Control(
            "beta",
            r"\beta_i",
            "shift, here the same for all features",
            default=0.0,
            low=-3,
            high=3,
            step=0.1,
        ),
        Quantity("gains", r"\gamma", "learned gain of each feature", shape=("d",)),
        Quantity("shifts", r"\beta", "learned shift of each feature", shape=("d",)),
        Quantity("output", "y", "normalized features", shape=("d",)),
    ),
    equations=_equations,
    compute=_compute,
    given=_given,
    identities=_identities,
    equivalents=("gains * (x - x.mean()) / numpy.sqrt(x.var() + eps) + shifts",),
    source="Ba, Kiros and Hinton, Layer Normalization (2016), section 3, eq. (3)",
    corrections=(
        (
            "The original divides by σ + ε; libraries divide by the root of σ² + ε. The two "
            "part where σ is small: at σ = 10⁻³ and ε = 10⁻⁵ the result is 0.99 or 0.30 of "
            "its full size."
        ),
        (
            "Gain γ and shift β are vectors, one number for each feature, multiplied and "
            "added entry by entry."
        ),
        (
            "Mean and variance run over the features of one token, not over the batch, and "
            "the variance divides by d, not by d − 1."
        ),
    ),
    topics=("LLM", "ML"),
    aliases=(
        "layernorm",
        "RMSNorm",
        "normalization",
        "epsilon",
        "pre-norm",
        "batch norm",
    ),
    needs=("variance",),
)
