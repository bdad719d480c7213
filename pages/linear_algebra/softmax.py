"""Softmax."""

import numpy as np

from charts import Axis, Bars, Curve, Mark, bars, curves, heatmap
from formulas.linear_algebra import softmax as backend
from formulas.linear_algebra.softmax import FORMULA, softmax
from formulas.probability.kl_divergence import entropy
from ui import lesson

TEMPERATURES = np.array(FORMULA.control("temperature").positions)
CLASSES = ("class 1", "class 2", "class 3")
SLOTS = (2, 3, 4)


def draw(z1, z2, z3, temperature, shift):
    logits = np.array([z1, z2, z3]) + shift
    p = softmax(logits, temperature=temperature)
    over = softmax(logits / TEMPERATURES[:, None])
    *spread, uncertainty = entropy(np.vstack([over, p]))
    naive = backend.softmax_naive(logits / temperature)
    named = tuple(zip(CLASSES, SLOTS, over.T, p, strict=True))
    return lesson.Scene(
        bars(
            "Probabilities",
            CLASSES,
            Bars("softmax", p, 7, 2),
            Bars("as written, unstable", naive, 8, 2),
            y=Axis("probability", (0, 1.12)),
        ),
        curves(
            "Probabilities and entropy against temperature",
            *(Curve(name, TEMPERATURES, run, k) for name, k, run, _ in named),
            Curve("entropy / ln 3", TEMPERATURES, np.divide(spread, np.log(3)), 8),
            *(Mark(temperature, now, f"{now:.2f}", k) for _, k, _, now in named),
            x=Axis("temperature T", (0.1, 10), log=True),
            y=Axis("probability", (0, 1.12)),
            at=[(temperature, "T now")],
        ),
        heatmap(
            "How each probability answers to each score",
            backend.softmax_jacobian(logits / temperature) / temperature,
            x=Axis("score changed", labels=CLASSES),
            y=Axis("probability", labels=CLASSES),
            limits=(-1, 1),
            digits=3,
        ),
        readouts={
            **dict(zip(("p₁", "p₂", "p₃"), p, strict=True)),
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


def answer():
    same = np.allclose(softmax([1002, 1001, 1000.1]), softmax([2, 1, 0.1]))
    return "nothing" if same else "they change"


lesson.show(FORMULA, draw, **lesson.words(FORMULA, answer))
