"""The pure parts of the live figure's modules, in one empty page."""

from __future__ import annotations

import pytest

SLIDER = {
    "kind": "number", "low": 0.1, "high": 10, "choices": False,
    "positions": [0.1, 1, 10],
}  # fmt: skip


def call(modules, function, *arguments):
    return modules.evaluate(
        "([name, values]) => window.modules[name](...values)", [function, arguments]
    )


@pytest.mark.parametrize(
    ("changes", "value", "allowed"),
    [
        ({}, 0.1, True),
        ({}, 10, True),
        ({}, 0.37, True),
        ({}, 0.09, False),
        ({}, 10.1, False),
        ({"kind": "integer"}, 3, True),
        ({"kind": "integer"}, 3.5, False),
        ({"choices": True}, 1, True),
        ({"choices": True}, 2, False),
    ],
)
def test_a_typed_number_is_allowed_inside_the_range_only(
    modules, changes, value, allowed
):
    assert call(modules, "isAllowed", {**SLIDER, **changes}, value) == allowed


def test_what_is_no_number_is_not_allowed(modules):
    slider = "[{kind: 'number', low: 0, high: 1, choices: false}, NaN]"
    assert not modules.evaluate(f"window.modules.isAllowed(...{slider})")


@pytest.mark.parametrize(("value", "position"), [(0, 0), (0.5, 0), (0.6, 1), (99, 2)])
def test_the_thumb_stands_at_the_nearest_position(modules, value, position):
    assert call(modules, "nearest", SLIDER, value) == position


@pytest.mark.parametrize(
    ("value", "text"),
    [(0.1 + 0.2, "0.3"), (1, "1"), (1e-7, "1e-7"), (-1000, "-1000"), ("tanh", "tanh")],
)
def test_values_are_written_without_the_dust_of_binary_fractions(modules, value, text):
    assert call(modules, "written", value) == text


@pytest.mark.parametrize(
    ("base", "exponent", "text"),
    [
        (2, -8, "1/256"),
        (2, -14, "1/16384"),
        (2, 5, "32"),
        (2, 0, "1"),
        (10, -3, "1/1000"),
    ],
)
def test_beside_a_logarithm_stands_the_number_that_is_meant(
    modules, base, exponent, text
):
    assert call(modules, "powerOf", base, exponent) == text


@pytest.mark.parametrize(
    ("above", "below", "share", "color"),
    [
        ("#ffffff", "#000000", 0.5, "rgb(128,128,128)"),
        ("#f00", "rgb(0, 0, 255)", 1, "rgb(255,0,0)"),
        ("#102030", "#ffffff", 0, "rgb(255,255,255)"),
    ],
)
def test_muted_colors_lie_between_text_and_ground(modules, above, below, share, color):
    assert call(modules, "mixed", above, below, share) == color


def test_named_colors_are_painted_in_a_copy(modules):
    figure = {
        "line": {"color": "var(--series-1)"},
        "marks": ["var(--text)", "plain", 3],
    }
    theme = {"--series-1": "#0060a8", "--text": "black"}
    assert call(modules, "colored", figure, theme) == {
        "line": {"color": "#0060a8"},
        "marks": ["black", "plain", 3],
    }


