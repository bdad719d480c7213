"""The pages around the lessons: concept map, symbols, cards."""

from __future__ import annotations

import re

import pytest

from ui import concept_map, letters, navigation
from ui.catalogue import (
    BY_SLUG,
    LESSONS,
    PAGES,
    PATHS,
    STORIES,
    level,
    prerequisites,
)


def test_every_overview_page_is_in_the_navigation():
    files = {path.stem for path in (PAGES / "overview").glob("*.py")}
    assert files == set(navigation.OVERVIEWS)


def test_every_needed_lesson_stands_above_and_no_two_boxes_touch():
    places = concept_map.layout()
    for lesson in LESSONS:
        for needed in prerequisites(lesson):
            assert places[needed.slug][1] < places[lesson.slug][1]
    width, height = concept_map.NODE
    boxes = [places[lesson.slug] for lesson in LESSONS]
    for k, (x, y) in enumerate(boxes):
        assert width / 2 <= x <= concept_map.WIDTH - width / 2
        for other_x, other_y in boxes[:k]:
            assert abs(x - other_x) > width or abs(y - other_y) > height


def test_no_link_runs_behind_a_lesson_that_it_passes():
    places = concept_map.layout()
    half = concept_map.NODE[0] / 2
    for lesson in LESSONS:
        for needed in lesson.text.needs:
            for place in concept_map.chain(needed, lesson.slug)[1:-1]:
                x, y = places[place]
                row = [places[f.slug] for f in LESSONS if places[f.slug][1] == y]
                assert all(abs(x - other) > half for other, _ in row)


def test_the_map_has_a_link_for_every_lesson_and_every_need():
    svg = concept_map.drawn()
    for lesson in LESSONS:
        assert f'href="{lesson.slug}"' in svg
    needs = sum(len(lesson.text.needs) for lesson in LESSONS)
    assert svg.count('class="link"') == needs


def test_a_path_is_numbered_in_its_order():
    path = [lesson.slug for lesson in PATHS[1].lessons]
    svg = concept_map.drawn(path)
    numbered = re.findall(r'aria-label="(\d+)\. ([^,]+), needs', svg)
    titles = {title: int(number) for number, title in numbered}
    assert titles == {BY_SLUG[slug].title: k for k, slug in enumerate(path, 1)}


@pytest.mark.parametrize(
    "lessons",
    [LESSONS, *(path.lessons for path in PATHS)],
    ids=["catalogue", *(path.title for path in PATHS)],
)
def test_what_a_lesson_needs_comes_before_it(lessons):
    slugs = [lesson.slug for lesson in lessons]
    assert len(set(slugs)) == len(slugs)
    for k, lesson in enumerate(lessons):
        assert set(lesson.text.needs) <= set(slugs[:k]), lesson.slug


def test_levels_count_the_longest_way_of_prerequisites():
    assert level(BY_SLUG["dot_product"]) == 0
    assert level(BY_SLUG["softmax"]) == 3
    for lesson in LESSONS:
        assert all(level(other) < level(lesson) for other in prerequisites(lesson))


@pytest.mark.parametrize(
    ("letter", "slugs"),
    [
        ("Q", "attention multi_head_attention q_learning kl_divergence"),
        ("V", "attention multi_head_attention"),
        ("K", "attention multi_head_attention convolution"),
        ("γ", "expected_return bellman q_learning layer_norm"),
        ("β", "layer_norm adam linear_regression"),
        ("ε", "adam layer_norm q_learning"),
        ("σ", "layer_norm variance activations"),
        ("α", "q_learning policy_gradient"),
        ("R", "q_learning expected_return policy_gradient"),
        ("θ", "gradient_descent adam policy_gradient"),
        ("p", "dropout softmax"),
        ("π", "policy_gradient gradient_descent"),  # letters of a formula alone, too
        ("S", "expected_return bellman policy_gradient q_learning"),
    ],
)
def test_letters_with_several_meanings_are_listed_with_their_lessons(letter, slugs):
    meanings = letters.index()[letter]
    assert set(slugs.split()) <= {one.lesson.slug for one in meanings}
    assert letters.shared(meanings)


def test_every_symbol_of_every_lesson_is_in_the_index():
    listed = [one for meanings in letters.index().values() for one in meanings]
    for lesson in LESSONS:
        here = {one.words for one in listed if one.lesson is lesson}
        for quantity in lesson.statement.quantities:
            spelled_out = quantity.symbol.startswith(r"\text{")
            assert (quantity.meaning in here) != spelled_out
        assert {words for _, words in lesson.text.signs} <= here


@pytest.mark.parametrize("story", STORIES, ids=lambda one: one.title)
def test_every_step_of_a_story_is_a_state_that_there_is(story):
    assert story.end in navigation.OVERVIEWS
    assert len({step.words for step in story.states}) == len(story.steps)
    for text, step in zip(story.steps, story.states, strict=True):
        assert step.lesson.key == text.partition(":")[0].partition("?")[0], text
        for name, value in step.values.items():
            control = step.lesson.statement.control(name)
            assert control.clamp(value) == value != control.default
