"""Policy gradient (REINFORCE): what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
from numpy.typing import NDArray

from charts import (
    Axis,
    Curve,
    Figure,
    Mark,
    Scene,
    Stems,
    band,
    curves,
    fitting,
    stems,
    tall,
    texts_when_wide,
    with_terms,
)
from charts.base import MUTED, TEXT, color, values
from formulas.checks import Array
from formulas.linear_algebra.activations import sigmoid
from formulas.reinforcement_learning.corridor import (
    CORRIDOR,
    corridor_moments,
    corridor_value,
)
from formulas.reinforcement_learning.policy_gradient import (
    EpisodeSums,
    EstimateMoments,
    corridor_episodes,
    estimate_spreads,
    gradient_estimates,
    least_variance_baseline,
)
from notation.numbers import counted, digits_apart, number_text
from pages.reinforcement_learning.policy_gradient.statement import (
    BEST,
    LEARNING,
    MEAN,
    MOST_EPISODES,
    N_RUNS,
    NEAR,
    STATEMENT,
    History,
    Result,
    Runs,
    nearest_runs,
)

UNKNOWN = Runs(*np.full((5, MOST_EPISODES + 1), np.nan))
EPISODES = np.arange(0, MOST_EPISODES + 1, 20)
AROUND = 100  # episodes before and after, over which an edge of a band is averaged
HIGHEST = 10  # end of the axis of baselines, as of their slider; the other ends are:
LOWEST = (40, 80, 160, 320)  # below 0, with the least variance in sight
TOPS = (50, 80, 120, 200, 300, 500, 800, 1200, 2500)  # ends of an axis; few: it rests
# Baselines along which the deviation is drawn, denser where the axis is when it is short;
# the same ones at every position of a slider, which then sends them once.
ALONG = np.unique(np.r_[-320.0:-80:25j, -80.0:10:46j])
CLOUD = 200  # episodes whose estimates are drawn
CLOUD_WIDTH = 2.5  # how far to each side of their b the dots are strewn
CLOUD_DOT = 4  # size of a dot, in pixels
GOLDEN = (5**0.5 - 1) / 2  # dots strewn by its multiples lie evenly
STREWN = CLOUD_WIDTH * (2 * (np.arange(CLOUD) * GOLDEN % 1) - 1)
AVERAGED = 2000  # episodes whose mean is followed, and after how many it is drawn
COUNTS = np.unique(np.geomspace(1, AVERAGED, 90).astype(int))
FEW = 20  # episodes whose mean may lie beyond the axis
IN_SIGHT = 2.2  # standard deviations around the mean: what the axis of estimates shows
FARTHEST = 4.0  # the logits at both ends of the axis: 1.8 % and 98.2 % right
LOGITS = np.linspace(-FARTHEST, FARTHEST, 161)
VALUES = np.array([corridor_value(float(p)) for p in np.asarray(sigmoid(LOGITS))])
ABOVE = 0.15  # of what is below 0: room for a name above the curve
SLOPE_LENGTH = 0.2  # of the picture: half of a line that shows a slope
SLOPE_COLOR = STATEMENT.color_index("slope")
BESIDE_BEST = 1600  # from this episode on “now” would stand under the name of the level
RETURN_COLOR, BASELINE_COLOR = STATEMENT.color_indices("returns", "baseline")
VALUE_COLOR = STATEMENT.color_index("value")
ACTION_COLOR, ESTIMATE_COLOR = STATEMENT.color_indices("actions", "estimate")
OTHER_COLOR = 8
# Ends of the axis of the terms and their sums.
HEIGHTS = (10, 20, 30, 50, 70, 100, 150, 200, 300, 500, 700, 1000, 2000, 5000, 10_000)
# Of a longer episode the first and the last terms are drawn, and one for all between.
MOST_TERMS, FIRST = 14, 9
COMPARED = -10  # the runs beside those without a baseline where b = 0 is chosen
# Places for terms and their sum: two numbers of them, so that a drag seldom changes it.
PLACES = (7, MOST_TERMS + 1)
CELL = 1 / 16  # half the width of a cell of the corridor, in widths of the picture
GOAL_WIDER = 1.8  # times that, where the goal’s box ends, which has a longer name
CELLS = (1 / 8, 3 / 8, 5 / 8, 7 / 8)  # the middles of its three cells and of the goal
TO_WALL = 0.8  # of half a cell: from the first cell to the wall before it
STRIP = (1.15, 2.3)  # in which it is drawn, over the reach of the terms
BOTTOM, TOP = -1.05, 2.4  # the ends of the axis, over the same
LANES = (0.7, 0.3)  # of the strip: the heights of the actions right and left
ASIDE_OF_LANE = 0.06  # of the strip: from an arrow to the numbers of its steps
ASIDE = 0.3  # of a step: where the terms without a baseline stand
ARROWS = ("←", "→")
MOST_TOLD = 2  # steps along one way that are told by their numbers
Walk = dict[tuple[int, int], list[int]]  # by cell and action: the steps that took it
STEPS_TOLD = "steps of this episode"
START_TOLD = "start of an episode"
NAME_AT, START_AT = 0.62, 0.14  # of the strip: heights of a cell’s name, and of “start”
THIN = 1  # width of a median: the band is the message
_moments = functools.lru_cache(maxsize=256)(corridor_moments)


@functools.lru_cache(maxsize=256)
def _played(p: float, seed: int, n_episodes: int) -> EpisodeSums:
    return corridor_episodes(p, n_episodes=n_episodes, rng=seed)


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
    seed: int,
    shown: str,
) -> Scene:
    """Draw an episode's terms, the slope that it guesses, many guesses, and learning."""
    moments = _moments(p)
    plain = result.returns * (actions - p)
    estimates = {0.0: float(plain.sum()), baseline: result.estimate}
    learned: dict[str, float | str] = {}
    status = sentence(
        estimates,
        actions=actions,
        returns=result.returns,
        p=p,
        baseline=baseline,
        alpha=alpha,
        theta=theta,
        slope=result.slope,
    )
    if shown == LEARNING:
        first, learned = _learned(history, baseline, episodes)
        if history.runs is not None:
            status = learning_sentence(history.runs, baseline, episodes)
    elif shown == MEAN:
        means = running_means(_played(p, seed, AVERAGED), estimates)
        first = _means(result, moments, means)
        status = mean_sentence(means, moments, slope=result.slope)
    else:
        first = _slopes(result, theta, estimates)
    return Scene(
        tall(_episode(result, actions, p, baseline, plain)),
        first,
        _scatter(result, moments, _played(p, seed, CLOUD), estimates),
        readouts={
            "value": result.value,
            "true gradient with respect to θ": result.slope,
            "mean of ĝ": moments.mean - baseline * moments.mean_slope,
            "standard deviation of ĝ": estimate_spreads(moments, [baseline])[0],
            "b with the least standard deviation": least_variance_baseline(moments),
            **learned,
        },
        status=status,
    )


