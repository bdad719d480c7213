"""Feed-forward block: what is drawn, and the sentence about it."""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Handle,
    Mark,
    Scene,
    bars,
    curves,
    draggable,
    fitting,
    largest,
    tall,
    with_terms,
)
from formulas.checks import Array
from formulas.transformer.multi_head_attention import count_attention_parameters
from formulas.transformer.transformer_ffn import (
    FFNResult,
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
ENDS = np.array([TOKEN.low, TOKEN.high])
CLOSE = np.linspace(TOKEN.low, TOKEN.high, 6001)
FOLLOWED_CLOSE = curve(CLOSE)
FEW = POINTS[::6]  # a unit without a kink is a smooth curve
MOST_LINES = 6
MOST_NAMES = 16  # hidden units that have room for their bars and numbers
RATIOS = np.array(STATEMENT.control("ratio").positions)
SHARES = np.array([ffn_share(ratio) for ratio in RATIOS])
D_MODEL = 512  # the paper's width
ROOMS = (1.0, 1.5, 2.0, 3.0, 5.0, 10.0, 20.0, 40.0, 80.0)  # few, so that the axes rest
TOKEN_COLOR, HIDDEN_COLOR = STATEMENT.color_indices("token", "hidden")
OUTPUT_COLOR, RATIO_COLOR = STATEMENT.color_indices("output", "ratio")
CURVE_COLOR = STATEMENT.color_index("weights")
ATTENTION_COLOR = 8
BESIDE = 0.8  # how far the number of the token’s output reaches
NEAR_BOTTOM = 0.42  # of a phone’s picture: numbers below a point reach its axis


class Block(NamedTuple):
    """The block that is drawn: weights of tokens of one feature, and an activation."""

    W1: Array
    b1: Array
    W2: Array
    b2: Array
    activation: str

    def at(self, tokens: Array) -> FFNResult:
        """Transform tokens, each a single number."""
        return transformer_ffn(
            tokens[:, None],
            self.W1,
            self.b1,
            self.W2,
            self.b2,
            activation=self.activation,
        )

    @property
    def kinks(self) -> Array:
        """Where each unit bends, or the nearest place that is drawn."""
        kinks: Array = np.clip(-self.b1 / self.W1[0], TOKEN.low, TOKEN.high)
        return kinks

    @property
    def pieces(self) -> Array:
        """The ends of the straight pieces, in order; many points without a ReLU."""
        if self.activation != "relu":
            return POINTS
        return np.sort(np.concatenate([self.kinks, ENDS]))


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
    block = Block(W1, b1, W2, b2, activation)
    hidden, output = _now(result, activation)
    y = round(float(output[0]), 12) + 0.0  # what cancels leaves −3e-17, not 0
    on, units = int((hidden > 0).sum()), len(hidden)
    everywhere = block.at(POINTS)
    counts: dict[str, float | str] = {}
    if activation == "relu":  # no other unit is ever at 0 on a whole side
        counts = {
            "active units at t": on,
            "active over all inputs shown": f"{(everywhere.hidden > 0).mean():.0%}",
        }
    followed = FOLLOWED if weights == "curve" else None
    distance: dict[str, float | str] = {}
    if followed is not None:
        distance["largest distance from the curve"] = _largest_distance(
            block, everywhere.output[:, 0]
        )
    return Scene(
        tall(_block(block, followed, token, y)),
        _units(hidden * W2[:, 0], token, y),
        _weights(ratio),
        readouts={
            "output at t": y,
            **distance,
            **counts,
            "a token, d = 512": f"{D_MODEL} → {ratio * D_MODEL} → {D_MODEL} numbers",
            "weights here, without biases": ffn_parameters(
                D_MODEL, ratio * D_MODEL, bias=False
            ),
            "weights of attention": count_attention_parameters(D_MODEL),
        },
        status=sentence(token, y, on=on, units=units, activation=activation),
    )


def _now(result: Result, activation: str) -> tuple[Array, Array]:
    """Return hidden units and output with the activation that is drawn."""
    if activation == "gelu":
        return result.gelu_hidden, result.gelu_output
    if activation == "silu":
        return result.silu_hidden, result.silu_output
    if activation == "identity":
        return result.pre_activation, result.straight
    return result.hidden, result.output


def _largest_distance(block: Block, output: Array) -> float:
    """Return how far the block is from the curve anywhere, from its outputs at POINTS."""
    if block.activation != "relu":
        return _peak(np.abs(output - FOLLOWED))
    places = block.pieces
    heights = block.at(places).output[:, 0]
    apart = np.abs(np.interp(CLOSE, places, heights) - FOLLOWED_CLOSE)
    return float(max(apart.max(), np.abs(heights - curve(places)).max()))


def _peak(heights: Array) -> float:
    """Return the largest height of a smooth curve, between its points too.

    A parabola through three neighbors, the middle one of which is the highest, has its
    vertex there.
    """
    before, middle, after = heights[:-2], heights[1:-1], heights[2:]
    bend = 2 * middle - before - after
    inside = (middle >= before) & (middle >= after) & (bend > 0)
    vertices = middle[inside] + (after - before)[inside] ** 2 / (8 * bend[inside])
    return float(max(heights[0], heights[-1], vertices.max(initial=0.0)))


def _block(block: Block, followed: Array | None, token: float, y: float) -> Figure:
    pieces = block.pieces
    total = block.at(pieces).output[:, 0]
    kinks = np.unique(block.kinks) if block.activation == "relu" else np.empty(0)
    heights = total
    to_follow = []
    if followed is not None:
        heights = np.concatenate([total, followed])
        to_follow = [Curve("curve to follow", POINTS, followed, CURVE_COLOR, dash=4)]
    up, down = max(1.0, heights.max()), max(0.5, -heights.min())
    # Names and numbers have room on the other side of a tall line too.
    above = fitting(1.1 * max(up, down / 2), ROOMS)
    below = fitting(1.1 * max(down, up / 2), ROOMS)
    places, lines = _unit_lines(block, most=MOST_LINES)
    picture = curves(
        "The block: the sum of its units, for every token t",
        Curve(_units_text(block.W1.shape[1]), places, lines, HIDDEN_COLOR, dash=2),
        Curve("their sum", pieces, total, OUTPUT_COLOR, dash=0),
        *to_follow,
        Curve(
            "kinks",
            kinks,
            np.interp(kinks, pieces, total),
            HIDDEN_COLOR,
            points=True,
            line=False,
        ),
        Mark(token, y, number_text(y, 3), TOKEN_COLOR, over=True),
        x=Axis("", (TOKEN.low, TOKEN.high)),
        y=Axis("output", (-below, above)),
        height=330,
    )
    (number,) = picture["layout"]["annotations"]
    number |= _free_side(token, y, pieces, total, bottom=(y + below) / (above + below))
    return draggable(picture, Handle(at=(token, y), title="Drag the token", x="token"))


def _free_side(
    token: float, y: float, places: Array, line: Array, bottom: float
) -> dict[str, Any]:
    """Return where the number at a point covers least of the line.

    That is above it towards the middle of the picture, where it always has room, or
    outwards, or below where the axis with its own numbers is not near.
    """
    right = token <= (TOKEN.low + TOKEN.high) / 2
    middle, outer = ("left", 1.0), ("right", -1.0)
    if not right:
        middle, outer = outer, middle

    def rises(way: float) -> float:
        beside = np.linspace(token, token + way * BESIDE, 9)
        apart = np.interp(beside, places, line) - y
        return float(apart.max() + apart.min())

    above = {"yanchor": "bottom", "yshift": 8}
    if rises(middle[1]) <= 0:
        return {"xanchor": middle[0], **above}
    if TOKEN.low <= token + outer[1] * BESIDE <= TOKEN.high and rises(outer[1]) <= 0:
        return {"xanchor": outer[0], **above}
    if bottom > NEAR_BOTTOM:
        return {"xanchor": middle[0], "yanchor": "top", "yshift": -8}
    return {"xanchor": middle[0], **above}


def _units_text(units: int) -> str:
    """Say how many of the units are drawn."""
    if units <= MOST_LINES:
        return counted(units, "unit")
    return f"{MOST_LINES} of the {units} units"


def _unit_lines(block: Block, *, most: int) -> tuple[Array, Array]:
    """Return what some units add, a line for each, then NaN, where the pen lifts.

    A unit with a ReLU is drawn by its two ends and its kink, others by more points.
    """
    units = block.W1.shape[1]
    count = min(most, units)
    which = np.linspace(0, units - 1, count).round().astype(int)  # from all of them
    if block.activation == "relu":
        bends = block.kinks[which]
        hidden = block.at(np.concatenate([ENDS, bends])).hidden[:, which]
        at_kinks = hidden[len(ENDS) + np.arange(count), np.arange(count)]
        places = np.stack([np.full(count, ENDS[0]), bends, np.full(count, ENDS[1])])
        heights = np.stack([hidden[0], at_kinks, hidden[1]])
    else:
        places = np.tile(FEW[:, None], count)
        heights = block.at(FEW).hidden[:, which]
    lines = np.full((2, count, len(heights) + 1), np.nan)
    lines[0, :, :-1] = places.T
    lines[1, :, :-1] = (heights * block.W2[which, 0]).T
    return lines[0].ravel(), lines[1].ravel()


def _units(added: Array, token: float, y: float) -> Figure:
    which = largest(np.abs(added), MOST_NAMES)
    reach = fitting(1.2 * max(np.abs(added).max(), abs(y)), ROOMS)
    what = "What each unit adds"
    if len(added) > MOST_NAMES:
        what = f"The {MOST_NAMES} units that add most"
    picture = bars(
        f"{what} at t = {number_text(token)}",
        [f"{unit + 1}" for unit in which],
        Bars("h · w", added[which], HIDDEN_COLOR, digits=0),
        x="hidden unit",
        y=Axis("added to the output", (-reach, reach)),
        levels=[(y, f"sum: {number_text(y, 3)}")],
    )
    if len(which) < len(added):  # not all terms are shown
        return picture
    return with_terms(picture, output=which.argsort().tolist())


def _weights(ratio: int) -> Figure:
    share = ffn_share(ratio)
    return curves(
        "Fraction of a transformer block’s weights",
        Curve("feed-forward block", RATIOS, SHARES, RATIO_COLOR, points=True),
        Curve("attention", RATIOS, 1 - SHARES, ATTENTION_COLOR, points=True),
        Mark(ratio, share, f"{share:.0%}", RATIO_COLOR),
        x=Axis("hidden units per feature, r", (0.5, 8.5)),
        y=Axis("fraction of the weights", (0, 1)),
        height=260,
    )


def sentence(token: float, y: float, *, on: int, units: int, activation: str) -> str:
    """Say what the units make of the token."""
    becomes = f"{number_text(token)} becomes {number_text(y, 3)}"
    value = f"The token {becomes}"
    if activation == "identity":
        lines = "the unit is" if units == 1 else f"{units} units together are"
        straight = f"without a nonlinear activation {lines} one straight line"
        return f"{value}: {straight}."
    if activation != "relu":
        smooth = f"{activation} makes each unit a smooth curve, without a kink"
        return f"{value}: {smooth}."
    sums = (
        "The output is a weighted sum of hidden units, each 0 on one side of its kink"
    )
    if not on:
        return f"{sums}. No hidden unit is active: the token {becomes}."
    active = "is" if on == 1 else "are"
    found = f"{on} of {counted(units, 'hidden unit')} {active} active"
    return f"{sums}. {found}: the token {becomes}."
