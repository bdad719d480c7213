"""Time the functions beside the shortest NumPy that gives the same numbers.

Ratios are medians of rounds in which the two take turns, of the processor time of one
thread, because the machine may be shared. Then every lesson and form: the processor time
to draw all positions of each of its sliders, which is what the first drag costs the server,
and the size of the message. The last line names the sliders that are over the budget.

    python benchmarks/backend.py
"""

from __future__ import annotations

import os
import statistics
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # or waiting would count as work

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))


from benchmarks import short_forms  # noqa: E402
from benchmarks.short_forms import short_softmax  # noqa: E402
from formulas.linear_algebra.convolution import conv2d  # noqa: E402
from formulas.linear_algebra.softmax import softmax  # noqa: E402
from formulas.reinforcement_learning.bellman import value_iteration  # noqa: E402
from formulas.transformer.attention import (  # noqa: E402
    scaled_dot_product_attention,
)
from formulas.transformer.layer_norm import layer_norm  # noqa: E402
from notation.quantities import Control  # noqa: E402
from tests.lessons import default_history  # noqa: E402
from ui import frames  # noqa: E402
from ui.catalogue import SHOWN, Lesson  # noqa: E402
from ui.packing import Pool  # noqa: E402

ROUNDS = 9
MOST_MS, MOST_KB = 80, 300


def short_attention(q: np.ndarray, k: np.ndarray, v: np.ndarray) -> np.ndarray:
    """Compute attention in one line."""
    return np.asarray(short_softmax(q @ k.T / np.sqrt(q.shape[1])) @ v)


def short_layer_norm(x: np.ndarray) -> np.ndarray:
    """Compute layer normalization in two lines."""
    centered = x - x.mean(axis=-1, keepdims=True)
    var = (centered**2).mean(axis=-1, keepdims=True)
    return np.asarray(centered / np.sqrt(var + 1e-5))


def short_conv2d(image: np.ndarray, kernel: np.ndarray) -> np.ndarray:
    """Compute a cross-correlation in one line."""
    windows = np.lib.stride_tricks.sliding_window_view(image, kernel.shape)
    return np.asarray(np.einsum("ijmn,mn->ij", windows, kernel))


def short_value_iteration(P: np.ndarray, R: np.ndarray, gamma: float) -> np.ndarray:
    """Compute optimal values in four lines."""
    v = np.zeros(len(P))
    for _ in range(10000):
        new = (R + gamma * P @ v).max(axis=1)
        if np.abs(new - v).max() < 1e-10:
            return np.asarray(new)
        v = new
    return v


def cases() -> list[tuple[str, Callable[[], Any], Callable[[], Any]]]:
    """Return name, our function and the short one, on the same input."""
    random = np.random.default_rng(0)
    z = random.normal(size=10**6)
    q, k, v = (random.normal(size=(1024, 64)) for _ in range(3))
    x = random.normal(size=(10**4, 768))
    image, kernel = random.normal(size=(512, 512)), random.normal(size=(5, 5))
    P = random.random((400, 4, 400)) ** 20
    P /= P.sum(axis=2, keepdims=True)
    R = random.normal(size=(400, 4))
    return [
        ("softmax, 10^6 logits", lambda: softmax(z), lambda: short_softmax(z)),
        (
            "attention, n = 1024, d = 64",
            lambda: scaled_dot_product_attention(q, k, v).output,
            lambda: short_attention(q, k, v),
        ),
        ("layer norm, 10^4 x 768", lambda: layer_norm(x), lambda: short_layer_norm(x)),
        (
            "conv2d, 512 x 512 by 5 x 5",
            lambda: conv2d(image, kernel),
            lambda: short_conv2d(image, kernel),
        ),
        (
            "value iteration, 400 states",
            lambda: value_iteration(P, R, 0.9).v,
            lambda: short_value_iteration(P, R, 0.9),
        ),
        *short_forms.cases(),
    ]


def seconds(function: Callable[[], Any]) -> float:
    """Return the processor time of one call."""
    start = time.process_time()
    function()
    return time.process_time() - start


def agree(ours: Any, short: Any) -> None:
    """Compare numbers, or lists of arrays."""
    several = isinstance(ours, (list, tuple))
    pairs = zip(ours, short, strict=True) if several else [(ours, short)]
    for one, other in pairs:
        np.testing.assert_allclose(one, other, rtol=1e-8, atol=1e-8)


def forget(lesson: Lesson) -> None:
    """Empty the caches of a lesson: the first visitor finds them so."""
    for function in (lesson.statement.compute, lesson.draw):
        scope: dict[str, Any] = getattr(function, "__globals__", {})
        for thing in scope.values():
            if hasattr(thing, "cache_clear"):
                thing.cache_clear()


def swept(lesson: Lesson, control: Control) -> tuple[float, float]:
    """Sweep a slider; return the processor time in ms and the size in kB."""
    history = default_history(lesson.statement)
    forget(lesson)
    pool = Pool()
    start = time.process_time()
    made = frames.sweep(lesson, control, lesson.statement.defaults, pool, history)
    spent = time.process_time() - start
    return spent * 1e3, len(pool.message({"sweep": made})) / 1e3


def main() -> None:
    """Print both tables."""
    print("function                         ours ms   short ms   ratio")
    for name, ours, short in cases():
        agree(ours(), short())
        pairs = [(seconds(ours), seconds(short)) for _ in range(ROUNDS)]
        mine, other = (statistics.median(t) * 1e3 for t in zip(*pairs, strict=True))
        ratio = statistics.median(a / b for a, b in pairs)
        print(f"{name:31} {mine:8.2f}   {other:8.2f}   {ratio:5.2f}")
    print("\nsweep of a slider                       positions      ms      kB")
    sliders = [
        (lesson, control)
        for lesson in SHOWN
        for control in lesson.statement.controls
        if control.is_number
    ]
    # Whole rounds, because a shared machine is slow for seconds at a time.
    rounds = [[swept(*slider) for slider in sliders] for _ in range(ROUNDS)]
    over = []
    for (lesson, control), runs in zip(sliders, zip(*rounds, strict=True), strict=True):
        spent, size = min(runs)
        name = f"{lesson.key}, {control.name}"
        print(f"{name:46} {len(control.positions):4}   {spent:7.1f}  {size:6.0f}")
        over += [name] if spent > MOST_MS or size > MOST_KB else []
    budget = f"over the budget of {MOST_MS} ms and {MOST_KB} kB"
    print(f"\n{budget}: {'; '.join(over) or 'none'}")


if __name__ == "__main__":
    main()
