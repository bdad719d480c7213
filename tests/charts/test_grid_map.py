"""The map of a grid: values, signs, names and the walk stand where they belong."""

from __future__ import annotations

import tomllib
from pathlib import Path

import numpy as np
import pytest
from plotly.graph_objects import Figure

from charts import Jump, grid_map
from charts.grid_map import on_cells

CONFIG = Path(__file__).parents[2] / ".streamlit" / "config.toml"
GRID = np.array([[1.25, -2.0], [np.nan, 3.0]])


def drawn(**more):
    return grid_map("Values", GRID, limits=(-3, 3), **more)


def test_cells_hold_the_values_and_the_scale_is_fixed():
    figure = drawn(numbers=True, digits=1)
    cells = figure["data"][0]
    np.testing.assert_array_equal(cells["z"], GRID)
    assert (cells["zmin"], cells["zmax"]) == (-3, 3)
    assert cells["text"] == [["1.3", "−2"], ["", "3"]]
    Figure(figure)


def test_signs_stand_in_their_cells_and_behind_numbers():
    signs = drawn(actions=["↑", "→", "", "↓"])["data"][-1]
    assert signs["text"] == ["↑", "→", "", "↓"]
    np.testing.assert_array_equal(signs["x"], [0, 1, 0, 1])
    np.testing.assert_array_equal(signs["y"], [0, 0, 1, 1])
    aside = drawn(actions=["↑", "→", "", "↓"], numbers=True)["data"][-1]
    assert np.all((aside["x"] > signs["x"]) & (aside["x"] < signs["x"] + 0.5))


def test_names_stand_before_numbers():
    (name,) = drawn(marks={(1, 1): "goal"}, numbers=True)["layout"]["annotations"]
    assert (name["y"], name["text"]) == (1, "goal")
    assert 0.5 < name["x"] < 1


def test_a_jump_is_an_arrow_from_cell_to_cell_with_its_text_on_the_way():
    figure = drawn(jumps=[Jump((0, 1), (1, 1), "+3", 4)], numbers=True)
    arrow, (text,) = figure["data"][-1], figure["layout"]["annotations"]
    assert arrow["marker"]["symbol"] == "arrow"
    assert list(arrow["y"].round()) == [0, 1]
    assert text["text"] == "+3"
    assert arrow["y"][0] < text["y"] < arrow["y"][1]
    assert 0.5 < arrow["x"][0] == arrow["x"][1] == text["x"] < 1
    Figure(figure)


def test_a_walk_has_the_same_length_however_long_it_is():
    walks = [drawn(walk=w)["data"][1] for w in ([], [(0, 0), (0, 1)])]
    assert len(walks[0]["x"]) == len(walks[1]["x"]) == 4
    np.testing.assert_array_equal(walks[1]["x"][:2], [0, 1])


def contrast(one: str, other: str) -> float:
    """Return the contrast of two colors by the rule of WCAG 2.2, relative luminance."""

    def luminance(hexadecimal: str) -> float:
        parts = (int(hexadecimal[k : k + 2], 16) / 255 for k in (1, 3, 5))
        red, green, blue = (
            x / 12.92 if x <= 0.04045 else ((x + 0.055) / 1.055) ** 2.4 for x in parts
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


@pytest.mark.parametrize("mode", ["light", "dark"])
@pytest.mark.parametrize(
    ("limits", "scale"),
    [((0.0, 9.0), "chartSequentialColors"), ((-9.0, 9.0), "chartDivergingColors")],
)
def test_signs_are_seen_on_cells_of_every_color(mode, limits, scale):
    theme = tomllib.loads(CONFIG.read_text())["theme"][mode]
    named = {
        "var(--text)": theme["textColor"],
        "var(--ground)": theme["backgroundColor"],
    }
    steps = np.linspace(*limits, 10)
    for color, cell in zip(on_cells(steps, limits), theme[scale], strict=True):
        assert contrast(named[color], cell) >= 3
