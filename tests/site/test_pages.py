"""Every page of the built site, in Chromium and Firefox, from a plain file server."""

from __future__ import annotations

import json
from typing import Any

import pytest

from tests.site.conftest import DONE
from ui.catalogue import BY_SLUG, LESSONS
from ui.navigation import OVERVIEWS

READY = "document.querySelector('.live[data-live=ready][data-busy=false]') !== null"
VALUES = "JSON.parse(document.querySelector('.live').dataset.values)"
HEADING = "document.querySelector('.stMain h1')?.textContent"
GONE = "document.querySelector('#start') === null"
PLACE = """(() => {
  const range = document.querySelector("input[data-control=%s]");
  range.scrollIntoView({ block: "center" });
  const { left, top, width, height } = range.getBoundingClientRect();
  const part = range.valueAsNumber / Number(range.max);
  return { x: left + 9 + part * (width - 18), y: top + height / 2, left, width };
})()"""
# Streamlit's script has ended, and a look later it still has.
QUIET = """(() => {
  const { testScriptState } = document.querySelector("[data-testid=stApp]").dataset;
  window.quiet = testScriptState === "notRunning" ? (window.quiet || 0) + 1 : 0;
  return window.quiet > 3;
})()"""

# Note which state the part below the figure shows; the figure itself hears it later.
LISTEN = """(() => {
  window.shownBelow = window.formulaBelow?.stamp;
  document.addEventListener("formula-below", () => {
    window.shownBelow = window.formulaBelow.stamp;
  }, { capture: true });
})()"""
# It shows the state in the address, so that nothing is drawn anew under a click.
FOLLOWED = """(() => {
  document.querySelector("[class*=st-key-read]")?.scrollIntoView();
  const [query, rest] = (window.shownBelow || "?").split("#");
  const plain = (text) => new URLSearchParams(text).toString();
  return plain(query) === plain(location.search) && rest?.endsWith("?") === false;
})()"""


def mark(name: str, tab: Any, step: str) -> None:
    DONE.setdefault((name, tab.name), set()).add(step)


@pytest.mark.parametrize("name", OVERVIEWS)
def test_a_page_around_the_lessons_opens(tab, host, name):
    tab.open(host.address + ("" if name == "home" else f"{name}/"))
    tab.wait_for(f"{GONE} && Boolean({HEADING})")
    title = "Formula explorer" if name == "home" else OVERVIEWS[name]
    assert tab.evaluate(HEADING) == title
    tab.wait_for(QUIET)
    assert tab.evaluate("document.querySelector('.stException, .stAlert') === null")
    mark(name, tab, "opens")


@pytest.mark.parametrize("slug", [lesson.slug for lesson in LESSONS])
def test_a_lesson_opens_by_its_link_and_does_all_it_does_on_a_server(tab, host, slug):
    lesson = BY_SLUG[slug]
    control = next(c for c in lesson.statement.controls if c.is_number and not c.rare)
    name, start = control.name, control.positions[1]
    tab.open(f"{host.address}{slug}/?{name}={control.text(start)}")
    tab.wait_for(f"{READY} && {GONE}")
    assert tab.evaluate(HEADING) == lesson.title
    tab.evaluate(LISTEN)
    mark(slug, tab, "opens")
    assert tab.evaluate(f"{VALUES}.{name}") == start
    mark(slug, tab, "link")

    place = tab.evaluate(PLACE % name)
    end = place["left"] + place["width"] - 4
    steps = [place["x"] + (end - place["x"]) * k / 10 for k in range(11)]
    tab.drag([(x, place["y"]) for x in steps])
    last = json.dumps(control.positions[-1])
    tab.wait_for(f"{READY} && {VALUES}.{name} === {last}")
    tab.wait_for(
        f"new URLSearchParams(location.search).get('{name}') === "
        f"{json.dumps(control.text(control.positions[-1]))}"
    )
    assert tab.evaluate("document.querySelectorAll('.live-plot .main-svg').length") > 0
    mark(slug, tab, "drags")

    preset = lesson.presets[0]
    wanted = json.dumps({**lesson.statement.defaults, **preset.values})
    tab.evaluate(
        "[...document.querySelectorAll('.live button')].find((one) => "
        f"one.textContent === {json.dumps(preset.name)}).click()"
    )
    tab.wait_for(
        f"{READY} && Object.entries({wanted}).every(([k, v]) => {VALUES}[k] === v)"
    )
    mark(slug, tab, "presets")

    tab.wait_for(f"{FOLLOWED} && {QUIET}")
    tab.evaluate("[...document.querySelectorAll('[role=tab]')].at(-1).click()")
    tab.wait_for(
        "document.querySelectorAll('[role=tab]').length && "
        "[...document.querySelectorAll('[role=tab]')].at(-1).ariaSelected === 'true'"
    )
    tab.wait_for(QUIET)
    assert tab.evaluate("document.querySelector('.stException') === null")
    mark(slug, tab, "tabs")
