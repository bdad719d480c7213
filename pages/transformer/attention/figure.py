"""Scaled dot-product attention: what is drawn, and the sentence about it."""

from __future__ import annotations

import math

import numpy as np

from charts import (
    Arrow,
    Axis,
    Curve,
    Figure,
    Handle,
    Mark,
    Outline,
    Points,
    Scene,
    cell_text,
    choosing,
    curves,
    draggable,
    fitting,
    heatmap,
    maps,
    named_or,
    plane,
    with_terms,
)
from formulas.checks import Array
from notation.numbers import number_text
from notation.symbols import LOWERED
from notation.wording import heard_most, quoted
from pages.transformer.attention.statement import (
    KEY_LENGTH,
    MATRICES,
    RANDOM_VECTORS,
    SCORES,
    SENTENCE,
    STATEMENT,
    WIDTHS,
    Result,
    Saturation,
)

VALUE_COLOR, KEY_COLOR = STATEMENT.color_indices("value", "key")
OUTPUT_COLOR = STATEMENT.color_index("output")
QUERY_COLOR = STATEMENT.color_index("query")
MOST_NUMBERED = 10  # tokens whose numbers all have room on a small picture
KEY_SIZE = 7.0
TIP = 0.65  # how far the arrow of a query reaches, in lengths of a value
KEYS_AT, NAMES_AT = 1.2, 1.36  # in lengths of a value; a name is that of its key
AROUND = (2.3, 1.65)  # half of the plane, in lengths of a value; room for the names
SCALED_COLOR, RAW_COLOR = 1, 2
LARGEST = "largest weight in the framed row"
UPRIGHT = 0.5  # a value that is less far to a side has its name above or below
MOST_NAMED = 8  # words that have room in the plane
SCORE_ROOMS = (13.0, 26.0, 39.0)  # ends of the colors; few, so that they rest
FACTOR_DIGITS, SCORE_DIGITS = 4, 3  # what is shown of the factors gives the score shown
ROLES = ("query: its embedding", "key: its embedding", "value: its embedding")
PLURALS = ("queries", "keys", "values")
MOST_WRITTEN = 8  # tokens whose queries, keys and values are written in numbers
TURNED = "QX"  # what the angle turns
NO_SCORE = 1e-9  # a score below is 0 up to rounding
SUM_DECIMALS = 12  # of a sum of weights, which is 1 up to rounding
SWAPPED = "K, Q, V"
ROLE_NOTES = {
    "Q, K, V": "",
    "X, Y, Z": " Only the letters are new: every number is the one of Q, K, V.",
    SWAPPED: " Query and key have swapped roles: the scores are transposed.",
    "Q, V, K": " Key and value have swapped roles: shorter keys, longer values.",
}


def draw(
    result: Result,
    *,
    query: Array,
    key: Array,
    value: Array,
    mask: Array,
    saturation: Saturation,
    row: int,
    divided: bool,
    tokens: str,
    angle: float,
    multiplier: float,
    n_keys: int,
    d_k: int,
    token: int,
    causal: bool,
    roles: str,
    third: str,
) -> Scene:
    """Draw weights, how they come about, outputs, and what scaling does at random."""
    names = _names(tokens, n_keys)
    base = _direction(query[row]) - angle
    if third == RANDOM_VECTORS:
        first = _saturation(saturation, d_k, n_keys)
    elif third == MATRICES:
        first = _matrices((query, key, value), row, roles, names)
    elif third == SCORES:
        best = int(result.weights[row].argmax())
        title = _score_title(roles, multiplier, divided=divided)
        first = _scores(title, result.scores, mask, names, row, best)
    else:
        products = key @ query[row]
        first = _step_by_step(result, products, value, mask[row], row, roles, names)
    factor = number_text(multiplier)
    return Scene(
        _weights(result.weights, row, names),
        first,
        _outputs(result, query, key, value, row, roles, names, base),
        readouts={
            LARGEST: result.weights[row].max(),
            "length of the framed token’s output": float(
                np.linalg.norm(result.output[row])
            ),
            **_projected(roles, query[row], key[row], value[row]),
            **(_at_random(saturation, d_k) if third == RANDOM_VECTORS else {}),
        },
        status=sentence(
            result.weights[row],
            result.scores[row],
            token,
            tokens=tokens,
            causal=causal,
            roles=roles,
            equal=roles == SWAPPED and np.allclose(query, key),
            product=_product(
                query[row],
                key[result.weights[row].argmax()],
                f"{factor}/√{query.shape[1]}" if divided else factor,
            ),
        ),
    )


