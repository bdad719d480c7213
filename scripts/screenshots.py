"""Take pictures of every page, on a desktop and a phone, in light and dark.

    python scripts/screenshots.py [page ...]

They go to screenshots/, which git ignores; the picture and the film of the README, in
which a slider is dragged, to docs/.
"""

from __future__ import annotations

import io
import math
import sys
from pathlib import Path

from PIL import Image
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
FILM = ROOT / "docs" / "drag.gif"
FILM_SIZE = (1180, 620)
FILM_SHOWN = (826, 434)  # pixels of the file
FRAMES = 20
COLORS = 128
FRAME_TIME = 90  # milliseconds
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
        if "softmax" in pages:
            film(browser, address)
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


def film(browser: Browser, address: str) -> None:
    """Drag the temperature of softmax there and back, and keep the frames."""
    width, height = FILM_SIZE
    visitor = Visitor(browser, address, viewport={"width": width, "height": height})
    visitor.open("/softmax?temperature=0.3")
    box = visitor.slider("temperature").bounding_box()
    middle = box["y"] + box["height"] / 2
    thumb = visitor.page.evaluate(
        "(() => { const r = document.querySelector('[data-control=temperature]');"
        " return r.valueAsNumber / Number(r.max); })()"
    )
    visitor.page.mouse.move(box["x"] + 10 + thumb * (box["width"] - 20), middle)
    visitor.page.mouse.down()
    visitor.page.wait_for_timeout(500)
    frames = []
    for k in range(FRAMES):
        part = thumb + (0.95 - thumb) * (0.5 - 0.5 * math.cos(2 * math.pi * k / FRAMES))
        visitor.page.mouse.move(box["x"] + 10 + part * (box["width"] - 20), middle)
        visitor.page.wait_for_timeout(80)
        frames.append(Image.open(io.BytesIO(visitor.page.screenshot())))
    visitor.page.mouse.up()
    visitor.context.close()
    small = [
        frame.convert("RGB")
        .resize(FILM_SHOWN, Image.Resampling.LANCZOS)
        .quantize(COLORS, method=Image.Quantize.MAXCOVERAGE)
        for frame in frames
    ]
    small[0].save(
        FILM, save_all=True, append_images=small[1:], duration=FRAME_TIME, loop=0
    )


if __name__ == "__main__":
    main(sys.argv[1:])
