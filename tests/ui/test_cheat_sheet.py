"""The cheat sheet says what the catalogue says, in forms that other programs read."""

from __future__ import annotations

import dataclasses
import re
import subprocess
from html import escape
from html.parser import HTMLParser

import numpy as np
import pytest

from formulas.linear_algebra.linear_layer import linear
from formulas.transformer.attention import scaled_dot_product_attention
from formulas.transformer.layer_norm import layer_norm
from formulas.transformer.transformer_ffn import transformer_ffn
from scripts import cheat_sheet as offline
from tests.errors import says
from tests.pdflatex import pdflatex
from ui import cheat_sheet
from ui.catalogue import BY_KEY, BY_SLUG, FORMS, LESSONS, SECTIONS, SHOWN

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda f: f.slug)
SOFTMAX = BY_SLUG["softmax"]
VOID = {"meta", "br", "wbr"}


def changed(statement=SOFTMAX.statement, **words):
    """Return the softmax lesson with other words."""
    lesson = dataclasses.replace(
        SOFTMAX, text=dataclasses.replace(SOFTMAX.text, **words)
    )
    lesson.__dict__["statement"] = statement
    return lesson


def spelled(slug: str) -> list[str]:
    return [quantity.symbol for quantity in cheat_sheet.row(BY_SLUG[slug]).symbols]


def in_order(text: str, parts: list[str]) -> bool:
    places = [text.find(part) for part in parts]
    return -1 not in places and places == sorted(places)


# Rows


@every_lesson
def test_a_row_says_what_the_formula_says(lesson):
    row = cheat_sheet.row(lesson)
    assert (row.title, row.purpose) == (lesson.title, lesson.text.purpose)
    assert row.topics.split(" · ") == list(lesson.text.topics)
    inner = re.sub(r"\\(begin|end){gathered}", "", lesson.statement.latex)
    rest = inner
    for piece in row.pieces:
        before, found, after = rest.partition(piece)
        if not found:
            break
        assert re.fullmatch(r"(,|\\q?quad|\\\\|\s)*", before)
        rest = after
    assert not rest.strip()


@every_lesson
def test_every_row_explains_symbols_and_only_those_that_it_spells(lesson):
    row = cheat_sheet.row(lesson)
    assert row.symbols
    for quantity in row.symbols:
        assert any(quantity.symbol in piece for piece in row.pieces), quantity.name


@every_lesson
def test_every_quantity_that_a_headline_names_is_explained(lesson):
    named = set(re.findall(r"<(\w+)>", lesson.statement.headline or "")) - {"right"}
    assert named <= {quantity.name for quantity in cheat_sheet.row(lesson).symbols}


def test_knobs_of_a_page_are_left_out():
    assert spelled("softmax") == ["z", "T", "p"]
    assert spelled("dropout") == ["x", "p", "m", "y"]
    shown = {q for f in LESSONS for q in cheat_sheet.row(f).symbols}
    assert not any(q.name in ("seed", "activation", "circuit", "data") for q in shown)


def test_a_letter_inside_a_longer_symbol_is_not_that_letter():
    heads = spelled("multi_head_attention")
    assert {"W^Q", "W^K", "W^V", "W^O"} <= set(heads)
    assert not {"Q", "K", "V", "W"} & set(heads)
    assert r"\gamma_i" not in spelled("layer_norm")
    assert "d" not in spelled("dot_product")


def test_every_formula_of_the_sheet_spells_quantities_that_are_explained():
    assert all(cheat_sheet.row(lesson).symbols for lesson in LESSONS)
    assert spelled("variance") == ["x", "n", r"\mathrm{ddof}", r"\bar{x}", "s^2", "s"]


# All three forms


@pytest.mark.parametrize("form", ["html", "markdown", "latex"])
def test_a_sheet_has_the_eight_groups_and_every_lesson_in_order(form):
    write = {
        "html": (cheat_sheet.html, escape),
        "markdown": (cheat_sheet.markdown, str),
        "latex": (cheat_sheet.latex, cheat_sheet.latex_text),
    }
    sheet, words = write[form]
    parts = []
    for section in SECTIONS:
        parts.append(words(section.title))
        parts += [words(lesson.title) for lesson in section.lessons]
    text = sheet()
    body = text[text.index(parts[0]) :]
    assert len(SECTIONS) == 8
    for part in parts:
        assert part in body, part
        body = body[body.index(part) + len(part) :]
    assert in_order(body, ["Key takeaways", "are arbitrary", "normalization"])


