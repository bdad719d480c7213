"""What every lesson must keep: shown = computed = proved, and drawn from what was proved."""

from __future__ import annotations

import ast
import dataclasses
import inspect
import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import sympy as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from benchmarks.mutation import file_of, mutants_of, subjects
from charts import Scene
from notation import evaluation, printing, steps, trees
from notation.statement import Solution, Statement, fields_of
from tests.lessons import default_history, module_of, numbers_of
from tests.printed import same_number
from tests.strategies import settings_of
from ui import frames
from ui.catalogue import BY_SLUG, FORM, LESSONS, SECTIONS, SHOWN, Lesson, leads_to
from ui.handout import NAMES
from ui.pins import PIN
from ui.state import OTHERS

ROOT = Path(__file__).parent.parent
RELATIVE, ABSOLUTE = 1e-9, 1e-12  # rounding of ten-line sums in double precision

every_lesson = pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)
relaxed = settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck)
)


def disagreements(
    lesson: Lesson, values: dict[str, Any], equations: Any = None
) -> list[evaluation.Comparison]:
    statement = lesson.statement
    compared = list(
        evaluation.compare(
            equations or statement.equations,
            statement.quantities,
            numbers_of(statement, **values),
        )
    )
    brought = any(values[c.name] for c in statement.controls if c.kind == "numbers")
    return [c for c in compared if not is_close(c, brought=brought)]


def is_close(one: evaluation.Comparison, *, brought: bool) -> bool:
    """Tell whether both sides agree; sums of numbers that somebody brought may cancel."""
    error = abs(one.computed - one.literal)
    size = max(abs(one.literal), one.size) if brought else abs(one.literal)
    allowed = ABSOLUTE + RELATIVE * size
    return one.computed == one.literal or error <= allowed  # infinity too


@every_lesson
@relaxed
@given(data=st.data())
def test_what_is_shown_is_what_is_computed_over_every_controls_range(lesson, data):
    values = data.draw(settings_of(lesson.statement))
    assert disagreements(lesson, values) == []


@every_lesson
def test_the_proof_covers_something_and_holds_at_the_defaults(lesson):
    statement = lesson.statement
    numbers = numbers_of(statement, **statement.defaults)
    compared = evaluation.compare(statement.equations, statement.quantities, numbers)
    assert len(list(compared)) >= len(statement.equations)
    assert disagreements(lesson, statement.defaults) == []


@every_lesson
def test_the_proof_fails_when_an_equation_is_off_by_a_thousandth(lesson):
    statement = lesson.statement
    for equation in statement.equations:
        off = equation.right * sp.Float("1.001")
        if is_zero(statement, equation):
            off = equation.right + sp.Float("0.001")  # 0 has no thousandth
        wrong = trees.Equation(equation.left, off, equation.ranges)
        assert disagreements(lesson, statement.defaults, [wrong]), equation


def is_zero(statement: Statement, equation: trees.Equation) -> bool:
    """Tell whether an equation gives nothing but 0 at the defaults."""
    numbers = numbers_of(statement, **statement.defaults)
    compared = evaluation.compare([equation], statement.quantities, numbers)
    return not any(comparison.literal for comparison in compared)


@every_lesson
def test_every_symbol_of_the_equations_is_explained(lesson):
    quantities = lesson.statement.quantities
    explained = {quantity.name for quantity in quantities}
    sizes = {axis for q in quantities for axis in q.shape}
    for equation in lesson.statement.equations:
        indices = {index.name for index, *_ in equation.ranges}
        if isinstance(equation.left, sp.Indexed):
            indices |= {s.name for k in equation.left.indices for s in k.free_symbols}
        for side in (equation.left, equation.right):
            unknown = trees.names_in(side) - indices - sizes - explained
            assert not unknown, f"equations() names {unknown}: not in QUANTITIES"


@every_lesson
def test_a_headline_braces_what_it_raises_or_lowers(lesson):
    # A symbol is printed with its color, and KaTeX refuses ^\textcolor{...}{t}.
    headline = lesson.statement.headline or ""
    assert "^<" not in headline
    assert "_<" not in headline


@every_lesson
def test_no_two_names_share_a_spelling(lesson):
    spellings = [quantity.symbol for quantity in lesson.statement.quantities]
    names = [quantity.name for quantity in lesson.statement.quantities]
    assert len(set(spellings)) == len(spellings)
    assert len(set(names)) == len(names)


@every_lesson
def test_every_name_in_the_headline_is_a_quantity(lesson):
    assert "<" not in lesson.statement.latex


