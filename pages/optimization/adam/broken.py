"""Adam's last step without the division by the root mean square."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from formulas.checks import Array
from pages.optimization.adam import statement as whole

if TYPE_CHECKING:
    from notation.trees import Equation

COMPARED = ("last step along θ₂, in η",)


def compute(
    theta: Array,
    grad: Array,
    m: Array,
    v: Array,
    n_steps: int,
    lr: float,
    beta1: float,
    beta2: float,
    eps: float,
    bias_correction: bool,
) -> whole.Result:
    """Step along the running mean of the gradients, as large as it is."""
    right = whole.compute(
        theta, grad, m, v, n_steps, lr, beta1, beta2, eps, bias_correction
    )
    return replace(right, updated=theta - lr * right.m_hat, divided=False)


def equations() -> tuple[Equation, ...]:
    """Strike the divisor out of the step."""
    from sympy import sqrt

    from notation.trees import Equation, arrays, struck, symbols, unevaluated

    theta, updated, m_hat, v_hat = arrays("theta updated m_hat v_hat")
    lr, eps, i = symbols("lr eps i")
    with unevaluated():
        divisor = struck(sqrt(v_hat[i]) + eps, 1)
        last = Equation(updated[i], theta[i] - lr * (m_hat[i] / divisor))
    return (*whole.equations()[:-1], last)


STATEMENT = replace(
    whole.STATEMENT,
    compute=compute,
    build_equations=equations,
    build_identities=tuple,
    headline_at=None,
    headline=(
        r"\begin{gathered} "
        r"<mean> = <beta1> <m> + (1 - <beta1>) <grad>, \quad "
        r"<mean_square> = <beta2> <v> + (1 - <beta2>) <grad>^2 \\ "
        r"<m_hat> = \frac{<mean>}{1 - <beta1>^{<n_steps>}}, \quad "
        r"<v_hat> = \frac{<mean_square>}{1 - <beta2>^{<n_steps>}} \\ "
        r"<updated> = <theta> - <lr>\, \frac{<m_hat>}{\cancel{\sqrt{<v_hat>} + <eps>}} "
        r"\end{gathered}"
    ),
)
