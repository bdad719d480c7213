"""Whole pages in a real browser: links, frames, fonts, phones, light and dark."""

from __future__ import annotations

import itertools

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import Visitor, darkness
from tests.lessons import drawing
from tests.server import running
from ui import navigation
from ui.catalogue import BY_KEY, LESSONS, PATHS

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


@every_lesson
def test_a_preset_that_is_reached_does_not_move_the_sliders(visit, lesson):
    visitor = visit(viewport={"width": 1280, "height": 720}, reduced_motion="reduce")
    page = visitor.open(f"/{lesson.slug}")
    apart = """() => document.querySelector(".live-knobs").getBoundingClientRect().top
        - document.querySelector(".live-chips").getBoundingClientRect().top"""
    before = page.evaluate(apart)
    for preset in lesson.presets:
        page.get_by_role("button", name=preset.name, exact=True).click()
        visitor.rest()
        assert page.evaluate(apart) == pytest.approx(before, abs=0.6), preset.name
        assert page.locator(".live-note").inner_text() == (preset.note or "")


@pytest.mark.parametrize("query", ["temperature=99", "z1=<img src=x onerror=alert(1)>"])
def test_a_malformed_link_is_mended_with_a_notice(visitor, query):
    # The other ways to write one need no browser: tests/pages/test_links.py.
    page = visitor.open(f"/softmax?{query}")
    assert visitor.values()["temperature"] in (1, 10)
    notices = page.locator(".live-notice").all_inner_texts()
    assert any(notices)
    assert "onerror" not in page.locator(".live").inner_html()
    assert "temperature=99" not in page.url


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
    powers = visitor.plotted()[1][0]["y"]
    assert powers == ["NaN"] * 4
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
    for width, height in VIEWS:
        page.set_viewport_size({"width": width, "height": height})
        visitor.rest()
        page.wait_for_function(IN_SIGHT)
        assert sideways(page) <= 0
        assert page.evaluate(UNDER_THE_THUMB) == []
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


# What is left between margins of 12 mm, in CSS pixels: A4 and Letter.
PAPERS = {"A4": 702, "Letter": 725}


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize("slug", ["softmax", "bellman", "adam"])
def test_a_lesson_prints_light_with_every_picture_and_without_navigation(
    visit, slug, paper
):
    visitor = visit(color_scheme="dark")
    page = visitor.open(f"/{slug}")
    count = page.locator(".live-figure").count()
    page.emulate_media(media="print", color_scheme="dark")
    page.set_viewport_size({"width": PAPERS[paper], "height": 1000})
    visitor.rest()
    assert not page.get_by_test_id("stSidebar").is_visible()
    assert page.locator(".live-chip:visible").count() == 0
    assert page.locator(".live-figure:visible").count() == count
    for figure in page.locator(".live-figure").all():
        box = figure.bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PAPERS[paper]
        assert box["height"] > 200
        assert figure.locator("figcaption").inner_text()
    inks = page.locator(".live-plot .xtick text, .live-headline, .live-status, h1")
    for ink in inks.all():
        assert darkness(ink) > 0.7, ink
    pages = page.pdf(format=paper, print_background=True)
    assert pages.startswith(b"%PDF")


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
    title = "Derivatives of probabilities by logits"
    page.get_by_role("button", name=f"Enlarge: {title}").click()
    visitor.rest()
    assert large.inner_text() == title
    widths = page.locator(".live-plot").evaluate_all(
        "(plots) => plots.map((plot) => plot.getBoundingClientRect().width)"
    )
    assert widths[3] > 1.3 * widths[0]


def test_every_tab_opens_and_shows_what_it_promises(visitor):
    # All lessons' tabs are opened without a browser: tests/pages/test_lessons.py.
    page = visitor.open("/softmax")
    for name, words in (
        ("Symbols", "Name in code"),
        ("Derivation", "a shift of all logits cancels"),
        ("Code", "import numpy as np"),
        ("Data", "Download all as CSV"),
        ("Sources", "Bridle, Probabilistic interpretation"),
        ("Worked steps", "Line 6 of 6"),
    ):
        page.get_by_role("tab", name=name).click()
        page.get_by_role("tabpanel").get_by_text(words).first.wait_for()


