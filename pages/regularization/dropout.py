"""Dropout."""

import functools

import numpy as np

from charts import Axis, Curve, Mark, curves, heatmap
from formulas.regularization.dropout import (
    FORMULA,
    dropout,
    dropout_moments,
    running_average,
)
from ui import lesson

MOST_MASKS = FORMULA.control("masks").positions[-1]
COUNTS = np.unique(np.geomspace(1, MOST_MASKS, 60).round().astype(int))
RATES = np.array(FORMULA.control("p").positions[1:])  # the axis is logarithmic
NOISE = {
    mode: np.array([dropout_moments(1.0, rate, mode=mode)[1] for rate in RATES])
    for mode in ("inverted", "unscaled")
}
SHOWN_MASKS, SHOWN_UNITS = 12, 24
IN, OUT, SPREAD = (FORMULA.slot(name) for name in ("x", "output", "variance"))


@functools.lru_cache(maxsize=4)
def drawn(p, units, mode, training, seed):
    """Draw all masks and average over them; the masks' slider moves over the result."""
    x = FORMULA.inputs(p=p, units=units, seed=seed)["x"]
    options = {"mode": mode, "rng": seed}
    layers = np.broadcast_to(x, (MOST_MASKS, units))
    result = dropout(layers, p, training=training, **options)
    three = result.output[:, [0, units // 2, units - 1]]
    average = running_average(np.column_stack([three, result.output.mean(axis=1)]))
    return x, result.mask, result.output, average


@functools.lru_cache(maxsize=8)
def noise_by_rate(p, mode, training):
    noise = dropout_moments(1.0, p, mode=mode)[1] if training else 0.0
    tone = SPREAD if mode == "inverted" else 8
    return noise, curves(
        "Variance of a unit whose input is 1",
        Curve("scaled by 1/(1 − p)", RATES, NOISE["inverted"], SPREAD),
        Curve("not scaled", RATES, NOISE["unscaled"], 8),
        Mark(p, noise or np.nan, f"{noise:.3g}", tone),
        x=Axis("probability p of dropping", (0, 1)),
        y=Axis("variance", (0.02, 30), log=True),
    )


def draw(p, units, masks, mode, training, seed):
    x, mask, outputs, average = drawn(p, units, mode, training, seed)
    first = max(0, masks - SHOWN_MASKS)
    columns = [str(j + 1) for j in range(min(units, SHOWN_UNITS))]
    recent = np.full((SHOWN_MASKS, len(columns)), np.nan)
    seen = np.s_[first:masks, :SHOWN_UNITS]
    recent[: masks - first] = np.where(mask[seen], outputs[seen], np.nan)
    three = (0, units // 2, units - 1)
    now = average[masks - 1, -1]
    noise, variances = noise_by_rate(p, mode, training)
    return lesson.Scene(
        figures=(
            heatmap(
                "What the next layer sees, one row a mask; dropped units are blank",
                recent,
                x="unit" if units <= SHOWN_UNITS else f"unit, the first {SHOWN_UNITS}",
                y="mask",
                columns=columns,
                rows=[str(first + k + 1) for k in range(SHOWN_MASKS)],
                limits=(0, 4),
                numbers=False,
            ),
            curves(
                "Average output over more and more masks",
                *[
                    Curve(f"{name} unit", COUNTS, average[COUNTS - 1, k], slot)
                    for k, (name, slot) in enumerate(
                        (("smallest", OUT), ("middle", 5), ("largest", 8))
                    )
                ],
                x=Axis("masks k", (1, MOST_MASKS), log=True),
                y=Axis("average output", (0, 3.2)),
                at=[(masks, "k")],
                levels=[(x[j], f"input {x[j]:.3g}") for j in three],
            ),
            variances,
        ),
        readouts={
            f"units kept by mask {masks}": f"{mask[masks - 1].sum():.0f} of {units}",
            "average input": x.mean(),
            "average output so far": now,
            "variance of a unit of 1": noise,
        },
        status=sentence(mask[masks - 1], masks, now, mode, training),
    )


def sentence(mask, masks, average, mode, training):
    if not training:
        less = ", scaled down by 1 − p" if mode == "classic" else ""
        return f"In evaluation every unit takes part{less}; nothing is random."
    end = (
        "on the way to the average input, 1."
        if mode == "inverted"
        else "on the way to 1 − p: without scaling the signal shrinks."
    )
    return (
        f"Mask {masks} keeps {mask.sum():.0f} of {len(mask)} units; over {masks} masks "
        f"the average output is {average:.2f}, {end}"
    )


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset(
            "First list", "Not scaled: the average drifts to 1 − p", mode="unscaled"
        ),
        lesson.Preset("Heavy", "The variance is nine times the square", p=0.9),
        lesson.Preset("Evaluation", "No noise", training=False),
        lesson.Preset("Ten units", "1024 thinned networks", units=10),
    ),
    prediction=lesson.Prediction(
        "Units are dropped with p = 0.8 and the rest is not scaled. What is the average "
        "output of a unit whose input is 1?",
        lambda: dropout_moments(1.0, 0.8, mode="unscaled")[0],
        show={"p": 0.8, "mode": "unscaled", "masks": 500},
    ),
    **lesson.words(FORMULA),
)
