"""Softmax: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Bars, Curve, Mark, Scene, bars, curves, heatmap
from formulas.linear_algebra import softmax as backend
from formulas.linear_algebra.softmax import softmax
from formulas.probability.kl_divergence import entropy
from notation.numbers import number_text
from pages.linear_algebra.softmax.statement import STATEMENT

TEMPERATURES = np.array(STATEMENT.control("temperature").positions)
CLASSES = ("class 1", "class 2", "class 3")
SLOTS = (2, 3, 4)
MOST = float(np.log(3))


def draw(z1, z2, z3, temperature, shift):
    logits = np.array([z1, z2, z3]) + shift
    p = softmax(logits, temperature=temperature)
    over = softmax(logits / TEMPERATURES[:, None])
    *spread, uncertainty = entropy(np.vstack([over, p]))
    naive = backend.softmax_naive(logits / temperature)
    named = tuple(zip(CLASSES, SLOTS, over.T, p, strict=True))
    return Scene(
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
            Curve("entropy / ln 3", TEMPERATURES, np.divide(spread, MOST), 8),
            *(Mark(temperature, now, number_text(now, 2), k) for _, k, _, now in named),
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
        status=sentence(p, naive, logits / temperature, uncertainty),
    )


def sentence(p, naive, powers, uncertainty):
    first = [str(k + 1) for k in range(3) if p.max() - p[k] < 1e-9]
    rest, share = np.sort(p)[:2].sum(), f"{p.max():.1%} of the probability"
    if rest < 0.0005:
        share = f"all but {number_text(rest)} of the probability"
    said = (
        f"Class {first[0]} takes {share}",
        f"Classes {' and '.join(first)} take {share} each",
        f"Each class takes {share}",
    )[len(first) - 1]
    if not abs(naive - p).max() < 0.001:  # so written that NaN fails too
        big = "the sum of e^(z/T) overflows"
        why = big if max(powers) > 0 else "every e^(z/T) underflows"
        return f"{said}; the formula as written fails, because {why}."
    if p.max() > 0.99:
        return f"{said}: nearly a hard maximum, but never exactly one."
    if len(first) == 3:
        return f"{said}; the entropy is as large as it can be, {MOST:.4g} nats."
    now, most = f"{uncertainty:.4g}", f"{MOST:.4g}"
    size = f"{now} of at most" if now != most else "just below its maximum,"
    return f"{said}; the entropy is {size} {most} nats."
