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
                "The encoding: one column for each position",
                cells[:, :n_positions],
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
                "Each pair of dimensions is a clock hand; k turns it by a fixed angle",
                Outline("dial", dials, 8, dash=2),
                Outline("pos", now, POS),
                Outline("pos + k", ahead, OFFSET, dash=1),
                Points("pos, tip", tips, POS),
                Points("pos + k, tip", ahead_tips, OFFSET, symbol=1),
                Points("pair i", centers + ABOVE, 8, np.zeros(len(clocks)), names),
                extent=((-1.3, 9.1), (-1.2, 1.9)),
                height=190,
                axes=False,
            ),
            curves(
                "The same hands as waves: sin(pos · ω)",
                *[
                    Curve(f"dimension {2 * c}", PLACES, encoding[:200, 2 * c], slot)
                    for c, slot in zip(clocks, (6, 7, 8, 4), strict=False)
                ],
                x=Axis("position", (0, n_positions)),
                y=Axis("entry", (-1.2, 1.2)),
                at=[(position, "pos"), (position + offset, "")],
            ),
            curves(
                "Dot product of two encodings against their distance",
                Curve("dot product", OFFSETS, similar, SIMILAR, points=True),
                Mark(offset, similar[offset], f"{similar[offset]:.1f}", OFFSET),
                x=Axis("offset k", (0, 50)),
                y=Axis("dot product", (-0.8 * half, 1.2 * half)),
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
        lesson.Preset("Paper", "Width 512, base 10 000", d_model=512),
        lesson.Preset("Small base", "Base 10: the patterns repeat", base=10.0),
        lesson.Preset(
            "Long base", "Base 500 000, as for long contexts", base=500_000.0
        ),
    ),
    prediction=lesson.Prediction(
        "Is the dot product of positions 10 and 13 larger than that of positions 50 and "
        "53, smaller, or equal?",
        near_and_far,
        choices=("larger", "smaller", "equal"),
        show={"position": 50},
    ),
    **lesson.words(FORMULA),
)
