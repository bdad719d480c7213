"""The live figure mounted without a server: Python's own messages in, its requests out."""

from __future__ import annotations

import base64
from typing import Any
from urllib.parse import parse_qsl

import pytest

from tests.browser.modules import modules_page
from tests.lessons import default_history
from ui import live, sweep_route
from ui.catalogue import BY_SLUG
from ui.live import Progress
from ui.packing import unpack
from ui.state import LessonState

# Just enough of Plotly to lay out a chart, and of Streamlit to mount a component.
MOUNT = """async () => {
  window.Plotly = {
    react: (plot, data, layout) => { plot.data = data;
      plot.on ||= (name, hear) => window.listeners.push(hear);
      plot._fullLayout = { width: 600, legend: {}, yaxis: {}, xaxis: {}, _size: {} }; },
    purge: () => {}, Plots: { resize: async () => {} },
  };
  const { default: mount } = await import("/live.js");
  const parentElement = document.body.appendChild(document.createElement("div"));
  window.sent = [];
  window.listeners = [];
  window.answer = (text) => mount({
    data: Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0)), parentElement,
    setStateValue: (_, request) => window.sent.push(request),
  }, { plotly: "none.js", request: "wish", sweeps: window.sweeps });
}"""
# A server that answers grabbed sliders, as the tests let it.
SWEEPS = """() => {
  window.sweeps = "/sweep";
  window.fetched = [];
  window.fetch = (address) => new Promise((answer) => {
    window.fetched.push({ address, answer });
  });
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

    def fire(self, target: str, *events: str) -> None:
        """Let events happen to an element of a control: ``input[data-control=z1]``."""
        for event in events:
            kind = "PointerEvent" if event.startswith("pointer") else "Event"
            kind = "KeyboardEvent" if event.startswith("key") else kind
            self.page.evaluate(
                f"document.querySelector('{target}')"
                f".dispatchEvent(new {kind}('{event}'))"
            )

    def asked(self) -> dict[str, Any]:
        """Wait for a request and hand it to the server."""
        self.page.wait_for_function("window.sent.length > 0")
        (request,) = self.sent()
        return request

    def value(self, name: str) -> Any:
        return self.page.locator(f"input[data-exact={name}]").input_value()

    def shown(self, name: str) -> Any:
        values = "JSON.parse(document.querySelector('.live').dataset.values)"
        return self.page.evaluate(f"{values}.{name}")


Z1 = "input[data-control=z1]"


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
    assert (header["controls"], header["scene"]) == ([], None)
    assert header["sweep"]["control"] == "z1"
    assert figure.shown("z1") == 5
    assert figure.sent() == []


class Fetching(Figure):
    """A figure whose sweeps come over HTTP."""

    def __init__(self, page: Any, slug: str) -> None:
        page.evaluate(SWEEPS)
        super().__init__(page, slug)
        self.answer(epoch="/")  # what the server calls a lesson without a history

    def fetched(self) -> dict[str, str]:
        """Return what the only open request asks."""
        (address,) = self.page.evaluate("window.fetched.map((one) => one.address)")
        path, _, query = address.partition("?")
        assert path == "/sweep"
        return dict(parse_qsl(query, keep_blank_values=True))

    def bring(self, body: bytes, status: int = 200) -> None:
        """Answer that request."""
        self.page.evaluate(
            """async ([text, status]) => {
            const body = Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
            const answer = new Response(status === 204 ? null : body, { status });
            window.fetched.shift().answer(answer);
            for (let k = 0; k < 20; k += 1) await null;
            await new Promise((done) => setTimeout(done, 50)); }""",
            [base64.b64encode(body).decode(), status],
        )


@pytest.fixture
def fetching(browser):
    page = modules_page(browser)
    yield Fetching(page, "softmax")
    page.context.close()


def test_a_grab_is_answered_over_http_where_a_server_does(fetching):
    fetching.hold("z1", 100)
    given = fetching.fetched()
    assert (given["lesson"], given["control"]) == ("softmax", "z1")
    fetching.hold("z1", 80)
    assert fetching.fetched() == given  # once
    assert fetching.sent() == []
    # The server does not mind that the held slider stands elsewhere meanwhile.
    fetching.bring(sweep_route.answer(given))
    fetching.page.evaluate("new Promise((done) => requestAnimationFrame(done))")
    assert fetching.shown("z1") == 3
    assert fetching.sent() == []


def test_a_mouse_that_rests_on_a_slider_gets_its_sweep_before_it_grabs(fetching):
    arrive = "dispatchEvent(new PointerEvent('pointerenter', {pointerType: '%s'}))"
    fetching.page.evaluate(f"document.querySelector('{Z1}').{arrive % 'touch'}")
    fetching.page.wait_for_timeout(150)
    assert fetching.page.evaluate("window.fetched.length") == 0
    fetching.page.evaluate(f"document.querySelector('{Z1}').{arrive % 'mouse'}")
    fetching.page.wait_for_function("window.fetched.length === 1")
    fetching.bring(sweep_route.answer(fetching.fetched()))
    fetching.hold("z1", 100)
    assert fetching.shown("z1") == 5
    assert fetching.page.evaluate("window.fetched.length") == 0
    assert fetching.sent() == []


def test_a_grab_that_http_does_not_answer_is_a_message(fetching):
    fetching.hold("z1", 100)
    fetching.bring(b"", 204)
    (request,) = fetching.sent()
    assert request["grab"] == "z1"
    fetching.answer()
    assert fetching.shown("z1") == 5


def test_a_sweep_of_another_history_is_not_shown(fetching):
    fetching.hold("z1", 100)
    given = fetching.fetched()
    fetching.answer(epoch="another history")
    fetching.bring(sweep_route.answer(given))
    assert fetching.shown("z1") == 2
    assert fetching.fetched()["epoch"] == "another history"  # asked anew


def test_a_slider_with_a_long_computation_for_each_position_asks_for_each(browser):
    page = modules_page(browser)
    lesson = BY_SLUG["q_learning"]
    figure = Figure.__new__(Figure)
    figure.page, figure.state = page, LessonState(lesson, lesson.statement.defaults)
    figure.state.history = default_history(lesson.statement)
    page.evaluate(MOUNT)
    figure.answer()
    figure.sent()
    figure.hold("alpha", 3)
    (request,) = figure.sent()
    assert "grab" not in request
    positions = lesson.statement.control("alpha").positions
    assert request["values"]["alpha"] == positions[3]
    figure.hold("alpha", 5)  # while the answer is on its way
    assert figure.sent() == []
    figure.answer()
    (request,) = figure.sent()
    assert request["values"]["alpha"] == positions[5]
    figure.answer()
    assert figure.sent() == []
    assert figure.shown("alpha") == positions[5]
    page.context.close()


def test_a_scene_that_is_on_the_screen_is_not_sent_again(figure):
    figure.hold("z1", 70)
    figure.sent()
    figure.answer()
    figure.hold("z1", 100)
    figure.fire(Z1, "pointerup")
    request = figure.asked()
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
    assert figure.answer()["controls"] != []
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


def test_a_touch_that_became_a_scroll_gives_the_value_back(figure):
    figure.hold("z1", 100)
    figure.sent()
    figure.answer()
    assert figure.shown("z1") == 5
    figure.fire(Z1, "pointercancel")
    request = figure.asked()
    assert request["values"]["z1"] == 2
    assert figure.value("z1") == "2"


def test_keys_are_committed_also_where_no_change_follows_them(figure):
    # Firefox fires no change for arrow keys.
    figure.fire(Z1, "focus")
    figure.asked()
    figure.answer()
    figure.page.evaluate(f"document.querySelector('{Z1}').value = 80")
    figure.fire(Z1, "keydown", "input", "keyup")
    request = figure.asked()
    assert request["values"]["z1"] == 3
    assert "grab" not in request


def test_a_preset_wins_over_what_was_set_before_it(figure):
    # The field loses the focus to the preset, and says so after the preset was heard.
    figure.state.set({"z1": -1.0})
    figure.page.locator("input[data-exact=z1]").fill("4")
    figure.fire("input[data-exact=z1]", "change")
    request = figure.asked()
    assert request["values"]["z1"] == 4
    assert figure.state.values["z1"] == -1
    figure.answer()
    assert figure.shown("z1") == -1
    assert figure.value("z1") == "-1"
    figure.hold("z1", 90)  # and the next hand counts again
    figure.asked()
    figure.fire(Z1, "pointerup")
    figure.answer()
    assert figure.asked()["values"]["z1"] == 4
    assert figure.state.values["z1"] == 4


def test_a_reset_ends_a_drag(figure):
    figure.hold("z1", 90)
    figure.sent()
    figure.answer()
    figure.state.set(figure.state.lesson.statement.defaults)
    figure.answer()
    assert figure.shown("z1") == 2
    figure.page.evaluate(
        f"""() => {{ const range = document.querySelector('{Z1}');
        range.value = 95; range.dispatchEvent(new Event("input")); }}"""
    )
    assert figure.value("z1") == "2"
    assert figure.page.locator(Z1).input_value() == "70"
    figure.fire(Z1, "pointerup")
    assert figure.asked()["values"]["z1"] == 2


@pytest.mark.parametrize(
    ("typed", "value"), [("0,5", 0.5), ("−1.5", -1.5), ("1/2", 0.5), ("50 %", 0.5)]
)
def test_a_typed_number_is_read_as_it_was_meant(figure, typed, value):
    figure.page.locator("input[data-exact=z1]").fill(typed)
    figure.fire("input[data-exact=z1]", "change")
    assert figure.asked()["values"]["z1"] == value


@pytest.mark.parametrize("typed", ["1,000", "two", "9"])
def test_what_cannot_be_read_is_said_and_nothing_changes(figure, typed):
    figure.page.locator("input[data-exact=z1]").fill(typed)
    figure.fire("input[data-exact=z1]", "change")
    notice = figure.page.locator(".live-knob").nth(0).locator(".live-notice")
    text = notice.inner_text()
    assert text.startswith(f"{typed} is not possible: logit of class 1 takes from -5")
    assert "keeps 2." in text
    assert figure.value("z1") == typed
    assert figure.sent() == []


def test_arrows_in_a_field_walk_along_the_slider(figure):
    figure.page.locator("input[data-exact=temperature]").press("ArrowUp")
    request = figure.asked()
    positions = figure.state.lesson.statement.control("temperature").positions
    assert request["values"]["temperature"] == positions[positions.index(1.0) + 1]


def test_a_new_session_hears_what_is_on_the_screen(figure):
    figure.hold("z1", 90)
    figure.sent()
    figure.answer()
    figure.fire(Z1, "pointerup")
    figure.asked()
    figure.answer()
    lesson = figure.state.lesson
    figure.state = LessonState(lesson, lesson.statement.defaults)  # restarted
    figure.answer()
    request = figure.asked()
    assert request["values"]["z1"] == figure.state.values["z1"] == 4
    figure.answer()
    assert figure.shown("z1") == 4


def test_a_new_session_hears_which_term_is_looked_at(figure):
    figure.answer()
    figure.page.locator("[data-terms]").click()
    figure.asked()
    figure.answer(epoch="/term 0")
    lesson = figure.state.lesson
    figure.state = LessonState(lesson, lesson.statement.defaults)  # restarted
    figure.answer()
    request = figure.asked()
    assert request["worked"] == {"name": "", "entry": [], "term": 0}
    assert figure.state.worked == ("", (), 0)


def test_a_click_on_a_link_to_another_page_silences_the_figure(figure):
    figure.page.evaluate(
        """() => { const link = document.createElement("a");
        link.href = "/another"; link.onclick = () => false; document.body.append(link); }"""
    )
    figure.hold("z1", 90)
    figure.sent()
    figure.answer()
    figure.page.evaluate(  # at once: a value is committed a moment after the change
        f"""() => {{ document.querySelector('{Z1}').dispatchEvent(new Event("change"));
        document.querySelector("a:not(.live-skip-link)").click(); }}"""
    )
    figure.page.wait_for_timeout(300)  # longer than a pause of keys
    assert figure.sent() == []
    figure.hold("z1", 95)
    figure.fire(Z1, "pointerup")
    figure.page.wait_for_timeout(1000)
    assert figure.sent() == []
    figure.page.wait_for_timeout(10_000)  # whoever has not left after that goes on
    assert figure.asked()["values"]["z1"] == 4.5


def test_charts_of_a_server_that_is_late_are_marked(figure):
    figure.hold("z1", 90)
    figure.sent()
    late = "document.querySelector('.live').classList.contains('live-late')"
    assert not figure.page.evaluate(late)
    figure.page.wait_for_function(late)
    figure.answer()
    assert not figure.page.evaluate(late)


# ------------------------------------------------- presets, questions, clicks, handles


def chip(figure: Figure, text: str) -> None:
    figure.page.get_by_role("button", name=text, exact=True).click()


def glided(figure: Figure) -> None:
    """Wait until a walk has come to its end."""
    figure.page.wait_for_function(
        "document.querySelector('.live').dataset.busy === 'false'"
    )


def test_a_preset_is_walked_to_and_marked(figure):
    chip(figure, "Creative")
    request = figure.asked()
    assert request["glide"] is True
    assert request["values"]["temperature"] == 2
    header = figure.answer()
    assert header["glide"]["settings"][-1]["temperature"] == 2
    figure.page.evaluate(
        """() => { window.seen = new Set(); const look = () => {
        window.seen.add(document.querySelector('[data-exact=temperature]').value);
        window.looking = requestAnimationFrame(look); }; look(); }"""
    )
    glided(figure)
    assert figure.page.evaluate("window.seen.size") > 3
    assert figure.shown("temperature") == 2
    pressed = figure.page.locator(".live-chip[aria-pressed=true]")
    assert pressed.inner_text() == "Creative"
    assert figure.page.locator(".live-noted").inner_text() == "T = 2"
    chip(figure, "↺ Reset")
    assert figure.asked()["values"] == figure.state.lesson.statement.defaults
    figure.answer()
    glided(figure)
    assert pressed.count() == 0


def test_who_asks_for_less_motion_sees_no_walk(figure):
    figure.page.emulate_media(reduced_motion="reduce")
    chip(figure, "Creative")
    figure.asked()
    before = figure.page.evaluate("document.querySelector('.live').dataset.painted")
    figure.answer()
    glided(figure)
    after = figure.page.evaluate("document.querySelector('.live').dataset.painted")
    assert int(after) - int(before) <= 2  # the last stop, and where it stays
    assert figure.shown("temperature") == 2


def test_a_hand_that_takes_a_slider_ends_the_walk(figure):
    chip(figure, "Creative")
    figure.asked()
    figure.answer()
    figure.hold("z1", 90)
    assert figure.asked()["values"]["temperature"] == 2
    figure.answer()
    assert figure.shown("z1") == 4
    assert figure.value("temperature") == "2"


def test_an_unanswered_answer_is_sent_again_with_what_it_said(figure):
    figure.page.get_by_role("button", name="Predict").click()
    figure.asked()
    figure.answer()
    figure.page.clock.install()
    figure.page.get_by_role("radio", name="rises").check()
    figure.page.get_by_role("button", name="Answer", exact=True).click()
    first = figure.asked()
    assert first["attempt"] == {"question": 0, "seed": 0, "given": 0, "again": False}
    figure.page.clock.run_for(9000)
    assert figure.asked()["attempt"] == first["attempt"]


def test_marks_of_answers_come_back_with_the_lesson(browser):
    page = modules_page(browser)
    figure = Figure.__new__(Figure)
    lesson = BY_SLUG["softmax"]
    figure.page = page
    figure.state = LessonState(lesson, lesson.statement.defaults)
    figure.state.answers = {0: True, 2: False}
    page.evaluate(MOUNT)
    figure.answer()
    marks = page.locator(".live-marks span").evaluate_all(
        "(marks) => marks.map((mark) => mark.getAttribute('aria-label'))"
    )
    assert marks == ["right", "open", "wrong", "open"]
    assert page.locator(".live-idea").is_visible()
    page.context.close()


def test_a_click_on_a_point_asks_for_its_entry(figure):
    (shown,) = figure.answer()["entries"][0].values()
    assert shown == {"name": "probabilities", "row": 0, "turned": False}
    figure.page.evaluate(
        "window.listeners[0]({ points: [{ curveNumber: 0, pointNumber: 2 }] })"
    )
    request = figure.asked()
    assert request["worked"] == {"name": "probabilities", "entry": [2]}
    assert figure.state.worked == ("probabilities", (2,), -1)
    header = figure.answer(epoch="/probabilities/2")
    assert "{3}" in header["scene"]["line"]["pieces"][0]


def test_a_table_is_asked_for_and_saved(figure):
    figure.page.locator(".live-menu-opener").first.click()
    figure.page.get_by_role("menuitem", name="CSV table").first.click()
    assert figure.asked()["table"] == 0
    with figure.page.expect_download() as download:
        header = figure.answer()
    assert download.value.suggested_filename == header["table"]["name"]
    text = download.value.path().read_text(encoding="utf-8")
    assert text == "\ufeff" + header["table"]["text"]


def test_controls_that_only_the_picture_follows_and_rare_ones_stand_apart(browser):
    page = modules_page(browser)
    figure = Figure(page, "adam")
    groups = page.locator(".live-group").evaluate_all(
        """(groups) => groups.map((group) =>
        [group.tagName, ...[...group.querySelectorAll('[data-control]')].map(
          (control) => control.dataset.control)])"""
    )
    rare = [c.name for c in figure.state.lesson.statement.controls if c.rare]
    assert rare
    assert ["DETAILS", *rare] in groups
    page.context.close()
