"""Whatever stands in a formula is explained in its lesson's tables of symbols."""

from __future__ import annotations

import re

import pytest

from ui.catalogue import BY_SLUG, SHOWN
from ui.signs import GENERAL, bare_headline, signs_of

every_formula = pytest.mark.parametrize("lesson", SHOWN, ids=lambda f: f.key)

# Marks of setting type, and of school.
KNOWN = set(
    re.findall(
        r"\\[A-Za-z]+",
        r"\frac \tfrac \sqrt \quad \qquad \left \right \big \Big \dots \cdots \cdot \text "
        r"\begin \end \mathrm \operatorname \mathbb \mathcal \textstyle \ge \le \lt \neq "
        r"\cos \sin \hat \tanh \rVert \rceil \arg \min",
    )
)
WORD = re.compile(r"\\(?:mathrm|operatorname\*?) ?\{(?P<word>[^}]+)\}")
TYPESET = re.compile(
    r"\\(?:begin|end|text|mathrm|mathbb|operatorname\*?) ?\{[^}]*\}|\\mathcal ?\{?U"
)


def explained(lesson):
    return signs_of(lesson.statement, lesson.text.signs)


@every_formula
def test_every_letter_is_a_quantity_or_explained(lesson):
    symbols = " ".join(q.symbol for q in lesson.statement.quantities)
    known = " ".join(latex for latex, _ in explained(lesson)) + " " + symbols
    letters = r"\\[A-Za-z]+|[A-Za-z]"
    unknown = set(
        re.findall(letters, TYPESET.sub(" ", bare_headline(lesson.statement)))
    )
    unknown -= set(re.findall(letters, TYPESET.sub(lambda m: m[0][1:], known)))
    assert unknown - KNOWN == set()


@every_formula
def test_every_function_is_defined_by_the_formula_or_explained(lesson):
    formula = bare_headline(lesson.statement)
    shown = " ".join(latex for latex, _ in explained(lesson))
    names = {match["word"] for match in WORD.finditer(formula)}
    own = re.compile(
        r"(?:^|quad |pre: \}|post: \}|\\\\ |gathered\} )\\mathrm\{(\w+)\}[^=\\]*="
    )
    defined = set(own.findall(formula))
    symbols = " ".join(q.symbol for q in lesson.statement.quantities)
    missing = {n for n in names - defined if n not in shown and n not in symbols}
    assert missing == set()


@every_formula
def test_nothing_is_explained_that_does_not_stand_there(lesson):
    formula = lesson.statement.latex
    for latex, _ in lesson.text.signs:
        for letter in latex.split(", "):
            base = letter.replace(r"\dots", "").strip()
            assert not base or base.split("_")[0].split("(")[0] in formula, latex
    meanings = [meaning for _, meaning in explained(lesson)]
    assert len(set(meanings)) == len(meanings)
    for meaning in meanings:
        assert meaning.strip() == meaning
        assert not meaning.endswith(".") or meaning.endswith("…")


def test_each_general_sign_is_needed_and_found_where_it_stands():
    formulas = [bare_headline(lesson.statement) for lesson in SHOWN]
    unused = [
        s.latex for s in GENERAL if not any(re.search(s.found, f) for f in formulas)
    ]
    assert unused == []


@pytest.mark.parametrize(
    ("slug", "sign"),
    [
        ("policy_gradient", r"\mathbb{E}"),
        ("policy_gradient", r"\sigma(\cdot)"),
        ("policy_gradient", "S_t, A_t"),
        ("linear_regression", r"{}^{-1}"),
        ("dropout", r"\odot"),
        ("attention", "d_k"),
    ],
)
def test_a_sign_is_in_the_list_of_its_lesson(slug, sign):
    assert sign in dict(explained(BY_SLUG[slug]))


def test_the_variance_of_a_layer_is_not_taken_for_the_logistic_function():
    assert r"\sigma(\cdot)" not in dict(explained(BY_SLUG["layer_norm"]))
