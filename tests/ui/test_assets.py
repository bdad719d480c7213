"""What the browser gets: everything is there, under names that change with it."""

from __future__ import annotations

import re
from pathlib import Path

import streamlit

from ui import assets


def test_every_file_of_ours_is_placed_where_it_is_said_to_be():
    files = assets.browser_files()
    names = [files["plotly"], files["entry"], files["style"], *files["modules"]]
    for name in names:
        assert name.startswith("app/static/")
        placed = assets.STATIC / name.removeprefix("app/static/")
        assert placed.stat().st_size > 100, name
    assert len(files["modules"]) == len(list(assets.SOURCES.glob("*.js"))) - 1


def test_no_rule_makes_the_browser_look_at_the_whole_page_at_each_step_of_a_drag():
    # With a single :has() every change of a chart is such a look: 40 ms instead of 5.
    styles = [*(assets.SOURCES.parent / "style").glob("*.css")]
    styles += assets.SOURCES.glob("*.css")
    assert len(styles) > 2
    for style in styles:
        rules = re.sub(
            r"/\*.*?\*/", "", style.read_text(encoding="utf-8"), flags=re.DOTALL
        )
        assert ":has(" not in rules, style.name


def test_streamlit_has_the_katex_that_sets_the_live_formula():
    name = assets.browser_files()["katex"]
    folder = Path(streamlit.__file__).parent / "static"
    text = (folder / name).read_text(encoding="utf-8")
    assert "export" in text
    assert "default" in text


def test_the_folders_name_changes_with_any_file(tmp_path):
    one, other = tmp_path / "a.js", tmp_path / "b.js"
    one.write_text("1")
    other.write_text("2")
    names = {
        assets._digest({"a": one}),
        assets._digest({"b": one}),
        assets._digest({"a": other}),
        assets._digest({"a": one, "b": other}),
    }
    assert len(names) == 4
