"""What the server needs once per process, before or at the first visit."""

from __future__ import annotations

import functools
import os
import socket
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import streamlit as st
from streamlit.runtime.pages_manager import PagesManager

from ui import frames
from ui.ahead import Ahead
from ui.assets import browser_files
from ui.workers import WORKERS


@asynccontextmanager
async def lifetime(_app: st.App) -> AsyncIterator[None]:
    """Accompany the server from its start to its end."""
    ahead = Ahead()
    WORKERS.start(frames.be_ready)
    ahead.start()
    yield
    ahead.stop()
    WORKERS.stop()


def before_first_visit() -> None:
    """Prepare the process; called when the server imports the app."""
    settle_navigation()
    browser_files()


@functools.cache
def at_first_visit() -> None:
    """Tune the listening sockets, once they are there; later calls do nothing."""
    send_without_delay()


def settle_navigation() -> None:
    """Tell Streamlit that the app navigates by itself.

    A folder ``pages/`` beside the app makes Streamlit expect its older way of paging
    until the first ``st.navigation`` of the process: the first visitor, if he comes by
    a deep link, would see a "page not found" notice. Called when the server imports the
    app, before anyone visits.
    """
    PagesManager.uses_pages_directory = False


def send_without_delay() -> int:
    """Set ``TCP_NODELAY`` on the listening sockets of this process.

    Streamlit binds its socket in a way that keeps the event loop from setting it, so
    that answers wait for up to 40 ms; accepted sockets inherit the option on Linux.
    Elsewhere, and when anything is unexpected, nothing happens.

    Returns
    -------
    int
        How many sockets were set.
    """
    if not sys.platform.startswith("linux"):
        return 0
    count = 0
    for name in os.listdir("/proc/self/fd"):  # noqa: PTH208 - numbers, not paths
        count += _set_no_delay(int(name))
    return count


def _set_no_delay(descriptor: int) -> bool:
    try:
        copy = socket.socket(fileno=os.dup(descriptor))
    except OSError:
        return False
    with copy:
        internet = copy.family in (socket.AF_INET, socket.AF_INET6)
        if not internet or copy.type != socket.SOCK_STREAM:
            return False
        try:
            if not copy.getsockopt(socket.SOL_SOCKET, socket.SO_ACCEPTCONN):
                return False
            copy.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        except OSError:
            return False
    return True
