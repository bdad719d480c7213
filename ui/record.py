"""Long computations (training, simulation): in slices, with progress, cached.

A lesson's ``record`` is a generator function of some of its controls. It yields its
progress between 0 and 1 and returns the record that ``draw`` then gets. It runs a few
hundredths of a second per visit of the script, and the browser asks for the next slice,
so that it never blocks a server thread and a changed control simply abandons it.
"""

from __future__ import annotations

import inspect
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Generator, Mapping
from dataclasses import dataclass
from threading import Lock
from typing import Any

from formulas.formula import Value

Record = Callable[..., Generator[float, None, Any]]

SLICE = 0.04  # seconds
MOST_RECORDS = 64


@dataclass
class Job:
    """A computation under way."""

    key: Any
    steps: Generator[float, None, Any]
    fraction: float = 0.0


class RecordCache:
    """A bounded cache of finished records, shared by all visitors."""

    def __init__(self, most: int = MOST_RECORDS) -> None:
        self._most = most
        self._kept: OrderedDict[Any, Any] = OrderedDict()
        self._lock = Lock()

    def get(self, key: Any) -> Any | None:
        """Return a finished record, or None."""
        with self._lock:
            if key in self._kept:
                self._kept.move_to_end(key)
            return self._kept.get(key)

    def put(self, key: Any, record: Any) -> None:
        """Keep a finished record; drop the one that was not used for longest."""
        with self._lock:
            self._kept[key] = record
            while len(self._kept) > self._most:
                self._kept.popitem(last=False)


RECORDS = RecordCache()


def needed(record: Record) -> tuple[str, ...]:
    """Return the controls that a record depends on."""
    return tuple(inspect.signature(record).parameters)


def record_key(slug: str, record: Record, values: Mapping[str, Value]) -> Any:
    """Identify a record by what it depends on and by the code that makes it."""
    return (slug, tuple(values[name] for name in needed(record)), record.__code__)


def start(slug: str, record: Record, values: Mapping[str, Value]) -> Job:
    """Begin a computation; nothing runs yet."""
    steps = record(**{name: values[name] for name in needed(record)})
    return Job(record_key(slug, record, values), steps)


def advance(job: Job, seconds: float = SLICE) -> Any | None:
    """Run a job for a while; return its record once it is finished."""
    end = time.perf_counter() + seconds
    while True:
        try:
            job.fraction = next(job.steps)
        except StopIteration as stop:
            RECORDS.put(job.key, stop.value)
            return stop.value
        if time.perf_counter() >= end:
            return None


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
    """Run several computations as one and return all their records."""
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
