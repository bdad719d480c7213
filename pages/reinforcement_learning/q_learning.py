"""Q-learning update."""

import numpy as np

from charts import Axis, Bars, Curve, Mark, bars, curves, gridworld
from formulas.numbers import number_text
from formulas.reinforcement_learning.q_learning import (
    FORMULA,
    cliff_walk,
    q_learning_update,
    train,
    training_history,
)
from ui import lesson

CLIFF = cliff_walk()
EPISODES = np.arange(1, FORMULA.control("episodes").high + 1)
MARKS = {(3, 0): "start", (3, 11): "goal", (3, 5): "cliff: −100"}
ARROWS = np.array(["↑", "→", "↓", "←"])
EDGE = (24, 1)  # the cell above the start, and the action that leads along the edge


def train_both(alpha, gamma, epsilon, seed):
    rates = {"alpha": alpha, "gamma": gamma, "epsilon": epsilon, "rng": seed}
    runs = (
        training_history(CLIFF, method, n_episodes=len(EPISODES), **rates)
        for method in ("q_learning", "sarsa")
    )
    return (yield from lesson.one_after_the_other(*runs))


def draw(alpha, gamma, episodes, record, **_):
    q, sarsa = record
    now = episodes - 1
    table, path = q.tables[now], q.paths[now]
    known = table.any(axis=1) & (np.arange(48) < 37)
    update = q_learning_update(
        table, *EDGE, CLIFF.R[EDGE], CLIFF.P[EDGE], alpha=alpha, gamma=gamma
    )
    return lesson.Scene(
        figures=(
            gridworld(
                "Best value of each cell, best action and greedy path",
                np.where(np.arange(48) > 36, np.nan, table.max(axis=1)).reshape(4, 12),
                limits=(-14, 0),
                actions=np.where(known, ARROWS[table.argmax(axis=1)], "").tolist(),
                walk=[divmod(state, 12) for state in path or ()],
                marks=MARKS,
                height=230,
            ),
            curves(
                "Return per episode, mean of the last 20",
                Curve("Q-learning", EPISODES, q.smoothed, slot=1),
                Curve("Sarsa", EPISODES, sarsa.smoothed, slot=2),
                Mark(episodes, q.smoothed[now], "", 1),
                Mark(episodes, sarsa.smoothed[now], "", 2),
                x=Axis("episode", (0, len(EPISODES))),
                y=Axis("return", (-150, 0)),
                at=[(float(episodes), "now")],
            ),
            bars(
                "One update: the step right from the cell above the start",
                ("old value", "target", "new value"),
                Bars("Q", [table[EDGE], update.target, update.Q_new[EDGE]], 1),
                y=Axis("value", (-16, 0.5)),
            ),
        ),
        readouts={
            "Q-learning earns per episode": q.smoothed[now],
            "Sarsa earns per episode": sarsa.smoothed[now],
            "greedy path": f"{len(path) - 1} moves" if path else "no path yet",
            "target": update.target,
            "error": update.td_error,
        },
        status=sentence(episodes, path, q.smoothed[now], sarsa.smoothed[now]),
        inputs={
            "action_values": table[[EDGE[0], CLIFF.P[EDGE]]],
            "action": EDGE[1],
            "reward": CLIFF.R[EDGE],
        },
    )


def better_earner(epsilon):
    rates = {"alpha": 0.5, "gamma": 1.0, "epsilon": epsilon}
    earned = {
        name: train(CLIFF, method, n_episodes=300, **rates).returns[-100:].mean()
        for name, method in (("Q-learning", "q_learning"), ("Sarsa", "sarsa"))
    }
    return max(earned, key=earned.get)


def sentence(episodes, path, mine, other):
    way = f"takes {len(path) - 1} moves" if path else "runs in circles: no path yet"
    return (
        f"After {episodes} episode{'s' * (episodes > 1)} the greedy path {way}; while "
        f"learning, Q-learning earns {number_text(round(mine))} an episode and Sarsa "
        f"{number_text(round(other))}."
    )


lesson.show(
    FORMULA,
    draw,
    record=train_both,
    recording="Training Q-learning and Sarsa",
    presets=(
        lesson.Preset("Cliff, ε = 0.1", "The example of Sutton and Barto"),
        lesson.Preset("Greedy", "No random actions at all", epsilon=0.0),
        lesson.Preset("Fast and noisy", "Step size 1", alpha=1.0),
    ),
    prediction=lesson.Prediction(
        "The agent keeps exploring: ε stays 0.1. Which method earns more per episode on "
        "the cliff, after it has learned?",
        lambda: better_earner(0.1),
        choices=("Q-learning", "Sarsa", "both the same"),
        show={"episodes": 500},
    ),
    **lesson.words(FORMULA),
)