@pytest.mark.parametrize(
    ("typed", "number"),
    [
        ("0.67", 0.67),
        ("0,67", 0.67),
        (",5", 0.5),
        ("67 %", 0.67),
        ("2/3", 2 / 3),
        ("−1.5", -1.5),
        ("–1,5", -1.5),
        (" 7\u00a0", 7),
        ("1e-3", 1e-3),
        ("−1.2e-7", -1.2e-7),
        ("60°", 60),
        ("60 °", 60),
        ("1,000.5", 1000.5),
        ("1,234,567", 1234567),
        ("1 000", 1000),
        ("0,125", 0.125),
        ("2.4 × 10⁻⁶", 2.4e-6),
        ("−2*10^3", -2000),
        ("10⁻³", 1e-3),
        ("1,000", None),
        ("1.000,5", None),
        ("1/0", None),
        ("1/2/3", None),
        ("", None),
        ("abc", None),
        ("0x10", None),
        ("1e999", None),
        ("Infinity", None),
        ("--1", None),
        ("1-2", None),
    ],
)
def test_numbers_are_read_as_people_type_them(modules, typed, number):
    read = "(typed) => { const x = window.modules.readNumber(typed, '°');"
    value = modules.evaluate(read + " return Number.isNaN(x) ? null : x; }", typed)
    assert value == (None if number is None else pytest.approx(number))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("The loss is 2.4e-06.", "The loss is 2.4 × 10⁻⁶."),
        ("−7.36e-332 nats", "−7.36 × 10⁻³³² nats"),
        ("from 1e+9 to 3e12", "from 10⁹ to 3 × 10¹²"),
        ("e1, 2e1x, x2e4 and 0x1e5", "e1, 2e1x, x2e4 and 0x1e5"),
        ("1.503", "1.503"),
        ("1050624 weights, 50257.", "1,050,624 weights, 50,257."),
        ("2048, 0.123456 and 12345.5", "2048, 0.123456 and 12345.5"),
    ],
)
def test_numbers_are_printed_as_people_write_them(modules, text, shown):
    assert modules.evaluate("(text) => window.modules.printed(text)", text) == shown


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (1e9, "1e9"),
        (2e7, "2e7"),
        (1000000, "1000000"),
        (-0.25, "-0.25"),
        (1e-8, "1e-8"),
        (0.1 + 0.2, "0.3"),
        (123456789, "123456789"),
        ("random", "random"),
    ],
)
def test_a_field_shows_all_digits_of_its_number(modules, value, text):
    shown = modules.evaluate("(value) => window.modules.written(value)", value)
    assert shown == text
    if isinstance(value, float):
        read = modules.evaluate("(text) => window.modules.readNumber(text)", shown)
        assert read == pytest.approx(value)


@pytest.mark.parametrize(
    ("value", "steps", "position"),
    [(1, 1, 10), (1, -1, 0.1), (10, 1, 10), (0.1, -10, 0.1), (2, 1, 10), (2, -1, 1)],
)
def test_arrows_in_a_field_go_to_the_next_position(modules, value, steps, position):
    assert call(modules, "stepped", {**SLIDER, "value": value}, steps) == position


REQUESTS = """(steps) => {
  const sent = [];
  const { Requests } = window.modules;
  const requests = new Requests(
    () => ({ m: "mount" }), {
      emit: (request) => sent.push(request), late: () => {},
      unheard: () => sent.push("unheard"),
    });
  for (const [step, argument] of steps) requests[step](argument);
  const { busy } = requests;
  requests.close();
  return [sent, busy];
}"""


def test_a_server_that_does_not_answer_twice_is_unheard(modules):
    again = [["send", {"grab": "z1"}], ["repeat", None], ["repeat", None]]
    sent, busy = modules.evaluate(REQUESTS, again)
    assert [one if one == "unheard" else one["n"] for one in sent] == [
        1, 2, "unheard", 3,
    ]  # fmt: skip
    assert sent[-1]["grab"] == "z1"
    assert busy
    sent, _ = modules.evaluate(REQUESTS, [*again[:2], ["acknowledge", 2], *again[:2]])
    assert "unheard" not in sent


def test_one_request_is_in_flight_and_those_that_wait_become_one(modules):
    sent, busy = modules.evaluate(
        REQUESTS,
        [
            ["send", {"grab": "z1"}],
            ["send", {"grab": "z2"}],
            ["send", {"more": True}],
            ["acknowledge", 1],
            ["flush", None],
            ["acknowledge", 2],
        ],
    )
    assert sent == [
        {"grab": "z1", "m": "mount", "n": 1},
        {"grab": "z2", "more": True, "m": "mount", "n": 2},
    ]
    assert not busy


