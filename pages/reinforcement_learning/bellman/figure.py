"""Bellman equation: what is drawn, and the sentence about it."""

from __future__ import annotations

from itertools import compress

import numpy as np

from charts import (
    Axis,
    Curve,
    Figure,
    Jump,
    Mark,
    Move,
    Scene,
    backup_diagram,
    choosing,
    curves,
    fitting,
    grid_map,
    rounded,
)
from formulas.checks import Array
from formulas.reinforcement_learning.mdp import ARROWS
from notation.numbers import counted, number_text
from notation.symbols import LOWERED
from pages.reinforcement_learning.bellman.statement import (
    MOST_SWEEPS,
    STATEMENT,
    A,
    Result,
)

SWEEPS = np.array(STATEMENT.control("sweeps").positions, dtype=float)
ERROR_COLOR, NEW_COLOR, DISCOUNT_COLOR = STATEMENT.color_indices("v", "v_next", "gamma")
EXACT_COLOR, REWARD_COLOR = STATEMENT.color_indices("values", "rewards")
OTHER_COLOR = 8
MARKS = {(0, 1): "A", (4, 1): "A′", (0, 3): "B", (2, 3): "B′"}
REWARD_B = 5
TWO_DIGITS = 10  # from here on a cell has no room for two decimals
ROUNDING = 1e-12  # what is smaller says nothing about the sweeps
SIZES = (
    0.1,
    1,
    3,
    6,
    10,
    25,
    50,
    100,
    150,
    250,
    450,
    600,
)  # of scales; few, so that they rest


def draw(
    result: Result,
    *,
    rewards: Array,
    next_state: Array,
    policy: Array,
    sweeps: int,
    reward_a: float,
    cell: int,
    gamma: float,
) -> Scene:
    """Draw the guesses on the map, how wrong they are, and one sweep of one cell."""
    errors, bound = _errors(result, result.ahead)
    at_once = np.abs(result.in_place - result.values).max(axis=1)
    error = float(np.abs(result.v - result.values).max())
    if error < ROUNDING:
        error = 0.0
    return Scene(
        _map(result, policy, reward_a, sweeps, cell),
        _error_by_sweep(errors, at_once, bound, sweeps, error),
        _backup(result, rewards, next_state, policy, sweeps, cell, gamma),
        readouts={
            "guess for A now": result.v[A],
            "value of A": result.values[A],
            "largest error": error,
            "bound of the error": bound[sweeps],
        },
        status=sentence(result, sweeps, error, cell=cell, gamma=gamma),
    )


def _map(
    result: Result, policy: Array, reward_a: float, sweeps: int, cell: int
) -> Figure:
    # With the next guess, so that the colors rest when the first rewards come.
    top = fitting(np.abs([result.v, result.v_next]).max(), SIZES)
    guesses = result.v.reshape(5, 5)
    chosen = divmod(cell, 5)
    picture = grid_map(
        f"Guesses {_guess(sweeps)}: A and B jump and pay, walls cost 1; click a state",
        guesses,
        limits=(-top, top),
        actions=_arrows(policy),
        marks={chosen: f"{cell}", **MARKS},
        jumps=jumps(reward_a),
        outlined=[chosen],
        numbers=True,
        texts=[[short(guess) for guess in row] for row in guesses.tolist()],
        height=380,
    )
    return choosing(picture, y="cell", row=5)


def _guess(sweeps: int) -> str:
    """Write the guess after so many sweeps: ``v₅``."""
    return f"v{sweeps}".translate(LOWERED)


def short(guess: float, *, whole: bool = True) -> str:
    """Write a guess with one decimal, with two if it is below a tenth.

    What lies halfway is rounded away from 0; where a guess is to be written whole and two
    decimals are all that it has, both are written.

    Examples
    --------
    >>> [short(x) for x in (-0.25, 0.675, 12.25, 0.05, -0.0)]
    ['−0.25', '0.7', '12.3', '0.05', '0']
    """
    is_whole = abs(guess) < TWO_DIGITS and abs(guess - round(guess, 2)) < ROUNDING
    two = (whole and is_whole) or abs(guess) < 0.1
    return f"{rounded(guess, 2 if two else 1):g}".replace("-", "−")


