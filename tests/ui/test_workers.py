"""Sweeps of other processes: the same, and no worse when a process dies."""

from __future__ import annotations

import os
import signal

import pytest

from ui import frames
from ui.catalogue import BY_SLUG
from ui.workers import SWITCH, Workers, wanted

VALUES = BY_SLUG["softmax"].statement.defaults | {"z2": 3.0}


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


def test_it_is_another_process_that_works(workers):
    assert workers.run(os.getpid) != os.getpid()
    assert Workers().run(os.getpid) == os.getpid()


def test_when_a_worker_dies_the_server_draws_itself(workers):
    os.kill(workers.run(os.getpid), signal.SIGKILL)
    assert draw(workers).text == draw(Workers()).text
    assert workers.run(os.getpid) == os.getpid()


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
