"""A lesson's words: front matter, headings in order, lists as lists, nothing guessed."""

import re

import pytest

from tests.errors import says
from ui import simulation
from ui.catalogue import BY_SLUG, SHOWN
from ui.frames import plain_scene
from ui.lesson_text import (
    HEADINGS,
    SOMETIMES,
    Claim,
    Goal,
    Preset,
    QuestionText,
    read_lesson_text,
    read_preset,
)

SOFTMAX = BY_SLUG["softmax"].statement

GOOD = """+++
title = "A lesson"
question = "Why?"
purpose = "To see"
topics = ["ML"]
aliases = ["other words"]
needs = []
sources = ["Somebody (2000)", "somebody else (2001)"]
+++

## The idea

One
idea. {one_idea}

## Predict

### Add 1000 to every logit.
From [c = 0](?shift=0) to
[c = 1000](?shift=1000): the direction of `p₁`.
Hint: Look at
both sides.
Because: It
cancels. {proof, convention}

### Heat it.
From [a](?) to [b](?temperature=2): the ratio of `odds of class 1 to class 2`, within 10 %.
Because: They shrink. {world}

### Who pays?
From [a](?) to [b](?z1=4): the choice of `p₁`, `p₂`: which falls most.
Hint: Odds stay.
Because: All shrink alike.

### Rank them.
The order of `p₁` at [T = 5](?temperature=5), [T = 1](?temperature=1) and [T = 2](?temperature=2).
Hint: Low is sharp.
Because: It is sharper. {proof}

## Presets

- [Usual](?)
- [Hot](?temperature=10): it melts: all
  alike {setting}

## Notice

- First, over
  two lines.
- Second. {second} And
  more. {world}

## Try this

- Melt it. Reached: `entropy (nats)` ≥ 1.09 and `causal` is on and `T` < 1e-3. Hint: Heat
  it. At [there](?temperature=10).

## Break it

Without the shift of the logits: It keeps the largest exponent at 0. {shift}

## Careful

- A trap.

## Code

Prints `p[0]`.

```python
print(p[0])
```

## In real systems

Everywhere.
"""


@pytest.fixture
def file(tmp_path):
    folder = tmp_path / "slug"
    folder.mkdir()
    return folder / "lesson.md"


def read(file, text):
    file.write_text(text, encoding="utf-8")
    return read_lesson_text(file)


def test_front_matter_is_taken_over_and_what_is_optional_may_be_missing(file):
    text = read(file, GOOD)
    assert (text.title, text.question, text.purpose) == ("A lesson", "Why?", "To see")
    assert (text.topics, text.aliases, text.needs) == (("ML",), ("other words",), ())
    assert text.sources == ("Somebody (2000)", "somebody else (2001)")
    assert (text.corrections, text.proved) == ((), "")


def test_keys_may_stand_on_two_lines(file):
    broken = GOOD.replace("A trap.", "A trap. {trap,\n  convention}")
    text = read(file, broken)
    assert text.pitfalls == ("A trap.",)
    assert ("A trap.", ("trap", "convention")) in {
        (claim.words, claim.keys) for claim in text.claims
    }


def test_paragraphs_points_and_links_are_read_whatever_their_line_breaks(file):
    text = read(file, GOOD)
    assert text.idea == "One idea."
    assert text.presets == (
        "[Usual](?)",
        "[Hot](?temperature=10): it melts: all alike",
    )
    assert text.notice == ("First, over two lines.", "Second. And more.")
    assert text.pitfalls == ("A trap.",)
    (task,) = text.tasks
    assert task.words == "Melt it."
    assert task.hint == "Heat it."
    assert task.solution == "[there](?temperature=10)"
    assert task.goals == (
        Goal("entropy (nats)", "≥", "1.09"),
        Goal("causal", "is", "on"),
        Goal("T", "<", "1e-3"),
    )
    assert text.in_use == "Everywhere."


def test_presets_are_read_by_the_controls(file):
    presets = [read_preset(one, SOFTMAX) for one in read(file, GOOD).presets]
    assert presets == [
        Preset("Usual", "", {}),
        Preset("Hot", "it melts: all alike", {"temperature": 10.0}),
    ]


def test_claims_are_what_the_keys_stand_behind(file):
    assert read(file, GOOD).claims == (
        Claim("One idea.", ("one_idea",)),
        Claim("It cancels.", ("proof", "convention")),
        Claim("They shrink.", ("world",)),
        Claim("All shrink alike.", ()),
        Claim("It is sharper.", ("proof",)),
        Claim(
            "Without the shift of the logits: It keeps the largest exponent at 0.",
            ("shift",),
        ),
        Claim("it melts: all alike", ("setting",)),
        Claim("First, over two lines.", ()),
        Claim("Second.", ("second",)),
        Claim("And more.", ("world",)),
        Claim("A trap.", ()),
    )


