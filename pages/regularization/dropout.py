"""Dropout."""

import functools

import numpy as np

from charts import Axis, Curve, Mark, curves, heatmap
from formulas.regularization import dropout as backend
from ui import lesson

FORMULA = backend.FORMULA
MOST = FORMULA.control("masks").positions[-1]
COUNTS = np.unique(np.geomspace(1, MOST, 60).round().astype(int))
RATES = np.array(FORMULA.control("p").positions[1:])  # the axis is logarithmic
SCALED = backend.noise_by_rate(RATES)
UNSCALED = backend.noise_by_rate(RATES, mode="unscaled")
ROWS, COLUMNS = 12, 24
OUT, SPREAD = FORMULA.slot("output"), FORMULA.slot("variance")
repeated = functools.lru_cache(maxsize=4)(backend.dropout_run)  # while masks move


@functools.lru_cache(maxsize=8)
def noise_at(p, mode, training):
    noise = backend.dropout_moments(1.0, p, mode=mode)[1] if training else 0.0
    return noise, curves(
        "Variance of a unit whose input is 1",
        Curve("scaled by 1/(1 − p)", RATES, SCALED, SPREAD),
        Curve("not scaled", RATES, UNSCALED, 8),
        Mark(p, noise or np.nan, f"{noise:.3g}", SPREAD if mode == "inverted" else 8),
        x=Axis("probability p of dropping", (0, 1)),
        y=Axis("variance", (0.02, 30), log=True),
    )


def draw(p, units, masks, mode, training, seed):
    run = repeated(units, p, MOST, training=training, mode=mode, rng=seed)
    noise, variances = noise_at(p, mode, training)
    first, seen = backend.latest_seen(run, masks, ROWS)
    kept, now = run.mask[masks - 1].sum(), run.averages[masks - 1, -1]
    shown = [str(k + 1) for k in range(min(units, COLUMNS))]
    return lesson.Scene(
        heatmap(
            "What the next layer sees, one row a mask; dropped units are blank",
            seen[:, :COLUMNS],
            x=Axis(
                f"unit{f', the first {COLUMNS}' * (units > COLUMNS)}",
                labels=shown,
                ticks=(0, 1 + len(shown) // 8),
            ),
            y=Axis("mask", labels=[str(first + k + 1) for k in range(ROWS)]),
            limits=(0, 4),
            numbers=False,
        ),
        curves(
            "Average output over more and more masks",
            Curve("smallest unit", COUNTS, run.averages[COUNTS - 1, 0], OUT),
            Curve("middle unit", COUNTS, run.averages[COUNTS - 1, 1], 5),
            Curve("largest unit", COUNTS, run.averages[COUNTS - 1, 2], 8),
            x=Axis("masks k", (1, MOST), log=True),
            y=Axis("average output", (0, 3.2)),
            at=[(masks, "k")],
            levels=[(one, f"input {one:.3g}") for one in run.x[[0, units // 2, -1]]],
        ),
        variances,
        readouts={
            f"units kept by mask {masks}": f"{kept:.0f} of {units}",
            "average input": run.x.mean(),
            "average output so far": now,
            "variance of a unit of 1": noise,
        },
        status=sentence(kept, units, masks, now, mode, training),
    )


def sentence(kept, units, masks, average, mode, training):
    if not training:
        less = ", scaled down by 1 − p" if mode == "classic" else ""
        return f"In evaluation every unit takes part{less}; nothing is random."
    shrinks = "1 − p: without scaling the signal shrinks."
    goal = "the average input, 1." if mode == "inverted" else shrinks
    said = f"Mask {masks} keeps {kept:.0f} of {units} units; over {masks} masks"
    return f"{said} the average output is {average:.2f}, on the way to {goal}"


def answer():
    return backend.dropout_moments(1.0, 0.8, mode="unscaled")[0]


lesson.show(FORMULA, draw, **lesson.words(FORMULA, answer))
