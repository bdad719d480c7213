"""Positional encoding."""

import functools

import numpy as np

from charts import Axis, Curve, Mark, Outline, Points, curves, heatmap, plane
from formulas.transformer.positional_encoding import (
    FORMULA,
    similarity_by_offset,
    sinusoidal_positional_encoding,
    wavelengths,
)
from ui import lesson

OFFSETS = np.array(FORMULA.control("offset").positions, dtype=float)
PLACES = np.arange(200.0)
MOST_ROWS = 32
POS, OFFSET, SIMILAR = (
    FORMULA.slot(name) for name in ("position", "offset", "similarity")
)
GAP, ABOVE = [np.nan, np.nan], np.array([0.0, 1.15])
TURN = np.linspace(0, 2 * np.pi, 49)
DIAL = np.vstack([np.stack([np.sin(TURN), np.cos(TURN)], axis=1), GAP])


@functools.lru_cache(maxsize=4)
def encoded(d_model, base):
    """Encode all positions; choose the rows of the map and the clocks."""
    encoding = sinusoidal_positional_encoding(251, d_model, base=base)
    half = d_model // 2
    clocks = np.unique((half * np.array([0, 0.125, 0.25, 0.5])).astype(int))
    pairs = np.linspace(0, half - 1, min(half, MOST_ROWS // 2)).round().astype(int)
    rows = np.stack([2 * pairs, 2 * pairs + 1], axis=1).ravel()
    similar = similarity_by_offset(d_model, len(OFFSETS) - 1, base=base)
    return encoding, clocks, rows, encoding[:200, rows].T.copy(), similar


def hands(row, clocks):
    """Return the tips of the clock hands, side by side, and the hands."""
    centers = np.stack([2.6 * np.arange(len(clocks)), 0.0 * clocks], axis=1)
    tips = centers + row.reshape(-1, 2)[clocks]
    return tips, np.stack([centers, tips, tips + np.nan], axis=1).reshape(-1, 2)


def draw(position, d_model, base, n_positions, offset):
    encoding, clocks, rows, cells, similar = encoded(d_model, base)
    tips, now = hands(encoding[position], clocks)
    ahead_tips, ahead = hands(encoding[position + offset], clocks)
    centers, names = now[::3], [f"i = {c}" for c in clocks]
    dials = np.vstack([center + DIAL for center in centers])
    half = d_model / 2
    return lesson.Scene(
        figures=(
            heatmap(
                cells[:, :n_positions],
                title="The encoding: one column for each position",
                x="position",
                y="dimension",
                rows=list(map(str, rows)),
                row_ticks=(0, 4),
                limits=(-1, 1),
                diverging=True,
                numbers=False,
                at=[(position, ""), (position + offset, "")],
            ),
            plane(
                (
                    Outline("dial", dials, 8, dash=2),
                    Outline("pos", now, POS),
                    Outline("pos + k", ahead, OFFSET, dash=1),
                    Points("pos, tip", tips, POS),
                    Points("pos + k, tip", ahead_tips, OFFSET, symbol=1),
                    Points("pair i", centers + ABOVE, 8, np.zeros(len(clocks)), names),
                ),
                title="Each pair of dimensions is a clock hand; k turns it by a fixed angle",
                extent=((-1.3, 9.1), (-1.2, 1.9)),
                height=190,
                axes=False,
            ),
            curves(
                [
                    Curve(f"dimension {2 * c}", PLACES, encoding[:200, 2 * c], slot)
                    for c, slot in zip(clocks, (6, 7, 8, 4), strict=False)
                ],
                title="The same hands as waves: sin(pos · ω)",
                x=Axis("position", (0, n_positions)),
                y=Axis("entry", (-1.2, 1.2)),
                at=[(position, "pos"), (position + offset, "")],
            ),
            curves(
                [Curve("dot product", OFFSETS, similar, SIMILAR, points=True)],
                title="Dot product of two encodings against their distance",
                x=Axis("offset k", (0, 50)),
                y=Axis("dot product", (-0.8 * half, 1.2 * half)),
                marks=[Mark(offset, similar[offset], f"{similar[offset]:.1f}", OFFSET)],
            ),
        ),
        readouts={
            "similarity": similar[offset],
            "length of every encoding, squared": half,
            "longest wavelength, in positions": wavelengths(d_model, base=base)[-1],
        },
        status=f"Positions {position} and {position + offset} have the dot product "
        f"{similar[offset]:.1f} of at most {half:.0f}, like any two positions {offset} "
        "apart.",
    )


def near_and_far():
    rows = sinusoidal_positional_encoding(54, 128)
    near, far = rows[10] @ rows[13], rows[50] @ rows[53]
    return "equal" if np.isclose(near, far) else "larger" if near > far else "smaller"


lesson.show(
    FORMULA,
    draw,
    presets=(
        lesson.Preset("Paper", {"d_model": 512}, "Width 512, base 10 000"),
        lesson.Preset("Small base", {"base": 10.0}, "Base 10: the patterns repeat"),
        lesson.Preset(
            "Long base", {"base": 500_000.0}, "Base 500 000, as for long contexts"
        ),
    ),
    prediction=lesson.Prediction(
        "Is the dot product of positions 10 and 13 larger than that of positions 50 and "
        "53, smaller, or equal?",
        near_and_far,
        "Equal: three steps turn each hand by the same angle wherever they start, and the "
        "dot product sees the angles between the hands alone.",
        choices=("larger", "smaller", "equal"),
        show={"position": 50},
    ),
    aha="Each position is a set of clock hands that turn at different speeds. A step of "
    "k turns every hand by a fixed angle.",
    notice=(
        "Every encoding has the same length: its square is d/2.",
        "Nearby positions look alike, distant ones less, but not steadily: for d = 64 the "
        "dot product rises again from offset 5 to 6.",
        "The first dimensions tell neighbors apart, the last ones tell far from near.",
    ),
    try_this=(
        "Move pos and keep k: what changes in the clocks, and what in the dot product?",
        "At base 10, which positions get nearly the same pattern?",
        "What does a larger base buy, and what does it cost close by?",
    ),
    pitfalls=(
        "The encoding is not put beside the embedding; it is added to it.",
        "Wavelengths do not reach 10 000 · 2π, as the paper says. The last one is "
        "2π · 10 000^(1 − 2/d): 60 611.5 for d = 512.",
        "The original list leaves the ranges open: pos counts from 0, d is even, and i "
        "runs from 0 to d/2 − 1. Some programs put all sines before all cosines, which "
        "only reorders the columns.",
    ),
    in_use="The original transformer. Rotary encodings (RoPE) in most current language "
    "models turn queries and keys with the same frequencies; diffusion models encode "
    "time this way.",
)
