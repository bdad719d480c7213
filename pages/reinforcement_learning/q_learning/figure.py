"""Q-learning update: what is drawn, and the sentence about it."""

from __future__ import annotations

from charts import Axis, Bars, Curve, Mark, Scene, bars, curves, fitting, gridworld
from formulas.reinforcement_learning import q_learning as ql
from notation.numbers import counted, number_text
from pages.reinforcement_learning.q_learning.statement import (
    CLIFF,
    EPISODES,
    METHODS,
)

MARKS = {(3, 0): "start", (3, 11): "goal", (3, 5): "cliff: −100"}
EDGE = FROM, RIGHT = 24, 1  # from the cell above the start along the edge
REWARD, TO = CLIFF.R[EDGE], CLIFF.P[EDGE]


def draw(alpha, gamma, episodes, record, **_):
    table, path = record[0].tables[episodes - 1], record[0].paths[episodes - 1]
    q, sarsa = (run.smoothed[episodes - 1] for run in record)
    lowest = max(-run.smoothed[250:].min() for run in record)
    best, arrows = ql.greedy_map(table, CLIFF)
    way = f"takes {len(path) - 1} moves" if path else "runs in circles"
    update = ql.q_learning_update(table, *EDGE, REWARD, TO, alpha=alpha, gamma=gamma)
    return Scene(
        gridworld(
            "Q-learning: best value of each cell, best action and greedy path",
            best,
            actions=arrows,
            walk=[divmod(state, 12) for state in path or ()],
            limits=(-14, 0),
            marks=MARKS,
            height=230,
        ),
        curves(
            "Return per episode, mean of the last 20 or fewer",
            *map(Curve, METHODS, 2 * [EPISODES], (r.smoothed for r in record), (1, 2)),
            *(Mark(episodes, now, "", k) for k, now in ((1, q), (2, sarsa))),
            x=Axis("episode", (0, len(EPISODES))),
            y=Axis("return", (-fitting(lowest, (150, 600, 2500, 1e4, 1e5)), 0)),
            at=[(float(episodes), "now")],
        ),
        bars(
            "One update: the step right from the cell above the start",
            ("old value", "target", "new value"),
            Bars("Q", [table[EDGE], update.target, update.Q_new[EDGE]], 1),
            y=Axis("value", (-16, 0.5)),
        ),
        readouts={
            "Q-learning earns per episode, last 20": q,
            "Sarsa earns per episode, last 20": sarsa,
            "Q-learning’s greedy path": way,
            "target": update.target,
            "error": update.td_error,
        },
        status=sentence(episodes, way, q, sarsa),
        inputs={"action_values": table[[FROM, TO]], "action": RIGHT, "reward": REWARD},
    )


def sentence(episodes, way, *means):
    q, sarsa = (number_text(round(mean)) for mean in means)
    latest = f"on average the last {min(episodes, 20)}" if episodes > 1 else "that one"
    done = f"After {counted(episodes, 'episode')} Q-learning’s greedy path {way}"
    return f"{done}; {latest} brought Q-learning {q} and Sarsa {sarsa}."
