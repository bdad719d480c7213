"""A class period as a student has it: a plan in a frame on a phone, answers, pins, reload."""

from __future__ import annotations

import base64
import json
import zlib
from urllib.parse import urlencode

import pytest
from playwright.sync_api import expect

from tests.browser.conftest import sheets
from ui.catalogue import BY_SLUG
from ui.plans import Item, Plan
from ui.state import PLAN

PERIOD = Plan(
    "Monday",
    (
        Item("softmax", "temperature=2.0&lock=shift", 1, "Predict first."),
        Item("attention", "", 0, "Break it."),
        Item("cross_entropy", "probability=0.7", 0, "One more."),
    ),
)


def answer(page):
    page.locator(".live-options label").first.tap()
    page.locator(".live-answer").tap()


def in_a_frame(visitor, path):
    """Open a page inside another page's frame, as a course does."""
    page = visitor.page
    page.route(
        "**/course",
        lambda route: route.fulfill(
            content_type="text/html",
            body='<!doctype html><meta name="viewport" content="width=device-width">'
            f'<iframe src="{visitor.address}{path}" style="border:0;width:100%;height:640px">'
            "</iframe>",
        ),
    )
    page.goto(f"{visitor.address}/course")
    frame = page.frame_locator("iframe")
    frame.locator(".live[data-live=ready]").wait_for(timeout=60_000)
    return frame


def rest(page, frame):
    frame.locator(".live[data-busy=false]").wait_for(timeout=60_000)
    page.wait_for_timeout(400)


def test_a_student_walks_through_a_period_on_a_phone_inside_a_frame(visit):
    visitor = visit(viewport={"width": 390, "height": 664}, has_touch=True)
    query = urlencode([*PERIOD.query(1), ("embed", "true")])
    frame = in_a_frame(visitor, f"/softmax?{query}")
    page = visitor.page
    rest(page, frame)
    expect(frame.get_by_text("Monday · 1 of 3")).to_be_visible()
    # The question of the plan is open and in sight below the pictures, which the sliders
    # scroll away under; its answer is watched and graded.
    card = frame.locator(".live-answer").bounding_box()
    frame_box = page.locator("iframe").bounding_box()
    assert card["y"] + card["height"] <= frame_box["y"] + frame_box["height"]
    stage = frame.locator(".live-pictures").bounding_box()
    assert 0 <= stage["y"] < stage["y"] + stage["height"] <= card["y"]
    assert page.evaluate("window.scrollY") == 0
    answer(frame)
    frame.locator(".live-right, .live-wrong").wait_for(timeout=30_000)
    marks = frame.locator(".live-opener .live-marks").first
    answered = marks.inner_text()
    assert answered[0] in "✓✗"
    frame.locator("[data-pin]").tap()
    rest(page, frame)
    frame.get_by_text("Next →").tap()
    frame.get_by_text("Monday · 2 of 3").wait_for()
    frame.locator(".live[data-live=ready]").wait_for()
    rest(page, frame)
    frame.locator("[data-break]").check()
    frame.locator("[data-break]:checked").wait_for()
    frame.locator(".live[data-live=ready]").wait_for()
    rest(page, frame)
    expect(frame.locator(".live-status")).to_contain_text("instead of")
    frame.get_by_text("← Back").tap()
    frame.get_by_text("Monday · 1 of 3").wait_for()
    frame.locator(".live[data-live=ready]").wait_for()
    rest(page, frame)
    assert frame.locator(".live-opener .live-marks").first.inner_text() == answered
    page.reload()
    frame = page.frame_locator("iframe")
    frame.locator(".live[data-live=ready]").wait_for(timeout=60_000)
    rest(page, frame)
    assert frame.locator(".live-opener .live-marks").first.inner_text() == answered
    assert frame.locator("input[data-control=shift]").first.is_disabled()


