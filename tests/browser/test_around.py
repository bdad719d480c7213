"""The pages around the lessons in a real browser: search, cards, map, addresses."""

from __future__ import annotations

import base64
import re

import pytest
import requests
from playwright.sync_api import expect

from pages.overview.home import HEARS_LETTERS
from tests.browser.conftest import Visitor, darkness
from ui import navigation, theme
from ui.catalogue import LESSONS, SECTIONS, level

CARDS = "[class*=st-key-card-]"
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True}
LOSSES = next(one.title for one in SECTIONS if one.folder == "optimization")


GROUND = "getComputedStyle(document.querySelector('.stAppHeader')).backgroundColor"


def opened(visitor: Visitor, query: str = ""):
    """Open the home page, or another page by its name, and wait until it is whole."""
    visitor.page.goto(f"{visitor.address}/{query}")
    visitor.settle()
    visitor.page.wait_for_function(
        f"{GROUND} === 'rgba(0, 0, 0, 0)'"
    )  # our style is there
    visitor.rest()
    return visitor.page


def titles(page) -> list[str]:
    return list(page.locator(f"{CARDS} .stPageLink").all_inner_texts())


def test_a_mistyped_word_is_found_while_it_is_typed_and_the_count_is_announced(visitor):
    page = opened(visitor)
    line = page.get_by_role("status").filter(has_text="lesson")
    assert line.inner_text() == f"{len(LESSONS)} lessons."
    element = line.element_handle()
    page.get_by_label("Search").press_sequentially("belmann", delay=20)
    if not HEARS_LETTERS:
        page.keyboard.press("Enter")
    page.wait_for_function("(line) => line.textContent.startsWith('1 ')", arg=element)
    visitor.rest()
    assert element.evaluate("(line) => line.isConnected")
    assert line.inner_text() == "1 lesson. “belmann” is read as “bellman”."
    assert titles(page) == ["Bellman equation"]
    assert "search=belmann" in page.url


def test_what_is_typed_is_never_read_as_html(visitor):
    page = opened(visitor, "?search=%3Cimg+src%3Dx+onerror%3Dalert(1)%3E+sotfmax")
    line = page.get_by_role("status").filter(has_text="softmax")
    assert line.locator("*").count() == 0
    assert page.locator("img[src=x]").count() == 0


def test_a_click_anywhere_on_a_card_opens_its_lesson(visitor):
    page = opened(visitor)
    card = page.locator(".st-key-card-bellman")
    expect(card.get_by_role("link")).to_have_count(1)
    assert card.get_by_role("button").count() == 0
    for part in (
        "img",
        ".katex-display",
        "p >> nth=1",
        "[data-testid=stCaptionContainer]",
    ):
        piece = card.locator(part).first
        piece.scroll_into_view_if_needed()
        box = piece.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        page.wait_for_url("**/bellman*")
        visitor.wait()
        opened(visitor)
    formula = card.locator(".katex-display")
    formula.evaluate("(node) => node.scrollIntoView({ block: 'center' })")
    box = formula.bounding_box()
    page.mouse.move(box["x"] + 40, box["y"] + box["height"] / 2)
    page.mouse.wheel(60, 0)
    page.wait_for_function(
        "(node) => node.scrollLeft > 0", arg=formula.element_handle()
    )


def choose(visitor: Visitor):
    """Search and filter, so that two lessons are left."""
    page = opened(visitor)
    page.get_by_label("Search").fill("gradient")
    if not HEARS_LETTERS:
        page.keyboard.press("Enter")
    count = page.get_by_role("status").filter(has_text="lesson")
    expect(count).not_to_have_text(f"{len(LESSONS)} lessons.")  # letters are sent late
    visitor.settle()
    page.get_by_role("radio", name="RL", exact=True).click()
    visitor.settle()
    page.get_by_role("radio", name=LOSSES).click()
    visitor.settle()
    assert titles(page) == ["Gradient descent", "Adam"]
    page.locator(".st-key-card-adam a").click()
    page.wait_for_url("**/adam*")
    visitor.wait()
    return page


