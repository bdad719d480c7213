"""Kullback–Leibler divergence: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from formulas.checks import Array
from formulas.probability.kl_divergence import js_divergence, kl_divergence, kl_terms
from notation.own_numbers import own_numbers
from notation.quantities import option, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

OWN = own_numbers(
    "your own probabilities or counts",
    "5 0.25\n3 0.25\n1 0.25\n1 0.25",
    low=1e-6,
    high=1e6,
    columns=("P", "Q"),
    most=100,
    replaces=("p", "q", "mu", "sigma", "third"),
)
QUANTITIES = (
    quantity(
        "divergence",
        r"D_{\mathrm{KL}}(P \parallel Q)",
        "D(P ‖ Q): expected extra surprise of believing Q",
        unit="nats",
    ),
    quantity("truth", "P", "true distribution", ("K",), call=True),
    quantity("belief", "Q", "believed distribution", ("K",), call=True),
    slider("p", "p", "true probability of heads", 0.5, low=0.01, high=0.99, step=0.01),
    slider(
        "q", "q", "believed probability of heads", 0.9, low=0.01, high=0.99, step=0.01
    ),
    slider(
        "mu",
        r"\mu",
        "mean of the bell curve",
        0.0,
        low=-3,
        high=3,
        step=0.05,
        rare=True,
    ),
    slider(
        "sigma",
        r"\sigma",
        "standard deviation of the bell curve",
        1.0,
        low=0.2,
        high=3,
        step=0.05,
        rare=True,
    ),
    quantity(
        "reverse",
        r"D_{\mathrm{KL}}(Q \parallel P)",
        "D(Q ‖ P): that of believing P where Q is true",
        unit="nats",
    ),
    quantity("middle", "M", "mean of both distributions", ("K",), call=True),
    quantity("js", r"\mathrm{JS}", "Jensen–Shannon divergence", unit="nats"),
    option(
        "third",
        r"\text{third}",
        "what the third picture shows",
        "areas",
        choices=("areas", "bell curve"),
        rare=True,
        idle=(("areas", ("mu", "sigma")),),
    ),
    OWN,
)


def inputs(p: float, q: float, own: str) -> dict[str, Any]:
    """Give each coin its two probabilities, or divide the reader's columns by their sums."""
    table = OWN.numbers(own)
    if table is None:
        return {"truth": np.array([p, 1 - p]), "belief": np.array([q, 1 - q])}
    truth, belief = (table / table.sum(axis=0)).T.copy()
    return {"truth": truth, "belief": belief}


@dataclass(frozen=True)
class Result:
    """The divergences of two distributions in nats, and what each outcome adds.

    Attributes
    ----------
    weighted : bool
        False where each outcome counts once, however probable it is.
    """

    divergence: float
    reverse: float
    middle: Array
    js: float
    terms: Array
    weighted: bool = True


def compute(truth: Array, belief: Array) -> Result:
    """Measure the distributions against each other, in both directions."""
    return Result(
        divergence=float(kl_divergence(truth, belief)),
        reverse=float(kl_divergence(belief, truth)),
        middle=(truth + belief) / 2,
        js=float(js_divergence(truth, belief)),
        terms=kl_terms(truth, belief),
    )


def equations() -> tuple[Equation, ...]:
    """Write the divergence, its reverse and its symmetric relative."""
    from sympy import Rational, log

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    P, Q, M = arrays("truth belief middle")
    divergence, reverse, js, K, i = symbols("divergence reverse js K i")
    with unevaluated():
        half = Rational(1, 2)
        return (
            Equation(divergence, sum_over(P[i] * log(P[i] / Q[i]), i, 1, K)),
            Equation(reverse, sum_over(Q[i] * log(Q[i] / P[i]), i, 1, K)),
            Equation(M[i], half * (P[i] + Q[i])),
            Equation(
                js,
                half * sum_over(P[i] * log(P[i] / M[i]), i, 1, K)
                + half * sum_over(Q[i] * log(Q[i] / M[i]), i, 1, K),
            ),
        )


def identities() -> tuple[Identity, ...]:
    """Write what follows: cross-entropy, slope, curvature, the best bell curve."""
    from sympy import Derivative, Rational, log

    from notation.trees import Identity, symbols

    p, q = symbols("p q", positive=True)
    m1, m2, s1, s2 = symbols("mu_1 mu_2 sigma_1 sigma_2", positive=True)
    half = Rational(1, 2)
    coins = p * log(p / q) + (1 - p) * log((1 - p) / (1 - q))
    crossed = -p * log(q) - (1 - p) * log(1 - q)
    own = -p * log(p) - (1 - p) * log(1 - p)
    normal = log(s2 / s1) + (s1**2 + (m1 - m2) ** 2) / (2 * s2**2) - half
    return (
        Identity(
            "It is the cross-entropy minus the entropy.",
            coins,
            crossed - own,
            r"D_{\mathrm{KL}}(P \parallel Q) = H(P, Q) - H(P)",
        ),
        Identity(
            "H(P) does not depend on Q: both change alike with Q.",
            Derivative(coins, q),
            Derivative(crossed, q),
            r"\frac{\partial D_{\mathrm{KL}}(P \parallel Q)}{\partial q} = "
            r"\frac{\partial H(P, Q)}{\partial q}",
        ),
        Identity(
            "For coins it is smallest at q = p and grows without limit towards 0 and 1.",
            Derivative(coins, q),
            (q - p) / (q * (1 - q)),
            r"\frac{\partial D_{\mathrm{KL}}}{\partial q} = \frac{q - p}{q (1 - q)}",
        ),
        Identity(
            "For coins it is convex in p: curved upward everywhere.",
            Derivative(coins, (p, 2)),
            1 / (p * (1 - p)),
            r"\frac{\partial^2 D_{\mathrm{KL}}}{\partial p^2} = \frac{1}{p (1 - p)}",
        ),
        Identity(
            "Between normal distributions the best σ₂ takes the true variance and adds "
            "the squared distance of the means.",
            Derivative(normal, s2),
            (s2**2 - s1**2 - (m1 - m2) ** 2) / s2**3,
            r"\frac{\partial}{\partial \sigma_2} \left[ \log \frac{\sigma_2}{\sigma_1} + "
            r"\frac{\sigma_1^2 + (\mu_1 - \mu_2)^2}{2 \sigma_2^2} - \frac{1}{2} \right] "
            r"= \frac{\sigma_2^2 - \sigma_1^2 - (\mu_1 - \mu_2)^2}{\sigma_2^3}",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline="<divergence> = <right>",
    main_result="divergence",
)
