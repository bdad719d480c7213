"""A whole language model, small enough to read: one block, six words, eight features.

Embeddings, RMSNorm, attention with grouped queries and rotary positions, the residual
stream, a gated feed-forward block, logits. The weights were trained on one sentence
(``scripts/train_tiny_model.py``) and stand in ``tiny_model.json``.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Sequence
from dataclasses import dataclass, fields
from pathlib import Path

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.sampling import top_p as nucleus
from formulas.linear_algebra.softmax import softmax
from formulas.transformer.attention import scaled_dot_product_attention
from formulas.transformer.layer_norm import rms_norm
from formulas.transformer.multi_head_attention import merge_heads, split_heads
from formulas.transformer.rope import rope
from formulas.transformer.transformer_ffn import silu

VOCABULARY = ("the", "cat", "sat", "on", "mat", ".")
SENTENCE = (0, 1, 2, 3, 0, 4, 5)  # the cat sat on the mat .
WIDTH, HEADS, KV_HEADS, HEAD_WIDTH, HIDDEN = 8, 2, 1, 4, 12
BASE = 100.0  # of the rotary positions: the sentence is short
EPS = 1e-5


@dataclass(frozen=True)
class ModelWeights:
    """All that the model has learned.

    Attributes
    ----------
    embeddings : (V, d) ndarray
        A row for each word; the logits are dot products with the same rows.
    W_q, W_k, W_v, W_o : ndarray
        Projections of the attention: (d, h k), (d, g k), (d, g k), (h k, d), with h heads
        of queries and g of keys and values, each k wide.
    W_gate, W_up, W_down : ndarray
        Matrices of the feed-forward block: (d, w), (d, w), (w, d).
    gain_attention, gain_ffn, gain_last : (d,) ndarray
        Gains of the three norms.
    """

    embeddings: Array
    W_q: Array
    W_k: Array
    W_v: Array
    W_o: Array
    W_gate: Array
    W_up: Array
    W_down: Array
    gain_attention: Array
    gain_ffn: Array
    gain_last: Array


@dataclass(frozen=True)
class ForwardPass:
    """Everything on the way from tokens to the next token, a row for each token.

    Attributes
    ----------
    embedded : (n, d) ndarray
        The residual stream at its start.
    normed : (n, d) ndarray
        What the attention sees.
    queries, keys, values : (h, n, k) and (g, n, k) ndarray
        Queries and keys are turned by their positions already.
    weights : (h, n, n) ndarray
        Whom each token attends to, in each head.
    attended : (n, d) ndarray
        What the attention adds to the stream.
    between : (n, d) ndarray
        The stream after it.
    normed_again : (n, d) ndarray
        What the feed-forward block sees.
    gate, up : (n, w) ndarray
        Its two halves; the gate has gone through SiLU.
    fed : (n, d) ndarray
        What the block adds.
    output : (n, d) ndarray
        The stream at its end.
    logits, probabilities : (n, V) ndarray
        Scores of the next word, and what a sampler with these settings chooses from.
    """

    embedded: Array
    normed: Array
    queries: Array
    keys: Array
    values: Array
    weights: Array
    attended: Array
    between: Array
    normed_again: Array
    gate: Array
    up: Array
    fed: Array
    output: Array
    logits: Array
    probabilities: Array


@functools.cache
def trained_weights() -> ModelWeights:
    """Read the trained weights.

    Returns
    -------
    ModelWeights
        Arrays that cannot be written to.

    Examples
    --------
    >>> trained_weights().embeddings.shape
    (6, 8)
    """
    stored = json.loads(Path(__file__).with_suffix(".json").read_text())
    arrays = {
        field.name: np.array(stored[field.name]) for field in fields(ModelWeights)
    }
    for array in arrays.values():
        array.setflags(write=False)
    return ModelWeights(**arrays)


def run_model(
    tokens: ArrayLike,
    model: ModelWeights | None = None,
    *,
    temperature: float = 1.0,
    top_p: float = 1.0,
) -> ForwardPass:
    """Read some words and say which may come next, with every number on the way.

    Parameters
    ----------
    tokens : (n,) array_like of int
        Places in the vocabulary, at least one.
    model : ModelWeights, optional
        The trained weights by default.
    temperature : float
        Above 0; divides the logits.
    top_p : float
        In (0, 1]: only the most probable words that together reach it are kept.

    Returns
    -------
    ForwardPass
        All intermediate results.

    Raises
    ------
    ValueError
        If a token is no place in the vocabulary, or an option lies outside its range.

    References
    ----------
    The block of Llama: Touvron et al. (2023), section 2.2.

    Examples
    --------
    >>> seen = run_model([VOCABULARY.index(word) for word in "the cat sat on the".split()])
    >>> VOCABULARY[int(seen.probabilities[-1].argmax())]
    'mat'
    """
    model = trained_weights() if model is None else model
    places = _places(tokens, len(model.embeddings))
    embedded = model.embeddings[places]
    normed = rms_norm(embedded, model.gain_attention, eps=EPS)
    n_heads = model.W_q.shape[1] // HEAD_WIDTH
    n_groups = model.W_k.shape[1] // HEAD_WIDTH
    queries = rope(split_heads(normed @ model.W_q, n_heads), base=BASE)
    keys = rope(split_heads(normed @ model.W_k, n_groups), base=BASE)
    values = split_heads(normed @ model.W_v, n_groups)
    heads, weights = _attended(queries, keys, values)
    attended = merge_heads(heads) @ model.W_o
    between = embedded + attended
    normed_again = rms_norm(between, model.gain_ffn, eps=EPS)
    gate = np.asarray(silu(normed_again @ model.W_gate))
    up = normed_again @ model.W_up
    fed = (gate * up) @ model.W_down
    output = between + fed
    logits = rms_norm(output, model.gain_last, eps=EPS) @ model.embeddings.T
    probabilities = nucleus(logits, top_p, temperature=temperature)
    return ForwardPass(
        embedded=embedded,
        normed=normed,
        queries=queries,
        keys=keys,
        values=values,
        weights=weights,
        attended=attended,
        between=between,
        normed_again=normed_again,
        gate=gate,
        up=up,
        fed=fed,
        output=output,
        logits=logits,
        probabilities=probabilities,
    )


def _places(tokens: ArrayLike, size: int) -> np.ndarray:
    places = checks.as_array(tokens, "tokens", ndim=1)
    checks.finite(tokens=places)
    if (places != np.rint(places)).any() or places.min() < 0 or places.max() >= size:
        raise ValueError(f"tokens must be whole numbers in [0, {size - 1}]")
    return places.astype(int)


def _attended(queries: Array, keys: Array, values: Array) -> tuple[Array, Array]:
    """Attend causally in each head; heads share the keys and values of their group."""
    share = len(queries) // len(keys)
    found = [
        scaled_dot_product_attention(
            query, keys[k // share], values[k // share], causal=True
        )
        for k, query in enumerate(queries)
    ]
    return np.stack([one.output for one in found]), np.stack(
        [one.weights for one in found]
    )


def surprise(logits: ArrayLike, tokens: Sequence[int]) -> Array:
    """Return how surprised the model is by each word that came, in nats.

    Parameters
    ----------
    logits : (n, V) array_like
        Row t scores the word that comes after token t.
    tokens : sequence of int
        The n + 1 words that were read.

    Returns
    -------
    (n,) ndarray
        The cross-entropy of each word; the exponential of its mean is the perplexity.

    Raises
    ------
    ValueError
        If the logits are not finite.

    Examples
    --------
    >>> surprise([[0.0, 0.0]], [1, 0]).round(4)
    array([0.6931])
    """
    scores = checks.as_array(logits, "logits", ndim=2)
    checks.finite(logits=scores)
    following = np.asarray(tokens[1:], dtype=int)
    chosen = softmax(scores)[np.arange(len(following)), following]
    losses: Array = -np.log(chosen)
    return losses
