"""Feed-forward block."""

import numpy as np

from charts import Axis, Curve, Mark, curves, heatmap
from formulas.numbers import number_text
from formulas.transformer.multi_head_attention import count_attention_parameters
from formulas.transformer.transformer_ffn import (
    FORMULA,
    ffn_parameters,
    ffn_share,
    transformer_ffn,
)
from ui import lesson

POINTS = np.linspace(-3, 3, 121)
SOME = np.append(POINTS[::2], np.nan)  # for the single units, with a gap after each
TOKENS = np.arange(-2.0, 3.0)
MOST_PARTS = 6
RATIOS = np.array(FORMULA.control("ratio").positions)
SHARES = np.array([ffn_share(ratio) for ratio in RATIOS])
D_MODEL = 512  # the paper's width, for the number of parameters
ROOMS = (1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0)  # few, so that the axes rest
TOKEN, HIDDEN, OUTPUT, RATIO = (
    FORMULA.slot(name) for name in ("token", "hidden", "output", "ratio")
)


def draw(token, units, weight_scale, weights, activation, ratio, seed):
    given = FORMULA.inputs(
        token=token, units=units, weight_scale=weight_scale, weights=weights, seed=seed
    )
    layers = given["W1"], given["b1"], given["W2"], given["b2"]
    x = np.concatenate([[token], TOKENS, POINTS])[:, None]
    result = transformer_ffn(x, *layers, activation=activation)
    (y, *_), total = result.output[:, 0], result.output[6:, 0]
    parts = (result.hidden * given["W2"][:, 0])[6::2, :MOST_PARTS].T
    lines = np.full((MOST_PARTS, len(SOME)), np.nan)
    lines[: len(parts), :-1] = parts
    hidden = np.where(result.hidden[:6] == 0, np.nan, result.hidden[:6])
    active = int((result.hidden[0] > 0).sum())
    room = fitting(1.1 * np.abs(total).max())
    reach = fitting(np.abs(result.hidden[:6]).max())
    total_units = result.hidden.shape[1]
    names = [f"{u + 1}" for u in range(total_units)] if total_units <= 16 else None
    return lesson.Scene(
        figures=(
            curves(
                "The block as a function of one number: a sum of bent lines",
                Curve(
                    f"single units, {MOST_PARTS} at most",
                    np.tile(SOME, MOST_PARTS),
                    lines.ravel(),
                    HIDDEN,
                    2,
                ),
                Curve("their sum", POINTS, total, OUTPUT, 0),
                Mark(token, y, number_text(y, 3), TOKEN),
                x=Axis("token t", (-3, 3)),
                y=Axis("output", (-room, room)),
                height=330,
            ),
            heatmap(
                "Hidden units of six tokens; units at 0 are blank",
                hidden,
                x="hidden unit",
                y="token",
                columns=names,
                rows=[f"t = {token:.3g}", *(f"{t:.3g}" for t in TOKENS)],
                limits=(-reach, reach),
                diverging=True,
            ),
            curves(
                "Where the weights of a transformer block are",
                Curve("feed-forward block", RATIOS, SHARES, RATIO, points=True),
                Curve("attention", RATIOS, 1 - SHARES, 8, points=True),
                Mark(ratio, ffn_share(ratio), f"{ffn_share(ratio):.0%}", RATIO),
                x=Axis("hidden units per feature, r", (0.5, 8.5)),
                y=Axis("share of the weights", (0, 1)),
                height=260,
            ),
        ),
        readouts={
            "output at t": y,
            "active units at t": f"{active} of {total_units}",
            "active over all inputs shown": f"{result.active_fraction:.0%}",
            "parameters here, d = 512": ffn_parameters(D_MODEL, ratio * D_MODEL),
            "parameters of attention, d = 512": count_attention_parameters(
                D_MODEL, bias=True
            ),
        },
        status=sentence(token, y, active, total_units, activation),
    )


def fitting(need):
    return next(room for room in ROOMS if room >= need)


def sentence(token, y, active, units, activation):
    value = f"The token {number_text(token)} becomes {number_text(y, 3)}"
    if activation == "identity":
        return f"{value}; without a bend {units} units together are one straight line."
    if activation != "relu":
        return f"{value}; {activation} bends each unit smoothly, without a corner."
    line = f"{active} of {units} hidden unit{'s' * (units > 1)}"
    return f"{value} through {line}; each unit adds one kink to the line."


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset("Hat", "Three units, 0 outside −1 to 1", weights="hat"),
        lesson.Preset("One unit", "A single kink", units=1),
        lesson.Preset(
            "Identity activation",
            "A straight line, whatever the width",
            activation="identity",
            units=64,
        ),
        lesson.Preset("64 units", "64 kinks look like a curve", units=64),
    ),
    prediction=lesson.Prediction(
        "A transformer block has four hidden units per feature. Which share of its "
        "weights is in the feed-forward part?",
        lambda: ffn_share(4),
        show={"ratio": 4},
    ),
    **lesson.words(FORMULA),
)
