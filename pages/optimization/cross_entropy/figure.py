"""Cross-entropy loss: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Bars, Curve, Mark, Scene, bars, curves
from formulas.optimization import cross_entropy as backend
from notation.numbers import number_text
from pages.optimization.cross_entropy.statement import STATEMENT

PROBABILITIES = np.linspace(0.001, 0.999, 160)

TARGET, PREDICTION, LOSS, GRADIENT = STATEMENT.color_indices(
    "y_true", "y_prob", "loss", "gradient"
)
SURPRISE = backend.loss_against_the_rest(PROBABILITIES, 2).loss


def draw(probability, n_classes, smoothing):
    setting = n_classes, smoothing
    parts = backend.loss_against_the_rest(probability, *setting)
    losses = backend.loss_against_the_rest(PROBABILITIES, *setting).loss
    untrained = float(backend.loss_against_the_rest(1 / n_classes, *setting).loss)
    loss = float(parts.loss)
    kinds = ("true class", "each other class" if n_classes > 2 else "other class")
    return Scene(
        curves(
            "Loss against the probability of the true class",
            Curve("loss", PROBABILITIES, losses, LOSS),
            Curve("surprise −ln ŷ₁", PROBABILITIES, SURPRISE, PREDICTION),
            Mark(probability, loss, f"{loss:.3g}", LOSS),
            x=Axis("predicted probability ŷ₁ of the true class", (0, 1)),
            y=Axis("loss (nats)", (0, 12)),
            levels=[(untrained, "untrained: ln K")],
        ),
        bars(
            "Target and prediction",
            kinds,
            Bars("target y", parts.target, TARGET),
            Bars("prediction ŷ", parts.prediction, PREDICTION),
            y=Axis("probability", (0, 1.15)),
            height=250,
        ),
        bars(
            "Gradient by each logit: prediction minus target",
            kinds,
            Bars("gradient ŷ − y", parts.gradient, GRADIENT),
            y=Axis("gradient", (-1.25, 1.25)),
            height=250,
        ),
        readouts={
            "loss": loss,
            "part of the true class": float(parts.true_term),
            "part of the rest": float(parts.other_terms),
            "perplexity e^H": backend.perplexity(loss),
            "loss of an untrained network": untrained,
        },
        status=sentence(probability, *setting, loss, untrained),
    )


def sentence(probability, n_classes, smoothing, loss, untrained):
    against = " against the smoothed target" if smoothing else ""
    cost, blind = number_text(loss), number_text(untrained)
    said = f"The true class gets {probability:.1%}: a loss of {cost} nats{against}"
    choices = f"{n_classes:,} classes"
    if cost == blind:
        return f"{said}, what an untrained network with {choices} loses."
    which = "worse" if loss > untrained else "better"
    return f"{said}, {which} than guessing among {choices} ({blind})."