def _learned(
    history: History, baseline: float, episodes: int
) -> tuple[Figure, dict[str, float | str]]:
    """Draw training runs, and say where they are after some episodes."""
    chosen = nearest_runs(baseline)
    name = name_of(chosen, baseline)
    runs = history.runs or {}
    learned = {
        "no baseline": runs.get(0),
        name if chosen else name_of(COMPARED): runs.get(chosen or COMPARED),
    }
    median: float | str = "…"
    width: float | str = "…"
    away: float | str = "…"
    if runs:
        median = float(runs[chosen].middle[episodes])
        ends = (runs[chosen].low, runs[chosen].high)
        low, high = (float(smoothed(end)[episodes]) for end in ends)
        width = high - low
        away = float(runs[chosen].away[episodes])
    return _learning(learned, episodes), {
        f"median p after {episodes} episodes with {name}": median,
        f"width of the band there, with {name}": width,
        f"of these {N_RUNS} runs within {NEAR} of 0 or 1": away,
    }


def name_of(trained: int, baseline: float | None = None) -> str:
    """Name the training runs of a baseline, where another may be set."""
    name = f"b = {number_text(trained)}"
    return name if baseline in (None, trained) else f"nearest trained {name}"


def _episode(
    result: Result, actions: NDArray[np.int_], p: float, baseline: float, plain: Array
) -> Figure:
    """Draw the corridor, and what each step adds, with and without the baseline."""
    terms = (result.returns - baseline) * (actions - p)
    shown, places, between = _chosen(len(terms))
    named = _names(actions)
    names = [named[k] for k in shown]
    heights, others = terms[shown], plain[shown]
    right, left = (np.where(actions[shown] == x, heights, np.nan) for x in (1, 0))
    total = places[-1] + 1
    skipped, without_skipped = np.nan, np.nan
    if between:
        names.insert(FIRST, "…")
        skipped = terms.sum() - heights.sum()
        without_skipped = plain.sum() - others.sum()
    across = (-0.7, next(n for n in PLACES if total < n) + 0.1)
    compared = [*others, without_skipped, plain.sum()]
    drawn = [*heights, skipped, result.estimate, *compared]
    reach = fitting(float(np.nanmax(np.abs(drawn))), HEIGHTS)
    picture = stems(
        "Cells look alike, cell 1 swaps ← and →, each step costs 1",
        Stems("right →, x = 1", places, right, ACTION_COLOR),
        Stems("left ←, x = 0", places, left, OTHER_COLOR),
        Stems("sum ĝ", [total], [result.estimate], ESTIMATE_COLOR),
        Stems(
            "with b = 0",
            np.array([*places, FIRST, total]) + ASIDE,
            compared,
            RETURN_COLOR,
            hollow=True,
        ),
        Stems("… added", [float(FIRST)], [skipped], OTHER_COLOR),
        x=Axis(
            f"cell and action; …: {counted(between, 'step')}"
            if between
            else "cell and action",
            across,
            labels=(*names, "Σ"),
        ),
        y=Axis(
            "term of ĝ; above 0 raises p", (BOTTOM * reach, TOP * reach), every=reach
        ),
    )
    picture["data"][-1] = picture["data"][-1] | {"showlegend": False}
    picture["data"] += _corridor(across, reach, _walk(actions))
    ticks = [-reach, 0.0, reach]  # none beside the corridor
    layout = picture["layout"]
    layout["yaxis"] = layout["yaxis"] | {"tickmode": "array", "tickvals": ticks}
    step_places = np.full(len(terms), float(FIRST))
    step_places[shown] = places
    below = (1 - BOTTOM) / (
        TOP - BOTTOM
    )  # of the height: the terms, without the corridor
    picture = with_terms(picture, top=below, estimate=step_places.tolist())
    return texts_when_wide(picture, STEPS_TOLD, START_TOLD)


