"""Policy optimization: clipped steps, rewards within a group, pairs of answers."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.activations import sigmoid
from formulas.probability.variance import std

SAFE = 1e-280  # a sum of squares below this may have lost digits to underflow


@dataclass(frozen=True)
class PPOResult:
    """The clipped objective, which is to be made large.

    Attributes
    ----------
    objective : float
        Mean over the actions.
    ratio : (...) ndarray
        How many times as likely as before each action is now.
    gradient : (...) ndarray
        Of the objective by the new log-probabilities.
    dead : (...) ndarray of bool
        Where the action has already moved too far the right way: no gradient.
    """

    objective: float
    ratio: Array
    gradient: Array
    dead: NDArray[np.bool_]


@dataclass(frozen=True)
class DPOResult:
    """The loss of pairs of answers, which is to be made small.

    Attributes
    ----------
    loss : float
        Mean over the pairs; log 2 where the policy equals its reference.
    margin : float or (...) ndarray
        How much more than the reference the policy prefers the chosen answer, times
        ``beta``.
    gradient : float or (...) ndarray
        Of the loss by the log-probability of the chosen answer; by that of the rejected
        one it is the opposite.
    """

    loss: float
    margin: float | Array
    gradient: float | Array


def ppo_clip(
    log_prob: ArrayLike,
    log_prob_old: ArrayLike,
    advantage: ArrayLike,
    *,
    clip: float = 0.2,
) -> PPOResult:
    """Return the objective of proximal policy optimization and its gradient.

    Parameters
    ----------
    log_prob, log_prob_old : (...) array_like
        Log-probability of each action that was taken, under the policy that learns and
        under the one that acted.
    advantage : (...) array_like
        How much better than expected each action was.
    clip : float
        How far from 1 a ratio pays, in (0, 1).

    Returns
    -------
    PPOResult
        Objective, ratios, gradient, and where it is cut off.

    Raises
    ------
    ValueError
        If the shapes differ, an entry is not finite, ``clip`` lies outside its range, or
        a ratio overflows.

    References
    ----------
    Schulman et al. (2017), eq. (7).

    Examples
    --------
    >>> result = ppo_clip(np.log([0.75, 0.5]), np.log([0.5, 0.5]), [1.0, -2.0])
    >>> round(result.objective, 6), result.gradient, result.dead
    (-0.4, array([ 0., -1.]), array([ True, False]))
    """
    arrays = _alike(log_prob=log_prob, log_prob_old=log_prob_old, advantage=advantage)
    checks.finite(**arrays)
    new, old, gain = arrays.values()
    clip = checks.scalar(clip, "clip", low=0, high=1, open_low=True, open_high=True)
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        # Our own copies serve as memory for what follows: a new array takes longer to
        # get than to fill.
        ratio = np.exp(np.subtract(new, old, out=new), out=new)
        pull = np.asarray(ratio * gain)  # not finite wherever the ratio is not
        checks.representable(pull)
        clipped = np.clip(ratio, 1 - clip, 1 + clip, out=old)
        clipped *= gain
        objective = np.minimum(pull, clipped, out=clipped).mean()
        checks.representable(objective)
    dead = np.asarray((gain > 0) & (ratio > 1 + clip))
    dead |= (gain < 0) & (ratio < 1 - clip)
    pull /= gain.size
    pull[dead] = 0.0
    return PPOResult(float(objective), ratio, gradient=pull, dead=dead)


def group_advantages(
    rewards: ArrayLike, *, ddof: int = 0, eps: float = 0.0, scale: bool = True
) -> Array:
    """Compare the rewards of several answers to the same question with each other.

    Parameters
    ----------
    rewards : (..., G) array_like
        Rewards of a group on the last axis, at least 2; every other axis is a batch.
    ddof : int
        Subtracted from G in the standard deviation, at least 0 and below G.
    eps : float
        At least 0; added to the standard deviation.
    scale : bool
        Divide by the standard deviation; without it hard and easy questions do not
        weigh more than others.

    Returns
    -------
    (..., G) ndarray
        Sums to 0 in each group; exactly 0 where all rewards are equal.

    Raises
    ------
    ValueError
        If there are fewer than 2 rewards in a group, an entry is not finite, or an
        option lies outside its range.

    References
    ----------
    Shao et al. (2024), section 4.1.2; without scale: Liu et al. (2025).

    Examples
    --------
    >>> group_advantages([[1.0, 1.0], [3.0, 7.0]])
    array([[ 0.,  0.],
           [-1.,  1.]])
    """
    groups = checks.as_array(rewards, "rewards")
    if not groups.ndim:
        checks.as_array(rewards, "rewards", ndim=1)
    size = groups.shape[-1]
    if size < 2:
        raise ValueError(f"a group needs at least 2 rewards, got {size}")
    checks.finite(rewards=groups)
    ddof = checks.integer(ddof, "ddof", low=0, high=size - 1)
    eps = checks.scalar(eps, "eps", low=0)
    with np.errstate(over="ignore", invalid="ignore"):  # taken care of below
        # From the first one on equal rewards differ by exact zeros, and so does their
        # mean, which rounding would otherwise push away from them.
        rest: Array = groups - groups[..., :1]
        rest -= rest.mean(axis=-1, keepdims=True)
        if not np.isfinite(rest).all():
            small = group_advantages(groups / 4, ddof=ddof, eps=eps / 4, scale=scale)
            return small if scale else np.asarray(checks.representable(4 * small))
    if not scale:
        return rest
    spread = _spread(groups, rest, ddof) + eps
    spread[spread == 0] = 1.0
    rest /= spread
    return rest


def _spread(groups: Array, rest: Array, ddof: int) -> Array:
    """Return the standard deviation of each group, from what is left of its mean."""
    with np.errstate(over="ignore", under="ignore"):
        squares = np.asarray(np.einsum("...i,...i->...", rest, rest))
    spread = np.asarray(np.sqrt(squares / (groups.shape[-1] - ddof)))
    lost = ~((squares > SAFE) & (squares < math.inf))
    if lost.any():
        spread[lost] = std(groups[lost], ddof=ddof, axis=-1)
    return spread[..., None]


def dpo_loss(
    chosen: ArrayLike,
    rejected: ArrayLike,
    ref_chosen: ArrayLike,
    ref_rejected: ArrayLike,
    *,
    beta: float = 0.1,
) -> DPOResult:
    """Return the loss of direct preference optimization and its gradient.

    Parameters
    ----------
    chosen, rejected : (...) array_like
        Log-probability of the better and of the worse answer of each pair under the
        policy, summed over its tokens.
    ref_chosen, ref_rejected : (...) array_like
        The same under the reference.
    beta : float
        Positive: how much a departure from the reference costs.

    Returns
    -------
    DPOResult
        Loss, margins and gradient.

    Raises
    ------
    ValueError
        If the shapes differ, an entry is not finite, ``beta`` is not positive, or a
        margin overflows.

    References
    ----------
    Rafailov et al. (2023), eq. (7).

    Examples
    --------
    >>> result = dpo_loss(-4.0, -6.0, -4.0, -6.0)
    >>> round(result.loss, 6), result.margin, result.gradient
    (0.693147, 0.0, -0.05)
    """
    arrays = _alike(
        copy=False,
        chosen=chosen,
        rejected=rejected,
        ref_chosen=ref_chosen,
        ref_rejected=ref_rejected,
    )
    better, worse, ref_better, ref_worse = arrays.values()
    # The margins are finite only where all four are.
    with (
        checks.finite_first(**arrays),
        np.errstate(over="ignore", invalid="ignore"),  # reported as not finite
    ):
        beta = checks.scalar(beta, "beta", low=0, open_low=True)
        margin = np.asarray(better - ref_better)
        margin -= worse - ref_worse
        margin *= beta
        checks.representable(margin)
        against = np.negative(margin)
        # log(1 + e^−m), exact on both sides.
        loss = checks.representable(np.logaddexp(0.0, against).mean())
    gradient = np.asarray(sigmoid(against))
    gradient *= -beta
    gradient /= margin.size
    return DPOResult(float(loss), _plain(margin), _plain(gradient))


def _alike(*, copy: bool = True, **inputs: ArrayLike) -> dict[str, Array]:
    """Read arrays that must all have the shape of the first."""
    arrays = {
        name: checks.as_array(value, name, copy=copy) for name, value in inputs.items()
    }
    first, *others = arrays
    rule = "all must have the same shape"
    for name in others:
        fits = arrays[name].shape == arrays[first].shape
        checks.same_shape(fits, first, arrays[first], name, arrays[name], rule)
    return arrays


def _plain(array: Any) -> float | Array:
    return np.asarray(array) if np.ndim(array) else float(array)
