"""Long computations (training, episodes) on the screen: in slices, with progress, cached.

A statement's ``simulate`` is a generator of some of its controls. It yields its progress
between 0 and 1 and returns the history that sliders then move over. It runs a few
hundredths of a second per visit of the script, and the browser asks for the next slice,
so that it never blocks a server thread and a changed control simply abandons it. Where a
visit takes longer than that (a far network, Python in the browser) so does a slice: at
least half of the time goes into the computation.
"""

from __future__ import annotations

import math
import time
from collections.abc import Generator, Iterable, Mapping
from dataclasses import dataclass, field
from threading import Lock
from typing import Any
from weakref import WeakValueDictionary

from notation.quantities import Value
from notation.statement import Statement, call_with
from ui.kept import KeptForAll, bytes_of
from ui.metrics import METRICS

SLICE, LONGEST_SLICE = 0.04, 0.25  # seconds
MOST_HISTORIES = 64 * 2**20  # bytes of them


@dataclass(eq=False)
class Job:
    """A computation under way; one thread at a time brings it forward.

    Visitors who wait for the same history share it, and each brings it forward.
    """

    key: Any
    steps: Generator[float, None, Any]
    fraction: float = 0.0
    history: Any = None  # once it is finished
    failed: bool = False
    rested_since: float = field(default_factory=time.perf_counter)
    lock: Any = field(default_factory=Lock, repr=False)


HISTORIES: KeptForAll[Any] = KeptForAll(MOST_HISTORIES, bytes_of)
METRICS.caches["histories"] = HISTORIES
_JOBS: WeakValueDictionary[Any, Job] = WeakValueDictionary()  # while somebody waits
_STARTING = Lock()


def history_key(statement: Statement, values: Mapping[str, Value]) -> Any:
    """Identify a history by what it depends on and by the code that makes it."""
    simulate: Any = statement.simulate
    return tuple(values[name] for name in statement.slow_controls), simulate.__code__


def is_constant(statement: Statement) -> bool:
    """Tell whether a statement's history is the same at all settings."""
    return not statement.slow_controls and statement.outline is None


def same_history(statement: Statement, settings: Iterable[Mapping[str, Value]]) -> bool:
    """Tell whether several settings need the same history, if any."""
    names = statement.slow_controls
    return len({tuple(values[name] for name in names) for values in settings}) <= 1


def known_history(statement: Statement, values: Mapping[str, Value]) -> tuple[Any, Any]:
    """Return the history if it is kept, else its outline, and which of both it is.

    Returns
    -------
    history : object
        None where there is not even an outline.
    key : hashable
        What it belongs to; see `history_key`.
    """
    key = history_key(statement, values)
    history = HISTORIES.get(key)
    if history is None and statement.outline is not None:
        return call_with(statement.outline, values), ("outline", key)
    return history, key


def start(statement: Statement, values: Mapping[str, Value]) -> Job:
    """Begin a computation, or join the one that is under way; nothing runs yet."""
    assert statement.simulate is not None  # noqa: S101 - narrows the type
    key = history_key(statement, values)
    with _STARTING:
        job = _JOBS.get(key)
        if job is None or job.failed:
            METRICS.add("computations_total")
            job = Job(key, call_with(statement.simulate, values))
            _JOBS[key] = job
    return job


def advance(job: Job, seconds: float | None = None) -> Any | None:
    """Run a job for a while; return its history once it is finished.

    Unless it is said how long, that is as long as the job has rested, within bounds.
    """
    with job.lock:
        begun = time.perf_counter()
        if seconds is None:
            seconds = min(max(begun - job.rested_since, SLICE), LONGEST_SLICE)
        while job.history is None:
            try:
                job.fraction = next(job.steps)
            except StopIteration as stop:
                job.history = stop.value
                HISTORIES.put(job.key, stop.value)
            except Exception:
                job.failed = True  # whoever comes next begins anew
                raise
            if time.perf_counter() >= begun + seconds:
                break
        job.rested_since = time.perf_counter()
        return job.history


def whole_history(statement: Statement, values: Mapping[str, Value]) -> Any:
    """Return a history, computed at once if nobody has computed it yet.

    None for a statement that has no long computation.
    """
    if statement.simulate is None:
        return None
    history = HISTORIES.get(history_key(statement, values))
    if history is None:
        history = advance(start(statement, values), math.inf)
    return history