def test_a_formula_whose_parts_are_wider_than_a_phone_fades_where_it_goes_on(visit):
    visitor = visit(viewport={"width": 320, "height": 844})
    page = visitor.open("/positional_encoding?form=rope")
    headline = page.locator(".katex-display").first
    fading = "(node) => parseFloat(getComputedStyle(node).getPropertyValue('--hidden'))"
    assert headline.evaluate(fading) > 0
    size = headline.evaluate("(node) => parseFloat(getComputedStyle(node).fontSize)")
    assert 11 <= size < 13  # made smaller, and no more than can be read
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


def test_a_quantity_lights_up_in_formula_slider_and_pictures(visitor):
    page = visitor.open("/softmax")
    title = "Probabilities and entropy against temperature"
    page.get_by_role("button", name=f"Enlarge: {title}").click()
    visitor.rest()
    page.locator(".live-headline [data-quantity=probabilities]").first.hover()
    faded = "(node) => Number(getComputedStyle(node).opacity) < 0.5"
    assert page.locator(".live-knob[data-quantity=z2]").evaluate(faded)
    page.locator(".live-knob[data-quantity=z1]").hover()
    curves = page.locator(".live-large .scatterlayer .trace").all()
    assert {curve.evaluate(faded) for curve in curves} == {True, False}
    page.set_viewport_size({"width": 1200, "height": 760})  # drawn again: it stays lit
    visitor.rest()
    curves = page.locator(".live-large .scatterlayer .trace").all()
    assert {curve.evaluate(faded) for curve in curves} == {True, False}
    page.mouse.move(5, 5)
    page.wait_for_function("!document.querySelector('.trace[style*=\"0.3\"]')")
    line = page.locator(".live-plot .scatterlayer .trace .js-line").first
    box = line.bounding_box()
    assert box is not None


def test_numbers_of_the_formula_are_stepped_by_keys(visitor):
    page = visitor.open("/dot_product")
    line = page.locator(".live-line")
    before = visitor.values()
    page.evaluate(
        """() => new MutationObserver(() => {
          window.marked ||= Boolean(document.querySelector(".live-line .live-changed"));
        }).observe(document.body, { subtree: true, childList: true, attributes: true })"""
    )
    line.focus()
    line.press("ArrowRight")
    assert "first vector" in (line.get_attribute("aria-label") or "")
    line.press("ArrowUp")
    visitor.rest()
    after = visitor.values()
    assert after["length_a"] > before["length_a"]
    assert page.evaluate("window.marked")


def test_a_tablet_with_the_navigation_open_does_not_scroll_sideways(visitor):
    page = visitor.open("/softmax")
    for width in (769, 820, 900, 960):
        page.set_viewport_size({"width": width, "height": 1000})
        if page.get_by_test_id("stExpandSidebarButton").is_visible():
            page.get_by_test_id("stExpandSidebarButton").click()
        visitor.rest()
        assert page.get_by_test_id("stSidebarNav").is_visible()
        assert sideways(page) <= 0
        large = page.locator(".live-large .live-plot").bounding_box()
        assert large["width"] > 300


def test_headings_go_down_one_level_at_a_time(visitor):
    page = visitor.open("/softmax")
    levels = page.locator(
        "[data-testid=stMain] :is(h1, h2, h3, h4, h5, h6)"
    ).evaluate_all(
        "(headings) => headings.map((heading) => Number(heading.tagName[1]))"
    )
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.locator("[data-testid=stHeaderActionElements] a").count() == 0


