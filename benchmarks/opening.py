"""How long does a page take to open? Lessons beside an empty Streamlit page, in one run.

    python benchmarks/opening.py [slug ...]

Prints for each page the seconds from the address to the live picture (for the empty page:
to its one word), on a browser's first visit and on its second, what each fetches, and the
same with 80 ms of network delay; then how long a click on a card of the home page takes,
and how long a server takes from its start to the first lesson. Medians of three visits by
turns.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright  # noqa: E402

from benchmarks.network import delayed  # noqa: E402
from tests.browser.chromium import chromium  # noqa: E402
from tests.browser.conftest import FLAGS  # noqa: E402
from tests.server import running  # noqa: E402

WANTED = ("softmax", "attention", "adam")
ROUNDS = 3
DELAY = 0.08
PATIENCE = 60_000  # ms
AS_SERVED = {"FORMULA_EXPLORER_AHEAD": "1", "FORMULA_EXPLORER_WORKERS": "1"}
EMPTY = "empty Streamlit page"
EMPTY_SCRIPT = 'import streamlit as st\n\nst.title("Empty")\n'
LIVE = ".live[data-live=ready]"
TITLE = "[data-testid=stMain] h1"


@dataclass
class Visits:
    """What the visits to one page took: seconds, and bytes that came over the wire."""

    first: list[float] = field(default_factory=list)
    second: list[float] = field(default_factory=list)
    fetched: list[float] = field(default_factory=list)
    fetched_again: list[float] = field(default_factory=list)

    def row(self) -> str:
        """Write them as cells of a table."""
        first, second = map(statistics.median, (self.first, self.second))
        megabytes = statistics.median(self.fetched) / 1e6
        kilobytes = statistics.median(self.fetched_again) / 1e3
        return f"{first:.2f} | {second:.2f} | {megabytes:.2f} | {kilobytes:.0f}"


@contextmanager
def new_page(context: BrowserContext) -> Iterator[tuple[Page, list[int]]]:
    """Open a tab that counts the bytes that come."""
    page, sizes = context.new_page(), []
    session = context.new_cdp_session(page)
    session.send("Network.enable")
    session.on(
        "Network.loadingFinished",
        lambda event: sizes.append(int(event["encodedDataLength"])),
    )
    session.on(
        "Network.webSocketFrameReceived",
        lambda event: sizes.append(len(event["response"]["payloadData"]) * 3 // 4),
    )
    yield page, sizes
    page.close()


def opened(context: BrowserContext, address: str, selector: str) -> tuple[float, int]:
    """Open an address; return the seconds until it shows its picture, and the bytes."""
    with new_page(context) as (page, sizes):
        began = time.perf_counter()
        page.goto(address, wait_until="commit")
        page.wait_for_selector(selector, timeout=PATIENCE)
        seconds = time.perf_counter() - began
        page.wait_for_timeout(500)  # what still comes counts as well
        return seconds, sum(sizes)


def visit(browser: Browser, address: str, selector: str, visits: Visits) -> None:
    """Visit a page twice with a new browser profile."""
    context = browser.new_context()
    for times, sizes in (
        (visits.first, visits.fetched),
        (visits.second, visits.fetched_again),
    ):
        seconds, size = opened(context, address, selector)
        times.append(seconds)
        sizes.append(size)
    context.close()


def switched(browser: Browser, address: str, slug: str) -> float:
    """Open the home page, then a lesson by its card; return the seconds of the latter."""
    context = browser.new_context()
    page = context.new_page()
    page.goto(address)
    card = page.locator(f"[data-testid=stMain] a[href*='{slug}']").first
    card.wait_for(timeout=PATIENCE)
    page.wait_for_timeout(1500)
    began = time.perf_counter()
    card.click()
    page.wait_for_selector(LIVE, timeout=PATIENCE)
    seconds = time.perf_counter() - began
    context.close()
    return seconds


def table(browser: Browser, title: str, addresses: dict[str, tuple[str, str]]) -> None:
    """Visit all pages by turns and print what it took."""
    found = {name: Visits() for name in addresses}
    for _ in range(ROUNDS):
        for name, (address, selector) in addresses.items():
            visit(browser, address, selector, found[name])
    print(f"\n| {title} | first visit, s | second, s | first, MB | second, kB |")
    print("|---|---|---|---|---|")
    for name, visits in found.items():
        print(f"| {name} | {visits.row()} |", flush=True)


def main(slugs: list[str]) -> None:
    """Measure and print."""
    script = Path(tempfile.mkdtemp()) / "empty.py"
    script.write_text(EMPTY_SCRIPT)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        began = time.perf_counter()
        with (
            running(environment=AS_SERVED) as address,
            running(script=script) as empty,
        ):
            context = browser.new_context()
            opened(context, f"{address}/{slugs[0]}", LIVE)
            print(
                f"from start to the first lesson: {time.perf_counter() - began:.1f} s"
            )
            context.close()
            time.sleep(20)  # until everything is computed that is computed ahead
            near = {EMPTY: (empty, TITLE)} | {
                slug: (f"{address}/{slug}", LIVE) for slug in slugs
            }
            table(browser, "no delay", near)
            with delayed(address, DELAY) as far, delayed(empty, DELAY) as far_empty:
                pages = {EMPTY: (far_empty, TITLE)} | {
                    slug: (f"{far}/{slug}", LIVE) for slug in slugs
                }
                table(browser, f"{1e3 * DELAY:.0f} ms of delay", pages)
            for slug in slugs:
                times = [switched(browser, address, slug) for _ in range(ROUNDS)]
                print(f"from home to {slug}: {statistics.median(times):.2f} s")
        browser.close()


if __name__ == "__main__":
    main(sys.argv[1:] or list(WANTED))
