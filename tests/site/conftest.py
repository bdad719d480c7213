"""The built site, a host for it, and two browsers: ``make test-site``.

``FORMULA_EXPLORER_SITE_FOLDER`` names a site that is built already.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from tests.firefox.driver import Tab, opened
from tests.server import ROOT
from tests.site.server import Host, hosting
from tests.site.tabs import ChromiumTab, chromium_opened

FOLDER = Path(os.environ.get("FORMULA_EXPLORER_SITE_FOLDER", ROOT / "site"))
STEPS = ("opens", "drags", "presets", "tabs", "link")
DONE: dict[tuple[str, str], set[str]] = {}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/site" in str(item.path):
            item.add_marker("site")


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Show which page did what in which browser."""
    if not DONE:
        return
    terminalreporter.write_line("| page | browser | " + " | ".join(STEPS) + " |")
    terminalreporter.write_line("|---" * (2 + len(STEPS)) + "|")
    for (name, browser), done in sorted(DONE.items()):
        marks = ["✓" if step in done else "–" for step in STEPS]
        terminalreporter.write_line(f"| {name} | {browser} | {' | '.join(marks)} |")


@pytest.fixture(scope="session")
def folder() -> Path:
    assert (FOLDER / "index.html").exists(), "build it first: make site"
    return FOLDER


@pytest.fixture(scope="session")
def host(folder: Path) -> Iterator[Host]:
    with hosting(folder) as found:
        yield found


@pytest.fixture(scope="session")
def chromium_window() -> Iterator[Browser]:
    with chromium_opened() as browser:
        yield browser


@pytest.fixture(scope="session")
def firefox() -> Iterator[Tab]:
    with opened() as tab:
        yield tab


@pytest.fixture
def chrome(chromium_window: Browser) -> Iterator[ChromiumTab]:
    tab = ChromiumTab(chromium_window)
    yield tab
    tab.close()


@pytest.fixture(params=["chromium", "firefox"])
def tab(request: pytest.FixtureRequest) -> Iterator[Any]:
    """Return a tab of each browser, in which nothing may go wrong."""
    if request.param == "chromium":
        found: Any = request.getfixturevalue("chrome")
    else:
        found = request.getfixturevalue("firefox")
        found.size(1366, 768)
        found.errors.clear()
    found.name = request.param
    yield found
    assert found.errors == []
