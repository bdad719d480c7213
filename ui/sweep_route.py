"""Sweeps over plain HTTP: what a grabbed slider needs, without a run of the script.

The figure asks here first, because a run of the script makes Streamlit go over the whole
page in the browser, which costs a hand more than the sweep itself. Where there is no
server to ask, or the long computation behind a lesson is not kept any more, it asks by
its usual message instead.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import streamlit as st
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Route

from notation.quantities import Control
from ui import frames, simulation
from ui.assets import SWEEPS
from ui.catalogue import BY_KEY, Lesson
from ui.frames import Setting, Worked
from ui.limits import BUDGETS
from ui.state import LessonState, allowed_values, worked_entry

MOST_LETTERS = 4000  # of what is asked
NEAR = re.compile("[0-9]{1,3}")
NOTHING = 204  # to ask by message instead; a browser logs no error for it


class RefusedError(Exception):
    """What was asked cannot be answered; says why, and with which HTTP status."""

    def __init__(self, why: str, status: int = 400) -> None:
        super().__init__(why)
        self.status = status


@dataclass(frozen=True)
class Asked:
    """Which sweep a figure asks for.

    Attributes
    ----------
    lesson : Lesson
        Of which lesson.
    control : Control
        The slider that was grabbed.
    values : dict
        A value for each control.
    worked : Worked
        What the live line works out; see `ui.frames`.
    epoch : str
        Which history the figure draws, and what its line works out.
    near : int
        How many positions on each side of the present one; 0 for all.
    """

    lesson: Lesson
    control: Control
    values: Setting
    worked: Worked
    epoch: str
    near: int = 0


def route() -> Route:
    """Return the address where the server answers."""
    base = (st.get_option("server.baseUrlPath") or "").strip("/")
    return Route(f"{'/' if base else ''}{base}/{SWEEPS}", sweep)


def query(state: LessonState, epoch: str) -> str:
    """Return what a figure has to say about a lesson's state, besides its values."""
    worked = json.dumps(state.worked._asdict())
    BUDGETS.know(state.visitor)
    return urlencode(
        {
            "lesson": state.lesson.key,
            "worked": worked,
            "epoch": epoch,
            "visitor": state.visitor,
        }
    )


async def sweep(request: Request) -> Response:
    """Answer with a sweep as one binary message."""
    if len(request.url.query) > MOST_LETTERS:
        return PlainTextResponse("Too long.", 414)
    try:
        body = await run_in_threadpool(answer, request.query_params)
    except RefusedError as refusal:
        if refusal.status == NOTHING:
            return Response(status_code=NOTHING)
        return PlainTextResponse(str(refusal), refusal.status)
    headers = {"Cache-Control": "no-store"}
    return Response(body, media_type="application/octet-stream", headers=headers)


def answer(given: Mapping[str, str]) -> bytes:
    """Draw the sweep that is asked for; return it as the browser gets it.

    Parameters
    ----------
    given : mapping
        What stands in the address: ``lesson``, ``control``, ``values`` (JSON),
        ``worked`` (JSON), ``epoch`` and ``visitor``; perhaps ``near``.

    Raises
    ------
    RefusedError
        For anything but one slider of a lesson and a possible value for each of its
        controls; where the long computation behind it is not kept any more, and where
        this server does not know the visitor, or has computed enough for him.
    """
    asked = read(given)
    if not BUDGETS.spend(given.get("visitor", "")):
        raise RefusedError("Not for now.", NOTHING)
    statement = asked.lesson.statement
    history, key = None, None
    if statement.simulate is not None:
        history, key = simulation.known_history(statement, asked.values)
        if history is None:
            raise RefusedError("Not computed yet.", NOTHING)
    epoch = epoch_of(asked.worked, key)
    # A slider that the history follows has one at each position, whatever is drawn now.
    follows = asked.control.name in statement.slow_controls
    if epoch != asked.epoch and not follows:
        raise RefusedError("Another history.", NOTHING)
    drawn = frames.cached_sweep(
        asked.lesson, asked.control, asked.values, epoch, history, asked.worked,
        asked.near,
    )  # fmt: skip
    return drawn.pool.message({"epoch": asked.epoch}, {"sweep": drawn.text})


def read(given: Mapping[str, str]) -> Asked:
    """Read what is asked for, or refuse it."""
    lesson = BY_KEY.get(given.get("lesson", ""))
    if lesson is None:
        raise RefusedError("No such lesson.")
    sliders = {slider.name: slider for slider in lesson.statement.swept_controls}
    control = sliders.get(given.get("control", ""))
    if control is None:
        raise RefusedError("No such slider.")
    raw = _json(given.get("values", ""))
    values = allowed_values(lesson.statement, raw if isinstance(raw, dict) else {})
    if values != raw or len(values) != len(lesson.statement.controls):
        raise RefusedError("Not a possible value for each control.")
    worked = worked_entry(lesson.statement, _json(given.get("worked", "")))
    if worked is None:
        raise RefusedError("No such entry.")
    near = given.get("near", "0")
    if not NEAR.fullmatch(near):
        raise RefusedError("No such part.")
    return Asked(lesson, control, values, worked, given.get("epoch", ""), int(near))


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def epoch_of(worked: Worked, history: Any) -> str:
    """Name what else a scene depends on besides the values of the controls.

    Parameters
    ----------
    worked : Worked
        What the live line works out.
    history : hashable or None
        What the history that is drawn belongs to; see `ui.simulation.history_key`.
    """
    past = "" if history is None else str(hash(history))
    term = [] if worked.term < 0 else [f"term {worked.term}"]
    return "/".join([past, worked.name, *map(str, worked.entry), *term])
