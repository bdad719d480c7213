"""State is never lost: servers that restart, networks that go away, sessions that expire."""

from __future__ import annotations

from typing import Any

import pytest

from tests.browser.conftest import Visitor
from tests.server import free_port, server

SHORT = ("--server.disconnectedSessionTTL", "2")  # seconds a session is kept
AWAY = 4_000  # ms, longer than that
RANGE = "input[data-control={}]"
# An offline browser of a test keeps its open websockets: they are closed by hand.
SOCKETS = """window.sockets = [];
window.WebSocket = class extends WebSocket {
  constructor(...given) { super(...given); window.sockets.push(this); }
};"""
SETTLED = "document.querySelector('.live').dataset.busy === 'false'"


def set_slider(visitor: Visitor, name: str, steps: int) -> None:
    """Move a slider by its keys, and wait until the server knows."""
    slider = visitor.page.locator(RANGE.format(name))
    slider.focus()
    for _ in range(steps):
        visitor.page.keyboard.press("ArrowRight")
    visitor.rest()


def shown(visitor: Visitor) -> dict[str, Any]:
    """Return what is on the screen: values, charts, line and address."""
    page = visitor.page
    return {
        "values": visitor.values(),
        "picture": visitor.picture(),
        "line": page.locator(".live-line").inner_text(),
        "query": page.evaluate("location.search"),
    }


@pytest.fixture
def visitor(browser):
    """Give a visitor whose server the test starts itself."""
    made: list[Visitor] = []

    def come(address: str, path: str) -> Visitor:
        one = Visitor(browser, address)
        one.context.add_init_script(SOCKETS)
        made.append(one)
        one.open(path)
        return one

    yield come
    for one in made:
        one.context.close()


def answers(visitor: Visitor) -> None:
    """See that a new session answers, and with the state of the screen."""
    before = shown(visitor)
    set_slider(visitor, "z2", 1)
    now = shown(visitor)
    assert now["values"] == before["values"] | {"z2": now["values"]["z2"]}
    assert now["values"]["z2"] > before["values"]["z2"]


def test_a_server_that_restarts_goes_on_where_the_screen_is(visitor):
    port = free_port()
    with server(port=port) as (address, _):
        one = visitor(address, "/softmax?z1=4")
        set_slider(one, "z1", 3)
        before = shown(one)
        assert before["values"]["z1"] == pytest.approx(4.3)
    with server(port=port):
        one.page.wait_for_timeout(3_000)  # Streamlit comes back by itself
        one.page.wait_for_function(SETTLED, timeout=60_000)
        assert shown(one) == before
        answers(one)


def test_a_server_that_dies_in_mid_drag_costs_nothing(visitor):
    port = free_port()
    with server(port=port) as (address, process):
        one = visitor(address, "/softmax")
        slider = one.page.locator(RANGE.format("z1"))
        box = slider.bounding_box()
        middle = box["y"] + box["height"] / 2
        one.page.mouse.move(box["x"] + box["width"] / 2, middle)
        one.page.mouse.down()
        one.page.mouse.move(box["x"] + 0.8 * box["width"], middle, steps=5)
        one.page.wait_for_function(
            "JSON.parse(document.querySelector('.live').dataset.values).z1 > 2.5"
        )
        process.kill()
        process.wait(10)
        one.page.mouse.move(box["x"] + 0.9 * box["width"], middle, steps=5)
        one.page.wait_for_function(
            "JSON.parse(document.querySelector('.live').dataset.values).z1 > 3.5"
        )
        dragged = one.values()
        one.page.mouse.up()
    with server(port=port):
        one.page.wait_for_function(SETTLED, timeout=60_000)
        assert one.values() == dragged
        assert f"z1={dragged['z1']}" in one.page.evaluate("location.search")
        answers(one)


def test_a_network_that_was_away_longer_than_the_session_lives(visitor):
    with server(*SHORT) as (address, _):
        one = visitor(address, "/softmax?temperature=0.5")
        set_slider(one, "z3", 2)
        before = shown(one)
        one.context.set_offline(True)
        one.page.evaluate("window.sockets.forEach((socket) => socket.close())")
        set_offline_value(one)  # before Streamlit puts its notice over the page
        one.page.wait_for_timeout(AWAY)
        one.context.set_offline(False)
        one.page.wait_for_function(SETTLED, timeout=60_000)
        values = before["values"]
        assert one.values() == values | {"z1": one.values()["z1"]}
        assert one.values()["z1"] > values["z1"]
        answers(one)


def set_offline_value(visitor: Visitor) -> None:
    """Move a slider while nobody answers."""
    visitor.page.locator(RANGE.format("z1")).focus()
    visitor.page.keyboard.press("ArrowRight")
    visitor.page.wait_for_timeout(500)


def test_two_tabs_have_a_state_each(visitor):
    with server() as (address, _):
        first = visitor(address, "/softmax")
        second = Visitor.__new__(Visitor)
        second.__dict__ |= first.__dict__
        second.page = first.context.new_page()
        second.page.goto(f"{address}/softmax?z1=-3")
        second.wait()
        set_slider(first, "z1", 2)
        set_slider(second, "z2", 2)
        assert first.values()["z1"] == pytest.approx(2.2)
        assert first.values()["z2"] == 1
        assert second.values()["z1"] == -3
        assert second.values()["z2"] == pytest.approx(1.2)


def test_answers_survive_a_restart(visitor):
    port = free_port()
    with server(port=port) as (address, _):
        one = visitor(address, "/softmax")
        one.page.locator(".live-opener").click()
        one.page.locator(".live-options input").first.check()
        one.page.get_by_role("button", name="Answer").click()
        one.rest()
        if one.page.get_by_text("Try once more").count():
            one.page.locator(".live-options input").nth(1).check()
            one.page.get_by_role("button", name="Answer").click()
            one.rest()
        one.page.get_by_role("button", name="Next question").wait_for()
        marks = one.page.locator(".live-marks").inner_text()
    with server(port=port):
        one.page.wait_for_timeout(3_000)
        answers(one)
        assert one.page.locator(".live-marks").inner_text() == marks
        assert marks != "○○○○"
