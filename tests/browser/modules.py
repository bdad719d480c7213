"""The live figure's modules in an empty page of Chromium, without a server."""

from __future__ import annotations

import base64
from pathlib import Path
from typing import Any

import streamlit
from playwright.sync_api import Browser, Page, Route

from ui.assets import SOURCES

PLACE = "http://modules.test"
# Our modules, those of the tests, and Streamlit's, where KaTeX is.
STREAMLIT = Path(streamlit.__file__).parent / "static" / "static" / "js"
FOLDERS = (SOURCES, Path(__file__).parent, STREAMLIT)
IMPORT = """async (names) => {
  const all = await Promise.all(names.map((name) => import(`/${name}`)));
  window.modules = Object.assign({}, ...all);
}"""


def modules_page(browser: Browser) -> Page:
    """Open an empty page and import every module but the one that mounts."""
    page = browser.new_context().new_page()
    page.route(f"{PLACE}/**", serve)
    page.goto(f"{PLACE}/")
    names = sorted(path.name for folder in FOLDERS[:2] for path in folder.glob("*.js"))
    page.evaluate(IMPORT, [name for name in names if name != "live.js"])
    return page


def serve(route: Route) -> None:
    name = route.request.url.removeprefix(f"{PLACE}/")
    files = [folder / name for folder in FOLDERS if name and (folder / name).is_file()]
    if files:
        route.fulfill(path=files[0], content_type="text/javascript")
    else:
        route.fulfill(body="<!doctype html>", content_type="text/html")


def evaluate(page: Page, function: str, message: bytes) -> Any:
    """Call a function of the page with a binary message and the modules."""
    text = base64.b64encode(message).decode()
    decoded = "Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))"
    return page.evaluate(f"(text) => ({function})({decoded}, window.modules)", text)
