"""What the first visitors would wait for, computed ahead while the server is idle.

A lesson that nobody has opened yet costs its first visitor some tenths of a second: SymPy
is imported, trees are built and printed, and every slider's first sweep is drawn. After the
start all of it is done in the background, the openings first.
"""

from __future__ import annotations

import logging
import os
import threading

from ui import frames, live, simulation
from ui.catalogue import LESSONS, Lesson
from ui.metrics import METRICS
from ui.state import LessonState
from ui.sweep_route import epoch_of

SWITCH = "FORMULA_EXPLORER_AHEAD"  # "0": nothing is computed ahead
PAUSE = 0.5  # seconds from one look for visitors to the next
LOG = logging.getLogger(__name__)


class Ahead:
    """The work in the background, from the server's start to its end."""

    def __init__(self) -> None:
        self._ended = threading.Event()

    def start(self) -> None:
        """Begin, unless the environment says not to."""
        if os.environ.get(SWITCH) != "0":
            threading.Thread(target=self._work, name="ahead", daemon=True).start()

    def stop(self) -> None:
        """Leave the rest undone."""
        self._ended.set()

    def _work(self) -> None:
        for task in (open_lesson, draw_sweeps):
            for lesson in LESSONS:
                # Visitors who are there already go first.
                while METRICS.value("visitors") and not self._ended.wait(PAUSE):
                    pass
                if self._ended.is_set():
                    return
                try:
                    task(lesson)
                except Exception:  # the visitor who opens it will see why
                    LOG.exception("%s cannot be computed ahead", lesson)


def open_lesson(lesson: Lesson) -> None:
    """Compute what an opening lesson shows."""
    statement = lesson.statement
    state = LessonState(lesson, statement.defaults)
    live.describe_lesson(state)
    history = simulation.whole_history(statement, state.values)
    frames.frame(lesson, state.values, history)
    frames.entry_traces(lesson, state.values, history)


def draw_sweeps(lesson: Lesson) -> None:
    """Draw every slider's sweep at the lesson's defaults."""
    statement = lesson.statement
    values, worked = statement.defaults, frames.USUAL
    history = simulation.whole_history(statement, values)
    key = None if history is None else simulation.history_key(statement, values)
    for control in statement.swept_controls:
        epoch = epoch_of(worked, key)
        frames.cached_sweep(lesson, control, values, epoch, history, worked)
