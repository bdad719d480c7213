"""Policy gradient (REINFORCE): what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import (
    Axis,
    Curve,
    Histogram,
    Mark,
    Scene,
    curves,
    density,
    fitting,
    histogram,
)
from formulas.reinforcement_learning import policy_gradient as pg
from notation.numbers import number_text
from pages.reinforcement_learning.policy_gradient.statement import (
    BEST,
    MOST,
    STATEMENT,
)

KINDS = pg.KINDS[:3]
EPISODES = np.arange(0, MOST + 1, 10)
PLACES, EDGES = np.linspace(0.02, 0.98, 97), np.linspace(-100, 100, 41)
VALUES = np.array([pg.corridor_value(p) for p in PLACES])
P, RETURN, BASELINE = STATEMENT.color_indices("p", "returns", "baseline")
VALUE, SLOPE = STATEMENT.color_indices("value", "slope")
ESTIMATES = ("total return", "return to go", "to go − b")


def draw(p, baseline, episodes, record, **_):
    plain, steady, sums = record
    value, slope = pg.corridor_value(p), pg.corridor_slope(p)
    near = np.array([p - 0.12, p, p + 0.12])
    drawn = [pg.gradient_estimates(sums, k, baseline=baseline) for k in KINDS]
    noise = tuple(zip(ESTIMATES, drawn, (8, RETURN, BASELINE), strict=True))
    runs = (("no baseline", plain, RETURN), ("learned baseline", steady, BASELINE))
    return Scene(
        curves(
            "Expected return of the corridor",
            Curve("expected return J", PLACES, VALUES, VALUE),
            Curve("tangent", near, pg.corridor_tangent(p, near), SLOPE),
            Mark(p, value, number_text(value, 3), P),
            x=Axis("probability p of going right", (0, 1)),
            y=Axis("expected return", (-fitting(-value, (80, 220)), 0)),
            at=[(BEST, "best")],
        ),
        histogram(
            "Gradients estimated from single episodes: right on average, each noisy",
            *(Histogram(name, EDGES, density(g, EDGES), k) for name, g, k in noise),
            x=Axis("estimate of the gradient", (-100, 100)),
            y=Axis("density", (0, 0.08)),
            at=[(slope, "true gradient")],
        ),
        curves(
            "Learning: the probability of going right, episode by episode",
            *(Curve(name, EPISODES, run[::10], k) for name, run, k in runs),
            *(Mark(episodes, run[episodes], "", k) for _, run, k in runs),
            x=Axis("episode", (0, MOST)),
            y=Axis("probability p", (0, 1)),
            levels=[(BEST, "best")],
            at=[(episodes, "now")],
        ),
        readouts={
            "true gradient by θ": slope,
            **{f"mean of 2000 estimates, {name}": g.mean() for name, g, _ in noise[1:]},
            **{f"spread of one estimate, {name}": g.std() for name, g, _ in noise[1:]},
            f"p after {episodes} episodes, no baseline": plain[episodes],
        },
        status=sentence(p, value, slope, episodes, plain[episodes]),
    )


def sentence(p, value, slope, episodes, now):
    earns = f"with probability {number_text(p, 3)} earns {number_text(value, 3)}"
    more = f"and going {'right' if slope > 0 else 'left'} more often would help"
    tip = "within 0.01 of the best" if pg.corridor_value(BEST) - value < 0.01 else more
    end = "above 0.99" if now > 0.99 else f"to {number_text(now, 2)}"
    learned = f"{episodes} episodes of learning without a baseline bring it {end}"
    return f"Going right {earns} an episode, {tip}; {learned}."
