"""The live figure in a real browser: it moves while you drag, and shows the truth."""

from __future__ import annotations

import functools
import math
import re

import numpy as np
import pytest
from playwright.sync_api import expect

from notation.quantities import Control
from tests.lessons import simulated
from ui.catalogue import BY_SLUG, LESSONS

# A lesson of each kind: sliders alone; options, switches and a simulation; a simulation that
# sliders change; paths over a landscape. All positions of all sliders: test_frames.py.
KINDS = [
    BY_SLUG[slug] for slug in ("softmax", "attention", "q_learning", "gradient_descent")
]
each_kind = pytest.mark.parametrize("lesson", KINDS, ids=lambda one: one.slug)
SOFTMAX = BY_SLUG["softmax"]
FLOAT32 = 2e-6  # numbers travel in single precision


@functools.cache
def simulated_at(slug, rates):
    return simulated(BY_SLUG[slug].statement, **dict(rates))


def history_at(lesson, values):
    slow = lesson.statement.slow_controls
    return simulated_at(lesson.slug, tuple((name, values[name]) for name in slow))


def shows_what_is_computed(visitor, lesson):
    """Hold every plotted number against the lesson's own scene at the shown values."""
    statement, shown = lesson.statement, visitor.values()
    values = {c.name: c.parse(c.text(shown[c.name]))[0] for c in statement.controls}
    scene = lesson.scene(values, history_at(lesson, values))
    plotted = visitor.plotted()
    assert len(plotted) == len(scene.figures)
    for figure, traces in zip(scene.figures, plotted, strict=True):
        for expected, found in zip(figure["data"], traces, strict=True):
            for axis in ("x", "y", "z"):
                if expected.get(axis) is None:
                    continue
                want = np.asarray(expected[axis], dtype=float)
                have = np.array(found[axis], dtype=float)
                np.testing.assert_allclose(have, want, rtol=FLOAT32, atol=1e-6)


def backwards(control) -> bool:
    """Whether a drag goes to the low end, because that is farther from the default."""
    return control.positions.index(control.default) >= len(control.positions) / 2


def drag(visitor, control, steps=6):
    """Move the thumb with the mouse to one end; stay on the button.

    Before the last step the charts may catch up: on a busy machine the numbers of the
    whole slider take a moment to come.
    """
    start, stop = (0.7, -0.02) if backwards(control) else (0.3, 1.02)
    box = visitor.slider(control.name).bounding_box()
    y = box["y"] + box["height"] / 2
    page = visitor.page
    page.mouse.move(box["x"] + start * box["width"], y)
    page.mouse.down()
    for k in range(steps + 1):
        share = start + (stop - start) * k / steps
        if k == steps:
            visitor.follows(control)
        page.mouse.move(box["x"] + share * box["width"], y)
        page.wait_for_timeout(40)


def sliders(lesson) -> list[Control]:
    return [c for c in lesson.statement.controls if c.is_number]


def first_and_last(lesson) -> list[Control]:
    found = sliders(lesson)
    return [found[0], found[-1]]


@each_kind
def test_charts_follow_every_hand_and_show_what_is_computed(visitor, lesson):
    visitor.open(f"/{lesson.slug}")
    visitor.unfold()
    for control in lesson.statement.controls:
        if control in sliders(lesson):
            visitor.reset()
            visitor.shows(**lesson.statement.defaults)
            wake(visitor, lesson, control)
            charts_move_while_the_button_is_down(visitor, lesson, control)
            the_other_end_is_shown_too(visitor, lesson, control)
        elif control.kind != "numbers":
            every_choice_is_shown(visitor, lesson, control)
    for preset in lesson.presets:
        a_preset_sets_and_shows_its_values(visitor, lesson, preset)


def wake(visitor, lesson, control):
    """Take an option at which a slider sets something, where the usual one hides it."""
    for option in lesson.statement.controls:
        idle = [choice for choice, names in option.idle if control.name in names]
        if option.default in idle:
            other = next(one for one in option.choices if one not in idle)
            visitor.page.locator(f"[data-control={option.name}]").select_option(other)
            visitor.shows(**{option.name: other})


def charts_move_while_the_button_is_down(visitor, lesson, control):
    before, painted = visitor.picture(), visitor.painted()
    drag(visitor, control)
    visitor.follows(control)
    during = visitor.picture()
    value = visitor.values()[control.name]
    assert value == pytest.approx(control.positions[0 if backwards(control) else -1])
    slow = control.name in lesson.statement.slow_controls
    if not slow:
        assert during != before, f"{control.name}: the charts stood still"
        assert visitor.painted() > painted + 1
        shows_what_is_computed(visitor, lesson)
    visitor.page.mouse.up()
    visitor.wait()
    assert visitor.values()[control.name] == pytest.approx(value)
    assert slow or visitor.picture() == during, "release changed the picture"
    if slow:
        shows_what_is_computed(visitor, lesson)
    texts = {f"{control.name}={control.text(v)}" for v in (value, float(value))}
    assert any(text in visitor.page.url for text in texts)


