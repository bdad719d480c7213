"""The live line in a drag: digits that are changed in place look as if set anew."""

from __future__ import annotations

import pytest
from playwright.sync_api import expect

from tests.browser.modules import evaluate
from tests.lessons import default_history
from ui import assets, frames, live
from ui.catalogue import BY_SLUG, SHOWN
from ui.packing import Pool
from ui.state import LessonState

MOST = 12  # positions of a slider that are looked at

# Moves one formula from position to position, and sets each in a formula of its own.
DRAG = """async (bytes, { unpack, frameAt, Formula }) => {
  const { sweep, quantities, headline, address, positions } = unpack(bytes);
  const made = async () => {
    const formula = await new Promise((done) => {
      const one = new Formula(address, () => done(one));
      one.describe(quantities, headline);
      document.body.append(one.root);
    });
    return formula;
  };
  const [moved, anew] = [await made(), await made()];
  let patched = 0;
  const set = moved.set.bind(moved);
  const differences = [];
  for (const k of positions) {
    const { line, widths } = frameAt(sweep, k);
    let whole = false;
    moved.set = () => { whole = true; set(); };
    moved.show(line, widths);
    patched += whole ? 0 : 1;
    anew.before = anew.numbers;
    anew.template = null;
    anew.show(line, widths);
    const strip = ({ line }) => line.innerHTML.replaceAll(" live-changed", "");
    if (strip(moved) !== strip(anew)) differences.push([k, strip(moved), strip(anew)]);
  }
  moved.root.remove();
  anew.root.remove();
  return [patched, differences];
}"""