def test_a_heading_that_a_translator_has_rewritten_follows_to_the_next_lesson(visitor):
    page = visitor.open("/softmax")
    wrap = """() => { const main = document.querySelector("[data-testid=stMain]");
      const walker = document.createTreeWalker(main, NodeFilter.SHOW_TEXT);
      const texts = [];
      while (walker.nextNode()) texts.push(walker.currentNode);
      for (const text of texts) {
        if (text.parentElement.closest(".live, script, style") || !text.data.trim()) continue;
        const font = document.createElement("font");
        font.textContent = `übersetzt ${text.data}`;
        text.replaceWith(font);
      } }"""
    for title in ("Convolution", "Bellman equation", "Dropout", "Softmax"):
        page.evaluate(wrap)
        visitor.walk_to(title)
        page.wait_for_function(
            "(title) => document.querySelector('[data-testid=stMain] h1')?.textContent"
            " === title",
            arg=title,
        )
        visitor.wait()
        assert "übersetzt" not in page.locator("[class*=st-key-words]").inner_text()


NO_CLIPBOARD = """Object.defineProperty(Navigator.prototype, "clipboard",
  { get: () => undefined, configurable: true });
window.copies = [];
document.addEventListener("copy", () => {
  const field = document.activeElement;
  window.copies.push(field.value ? field.value.slice(field.selectionStart, field.selectionEnd)
    : String(getSelection()));
}, true);"""


def test_links_and_code_are_copied_without_a_trusted_clipboard(visitor):
    # A page by plain http from another machine has none.
    visitor.page.add_init_script(NO_CLIPBOARD)
    page = visitor.open("/softmax?temperature=2.0")
    page.get_by_role("button", name="Share").click()
    page.get_by_role("button", name="Copy link").click()
    page.get_by_text("Copied.").wait_for()
    assert page.evaluate("window.copies") == [page.url]
    page.get_by_role("tab", name="Code").click()
    code = page.get_by_test_id("stCode").first
    code.hover()
    code.get_by_role("button", name="Copy to clipboard").click()
    page.wait_for_function("window.copies.length > 1")
    assert "import numpy as np" in page.evaluate("window.copies[1]")


# A laptop with browser bars, a phone, and one on its side.
VIEWS = ((1366, 650), (390, 664), (844, 390))
# Formula and numbers, every control, one picture and at least parts of the others.
IN_SIGHT = """() => {
  const whole = (element) => {
    const { width, top, bottom, left, right } = element.getBoundingClientRect();
    return width > 0 && top >= -1 && left >= -1 && bottom <= innerHeight + 1
      && right <= innerWidth + 1;
  };
  const all = (selector) => [...document.querySelectorAll(selector)];
  const plots = all('.live-plot');
  const numbers = all('.live-line, .live-range').filter(
    (element) => !element.closest('details:not([open]), [hidden]'));
  const formulas = all('.live-headline, .live-line').filter((e) => e.offsetParent);
  return numbers.every(whole) && formulas.some(whole)
    && all('.live-formula .katex').length > 0 && plots.every(whole);
}"""
# Sliders at which, scrolled to the middle, the main picture is not in sight as a whole.
UNDER_THE_THUMB = """() => {
  const sliders = [...document.querySelectorAll('.live-range')].filter((e) => e.offsetParent);
  const out = sliders.filter((slider) => {
    slider.scrollIntoView({ block: 'center' });
    const { top, bottom } = document.querySelector('.live-large .live-plot')
      .getBoundingClientRect();
    const place = slider.getBoundingClientRect();
    const found = document.elementFromPoint(
      place.left + place.width / 2, place.top + place.height / 2);
    return top < -1 || bottom > innerHeight + 1 || found !== slider;
  });
  document.querySelector('[data-testid=stMain]').scrollTo(0, 0);
  return out.map((slider) => slider.dataset.control);
}"""
# Every chart is as wide as its frame.
FITS = """() => [...document.querySelectorAll('.live-plot')].every((plot) =>
  Math.abs(plot._fullLayout.width - plot.clientWidth) <= 1)"""


