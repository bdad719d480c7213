"""Cross-entropy: how surprised a prediction is by what really happened."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.softmax import log_softmax, softmax

REDUCTIONS = ("mean", "sum", "none")


def cross_entropy(
    y_true: ArrayLike,
    y_prob: ArrayLike,
    *,
    base: float = math.e,
    eps: float = 0.0,
    reduction: str = "mean",
) -> float | Array:
    """Return the expected surprise of a prediction, infinite where it excludes the truth.

    Parameters
    ----------
    y_true : (...) array_like of int, or (..., K) array_like
        Classes counted from 0, or a distribution for each row.
    y_prob : (..., K) array_like
        Predicted probabilities, classes on the last axis.
    base : float
        Base of the logarithm: e gives nats, 2 gives bits.
    eps : float
        Clip the probabilities to [eps, 1 − eps] first, as libraries do; in [0, 0.5).
    reduction : {"mean", "sum", "none"}
        How the rows are put together.

    Returns
    -------
    float or (...) ndarray
        At least 0; +inf where a true class has probability 0.

    Raises
    ------
    ValueError
        If the shapes do not fit, a label is no class, a row is not a distribution, or
        an option lies outside its range.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 3.13, eq. (3.51).

    Examples
    --------
    >>> cross_entropy([1, 0], [[0.5, 0.5], [0.25, 0.75]], base=2)
    1.5
    """
    target, probability = _rows(y_true, "y_true", y_prob, "y_prob")
    checks.finite(y_true=target, y_prob=probability)
    target = _distribution(target, probability)
    checks.distribution(y_true=target, y_prob=probability)
    eps = checks.scalar(eps, "eps", low=0, high=0.5, open_high=True)
    if eps:
        probability = probability.clip(eps, 1 - eps)
    with np.errstate(divide="ignore"):  # log 0 = -inf is the answer
        logs = np.log(np.where(target > 0, probability, 1.0))
    return _loss(target, logs, base, reduction)


def cross_entropy_from_logits(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    base: float = math.e,
    label_smoothing: float = 0.0,
    reduction: str = "mean",
) -> float | Array:
    """Return the cross-entropy of the softmax of logits, exact where it underflows.

    Parameters
    ----------
    y_true : (...) array_like of int, or (..., K) array_like
        Classes counted from 0, or a distribution for each row.
    logits : (..., K) array_like
        Unnormalized log-probabilities; −inf is allowed beside a finite one.
    base : float
        Base of the logarithm: e gives nats, 2 gives bits.
    label_smoothing : float
        Share of the target that is spread evenly over all classes, in [0, 1).
    reduction : {"mean", "sum", "none"}
        How the rows are put together.

    Returns
    -------
    float or (...) ndarray
        At least 0; +inf where a true class has a logit of −inf.

    Raises
    ------
    ValueError
        As `cross_entropy`, and if a row has no finite logit or one of +inf.

    References
    ----------
    Label smoothing: Szegedy et al. (2016), section 7.

    Examples
    --------
    >>> cross_entropy_from_logits(1, [10000.0, 0.0])
    10000.0
    """
    target, z = _rows(y_true, "y_true", logits, "logits")
    with np.errstate(over="ignore"):
        logs = log_softmax(z)
    checks.finite(y_true=target)
    target = _distribution(target, z)
    checks.distribution(y_true=target)
    share = checks.scalar(
        label_smoothing, "label_smoothing", low=0, high=1, open_high=True
    )
    target = (1 - share) * target + share / z.shape[-1]
    return _loss(target, np.where(target > 0, logs, 0.0), base, reduction)


def softmax_cross_entropy_grad(y_true: ArrayLike, logits: ArrayLike) -> Array:
    """Return the derivative of each row's cross-entropy by its logits.

    Parameters
    ----------
    y_true : (...) array_like of int, or (..., K) array_like
        Classes counted from 0, or a distribution for each row.
    logits : (..., K) array_like
        Unnormalized log-probabilities.

    Returns
    -------
    (..., K) ndarray
        Prediction minus target, row by row (not divided by the number of rows); each
        row sums to 0.

    Raises
    ------
    ValueError
        As `cross_entropy_from_logits`.

    Examples
    --------
    >>> softmax_cross_entropy_grad(0, [0.0, 0.0])
    array([-0.5,  0.5])
    """
    target, z = _rows(y_true, "y_true", logits, "logits")
    probability = softmax(z)
    checks.finite(y_true=target)
    target = _distribution(target, z)
    checks.distribution(y_true=target)
    return probability - target


def perplexity(mean_loss: float, *, base: float = math.e) -> float:
    """Turn a mean loss into the number of equally likely choices it amounts to.

    Parameters
    ----------
    mean_loss : float
        Mean cross-entropy, finite.
    base : float
        The base of its logarithm.

    Returns
    -------
    float
        ``base ** mean_loss``.

    Raises
    ------
    ValueError
        If the loss is not finite, the base is not usable, or the result overflows.

    Examples
    --------
    >>> perplexity(3.0, base=2)
    8.0
    """
    loss = checks.scalar(mean_loss, "mean_loss")
    with np.errstate(over="ignore", under="ignore"):
        power = np.float64(log_base(base)) ** loss
    return float(checks.representable(power))


def log_base(base: float) -> float:
    """Check the base of a logarithm.

    Parameters
    ----------
    base : float
        Positive and not 1.

    Returns
    -------
    float
        The base.

    Raises
    ------
    ValueError
        If the base is not finite, not positive, or 1.

    Examples
    --------
    >>> log_base(2)
    2.0
    """
    base = checks.scalar(base, "base")
    if base <= 0 or base == 1:
        raise ValueError("base must be positive and different from 1")
    return base


def _rows(
    y_true: ArrayLike, first: str, rows: ArrayLike, second: str
) -> tuple[Any, Array]:
    """Check types and shapes; labels stay whole numbers, distributions become floats."""
    y, values = checks.as_array(y_true, first), checks.as_array(rows, second)
    if values.ndim == 0:
        checks.as_array(rows, second, ndim=1)
    raw = np.asarray(y_true)
    if y.shape == values.shape:
        return y, values
    alone = y.ndim == 0 and values.size == values.shape[-1]
    labels = raw.dtype.kind in "iu" and (alone or y.shape == values.shape[:-1])
    rule = (
        f"{first} and {second} must have the same shape, or {first} must hold "
        "class indices"
    )
    checks.same_shape(labels, first, y, second, values, rule)
    return np.broadcast_to(raw, values.shape[:-1]), values


def _distribution(target: Any, rows: Array) -> Array:
    """Turn labels into rows with a single 1; distributions stay as they are."""
    if target.shape == rows.shape:
        return np.asarray(target, dtype=float)
    checks.within(target, "label", 0, rows.shape[-1] - 1)
    one_hot = np.zeros(rows.shape)
    np.put_along_axis(one_hot, target[..., None].astype(int), 1.0, axis=-1)
    return one_hot


def _loss(target: Array, logs: Array, base: float, reduction: str) -> float | Array:
    scale = math.log(log_base(base))
    checks.choice(reduction, "reduction", REDUCTIONS)
    losses = -(target * logs).sum(axis=-1) / scale + 0.0  # no −0
    if reduction != "none":
        losses = losses.mean() if reduction == "mean" else losses.sum()
    return losses if np.ndim(losses) else float(losses)