@every_lesson
def test_identities_hold_at_random_points(lesson):
    random = np.random.default_rng(0)
    for identity in lesson.statement.identities:
        sides = (identity.left, identity.right)
        left, right = (evaluation.carried_out(side) for side in sides)
        free = sorted(left.free_symbols | right.free_symbols, key=str)
        for _ in range(5):
            point = {s: sp.Float(random.uniform(0.2, 0.8), 30) for s in free}
            values = [complex(sp.N(e.subs(point), 20)) for e in (left, right)]
            assert np.isclose(*values, rtol=1e-9, atol=1e-12), identity.words


def corners(statement):
    """Yield what a lesson opens with, and it with each control at its other end."""
    yield statement.defaults
    for control in statement.controls:
        if control.name not in statement.slow_controls and control.kind != "numbers":
            for value in (control.positions[0], control.positions[-1]):
                if value != control.default:
                    yield {**statement.defaults, control.name: value}


@every_lesson
def test_worked_steps_end_at_the_computed_value(lesson):
    statement = lesson.statement
    for values in corners(statement):
        numbers = numbers_of(statement, **values)
        env = evaluation.environment(statement.quantities, numbers)
        for equation in statement.equations:
            if trees.name_of(equation.left) is None:
                continue
            every = list(evaluation.entries(equation, statement.quantities, env))
            for entry in every[:1] + every[-1:]:
                lines = steps.worked_steps(
                    equation, entry, statement.quantities, numbers
                )
                there = {**env, **entry}
                value = complex(evaluation.evaluate(equation.left, there))
                wanted = value.real if value.imag == 0 else value
                said = lines[-1].split(" = ")[-1]
                assert same_number(said, printing.number_latex(wanted)), (values, lines)


@every_lesson
def test_controls_have_few_positions_and_open_at_their_default(lesson):
    for control in lesson.statement.controls:
        assert 2 <= len(control.positions) <= 201
        assert control.default in control.positions
        if control.is_number and not control.choices:
            ends = control.positions[0], control.positions[-1]
            assert ends == (control.low, control.high)
        for position in control.positions:
            assert control.parse(control.text(position)) == (position, None)


@every_lesson
def test_no_control_has_a_name_that_links_need_for_something_else(lesson):
    for control in lesson.statement.controls:
        assert control.name not in {FORM, PIN, *NAMES}
        assert not OTHERS.fullmatch(control.name)


@every_lesson
def test_a_lesson_says_what_it_is_where_it_is_from_and_what_it_needs(lesson):
    text = lesson.text
    assert text.question.endswith("?")
    assert any(character.isdigit() for source in text.sources for character in source)
    assert text.purpose
    assert text.topics
    assert set(text.topics) <= {"LLM", "ML", "RL"}
    assert set(text.needs) <= set(BY_SLUG)
    for quantity in lesson.statement.quantities:
        assert quantity.meaning
        assert not quantity.meaning.endswith(".")


# One river


@every_lesson
def test_charts_show_the_very_numbers_that_the_equations_prove(lesson):
    """Change one proved number: whatever showed it must show the changed one."""
    statement = lesson.statement
    values = {**statement.defaults, **lesson.presets[0].values}
    solution = statement.solve(values, default_history(statement))
    before = lesson.drawn(values, solution)
    proved = {trees.name_of(equation.left) for equation in statement.equations}
    for name in proved & fields_of(solution.result).keys():
        old = getattr(solution.result, name)
        new = old * 1.015625 if np.any(old) else old + 0.015625
        changed = dataclasses.replace(solution.result, **{name: new})
        after = lesson.drawn(values, dataclasses.replace(solution, result=changed))
        for was, now in zip(plotted(before), plotted(after), strict=True):
            if shows(was, old) and not shows_an_input(was, solution):
                assert shows(now, new), name
        if name == statement.result_name:
            assert told(before) != told(after), f"no chart or readout shows {name}"


@every_lesson
def test_no_option_changes_the_charts_and_leaves_the_live_line_as_it_was(lesson):
    statement, history = lesson.statement, default_history(lesson.statement)
    for control in statement.controls:
        if control.is_number:
            continue
        if control.name in statement.slow_controls:
            continue
        drawn = [
            frames.frame(lesson, {**statement.defaults, control.name: choice}, history)
            for choice in control.positions
        ]
        for one, other in itertools.combinations(drawn, 2):
            if one["line"] == other["line"] != {"pieces": [""], "numbers": []}:
                assert main_figure(one) == main_figure(other), control.name


