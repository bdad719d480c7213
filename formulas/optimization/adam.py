"""Adam: gradient descent with a step size of its own for every coordinate."""

from __future__ import annotations

import functools
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.optimization.bowl import bowl_path
from formulas.optimization.gradient_descent import Gradient, gradient_at, quadratic

SIGNALS = ("constant", "alternating", "one large")
EPS_MODES = ("outside", "hat", "inside")


@dataclass(frozen=True)
class AdamState:
    """The parameters after a step of Adam, and how it got there.

    Attributes
    ----------
    theta : (...) ndarray
        The parameters after the step.
    m, v : (...) ndarray
        Running means of the gradient and of its square.
    m_hat, v_hat : (...) ndarray
        The same, corrected for their start at 0.
    step : (...) ndarray
        The signed change of the parameters.
    """

    theta: Array
    m: Array
    v: Array
    m_hat: Array
    v_hat: Array
    step: Array


@dataclass(frozen=True)
class AdamPath:
    """A run of Adam: one row for each step, and the start in ``path``.

    Attributes
    ----------
    path : (n_steps + 1, d) ndarray
        The parameters, the start included.
    m, v, m_hat, v_hat : (n_steps, d) ndarray
        Running means and corrected means of each step.
    step_sizes : (n_steps,) ndarray
        The length of each step divided by the learning rate.
    """

    path: Array
    m: Array
    v: Array
    m_hat: Array
    v_hat: Array
    step_sizes: Array


@dataclass(frozen=True)
class _Settings:
    lr: float
    beta1: float
    beta2: float
    eps: float
    bias_correction: bool
    eps_mode: str


def adam_step(
    theta: ArrayLike,
    grad: ArrayLike,
    m: ArrayLike,
    v: ArrayLike,
    t: int,
    *,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bias_correction: bool = True,
    eps_mode: str = "outside",
) -> AdamState:
    """Take one step of Adam.

    Parameters
    ----------
    theta, grad, m, v : (...) array_like
        Parameters, gradient and the two running means, all of the same shape; the means
        are 0 before the first step.
    t : int
        Number of the step, counted from 1.
    lr : float
        Positive: about the distance that each coordinate moves.
    beta1, beta2 : float
        Memory of the running means, in [0, 1).
    eps : float
        At least 0; keeps the division finite.
    bias_correction : bool
        Divide the means by the weight that they have gathered so far.
    eps_mode : {"outside", "hat", "inside"}
        Where eps stands: beside the corrected root (paper, PyTorch), beside the
        uncorrected root (Keras), or under the root.

    Returns
    -------
    AdamState
        New parameters, means, corrected means and the step.

    Raises
    ------
    ValueError
        If the shapes differ, an input is not finite, ``v`` is negative, a setting lies
        outside its range, or the gradient is too large to be squared.

    References
    ----------
    Kingma and Ba (2015), Algorithm 1.

    Examples
    --------
    >>> state = adam_step([10.0], [10.0], [0.0], [0.0], 1, lr=0.1)
    >>> state.theta.round(6), state.m_hat, state.v_hat.round(6)
    (array([9.9]), array([10.]), array([100.]))
    """
    arrays = {
        name: checks.shaped(value, name)
        for name, value in (("theta", theta), ("grad", grad), ("m", m), ("v", v))
    }
    point, gradient, mean, square = arrays.values()
    rule = "theta, grad, m and v must have the same shape"
    for name, array in arrays.items():
        checks.agree(array.shape == point.shape, "theta", point, name, array, rule)
    checks.finite(**arrays)
    checks.non_negative(v=square)
    t = checks.integer(t, "t", low=1)
    settings = _settings(lr, beta1, beta2, eps, bias_correction, eps_mode)
    state = _step(point, gradient, mean, square, t, settings)
    checks.representable(state.theta)
    return state