def dragged(modules, lesson, control):
    history = default_history(lesson.statement)
    state = LessonState(lesson, lesson.statement.defaults)
    pool = Pool()
    sweep = frames.sweep(lesson, control, state.values, pool, history)
    about = live.describe_lesson(state)
    count = len(control.positions)
    places = sorted({k * (count - 1) // (MOST - 1) for k in range(MOST)})
    header = {
        "scene": None,
        "sweep": sweep,
        "quantities": about["quantities"],
        "headline": about["headline"],
        "address": "/" + str(assets.browser_files()["katex"]).rpartition("/")[2],
        "positions": places,
    }
    return evaluate(modules, DRAG, pool.message(header))


@pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)
def test_a_moved_line_is_the_line_that_is_set_anew(modules, lesson):
    for control in lesson.statement.swept_controls:
        _, differences = dragged(modules, lesson, control)
        assert differences == [], control.name


def test_most_positions_are_reached_by_changing_digits(modules):
    lesson = BY_SLUG["softmax"]
    patched, _ = dragged(modules, lesson, lesson.statement.control("z1"))
    assert patched >= MOST // 2


def test_the_formula_follows_a_setting_that_computes_another_one(visitor):
    page = visitor.open("/gradient_descent?momentum=0.5")
    headline = page.locator(".live-headline .katex-html")
    expect(headline).to_contain_text("μ")
    visitor.slider("momentum").press("Home")
    visitor.shows(momentum=0.0)
    expect(headline).not_to_contain_text("μ")
    visitor.slider("momentum").press("ArrowRight")
    expect(headline).to_contain_text("μ")
    colored = headline.locator("[data-quantity=momentum]")
    expect(colored).to_have_count(1)


def test_the_formula_of_another_setting_is_whole_in_sight(visitor):
    page = visitor.open("/adam?bias_correction=false")
    box = page.locator(".live-headline .katex-html").first.bounding_box()
    assert box["width"] > 100
    assert box["x"] >= 0
    assert box["x"] + box["width"] <= page.viewport_size["width"]


LINE = """() => {
  const line = document.querySelector(".live-line");
  const frame = line.querySelector(".katex-display");
  return [parseFloat(getComputedStyle(line).fontSize), frame.scrollWidth - frame.clientWidth];
}"""


def test_a_line_that_is_too_wide_becomes_smaller_before_it_is_wrapped(visit):
    visitor = visit(viewport={"width": 390, "height": 664}, has_touch=True)
    page = visitor.open("/softmax")
    usual, _ = page.evaluate(LINE)
    page = visitor.open("/policy_gradient")
    size, over = page.evaluate(LINE)
    assert size == 11  # it cannot be smaller and still be read
    assert over == 0
    page = visitor.open("/multi_head_attention")
    size, over = page.evaluate(LINE)
    assert 11 <= size <= usual
    assert over == 0 or size == 11
    # On a page that has room it has its usual size again.
    page.set_viewport_size({"width": 1366, "height": 650})
    page.wait_for_function("document.querySelector('.live-line').style.fontSize === ''")


ROWS = """(place) => {
  const parts = [...document.querySelectorAll(`.${place} .live-whole`)];
  const boxes = parts.map((part) => part.getBoundingClientRect());
  return [parts.map(({ textContent }) => textContent.trim()),
    new Set(boxes.map(({ bottom }) => Math.round(bottom / 5))).size,
    Math.max(...boxes.map(({ right }) => right))];
}"""


def test_what_is_too_wide_for_a_phone_stands_in_rows(visit):
    visitor = visit(viewport={"width": 390, "height": 664}, has_touch=True)
    page = visitor.open("/attention")
    terms, rows, right = page.evaluate(ROWS, "live-line")
    assert rows > 1
    assert right < 390
    for slug in ("q_learning", "variance"):  # where the terms stand in brackets
        page = visitor.open(f"/{slug}")
        assert page.evaluate(ROWS, "live-line")[2] < 390
        assert page.evaluate(LINE)[1] == 0
    assert all(term.endswith("+") for term in terms[1:-1])
    assert "=" in terms[-1]  # what it comes to stands beside the last term
    page = visitor.open("/bayes")
    equations, rows, right = page.evaluate(ROWS, "live-headline")
    assert (len(equations), rows) == (2, 2)
    assert right < 390
    assert equations[1].startswith("P(B)=")


def test_a_line_fits_once_its_type_has_come(visit):
    visitor = visit(viewport={"width": 1366, "height": 650})
    fonts = []  # they come late
    visitor.page.route("**/KaTeX*.woff2", lambda font: fonts.append(font))
    page = visitor.open("/policy_gradient")
    assert fonts
    for font in fonts:
        font.continue_()
    visitor.page.unroute("**/KaTeX*.woff2")
    page.wait_for_function("document.fonts.status === 'loaded'")
    visitor.rest()
    room = "({ clientWidth, scrollWidth }) => clientWidth - scrollWidth"
    assert page.locator(".live-line .katex-display").evaluate(room) >= 0


def test_numbers_close_up_when_the_hand_has_left(visitor):
    page = visitor.open("/softmax")
    reserved = (
        "[...document.querySelectorAll('.live-number')].some((n) => n.style.minWidth)"
    )
    slider = visitor.slider("z1")
    slider.focus()
    slider.dispatch_event("pointerdown")
    page.keyboard.press("ArrowRight")
    page.wait_for_function(reserved)
    slider.dispatch_event("pointerup")
    page.wait_for_function(f"!({reserved})")


def test_the_value_of_a_fraction_wider_than_a_phone_stays_in_sight(visit):
    visitor = visit(viewport={"width": 240, "height": 664}, has_touch=True)
    page = visitor.open("/positional_encoding?form=alibi")
    frame = page.locator(".live-line .katex-display")
    value = frame.locator(".base").last
    for place in (0, 150, 10_000):
        frame.evaluate("(node, left) => { node.scrollLeft = left; }", place)
        inner, outer = value.bounding_box(), frame.bounding_box()
        assert outer["x"] < inner["x"]
        right = outer["x"] + outer["width"]
        assert inner["x"] + inner["width"] == pytest.approx(right, abs=1)
    last = frame.locator(".base:nth-last-child(2) .mfrac").last.bounding_box()
    assert last["x"] + last["width"] <= value.bounding_box()["x"]
    visitor.open("/softmax")  # a line that fits holds still
    expect(page.locator(".live-scrolled")).to_have_count(0)


def test_the_size_of_the_line_rests_while_a_slider_is_dragged(visit):
    visitor = visit(viewport={"width": 390, "height": 664}, has_touch=True)
    page = visitor.open("/transformer_ffn")
    slider = visitor.slider("token")
    slider.focus()
    slider.dispatch_event("pointerdown")
    sizes = set()
    for _ in range(6):
        page.keyboard.press("ArrowRight")
        page.wait_for_timeout(60)
        sizes.add(page.evaluate(LINE)[0])
    assert len(sizes) == 1


def test_on_a_phone_on_its_side_the_formula_takes_no_more_room_than_it_needs(visit):
    visitor = visit(viewport={"width": 844, "height": 390}, has_touch=True)
    for slug in ("dot_product", "policy_gradient", "bayes"):
        page = visitor.open(f"/{slug}")
        held, natural = page.evaluate(
            """() => {
              const formula = document.querySelector(".live-formula");
              const held = formula.offsetHeight;
              formula.style.minHeight = "";
              return [held, formula.offsetHeight];
            }"""
        )
        assert held == natural, slug
        assert page.locator(".live-side [data-terms], .live-side .live-chip").count()
    page = visitor.open("/dot_product")
    # Its names stand in one line above the picture, not in the picture.
    assert page.locator(".live-legend").is_visible()
    assert page.locator(".live-large .legend").count() == 0


def test_on_a_phone_on_its_side_no_choice_lies_over_what_follows(visit):
    visitor = visit(viewport={"width": 844, "height": 390}, has_touch=True)
    for slug in ("dropout", "mean_squared_error", "convolution"):
        page = visitor.open(f"/{slug}")
        choices = page.locator(".live-choice:visible")
        assert choices.count()
        for choice in choices.all():
            held, needed = choice.evaluate(
                "(one) => [one.offsetHeight, one.scrollHeight]"
            )
            assert needed <= held, (slug, choice.inner_text())
