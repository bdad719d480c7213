"""Dropout: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools

import numpy as np

from charts import Axis, Curve, Mark, Scene, curves, heatmap
from formulas.regularization import dropout as backend
from notation.numbers import counted, number_text
from pages.regularization.dropout.statement import STATEMENT

MOST = STATEMENT.control("masks").positions[-1]
COUNTS = np.unique(np.geomspace(1, MOST, 60).round().astype(int))
RATES = np.array(STATEMENT.control("p").positions[1:])  # the axis is logarithmic
SCALED = backend.noise_by_rate(RATES)
UNSCALED = backend.noise_by_rate(RATES, mode="unscaled")
ROWS, COLUMNS = 12, 24
OUT, SPREAD = STATEMENT.color_index("output"), STATEMENT.color_index("variance")
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
    across = f"unit{f', the first {COLUMNS}' * (units > COLUMNS)}"
    return Scene(
        heatmap(
            "What the next layer sees, one row a mask (blank: dropped, or still to come)",
            seen[:, :COLUMNS],
            x=Axis(across, labels=shown, ticks=(0, 1 + len(shown) // 8)),
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
        status=sentence(p, kept, units, masks, now, mode, training),
    )


def sentence(p, kept, units, masks, average, mode, training):
    share = f"1 − p = {number_text(1 - p, 3)}"
    if not training:
        less = f", multiplied by {share}" * (mode == "classic")
        return f"In evaluation every unit takes part{less}; nothing is random."
    if p == 0:
        return "With p = 0 no unit is dropped: the next layer sees the input itself."
    goal = f"{share}: nothing is scaled" if mode != "inverted" else "1, like the input"
    now = f"over {counted(masks, 'mask')} the output averages {number_text(average, 3)}"
    last = f"Mask {masks} keeps {kept:.0f} of {units} units"
    return f"{last}; {now}, in the long run {goal}."
