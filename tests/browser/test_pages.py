"""Whole pages in a real browser: links, frames, fonts, phones, light and dark."""

from __future__ import annotations

import pytest

from tests.browser.conftest import Visitor
from tests.server import running
from ui import navigation
from ui.catalogue import LESSONS

every_lesson = pytest.mark.parametrize("lesson", LESSONS, ids=lambda f: f.slug)


def test_a_permalink_gives_a_stranger_the_same_numbers(visit):
    first = visit()
    first.open("/softmax?temperature=2.5&z2=-1.3")
    first.slider("z1").press("ArrowRight")
    first.rest()
    second = visit()
    second.page.goto(first.page.url)
    second.wait()
    assert second.values() == first.values()
    assert second.values()["temperature"] == 2.5
    assert second.plotted() == first.plotted()


def test_an_off_step_value_in_a_link_is_kept_exactly(visitor):
    visitor.open("/softmax?temperature=0.123456789")
    assert visitor.values()["temperature"] == 0.123456789


@pytest.mark.parametrize("query", ["temperature=99", "z1=<img src=x onerror=alert(1)>"])
def test_a_malformed_link_is_mended_with_a_notice(visitor, query):
    # The other ways to write one need no browser: tests/pages/test_links.py.
    page = visitor.open(f"/softmax?{query}")
    assert visitor.values()["temperature"] in (1, 10)
    notices = page.locator(".live-notice").all_inner_texts()
    assert any(notices)
    assert "onerror" not in page.locator(".live").inner_html()
    assert "99" not in page.url


def test_state_survives_a_walk_to_another_lesson_and_back(visitor):
    page = visitor.open("/softmax")
    visitor.slider("z1").press("End")
    visitor.rest()
    visitor.walk_to("Scaled dot-product attention")
    page.wait_for_url("**/attention*")
    visitor.wait()
    visitor.walk_to("Softmax")
    page.wait_for_url("**/softmax*")
    visitor.wait()
    assert visitor.values()["z1"] == 5
    assert "z1=5.0" in page.url


def test_back_and_forward_restore_lesson_and_values(visitor):
    page = visitor.open("/softmax?temperature=3.0")
    visitor.walk_to("Scaled dot-product attention")
    page.wait_for_url("**/attention*")
    visitor.wait()
    page.go_back()
    page.wait_for_url("**/softmax*")
    visitor.wait()
    assert visitor.values()["temperature"] == 3
    page.go_forward()
    page.wait_for_url("**/attention*")
    visitor.wait()


def test_a_preset_sets_the_values_and_reset_restores_them(visitor):
    page = visitor.open("/softmax")
    page.get_by_role("button", name="Overflow trap").click()
    visitor.rest()
    assert visitor.values()["shift"] == 1000
    assert "shift=1000.0" in page.url
    naive = visitor.plotted()[0][1]["y"]
    assert naive == ["NaN"] * 3
    visitor.reset()
    visitor.rest()
    assert visitor.values()["shift"] == 0


def test_the_first_visitor_of_a_new_server_may_come_by_a_deep_link(browser):
    with running() as address:
        visitor = Visitor(browser, address)
        seen: list[str] = []
        visitor.page.goto(f"{address}/q_learning")
        for _ in range(40):
            seen.append(visitor.page.inner_text("body"))
            visitor.page.wait_for_timeout(50)
        visitor.wait()
        assert not any("Page not found" in text for text in seen)
        assert (
            visitor.page.get_by_role("heading", name="Q-learning update").count() == 1
        )
        assert visitor.page.get_by_test_id("stSidebarNav").count() == 1
        visitor.context.close()
        assert visitor.errors == []


@every_lesson
def test_a_page_is_whole_in_every_size(visitor, lesson):
    page = visitor.open(f"/{lesson.slug}")
    page.set_viewport_size({"width": 1366, "height": 650})  # a laptop with browser bars
    visitor.rest()
    page.wait_for_function(IN_SIGHT)
    for width in (1280, 390, 360):
        page.set_viewport_size({"width": width, "height": 900})
        visitor.rest()
        page.wait_for_function(FITS)
        assert sideways(page) <= 0
        assert roomy(page)
        assert legends_stand_above(page)
    assert page.locator("[data-testid=stException]").count() == 0
    assert page.locator(".katex-error").count() == 0
    assert page.locator(".katex").count() >= 1


