"""Long computations as generators: they yield their progress and return a history.

A statement's ``simulate`` is built from these; the screen runs it in slices.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Generator
from typing import Any


def for_each(
    keys: Collection[Any], compute: Callable[[Any], Any]
) -> Generator[float, None, dict[Any, Any]]:
    """Compute something for each of several keys; return it all by key."""
    table = {}
    for key in keys:
        table[key] = compute(key)
        yield len(table) / len(keys)
    return table


def one_after_the_other(
    *parts: Generator[float, None, Any],
) -> Generator[float, None, tuple[Any, ...]]:
    """Run several computations as one and return all their results."""
    results = []
    for k, part in enumerate(parts):
        running = True
        while running:
            try:
                yield (k + next(part)) / len(parts)
            except StopIteration as stop:
                results.append(stop.value)
                running = False
    return tuple(results)


def finished(computation: Generator[float, None, Any]) -> Any:
    """Run a long computation to its end; return its result."""
    while True:
        try:
            next(computation)
        except StopIteration as stop:
            return stop.value
