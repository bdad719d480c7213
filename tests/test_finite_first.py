"""An input that is not finite is named before whatever else is wrong.

Some functions read it only where a result that is checked shows it: each must notice it
in every argument and at every place, whatever the other numbers are.
"""

from __future__ import annotations

import numpy as np
import pytest

from formulas import checks
from formulas.linear_algebra.quantization import quantize_absmax
from formulas.optimization.adamw import adamw_step
from formulas.optimization.mean_squared_error import huber, log_cosh, smooth_l1
from formulas.regularization.dropout import drop_path
from formulas.transformer.kv_cache import attend_cached

ROWS = np.zeros((3, 2))
FAR = np.full((3, 2), -2000.0)  # keys whose weight underflows
# A call, what it is given, and an option that it refuses.
CALLS = (
    (attend_cached, {"query": ROWS, "key": ROWS, "value": ROWS}, {"scale": -1}),
    (
        attend_cached,
        {"query": ROWS + 1, "key": ROWS, "value": ROWS, "keys": FAR, "values": ROWS},
        {"scale": -1},
    ),
    (
        attend_cached,
        {"query": ROWS[:1], "key": ROWS, "value": ROWS, "keys": ROWS, "values": ROWS},
        {"scale": -1},
    ),
    (drop_path, {"x": ROWS}, {"p": 2}),
    (quantize_absmax, {"x": ROWS}, {"bits": 1}),
    (huber, {"y_true": ROWS, "y_pred": ROWS}, {"delta": 0}),
    (smooth_l1, {"y_true": ROWS, "y_pred": ROWS}, {"beta": -1}),
    (log_cosh, {"y_true": ROWS, "y_pred": ROWS}, {"reduction": "most"}),
    (
        adamw_step,
        {"theta": ROWS, "grad": ROWS, "m": ROWS, "v": ROWS, "t": 1},
        {"lr": -1},
    ),
    (
        adamw_step,
        {
            "theta": ROWS,
            "grad": ROWS,
            "m": ROWS,
            "v": ROWS,
            "t": 1,
            "eps": 0,
            "beta1": 0,
        },
        {"weight_decay": -1},
    ),
    (
        adamw_step,
        {"theta": ROWS, "grad": ROWS, "m": ROWS, "v": ROWS, "t": 1, "decoupled": False},
        {"beta2": 1},
    ),
)
CASES = [
    pytest.param(
        call, given, name, place, wrong, id=f"{call.__name__}-{k}-{name}-{place}"
    )
    for k, (call, given, wrong) in enumerate(CALLS)
    for name, value in given.items()
    if isinstance(value, np.ndarray)
    for place in range(value.size)
]


@pytest.mark.parametrize(("call", "given", "name", "place", "wrong"), CASES)
@pytest.mark.parametrize(
    ("number", "problem"),
    [
        (np.nan, "contains NaN"),
        (np.inf, "must be finite"),
        (-np.inf, "must be finite"),
    ],
)
def test_it_is_named_with_and_without_another_fault(
    call, given, name, place, wrong, number, problem
):
    array = given[name].copy()
    array.flat[place] = number
    for options in ({}, wrong):
        with pytest.raises(ValueError, match=f"^{name} {problem}$"):
            call(**{**given, name: array, **options})
    np.testing.assert_array_equal(array.flat[place], number)
    call(**given)
    with pytest.raises(ValueError, match=next(iter(wrong))):
        call(**given, **wrong)


@pytest.mark.parametrize("call", [adamw_step, log_cosh, attend_cached])
def test_what_is_given_is_not_written_to(call):
    names = {
        adamw_step: ("theta", "grad", "m", "v"),
        log_cosh: ("y_true", "y_pred"),
        attend_cached: ("query", "key", "value"),
    }[call]
    given = {name: np.arange(6.0).reshape(3, 2) + k for k, name in enumerate(names)}
    before = {name: array.copy() for name, array in given.items()}
    call(**given, **({"t": 3} if call is adamw_step else {}))
    for name, array in given.items():
        np.testing.assert_array_equal(array, before[name])


def test_another_fault_of_finite_arrays_is_passed_on():
    with (
        pytest.raises(ValueError, match=r"^something else$"),
        checks.finite_first(x=ROWS),
    ):
        raise ValueError("something else")


@pytest.mark.parametrize("kind", [np.int8, np.int32, np.int64, np.uint16, ">i8"])
def test_whole_numbers_are_held_against_their_bounds(kind):
    for low, high in ((0, 100), (1, 100), (-3, 100)):
        least = max(low, int(np.iinfo(kind).min))
        inside = np.array([least, 100, max(low, 0)], dtype=kind)
        found = checks.integers(inside[::2], "x", low=low, high=high)
        np.testing.assert_array_equal(found, inside[::2])
        for outside in {101, low - 1} - ({-1, -4} if kind is np.uint16 else set()):
            with pytest.raises(ValueError, match=f"got {outside}$"):
                checks.integers(
                    np.array([5, outside], dtype=kind), "x", low=low, high=high
                )


def test_whole_numbers_of_a_foreign_byte_order_are_not_misread():
    # Read the other way round, this one is 1.
    with pytest.raises(ValueError, match=f"got {2**56}$"):
        checks.integers(np.array([2**56], dtype=">i8"), "x", low=0, high=100)
