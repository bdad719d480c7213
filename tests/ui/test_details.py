"""The tabs: data as a table and as CSV, and the table of symbols."""

from __future__ import annotations

import csv
import io

import numpy as np
import pytest

from charts import Axis, Bars, Curve, bars, curves, heatmap, maps
from tests.visits import visited
from ui import details
from ui.catalogue import BY_SLUG
from ui.details import csv_text, markdown_table, table_rows
from ui.kept import KeptForAll, bytes_of


def test_padding_is_left_out_and_finite_points_are_all_there():
    line = Curve("path", [0.0, 1.0, np.nan, 3.0], [1.0, np.nan, 2.0, -1.5])
    figure = curves("T", line, x=Axis("x"), y=Axis("y"))
    assert list(table_rows(figure)) == [
        ("T", "path", "0", "1", ""),
        ("T", "path", "3", "-1.5", ""),
    ]


def test_blank_cells_are_left_out_and_the_others_have_the_names_of_their_places():
    matrix = [[1.0, np.nan], [0.25, 2.0]]
    rows = Axis("row", labels=["query", "key"], ticks=(0, 2))
    figure = heatmap("T", matrix, x=Axis("column", labels=["a", ""]), y=rows)
    assert [row[2:] for row in table_rows(figure)] == [
        ("a", "query", "1"),
        ("a", "key", "0.25"),
        ("1", "key", "2"),
    ]


def test_of_several_maps_each_is_a_series_with_rows_and_columns_of_its_own():
    matrices = np.arange(12.0).reshape(3, 2, 2)
    words = ("the", "the")  # a word may stand twice
    named = maps("T", matrices, "abc", limits=(0, 12), rows=words, columns=words)
    rows = [row[1:] for row in table_rows(named)]
    assert ("a", "1: the", "1: the", "0") in rows
    assert ("b", "2: the", "1: the", "5") in rows
    assert ("c", "1: the", "2: the", "10") in rows
    assert len(rows) == 12
    plain = maps("T", matrices, "abc", limits=(0, 12))
    assert ("c", "1", "2", "10") in [row[1:] for row in table_rows(plain)]


def test_bars_are_called_by_their_names_and_an_undefined_one_is_left_out():
    figure = bars("T", ["left", "right"], Bars("p", [0.5, np.nan]))
    assert list(table_rows(figure)) == [("T", "p", "left", "0.5", "")]


def test_a_vertical_bar_in_a_name_stays_inside_its_cell():
    figure = bars("P(A | B)", ["A | B"], Bars("P(A | B)", [0.5]))
    head, line, row = markdown_table(list(table_rows(figure))).splitlines()
    assert head.count("|") == line.count("|") == 5
    assert row == r"| P(A \| B) | A \| B | 0.5 |  |"
    ((_, *cells),) = list(csv.reader(io.StringIO(csv_text((figure,)))))[1:]
    assert cells == ["P(A | B)", "A | B", "0.5", ""]


@pytest.mark.parametrize(
    ("unit", "written"), [("nats", "0.36 nats"), ("°", "0.36°"), ("", "0.36")]
)
def test_only_a_unit_that_is_a_word_stands_apart(unit, written):
    assert details.with_unit("0.36", unit) == written


@pytest.mark.parametrize(
    ("lesson", "name", "kind", "now"),
    [
        ("dropout", "mode", "choice", "inverted"),
        ("dropout", "training", "on or off", "on"),
        ("softmax", "own", "list", "–"),
        ("softmax", "temperature", "number", "1"),
        ("softmax", "logits", "K numbers", "(2, 1, 0.1)"),
        (
            "transformer_ffn",
            "units",
            "number",
            "sets nothing now",
        ),  # the hat has three, whatever is set
        ("transformer_ffn", "token", "number", "−0.5"),
    ],
)
def test_the_table_of_symbols_says_what_each_one_is(lesson, name, kind, now):
    statement = BY_SLUG[lesson].statement
    numbers = statement.solve(statement.defaults).numbers
    values = details._now(statement, numbers, statement.defaults)
    assert details._kind(statement.quantity(name)) == kind
    assert details.short(values[name]) == now


def test_the_logarithms_of_a_picture_with_powers_are_written_as_their_numbers():
    line = Curve("left", [0.0, 1.0], [0.0, -7.0])
    figure = curves("T", line, x=Axis("x"), y=Axis("y", powers=True))
    assert [row[3] for row in table_rows(figure)] == ["1", "1e-07"]
    assert figure["layout"]["yaxis"]["tickprefix"] == "10<sup>"
    assert figure["data"][0]["hovertemplate"].startswith(
        "%{x:.4g}, 10<sup>%{y:.4g}</sup>"
    )


def test_steps_are_worked_once_for_all_who_open_a_lesson_at_one_setting(monkeypatch):
    made = []
    worked = details.worked

    def counted(*given):
        made.append(given)
        return worked(*given)

    monkeypatch.setattr(details, "worked", counted)
    monkeypatch.setattr(details, "STEPS", KeptForAll(2**20, bytes_of))
    lesson = BY_SLUG["softmax"]
    printed = [[line.value for line in visited(lesson).latex] for _ in range(2)]
    assert printed[0] == printed[1]
    assert len(made) == 1
    elsewhere = [line.value for line in visited(lesson, z1="0.5").latex]
    assert elsewhere != printed[0]
    assert len(made) == 2
    light = details.theme.mode()
    monkeypatch.setattr(
        details.theme, "mode", lambda: "dark" if light == "light" else "light"
    )
    in_other_colors = [line.value for line in visited(lesson).latex]
    assert in_other_colors != printed[0]
    assert len(made) == 3
