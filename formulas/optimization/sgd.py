"""Stochastic gradient descent as libraries have it: momentum, Nesterov, schedules."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.optimization.gradient_descent import Gradient, gradient_at


def sgd_path(
    grad: Gradient,
    theta0: ArrayLike,
    *,
    lr: float | ArrayLike,
    n_steps: int,
    momentum: float = 0.0,
    nesterov: bool = False,
) -> Array:
    """Follow a velocity that collects gradients.

    Each step sets ``v = momentum * v + g`` and subtracts ``lr * v``. With the learning
    rate inside the velocity, ``v = momentum * v - lr * g`` (Sutskever), the path is the
    same only while the rate stays the same: here a new rate holds for the whole velocity
    at once.

    Parameters
    ----------
    grad : callable
        Returns the gradient at a point, in the point's shape.
    theta0 : (d,) array_like
        Where to start; a single number counts as one coordinate.
    lr : float or (n_steps,) array_like
        Positive step size, one for all steps or one for each.
    n_steps : int
        Number of steps, at least 0.
    momentum : float
        Share of the velocity that is kept, in [0, 1).
    nesterov : bool
        Step along ``g + momentum * v``: the velocity is looked at one step ahead.

    Returns
    -------
    (n_steps + 1, d) ndarray
        The points, the start included.

    Raises
    ------
    ValueError
        If an input is not finite or outside its range, the gradient has the wrong shape
        or is not finite, the path overflows, or ``nesterov`` comes without momentum.

    References
    ----------
    Polyak (1964); Nesterov (1983); Sutskever et al. (2013), eq. (1) to (4).

    Examples
    --------
    >>> sgd_path(lambda x: x, [10.0], lr=0.5, n_steps=2, momentum=0.5).ravel()
    array([10.,  5.,  0.])
    """
    theta = np.atleast_1d(checks.as_array(theta0, "theta0", ndim=(0, 1)))
    rates = checks.as_array(lr, "lr", ndim=(0, 1))
    checks.finite(theta0=theta, lr=rates)
    n_steps = checks.integer(n_steps, "n_steps", low=0)
    rates = _each_step(rates, n_steps)
    momentum = checks.scalar(momentum, "momentum", low=0, high=1, open_high=True)
    if nesterov and not momentum:
        raise ValueError("nesterov needs momentum above 0")
    path = np.empty((n_steps + 1, theta.size))
    path[0] = theta
    velocity = np.zeros_like(theta)
    with np.errstate(over="ignore", invalid="ignore"):  # checked below
        for k, rate in enumerate(rates.tolist()):
            gradient = _gradient(grad, path[k], k + 1)
            velocity *= momentum
            velocity += gradient
            move = gradient + momentum * velocity if nesterov else velocity
            np.subtract(path[k], rate * move, out=path[k + 1])
    checks.representable(path)
    return path


def _each_step(rates: Array, n_steps: int) -> Array:
    fits = rates.ndim == 0 or len(rates) == n_steps
    rule = "lr must be a number or one number per step"
    checks.same_shape(fits, "lr", rates, "steps", np.empty(n_steps), rule)
    checks.within(rates, "lr", 0, np.inf, open_low=True)
    return np.broadcast_to(rates, n_steps)


def _gradient(grad: Gradient, theta: Array, step: int) -> Array:
    gradient = gradient_at(grad, theta)
    if not math.isfinite(np.vdot(gradient, gradient)):  # or the square overflows
        checks.representable(theta)
        if np.isnan(gradient).any():
            raise ValueError(f"gradient contains NaN at step {step}")
        checks.finite(gradient=gradient)
    return gradient
