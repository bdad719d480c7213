"""Adam: gradient descent with a step size of its own for every coordinate."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.optimization.gradient_descent import Gradient, gradient_at

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
        name: checks.as_array(value, name)
        for name, value in (("theta", theta), ("grad", grad), ("m", m), ("v", v))
    }
    point, gradient, mean, square = arrays.values()
    rule = "theta, grad, m and v must have the same shape"
    for name, array in arrays.items():
        checks.same_shape(array.shape == point.shape, "theta", point, name, array, rule)
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
    start = np.atleast_1d(checks.as_array(theta0, "theta0", ndim=(0, 1)))
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


def adam_scalar(
    slope: Callable[[float], float],
    theta0: float,
    *,
    n_steps: int,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bias_correction: bool = True,
) -> AdamPath:
    """Minimize over a single number: `adam` in plain floats, many times as fast.

    Parameters
    ----------
    slope : callable
        Returns the derivative at a number.
    theta0 : float
        Where to start.
    n_steps : int
        Number of steps, at least 0.
    lr, beta1, beta2, eps, bias_correction
        As for `adam_step`.

    Returns
    -------
    AdamPath
        The points and the means of every step, in one column.

    Raises
    ------
    ValueError
        If an argument lies outside its range, or a derivative is too large to be
        squared or NaN.

    References
    ----------
    Kingma and Ba (2015), Algorithm 1.

    Examples
    --------
    >>> adam_scalar(lambda x: x, 1.0, n_steps=2, lr=0.1).path.round(3).ravel()
    array([1. , 0.9, 0.8])
    """
    theta = checks.scalar(theta0, "theta0")
    n_steps = checks.integer(n_steps, "n_steps", low=0)
    settings = _settings(lr, beta1, beta2, eps, bias_correction, "outside")
    lr, eps = settings.lr, settings.eps
    beta1, beta2 = settings.beta1, settings.beta2
    m_weights = _weights(beta1, n_steps, settings.bias_correction)
    v_weights = _weights(beta2, n_steps, settings.bias_correction)
    fresh1, fresh2 = 1 - beta1, 1 - beta2
    m = v = 0.0
    visited = [theta, m, v]  # flat: NumPy reads that twice as fast as tuples
    for m_weight, v_weight in zip(m_weights.tolist(), v_weights.tolist(), strict=True):
        gradient = slope(theta)
        m = beta1 * m + fresh1 * gradient
        v = beta2 * v + fresh2 * gradient * gradient
        size = math.sqrt(v / v_weight) + eps
        if size > 0:
            theta -= lr * (m / m_weight / size)
        visited += (theta, m, v)
    path, means, squares = np.array(visited).reshape(-1, 3).T
    return _scalar_path(path, means[1:], squares[1:], m_weights, v_weights, settings)


def _scalar_path(
    path: Array,
    m: Array,
    v: Array,
    m_weights: Array,
    v_weights: Array,
    settings: _Settings,
) -> AdamPath:
    m_hat = m / m_weights
    v_hat = v / v_weights
    too_large = ~np.isfinite(v_hat)
    if too_large.any():
        raise ValueError(f"gradient too large at step {too_large.argmax() + 1}")
    size = np.sqrt(v_hat) + settings.eps
    lengths = np.abs(m_hat) / np.where(size > 0, size, 1.0)
    return AdamPath(
        path=path[:, None],
        m=m[:, None],
        v=v[:, None],
        m_hat=m_hat[:, None],
        v_hat=v_hat[:, None],
        step_sizes=lengths,
    )


def adam_pair(
    slope: Callable[[float, float], tuple[float, float]],
    theta0: tuple[float, float],
    *,
    n_steps: int,
    lr: float = 1e-3,
    beta1: float = 0.9,
    beta2: float = 0.999,
    eps: float = 1e-8,
    bias_correction: bool = True,
) -> tuple[Array, Array, Array]:
    """Minimize over two numbers: `adam` in plain floats, many times as fast.

    Parameters
    ----------
    slope : callable
        Takes two numbers and returns both partial derivatives.
    theta0 : (float, float)
        Where to start.
    n_steps : int
        Number of steps, at least 0.
    lr, beta1, beta2, eps, bias_correction
        As for `adam_step`.

    Returns
    -------
    path, m, v : (n_steps + 1, 2) ndarray
        The points and the means before the first step and after each.

    Raises
    ------
    ValueError
        If an argument lies outside its range, or a derivative is too large to be
        squared or NaN.

    References
    ----------
    Kingma and Ba (2015), Algorithm 1.

    Examples
    --------
    >>> adam_pair(lambda x, y: (x, y), (1.0, 1.0), n_steps=1, lr=0.1)[0].round(3)
    array([[1. , 1. ],
           [0.9, 0.9]])
    """
    x, y = (checks.scalar(start, "theta0") for start in theta0)
    n_steps = checks.integer(n_steps, "n_steps", low=0)
    settings = _settings(lr, beta1, beta2, eps, bias_correction, "outside")
    lr, eps = settings.lr, settings.eps
    beta1, beta2 = settings.beta1, settings.beta2
    m_weights = _weights(beta1, n_steps, settings.bias_correction)
    v_weights = _weights(beta2, n_steps, settings.bias_correction)
    fresh1, fresh2 = 1 - beta1, 1 - beta2
    m_x = m_y = v_x = v_y = 0.0
    visited = [x, y, m_x, m_y, v_x, v_y]
    for m_weight, v_weight in zip(m_weights.tolist(), v_weights.tolist(), strict=True):
        g_x, g_y = slope(x, y)
        m_x = beta1 * m_x + fresh1 * g_x
        m_y = beta1 * m_y + fresh1 * g_y
        v_x = beta2 * v_x + fresh2 * g_x * g_x
        v_y = beta2 * v_y + fresh2 * g_y * g_y
        size_x = math.sqrt(v_x / v_weight) + eps
        size_y = math.sqrt(v_y / v_weight) + eps
        if size_x > 0:
            x -= lr * (m_x / m_weight / size_x)
        if size_y > 0:
            y -= lr * (m_y / m_weight / size_y)
        visited += (x, y, m_x, m_y, v_x, v_y)
    table = np.array(visited).reshape(-1, 3, 2)
    too_large = ~np.isfinite(table[:, 2]).all(axis=1)
    if too_large.any():
        raise ValueError(f"gradient too large at step {too_large.argmax()}")
    return table[:, 0], table[:, 1], table[:, 2]


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
        lr=checks.scalar(lr, "lr", low=0, open_low=True),
        beta1=checks.scalar(beta1, "beta1", low=0, high=1, open_high=True),
        beta2=checks.scalar(beta2, "beta2", low=0, high=1, open_high=True),
        eps=checks.scalar(eps, "eps", low=0),
        bias_correction=bool(bias_correction),
        eps_mode=checks.choice(eps_mode, "eps_mode", EPS_MODES),
    )


def _gathered(beta: float, t: int) -> float:
    """Return 1 − beta^t without cancellation: the weight of the values seen so far."""
    return -math.expm1(t * math.log(beta)) if beta else 1.0


def _step(
    theta: Array, grad: Array, m: Array, v: Array, t: int, settings: _Settings
) -> AdamState:
    beta1, beta2 = settings.beta1, settings.beta2
    ready = settings.bias_correction
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


def _weights(beta: float, n_steps: int, ready: bool) -> Array:
    """Return `_gathered` after each step, or ones where nothing is corrected."""
    if not (ready and beta):
        return np.ones(n_steps)
    weights: Array = -np.expm1(np.arange(1, n_steps + 1) * math.log(beta))
    return weights


def _size(v: Array, weight: float, settings: _Settings) -> Array:
    """Return what the corrected mean is divided by."""
    if settings.eps_mode == "inside":
        return np.asarray(np.sqrt(v / weight + settings.eps))
    if settings.eps_mode == "hat":
        return np.asarray((np.sqrt(v) + settings.eps) / math.sqrt(weight))
    return np.asarray(np.sqrt(v / weight) + settings.eps)


def _path(states: list[AdamState], lr: float) -> AdamPath:
    def rows(name: str) -> Array:
        taken = [getattr(state, name) for state in states[1:]]
        return np.array(taken).reshape(-1, states[0].theta.size)

    steps = rows("step")
    return AdamPath(
        path=np.array([state.theta for state in states]),
        m=rows("m"),
        v=rows("v"),
        m_hat=rows("m_hat"),
        v_hat=rows("v_hat"),
        step_sizes=np.linalg.norm(steps, axis=1) / lr,
    )
