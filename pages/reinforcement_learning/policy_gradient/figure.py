"""Policy gradient (REINFORCE): what is drawn, and the sentence about it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from charts import (
    Axis,
    Curve,
    Figure,
    Histogram,
    Mark,
    Scene,
    Stems,
    curves,
    density,
    fitting,
    histogram,
    stems,
    thinned,
)
from formulas.checks import Array
from formulas.linear_algebra.activations import sigmoid
from formulas.reinforcement_learning.corridor import CORRIDOR, corridor_value
from formulas.reinforcement_learning.policy_gradient import gradient_estimates
from notation.numbers import number_text
from pages.reinforcement_learning.policy_gradient.statement import (
    BEST,
    MOST_EPISODES,
    STATEMENT,
    History,
    Result,
    nearest_run,
)

EPISODES = np.arange(0, MOST_EPISODES + 1, 10)
PROBABILITIES = np.linspace(STATEMENT.control("p").low, STATEMENT.control("p").high, 97)
VALUES = np.array([corridor_value(p) for p in PROBABILITIES])
REACHES = (100, 250, 500, 1100, 2500)  # ends of an axis; few, so that it rests
BINS = 41
PEAKS = (8, 12, 16, 25)  # ends of the axis of densities, over one reach; few as well
HEADROOM = 1.25  # above the highest bar, where the name of the line stands
P_COLOR, RETURN_COLOR, BASELINE_COLOR = STATEMENT.color_indices(
    "p", "returns", "baseline"
)
ACTION_COLOR, ESTIMATE_COLOR = STATEMENT.color_indices("actions", "estimate")
VALUE_COLOR, SLOPE_COLOR = STATEMENT.color_indices("value", "slope")
OTHER_COLOR = 8
LENGTHS = (15, 30, 60, 120, 240, 480)  # ends of axes; few, so that they rest
HEIGHTS = (10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000)
MOST_ABOVE = 3  # times the highest term: a higher sum leaves the picture
MOST_NAMES = 16  # of steps below the picture
ASIDE = 0.3  # of a step: where the terms without a baseline stand
ARROWS = ("←", "→")


def draw(
    result: Result,
    *,
    actions: NDArray[np.int_],
    history: History,
    p: float,
    baseline: float,
    alpha: float,
    theta: float,
    episodes: int,
) -> Scene:
    """Draw an episode's terms, the value, how gradients scatter, and two runs."""
    estimates = _estimates(history, baseline)
    plain = result.returns * (actions - p)
    after = float(sigmoid(result.updated))
    without = float(sigmoid(theta + alpha * plain.sum()))
    noisy = ("return to go", "to go − b")
    chosen = nearest_run(baseline)
    learned = {
        "no baseline": history.plain,
        f"b = {number_text(chosen)}": history.constant[chosen],
        "learned baseline": history.steady,
    }
    return Scene(
        _episode(result, actions, p, baseline, plain),
        _value(result, p),
        _gradients(result, estimates),
        _learning(learned, episodes),
        readouts={
            "true gradient with respect to θ": result.slope,
            "gradient estimated from one episode": result.estimate,
            "p after this episode": after,
            **{
                f"mean of 2000 estimates, {name}": estimates[name].mean()
                for name in noisy
            },
            **{
                f"standard deviation of one estimate, {name}": estimates[name].std()
                for name in noisy
            },
            **{
                f"p after {episodes} episodes, {name}": run[episodes]
                for name, run in learned.items()
            },
        },
        status=sentence(p=p, baseline=baseline, after=after, without=without),
    )


def _estimates(history: History, baseline: float) -> dict[str, Array]:
    """Estimate the gradient from each episode, in three ways."""
    played = history.episodes
    return {
        "total return": gradient_estimates(played, "total_return"),
        "return to go": gradient_estimates(played, "return_to_go"),
        "to go − b": gradient_estimates(played, "with_baseline", baseline=baseline),
    }


def _episode(
    result: Result, actions: NDArray[np.int_], p: float, baseline: float, plain: Array
) -> Figure:
    """Draw what each step adds to the estimate, with and without the baseline."""
    count = len(actions)
    steps = np.arange(count + 1.0)
    terms = (result.returns - baseline) * (actions - p)
    right, left = (np.where(actions == x, terms, np.nan) for x in (1, 0))
    others = np.append(plain, plain.sum())
    highest = float(np.abs([terms, plain]).max())
    sums = max(abs(result.estimate), abs(others[-1]))
    reach = fitting(max(highest, min(sums, MOST_ABOVE * highest)), HEIGHTS)
    names = (*_names(actions), "sum")
    return stems(
        "One episode: what each action adds to ĝ",
        Stems("right →", steps[:-1], right, ACTION_COLOR),
        Stems("left ←", steps[:-1], left, OTHER_COLOR),
        Stems("sum ĝ", steps[-1:], [result.estimate], ESTIMATE_COLOR),
        Stems("with b = 0", steps + ASIDE, others, RETURN_COLOR, hollow=True),
        x=Axis(
            "cell (0, 1, 2, then the goal) and action",
            (-0.7, fitting(count, LENGTHS) + 0.7),
            labels=names,
            ticks=_written(count),
        ),
        y=Axis("term of ĝ", (-1.05 * reach, 1.05 * reach)),
    )


def _names(actions: NDArray[np.int_]) -> list[str]:
    """Name each step by the cell that it starts from and the action taken there."""
    names, cell = [], 0
    for action in actions.tolist():
        names.append(f"{cell}{ARROWS[action]}")
        cell = CORRIDOR[cell][action]
    return names


def _written(count: int) -> tuple[int, int]:
    """Return which names are written, counted so that the sum is one of them."""
    _, step = thinned(count + 1, MOST_NAMES)
    return count % step, step


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
    heights = {name: density(sample, edges) for name, sample in estimates.items()}
    highest = max(float(bars.max()) for bars in heights.values())
    spreads = [
        Histogram(name, edges, bars, color)
        for (name, bars), color in zip(heights.items(), colors, strict=True)
    ]
    return histogram(
        "Gradients estimated from 2,000 single episodes",
        *spreads,
        x=Axis("estimate of the gradient", (-reach, reach)),
        y=Axis("density", (0, fitting(HEADROOM * highest * reach, PEAKS) / reach)),
        at=[(result.slope, "true gradient")],
    )


def _learning(learned: dict[str, Array], episodes: int) -> Figure:
    colors = (RETURN_COLOR, BASELINE_COLOR, OTHER_COLOR)
    runs = [*zip(learned.items(), colors, strict=True)]
    return curves(
        "Learning: probability p by episode",
        *(Curve(name, EPISODES, run[EPISODES], color) for (name, run), color in runs),
        *(Mark(episodes, run[episodes], "", color) for (_, run), color in runs),
        x=Axis("episode", (0, MOST_EPISODES)),
        y=Axis("probability p", (0, 1)),
        levels=[(BEST, "best")],
        at=[(episodes, "now")],
    )


def sentence(*, p: float, baseline: float, after: float, without: float) -> str:
    """Say what a step does, what becomes likelier, and where the episode moves p."""
    moved = f"this episode moves p from {number_text(p, 2)} to {number_text(after, 4)}"
    if baseline != 0:
        moved += f", with b = 0 to {number_text(without, 4)}"
    return (
        "A step costs 1; cell 1 swaps left and right. A return above "
        f"b = {number_text(baseline, 3)} makes the action before it likelier, "
        f"a lower one rarer: {moved}."
    )
