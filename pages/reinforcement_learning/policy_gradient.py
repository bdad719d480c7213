"""Policy gradient (REINFORCE)."""

import numpy as np

from charts import Axis, Curve, Histogram, Mark, curves, density, histogram
from formulas.numbers import number_text
from formulas.reinforcement_learning import policy_gradient as corridor
from ui import lesson

FORMULA = corridor.FORMULA
MOST = FORMULA.control("episodes").positions[-1]
EPISODES = np.arange(0, MOST + 1, 10)
PLACES = np.linspace(0.02, 0.98, 97)
VALUES = np.array([corridor.corridor_value(p) for p in PLACES])
BEST = float(max(np.linspace(0.57, 0.6, 31), key=corridor.corridor_value))
EDGES = np.linspace(-100, 100, 41)
P, RETURN, BASELINE, VALUE, SLOPE = (
    FORMULA.slot(name) for name in ("p", "returns", "baseline", "value", "slope")
)


def learn(p, log2_alpha, seed):
    """Train without and with a learned baseline; play episodes of the first policy."""
    start = FORMULA.inputs(p=p, baseline=0.0, log2_alpha=log2_alpha, seed=seed)
    setting = {"alpha": start["alpha"], "theta0": start["theta"], "rng": seed}
    setting |= {"n_episodes": MOST, "max_steps": 1000}
    plain, steady = yield from lesson.one_after_the_other(
        *(
            corridor.training_history(baseline=learned, **setting)
            for learned in (False, True)
        )
    )
    episodes = corridor.corridor_episodes(p, rng=seed)
    return plain.probability, steady.probability, episodes


def draw(p, baseline, episodes, record, **_):
    plain, steady, played = record
    value, slope = corridor.corridor_value(p), corridor.corridor_slope(p)
    near = np.array([p - 0.12, p, p + 0.12])
    total, to_go, better = (
        corridor.gradient_estimates(played, kind, baseline=baseline)
        for kind in ("total_return", "return_to_go", "with_baseline")
    )
    now, now_steady = float(plain[episodes]), float(steady[episodes])
    return lesson.Scene(
        figures=(
            curves(
                "Expected return of the corridor",
                Curve("expected return J", PLACES, VALUES, VALUE),
                Curve("tangent", near, corridor.corridor_tangent(p, near), SLOPE),
                Mark(p, value, number_text(value, 3), P),
                x=Axis("probability p of going right", (0, 1)),
                y=Axis("expected return", (-80, 0)),
                at=[(BEST, "best")],
            ),
            histogram(
                "Gradients estimated from single episodes: same mean, other noise",
                Histogram("total return", EDGES, density(total, EDGES), 8),
                Histogram("return to go", EDGES, density(to_go, EDGES), RETURN),
                Histogram("to go − b", EDGES, density(better, EDGES), BASELINE),
                x=Axis("estimate of the gradient", (-100, 100)),
                y=Axis("density", (0, 0.08)),
                at=[(slope, "true gradient")],
            ),
            curves(
                "Learning: the probability of going right, episode by episode",
                Curve("no baseline", EPISODES, plain[::10], RETURN),
                Curve("learned baseline", EPISODES, steady[::10], BASELINE),
                Mark(episodes, now, "", RETURN),
                Mark(episodes, now_steady, "", BASELINE),
                x=Axis("episode", (0, MOST)),
                y=Axis("probability p", (0, 1)),
                levels=[(BEST, "best")],
                at=[(episodes, "now")],
            ),
        ),
        readouts={
            "true gradient by θ": slope,
            "mean of 2000 estimates, return to go": to_go.mean(),
            "mean of 2000 estimates, to go − b": better.mean(),
            "spread of one estimate, return to go": to_go.std(),
            "spread of one estimate, to go − b": better.std(),
            f"p after {episodes} episodes": now,
        },
        status=sentence(p, value, slope, episodes, now),
    )


def sentence(p, value, slope, episodes, now):
    way = "right" if slope > 0 else "left"
    return (
        f"Going right with probability {p:.2g} earns {number_text(value, 3)} an episode, "
        f"and going {way} more often would help; {episodes} episodes of learning lead to "
        f"{now:.2f}."
    )


def best_probability():
    places = [0.01, *PLACES, 0.99]
    best = max(places, key=corridor.corridor_value)
    inside = 0.5 < best < places[-1]
    return "something between" if inside else "0.5" if best == 0.5 else "1"


lesson.show(
    FORMULA,
    draw,
    record=learn,
    recording="Playing and learning",
    presets=(
        lesson.Preset("Mostly left start", "Learning finds its way back", p=0.05),
        lesson.Preset("Good baseline", "Less noise, same mean", baseline=-10.0),
        lesson.Preset("Harmful baseline", "More noise, same mean", baseline=10.0),
    ),
    prediction=lesson.Prediction(
        "A corridor of three cells that look alike; in the middle one, left and right are "
        "swapped. Each step costs 1. Which probability of going right is best?",
        best_probability,
        choices=("1", "0.5", "something between"),
        show={"p": 0.58},
    ),
    **lesson.words(FORMULA),
)
