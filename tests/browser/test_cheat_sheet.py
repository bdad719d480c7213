"""The cheat sheet on the screen, on paper and as files."""

from __future__ import annotations

import pytest

from tests.browser.conftest import darkness, sheets
from ui import cheat_sheet
from ui.catalogue import LESSONS, SHOWN

PAPER = 718  # pixels of 190 mm
SMALLEST = 8 * 96 / 72  # pixels of 8 pt
# Fonts as a machine may have them: wide ones, and none for mathematics.
FONTS = {
    "own": "",
    "wide math": "math { font-family: 'DejaVu Math TeX Gyre' }",
    "no math font": "math { font-family: serif }",
    "wide words": "body { font-family: 'DejaVu Sans Condensed' }",
}


def sticking_out(page) -> list[str]:
    """Return the cells whose content is wider than they are."""
    return list(
        page.evaluate(
            """() => [...document.querySelectorAll("td")]
            .filter((cell) => cell.scrollWidth > cell.clientWidth)
            .map((cell) => cell.textContent)"""
        )
    )


def smallest_words(page) -> float:
    """Return the size of the smallest text outside formulas, in pixels."""
    return float(
        page.evaluate(
            """() => Math.min(...[...document.querySelectorAll("h1, h2, td, td *, li")]
            .filter((e) => !e.closest("math, .katex") && e.textContent)
            .map((e) => parseFloat(getComputedStyle(e).fontSize)))"""
        )
    )


def opened(visitor):
    page = visitor.page
    page.goto(f"{visitor.address}/cheat_sheet")
    page.get_by_text("are arbitrary, the three roles are not").wait_for()
    # The style comes with a script of its own, which a busy machine loads later.
    page.locator(".st-key-cheat_sheet thead").first.wait_for(state="hidden")
    page.wait_for_timeout(500)
    return page


def test_the_page_shows_every_lesson_and_form(visitor):
    page = opened(visitor)
    rows = page.locator(".st-key-cheat_sheet tbody tr")
    assert rows.count() == len(SHOWN)
    titles = rows.locator("strong").all_inner_texts()
    assert titles == [lesson.title for lesson in LESSONS]
    pieces = sum(len(cheat_sheet.row(f).pieces) for f in SHOWN)
    assert rows.locator("td:nth-child(2) .katex").count() == pieces
    assert page.locator(".katex-error").count() == 0
    assert "$" not in page.locator(".st-key-cheat_sheet").inner_text()


def test_its_formulas_are_valid_mathml(visitor):
    """A maximum set as an operator has no place below a letter: screen readers stumble."""
    page = opened(visitor)
    assert page.locator("msub").count() > 100
    wrong = page.evaluate(
        """() => Object.entries({ msub: 2, msup: 2, msubsup: 3, mfrac: 2, munderover: 3 })
        .flatMap(([tag, parts]) => [...document.querySelectorAll(tag)]
        .filter(({ children }) => children.length !== parts))
        .map((formula) => formula.textContent)"""
    )
    assert wrong == []


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_page_prints_on_two_sheets(visitor, theme):
    visitor.page.emulate_media(color_scheme=theme)
    page = opened(visitor)
    assert sheets(page.pdf(prefer_css_page_size=True)) == 2
    page.set_viewport_size({"width": PAPER, "height": 900})
    page.emulate_media(media="print")
    page.wait_for_timeout(300)
    assert sticking_out(page) == []
    assert smallest_words(page) >= SMALLEST - 0.01
    for hidden in (".stSidebar", ".stAppHeader", ".st-key-downloads", ".st-key-forms"):
        assert page.locator(hidden).filter(visible=True).count() == 0
    shown = page.locator(".st-key-cheat_sheet tbody tr").filter(visible=True)
    assert shown.count() == len(LESSONS)
    assert darkness(page.locator("td").first) > 0.7
    ground = page.locator(".stApp").evaluate(
        "(e) => getComputedStyle(e).backgroundColor"
    )
    assert ground == "rgba(0, 0, 0, 0)"


def test_the_three_downloads_are_the_sheet(visitor):
    page = opened(visitor)
    for name, file, text in (
        ("HTML", "cheat_sheet.html", cheat_sheet.html()),
        ("Markdown", "cheat_sheet.md", cheat_sheet.markdown()),
        ("LaTeX", "cheat_sheet.tex", cheat_sheet.latex()),
    ):
        with page.expect_download() as download:
            page.get_by_role("button", name=name).click()
        assert download.value.suggested_filename == file
        assert download.value.path().read_text(encoding="utf-8") == text


@pytest.mark.parametrize("fonts", FONTS)
def test_the_html_prints_on_two_sheets_offline_and_without_scripts(
    browser, tmp_path, fonts
):
    file = tmp_path / "sheet.html"
    rules = f"{FONTS[fonts]}</style>"
    file.write_text(cheat_sheet.html().replace("</style>", rules), encoding="utf-8")
    window = {"width": PAPER, "height": 900}
    context = browser.new_context(
        viewport=window, offline=True, java_script_enabled=False
    )
    page = context.new_page()
    page.goto(file.as_uri())
    assert sheets(page.pdf(prefer_css_page_size=True)) == 2
    page.emulate_media(media="print")
    assert sticking_out(page) == []
    assert smallest_words(page) >= SMALLEST - 0.01
    context.close()


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_html_can_be_read_on_a_phone(browser, tmp_path, theme):
    file = tmp_path / "sheet.html"
    file.write_text(cheat_sheet.html(), encoding="utf-8")
    window = {"width": 360, "height": 800}
    page = browser.new_page(viewport=window, color_scheme=theme)
    page.goto(file.as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    style = "(e) => getComputedStyle(e).color"
    light = page.locator("td").first.evaluate(style) == "rgb(255, 255, 255)"
    assert light == (theme == "dark")
    page.close()
