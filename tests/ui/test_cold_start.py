"""A class arrives at a server that has just started: nobody gets another one's page."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from tests.protocol import session
from tests.server import running
from ui.catalogue import BY_SLUG, LESSONS
from ui.packing import unpack

STARTS = 3
VISITORS = [lesson.slug for lesson in LESSONS[:20]]


@pytest.mark.parametrize("start", range(STARTS))
def test_home_and_twenty_lessons_opened_at_the_same_moment_are_all_whole(start):
    pages = ["", *VISITORS[start:], *VISITORS[:start]]
    moment = Barrier(len(pages))

    def visit(address, page):
        moment.wait()
        with session(address, page) as visitor:
            return visitor

    with running() as address, ThreadPoolExecutor(len(pages)) as pool:
        home, *lessons = pool.map(visit, [address] * len(pages), pages)
    assert home.errors == []
    assert home.headings[0] == "Formula explorer"
    assert home.formulas == [lesson.statement.latex for lesson in LESSONS]
    for slug, visitor in zip(pages[1:], lessons, strict=True):
        is_whole(visitor, BY_SLUG[slug])


def is_whole(visitor, lesson):
    assert visitor.errors == []
    assert lesson.title in visitor.headings
    header = unpack(visitor.scene)["header"]
    controls = [control["name"] for control in header["controls"]]
    assert controls == [control.name for control in lesson.statement.controls]
    assert header["scene"] is not None or header["job"] is not None
