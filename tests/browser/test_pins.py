"""Pins in a browser: ghosts on the pictures, a table of what differs, a link that keeps."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

PIN = "[data-pin]"
COMPARE = "[data-compare]"


def letters(page):
    """Return the letters of the ghosts that the first picture draws."""
    return page.evaluate(
        """() => [...new Set([...document.querySelectorAll(".live-plot")].flatMap((plot) =>
        plot.data.filter(({ meta }) => meta?.of !== undefined)
          .map(({ name }) => name[0])))].sort().join("")"""
    )


def pin_at(visitor, slider, key, presses=1):
    visitor.page.locator(PIN).click()
    visitor.rest()
    visitor.slider(slider).focus()
    for _ in range(presses):
        visitor.page.keyboard.press(key)
    visitor.rest()


def test_a_pin_stays_as_a_ghost_and_is_compared(visitor):
    page = visitor.open("/softmax")
    pin_at(visitor, "temperature", "PageUp")
    assert letters(page) == "A"
    page.locator(COMPARE).click()
    card = page.locator(".live-compare")
    expect(card).to_contain_text("Since A: temperature from 1 to")
    head = card.locator("thead").inner_text().split()
    assert head == ["A", "now"]
    rows = card.locator("tbody tr").all_inner_texts()
    assert rows[0].startswith("temperature\t1\t")
    shown = page.locator(".live-readouts dd").all_inner_texts()
    assert [row.split("\t")[-1] for row in rows[1:]] == shown
    # It follows a drag.
    page.keyboard.press("PageUp")
    visitor.rest()
    rows = card.locator("tbody tr").all_inner_texts()
    assert [row.split("\t")[-1] for row in rows[1:]] == page.locator(
        ".live-readouts dd"
    ).all_inner_texts()


def test_three_pins_at_most_each_removed_by_its_cross(visitor):
    page = visitor.open("/linear_regression")
    name = page.locator("input[type=range]").first.get_attribute("data-control")
    for _ in range(3):
        pin_at(visitor, name, "ArrowRight")
    assert letters(page) == "ABC"
    expect(page.locator(PIN)).to_be_disabled()
    page.locator("[aria-label='Remove pin B']").click()
    visitor.rest()
    assert letters(page) == "AB"
    for _ in range(2):
        page.locator("[aria-label='Remove pin A']").click()
        visitor.rest()
    assert letters(page) == ""
    expect(page.locator(COMPARE)).to_be_hidden()
    assert "pin=" not in page.url


def test_pins_live_in_the_link_and_over_a_reload(visitor):
    page = visitor.open("/softmax?temperature=2&pin=temperature%3D0.5&pin=")
    assert letters(page) == "AB"
    page.reload()
    visitor.wait()
    assert letters(page) == "AB"
    page.get_by_role("button", name="A", exact=True).click()
    visitor.shows(temperature=0.5)
    assert "pin=temperature%3D0.5&pin=" in page.url


def test_a_pin_that_is_pinned_again_is_one_pin(visitor):
    page = visitor.open("/softmax")
    for _ in range(2):
        page.locator(PIN).click()
        visitor.rest()
    assert page.url.count("pin=") == 1


@pytest.mark.parametrize("hostile", ["<img src=x onerror=alert(1)>", "z1=1e999", "%00"])
def test_a_hostile_pin_is_left_out_with_a_word(visitor, hostile):
    from urllib.parse import urlencode

    page = visitor.open("/softmax?" + urlencode({"pin": hostile, "z1": "1"}))
    assert visitor.values()["z1"] == 1
    assert page.locator("img[src=x]").count() == 0


def test_on_a_phone_pins_stand_in_the_row_of_presets(visit):
    visitor = visit(viewport={"width": 390, "height": 664}, has_touch=True)
    page = visitor.open("/bayes")
    page.locator(PIN).tap()
    visitor.rest()
    page.locator("[data-compare]").tap()
    expect(page.locator(".live-compare")).to_be_visible()
    width = page.evaluate("document.documentElement.scrollWidth")
    assert width <= 390


def test_the_title_leaves_room_for_pins_as_long_as_there_are_some(visitor):
    page = visitor.open("/softmax")
    heading = page.locator("[class*=st-key-heading]")
    room = "(heading) => parseFloat(getComputedStyle(heading).paddingInlineEnd)"
    before = heading.evaluate(room)
    page.locator(PIN).click()
    visitor.rest()
    assert heading.evaluate(room) > before + 100
    page.locator(".live-unpin").click()
    visitor.rest()
    assert heading.evaluate(room) == before
    page.locator(PIN).click()
    visitor.rest()
    page.locator("[class*=st-key-neighbors] a").first.click()
    page.wait_for_function("!location.pathname.includes('softmax')")
    expect(page.locator("[data-live-pinned]")).to_have_count(0)
