"""What is refused: uploads and endless addresses, before they cost anything."""

from __future__ import annotations

import http.client
from urllib.parse import urlsplit

import pytest

from tests.server import running
from tests.visits import opened, state_of
from ui.catalogue import BY_SLUG
from ui.limits import LONGEST, refused
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
    assert max(map(len, state.written)) <= LONGEST_LINK
