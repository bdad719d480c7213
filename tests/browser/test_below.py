"""What stands below the figure follows when somebody looks at it, and costs nothing before."""

from __future__ import annotations

READ = "[class*=st-key-read]"
STEPS = f"{READ} .katex-display"


def steps(page) -> str:
    return "".join(page.locator(STEPS).all_inner_texts())


def test_steps_out_of_sight_are_made_again_when_they_are_scrolled_to(visit):
    visitor = visit(viewport={"width": 1366, "height": 500})
    page = visitor.open("/softmax")
    # Nothing near the figure is in sight of the part below.
    page.evaluate(f"document.querySelector('{READ}').style.marginTop = '2000px'")
    visitor.rest()
    before = steps(page)
    page.locator("input[data-control=z1]").focus()
    page.keyboard.press("End")
    visitor.rest()
    assert visitor.values()["z1"] == 5
    assert steps(page) == before
    page.locator(READ).scroll_into_view_if_needed()
    page.wait_for_function(
        f"""(old) => [...document.querySelectorAll('{STEPS}')]
        .map((e) => e.innerText).join('') !== old""",
        arg=before,
    )
    visitor.rest()
    assert "5" in steps(page)


def test_steps_in_sight_follow_each_commit(visitor):
    page = visitor.open("/softmax")
    page.locator(READ).scroll_into_view_if_needed()
    visitor.rest()
    shown = set()
    for key in ("End", "Home"):
        page.locator("input[data-control=z2]").focus()
        page.keyboard.press(key)
        visitor.rest()
        page.wait_for_function(
            f"(old) => !old.includes([...document.querySelectorAll('{STEPS}')]"
            ".map((e) => e.innerText).join(''))",
            arg=sorted(shown),
        )
        visitor.rest()
        shown.add(steps(page))
    assert len(shown) == 2


def test_without_the_live_figure_the_steps_follow_too_and_stand_there_once(visit):
    visitor = visit()
    page = visitor.page
    page.route("**/plotly-*", lambda route: route.abort())
    page.goto(f"{visitor.address}/softmax")
    page.get_by_text("The live figure could not be loaded").wait_for()
    visitor.settle()
    assert page.get_by_role("tab", name="Worked steps").count() == 1
    shown = "() => document.querySelector('[role=tabpanel]').innerText"
    before = page.evaluate(shown)
    page.get_by_role("slider").first.focus()
    page.keyboard.press("ArrowRight")
    page.wait_for_function(f"(old) => ({shown})() !== old", arg=before)
    assert page.get_by_role("tab", name="Worked steps").count() == 1
    visitor.errors.clear()  # the browser's own words about what was kept from it


def test_worked_steps_go_on_in_a_second_row_where_the_page_is_narrow(visit):
    visitor = visit(viewport={"width": 390, "height": 844}, has_touch=True)
    page = visitor.open("/policy_gradient")
    page.locator(READ).scroll_into_view_if_needed()
    visitor.rest()
    lines = page.locator("[class*=st-key-lines] .katex-display")
    lines.nth(4).wait_for()
    over = "(e) => e.scrollWidth - e.clientWidth"
    assert [line.evaluate(over) for line in lines.all()] == [0] * 5
    # The line of all terms has several rows.
    heights = [line.bounding_box()["height"] for line in lines.all()]
    assert heights[1] > 3 * heights[4]
