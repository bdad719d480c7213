"""Gradient descent: what is derived, line by line."""

from __future__ import annotations

from sympy import Derivative, Rational, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive where the loss falls, and how fast the best fixed learning rate is."""
    eta, curvature, theta = symbols("eta lambda theta", positive=True)
    low, high = symbols("a b", positive=True)
    half = Rational(1, 2)
    loss = half * curvature * theta**2
    error = theta - eta * Derivative(loss, theta)
    after = theta - eta * curvature * theta
    kappa = high / low
    return (
        Derivation(
            "Along an axis with curvature $\\lambda$ a step lowers the loss exactly if "
            "$\\eta < 2 / \\lambda$.",
            half * curvature * error**2 - loss,
            (
                Step(
                    "The slope of $\\lambda \\theta^2 / 2$ is curvature times distance.",
                    half * curvature * after**2 - loss,
                    r"\frac{\lambda}{2} \left(\theta - \eta \lambda \theta\right)^2 - "
                    r"\frac{\lambda}{2}\, \theta^2",
                ),
                Step(
                    "The new distance is the old one times the factor "
                    "$1 - \\eta \\lambda$.",
                    half * curvature * theta**2 * ((1 - eta * curvature) ** 2 - 1),
                    r"\frac{\lambda}{2}\, \theta^2 \left((1 - \eta \lambda)^2 - 1\right)",
                ),
                Step(
                    "In the square the two ones cancel.",
                    half
                    * curvature
                    * theta**2
                    * (eta**2 * curvature**2 - 2 * eta * curvature),
                    r"\frac{\lambda}{2}\, \theta^2 "
                    r"\left(\eta^2 \lambda^2 - 2 \eta \lambda\right)",
                ),
                Step(
                    "All factors but the last are positive, so the loss falls exactly "
                    "where the last one is.",
                    -(eta * curvature**2 * theta**2) * (1 - eta * curvature / 2),
                    r"-\eta\, \lambda^2 \theta^2 "
                    r"\left(1 - \frac{\eta \lambda}{2}\right)",
                ),
            ),
            r"L(\theta_{t+1}) - L(\theta_t) = \frac{\lambda}{2} \left(\theta - \eta\, "
            r"\frac{d}{d\theta} \frac{\lambda \theta^2}{2}\right)^2 - "
            r"\frac{\lambda}{2}\, \theta^2",
        ),
        Derivation(
            "At $\\eta = 2 / (\\lambda_{\\mathrm{min}} + \\lambda_{\\mathrm{max}})$ the flattest and the "
            "steepest axis keep the same fraction of their error, which depends on the "
            "condition number $\\kappa$ alone.",
            1 - 2 / (low + high) * low,
            (
                Step(
                    "Both terms get the same denominator.",
                    (low + high - 2 * low) / (low + high),
                    r"\frac{\lambda_{\mathrm{min}} + \lambda_{\mathrm{max}} - 2 \lambda_{\mathrm{min}}}"
                    r"{\lambda_{\mathrm{min}} + \lambda_{\mathrm{max}}}",
                ),
                Step(
                    "One of the two smallest curvatures cancels.",
                    (high - low) / (high + low),
                    r"\frac{\lambda_{\mathrm{max}} - \lambda_{\mathrm{min}}}"
                    r"{\lambda_{\mathrm{max}} + \lambda_{\mathrm{min}}}",
                ),
                Step(
                    "Exchanging the two curvatures changes the sign alone, so the steep "
                    "factor is the opposite of the flat one.",
                    -(1 - 2 / (low + high) * high),
                    r"-\left(1 - \frac{2}{\lambda_{\mathrm{min}} + \lambda_{\mathrm{max}}}\, "
                    r"\lambda_{\mathrm{max}}\right)",
                ),
                Step(
                    "Numerator and denominator of the line before the last are divided by "
                    "$\\lambda_{\\mathrm{min}}$.",
                    (kappa - 1) / (kappa + 1),
                    r"\frac{\kappa - 1}{\kappa + 1}, \qquad "
                    r"\kappa = \frac{\lambda_{\mathrm{max}}}{\lambda_{\mathrm{min}}}",
                ),
            ),
            r"1 - \eta \lambda_{\mathrm{min}} = 1 - \frac{2}{\lambda_{\mathrm{min}} + \lambda_{\mathrm{max}}}\, "
            r"\lambda_{\mathrm{min}}",
        ),
    )
