"""Scenes as one binary message: a JSON header and a pool of float32 numbers.

A sweep is the scene at every position of one control. Its message holds one template
and, for the leaves that vary, the stacked numbers or the list of texts.
"""

from __future__ import annotations

import hashlib
import itertools
import json
import struct
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

Place = tuple[str | int, ...]
PLAIN = {str, int, float, bool}
SHARED = 16  # numbers that are worth looking up


class Pool:
    """The numbers of one message, laid end to end; the same ones stand there once."""

    def __init__(self) -> None:
        self.parts: list[np.ndarray] = []
        self._size = 0
        self._starts: dict[bytes, int] = {}  # of arrays, by a digest of their bytes

    def copy(self) -> Pool:
        """Return a pool that can grow without changing this one."""
        other = Pool()
        other.parts = list(self.parts)
        other._size = self._size
        other._starts = dict(self._starts)
        return other

    def add(self, array: np.ndarray) -> int:
        """Append an array, unless it is there; return where it starts, in numbers."""
        part, start = np.ascontiguousarray(_narrow(array).reshape(-1)), self._size
        if part.size >= SHARED:
            digest = hashlib.blake2b(part.data, digest_size=16).digest()
            start = self._starts.setdefault(digest, start)
        if start == self._size:
            self.parts.append(part)
            self._size += part.size
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
            if _holds_plain(node):
                return list(node)
            return [self.refer(value) for value in node]
        return node

    def sealed(self) -> Pool:
        """Return the same numbers in one piece."""
        other = Pool()
        if self.parts:
            other.add(np.concatenate(self.parts))
        return other

    def message(
        self, header: Mapping[str, Any], written: Mapping[str, str] | None = None
    ) -> bytes:
        """Put the header, which refers to the pool, in front of the numbers.

        Parameters
        ----------
        header : mapping
            What is said, besides the numbers.
        written : mapping, optional
            More of it, which is JSON already.
        """
        parts = {name: as_json(value) for name, value in header.items()}
        parts |= written or {}
        inner = ",".join(f"{json.dumps(name)}:{part}" for name, part in parts.items())
        text = f"{{{inner}}}".encode()
        padding = b"\0" * (-len(text) % 4)
        head = struct.pack("<I", len(text)) + text + padding
        return head + b"".join(part.tobytes() for part in self.parts)


def _narrow(array: np.ndarray) -> np.ndarray:
    """Return the numbers in half as many bytes; what is too large goes to the end of those.

    As an infinity it would leave a gap in a curve that only leaves the picture.
    """
    try:
        with np.errstate(over="raise"):
            return np.asarray(array, dtype="<f4")
    except FloatingPointError:
        most = np.finfo("<f4").max
        kept = np.where(np.isfinite(array), np.clip(array, -most, most), array)
        return np.asarray(kept, dtype="<f4")


@dataclass(frozen=True)
class Packed:
    """Scenes that are ready to be sent: JSON, and the numbers that it refers to."""

    text: str
    pool: Pool

    @property
    def size(self) -> int:
        """How many bytes they take."""
        return len(self.text) + sum(part.nbytes for part in self.pool.parts)


def packed(node: Any, pool: Pool) -> Packed:
    """Write a tree that refers to a pool, so that it can be sent many times."""
    return Packed(as_json(node), pool.sealed())


def as_json(node: Any) -> str:
    """Write plain data as JSON."""
    # No NaN reaches JSON: numbers that may be NaN are arrays, or text.
    return json.dumps(node, separators=(",", ":"), allow_nan=False)


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
    leaves = []
    for place, column in _varying((), list(scenes)):
        leaves.append({"path": list(place), **_leaf(column, pool)})
    return {"scene": pool.refer(scenes[0]), "leaves": leaves}


def _varying(place: Place, column: list[Any]) -> Iterator[tuple[Place, list[Any]]]:
    """Walk down to the nodes that are not the same in every scene."""
    if len(set(map(id, column))) == 1:  # what charts share needs no second look
        return
    keys = _common_keys(column)
    if keys is not None:
        for key in keys:
            yield from _varying((*place, key), [node[key] for node in column])
    elif not _all_equal(column):
        yield place, column


def _all_equal(column: list[Any]) -> bool:
    """Tell whether all nodes hold the same; what cannot be compared counts as not."""
    first = column[0]
    kinds = set(map(type, column))
    if len(kinds) > 1 or kinds & {dict, tuple}:
        return False
    if kinds == {np.ndarray}:
        shape, numbers = first.shape, first.tobytes()
        return all(
            node is first or (node.shape == shape and node.tobytes() == numbers)
            for node in column
        )
    if kinds == {list} and not _holds_plain(itertools.chain.from_iterable(column)):
        return False
    return column.count(first) == len(column)


def _common_keys(column: list[Any]) -> Sequence[Any] | None:
    """Return what to descend by where all nodes are built alike, else None."""
    first = column[0]
    kind = type(first)
    if kind not in (dict, list) or set(map(type, column)) != {kind}:
        return None
    if set(map(len, column)) != {len(first)}:
        return None
    if kind is dict:
        keys = first.keys()
        return list(keys) if all(node.keys() == keys for node in column) else None
    if first and _holds_plain(first):
        return None  # compared as a whole
    return range(len(first))


def _holds_plain(node: Iterable[Any]) -> bool:
    """Tell whether a list holds nothing but texts and numbers."""
    return set(map(type, node)) <= PLAIN


def _leaf(column: list[Any], pool: Pool) -> dict[str, Any]:
    """Describe what stands at one place: stacked numbers, or texts and their order."""
    first = column[0]
    kinds = set(map(type, column))
    if kinds == {np.ndarray} and len({node.shape for node in column}) == 1:
        offset = pool.add(np.array(column))  # as `np.stack`, which takes longer
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
    if isinstance(node, list) and _holds_plain(node):
        return tuple(node)
    return id(node)
