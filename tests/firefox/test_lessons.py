"""Every lesson in Firefox: it opens whole, moves under keys and mouse, and commits."""

from __future__ import annotations

import pytest

from ui.catalogue import BY_SLUG, LESSONS

READY = "document.querySelector('.live[data-live=ready][data-busy=false]') !== null"
VALUES = "JSON.parse(document.querySelector('.live').dataset.values)"
LINE = "document.querySelector('.live-line').textContent"
PLACE = """(() => {
  const range = document.querySelector("input[data-control=%s]");
  const { left, top, width, height } = range.getBoundingClientRect();
  const part = range.valueAsNumber / Number(range.max);
  return { x: left + 9 + part * (width - 18), y: top + height / 2, left, width };
})()"""
SIZES = [(1366, 650), (390, 664), (844, 390)]


def first_slider(slug: str) -> str:
    controls = BY_SLUG[slug].statement.controls
    return next(c.name for c in controls if c.is_number and not c.rare)


@pytest.mark.parametrize("slug", [lesson.slug for lesson in LESSONS])
def test_a_lesson_moves_and_commits(tab, address, slug):
    tab.open(f"{address}/{slug}")
    tab.wait_for(READY)
    name = first_slider(slug)
    control = BY_SLUG[slug].statement.control(name)
    low = control.default == control.positions[0]
    slider = f"document.querySelector('input[data-control={name}]')"

    tab.evaluate(f"{slider}.focus()")
    tab.press(*["ArrowRight" if low else "ArrowLeft"] * 2)
    tab.wait_for(f"{READY} && {VALUES}.{name} !== {control.default}")
    committed = tab.evaluate(f"{VALUES}.{name}")
    tab.wait_for(f"new URLSearchParams(location.search).get('{name}') !== null")
    link = tab.evaluate(f"new URLSearchParams(location.search).get('{name}')")
    assert control.parse(link) == (committed, None)

    place = tab.evaluate(PLACE % name)
    end = place["left"] + (place["width"] - 4 if low else 4)
    steps = [place["x"] + (end - place["x"]) * k / 10 for k in range(11)]
    tab.drag([(x, place["y"]) for x in steps])
    last = control.positions[-1 if low else 0]
    tab.wait_for(f"{READY} && {VALUES}.{name} === {last}")
    assert tab.evaluate("document.querySelectorAll('.live-plot .main-svg').length") > 0
    assert tab.evaluate(LINE) != ""


@pytest.mark.parametrize(("width", "height"), SIZES)
def test_the_page_has_no_sideways_scroll(tab, address, width, height):
    tab.size(width, height)
    for slug in ("softmax", "cross_entropy", "multi_head_attention"):
        tab.open(f"{address}/{slug}")
        tab.wait_for(READY)
        over = tab.evaluate(
            "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        )
        assert over <= 0