TRAINED = [
    (lesson, name)
    for lesson in LESSONS
    for name in lesson.statement.slow_controls
    if lesson.statement.control(name).is_number
]


@pytest.mark.parametrize(
    ("lesson", "name"), TRAINED, ids=lambda one: getattr(one, "slug", one)
)
def test_a_hand_that_never_rests_sees_what_was_trained_on_its_way(
    visitor, lesson, name
):
    page = visitor.open(f"/{lesson.slug}")
    visitor.unfold()
    box = visitor.slider(name).bounding_box()
    y = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] / 2, y)
    page.mouse.down()
    seen = set()
    for k in range(300):
        share = (1 + math.sin(k / 12)) / 2
        page.mouse.move(box["x"] + share * box["width"], y)
        page.wait_for_timeout(20)
        seen.add(visitor.values()[name])
        if len(seen) > 4:
            break
    assert len(seen) > 4, f"{name}: the pictures stood still"
    page.mouse.up()
    visitor.rest()
    value = visitor.slider(name).evaluate("(range) => range.valueAsNumber")
    positions = lesson.statement.control(name).positions
    assert visitor.values()[name] == pytest.approx(positions[value])
    shows_what_is_computed(visitor, lesson)


def the_other_end_is_shown_too(visitor, lesson, control):
    visitor.slider(control.name).press("End" if backwards(control) else "Home")
    visitor.shows(**{control.name: control.positions[-1 if backwards(control) else 0]})
    shows_what_is_computed(visitor, lesson)


def every_choice_is_shown(visitor, lesson, control):
    knob = visitor.page.locator(f"[data-control={control.name}]")
    for value in (*control.positions, control.default):
        if control.kind == "switch":
            knob.set_checked(value)
        else:
            knob.select_option(value)
        visitor.shows(**{control.name: value})
        shows_what_is_computed(visitor, lesson)


def a_preset_sets_and_shows_its_values(visitor, lesson, preset):
    visitor.page.get_by_role("button", name=preset.name, exact=True).click()
    visitor.shows(**{**lesson.statement.defaults, **preset.values})
    shows_what_is_computed(visitor, lesson)


@each_kind
def test_keys_move_sliders_and_the_charts(visitor, lesson):
    visitor.open(f"/{lesson.slug}")
    visitor.unfold()
    for control in first_and_last(lesson):
        slider = visitor.slider(control.name)
        slider.focus()
        for key, position in (("End", -1), ("Home", 0), ("ArrowRight", 1)):
            slider.press(key)
            visitor.rest()
            visitor.shows(**{control.name: control.positions[position]})
            shows_what_is_computed(visitor, lesson)
        spoken = slider.get_attribute("aria-valuetext")
        assert spoken.startswith(f"{control.positions[1]:.6g}")
        visitor.reset()
        visitor.shows(**lesson.statement.defaults)


@each_kind
def test_a_finger_drags_sliders(visit, lesson):
    visitor = visit(
        viewport={"width": 390, "height": 844}, has_touch=True, is_mobile=True
    )
    page = visitor.open(f"/{lesson.slug}")
    visitor.unfold()
    hand = visitor.context.new_cdp_session(page)

    def touch(kind, *points):
        hand.send(
            "Input.dispatchTouchEvent",
            {"type": kind, "touchPoints": [{"x": x, "y": y} for x, y in points]},
        )

    for control in first_and_last(lesson):
        visitor.reset()
        visitor.shows(**lesson.statement.defaults)
        box = visitor.slider(control.name).bounding_box()
        assert box["height"] >= 44
        before = visitor.plotted()
        y = box["y"] + box["height"] / 2
        start, stop = (0.7, 0.1) if backwards(control) else (0.2, 1)
        touch("touchStart", (box["x"] + start * box["width"], y))
        for k in range(11):
            share = start + (stop - start) * k / 10
            touch("touchMove", (box["x"] + share * box["width"], y))
            page.wait_for_timeout(60)
        visitor.follows(control)
        value = visitor.values()[control.name]
        slow = control.name in lesson.statement.slow_controls
        if not slow:
            assert value != control.default, control.name
            assert visitor.plotted() != before, control.name
        touch("touchEnd")
        visitor.rest()
        visitor.wait()
        assert visitor.values()[control.name] != control.default
        shows_what_is_computed(visitor, lesson)


