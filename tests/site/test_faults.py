"""What can go wrong on the way is said in words, and there is a way on."""

from __future__ import annotations

import pytest

from tests.site.server import hosting
from tests.site.test_pages import GONE, READY

FAILED = "document.querySelector('#start.failed p')?.textContent"
AGAIN = "document.querySelector('#again').checkVisibility()"


def test_a_browser_without_webassembly_is_told_so(chrome, host):
    chrome.page.add_init_script("delete window.WebAssembly")
    chrome.open(f"{host.address}softmax/")
    assert "has no WebAssembly" in chrome.wait_for(FAILED)
    assert chrome.evaluate(AGAIN)


def test_a_browser_that_cannot_unpack_is_told_so(chrome, host):
    chrome.page.add_init_script("delete window.DecompressionStream")
    chrome.open(f"{host.address}softmax/")
    assert "too old" in chrome.wait_for(FAILED)


@pytest.mark.parametrize("script", [
    "Object.defineProperty(navigator, 'serviceWorker', { get() { throw new Error('no') } })",
    "Object.defineProperty(window, 'caches', { get() { throw new Error('no') } })",
    "Object.defineProperty(window, 'localStorage', { get() { throw new Error('no') } })",
])  # fmt: skip
def test_where_storage_is_blocked_the_app_works_all_the_same(chrome, host, script):
    chrome.page.add_init_script(script)
    chrome.open(f"{host.address}softmax/")
    chrome.wait_for(f"{READY} && {GONE}")


@pytest.mark.parametrize(
    "part", ["packages-", "library-", ".wasm", "start-", "worker-"]
)
def test_a_download_that_is_cut_short_is_said_and_works_the_next_time(
    chrome, folder, part
):
    with hosting(folder) as host:
        host.change = lambda path, body: body[:2000] if part in path else body
        chrome.open(f"{host.address}softmax/")
        assert "could not be started" in chrome.wait_for(FAILED)
        host.change = None
        chrome.page.locator("#again").click()
        chrome.wait_for(f"{READY} && {GONE}")


@pytest.mark.parametrize("part", ["boot-", "stlite.js", "loader-", "app-"])
def test_a_page_whose_files_are_gone_offers_the_newest_ones(chrome, folder, part):
    with hosting(folder) as host:
        host.change = lambda path, body: None if part in path else body
        chrome.open(f"{host.address}softmax/")
        assert "could not be started" in chrome.wait_for(FAILED)
        host.change = None
        chrome.page.locator("#again").click()
        chrome.wait_for(f"{READY} && {GONE}")


def test_a_reader_without_javascript_is_told_what_it_needs(chromium_window, host):
    context = chromium_window.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{host.address}softmax/")
    assert "needs JavaScript" in page.locator("noscript").inner_text()
    context.close()
