"""Adam without the correction of means that start at 0."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from pages.optimization.adam import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("loss, Adam",)


def inputs(
    n_steps: int,
    lr: float,
    beta1: float,
    beta2: float,
    log10_eps: int,
    condition: float,
    angle: float,
    rotation: float,
) -> dict[str, Any]:
    """Stand before the last of the steps, none of them corrected."""
    return whole.inputs(
        n_steps,
        lr,
        beta1,
        beta2,
        log10_eps,
        condition,
        bias_correction=False,
        angle=angle,
        rotation=rotation,
    )


def equations() -> tuple[Equation, ...]:
    """Strike both divisions out."""
    from notation.trees import Equation, arrays, struck, symbols, unevaluated

    mean, square, m_hat, v_hat = arrays("mean mean_square m_hat v_hat")
    beta1, beta2, t, i = symbols("beta1 beta2 n_steps i")
    first, second, _, _, last = whole.equations()
    with unevaluated():
        return (
            first,
            second,
            Equation(v_hat[i], square[i] / struck(1 - beta2**t, 1)),
            last,
            Equation(m_hat[i], mean[i] / struck(1 - beta1**t, 1)),
        )


STATEMENT = replace(
    whole.STATEMENT,
    inputs=inputs,
    build_equations=equations,
    build_identities=tuple,
    headline=(
        r"\begin{gathered} "
        r"<mean> = <beta1> <m> + (1 - <beta1>) <grad>, \quad "
        r"<mean_square> = <beta2> <v> + (1 - <beta2>) <grad>^2 \\ "
        r"<m_hat> = \frac{<mean>}{\cancel{1 - <beta1>^{<n_steps>}}}, \quad "
        r"<v_hat> = \frac{<mean_square>}{\cancel{1 - <beta2>^{<n_steps>}}} \\ "
        r"<updated> = <theta> - <lr>\, \frac{<m_hat>}{\sqrt{<v_hat>} + <eps>} "
        r"\end{gathered}"
    ),
    main_result="m_hat",
    line_result=None,
)
