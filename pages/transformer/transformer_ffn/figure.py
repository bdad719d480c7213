"""Feed-forward block: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Handle,
    Mark,
    Scene,
    curves,
    draggable,
    fitting,
    heatmap,
)
from formulas.checks import Array
from formulas.transformer.multi_head_attention import count_attention_parameters
from formulas.transformer.transformer_ffn import (
    ffn_parameters,
    transformer_ffn,
)
from notation.numbers import counted, number_text
from pages.transformer.transformer_ffn.statement import (
    STATEMENT,
    Result,
    curve,
    ffn_share,
)

TOKEN = STATEMENT.control("token")
POINTS = np.linspace(TOKEN.low, TOKEN.high, 121)
FOLLOWED = curve(POINTS)
TOKENS = np.arange(-2.0, 3.0)  # beside the chosen one
MOST_LINES = 5
MOST_NAMES = 16  # hidden units that have room for their numbers
PLACES = np.tile(np.append(POINTS[::2], np.nan), MOST_LINES)  # a gap after each line
RATIOS = np.array(STATEMENT.control("ratio").positions)
SHARES = np.array([ffn_share(ratio) for ratio in RATIOS])
D_MODEL = 512  # the paper's width
ROOMS = (1.0, 2.0, 3.0, 5.0, 10.0, 20.0, 40.0, 80.0)  # few, so that the axes rest
TOKEN_COLOR, HIDDEN_COLOR = STATEMENT.color_indices("token", "hidden")
OUTPUT_COLOR, RATIO_COLOR = STATEMENT.color_indices("output", "ratio")
ATTENTION_COLOR = CURVE_COLOR = 8


def draw(
    result: Result,
    *,
    W1: Array,
    b1: Array,
    W2: Array,
    b2: Array,
    token: float,
    activation: str,
    weights: str,
    ratio: int,
) -> Scene:
    """Draw the block as a function of one number, its units, and where weights are."""
    if not result.bent:
        activation = "identity"  # whichever is chosen
    if activation == "relu" or not result.bent:
        hidden, output = result.hidden, result.output
    else:
        other = transformer_ffn([token], W1, b1, W2, b2, activation=activation)
        hidden, output = other.hidden, other.output
    tokens = np.concatenate([TOKENS, POINTS])[:, None]
    others = transformer_ffn(tokens, W1, b1, W2, b2, activation=activation)
    y = round(float(output[0]), 12) + 0.0  # what cancels leaves −3e-17, not 0
    active = np.concatenate([hidden[None, :], others.hidden]) > 0
    on, units = int(active[0].sum()), len(hidden)
    silent = activation == "relu"  # no other unit is ever at 0 on a whole side
    counts: dict[str, float | str] = {
        "active units at t": on if silent else "all",
        "active over all inputs shown": f"{active.mean():.0%}" if silent else "all",
    }
    total = others.output[len(TOKENS) :, 0]
    followed = FOLLOWED if weights == "curve" else None
    distance: dict[str, float | str] = {}
    if followed is not None:
        distance["largest distance from the curve"] = np.abs(total - followed).max()
    return Scene(
        _block(others.hidden[len(TOKENS) :], total, followed, W2, token, y),
        _units(np.concatenate([hidden[None, :], others.hidden[: len(TOKENS)]]), token),
        _weights(ratio),
        readouts={
            "output at t": y,
            **distance,
            **counts,
            "parameters here, d = 512": ffn_parameters(D_MODEL, ratio * D_MODEL),
            "parameters of attention, d = 512": count_attention_parameters(
                D_MODEL, bias=True
            ),
        },
        status=sentence(token, y, on=on, units=units, activation=activation),
    )


def _block(
    hidden: Array,
    total: Array,
    followed: Array | None,
    W2: Array,
    token: float,
    y: float,
) -> Figure:
    lines = _unit_lines(hidden[::2], W2, most=MOST_LINES)
    highest = np.abs(total).max()
    to_follow = []
    if followed is not None:
        highest = max(highest, np.abs(followed).max())
        to_follow = [Curve("curve to follow", POINTS, followed, CURVE_COLOR, dash=4)]
    room = fitting(1.1 * highest, ROOMS)
    picture = curves(
        "The block as a function of one number: the sum of its units",
        Curve("single units, 5 at most", PLACES, lines.ravel(), HIDDEN_COLOR, dash=2),
        Curve("their sum", POINTS, total, OUTPUT_COLOR, dash=0),
        Mark(token, y, number_text(y, 3), TOKEN_COLOR),
        *to_follow,
        x=Axis("token t", (TOKEN.low, TOKEN.high)),
        y=Axis("output", (-room, room)),
        height=330,
    )
    return draggable(picture, Handle(at=(token, y), title="Drag the token", x="token"))


def _unit_lines(hidden: Array, W2: Array, *, most: int) -> Array:
    """Return what each unit adds, a line for each, then NaN, where the pen lifts."""
    lines = np.full((most, len(hidden) + 1), np.nan)
    lines[: len(W2), :-1] = (hidden * W2[:, 0]).T[:most]
    return lines


def _units(hidden: Array, token: float) -> Figure:
    count = hidden.shape[1]
    labels = None
    if count <= MOST_NAMES:
        labels = [f"{unit + 1}" for unit in range(count)]
    reach = fitting(np.abs(hidden).max(), ROOMS)
    names = [f"t = {number_text(token, 3)}", *(number_text(int(t)) for t in TOKENS)]
    return heatmap(
        "Hidden units of six tokens; units at 0 are blank",
        np.where(hidden == 0, np.nan, hidden),
        limits=(-reach, reach),
        x=Axis("hidden unit", labels=labels),
        y=Axis("token", labels=names),
    )


def _weights(ratio: int) -> Figure:
    share = ffn_share(ratio)
    return curves(
        "Where the weights of a transformer block are",
        Curve("feed-forward block", RATIOS, SHARES, RATIO_COLOR, points=True),
        Curve("attention", RATIOS, 1 - SHARES, ATTENTION_COLOR, points=True),
        Mark(ratio, share, f"{share:.0%}", RATIO_COLOR),
        x=Axis("hidden units per feature, r", (0.5, 8.5)),
        y=Axis("fraction of the weights", (0, 1)),
        height=260,
    )


def sentence(token: float, y: float, *, on: int, units: int, activation: str) -> str:
    """Say what the units make of the token."""
    value = f"The token {number_text(token)} becomes {number_text(y, 3)}"
    if activation == "identity":
        lines = "the unit is" if units == 1 else f"{units} units together are"
        return f"{value}; without a nonlinear activation {lines} one straight line."
    if activation != "relu":
        return f"{value}; {activation} makes each unit a smooth curve, without a kink."
    through = f"through {on} of {counted(units, 'hidden unit')}"
    how = through if on else "as no hidden unit is active there"
    return f"{value} {how}; each unit adds at most one kink."
