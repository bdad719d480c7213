"""What a lesson needs stands in the head of every page, and of nothing else."""

from __future__ import annotations

from tests.server import running, server
from tests.ui.test_files import ask
from ui.assets import browser_files
from ui.early import head, streamlit_modules

SCRIPT = head()[-1]
PAGE = {"Accept": "text/html,*/*", "Accept_Encoding": "gzip, br"}


def test_a_page_gets_it_after_streamlits_own_and_nobody_keeps_the_page():
    with running() as address:
        for path in ("/", "/softmax", "/none"):
            headers, body = ask(address, path, **PAGE)
            text = body.decode()
            elements = text[: text.index("</head>")]
            assert [elements.count(one) for one in head()] == [1] * len(head())
            assert elements.index('<script type="module"') < elements.index(SCRIPT)
            assert int(headers["content-length"]) == len(body)
            assert headers["cache-control"] == "no-cache"
            assert not {"etag", "last-modified", "content-encoding"} & headers.keys()
            assert "script-src" in headers["content-security-policy"]


def test_they_name_the_files_of_the_figure_and_what_streamlit_imports_late():
    files, elements = browser_files(), "\n".join(head())
    for name in (files["plotly"], files["style"], files["entry"], *files["modules"]):
        assert elements.count(f'"{name}"') == 1
    assert files["katex"] in streamlit_modules()
    names = " ".join(streamlit_modules())
    assert all(f"/{name}." in names for name in ("Html", "BidiComponent", "hastscript"))
    assert len(streamlit_modules()) < 20


def test_everything_else_is_left_as_it_is():
    with running() as address:
        for path in (f"/{browser_files()['entry']}", "/_stcore/health"):
            headers, body = ask(address, path, **PAGE)
            assert b"<script defer" not in body
            assert int(headers["content-length"]) == len(body)


def test_its_address_holds_below_a_folder():
    with server(base="class/a") as (address, _):
        _, body = ask(address, "/class/a/softmax", **PAGE)
        assert SCRIPT in body.decode()  # from the page's own folder
        path = f"/class/a/{browser_files()['plotly']}"
        assert ask(address, path)[0]["content-type"].startswith(
            ("text/", "application/")
        )
