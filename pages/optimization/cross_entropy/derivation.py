"""Cross-entropy: what is derived, line by line."""

from __future__ import annotations

from typing import Any

from sympy import Derivative, Integer, exp, log, symbols

from notation.trees import Derivation, Step


def derivations() -> tuple[Derivation, ...]:
    """Derive the gradient behind a softmax, the least loss, and that of a guess."""
    z = symbols("z_1:4")
    a, b = symbols("a b")
    target = (a, b, 1 - a - b)
    return _gradient(z, target), _least(), _untrained(target)


def _gradient(z: tuple[Any, ...], target: tuple[Any, ...]) -> Derivation:
    weights = [exp(logit) for logit in z]
    total = sum(weights)
    prediction = [weight / total for weight in weights]
    pairs = list(zip(target, z, strict=True))
    return Derivation(
        "Behind a softmax the gradient with respect to the logits is the prediction minus "
        "the target.",
        Derivative(
            -sum(y * log(p) for y, p in zip(target, prediction, strict=True)), z[0]
        ),
        (
            Step(
                "Insert the softmax. The logarithm of a fraction is a difference, and "
                "$\\log e^{z_k} = z_k$.",
                Derivative(-sum(y * (logit - log(total)) for y, logit in pairs), z[0]),
                r"\frac{\partial}{\partial z_i} \left(-\sum_k y_k (z_k - \log S)\right), "
                r"\qquad S = \sum_{j=1}^{K} e^{z_j}",
            ),
            Step(
                "The target adds up to 1, so $\\log S$ is counted once.",
                Derivative(log(total) - sum(y * logit for y, logit in pairs), z[0]),
                r"\frac{\partial}{\partial z_i} \left(\log S - \sum_k y_k z_k\right)",
            ),
            Step(
                "The chain rule for $\\log S$; of the sum only the term with $k = i$ "
                "contains $z_i$.",
                Derivative(total, z[0]) / total - target[0],
                r"\frac{1}{S}\, \frac{\partial S}{\partial z_i} - y_i",
            ),
            Step(
                "Only one exponential in $S$ contains $z_i$, and it is its own "
                "derivative.",
                weights[0] / total - target[0],
                r"\frac{e^{z_i}}{S} - y_i",
            ),
            Step(
                "The fraction is the softmax again.",
                prediction[0] - target[0],
                r"\hat y_i - y_i",
            ),
        ),
        r"\frac{\partial H}{\partial z_i} = \frac{\partial}{\partial z_i} "
        r"\left(-\sum_k y_k \log \hat y_k\right)",
    )


def _least() -> Derivation:
    """Take three classes; weights over their sum are probabilities."""
    weights = symbols("w_1:4", positive=True), symbols("u_1:4", positive=True)
    y, p = ([one / sum(these) for one in these] for these in weights)
    pairs = list(zip(y, p, strict=True))
    own = -sum(t * log(t) for t in y)
    return Derivation(
        "Cross-entropy is the entropy of the target plus the divergence, and least where "
        "the prediction is the target.",
        -sum(t * log(q) for t, q in pairs),
        (
            Step(
                "Subtract and add $\\sum_k y_k \\log y_k$.",
                own + sum(t * (log(t) - log(q)) for t, q in pairs),
                r"-\sum_k y_k \log y_k + \sum_k y_k \left(\log y_k - \log \hat y_k\right)",
            ),
            Step(
                "The first sum is the entropy $H(y)$, the second the divergence "
                "$D(y \\parallel \\hat y)$.",
                own + sum(t * log(t / q) for t, q in pairs),
                r"H(y) + \sum_k y_k \log \frac{y_k}{\hat y_k}",
            ),
            Step(
                "$\\log x \\le x - 1$, so $\\log \\frac{1}{x} \\ge 1 - x$; both are equal at "
                "$x = 1$ alone.",
                own + sum(t * (1 - q / t) for t, q in pairs),
                r"H(y) + \sum_k y_k \left(1 - \frac{\hat y_k}{y_k}\right)",
                r"\ge",
            ),
            Step(
                "Target and prediction both add up to 1, so the sum is 0.",
                own,
                r"H(y)",
            ),
        ),
        r"H(y, \hat y) = -\sum_k y_k \log \hat y_k",
    )


def _untrained(target: tuple[Any, ...]) -> Derivation:
    K = Integer(3)
    return Derivation(
        "Equal probabilities give the loss $\\log K$, whatever the target.",
        -sum(y * log(1 / K) for y in target),
        (
            Step(
                "The logarithm of $1/K$ is $-\\log K$.",
                sum(y * log(K) for y in target),
                r"\sum_{k=1}^{K} y_k \log K",
            ),
            Step(
                "The factor $\\log K$ is the same for every class.",
                log(K) * sum(target),
                r"\log K\, \sum_{k=1}^{K} y_k",
            ),
            Step(
                "The target adds up to 1.",
                log(K),
                r"\log K",
            ),
        ),
        r"-\sum_{k=1}^{K} y_k \log \frac{1}{K}",
    )
