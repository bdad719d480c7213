"""Gated feed-forward block: one half of the hidden units opens and shuts the other."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import ArrayLike

from formulas import checks
from formulas.checks import Array
from formulas.linear_algebra.activations import relu, sigmoid
from formulas.transformer.transformer_ffn import FFNResult, gelu, silu

GATES: dict[str, Callable[[Array], float | Array]] = {
    "silu": silu,
    "gelu": gelu,
    "relu": relu,
    "sigmoid": sigmoid,
    "identity": np.array,
}


def glu_ffn(
    X: ArrayLike,
    W_gate: ArrayLike,
    W_up: ArrayLike,
    W_down: ArrayLike,
    *,
    activation: str = "silu",
) -> FFNResult:
    """Apply a feed-forward block whose hidden units are products of two layers.

    Parameters
    ----------
    X : (d,) or (n, d) array_like
        One token, or one on each row.
    W_gate : (d, w) array_like
        Weights of the gates, one column for each hidden unit; no biases.
    W_up : (d, w) array_like
        Weights of what the gates let through.
    W_down : (w, d) array_like
        Weights out of the hidden units.
    activation : {"silu", "gelu", "relu", "sigmoid", "identity"}
        What bends the gates: SwiGLU, GEGLU, ReGLU, GLU, or a bilinear block.

    Returns
    -------
    FFNResult
        Output, hidden units after gating and the share of them above 0.

    Raises
    ------
    ValueError
        If the shapes do not fit, an entry is not finite, the activation is unknown or
        the result overflows.

    References
    ----------
    Shazeer (2020), eqs. (5) and (6).

    Examples
    --------
    >>> glu_ffn([2.0], [[1.0, -1.0]], [[3.0, 3.0]], [[1.0], [1.0]], activation="relu")
    FFNResult(output=array([12.]), hidden=array([12.,  0.]), active_fraction=0.5)
    """
    tokens = checks.as_array(X, "X", ndim=(1, 2))
    gate = checks.as_array(W_gate, "W_gate", ndim=2)
    up = checks.as_array(W_up, "W_up", ndim=2)
    down = checks.as_array(W_down, "W_down", ndim=2)
    rule = "the last axis of X must match the rows of W_gate"
    checks.same_shape(tokens.shape[-1] == len(gate), "X", tokens, "W_gate", gate, rule)
    rule = "W_gate and W_up must have the same shape"
    checks.same_shape(gate.shape == up.shape, "W_gate", gate, "W_up", up, rule)
    fits, rule = up.shape[1] == len(down), "the columns of W_up must match the rows of"
    checks.same_shape(fits, "W_up", up, "W_down", down, f"{rule} W_down")
    checks.finite(X=tokens, W_gate=gate, W_up=up, W_down=down)
    bend = GATES[checks.choice(activation, "activation", tuple(GATES))]
    with np.errstate(over="ignore", invalid="ignore"):  # reported as not finite
        opening = np.asarray(bend(checks.representable(tokens @ gate)))
        hidden = checks.representable(opening * (tokens @ up))
        output = checks.representable(hidden @ down)
    return FFNResult(output, hidden, float(np.mean(hidden > 0)))


def glu_width(
    d_model: int,
    *,
    d_ff: int | None = None,
    multiplier: float = 1.0,
    multiple_of: int = 1,
) -> int:
    """Return the width at which a gated block has the weights of an ungated one.

    Parameters
    ----------
    d_model : int
        Width of the tokens, at least 1.
    d_ff : int, optional
        Hidden units of the ungated block, at least 1; four for each feature by default.
    multiplier : float
        Positive factor of the result, before rounding.
    multiple_of : int
        Round up to a multiple of this, at least 1.

    Returns
    -------
    int
        Two thirds of ``d_ff``, because there are three matrices instead of two, as
        Llama's code rounds them.

    Raises
    ------
    ValueError
        If a width is below 1 or not whole, or the multiplier is not positive.

    References
    ----------
    Shazeer (2020), section 3; Touvron et al. (2023), section 2.2.

    Examples
    --------
    >>> glu_width(4096, multiple_of=256)
    11008
    """
    d_model = checks.integer(d_model, "d_model", low=1)
    d_ff = 4 * d_model if d_ff is None else checks.integer(d_ff, "d_ff", low=1)
    multiplier = checks.scalar(multiplier, "multiplier", low=0, open_low=True)
    multiple_of = checks.integer(multiple_of, "multiple_of", low=1)
    width = int(checks.representable(multiplier * (2 * d_ff // 3)))
    return -(-width // multiple_of) * multiple_of
