"""Lesson plans: through links and files and back, and a clear word to whatever is wrong."""

from __future__ import annotations

import base64
import contextlib
import json
import zlib
from pathlib import Path
from urllib.parse import parse_qs, urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.strategies import settings_of
from ui import plans, short_codes
from ui.catalogue import BY_KEY, BY_SLUG, SHOWN
from ui.plans import FORMAT, LONGEST_CODE, LONGEST_NOTE, MOST_ITEMS, Item, Plan
from ui.short_codes import CodeError
from ui.state import LessonState, link_query

READY = Path(plans.__file__).parent.parent / "pages" / "overview" / "plans"
WORDS = st.text(st.characters(exclude_categories=("Cs",)), max_size=40)


@st.composite
def items(draw):
    lesson = draw(st.sampled_from(SHOWN))
    values = draw(settings_of(lesson.statement))
    question = draw(st.integers(0, len(lesson.questions)))
    query = link_query(lesson.statement, values)
    return Item(lesson.key, query, question, draw(WORDS))


PLANS = st.builds(Plan, WORDS, st.lists(items(), min_size=1, max_size=5).map(tuple))


@given(PLANS)
def test_a_plan_comes_back_from_its_file_and_from_its_link(plan):
    assert plans.from_text(plan.text) == plan
    if len(plan.code) <= LONGEST_CODE:
        assert plans.from_code(plan.code) == plan


@given(items())
def test_the_link_of_a_step_opens_its_state_and_its_question(item):
    plan = Plan("", (item,))
    query = parse_qs(urlencode(plan.query(1)), keep_blank_values=True)
    assert query.pop("plan") == [plan.code]
    assert query.pop("step") == ["1"]
    query.pop("form", None)
    lesson = BY_KEY[item.lesson]
    state = LessonState(lesson, lesson.statement.defaults)
    state.follow(query)
    assert not state.dropped
    assert not state.notices
    assert state.handout.question == item.question


def test_a_lessons_link_becomes_a_step():
    link = (
        "https://example.org/base/layer_norm?form=rms_norm&scale=10.0&lock=scale&pin="
        "&embed=true&utm_source=mail&plan=abc&step=2&ask=1#top"
    )
    item = plans.item_from_link(link)
    assert item == Item("layer_norm/rms_norm", "scale=10.0&lock=scale&pin=", 1, "")
    assert plans.item_from_link("/softmax") == Item("softmax")


@pytest.mark.parametrize(
    ("link", "problem"),
    [
        ("", "a link to a lesson is needed"),
        ("https://example.org/home", "a link to a lesson is needed"),
        ("javascript:alert(1)//softmax2", "a link to a lesson is needed"),
        ("/softmax?form=<b>", "a link to a lesson is needed"),
        ("/softmax?temperature=99", "state: temperature"),
        ("/softmax?lock=z9", "state: 1 unknown control to lock"),
        ("/softmax?ask=17", "question: a number from 0"),
    ],
)
def test_a_link_that_leads_nowhere_is_refused_with_a_word(link, problem):
    with pytest.raises(CodeError, match=problem):
        plans.item_from_link(link)


GOOD = {"lesson": "softmax", "state": "z1=1", "question": 1, "note": "Look."}


def plan_of(**changes):
    return {"format": FORMAT, "title": "T", "items": [GOOD], **changes}


