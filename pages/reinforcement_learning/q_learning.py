"""Q-learning update."""

import numpy as np

from charts import Axis, Bars, Curve, Mark, bars, curves, gridworld
from formulas.numbers import counted, number_text
from formulas.reinforcement_learning import q_learning as backend
from formulas.reinforcement_learning.q_learning import FORMULA, q_learning_update, train
from ui import lesson

CLIFF = backend.cliff_walk()
METHODS = {"Q-learning": "q_learning", "Sarsa": "sarsa"}
EPISODES = np.arange(1, FORMULA.control("episodes").high + 1)
MARKS = {(3, 0): "start", (3, 11): "goal", (3, 5): "cliff: −100"}
EDGE = FROM, RIGHT = 24, 1  # from the cell above the start along the edge
REWARD, TO = CLIFF.R[EDGE], CLIFF.P[EDGE]


def train_both(alpha, gamma, epsilon, seed):
    rates = {"alpha": alpha, "gamma": gamma, "epsilon": epsilon, "rng": seed}
    rates["n_episodes"] = len(EPISODES)
    runs = (backend.training_history(CLIFF, k, **rates) for k in METHODS.values())
    return (yield from lesson.one_after_the_other(*runs))


def draw(alpha, gamma, episodes, record, **_):
    table, path = record[0].tables[episodes - 1], record[0].paths[episodes - 1]
    q, sarsa = (run.smoothed[episodes - 1] for run in record)
    best, arrows = backend.greedy_map(table, CLIFF)
    update = q_learning_update(table, *EDGE, REWARD, TO, alpha=alpha, gamma=gamma)
    return lesson.Scene(
        gridworld(
            "Best value of each cell, best action and greedy path",
            best,
            actions=arrows,
            walk=[divmod(state, 12) for state in path or ()],
            limits=(-14, 0),
            marks=MARKS,
            height=230,
        ),
        curves(
            "Return per episode, mean of the last 20",
            Curve("Q-learning", EPISODES, record[0].smoothed, 1),
            Curve("Sarsa", EPISODES, record[1].smoothed, 2),
            *(Mark(episodes, now, "", k) for k, now in ((1, q), (2, sarsa))),
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
        readouts={
            "Q-learning earns per episode": q,
            "Sarsa earns per episode": sarsa,
            "greedy path": f"{len(path) - 1} moves" if path else "no path yet",
            "target": update.target,
            "error": update.td_error,
        },
        status=sentence(episodes, path, q, sarsa),
        inputs={"action_values": table[[FROM, TO]], "action": RIGHT, "reward": REWARD},
    )


def sentence(episodes, path, q, sarsa):
    way = f"takes {len(path) - 1} moves" if path else "runs in circles: no path yet"
    done = f"After {counted(episodes, 'episode')} the greedy path {way}"
    q, sarsa = number_text(round(q)), number_text(round(sarsa))
    return f"{done}; while learning, Q-learning earns {q} an episode and Sarsa {sarsa}."


def earned(name):
    rates = {"alpha": 0.5, "gamma": 1.0, "epsilon": 0.1}
    return train(CLIFF, METHODS[name], n_episodes=300, **rates).returns[-100:].mean()


def answer():
    return max(METHODS, key=earned)


lesson.show(
    FORMULA,
    draw,
    record=train_both,
    recording="Training Q-learning and Sarsa",
    **lesson.words(FORMULA, answer),
)
