"""For every sense: charts in words that follow the sliders, formulas in words, a tone."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import expect

from ui.catalogue import LESSONS, SHOWN
from ui.frames import in_words


@pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)
def test_every_chart_is_described_with_numbers_and_without_marks(modules, lesson):
    from ui import simulation

    statement = lesson.statement
    history = simulation.whole_history(statement, statement.defaults)
    for figure in lesson.scene(statement.defaults, history).figures:
        told = modules.evaluate(
            "(figure) => window.modules.describe(figure)", plain(figure)
        )
        title = re.sub("<[^>]+>", " ", figure["layout"]["meta"]["title"]).split()[0]
        assert told.startswith(title)
        assert re.search(r"\d", told), told
        assert not re.search(r"<|>|NaN|undefined|\[object|var\(", told), told


def plain(node):
    """Return plain data, as a message holds it; what is no number is nothing."""
    import math

    import numpy as np

    if isinstance(node, np.ndarray):
        node = node.tolist()
    if isinstance(node, dict):
        return {key: plain(value) for key, value in node.items()}
    if isinstance(node, (list, tuple)):
        return [plain(value) for value in node]
    if isinstance(node, np.generic):
        node = node.item()
    return None if isinstance(node, float) and not math.isfinite(node) else node


def test_the_description_follows_a_slider_and_can_be_read(visitor):
    page = visitor.open("/softmax")
    plot = page.locator(".live-large .live-plot")
    expect(plot).to_have_attribute("aria-label", re.compile(r"mat \(1\) 0.659"))
    visitor.slider("temperature").focus()
    page.keyboard.press("PageDown")
    visitor.rest()
    expect(plot).not_to_have_attribute("aria-label", re.compile(r"mat \(1\) 0.659"))
    menu = page.locator(".live-large .live-menu-place")
    menu.locator(".live-menu-opener").click()
    menu.get_by_role("menuitem", name="Describe in words").click()
    words = menu.locator(".live-words")
    expect(words).to_be_visible()
    assert words.inner_text() == plot.get_attribute("aria-label")
    page.keyboard.press("Escape")
    expect(words).to_be_hidden()


def test_a_curve_can_be_heard(visitor):
    visitor.page.add_init_script(
        """window.heard = []; window.AudioContext = class {
        currentTime = 0; destination = {};
        createOscillator() { return { frequency: { setValueAtTime: (f) => heard.push(f) },
          connect: (next) => next, start() {}, stop() {} }; }
        createGain() { return { gain: { setValueAtTime() {} }, connect: (next) => next }; }
        close() {} };"""
    )
    page = visitor.open("/gradient_descent")
    assert page.evaluate("heard.length") == 0  # off until it is asked for
    menu = page.locator(".live-large .live-menu-place")
    menu.locator(".live-menu-opener").click()
    menu.get_by_role("menuitem", name="Listen to the curve").click()
    page.wait_for_function("heard.length > 10")


def test_the_formula_has_words(visitor):
    lesson = LESSONS[0]
    page = visitor.open(f"/{lesson.slug}")
    spoken = page.locator(".live-headline").get_attribute("aria-label")
    assert spoken == in_words(lesson.statement)
    assert page.locator(".live-headline").get_attribute("role") == "math"