@pytest.mark.parametrize("way", ["Back", "side bar"])
def test_home_is_found_again_as_it_was_left(visitor, way):
    page = choose(visitor)
    if way == "Back":
        page.go_back()
    else:
        visitor.walk_to("Home")
    page.wait_for_function("!location.pathname.includes('adam')")
    page.locator(CARDS).first.wait_for()
    visitor.settle()
    assert page.get_by_label("Search").input_value() == "gradient"
    chosen = page.locator("[data-testid=stMain] [aria-checked=true]")
    assert chosen.all_inner_texts() == ["RL", LOSSES]
    assert titles(page) == ["Gradient descent", "Adam"]
    assert all(word in page.url for word in ("search=gradient", "topic=RL", "section="))


@pytest.mark.parametrize(
    ("name", "choice", "slug"),
    [("concept_map", "Training", "adam"), ("symbols", "γ", "bellman")],
)
def test_map_and_symbols_are_found_again_as_they_were_left(visitor, name, choice, slug):
    page = opened(visitor, name)
    page.get_by_role("radio", name=choice, exact=True).click()
    visitor.settle()
    page.locator(f"[data-testid=stMain] a[href={slug}]:visible").first.click()
    page.wait_for_url(f"**/{slug}*")
    visitor.wait()
    page.go_back()
    page.wait_for_url(f"**/{name}*")
    page.locator(
        "[data-testid=stMain] h1", has_text=navigation.OVERVIEWS[name]
    ).wait_for()
    visitor.settle()
    chosen = page.locator("[data-testid=stMain] [aria-checked=true]")
    assert chosen.all_inner_texts() == [choice]


def test_a_sections_address_opens_the_lesson_and_keeps_the_settings(visitor):
    page = visitor.open("/linear_algebra/softmax?temperature=2.5")
    assert re.search(r"//[^/]+/softmax\?.*temperature=2\.5", page.url)
    assert visitor.values()["temperature"] == 2.5
    opened(visitor, "linear_algebra")
    assert titles(page) == [lesson.title for lesson in SECTIONS[0].lessons]
    opened(visitor, "home")
    expect(page.locator(f"{CARDS} .stPageLink")).to_have_count(len(LESSONS))
    assert page.get_by_text("Page not found").count() == 0


@pytest.mark.parametrize(
    "path", ["nowhere", "nowhere/at/all", "linear_algebra/nothing"]
)
def test_an_unknown_address_is_said_to_be_unknown(visit, path):
    visitor = visit()
    page = opened(visitor, path)
    page.get_by_text("Page not found").wait_for()
    expect(page.locator(CARDS)).to_have_count(len(LESSONS))
    visitor.errors.clear()  # Streamlit logs that there is no such page


@pytest.mark.parametrize(
    "path", ["_stcore/health", "softmax/_stcore/health", "app/static/no.js"]
)
def test_what_streamlit_serves_itself_is_left_alone(address, path):
    answer = requests.get(f"{address}/{path}", timeout=10)
    assert answer.history == []
    assert answer.status_code == (200 if path == "_stcore/health" else 404)


def most_frequent_ink(page, picture) -> str:
    """Return the color that a picture has most of on the screen, after its ground's."""
    code = base64.b64encode(picture.screenshot()).decode()
    return str(
        page.evaluate(
            """async (code) => {
            const image = new Image();
            image.src = "data:image/png;base64," + code;
            await image.decode();
            const canvas = document.createElement("canvas");
            Object.assign(canvas, { width: image.width, height: image.height });
            const context = canvas.getContext("2d");
            context.drawImage(image, 0, 0);
            const { data } = context.getImageData(0, 0, image.width, image.height);
            const seen = {};
            for (let k = 0; k < data.length; k += 4) {
              const hex = [...data.slice(k, k + 3)].map((x) => x.toString(16).padStart(2, 0));
              const color = "#" + hex.join("");
              seen[color] = (seen[color] || 0) + 1;
            }
            return Object.keys(seen).sort((a, b) => seen[b] - seen[a])[1]; }""",
            code,
        )
    )


