"""A bowl to walk down: curvature 1 along one axis, more along the other."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array

RADIUS = 5 * math.sqrt(2)


def bowl(
    relative_lr: float, condition: float, angle: float, *, radius: float = RADIUS
) -> tuple[Array, float, Array]:
    """Return a bowl: its curvatures, the step size and the start of a walk.

    Parameters
    ----------
    relative_lr : float
        Step size times the largest curvature, positive.
    condition : float
        Largest curvature over the smallest, which is 1; at least 1.
    angle : float
        Direction of the start seen from the minimum, in degrees.
    radius : float
        Its distance from the minimum, positive. By default 5 times the root of 2, so
        that 45° is the point (5, 5).

    Returns
    -------
    curvatures : (2,) ndarray
        The smallest and the largest.
    lr : float
        The step size.
    theta0 : (2,) ndarray
        Where to begin.

    Raises
    ------
    ValueError
        If a number lies outside its range.

    Examples
    --------
    >>> curvatures, lr, theta0 = bowl(1.0, 10.0, 45.0)
    >>> curvatures, lr, theta0
    (array([ 1., 10.]), 0.1, array([5., 5.]))
    """
    relative = checks.scalar(relative_lr, "relative_lr", low=0, open_low=True)
    condition = checks.scalar(condition, "condition", low=1)
    turn = math.radians(checks.scalar(angle, "angle"))
    reach = checks.scalar(radius, "radius", low=0, open_low=True)
    # Rounding noise across an axis would grow like a real error.
    start = reach * np.array([math.cos(turn), math.sin(turn)]).round(15)
    return np.array([1.0, condition]), relative / condition, start


def bowl_path(
    relative_lr: float,
    condition: float,
    angle: float,
    *,
    n_steps: int,
    momentum: float = 0.0,
    nesterov: bool = False,
    radius: float = RADIUS,
) -> Array:
    """Walk down the bowl: `gradient_descent` or Nesterov's, in plain numbers, fast.

    Parameters
    ----------
    relative_lr, condition, angle : float
        As for `bowl`.
    n_steps : int
        Number of steps, at least 0; none is left out.
    momentum : float
        Share of the previous step that is repeated, in [0, 1).
    nesterov : bool
        Repeat the step of this gradient as well, as `sgd_path` does.
    radius : float
        As for `bowl`.

    Returns
    -------
    (n_steps + 1, 2) ndarray
        The points, the start included.

    Raises
    ------
    ValueError
        If a number lies outside its range.

    Examples
    --------
    >>> bowl_path(1.0, 10.0, 45.0, n_steps=1).round(9)
    array([[5. , 5. ],
           [4.5, 0. ]])
    """
    curvatures, lr, start = bowl(relative_lr, condition, angle, radius=radius)
    n_steps = checks.integer(n_steps, "n_steps", low=0)
    share = checks.scalar(momentum, "momentum", low=0, high=1, open_high=True)
    columns = []
    for point, curvature in zip(start.tolist(), curvatures.tolist(), strict=True):
        column = [point]
        velocity = 0.0
        for _ in range(n_steps):
            downhill = -lr * (curvature * column[-1])
            velocity = share * velocity + downhill
            step = downhill + share * velocity if nesterov else velocity
            column.append(column[-1] + step)
        columns.append(column)
    return np.array(columns).T


def level_curves(
    condition: float, reaches: ArrayLike, *, n_points: int = 41
) -> tuple[Array, ...]:
    """Return contour lines of a bowl with curvatures 1 and ``condition``.

    Parameters
    ----------
    condition : float
        Largest curvature over the smallest, at least 1.
    reaches : (n,) array_like
        How far each line gets from the minimum, positive.
    n_points : int
        Points of each line, at least 2; the last is the first again.

    Returns
    -------
    tuple of (n_points, 2) ndarray
        The lines; along each of them the loss is half the square of its reach.

    Raises
    ------
    ValueError
        If a number lies outside its range.

    Examples
    --------
    >>> level_curves(4.0, [2.0], n_points=5)[0].round(9) + 0
    array([[ 2.,  0.],
           [ 0.,  1.],
           [-2.,  0.],
           [ 0., -1.],
           [ 2.,  0.]])
    """
    condition = checks.scalar(condition, "condition", low=1)
    sizes = checks.array(reaches, "reaches", ndim=1)
    checks.within(sizes, "reaches", 0, math.inf, open_low=True)
    turn = np.linspace(0, 2 * math.pi, checks.integer(n_points, "n_points", low=2))
    ring = np.stack([np.cos(turn), np.sin(turn) / math.sqrt(condition)], axis=1)
    return tuple(sizes[:, None, None] * ring)
