"""Cross-entropy loss: what is drawn, and the sentence about it."""

from __future__ import annotations

import functools
import math
from collections.abc import Sequence
from typing import NamedTuple

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
    rounded_up,
    tall,
    texts_when_wide,
    thinned,
)
from charts.base import TEXT, values
from formulas.checks import Array
from formulas.linear_algebra.softmax import softmax
from formulas.optimization.cross_entropy import perplexity
from formulas.probability.kl_divergence import entropy
from notation.numbers import number_text, share_text
from notation.symbols import LOWERED
from pages.optimization.cross_entropy.statement import STATEMENT, Result, losses

PROBABILITIES = np.linspace(0.001, 0.999, 160)
GUESS_COLOR = 8
LOGIT_TITLE = "Gradient of each logit (score before softmax)"
SURPRISE = -np.log(PROBABILITIES)
NOTHING = np.full_like(PROBABILITIES, np.nan)
STEPS = np.arange(21)
TOPS = (0.02, 0.05, 0.1, 0.2, 0.5, 1.0)  # of an axis for many low bars
FEW, MANY = 5, 12  # classes whose numbers, and whose names, have room
WORDS = ("mat", "floor", "sofa", "bed", "roof")  # that follow “the cat sat on the”
HEADROOM = 1.35  # above the highest area, where its numbers stand
ABOVE = 0.012  # of the axis: from an area to its numbers
SLOT = 0.84  # width of a target of 1, where the classes stand at 0, 1, 2, ...
SURPRISES = (
    3.5,
    7.0,
    11.0,
    16.0,
    23.5,
)  # ends of the axis of areas; few, so that it rests

PREDICTION_COLOR, LOSS_COLOR, GRADIENT_COLOR = STATEMENT.color_indices(
    "y_prob", "loss", "gradient"
)


def draw(
    result: Result,
    *,
    y_true: Array,
    y_prob: Array,
    probability: float,
    n_classes: int,
    smoothing: float,
    own: str,
) -> Scene:
    """Draw the loss of every prediction, its gradient, and where the gradient leads."""
    if own:
        return _scene_of_a_reader(result, y_true, y_prob, smoothing, own)
    untrained = math.log(n_classes)
    curve = _curve(float(y_true[0]), n_classes)
    kinds = ("true class", "each other class" if n_classes > 2 else "other class")
    return Scene(
        tall(_sum_of_words(y_true, y_prob)),
        _against_probability(
            curve, result.loss, probability, untrained, smoothed=smoothing > 0
        ),
        _gradient(kinds, result.gradient),
        _descent(probability, n_classes, float(y_true[0])),
        readouts={
            "loss": result.loss,
            "loss from the true class": result.true_part,
            "loss from the other classes": result.other_part,
            "entropy of the target: the least loss": _least(
                float(y_true[0]), n_classes
            ),
            "perplexity exp(H)": perplexity(result.loss),
            "loss of a uniform guess, ln K": untrained,
            "gradient of the true logit": float(_settled(result.gradient)[0]),
        },
        status=sentence(
            result,
            "The true class",
            f"{probability:.1%}",
            n_classes,
            smoothing,
            untrained,
        ),
    )


@functools.lru_cache(maxsize=64)  # while the prediction moves
def _least(target: float, n_classes: int) -> float:
    """Return the loss of the prediction that is the target."""
    return float(losses(target, target, n_classes))


class Reader(NamedTuple):
    """What stays of a reader's target and prediction while the labels are smoothed.

    Attributes
    ----------
    place : int
        Of the class that the target gives most.
    sure : bool
        Whether it gives that class everything.
    shares : (n,) ndarray
        How the other classes share their part of the prediction; 1 for the class itself.
    loss, probability, path, gradient : float
        Ends of axes.
    """

    place: int
    sure: bool
    shares: Array
    loss: float
    probability: float
    path: float
    gradient: float


