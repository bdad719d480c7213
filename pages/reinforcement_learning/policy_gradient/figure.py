"""Policy gradient (REINFORCE): what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Histogram,
    Mark,
    Scene,
    curves,
    density,
    fitting,
    heatmap,
    histogram,
)
from formulas.checks import Array
from formulas.reinforcement_learning.corridor import corridor_value, corridor_values
from formulas.reinforcement_learning.policy_gradient import gradient_estimates
from notation.numbers import number_text
from pages.reinforcement_learning.policy_gradient.statement import (
    BEST,
    MOST_EPISODES,
    STATEMENT,
    History,
    Result,
)

EPISODES = np.arange(0, MOST_EPISODES + 1, 10)
PROBABILITIES = np.linspace(STATEMENT.control("p").low, STATEMENT.control("p").high, 97)
VALUES = np.array([corridor_value(p) for p in PROBABILITIES])
REACHES = (100, 250, 500, 1100, 2500)  # ends of an axis; few, so that it rests
BINS = 41
P_COLOR, RETURN_COLOR, BASELINE_COLOR = STATEMENT.color_indices(
    "p", "returns", "baseline"
)
VALUE_COLOR, SLOPE_COLOR = STATEMENT.color_indices("value", "slope")
OTHER_COLOR = 8
CELLS = ("start →", "swapped ←", "third →", "goal")


def draw(
    result: Result, *, history: History, p: float, baseline: float, episodes: int
) -> Scene:
    """Draw the corridor, its value, how gradients scatter, and two runs of learning."""
    estimates = _estimates(history, baseline)
    now = float(history.plain[episodes])
    noisy = ("return to go", "to go − b")
    return Scene(
        _corridor(p),
        _value(result, p),
        _gradients(result, estimates),
        _learning(history, episodes),
        readouts={
            "true gradient with respect to θ": result.slope,
            "gradient estimated from one episode": result.estimate,
            **{
                f"mean of 2000 estimates, {name}": estimates[name].mean()
                for name in noisy
            },
            **{
                f"standard deviation of one estimate, {name}": estimates[name].std()
                for name in noisy
            },
            f"p after {episodes} episodes, no baseline": now,
        },
        status=sentence(result, p=p, episodes=episodes, now=now),
    )


def _estimates(history: History, baseline: float) -> dict[str, Array]:
    """Estimate the gradient from each episode, in three ways."""
    played = history.episodes
    return {
        "total return": gradient_estimates(played, "total_return"),
        "return to go": gradient_estimates(played, "return_to_go"),
        "to go − b": gradient_estimates(played, "with_baseline", baseline=baseline),
    }


def _corridor(p: float) -> Figure:
    values = corridor_values(p)
    return heatmap(
        "The corridor: expected return from each cell",
        [[*values, 0.0]],
        x=Axis("cell, and where the action right leads", labels=CELLS),
        y=Axis("", labels=("",)),
        limits=(-fitting(-values[0], (20, 80, 220)), 0),
        digits=1,
        height=190,
    )


def _value(result: Result, p: float) -> Figure:
    near = np.array([p - 0.12, p, p + 0.12])
    tangent = _tangent(result.value, result.slope, p, near)
    return curves(
        "Expected return of the corridor",
        Curve("expected return J", PROBABILITIES, VALUES, VALUE_COLOR),
        Curve("tangent", near, tangent, SLOPE_COLOR),
        Mark(p, result.value, number_text(result.value, 3), P_COLOR),
        x=Axis("probability p of going right", (0, 1)),
        y=Axis("expected return", (-fitting(-result.value, (80, 220)), 0)),
        at=[(BEST, "best")],
    )


def _tangent(value: float, slope: float, p: float, at: Array) -> Array:
    """Return the tangent of the value at p; the slope is that by the logit."""
    return value + slope / (p * (1 - p)) * (at - p)


def _gradients(result: Result, estimates: dict[str, Array]) -> Figure:
    colors = (OTHER_COLOR, RETURN_COLOR, BASELINE_COLOR)
    reach = fitting(2.2 * estimates["total return"].std(), REACHES)
    edges = np.linspace(-reach, reach, BINS)
    spreads = [
        Histogram(name, edges, density(gradients, edges), color)
        for (name, gradients), color in zip(estimates.items(), colors, strict=True)
    ]
    return histogram(
        "Gradients estimated from 2,000 single episodes",
        *spreads,
        x=Axis("estimate of the gradient", (-reach, reach)),
        y=Axis("density", (0, 8 / reach)),
        at=[(result.slope, "true gradient")],
    )


def _learning(history: History, episodes: int) -> Figure:
    plain, steady = history.plain, history.steady
    return curves(
        "Learning: probability p by episode",
        Curve("no baseline", EPISODES, plain[EPISODES], RETURN_COLOR),
        Curve("learned baseline", EPISODES, steady[EPISODES], BASELINE_COLOR),
        Mark(episodes, plain[episodes], "", RETURN_COLOR),
        Mark(episodes, steady[episodes], "", BASELINE_COLOR),
        x=Axis("episode", (0, MOST_EPISODES)),
        y=Axis("probability p", (0, 1)),
        levels=[(BEST, "best")],
        at=[(episodes, "now")],
    )


def sentence(result: Result, *, p: float, episodes: int, now: float) -> str:
    """Say what going right earns, what would help, and where learning leads."""
    side = "right" if result.slope > 0 else "left"
    advice = f"and going {side} more often would help"
    if corridor_value(BEST) - result.value < 0.01:
        advice = "within 0.01 of the best"
    end = "above 0.99" if now > 0.99 else f"to {number_text(now, 2)}"
    return (
        f"Going right with probability {number_text(p, 3)} earns "
        f"{number_text(result.value, 3)} an episode, {advice}; {episodes} episodes of "
        f"learning without a baseline bring it {end}."
    )
