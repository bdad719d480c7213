"""Every position of every slider, as the browser rebuilds it, is what Python draws there.

The live figure's own modules run in one page of Chromium on real messages. Both sides
write each scene the same way, numbers in single precision, and compare checksums.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from tests.browser.modules import evaluate
from tests.lessons import default_history
from ui import frames
from ui.catalogue import SHOWN
from ui.packing import Pool

every_lesson = pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)

REBUILD = """(bytes, { unpack, frameAt, checksum }) => {
  const { sweep } = unpack(bytes);
  return sweep.positions.map((_, k) => {
    const { values, widths, ...scene } = frameAt(sweep, k);
    return checksum(scene);
  });
}"""


@every_lesson
def test_every_position_of_every_slider_is_rebuilt_as_python_draws_it(modules, lesson):
    statement, history = lesson.statement, default_history(lesson.statement)
    for control in statement.controls:
        if not control.is_number:
            continue
        pool = Pool()
        made = frames.sweep(lesson, control, statement.defaults, pool, history)
        rebuilt = evaluate(
            modules, REBUILD, pool.message({"scene": None, "sweep": made})
        )
        worked = frames.line_following(lesson, control, statement.defaults, history)
        for position, sum_there in zip(control.positions, rebuilt, strict=True):
            values = {**statement.defaults, control.name: position}
            past = frames.history_at(lesson, control, values, history)
            scene = frames.frame(lesson, values, past, worked)
            assert checksum(scene) == sum_there, (control.name, position)


def test_the_checksum_sees_every_kind_of_change(modules):
    scene = {"a": [1.5, None, True], "b": {"c": np.array([[1.0, np.nan]]), "d": "∇"}}
    others = (
        {**scene, "a": [1.5, None, False]},
        {**scene, "a": [1.5000001, None, True]},
        {**scene, "a": [1.5, None]},
        {**scene, "b": {"c": np.array([[1.0, 2.0]]), "d": "∇"}},
        {**scene, "b": {"c": np.array([[1.0], [np.nan]]), "d": "∇"}},
        {**scene, "b": {"c": np.array([[1.0, np.nan]]), "d": "Δ"}},
    )
    assert checksum({**scene, "b": {"c": [[1, np.nan]], "d": "∇"}}) == checksum(scene)
    assert len({checksum(other) for other in (scene, *others)}) == len(others) + 1
    pool = Pool()
    message = pool.message({"scene": pool.refer(scene), "sweep": None})
    there = "(bytes, { unpack, checksum }) => checksum(unpack(bytes).scene)"
    assert evaluate(modules, there, message) == checksum(scene)


def checksum(node: Any) -> int:
    """Sum up a tree of dictionaries, lists, arrays, texts and numbers."""
    return zlib.crc32(b"".join(written(node)))


def written(node: Any) -> Iterator[bytes]:
    if node is None or isinstance(node, (bool, np.bool_)):
        yield json.dumps(None if node is None else bool(node)).encode() + b"\0"
    elif isinstance(node, str):
        yield f'"{node}'.encode() + b"\0"
    elif isinstance(node, dict):
        yield b"{" + struct.pack("<I", len(node))
        for key in sorted(node):
            yield key.encode() + b"\0"
            yield from written(node[key])
    elif isinstance(node, np.ndarray) and node.dtype.kind in "fiub":
        yield from written_numbers(node)
    elif isinstance(node, (list, tuple, np.ndarray)):
        yield b"[" + struct.pack("<I", len(node))
        for item in node:
            yield from written(item)
    else:
        yield b"n" + single(node).tobytes()


def written_numbers(array: np.ndarray) -> Iterator[bytes]:
    yield b"[" + struct.pack("<I", len(array))
    if array.ndim > 1:
        for row in array:
            yield from written_numbers(row)
        return
    tagged = np.empty((len(array), 5), np.uint8)
    tagged[:, 0] = ord("n")
    # What is too large for single precision is sent as its end; infinity stays infinite.
    most = np.finfo("<f4").max
    sent = np.where(np.isinf(array), array, np.clip(array, -most, most))
    tagged[:, 1:] = single(sent).view(np.uint8).reshape(-1, 4)
    yield tagged.tobytes()


def single(numbers: Any) -> np.ndarray:
    """Round to single precision; there is one way to write what is undefined."""
    with np.errstate(over="ignore"):
        rounded = np.asarray(numbers, "<f4").reshape(-1)
    return np.where(np.isnan(rounded), np.float32(np.nan), rounded)