def _at_random(saturation: Saturation, d_k: int) -> dict[str, float]:
    """Say how far random attention is saturated at a width."""
    width = WIDTHS.index(d_k)
    return {
        f"largest weight, random, raw, D = {d_k}": saturation.raw[width],
        f"largest weight, random, scaled, D = {d_k}": saturation.scaled[width],
    }


def _saturation(saturation: Saturation, d_k: int, n_keys: int) -> Figure:
    """Draw the mean largest weight of random queries and keys against their width."""
    width = WIDTHS.index(d_k)
    raw, scaled = saturation.raw, saturation.scaled
    return curves(
        "Mean largest weight for random queries and keys",
        Curve("raw", WIDTHS, raw, RAW_COLOR, points=True),
        Curve("divided by √D", WIDTHS, scaled, SCALED_COLOR, points=True),
        Mark(d_k, raw[width], f"{raw[width]:.2f}", RAW_COLOR),
        Mark(d_k, scaled[width], f"{scaled[width]:.2f}", SCALED_COLOR),
        x=Axis("width D of random queries and keys", (0.8, 1300), log=True),
        y=Axis("largest weight", (0, 1.05)),
        levels=[(1 / n_keys, "uniform")],
    )


def _projected(roles: str, query: Array, key: Array, value: Array) -> dict[str, str]:
    """Say what a token's embedding becomes, and which matrix makes it that."""
    made = zip(ROLES, roles.split(", "), (query, key, value), strict=True)
    return {
        f"{role} × W_{letter}{', turned by φ' * (letter in TURNED)}": _vector(at)
        for role, letter, at in made
    }


def _vector(entries: Array) -> str:
    return f"({', '.join(_digits(entry, 3) for entry in entries.tolist())})"


def _product(query: Array, key: Array, factor: str) -> str:
    """Write how a score is made from a query and a key."""
    terms = " + ".join(
        f"{_factor(q)} · {_factor(k)}"
        for q, k in zip(query.tolist(), key.tolist(), strict=True)
    )
    return f"{factor} · ({terms})"


def _factor(number: float) -> str:
    text = _digits(number, FACTOR_DIGITS)
    return text if number >= 0 else f"({text})"


def _digits(number: float, digits: int) -> str:
    """Write a coordinate, 0 where it is that up to the rounding of a direction."""
    return number_text(round(number, digits) + 0.0, digits)


def _names(tokens: str, count: int) -> tuple[str, ...]:
    """Return the tokens’ words or numbers."""
    if tokens == "sentence":
        return SENTENCE[:count]
    return tuple(str(k + 1) for k in range(count))


def _direction(vector: Array) -> float:
    """Return the direction of a vector, in degrees."""
    return math.degrees(math.atan2(vector[1], vector[0]))


def _matrices(
    matrices: tuple[Array, Array, Array], row: int, roles: str, names: tuple[str, ...]
) -> Figure:
    """Draw queries, keys and values, a row for each token."""
    letters = roles.split(", ")
    picture = maps(
        f"{roles}: each embedding × {', '.join(f'W_{letter}' for letter in letters)}",
        matrices,
        [f"{of} {letter}" for of, letter in zip(PLURALS, letters, strict=True)],
        limits=(-KEY_LENGTH, KEY_LENGTH),
        y="token",
        rows=names,
        framed_row=row,
        numbers=len(names) <= MOST_WRITTEN,
    )
    return named_or(picture, row + 1)  # below the line with the names of the matrices


