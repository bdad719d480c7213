"""What is refused: uploads and endless addresses, before they cost anything."""

from __future__ import annotations

import asyncio
import http.client
import time
from urllib.parse import urlsplit

import pytest

from tests.server import running
from tests.visits import opened, state_of
from ui.catalogue import BY_SLUG
from ui.limits import (
    AT_ONCE,
    LONGEST,
    MESSAGES,
    WORK_AT_ONCE,
    Bucket,
    Budgets,
    paced,
    refused,
)
from ui.state import LONGEST_LINK

SOFTMAX = BY_SLUG["softmax"]


def asked(path: str, method: str = "GET", query: bytes = b""):
    return {"type": "http", "path": path, "method": method, "query_string": query}


@pytest.mark.parametrize("method", ["PUT", "POST"])
@pytest.mark.parametrize("base", ["", "/below/a/folder"])
def test_uploads_are_refused(method, base):
    answer = refused(asked(f"{base}/_stcore/upload_file/session/file", method))
    assert answer is not None
    assert answer.status_code == 403


def test_endless_addresses_are_refused():
    assert refused(asked("/softmax", query=b"z1=" + b"1" * LONGEST)) is not None
    assert refused(asked("/" + "x" * LONGEST)) is not None


@pytest.mark.parametrize("path", ["/", "/softmax", "/_stcore/health", "/sweep"])
def test_pages_are_not_refused(path):
    assert refused(asked(path, query=b"z1=1&temperature=2")) is None


def test_the_server_refuses_an_upload_without_reading_it():
    with running() as address:
        connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=20)
        connection.putrequest("PUT", "/_stcore/upload_file/session/file")
        connection.putheader("Content-Length", str(10**9))
        connection.endheaders()  # and not one byte of it
        assert connection.getresponse().status == 403
        connection.close()


def test_an_endless_link_opens_the_lesson_and_says_so():
    at = opened("softmax", z1="3", more="x" * LONGEST_LINK)
    state = state_of(at, SOFTMAX)
    assert not at.exception
    assert state.values == SOFTMAX.statement.defaults
    assert "over 2000 characters" in at.warning[0].value
    assert max(map(len, at.session_state["written"])) <= LONGEST_LINK


class Clock:
    """A clock that is set by hand."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


def test_tokens_are_spent_and_come_back():
    clock = Clock()
    bucket = Bucket(2, 10, clock)
    assert [bucket.spend(4) for _ in range(3)] == [True, True, False]
    assert bucket.left() == 2
    clock.now = 1
    assert bucket.left() == 4
    clock.now = 100
    assert bucket.left() == 10


def test_on_credit_one_waits_for_what_is_owed():
    clock = Clock()
    bucket = Bucket(2, 3, clock)
    assert [bucket.take() for _ in range(5)] == [0, 0, 0, 0.5, 1]
    clock.now = 1
    assert bucket.take() == 0.5


def test_a_flood_of_messages_waits_and_a_hand_does_not():
    async def taken(count: int) -> float:
        async def receive() -> dict:
            return {"type": "websocket.receive"}

        patient = paced(receive)
        start = time.perf_counter()
        for _ in range(count):
            await patient()
        return time.perf_counter() - start

    extra = 8
    hand, flood = int(AT_ONCE), int(AT_ONCE) + extra
    assert asyncio.run(taken(hand)) < extra / MESSAGES
    assert asyncio.run(taken(flood)) >= 0.9 * extra / MESSAGES


def test_a_visitor_who_asks_for_too_much_waits_and_the_others_do_not():
    budgets = Budgets()
    for visitor in ("one", "other"):
        budgets.know(visitor)
    assert budgets.spend("one", WORK_AT_ONCE)
    assert not budgets.spend("one", 10)
    assert budgets.spend("other", 10)
    assert not budgets.spend("stranger")


def test_budgets_are_remembered_for_so_many():
    budgets = Budgets(most=2)
    for visitor in ("a", "b", "a", "c"):
        budgets.know(visitor)
    assert [budgets.spend(visitor) for visitor in "abc"] == [True, False, True]
