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
                [
                    Curve(
                        "loss",
                        PROBABILITIES,
                        loss_against_the_rest(PROBABILITIES, n_classes, smoothing).loss,
                        LOSS,
                    ),
                    Curve("surprise −ln ŷ₁", PROBABILITIES, SURPRISE, PREDICTION),
                ],
                title="Loss against the probability of the true class",
                x=Axis("predicted probability ŷ₁ of the true class", (0, 1)),
                y=Axis("loss (nats)", (0, 12)),
                marks=[Mark(probability, loss, f"{loss:.3g}", LOSS)],
                levels=[(untrained, "untrained: ln K")],
            ),
            bars(
                KINDS,
                (
                    Bars("target y", parts.target, TARGET),
                    Bars("prediction ŷ", parts.prediction, PREDICTION),
                ),
                title="Target and prediction",
                y=Axis("probability", (0, 1.15)),
                height=250,
            ),
            bars(
                KINDS,
                [Bars("gradient ŷ − y", parts.gradient, GRADIENT)],
                title="Gradient by each logit: prediction minus target",
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
        lesson.Preset("Untrained", {"probability": 0.1}, "1 of 10 classes: 2.303"),
        lesson.Preset("Confident and right", {"probability": 0.99}, "Loss 0.01005"),
        lesson.Preset("Confident and wrong", {"probability": 0.01}, "Loss 4.605"),
        lesson.Preset(
            "Label smoothing",
            {"probability": 0.91, "smoothing": 0.1},
            "More confidence would cost more again",
        ),
    ),
    prediction=lesson.Prediction(
        "A network for 10 classes has just been initialized: each class gets 0.1. Which "
        "loss do you expect?",
        lambda: cross_entropy(0, one_against_the_rest(0.1, 10)),
        "ln 10. A first loss that is much larger points to a bug in the initialization "
        "or in the loss; a much smaller one to labels that leak into the input.",
        unit="nats",
        show={"probability": 0.1},
    ),
    aha="The loss is surprise: confident and wrong is punished without limit, and the "
    "gradient is simply prediction minus target.",
    notice=(
        "Halving the probability of the true class always adds ln 2 = 0.693.",
        "The gradient of a confident error stays near −1: the model learns from it.",
        "e to the power of the loss is the perplexity: 10 for a blind guess among 10.",
    ),
    try_this=(
        "Move from 0.02 to 0.01, then from 0.8 to 0.4: by how much does the loss change?",
        "How many classes make a loss of 4.6 a good one?",
        "With smoothing 0.1, at which probability is the loss smallest?",
    ),
    pitfalls=(
        "A loss of 0.69 is not “bad” as such: it is a coin flip for 2 classes, and very "
        "good for 50,000, where blind guessing costs 10.8.",
        "The original calls it the difference of two distributions. It is not 0 for a "
        "perfect prediction unless the target is one-hot: H(p, q) = H(p) + KL(p ‖ q).",
        "The original leaves the base of the logarithm open: natural logarithms give "
        "nats, base 2 gives bits. And its i counts classes, not examples.",
        "Probability 0 for what happens costs infinitely much. Libraries hide that: "
        "scikit-learn stops at 36.04 nats, Keras at 16.12.",
    ),
    in_use="Pre-training of language models (reported as perplexity), classification, "
    "logistic regression, distillation.",
)
