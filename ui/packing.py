"""Scenes as one binary message: a JSON header and a pool of float32 numbers.

A sweep is the scene at every position of one control. Its message holds one template
and, for the leaves that vary, the stacked numbers or the list of texts.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Iterator, Sequence
from functools import partial
from typing import Any

import numpy as np

Place = tuple[str | int, ...]
PLAIN = {str, int, float, bool}


class Pool:
    """The numbers of one message, laid end to end."""

    def __init__(self) -> None:
        self.parts: list[np.ndarray] = []
        self._size = 0

    def copy(self) -> Pool:
        """Return a pool that can grow without changing this one."""
        other = Pool()
        other.parts, other._size = list(self.parts), self._size
        return other

    def add(self, array: np.ndarray) -> int:
        """Append an array; return where it starts, in numbers."""
        start = self._size
        self.parts.append(np.asarray(array, dtype="<f4").reshape(-1))
        self._size += array.size
        return start

    def refer(self, node: Any) -> Any:
        """Copy a tree with references in place of its arrays."""
        if type(node) in PLAIN:
            return node
        if isinstance(node, np.ndarray):
            if node.dtype.kind not in "fiub":
                return node.tolist()
            return {"$": [self.add(node), list(node.shape)]}
        if isinstance(node, np.generic):
            return node.item()
        if isinstance(node, dict):
            return {str(key): self.refer(value) for key, value in node.items()}
        if isinstance(node, (list, tuple)):
            plain = set(map(type, node)) <= PLAIN
            return list(node) if plain else [self.refer(value) for value in node]
        return node

    def message(self, header: dict[str, Any]) -> bytes:
        """Put the header, which refers to the pool, in front of the numbers."""
        # No NaN reaches JSON: numbers that may be NaN are arrays, or text.
        text = json.dumps(header, separators=(",", ":"), allow_nan=False).encode()
        padding = b"\0" * (-len(text) % 4)
        head = struct.pack("<I", len(text)) + text + padding
        return head + b"".join(part.tobytes() for part in self.parts)


def unpack(message: bytes) -> dict[str, Any]:
    """Read a message back, as the browser does."""
    size = struct.unpack_from("<I", message)[0]
    header: dict[str, Any] = json.loads(message[4 : 4 + size])
    pool = np.frombuffer(message, "<f4", offset=4 + size + (-size % 4))
    return {"header": header, "pool": pool}


def resolve(node: Any, pool: np.ndarray) -> Any:
    """Put the arrays back where a tree refers to them."""
    if isinstance(node, list):
        return [resolve(item, pool) for item in node]
    if not isinstance(node, dict):
        return node
    if "$" in node:
        offset, shape = node["$"]
        return pool[offset : offset + int(np.prod(shape))].reshape(shape)
    return {key: resolve(value, pool) for key, value in node.items()}


def stacked(scenes: Sequence[dict[str, Any]], pool: Pool) -> dict[str, Any]:
    """Describe many scenes by the first and by the leaves that differ.

    Parameters
    ----------
    scenes : sequence of dict
        The same scene at every position.
    pool : Pool
        Where the numbers go.

    Returns
    -------
    dict
        ``scene`` (the template) and ``leaves``, each with its ``path`` and either the
        ``offset`` of stacked arrays of one ``shape`` or ``texts`` and ``which`` of them
        stands at each position.
    """
    leaves = [
        {"path": list(place), **_leaf(column, pool)}
        for place, column in _varying((), list(scenes))
    ]
    return {"scene": pool.refer(scenes[0]), "leaves": leaves}


def _varying(place: Place, column: list[Any]) -> Iterator[tuple[Place, list[Any]]]:
    """Walk down to the nodes that are not the same in every scene."""
    first = column[0]
    if len(set(map(id, column))) == 1:  # what charts share needs no second look
        return
    kind = type(first)
    keys = _common_keys(column)
    if keys is not None:
        for key in keys:
            yield from _varying((*place, key), [node[key] for node in column])
    elif len(set(map(type, column))) > 1 or kind in (dict, tuple):
        yield place, column
    elif kind is np.ndarray:
        if not all(map(partial(_same, first), column)):
            yield place, column
    elif not _plain(column) or column.count(first) < len(column):
        yield place, column


def _common_keys(column: list[Any]) -> Sequence[Any] | None:
    """Return what to descend by where all nodes are built alike, else None."""
    first = column[0]
    kind = type(first)
    if kind not in (dict, list) or set(map(type, column)) != {kind}:
        return None
    if set(map(len, column)) != {len(first)}:
        return None
    if kind is dict:
        alike = all(map(first.keys().__eq__, map(dict.keys, column)))
        return list(first) if alike else None
    return None if first and set(map(type, first)) <= PLAIN else range(len(first))


def _plain(column: list[Any]) -> bool:
    """Tell whether nodes can be compared directly: texts, numbers, lists of them."""
    first = column[0]
    return not isinstance(first, list) or all(
        set(map(type, node)) <= PLAIN for node in column
    )


def _same(a: np.ndarray, b: np.ndarray) -> bool:
    return a is b or (a.shape == b.shape and a.tobytes() == b.tobytes())


def _leaf(column: list[Any], pool: Pool) -> dict[str, Any]:
    first = column[0]
    kinds = set(map(type, column))
    if kinds == {np.ndarray} and len({node.shape for node in column}) == 1:
        offset = pool.add(np.stack(column))
        return {"offset": offset, "size": first.size, "shape": list(first.shape)}
    if kinds <= {int, float, np.float64}:
        return {"offset": pool.add(np.array(column)), "size": 1, "shape": []}
    texts: list[Any] = []
    text_index: dict[Any, int] = {}
    which = []
    for node in column:
        key = _key(node)
        if key not in text_index:
            text_index[key] = len(texts)
            texts.append(pool.refer(node))
        which.append(text_index[key])
    return {"texts": texts, "which": which}


def _key(node: Any) -> Any:
    """Return something equal for equal texts; other things stand for themselves."""
    if isinstance(node, str):
        return node
    plain = isinstance(node, list) and set(map(type, node)) <= PLAIN
    return tuple(node) if plain else id(node)
