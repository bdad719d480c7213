"""axe-core finds nothing serious on any page in Firefox either."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator

import pytest
from axe_playwright_python.sync_playwright import Axe

from tests.axe import MENDED, OPTIONS, PAGES, is_overview, serious
from tests.firefox.driver import Tab, opened

READY = "document.querySelector('.live[data-live=ready][data-busy=false]') !== null"
SETTLED = (
    "[data-testid=stApp][data-test-script-state=notRunning] [data-testid=stMain] h1"
)
SCRIPT = Axe().axe_script
FOUND = f"axe.run(document, {json.dumps(OPTIONS)}).then((found) => found.violations)"
REST = 1.5  # seconds in which what stands below the figure arrives and is mended
# Settings of Firefox that stand for a choice of the system.
LOOKS = {
    "light": {"layout.css.prefers-color-scheme.content-override": 1},
    "dark": {"layout.css.prefers-color-scheme.content-override": 0},
    "forced colors": {"browser.display.document_color_use": 2},
}
SHOWS = {
    "light": "matchMedia('(prefers-color-scheme: light)').matches",
    "dark": "matchMedia('(prefers-color-scheme: dark)').matches",
    "forced colors": "matchMedia('(forced-colors: active)').matches",
}


@pytest.fixture(scope="module", params=LOOKS)
def looking(request) -> Iterator[Tab]:
    with opened(LOOKS[request.param]) as tab:
        tab.size(1366, 650)
        yield tab
        assert tab.evaluate(SHOWS[request.param])


def found(tab: Tab) -> list[str]:
    time.sleep(REST)
    tab.wait_for(f"({MENDED})()")
    tab.evaluate(f"void eval({json.dumps(SCRIPT)})")
    return serious(tab.evaluate(FOUND))


@pytest.mark.parametrize("path", PAGES)
def test_every_page_in_light_dark_and_forced_colors(looking, address, path):
    looking.open(f"{address}/{path}")
    settled = f"document.querySelector('{SETTLED}') !== null"
    looking.wait_for(settled if is_overview(path) else READY)
    assert found(looking) == []


def test_every_card_that_opens_on_a_lesson(tab, address):
    tab.open(f"{address}/softmax?pin=&pin=temperature%3D2")
    tab.wait_for(READY)
    cards = ("tasks", "own", "compare", "share", "terms")
    for opener in (".live-opener", *(f"[data-{card}]" for card in cards)):
        tab.evaluate(f"document.querySelector('{opener}').click()")
    tab.wait_for(READY)
    assert found(tab) == []


@pytest.mark.parametrize(("width", "height"), [(320, 640), (320, 256)])
@pytest.mark.parametrize("path", ["softmax", "attention"])
def test_narrow_and_enlarged_pages(tab, address, path, width, height):
    tab.size(width, height)
    tab.open(f"{address}/{path}")
    tab.wait_for(READY)
    assert found(tab) == []
