"""What every formula of the catalogue must keep: shown = computed = proved."""

from __future__ import annotations

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest
import sympy as sp
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from formulas import notation
from formulas.catalogue import BY_SLUG, CATALOGUE, SECTIONS, leads_to, search
from formulas.formula import Formula
from tests.strategies import settings_of

ROOT = Path(__file__).parent.parent
RELATIVE, ABSOLUTE = 1e-9, 1e-12  # rounding of ten-line sums in double precision

every_formula = pytest.mark.parametrize("formula", CATALOGUE, ids=lambda f: f.slug)
relaxed = settings(
    max_examples=25, deadline=None, suppress_health_check=list(HealthCheck)
)


def disagreements(formula: Formula, values: dict, equations=None) -> list:
    given_ = formula.inputs(**values)
    computed = formula.outputs(given_)
    compared = list(notation.compare(formula, given_, computed, equations))
    sides = ([c.computed for c in compared], [c.literal for c in compared])
    close = np.isclose(*sides, rtol=RELATIVE, atol=ABSOLUTE)
    return [c for c, same in zip(compared, close, strict=True) if not same]


@every_formula
@relaxed
@given(data=st.data())
def test_what_is_shown_is_what_is_computed_over_every_controls_range(formula, data):
    values = data.draw(settings_of(formula))
    assert disagreements(formula, values) == []


@every_formula
def test_the_proof_covers_something_and_holds_at_the_defaults(formula):
    given_ = formula.inputs(**formula.defaults)
    computed = formula.outputs(given_)
    assert len(list(notation.compare(formula, given_, computed))) >= len(formula.built)
    assert disagreements(formula, formula.defaults) == []


@every_formula
def test_the_proof_fails_when_an_equation_is_off_by_a_thousandth(formula):
    for equation in formula.built:
        off = notation.Equation(
            equation.left, equation.right * sp.Float("1.001"), equation.ranges
        )
        assert disagreements(formula, formula.defaults, [off]), equation


@every_formula
def test_every_symbol_of_the_equations_is_explained(formula):
    explained = {quantity.name for quantity in formula.quantities}
    sizes = {axis for q in formula.quantities for axis in q.shape}
    for equation in formula.built:
        indices = {index.name for index, *_ in equation.ranges}
        if isinstance(equation.left, sp.Indexed):
            indices |= {s.name for k in equation.left.indices for s in k.free_symbols}
        for side in (equation.left, equation.right):
            assert notation.names_in(side) - indices - sizes <= explained


@every_formula
def test_a_headline_braces_what_it_raises_or_lowers(formula):
    # A symbol is printed with its color, and KaTeX refuses ^\textcolor{...}{t}.
    assert "^<" not in (formula.headline or "")
    assert "_<" not in (formula.headline or "")


@every_formula
def test_no_two_names_share_a_spelling(formula):
    spellings = [quantity.symbol for quantity in formula.quantities]
    names = [quantity.name for quantity in formula.quantities]
    assert len(set(spellings)) == len(spellings)
    assert len(set(names)) == len(names)


@every_formula
def test_every_name_in_the_headline_is_a_quantity(formula):
    assert "<" not in formula.latex


@every_formula
def test_identities_hold_at_random_points(formula):
    random = np.random.default_rng(0)
    for identity in formula.proved_identities:
        left, right = (notation.carried_out(e) for e in (identity.left, identity.right))
        free = sorted(left.free_symbols | right.free_symbols, key=str)
        for _ in range(5):
            point = {s: sp.Float(random.uniform(0.2, 0.8), 30) for s in free}
            values = [complex(sp.N(e.subs(point), 20)) for e in (left, right)]
            assert np.isclose(*values, rtol=1e-9, atol=1e-12), identity.words


