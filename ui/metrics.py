"""Numbers for whoever runs the app, as Prometheus reads them; off unless asked for.

``FORMULA_EXPLORER_METRICS=1`` in the environment opens ``/metrics``. There is nothing
about a person in it, but it is for the operator: a proxy should keep it from visitors.
"""

from __future__ import annotations

import os
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from threading import Lock
from typing import Any

import streamlit as st
from starlette.requests import Request
from starlette.responses import PlainTextResponse
from starlette.routing import Route

from ui.kept import KeptForAll

SWITCH = "FORMULA_EXPLORER_METRICS"
PREFIX = "formula_explorer"
SLOW = 0.1  # seconds that a sweep should not take
MEANINGS = {
    "visitors": "open connections",
    "visits_total": "connections since the start",
    "sweeps_total": "sweeps that were computed",
    "sweep_seconds_total": "time that they took",
    "slow_sweeps_total": f"those that took over {1e3 * SLOW:.0f} ms",
    "computations_total": "long computations that were started",
    "refused_total": "requests that were refused",
}


class Metrics:
    """Counters that any thread may move, and caches that count for themselves."""

    def __init__(self) -> None:
        self.caches: dict[str, KeptForAll[Any]] = {}
        self._counts: Counter[str] = Counter()
        self._lock = Lock()

    def add(self, name: str, count: float = 1) -> None:
        """Move a counter; its name is one of `MEANINGS`."""
        with self._lock:
            self._counts[name] += count  # type: ignore[assignment]

    def value(self, name: str) -> float:
        """Return where a counter stands."""
        return self._counts[name]

    @contextmanager
    def sweep(self) -> Iterator[None]:
        """Count a sweep, and how long it takes."""
        start = time.perf_counter()
        yield
        seconds = time.perf_counter() - start
        self.add("sweeps_total")
        self.add("sweep_seconds_total", seconds)
        if seconds > SLOW:
            self.add("slow_sweeps_total")


METRICS = Metrics()


def text() -> str:
    """Return all numbers in Prometheus's text format."""
    lines = []
    for name, meaning in MEANINGS.items():
        kind = "counter" if name.endswith("_total") else "gauge"
        lines += _entry(name, kind, meaning, [("", METRICS.value(name))])
    for name, meaning in (
        ("hits", "answers that were kept already"),
        ("misses", "answers that were not"),
        ("bytes", "bytes that are kept"),
    ):
        values = [
            (f'{{of="{what}"}}', float(getattr(cache, name)))
            for what, cache in METRICS.caches.items()
        ]
        kind = "gauge" if name == "bytes" else "counter"
        suffix = "" if kind == "gauge" else "_total"
        lines += _entry(f"kept_{name}{suffix}", kind, meaning, values)
    return "\n".join(lines) + "\n"


def _entry(
    name: str, kind: str, meaning: str, values: list[tuple[str, float]]
) -> list[str]:
    full = f"{PREFIX}_{name}"
    head = [f"# HELP {full} {meaning}", f"# TYPE {full} {kind}"]
    return head + [f"{full}{label} {value:g}" for label, value in values]


def routes() -> list[Route]:
    """Return the address of the numbers, if the environment asks for it."""
    if os.environ.get(SWITCH) != "1":
        return []
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return [Route(f"{'/' if base else ''}{base}/metrics", _answer)]


async def _answer(_request: Request) -> PlainTextResponse:
    return PlainTextResponse(text(), headers={"Cache-Control": "no-store"})
