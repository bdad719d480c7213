"""Share: links that lock, hide and keep answers; one's answers as a table and a code."""

from __future__ import annotations

import base64
import json
import zlib

import pytest
from playwright.sync_api import expect

from ui.catalogue import BY_SLUG

SHARE = "[data-share]"


def answer_first(visitor):
    """Answer the first question of a lesson with its first option."""
    page = visitor.page
    page.locator(".live-opener").click()
    visitor.rest()
    page.locator(".live-options input, .live-options .live-chip").first.click()
    page.locator(".live-answer").click()
    visitor.rest()


def code_of(page):
    """Return the answers that a code holds."""
    page.evaluate(
        """() => { window.copied = "";
        navigator.clipboard.writeText = async (text) => { window.copied = text; }; }"""
    )
    page.locator("[data-copy-answers]").click()
    page.wait_for_function("window.copied")
    code = page.evaluate("window.copied")
    packed = base64.urlsafe_b64decode(code + "=" * (-len(code) % 4))
    return json.loads(zlib.decompress(packed))


def test_the_link_in_the_card_is_the_state_on_the_screen(visitor):
    page = visitor.open("/softmax?temperature=2.0")
    page.locator(SHARE).click()
    link = page.get_by_label("Link", exact=True)
    assert link.input_value() == page.url
    frame = page.get_by_label("Code for a page").input_value()
    assert page.url.replace("&", "&amp;") in frame
    assert "embed=true" in frame
    assert frame.startswith("<iframe ")


def test_a_link_can_lock_hide_open_a_tab_and_keep_answers(visitor):
    page = visitor.open("/softmax")
    page.locator(SHARE).click()
    page.locator(".live-share summary").click()
    for label, state in (
        ("logit of class 1", "lock"),
        ("added to every logit", "hide"),
        ("Open tab", "code"),
    ):
        page.locator(".live-share label", has_text=label).locator(
            "select"
        ).select_option(state)
    page.get_by_label("keep answers").check()
    link = page.get_by_label("Link", exact=True).input_value()
    page.goto(link)
    visitor.wait()
    assert page.locator("input[type=range][data-control=z1]").is_disabled()
    expect(page.locator("input[type=range][data-control=shift]")).to_be_hidden()
    selected = page.get_by_role("tab", selected=True)
    expect(selected).to_have_text("Code")
    # A preset moves what is free and leaves what is locked.
    page.locator("[data-preset]").last.click()
    visitor.rest()
    assert visitor.values()["z1"] == BY_SLUG["softmax"].statement.defaults["z1"]
    answer_first(visitor)
    expect(page.locator(".live-said")).to_have_text("Your answer is kept.")
    assert page.locator(".live-right, .live-wrong").count() == 0
    assert "lock=z1&hide=shift&tab=code&answers=kept" in page.url


def test_answers_are_kept_over_a_reload_and_leave_as_table_and_code(visitor):
    page = visitor.open("/softmax")
    answer_first(visitor)
    page.wait_for_selector(".live-after:not(:empty)")
    marks = page.locator(".live-marks").inner_text()
    assert marks != "○" * len(marks)
    page.reload()
    visitor.wait()
    assert page.locator(".live-marks").inner_text() == marks
    page.locator(SHARE).click()
    expect(page.locator(".live-share")).to_contain_text("1 answer in this visit.")
    ((lesson, question, seed, given, at),) = code_of(page)
    assert (lesson, question, seed, given) == ("softmax", 0, 0, 0)
    assert at > 1.7e9
    with page.expect_download() as download:
        page.locator("[data-save-answers]").click()
    text = download.value.path().read_text("utf-8-sig")
    head, row = text.split("\n")
    assert head == "lesson,question,other numbers,answer,right,when"
    assert row.startswith("softmax,1,,0,")


def test_a_phone_shares_without_scrolling_sideways(visit):
    visitor = visit(viewport={"width": 390, "height": 664}, has_touch=True)
    page = visitor.open("/bayes")
    page.locator(SHARE).tap()
    expect(page.locator(".live-share")).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 390


@pytest.mark.parametrize("text", ['"><script>alert(1)</script>', "a&b"])
def test_code_for_a_page_escapes_the_link(modules, text):
    code = modules.evaluate(
        "(link) => window.modules.frameCode(link)", f"https://x/?{text}"
    )
    assert "<script" not in code
    assert code.count('"') == 12
