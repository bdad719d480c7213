"""AdamW: weight decay beside Adam's step, not inside it; and AMSGrad."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.optimization.adam import adam_step, bias_correction_factor


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
    point = checks.as_array(theta, "theta")
    largest = None if v_max is None else _largest_before(v_max, point)
    decay = checks.scalar(weight_decay, "weight_decay", low=0)
    slope = grad if decoupled else _with_penalty(point, grad, decay)
    state = adam_step(point, slope, m, v, t, lr=lr, beta1=beta1, beta2=beta2, eps=eps)
    step = state.step
    with np.errstate(over="ignore"):  # reported as not finite
        if largest is not None:
            np.maximum(largest, state.v, out=largest)
            factor = math.sqrt(bias_correction_factor(beta2, t))
            step = -lr * _ratio(state.m_hat, np.sqrt(largest) * factor + eps)
        if decoupled:
            step = step - lr * decay * point
        moved = checks.representable(point + step)
    return AdamWState(moved, state.m, state.v, largest, step)


def _largest_before(v_max: ArrayLike, point: Array) -> Array:
    largest: Array = checks.as_array(v_max, "v_max")
    rule = "v_max must have the shape of theta"
    fits = largest.shape == point.shape
    checks.same_shape(fits, "theta", point, "v_max", largest, rule)
    checks.finite(v_max=largest)
    checks.non_negative(v_max=largest)
    return largest


def _with_penalty(point: Array, grad: ArrayLike, decay: float) -> Array:
    gradient: Array = checks.as_array(grad, "grad")
    rule = "theta, grad, m and v must have the same shape"
    fits = gradient.shape == point.shape
    checks.same_shape(fits, "theta", point, "grad", gradient, rule)
    checks.finite(theta=point, grad=gradient)
    with np.errstate(over="ignore"):
        gradient += decay * point
    checks.representable(gradient)
    return gradient


def _ratio(mean: Array, size: Array) -> Array:
    """Divide, with 0/0 = 0: a gradient that was always 0 makes no step."""
    return np.divide(mean, size, out=np.zeros_like(mean), where=size > 0)
