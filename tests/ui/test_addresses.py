"""Addresses that are nearly right."""

from __future__ import annotations

from urllib.parse import parse_qs, urljoin, urlsplit

import pytest
import streamlit as st

from ui.addresses import way_to
from ui.catalogue import LESSONS, SECTIONS
from ui.navigation import OVERVIEWS

SERVER = "http://example.org"


def arrived(path: str, query: str = "") -> str:
    """Return where a browser ends."""
    return urljoin(f"{SERVER}{path}", way_to(path, query) or "").removeprefix(SERVER)


@pytest.mark.parametrize("lesson", LESSONS, ids=lambda one: one.slug)
def test_a_section_and_a_lesson_lead_to_the_lesson(lesson):
    for path in (
        f"/{lesson.section}/{lesson.slug}",
        f"/{lesson.section}/{lesson.slug}/",
        f"/pages/{lesson.section}/{lesson.slug}",
        f"/{lesson.slug.upper()}",
        f"/{lesson.section}/{lesson.slug.replace('_', '-')}",
    ):
        assert arrived(path) == f"/{lesson.slug}"
        assert arrived(path, "a=1&b=%26") == f"/{lesson.slug}?a=1&b=%26"
    assert way_to(f"/{lesson.slug}", "a=1") is None


@pytest.mark.parametrize("section", SECTIONS, ids=lambda one: one.folder)
def test_a_section_leads_to_its_cards(section):
    reached = urlsplit(arrived(f"/{section.folder}", "topic=ML"))
    assert reached.path == "/"
    assert parse_qs(reached.query) == {"section": [section.title], "topic": ["ML"]}


def test_every_overview_is_right_but_home_which_has_no_name():
    for name in OVERVIEWS:
        assert arrived(f"/overview/{name}") == ("/" if name == "home" else f"/{name}")
        assert (way_to(f"/{name}") is None) == (name != "home")
    assert way_to("/") is None


def test_an_unknown_address_below_a_folder_is_asked_for_at_the_top():
    assert arrived("/nowhere/nothing", "a=1") == "/nothing?a=1"
    assert arrived("/a/b/c d%/") == "/c%20d%25"
    assert way_to("/nowhere") is None
    assert way_to("/nowhere/nothing.js", is_page=False) is None


@pytest.mark.parametrize(
    "path",
    [
        "/_stcore/health", "/softmax/_stcore/health", "/app/static/softmax",
        "/media/softmax", "/component/x/softmax", "/static/js/softmax", "/auth/home",
        "/softmax/static/js/index.js",
    ],
)  # fmt: skip
def test_what_streamlit_answers_is_left_to_it(path):
    assert way_to(path) is None


@pytest.mark.parametrize("path", ["//evil.org/softmax", "/a//evil.org/softmax"])
def test_nobody_is_sent_to_another_server(path):
    assert way_to(path) is None


@pytest.mark.parametrize(
    "path", ["/a/http:", "/a/javascript:alert(1)", "/a/\\\\evil.org"]
)
def test_strange_names_stay_names(path):
    way = urljoin(f"{SERVER}/x", way_to(path))
    assert way.startswith(f"{SERVER}/")
    assert "\\" not in way


def test_an_app_below_a_folder_of_its_server_stays_there(monkeypatch):
    monkeypatch.setattr(st, "get_option", {"server.baseUrlPath": "explorer"}.get)
    assert arrived("/explorer/optimization/adam") == "/explorer/adam"
    assert arrived("/explorer/home") == "/explorer/"
    assert way_to("/explorer/adam") is None
    assert way_to("/explorer/") is None
