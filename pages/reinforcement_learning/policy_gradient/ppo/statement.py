"""PPO: what is shown, computed and proved."""

from __future__ import annotations

import dataclasses
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from formulas.reinforcement_learning.policy_optimization import ppo_clip
from notation.quantities import quantity, slider
from notation.statement import Statement
from pages.reinforcement_learning.policy_gradient.statement import (
    STATEMENT as POLICY_GRADIENT,
)

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

QUANTITIES = (
    dataclasses.replace(
        POLICY_GRADIENT.control("p"),
        default=0.5,
        meaning="probability of the action now",
    ),
    slider(
        "p_old",
        r"p_{\mathrm{old}}",
        "probability under the policy that acted",
        0.4,
        low=0.3,
        high=0.7,
        step=0.05,
    ),
    quantity("ratio", "r", "how many times as likely the action is now"),
    slider(
        "advantage",
        "A",
        "advantage of the action: how much better than expected it was",
        2.0,
        low=-3,
        high=3,
        step=0.1,
    ),
    slider(
        "clip",
        r"\epsilon",
        "how far from 1 a ratio still counts",
        0.2,
        low=0.05,
        high=0.5,
        step=0.05,
    ),
    quantity("clipped", r"\bar r", "ratio, clipped to 1 ± ε"),
    quantity("objective", "L", "clipped objective of this action"),
    quantity("passed", "m", "1 where the gradient passes, 0 where the clip cuts it"),
    quantity(
        "gradient",
        r"\frac{dL}{d \log p}",
        "gradient by the log-probability of the action",
    ),
)


def inputs(p: float, p_old: float, advantage: float, clip: float) -> dict[str, Any]:
    """Look whether the action has already moved too far the right way."""
    step = ppo_clip(math.log(p), math.log(p_old), advantage, clip=clip)
    return {
        "p": p,
        "p_old": p_old,
        "advantage": advantage,
        "clip": clip,
        "passed": int(not step.dead),
    }


@dataclass(frozen=True)
class Result:
    """The ratio, plain and clipped, the objective and its gradient."""

    ratio: float
    clipped: float
    objective: float
    gradient: float


def compute(p: float, p_old: float, advantage: float, clip: float) -> Result:
    """Compute the clipped objective of one action."""
    step = ppo_clip(math.log(p), math.log(p_old), advantage, clip=clip)
    ratio = float(step.ratio)
    return Result(
        ratio=ratio,
        clipped=min(max(ratio, 1 - clip), 1 + clip),
        objective=step.objective,
        gradient=float(step.gradient),
    )


def equations() -> tuple[Equation, ...]:
    """Write the ratio, what the clip makes of it, the objective and its gradient."""
    from sympy import Piecewise

    from notation.trees import Equation, symbols, unevaluated

    p, old, r, gain = symbols("p p_old ratio advantage")
    eps, clipped, L = symbols("clip clipped objective")
    passed, gradient = symbols("passed gradient")
    with unevaluated():
        return (
            Equation(r, p / old),
            Equation(
                clipped,
                Piecewise((1 - eps, r < 1 - eps), (1 + eps, r > 1 + eps), (r, True)),
            ),
            Equation(
                L,
                Piecewise(
                    (r * gain, r * gain < clipped * gain), (clipped * gain, True)
                ),
            ),
            Equation(gradient, passed * r * gain),
        )


def identities() -> tuple[Identity, ...]:
    """Write what the ratio is for, and its gradient."""
    from sympy import Derivative, exp

    from notation.trees import Identity, symbols

    u, old, gain = symbols("u u_old A", positive=True)
    p, q, right, left = symbols("p q A_right A_left", positive=True)
    return (
        Identity(
            "The ratio corrects for actions that the old policy drew.",
            q * (p / q) * right + (1 - q) * ((1 - p) / (1 - q)) * left,
            p * right + (1 - p) * left,
            r"\mathbb{E}_{a \sim \pi_{\mathrm{old}}}[r(a) A(a)] "
            r"= \mathbb{E}_{a \sim \pi}[A(a)]",
        ),
        Identity(
            "The ratio's gradient by the log-probability is the ratio itself.",
            Derivative(exp(u - old) * gain, u),
            exp(u - old) * gain,
            r"\frac{\partial\, r A}{\partial \log p} = r A",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=(
        r"<objective> = \min\left(<ratio> <advantage>,\; \operatorname{clip}(<ratio>, "
        r"1 - <clip>, 1 + <clip>)\, <advantage>\right), \quad "
        r"<ratio> = \frac{<p>}{<p_old>}"
    ),
    main_result="objective",
)
