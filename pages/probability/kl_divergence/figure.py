"""Kullback–Leibler divergence: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math

import numpy as np

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Handle,
    Mark,
    Scene,
    bars,
    curves,
    draggable,
    fitting,
    largest,
    rounded_span,
    rounded_up,
    thinned,
)
from formulas.checks import Array
from formulas.probability.kl_divergence import js_divergence, kl_divergence
from notation.numbers import number_text
from pages.probability.kl_divergence.statement import STATEMENT, Result

SIDES = ("heads", "tails")
BELIEFS = np.linspace(0.01, 0.99, 99)
PLACES = np.linspace(-6, 6, 181)
PEAKS = (-2.0, 2.0)
PEAK_WIDTH = 0.5
MEASURES = ("D(P ‖ Q)", "D(Q ‖ P)", "Jensen–Shannon")
UNWEIGHTED = ("Σ log(P/Q)", "Σ log(Q/P)", "Jensen–Shannon")
PARTS = np.linspace(0, 1, 101)
# Probabilities in pairs, then, behind a gap, the terms in nats and their sum.
BARS = ("P(h)", "Q(h)", "P(t)", "Q(t)", "", *SIDES, "sum")
TOPS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # of an axis for many low bars
FEW, MANY = 4, 12  # outcomes whose numbers, and whose terms, have room
EXTRA_NATS = (
    "Extra nats are −log of the believed probability minus −log of the true one, "
    "averaged over what is true."
)
TRUTH_COLOR, BELIEF_COLOR = STATEMENT.color_indices("truth", "belief")
MEASURE_COLORS = STATEMENT.color_indices("divergence", "reverse", "js")
DIVERGENCE_COLOR, REVERSE_COLOR, _ = MEASURE_COLORS


def draw(
    result: Result,
    *,
    truth: Array,
    belief: Array,
    p: float,
    q: float,
    mu: float,
    sigma: float,
    third: str,
    own: str,
) -> Scene:
    """Draw two coins, their divergences, and surprise as areas or another pair."""
    if own:
        pair = tuple(truth.tolist()), tuple(belief.tolist())
        figures = _largest_terms(result), _columns(truth, belief), _mixed(result, *pair)
        costs = _costs(result, "distributions", "per outcome", equal=pair[0] == pair[1])
    else:
        figures = (
            _terms(result, truth, belief),
            _against_belief(result, p, q),
            _areas(result, truth, belief)
            if third == "areas"
            else _bell_and_peaks(mu, sigma, weighted=result.weighted),
        )
        costs = _costs(result, "coins", "a toss", equal=p == q)
    return Scene(
        *figures,
        readouts={
            "divergence": result.divergence,
            "reverse": result.reverse,
            "js": result.js,
        },
        status=f"{costs}. {EXTRA_NATS}",
    )


def _terms(result: Result, truth: Array, belief: Array) -> Figure:
    """Draw both coins, the term of each side, and what all of them sum to."""
    heights = np.abs([*result.terms, result.divergence])
    top = fitting(float(heights.max()), (1.3, 2.6, 5.2))
    weight, lowest = "", -top
    if result.weighted:  # no term is below −1/e
        weight, lowest = "P ", -0.7
    picture = bars(
        f"P, Q and the terms {weight}log(P/Q)",
        BARS,
        Bars("P, true", truth, TRUTH_COLOR, places=(0, 2)),
        Bars("Q, believed", belief, BELIEF_COLOR, places=(1, 3)),
        Bars(
            f"{weight}log(P/Q), in nats",
            [*result.terms, result.divergence],
            DIVERGENCE_COLOR,
            places=(5, 6, 7),
        ),
        y=Axis("P, Q: probability; terms: nats", (lowest, top)),
        height=220,
    )
    below = 0.06 * (lowest - top)  # the numbers stand above the bars
    return draggable(
        picture,
        Handle((0.0, truth[0] + below), "Drag P(heads)", y="p", base=below),
        Handle((1.0, belief[0] + below), "Drag Q(heads)", y="q", base=below),
    )


def _measures(result: Result) -> tuple[str, str, str]:
    """Name what is measured; sums without weights are no divergences."""
    return MEASURES if result.weighted else UNWEIGHTED


def _measured(result: Result) -> str:
    return "Divergences" if result.weighted else "Unweighted sums"


def _columns(truth: Array, belief: Array) -> Figure:
    """Draw a reader's two distributions."""
    count = len(truth)
    digits = 2 if count <= FEW else 0
    return bars(
        "Two distributions",
        [str(k) for k in range(1, count + 1)],
        Bars("P, true", truth, TRUTH_COLOR, digits),
        Bars("Q, believed", belief, BELIEF_COLOR, digits),
        x="outcome",
        y=Axis(
            "probability", (0, 1.15 * fitting(max(truth.max(), belief.max()), TOPS))
        ),
        height=220,
        ticks=thinned(count, MANY),
    )


