"""How the losses of single examples are put together."""

from __future__ import annotations

import numpy as np

from formulas import checks
from formulas.checks import Array

REDUCTIONS = ("mean", "sum", "none")


def reduced(losses: Array, reduction: str) -> float | Array:
    """Average losses, add them up or leave them as they are.

    Parameters
    ----------
    losses : (...) ndarray
        At least 0, one an example; +inf is allowed.
    reduction : {"mean", "sum", "none"}
        What becomes of them.

    Returns
    -------
    float or (...) ndarray
        A number unless there are several losses and nothing is put together.

    Raises
    ------
    ValueError
        If the reduction is unknown.

    Examples
    --------
    >>> reduced(np.array([1.0, 2.0, 6.0]), "mean")
    3.0
    """
    checks.choice(reduction, "reduction", REDUCTIONS)
    if reduction != "none":
        with np.errstate(over="ignore"):
            total = losses.mean() if reduction == "mean" else losses.sum()
            if reduction == "mean" and np.isinf(total):  # the sum, perhaps not the mean
                total = (losses / losses.size).sum()
        losses = total
    return losses if np.ndim(losses) else float(losses)
