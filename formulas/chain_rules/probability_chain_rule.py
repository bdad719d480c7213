"""Chain rule of probability: any joint distribution is a product of predictions."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.softmax import log_softmax, logsumexp

VARIABLES = ("B", "A")
LARGEST = 1e300  # smoothing beside which counts vanish; its multiples stay in range


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


@dataclass(frozen=True)
class SequenceScore:
    """How likely a sequence is to a model that predicts it token by token.

    Attributes
    ----------
    total : float
        Logarithm of the probability of the sequence, −inf where it is excluded.
    per_token : (n,) ndarray
        Logarithm of the probability of each token given the ones before; they add up
        to the total.
    perplexity : float
        Number of equally likely choices that would surprise as much on average.
    """

    total: float
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


def sequence_log_likelihood(tokens: ArrayLike, logits: ArrayLike) -> SequenceScore:
    """Score a sequence with the logits from which a model predicts each token.

    Parameters
    ----------
    tokens : (n,) array_like of int
        What came, counted from 0.
    logits : (n, V) array_like
        Row t holds the unnormalized log-probabilities of token t, given those before
        it; −inf is allowed beside a finite one.

    Returns
    -------
    SequenceScore
        Logarithms of the probabilities of the sequence and of each token, and the
        perplexity.

    Raises
    ------
    ValueError
        If there is not one row per token, a token is no whole number below V, or a row
        of logits has no softmax.

    References
    ----------
    Bengio, Ducharme, Vincent and Jauvin (2003).

    Examples
    --------
    >>> score = sequence_log_likelihood([1, 0], np.log([[1.0, 1.0], [1.0, 7.0]]))
    >>> round(np.exp(score.total), 12), round(score.perplexity, 12)
    (np.float64(0.0625), 4.0)
    """
    rows = checks.as_array(logits, "logits", ndim=2)
    numbers = checks.as_array(tokens, "tokens", ndim=1)
    rule = "logits needs one row per token"
    checks.same_shape(
        len(numbers) == len(rows), "tokens", numbers, "logits", rows, rule
    )
    index = checks.integers(tokens, "tokens", low=0, high=rows.shape[1] - 1)
    with np.errstate(over="ignore"):  # beyond floats: a probability of 0
        scale = np.asarray(logsumexp(rows))
        if not np.isfinite(scale).all():
            log_softmax(rows)  # says which row has none
        chosen = rows[np.arange(len(index)), index] - scale
        total = float(chosen.sum())
        perplexity = float(np.exp(-total / len(index)))
    return SequenceScore(total, chosen, perplexity)


def ngram_probabilities(
    tokens: ArrayLike, context: ArrayLike, vocab_size: int, *, smoothing: float = 0.0
) -> Array:
    """Predict the next token by how often it has followed the last ones.

    Parameters
    ----------
    tokens : (n,) array_like of int
        The text that is counted, tokens from 0 to ``vocab_size - 1``.
    context : (k,) array_like of int
        The last tokens: one for a bigram, two for a trigram, none for the frequencies
        of single tokens.
    vocab_size : int
        Number V of different tokens, at least 1.
    smoothing : float
        At least 0, added to each count; 1 is Laplace's rule.

    Returns
    -------
    (vocab_size,) ndarray
        Share of each token among those that follow the context; sums to 1.

    Raises
    ------
    ValueError
        If a token lies outside the vocabulary, an option is out of range, or nothing
        follows the context and nothing is added.

    References
    ----------
    Shannon (1948), section 3.

    Examples
    --------
    >>> ngram_probabilities([0, 1, 0, 2, 0, 1, 1], [0], 3, smoothing=1).round(3)
    array([0.167, 0.5  , 0.333])
    """
    vocab_size = checks.integer(vocab_size, "vocab_size", low=1)
    text = checks.integers(
        tokens, "tokens", low=0, high=vocab_size - 1, ndim=1, copy=False
    )
    known = np.array([], dtype=int)
    if checks.as_array(context, "context", ndim=1, allow_empty=True).size:
        known = checks.integers(context, "context", low=0, high=vocab_size - 1)
    added = min(checks.scalar(smoothing, "smoothing", low=0), LARGEST)
    starts = max(len(text) - len(known), 0)  # the context may be longer than the text
    fits = np.ones(starts, dtype=bool)
    for k, token in enumerate(known.tolist()):
        fits &= text[k : k + starts] == token
    following = text[len(known) :][fits]
    if not (following.size or added):
        raise ValueError(
            f"context {tuple(known.tolist())} never occurs: smoothing must be above 0"
        )
    counts = np.bincount(following, minlength=vocab_size) + added
    return np.asarray(counts / counts.sum())


def _factors(conditionals: ArrayLike) -> Array:
    factors: Array = checks.array(conditionals, "conditionals", ndim=1)
    checks.within(factors, "conditionals", 0, 1)
    return factors


def _table(joint: ArrayLike) -> Array:
    table: Array = checks.array(joint, "joint", ndim=2)
    checks.within(table, "joint", 0, 1)
    checks.sums_to_one(joint=table.ravel())
    return table