@pytest.mark.parametrize("width", [700, 1000])
def test_a_lesson_prints_without_navigation_and_with_every_chart(visitor, width):
    page = visitor.open("/softmax")
    page.emulate_media(media="print")
    page.set_viewport_size({"width": width, "height": 1000})
    visitor.rest()
    assert not page.get_by_test_id("stSidebar").is_visible()
    assert not page.get_by_role("button", name="Greedy").is_visible()
    for figure in page.locator(".live-figure").all():
        box = figure.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_the_tab_is_named_after_the_page(visitor):
    page = visitor.open("/softmax")
    assert page.title() == "Softmax · Formula explorer"
    page.goto(visitor.address)
    visitor.settle()
    assert page.title() == "Formula explorer"


def test_a_click_on_a_small_picture_makes_it_the_large_one(visitor):
    page = visitor.open("/softmax")
    large = page.locator(".live-large figcaption")
    assert large.inner_text() == "Probabilities"
    title = "How each probability answers to each score"
    page.get_by_role("button", name=f"Enlarge: {title}").click()
    visitor.rest()
    assert large.inner_text() == title
    widths = page.locator(".live-plot").evaluate_all(
        "(plots) => plots.map((plot) => plot.getBoundingClientRect().width)"
    )
    assert widths[2] > 1.3 * widths[0]


def test_every_tab_opens_and_shows_what_it_promises(visitor):
    # All lessons' tabs are opened without a browser: tests/pages/test_lessons.py.
    page = visitor.open("/softmax")
    for name, words in (
        ("Symbols", "Name in code"),
        ("Derivation", "a shift of all logits cancels"),
        ("Code", "import numpy as np"),
        ("Data", "Download all as CSV"),
        ("Sources", "Bridle (1990)"),
        ("Worked steps", "Step 6 of 6"),
    ):
        page.get_by_role("tab", name=name).click()
        page.get_by_role("tabpanel").get_by_text(words).first.wait_for()


def test_a_formula_wider_than_a_phone_fades_where_it_goes_on(visit):
    visitor = visit(viewport={"width": 390, "height": 844})
    page = visitor.open("/bellman")
    headline = page.locator(".katex-display").first
    fading = "(node) => parseFloat(getComputedStyle(node).getPropertyValue('--hidden'))"
    assert headline.evaluate(fading) > 0
    headline.evaluate("(node) => { node.scrollLeft = node.scrollWidth; }")
    visitor.rest()
    assert headline.evaluate(fading) == 0
    visitor.open("/dot_product")  # its formula fits, but for a slanted edge
    assert page.locator(".katex-display").first.evaluate(fading) < 4


@pytest.mark.parametrize("name", navigation.OVERVIEWS)
def test_no_overview_page_scrolls_sideways_in_any_size(visitor, name):
    page = visitor.page
    page.goto(f"{visitor.address}/{'' if name == 'home' else name}")
    for width in (1280, 390, 360):
        page.set_viewport_size({"width": width, "height": 900})
        visitor.settle()
        assert sideways(page) <= 0
    assert page.locator(".katex-error").count() == 0
    assert page.locator("[data-testid=stException]").count() == 0


# Formula and numbers, every control, one picture and at least parts of the others.
IN_SIGHT = """() => {
  const whole = (element) => {
    const { width, top, bottom, left, right } = element.getBoundingClientRect();
    return width > 0 && top >= -1 && left >= -1 && bottom <= innerHeight + 1
      && right <= innerWidth + 1;
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const plots = all('.live-plot');
  return all('.live-headline, .live-line, .live-range').every(whole)
    && all('.live-headline .katex').length > 0 && plots.every(whole);
}"""
# Every chart is as wide as its frame.
FITS = """() => [...document.querySelectorAll('.live-plot')].every((plot) =>
  Math.abs(plot._fullLayout.width - plot.clientWidth) <= 1)"""


def roomy(page) -> bool:
    """Whether no legend takes a chart's room to draw."""
    return bool(
        page.evaluate(
            """() => [...document.querySelectorAll('.live-plot')].every((plot) =>
            plot._fullLayout._size.h > 60)"""
        )
    )


def legends_stand_above(page) -> bool:
    """Whether no legend lies on what is drawn, also after the window has changed."""
    return bool(
        page.evaluate(
            """() => [...document.querySelectorAll('.live-plot .legend .bg')].every(
            (legend) => {
              const drawn = legend.closest('.live-plot').querySelector('.nsewdrag');
              const [above, below] = [legend, drawn].map(
                  (node) => node.getBoundingClientRect());
              return above.bottom <= below.top + 1; })"""
        )
    )


