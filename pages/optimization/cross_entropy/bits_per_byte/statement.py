"""Bits per byte: what is shown, computed and proved."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.optimization.cross_entropy import bits_per_byte
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

BYTES = 4200  # of the text that both models read

QUANTITIES = (
    quantity("bits", "b", "bits per byte of model A"),
    slider(
        "loss", "H", "loss of model A, nats per token", 3.0, low=0.5, high=8, step=0.1
    ),
    slider(
        "tokens",
        "T",
        "tokens that A’s tokenizer makes",
        1000,
        low=600,
        high=4200,
        step=20,
    ),
    quantity("n_bytes", "N", "bytes of the text"),
    quantity("other_bits", "b'", "bits per byte of model B"),
    slider(
        "other_loss",
        "H'",
        "loss of model B, nats per token",
        2.0,
        low=0.5,
        high=8,
        step=0.1,
    ),
    slider(
        "other_tokens",
        "T'",
        "tokens that B’s tokenizer makes",
        1800,
        low=600,
        high=4200,
        step=20,
    ),
    quantity("perplexity", "P", "perplexity of model A, for a token"),
    quantity("other_perplexity", "P'", "perplexity of model B, for a token"),
    quantity("size", "S", "bytes of the text, perfectly compressed by A"),
)


def inputs(
    loss: float, tokens: int, other_loss: float, other_tokens: int
) -> dict[str, Any]:
    """Let both models read one text, each cut into its own tokens."""
    return {
        "loss": loss,
        "tokens": tokens,
        "other_loss": other_loss,
        "other_tokens": other_tokens,
        "n_bytes": BYTES,
    }


@dataclass(frozen=True)
class Result:
    """What both models need for a byte, their perplexities, and the compressed size."""

    bits: float
    other_bits: float
    perplexity: float
    other_perplexity: float
    size: float


def compute(
    loss: float, tokens: int, other_loss: float, other_tokens: int, n_bytes: int
) -> Result:
    """Turn both losses into bits for a byte."""
    bits = bits_per_byte(loss, tokens, n_bytes)
    return Result(
        bits=bits,
        other_bits=bits_per_byte(other_loss, other_tokens, n_bytes),
        perplexity=math.exp(loss),
        other_perplexity=math.exp(other_loss),
        size=bits * n_bytes / 8,
    )


def equations() -> tuple[Equation, ...]:
    """Write perplexities, bits per byte of both models, and the compressed size."""
    from sympy import exp, log

    from notation.trees import Equation, symbols, unevaluated

    H, T, b, P, S = symbols("loss tokens bits perplexity size")
    other_H, other_T, other_b, other_P = symbols(
        "other_loss other_tokens other_bits other_perplexity"
    )
    N = symbols("n_bytes")
    with unevaluated():
        return (
            Equation(P, exp(H)),
            Equation(other_P, exp(other_H)),
            Equation(S, b * N / 8),
            Equation(other_b, other_H / log(2) * (other_T / N)),
            Equation(b, H / log(2) * (T / N)),
        )


def identities() -> tuple[Identity, ...]:
    """Write why tokens cancel, and what perplexity has to do with it."""
    from sympy import log

    from notation.trees import Identity, symbols

    H, T, N = symbols("H T N", positive=True)
    return (
        Identity(
            "Twice the tokens with half the loss each: nothing changes.",
            (H / 2) / log(2) * ((2 * T) / N),
            H / log(2) * (T / N),
            r"\frac{H / 2}{\ln 2} \cdot \frac{2 T}{N} = \frac{H}{\ln 2} \cdot \frac{T}{N}",
        ),
        Identity(
            "It is the base-2 logarithm of the perplexity for a byte.",
            log((2 ** (H * T / (N * log(2)))), 2),
            H / log(2) * (T / N),
            r"b = \log_2 \left(P^{T / N}\right)",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=r"<bits> = \frac{<loss>}{\ln 2} \cdot \frac{<tokens>}{<n_bytes>}",
)