def main_figure(frame: dict[str, Any]) -> str:
    """Write the numbers of the first chart, where the result is drawn; NaN equals NaN."""
    numbers = [
        np.asarray(trace[axis]).tolist()
        for trace in frame["figures"][0]["data"]
        for axis in ("x", "y", "z")
        if axis in trace
    ]
    return repr(numbers)


def plotted(scene: Scene) -> list[np.ndarray]:
    """Return every array of numbers that a scene draws."""
    return [
        np.asarray(trace[axis])
        for figure in scene.figures
        for trace in figure["data"]
        for axis in ("x", "y", "z")
        if axis in trace
    ]


def shows(drawn: np.ndarray, quantity: Any) -> bool:
    """Tell whether these are the numbers of a quantity, none of them a plain one."""
    numbers = np.asarray(quantity).ravel()
    if drawn.dtype.kind not in "fiu" or np.iscomplexobj(numbers):
        return False
    same = drawn.size == numbers.size and np.array_equal(drawn.ravel(), numbers)
    return bool(same and (numbers != np.rint(numbers)).any())


def shows_an_input(drawn: np.ndarray, solution: Solution) -> bool:
    """Tell whether these are the numbers of an input, which happen to be the same."""
    inputs = solution.inputs.values()
    arrays = [value for value in inputs if isinstance(value, (np.ndarray, float))]
    return any(shows(drawn, value) for value in arrays)


def told(scene: Scene) -> list[Any]:
    """Return all that a scene shows, as something to compare."""
    arrays = [array.tolist() for array in plotted(scene)]
    return [arrays, scene.status, dict(scene.readouts)]


# The house


@every_lesson
def test_a_lesson_has_its_function_its_four_files_and_its_tests(lesson):
    folder = ROOT / "pages" / lesson.section / lesson.key
    files = {path.name for path in folder.iterdir() if path.is_file()}
    assert ("broken.py" in files) == bool(lesson.text.broken[0])
    files -= {"broken.py"}
    modules = {"statement.py", "figure.py", "derivation.py"}
    if (
        lesson.form
    ):  # it need not derive anything; its functions have names of their own
        assert files | {"derivation.py"} == {"form.md", *modules}
    else:
        assert files == {"lesson.md", *modules}
    assert (ROOT / "formulas" / lesson.section / f"{lesson.slug}.py").is_file()
    assert (ROOT / "tests" / lesson.section / f"{module_of(lesson)}.py").is_file()


def test_every_folder_of_a_lesson_or_a_form_is_in_the_list_once():
    listed = [f"{lesson.section}/{lesson.key}" for lesson in SHOWN]
    folders = {
        path.parent.relative_to(ROOT / "pages").as_posix()
        for path in (ROOT / "pages").rglob("*.md")
    }
    assert len(set(listed)) == len(listed)
    assert len(BY_SLUG) == len(LESSONS)
    assert set(listed) == folders
    assert len({section.folder for section in SECTIONS}) == len(SECTIONS)


def test_prerequisites_have_no_cycle():
    order: list[str] = []

    def visit(lesson: Lesson, above: tuple[str, ...]) -> None:
        assert lesson.slug not in above, "a prerequisite needs its own successor"
        for slug in lesson.text.needs:
            if slug not in order:
                visit(BY_SLUG[slug], (*above, lesson.slug))
        order.append(lesson.slug)

    for lesson in LESSONS:
        visit(lesson, ())
        assert all(lesson.slug in other.text.needs for other in leads_to(lesson))


def public_functions() -> list[tuple[str, ast.FunctionDef]]:
    return [
        (f"{path.stem}.{node.name}", node)
        for path in sorted((ROOT / "formulas").glob("*/*.py"))
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    ]


@pytest.mark.parametrize(
    ("name", "node"), public_functions(), ids=[name for name, _ in public_functions()]
)
def test_public_functions_document_parameters_returns_and_types(name, node):
    text = inspect.cleandoc(ast.get_docstring(node) or "")
    if node.args.args or node.args.kwonlyargs:
        assert "Parameters\n---" in text, name
    assert "Returns\n---" in text or "Yields\n---" in text, name
    assert node.returns is not None, name


@pytest.mark.parametrize(("section", "name"), subjects())
def test_each_listed_mutant_is_an_edit_of_one_file(section, name):
    # benchmarks/mutation.py makes the edits; here they only have to be possible. It runs
    # the tests of one lesson's key: this one has another, and so notices no edit by itself.
    for old, new in mutants_of(section, name):
        assert file_of(ROOT, section, name, old).is_file()
        assert old != new


@every_lesson
def test_a_lesson_lists_at_least_three_mutants(lesson):
    assert len(mutants_of(lesson.section, module_of(lesson))) >= 3