@pytest.mark.parametrize("write", [cheat_sheet.html, cheat_sheet.markdown])
def test_forms_stand_below_the_formula_they_belong_to(write):
    words = escape if write is cheat_sheet.html else cheat_sheet._markdown_text
    marked = cheat_sheet.FORM_MARK + " {}"
    for section in SECTIONS:
        for lesson in section.lessons:
            forms = [f for f in FORMS if f.slug == lesson.slug]
            titles = [marked.format(words(form.title)) for form in forms]
            assert in_order(write(), [words(lesson.text.purpose), *titles])


def test_the_latex_is_for_paper_and_has_the_formulas_alone():
    assert not any(
        cheat_sheet.latex_text(f.text.purpose) in cheat_sheet.latex() for f in FORMS
    )


def test_a_form_explains_what_its_lesson_does_not():
    form, lesson = BY_KEY["layer_norm/rms_norm"], BY_SLUG["layer_norm"]
    above = {(q.symbol, q.meaning) for q in cheat_sheet.row(lesson).symbols}
    below = {(q.symbol, q.meaning) for q in cheat_sheet.row(form).symbols}
    assert above
    assert below
    assert not above & below


def test_a_matrix_in_a_formula_is_not_cut_between_its_rows():
    pieces = cheat_sheet.row(BY_KEY["attention/cached"]).pieces
    whole = [piece for piece in pieces if r"\begin{pmatrix}" in piece]
    assert whole
    assert all(r"\end{pmatrix}" in piece and r"\\" in piece for piece in whole)


# Markdown


def test_markdown_tables_have_three_cells_and_formulas_that_survive():
    lines = cheat_sheet.markdown().splitlines()
    rows = [line for line in lines if line.startswith("| **")]
    assert len(rows) == len(LESSONS)
    below = [line for line in lines if line.startswith(f"| {cheat_sheet.FORM_MARK}")]
    assert len(below) == len(FORMS)
    for line in rows + below:
        assert len(re.findall(r"(?<!\\)\|", line)) == 4, line
    for line in lines:
        parts = re.split(r"(?<!\\)\$", line)
        assert len(parts) % 2, line
        for math in parts[1::2]:
            assert math == math.strip()
            assert not re.search(r"[|*]|(?<! )_|\\[^a-zA-Z]", math), math


def test_markdown_spells_what_a_table_would_misread_differently():
    wild = cheat_sheet._markdown_math(r"|a|_i\, v_* \\ b")
    assert wild == r"$\vert a\vert  _i\thinspace  v _\ast  \cr  b$"


def test_markdown_escapes_words():
    wild = changed(title="a|b <i>*x*</i> $1 `c` [d](e)")
    line = cheat_sheet._markdown_row(cheat_sheet.row(wild))
    assert r"a\|b \<i\>\*x\*\</i\> \$1 \`c\` \[d\](e)" in line


# LaTeX


def test_the_latex_compiles_to_two_sheets_with_nothing_sticking_out(tmp_path):
    (tmp_path / "sheet.tex").write_text(cheat_sheet.latex(), encoding="utf-8")
    run = subprocess.run(
        [pdflatex(), "-interaction=nonstopmode", "-halt-on-error", "sheet.tex"],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        errors="replace",
        check=False,
    )
    assert run.returncode == 0, run.stdout[-2000:]
    assert "(2 pages" in run.stdout
    assert "Overfull" not in run.stdout
    assert "Missing character" not in run.stdout


def test_words_are_written_for_latex():
    assert cheat_sheet.latex_text("50 % & R₁ of ε², Müller’s – −∞") == (
        r"50 \% \& R$_1$ of $\epsilon$$^2$, Müller's -- $-$$\infty$"
    )
    assert cheat_sheet.latex_text("λ{π}_") == r"$\lambda$\{$\pi$\}\_"
    with says("no LaTeX for '∰'"):
        cheat_sheet.latex_text("∰")


