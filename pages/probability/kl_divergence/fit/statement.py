"""Fitting a bell curve by a divergence: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.optimization.cross_entropy import cross_entropy
from formulas.probability.kl_divergence import entropy, kl_divergence
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.probability.kl_divergence.statement import STATEMENT as KL

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

X = np.linspace(-12, 12, 193)  # as fine as the bend of log P between the peaks
WIDTH = 0.5  # standard deviation of each peak

QUANTITIES = (
    KL.quantity("divergence"),
    dataclasses.replace(KL.quantity("truth"), meaning="two peaks, as it is"),
    dataclasses.replace(KL.quantity("belief"), meaning="bell curve, as it is fitted"),
    KL.quantity("reverse"),
    quantity("x", "x", "places, in steps of 1/8", ("K",)),
    slider(
        "peak",
        "d",
        "where the peaks of P are, at d and −d",
        2.0,
        choices=(0.0, 0.5, 1.0, 1.5, 2.0, 2.5, 3.0),
    ),
    dataclasses.replace(KL.control("mu"), rare=False),
    dataclasses.replace(KL.control("sigma"), rare=False, low=0.4, high=2.5),
    slider(
        "share",
        "w",
        "probability of the right peak of P",
        0.5,
        choices=(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9),
    ),
    quantity("total", "Z", "sum that makes Q a distribution"),
    quantity(
        "cross", "H(P, Q)", "cross-entropy: expected surprise at Q where P is true"
    ),
    quantity("entropy", "H(P)", "entropy: expected surprise at P itself"),
)


def inputs(peak: float, share: float, mu: float, sigma: float) -> dict[str, Any]:
    """Mix two bell curves."""
    return {"x": X, "truth": peaks(peak, share), "mu": mu, "sigma": sigma}


def peaks(peak: float, share: float) -> Array:
    """Return the probabilities of two peaks on the grid."""
    right, left = (np.exp(-(((X - at) / WIDTH) ** 2) / 2) for at in (peak, -peak))
    mixed: Array = share * right / right.sum() + (1 - share) * left / left.sum()
    return mixed


@dataclass(frozen=True)
class Result:
    """The bell curve on the grid, and how far it is from the truth in both directions."""

    total: float
    belief: Array
    cross: float
    entropy: float
    divergence: float
    reverse: float


def compute(x: Array, truth: Array, mu: float, sigma: float) -> Result:
    """Measure the bell curve against the truth and the truth against it."""
    weights = np.exp(-(((x - mu) / sigma) ** 2) / 2)
    belief = weights / weights.sum()
    return Result(
        total=float(weights.sum()),
        belief=belief,
        cross=float(cross_entropy(truth, belief)),
        entropy=float(entropy(truth)),
        divergence=float(kl_divergence(truth, belief)),
        reverse=float(kl_divergence(belief, truth)),
    )


def equations() -> tuple[Equation, ...]:
    """Write the bell curve on the grid, and both divergences."""
    from sympy import exp, log

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    x, P, Q = arrays("x truth belief")
    Z, mu, sigma, forward, reverse = symbols("total mu sigma divergence reverse")
    crossed, own = symbols("cross entropy")
    K, i, k = symbols("K i k")
    with unevaluated():

        def bell(place: Any) -> Any:
            return exp(-((x[place] - mu) ** 2 / (2 * sigma**2)))

        return (
            Equation(Z, sum_over(bell(k), k, 1, K)),
            Equation(Q[i], bell(i) / Z),
            Equation(reverse, sum_over(Q[i] * log(Q[i] / P[i]), i, 1, K)),
            Equation(forward, sum_over(P[i] * log(P[i] / Q[i]), i, 1, K)),
            Equation(crossed, sum_over(P[i] * -log(Q[i]), i, 1, K)),
            Equation(own, sum_over(P[i] * -log(P[i]), i, 1, K)),
            # Worked out, because the first terms of the sum are next to nothing.
            Equation(forward, crossed - own),
        )


def identities() -> tuple[Identity, ...]:
    """Write where each direction is best."""
    from sympy import Derivative, log

    from notation.trees import Identity, symbols

    m, v, mu, sigma, w = symbols("m v mu sigma w", positive=True)
    expected = log(sigma) + (v + (m - mu) ** 2) / (2 * sigma**2)
    return (
        Identity(
            "Forward, the slope by μ is 0 at the mean m of P, wherever its peaks are.",
            Derivative(expected, mu),
            (mu - m) / sigma**2,
            r"\frac{\partial}{\partial \mu} D_{\mathrm{KL}}(P \parallel Q) = "
            r"\frac{\mu - m}{\sigma^2}",
        ),
        Identity(
            "The slope by σ is 0 where σ² is the variance v of P, if μ is its mean.",
            Derivative(expected.subs(mu, m), sigma),
            (sigma**2 - v) / sigma**3,
            r"\frac{\partial}{\partial \sigma} D_{\mathrm{KL}}(P \parallel Q) = "
            r"\frac{\sigma^2 - v}{\sigma^3} \quad (\mu = m)",
        ),
        Identity(
            "Reverse, on a peak of its own that has the probability w of P: P is w times Q "
            "there, so the divergence is − log w.",
            w * (w / w) * log(w / (w * w)) / w,
            -log(w),
            r"Q \log \frac{Q}{w Q} = -Q \log w",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} \text{forward: } <divergence> = \sum_i <truth>(i) \log "
        r"\frac{<truth>(i)}{<belief>(i)} = <cross> - <entropy> \\ \text{reverse: } <reverse> = \sum_i "
        r"<belief>(i) \log \frac{<belief>(i)}{<truth>(i)} \end{gathered}"
    ),
    main_result="divergence",
)
