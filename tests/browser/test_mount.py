"""The live figure mounted without a server: Python's own messages in, its requests out."""

from __future__ import annotations

import base64
from typing import Any

import pytest

from tests.browser.modules import modules_page
from ui import live
from ui.catalogue import BY_SLUG
from ui.live import Progress
from ui.packing import unpack
from ui.state import LessonState

# Just enough of Plotly to lay out a chart, and of Streamlit to mount a component.
MOUNT = """async () => {
  window.Plotly = {
    react: (plot, data, layout) => { plot.data = data;
      plot._fullLayout = { width: 600, legend: {}, yaxis: {}, xaxis: {}, _size: {} }; },
    purge: () => {}, Plots: { resize: async () => {} },
  };
  const { default: mount } = await import("/live.js");
  const parentElement = document.body.appendChild(document.createElement("div"));
  window.sent = [];
  window.answer = (text) => mount({
    data: Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), parentElement,
    setStateValue: (_, request) => window.sent.push(request),
  }, { plotly: "none.js", request: "wish" });
}"""


class Figure:
    """One mounted figure and the server's side of it."""

    def __init__(self, page: Any, slug: str) -> None:
        lesson = BY_SLUG[slug]
        self.page = page
        self.state = LessonState(lesson, lesson.statement.defaults)
        page.evaluate(MOUNT)
        self.answer()

    def answer(self, epoch: str = "") -> dict[str, Any]:
        """Answer as the server does; return the header that was sent."""
        message = live.live_message(self.state, Progress(epoch))
        self.page.evaluate(
            "async (text) => { window.answer(text); await null; await null; }",
            base64.b64encode(message).decode(),
        )
        header: dict[str, Any] = unpack(message)["header"]
        return header

    def sent(self) -> list[dict[str, Any]]:
        """Return what was asked for since the last look, and hand it to the server."""
        requests = self.page.evaluate("window.sent.splice(0)")
        for request in requests:
            self.state.receive(request)
        return list(requests)

    def hold(self, name: str, position: int) -> None:
        """Press the thumb of a slider and move it."""
        self.page.evaluate(
            """([name, position]) => {
            const range = document.querySelector(`input[data-control=${name}]`);
            range.dispatchEvent(new PointerEvent("pointerdown"));
            range.value = position;
            range.dispatchEvent(new Event("input")); }""",
            [name, str(position)],
        )
        self.page.evaluate("new Promise((done) => requestAnimationFrame(done))")

    def shown(self, name: str) -> Any:
        values = "JSON.parse(document.querySelector('.live').dataset.values)"
        return self.page.evaluate(f"{values}.{name}")


@pytest.fixture
def figure(browser):
    page = modules_page(browser)
    yield Figure(page, "softmax")
    page.context.close()


def test_a_grab_is_asked_for_once_and_answered_without_what_is_known(figure):
    figure.hold("z1", 100)
    (request,) = figure.sent()
    assert request["grab"] == "z1"
    assert (request["described"], request["painted"]) == (True, "")
    header = figure.answer()
    assert (header["controls"], header["scene"]) == (None, None)
    assert header["sweep"]["control"] == "z1"
    assert figure.shown("z1") == 5
    assert figure.sent() == []


def test_a_scene_that_is_on_the_screen_is_not_sent_again(figure):
    figure.hold("z1", 70)
    figure.sent()
    figure.answer()
    figure.hold("z1", 100)
    figure.page.evaluate(
        "document.querySelector('input[data-control=z1]')"
        ".dispatchEvent(new PointerEvent('pointerup'))"
    )
    figure.page.wait_for_function("window.sent.length === 1")
    (request,) = figure.sent()
    assert request["painted"] == ""
    assert request["values"]["z1"] == 5
    assert figure.answer()["scene"] is None
    assert figure.shown("z1") == 5


def test_a_figure_that_lost_the_controls_asks_for_them(browser):
    page = modules_page(browser)
    state = LessonState(BY_SLUG["softmax"], BY_SLUG["softmax"].statement.defaults)
    state.described = True
    figure = Figure.__new__(Figure)
    figure.page, figure.state = page, state
    page.evaluate(MOUNT)
    figure.answer()
    (request,) = figure.sent()
    assert request["described"] is False
    assert figure.answer()["controls"] is not None
    assert figure.shown("z1") == 2
    page.context.close()


def test_a_held_slider_whose_sweep_became_worthless_asks_for_a_new_one(figure):
    figure.hold("z1", 60)
    figure.sent()
    figure.answer()
    figure.state.grab = None
    figure.answer(epoch="another history")  # drops all sweeps
    assert figure.shown("z1") == figure.state.values["z1"]
    figure.hold("z1", 90)
    (request,) = figure.sent()
    assert request["grab"] == "z1"
    figure.answer(epoch="another history")
    assert figure.shown("z1") == pytest.approx(4)


def test_a_thumb_that_rests_while_its_sweep_is_lost_gets_its_picture(figure):
    # The thumb moves on while the answer is on its way, and then rests.
    figure.hold("z1", 60)
    figure.sent()
    figure.hold("z1", 95)
    figure.state.grab = None
    figure.answer(epoch="another history")  # an answer without the sweep
    (request,) = figure.sent()
    assert request["grab"] == "z1"
    figure.answer(epoch="another history")
    assert figure.shown("z1") == pytest.approx(4.5)