def roomy(page) -> bool:
    """Whether no legend takes a chart's room to draw."""
    return bool(
        page.evaluate(
            """() => [...document.querySelectorAll('.live-plot')].every((plot) =>
            plot._fullLayout._size.h > Math.min(60, 0.7 * plot._fullLayout.height))"""
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
    (path,) = (path for path in PATHS if path.title == "Training")
    numbered = [f"{k}. {lesson.title}," for k, lesson in enumerate(path.lessons, 1)]
    assert len(names) == len(numbered)
    assert all(any(name.startswith(one) for name in names) for one in numbered)
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
    main.get_by_text("learned gain of each feature").first.wait_for()
    main.get_by_role("link", name="Bellman equation").first.click()
    page.wait_for_url("**/bellman*")
    visitor.wait()


def test_a_question_that_is_skipped_while_its_answer_is_watched_is_left(visitor):
    page = visitor.open("/softmax")
    page.get_by_role("button", name="Predict").click()
    visitor.rest()
    card = page.get_by_role("region", name="Predict, watch, explain")
    first = card.locator(".live-asked p").inner_text()
    card.get_by_role("radio", name="rises").check()
    card.get_by_role("button", name="Answer").click()
    card.get_by_text("Watch …").wait_for()
    assert card.get_by_role(
        "radio", name="falls"
    ).is_disabled()  # what was said is said
    card.get_by_role("button", name="Skip").click()
    visitor.rest()
    page.wait_for_timeout(1500)  # longer than the answer is watched
    assert card.locator(".live-asked p").inner_text() != first
    assert card.locator(".live-said").inner_text() == ""
    assert card.get_by_role("button", name="Answer").is_enabled()


HOLD_FRAMES = """() => {
  const own = window.requestAnimationFrame;
  const held = new Map();
  window.requestAnimationFrame = (step) => held.set(held.size + 1, step).size;
  window.cancelAnimationFrame = (number) => held.delete(number);
  window.heldFrames = held;
  window.letFramesGo = () => {
    window.requestAnimationFrame = own;
    held.forEach((step) => own(step));
  };
}"""


def test_an_answer_given_before_the_start_of_the_question_is_reached_is_told(visitor):
    page = visitor.open("/softmax")
    page.get_by_role("button", name="Predict").click()
    page.get_by_role("button", name="Skip").click()
    visitor.rest()
    page.evaluate(HOLD_FRAMES)
    page.get_by_role("button", name="Skip").click()
    page.wait_for_function(
        "window.heldFrames.size > 0"
    )  # the walk to the start has begun
    card = page.get_by_role("region", name="Predict, watch, explain")
    card.get_by_role("textbox").fill("4.48")
    card.get_by_role("textbox").press("Enter")
    card.get_by_text("Watch …").wait_for()
    page.evaluate("window.letFramesGo()")
    card.get_by_text("Right.").wait_for()


@pytest.mark.parametrize("slug", ["softmax", "variance", "layer_norm"])
def test_the_picture_is_whole_beside_an_answer(visit, slug):
    visitor = visit(viewport={"width": 1366, "height": 650})
    page = visitor.open(f"/{slug}")
    page.get_by_role("button", name="Predict").click()
    visitor.rest()
    for _ in range(2):  # with the hint, or the verdict
        page.locator(".live-options label").first.click()
        page.locator(".live-answer:visible").click()
        page.wait_for_timeout(1500)
        visitor.rest()
        if not page.locator(".live-answer").count():
            break
    box = page.locator(".live-large .live-plot").bounding_box()
    assert box["height"] >= 150
    assert box["y"] + box["height"] <= 650


@every_lesson
def test_the_last_number_is_in_sight_on_a_laptop_while_a_sum_is_stepped_through(
    visit, lesson
):
    page = visit(viewport={"width": 1366, "height": 650}).open(f"/{lesson.slug}")
    steps = page.get_by_role("button", name="Step through")
    if steps.count():
        steps.click()
        expect(page.locator(".live-terms-bar")).to_be_visible()
    box = page.locator(".live-readouts").bounding_box()
    assert box["y"] + box["height"] <= 650


def test_a_tall_picture_has_the_others_beside_it_on_a_phone(visit):
    page = visit(viewport={"width": 390, "height": 664}).open("/activations")
    large = page.locator(".live-large").bounding_box()
    others = page.locator(".live-figure:not(.live-large)")
    assert others.count() == 2
    for k in range(2):
        small = others.nth(k).bounding_box()
        assert small["x"] >= large["x"] + large["width"]
        assert small["y"] < large["y"] + large["height"]
    assert large["height"] >= 150


def test_a_question_is_asked_watched_and_explained(visitor):
    page = visitor.open("/softmax")
    card = page.get_by_role("region", name="Predict, watch, explain")
    assert not card.is_visible()
    page.get_by_role("button", name="Predict").click()
    visitor.rest()
    assert page.locator(".live-idea").is_hidden()
    assert page.locator(".live-status").is_hidden()  # it stands in its place
    card.get_by_role("button", name="Answer").click()
    assert "Choose an answer first" in card.inner_text()
    card.get_by_role("radio", name="falls").check()
    card.get_by_role("button", name="Answer").click()
    card.get_by_text("Not yet.").wait_for()
    assert card.get_by_role("radio", name="falls").evaluate(
        "(node) => node === document.activeElement"
    )
    assert "temperature=1.0" in page.url
    card.get_by_role("radio", name="rises").check()
    page.evaluate(
        """() => { window.seen = new Set(); window.ghosts = 0; const look = () => {
        window.seen.add(document.querySelector("[data-exact=temperature]").value);
        window.ghosts = Math.max(window.ghosts, document.querySelectorAll(".live-ghost").length);
        requestAnimationFrame(look); }; look(); }"""
    )
    card.get_by_role("button", name="Answer").click()
    card.get_by_text("Right.").wait_for()
    assert page.evaluate("window.seen.size") > 4  # it glides
    assert page.evaluate("window.ghosts") == 3  # a map has none
    assert "It rises, from 0.8467 to 1.026." in card.inner_text()
    assert visitor.values()["temperature"] == 2
    assert page.locator(".live-idea").is_hidden()  # the picture needs the room
    visitor.rest()
    assert "temperature=2.0" in page.url
    card.get_by_role("button", name="Fold the question").click()
    assert page.locator(".live-idea").is_visible()
    assert page.locator(".live-status").is_visible()
    visitor.slider("z1").press("ArrowLeft")
    visitor.rest()
    assert page.locator(".live-ghost").count() == 0


def test_a_ghost_stands_on_the_axes_of_what_is_shown_now(visitor):
    """In this question the upright axis gets other ends on the way."""
    form = BY_KEY["adam/amsgrad"]
    before, after = (
        drawing(form)(**setting.values).figures[0]
        for setting in form.questions[0].settings
    )
    assert before["layout"]["yaxis"]["range"] != after["layout"]["yaxis"]["range"]
    marked = [trace for trace in before["data"] if trace["mode"].startswith("markers")]
    page = visitor.open("/adam?form=amsgrad")
    page.get_by_role("button", name="Predict").click()
    visitor.rest()
    card = page.get_by_role("region", name="Predict, watch, explain")
    card.get_by_role("radio", name="falls").check()
    card.get_by_role("button", name="Answer").click()
    if card.get_by_text("Not yet.").count():
        card.get_by_role("radio", name="rises").check()
        card.get_by_role("button", name="Answer").click()
    card.get_by_role("button", name="Fold the question").wait_for()
    visitor.rest()
    page.wait_for_timeout(700)
    plot = page.locator(".live-large .live-plot")
    axis = "(plot, ys) => ys.map((y) => plot._fullLayout.yaxis.d2p(y))"
    expected = plot.evaluate(axis, [float(t["y"][0]) for t in marked])
    drawn = page.locator(".live-large .live-ghost .point").evaluate_all(
        "(points) => points.map((point) => point.transform.baseVal[0].matrix.f)"
    )
    for height in expected:
        assert min(abs(height - other) for other in drawn) < 1


def test_a_number_is_answered_in_a_field_that_says_what_it_takes(visitor):
    page = visitor.open("/softmax")
    page.get_by_role("button", name="Predict").click()
    for _ in range(2):
        page.get_by_role("button", name="Skip").click()
    card = page.get_by_role("region", name="Predict, watch, explain")
    field = card.get_by_role("textbox")
    field.fill("seven")
    field.press("Enter")
    assert "“seven” is no number. Type a number: 0.67" in card.inner_text()
    field.fill("44,8/10")
    field.press("Enter")
    card.get_by_text("Right.").wait_for()
    assert "The factor is 4.48" in card.inner_text()


def test_a_picture_is_saved_as_image_and_as_table(visitor):
    page = visitor.open("/softmax")
    name = "probabilities"
    for item, ending, start in (
        ("PNG image", f"{name}.png", b"\x89PNG"),
        ("SVG image", f"{name}.svg", b"<svg"),
        ("CSV table", "softmax-1.csv", "\ufeffchart,series,x,y,value".encode()),
    ):
        page.get_by_role("button", name="Save this picture").first.click()
        with page.expect_download() as download:
            page.get_by_role("menuitem", name=item).click()
        assert download.value.suggested_filename == ending
        assert download.value.path().read_bytes().startswith(start)


def test_a_click_on_a_bar_chooses_the_entry_that_is_worked_out(visitor):
    page = visitor.open("/softmax")
    line = page.locator(".live-line")
    assert "p1" in line.inner_text().replace("\u200b", "").replace("\n", "")
    bar = page.locator(".live-large .barlayer .trace").first.locator(".point").nth(1)
    box = bar.bounding_box()
    page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] - 4)
    visitor.rest()
    assert "p2" in line.inner_text().replace("\u200b", "").replace("\n", "")
    visitor.slider("z1").press("ArrowLeft")
    visitor.rest()
    assert "p2" in line.inner_text().replace("\u200b", "").replace("\n", "")


