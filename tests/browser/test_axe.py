"""axe-core finds nothing serious on any page: light, dark, forced colors, narrow, enlarged."""

from __future__ import annotations

from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.axe import MENDED, OPTIONS, PAGES, is_overview, serious
from ui.catalogue import FORMS

LOOKS: tuple[dict[str, Any], ...] = (
    {"color_scheme": "light", "forced_colors": "none"},
    {"color_scheme": "dark", "forced_colors": "none"},
    {"color_scheme": "light", "forced_colors": "active"},
)


def found(page) -> list[str]:
    return serious(Axe().run(page, options=OPTIONS).response["violations"])


def settled(visitor, path):
    page = visitor.page
    page.goto(f"{visitor.address}/{path}")
    if is_overview(path):
        visitor.settle()
    else:
        visitor.wait()
    page.wait_for_function(MENDED)
    return page


@pytest.mark.parametrize("path", PAGES)
def test_every_page_in_light_dark_and_forced_colors(visitor, path):
    page = settled(visitor, path)
    for look in LOOKS:
        page.emulate_media(**look)
        visitor.rest()
        page.wait_for_timeout(300)
        assert found(page) == [], look


def test_every_card_that_opens_on_a_lesson(visitor):
    page = settled(visitor, "softmax?pin=&pin=temperature%3D2")
    cards = ("tasks", "own", "compare", "share", "terms")
    for opener in (".live-opener", *(f"[data-{card}]" for card in cards)):
        page.locator(opener).first.click()
    page.locator(".live-share summary").click()
    page.locator(".live-large .live-menu-opener").click()
    visitor.rest()
    page.wait_for_function(MENDED)
    assert found(page) == []


@pytest.mark.parametrize("form", FORMS[:3], ids=lambda one: one.key)
def test_forms(visitor, form):
    assert found(settled(visitor, f"{form.slug}?form={form.form}")) == []


# 400 % of a window of 1280 by 1024 is what a window of 320 by 256 shows.
@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256)])
@pytest.mark.parametrize("path", ["softmax", "attention", "plan", "home"])
def test_narrow_and_enlarged_pages_have_all_and_scroll_one_way(
    visit, path, width, height
):
    visitor = visit(viewport={"width": width, "height": height})
    page = settled(visitor, path)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    assert found(page) == []