def test_an_exact_value_is_taken_and_an_impossible_one_is_explained(visitor):
    lesson = SOFTMAX
    page = visitor.open("/softmax")
    field = page.locator("[data-exact=temperature]")
    field.fill("0.37")
    field.press("Enter")
    visitor.rest()
    assert visitor.values()["temperature"] == 0.37
    shows_what_is_computed(visitor, lesson)
    before = visitor.plotted()
    field.fill("99")
    field.press("Enter")
    visitor.rest()
    notice = page.locator(".live-knob", has=field).locator(".live-notice")
    assert "99" in notice.inner_text()
    assert "from 0.1 to 10" in notice.inner_text()
    assert visitor.values()["temperature"] == 0.37
    assert visitor.plotted() == before
    assert field.get_attribute("aria-invalid") == "true"


def test_a_double_click_restores_the_default(visitor):
    visitor.open("/softmax?temperature=5.0")
    assert visitor.values()["temperature"] == 5
    visitor.slider("temperature").dblclick(position={"x": 5, "y": 20})
    visitor.rest()
    assert visitor.values()["temperature"] == 1


def test_the_play_button_sweeps_to_the_end(visitor):
    page = visitor.open("/attention?angle=150")
    painted = visitor.painted()
    page.locator("[data-play=angle]").click()
    visitor.shows(angle=180)
    assert visitor.painted() > painted + 2


def test_a_switch_changes_the_charts(visitor):
    page = visitor.open("/attention")
    page.locator("[data-control=causal]").check()
    visitor.rest()
    weights = np.array(visitor.plotted()[0][0]["z"], dtype=float)
    assert (np.triu(weights, 1) == 0).all()
    assert "causal=true" in page.url


def test_a_hand_on_a_chart_does_not_zoom_it(visitor):
    page = visitor.open("/softmax")
    look = "document.querySelectorAll('.live-plot')[1].layout.xaxis.range"
    whole = page.evaluate(look)
    box = page.locator(".live-plot").nth(1).bounding_box()
    page.mouse.move(box["x"] + 0.3 * box["width"], box["y"] + 0.4 * box["height"])
    page.mouse.down()
    page.mouse.move(
        box["x"] + 0.7 * box["width"], box["y"] + 0.8 * box["height"], steps=5
    )
    page.mouse.up()
    visitor.rest()
    assert page.evaluate(look) == whole


def test_the_node_of_a_chart_is_kept(visitor):
    page = visitor.open("/softmax")
    page.evaluate("document.querySelector('.live-plot').dataset.mine = 'yes'")
    drag(visitor, SOFTMAX.statement.control("z1"))
    page.mouse.up()
    visitor.rest()
    assert page.locator(".live-plot").first.get_attribute("data-mine") == "yes"


@pytest.mark.parametrize(
    ("slug", "name"), [("convolution", "row"), ("linear_layer", "w1")]
)
def test_the_stage_holds_still_while_sentences_come_and_go(visitor, slug, name):
    page = visitor.open(f"/{slug}")
    drag(visitor, BY_SLUG[slug].statement.control(name))  # its sentences have come
    page.evaluate(
        """() => {
          const status = document.querySelector(".live-status");
          const stage = document.querySelector(".live-pictures");
          window.sentences = new Set();
          window.tops = new Set();
          new MutationObserver(() => {
            sentences.add(status.textContent);
            tops.add(stage.getBoundingClientRect().top);
          }).observe(status, { childList: true, characterData: true, subtree: true });
        }"""
    )
    box = visitor.slider(name).bounding_box()
    y = box["y"] + box["height"] / 2
    for k in range(0, 101, 5):
        page.mouse.move(box["x"] + (100 - k) / 100 * box["width"], y)
        page.wait_for_timeout(60)
    page.mouse.up()
    assert page.evaluate("sentences.size") > 5
    assert page.evaluate("tops.size") == 1


def test_a_slider_moved_while_a_preset_is_walked_to_keeps_its_place(visitor):
    page = visitor.open("/eigenvalues?a=1&b=0.5&d=1")
    page.evaluate(
        """() => {
        const live = document.querySelector(".live");
        const range = live.querySelector("input[data-control=b]");
        new MutationObserver((_, observer) => {
          if (JSON.parse(live.dataset.values).a === 1) return; // the walk has not begun
          observer.disconnect();
          range.valueAsNumber = 0; // as the key Home does
          range.dispatchEvent(new Event("input", { bubbles: true }));
          range.dispatchEvent(new Event("change", { bubbles: true }));
        }).observe(live, { attributeFilter: ["data-values"] });
        }"""
    )
    page.get_by_role("button", name="Reset", exact=False).click()
    visitor.shows(a=2, b=-3)


