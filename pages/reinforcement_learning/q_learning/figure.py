"""Q-learning update: what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Mark,
    Scene,
    bars,
    choosing,
    curves,
    fitting,
    grid_map,
)
from charts.base import SIZE, TEXT
from formulas.checks import Array
from formulas.reinforcement_learning.mdp import ARROWS
from notation.numbers import counted, number_text, without_dust
from pages.reinforcement_learning.q_learning.statement import (
    CLIFF,
    MOST_EPISODES,
    STATEMENT,
    Result,
    Run,
    Runs,
)

EPISODES = np.arange(1, MOST_EPISODES + 1)
MARKS = {(3, 0): "start", (3, 11): "goal", (3, 5): "cliff: −100"}
Q_LEARNING_COLOR, SARSA_COLOR = 1, 2
NEW_COLOR = STATEMENT.color_index("updated")
DEEP = 30  # of an action value that falls into the cliff: its bar may be cut off
WIDTH = CLIFF.shape[1]
SETTLED = 1e4  # an error of less than a billionth is what is left on the way to 0
HAZARD = {  # behind the cells, which are blank where the cliff is
    "type": "rect",
    "x0": 0.5,
    "x1": WIDTH - 1.5,
    "y0": 2.5,
    "y1": 3.5,
    "fillcolor": "rgba(200, 70, 40, 0.25)",
    "line": {"width": 0},
    "layer": "below",
}
BEST_NEXT = "a′ of max over up, right, down, left"
LONGEST_PATH = 32  # cells; greedy paths that end are far shorter


def draw(
    result: Result,
    *,
    history: Runs,
    action_values: Array,
    state: int,
    action: int,
    next_state: int,
    alpha: float,
    episodes: int,
    cell: int,
) -> Scene:
    """Draw what both methods know by now, what they earn, and one update."""
    run, sarsa = history.q_learning, history.sarsa
    if history.blind and not result.looks_ahead:
        run = history.blind
    way = _way(run, episodes)
    q_learning_mean = run.mean_returns[episodes - 1]
    sarsa_mean = sarsa.mean_returns[episodes - 1]
    return Scene(
        _map(run, sarsa, episodes, (cell, int(CLIFF.P[cell, action]))),
        _returns(run, sarsa, episodes),
        _update(result, action_values[state], result.updated[state], cell, action),
        readouts={
            "Q-learning’s mean return, up to 20 episodes": q_learning_mean,
            "Sarsa’s mean return, up to 20 episodes": sarsa_mean,
            "Q-learning’s greedy path": way,
            "Sarsa’s greedy path": _way(sarsa, episodes),
            "Q-learning’s value of the start": _value_of_the_start(run, episodes),
            BEST_NEXT: _best_next(action_values[next_state]),
            "target": result.target,
            "error": without_dust(result.error, SETTLED),
        },
        status=sentence(
            episodes,
            way,
            place=f"({cell // WIDTH}, {cell % WIDTH})",
            move=CLIFF.actions[action],
            old=float(action_values[state, action]),
            new=float(result.updated[state, action]),
            target=result.target,
            alpha=alpha,
        ),
    )


def _best_next(values: Array) -> str:
    """Name the action that the maximum over the next state’s values takes."""
    return CLIFF.actions[int(values.argmax())]


def _way(run: Run, episodes: int) -> str:
    """Say how long the greedy path is by then, or that it never arrives."""
    path = run.paths[episodes - 1]
    return f"takes {len(path) - 1} moves" if path else "runs in circles"


def _value_of_the_start(run: Run, episodes: int) -> float:
    """Return what the table promises, by then, for the whole way to the goal."""
    return float(run.tables[episodes - 1][CLIFF.start].max())


def _map(run: Run, sarsa: Run, episodes: int, updated: tuple[int, int]) -> Figure:
    """Draw what Q-learning knows, with both greedy paths and the cells of the update."""
    values, arrows = _greedy_map(run.tables[episodes - 1])
    arrows[CLIFF.start] = ""  # its name stands there, and the path shows the move
    path, other = (
        [divmod(cell, WIDTH) for cell in one.paths[episodes - 1] or []]
        for one in (run, sarsa)
    )
    picture = grid_map(
        "Arrows, colors and path: Q-learning; dotted: Sarsa’s path",
        values,
        actions=arrows,
        walk=path,
        other_walk=other,
        longest=LONGEST_PATH,
        limits=(-_depth(run), 0),
        marks=MARKS,
        outlined=[divmod(one, WIDTH) for one in updated],
        square=False,  # four rows of twelve would leave most of the height empty
    )
    layout = picture["layout"]
    layout = layout | {"shapes": [HAZARD, *layout["shapes"]]}
    values_drawn = picture["data"][0]
    bar = {**values_drawn["colorbar"], "title": {"text": "max Q", "side": "right"}}
    picture["data"][0] = {**values_drawn, "colorbar": bar}
    return choosing({**picture, "layout": layout}, y="cell", row=WIDTH)


def _depth(run: Run) -> float:
    """Return the end of the color scale, which holds the best values of the whole run."""
    values, _ = _greedy_map(run.tables[-1])
    return fitting(-float(np.nanmin(values)), (2.5, 5.0, 8.0, 14.0))


def _greedy_map(table: Array) -> tuple[Array, list[str]]:
    """Return the best value of each cell, and an arrow where something is known."""
    acting = np.zeros(len(table), dtype=bool)
    acting[CLIFF.P] = True  # where no move leads nobody acts, nor at the end
    acting[list(CLIFF.terminal)] = False
    arrows = np.where(table.any(axis=1), np.array(ARROWS)[table.argmax(axis=1)], "")
    values = np.where(acting, table.max(axis=1), np.nan)
    return values.reshape(CLIFF.shape), arrows.tolist()


def _returns(run: Run, other: Run, episodes: int) -> Figure:
    q_learning, sarsa = run.mean_returns, other.mean_returns
    settled = MOST_EPISODES // 2
    deepest = -min(q_learning[settled:].min(), sarsa[settled:].min())
    low = -fitting(deepest, (150, 600, 2500, 1e4, 1e5))
    picture = curves(
        "Return, mean of up to 20 episodes",
        Curve("Q-learning", EPISODES, q_learning, Q_LEARNING_COLOR),
        Curve("Sarsa", EPISODES, sarsa, SARSA_COLOR),
        _mark(episodes, q_learning[episodes - 1], low, Q_LEARNING_COLOR),
        _mark(episodes, sarsa[episodes - 1], low, SARSA_COLOR),
        x=Axis("episode", (0, MOST_EPISODES)),
        y=Axis("return", (low, 0)),
        at=[(float(episodes), "now")],
    )
    picture["layout"]["yaxis"]["tickformat"] = "~s"  # −5k has room, −0.5 × 10⁴ has none
    return picture


def _mark(episodes: int, mean: float, low: float, color: int) -> Mark:
    """Mark a mean return; one below the picture stands at its end, with its number."""
    if mean >= low:
        return Mark(episodes, mean, "", color)
    return Mark(episodes, low, f"↓ {number_text(round(mean))}", color)


def _update(result: Result, old: Array, new: Array, cell: int, action: int) -> Figure:
    """Draw the action values of the cell, and of one of them the update and its target."""
    row, column = divmod(cell, WIDTH)
    shown = [old[action], new[action], result.target, *old[np.abs(old) < DEEP]]
    low = -fitting(1.3 * float(np.abs(shown).max()), (1.5, 3, 6, 12, 20, 50, 150))
    picture = bars(
        f"Update of {CLIFF.actions[action]} in ({row}, {column}); click another action",
        CLIFF.actions,
        Bars("Q before", old, Q_LEARNING_COLOR, 0),
        Bars(
            "after", np.where(np.arange(len(new)) == action, new, np.nan), NEW_COLOR, 0
        ),
        x="action; dashed: target",
        y=Axis("action value", (low, -0.2 * low)),
        levels=[(result.target, "")],
    )
    told = [
        {
            "x": float(k),
            "y": 0.0,
            "text": _told(value, new[k] if k == action else None, low),
            "yanchor": "bottom",
            "showarrow": False,
            "font": {"color": TEXT, "size": SIZE},
        }
        for k, value in enumerate(old)
    ]
    # Only one action has a bar “after”: nothing is undefined about the others.
    picture["data"][1] = {**picture["data"][1], "text": [""] * len(new)}
    picture["layout"]["annotations"] = [*picture["layout"]["annotations"], *told]
    return choosing(picture, x="move", small=True)


def _told(value: float, after: float | None, low: float) -> str:
    """Write a value, and what an update makes of it; "↓" where its bar is cut off."""
    cut = "↓ " if value < low else ""
    if after is None:
        return f"{cut}{number_text(float(value), 3)}"
    return f"{cut}{number_text(float(value), 4)} → {number_text(float(after), 4)}"


def sentence(
    episodes: int,
    way: str,
    *,
    place: str,
    move: str,
    old: float,
    new: float,
    target: float,
    alpha: float,
) -> str:
    """Say in words what the update does, and which way Q-learning would take by then."""
    before, after, goal = (number_text(value, 4) for value in (old, new, target))
    gap = number_text(without_dust(target - old, SETTLED), 3)
    update = (
        f"The old value {before} of {move} in {place} misses its target {goal} by {gap}; "
        f"α = {alpha:g} of this error is added, which gives {after}"
    )
    if before == after == goal:
        update = f"The value {before} of {move} in {place} equals its target"
    return (
        f"{update}. "
        f"After {counted(episodes, 'episode')} Q-learning’s greedy path {way}."
    )