def _largest_terms(result: Result) -> Figure:
    """Draw the sum and its terms, the largest of them where there are many."""
    count = len(result.terms)
    which = largest(np.abs(result.terms), MANY)
    heights = np.append(result.divergence, result.terms[which])
    low, high = rounded_span([0.0, *heights], pad=0.3)
    chosen = f", the {MANY} largest" if count > MANY else ""
    whole = "D(P ‖ Q) and its terms P" if result.weighted else "and its terms"
    return bars(
        f"The sum {whole} log(P/Q){chosen}",
        ("sum", *(str(k + 1) for k in which)),
        Bars("term", heights, DIVERGENCE_COLOR, 2 if count <= FEW else 0),
        x="outcome",
        y=Axis("nats", (low, high)),
        height=220,
    )


def _mixed(
    result: Result, truth: tuple[float, ...], belief: tuple[float, ...]
) -> Figure:
    """Draw the divergences on the way from a reader's P to Q, with Q at its end."""
    divergences, lowest, highest = _on_the_way(truth, belief, result.weighted)
    lines = [
        Curve(name, PARTS, line, color)
        for name, line, color in zip(
            _measures(result), divergences, MEASURE_COLORS, strict=True
        )
    ]
    return curves(
        f"{_measured(result)} of P from a mixture of P and Q",
        *lines,
        Mark(1, result.divergence, "", DIVERGENCE_COLOR),
        Mark(1, result.reverse, "", REVERSE_COLOR),
        x=Axis("part of Q in the mixture", (0, 1)),
        y=Axis("nats", (lowest, highest)),
    )


@functools.lru_cache(maxsize=8)
def _on_the_way(
    truth: tuple[float, ...], belief: tuple[float, ...], weighted: bool
) -> tuple[Array, float, float]:
    """Measure mixtures against the true distribution; return the axis’s ends too."""
    ends = np.array([truth, belief])
    mixtures = np.stack([1 - PARTS, PARTS], axis=1) @ ends
    true = np.broadcast_to(ends[0], mixtures.shape)
    divergences = _divergences(true, mixtures, weighted)
    divergences.setflags(write=False)
    highest = rounded_up(1.05 * float(np.abs(divergences).max()))
    return divergences, 0.0 if weighted else -highest, highest


def _against_belief(result: Result, p: float, q: float) -> Figure:
    over = _over_beliefs(p, result.weighted)
    lines = [
        Curve(name, BELIEFS, line, color)
        for name, line, color in zip(
            _measures(result), over, MEASURE_COLORS, strict=True
        )
    ]
    highest = fitting(float(np.abs(over).max()), (2.5, 5))
    picture = curves(
        f"{_measured(result)} of two coins against q",
        *lines,
        Mark(q, result.divergence, "", DIVERGENCE_COLOR),
        Mark(q, result.reverse, "", REVERSE_COLOR),
        x=Axis("q, believed probability of heads", (0, 1)),
        y=Axis("nats", (0 if result.weighted else -highest, highest)),
        at=[(p, "p")],
    )
    return draggable(picture, Handle((q, result.divergence), "Drag q", x="q"))


def _areas(result: Result, truth: Array, belief: Array) -> Figure:
    """Draw each outcome as wide as its weight and as high as its surprise."""
    expected, own = -np.log(belief), -np.log(truth)
    weights = truth if result.weighted else np.ones(len(truth))
    ends = np.cumsum(weights)
    steps = np.array([0.0, ends[0], ends[0], ends[1]])
    sums = f"{weights @ expected:.3f} − P’s {weights @ own:.3f}"
    picture = curves(
        f"Areas: Q’s {sums} = {_measures(result)[0]}",
        Curve("height −log Q", steps, expected.repeat(2), BELIEF_COLOR, fill=True),
        Curve("height −log P", steps, own.repeat(2), TRUTH_COLOR, fill=True),
        x=Axis(
            f"{'P' if result.weighted else 'each counted once'}: heads, then tails",
            (0, 1 if result.weighted else 2),
        ),
        y=Axis("surprise, nats", (0, fitting(1.2 * max(*expected, *own), (3, 5.6)))),
        at=[(float(ends[0]), "heads | tails")],
    )
    if not result.weighted:
        return picture
    return draggable(picture, Handle((ends[0], own[0]), "Drag P(heads)", x="p"))