def test_training_can_be_abandoned_by_changing_a_control(visitor):
    visitor.slow_line(400)  # each slice of it is asked for: it takes seconds
    page = visitor.open("/q_learning")
    page.locator("[data-exact=epsilon]").fill("0.43")
    page.locator("[data-exact=epsilon]").press("Enter")
    # Looked for at every frame: a selector is looked for twice a second, and missed.
    page.wait_for_function(
        "document.querySelector('.live-progress:not([hidden]) progress')",
        timeout=10_000,
    )
    page.locator("[data-exact=alpha]").fill("0.35")
    page.locator("[data-exact=alpha]").press("Enter")
    visitor.rest()
    visitor.wait()
    values = visitor.values()
    assert (values["epsilon"], values["alpha"]) == (0.43, 0.35)
    shows_what_is_computed(visitor, BY_SLUG["q_learning"])


def test_without_plotlys_script_the_lesson_falls_back_and_says_so(browser, address):
    from tests.browser.conftest import Visitor

    visitor = Visitor(browser, address)
    visitor.page.route("**/app/static/plotly-*.js", lambda route: route.abort())
    visitor.page.goto(f"{address}/softmax")
    visitor.page.wait_for_selector("text=The live figure could not be loaded")
    visitor.page.wait_for_selector("[data-testid=stSlider]")
    visitor.page.wait_for_selector("[data-testid=stPlotlyChart]")
    visitor.context.close()


def test_a_script_in_the_head_that_did_not_come_is_asked_for_again(browser, address):
    from tests.browser.conftest import Visitor

    visitor, asked = Visitor(browser, address), []

    def answer(route):
        asked.append(route.request.url)
        if len(asked) == 1:
            route.abort()
        else:
            route.continue_()

    visitor.page.route("**/app/static/plotly-*.js", answer)
    visitor.open("/softmax")
    assert len(asked) == 2
    shows_what_is_computed(visitor, BY_SLUG["softmax"])
    visitor.context.close()


def test_plotly_runs_once_and_before_the_figure_asks_for_it(visitor):
    page = visitor.open("/softmax")
    scripts = "document.querySelectorAll('script[src*=\"static/plotly-\"]')"
    assert page.evaluate(f"{scripts}.length") == 1
    assert page.evaluate(f"{scripts}[0].defer")
    timing = "performance.getEntriesByType('resource')"
    early = f"{timing}.find((one) => one.name.includes('static/plotly-')).initiatorType"
    assert page.evaluate(early) == "script"


SPOKEN = (
    "Probabilities. softmax: mat (1) 0.659, floor (2) 0.242, sofa (3) 0.0986.",
    "First e^(z/T): positive, and their sum. e^(z/T): mat (1) 7.39, floor (2) 2.72, "
    "sofa (3) 1.11, sum 11.2.",
    "Probabilities and entropy against temperature. probability against temperature T. "
    "mat (1): falls from 1 at 0.1",
    "3 by 3 cells; largest 0.225 at row mat (1), column mat (1)",
)


def test_charts_have_text_alternatives_and_the_status_is_spoken(visitor):
    page = visitor.open("/softmax")
    plots = page.locator(".live-plot").all()
    assert {plot.get_attribute("role") for plot in plots} == {"img"}
    for plot, words in zip(plots, SPOKEN, strict=True):
        expect(plot).to_have_attribute("aria-label", re.compile(re.escape(words)))
    spoken = page.locator(".live [role=status]")
    spoken.get_by_text("takes 65.9% of the probability").wait_for(state="attached")


def formula(visitor) -> str:
    return visitor.page.locator(".live-line").inner_text()


def test_the_formula_moves_while_the_button_is_down(visitor):
    visitor.open("/softmax")
    before = formula(visitor)
    assert before.endswith("0.659")
    drag(visitor, SOFTMAX.statement.control("z1"))
    visitor.follows(SOFTMAX.statement.control("z1"))
    p = visitor.plotted()[0][0]["y"][0]
    assert formula(visitor).endswith(f"{p:.4g}")
    assert formula(visitor) != before
    visitor.page.mouse.up()


def test_a_number_in_the_formula_is_dragged_like_its_slider(visitor):
    page = visitor.open("/softmax")
    number = page.locator(".live-line [data-quantity=temperature]").last
    box = number.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 60, y, steps=5)
    page.mouse.up()
    visitor.rest()
    positions = SOFTMAX.statement.control("temperature").positions
    wanted = positions[positions.index(1.0) + 10]
    assert visitor.values()["temperature"] == wanted
    assert f"temperature={wanted}" in page.url


