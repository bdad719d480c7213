"""One server and one Chromium for all browser tests, and the words they speak."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import pytest
from playwright.sync_api import (
    Browser,
    ConsoleMessage,
    Locator,
    Page,
    sync_playwright,
)

from tests.browser.chromium import chromium
from tests.browser.modules import modules_page
from tests.server import running

FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
    "--disable-background-networking", "--disable-component-update", "--disable-sync",
)  # fmt: skip
# Streamlit asks below the page's own path first; it then finds the right address.
STREAMLITS_OWN = re.compile(r"/_stcore/(health|host-config)$")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/browser" in str(item.path):
            item.add_marker("browser")


# Each of the server's messages is heard so many milliseconds later.
SLOW_LINE = """
const { addEventListener } = WebSocket.prototype;
const later = (hear) => (event) =>
  setTimeout(() => hear.call(event.target, event), MILLISECONDS);
WebSocket.prototype.addEventListener = function (kind, hear, ...more) {
  return addEventListener.call(this, kind, kind === "message" ? later(hear) : hear, ...more);
};
Object.defineProperty(WebSocket.prototype, "onmessage", {
  set(hear) { addEventListener.call(this, "message", later(hear)); },
});
"""

# When the page last asked the server for something, and when it last heard from it.
LISTEN = """
const { send } = WebSocket.prototype;
WebSocket.prototype.send = function (...message) {
  if (!this.overheard) {
    this.overheard = true;
    this.addEventListener("message", () => { window.heardAt = performance.now(); });
  }
  window.askedAt = performance.now();
  return send.apply(this, message);
};
"""
FRAMES = 12
MOST = 5000  # milliseconds that an answer is waited for
QUIET = f"""() => {{
  const {{ askedAt = 0, heardAt = 0 }} = window;
  const waiting = heardAt < askedAt && performance.now() - askedAt < {MOST};
  const busy = waiting || document.querySelector(".live")?.dataset.busy === "true"
    || document.querySelector("[data-testid=stApp]")?.dataset.testScriptState
      !== "notRunning";
  window.quietFrames = busy ? 0 : (window.quietFrames || 0) + 1;
  return window.quietFrames > {FRAMES};
}}"""


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with running() as found:
        yield found


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        found = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        yield found
        found.close()


@pytest.fixture(scope="session")
def modules(browser: Browser) -> Iterator[Page]:
    """Open a page that has the live figure's modules, and nothing else."""
    page = modules_page(browser)
    yield page
    page.context.close()


def sheets(pdf: bytes) -> int:
    """Count the pages of a printed file."""
    return len(re.findall(rb"/Type\s*/Page\b(?!s)", pdf))


def darkness(element: Locator) -> float:
    """Return how dark an element's ink is: 1 is black."""
    color = element.evaluate(
        "(node) => node instanceof SVGElement ? getComputedStyle(node).fill"
        " : getComputedStyle(node).color"
    )
    channels = [int(float(x)) for x in re.findall(r"[\d.]+", color)[:3]]
    return 1 - sum(channels) / (3 * 255)


