"""Scripts and styles: the same bytes as Streamlit would send, compressed once."""

from __future__ import annotations

import gzip
import http.client
from urllib.parse import urlsplit

from tests.server import running, server
from ui.assets import browser_files
from ui.files import files


def ask(address: str, path: str, **headers: str) -> tuple[dict[str, str], bytes]:
    connection = http.client.HTTPConnection(urlsplit(address).netloc, timeout=60)
    sent = {name.replace("_", "-"): value for name, value in headers.items()}
    connection.request("GET", path, headers=sent)
    answer = connection.getresponse()
    body = answer.read()
    connection.close()
    return {k.lower(): v for k, v in answer.getheaders()}, body


def test_every_script_that_a_lesson_loads_is_among_them():
    known, placed = files(), browser_files()
    for name in (placed["plotly"], placed["entry"], placed["style"], placed["katex"]):
        assert f"/{name}" in known
    for name in placed["modules"]:
        assert f"/{name}" in known


def test_they_are_sent_compressed_and_the_same_and_kept_for_good():
    with running() as address:
        for name in (browser_files()["plotly"], browser_files()["entry"]):
            plain, body = ask(address, f"/{name}")
            small, packed = ask(address, f"/{name}", Accept_Encoding="br, gzip")
            assert "content-encoding" not in plain
            assert small["content-encoding"] == "gzip"
            assert gzip.decompress(packed) == body
            assert len(packed) < 0.5 * len(body)
            assert "immutable" in small["cache-control"]
            assert small["vary"] == "Accept-Encoding"
            assert small["x-content-type-options"] == "nosniff"
            kinds = {
                headers["content-type"].split(";")[0] for headers in (plain, small)
            }
            assert len(kinds) == 1
        part, _ = ask(
            address,
            f"/{browser_files()['plotly']}",
            Accept_Encoding="gzip",
            Range="bytes=0-9",
        )
        assert part["content-range"].startswith("bytes 0-9/")


def test_below_a_folder_they_are_found_too():
    with server(base="class/a") as (address, _):
        path = f"/class/a/{browser_files()['entry']}"
        small, _ = ask(address, path, Accept_Encoding="gzip")
        assert small["content-encoding"] == "gzip"