def _step_by_step(
    result: Result,
    products: Array,
    value: Array,
    mask: Array,
    row: int,
    roles: str,
    names: tuple[str, ...],
) -> Figure:
    """Draw what one query makes of each key and value, and the sums of that."""
    letter = roles.split(", ")[2]
    weights = result.weights[row]
    seen = np.where(np.isneginf(mask), np.nan, result.scores[row])
    total = round(float(weights.sum()), SUM_DECIMALS)
    mixed = np.column_stack([weights * value.T, result.output[row]])
    rows = np.vstack([[*products, np.nan], [*seen, np.nan], [*weights, total], mixed])
    texts = [[_rounded(entry) for entry in line] for line in rows.tolist()]
    texts[2] = weight_texts(rows[[2]])[0]
    reach = fitting(float(np.nanmax(np.abs(rows[:2]))), SCORE_ROOMS)
    parts = [f"weight × {letter}{digit}" for digit in ("₁", "₂")]
    summed = len(weights)
    output = f"O{str(row + 1).translate(LOWERED)}"
    picture = heatmap(
        f"{_called(row, names)} step by step, to its output {output}",
        rows,
        x=Axis("key of token", labels=_summed(names, int(weights.argmax()))),
        y=Axis("", labels=("q · k", "score", "weight", *parts)),
        limits=(-reach, reach),
        texts=texts,
        numbers=summed <= MOST_WRITTEN,
        outlined=[(line, summed) for line in range(3, len(rows))],
        scale=False,
    )
    (cells,) = picture["data"]
    largest = float(np.linalg.norm(value, axis=1).max())
    groups = (
        ("q · k and score", 0, 2, reach),
        ("weight", 2, 3, 1.0),
        (f"weight × {letter}", 3, len(rows), largest),
    )
    picture["data"] = [
        cells
        | {
            "name": name,
            "y0": start,
            "z": cells["z"][start:end],
            "zmin": -top,
            "zmax": top,
        }
        | ({"text": cells["text"][start:end]} if "text" in cells else {})
        for name, start, end, top in groups
    ]
    return with_terms(picture, output=0)


def _summed(names: tuple[str, ...], best: int) -> tuple[str, ...]:
    """Return the names of columns with that of their sum behind them, kept apart."""
    shown = _shown(names, best)
    if len(names) <= MOST_NUMBERED:
        return (*shown, "sum")
    last = shown[-1] if best == len(names) - 1 else ""
    return (*shown[:-1], last, "Σ")


def _called(row: int, names: tuple[str, ...]) -> str:
    """Name a token by its word or its number."""
    return f"t{row + 1}" if names[0] == "1" else f"“{names[row]}”"


def _score_title(roles: str, multiplier: float, *, divided: bool) -> str:
    """Write what the scores are, with the factor where it is not 1."""
    first, second, _ = roles.split(", ")
    factor = "" if multiplier == 1 else "μ "
    root = "/√dₖ" if divided else ""
    return f"Scores: {factor}{first}{second}ᵀ{root}, agreement of query and key"


def _scores(
    title: str, scores: Array, mask: Array, names: tuple[str, ...], row: int, best: int
) -> Figure:
    reach = fitting(np.abs(scores).max(), SCORE_ROOMS)
    picture = heatmap(
        title,
        np.where(np.isneginf(mask), np.nan, scores),
        x=Axis("key of token", labels=_shown(names, best)),
        y=Axis("query of token", labels=names),
        limits=(-reach, reach),
        digits=1,
    )
    return named_or(picture, row)


def _weights(weights: Array, row: int, names: tuple[str, ...]) -> Figure:
    picture = heatmap(
        "Weights: softmax of each row",
        weights,
        x=Axis("attended token", labels=_shown(names, int(weights[row].argmax()))),
        y=Axis("attending token", labels=names),
        limits=(0, 1),
        texts=weight_texts(weights),
        outlined=[(row, column) for column in range(len(weights))],
    )
    return choosing(named_or(picture, row), y="token")


def weight_texts(weights: Array) -> list[list[str]]:
    """Write weights into cells; only what is exactly 0 or 1 is written so."""
    return [[_weight_text(weight) for weight in row] for row in weights.tolist()]


def _rounded(number: float) -> str:
    """Write a number with two decimals; only what is exactly 0 is written so."""
    return "≈0" if 0 < abs(number) < 0.005 else cell_text(number, 2)


def _weight_text(weight: float) -> str:
    if 0 < weight < 0.005:
        return "≈0"
    if 0.005 <= weight < 0.01:
        return "0.01"
    return "≈1" if 0.995 <= weight < 1 else cell_text(weight, 2)


def _shown(names: tuple[str, ...], best: int) -> tuple[str, ...]:
    """Return the names that have room: of many every second one, and the best of all."""
    every = 2 if len(names) > MOST_NUMBERED else 1
    return tuple(
        name if (k - best) % every == 0 else "" for k, name in enumerate(names)
    )


