"""AdamW: weight decay beside Adam's step, not inside it; and AMSGrad."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.optimization.adam import bias_correction_factor


@dataclass(frozen=True)
class AdamWState:
    """The parameters after a step, and what the next step needs.

    Attributes
    ----------
    theta : (...) ndarray
        The parameters after the step.
    m, v : (...) ndarray
        Running means of the gradient and of its square.
    v_max : (...) ndarray or None
        The largest ``v`` so far; None without AMSGrad.
    step : (...) ndarray
        The signed change of the parameters, the decay included.
    """

    theta: Array
    m: Array
    v: Array
    v_max: Array | None
    step: Array


def adamw_step(
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
    weight_decay: float = 0.01,
    decoupled: bool = True,
    v_max: ArrayLike | None = None,
) -> AdamWState:
    """Take one step of Adam and let the parameters decay.

    Parameters
    ----------
    theta, grad, m, v : (...) array_like
        Parameters, gradient and the two running means, all of the same shape; the means
        are 0 before the first step.
    t : int
        Number of the step, counted from 1.
    lr, beta1, beta2, eps
        As for `adam_step`.
    weight_decay : float
        At least 0. The paper's number leaves the base rate out: it is
        ``lr * weight_decay`` here.
    decoupled : bool
        Subtract ``lr * weight_decay * theta`` beside Adam's step (AdamW). Otherwise the
        penalty's gradient ``weight_decay * theta`` joins ``grad`` (L2), where Adam
        divides it by the root of ``v`` too.
    v_max : (...) array_like, optional
        The largest ``v`` so far, zeros before the first step: divide by its root
        instead (AMSGrad). The maximum is taken before the correction for the start,
        which the paper omits.

    Returns
    -------
    AdamWState
        New parameters, means and the step.

    Raises
    ------
    ValueError
        As `adam_step`, or if ``weight_decay`` or ``v_max`` is negative or ``v_max`` has
        another shape.

    References
    ----------
    Loshchilov and Hutter (2019), Algorithm 2; AMSGrad: Reddi, Kale and Kumar (2018).

    Examples
    --------
    >>> state = adamw_step([2.0], [1.0], [0.0], [0.0], 1, lr=0.1, weight_decay=0.1)
    >>> state.theta.round(6), state.step.round(6)
    (array([1.88]), array([-0.12]))
    """
    given = _arrays(theta=theta, grad=grad, m=m, v=v)
    # Each of them enters a number that is checked below.
    with (
        checks.finite_first(**given),
        np.errstate(over="ignore", invalid="ignore"),
    ):
        checks.non_negative(v=given["v"])
        largest = None if v_max is None else _largest_before(v_max, given["theta"])
        t = checks.integer(t, "t", low=1)
        lr = checks.scalar(lr, "lr", low=0, open_low=True)
        beta1 = checks.scalar(beta1, "beta1", low=0, high=1, open_high=True)
        beta2 = checks.scalar(beta2, "beta2", low=0, high=1, open_high=True)
        eps = checks.scalar(eps, "eps", low=0)
        decay = checks.scalar(weight_decay, "weight_decay", low=0)
        point, gradient = given["theta"], given["grad"]
        if not decoupled:
            gradient = gradient + decay * point
        mean = _updated(given["m"], beta1, gradient)
        square = _updated(given["v"], beta2, gradient * gradient)
        if not (math.isfinite(square.sum()) or np.isfinite(square).all()):
            raise ValueError(f"gradient too large at step {t}")
        if largest is not None:
            np.maximum(largest, square, out=largest)
        size = np.asarray(np.sqrt(square if largest is None else largest))
        size *= math.sqrt(bias_correction_factor(beta2, t))
        size += eps
        if not eps:
            size = np.where(size == 0, np.inf, size)  # 0/0 makes no step
        step = np.divide(mean, size, out=size)
        step *= -lr * bias_correction_factor(beta1, t)
        if decoupled:
            step -= lr * decay * point
        point = np.asarray(point + step)
        checks.representable(point)
    return AdamWState(point, mean, square, largest, step)


def _arrays(**values: ArrayLike) -> dict[str, Array]:
    """Check parameters, gradient and running means against each other.

    They are not copied.
    """
    arrays = {
        name: checks.as_array(value, name, copy=False) for name, value in values.items()
    }
    rule = "theta, grad, m and v must have the same shape"
    point = arrays["theta"]
    for name, array in arrays.items():
        checks.same_shape(array.shape == point.shape, "theta", point, name, array, rule)
    return arrays


def _largest_before(v_max: ArrayLike, point: Array) -> Array:
    largest: Array = checks.as_array(v_max, "v_max")
    rule = "v_max must have the shape of theta"
    fits = largest.shape == point.shape
    checks.same_shape(fits, "theta", point, "v_max", largest, rule)
    checks.finite(v_max=largest)
    checks.non_negative(v_max=largest)
    return largest


def _updated(mean: Array, memory: float, value: Array) -> Array:
    """Return a running mean that has taken in a value."""
    new = np.asarray(memory * mean)
    new += (1 - memory) * value
    return new
