"""Softmax."""

import numpy as np

from charts import Axis, Bars, Curve, Mark, bars, curves, heatmap
from formulas.linear_algebra.softmax import (
    FORMULA,
    softmax,
    softmax_jacobian,
    softmax_naive,
)
from formulas.probability.kl_divergence import entropy
from ui import lesson

TEMPERATURES = np.array(FORMULA.control("temperature").positions)

CLASSES = ("class 1", "class 2", "class 3")


def draw(z1, z2, z3, temperature, shift):
    logits = np.array([z1, z2, z3]) + shift
    p = softmax(logits, temperature=temperature)
    over = softmax(logits / TEMPERATURES[:, None])
    *spread, uncertainty = entropy(np.vstack([over, p]))
    naive = softmax_naive(logits / temperature)
    probability = Axis("probability", (0, 1.12))
    return lesson.Scene(
        figures=(
            bars(
                CLASSES,
                (Bars("softmax", p, 7, 2), Bars("as written, unstable", naive, 8, 2)),
                title="Probabilities",
                y=probability,
            ),
            curves(
                [
                    Curve(name, TEMPERATURES, over[:, k], slot=k + 2)
                    for k, name in enumerate(CLASSES)
                ]
                + [
                    Curve(
                        "entropy / ln 3",
                        TEMPERATURES,
                        np.array(spread) / np.log(3),
                        slot=8,
                    )
                ],
                title="Probabilities and entropy against temperature",
                x=Axis("temperature T", (0.1, 10), log=True),
                y=Axis("probability", (0, 1.12)),
                at=[(temperature, "T now")],
                marks=[
                    Mark(temperature, p[k], f"{p[k]:.2f}", slot=k + 2) for k in range(3)
                ],
            ),
            heatmap(
                softmax_jacobian(logits / temperature) / temperature,
                title="How each probability answers to each score",
                x="score changed",
                y="probability",
                columns=CLASSES,
                rows=CLASSES,
                limits=(-1, 1),
                diverging=True,
                digits=3,
            ),
        ),
        readouts={
            "p₁": p[0],
            "p₂": p[1],
            "p₃": p[2],
            "entropy (nats)": uncertainty,
            "odds of class 1 to class 2": p[0] / p[1] if p[1] else np.inf,
        },
        status=sentence(p, naive, uncertainty),
    )


def sentence(p, naive, uncertainty):
    share = f"{CLASSES[p.argmax()].capitalize()} takes {p.max():.1%} of the probability"
    if np.isnan(naive).any():
        return f"{share}; the formula as written fails, because e^z is not a number."
    if p.max() > 0.99:
        return f"{share}: nearly a hard maximum, but never exactly one."
    return f"{share}; the entropy is {uncertainty:.2f} of at most {np.log(3):.2f} nats."


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset("Greedy", {"temperature": 0.1}, "Temperature 0.1"),
        lesson.Preset("Creative", {"temperature": 2.0}, "Temperature 2"),
        lesson.Preset("Overflow trap", {"shift": 1000.0}, "1000 added to every score"),
    ),
    prediction=lesson.Prediction(
        "Add 1000 to every logit. What happens to the probabilities?",
        lambda: (
            "nothing"
            if np.allclose(softmax([1002, 1001, 1000.1]), softmax([2, 1, 0.1]))
            else "they change"
        ),
        "The factor e to the 1000 stands in every term and cancels. A program that "
        "computes the formula as it is written fails all the same: e to the 1000 is "
        "larger than any floating-point number.",
        choices=("nothing", "they become more equal", "the largest one grows"),
        show={"shift": 1000.0},
    ),
    aha="Only differences of logits matter, and the temperature sets how much.",
    notice=(
        "Raising one logit lowers the probability of all the others.",
        "The odds of two classes are e to the power of their gap over T: a gap of 1 at "
        "temperature 1 is a factor of 2.718.",
        "The order of the probabilities never changes with the temperature.",
    ),
    try_this=(
        "What does adding the same number to every score do, and to which bars?",
        "How low must the temperature be before one class takes more than 99 %?",
        "Where does the map on the right go pale, and what would that do to learning?",
    ),
    pitfalls=(
        "Softmax does not pick the maximum: for finite logits it never gives exactly 0 "
        "or 1, only rounding does.",
        "Computed as it is written it overflows once a logit over the temperature "
        "exceeds 709. Libraries subtract the largest logit first; the result is the same.",
    ),
    in_use="Sampling the next token, attention weights, policies in reinforcement "
    "learning, routing in mixtures of experts.",
)
