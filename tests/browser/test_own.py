"""A reader's own numbers on the page: pasted, refused with a word, in the link, from a file."""

from __future__ import annotations

import numpy as np
import pytest
from playwright.sync_api import expect


def opened(visitor, path="/softmax"):
    page = visitor.open(path)
    page.get_by_role("button", name="Your numbers").click()
    return page, page.get_by_role("region", name="your own logits")


def test_numbers_are_pasted_used_and_in_the_link(visitor):
    page, card = opened(visitor)
    card.get_by_role("textbox").fill("3; 1,5; 0")
    card.get_by_role("button", name="Use them").click()
    visitor.shows(own="3_1.5_0")
    assert "own=3_1.5_0" in page.url
    assert page.get_by_role("button", name="Your numbers: 3").is_visible()
    assert not card.is_visible()
    assert not visitor.slider("z1").is_visible()
    assert visitor.slider("temperature").is_visible()
    page.reload()
    visitor.wait()
    visitor.shows(own="3_1.5_0")
    page.locator("[data-reset]").click()
    visitor.shows(own="")
    assert visitor.slider("z1").is_visible()


def test_what_is_wrong_is_said_beside_it_and_nothing_is_lost(visitor):
    _, card = opened(visitor)
    before = visitor.values()
    card.get_by_role("textbox").fill("3, <b>x</b>, 1")
    card.get_by_role("button", name="Use them").click()
    card.get_by_text("Number 2: “?b?x??b?” is not a number").wait_for()
    visitor.wait()
    assert visitor.values() == before
    assert card.get_by_role("textbox").input_value() == "3, <b>x</b>, 1"
    assert card.locator("b").count() == 0


def test_a_link_whose_numbers_cannot_be_read_says_so(visitor):
    page = visitor.open("/softmax?own=1_two")
    card = page.get_by_role("region", name="your own logits")
    card.get_by_text("Number 2: “two” is not a number").wait_for()


def test_a_file_is_read(visitor, tmp_path):
    file = tmp_path / "logits.csv"
    file.write_text("logit\n4\n2\n0\n")
    page, card = opened(visitor)
    card.locator("input[type=file]").set_input_files(file)
    visitor.shows(own="4_2_0")
    page.get_by_role("button", name="Your numbers: 3").click()
    card.get_by_role("button", name="Back to the lesson's").click()
    visitor.shows(own="")


def test_too_many_for_a_link_are_kept_and_can_be_saved(visitor):
    page, card = opened(visitor)
    numbers = [k / 7 for k in range(200)]
    card.get_by_role("textbox").fill(" ".join(map(str, numbers)))
    card.get_by_role("button", name="Use them").click()
    page.get_by_role("button", name="Your numbers: 200").click()
    visitor.wait()
    card.get_by_text("too many for a link").wait_for()
    assert "own" not in page.url
    with page.expect_download() as download:
        card.get_by_role("button", name="Save as a file").click()
    saved = download.value.path().read_text(encoding="utf-8-sig")
    assert [float(text) for text in saved.split(",")] == [
        float(f"{x:.10g}") for x in numbers
    ]


def test_a_readers_own_numbers_reach_no_task_of_the_lesson(visitor):
    page = visitor.open("/softmax?own=9_0&temperature=0.5")  # class 1 takes over 99 %
    expect(page.locator("[data-tasks]")).to_contain_text("○○○")
    page.locator("[data-reset]").click()
    visitor.shows(own="")
    visitor.slider("temperature").press("Home")
    visitor.shows(temperature=0.1)
    expect(page.locator("[data-tasks]")).to_contain_text("✓")


def test_a_form_takes_returns(visitor):
    page = visitor.open("/policy_gradient?form=grpo")
    page.get_by_role("button", name="Your numbers").click()
    name = "your own returns, one for each answer or episode"
    card = page.get_by_role("region", name=name)
    card.get_by_role("textbox").fill("episode\n12\n7,5\n-3")
    card.get_by_role("button", name="Use them").click()
    visitor.shows(own="12_7.5_-3")
    page.get_by_text("3 answers, mean reward 5.5").first.wait_for()
    assert "form=grpo" in page.url
    assert "own=12_7.5_-3" in page.url


