"""What was computed for one visitor is kept for all, as far as the memory goes."""

from __future__ import annotations

import dataclasses
import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable
from concurrent.futures import Future
from threading import Lock
from typing import Any, Generic, TypeVar

import numpy as np

Kept = TypeVar("Kept")


class KeptForAll(Generic[Kept]):
    """A cache that all visitors share, bounded in bytes; what was used last stays.

    Parameters
    ----------
    most : int
        How many bytes are kept; may be changed.
    size : callable
        Returns the bytes of what is kept.
    """

    def __init__(self, most: int, size: Callable[[Kept], int]) -> None:
        self.most = most
        self._size = size
        self._kept: OrderedDict[Hashable, Kept] = OrderedDict()
        self._making: dict[Hashable, Future[Kept]] = {}
        self._lock = Lock()
        self.bytes = 0
        self.hits = 0
        self.misses = 0

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, key: Hashable) -> bool:
        with self._lock:
            return key in self._kept

    def get(self, key: Hashable) -> Kept | None:
        """Return what is kept under a key, or None."""
        with self._lock:
            return self._found(key)

    def put(self, key: Hashable, value: Kept) -> None:
        """Keep a value; drop those that were not used for longest."""
        with self._lock:
            old = self._kept.pop(key, None)
            self.bytes += self._size(value) - (0 if old is None else self._size(old))
            self._kept[key] = value
            while self.bytes > self.most and len(self._kept) > 1:
                _, dropped = self._kept.popitem(last=False)
                self.bytes -= self._size(dropped)

    def made(self, key: Hashable, make: Callable[[], Kept]) -> Kept:
        """Return what is kept under a key; make it first if need be.

        Whoever asks while it is being made waits for it: it is made once.
        """
        with self._lock:
            found = self._found(key)
            if found is not None:
                return found
            waiting = self._making.get(key)
            if waiting is None:
                mine: Future[Kept] = Future()
                self._making[key] = mine
        if waiting is not None:
            return waiting.result()
        try:
            value = make()
        except BaseException as error:
            mine.set_exception(error)
            raise
        else:
            self.put(key, value)
            mine.set_result(value)
        finally:
            with self._lock:
                del self._making[key]
        return value

    def _found(self, key: Hashable) -> Kept | None:
        if key in self._kept:
            self._kept.move_to_end(key)
            self.hits += 1
            return self._kept[key]
        self.misses += 1
        return None


def bytes_of(value: Any) -> int:
    """Return about how much memory a value takes: its arrays, and what holds them."""
    if isinstance(value, np.ndarray):
        return max(value.nbytes, sys.getsizeof(value))  # a view holds no numbers itself
    if dataclasses.is_dataclass(value):
        parts = [getattr(value, field.name) for field in dataclasses.fields(value)]
    elif isinstance(value, dict):
        parts = [*value, *value.values()]
    elif isinstance(value, (list, tuple)):
        parts = list(value)
    else:
        parts = []
    return sys.getsizeof(value) + sum(map(bytes_of, parts))