def test_pointing_at_a_slider_lights_up_its_numbers_and_fades_the_others(visitor):
    page = visitor.open("/softmax")
    opacity = "(node) => getComputedStyle(node).opacity"
    own = page.locator(".live-line [data-quantity=temperature]").first
    other = page.locator(".live-line [data-quantity=logits]").first
    page.locator(".live-knob[data-quantity=temperature] label").hover()
    assert (own.evaluate(opacity), other.evaluate(opacity)) == ("1", "0.45")
    page.locator(".live-status").hover()
    assert other.evaluate(opacity) == "1"


def test_the_story_of_an_example_stands_there_until_a_preset_tells_its_own(visit):
    visitor = visit(viewport={"width": 1366, "height": 768})
    page = visitor.open("/policy_gradient")
    story = page.get_by_text("An agent walks from cell 0 to the goal.").first
    assert story.is_visible()
    page.get_by_role("button", name="No baseline").click()
    visitor.rest()
    assert not story.is_visible()
    visitor.open("/softmax")  # has none
    assert page.locator(".live-story").count() == 0


def test_results_stay_lit_beside_a_slider_that_they_follow(visitor):
    page = visitor.open("/policy_gradient")
    opacity = "(node) => getComputedStyle(node).opacity"
    value = page.locator(".live-readouts dd[data-quantity=value]")
    page.locator(".live-knob[data-quantity=p] label").hover()
    assert value.evaluate(opacity) == "1"
    page.locator(".live-headline [data-quantity=estimate]").first.hover()
    assert value.evaluate(opacity) == "0.45"


def test_without_streamlits_katex_the_lesson_does_without_the_line(visit):
    visitor = visit()
    visitor.page.route("**/rehype-katex*", lambda route: route.abort())
    visitor.page.goto(f"{visitor.address}/softmax")
    visitor.page.wait_for_selector(".live[data-live=ready]")
    visitor.page.wait_for_selector(".live-line", state="detached")
    visitor.errors.clear()  # the page itself misses it too


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_numbers_in_cells_are_black_or_white(visit, scheme):
    visitor = visit(viewport={"width": 1366, "height": 650}, color_scheme=scheme)
    page = visitor.open("/attention")
    inks = page.evaluate(
        """() => [...document.querySelectorAll(".live-large .heatmap-label text")].map(
        (one) => getComputedStyle(one).fill)"""
    )
    assert len(inks) == 36
    assert set(inks) == {"rgb(0, 0, 0)", "rgb(255, 255, 255)"}


# The texts of a plot, without the ticks of its axes; and their sizes.
WORDS = """(plot) => [...plot.querySelectorAll('text')].filter((one) =>
  one.textContent.trim() && getComputedStyle(one).display !== 'none'
  && !one.closest('.xtick, .ytick')).length"""
TICKS = """(plot) => [...plot.querySelectorAll('.xtick text, .ytick text')].map((one) =>
  parseFloat(getComputedStyle(one).fontSize))"""


def test_pictures_too_small_to_be_read_have_ticks_alone_until_they_are_large(visit):
    visitor = visit(viewport={"width": 1366, "height": 650})
    page = visitor.open("/softmax")

    def counted(script):
        return [plot.evaluate(script) for plot in page.locator(".live-plot").all()]

    words, ticks = counted(WORDS), counted(TICKS)
    assert words[0] > 1
    assert words[1:] == [0, 0, 0]
    for sizes in ticks[1:]:
        assert 3 <= len(sizes) <= 12
        assert min(sizes) >= 10
    page.locator(".live-swap").nth(1).click()
    visitor.rest()
    words = counted(WORDS)
    assert words[1] > 1
    assert [words[0], *words[2:]] == [0, 0, 0]
    page.set_viewport_size({"width": 1920, "height": 1200})
    page.wait_for_timeout(800)
    assert min(counted(WORDS)) >= 1


def test_the_next_question_is_the_next_open_one(visitor):
    page = visitor.open("/softmax?ask=1")
    titles = [question.title for question in BY_SLUG["softmax"].questions]
    asked = page.locator(".live-asked strong")
    for k in range(2):
        expect(asked).to_have_text(titles[k])
        page.locator(".live-skip").click()
        visitor.rest()
    expect(asked).to_have_text(titles[2])
    page.locator(".live-question input").first.fill("1")
    page.locator(".live-answer").click()
    visitor.rest()
    page.get_by_role("button", name="Next question").click()
    expect(asked).to_have_text(titles[3])