class Visitor:
    """A person with a browser window of their own."""

    def __init__(self, browser: Browser, address: str, **window: Any) -> None:
        window = {"viewport": {"width": 1280, "height": 1000}, **window}
        self.context = browser.new_context(**window)
        self.page: Page = self.context.new_page()
        self.page.add_init_script(LISTEN)
        self.address = address
        self.errors: list[str] = []
        self.page.on("console", self._hear)
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))

    def _hear(self, message: ConsoleMessage) -> None:
        url = message.location.get("url", "")
        if message.type == "error" and not STREAMLITS_OWN.search(url):
            self.errors.append(f"{message.text} {url}")

    def slow_line(self, milliseconds: int) -> None:
        """Let the server's messages come late on all pages opened from now on."""
        script = SLOW_LINE.replace("MILLISECONDS", str(milliseconds))
        self.page.add_init_script(script)

    def open(self, path: str) -> Page:
        """Open a lesson and wait until it is whole."""
        self.page.goto(self.address + path)
        self.wait()
        return self.page

    def wait(self) -> None:
        """Wait until a lesson is whole and shows the committed values."""
        self.page.wait_for_selector(".live[data-live=ready]", timeout=60_000)
        self.rest()

    def rest(self) -> None:
        """Wait until nothing has been on its way for some frames.

        A click sets the script running only once the server has heard of it.
        """
        self.page.evaluate("window.quietFrames = 0")
        self.page.wait_for_function(QUIET, timeout=60_000)

    def settle(self) -> None:
        """Wait until a page without a live figure is whole."""
        self.page.wait_for_selector("[data-testid=stMain] h1", timeout=60_000)
        self.rest()

    def values(self) -> dict[str, Any]:
        """Return the values that the picture on the screen belongs to."""
        return dict(
            self.page.evaluate(
                "JSON.parse(document.querySelector('.live').dataset.values)"
            )
        )

    def plotted(self) -> list[list[dict[str, Any]]]:
        """Return the numbers of every trace of every chart."""
        return list(
            self.page.evaluate(
                """() => [...document.querySelectorAll('.live-plot')].map((plot) =>
                plot.data.map((trace) => {
                  const plain = (a) => a === undefined ? null
                    : Array.from(a, (v) => (v === null || v === undefined) ? null
                      : v.length !== undefined && typeof v !== "string" ? plain(v)
                      : Number.isFinite(v) ? v : String(v));
                  return { x: plain(trace.x), y: plain(trace.y), z: plain(trace.z) };
                }))"""
            )
        )

    def picture(self) -> str:
        """Return all that is drawn, lines and notes included."""
        return str(
            self.page.evaluate(
                """() => JSON.stringify([...document.querySelectorAll('.live-plot')].map(
                (plot) => [plot.data, plot.layout.shapes, plot.layout.annotations]))"""
            )
        )

    def painted(self) -> int:
        return int(self.page.locator(".live").get_attribute("data-painted") or 0)

    def unfold(self) -> None:
        """Open what is folded, so that every control can be reached."""
        self.page.evaluate(
            "document.querySelectorAll('details.live-group').forEach((fold) => "
            "(fold.open = true))"
        )

    def slider(self, name: str) -> Any:
        found = self.page.locator(f"input[type=range][data-control={name}]")
        found.evaluate("(slider) => slider.scrollIntoView({ block: 'nearest' })")
        return found

    def walk_to(self, title: str) -> None:
        """Go to another page by the navigation, which is folded beside a lesson."""
        sidebar = self.page.get_by_test_id("stSidebar")
        opener = self.page.get_by_test_id("stExpandSidebarButton")
        if opener.is_visible():
            opener.click()
        sidebar.get_by_text(title, exact=True).click()

    def reset(self) -> None:
        self.page.locator("[data-reset]").click()

    def follows(self, control: Any) -> None:
        """Wait until the picture is the one of the thumb's position."""
        self.page.wait_for_function(
            """([name, positions]) => {
            const range = document.querySelector(`input[type=range][data-control=${name}]`);
            const shown = JSON.parse(document.querySelector(".live").dataset.values);
            return shown[name] === positions[range.valueAsNumber]; }""",
            arg=[control.name, list(control.positions)],
            timeout=30_000,
        )

    def shows(self, **values: Any) -> None:
        """Wait until the picture is the one of these values, finished."""
        self.page.wait_for_function(
            """(wanted) => {
            const shown = JSON.parse(document.querySelector(".live").dataset.values);
            const same = (a, b) => a === b || Math.abs(a - b) <= 1e-6 * Math.abs(b);
            return Object.keys(wanted).every((k) => same(shown[k], wanted[k])); }""",
            arg=values,
            timeout=30_000,
        )
        self.wait()


@pytest.fixture
def visitor(browser: Browser, address: str) -> Iterator[Visitor]:
    found = Visitor(browser, address)
    yield found
    found.context.close()
    assert found.errors == []


@pytest.fixture
def visit(browser: Browser, address: str) -> Iterator[Any]:
    """Make visitors with windows of any kind."""
    made: list[Visitor] = []

    def make(**window: Any) -> Visitor:
        made.append(Visitor(browser, address, **window))
        return made[-1]

    yield make
    for one in made:
        one.context.close()
        assert one.errors == []
