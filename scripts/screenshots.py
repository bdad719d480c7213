"""Take pictures of every page, on a desktop and a phone, in light and dark.

    python scripts/screenshots.py [page ...]

They go to screenshots/, which git ignores; the picture of the README to docs/.
"""

from __future__ import annotations

import sys
from pathlib import Path

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import chromium  # noqa: E402
from tests.browser.conftest import FLAGS, Visitor  # noqa: E402
from tests.server import running  # noqa: E402
from ui.catalogue import BY_SLUG, LESSONS  # noqa: E402
from ui.navigation import OVERVIEWS  # noqa: E402

FOLDER = ROOT / "screenshots"
SIZES = {"desktop": (1280, 900), "phone": (390, 844)}
README = ROOT / "docs" / "softmax.png"
TALLEST = 6000  # pixels


def main(wanted: list[str]) -> None:
    """Take the pictures of some pages, or of all."""
    FOLDER.mkdir(exist_ok=True)
    pages = wanted or [*OVERVIEWS, *(lesson.slug for lesson in LESSONS)]
    with running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        for size in SIZES:
            for theme in ("light", "dark"):
                for page in pages:
                    shoot(browser, address, page, size, theme)
        browser.close()


def shoot(browser: Browser, address: str, page: str, size: str, theme: str) -> None:
    """Take one picture of a whole page."""
    width, height = SIZES[size]
    window = {"width": width, "height": height}
    visitor = Visitor(browser, address, viewport=window, color_scheme=theme)
    if page in BY_SLUG:
        visitor.open(f"/{page}")
    else:
        visitor.page.goto(f"{address}/{'' if page == 'home' else page}")
        visitor.settle()
    if (page, size, theme) == ("softmax", "desktop", "light"):
        visitor.page.screenshot(path=README)
    tall = visitor.page.evaluate(
        "document.querySelector('[data-testid=stMain]').scrollHeight"
    )
    visitor.page.set_viewport_size({"width": width, "height": min(tall, TALLEST)})
    visitor.rest()
    visitor.page.screenshot(path=FOLDER / f"{page}-{size}-{theme}.png")
    visitor.context.close()


if __name__ == "__main__":
    main(sys.argv[1:])