def test_a_click_on_a_cell_chooses_what_its_row_stands_for(visitor):
    page = visitor.open("/positional_encoding")
    box = page.locator(".live-large .nsewdrag").first.bounding_box()
    row, column = 6, 39  # of a map of 32 rows, two of each second pair, and 100 columns
    page.mouse.click(
        box["x"] + box["width"] * (column + 0.5) / 100,
        box["y"] + box["height"] * (row + 0.5) / 32,
    )
    visitor.rest()
    chosen = visitor.values()
    assert (chosen["position"], chosen["pair"]) == (39, 6)


def test_an_arrow_is_dragged_by_its_tip(visitor):
    page = visitor.open("/dot_product")
    ring = page.get_by_title("Drag a")
    box = ring.bounding_box()
    before = visitor.values()
    page.mouse.move(box["x"] + 14, box["y"] + 14)
    page.mouse.down()
    page.mouse.move(box["x"] + 60, box["y"] + 20, steps=4)
    page.mouse.up()
    visitor.rest()
    after = visitor.values()
    assert after["length_a"] != before["length_a"]
    assert after["angle"] != before["angle"]
    assert f"angle={after['angle']}" in page.url


BESIDE = """() => {
  const box = (selector) => document.querySelector(selector).getBoundingClientRect();
  const inside = ({ top, bottom }) => top >= 0 && bottom <= innerHeight;
  const [line, range] = [box(".live-line"), box("input[data-control=temperature]")];
  const words = box("[class*=st-key-words] p");
  return {
    seen: inside(line) && inside(range),
    apart: range.right < words.left,
    at: document.querySelector("[data-testid=stMain]").scrollTop,
    docked: document.querySelector(".live").classList.contains("live-docked"),
  };
}"""


