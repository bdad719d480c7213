"""What no visitor of this app ever asks for is refused before it costs anything."""

from __future__ import annotations

import asyncio
import time
from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TYPE_CHECKING

from starlette.responses import PlainTextResponse

from ui.metrics import METRICS

if TYPE_CHECKING:
    from starlette.types import ASGIApp, Message, Receive, Scope, Send

UPLOADS = (
    "/_stcore/upload_file/"  # Streamlit takes files there, though no page asks for one
)
LONGEST = 8000  # bytes of an address
MESSAGES, AT_ONCE = 40.0, 200.0  # a second, and at once, that a browser may send
WORK, WORK_AT_ONCE = 5.0, 600.0  # sweeps a second, and at once, for one visitor
LONG_COMPUTATION = 4  # sweeps that starting one counts as
MOST_VISITORS = 10_000  # whose budgets are remembered


class Limits:
    """Refuse uploads and endless addresses, slow down floods, and hand on all else.

    Parameters
    ----------
    app : ASGI application
        What answers all the others.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Refuse a request, unread, or hand it on."""
        if scope["type"] == "websocket":
            await self._accompany(scope, receive, send)
            return
        refusal = refused(scope) if scope["type"] == "http" else None
        if refusal is not None:
            METRICS.add("refused_total")
        await (refusal or self._app)(scope, receive, send)

    async def _accompany(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand on a visitor's connection, and count it while it lasts."""
        METRICS.add("visits_total")
        METRICS.add("visitors")
        try:
            await self._app(scope, paced(receive), send)
        finally:
            METRICS.add("visitors", -1)


def refused(scope: Scope) -> PlainTextResponse | None:
    """Return the answer to a request that is refused, else None."""
    if len(scope["path"]) + len(scope["query_string"]) > LONGEST:
        return PlainTextResponse("The address is too long.", 414)
    if UPLOADS in scope["path"] and scope["method"] in ("PUT", "POST"):
        closed = {"Connection": "close"}  # what it would send is not read
        return PlainTextResponse("Nothing can be uploaded.", 403, closed)
    return None


def paced(receive: Receive) -> Receive:
    """Let messages through as fast as a hand can be, and let a flood wait."""
    bucket = Bucket(MESSAGES, AT_ONCE)

    async def patient() -> Message:
        message = await receive()
        await asyncio.sleep(bucket.take())
        return message

    return patient


class Bucket:
    """Tokens that come back at a steady rate.

    Parameters
    ----------
    rate : float
        Tokens a second.
    most : float
        How many there are at most, and at the start.
    clock : callable
        Returns the time in seconds.
    """

    def __init__(
        self, rate: float, most: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._rate, self._most, self._clock = rate, most, clock
        self._left, self._seen = most, clock()

    def left(self) -> float:
        """Return how many there are; below 0 is what is owed."""
        now = self._clock()
        self._left = min(self._most, self._left + self._rate * (now - self._seen))
        self._seen = now
        return self._left

    def take(self, count: float = 1) -> float:
        """Take tokens, on credit if need be; return the seconds until it is paid back."""
        self._left = self.left() - count
        return max(0.0, -self._left / self._rate)

    def spend(self, count: float = 1) -> bool:
        """Take tokens if there are enough; tell whether there were."""
        enough = self.left() >= count
        if enough:
            self._left -= count
        return enough


class Budgets:
    """How much the server computes for each visitor; whoever came last is remembered."""

    def __init__(self, most: int = MOST_VISITORS) -> None:
        self._most = most
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self._lock = Lock()

    def know(self, visitor: str) -> None:
        """Give a visitor a budget, if he has none."""
        with self._lock:
            self._buckets.setdefault(visitor, Bucket(WORK, WORK_AT_ONCE))
            self._buckets.move_to_end(visitor)
            while len(self._buckets) > self._most:
                self._buckets.popitem(last=False)

    def spend(self, visitor: str, count: float = 1) -> bool:
        """Spend some of a visitor's budget; tell whether he is known and has so much."""
        with self._lock:
            bucket = self._buckets.get(visitor)
            return bucket is not None and bucket.spend(count)


BUDGETS = Budgets()