def adam(
    grad: Gradient,
    theta0: ArrayLike,
    *,
    n_steps: int,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bias_correction: bool = True,
    eps_mode: str = "outside",
) -> AdamPath:
    """Minimize with Adam.

    Parameters
    ----------
    grad : callable
        Returns the gradient at a point, in the point's shape.
    theta0 : (d,) array_like
        Where to start; a single number counts as one coordinate.
    n_steps : int
        Number of steps, at least 0.
    lr, beta1, beta2, eps, bias_correction, eps_mode
        As for `adam_step`.

    Returns
    -------
    AdamPath
        The points and the means of every step.

    Raises
    ------
    ValueError
        As `adam_step`, and if the gradient has the wrong shape or is NaN.

    References
    ----------
    Kingma and Ba (2015), Algorithm 1.

    Examples
    --------
    >>> adam(np.sign, [1.0], n_steps=3, lr=0.1).path.round(6).ravel()
    array([1. , 0.9, 0.8, 0.7])
    """
    start = np.atleast_1d(checks.shaped(theta0, "theta0", ndim=(0, 1)))
    checks.finite(theta0=start)
    n_steps = checks.integer(n_steps, "n_steps", low=0)
    settings = _settings(lr, beta1, beta2, eps, bias_correction, eps_mode)
    zero = np.zeros_like(start)
    states = [AdamState(start, zero, zero, zero, zero, zero)]
    for t in range(1, n_steps + 1):
        last = states[-1]
        with np.errstate(all="ignore"):  # the answer is checked below
            gradient = gradient_at(grad, last.theta)
        if np.isnan(gradient).any():
            raise ValueError(f"gradient contains NaN at step {t}")
        states.append(_step(last.theta, gradient, last.m, last.v, t, settings))
    return _path(states, settings.lr)


def adam_on_gradients(
    gradients: ArrayLike,
    *,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bias_correction: bool = True,
    eps_mode: str = "outside",
) -> AdamPath:
    """Show what Adam makes of a given sequence of gradients, starting from 0.

    Parameters
    ----------
    gradients : (n,) or (n, d) array_like
        One gradient a step.
    lr, beta1, beta2, eps, bias_correction, eps_mode
        As for `adam_step`.

    Returns
    -------
    AdamPath
        The points and the means of every step.

    Raises
    ------
    ValueError
        As `adam_step`.

    Examples
    --------
    >>> adam_on_gradients([3.0, 3.0, 3.0]).m_hat.round(9).ravel()
    array([3., 3., 3.])
    """
    rows: Array = checks.array(gradients, "gradients", ndim=(1, 2))
    rows = rows.reshape(len(rows), -1)
    source = iter(rows)
    return adam(
        lambda _: next(source),
        np.zeros(rows.shape[1]),
        n_steps=len(rows),
        lr=lr,
        beta1=beta1,
        beta2=beta2,
        eps=eps,
        bias_correction=bias_correction,
        eps_mode=eps_mode,
    )


def adam_on_signal(
    signal: ArrayLike,
    *,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bias_correction: bool = True,
) -> AdamPath:
    """Do what `adam_on_gradients` does for one coordinate, in plain numbers, fast.

    Parameters
    ----------
    signal : (n,) array_like
        One gradient a step, not too large to be squared.
    beta1, beta2, eps, bias_correction
        As for `adam_step`; the learning rate is 1.

    Returns
    -------
    AdamPath
        The points, the means and the length of every step.

    Raises
    ------
    ValueError
        As `adam_step`.

    Examples
    --------
    >>> adam_on_signal([1.0, -1.0]).step_sizes.round(6)
    array([1.      , 0.052632])
    """
    gradients = checks.array(signal, "signal", ndim=1).tolist()
    settings = _settings(1.0, beta1, beta2, eps, bias_correction, "outside")
    source = iter(gradients)
    rows = _walk(lambda _: next(source), 0.0, len(gradients), settings)
    path, m, v, m_hat, v_hat, step = np.array(rows).T[:, :, None]
    means = m[1:], v[1:], m_hat[1:], v_hat[1:]
    return AdamPath(path, *means, np.abs(step[1:, 0]))


def adam_bowl_path(
    condition: float,
    *,
    n_steps: int,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bias_correction: bool = True,
) -> Array:
    """Walk down the page's bowl from (1, 1): `adam` in plain numbers, fast.

    Parameters
    ----------
    condition : float
        Largest curvature over the smallest, which is 1; at least 1.
    n_steps : int
        Number of steps, at least 0.
    lr, beta1, beta2, eps, bias_correction
        As for `adam_step`.

    Returns
    -------
    (n_steps + 1, 2) ndarray
        The points, the start included.

    Raises
    ------
    ValueError
        As `adam_step`, and if the condition is below 1.

    Examples
    --------
    >>> adam_bowl_path(100.0, n_steps=2, lr=0.1).round(3)
    array([[1. , 1. ],
           [0.9, 0.9],
           [0.8, 0.8]])
    """
    steepest = checks.scalar(condition, "condition", low=1)
    n_steps = checks.integer(n_steps, "n_steps", low=0)
    settings = _settings(lr, beta1, beta2, eps, bias_correction, "outside")
    flat = _walk(lambda x: x, 1.0, n_steps, settings)
    steep = _walk(lambda x: steepest * x, 1.0, n_steps, settings)
    return np.array([[row[0] for row in rows] for rows in (flat, steep)]).T


