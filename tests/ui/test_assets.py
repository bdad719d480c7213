"""What the browser gets: everything is there, under names that change with it."""

from __future__ import annotations

import hashlib
import re
from pathlib import Path

import pytest
import streamlit

from tests.lessons import drawing
from ui import assets
from ui.catalogue import SHOWN


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


@pytest.mark.parametrize("lesson", SHOWN, ids=lambda one: one.key)
def test_the_small_plotly_knows_all_kinds_of_traces_that_are_drawn(lesson):
    text = (assets.BUNDLE / "entry.js").read_text(encoding="utf-8")
    known = {"scatter", *re.findall(r'require\("plotly\.js/lib/(\w+)"\)', text)}
    assert known == {"scatter", "core", "bar", "contour", "heatmap"}
    draw = drawing(lesson)
    for values in ({}, *(preset.values for preset in lesson.presets)):
        scene = draw(**{**lesson.statement.defaults, **values})
        drawn = {trace["type"] for figure in scene.figures for trace in figure["data"]}
        assert drawn <= known - {"core"}


def test_a_small_plotly_is_served_if_it_was_made_of_what_is_wanted(tmp_path):
    for part in ("entry.js", "package-lock.json"):
        (tmp_path / part).write_bytes((assets.BUNDLE / part).read_bytes())
    whole = assets.plotly_script(tmp_path)[1]
    assert whole.name == "plotly.min.js"
    assert whole.stat().st_size > 4e6
    made_of = hashlib.sha256()
    for part in ("entry.js", "package-lock.json"):
        made_of.update((tmp_path / part).read_bytes())
    small = tmp_path / "plotly.min.js"
    small.write_text(f"/* {made_of.hexdigest()} */\nvar Plotly={{}};")
    name, script = assets.plotly_script(tmp_path)
    assert script == small
    assert made_of.hexdigest().startswith(name[len("plotly-") : -len(".min.js")])
    (tmp_path / "entry.js").write_text("// other kinds of traces")
    assert assets.plotly_script(tmp_path)[1] == whole


def test_what_the_small_plotly_is_made_of_is_fixed_and_comes_from_nowhere_by_name():
    lock = (assets.BUNDLE / "package-lock.json").read_text(encoding="utf-8")
    assert lock.count('"integrity": "sha512-') > 200
    assert '"resolved"' not in lock
