"""What the server tells a browser about each answer."""

from __future__ import annotations

import urllib.request

import pytest

from tests.server import running
from ui.headers import FRAMES, frames, headers, inline_scripts, policy


def test_only_what_the_app_serves_is_run():
    rules = dict(rule.split(" ", 1) for rule in policy().split("; "))
    assert "unsafe-inline" not in rules["script-src"]
    assert rules["script-src"].count("sha256-") == len(inline_scripts()) >= 1
    assert rules["object-src"] == "'none'"
    assert not any("*" in sources or "http" in sources for sources in rules.values())


def test_any_site_may_show_the_app_in_a_frame_unless_some_are_named(monkeypatch):
    assert "frame-ancestors" not in policy()
    monkeypatch.setenv(FRAMES, "'self'  https://moodle.example.org")
    assert headers()["Content-Security-Policy"].endswith(
        "frame-ancestors 'self' https://moodle.example.org"
    )


@pytest.mark.parametrize("hosts", ["https://a.example; script-src *", "a,b", "<b>"])
def test_what_is_no_host_stops_the_start(hosts):
    with pytest.raises(ValueError, match=f"{FRAMES}: .* is no host"):
        frames(hosts)


def test_every_answer_has_them():
    with running() as address:
        for path in ("/", "/softmax", "/_stcore/health", "/app/static/none.js"):
            try:
                answer = urllib.request.urlopen(address + path, timeout=20)
            except urllib.error.HTTPError as error:
                answer = error
            with answer:
                for name, value in headers().items():
                    assert answer.headers[name] == value, (path, name)
