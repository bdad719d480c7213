"""A Chromium that understands the same words as the Firefox of `tests.firefox.driver`."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Iterator, Sequence
from typing import Any

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.chromium import chromium

# Only this machine can be reached.
FLAGS = (
    "--no-sandbox", "--disable-gpu", "--no-first-run",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",
)  # fmt: skip
BEAT = 0.05


class ChromiumTab:
    """One tab of a window of its own.

    Attributes
    ----------
    errors : list of str
        What was written to the console as an error, and uncaught exceptions.
    asked : list of str
        The addresses that were asked for.
    """

    def __init__(self, browser: Browser, **window: Any) -> None:
        self.context: BrowserContext = browser.new_context(
            **{"viewport": {"width": 1366, "height": 768}, **window}
        )
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.asked: list[str] = []
        self.page.on(
            "console", lambda m: m.type == "error" and self.errors.append(m.text)
        )
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.context.on("request", lambda request: self.asked.append(request.url))

    def open(self, address: str) -> None:
        self.page.goto(address)

    def size(self, width: int, height: int) -> None:
        self.page.set_viewport_size({"width": width, "height": height})

    def evaluate(self, expression: str) -> Any:
        return self.page.evaluate(f"async () => ({expression})")

    def wait_for(self, expression: str, seconds: float = 90) -> Any:
        end = time.monotonic() + seconds
        while True:
            with contextlib.suppress(Exception):  # the page is being left
                found = self.evaluate(expression)
                if found:
                    return found
            if time.monotonic() > end:
                raise TimeoutError(f"never true: {expression}; {self.errors}")
            time.sleep(BEAT)

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)

    def drag(self, points: Sequence[tuple[float, float]]) -> None:
        (x, y), *others = points
        self.page.mouse.move(x, y)
        self.page.mouse.down()
        for a, b in others:
            self.page.mouse.move(a, b)
            time.sleep(0.02)
        self.page.mouse.up()

    def close(self) -> None:
        self.context.close()


@contextlib.contextmanager
def chromium_opened() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield browser
        browser.close()
