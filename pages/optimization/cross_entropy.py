"""Cross-entropy loss."""

import numpy as np

from charts import Axis, Bars, Curve, Mark, bars, curves
from formulas.optimization.cross_entropy import (
    FORMULA,
    cross_entropy,
    loss_against_the_rest,
    one_against_the_rest,
    perplexity,
)
from ui import lesson

PROBABILITIES = np.linspace(0.001, 0.999, 160)
TARGET, PREDICTION, LOSS, GRADIENT = (
    FORMULA.slot(k) for k in ("y_true", "y_prob", "loss", "gradient")
)
KINDS = ("true class", "each other class")
SURPRISE = loss_against_the_rest(PROBABILITIES, 2).loss


def draw(probability, n_classes, smoothing):
    parts = loss_against_the_rest(probability, n_classes, smoothing)
    untrained = float(loss_against_the_rest(1 / n_classes, n_classes, smoothing).loss)
    loss = float(parts.loss)
    return lesson.Scene(
        figures=(
            curves(
                "Loss against the probability of the true class",
                Curve(
                    "loss",
                    PROBABILITIES,
                    loss_against_the_rest(PROBABILITIES, n_classes, smoothing).loss,
                    LOSS,
                ),
                Curve("surprise −ln ŷ₁", PROBABILITIES, SURPRISE, PREDICTION),
                Mark(probability, loss, f"{loss:.3g}", LOSS),
                x=Axis("predicted probability ŷ₁ of the true class", (0, 1)),
                y=Axis("loss (nats)", (0, 12)),
                levels=[(untrained, "untrained: ln K")],
            ),
            bars(
                "Target and prediction",
                KINDS,
                Bars("target y", parts.target, TARGET),
                Bars("prediction ŷ", parts.prediction, PREDICTION),
                y=Axis("probability", (0, 1.15)),
                height=250,
            ),
            bars(
                "Gradient by each logit: prediction minus target",
                KINDS,
                Bars("gradient ŷ − y", parts.gradient, GRADIENT),
                y=Axis("gradient", (-1.25, 1.25)),
                height=250,
            ),
        ),
        readouts={
            "loss": loss,
            "part of the true class": float(parts.true_term),
            "part of all other classes": float(parts.other_terms),
            "perplexity e^H": perplexity(loss),
            "loss of an untrained network": untrained,
        },
        status=sentence(probability, n_classes, loss, untrained),
    )


def sentence(probability, n_classes, loss, untrained):
    said = f"The true class gets {probability:.1%}: a loss of {loss:.3g} nats"
    if loss > untrained * 1.01:
        return (
            f"{said}, worse than guessing among {n_classes} classes ({untrained:.3g})."
        )
    if loss > untrained * 0.99:
        return f"{said}, what an untrained network with {n_classes} classes loses."
    return f"{said}, against {untrained:.3g} for an untrained network."


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset("Untrained", "1 of 10 classes: 2.303", probability=0.1),
        lesson.Preset("Confident and right", "Loss 0.01005", probability=0.99),
        lesson.Preset("Confident and wrong", "Loss 4.605", probability=0.01),
        lesson.Preset(
            "Label smoothing",
            "More confidence would cost more again",
            probability=0.91,
            smoothing=0.1,
        ),
    ),
    prediction=lesson.Prediction(
        "A network for 10 classes has just been initialized: each class gets 0.1. Which "
        "loss do you expect?",
        lambda: cross_entropy(0, one_against_the_rest(0.1, 10)),
        unit="nats",
        show={"probability": 0.1},
    ),
    **lesson.words(FORMULA),
)
