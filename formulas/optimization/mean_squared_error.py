"""Mean squared error: the average of the squared distances from the truth."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.optimization.reduction import reduced

ROUNDED = 20.0  # from here on cosh(r) is exp(r) / 2 to the last digit


def mse(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    sample_weight: ArrayLike | None = None,
    axis: int | None = None,
) -> float | Array:
    """Average the squared errors.

    Parameters
    ----------
    y_true, y_pred : (...) array_like
        Targets and predictions of the same shape; nothing is broadcast.
    sample_weight : array_like, optional
        Non-negative: one weight an entry, or one an example (the first axis, or
        ``axis`` where it is given).
    axis : int, optional
        The axis that is averaged over; all entries by default.

    Returns
    -------
    float or ndarray
        At least 0, in the squared unit of the targets.

    Raises
    ------
    ValueError
        If the shapes differ, an input is empty or not finite, a weight is negative, the
        weights sum to 0, or the result overflows.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 5.1.4, eq. (5.4).

    Examples
    --------
    >>> mse([1.0, 2.0], [1.0, 4.0])
    2.0
    """
    y, prediction, weight = _inputs(y_true, y_pred, sample_weight, axis)
    with np.errstate(over="ignore"):
        squares = (prediction - y) ** 2
        result = np.average(squares, axis=axis, weights=weight)
    checks.representable(result)
    return result if np.ndim(result) else float(result)


def rmse(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Return the root of the mean squared error, in the unit of the targets.

    Parameters
    ----------
    y_true, y_pred : (...) array_like
        Targets and predictions of the same shape.

    Returns
    -------
    float
        At least the mean absolute error.

    Raises
    ------
    ValueError
        As `mse`.

    Examples
    --------
    >>> rmse([0.0, 0.0], [3.0, 3.0])
    3.0
    """
    return math.sqrt(mse(y_true, y_pred))


def mae(y_true: ArrayLike, y_pred: ArrayLike) -> float:
    """Average the absolute errors.

    Parameters
    ----------
    y_true, y_pred : (...) array_like
        Targets and predictions of the same shape.

    Returns
    -------
    float
        At least 0, in the unit of the targets.

    Raises
    ------
    ValueError
        As `mse`.

    Examples
    --------
    >>> mae([1.0, 2.0], [2.0, -1.0])
    2.0
    """
    y, prediction, _ = _inputs(y_true, y_pred)
    with np.errstate(over="ignore"):
        return float(checks.representable(np.abs(prediction - y).mean()))


def huber(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    delta: float = 1.0,
    reduction: str = "mean",
) -> float | Array:
    """Square small errors and count large ones only in proportion.

    Parameters
    ----------
    y_true, y_pred : (...) array_like
        Targets and predictions of the same shape.
    delta : float
        Positive: where the parabola goes over into straight lines.
    reduction : {"mean", "sum", "none"}
        How the entries are put together.

    Returns
    -------
    float or (...) ndarray
        At least 0: half the squared error up to ``delta``, and beyond it
        ``delta * (error - delta / 2)``, so that no slope exceeds ``delta``.

    Raises
    ------
    ValueError
        As `mse`, or if ``delta`` is not positive or the reduction unknown.

    References
    ----------
    Huber (1964).

    Examples
    --------
    >>> huber([0.0, 0.0], [1.0, 3.0], delta=2.0, reduction="none")
    array([0.5, 4. ])
    """
    error = _absolute_errors(y_true, y_pred)
    delta = checks.scalar(delta, "delta", low=0, open_low=True)
    inner = np.minimum(error, delta)
    with np.errstate(over="ignore"):
        return _finite(inner * (error - inner / 2), reduction)


def smooth_l1(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    *,
    beta: float = 1.0,
    reduction: str = "mean",
) -> float | Array:
    """Count errors in proportion, with a round bottom instead of a kink.

    Parameters
    ----------
    y_true, y_pred : (...) array_like
        Targets and predictions of the same shape.
    beta : float
        At least 0: half the width of the round bottom; 0 gives the absolute error.
    reduction : {"mean", "sum", "none"}
        How the entries are put together.

    Returns
    -------
    float or (...) ndarray
        `huber` with ``delta = beta``, divided by ``beta``: no slope exceeds 1.

    Raises
    ------
    ValueError
        As `mse`, or if ``beta`` is negative or the reduction unknown.

    References
    ----------
    Girshick (2015), eq. (3), where ``beta`` is 1.

    Examples
    --------
    >>> smooth_l1([0.0, 0.0], [1.0, 3.0], beta=2.0, reduction="none")
    array([0.25, 2.  ])
    """
    error = _absolute_errors(y_true, y_pred)
    beta = checks.scalar(beta, "beta", low=0)
    if not beta:
        return _finite(error, reduction)
    inner = np.minimum(error, beta)
    return _finite(inner / beta * (error - inner / 2), reduction)


