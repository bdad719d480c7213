"""Worked steps: each line carries one kind of operation out, and nothing piles up."""

from __future__ import annotations

import numpy as np
import pytest
import sympy as sp

from notation import evaluation
from notation.quantities import quantity
from notation.steps import holding, worked_steps
from notation.trees import Equation, arrays, sum_over, symbols, unevaluated

QUANTITIES = (
    quantity("x", "x", "numbers", ("n",)),
    quantity("scale", "s", "a factor"),
    quantity("y", "y", "the result"),
)


def equation() -> Equation:
    (x,) = arrays("x")
    y, scale, i, n = symbols("y scale i n")
    with unevaluated():
        return Equation(y, sp.sqrt(sum_over(x[i] ** 2, i, 1, n)) / scale)


def steps(x, scale):
    numbers = {"x": x, "scale": scale, "y": 0.0}
    return worked_steps(equation(), {}, QUANTITIES, numbers)


def test_one_layer_of_operations_a_line():
    assert steps([3.0, -4.0], 2.0) == [
        r"y = \frac{\sqrt{\sum_{i=1}^{n} x_{i}^{2}}}{s}",
        r"y = \frac{\sqrt{3^{2} + \left(-4\right)^{2}}}{2}",
        r"y = \frac{\sqrt{9 + 16}}{2}",
        r"y = \frac{\sqrt{25}}{2}",
        r"y = \frac{5}{2}",
        "y = 2.5",
    ]


def test_a_long_sum_leaves_its_middle_out():
    line = steps([1.0] * 9, 1.0)[1]
    assert line.count("1^{2}") == 4
    assert r"\cdots" in line


@pytest.mark.parametrize("count", [101, 5000])
def test_a_sum_too_long_to_write_out_is_worked_out_in_one_step(count):
    assert steps([1.0] * count, 1.0)[1] == rf"y = \frac{{\sqrt{{{count}}}}}{{1}}"


def last_of_angle(angle: float, size: float) -> str:
    y, scale, x = symbols("y scale x")
    with unevaluated():
        wave = Equation(y, scale * sp.cos(x))
    numbers = {"x": angle, "scale": size, "y": 0.0}
    spelled = (quantity("x", "x", "an angle"), *QUANTITIES[1:])
    return worked_steps(wave, {}, spelled, numbers)[-1]


def test_a_cosine_of_a_right_angle_is_zero_though_its_angle_is_rounded():
    assert last_of_angle(np.pi / 2, 3.0) == "y = 0"
    assert last_of_angle(np.pi / 2 - 1e-9, 3.0) == r"y = 3 \times 10^{-9}"


def test_what_cancels_leaves_nothing_of_the_rounding():
    y, i, n = symbols("y i n")
    (x,) = arrays("x")
    with unevaluated():
        total = Equation(y, sum_over(x[i], i, 1, n))
    for left, shown in [(-0.3, "y = 0"), (-0.3 + 1e-9, r"y = 1 \times 10^{-9}")]:
        numbers = {"x": [0.1, 0.2, left], "y": 0.0}
        assert worked_steps(total, {}, QUANTITIES, numbers)[-1] == shown


def test_other_numbers_compile_no_other_functions():
    steps([0.1, 0.2], 0.3)
    before = evaluation._compiled.cache_info().misses
    for k in range(20):
        steps([0.7 * k, 0.1 + k], 1.5 + k)
    assert evaluation._compiled.cache_info().misses == before


def test_an_infinite_number_is_worked_with_like_any_other():
    y, x, scale = symbols("y x scale")
    with unevaluated():
        product = Equation(y, scale * sp.exp(x))
    quantities = (quantity("x", "x", "a number"), *QUANTITIES[1:])
    numbers = {"x": -float("inf"), "scale": 2.0, "y": 0.0}
    lines = worked_steps(product, {}, quantities, numbers)
    assert lines[1] == r"y = 2 e^{-\infty}"
    assert lines[-1] == "y = 0"


def test_what_is_masked_weighs_nothing():
    y, x, scale = symbols("y x scale")
    with unevaluated():
        masked = Equation(y, sp.exp(scale + x))
    quantities = (quantity("x", "x", "a mask"), *QUANTITIES[1:])
    numbers = {"x": -float("inf"), "scale": 0.5, "y": 0.0}
    lines = worked_steps(masked, {}, quantities, numbers)
    assert lines[-2:] == [r"y = e^{-\infty}", "y = 0"]


@pytest.mark.parametrize(("x", "whole"), [(9, 3), (10, 3), (11, 3), (12, 4)])
def test_a_quotient_that_is_whole_is_not_rounded_down(x, whole):
    y, scale, name = symbols("y scale x")
    with unevaluated():
        floor = Equation(y, sp.floor(name / scale))
    quantities = (quantity("x", "x", "a number"), *QUANTITIES[1:])
    numbers = {"x": x, "scale": 3, "y": float(whole)}
    assert worked_steps(floor, {}, quantities, numbers)[-1] == f"y = {whole}"


def test_cases_that_the_numbers_decide_are_worked_out_in_the_one_that_holds():
    n, x = sp.symbols("n x")
    quantities = (quantity("y", "y", "result"), quantity("x", "x", "base"))
    quantities += (quantity("n", "n", "power"),)
    with unevaluated():
        cases = sp.Piecewise((x, sp.Eq(n, 1)), (x**n, True))
        equation = Equation(sp.Symbol("y"), cases)
    once = worked_steps(equation, {}, quantities, {"x": 3.0, "n": 1, "y": 3.0})
    twice = worked_steps(equation, {}, quantities, {"x": 3.0, "n": 2, "y": 9.0})
    assert once == ["y = x", "y = 3"]
    assert twice[0] == "y = x^{n}"
    assert twice[-1] == "y = 9"
    assert holding(cases, {"x": 3.0}) == cases  # nothing says which