def bowl_race(condition: float, *, n_steps: int, **hyper: Any) -> tuple[Array, Array]:
    """Let Adam and plain gradient descent walk down the page's bowl side by side.

    Parameters
    ----------
    condition, n_steps
        As for `adam_bowl_path`.
    **hyper
        The settings of Adam, as for `adam_bowl_path`. Gradient descent steps by 1 over
        the largest curvature.

    Returns
    -------
    paths : (2, n_steps + 1, 2) ndarray
        The points of Adam, then those of gradient descent, both from (1, 1) on.
    losses : (2, n_steps + 1) ndarray
        The loss at these points.

    Raises
    ------
    ValueError
        As `adam_bowl_path`.

    Examples
    --------
    >>> paths, losses = bowl_race(4.0, n_steps=1, lr=0.5, eps=0.0)
    >>> paths[:, 1].round(9) + 0, losses.round(9)
    (array([[0.5 , 0.5 ],
           [0.75, 0.  ]]), array([[2.5    , 0.625  ],
           [2.5    , 0.28125]]))
    """
    own = adam_bowl_path(condition, n_steps=n_steps, **hyper)
    paths = np.stack([own, _plain_path(condition, n_steps)])
    loss, _ = quadratic([1.0, condition])
    return paths, np.asarray(loss(paths))


@functools.lru_cache(maxsize=8)  # of all that Adam is tuned by, it depends on nothing
def _plain_path(condition: float, n_steps: int) -> Array:
    return bowl_path(1.0, condition, 45.0, n_steps=n_steps, radius=math.sqrt(2))


def gradient_signal(name: str, n: int) -> Array:
    """Return a sequence of gradients to try Adam on.

    Parameters
    ----------
    name : {"constant", "alternating", "one large"}
        All 1; 1 and −1 in turn; or 1 with a first one of 100.
    n : int
        How many, at least 1.

    Returns
    -------
    (n,) ndarray
        The gradients.

    Raises
    ------
    ValueError
        If the name is unknown or the number below 1.

    Examples
    --------
    >>> gradient_signal("alternating", 3)
    array([ 1., -1.,  1.])
    """
    checks.choice(name, "name", SIGNALS)
    signal = np.ones(checks.integer(n, "n", low=1))
    if name == "alternating":
        signal[1::2] = -1
    if name == "one large":
        signal[0] = 100
    return signal


def signal_runs(name: str, n: int, **memory: Any) -> tuple[Array, AdamPath, AdamPath]:
    """Try Adam on a sequence of gradients, with its bias correction and without.

    Parameters
    ----------
    name, n
        The sequence, as for `gradient_signal`.
    **memory
        ``beta1``, ``beta2`` and ``eps``, as for `adam_on_signal`.

    Returns
    -------
    gradients : (n,) ndarray
        The sequence.
    corrected, raw : AdamPath
        What Adam makes of it.

    Raises
    ------
    ValueError
        As `gradient_signal` and `adam_on_signal`.

    Examples
    --------
    >>> _, corrected, raw = signal_runs("constant", 2, beta1=0.5, beta2=0.75, eps=0.0)
    >>> corrected.step_sizes, raw.m_hat.ravel()
    (array([1., 1.]), array([0.5 , 0.75]))
    """
    gradients = gradient_signal(name, n)
    corrected = adam_on_signal(gradients, **memory)
    raw = adam_on_signal(gradients, bias_correction=False, **memory)
    return gradients, corrected, raw