def _chosen(count: int) -> tuple[NDArray[np.int_], Array, int]:
    """Return which steps are drawn one by one, and where, and how many as one sum.

    The place of that sum, between the first and the last steps, is left free.
    """
    places = np.arange(min(count, MOST_TERMS))
    if count <= MOST_TERMS:
        return places, places.astype(float), 0
    places = np.delete(places, FIRST)
    shown = np.where(places < FIRST, places, places + count - MOST_TERMS)
    return shown, places.astype(float), count - len(shown)


def _names(actions: NDArray[np.int_]) -> list[str]:
    """Name each step by the cell that it starts from and the action taken there."""
    names, cell = [], 0
    for action in actions.tolist():
        names.append(f"{cell}{ARROWS[action]}")
        cell = CORRIDOR[cell][action]
    return names


def _walk(actions: NDArray[np.int_]) -> Walk:
    """Return the numbers of the steps that took each action in each cell."""
    walk: Walk = {(k, action): [] for k in range(len(CORRIDOR)) for action in (0, 1)}
    cell = 0
    for step, action in enumerate(actions.tolist()):
        walk[cell, action].append(step)
        cell = CORRIDOR[cell][action]
    return walk


def _told(steps: list[int]) -> str:
    """Write the numbers of a few steps; of many only how many there are."""
    is_long = len(steps) > 1 and max(steps) >= 10 ** (4 - MOST_TOLD)
    if len(steps) > MOST_TOLD or is_long:
        return f"{len(steps)}×"
    return f"t = {', '.join(map(str, steps))}" if steps else ""


