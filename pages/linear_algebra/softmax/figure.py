"""Softmax: what is drawn, and the sentence about it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from charts import (
    Axis,
    Bars,
    Curve,
    Figure,
    Mark,
    Scene,
    bars,
    curves,
    heatmap,
    largest,
    rounded_up,
    tall,
    thinned,
    with_terms,
)
from charts.base import color
from formulas.checks import Array
from formulas.linear_algebra.softmax import softmax, softmax_jacobian, softmax_naive
from formulas.probability.kl_divergence import entropy
from notation.numbers import number_text
from pages.linear_algebra.softmax.statement import STATEMENT, WORDS, Result

TEMPERATURES = np.array(STATEMENT.control("temperature").positions)
CLASS_COLORS = STATEMENT.color_indices("z1", "z2", "z3")
SOFTMAX_COLOR, OTHER_COLOR = STATEMENT.color_index("probabilities"), 8
STEEPEST = 0.25  # p (1 - p) is never larger
MOST_DRAWN = 1e300  # an axis goes beyond it by a factor
POWER_COLOR = STATEMENT.color_index("logits")
PROBABILITY = Axis("probability", (0, 1.12))
TOPS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # of an axis for many low bars
TIE = 1e-9
NUMBERED = 4  # bars whose numbers, and names, have room
FEW, MANY = 6, 12  # curves, and cells or named bars, that can be told apart
UNDERFLOW = 1e-320  # 200 numbers that are rounded to 0 add up to less
SURE = 0.0005  # what is left when a leader's percentage would read as 100


def draw(result: Result, *, logits: Array, temperature: float, own: str) -> Scene:
    """Draw the probabilities, what temperature does to them, and their slopes."""
    p = result.probabilities
    divisor = temperature if result.heard else 1.0
    scaled = logits / divisor
    naive = softmax_naive(scaled)
    names = [f"{word} ({k})" for k, word in enumerate(WORDS, 1)]
    if own:
        names = [f"class {k + 1}" for k in range(len(p))]
    return Scene(
        _bars(p, names, own=bool(own)),
        _powers(scaled, logits / temperature, names),
        _against_temperature(logits, result, temperature, names, numbered=not own),
        _slopes(scaled, divisor, names),
        readouts={
            **dict(zip(("p₁", "p₂", "p₃"), p, strict=False)),
            "entropy (nats)": result.entropy,
            "odds of class 1 to class 2": _odds(scaled),
        },
        status=sentence(result, naive, scaled, () if own else WORDS),
    )


def _odds(scaled: Array) -> float:
    """Return the odds of the first two classes, which outlive their probabilities."""
    with np.errstate(over="ignore"):
        return float(np.exp(scaled[0] - scaled[1]))


def _labels(names: list[str]) -> list[str]:
    """Return the names as an axis has room for them."""
    if len(names) <= NUMBERED:
        return names
    return [name.removeprefix("class ") for name in names]


def _bars(p: Array, names: list[str], *, own: bool) -> Figure:
    many = len(p) > MANY
    top = next(top for top in TOPS if p.max() <= top) if many else 1.0
    picture = bars(
        "Probabilities",
        _labels(names),
        Bars("softmax", p, SOFTMAX_COLOR, 2 if len(p) <= NUMBERED else 0),
        x="class" if len(p) > NUMBERED else "",
        y=Axis("probability", (0, 1.12 * top)),
        ticks=thinned(len(p), FEW),
    )
    if own:
        return picture
    (trace,) = picture["data"]
    colors = [color(index) for index in CLASS_COLORS]  # those of their sliders
    colored = {**trace, "marker": {**trace["marker"], "color": colors}}
    return tall({**picture, "data": [colored]})


def _powers(scaled: Array, whole: Array, names: list[str]) -> Figure:
    """Draw what the logits become first, and their sum; nothing where floats end.

    The axis has room for the ``whole`` formula's powers too.
    """
    powers, height = _with_sum(scaled), _with_sum(whole)
    overflows = not np.isfinite(powers).all()
    if overflows:
        powers = np.full_like(powers, np.nan)
    top = max([*powers[np.isfinite(powers)], *height[np.isfinite(height)], 0.0])
    digits = 3 if len(scaled) <= NUMBERED else 0
    name = "positive, and their sum"
    if overflows:
        name = "inf, too large for floats; inf / inf is nan"
    elif not powers.all():
        name = "rounded to 0 where too small for floats"
    picture = bars(
        f"First e^(z/T): {name}",
        [*_labels(names), "sum"],
        Bars("e^(z/T)", powers, POWER_COLOR, digits),
        x="class" if len(scaled) > NUMBERED else "",
        y=Axis("e^(z/T)", (0, rounded_up(1.15 * min(top, MOST_DRAWN)))),
        ticks=thinned(len(scaled) + 1, FEW),
    )
    return with_terms(picture, probabilities=0)


def _with_sum(scaled: Array) -> Array:
    with np.errstate(over="ignore", under="ignore"):
        powers = np.exp(scaled)
        return np.append(powers, powers.sum())


def _against_temperature(
    logits: Array,
    result: Result,
    temperature: float,
    names: list[str],
    *,
    numbered: bool,
) -> Figure:
    p = result.probabilities
    divisors = TEMPERATURES if result.heard else np.ones_like(TEMPERATURES)
    runs = softmax(logits / divisors[:, None])
    count = len(logits)
    shown = largest(logits, FEW)
    leader = p.argmax()  # the only one whose number has room
    lines = [
        Curve(names[k], TEMPERATURES, runs[:, k], _color(place))
        for place, k in enumerate(shown)
    ]
    now = [
        Mark(
            temperature,
            p[k],
            number_text(p[k], 2) if numbered and k == leader else "",
            _color(place),
        )
        for place, k in enumerate(shown)
    ]
    share = entropy(runs) / np.log(count)
    return curves(
        "Probabilities and entropy against temperature" + _chosen(count, FEW),
        *lines,
        Curve(f"entropy / ln {count}", TEMPERATURES, share, OTHER_COLOR),
        *now,
        x=Axis("temperature T", (0.1, 10), log=True),
        y=PROBABILITY,
        at=[(temperature, "")],
    )


def _slopes(scaled: Array, divisor: float, names: list[str]) -> Figure:
    count = len(scaled)
    shown = largest(scaled, MANY)
    slopes = softmax_jacobian(scaled)[np.ix_(shown, shown)]
    labels = [_labels(names)[k] for k in shown]
    title = "Derivatives of probabilities by logits"
    reach = STEEPEST / divisor  # at p = 1/2, so that colors tell slopes at every T
    return heatmap(
        title + _chosen(count, MANY),
        slopes / divisor,
        x=Axis("logit", labels=labels),
        y=Axis("probability", labels=labels),
        limits=(-reach, reach),
        digits=3,
        numbers=count <= FEW,
    )


def _chosen(count: int, most: int) -> str:
    """Say in a title that not all classes are shown."""
    return f", the {most} largest of {count}" if count > most else ""


def _color(place: int) -> int:
    """Return the color of a curve: that of its logit's slider, where it has one."""
    others = [k for k in range(1, OTHER_COLOR) if k not in CLASS_COLORS]
    return (*CLASS_COLORS, *others)[place]


