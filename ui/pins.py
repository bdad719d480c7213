"""Pins: settings that stay on the picture as ghosts, to be compared with the present one.

A pin is a setting and nothing else: a link holds it, and what it shows is computed anew.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode

from charts.ghost import ghosts
from notation.numbers import counted
from notation.quantities import Value
from notation.statement import Statement
from ui import simulation
from ui.catalogue import Lesson
from ui.frames import plain_scene

PIN = "pin"  # what a link calls a pin
LETTERS = "ABC"
DASHES = ("dash", "dot", "longdashdot")
Setting = dict[str, Value]


def link_texts(statement: Statement, pins: Sequence[Mapping[str, Value]]) -> list[str]:
    """Write pins as a link holds them: the controls that differ from their defaults.

    Examples
    --------
    >>> from ui.catalogue import BY_SLUG
    >>> softmax = BY_SLUG["softmax"].statement
    >>> link_texts(softmax, [{**softmax.defaults, "temperature": 2.0}])
    ['temperature=2.0']
    """
    return [
        urlencode(
            {
                control.name: control.text(pin[control.name])
                for control in statement.controls
                if pin[control.name] != control.default
            }
        )
        for pin in pins
    ]


def read_texts(
    statement: Statement, texts: Sequence[str]
) -> tuple[list[Setting], list[str]]:
    """Read pins from a link.

    Parameters
    ----------
    statement : Statement
        Whose controls they set.
    texts : sequence of str
        One a pin, as `link_texts` writes them.

    Returns
    -------
    pins : list of dict
        At most three; what a control cannot read is left at its default.
    dropped : list of str
        What was left out, each in a few words.
    """
    pins: list[Setting] = []
    dropped: list[str] = []
    for letter, text in zip(LETTERS, texts, strict=False):
        pin, strange = dict(statement.defaults), 0
        for name, given in parse_qsl(text, keep_blank_values=True):
            if name not in pin:
                strange += 1
                continue
            pin[name], notice = statement.control(name).parse(given)
            strange += bool(notice)
        if strange:
            dropped.append(f"{counted(strange, 'setting')} of pin {letter}")
        if pin not in pins:
            pins.append(pin)
    if len(texts) > len(LETTERS):
        dropped.append(counted(len(texts) - len(LETTERS), "pin"))
    return pins, dropped


def stamp(lesson: Lesson, pins: Sequence[Mapping[str, Value]]) -> str:
    """Return a name for what the browser is told of these pins; empty if there are none."""
    if not pins:
        return ""
    text = f"{lesson.key} {link_texts(lesson.statement, pins)}"
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def described(
    lesson: Lesson, pins: Sequence[Mapping[str, Value]]
) -> list[dict[str, Any]]:
    """Say everything about pins that the browser needs.

    Returns
    -------
    list of dict
        Of each its ``letter``, its ``values``, these as ``texts``, its live numbers
        (``readouts``) and, for each picture, its ghosts (``traces``).
    """
    statement = lesson.statement
    found = []
    for letter, dash, pin in zip(LETTERS, DASHES, pins, strict=False):
        scene = lesson.scene(pin, simulation.whole_history(statement, pin))
        found.append(
            {
                "letter": letter,
                "dash": dash,
                "values": pin,
                "texts": {c.name: c.text(pin[c.name]) for c in statement.controls},
                "readouts": plain_scene(scene, statement)["readouts"],
                "traces": [ghosts(figure, letter, dash) for figure in scene.figures],
            }
        )
    return found