def _corridor(
    across: tuple[float, float], reach: float, walk: Walk
) -> list[dict[str, Any]]:
    """Draw the cells over the terms, and where each action leads, in its color.

    What the episode has walked is drawn thick, with the numbers of its steps.
    """
    low, high = (end * reach for end in STRIP)
    width = across[1] - across[0]
    middles = [across[0] + width * middle for middle in CELLS]
    half = CELL * width
    ends = [(middle - half, middle + half) for middle in middles]
    ends[-1] = (middles[-1] - half, middles[-1] + GOAL_WIDER * half)
    boxes = [
        (x, y)
        for left, right in ends
        for x, y in (
            (left, low),
            (left, high),
            (right, high),
            (right, low),
            (left, low),
            (np.nan, np.nan),
        )
    ]
    wall = _wall(middles[0], half)
    x, y = np.array([*boxes, (wall, low), (wall, high)]).T
    hidden: dict[str, Any] = {"showlegend": False, "hoverinfo": "skip"}
    frames = {
        "type": "scatter",
        "mode": "lines",
        "name": "cells, and a wall on the left",
        "x": x,
        "y": y,
        "line": {"color": MUTED, "width": 1.5},
        **hidden,
    }
    written: dict[str, Any] = {
        "type": "scatter",
        "mode": "text",
        "textfont": {"color": TEXT, "size": 12},
        **hidden,
    }
    texts = {
        **written,
        "name": "names of the cells",
        "x": values(ends).mean(axis=1),
        "y": values([low + NAME_AT * (high - low)] * len(middles)),
        "text": ["0", "1", "2", "goal"],
    }
    start = {
        **written,
        "name": START_TOLD,
        "x": values(middles[:1]),
        "y": values([low + START_AT * (high - low)]),
        "text": ["start"],
    }
    ways = [
        {
            **_ways(action, middles, half, (low, high), taken),
            **hidden,
            "name": f"where {name} {'led' if taken else 'leads'}",
        }
        for taken in (None, walk)
        for action, name in enumerate(("left", "right"))
    ]
    return [
        frames,
        texts,
        start,
        *ways,
        {**_steps(middles, half, (low, high), walk), **hidden},
    ]


def _wall(middle: float, half: float) -> float:
    """Return where the wall stands before the first cell."""
    return middle - half * (1 + TO_WALL)


def _steps(
    middles: Sequence[float], half: float, strip: tuple[float, float], walk: Walk
) -> dict[str, Any]:
    """Write the numbers of the steps above the ways forward, below those back.

    Those of steps against the wall stand below it.
    """
    low, high = strip
    x, y, places = [], [], []
    for cell, action in walk:
        to = CORRIDOR[cell][action]
        side = 1 if to > cell else -1
        if to == cell:  # below the wall and the cell, which are close together
            x.append(_wall(middles[cell], half))
            y.append(low)
            places.append("bottom right")
            continue
        x.append((middles[cell] + middles[to]) / 2)
        y.append(low + (LANES[side < 0] + ASIDE_OF_LANE * side) * (high - low))
        places.append("top center" if side > 0 else "bottom center")
    return {
        "type": "scatter",
        "mode": "text",
        "name": STEPS_TOLD,
        "x": values(x),
        "y": values(y),
        "text": [_told(steps) for steps in walk.values()],
        "textposition": places,
        "textfont": {"color": TEXT, "size": 11},
        "cliponaxis": False,
    }