def sentence(result: Result, naive: Array, scaled: Array, words: Sequence[str]) -> str:
    """Say who leads, and what the entropy is or why the formula as written fails.

    Classes that stand for words are named by them.
    """
    p = result.probabilities
    leaders = np.flatnonzero(p.max() - p < TIE)
    leads = _leads(p, leaders, words)
    if words:
        leads = f"After “the cat sat on the”, {leads.replace('Each', 'each')}"
    # So written that NaN fails too.
    if not np.abs(naive - p).max() < 0.001:
        reason = "every e^(z/T) underflows"
        if scaled.max() > 0:
            reason = "the sum of e^(z/T) overflows"
        return f"{leads}; the formula as written fails, because {reason}."
    if p.max() > 0.99:
        return f"{leads}: nearly a hard maximum, but never exactly one."
    now, most = f"{result.entropy:.4g}", f"{np.log(len(p)):.4g}"
    if len(leaders) == len(p):
        return f"{leads}; the entropy is as large as it can be, {most} nats."
    if now == most:
        return f"{leads}; the entropy is just below its maximum, {most} nats."
    return f"{leads}; the entropy is {now} of at most {most} nats."


def _leads(p: Array, leaders: np.ndarray, words: Sequence[str]) -> str:
    """Name the classes of the largest probability, and how large it is."""
    names = [str(k + 1) for k in leaders]
    if words:
        names = [f"“{words[k]}”" for k in leaders]
    rest = np.sort(p)[:-1].sum()
    share = f"{p.max():.1%} of the probability"
    if rest < SURE:
        left = number_text(rest) if rest else f"less than {UNDERFLOW:g}"
        share = f"all but {left} of the probability"
    if len(names) == 1:
        return f"{names[0] if words else f'Class {names[0]}'} takes {share}"
    if len(names) == len(p):
        return f"Each class takes {share}"
    if len(names) > FEW:
        return f"{len(names)} classes take {share} each"
    which = " and ".join(names)
    return f"{which if words else f'Classes {which}'} take {share} each"
