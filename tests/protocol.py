"""Streamlit's websocket protocol, spoken without a browser."""

from __future__ import annotations

import contextlib
import json
import time
from collections.abc import Iterator
from typing import Any

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg
from websockets.sync.client import ClientConnection, connect

STREAM = "/_stcore/stream"
EARLY = ForwardMsg.FINISHED_EARLY_FOR_RERUN


@contextlib.contextmanager
def session(address: str, page: str) -> Iterator[Session]:
    """Visit a page."""
    url = address.replace("http", "ws", 1) + STREAM
    with connect(url, max_size=None, compression=None) as stream:
        yield Session(stream, page)


class Tab:
    """One visitor of one page: what the page holds, and what a live figure says.

    It writes and reads messages; how they travel is somebody else's business.
    """

    def __init__(self) -> None:
        self.page = ""  # by its hash, which a browser sends along
        self.component = ""
        self.fragment = ""
        self.number = 0
        self.scene = b""
        self.headings: list[str] = []
        self.formulas: list[str] = []
        self.errors: list[str] = []
        self.address = ""  # what the script wrote into the address bar

    def opening(self, page: str, query: str = "") -> bytes:
        """Write the message that opens a page."""
        message = BackMsg()
        message.rerun_script.page_name = page
        message.rerun_script.query_string = query
        return bytes(message.SerializeToString())

    def wishing(self, **wish: Any) -> bytes:
        """Write what the live figure says."""
        self.number += 1
        message = BackMsg()
        message.rerun_script.page_script_hash = self.page
        message.rerun_script.fragment_id = self.fragment
        state = message.rerun_script.widget_states.widgets.add()
        state.id = self.component
        wish = {"m": "test", "n": self.number, **wish}
        state.json_value = json.dumps({"wish": wish})
        return bytes(message.SerializeToString())

    def take(self, data: bytes) -> bool:
        """Read a message; tell whether it is the last of a run of the script."""
        message = ForwardMsg()
        message.ParseFromString(data)
        kind = message.WhichOneof("type")
        if kind == "navigation":
            self.page = message.navigation.page_script_hash
        elif kind == "delta":
            self._look(message.delta)
        elif kind == "page_info_changed":
            self.address = message.page_info_changed.query_string
        # What ends early begins again at once.
        return kind == "script_finished" and message.script_finished != EARLY

    def _look(self, delta: Any) -> None:
        element = delta.new_element
        kind = element.WhichOneof("type")
        if kind == "heading":
            self.headings.append(element.heading.body)
        elif kind == "exception":
            self.errors.append(element.exception.message)
        elif kind == "markdown" and element.markdown.body.startswith("$$"):
            self.formulas.append(element.markdown.body.strip("$ \n"))
        elif (
            kind == "bidi_component"
            and element.bidi_component.component_name.endswith("live")
        ):
            self.component = element.bidi_component.id
            self.fragment = delta.fragment_id
            self.scene = element.bidi_component.bytes


class Session(Tab):
    """A tab with a connection of its own, which waits for each answer."""

    def __init__(self, stream: ClientConnection, page: str) -> None:
        super().__init__()
        self.socket = stream
        self.socket.send(self.opening(page))
        self.listen()

    def listen(self) -> int:
        """Take messages until the script has finished; return how many bytes came."""
        count = 0
        while True:
            data = self.socket.recv(timeout=60)
            assert isinstance(data, bytes)
            count += len(data)
            if self.take(data):
                return count

    def wish(self, **wish: Any) -> float:
        """Say something as the live figure does; return the seconds to the answer."""
        message = self.wishing(**wish)
        start = time.perf_counter()
        self.socket.send(message)
        self.listen()
        return time.perf_counter() - start