def _ways(
    action: int,
    middles: Sequence[float],
    half: float,
    strip: tuple[float, float],
    walk: Walk | None,
) -> dict[str, Any]:
    """Draw an arrow from each cell to where an action leads, or has led on a walk."""
    low, high = strip
    gap = middles[1] - middles[0] - 2 * half
    points = []
    for cell, leads in enumerate(CORRIDOR):
        to = leads[action]
        side = 1 if to > cell else -1  # at the wall of the first cell too
        y = low + LANES[side < 0] * (high - low)
        start = middles[cell] + side * half
        end = start + side * gap
        if to == cell:
            end = start - TO_WALL * half
        walked = walk is None or walk[cell, action]
        points += [(start, y), (end, y)] if walked else [(np.nan, np.nan)] * 2
        points.append((np.nan, np.nan))
    x, y = np.array(points).T
    tone = color(ACTION_COLOR if action else OTHER_COLOR)
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": x,
        "y": y,
        "opacity": 0.4 if walk is None else 1,
        "line": {"color": tone, "width": 1.5 if walk is None else 3},
        "marker": {
            "symbol": "arrow",
            "angleref": "previous",
            "size": values([0, 9 if walk is None else 13, 0] * len(CORRIDOR)),
            "color": tone,
        },
    }


def _slopes(result: Result, theta: float, estimates: Mapping[float, float]) -> Figure:
    """Draw the expected return, its slope, and the slopes that one episode guesses."""
    low = -float(fitting(1.6 * abs(result.value), TOPS))
    drawn = [
        ("true slope ∇J", result.slope, SLOPE_COLOR),
        *(
            ("ĝ with b", estimate, ESTIMATE_COLOR)
            if b
            else ("ĝ with b = 0", estimate, RETURN_COLOR)
            for b, estimate in estimates.items()
        ),
    ]
    lines = [
        Curve(name, *_slope_line((theta, result.value), slope, low), tone)
        for name, slope, tone in drawn
    ]
    best = math.log(BEST / (1 - BEST))
    return curves(
        "Slope of J at θ, and this episode’s guess ĝ",
        Curve("J", LOGITS, VALUES, VALUE_COLOR),
        *lines,
        Mark(theta, result.value, "", VALUE_COLOR),
        x=Axis("θ = log (p / (1 − p))", (-FARTHEST, FARTHEST)),
        y=Axis("expected return J", (low, ABOVE * -low)),
        at=[(best, f"best: p = {number_text(BEST, 2)}")],
    )


def _slope_line(
    at: tuple[float, float], slope: float, low: float
) -> tuple[Array, Array]:
    """Return the ends of a line through a point, as long on the screen at every slope."""
    rise = slope * 2 * FARTHEST / (-low * (1 + ABOVE))  # on a screen with sides of 1
    half = SLOPE_LENGTH * 2 * FARTHEST / math.hypot(1, rise)
    x = at[0] + half * np.array([-1.0, 1.0])
    return x, at[1] + slope * (x - at[0])


