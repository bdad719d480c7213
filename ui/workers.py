"""Work that other processes do, so that one visitor's drag holds nobody else up.

Python runs one thread at a time in a process. A sweep takes some hundredths of a second,
and meanwhile the others' commits and openings would wait. The pool starts with the server
(`ui.server`); without one, in tests and scripts, work is done where it is asked for.
"""

from __future__ import annotations

import contextlib
import gc
import logging
import multiprocessing
import os
import sys
import threading
from collections.abc import Callable, Iterator
from concurrent.futures import BrokenExecutor, Future, wait
from types import ModuleType
from typing import TYPE_CHECKING, Any, TypeVar

if TYPE_CHECKING:
    from concurrent.futures import ProcessPoolExecutor

SWITCH = (
    "FORMULA_EXPLORER_WORKERS"  # how many, instead of what the machine has room for
)
MOST = 3
POLITENESS = 5
LOG = logging.getLogger(__name__)

Made = TypeVar("Made")


class Workers:
    """A pool that may not be there."""

    def __init__(self) -> None:
        self._pool: ProcessPoolExecutor | None = None
        self._ready: list[Future[object]] = []

    def start(self, prepare: Callable[[], object], count: int | None = None) -> None:
        """Start the pool; on a machine with one processor there is none.

        Parameters
        ----------
        prepare : callable
            A function of a module that the work needs, which is imported with it.
        count : int, optional
            How many workers; by default what `wanted` says.
        """
        from concurrent.futures import ProcessPoolExecutor  # a browser has none

        count = wanted() if count is None else count
        if count and self._pool is None:
            context = multiprocessing.get_context("spawn")
            self._pool = ProcessPoolExecutor(count, context, _settle)
            with _no_main():
                self._ready = [self._pool.submit(prepare) for _ in range(count)]

    def wait(self) -> None:
        """Wait until the pool is ready."""
        wait(self._ready)

    def stop(self) -> None:
        """End the pool."""
        pool, self._pool = self._pool, None
        if pool is not None:
            pool.shutdown(wait=False, cancel_futures=True)

    def run(self, work: Callable[..., Made], *given: Any) -> Made:
        """Do some work in another process, and here where there is none, or not yet.

        Parameters
        ----------
        work : callable
            A function of a module; it and what it is given travel by name and by value.
        *given
            Its arguments.
        """
        if self._pool is not None and all(one.done() for one in self._ready):
            try:
                return self._pool.submit(_undisturbed, work, *given).result()
            except (BrokenExecutor, RuntimeError):  # killed, or the server is ending
                LOG.warning("a worker is gone; the server does its work itself")
                self.stop()
        return work(*given)


def _undisturbed(work: Callable[..., Made], *given: Any) -> Made:
    """Work without the garbage collector, which takes a tenth of the time of a sweep."""
    gc.disable()
    try:
        return work(*given)
    finally:
        gc.enable()


def _settle() -> None:
    """Let what answers visitors go first, and end with the server, however it ends."""
    os.nice(POLITENESS)
    threading.Thread(target=_end_with_server, daemon=True).start()


def _end_with_server() -> None:
    server = multiprocessing.parent_process()
    if server is not None:
        server.join()
        os._exit(0)


@contextlib.contextmanager
def _no_main() -> Iterator[None]:
    """Keep a new process from running this one's main script, which is Streamlit's."""
    main = sys.modules["__main__"]
    sys.modules["__main__"] = ModuleType("__main__")
    try:
        yield
    finally:
        sys.modules["__main__"] = main


def wanted() -> int:
    """Return how many workers this machine is to have."""
    with contextlib.suppress(KeyError, ValueError):
        return max(0, min(int(os.environ[SWITCH]), 16))
    processors = os.cpu_count() or 1
    return min(MOST, processors) if processors > 1 else 0


WORKERS = Workers()
