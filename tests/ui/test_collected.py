"""Collected answers: graded by the model, refused with a word, safe in a spreadsheet."""

from __future__ import annotations

import contextlib
import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui import collected, predict, questions, short_codes
from ui.catalogue import BY_SLUG, LESSONS
from ui.short_codes import CodeError

WHEN = 1_790_000_000


def code_of(*rows):
    return short_codes.written([list(row) for row in rows])


def truth(lesson, k):
    question = lesson.questions[k]
    histories = predict.histories(lesson)
    return questions.answer(question, questions.readings(lesson, question, histories))


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)
def test_right_answers_are_right_and_others_are_not(lesson):
    for k, question in enumerate(lesson.questions):
        right = truth(lesson, k)
        if isinstance(right, tuple):
            wrong = tuple(reversed(right))
        elif question.form in ("number", "ratio"):
            wrong = right * (1 + 2 * question.tolerance)
        else:
            wrong = 0 if right else 1
        rows = [(lesson.slug, k, 0, answer, WHEN) for answer in (right, wrong)]
        good, bad = collected.from_code(code_of(*rows))
        assert good.right
        assert not bad.right


@pytest.mark.parametrize(("off", "right"), [(0.999, True), (1.001, False)])
def test_a_number_counts_up_to_the_edge_of_its_tolerance(off, right):
    for lesson in LESSONS:
        for k, question in enumerate(lesson.questions):
            if question.form not in ("number", "ratio"):
                continue
            # Relative to the larger of both, as it is told to the reader: "within 5 %".
            given = truth(lesson, k) * (1 - off * question.tolerance)
            (one,) = collected.from_code(code_of((lesson.slug, k, 0, given, WHEN)))
            assert one.right == right, (lesson, k)


def test_lines_may_have_names_and_problems_name_their_line():
    code = code_of(("softmax", 0, 0, 1, WHEN))
    text = f"Ada: {code}\n\n{code}\nBob: nonsense\n{code[:-3]}"
    sheets, problems = collected.from_text(text)
    assert [sheet.sender for sheet in sheets] == ["Ada", "line 3"]
    assert [problem[:7] for problem in problems] == ["Line 4:", "Line 5:"]


@pytest.mark.parametrize(
    "row",
    [
        [], ["softmax", 0, 0, 1], ["softmax", 0, 0, 1, WHEN, 1], "softmax", None,
        ["<b>", 0, 0, 1, WHEN], [["softmax"], 0, 0, 1, WHEN], ["softmax", 99, 0, 1, WHEN],
        ["softmax", -1, 0, 1, WHEN], ["softmax", 0, 10**9, 1, WHEN],
        ["softmax", 0, 101, 1, WHEN], ["softmax", 0, 0, None, WHEN],
        ["softmax", 0, 0, "1", WHEN], ["softmax", 0, 0, 7, WHEN],
        ["softmax", 0, 0, [0, 1], WHEN], ["softmax", 0, 0, 1e300, WHEN],
        ["softmax", True, 0, 1, WHEN], ["softmax", 0, 0, 1, "now"],
        ["softmax", 0, 0, 1, True], ["softmax", 0, 0, 1, -1], ["softmax", 0, 0, 1, 1e99],
    ],
    ids=str,
)  # fmt: skip
def test_what_is_no_answer_is_refused(row):
    with pytest.raises(CodeError):
        collected.from_code(short_codes.written([row]))


@given(st.recursive(st.none() | st.integers() | st.text(), st.lists, max_leaves=20))
def test_any_data_ends_in_answers_or_in_a_word(data):
    with contextlib.suppress(CodeError):
        assert isinstance(collected.from_code(short_codes.written(data)), tuple)


def test_a_class_of_a_thousand_is_cut_with_a_word():
    code = code_of(*[("softmax", 0, 0, 1, WHEN)] * 100)
    sheets, problems = collected.from_text("\n".join([code] * 1000))
    assert len(sheets) == collected.MOST_SENDERS
    total = sum(len(sheet.answers) for sheet in sheets)
    assert total == collected.MOST_IN_ALL
    assert len(problems) == 2


@pytest.mark.parametrize("name", ["=1+1", "@SUM(A1)", "+1", "-1", "Ada"])
def test_no_name_becomes_a_formula_in_a_spreadsheet(name):
    code = code_of(("softmax", 0, 0, 1, WHEN))
    sheets, _ = collected.from_text(f"{name}: {code}")
    rows = collected.table(sheets)
    cell = next(iter(list(csv.reader(io.StringIO(collected.csv_text(rows))))[1]))
    assert cell[0] not in "=+-@"
    assert cell.lstrip("'") == name


def test_an_answer_to_other_numbers_is_graded_with_them():
    lesson = BY_SLUG["softmax"]
    seen = set()
    for seed in range(1, 6):
        rows = [("softmax", 2, seed, given, WHEN) for given in (0.1, 2.0, 50.0)]
        answers = collected.from_code(code_of(*rows))
        question = answers[0].question
        assert question.settings != lesson.questions[2].settings
        seen.add(str(question.settings))
        histories = predict.histories(lesson)
        read = questions.readings(lesson, question, histories)
        right = questions.answer(question, read)
        (one,) = collected.from_code(code_of(("softmax", 2, seed, right, WHEN)))
        assert one.right
    assert len(seen) > 1
