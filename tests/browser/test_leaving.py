"""Whoever touches the page that he has just left reaches the next one all the same."""

from __future__ import annotations

import pytest
from streamlit.proto.BackMsg_pb2 import BackMsg

# Click a link to another lesson, and touch the old page before the new one is there.
LEAVE = """async (touch) => {
  const pause = (time) => new Promise((done) => setTimeout(done, time));
  document.querySelector("[class*=st-key-neighbors] a").click();
  for (let k = 0; k < 6; k += 1) {
    if (touch === "slider") {
      const range = document.querySelector(".live input[type=range]");
      if (!range) return;
      range.dispatchEvent(new PointerEvent("pointerdown", { bubbles: true }));
      range.valueAsNumber = k + 1;
      range.dispatchEvent(new Event("input", { bubbles: true }));
      range.dispatchEvent(new PointerEvent("pointerup", { bubbles: true }));
      range.dispatchEvent(new Event("change", { bubbles: true }));
    } else if (touch === "preset") {
      document.querySelector(".live-chip")?.click();
    }
    await pause(40);
  }
}"""


@pytest.mark.parametrize("touch", ["slider", "preset"])
def test_the_next_page_comes_whatever_is_done_to_the_old_one(visitor, touch):
    visitor.slow_line(1500)
    page = visitor.open("/softmax")
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    page.evaluate(LEAVE, touch)
    page.wait_for_url(lambda address: "/softmax" not in address)
    visitor.wait()
    page.wait_for_timeout(1000)  # what was asked of the old page would be answered now
    assert broken == []
    assert page.locator("h1").inner_text() != "Softmax"
    visitor.slider(next(iter(visitor.values()))).press("ArrowRight")
    visitor.rest()
    assert broken == []


def test_what_was_asked_just_before_is_sent_before(visitor):
    sent: list[bytes] = []
    visitor.page.on(
        "websocket", lambda ws: ws.on("framesent", lambda frame: sent.append(frame))
    )
    page = visitor.open("/softmax")
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    sent.clear()
    # The preset asks, and the link is clicked before the browser comes to send it.
    page.evaluate(
        """() => { document.querySelector(".live-chip").click();
        document.querySelector("[class*=st-key-neighbors] a").click(); }"""
    )
    page.wait_for_url(lambda address: "/softmax" not in address)
    visitor.wait()
    assert broken == []
    asked = [BackMsg.FromString(frame).rerun_script for frame in sent]
    assert [bool(one.fragment_id) for one in asked][:2] == [True, False]


def test_what_stands_below_the_figure_is_left_too(visitor):
    visitor.slow_line(1500)
    page = visitor.open("/softmax")
    broken: list[str] = []
    page.on("pageerror", lambda error: broken.append(str(error)))
    tab = page.locator("[class*=st-key-read] [role=tab]").nth(2)
    tab.scroll_into_view_if_needed()
    visitor.rest()
    box = tab.bounding_box()
    page.evaluate(LEAVE, "")
    for _ in range(3):
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_url(lambda address: "/softmax" not in address)
    visitor.wait()
    assert broken == []
    region = page.locator("[class*=st-key-read]").first
    assert not region.evaluate("(node) => node.inert")


def test_who_does_not_leave_after_all_goes_on(visitor):
    page = visitor.open("/softmax")
    page.evaluate(
        """() => { const link = document.querySelector("[class*=st-key-neighbors] a");
        link.addEventListener("click", (event) => {
          event.preventDefault();
          event.stopPropagation();
        }, { capture: true });
        link.click(); }"""
    )
    visitor.slider("z1").press("ArrowRight")
    page.wait_for_url("**/softmax?*z1=2.1*", timeout=20_000)
