"""The live line: the formula with the numbers of the moment, as the worked steps say it."""

from __future__ import annotations

import re

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from notation.evaluation import entries, environment
from notation.line import Line
from notation.steps import worked_steps
from tests.lessons import default_history, numbers_of
from tests.printed import read, same_number
from tests.strategies import settings_of
from ui.catalogue import BY_SLUG, SHOWN
from ui.frames import live_line, macro

every_lesson = pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)
relaxed = settings(
    max_examples=15, deadline=None, suppress_health_check=list(HealthCheck)
)
SOFTMAX = BY_SLUG["softmax"].statement


def bare(latex: str) -> str:
    """Leave out what brackets and dots of multiplication add to the reading."""
    return re.sub(r"\\left\(|\\right\)|\\cdot(?!s)|[(){}\s]", "", latex)


def steps_of(statement, numbers):
    equation = statement.main_equation
    env = environment(statement.quantities, numbers)
    entry = next(entries(equation, statement.quantities, env))
    return worked_steps(equation, entry, statement.quantities, numbers)


@every_lesson
@relaxed
@given(data=st.data())
def test_the_line_is_the_filled_equation_of_the_worked_steps(lesson, data):
    statement = lesson.statement
    values = data.draw(settings_of(statement))
    values |= {name: statement.defaults[name] for name in statement.slow_controls}
    numbers = numbers_of(statement, **values)
    line = Line(statement.main_equation, statement.quantities).latex(numbers)
    _, *filled, last = steps_of(statement, numbers)
    *equation, value = line.split(" = ")
    if filled and (r"\cdots" not in line or r"\cdots" in filled[0]):
        assert bare(" = ".join(equation)) == bare(filled[0])
    assert same_number(value, last.split(" = ")[-1])


SUMMED = [lesson for lesson in SHOWN if lesson.statement.summed]


@pytest.mark.parametrize("lesson", SUMMED, ids=lambda one: one.key)
@settings(relaxed, max_examples=3)
@given(data=st.data())
def test_term_by_term_a_sum_comes_to_what_it_is(lesson, data):
    statement = lesson.statement
    values = data.draw(settings_of(statement))
    values |= {name: statement.defaults[name] for name in statement.slow_controls}
    numbers = numbers_of(statement, **values)
    name = data.draw(st.sampled_from(sorted(statement.summed)))
    equation = statement.summed[name]
    usual = Line(equation, statement.quantities)
    count = usual.terms(numbers)
    so_far = None
    for k in range(min(count, 4)):
        line = Line(equation, statement.quantities, term=k)
        first, row = rows(line.latex(numbers))
        assert bare(unmarked(first)) == bare(usual.latex(numbers))
        assert not re.search(
            r"(\+|\\cdot) -", unmarked(first)
        )  # it is in brackets there
        _, texts = line.parts(numbers)
        kind = re.search(r"\\text\{(\w+) so far\}", row)[1]
        value = texts[-2] if " = " in row.split(",")[0] else row.split(",")[0]
        term, total = read(value).real, read(texts[-1]).real
        if so_far is not None:
            expected = {
                "sum": so_far + term,
                "product": so_far * term,
                "largest": max(so_far, term),
            }[kind]
            size = max(abs(so_far), abs(term), abs(total))
            assert total == pytest.approx(expected, abs=2e-3 * size, nan_ok=True)
        so_far = total
    assert so_far is not None or count == 0


def rows(latex):
    """Take apart the line and the row below it."""
    inside = latex.removeprefix(r"\begin{gathered} ").removesuffix(r" \end{gathered}")
    first, row = inside.rsplit(r" \\ \htmlClass{live-term}{\small ", 1)
    return first, row.removesuffix("}")


def unmarked(latex):
    """Leave out the mark around a term."""
    start = latex.find(r"\htmlClass{live-term}{")
    if start < 0:
        return latex
    head, rest = latex[:start], latex[start + len(r"\htmlClass{live-term}{") :]
    depth = 1
    for place, letter in enumerate(rest):
        depth += {"{": 1, "}": -1}.get(letter, 0)
        if not depth:
            return unmarked(head + rest[:place] + rest[place + 1 :])
    raise ValueError("a mark is not closed")


def test_the_terms_of_softmax_are_those_of_a_calculator():
    numbers = numbers_of(
        SOFTMAX, **{**SOFTMAX.defaults, "z1": 1.0, "z2": 0.0, "z3": -1.0}
    )
    found = [
        Line(SOFTMAX.main_equation, SOFTMAX.quantities, term=k).parts(numbers)[1]
        for k in range(3)
    ]
    assert [texts[-2:] for texts in found] == [
        ("2.718", "2.718"),
        ("1", "3.718"),
        ("0.3679", "4.086"),
    ]


def test_beyond_the_last_term_it_is_the_last():
    numbers = numbers_of(SOFTMAX, **SOFTMAX.defaults)
    last, beyond = (
        Line(SOFTMAX.main_equation, SOFTMAX.quantities, term=k) for k in (2, 99)
    )
    assert beyond.latex(numbers) == last.latex(numbers)