def test_the_answers_of_a_period_reach_the_teachers_page(visitor):
    page = visitor.open(f"/softmax?{urlencode(PERIOD.query(1))}")
    page.locator(".live-options input").first.click()
    page.locator(".live-answer").click()
    page.wait_for_selector(".live-right, .live-wrong")
    visitor.rest()
    right = page.locator(".live-right").count() == 1
    page.locator("[data-share]").click()
    page.evaluate(
        """() => { window.copied = "";
        navigator.clipboard.writeText = async (text) => { window.copied = text; }; }"""
    )
    page.locator("[data-copy-answers]").click()
    page.wait_for_function("window.copied")
    code = page.evaluate("window.copied")
    packed = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    assert json.loads(zlib.decompress(packed))[0][:3] == ["softmax", 0, 0]
    page.goto(f"{visitor.address}/answers")
    visitor.settle()
    page.get_by_label("Codes").fill(f"Ada: {code}")
    page.get_by_label("Codes").press("Control+Enter")
    row = page.locator("table").last.locator("tbody tr").first
    expect(row).to_contain_text("Ada")
    expect(row).to_contain_text("yes" if right else "no")


def test_a_teacher_builds_a_plan_saves_it_and_opens_the_file_again(visitor, tmp_path):
    page = visitor.page
    page.goto(f"{visitor.address}/plan")
    visitor.settle()
    page.get_by_label("Title").fill("My class")
    page.get_by_label("Title").press("Enter")
    for link in ("/softmax?temperature=2.0", "/bayes"):
        page.get_by_label("Link to a lesson").fill(visitor.address + link)
        page.get_by_role("button", name="Add step").click()
        visitor.rest()
    page.get_by_role("button", name="Save as a file").wait_for()
    with page.expect_download() as download:
        page.get_by_role("button", name="Save as a file").click()
    path = tmp_path / "plan.json"
    download.value.save_as(path)
    assert [item["lesson"] for item in json.loads(path.read_text())["items"]] == [
        "softmax", "bayes",
    ]  # fmt: skip
    page.goto(f"{visitor.address}/plan")
    visitor.settle()
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("2. Bayes’ theorem")).to_be_visible()
    page.get_by_role("link", name="Open it").click()
    expect(page.locator("[data-testid=stMain] h1")).to_have_text("My class")
    page.get_by_role("link", name="Start").click()
    visitor.wait()
    visitor.shows(temperature=2)
    expect(page.get_by_text("My class · 1 of 2")).to_be_visible()


@pytest.mark.parametrize(
    "text", ["{}", "[]", "not json", '{"format": "formula explorer plan 1"}', "NaN"]
)
def test_a_file_that_is_no_plan_is_refused_and_loses_nothing(visitor, tmp_path, text):
    page = visitor.page
    page.goto(f"{visitor.address}/plan")
    visitor.settle()
    page.get_by_label("Link to a lesson").fill("/softmax")
    page.get_by_role("button", name="Add step").click()
    expect(page.get_by_text("1. Softmax")).to_be_visible()
    path = tmp_path / "plan.json"
    path.write_text(text)
    page.locator("input[type=file]").set_input_files(path)
    expect(page.get_by_text("This file cannot be read")).to_be_visible()
    expect(page.get_by_text("1. Softmax")).to_be_visible()


def test_a_worksheet_is_printed_without_its_fields(visitor):
    page = visitor.page
    page.goto(f"{visitor.address}/worksheet?lesson=Softmax&sheet=2")
    visitor.settle()
    page.emulate_media(media="print")
    expect(page.get_by_text("Softmax: worksheet 2")).to_be_visible()
    expect(page.get_by_label("Lesson")).to_be_hidden()
    assert PLAN not in page.url


@pytest.mark.parametrize("slug", ["xavier_init", "transformer_ffn", "softmax"])
def test_a_worksheet_and_its_key_take_two_pages_at_most(visitor, slug):
    page = visitor.page
    title = urlencode({"lesson": BY_SLUG[slug].title, "sheet": 3})
    page.goto(f"{visitor.address}/worksheet?{title}")
    visitor.settle()
    expect(page.get_by_text("worksheet 3")).to_be_visible()
    assert all(sheets(page.pdf(format=paper)) <= 2 for paper in ("A4", "Letter"))
    page.get_by_text("Key", exact=True).click()
    expect(page.get_by_text("key 3")).to_be_visible()
    visitor.rest()
    assert all(sheets(page.pdf(format=paper)) <= 2 for paper in ("A4", "Letter"))


def test_each_lesson_of_a_plan_begins_a_page(visitor):
    page = visitor.page
    page.goto(f"{visitor.address}/worksheet?{urlencode({PLAN: PERIOD.code})}")
    visitor.settle()
    expect(page.get_by_text("Cross-entropy loss: worksheet 1")).to_be_visible()
    visitor.rest()
    assert sheets(page.pdf(format="A4")) == len(PERIOD.items)