# HTML


class Reader(HTMLParser):
    """Walks over a page and keeps what could load, run or be left open."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.tags: list[str] = []
        self.attributes: set[str] = set()

    def handle_starttag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_endtag(self, tag):
        assert self.open.pop() == tag


def read(text: str) -> Reader:
    reader = Reader()
    reader.feed(text)
    reader.close()
    return reader


def test_the_committed_file_is_what_the_lessons_give():
    fresh = cheat_sheet.html() == offline.html()
    assert fresh, "ui/cheat_sheet.html is stale: make cheat-sheet"


def test_the_html_is_whole_and_needs_neither_network_nor_script():
    text = cheat_sheet.html()
    reader = read(text)
    assert reader.open == []
    assert not {"script", "link", "img", "iframe", "merror"} & set(reader.tags)
    assert not {"src", "href", "onload"} & reader.attributes
    assert "url(" not in text
    assert "@import" not in text
    pieces = sum(len(cheat_sheet.row(f).pieces) for f in SHOWN)
    symbols = sum(len(cheat_sheet.row(f).symbols) for f in SHOWN)
    assert reader.tags.count("math") >= pieces + symbols
    assert reader.tags.count("span") == pieces


def test_everything_that_goes_into_the_html_is_escaped():
    evil = "<script>alert(1)</script>&"
    first, *rest = SOFTMAX.statement.quantities
    statement = dataclasses.replace(
        SOFTMAX.statement,
        headline=r"<logits> < 1 \text{<script>}",
        quantities=(dataclasses.replace(first, meaning=evil), *rest),
    )
    wild = changed(statement, title=evil, purpose=evil, topics=(evil,))
    line = offline.html_row(cheat_sheet.row(wild))
    assert "script" not in read(line).tags
    assert line.count("&lt;script&gt;alert(1)&lt;/script&gt;&amp;") == 4


def test_a_long_clause_is_cut_before_its_relations_only():
    cut = offline.html_piece(cheat_sheet.row(BY_SLUG["bellman"]).pieces[0])
    assert cut.count("<wbr>") == 2  # the = inside the expectation stays
    assert cut.count("<math>") == cut.count("</math>") == 3
    short = offline.html_piece(cheat_sheet.row(BY_SLUG["softmax"]).pieces[0])
    assert short.count("<math>") == 1


# What the takeaways claim

rng = np.random.default_rng(7)
Q, K, V = rng.normal(size=(3, 4, 4))


def test_swapping_queries_with_keys_transposes_the_scores():
    scores = scaled_dot_product_attention(Q, K, V).scores
    swapped = scaled_dot_product_attention(K, Q, V).scores
    np.testing.assert_allclose(swapped, scores.T, rtol=1e-14)
    assert not np.allclose(swapped, scores)


def test_swapping_values_with_keys_changes_the_output():
    output = scaled_dot_product_attention(Q, K, V).output
    assert not np.allclose(scaled_dot_product_attention(Q, V, K).output, output)


def test_q_means_three_things():
    meanings = {
        slug: next(
            q.meaning for q in BY_SLUG[slug].statement.quantities if q.symbol == "Q"
        )
        for slug in ("attention", "q_learning", "kl_divergence")
    }
    assert "looks for" in meanings["attention"]
    assert "action values" in meanings["q_learning"]
    assert "distribution" in meanings["kl_divergence"]


def test_a_layer_for_columns_is_one_for_rows_with_its_weights_transposed():
    W, x, b = Q, K[0], V[0]
    column = linear(x, W, b)
    row = transformer_ffn(x, W.T, b, np.eye(4), np.zeros(4))
    np.testing.assert_allclose(row.output, np.maximum(column, 0), rtol=1e-14)
    assert (column > 0).any()


def test_layer_normalization_gives_mean_0_and_variance_1_up_to_epsilon():
    x, eps = 3 + 5 * Q, 1e-5
    normalized = layer_norm(x, eps=eps)
    np.testing.assert_allclose(normalized.mean(axis=-1), 0, atol=1e-14)
    spread = x.var(axis=-1)
    expected = spread / (spread + eps)
    np.testing.assert_allclose(normalized.var(axis=-1), expected, rtol=1e-12)
