"""Take the pictures of docs/teaching.md: a class period, walked through in a browser.

    python scripts/class_period.py

A teacher builds a plan, a student on a laptop opens it, answers and pins, another one on a
phone answers inside a course page's frame, and the teacher collects what they said. The
pictures go to docs/.
"""

from __future__ import annotations

import sys
from pathlib import Path
from urllib.parse import urlencode

from playwright.sync_api import Browser, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.browser.chromium import chromium  # noqa: E402
from tests.browser.conftest import FLAGS, Visitor  # noqa: E402
from tests.server import running  # noqa: E402

DOCS = ROOT / "docs"
WINDOW = {"width": 1280, "height": 720}
PHONE = {"width": 390, "height": 664}
STEPS = (
    ("/softmax?temperature=2.0&lock=shift", "First say what you expect, then watch."),
    ("/attention", "Which word does “it” look at?"),
    ("/cross_entropy", "What does a wrong guess cost?"),
)
COURSE = (
    '<!doctype html><meta name="viewport" content="width=device-width">'
    '<iframe src="{}" style="border:0;width:100%;height:640px"></iframe>'
)
CATCH_COPY = """() => { window.copied = "";
  navigator.clipboard.writeText = async (text) => { window.copied = text; }; }"""


def main() -> None:
    """Walk through the period and take the pictures."""
    with running() as address, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=FLAGS)
        link = plan(browser, address)
        codes = [
            f"Ada: {on_a_laptop(browser, address, link, (0,))}",
            f"Ben: {on_a_laptop(browser, address, link, (1, 2))}",
        ]
        on_a_phone(browser, address, link)
        collect(browser, address, codes)
        browser.close()


def plan(browser: Browser, address: str) -> str:
    """Build the plan; return the way to its first step."""
    visitor = Visitor(browser, address, viewport={**WINDOW, "height": 1400})
    page = visitor.page
    page.goto(f"{address}/plan")
    visitor.settle()
    page.get_by_label("Title").fill("Language models on Monday")
    page.get_by_label("Title").press("Enter")
    for lesson, _ in STEPS:
        page.get_by_label("Link to a lesson").fill(address + lesson)
        page.get_by_role("button", name="Add step").click()
        visitor.rest()
    for k, (_, note) in enumerate(STEPS):
        page.get_by_label("Note to the student").nth(k).fill(note)
        page.get_by_label("Note to the student").nth(k).press("Enter")
        visitor.rest()
    page.get_by_role("combobox", name="Question").first.click()
    page.get_by_role("option").nth(1).click()
    visitor.rest()
    page.get_by_role("heading", name="Lesson plans").scroll_into_view_if_needed()
    page.screenshot(path=DOCS / "teaching-plan.png")
    page.get_by_role("link", name="Open it").click()
    start = page.get_by_role("link", name="Start")
    start.wait_for()
    way = str(start.get_attribute("href"))
    visitor.context.close()
    return "/" + way.removeprefix(address).lstrip("/")


def on_a_laptop(
    browser: Browser, address: str, link: str, said: tuple[int, ...]
) -> str:
    """Answer the first step's question, pin, and look at the next; return the code."""
    visitor = Visitor(browser, address, viewport=WINDOW)
    page = visitor.open(link)
    page.locator("[data-pin]").click()
    visitor.rest()
    for choice in said:  # after a wrong answer there is a hint, and one more
        page.locator(".live-options input").nth(choice).click()
        page.locator(".live-answer").click()
        visitor.rest()
    page.locator(".live-right, .live-wrong").first.wait_for()
    visitor.rest()
    if len(said) == 1:
        page.screenshot(path=DOCS / "teaching-step.png")
    page.locator("[data-share]").click()
    page.evaluate(CATCH_COPY)
    page.locator("[data-copy-answers]").click()
    page.wait_for_function("window.copied")
    code = str(page.evaluate("window.copied"))
    visitor.context.close()
    return code


def on_a_phone(browser: Browser, address: str, link: str) -> None:
    """Answer on a phone, inside another page's frame."""
    visitor = Visitor(browser, address, viewport=PHONE, has_touch=True)
    page = visitor.page
    way = f"{address}{link}&{urlencode({'embed': 'true'})}"
    page.route(
        "**/course",
        lambda route: route.fulfill(content_type="text/html", body=COURSE.format(way)),
    )
    page.goto(f"{address}/course")
    frame = page.frame_locator("iframe")
    frame.locator(".live[data-live=ready]").wait_for()
    frame.locator(".live-options label").first.tap()
    frame.locator(".live-answer").tap()
    frame.locator(".live-right, .live-wrong").first.wait_for()
    page.wait_for_timeout(1500)
    page.screenshot(path=DOCS / "teaching-phone.png")
    visitor.context.close()


def collect(browser: Browser, address: str, codes: list[str]) -> None:
    """Read the codes on the teacher's page."""
    visitor = Visitor(browser, address, viewport={**WINDOW, "height": 1120})
    page = visitor.page
    page.goto(f"{address}/answers")
    visitor.settle()
    page.get_by_label("Codes").fill("\n".join(codes))
    page.get_by_label("Codes").press("Control+Enter")
    page.get_by_role("heading", name="Each question").wait_for()
    visitor.rest()
    page.get_by_label("Codes").evaluate("(field) => field.blur()")
    page.screenshot(path=DOCS / "teaching-answers.png")
    visitor.context.close()


if __name__ == "__main__":
    main()