@every_formula
def test_the_library_equivalents_give_the_same_numbers(formula):
    import scipy.linalg
    import scipy.optimize
    import scipy.signal
    import scipy.special
    import scipy.stats

    inputs = formula.inputs(**formula.defaults)
    results = formula.outputs(inputs)
    assert formula.equivalents
    for expression in formula.equivalents:
        scope = {"scipy": scipy, "numpy": np, **inputs}
        value = np.asarray(eval(expression, scope))  # noqa: S307 - our own text
        found = any(
            np.shape(result) == value.shape and np.allclose(result, value, rtol=1e-9)
            for result in results.values()
            if result is not None and np.asarray(result).dtype.kind in "biufc"
        )
        updated = any(
            value.shape == () and np.isclose(np.asarray(result, float), value).any()
            for result in results.values()
            if result is not None and np.asarray(result).dtype.kind in "biuf"
        )
        assert found or updated, expression


@every_formula
def test_worked_steps_end_at_the_computed_value(formula):
    given_ = formula.inputs(**formula.defaults)
    computed = formula.outputs(given_)
    for equation in formula.built:
        if notation.name_of(equation.left) is None:
            continue
        env = notation.environment(formula, {**computed, **given_})
        indices = next(iter(notation.entries(equation, formula, env)))
        steps = notation.worked_steps(formula, equation, indices, given_, computed)
        value = complex(notation.evaluate(equation.left, {**env, **indices})).real
        assert steps[-1].endswith(f" {notation.number_latex(value)}"), steps


@every_formula
def test_controls_have_few_positions_and_open_at_their_default(formula):
    for control in formula.controls:
        assert 2 <= len(control.positions) <= 201
        assert control.default in control.positions
        if not control.choices and control.kind != "switch":
            assert (control.positions[0], control.positions[-1]) == (
                control.low,
                control.high,
            )
        for position in control.positions:
            assert control.parse(control.text(position)) == (position, None)


@every_formula
def test_a_formula_says_what_it_is_where_it_is_from_and_what_it_needs(formula):
    assert formula.question.endswith("?")
    assert any(character.isdigit() for character in formula.source)
    assert formula.purpose
    assert set(formula.topics) <= {"LLM", "ML", "RL"}
    assert formula.topics
    for quantity in formula.quantities:
        assert quantity.meaning
        assert not quantity.meaning.endswith(".")


def test_the_catalogue_lists_every_module_once():
    modules = {
        p.relative_to(ROOT / "formulas").with_suffix("").as_posix()
        for p in (ROOT / "formulas").glob("*/*.py")
        if p.stem != "__init__"
    }
    listed = [
        f"{section.folder}/{slug}" for section in SECTIONS for slug in section.slugs
    ]
    assert set(listed) == modules
    assert len(set(listed)) == len(listed) == len(CATALOGUE) == len(BY_SLUG)
    assert [f"{f.section}/{f.slug}" for f in CATALOGUE] == listed


def test_every_formula_has_a_test_file_of_its_name():
    for formula in CATALOGUE:
        assert (ROOT / "tests" / formula.section / f"test_{formula.slug}.py").is_file()


def test_prerequisites_have_no_cycle():
    order: list[str] = []

    def visit(formula: Formula, above: tuple[str, ...]) -> None:
        assert formula.slug not in above, "a prerequisite needs its own successor"
        for slug in formula.needs:
            if slug in BY_SLUG and slug not in order:
                visit(BY_SLUG[slug], (*above, formula.slug))
        order.append(formula.slug)

    for formula in CATALOGUE:
        visit(formula, ())
        assert all(formula.slug in other.needs for other in leads_to(formula))


def test_search_finds_by_title_alias_and_meaning():
    assert [f.slug for f in search("softargmax")] == ["softmax"]
    assert "q_learning" in [f.slug for f in search("step size")]
    assert search("no such formula anywhere") == ()
    assert search("") == CATALOGUE


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


@every_formula
def test_each_listed_mutant_is_an_edit_of_the_module(formula):
    # benchmarks/mutation.py makes the edits; here they only have to be possible.
    path = ROOT / "tests" / formula.section / f"test_{formula.slug}.py"
    source = (ROOT / "formulas" / formula.section / f"{formula.slug}.py").read_text()
    values = [
        ast.literal_eval(node.value)
        for node in ast.parse(path.read_text()).body
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "MUTANTS"
    ]
    assert len(values[0]) >= 3
    for old, new in values[0]:
        assert source.count(old) == 1, old
        assert old != new