@functools.lru_cache(maxsize=8)
def _reader(own: str) -> Reader:
    """Find out what the pictures need, at no smoothing and at the most."""
    most = STATEMENT.control("smoothing").high
    none, all_of_it = (
        STATEMENT.inputs(probability=0.5, n_classes=2, smoothing=share, own=own)
        for share in (0.0, most)
    )
    target, prediction, logits = none["y_true"], none["y_prob"], none["logits"]
    place = int(target.argmax())
    shares = prediction / np.delete(prediction, place).sum()
    shares[place] = 1.0
    shares.setflags(write=False)
    # In between everything is between these two.
    ends = (target, all_of_it["y_true"])
    highest = [math.log(len(target)), SURPRISE.max()]
    paths = [_path_of(tuple(one.tolist()), tuple(prediction.tolist())) for one in ends]
    for one in ends:
        highest += [-one @ logits, _over_probabilities(one, place, shares).max()]
    steepest = max(np.abs(prediction - one).max() for one in ends)
    return Reader(
        place,
        bool(target.max() == 1),
        shares,
        loss=rounded_up(1.05 * float(max(highest))),
        probability=1.15 * fitting(max(target.max(), prediction.max()), TOPS),
        path=1.08 * fitting(max(path[:, place].max() for path in paths), TOPS),
        gradient=1.25 * fitting(steepest, TOPS),
    )


def _over_probabilities(target: Array, place: int, shares: Array) -> Array:
    """Return the loss of every probability of a class, the others in proportion."""
    own_part = target[place]
    others = -(1 - own_part) * np.log1p(-PROBABILITIES)
    choosing = float(-target @ np.log(shares))
    return np.asarray(own_part * SURPRISE + others + choosing)


def _scene_of_a_reader(
    result: Result, y_true: Array, y_prob: Array, smoothing: float, own: str
) -> Scene:
    """Draw a reader's target and prediction as `draw` does."""
    reader, count = _reader(own), len(y_true)
    place, untrained = reader.place, math.log(count)
    name, probability = f"class {place + 1}", float(y_prob[place])
    part = float(-y_true[place] * math.log(probability))
    kinds = [str(k) for k in range(1, count + 1)]
    ticks, digits = thinned(count, MANY), 3 if count <= FEW else 0
    loss_axis = Axis("loss (nats)", (0, reader.loss))
    number = f"{place + 1}".translate(LOWERED)
    return Scene(
        tall(
            _areas(
                kinds,
                y_true,
                -np.log(y_prob),
                texts=[
                    _term_text(*pair) if count <= FEW else ""
                    for pair in zip(y_true.tolist(), y_prob.tolist(), strict=True)
                ],
                top=rounded_up(HEADROOM * float(-np.log(y_prob.min()))),
                x="class",
                kind="class",
                ticks=ticks,
            )
        ),
        curves(
            f"Loss against ŷ{number}, the others in proportion",
            Curve(
                "loss",
                PROBABILITIES,
                _over_probabilities(y_true, place, reader.shares),
                LOSS_COLOR,
            ),
            Curve(
                f"surprise −ln ŷ{number}",
                PROBABILITIES,
                SURPRISE,
                PREDICTION_COLOR,
                dash=1,
            ),
            _uniform_guess(untrained),
            Mark(
                probability,
                result.loss,
                number_text(result.loss, 3),
                LOSS_COLOR,
                over=True,
            ),
            x=Axis(f"probability ŷ{number} of {name}", (0, 1)),
            y=loss_axis,
        ),
        bars(
            LOGIT_TITLE,
            kinds,
            Bars("gradient ŷ − y", _settled(result.gradient), GRADIENT_COLOR, digits),
            x="class",
            y=Axis("gradient", (-reader.gradient, reader.gradient)),
            height=250,
            ticks=ticks,
        ),
        curves(
            "Gradient descent on the logits, learning rate 1",
            Curve(
                f"ŷ{number}",
                STEPS,
                _path_of(tuple(y_true.tolist()), tuple(y_prob.tolist()))[:, place],
                PREDICTION_COLOR,
                points=True,
            ),
            x=Axis("step", (-0.4, STEPS[-1] + 0.4)),
            y=Axis(f"probability ŷ{number}", (0, reader.path)),
            levels=[(float(y_true[place]), f"target y{number}")],
            height=250,
        ),
        readouts={
            "loss": result.loss,
            f"loss from {name}": part,
            "loss from the other classes": result.loss - part,
            "entropy of the target: the least loss": float(entropy(y_true)),
            "perplexity exp(H)": perplexity(result.loss),
            "loss of a uniform guess, ln K": untrained,
            f"gradient of the logit of {name}": float(_settled(result.gradient)[place]),
        },
        status=sentence(
            result,
            f"The true {name}"
            if reader.sure
            else f"Class {place + 1}, with the largest target,",
            share_text(probability),
            count,
            smoothing,
            untrained,
        ),
    )