def log_cosh(
    y_true: ArrayLike, y_pred: ArrayLike, *, reduction: str = "mean"
) -> float | Array:
    """Take the logarithm of the hyperbolic cosine of each error.

    Parameters
    ----------
    y_true, y_pred : (...) array_like
        Targets and predictions of the same shape.
    reduction : {"mean", "sum", "none"}
        How the entries are put together.

    Returns
    -------
    float or (...) ndarray
        At least 0: about half the squared error where it is small, and the error less
        ln 2 where it is large; the slope is its hyperbolic tangent.

    Raises
    ------
    ValueError
        As `mse`, or if the reduction is unknown.

    Examples
    --------
    >>> round(log_cosh([0.0], [math.log(2)]), 12) == round(math.log(1.25), 12)
    True
    """
    error = _absolute_errors(y_true, y_pred)
    inner = np.asarray(np.minimum(error, ROUNDED))
    error -= inner
    # cosh(r) - 1 = 2 sinh(r / 2)^2 keeps all digits of a small error.
    inner /= 2
    loss = np.sinh(inner, out=inner)
    loss *= loss
    loss *= 2
    np.log1p(loss, out=loss)
    loss += error
    return _finite(loss, reduction)


def mse_grad(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    """Return the derivative of the mean squared error by each prediction.

    Parameters
    ----------
    y_true, y_pred : (...) array_like
        Targets and predictions of the same shape.

    Returns
    -------
    (...) ndarray
        Twice the error, divided by the number of entries.

    Raises
    ------
    ValueError
        As `mse`.

    Examples
    --------
    >>> mse_grad([1.0, 2.0], [1.0, 4.0])
    array([0., 2.])
    """
    y, prediction, _ = _inputs(y_true, y_pred)
    with np.errstate(over="ignore"):
        gradient: Array = checks.representable(2 * (prediction - y) / y.size)
    return gradient


def constant_predictor_curve(y: ArrayLike, grid: ArrayLike) -> tuple[Array, Array]:
    """Score every constant prediction of a grid.

    Parameters
    ----------
    y : (n,) array_like
        Targets.
    grid : (m,) array_like
        Constants to predict for all of them.

    Returns
    -------
    mse_values, mae_values : (m,) ndarray
        Smallest at the mean and at the median of the targets.

    Raises
    ------
    ValueError
        If an input is empty, not 1-D or not finite, or a result overflows.

    Examples
    --------
    >>> squared, absolute = constant_predictor_curve([0.0, 0.0, 3.0], [0.0, 1.0])
    >>> squared, absolute
    (array([3., 2.]), array([1.        , 1.33333333]))
    """
    targets = checks.array(y, "y", ndim=1)
    constants = checks.array(grid, "grid", ndim=1)
    with np.errstate(over="ignore"):
        errors = constants[:, None] - targets
        curves = (errors**2).mean(axis=1), np.abs(errors).mean(axis=1)
    checks.representable(curves)
    return curves


def _absolute_errors(y_true: ArrayLike, y_pred: ArrayLike) -> Array:
    y, prediction = _pair(y_true, y_pred)
    # A difference is not finite if either number is not.
    with (
        checks.finite_first(y_true=y, y_pred=prediction),
        np.errstate(over="ignore", invalid="ignore"),
    ):
        errors = np.asarray(prediction - y)
        checks.representable(np.abs(errors, out=errors))
    return errors


def _pair(y_true: ArrayLike, y_pred: ArrayLike) -> tuple[Array, Array]:
    """Check targets and predictions against each other; they are not copied."""
    y = checks.as_array(y_true, "y_true", copy=False)
    prediction = checks.as_array(y_pred, "y_pred", copy=False)
    rule = "y_true and y_pred must have the same shape"
    checks.same_shape(
        y.shape == prediction.shape, "y_true", y, "y_pred", prediction, rule
    )
    return y, prediction


def _finite(losses: Array, reduction: str) -> float | Array:
    result: float | Array = checks.representable(reduced(losses, reduction))
    return result


def _inputs(
    y_true: ArrayLike,
    y_pred: ArrayLike,
    sample_weight: ArrayLike | None = None,
    axis: int | None = None,
) -> tuple[Array, Array, Array | None]:
    y, prediction = _pair(y_true, y_pred)
    if sample_weight is None:
        checks.finite(y_true=y, y_pred=prediction)
        return y, prediction, None
    weight = checks.as_array(sample_weight, "sample_weight")
    if weight.shape != y.shape:
        along = axis or 0
        fits = y.ndim > 0 and weight.shape == (y.shape[along],)
        rule = "sample_weight needs one weight per entry or per example"
        checks.same_shape(fits, "sample_weight", weight, "y_true", y, rule)
        column = np.expand_dims(weight, tuple(range(1, y.ndim)))
        weight = np.broadcast_to(np.moveaxis(column, 0, along), y.shape)
    checks.finite(y_true=y, y_pred=prediction, sample_weight=weight)
    checks.non_negative(sample_weight=weight)
    weight = weight / (weight.max() or 1.0)
    if (weight.sum(axis=axis) == 0).any():
        raise ValueError("sample_weight must not sum to 0")
    return y, prediction, weight
