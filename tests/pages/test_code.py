"""Every program of the Code tab prints the number on the screen."""

from __future__ import annotations

import contextlib
import io

import pytest

from tests.lessons import default_history, programs_run
from ui import programs
from ui.catalogue import SHOWN

every_lesson = pytest.mark.parametrize("lesson", SHOWN, ids=lambda f: f.key)
MOST_LINES = 12


def settings_of_presets(lesson):
    yield lesson.statement.defaults
    for preset in lesson.presets:
        yield {**lesson.statement.defaults, **preset.values}


@every_lesson
def test_by_hand_it_prints_the_number_at_the_defaults_and_at_every_preset(lesson):
    for values in settings_of_presets(lesson):
        programs_run(lesson, values, lambda title: title == programs.BY_HAND)


@every_lesson
def test_libraries_print_the_number(lesson):
    ran = programs_run(
        lesson, lesson.statement.defaults, lambda title: title != "PyTorch"
    )
    assert programs.BY_HAND in ran


@every_lesson
def test_a_program_by_hand_is_short_and_needs_nothing_of_ours(lesson):
    by_hand = lesson.text.programs[0]
    assert by_hand.title == programs.BY_HAND
    assert len(by_hand.lines.split("\n")) <= MOST_LINES
    solution = lesson.statement.solve(
        lesson.statement.defaults, default_history(lesson.statement)
    )
    text = by_hand.text({**lesson.statement.defaults, **solution.numbers})
    assert "formulas" not in text
    assert text.count("print(") == 1


@every_lesson
def test_the_code_tab_shows_documented_functions_of_the_library(lesson):
    functions = programs.library_functions(lesson.statement.compute)
    assert functions
    assert all("Parameters\n" in (function.__doc__ or "") for function in functions)


PRINTED = "Prints `loss`.\n\n```python\nprint(loss)\n```\n"


def test_a_library_may_print_something_else():
    text = (
        PRINTED + "### PyTorch\n\nPrints `p[0, k]`, within 5 %.\n\n```python\n1\n```\n"
    )
    by_hand, library = programs.read_programs(text)
    assert (by_hand.quantity, by_hand.entry, by_hand.within) == ("loss", (), 5e-4)
    assert (library.quantity, library.entry, library.within) == ("p", ("0", "k"), 0.05)
    assert library.number({"p": [[1, 2, 3]], "k": 2}) == 3


def test_a_longer_program_may_print_a_number_of_its_own():
    text = (
        PRINTED + "### Learning\n\nPrints 0.59, the\nshare of it, within 5 %.\n\n"
        "```python\nprint(0.6)\n```\n"
    )
    _, learning = programs.read_programs(text)
    assert (learning.quantity, learning.within) == ("", 0.05)
    assert learning.own == (0.59, "the share of it")
    assert learning.number({"loss": 2.0}) == 0.59


def test_what_a_loop_gives_a_value_first_does_not_stand_in_front():
    lines = "for k in range(3):\n    x = k * a\n    while x < 9:\n        x += b\n    print(x)"
    text = programs.read_programs(f"Prints `y`.\n\n```python\n{lines}\n```")[0].text(
        {"x": 1, "k": 5, "a": 2, "b": 3, "y": 0}
    )
    assert text == f"a = 2\nb = 3\n\n{lines}"
    summed = "for v in x:\n    total += v\nprint(total)"
    assert programs.needed(summed) == ("x", "total", "print")


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("", "By hand: a block of Python is needed"),
        ("```python\n1\n```", "“Prints"),
        (PRINTED + "### PyTorch\n\nNothing.\n", "PyTorch: a block"),
    ],
)
def test_what_is_missing_is_named(text, complaint):
    with pytest.raises(ValueError, match=complaint):
        programs.read_programs(text)


def test_only_the_numbers_that_are_needed_stand_in_front():
    (program,) = programs.read_programs(
        "Prints `y`.\n\n```python\nimport math\n\nx = 2 * a\nprint(math.exp(x))\n```"
    )
    text = program.text({"a": 3, "x": 7, "y": 1.0})
    assert text == "import math\n\na = 3\n\nx = 2 * a\nprint(math.exp(x))"


def test_a_program_that_prints_another_number_is_found():
    (program,) = programs.read_programs(PRINTED)
    with contextlib.redirect_stdout(io.StringIO()) as out:
        exec(program.text({"loss": 2.0}), {})  # noqa: S102 - our own text
    assert out.getvalue() == "2.0\n"
