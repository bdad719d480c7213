"""Cross-entropy: how surprised a prediction is by what really happened."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.softmax import log_softmax, softmax
from formulas.optimization.reduction import reduced


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


def bits_per_byte(
    mean_loss: float, n_tokens: int, n_bytes: int, *, base: float = math.e
) -> float:
    """Turn the loss for a token into bits for a byte of text, whatever the tokenizer.

    Parameters
    ----------
    mean_loss : float
        Mean cross-entropy of the tokens, at least 0.
    n_tokens, n_bytes : int
        Length of the same text in tokens and in bytes, at least 1.
    base : float
        The base of the loss's logarithm.

    Returns
    -------
    float
        What a byte of the text costs: its length after perfect compression.

    Raises
    ------
    ValueError
        If a number lies outside its range, the base is not usable, or the result
        overflows.

    References
    ----------
    Gao et al. (2020).

    Examples
    --------
    >>> bits_per_byte(8.0, 100, 400, base=2)
    2.0
    """
    loss = checks.scalar(mean_loss, "mean_loss", low=0)
    n_tokens = checks.integer(n_tokens, "n_tokens", low=1)
    n_bytes = checks.integer(n_bytes, "n_bytes", low=1)
    bits = loss * math.log2(log_base(base)) + 0.0  # no −0
    return float(checks.representable(bits * (n_tokens / n_bytes)))


def focal_loss(
    y_true: ArrayLike,
    logits: ArrayLike,
    *,
    gamma: float = 2.0,
    alpha: ArrayLike | None = None,
    reduction: str = "mean",
) -> float | Array:
    """Return a cross-entropy that all but ignores what is already predicted well.

    Parameters
    ----------
    y_true : (...) array_like of int, or (..., K) array_like
        Classes counted from 0, or a distribution for each row.
    logits : (..., K) array_like
        Unnormalized log-probabilities; −inf is allowed beside a finite one.
    gamma : float
        At least 0: the power of the missing probability ``1 − p`` that each surprise is
        multiplied by; 0 gives the cross-entropy.
    alpha : (K,) array_like, optional
        Non-negative weight of each class; ones by default. The mean divides by the
        number of rows, not by their weights.
    reduction : {"mean", "sum", "none"}
        How the rows are put together.

    Returns
    -------
    float or (...) ndarray
        At least 0, in nats; +inf where a weighted true class has a logit of −inf.

    Raises
    ------
    ValueError
        As `cross_entropy_from_logits`, and if gamma or a weight is negative, or the
        weights are not one for each class.

    References
    ----------
    Lin et al. (2017), eq. (5).

    Examples
    --------
    >>> focal_loss(0, [0.0, 0.0], reduction="sum") == 0.25 * math.log(2)
    True
    """
    target, z = _rows(y_true, "y_true", logits, "logits")
    share = _class_weights(alpha, z)
    with np.errstate(over="ignore"):  # so unlikely a class costs +inf
        probability = softmax(z)
    checks.finite(y_true=target, alpha=share)
    gamma = checks.scalar(gamma, "gamma", low=0)
    checks.non_negative(alpha=share)
    if target.shape == z.shape:
        checks.distribution(y_true=target)
        label = np.broadcast_to(np.arange(z.shape[-1]), z.shape)
        weight = share * target
    else:
        checks.within(target, "label", 0, z.shape[-1] - 1)
        label = target[..., None].astype(int)
        weight = share[label]
    missing, surprise = _misses(probability, z, label)
    with np.errstate(over="ignore"):
        terms = missing**gamma * np.where(weight > 0, surprise, 0.0) * weight
        losses = terms.sum(axis=-1)
    return reduced(losses, reduction)


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
    y = checks.as_array(y_true, first, copy=False)
    values = checks.as_array(rows, second, copy=False)
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


def _class_weights(alpha: ArrayLike | None, z: Array) -> Array:
    if alpha is None:
        return np.ones(z.shape[-1])
    share: Array = checks.as_array(alpha, "alpha", ndim=1)
    fits = share.shape == z.shape[-1:]
    rule = "alpha needs one weight per class"
    checks.same_shape(fits, "alpha", share, "logits", z, rule)
    return share


def _misses(probability: Array, z: Array, label: Any) -> tuple[Array, Array]:
    """Return 1 − p and −ln p of the labels, exact where p is close to 1 or to 0.

    The probabilities of the likeliest classes are overwritten.
    """
    top = z.argmax(axis=-1)[..., None]
    np.put_along_axis(probability, top, 0.0, axis=-1)
    rest = probability.sum(axis=-1, keepdims=True)  # what the likeliest class leaves
    likeliest = label == top
    other = 1 - np.take_along_axis(probability, label, axis=-1)
    missing = np.where(likeliest, rest, other)
    with np.errstate(over="ignore"):
        gap = np.take_along_axis(z, top, axis=-1) - np.take_along_axis(
            z, label, axis=-1
        )
    return missing, gap - np.log1p(-rest)


def _loss(target: Array, logs: Array, base: float, reduction: str) -> float | Array:
    scale = math.log(log_base(base))
    losses = -(target * logs).sum(axis=-1) / scale + 0.0  # no −0
    return reduced(losses, reduction)
