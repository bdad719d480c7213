"""Sweeps of other processes: the same, and no worse when a process dies."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.server import ROOT
from ui import frames, simulation
from ui.catalogue import BY_SLUG, SHOWN
from ui.kept import KeptForAll
from ui.packing import Pool, packed
from ui.workers import SWITCH, Workers, wanted

VALUES = BY_SLUG["softmax"].statement.defaults | {"z2": 3.0}
SIMULATED = [lesson for lesson in SHOWN if lesson.statement.simulate is not None]


@pytest.fixture
def workers():
    made = Workers()
    made.start(frames.be_ready, 1)
    made.wait()
    yield made
    made.stop()


def draw(workers, control="z1"):
    return workers.run(frames.packed_sweep, "softmax", control, VALUES, frames.USUAL)


def test_a_worker_draws_the_same_sweep(workers):
    drawn = draw(workers)
    here = frames.packed_sweep("softmax", "z1", VALUES, frames.USUAL)
    assert drawn.text == here.text
    assert drawn.pool.parts[0].tobytes() == here.pool.parts[0].tobytes()


@pytest.mark.parametrize("lesson", SIMULATED, ids=lambda one: one.key)
def test_a_worker_draws_the_same_sweep_over_a_long_computation(
    monkeypatch, workers, lesson
):
    statement = lesson.statement
    control, values = statement.swept_controls[0], statement.defaults
    history = simulation.whole_history(statement, values)
    pool = Pool()
    here = packed(frames.sweep(lesson, control, values, pool, history), pool)
    calls = []
    monkeypatch.setattr(frames, "SWEEPS", KeptForAll(2**20, lambda kept: kept.size))
    monkeypatch.setattr(frames, "WORKERS", workers)
    monkeypatch.setattr(frames, "_packed", lambda *given: calls.append(given))
    drawn = frames.cached_sweep(lesson, control, values, "", history)
    assert not calls  # it was drawn elsewhere
    assert drawn.text == here.text
    assert drawn.pool.parts[0].tobytes() == here.pool.parts[0].tobytes()


def test_it_is_another_process_that_works(workers):
    assert workers.run(os.getpid) != os.getpid()
    assert Workers().run(os.getpid) == os.getpid()


def test_when_a_worker_dies_the_server_draws_itself(workers):
    os.kill(workers.run(os.getpid), signal.SIGKILL)
    assert draw(workers).text == draw(Workers()).text
    assert workers.run(os.getpid) == os.getpid()


SERVER = """
import os, sys, time
from ui.workers import Workers
workers = Workers()
workers.start(os.getpid, 2)
workers.wait()
print(*workers._pool._processes, flush=True)
time.sleep(60)
"""


@pytest.mark.parametrize("end", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_server_however_it_ends(end):
    command = [sys.executable, "-c", SERVER]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE) as server:
        workers = [
            Path(f"/proc/{pid.decode()}") for pid in server.stdout.readline().split()
        ]
        assert len(workers) == 2
        assert all(worker.exists() for worker in workers)
        server.send_signal(end)
    for _ in range(100):
        if not any(map(is_alive, workers)):
            return
        time.sleep(0.1)
    raise AssertionError(f"still there: {workers}")


def is_alive(process: Path) -> bool:
    """Tell whether a process runs; one that waits to be buried does not."""
    try:
        state = (process / "stat").read_text().rsplit(")", 1)[1].split()[0]
    except OSError:
        return False
    return state != "Z"


def test_a_mistake_in_a_lesson_is_no_death_of_a_worker(workers):
    worker = workers.run(os.getpid)
    with pytest.raises(KeyError):
        draw(workers, "no such slider")
    assert workers.run(os.getpid) == worker


@pytest.mark.parametrize(
    ("said", "processors", "count"),
    [(None, 1, 0), (None, 2, 2), (None, 64, 3), ("0", 8, 0), ("5", 1, 5), ("x", 2, 2)],
)
def test_there_are_as_many_as_the_machine_has_room_for(
    monkeypatch, said, processors, count
):
    monkeypatch.setattr("os.cpu_count", lambda: processors)
    monkeypatch.delenv(SWITCH, raising=False)
    if said is not None:
        monkeypatch.setenv(SWITCH, said)
    assert wanted() == count
