"""Cross-entropy loss: what is shown, computed and proved."""

from __future__ import annotations

import functools
import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import ArrayLike

from formulas.checks import Array
from formulas.optimization.cross_entropy import (
    cross_entropy,
    softmax_cross_entropy_grad,
)
from notation.own_numbers import own_numbers, plain
from notation.quantities import quantity, slider
from notation.statement import Statement

if TYPE_CHECKING:
    from notation.trees import Equation, Identity

LEAST = 1e-6  # a prediction, for the logarithm of 0 is infinite


def _without_logarithm(table: Array) -> str:
    """Refuse predictions of 0, and a target of nothing."""
    target, prediction = table.T
    if prediction.min() < LEAST:
        place = int(prediction.argmin()) + 1
        return f"row {place}, prediction: it must be at least {plain(LEAST)}"
    if target.max() < LEAST:
        return f"the target needs a number of at least {plain(LEAST)}"
    return ""


OWN = own_numbers(
    "your own target and prediction, as probabilities or counts",
    "0 0.2\n1 0.5\n0 0.2\n0 0.1",
    low=0,
    high=1e6,
    columns=("target", "prediction"),
    most=100,
    replaces=("probability", "n_classes"),
    check=_without_logarithm,
)
QUANTITIES = (
    quantity(
        "y_true", "y", "target: probability that each class should get", ("n_classes",)
    ),
    quantity(
        "y_prob", r"\hat{y}", "predicted probability of each class", ("n_classes",)
    ),
    quantity("logits", "z", "logits, whose softmax is the prediction", ("n_classes",)),
    slider(
        "probability",
        r"\hat{y}_1",
        "predicted probability of the true class",
        0.7,
        low=0.001,
        high=0.999,
        step=0.001,
    ),
    slider(
        "n_classes",
        "K",
        "number of classes",
        5,
        low=2,
        high=50257,
        step=0.03,
        scale="log",
    ),
    slider(
        "smoothing",
        r"\varepsilon",
        "label smoothing: part of y spread over all",
        0.0,
        low=0,
        high=0.3,
        step=0.01,
    ),
    quantity("loss", "H", "cross-entropy", unit="nats"),
    quantity(
        "gradient",
        "g",
        "derivative of the loss with respect to each logit",
        ("n_classes",),
    ),
    OWN,
)


def inputs(
    probability: float, n_classes: int, smoothing: float, own: str
) -> dict[str, Any]:
    """Make the first class the true one, all others alike; or take the reader's."""
    table = OWN.numbers(own)
    if table is not None:
        target, prediction = (table / table.sum(axis=0)).T.copy()
        return {
            "y_true": (1 - smoothing) * target + smoothing / len(target),
            "y_prob": prediction,
            "logits": np.log(prediction),
            "alike": False,
        }
    prediction = _one_against_the_rest(probability, n_classes)
    first, others = np.log(prediction[:2])
    return {
        "y_true": _smoothed_target(n_classes, smoothing),
        "y_prob": prediction,
        "logits": _one_and_the_rest(first, others, n_classes),
        "alike": True,
    }


@functools.lru_cache(maxsize=8)  # while the prediction moves
def _smoothed_target(n_classes: int, smoothing: float) -> Array:
    """Make the first class the true one, and spread a share over all of them."""
    target = _one_against_the_rest(1 - smoothing + smoothing / n_classes, n_classes)
    target.setflags(write=False)
    return target


def _one_against_the_rest(probability: float, n_classes: int) -> Array:
    """Make a distribution that treats all classes but the first alike."""
    rest = round(1 - probability, 15)  # 0.3 of 1 - 0.7, not 0.30000000000000004
    others = rest / (n_classes - 1)
    return _one_and_the_rest(probability, others, n_classes)


def _one_and_the_rest(first: float, others: float, n_classes: int) -> Array:
    """Give the first class one number, and all others another."""
    numbers = np.full(n_classes, others)
    numbers[0] = first
    return numbers


@dataclass(frozen=True)
class Result:
    """The loss in nats, that of the first class and of the others, and its derivative."""

    loss: float
    gradient: Array
    true_part: float
    other_part: float


