"""Schedules: how the learning rate rises and falls over a training run."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array


def cosine_schedule(
    step: int | ArrayLike,
    *,
    n_steps: int,
    lr_max: float,
    lr_min: float = 0.0,
    n_warmup: int = 0,
) -> float | Array:
    """Return the learning rate of a step: a straight rise, then half a cosine wave down.

    Parameters
    ----------
    step : int or (...) array_like of int
        Steps done so far, at least 0.
    n_steps : int
        Length of the run, at least 1; afterwards the rate stays at ``lr_min``.
    lr_max : float
        Positive: the highest rate, reached after the warm-up.
    lr_min : float
        The last rate, from 0 to ``lr_max``.
    n_warmup : int
        Steps of the rise, which begins at 0; fewer than ``n_steps``.

    Returns
    -------
    float or (...) ndarray
        From 0 to ``lr_max``.

    Raises
    ------
    ValueError
        If a number is not finite, not whole where it must be, or outside its range.

    References
    ----------
    Loshchilov and Hutter (2017), eq. (5); warm-up: Goyal et al. (2017), section 2.2.

    Examples
    --------
    >>> cosine_schedule([0, 5, 10, 55, 100], n_steps=100, lr_max=1.0, n_warmup=10)
    array([0. , 0.5, 1. , 0.5, 0. ])
    """
    done = _steps(step)
    n_steps = checks.integer(n_steps, "n_steps", low=1)
    lr_max = checks.scalar(lr_max, "lr_max", low=0, open_low=True)
    lr_min = checks.scalar(lr_min, "lr_min", low=0, high=lr_max)
    n_warmup = checks.integer(n_warmup, "n_warmup", low=0, high=n_steps - 1)
    # A later step does not climb the next wave.
    progress = ((done - n_warmup) / (n_steps - n_warmup)).clip(0.0, 1.0)
    height = (1 + np.cos(np.pi * progress)) / 2
    rate = lr_max * height + lr_min * (1 - height)
    if n_warmup:
        rate = np.where(done < n_warmup, lr_max * (done / n_warmup), rate)
    return rate if rate.ndim else float(rate)


def _steps(step: int | ArrayLike) -> Array:
    if np.ndim(step):
        return checks.integers(step, "step", low=0).astype(float)
    return np.array(float(checks.integer(step, "step", low=0)))
