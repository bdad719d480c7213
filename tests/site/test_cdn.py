"""The small flavor of the site: Pyodide and stlite come from where they are published.

The public host is played by this machine, with the very files that were fetched.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest
from playwright.sync_api import Route

from site_build import browser_parts
from site_build.__main__ import build
from site_build.sources import sources
from tests.site.server import hosting
from tests.site.tabs import ChromiumTab
from tests.site.test_faults import FAILED
from tests.site.test_pages import GONE, READY

KINDS = {".wasm": "application/wasm", ".css": "text/css"}


@pytest.fixture(scope="module")
def small(tmp_path_factory) -> Path:
    built = os.environ.get("FORMULA_EXPLORER_SMALL_SITE_FOLDER")
    if built:
        return Path(built)
    folder = tmp_path_factory.mktemp("small") / "site"
    build(folder, cdn=True)
    return folder


@pytest.fixture
def chrome(chromium_window):
    # What a service worker asks for cannot be answered here.
    tab = ChromiumTab(chromium_window, service_workers="block")
    yield tab
    tab.close()


def published(chrome, change=lambda _, body: body):
    """Play the public host."""
    folders = {
        sources()["pyodide"]["cdn"]: browser_parts.pyodide(),
        sources()["stlite"]["cdn"]: browser_parts.stlite(),
    }

    def answer(route: Route) -> None:
        for address, folder in folders.items():
            name = route.request.url.removeprefix(address)
            if name != route.request.url:
                file = folder / name
                kind = KINDS.get(file.suffix, "text/javascript")
                headers = {"Access-Control-Allow-Origin": "*"}
                body = change(name, file.read_bytes())
                route.fulfill(body=body, content_type=kind, headers=headers)
                return
        route.abort()

    chrome.context.route(re.compile("^https://"), answer)


def test_it_opens_with_what_was_published(chrome, small):
    published(chrome)
    with hosting(small) as host:
        chrome.open(f"{host.address}softmax/")
        chrome.wait_for(f"{READY} && {GONE}")
    assert chrome.errors == []
    assert not list(small.glob("pyodide*"))
    assert not list(small.glob("stlite-1*"))


@pytest.mark.parametrize("name", ["stlite.js", "pyodide.asm.wasm"])
def test_a_file_that_is_another_one_is_not_run(chrome, small, name):
    published(chrome, lambda asked, body: body + b"\n" if asked == name else body)
    with hosting(small) as host:
        chrome.open(f"{host.address}softmax/")
        assert "could not be started" in chrome.wait_for(FAILED)