def sideways(page) -> int:
    """How many pixels stick out of the window."""
    return int(
        page.evaluate(
            """() => { const main = document.querySelector('[data-testid=stMain]');
            return main.scrollWidth - main.clientWidth; }"""
        )
    )


def test_the_home_page_leads_to_a_lesson_and_finds_by_alias(visitor):
    page = visitor.page
    page.goto(visitor.address)
    page.get_by_label("Search").fill("softargmax")
    page.get_by_label("Search").press("Enter")
    visitor.settle()
    main = page.get_by_test_id("stMain")
    assert main.get_by_role("link", name="Q-learning").count() == 0
    assert "search=softargmax" in page.url
    main.get_by_role("link", name="Softmax").first.click()
    page.wait_for_url("**/softmax*")
    visitor.wait()


def test_the_home_page_filters_by_topic_and_section_and_a_link_keeps_the_filter(visit):
    visitor = visit()
    page = visitor.page
    page.goto(f"{visitor.address}/?topic=RL&section=Loss+%26+optimization")
    visitor.settle()
    shown = page.locator("[class*=st-key-card-] [data-testid=stPageLink]")
    expected = [
        f for f in LESSONS if f.section == "optimization" and "RL" in f.text.topics
    ]
    assert shown.all_inner_texts() == [lesson.title for lesson in expected]
    page.get_by_role("radio", name="RL", exact=True).click()
    visitor.settle()
    assert "topic" not in page.url
    assert shown.count() == sum(f.section == "optimization" for f in LESSONS)
    stranger = visit()
    stranger.page.goto(f"{visitor.address}/?topic=%3Cscript%3E&section=nowhere&search=")
    stranger.settle()
    assert stranger.page.locator("[class*=st-key-card-]").count() >= len(LESSONS)


def test_every_card_has_a_picture_that_loads(visitor):
    page = visitor.page
    page.goto(visitor.address)
    page.wait_for_function(
        """(count) => { const pictures = [
            ...document.querySelectorAll('[class*=st-key-card-] img')];
            return pictures.length === count && pictures.every(
                (img) => img.complete && img.naturalWidth > 0); }""",
        arg=len(LESSONS),
    )


def test_a_click_on_the_concept_map_opens_the_lesson_and_keeps_the_session(visitor):
    page = visitor.open("/softmax?temperature=2.5")
    visitor.walk_to("Concept map")
    page.locator(".concept-map a[data-slug=softmax]").click()
    page.wait_for_url("**/softmax*")
    visitor.wait()
    assert visitor.values()["temperature"] == 2.5


def test_the_concept_map_is_walked_by_keyboard_and_shows_a_path(visitor):
    page = visitor.page
    page.goto(f"{visitor.address}/concept_map")
    page.get_by_role("radio", name="Training", exact=True).click()
    visitor.settle()
    names = page.locator(".concept-map .node.near").evaluate_all(
        "(nodes) => nodes.map((node) => node.getAttribute('aria-label'))"
    )
    assert len(names) == 6
    assert any(name.startswith("1. Mean squared error") for name in names)
    node = page.locator(".concept-map a[data-slug=dropout]")
    node.focus()
    node.press("Enter")
    page.wait_for_url("**/dropout*")
    visitor.wait()


def test_the_symbols_page_lists_the_lessons_of_a_letter_and_opens_one(visitor):
    page = visitor.page
    page.goto(f"{visitor.address}/symbols?letter=%CE%B3")
    visitor.settle()
    main = page.get_by_test_id("stMain")
    assert main.get_by_text("learned gain of each feature").first.is_visible()
    main.get_by_role("link", name="Bellman equation").first.click()
    page.wait_for_url("**/bellman*")
    visitor.wait()


def test_the_gap_between_a_guess_and_the_computed_answer_is_seen(visitor):
    page = visitor.open("/bayes")
    page.get_by_label("Your answer (%)").fill("50")
    page.get_by_role("button", name="Check").click()
    gap = page.locator("[role=img][aria-label^='Your answer 50, computed 7.764']")
    gap.wait_for()
    dots = gap.locator("div").filter(has_not_text="o").all()
    assert sum((dot.bounding_box() or {}).get("height", 0) > 0 for dot in dots) >= 4