def test_formula_and_sliders_stay_beside_what_is_read(visit):
    visitor = visit(viewport={"width": 1366, "height": 650})
    page = visitor.open("/softmax")
    before = page.locator(".live-large").bounding_box()
    assert not page.evaluate(BESIDE)["docked"]
    page.mouse.move(1000, 400)
    for _ in range(8):
        page.mouse.wheel(0, 150)
        page.wait_for_timeout(50)
    page.wait_for_function("document.querySelector('.live').matches('.live-docked')")
    beside = page.evaluate(BESIDE)
    assert beside["seen"]
    assert beside["apart"]
    line = page.locator(".live-line").inner_text()
    visitor.page.locator("input[data-control=temperature]").press("ArrowRight")
    visitor.rest()
    assert page.locator(".live-line").inner_text() != line
    assert page.evaluate(BESIDE)["at"] == beside["at"]  # nothing jumped
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 0)")
    page.wait_for_function("!document.querySelector('.live').matches('.live-docked')")
    after = page.locator(".live-large").bounding_box()
    assert after == pytest.approx(before, abs=2)


def test_on_a_phone_nothing_is_docked(visit):
    visitor = visit(viewport={"width": 390, "height": 664})
    page = visitor.open("/softmax")
    page.evaluate("document.querySelector('[data-testid=stMain]').scrollTo(0, 1500)")
    visitor.rest()
    assert not page.evaluate(BESIDE)["docked"]