def test_pictures_follow_the_system_from_light_to_dark(visit):
    visitor = visit(color_scheme="light")
    page = opened(visitor)
    picture = page.locator(".st-key-card-softmax img")
    assert picture.get_attribute("alt") == ""
    light, dark = (theme.names(shown) for shown in ("light", "dark"))
    drawn = most_frequent_ink(page, picture)
    name = next(name for name, color in light.items() if color == drawn)
    page.emulate_media(color_scheme="dark")
    darkened(page)
    visitor.rest()
    assert most_frequent_ink(page, picture) == dark[name] != drawn


def darkened(page) -> None:
    page.wait_for_function(
        "getComputedStyle(document.querySelector('.stApp')).backgroundColor"
        " === 'rgb(14, 17, 23)'"
    )


def test_the_map_follows_the_system_from_light_to_dark(visit):
    visitor = visit(color_scheme="light")
    page = opened(visitor, "concept_map")
    frame = page.locator(".concept-map [data-slug=dot_product] rect")
    ink = "(node) => getComputedStyle(node).stroke"
    assert frame.evaluate(ink) == "rgb(0, 96, 168)"
    page.emulate_media(color_scheme="dark")
    darkened(page)
    visitor.rest()
    assert frame.evaluate(ink) == "rgb(108, 184, 240)"


def test_the_map_is_read_from_top_to_bottom_and_can_be_read_on_a_phone(visit):
    visitor = visit(**PHONE)
    page = opened(visitor, "concept_map")
    slugs = page.locator(".concept-map a").evaluate_all(
        "(nodes) => nodes.map((node) => node.dataset.slug)"
    )
    levels = {lesson.slug: level(lesson) for lesson in LESSONS}
    assert [levels[slug] for slug in slugs] == sorted(levels.values())
    places = page.locator(".concept-map a rect").evaluate_all(
        "(nodes) => nodes.map((node) => [node.y.baseVal.value, node.x.baseVal.value])"
    )
    assert places == sorted(places)
    sizes = page.locator(".concept-map text").evaluate_all(
        "(nodes) => nodes.map((node) => parseFloat(getComputedStyle(node).fontSize)"
        " * node.getScreenCTM().a)"
    )
    assert min(sizes) >= 12


OUTLINE = """() => {
  const { outlineStyle, outlineWidth } = getComputedStyle(document.activeElement);
  return [outlineStyle, parseFloat(outlineWidth)];
}"""
FOCUSED = {
    "radio": "[data-testid=stMain] [role=radio]",
    "card": f"{CARDS} a",
    "side bar": ".stSidebar a",
    "fold": "summary",
}


def test_what_has_the_focus_has_an_outline(visitor):
    page = opened(visitor)
    for name, selector in FOCUSED.items():
        page.locator(selector).last.focus()
        page.keyboard.press("Shift+Tab")
        page.keyboard.press("Tab")
        focused = "(selector) => document.activeElement.matches(selector)"
        assert page.evaluate(focused, f"{selector}:focus-visible"), name
        style, width = page.evaluate(OUTLINE)
        assert (style, width) == ("solid", 2), name


