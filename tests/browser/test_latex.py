"""Every formula of every lesson is LaTeX that the page's KaTeX can set."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from notation.evaluation import entries, environment
from notation.printing import equation_latex, identity_latex, latex
from notation.steps import worked_steps
from notation.trees import name_of, symbols
from tests.lessons import default_history
from ui import assets, theme
from ui.catalogue import SHOWN, Lesson

every_lesson = pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)

SET = """async ([address, texts]) => {
  const { default: plugin } = await import(address);
  const typeset = plugin({ strict: false });
  return texts.filter((value) => {
    const text = { type: "text", value };
    const span = { type: "element", tagName: "span", children: [text],
      properties: { className: ["math-display"] } };
    const tree = { type: "root", children: [span] };
    typeset(tree, { message: () => {} });
    return JSON.stringify(tree).includes("katex-error");
  });
}"""


def printed(lesson: Lesson) -> Iterator[str]:
    """Print all that a lesson's page may show, in color and with numbers."""
    statement = lesson.statement
    quantities, colors = statement.quantities, theme.quantity_colors(statement)
    yield statement.headline_latex(colors)
    yield from (latex(symbols(q.name), quantities, colors) for q in quantities)
    yield from (equation_latex(e, quantities, colors) for e in statement.equations)
    yield from (identity_latex(i, quantities, colors) for i in statement.identities)
    for preset in (None, *lesson.presets):
        values = {**statement.defaults, **(preset.values if preset else {})}
        numbers = statement.solve(values, default_history(statement)).numbers
        env = environment(quantities, numbers)
        for equation in statement.equations:
            if name_of(equation.left) is not None:
                entry = next(iter(entries(equation, quantities, env)))
                yield from worked_steps(equation, entry, quantities, numbers, colors)


@every_lesson
def test_every_formula_of_a_lesson_can_be_set(modules, lesson):
    address = "/" + assets.browser_files()["katex"].rpartition("/")[2]
    assert modules.evaluate(SET, [address, list(printed(lesson))]) == []


def test_a_formula_that_cannot_be_set_is_found(modules):
    address = "/" + assets.browser_files()["katex"].rpartition("/")[2]
    wrong = [r"a^\textcolor{#123456}{t}", r"\frac{1}{"]
    assert modules.evaluate(SET, [address, [r"\frac{1}{2}", *wrong]]) == wrong
