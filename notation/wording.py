"""Parts of sentences that several lessons say alike."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

SAME = 1e-9  # weights closer than that are equal up to rounding
EVEN = 0.005  # weights closer than that are called nearly alike


def heard_most(weights: NDArray[np.float64], names: Sequence[str] = ()) -> str:
    """Say to which keys a query attends most, by name or counted from 1, and how much.

    Weights that are equal up to rounding share the first place, and a weight below 1 is
    never rounded up to it.
    """
    most, least = float(weights.max()), float(weights.min())
    places = np.flatnonzero(weights > most - SAME)
    first = [names[int(k)] if names else str(k + 1) for k in places]
    one, many = ("", "") if names else ("token ", "tokens ")
    alone = np.count_nonzero(weights) == 1
    size = "just under 1" if most > 0.995 and not alone else f"{most:.2f}"
    if most - least < SAME:
        return f"to every token alike, with weight {size}"
    if most - least < EVEN:
        return f"to every token nearly alike, with weights near {size}"
    if len(first) == 1:
        return f"most to {one}{first[0]}, with weight {size}"
    all_of_them = f"{', '.join(first[:-1])} and {first[-1]}"
    return f"most to {many}{all_of_them} alike, with weight {size} each"


def quoted(words: Sequence[str]) -> tuple[str, ...]:
    """Put words into quotation marks, with their place where one stands twice."""
    return tuple(
        f"“{word}” ({k})" if words.count(word) > 1 else f"“{word}”"
        for k, word in enumerate(words, start=1)
    )