def jumps(reward_a: float) -> tuple[Jump, Jump]:
    """Return what every move from A and from B does, and what it pays."""
    a, a_after, b, b_after = MARKS
    return (
        Jump(a, a_after, f"+{reward_a:g}", REWARD_COLOR),
        Jump(b, b_after, f"+{REWARD_B}", REWARD_COLOR),
    )


def _arrows(policy: Array) -> list[str]:
    """Write the likeliest moves of each cell as arrows, nothing where all are alike."""
    likeliest = policy == policy.max(axis=1, keepdims=True)
    return [
        "" if all(row) else "".join(compress(ARROWS, row)) for row in likeliest.tolist()
    ]


def _error_by_sweep(
    errors: Array, at_once: Array, bound: Array, sweeps: int, error: float
) -> Figure:
    return curves(
        "Largest error after each sweep",
        Curve("largest error", SWEEPS, _positive(errors), ERROR_COLOR),
        Curve("bound: first error · γᵏ", SWEEPS, _positive(bound), DISCOUNT_COLOR),
        Curve("values overwritten at once", SWEEPS, _positive(at_once), OTHER_COLOR),
        Mark(sweeps, error or np.nan, "", ERROR_COLOR),
        x=Axis("sweeps k", (0, MOST_SWEEPS)),
        y=Axis("error", (1e-6, 1e3), log=True),
        at=[(float(sweeps), "now")],
    )


def _positive(numbers: Array) -> Array:
    """Leave out what a logarithmic axis cannot show."""
    return np.where(numbers > 0, numbers, np.nan)


def _errors(result: Result, gamma: float) -> tuple[Array, Array]:
    """Return the largest error after each sweep of the slider, and its bound."""
    errors = np.abs(result.guesses[:-1] - result.values).max(axis=1)
    bound = errors[0] * gamma ** np.arange(len(errors))
    return errors, bound


def _backup(
    result: Result,
    rewards: Array,
    next_state: Array,
    policy: Array,
    sweeps: int,
    cell: int,
    gamma: float,
) -> Figure:
    """Draw which states the new guess of the framed one is made from."""
    moves = [
        Move(
            f"{arrow} {number_text(float(share))}",
            f"r = {number_text(float(reward), 3)}",
            f"{after}",
            f"{number_text(gamma)} · {_factor(short(float(result.v[after])))}"
            if result.ahead == gamma
            else "left out",
        )
        for arrow, share, reward, after in zip(
            ARROWS, policy[cell], rewards[cell], next_state[cell].tolist(), strict=True
        )
    ]
    return backup_diagram(
        f"State {cell}, framed, backed up from the states after",
        f"{cell}",
        f"new {_guess(sweeps + 1)} = {short(float(result.v_next[cell]))}",
        moves,
        beside=(
            f"old {_guess(sweeps)} = {short(float(result.v[cell]))}",
            f"exact: {short(float(result.values[cell]))}",
        ),
        value_color=NEW_COLOR,
        reward_color=REWARD_COLOR,
        worth_color=ERROR_COLOR,
        beside_color=EXACT_COLOR,
    )


def _factor(text: str) -> str:
    return f"({text})" if text.startswith("−") else text


def sentence(
    result: Result, sweeps: int, error: float, *, cell: int, gamma: float
) -> str:
    """Say what the next sweep makes of the framed state, and how far guesses are off."""
    mark = MARKS.get(divmod(cell, 5))
    name = f" ({mark})" if mark else ""
    new, old, exact = (
        number_text(float(guess[cell]) + 0.0, 3)
        for guess in (result.v_next, result.v, result.values)
    )
    done = f"After {counted(sweeps, 'sweep')}"
    how = f"the largest error on the map is {number_text(error, 3)}"
    if error < 1e-6:
        how = "every guess is right to a millionth"
    return (
        f"State {cell}{name}: reward plus {number_text(gamma)} × the guess after, averaged "
        f"over its moves, gives {_guess(sweeps + 1)} = {new} ({_guess(sweeps)} is {old}, exact "
        f"{exact}). {done} {how}."
    )
