"""Plotly's script stands in the head of every page, and of nothing else."""

from __future__ import annotations

from tests.server import running, server
from tests.ui.test_files import ask
from ui.assets import browser_files
from ui.early import script

PAGE = {"Accept": "text/html,*/*", "Accept_Encoding": "gzip, br"}


def test_a_page_gets_it_after_streamlits_own_and_nobody_keeps_the_page():
    with running() as address:
        for path in ("/", "/softmax", "/none"):
            headers, body = ask(address, path, **PAGE)
            text = body.decode()
            assert text.count(script()) == 1
            head = text[: text.index("</head>")]
            assert head.index('<script type="module"') < head.index(script())
            assert int(headers["content-length"]) == len(body)
            assert headers["cache-control"] == "no-cache"
            assert not {"etag", "last-modified", "content-encoding"} & headers.keys()
            assert "script-src" in headers["content-security-policy"]


def test_everything_else_is_left_as_it_is():
    with running() as address:
        for path in (f"/{browser_files()['entry']}", "/_stcore/health"):
            headers, body = ask(address, path, **PAGE)
            assert b"<script defer" not in body
            assert int(headers["content-length"]) == len(body)


def test_its_address_holds_below_a_folder():
    with server(base="class/a") as (address, _):
        _, body = ask(address, "/class/a/softmax", **PAGE)
        assert script() in body.decode()  # from the page's own folder
        path = f"/class/a/{browser_files()['plotly']}"
        assert ask(address, path)[0]["content-type"].startswith(
            ("text/", "application/")
        )
