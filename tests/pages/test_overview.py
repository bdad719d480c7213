"""The pages around the lessons, without a browser."""

from __future__ import annotations

import json

import pytest
from streamlit.testing.v1 import AppTest

from tests import visits
from ui import letters, navigation
from ui.catalogue import BY_SLUG, FORMS, LESSONS, PATHS, SECTIONS, STORIES
from ui.cheat_sheet import FORM_MARK, _markdown_text

TOPICS = ("LLM", "ML", "RL")


def opened(name: str, **query: str) -> AppTest:
    at = visits.opened(name, **query)
    assert not at.exception
    return at


def cards(at: AppTest) -> list[str]:
    """Return the formulas on the cards of the home page."""
    return [one.value.strip("$ \n") for one in at.latex]


def said(at: AppTest) -> str:
    """Return the line that tells how a search ended."""
    (line,) = at.get("bidi_component")
    return str(json.loads(line.proto.json))


def expected(lessons) -> list[str]:
    return [lesson.statement.latex for lesson in lessons]


@pytest.mark.parametrize("name", navigation.OVERVIEWS)
def test_every_overview_page_opens_under_its_title(name):
    at = opened(name)
    assert len(at.title) == 1
    if name != "home":
        assert at.title[0].value == navigation.OVERVIEWS[name]


def test_home_shows_a_card_for_every_lesson_with_formula_and_question():
    at = opened("home")
    assert cards(at) == expected(LESSONS)
    shown = {one.value for one in at.markdown}
    assert {lesson.text.question for lesson in LESSONS} <= shown


def test_home_finds_by_alias_and_says_when_nothing_is_found():
    at = opened("home")
    at.text_input[0].input("softargmax").run()
    assert cards(at) == [BY_SLUG["softmax"].statement.latex]
    at.text_input[0].input("<script>alert(1)</script>").run()
    assert cards(at) == []
    assert said(at) == "Nothing found. Try fewer words, or take a filter away."
    assert not at.exception


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("", f"{len(LESSONS)} lessons."),
        ("belman", "1 lesson. “belman” is read as “bellman”."),
        (
            "dropout volcano",
            "1 lesson. No lesson has all of these words; this comes near.",
        ),
    ],
)
def test_home_says_how_many_lessons_it_shows_and_why(text, line):
    assert said(opened("home", search=text)) == line


def test_the_pictures_of_the_cards_are_decoration():
    pictures = [one.proto.body for one in opened("home").get("html")]
    assert len(pictures) == len(LESSONS)
    assert all(one.startswith('<img alt="" src="data:image/svg') for one in pictures)


@pytest.mark.parametrize("topic", TOPICS)
@pytest.mark.parametrize("section", SECTIONS, ids=lambda s: s.folder)
def test_home_filters_by_topic_and_section(topic, section):
    at = opened("home")
    at.button_group("topic").set_value(topic).run()
    at.button_group("section").set_value(section.title).run()
    found = (
        lesson
        for lesson in LESSONS
        if topic in lesson.text.topics and lesson.section == section.folder
    )
    assert cards(at) == expected(found)
    assert not at.exception


def test_every_lesson_has_topics_that_home_can_filter():
    for lesson in LESSONS:
        assert lesson.text.topics
        assert set(lesson.text.topics) <= set(TOPICS)


def test_home_leads_through_every_suggested_path():
    at = opened("home")
    titles = {one.value for one in at.markdown}
    assert {f"**{path.title}**" for path in PATHS} <= titles


@pytest.mark.parametrize("query", ["topic", "section", "search"])
def test_home_takes_any_link(query):
    at = opened("home", **{query: "<img src=x onerror=alert(1)>" * 50})
    assert not at.exception


def test_the_concept_map_takes_every_path_and_any_link():
    for path in PATHS:
        at = opened("concept_map")
        at.button_group("path").set_value(path.title).run()
        assert not at.exception
    opened("concept_map", path="nowhere")


def test_the_symbols_page_shows_every_letter_with_its_meanings():
    at = opened("symbols")
    for letter, meanings in letters.index().items():
        at.button_group("letter").set_value(letter).run()
        assert not at.exception
        text = " ".join(one.value for one in at.markdown)
        assert all(one.words in text for one in meanings)
    opened("symbols", letter="<script>")


def test_the_cheat_sheet_shows_every_modern_form_and_leads_to_it():
    at = opened("cheat_sheet")
    (sheet,) = (one.value for one in at.markdown if "## Key takeaways" in one.value)
    links = {link.proto.label for link in at.get("page_link")}
    for form in FORMS:
        assert f"{FORM_MARK} {_markdown_text(form.title)}: " in sheet
        assert f"**{form.title}**, in {BY_SLUG[form.slug].title}" in links


def test_home_tells_the_story_and_finds_forms():
    at = opened("home")
    assert [one.label for one in at.expander] == [
        "Suggested paths",
        *(story.title for story in STORIES),
    ]
    at.text_input[0].input("nucleus").run()
    assert cards(at) == [BY_SLUG["softmax"].statement.latex]
    assert not at.exception