def test_a_point_that_is_dragged_makes_the_points_ones_own(visitor):
    page = visitor.open("/linear_regression?data=anscombe-1")
    third = page.get_by_title("Drag point 3", exact=True)
    box = third.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + 4 * step, y + 8 * step)
    page.mouse.up()
    visitor.wait()
    rows = [row.split("_") for row in visitor.values()["own"].split("~")]
    assert len(rows) == 11
    assert rows[1] == ["8", "6.95"]  # the others stay
    across, up = map(float, rows[2])
    assert across > 13.5
    assert up < 7
    assert page.get_by_role("button", name="Your numbers: 11").is_visible()
    box = third.bounding_box()  # the point is where the hand let it go
    assert abs(box["x"] + box["width"] / 2 - x - 20) < 2
    assert abs(box["y"] + box["height"] / 2 - y - 40) < 2


def test_a_value_of_a_plain_list_is_dragged_along_its_axis_alone(visitor):
    page = visitor.open("/variance")
    page.get_by_title("Drag value 5", exact=True).wait_for(state="attached")
    assert page.get_by_title("Drag value 6", exact=True).count() == 0
    second = page.get_by_title("Drag value 2", exact=True)
    box = second.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x + 9 * step, y - 6 * step)
    page.mouse.up()
    visitor.wait()
    values = [float(number) for number in visitor.values()["own"].split("_")]
    assert len(values) == 5
    rng = np.random.default_rng(5)
    drawn = rng.standard_normal(5)
    assert values[1] > drawn[1] + 0.2
    others = [0, 2, 3, 4]
    assert [values[k] for k in others] == pytest.approx(
        drawn[others].tolist(), rel=1e-5
    )
    box = second.bounding_box()  # as high as the hand let it go
    assert abs(box["y"] + box["height"] / 2 - y + 30) < 2


def test_a_fixed_example_becomes_ones_own_where_the_hand_drops_it(visitor):
    page = visitor.open("/mean_squared_error")
    second = page.get_by_title("Drag value 2", exact=True)
    second.wait_for(state="attached")
    box = second.bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x, y - 20 * step)
    page.mouse.up()
    visitor.wait()
    values = [float(number) for number in visitor.values()["own"].split("_")]
    assert values[1] > 20
    assert [values[k] for k in (0, 2, 3, 4)] == [1, 3, 4, 100]
    box = second.bounding_box()
    assert abs(box["y"] + box["height"] / 2 - y + 100) < 2


def test_a_line_is_turned_by_the_ring_at_its_right_end(visitor):
    page = visitor.open("/linear_regression")
    before = visitor.values()
    box = page.get_by_title("Turn your line", exact=True).bounding_box()
    x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(1, 6):
        page.mouse.move(x, y + 6 * step)
    page.mouse.up()
    visitor.wait()
    after = visitor.values()
    assert after["slope"] < before["slope"]
    assert after["intercept"] == before["intercept"]
    box = page.get_by_title("Turn your line", exact=True).bounding_box()
    assert abs(box["y"] + box["height"] / 2 - y - 30) < 10  # a step of the slope is 18


def test_a_line_that_is_turned_past_its_range_goes_on_at_the_other_end(visitor):
    page = visitor.open("/eigenvalues?probe=78")
    ring = page.get_by_title("Turn x", exact=True)
    lines = ".live-large .zerolinelayer path"
    across, up = (line.bounding_box() for line in page.locator(lines).all()[:2])
    x, y = max(across["x"], up["x"]), max(across["y"], up["y"])
    start = ring.bounding_box()
    page.mouse.move(start["x"] + start["width"] / 2, start["y"] + start["height"] / 2)
    page.mouse.down()
    for aside in (10, 0, -10, -30, -60):  # over the top, to 135 degrees
        page.mouse.move(x + aside, y - 60)
    page.mouse.up()
    visitor.shows(probe=-45)


def test_a_cell_of_a_factor_chooses_its_row_or_its_column_alone(visitor):
    page = visitor.open("/matrix_multiplication")
    click = """([row, column]) => document.querySelector(".live-large .js-plotly-plot")
      .emit("plotly_click", { points: [{ curveNumber: 0, pointNumber: [row, column] }] })"""
    first_of_C = 4  # after three of a factor and a gap
    for cell, chosen in (
        ((first_of_C + 2, 0), {"row": 2, "column": 1}),  # of A
        ((0, first_of_C), {"row": 2, "column": 0}),  # of B
        ((first_of_C, first_of_C + 1), {"row": 0, "column": 1}),  # of C
        ((0, 0), {"row": 0, "column": 1}),  # where nothing stands
    ):
        page.evaluate(click, list(cell))
        visitor.shows(**chosen)
