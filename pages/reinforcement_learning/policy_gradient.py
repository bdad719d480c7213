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
                (
                    Curve("expected return J", PLACES, VALUES, VALUE),
                    Curve("tangent", near, corridor.corridor_tangent(p, near), SLOPE),
                ),
                title="Expected return of the corridor",
                x=Axis("probability p of going right", (0, 1)),
                y=Axis("expected return", (-80, 0)),
                at=[(BEST, "best")],
                marks=[Mark(p, value, number_text(value, 3), P)],
            ),
            histogram(
                (
                    Histogram("total return", EDGES, density(total, EDGES), 8),
                    Histogram("return to go", EDGES, density(to_go, EDGES), RETURN),
                    Histogram("to go − b", EDGES, density(better, EDGES), BASELINE),
                ),
                title="Gradients estimated from single episodes: same mean, other noise",
                x=Axis("estimate of the gradient", (-100, 100)),
                y=Axis("density", (0, 0.08)),
                at=[(slope, "true gradient")],
            ),
            curves(
                (
                    Curve("no baseline", EPISODES, plain[::10], RETURN),
                    Curve("learned baseline", EPISODES, steady[::10], BASELINE),
                ),
                title="Learning: the probability of going right, episode by episode",
                x=Axis("episode", (0, MOST)),
                y=Axis("probability p", (0, 1)),
                levels=[(BEST, "best")],
                at=[(episodes, "now")],
                marks=[
                    Mark(episodes, now, "", RETURN),
                    Mark(episodes, now_steady, "", BASELINE),
                ],
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
        lesson.Preset("Mostly left start", {"p": 0.05}, "Learning finds its way back"),
        lesson.Preset("Good baseline", {"baseline": -10.0}, "Less noise, same mean"),
        lesson.Preset("Harmful baseline", {"baseline": 10.0}, "More noise, same mean"),
    ),
    prediction=lesson.Prediction(
        "A corridor of three cells that look alike; in the middle one, left and right are "
        "swapped. Each step costs 1. Which probability of going right is best?",
        best_probability,
        "About 0.59, exactly 2 − √2. Who always goes right never gets past the middle "
        "cell; a policy that cannot tell the cells apart has to be random.",
        choices=("1", "0.5", "something between"),
        show={"p": 0.58},
    ),
    aha="Make actions that came before high returns more likely. A baseline changes the "
    "noise, not the direction.",
    notice=(
        "All three ways of estimating have the same mean, the true gradient; single "
        "episodes scatter widely around it.",
        "Towards p = 0 and p = 1 the gradient grows here, because episodes get ever "
        "longer.",
        "A baseline near the expected return makes the estimates steadier.",
    ),
    try_this=(
        "Which baseline makes the histogram narrowest, and does its middle move?",
        "What happens to both learning curves as the step size doubles?",
        "How many episodes does a start at p = 0.05 need to come near 0.59?",
    ),
    pitfalls=(
        "A baseline does not bias the gradient, as long as it does not depend on the "
        "action: probabilities sum to 1 whatever θ is.",
        "The R of the original list must be the return. With the reward of the single "
        "step, −1 each time, the estimates average to 0; the true gradient at p = 0.5 "
        "is 2.",
        "The parameters go up the gradient, not down, and the sum over the steps of the "
        "episode belongs to the formula.",
    ),
    in_use="Actor-critic methods, PPO, fine-tuning of language models from human feedback, "
    "group-relative methods, architecture search.",
)
