"""The static site: how fast it opens, and whether its memory stays where it is.

    python benchmarks/static_site.py [slug]           (make site before)
    python benchmarks/static_site.py --use MINUTES

The first prints the seconds to the live picture on a browser's first visit and on its
second, of the built site and of the served app, by turns; the second goes from lesson to
lesson in one tab, moves sliders and presses presets, and prints every five minutes the
memory of the browser's processes, and what JavaScript and Python have of it.
"""

from __future__ import annotations

import argparse
import itertools
import random
import re
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from playwright.sync_api import Browser, Page, sync_playwright  # noqa: E402
from playwright.sync_api import TimeoutError as PatienceError  # noqa: E402

from benchmarks.opening import AS_SERVED, LIVE, PATIENCE, table  # noqa: E402
from tests.browser.chromium import chromium  # noqa: E402
from tests.browser.conftest import FLAGS  # noqa: E402
from tests.server import running  # noqa: E402
from tests.site.server import hosting  # noqa: E402

SITE = ROOT / "site"
STOPPED = ROOT / "screenshots" / "stopped.png"  # the tab's last picture
REPORT = 300  # seconds from one look at the memory to the next
PAUSE = 700  # ms between two actions
ACTIONS = 20  # in a lesson
NEXT = "[class*=st-key-neighbors] a"
# Move a slider there and back as a hand does, or press a preset.
ACT = """(chance) => {
  const pick = (all) => all[Math.floor(chance * all.length)];
  const presets = [...document.querySelectorAll(".live-chip")];
  if (chance < 0.2 && presets.length) return pick(presets).click();
  const range = pick([...document.querySelectorAll(".live input[type=range]")]);
  if (!range) return; // the next lesson is on its way
  range.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
  range.valueAsNumber = Math.floor(chance * 97 % 1 * Number(range.max));
  range.dispatchEvent(new Event("input", { bubbles: true }));
  range.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
  range.dispatchEvent(new Event("change", { bubbles: true }));
}"""

# How much memory the browser's Python has, which never becomes less.
PYTHON = """import(JSON.parse(self.name).loader).then((loader) => loader.loadPyodide())
  .then((python) => python._module.HEAP8.length)"""


def memory(browser: Browser) -> float:
    """Return the megabytes that the pages' processes keep in memory."""
    session = browser.new_browser_cdp_session()
    processes = session.send("SystemInfo.getProcessInfo")["processInfo"]
    session.detach()
    total = 0
    for process in processes:
        if process["type"] == "renderer":
            status = Path(f"/proc/{process['id']}/status").read_text()
            found = re.search(r"VmRSS:\s+(\d+)", status)
            total += int(found[1]) if found else 0
    return total / 1e3


def heaps(page: Page) -> tuple[float, float]:
    """Return the megabytes of the page's JavaScript, without garbage, and of its Python."""
    session = page.context.new_cdp_session(page)
    session.send("HeapProfiler.collectGarbage")
    script = session.send("Runtime.getHeapUsage")["usedSize"]
    session.detach()
    return script / 1e6, page.workers[0].evaluate(PYTHON) / 1e6


def act(page: Page, chance: random.Random) -> None:
    """Do what a reader does in one lesson, and go to another."""
    for _ in range(ACTIONS):
        page.evaluate(ACT, chance.random())
        page.wait_for_timeout(PAUSE)
    links = page.locator(NEXT)
    links.first.wait_for(state="attached", timeout=PATIENCE)
    links.nth(chance.randrange(links.count())).click()
    page.wait_for_timeout(PAUSE)
    page.locator(LIVE).first.wait_for(timeout=PATIENCE)


def use(browser: Browser, minutes: float) -> None:
    """Use the site in one tab for a while; say what was wrong if it comes to a stop."""
    with hosting(SITE) as host:
        page = browser.new_page()
        said: list[str] = []
        page.on("console", lambda message: said.append(message.text[:300]))
        page.on("pageerror", lambda error: said.append(str(error)[:300]))
        page.on("crash", lambda _: said.append("the page has crashed"))
        page.goto(f"{host.address}softmax/")
        page.locator(LIVE).first.wait_for(timeout=PATIENCE)
        began, chance = time.monotonic(), random.Random(0)
        print("| minutes | lessons opened | MB | JavaScript | Python |")
        print("|---|---|---|---|---|")
        due = itertools.count(0, REPORT)
        report = next(due)
        for lessons in itertools.count(1):
            passed = time.monotonic() - began
            if passed >= report:
                sizes = memory(browser), *heaps(page)
                cells = [f"{x:.0f}" for x in (passed / 60, lessons, *sizes)]
                print(f"| {' | '.join(cells)} |", flush=True)
                report = next(due)
            if passed > 60 * minutes:
                return
            try:
                act(page, chance)
            except PatienceError:
                print(f"stopped at {page.url}, {memory(browser):.0f} MB")
                print(*said[-20:], sep="\n")
                page.screenshot(path=STOPPED)
                raise


def main() -> None:
    """Measure and print what is asked for."""
    parser = argparse.ArgumentParser()
    parser.add_argument("slug", nargs="?", default="softmax")
    parser.add_argument("--use", type=float, metavar="MINUTES")
    given = parser.parse_args()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        if given.use is not None:
            use(browser, given.use)
        else:
            with (
                hosting(SITE) as host,
                running(environment=AS_SERVED) as address,
            ):
                pages = {
                    "static site": (f"{host.address}{given.slug}/", LIVE),
                    "served app": (f"{address}/{given.slug}", LIVE),
                }
                table(browser, given.slug, pages)
        browser.close()


if __name__ == "__main__":
    main()
