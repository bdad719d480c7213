"""The cache that all visitors share: bounded in bytes, and nothing is made twice."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import pytest

from ui.kept import KeptForAll, bytes_of


def test_it_is_bounded_and_keeps_what_was_used_last():
    cache = KeptForAll(2, len)
    made = []
    for key in ("a", "b", "a", "c", "a", "b"):
        assert cache.made(key, lambda k=key: made.append(k) or k) == key
    assert made == ["a", "b", "c", "b"]
    assert (len(cache), cache.bytes) == (2, 2)
    cache.most = 1
    cache.put("d", "d")
    assert (len(cache), cache.bytes) == (1, 1)


def test_what_is_larger_than_all_pushes_out_the_rest_and_stays():
    cache = KeptForAll(10, len)
    cache.put("small", "12345")
    cache.put("large", "x" * 50)
    assert cache.get("small") is None
    assert cache.get("large") == "x" * 50
    cache.put("large", "y")
    assert cache.bytes == 1


def test_what_many_ask_for_at_once_is_made_once():
    cache = KeptForAll(100, len)
    gate, made = threading.Event(), []

    def make():
        gate.wait(10)
        made.append(1)
        return "sweep"

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(cache.made, "key", make) for _ in range(8)]
        gate.set()
        assert {answer.result(10) for answer in answers} == {"sweep"}
    assert made == [1]


def test_what_fails_fails_for_those_who_wait_and_is_tried_anew():
    cache = KeptForAll(100, len)

    def fail():
        raise ValueError("not this time")

    with pytest.raises(ValueError, match="not this time"):
        cache.made("key", fail)
    assert cache.made("key", lambda: "now") == "now"


def test_bytes_are_counted_down_to_the_arrays():
    @dataclass
    class History:
        values: np.ndarray
        steps: tuple[np.ndarray, ...]

    history = History(np.zeros(1000), (np.zeros(500), np.zeros(500)))
    assert 16_000 < bytes_of(history) < 17_000
    assert bytes_of({"a": history, "b": [1.0] * 100}) > bytes_of(history) + 800