@functools.lru_cache(maxsize=64)
def _path_of(target: tuple[float, ...], prediction: tuple[float, ...]) -> Array:
    """Follow all classes while each logit goes against its derivative."""
    goal, logits = np.array(target), np.log(prediction)
    path = [np.array(prediction)]
    for _ in STEPS[1:]:
        logits = logits - (path[-1] - goal)
        path.append(softmax(logits))
    return np.array(path)


@functools.lru_cache(maxsize=256)
def _curve(target: float, n_classes: int) -> Array:
    """Return the loss of every prediction."""
    curve = np.asarray(losses(target, PROBABILITIES, n_classes))
    curve.setflags(write=False)
    return curve


def _against_probability(
    curve: Array, loss: float, probability: float, untrained: float, *, smoothed: bool
) -> Figure:
    picture = curves(
        "Loss against the probability of the true class",
        Curve(
            "loss" if smoothed else "loss: the surprise −ln ŷ₁",
            PROBABILITIES,
            curve,
            LOSS_COLOR,
        ),
        Curve(
            "surprise −ln ŷ₁",
            PROBABILITIES,
            SURPRISE if smoothed else NOTHING,
            PREDICTION_COLOR,
            dash=1,
        ),
        _uniform_guess(untrained),
        Mark(probability, loss, number_text(loss, 3), LOSS_COLOR, over=True),
        x=Axis("probability ŷ₁ of the true class", (0, 1)),
        y=Axis("loss (nats)", (0, fitting(max(curve.max(), untrained), (7.2, 12)))),
    )
    # Without smoothing both curves are one, which is drawn and named once.
    picture["data"][1]["showlegend"] = smoothed
    return draggable(
        picture,
        Handle((probability, loss), "Drag the prediction", x="probability"),
    )


def _uniform_guess(loss: float) -> Curve:
    """Draw the level of a uniform guess, which the legend names on a phone too."""
    return Curve("uniform guess: ln K", [0, 1], [loss, loss], GUESS_COLOR, dash=2)


def _sum_of_words(y_true: Array, y_prob: Array) -> Figure:
    """Draw the terms of the first words one by one; the last area stands for all others.

    The classes after the first are alike, so one of them shows what each adds.
    """
    count = len(y_true)
    shown = min(count, len(WORDS))
    names = list(WORDS[:shown])
    target, prediction = y_true[:shown], y_prob[:shown]
    first, other = (
        _term_text(*pair)
        for pair in zip(target[:2].tolist(), prediction[:2].tolist(), strict=True)
    )
    texts = [first, *[other] * (shown - 1)]
    if count > shown:
        names[-1] = "…"
        texts[-1] = f"{count - shown + 1:,} more, each<br>{texts[-1]}"
    surprise = -np.log(prediction)
    return _areas(
        names,
        target,
        surprise,
        texts=texts,
        top=fitting(HEADROOM * float(surprise.max()), SURPRISES),
        x="next word after “the cat sat on the”",
        kind="word",
    )


def _term_text(y: float, p: float) -> str:
    """Write a term with its numbers, in lines that are no wider than the area."""
    term = number_text(-y * math.log(p) + 0.0, 3)
    return f"{number_text(y, 2)} ×<br>−ln {number_text(p, 2)}<br>= {term}"


