"""Random inputs that several tests draw."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from notation.own_numbers import OwnNumbers
from notation.quantities import Control
from notation.statement import Statement


def numbers(limit: float = 10.0) -> st.SearchStrategy[float]:
    """Draw finite numbers that are zero or not too tiny to compare."""
    return st.floats(-limit, limit, allow_subnormal=False).map(
        lambda x: 0.0 if abs(x) < 1e-6 else x
    )


def vectors(size: int | tuple[int, int] = (1, 8), limit: float = 10.0) -> Any:
    """Draw vectors of a size or of a range of sizes."""
    low, high = (size, size) if isinstance(size, int) else size
    return st.integers(low, high).flatmap(
        lambda n: arrays(np.float64, n, elements=numbers(limit))
    )


def matrices(rows: Any, columns: Any, limit: float = 10.0) -> Any:
    """Draw matrices; sizes are numbers or (low, high)."""
    spans = [(s, s) if isinstance(s, int) else s for s in (rows, columns)]
    shapes = st.tuples(*(st.integers(*span) for span in spans))
    return shapes.flatmap(lambda s: arrays(np.float64, s, elements=numbers(limit)))


def distributions(size: int | tuple[int, int] = (2, 6)) -> Any:
    """Draw probability distributions without zeros."""
    low, high = (size, size) if isinstance(size, int) else size
    weights = st.integers(low, high).flatmap(
        lambda n: arrays(np.float64, n, elements=st.floats(0.01, 1.0))
    )
    return weights.map(lambda w: w / w.sum())


def setting(control: Control) -> st.SearchStrategy[Any]:
    """Draw any value that a control can take: its stops, its ends, or between them."""
    if isinstance(control, OwnNumbers):
        return st.one_of(st.just(""), own_numbers_of(control))
    stops = st.sampled_from(control.positions)
    if control.choices or control.kind != "number":
        return stops
    return st.one_of(stops, st.floats(control.low, control.high, allow_subnormal=False))


def own_numbers_of(control: OwnNumbers, *, most: int = 8) -> st.SearchStrategy[str]:
    """Draw numbers that a reader may bring, a few of them, as a link spells them."""
    number = st.floats(control.low, control.high, allow_subnormal=False)
    row = st.lists(number, min_size=len(control.columns), max_size=len(control.columns))
    rows = st.lists(row, min_size=control.least, max_size=max(control.least, most))
    texts = rows.map(lambda rows: "\n".join("; ".join(map(repr, row)) for row in rows))
    return texts.map(lambda text: control.parse(text)[0]).filter(bool)


def settings_of(statement: Statement) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a value for each control of a lesson."""
    return st.fixed_dictionaries({c.name: setting(c) for c in statement.controls})
