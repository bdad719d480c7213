"""Feed-forward block: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import Axis, Curve, Mark, Scene, curves, fitting, heatmap
from formulas.transformer import transformer_ffn as ffn
from formulas.transformer.multi_head_attention import count_attention_parameters
from notation.legacy import inputs_of
from notation.numbers import counted, number_text
from pages.transformer.transformer_ffn.statement import STATEMENT

POINTS = np.linspace(-3, 3, 121)
TOKENS, NAMES = np.arange(-2.0, 3.0), [number_text(k) for k in range(-2, 3)]
PLACES = np.tile(np.append(POINTS[::2], np.nan), 6)  # six lines, a gap after each
RATIOS = np.array(STATEMENT.control("ratio").positions)
SHARES = np.array([ffn.ffn_share(ratio) for ratio in RATIOS])
ATTENTION = count_attention_parameters(512, bias=True)  # the paper's width
ROOMS = (1.0, 2.5, 5.0, 10.0, 20.0, 40.0, 80.0)  # few, so that the axes rest

TOKEN, HIDDEN, OUTPUT, RATIO = STATEMENT.color_indices(
    "token", "hidden", "output", "ratio"
)


def draw(token, activation, ratio, **chosen):
    _, *layers = inputs_of(STATEMENT, token=token, **chosen).values()
    x = np.concatenate([[token], TOKENS, POINTS])[:, None]
    result = ffn.transformer_ffn(x, *layers, activation=activation)
    total, hidden = result.output[6:, 0], result.hidden[:6]
    y = round(result.output[0, 0], 12)  # what cancels leaves −3e-17, not 0
    lines = ffn.unit_lines(result.hidden[6::2], layers[2], most=6)
    on, units = int((hidden[0] > 0).sum()), len(hidden[0])
    labels = [f"{u + 1}" for u in range(units)] if units <= 16 else None
    room = fitting(1.1 * np.abs(total).max(), ROOMS)
    reach = fitting(np.abs(hidden).max(), ROOMS)
    return Scene(
        curves(
            "The block as a function of one number: the sum of its units",
            Curve("single units, 6 at most", PLACES, lines.ravel(), HIDDEN, 2),
            Curve("their sum", POINTS, total, OUTPUT, 0),
            Mark(token, y, number_text(y, 3), TOKEN),
            x=Axis("token t", (-3, 3)),
            y=Axis("output", (-room, room)),
            height=330,
        ),
        heatmap(
            "Hidden units of six tokens; units at 0 are blank",
            np.where(hidden == 0, np.nan, hidden),
            limits=(-reach, reach),
            x=Axis("hidden unit", labels=labels),
            y=Axis("token", labels=[f"t = {number_text(token, 3)}", *NAMES]),
        ),
        curves(
            "Where the weights of a transformer block are",
            Curve("feed-forward block", RATIOS, SHARES, RATIO, points=True),
            Curve("attention", RATIOS, 1 - SHARES, 8, points=True),
            Mark(ratio, ffn.ffn_share(ratio), f"{ffn.ffn_share(ratio):.0%}", RATIO),
            x=Axis("hidden units per feature, r", (0.5, 8.5)),
            y=Axis("share of the weights", (0, 1)),
            height=260,
        ),
        readouts={
            "output at t": y,
            "active units at t": f"{on} of {units}",
            "active over all inputs shown": f"{result.active_fraction:.0%}",
            "parameters here, d = 512": ffn.ffn_parameters(512, ratio * 512),
            "parameters of attention, d = 512": ATTENTION,
        },
        status=sentence(token, y, on, units, activation),
    )


def sentence(token, y, on, units, activation):
    value = f"The token {number_text(token)} becomes {number_text(y, 3)}"
    if activation == "identity":
        lines = "the unit is" if units == 1 else f"{units} units together are"
        return f"{value}; without a bend {lines} one straight line."
    if activation != "relu":
        return f"{value}; {activation} bends each unit smoothly, without a corner."
    through = f"through {on} of {counted(units, 'hidden unit')}"
    how = through if on else "as no hidden unit is active there"
    return f"{value} {how}; each unit adds one kink to the line."
