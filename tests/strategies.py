"""Random inputs that several tests draw."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

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
    stops = st.sampled_from(control.positions)
    if control.choices or control.kind != "number":
        return stops
    return st.one_of(stops, st.floats(control.low, control.high, allow_subnormal=False))


def settings_of(statement: Statement) -> st.SearchStrategy[dict[str, Any]]:
    """Draw a value for each control of a lesson."""
    return st.fixed_dictionaries({c.name: setting(c) for c in statement.controls})