def _once(names: tuple[str, ...], looked_at: set[int]) -> tuple[str, ...]:
    """Name a word where it stands first: all of its places are one point.

    Of a long text the first words and those that are looked at are named, for the others
    lie close to them.
    """
    kept = {names[k] for k in looked_at} | set(names[:MOST_NAMED])
    return tuple(
        name if name in kept and name not in names[:k] else ""
        for k, name in enumerate(names)
    )


def _outward(at: Array) -> list[str]:
    """Return on which side of each value its name stands: away from the origin."""
    across, up = (at / np.linalg.norm(at, axis=1, keepdims=True)).T
    aside = np.where(across > 0, "middle right", "middle left")
    above = np.where(up > 0, "top center", "bottom center")
    sides: list[str] = np.where(np.abs(across) > UPRIGHT, aside, above).tolist()
    return sides


def _outputs(
    result: Result,
    query: Array,
    key: Array,
    value: Array,
    row: int,
    roles: str,
    names: tuple[str, ...],
    base: float,
) -> Figure:
    first, _, third = roles.split(", ")
    numbered = names[0] == "1"
    chosen = _called(row, names)
    around = np.argsort(np.arctan2(value[:, 1], value[:, 0]), kind="stable")
    reach = float(np.linalg.norm(value[0]))
    wide, high = (half * reach for half in AROUND)
    tip = TIP * reach * query[row] / np.linalg.norm(query[row])
    fixed = first == "K"  # its direction does not follow the angle
    best = int(result.weights[row].argmax())
    shown = _shown(names, best) if numbered else _once(names, {best, row})
    keys = KEYS_AT * reach * key / np.linalg.norm(key, axis=1, keepdims=True)
    told = "" if fixed else ": drag its query"
    picture = plane(
        f"Output of {chosen}, mixed from {third}{told}",
        Outline(
            "hull of the values", value[around], VALUE_COLOR, closed=True, listed=False
        ),
        Points("values, by weight", value, VALUE_COLOR, 4 + 10 * result.weights[row]),
        Points(
            "names",
            NAMES_AT / KEYS_AT * keys,
            VALUE_COLOR,
            0.0,
            shown,
            sides=_outward(key),
            listed=False,
        ),
        Points("output", result.output[[row]], OUTPUT_COLOR, [14.0], symbol=6),
        Points("keys", keys, KEY_COLOR, KEY_SIZE, hollow=True),
        Arrow("query", tip, QUERY_COLOR),
        extent=((-wide, wide), (-high, high)),
    )
    if fixed:
        return picture
    at = (float(tip[0]), float(tip[1]))
    place = round(base, 6) % 360  # what is lost in turning and turning back
    return draggable(
        picture,
        Handle(at, f"Turn the query of {chosen}", angle="angle", base=place),
        small=True,
    )


def sentence(
    row: Array,
    scores: Array,
    token: int,
    *,
    tokens: str,
    causal: bool,
    roles: str,
    equal: bool,
    product: str,
) -> str:
    """Say to what a token attends, and what masks and roles change."""
    missing, chosen = "", min(token, len(row))
    if token > len(row):
        missing = f"There are only {len(row)} tokens: the last is framed. "
    who = f"Token {chosen}"
    names: tuple[str, ...] = ()
    if tokens == "sentence":
        names = quoted(SENTENCE[: len(row)])
        who = names[chosen - 1]
    whom = heard_most(row, names)
    alike = "every token alike" in whom and np.abs(scores).max() < NO_SCORE
    why = ": all scores are 0" if alike else ""
    if "most to" in whom and "alike" not in whom and np.count_nonzero(row) > 1:
        best = number_text(float(scores[row.argmax()]), SCORE_DIGITS)
        among = "of the visible keys " if causal and chosen < len(row) else ""
        why = (
            f": {among}its query (what it seeks) agrees best with that key (what it "
            f"offers), score {product} = {best}"
        )
    hidden = ""
    if causal:
        hidden = " Later tokens are hidden: their weights are exactly 0."
    note = ROLE_NOTES[roles]
    if equal:
        note = (
            " Query and key have swapped roles; here they are equal: nothing changes."
        )
    said = f"{who} attends {whom}{why}.{note}{hidden}"
    if np.count_nonzero(row) == 1 and causal and chosen == 1:
        said = f"{who} sees only itself: weight 1.{note}{hidden}"
    return missing + said