def _areas(
    names: Sequence[str],
    target: Array,
    surprise: Array,
    *,
    texts: Sequence[str],
    top: float,
    x: str,
    kind: str,
    ticks: tuple[int, int] = (0, 1),
) -> Figure:
    """Draw each term y · (−ln ŷ) as an area, y wide and −ln ŷ high.

    The outline around it is as wide as a target of 1; ``kind`` is what the classes are.
    """
    left = np.arange(len(names)) - SLOT / 2
    none = np.full_like(left, np.nan)  # lifts the pen between two classes
    floor = np.zeros_like(left)
    heights = np.array([floor, surprise, surprise, floor, none]).T

    def across(width: Array) -> Array:
        right = left + width
        return np.array([left, left, right, right, none]).T.ravel()

    reached = np.where(target[:, None] > 0, heights, np.nan)
    picture = curves(
        "The sum over the classes: each adds the area y · (−ln ŷ)",
        Curve(
            "term: y wide, −ln ŷ high",
            across(SLOT * target),
            reached.ravel(),
            LOSS_COLOR,
            dash=0,
            fill=True,
        ),
        Curve(
            f"if this {kind} were true",
            across(np.full_like(left, SLOT)),
            heights.ravel(),
            GUESS_COLOR,
            dash=2,
        ),
        x=Axis(x, (-0.6, len(names) - 0.4), labels=tuple(names), ticks=ticks),
        y=Axis("surprise −ln ŷ (nats)", (0, top)),
        height=330,
    )
    picture["data"].append(
        {
            "type": "scatter",
            "mode": "text",
            "name": "terms",
            "x": values(np.arange(len(names))),
            "y": values(surprise + ABOVE * top),
            "text": list(texts),
            "textposition": "top center",
            "textfont": {"color": TEXT, "size": 12},
            "showlegend": False,
            "hoverinfo": "skip",
        }
    )
    return texts_when_wide(picture, "terms")


def _settled(gradient: Array) -> Array:
    """Round off what is left of two probabilities that are equal: it is no slope."""
    return np.round(gradient, 14) + 0.0


def _gradient(kinds: tuple[str, str], gradient: Array) -> Figure:
    both = _settled(gradient[:2])
    return bars(
        LOGIT_TITLE,
        kinds,
        Bars("gradient ŷ − y", both, GRADIENT_COLOR),
        y=Axis("gradient", (-1.25, 1.25)),
        height=250,
    )


def _descent(probability: float, n_classes: int, target: float) -> Figure:
    return curves(
        "Gradient descent on the logits, learning rate 1",
        Curve(
            "ŷ₁",
            STEPS,
            _path(probability, n_classes, target),
            PREDICTION_COLOR,
            points=True,
        ),
        x=Axis("step", (-0.4, STEPS[-1] + 0.4)),
        y=Axis("probability ŷ₁", (0, 1.08)),
        levels=[(target, "target y₁")],
        height=250,
    )


def _path(probability: float, n_classes: int, target: float) -> Array:
    """Follow the true class while each logit goes against its derivative.

    All other classes are alike and share the opposite of the true one's derivative, so
    the gap between the two kinds of logit says all.
    """
    others = n_classes - 1
    gap = math.log(probability) - math.log((1 - probability) / others)
    path = [probability]
    for _ in STEPS[1:]:
        gap -= (path[-1] - target) * (1 + 1 / others)
        path.append(1 / (1 + others * math.exp(-gap)))
    return np.array(path)


def sentence(
    result: Result,
    name: str,
    share: str,
    n_classes: int,
    smoothing: float,
    untrained: float,
) -> str:
    """Say what the prediction costs, compared with a blind guess."""
    cost = number_text(result.loss)
    blind = number_text(untrained)
    against = " against the smoothed target" if smoothing else ""
    start = f"{name} gets {share}: a loss of {cost} nats{against}"
    choices = f"{n_classes:,} classes"
    if cost == blind:
        return f"{start}, what a uniform guess among {choices} loses."
    comparison = "worse" if result.loss > untrained else "better"
    return f"{start}, {comparison} than guessing among {choices} ({blind})."
