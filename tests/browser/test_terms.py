"""Stepping through a sum in the live formula, and through a process by its slider."""

from __future__ import annotations


def written(line):
    """Return what is set in a line, without its spaces."""
    return "".join(line.inner_text().split())


FRAMED = """() => [...document.querySelectorAll(".live-plot")].map((plot) =>
  (plot.layout.shapes || []).filter(({ line, type }) => type === "rect" && line.dash === "dot")
    .map(({ x0, x1 }) => (x0 + x1) / 2))"""


def test_the_term_that_is_looked_at_is_framed_in_the_picture_that_shows_it(visitor):
    page = visitor.open("/policy_gradient")
    assert page.evaluate(FRAMED) == [[], [], []]
    page.get_by_role("button", name="Step through").click()
    bar = page.get_by_role("group", name="Terms")
    bar.get_by_text("term 1 of 5").wait_for()
    visitor.rest()
    assert page.evaluate(FRAMED) == [[0], [], []]
    bar.get_by_role("button", name="One term on").click()
    bar.get_by_text("term 2 of 5").wait_for()
    visitor.rest()
    assert page.evaluate(FRAMED) == [[1], [], []]
    page.get_by_role("button", name="Enlarge: Slope of J").click()
    visitor.rest()
    assert page.evaluate(FRAMED) == [[1], [], []]
    bar.get_by_role("button", name="Leave the terms").click()
    visitor.rest()
    assert page.evaluate(FRAMED) == [[], [], []]


def test_a_sum_is_gone_through_term_by_term(visitor):
    page = visitor.open("/softmax")
    line = page.locator(".live-line")
    assert line.locator(".live-term").count() == 0
    page.get_by_role("button", name="Step through").click()
    bar = page.get_by_role("group", name="Terms")
    bar.get_by_text("term 1 of 3").wait_for()
    visitor.wait()
    assert "sumsofar" in written(line)
    back, on = (
        bar.get_by_role("button", name=f"One term {way}") for way in ("back", "on")
    )
    assert back.is_disabled()
    on.click()
    bar.get_by_text("term 2 of 3").wait_for()
    visitor.wait()
    # e to the 2 and e to the 1, of a calculator
    assert "2.718" in written(line)
    assert "10.11" in written(line)
    slider = visitor.slider("z2")
    slider.focus()
    slider.press("Home")
    visitor.shows(z2=-5.0)
    assert "7.396" in written(line)  # e to the 2 and e to the -5
    bar.get_by_role("button", name="Leave the terms").click()
    visitor.wait()
    page.wait_for_function("!document.querySelector('.live-line .live-term')")
    assert page.get_by_role("button", name="Step through").is_visible()


def test_playing_the_terms_ends_with_the_last(visitor):
    page = visitor.open("/dot_product")
    page.get_by_role("button", name="Step through").click()
    bar = page.get_by_role("group", name="Terms")
    bar.get_by_text("term 1 of 2").wait_for()
    bar.get_by_role("button", name="Play the terms").click()
    bar.get_by_text("term 2 of 2").wait_for()
    bar.get_by_role("button", name="Play the terms").get_by_text("▶").wait_for()
    assert bar.get_by_role("button", name="One term on").is_disabled()


def test_a_preset_leaves_the_terms(visitor):
    page = visitor.open("/mean_squared_error")
    page.get_by_role("button", name="Step through").click()
    page.get_by_role("group", name="Terms").get_by_text("term 1 of 5").wait_for()
    page.locator("[data-preset]").first.click()
    page.get_by_role("button", name="Step through").wait_for()
    visitor.wait()
    assert page.locator(".live-line .live-term").count() == 0


def test_whoever_comes_back_begins_without_a_term(visitor):
    page = visitor.open("/softmax")
    page.get_by_role("button", name="Step through").click()
    page.get_by_role("group", name="Terms").get_by_text("term 1 of 3").wait_for()
    visitor.walk_to("Dot product")
    page.get_by_role("heading", name="Dot product", exact=True).wait_for()
    visitor.wait()
    visitor.walk_to("Softmax")
    page.get_by_role("heading", name="Softmax", exact=True).wait_for()
    visitor.wait()
    assert page.get_by_role("button", name="Step through").is_visible()
    assert page.locator(".live-line .live-term").count() == 0


def test_a_process_is_gone_through_step_by_step(visitor):
    page = visitor.open("/gradient_descent")
    page.get_by_role("button", name="One step back in number of steps").click()
    visitor.shows(n_steps=2)
    page.get_by_role("button", name="One step on in number of steps").click()
    visitor.shows(n_steps=3)