@functools.lru_cache(maxsize=256)
def _over_beliefs(p: float, weighted: bool) -> Array:
    """Measure every belief against the true coin."""
    divergences = _coin_divergences(p, BELIEFS, weighted)
    divergences.setflags(write=False)
    return divergences


def _coin_divergences(p: float, beliefs: Array, weighted: bool = True) -> Array:
    """Measure coins against the true one: divergence, reverse, Jensen–Shannon."""
    believed = np.stack([beliefs, 1 - beliefs], axis=-1)
    true = np.broadcast_to([p, 1 - p], believed.shape)
    return _divergences(true, believed, weighted)


def _divergences(true: Array, believed: Array, weighted: bool) -> Array:
    """Measure rows against rows: divergence, reverse, Jensen–Shannon."""
    if not weighted:
        logs = np.log(true / believed).sum(axis=-1)
        return np.vstack([logs, -logs, js_divergence(true, believed)])
    both_ways = kl_divergence(np.stack([true, believed]), np.stack([believed, true]))
    return np.vstack([both_ways, js_divergence(true, believed)])


def _bell_and_peaks(mu: float, sigma: float, *, weighted: bool) -> Figure:
    """Draw another pair, with its divergences; without weights it has none."""
    bell = np.exp(_log_normal(PLACES, mu, sigma))
    measured = "two peaks, and a bell curve"
    if weighted:
        forward, reverse = (number_text(d, 3) for d in _fit_divergences(mu, sigma))
        measured = f"D(peaks ‖ bell) {forward}, reverse {reverse}"
    return curves(
        f"Another pair: {measured}",
        Curve("two peaks", PLACES, TWO_PEAKS, TRUTH_COLOR, fill=True),
        Curve("bell curve", PLACES, bell, BELIEF_COLOR),
        x=Axis("x", (-6, 6)),
        y=Axis("density", (0, fitting(bell.max(), (1, 2)))),
    )


def _log_normal(x: Array, mu: float, sigma: float) -> Array:
    """Return the logarithm of the normal density."""
    z = (x - mu) / sigma
    return np.asarray(-0.5 * z**2 - math.log(sigma * math.sqrt(2 * math.pi)))


def _log_two_peaks(x: Array) -> Array:
    """Return the logarithm of two equal normal peaks."""
    left, right = (_log_normal(x, peak, PEAK_WIDTH) for peak in PEAKS)
    return np.asarray(np.logaddexp(left, right) - math.log(2))


TWO_PEAKS = np.exp(_log_two_peaks(PLACES))


@functools.lru_cache(maxsize=8)
def _fit_divergences(mu: float, sigma: float) -> tuple[float, float]:
    """Integrate the divergences of two peaks and a normal density, both ways."""
    widest, finest = max(sigma, PEAK_WIDTH), min(sigma, PEAK_WIDTH)
    reach = 10 * widest + max(abs(mu), PEAKS[1])
    # For smooth densities a plain sum is as good as any quadrature, once it is fine.
    x = np.linspace(-reach, reach, 2 * math.ceil(16 * reach / finest) + 1)
    peaks = _log_two_peaks(x)
    fit = _log_normal(x, mu, sigma)
    step = x[1] - x[0]
    forward = (np.exp(peaks) * (peaks - fit)).sum() * step
    reverse = (np.exp(fit) * (fit - peaks)).sum() * step
    return float(forward), float(reverse)


def _costs(result: Result, both: str, one: str, *, equal: bool) -> str:
    """Say what each of both coins or distributions costs the other."""
    if equal:
        return f"The {both} are equal and both divergences are 0"
    if max(result.divergence, result.reverse) < 1e-9:  # rounding would show
        return f"The {both} are nearly equal and both divergences below 1e-9 nats"
    forward, reverse = number_text(result.divergence, 3), number_text(result.reverse, 3)
    return (
        f"If P is true, believing Q costs {forward} extra nats {one}. "
        f"If Q is true, believing P costs {reverse}"
    )