# Every text on the page, and every example in a field, that stands out too little.
PALE = """() => {
  const parsed = (text) => {
    const numbers = text.match(/[\\d.]+/g).map(Number);
    const scale = text.startsWith("color(srgb") ? 255 : 1;
    return [...numbers.slice(0, 3).map((x) => x * scale), numbers[3] ?? 1];
  };
  const over = (a, b) => a.slice(0, 3).map((x, k) => x * a[3] + b[k] * (1 - a[3]));
  const light = (color) => {
    const [r, g, b] = color.map((x) => x / 255).map(
      (x) => (x <= 0.03928 ? x / 12.92 : ((x + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r + 0.7152 * g + 0.0722 * b;
  };
  const contrast = (node, color, opacity) => {
    const around = [];
    for (let one = node; one; one = one.parentElement) around.unshift(one);
    let behind = [255, 255, 255];
    const ink = parsed(color);
    ink[3] *= opacity;
    for (const one of around) {
      const style = getComputedStyle(one);
      behind = over(parsed(style.backgroundColor), behind);
      ink[3] *= parseFloat(style.opacity);
    }
    const [a, b] = [light(over(ink, behind)), light(behind)];
    return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  };
  const measured = [];
  const passed =
    ".katex-mathml, style, script, noscript, svg, [data-testid=stIconMaterial]";
  const texts = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
  while (texts.nextNode()) {
    const node = texts.currentNode.parentElement;
    const shown = texts.currentNode.data.trim() && node.getClientRects().length
      && node.checkVisibility({ opacityProperty: true, visibilityProperty: true });
    if (!shown || node.closest(passed)) continue;
    const { color } = getComputedStyle(node);
    measured.push([texts.currentNode.data, contrast(node, color, 1)]);
  }
  for (const field of document.querySelectorAll("input[placeholder]")) {
    const { color, opacity } = getComputedStyle(field, "::placeholder");
    measured.push([field.placeholder, contrast(field, color, parseFloat(opacity))]);
  }
  return measured.filter((one) => one[1] < 4.5);
}"""


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", [*navigation.OVERVIEWS, "softmax"])
def test_every_text_stands_out_from_what_lies_behind_it(visit, name, scheme):
    visitor = visit(color_scheme=scheme)
    page = opened(visitor, "" if name == "home" else name)
    assert page.evaluate(PALE) == []


@pytest.mark.parametrize("name", navigation.OVERVIEWS)
def test_nothing_on_a_phone_lies_under_the_header(visit, name):
    visitor = visit(**PHONE)
    page = opened(visitor, "" if name == "home" else name)
    top, bottom = page.evaluate(
        """() => {
        const title = document.createRange();
        title.selectNodeContents(document.querySelector("h1"));
        const header = document.querySelector(".stAppHeader");
        return [title.getBoundingClientRect().top, header.getBoundingClientRect().bottom];
        }"""
    )
    assert top >= bottom - 1
    # What is scrolled there is seen through it, and can be touched.
    assert page.evaluate(GROUND) == "rgba(0, 0, 0, 0)"
    page.get_by_test_id("stMain").evaluate("(main) => main.scrollBy(0, 200)")
    touched = "(x) => document.elementFromPoint(x, 30).closest('.stAppHeader') === null"
    assert all(page.evaluate(touched, x) for x in (100, 200, 300, 380))


@pytest.mark.parametrize("width", [1280, 1366])
def test_the_whole_map_is_in_sight_on_a_laptop(visit, width):
    page = opened(visit(viewport={"width": width, "height": 800}), "concept_map")
    assert page.locator(".concept-map").evaluate(
        "(box) => box.scrollWidth <= box.clientWidth"
    )


@pytest.mark.parametrize("name", navigation.OVERVIEWS)
def test_a_page_prints_light_and_without_navigation(visit, name):
    visitor = visit(color_scheme="dark")
    page = opened(visitor, "" if name == "home" else name)
    page.emulate_media(media="print", color_scheme="dark")
    expect(page.locator(".stSidebar")).to_be_hidden()
    expect(page.locator(".stAppHeader")).to_be_hidden()
    ground = page.evaluate(
        "getComputedStyle(document.querySelector('.stApp')).background"
    )
    assert "rgb(255, 255, 255)" in ground or "rgba(0, 0, 0, 0)" in ground
    main = page.locator(".stMain p:visible").first
    if main.count():
        assert darkness(main) > 0.7