def compute(y_true: Array, y_prob: Array, logits: Array, alike: bool) -> Result:
    """Score the prediction, and find which way the logits should go."""
    n_classes = len(y_true)
    if not alike:
        return _compute_each(y_true, y_prob, logits)
    loss = float(losses(y_true[0], y_prob[0], n_classes))
    true_part = float(-y_true[0] * logits[0])
    first, rest = softmax_cross_entropy_grad(
        [y_true[0], 1 - y_true[0]], [logits[0], np.log(1 - y_prob[0])]
    )
    return Result(
        loss=loss,
        gradient=_one_and_the_rest(first, rest / (n_classes - 1), n_classes),
        true_part=true_part,
        other_part=loss - true_part,
    )


def _compute_each(y_true: Array, y_prob: Array, logits: Array) -> Result:
    """Score a prediction whose classes differ."""
    loss = float(cross_entropy(y_true, y_prob))
    true_part = -float(y_true[0]) * float(logits[0])
    gradient = np.asarray(softmax_cross_entropy_grad(y_true, logits))
    return Result(loss, gradient, true_part, loss - true_part)


def losses(target: float, probability: ArrayLike, n_classes: int) -> float | Array:
    """Score predictions that treat all classes but the true one alike.

    These are scored as one class that then shares its probability evenly, so 50,257
    classes cost no more than two.
    """
    p = np.asarray(probability)
    predictions = np.stack([p, 1 - p], axis=-1)
    targets = np.broadcast_to([target, 1 - target], predictions.shape)
    choosing = (1 - target) * math.log(n_classes - 1)
    return cross_entropy(targets, predictions, reduction="none") + choosing


def equations() -> tuple[Equation, ...]:
    """Write the loss, and the gradient of two classes."""
    from sympy import log

    from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

    y, prediction, gradient = arrays("y_true y_prob gradient")
    loss, K, i = symbols("loss n_classes i")
    with unevaluated():
        return (
            Equation(loss, -sum_over(y[i] * log(prediction[i]), i, 1, K)),
            # The first class is the true one; all others are alike.
            Equation(gradient[i], prediction[i] - y[i], ranges=((i, 1, 2),)),
        )


def identities() -> tuple[Identity, ...]:
    """Write the gradients, the part that is entropy, and what halving adds."""
    from sympy import Derivative, exp, log

    from notation.trees import Identity, symbols

    z = symbols("z_1:4", positive=True)
    a, b, q, y = symbols("a b q y", positive=True)
    prediction = [exp(s) / sum(exp(t) for t in z) for s in z]
    target = (a, b, 1 - a - b)
    loss = -sum(t * log(p) for t, p in zip(target, prediction, strict=True))
    binary = -y * log(q) - (1 - y) * log(1 - q)
    own = -y * log(y) - (1 - y) * log(1 - y)
    excess = y * log(y / q) + (1 - y) * log((1 - y) / (1 - q))
    return (
        Identity(
            "Behind a softmax the gradient is prediction minus target.",
            Derivative(loss, z[0]),
            prediction[0] - a,
            r"\frac{\partial H}{\partial z_i} = \hat{y}_i - y_i",
        ),
        Identity(
            "For two classes the derivative with respect to the probability has no bound.",
            Derivative(binary, q),
            (q - y) / (q * (1 - q)),
            r"\frac{\partial H}{\partial \hat{y}} = "
            r"\frac{\hat{y} - y}{\hat{y} (1 - \hat{y})}",
        ),
        Identity(
            "Cross-entropy is the entropy of the target plus the divergence of the prediction.",
            binary,
            own + excess,
            r"H(y, \hat{y}) = H(y) + D_{\mathrm{KL}}(y \parallel \hat{y})",
        ),
        Identity(
            "Halving the probability of what happened always adds ln 2.",
            -log(q / 2),
            -log(q) + log(2),
            r"-\log \frac{\hat{y}}{2} = -\log \hat{y} + \log 2",
        ),
    )


STATEMENT = Statement(
    quantities=QUANTITIES,
    inputs=inputs,
    compute=compute,
    build_equations=equations,
    build_identities=identities,
    headline=r"H(<y_true>, <y_prob>) = <right> \quad (\log = {\ln}\text{, in nats})",
    main_result="loss",
)