@pytest.mark.parametrize(
    ("data", "problem"),
    [
        ([], "it lacks the line “format”"),
        (None, "it lacks the line “format”"),
        ({"items": [GOOD]}, "it lacks the line “format”"),
        (plan_of(title=3), "title: a text is needed"),
        (plan_of(title="x" * 81), "title: at most 80 characters"),
        (plan_of(items=[]), "items: a list of 1 to 30 is needed"),
        (plan_of(items=[GOOD] * (MOST_ITEMS + 1)), "items: a list of 1 to 30"),
        (plan_of(items={"0": GOOD}), "items: a list"),
        (plan_of(items=[GOOD, 7]), "item 2: it has no fields"),
        (plan_of(more=1), "nothing is known of “more”"),
        (plan_of(items=[{**GOOD, "color": 1}]), "item 1: nothing is known of “color”"),
        (plan_of(items=[{**GOOD, "lesson": "<b>"}]), "item 1, lesson: there is none"),
        (plan_of(items=[{**GOOD, "lesson": ["softmax"]}]), "item 1, lesson: a text"),
        (plan_of(items=[GOOD, {**GOOD, "question": 9}]), "item 2, question: a number"),
        (plan_of(items=[{**GOOD, "question": True}]), "item 1, question: a number"),
        (plan_of(items=[{**GOOD, "question": "1"}]), "item 1, question: a number"),
        (plan_of(items=[{**GOOD, "question": 1.5}]), "item 1, question: a number"),
        (plan_of(items=[{**GOOD, "state": "z1=99"}]), "item 1, state: z1: "),
        (plan_of(items=[{**GOOD, "state": "z1=nan"}]), "item 1, state: z1: "),
        (plan_of(items=[{**GOOD, "state": "a=1&b=2"}]), "item 1, state: 2 unknown"),
        (
            plan_of(items=[{**GOOD, "state": "&".join("a=1" for _ in range(300))}]),
            "item 1",
        ),
        (plan_of(items=[{**GOOD, "state": "z" * 2000}]), "item 1, state: at most 1500"),
        (plan_of(items=[{**GOOD, "note": "x" * (LONGEST_NOTE + 1)}]), "item 1, note"),
        (plan_of(items=[{**GOOD, "note": None}]), "item 1, note: a text is needed"),
    ],
)
def test_each_mistake_names_the_item_and_the_field(data, problem):
    with pytest.raises(CodeError, match=problem):
        plans.from_text(json.dumps(data))


def packed(data: bytes) -> str:
    return base64.urlsafe_b64encode(zlib.compress(data)).decode()


HOSTILE = [
    "", " ", "%%%", "a", "=" * 100, "x" * 100_000, "ä" * 10, "<script>alert(1)</script>",
    packed(b""), packed(b"null"), packed(b"[]"), packed(b"[1]"), packed(b"{}"),
    packed(b'["T",[["softmax"]],3]'), packed(b'["T",[{"lesson":"softmax"}]]'),
    packed(b'["T",[["softmax","","",""]]]'), packed(b'["T",[["softmax","",NaN]]]'),
    packed(b'["T",[["softmax","",1e999]]]'), packed(b'["T",[[[[[]]]]]]'),
    packed(b"[" * 5000), packed(b"0" * 10_000_000), packed(b"\xff\xfe\x00"),
    packed(b'["T",[' + b'["softmax"],' * 5000 + b'["softmax"]]]'),
    packed(b'["T",[["softmax","z1=1",1,"note","more"]]]'),
    packed(b'["T",[["../../etc/passwd"]]]'), packed(b'["T",[["__class__","",0,""]]]'),
    Plan("T", (Item("softmax"),)).code[:-4], Plan("T", (Item("softmax"),)).code[3:],
    "gzip" + packed(b"[]"), "\x00" * 50, "‮" * 50,
]  # fmt: skip


@pytest.mark.parametrize("code", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_links_end_in_a_word(code):
    with pytest.raises(CodeError):
        plans.from_code(code)


@given(st.binary(max_size=200), st.integers(0, 200))
def test_random_and_cut_codes_end_in_a_word_or_a_plan(noise, end):
    good = Plan("T", (Item("softmax", "z1=1", 1, "note"),)).code
    for code in (noise.decode("latin-1"), good[:end], good[end:] + good[:end]):
        with contextlib.suppress(CodeError):
            assert isinstance(plans.from_code(code), Plan)


@pytest.mark.parametrize(
    "path", sorted(READY.glob("*.json")), ids=lambda path: path.stem
)
def test_ready_plans_fit_into_a_link_and_each_step_asks_something(path):
    plan = plans.from_text(path.read_text(encoding="utf-8"))
    assert len(plan.code) <= LONGEST_CODE
    assert all(item.question for item in plan.items)
    assert all(item.note for item in plan.items)


def test_ready_plans_go_in_an_order_in_which_nothing_is_needed_too_early():
    for path in READY.glob("*.json"):
        plan = plans.from_text(path.read_text(encoding="utf-8"))
        slugs = [item.shown.slug for item in plan.items]
        for k, slug in enumerate(slugs):
            later = set(slugs[k + 1 :]) - set(slugs[: k + 1])
            assert not later & set(BY_SLUG[slug].text.needs), (path.name, slug)


def test_three_plans_are_ready():
    assert len(list(READY.glob("*.json"))) == 3


def test_a_code_holds_any_plain_data():
    data = {"a": [1, 2.5, "ü<&", None, True], "b": {"c": []}}
    assert short_codes.read(short_codes.written(data)) == data
