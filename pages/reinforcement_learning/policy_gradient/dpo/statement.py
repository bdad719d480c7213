"""DPO: what is shown, computed and proved."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.linear_algebra.activations import sigmoid
from formulas.reinforcement_learning.policy_optimization import dpo_loss
from notation.quantities import Control, quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

LOWEST, HIGHEST = -30.0, -2.0  # log-probabilities of a whole answer


def log_probability(name: str, symbol: str, meaning: str, default: float) -> Control:
    """Make the slider of an answer's log-probability."""
    return slider(
        name, symbol, meaning, default, low=LOWEST, high=HIGHEST, step=0.5, unit="nats"
    )


QUANTITIES = (
    quantity("loss", "L", "loss of this pair of answers", unit="nats"),
    quantity(
        "margin", "m", "β times how much more than its reference it prefers the chosen"
    ),
    slider(
        "beta",
        r"\beta",
        "how much leaving the reference costs",
        0.1,
        low=0.01,
        high=1,
        scale="log",
        step=0.05,
    ),
    log_probability(
        "chosen", r"\log \pi_w", "log-probability of the chosen answer", -9.0
    ),
    log_probability(
        "ref_chosen", r"\log \pi^{\mathrm{ref}}_w", "that of the reference", -10.0
    ),
    log_probability(
        "rejected", r"\log \pi_l", "log-probability of the rejected answer", -15.0
    ),
    log_probability(
        "ref_rejected",
        r"\log \pi^{\mathrm{ref}}_l",
        "that of the reference, rejected answer",
        -12.0,
    ),
    quantity("preference", "P", "probability with which the margin prefers the chosen"),
    quantity(
        "gradient",
        r"\frac{dL}{d \log \pi_w}",
        "gradient by the chosen answer’s log-probability",
    ),
)


def inputs(
    chosen: float, rejected: float, ref_chosen: float, ref_rejected: float, beta: float
) -> dict[str, Any]:
    """Score one pair of answers under the policy and under its reference."""
    return {
        "chosen": chosen,
        "rejected": rejected,
        "ref_chosen": ref_chosen,
        "ref_rejected": ref_rejected,
        "beta": beta,
    }


@dataclass(frozen=True)
class Result:
    """The margin, what it says about the pair, the loss and its gradient."""

    margin: float
    preference: float
    loss: float
    gradient: float


def compute(
    chosen: float, rejected: float, ref_chosen: float, ref_rejected: float, beta: float
) -> Result:
    """Compute the loss of one pair."""
    pair = dpo_loss(chosen, rejected, ref_chosen, ref_rejected, beta=beta)
    margin = float(pair.margin)
    return Result(
        margin=margin,
        preference=float(sigmoid(margin)),
        loss=pair.loss,
        gradient=float(pair.gradient),
    )


def equations() -> tuple[Equation, ...]:
    """Write the margin, the preference that it stands for, the loss and its gradient."""
    from sympy import exp, log

    from notation.trees import Equation, symbols, unevaluated

    chosen, rejected = symbols("chosen rejected")
    ref_chosen, ref_rejected = symbols("ref_chosen ref_rejected")
    beta, m, P, L, gradient = symbols("beta margin preference loss gradient")
    with unevaluated():
        return (
            Equation(m, beta * ((chosen - ref_chosen) - (rejected - ref_rejected))),
            Equation(P, 1 / (1 + exp(-m))),
            Equation(L, -log(P)),
            Equation(gradient, -beta * (1 - P)),
        )


def identities() -> tuple[Identity, ...]:
    """Write the gradient, and that the loss is a cross-entropy of two classes."""
    from sympy import Derivative, exp, log

    from notation.trees import Identity, symbols

    c, j, c0, j0, beta, m = symbols("c j c_0 j_0 beta m", positive=True)
    margin = beta * ((c - c0) - (j - j0))
    r, s = symbols("r_w r_l", positive=True)
    return (
        Identity(
            "The gradient fades as the margin grows.",
            Derivative(log(1 + exp(-margin)), c),
            -beta / (1 + exp(margin)),
            r"\frac{\partial L}{\partial \log \pi_w} = -\beta\, \sigma(-m)",
        ),
        Identity(
            "By the rejected answer it is the opposite.",
            Derivative(log(1 + exp(-margin)), j),
            beta / (1 + exp(margin)),
            r"\frac{\partial L}{\partial \log \pi_l} = \beta\, \sigma(-m)",
        ),
        Identity(
            "The margin is the difference of two rewards, compared as Bradley and Terry do.",
            1 / (1 + exp(-(r - s))),
            exp(r) / (exp(r) + exp(s)),
            r"\sigma(r_w - r_l) = \frac{e^{r_w}}{e^{r_w} + e^{r_l}}",
        ),
        Identity(
            "A margin of m against one of −m: the difference of the losses is m.",
            log(1 + exp(m)) - log(1 + exp(-m)),
            m,
            r"L(-m) - L(m) = m",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"\begin{gathered} <loss> = -\log \sigma(<margin>) \\ "
        r"<margin> = <beta> \left[ (<chosen> - <ref_chosen>) - "
        r"(<rejected> - <ref_rejected>) \right] \end{gathered}"
    ),
    main_result="margin",
)