def bias_correction_factor(beta: float, t: int) -> float:
    """Return what a running mean that began at 0 must be multiplied by.

    Parameters
    ----------
    beta : float
        Its memory, in [0, 1).
    t : int
        Number of values that it has seen, at least 1.

    Returns
    -------
    float
        1 / (1 − beta^t), at least 1.

    Raises
    ------
    ValueError
        If an argument lies outside its range.

    Examples
    --------
    >>> round(bias_correction_factor(0.9, 1), 12)
    10.0
    """
    beta = checks.scalar(beta, "beta", low=0, high=1, open_high=True)
    return 1.0 / _gathered(beta, checks.integer(t, "t", low=1))


def _settings(
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    bias_correction: bool,
    eps_mode: str,
) -> _Settings:
    return _Settings(
        checks.scalar(lr, "lr", low=0, open_low=True),
        checks.scalar(beta1, "beta1", low=0, high=1, open_high=True),
        checks.scalar(beta2, "beta2", low=0, high=1, open_high=True),
        checks.scalar(eps, "eps", low=0),
        bool(bias_correction),
        checks.choice(eps_mode, "eps_mode", EPS_MODES),
    )


def _gathered(beta: float, t: int) -> float:
    """Return 1 − beta^t without cancellation: the weight of the values seen so far."""
    return -math.expm1(t * math.log(beta)) if beta else 1.0


def _step(
    theta: Array, grad: Array, m: Array, v: Array, t: int, settings: _Settings
) -> AdamState:
    beta1, beta2, ready = settings.beta1, settings.beta2, settings.bias_correction
    with np.errstate(over="ignore", invalid="ignore", under="ignore"):
        m = beta1 * m + (1 - beta1) * grad
        v = beta2 * v + (1 - beta2) * grad**2
        m_hat = m / (_gathered(beta1, t) if ready else 1.0)
        weight = _gathered(beta2, t) if ready else 1.0
        v_hat = v / weight
        if not np.isfinite(v_hat).all():
            raise ValueError(f"gradient too large at step {t}")
        size = _size(v, weight, settings)
        # 0/0, a gradient that was always 0 with eps = 0, is no step.
        ratio = np.divide(m_hat, size, out=np.zeros_like(m_hat), where=size > 0)
        step = -settings.lr * ratio
        return AdamState(theta + step, m, v, m_hat, v_hat, step)


def _walk(
    slope: Callable[[float], float], theta: float, n_steps: int, settings: _Settings
) -> list[tuple[float, ...]]:
    """Take the steps of `_step` along one coordinate: theta, means, corrected, step."""
    beta1, beta2, ready = settings.beta1, settings.beta2, settings.bias_correction
    weights = (_weights(beta, n_steps, ready) for beta in (beta1, beta2))
    m = v = 0.0
    rows: list[tuple[float, ...]] = [(theta, m, v, m, v, 0.0)]
    for m_weight, v_weight in zip(*weights, strict=True):
        gradient = slope(theta)
        m = beta1 * m + (1 - beta1) * gradient
        v = beta2 * v + (1 - beta2) * gradient * gradient
        m_hat = m / m_weight
        v_hat = v / v_weight
        size = math.sqrt(v_hat) + settings.eps
        step = -settings.lr * (m_hat / size if size > 0 else 0.0)
        theta += step
        rows.append((theta, m, v, m_hat, v_hat, step))
    return rows


def _weights(beta: float, n_steps: int, ready: bool) -> list[float]:
    """Return `_gathered` after each step, or ones where nothing is corrected."""
    if not (ready and beta):
        return [1.0] * n_steps
    times = np.arange(1, n_steps + 1)
    weights: list[float] = (-np.expm1(times * math.log(beta))).tolist()
    return weights


def _size(v: Array, weight: float, settings: _Settings) -> Array:
    """Return what the corrected mean is divided by."""
    if settings.eps_mode == "inside":
        return np.asarray(np.sqrt(v / weight + settings.eps))
    if settings.eps_mode == "hat":
        return np.asarray((np.sqrt(v) + settings.eps) / math.sqrt(weight))
    return np.asarray(np.sqrt(v / weight) + settings.eps)


def _path(states: list[AdamState], lr: float) -> AdamPath:
    taken, d = states[1:], states[0].theta.size
    m, v, m_hat, v_hat, steps = (
        np.array([getattr(s, name) for s in taken]).reshape(-1, d)
        for name in ("m", "v", "m_hat", "v_hat", "step")
    )
    path = np.array([s.theta for s in states])
    return AdamPath(path, m, v, m_hat, v_hat, np.linalg.norm(steps, axis=1) / lr)