# Streamlit sends what was asked for within a task as one message, for the first who asked.
TURNS = """(order) => new Promise((resolve) => {
  const { inTurn } = window.modules;
  const sent = [];
  let first = null;
  const send = () => {
    sent.push(first);
    first = null;
  };
  const ask = (name) => {
    if (!first) setTimeout(send);
    first ||= name;
  };
  for (const name of order) inTurn(name, () => ask(name));
  setTimeout(() => resolve(sent), 200);
})"""


@pytest.mark.parametrize(
    ("asked", "sent"),
    [
        ("a", "a"),
        ("ab", "ab"),
        ("ba", "ba"),
        ("aab", "ab"),
        ("abc", "abc"),
    ],
)
def test_parts_that_ask_at_once_are_heard_one_after_the_other(modules, asked, sent):
    assert modules.evaluate(TURNS, list(asked)) == list(sent)


def test_an_old_answer_leaves_the_newer_request_in_flight(modules):
    sent, busy = modules.evaluate(
        REQUESTS, [["send", {}], ["acknowledge", 1], ["send", {}], ["acknowledge", 1]]
    )
    assert [request["n"] for request in sent] == [1, 2]
    assert busy


SWEEPS = """() => {
  const { Sweeps } = window.modules;
  const sweeps = new Sweeps();
  const sweep = (k) => ({
    control: "a", positions: [1, 2], others: { b: k }, pool: new Float32Array([5, 6]),
    scene: { figures: [], line: { pieces: [""], numbers: [] } }, leaves: [{ path: ["x"], offset: 0, size: 1, shape: [] }],
  });
  for (let k = 0; k < 9; k += 1) sweeps.keep(sweep(k));
  const x = (values) => sweeps.frame(["b", "a"], values)?.x ?? null;
  return [
    sweeps.has("a", { a: 1, b: 0 }), sweeps.has("a", { a: 9, b: 8 }),
    x({ a: 1, b: 8 }), x({ a: 2, b: 8 }), x({ a: 3, b: 8 }), x({ a: 1, b: 0 }),
  ];
}"""


def test_the_last_eight_sweeps_are_kept_and_answer_for_their_positions_only(modules):
    assert modules.evaluate(SWEEPS) == [False, True, 5, 6, None, None]


@pytest.mark.parametrize(
    ("before", "after", "factor"),
    [
        (2, 1, "2"),
        (1, 24.53, "24.5"),
        (3, 3, "1"),
        (-2, -8, "4"),
        (0, 1, ""),
        (-1, 1, ""),
    ],
)
def test_a_factor_says_how_many_times_one_number_is_the_other(
    modules, before, after, factor
):
    assert call(modules, "factorOf", before, after) == factor


CONTROLS = [{"name": "t", "meaning": "temperature"}, {"name": "on", "meaning": "mask"}]


def column(t, mask, *numbers):
    return {"values": {"t": t, "on": mask}, "readouts": [[k, n] for k, n in numbers]}


def test_a_comparison_has_the_settings_that_differ_and_all_live_numbers(modules):
    columns = [column(1, True, ("H", "0.5")), column(-2, True, ("H", "∞"))]
    assert call(modules, "rowsOf", CONTROLS, columns) == [
        {"label": "temperature", "setting": True, "cells": ["1", "−2"]},
        {"label": "H", "setting": False, "cells": ["0.5", "∞"]},
    ]


@pytest.mark.parametrize(
    ("after", "sentence"),
    [
        (
            column(2, False, ("p", "0.4"), ("H", "2")),
            "Since A: temperature from 1 to 2, mask from on to off. "
            "What changes most is “H”, from 0.5 to 2 (× 4).",
        ),
        (
            column(2, True, ("p", "−0.1"), ("H", "0.5")),
            "Since A: temperature from 1 to 2. "
            "What changes most is “p”, from 0.4 to −0.1.",
        ),
        (
            column(2, True, ("p", "0.4"), ("H", "0.5")),
            "Since A: temperature from 1 to 2. No live number changes.",
        ),
        (column(1, True, ("p", "9"), ("H", "9")), "Now everything is set as in A."),
    ],
)
def test_one_sentence_says_what_changed_and_by_what_factor(modules, after, sentence):
    before = column(1, True, ("p", "0.4"), ("H", "0.5"))
    assert call(modules, "changeOf", CONTROLS, before, after, "A") == sentence