def test_numbers_are_put_into_a_template_that_is_printed_once():
    line = Line(SOFTMAX.main_equation, SOFTMAX.quantities)
    first = line.latex(numbers_of(SOFTMAX, **SOFTMAX.defaults))
    assert first == (
        r"p_{1} = \frac{e^{2 / 1}}{e^{2 / 1} + e^{1 / 1} + e^{0.1 / 1}} = 0.659"
    )
    second = line.latex(numbers_of(SOFTMAX, **SOFTMAX.defaults | {"z1": -2.5}))
    assert second.startswith(r"p_{1} = \frac{e^{-2.5 / 1}}{e^{-2.5 / 1} + e^{1 / 1}")
    pieces = [
        line.parts(numbers_of(SOFTMAX, **SOFTMAX.defaults | {"z1": z1}))[0]
        for z1 in (2.0, -2.5)
    ]
    assert pieces[0] is pieces[1]


def test_a_branch_that_no_longer_holds_is_printed_anew():
    statement = BY_SLUG["activations"].statement
    relu = next(e for e in statement.equations if str(e.left) == "relu")
    line = Line(relu, statement.quantities)
    texts = [
        line.latex({"x": x, "negative_slope": 0.1, "relu": max(x, 0.1 * x)})
        for x in (2.0, -3.0, 1.5)
    ]
    slope = r"0.1 \cdot \left(-3\right) = -0.3"
    assert [text.split(" = ", 1)[1] for text in texts] == ["2", slope, "1.5"]


def test_every_number_says_whose_it_is():
    numbers = numbers_of(SOFTMAX, **SOFTMAX.defaults)
    text = live_line(SOFTMAX, "probabilities").latex(numbers)
    names = [quantity.name for quantity in SOFTMAX.quantities]
    temperature = macro(names.index("temperature"))
    probability = macro(names.index("probabilities"))
    assert text.count(f"{temperature}{{1}}") == 4
    assert text.startswith(f"{probability}{{p_{{1}}}} = ")
    assert text.endswith(f" = {probability}{{0.659}}")


def test_commands_of_quantities_are_letters_and_never_twice_the_same():
    commands = [macro(number) for number in range(60)]
    assert commands[:2] == [r"\qa", r"\qb"]
    assert len(set(commands)) == 60
    assert not {r"\quad", r"\qquad"} & set(commands)
    assert all(re.fullmatch(r"\\q[a-z]+", command) for command in commands)


@every_lesson
def test_every_lesson_has_a_line_that_ends_in_its_main_result(lesson):
    statement = lesson.statement
    history = default_history(statement)
    numbers = statement.solve(statement.defaults, history).numbers
    text = live_line(statement, statement.result_name).latex(numbers)
    names = [quantity.name for quantity in statement.quantities]
    command = macro(names.index(statement.result_name))
    assert text.split(" = ")[-1].startswith(f"{command}{{")


def test_where_an_entry_stands_is_no_reason_to_print_anew():
    statement = BY_SLUG["positional_encoding"].statement
    line = Line(statement.equation_of("similarity"), statement.quantities)
    settings_ = [
        statement.defaults | {"position": position, "offset": offset}
        for position, offset in ((3, 4), (0, 0), (70, 19))
    ]
    printed = [line.parts(numbers_of(statement, **chosen)) for chosen in settings_]
    assert printed[0][0] is printed[1][0] is printed[2][0]
    for chosen, (pieces, texts) in zip(settings_, printed, strict=True):
        numbers = numbers_of(statement, **chosen)
        fresh = Line(statement.equation_of("similarity"), statement.quantities)
        assert fresh.parts(numbers) == (pieces, texts)


RETURN = BY_SLUG["expected_return"].statement


@pytest.mark.parametrize(
    ("change", "middle"),
    [
        ({}, r"\cdots + 0.9^{10} \cdot 11 + \cdots"),
        ({"delay": 3}, r"0.9^{2} \cdot 1 + 0.9^{3} \cdot 11 + \cdots"),
        ({"delay": 18}, r"\cdots + 0.9^{18} \cdot 11"),
        ({"delay": 1}, r"0.9^{1} \cdot 11 + 0.9^{2} \cdot 1 + \cdots"),
        # There is none to be told: past the end, or no late reward.
        ({"delay": 30}, r"0.9^{2} \cdot 1 + \cdots"),
        ({"late_reward": 0.0}, r"0.9^{2} \cdot 1 + \cdots"),
    ],
)
def test_a_term_unlike_the_others_is_printed_in_a_long_sum(change, middle):
    numbers = numbers_of(RETURN, **RETURN.defaults | change)
    line = Line(RETURN.main_equation, RETURN.quantities).latex(numbers)
    assert f"{middle} + 0.9^{{19}} \\cdot 1 = " in line
    assert steps_of(RETURN, numbers)[1] in line


def test_of_a_readers_own_rewards_none_is_told():
    own = numbers_of(RETURN, **RETURN.defaults | {"own": "1_2_3_4_5_6_7_8"})
    line = Line(RETURN.main_equation, RETURN.quantities).latex(own)
    assert line.count(r"\cdots") == 1
    assert r"0.9^{2} \cdot 3 + \cdots + 0.9^{7} \cdot 8" in line


def test_a_term_that_is_told_can_be_looked_at():
    numbers = numbers_of(RETURN, **RETURN.defaults)
    line = Line(RETURN.main_equation, RETURN.quantities, term=10).latex(numbers)
    assert r"\htmlClass{live-term}{0.9^{10} \cdot 11}" in line
    # 1 + 0.9 + … + 0.9¹⁰ is (1 − 0.9¹¹) / 0.1 = 6.862, and ten times 0.9¹⁰ is 3.487.
    assert r"\text{sum so far} = 10.35" in line