def test_a_question_says_what_is_asked_from_where_to_where(file):
    first, second, third, fourth = read(file, GOOD).questions
    assert first == QuestionText(
        title="Add 1000 to every logit.",
        form="direction",
        watched=("p₁",),
        settings=("[c = 0](?shift=0)", "[c = 1000](?shift=1000)"),
        rule="",
        tolerance=0.05,
        hint="Look at both sides.",
        reason="It cancels.",
    )
    assert (second.form, second.tolerance, second.hint) == ("ratio", 0.1, "")
    assert second.watched == ("odds of class 1 to class 2",)
    assert (third.form, third.rule) == ("choice", "falls most")
    assert third.watched == ("p₁", "p₂")
    assert (fourth.form, len(fourth.settings)) == ("order", 3)
    assert fourth.settings[1] == "[T = 1](?temperature=1)"


@pytest.mark.parametrize(
    ("old", "new", "error"),
    [
        ("Because: They shrink.", "They shrink.", "“Heat it.” lacks a line"),
        ("the ratio of", "the color of", "“Heat it.” asks nothing"),
        ("### Add 1000", "Add 1000", "questions to predict are needed"),
    ],
)
def test_a_question_that_cannot_be_asked_is_told(file, old, new, error):
    with pytest.raises(ValueError, match=error):
        read(file, GOOD.replace(old, new))


@pytest.mark.parametrize(
    ("link", "error"),
    [
        ("Hot: it melts", "a preset is a link, “[name](?control=value): note”"),
        ("[Hot](?heat=10)", "Hot: there is no control heat"),
        ("[Hot](?temperature=11)", "Hot: temperature must be from 0.1 to 10"),
        ("[Hot](?temperature=hot)", "Hot: temperature"),
        ("[Hot](?temperature)", "bad query field: 'temperature'"),
    ],
)
def test_a_link_that_no_control_takes_is_an_error_that_says_why(link, error):
    with says(error):
        read_preset(link, SOFTMAX)


@pytest.mark.parametrize("heading", HEADINGS)
def test_a_missing_or_misspelled_heading_is_an_error_that_names_all(file, heading):
    expected = "slug/lesson.md: the headings must be " + ", ".join(HEADINGS)
    wrongs = [f"## {heading.upper()}", *([] if heading == SOMETIMES else [""])]
    for wrong in wrongs:
        with says(expected):
            read(file, GOOD.replace(f"## {heading}\n", f"{wrong}\n"))


@pytest.mark.parametrize(
    "wrong",
    [
        "Melt it.",
        "Melt it. Reached: T < 1. Hint: Heat it. At [there](?temperature=10).",
        "Melt it. Reached: `T` < 1. At [there](?temperature=10).",
        "Melt it. Reached: `T` < 1. Hint: Heat it.",
    ],
)
def test_what_is_no_task_is_an_error_that_shows_one(file, wrong):
    with says("is no task: “What to reach. Reached: `label` ≥ 1"):
        read(file, re.sub("- Melt it.*?=10\\)\\.", f"- {wrong}", GOOD, flags=re.DOTALL))


def test_what_breaks_a_formula_may_be_left_out(file):
    part, reason = read(file, GOOD).broken
    assert part == "Without the shift of the logits"
    assert reason == "It keeps the largest exponent at 0."
    without = re.sub("## Break it.*?## Careful", "## Careful", GOOD, flags=re.DOTALL)
    assert read(file, without).broken == ("", "")
    for wrong in (
        "The shift of the logits.",
        "Without the shift.",
        "With it: Good.",
        "Without it: small.",
    ):
        with says("“Without the part: What it is for.”"):
            read(file, re.sub("Without the shift.*", wrong, GOOD))


def test_a_form_may_leave_its_tasks_out(file):
    lesson = read(file, GOOD)
    form = re.sub("## Break it.*?## Careful", "## Careful", GOOD, flags=re.DOTALL)
    form = form.partition("## In real systems")[0]
    file.write_text(form, encoding="utf-8")
    assert read_lesson_text(file, lesson).tasks == lesson.tasks
    without = re.sub("## Try this.*?## Careful", "## Careful", form, flags=re.DOTALL)
    file.write_text(without, encoding="utf-8")
    assert read_lesson_text(file, lesson).tasks == ()
    with says("the headings must be " + ", ".join(HEADINGS)):
        read_lesson_text(file)


def test_words_before_the_first_heading_are_an_error(file):
    with says("slug/lesson.md: the headings must be"):
        read(file, GOOD.replace("## The idea", "Hello.\n\n## The idea"))
    with says("slug/lesson.md: front matter: missing"):
        read(file, "Hello.\n" + GOOD)


def test_front_matter_says_what_it_lacks_and_what_is_not_known(file):
    with says("slug/lesson.md: front matter: missing ['needs'], unknown ['need']"):
        read(file, GOOD.replace("needs =", "need ="))


@pytest.mark.parametrize("text", ["A trap.", "Because:\n- A trap."])
def test_a_list_is_nothing_but_points(file, text):
    with says("slug/lesson.md: a list of points is needed, each after “- ”"):
        read(file, GOOD.replace("- A trap.", text))


@pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)
def test_goals_name_what_is_on_the_screen_where_they_are_reached(lesson):
    statement = lesson.statement
    for task in lesson.text.tasks:
        there = read_preset(task.solution, statement).values
        values = {**statement.defaults, **there}
        history = simulation.whole_history(statement, values)
        scene = plain_scene(lesson.scene(values, history), statement)
        shown = {label for label, *_ in scene["readouts"]} | values.keys()
        assert {goal.label for goal in task.goals} <= shown
