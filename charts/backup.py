"""A backup diagram: a state, the moves from it, and the states that they lead to."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from charts.base import (
    GROUND,
    MUTED,
    TEXT,
    Axis,
    Figure,
    Trace,
    color,
    figure,
    texts_when_wide,
    values,
)

STATE, MOVE = 26, 10  # pixels across the circle of a state and the dot of a move
TOP, MIDDLE = 2.0, 1.1  # heights of the state and of the moves; those after are at 0
OVER = UNDER = 0.5  # room for the numbers over and under the circles
ASIDE = 0.6  # of the way to the outermost states: where what is beside the state stands
LEAN = 0.55  # of the way across: where a move stands between the states
MOVES, REWARDS = "moves and their probabilities", "rewards"
MARGIN = {"t": 24, "b": 20, "l": 4, "r": 4}


class Move(NamedTuple):
    """One move from the state, and where it leads.

    Parameters
    ----------
    name : str
        What it is, with its probability: ``→ ¼``.
    reward : str
        What it pays.
    after : str
        The state that it leads to; written into its circle.
    worth : str
        What that state is held to be worth.
    """

    name: str
    reward: str
    after: str
    worth: str


def backup_diagram(
    title: str,
    state: str,
    value: str,
    moves: Sequence[Move],
    *,
    beside: tuple[str, str] = ("", ""),
    value_color: int,
    reward_color: int,
    worth_color: int,
    beside_color: int = 8,
    height: int = 300,
) -> Figure:
    """Draw how the value of a state is backed up from the states after it.

    Open circles are states, dots are moves; it is read from below to above.

    Parameters
    ----------
    title : str
        What the picture shows.
    state, value : str
        The state, and its new value, which is written over it.
    moves : sequence of Move
        From left to right.
    beside : (str, str)
        What is written to the left of the state, in the color of what states are held to
        be worth, and to its right.
    value_color, reward_color, worth_color, beside_color : int
        Colors of the new value, of the rewards, of what the states after are worth, and of
        what stands to the right of the state.
    height : int
        In pixels.

    Returns
    -------
    dict
        A figure.
    """
    across = 2.0 * np.arange(len(moves)) - (len(moves) - 1)
    points = LEAN * across
    wide = len(moves) + 0.2
    up = [
        (x, y)
        for end, point in zip(across, points, strict=True)
        for x, y in ((0.0, TOP), (point, MIDDLE), (end, 0.0), (np.nan, np.nan))
    ]
    lines, tops = np.array(up).T
    low = np.zeros(len(moves))
    picture = figure(
        [
            {
                "type": "scatter",
                "mode": "lines",
                "name": "moves",
                "x": lines,
                "y": tops,
                "line": {"color": MUTED, "width": 2},
                "hoverinfo": "skip",
            },
            _circles([0.0, *across], [TOP, *low], [state, *(m.after for m in moves)]),
            {
                "type": "scatter",
                "mode": "markers+text",
                "name": MOVES,
                "x": points,
                "y": np.full(len(moves), MIDDLE),
                "text": [move.name for move in moves],
                "textposition": [
                    "middle left" if point < 0 else "middle right" for point in points
                ],
                "textfont": {"color": TEXT, "size": 12},
                "marker": {"size": MOVE, "color": TEXT},
                "hoverinfo": "skip",
                "cliponaxis": False,
            },
            _texts(
                REWARDS,
                (points + across) / 2,
                np.full(len(moves), MIDDLE / 2),
                [move.reward for move in moves],
                ["top left" if point < 0 else "top right" for point in points],
                reward_color,
            ),
            _texts(
                "worth of the states after",
                across,
                low,
                [move.worth for move in moves],
                ["bottom center"] * len(moves),
                worth_color,
            ),
            _texts("new value", [0.0], [TOP], [value], ["top center"], value_color),
            *(
                _texts(
                    f"beside the state, {side}",
                    [place],
                    [TOP],
                    [text],
                    ["middle center"],
                    tone,
                )
                for side, place, text, tone in (
                    ("left", -ASIDE * wide, beside[0], worth_color),
                    ("right", ASIDE * wide, beside[1], beside_color),
                )
            ),
        ],
        title=title,
        x=Axis("", (-wide, wide), hidden=True),
        y=Axis("", (-UNDER, TOP + OVER), hidden=True),
        height=height,
        legend=False,
        margin=MARGIN,
    )
    return texts_when_wide(picture, MOVES, REWARDS)


def _circles(x: Sequence[float], y: Sequence[float], names: Sequence[str]) -> Trace:
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": "states",
        "x": values(x),
        "y": values(y),
        "text": list(names),
        "textfont": {"color": TEXT, "size": 12},
        "marker": {
            "size": STATE,
            "color": GROUND,
            "line": {"color": TEXT, "width": 2},
        },
        "hoverinfo": "skip",
        "cliponaxis": False,
    }


def _texts(
    name: str,
    x: Sequence[float] | np.ndarray,
    y: Sequence[float] | np.ndarray,
    texts: Sequence[str],
    sides: Sequence[str],
    color_index: int,
) -> Trace:
    """Write texts; what stands over or under a circle keeps off it by a marker, unseen."""
    gap = STATE if sides[0] in ("top center", "bottom center") else 1
    return {
        "type": "scatter",
        "mode": "markers+text",
        "name": name,
        "x": values(x),
        "y": values(y),
        "text": list(texts),
        "textposition": list(sides),
        "textfont": {"color": color(color_index), "size": 12},
        "marker": {"size": gap, "color": "rgba(0,0,0,0)"},
        "hoverinfo": "skip",
        "cliponaxis": False,
    }