AXES = {
    "meta": {"title": "Loss"},
    "xaxis": {"title": {"text": "step"}},
    "yaxis": {"title": {"text": "loss"}},
}


def curve(y, name="f", **changes):
    x = list(range(len(y)))
    return {"type": "scatter", "mode": "lines", "name": name, "x": x, "y": y, **changes}


@pytest.mark.parametrize(
    ("y", "words"),
    [
        ([1, 2, 3], "f: rises from 1 at 0 to 3 at 2."),
        ([3, 2, 1], "f: falls from 3 at 0 to 1 at 2."),
        ([2, 2, 2], "f: level at 2."),
        ([0, 5, 1], "f: goes from 0 at 0 to 1 at 2 with a maximum of 5 at 1."),
        ([5, -1, 5], "f: goes from 5 at 0 to 5 at 2 with a minimum of −1 at 1."),
        (
            [0, 5, 1, 4],
            "f: goes from 0 at 0 to 4 at 3 with a maximum of 5 at 1 and a minimum of 1 at 2.",
        ),
        ([0, 5, 0, 5, 0], "f: swings 3 times between 0 and 5, from 0 at 0 to 0 at 4."),
        ([1, 1.001, 1, 3], "f: rises from 1 at 0 to 3 at 3."),
        ([None, 1, 2], "f: rises from 1 at 1 to 2 at 2."),
    ],
)
def test_a_curve_is_described_by_its_shape(modules, y, words):
    y = [float("nan") if height is None else height for height in y]
    told = modules.evaluate(
        """([y, figure]) => {
        figure.data[0].y = y.map((height) => height ?? NaN);
        return window.modules.describe(figure); }""",
        [
            [None if h != h else h for h in y],
            {"data": [curve(y and [0] * len(y))], "layout": AXES},
        ],
    )
    assert told == f"Loss. loss against step. {words}"


def test_crossings_points_bars_and_maps_are_described(modules):
    lines = [curve([0, 1, 2]), curve([2, 1.5, 0], "g")]
    told = call(modules, "describe", {"data": lines, "layout": AXES})
    assert told.endswith("They cross at 1.2.")
    mark = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [1],
        "y": [-2.5],
        "text": ["now"],
    }
    told = call(modules, "describe", {"data": [mark], "layout": AXES})
    assert told.endswith("now at 1, −2.5.")
    ghost = {**mark, "meta": {"of": 0}}
    told = call(modules, "describe", {"data": [ghost], "layout": AXES})
    assert "now" not in told
    named = {"title": {"text": "class"}, "tickvals": [0, 1], "ticktext": ["cat", "dog"]}
    bar = {"type": "bar", "name": "p", "x": [0, 1], "y": [0.25, 0.75]}
    told = call(
        modules, "describe", {"data": [bar], "layout": {**AXES, "xaxis": named}}
    )
    assert told.endswith("p: cat 0.25, dog 0.75.")
    cells = {"type": "heatmap", "z": [[1, 2], [3, 0]]}
    layout = {**AXES, "xaxis": named, "yaxis": named}
    told = call(modules, "describe", {"data": [cells], "layout": layout})
    assert told.endswith(
        "2 by 2 cells; largest 3 at row dog, column cat, smallest 0 at row dog, column dog."
    )


def test_a_tone_rises_with_the_curve_and_is_silent_in_gaps(modules):
    low, high, gap, middle = modules.evaluate("window.modules.pitches([0, 2, NaN, 1])")
    assert (low, high, gap) == (220, 880, None)
    assert middle == 440