def test_a_presentation_shows_formula_and_main_picture_and_obeys_keys(visitor):
    page = visitor.open("/softmax?present=1&temperature=2.0")
    visitor.rest()
    assert "present=1" in page.url
    assert not page.get_by_test_id("stSidebar").is_visible()
    assert page.locator(".live-figure:visible").count() == 1
    assert page.locator(".live-knob:visible").count() == 1
    assert page.locator(".live-status").is_visible()
    page.keyboard.press("ArrowRight")
    visitor.rest()
    assert visitor.values()["z1"] == 2.1
    page.keyboard.press("h")
    assert not page.locator(".live-status").is_visible()
    page.keyboard.press("h")
    for _ in range(3):
        page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowLeft")
    visitor.rest()
    assert visitor.values()["temperature"] < 2
    page.keyboard.press("p")
    visitor.rest()
    assert "present" not in page.url
    assert page.locator(".live-figure:visible").count() == 4


def test_a_copied_formula_is_its_latex(visitor):
    page = visitor.open("/softmax")
    copied = """(selector) => {
      const range = document.createRange();
      range.selectNodeContents(document.querySelector(selector));
      const selection = getSelection();
      selection.removeAllRanges();
      selection.addRange(range);
      const data = new DataTransfer();
      document.dispatchEvent(new ClipboardEvent("copy", { clipboardData: data }));
      return data.getData("text/plain");
    }"""
    headline = page.evaluate(copied, ".live-headline")
    assert headline.startswith(r"\mathrm{softmax}({z})_i = ")
    assert r"\frac{e^{" in headline
    assert page.evaluate(copied, ".live-line").endswith("= {0.659}")
    below = page.evaluate(copied, "[data-testid=stMarkdownContainer] .katex-display")
    assert "\\" in below


def test_the_first_stop_of_the_keyboard_leads_to_the_sliders(visitor):
    page = visitor.open("/softmax")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.dataset.control") == "z1"


def test_the_pictures_follow_the_theme_of_the_system(visit):
    visitor = visit(color_scheme="light")
    page = visitor.open("/softmax")
    page.emulate_media(color_scheme="dark")
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
        " === 'rgb(14, 17, 23)'"
    )
    visitor.rest()
    tick = page.locator(".live-plot .xtick text").first
    assert darkness(tick) < 0.3
    steps = page.locator(
        "[data-testid=stMarkdownContainer] .katex-display span[style*=color]"
    )
    page.wait_for_function(
        "(node) => !getComputedStyle(node).color.startsWith('rgb(0, 96, 168')",
        arg=steps.first.element_handle(),
    )