def _scatter(
    result: Result,
    moments: EstimateMoments,
    played: EpisodeSums,
    estimates: Mapping[float, float],
) -> Figure:
    """Draw the estimates of many episodes, and how far they scatter with every baseline."""
    best = least_variance_baseline(moments)
    low = -fitting(1.2 * abs(best), LOWEST)
    spreads = estimate_spreads(moments, ALONG)
    reach = IN_SIGHT * float(estimate_spreads(moments, [HIGHEST])[0])
    top = fitting(reach + abs(result.slope), TOPS)
    tones = {b: ESTIMATE_COLOR if b else RETURN_COLOR for b in estimates}
    clouds = [
        Curve(
            f"{CLOUD} episodes, {'b' if b else 'b = 0'}",
            b + STREWN,
            gradient_estimates(played, "with_baseline", baseline=b),
            tone,
            points=True,
            line=False,
        )
        for b, tone in tones.items()
    ]
    marks = [Mark(b, estimate, "", tones[b]) for b, estimate in estimates.items()]
    picture = curves(
        f"ĝ of {CLOUD} episodes scatters around ∇J",
        *clouds,
        *marks,
        x=Axis("baseline b", (low, HIGHEST)),
        y=Axis("estimate ĝ", (-top, top), every=top),
        levels=[(result.slope, "mean: ∇J")],
        at=[(best, f"least: {number_text(best, 3)}")],
    )
    for cloud in picture["data"][: len(clouds)]:
        cloud["marker"] = cloud["marker"] | {"size": CLOUD_DOT, "symbol": "circle"}
    shade = band(
        "mean ± one standard deviation",
        ALONG,
        result.slope - spreads,
        result.slope + spreads,
        BASELINE_COLOR,
    )
    picture["data"] = [shade, *picture["data"]]
    return picture


def running_means(
    played: EpisodeSums, estimates: Mapping[float, float]
) -> dict[float, Array]:
    """Average estimates, this episode's first: after each of `COUNTS`, by baseline."""
    means = {}
    for b, first in estimates.items():
        others = gradient_estimates(played, "with_baseline", baseline=b)
        means[b] = np.cumsum([first, *others])[COUNTS - 1] / COUNTS
    return means


def _means(
    result: Result, moments: EstimateMoments, averaged: Mapping[float, Array]
) -> Figure:
    """Draw how the mean of estimates settles at the gradient."""
    deviations = estimate_spreads(moments, list(averaged))
    means, shades = [], []
    for (b, mean), deviation in zip(averaged.items(), deviations, strict=True):
        tone = ESTIMATE_COLOR if b else RETURN_COLOR
        name = "with b" if b else "with b = 0"
        means.append(Curve(name, COUNTS, mean, tone))
        typical = deviation / np.sqrt(COUNTS)
        shades.append(
            band(
                f"∇J ± typical error, {name}",
                COUNTS,
                result.slope - typical,
                result.slope + typical,
                tone,
            )
            | {"showlegend": False}
        )
    settling = np.abs(np.array(list(averaged.values()))[:, COUNTS >= FEW])
    reach = max(float(settling.max()), abs(result.slope) + max(deviations) / FEW**0.5)
    top = fitting(1.1 * reach, TOPS)
    picture = curves(
        "Mean of ĝ over this and more episodes",
        *means,
        x=Axis("episodes n", (1, AVERAGED), log=True),
        y=Axis("mean of ĝ", (-top, top), every=top),
        levels=[(result.slope, "∇J")],
    )
    picture["data"] = [*shades, *picture["data"]]
    return picture


def _learning(learned: Mapping[str, Runs | None], episodes: int) -> Figure:
    """Draw what is learned; nothing of it as long as that is being computed."""
    colors = (RETURN_COLOR, ESTIMATE_COLOR)
    named = [
        ((name, runs or UNKNOWN), color)
        for (name, runs), color in zip(learned.items(), colors, strict=True)
    ]
    known = None not in learned.values()
    bands = [
        band(
            f"{name}, {N_RUNS - 4} of {N_RUNS} runs",
            EPISODES,
            smoothed(runs.low)[EPISODES],
            smoothed(runs.high)[EPISODES],
            c,
        )
        for (name, runs), c in named
    ]
    middles = [
        Curve(name, EPISODES, runs.middle[EPISODES], c) for (name, runs), c in named
    ]
    now = [Mark(episodes, runs.middle[episodes], "", c) for (_, runs), c in named]
    _, (_, runs) = [one for one, _ in named]
    so_far = np.where(episodes >= EPISODES, runs.one[EPISODES], np.nan)
    one_run = Curve("one of its runs", EPISODES, so_far, ESTIMATE_COLOR)
    picture = curves(
        f"Learning: median, band with about {N_RUNS - 4} of {N_RUNS} runs"
        if known
        else f"Learning: {N_RUNS} runs are computed once the sliders rest",
        *middles,
        *now,
        one_run,
        x=Axis("episode", (0, MOST_EPISODES)),
        y=Axis("probability p", (0, 1)),
        levels=[(BEST, "best")],
        at=[(episodes, "now" if episodes < BESIDE_BEST else "")],
    )
    for trace in picture["data"][: len(middles)]:
        trace["line"] = trace["line"] | {"width": THIN}
    picture["data"] = bands + picture["data"]
    return picture


