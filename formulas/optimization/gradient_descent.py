"""Gradient descent: walk downhill, in steps proportional to the slope."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array

Gradient = Callable[[Array], Any]
VANISHED = 1e-12


@dataclass(frozen=True)
class GDPath:
    """Where gradient descent went.

    Attributes
    ----------
    path : (steps + 1, d) ndarray
        The points, the start included.
    status : {"converged", "running", "diverged"}
        Whether the gradient vanished, the steps ran out, or the path left for infinity.
    steps : int
        Number of steps taken.
    """

    path: Array
    status: str
    steps: int


def gradient_descent(
    grad: Gradient,
    theta0: ArrayLike,
    *,
    lr: float,
    n_steps: int,
    momentum: float = 0.0,
    clip: float = 1e8,
) -> GDPath:
    """Follow the negative gradient.

    Parameters
    ----------
    grad : callable
        Returns the gradient at a point, in the point's shape.
    theta0 : (d,) array_like
        Where to start; a single number counts as one coordinate.
    lr : float
        Positive step size.
    n_steps : int
        Most steps to take, at least 0.
    momentum : float
        Share of the previous step that is repeated (heavy ball), in [0, 1).
    clip : float
        Positive; a path that gets farther than this from 0 ends as diverged.

    Returns
    -------
    GDPath
        The points, what became of the path, and the number of steps.

    Raises
    ------
    ValueError
        If an input is not finite or outside its range, or the gradient has the wrong
        shape or is NaN.

    References
    ----------
    Cauchy (1847); heavy ball: Polyak (1964).

    Examples
    --------
    >>> gradient_descent(lambda x: 2 * x, [10.0], lr=0.1, n_steps=2).path
    array([[10. ],
           [ 8. ],
           [ 6.4]])
    """
    theta = np.atleast_1d(checks.as_array(theta0, "theta0", ndim=(0, 1)))
    checks.finite(theta0=theta)
    lr = checks.scalar(lr, "lr", low=0, open_low=True)
    n_steps = checks.integer(n_steps, "n_steps", low=0)
    momentum = checks.scalar(momentum, "momentum", low=0, high=1, open_high=True)
    clip = checks.scalar(clip, "clip", low=0, open_low=True)
    path = [theta]
    velocity = np.zeros_like(theta)
    status = "running"
    with np.errstate(over="ignore", invalid="ignore"):  # checked below
        while status == "running":
            gradient = gradient_at(grad, path[-1])
            if _length(gradient) < VANISHED:
                status = "converged"
            elif len(path) > n_steps:
                break
            else:
                _usable(gradient, len(path))
                point, velocity = _move(path[-1], velocity, gradient, lr, momentum)
                status = "running" if _length(point) <= clip else "diverged"
                if math.isfinite(_length(point)):
                    path.append(point)
    return GDPath(np.array(path), status, len(path) - 1)


def descent_step(
    theta: ArrayLike,
    gradient: ArrayLike,
    velocity: ArrayLike,
    *,
    lr: float,
    momentum: float = 0.0,
) -> tuple[Array, Array]:
    """Take one step of `gradient_descent`.

    Parameters
    ----------
    theta, gradient, velocity : (d,) array_like
        The point, the gradient there and the previous step (zeros at the start).
    lr : float
        Positive step size.
    momentum : float
        Share of the previous step that is repeated, in [0, 1).

    Returns
    -------
    theta, velocity : (d,) ndarray
        The next point and the step that led to it.

    Raises
    ------
    ValueError
        If the shapes differ, or an input is not finite or outside its range.

    Examples
    --------
    >>> descent_step([10.0], [20.0], [0.0], lr=0.1)
    (array([8.]), array([-2.]))
    """
    point = checks.as_array(theta, "theta")
    slope = checks.as_array(gradient, "gradient")
    last = checks.as_array(velocity, "velocity")
    for name, array in (("gradient", slope), ("velocity", last)):
        rule = "theta, gradient and velocity must have the same shape"
        checks.same_shape(array.shape == point.shape, name, array, "theta", point, rule)
    checks.finite(theta=point, gradient=slope, velocity=last)
    lr = checks.scalar(lr, "lr", low=0, open_low=True)
    momentum = checks.scalar(momentum, "momentum", low=0, high=1, open_high=True)
    with np.errstate(over="ignore", invalid="ignore"):
        next_point, step = _move(point, last, slope, lr, momentum)
    checks.representable((next_point, step))
    return next_point, step


def _move(
    theta: Array, velocity: Array, gradient: Array, lr: float, momentum: float
) -> tuple[Array, Array]:
    step = momentum * velocity - lr * gradient
    return theta + step, step


def gradient_at(grad: Gradient, theta: Array) -> Array:
    """Ask a function for its gradient and check the answer's type and shape.

    Parameters
    ----------
    grad : callable
        Returns the gradient at a point.
    theta : (d,) ndarray
        The point; the function gets a copy.

    Returns
    -------
    (d,) ndarray
        The gradient, perhaps not finite.

    Raises
    ------
    ValueError
        If the gradient is not numeric or has another shape than the point.

    Examples
    --------
    >>> gradient_at(lambda x: 2 * x, np.array([1.0, 2.0]))
    array([2., 4.])
    """
    found = checks.numeric(grad(theta.copy()), "gradient", copy=False)
    gradient: Array = np.atleast_1d(found)
    rule = "grad must return the shape of theta"
    fits = gradient.shape == theta.shape
    checks.same_shape(fits, "gradient", gradient, "theta", theta, rule)
    return gradient


def _usable(gradient: Array, step: int) -> None:
    if np.isfinite(gradient).all():
        return
    if np.isnan(gradient).any():
        raise ValueError(f"gradient contains NaN at step {step}")
    raise ValueError("gradient must be finite")


def quadratic(
    curvatures: ArrayLike,
) -> tuple[Callable[[ArrayLike], float | Array], Callable[[ArrayLike], Array]]:
    """Return a bowl whose axes have the given curvatures, and its gradient.

    Parameters
    ----------
    curvatures : (d,) array_like
        Second derivatives along the axes; negative ones make a saddle.

    Returns
    -------
    f : callable
        Half the sum of curvature times squared coordinate, over the last axis.
    grad : callable
        Curvature times coordinate.

    Raises
    ------
    ValueError
        If the curvatures are empty, not 1-D or not finite.

    Examples
    --------
    >>> f, grad = quadratic([1, 10])
    >>> f([5, 5]), grad([5, 5])
    (137.5, array([ 5., 50.]))
    """
    curvature = np.atleast_1d(checks.array(curvatures, "curvatures", ndim=(0, 1)))

    def f(theta: ArrayLike) -> float | Array:
        point = _point(theta, curvature)
        value = 0.5 * (curvature * point**2).sum(axis=-1)
        return value if np.ndim(value) else float(value)

    def grad(theta: ArrayLike) -> Array:
        return curvature * _point(theta, curvature)

    return f, grad


def rosenbrock() -> tuple[
    Callable[[ArrayLike], float | Array], Callable[[ArrayLike], Array]
]:
    """Return Rosenbrock's curved valley and its gradient, in any dimension from 2.

    Returns
    -------
    f : callable
        Zero at (1, ..., 1); coordinates on the last axis.
    grad : callable
        Its gradient.

    References
    ----------
    Rosenbrock (1960).

    Examples
    --------
    >>> f, grad = rosenbrock()
    >>> round(f([-1.2, 1.0]), 10), grad([-1.2, 1.0]).round(10)
    (24.2, array([-215.6,  -88. ]))
    """

    def f(theta: ArrayLike) -> float | Array:
        here, there = _neighbors(theta)
        value = (100 * (there - here**2) ** 2 + (1 - here) ** 2).sum(axis=-1)
        return value if np.ndim(value) else float(value)

    def grad(theta: ArrayLike) -> Array:
        here, there = _neighbors(theta)
        slope = np.zeros((*here.shape[:-1], here.shape[-1] + 1))
        gap = there - here**2
        slope[..., :-1] = -400 * here * gap - 2 * (1 - here)
        slope[..., 1:] += 200 * gap
        return slope

    return f, grad


def stability_limit(curvatures: ArrayLike) -> float:
    """Return the step size from which gradient descent on a bowl no longer settles.

    Parameters
    ----------
    curvatures : (d,) array_like
        Positive second derivatives along the axes.

    Returns
    -------
    float
        2 divided by the largest curvature.

    Raises
    ------
    ValueError
        If a curvature is not positive.

    Examples
    --------
    >>> stability_limit([1, 10])
    0.2
    """
    return 2.0 / float(_positive(curvatures).max())


def best_step(curvatures: ArrayLike) -> float:
    """Return the fixed step size that shrinks the error of a bowl fastest.

    Parameters
    ----------
    curvatures : (d,) array_like
        Positive second derivatives along the axes.

    Returns
    -------
    float
        2 divided by the sum of the smallest and the largest curvature.

    Raises
    ------
    ValueError
        If a curvature is not positive.

    Examples
    --------
    >>> best_step([1, 3])
    0.5
    """
    curvature = _positive(curvatures)
    return 2.0 / float(curvature.min() + curvature.max())


def contraction_factors(curvatures: ArrayLike, lr: float) -> Array:
    """Return what one step multiplies the error along each axis of a bowl by.

    Parameters
    ----------
    curvatures : (d,) array_like
        Second derivatives along the axes.
    lr : float
        Positive step size.

    Returns
    -------
    (d,) ndarray
        Between −1 and 1 where the error shrinks; below 0 it flips sign.

    Raises
    ------
    ValueError
        If a curvature is not finite or the step size is not positive.

    Examples
    --------
    >>> contraction_factors([1, 10], 0.15).round(10)
    array([ 0.85, -0.5 ])
    """
    curvature = np.atleast_1d(checks.array(curvatures, "curvatures", ndim=(0, 1)))
    return 1.0 - checks.scalar(lr, "lr", low=0, open_low=True) * curvature


def error_rates(curvatures: ArrayLike, lr: float, momentum: float = 0.0) -> Array:
    """Return what a step leaves of the error along each axis of a bowl in the long run.

    Parameters
    ----------
    curvatures : (...) array_like
        Second derivatives.
    lr : float
        Positive step size.
    momentum : float
        Share of the previous step that is repeated, in [0, 1).

    Returns
    -------
    (...) ndarray
        Below 1 where the path settles; without momentum the size of the factor of
        `contraction_factors`.

    Raises
    ------
    ValueError
        If a curvature is not finite or a setting lies outside its range.

    References
    ----------
    Polyak (1964).

    Examples
    --------
    >>> error_rates([1.0, 2.0], 0.75), error_rates([1.0], 0.75, 0.25)
    (array([0.25, 0.5 ]), array([0.5]))
    """
    curvature: Array = checks.array(curvatures, "curvatures")
    lr = checks.scalar(lr, "lr", low=0, open_low=True)
    share = checks.scalar(momentum, "momentum", low=0, high=1, open_high=True)
    # An error e follows e'' = (1 + share - lr curvature) e' - share e.
    half = (1 + share - lr * curvature) / 2
    root = np.sqrt((half**2 - share).astype(complex))
    return np.asarray(np.maximum(np.abs(half + root), np.abs(half - root)))


def _positive(curvatures: ArrayLike) -> Array:
    curvature: Array = checks.array(curvatures, "curvatures", ndim=(0, 1))
    if (curvature <= 0).any():
        raise ValueError("curvatures must be positive")
    return curvature


def _point(theta: ArrayLike, curvature: Array) -> Array:
    """Check points of a bowl; a single number counts as one coordinate."""
    point: Array = np.atleast_1d(checks.as_array(theta, "theta"))
    fits = point.shape[-1] == curvature.size
    rule = "theta needs one coordinate per curvature"
    checks.same_shape(fits, "theta", point, "curvatures", curvature, rule)
    checks.finite(theta=point)
    return point


def _neighbors(theta: ArrayLike) -> tuple[Array, Array]:
    point = checks.array(theta, "theta")
    if point.ndim == 0 or point.shape[-1] < 2:
        raise ValueError("rosenbrock needs at least 2 coordinates")
    return point[..., :-1], point[..., 1:]


def _length(vector: Array) -> float:
    return math.hypot(*vector.tolist())  # no overflow
