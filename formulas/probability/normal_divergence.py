"""Kullback–Leibler divergence of normal distributions, and how it fits one to data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array

DIRECTIONS = ("forward", "reverse")
SYMMETRIC = 1e-12  # of the largest entry
SHAPES = "mu1 and mu2 must be (k,), cov1 and cov2 (k, k)"


@dataclass(frozen=True)
class KLFit:
    """A normal distribution on its way to another distribution.

    Attributes
    ----------
    path : (n_steps + 1, 2) ndarray
        Mean and standard deviation at the start and after each step.
    divergence : float
        What is left at the end, in nats.
    """

    path: Array
    divergence: float


def kl_gaussian_full(
    mu1: ArrayLike, cov1: ArrayLike, mu2: ArrayLike, cov2: ArrayLike
) -> float:
    """Return the divergence of one normal distribution of vectors from another, in nats.

    Parameters
    ----------
    mu1 : (k,) array_like
        Mean of the true distribution.
    cov1 : (k, k) array_like
        Its covariance matrix, symmetric and positive definite.
    mu2, cov2 : array_like
        The same of the believed one.

    Returns
    -------
    float
        At least 0; for k = 1 the same as `kl_gaussian` of the standard deviations.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite, a covariance matrix is not
        symmetric positive definite, or the result overflows.

    References
    ----------
    Kullback and Leibler (1951); Kullback (1959), chapter 9.

    Examples
    --------
    >>> kl_gaussian_full([0.0, 0.0], np.eye(2), [1.0, 1.0], np.eye(2))
    1.0
    """
    arrays = {
        "mu1": checks.as_array(mu1, "mu1", ndim=1),
        "cov1": checks.as_array(cov1, "cov1", ndim=2),
        "mu2": checks.as_array(mu2, "mu2", ndim=1),
        "cov2": checks.as_array(cov2, "cov2", ndim=2),
    }
    first = arrays["mu1"]
    for name, array in arrays.items():
        fits = array.shape == first.shape * array.ndim
        checks.same_shape(fits, "mu1", first, name, array, SHAPES)
    checks.finite(**arrays)
    root1 = _root(arrays["cov1"], "cov1")
    root2 = _root(arrays["cov2"], "cov2")
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        columns = np.column_stack([root1, first - arrays["mu2"]])
        scaled = np.linalg.solve(root2, columns)
        distance = np.vdot(scaled, scaled) - len(first)
        volume = np.log(root2.diagonal()) - np.log(root1.diagonal())
    result = distance / 2 + volume.sum()
    return max(0.0, float(checks.representable(result)))


def _root(covariance: Array, name: str) -> Array:
    """Return the triangular root L of a covariance matrix, which is L Lᵀ."""
    largest = np.abs(covariance).max()
    skew = np.abs(covariance / (largest or 1.0) - covariance.T / (largest or 1.0))
    try:
        if skew.max() <= SYMMETRIC:
            return np.linalg.cholesky(covariance).astype(float)
    except np.linalg.LinAlgError:
        pass
    raise ValueError(f"{name} must be symmetric positive definite")


def fit_normal(
    x: ArrayLike,
    p: ArrayLike,
    *,
    direction: str = "forward",
    mu0: float = 0.0,
    sigma0: float = 1.0,
    lr: float = 0.1,
    n_steps: int = 200,
) -> KLFit:
    """Fit a normal distribution on a grid by descending on a divergence.

    Parameters
    ----------
    x : (n,) array_like
        The outcomes; the normal weights are normalized over them.
    p : (n,) array_like
        Their probabilities; sum to 1.
    direction : {"forward", "reverse"}
        Minimize KL(p‖q), which covers all of p, or KL(q‖p), which sits on a part of it.
    mu0, sigma0 : float
        Mean and (positive) standard deviation to start from.
    lr : float
        Positive step size, for the mean and the logarithm of the standard deviation.
    n_steps : int
        Number of steps, at least 0.

    Returns
    -------
    KLFit
        The way of mean and standard deviation, and the divergence at its end.

    Raises
    ------
    ValueError
        If x and p differ in length, an entry is not finite, p is no distribution (or
        has a 0 in the reverse direction), an option lies outside its range, or the path
        leaves what floats can hold.

    References
    ----------
    Minka (2005), section 2.

    Examples
    --------
    >>> fit = fit_normal([-1.0, 0.0, 1.0], [0.25, 0.5, 0.25], mu0=0.5)
    >>> fit.path[-1].round(3), (1 / np.sqrt(2 * np.log(2))).round(3)
    (array([0.   , 0.849]), np.float64(0.849))
    """
    grid = checks.as_array(x, "x", ndim=1)
    target = checks.as_array(p, "p", ndim=1)
    rule = "x and p must have the same length"
    checks.same_shape(grid.shape == target.shape, "x", grid, "p", target, rule)
    checks.finite(x=grid, p=target)
    checks.distribution(p=target)
    checks.choice(direction, "direction", DIRECTIONS)
    if direction == "reverse" and not target.all():
        raise ValueError("p must be positive in the reverse direction")
    mu = checks.scalar(mu0, "mu0")
    sigma = checks.scalar(sigma0, "sigma0", low=0, open_low=True)
    lr = checks.scalar(lr, "lr", low=0, open_low=True)
    n_steps = checks.integer(n_steps, "n_steps", low=0)
    slope, divergence = _objective(target, direction)
    path = [(mu, sigma)]
    with np.errstate(all="ignore"):  # reported as not finite
        for _ in range(n_steps):
            distance = (grid - mu) / sigma
            weight = slope(_log_normal(distance))
            # By the mean and by the logarithm of sigma, which keeps sigma positive.
            mu -= lr * float(weight @ distance) / sigma
            sigma *= float(np.exp(-lr * (weight @ (distance * distance))))
            path.append((mu, sigma))
            if path[-1] == path[-2]:  # and so it would stay
                path += path[-1:] * (n_steps + 1 - len(path))
                break
        left = divergence(_log_normal((grid - mu) / sigma))
    checks.representable(path)
    return KLFit(np.array(path), max(0.0, float(checks.representable(left))))


def _log_normal(distance: Array) -> Array:
    """Return the logarithms of normal weights, normalized over the grid."""
    logs = distance * distance / -2
    logs -= logs.max()
    logs -= np.log(np.exp(logs).sum())
    return logs


def _objective(
    target: Array, direction: str
) -> tuple[Callable[[Array], Array], Callable[[Array], float]]:
    """Return slope and value of a divergence as functions of the normal's log q.

    The slope by a parameter is the sum of these weights times that of log q.
    """
    logs = np.log(np.where(target > 0, target, 1.0))
    if direction == "forward":
        return (
            lambda fit: np.exp(fit) - target,
            lambda fit: float(target @ (logs - fit)),
        )

    def value(fit: Array) -> float:
        return float(np.exp(fit) @ (fit - logs))

    return lambda fit: np.exp(fit) * (fit - logs - value(fit)), value
