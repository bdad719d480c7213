"""Chain rule of probability: any joint distribution is a product of predictions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array

VARIABLES = ("B", "A")


@dataclass(frozen=True)
class ChainResult:
    """The probability of a whole sequence.

    Attributes
    ----------
    product : float
        The probability; where it is too small for a float, 0 or, after factors above
        1/2, the smallest floats, which rounding does not let it leave.
    log_prob : float
        Its logarithm, exact far beyond that.
    cumulative_log : (n,) ndarray
        Logarithm of the probability of the first 1, 2, ..., n elements.
    per_token : (n,) ndarray
        Surprise of each element in nats.
    perplexity : float
        Number of equally likely choices that would surprise as much on average.
    """

    product: float
    log_prob: float
    cumulative_log: Array
    per_token: Array
    perplexity: float


def joint_table(p_b: ArrayLike, p_a_given_b: ArrayLike) -> Array:
    """Multiply a distribution of B by the distributions of A that follow from it.

    Parameters
    ----------
    p_b : (k,) array_like
        Probability of each value of B; sums to 1.
    p_a_given_b : (k, m) array_like
        Row j is the distribution of A where B has its value j; each row sums to 1.

    Returns
    -------
    (k, m) ndarray
        Probability of each pair; the whole table sums to 1.

    Raises
    ------
    ValueError
        If the shapes do not fit, or an input is no distribution.

    References
    ----------
    Goodfellow, Bengio and Courville (2016), section 3.6, eq. (3.6).

    Examples
    --------
    >>> joint_table([0.5, 0.5], [[0.5, 0.5], [0.0, 1.0]])
    array([[0.25, 0.25],
           [0.  , 0.5 ]])
    """
    first = checks.as_array(p_b, "p_b", ndim=1)
    then = checks.as_array(p_a_given_b, "p_a_given_b", ndim=2)
    rule = "p_a_given_b needs one row per value of B"
    checks.same_shape(len(first) == len(then), "p_b", first, "p_a_given_b", then, rule)
    checks.finite(p_b=first, p_a_given_b=then)
    for name, array in (("p_b", first), ("p_a_given_b", then)):
        checks.within(array, name, 0, 1)
    checks.sums_to_one(p_b=first, p_a_given_b=then)
    return np.asarray(first[:, None] * then)


def marginal(joint: ArrayLike, axis: int) -> Array:
    """Sum one variable out of a table of joint probabilities.

    Parameters
    ----------
    joint : (k, m) array_like
        Probability of each pair (B, A); the whole table sums to 1.
    axis : int
        The axis that disappears: 0 leaves the distribution of A, 1 that of B.

    Returns
    -------
    (m,) or (k,) ndarray
        Sums to 1.

    Raises
    ------
    ValueError
        If the table is not 2-D or no distribution, or the axis is not 0 or 1.

    Examples
    --------
    >>> marginal([[0.25, 0.25], [0.0, 0.5]], axis=0)
    array([0.25, 0.75])
    """
    table = _table(joint)
    return np.asarray(table.sum(axis=checks.integer(axis, "axis", low=0, high=1)))


def conditional(joint: ArrayLike, axis: int) -> Array:
    """Divide a joint table by the distribution of one of its variables.

    Parameters
    ----------
    joint : (k, m) array_like
        Probability of each pair (B, A); the whole table sums to 1.
    axis : int
        The axis of the variable that is known: 0 for B, 1 for A.

    Returns
    -------
    (k, m) ndarray
        Sums to 1 over the other axis.

    Raises
    ------
    ValueError
        If the table is not 2-D or no distribution, the axis is not 0 or 1, or a value of
        the known variable has probability 0.

    Examples
    --------
    >>> conditional([[0.25, 0.25], [0.0, 0.5]], axis=0)
    array([[0.5, 0.5],
           [0. , 1. ]])
    """
    table = _table(joint)
    axis = checks.integer(axis, "axis", low=0, high=1)
    known = table.sum(axis=1 - axis, keepdims=True)
    if (known == 0).any():
        j = int(np.flatnonzero(known == 0)[0])
        raise ValueError(
            f"P({VARIABLES[axis]}={j}) is 0: the conditional probability is undefined"
        )
    return np.asarray(table / known)


def chain_rule(conditionals: ArrayLike) -> ChainResult:
    """Multiply the probabilities of each element given all before it.

    Parameters
    ----------
    conditionals : (n,) array_like
        Probability of each element given the ones before, in [0, 1].

    Returns
    -------
    ChainResult
        Product, logarithms, surprises and perplexity; with a factor of 0 the product is
        0, the logarithm −inf and the perplexity +inf.

    Raises
    ------
    ValueError
        If the chain is empty, not 1-D, or a factor is no probability.

    Examples
    --------
    >>> chain = chain_rule([0.5, 0.5, 0.25])
    >>> chain.product, round(chain.perplexity, 6)
    (0.0625, 2.519842)
    """
    factors = _factors(conditionals)
    with np.errstate(divide="ignore", under="ignore", over="ignore"):
        logs = np.log(factors)  # log 0 = -inf is the answer
        total = logs.sum()
        perplexity = np.exp(-total / len(logs))
        product = factors.prod()
    # + 0.0 turns −0 into 0.
    return ChainResult(
        product=float(product),
        log_prob=float(total),
        cumulative_log=logs.cumsum(),
        per_token=-logs + 0.0,
        perplexity=float(perplexity),
    )


def _factors(conditionals: ArrayLike) -> Array:
    factors: Array = checks.array(conditionals, "conditionals", ndim=1)
    checks.within(factors, "conditionals", 0, 1)
    return factors


def _table(joint: ArrayLike) -> Array:
    table: Array = checks.array(joint, "joint", ndim=2)
    checks.within(table, "joint", 0, 1)
    checks.sums_to_one(joint=table.ravel())
    return table
