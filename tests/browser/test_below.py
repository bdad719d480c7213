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