def smoothed(edge: Array) -> Array:
    """Average the edge of a band over the episodes around each one.

    Towards both ends there are fewer of them, as many before as after.
    """
    sums = np.concatenate([[0.0], np.cumsum(edge)])
    places = np.arange(len(edge))
    reach = np.minimum(np.minimum(places, places[::-1]), AROUND)
    means: Array = (sums[places + reach + 1] - sums[places - reach]) / (2 * reach + 1)
    return means


def sentence(
    estimates: Mapping[float, float],
    *,
    actions: NDArray[np.int_],
    returns: Array,
    p: float,
    baseline: float,
    alpha: float,
    theta: float,
    slope: float,
) -> str:
    """Say where the steps push, where their sum moves p, and what is true."""

    def moved(b: float) -> str:
        before, after = (
            float(sigmoid(one)) for one in (theta, theta + alpha * estimates[b])
        )
        return number_text(after, digits_apart(before, after))

    found = {b: number_text(estimate) for b, estimate in estimates.items()}
    above, below = (returns > baseline).sum(), (returns < baseline).sum()
    right = int(actions[returns > baseline].sum())
    neither = len(returns) - above - below
    said = (
        f"Of {counted(len(returns), 'step')} {above} push toward their action, {right} "
        f"right and {above - right} left (G above b = {number_text(baseline)}), {below} "
        "away from it"
        f"{f', {neither} neither way' if neither else ''}. The sum ĝ = "
        f"{found[baseline]} moves p from {number_text(p, 2)} to {moved(baseline)} "
        f"(α = 1/{round(1 / alpha)})"
    )
    if baseline:
        said += f"; with b = 0: ĝ = {found[0.0]}, p = {moved(0.0)}"
    return f"{said}. True ∇J: {number_text(slope, 3)}."


def mean_sentence(
    means: Mapping[float, Array], moments: EstimateMoments, *, slope: float
) -> str:
    """Say where the means of many estimates are, and how far off a single one is."""
    spreads = dict(zip(means, estimate_spreads(moments, list(means)), strict=True))
    order = sorted(means, key=lambda b: b == 0)  # what is set comes first
    told = [f"{number_text(means[b][-1], 3)} with b = {number_text(b)}" for b in order]
    single = [number_text(spreads[b], 3) for b in order]
    return (
        f"The mean of {AVERAGED} guesses is {' and '.join(told)}; ∇J is "
        f"{number_text(slope, 3)}. A single guess says little: its standard deviation is "
        f"{' and '.join(single)}."
    )


def learning_sentence(
    learned: Mapping[int, Runs], baseline: float, episodes: int
) -> str:
    """Say where the runs are after some episodes."""
    told = []
    for b in (nearest_runs(baseline) or COMPARED, 0):
        runs = learned[b]
        low, high = (float(smoothed(end)[episodes]) for end in (runs.low, runs.high))
        told.append(
            f"with b = {number_text(b)} the median p is "
            f"{number_text(float(runs.middle[episodes]), 2)}, the band "
            f"{number_text(high - low, 2)} wide, {runs.away[episodes]:g} of {N_RUNS} runs "
            f"within {NEAR} of 0 or 1"
        )
    return (
        f"After {counted(episodes, 'episode')}, each with a step along its ĝ: "
        f"{'; '.join(told)}. Best is p = {number_text(BEST, 2)}."
    )