def test_a_frame_shows_no_navigation_and_a_whole_stage(visitor):
    page = visitor.page
    page.set_viewport_size({"width": 900, "height": 600})
    visitor.open("/softmax?embed=true")
    visitor.rest()
    page.wait_for_function(IN_SIGHT)
    assert page.get_by_test_id("stSidebar").count() == 0
    assert page.get_by_test_id("stExpandSidebarButton").count() == 0
    assert not page.get_by_text("Try this").is_visible()


@pytest.mark.parametrize(
    ("number", "title"),
    [(1, "The values, and their mean ± s"), (3, "Variances of many normal samples")],
)
def test_the_picture_that_answers_a_question_is_the_large_one_then(
    visitor, number, title
):
    page = visitor.open(f"/variance?ask={number}")
    large = page.locator(".live-large figcaption")
    expect(large).to_contain_text("Deviations from the mean as squares")
    answer = page.locator(".live-question input").first
    if number == 1:
        page.locator(".live-options label").first.click()
        page.locator(".live-answer").click()
        page.locator(".live-options label").nth(2).click()
    else:
        answer.fill("0.5")
    page.locator(".live-answer").click()
    expect(large).to_contain_text(title)


def test_a_bar_of_a_small_picture_is_chosen_at_once_and_beside_it_the_picture_grows(
    visitor,
):
    page = visitor.open("/q_learning")
    large = page.locator(".live-large figcaption")
    update = page.locator(".live-figure", has_text="Update of")
    for text, move in (("up", "up"), ("left", "left")):
        name = update.locator(".xaxislayer-above text", has_text=text).first
        box, plot = name.bounding_box(), update.locator(".live-plot").bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, plot["y"] + plot["height"] / 2)
        visitor.shows(move=move)
        expect(update.locator("figcaption")).to_contain_text(f"Update of {move} in")
        expect(large).not_to_contain_text("Update of")
    box = update.bounding_box()
    page.mouse.click(box["x"] + box["width"] - 3, box["y"] + box["height"] - 3)
    expect(large).to_contain_text("Update of left")


@pytest.mark.parametrize(
    ("query", "tall", "place", "head"),
    [("?heads=4", 7, (3, 2 * 7), 3), ("?heads=8", 14, (7 + 3, 7), 6)],
)
def test_a_click_on_a_cell_of_any_head_chooses_that_head_and_its_token(
    visit, query, tall, place, head
):
    """The cell is in the third row of its head, below the row of its name."""
    visitor = visit(viewport={"width": 1366, "height": 650})
    page = visitor.open(f"/multi_head_attention{query}")
    assert visitor.values()["head"] == 1
    box = page.locator(".live-large .nsewdrag").first.bounding_box()
    row, column = place
    page.mouse.click(
        box["x"] + (column + 0.5) / (4 * 7 - 1) * box["width"],
        box["y"] + (row + 0.5) / tall * box["height"],
    )
    visitor.shows(head=head, token=3)
    assert f"In head {head} “sat”" in page.locator(".live-status").inner_text()


def test_the_query_of_attention_is_turned_in_the_small_picture(visit):
    visitor = visit(viewport={"width": 1366, "height": 650})
    page = visitor.open("/attention")
    large = page.locator(".live-large figcaption").inner_text()
    box = page.get_by_title("Turn the query").bounding_box()
    at = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(*at)
    page.mouse.down()
    page.mouse.move(at[0] + 60, at[1] + 20, steps=8)
    page.mouse.up()
    visitor.rest()
    assert visitor.values()["angle"] < -30
    assert page.locator(".live-large figcaption").inner_text() == large
    # Made large, it has its handle; where it is a sketch, on a phone, it has none.
    page.locator(".live-swap").nth(2).click()
    assert page.locator(".live-large .live-handle").count() == 1
    page.set_viewport_size({"width": 390, "height": 664})
    page.locator(".live-swap").nth(0).click()
    page.wait_for_function("!document.querySelector('.live-handle')")
