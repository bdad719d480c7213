"""Numbers for whoever runs the app: only when asked for, and true."""

from __future__ import annotations

import re
import urllib.error
import urllib.request

import pytest

from tests.protocol import session
from tests.server import running
from ui.metrics import MEANINGS, SWITCH, routes, text

LINE = re.compile(r'formula_explorer_\w+(\{of="\w+"\})? -?[\d.e+-]+')


def read(address: str) -> dict[str, float]:
    with urllib.request.urlopen(f"{address}/metrics", timeout=20) as answer:
        lines = answer.read().decode().splitlines()
    pairs = (line.rsplit(" ", 1) for line in lines if not line.startswith("#"))
    return {name.removeprefix("formula_explorer_"): float(n) for name, n in pairs}


def test_every_line_is_one_that_prometheus_reads():
    lines = text().splitlines()
    assert all(line.startswith("# ") or LINE.fullmatch(line) for line in lines)
    for name in MEANINGS:
        assert sum(line.startswith(f"formula_explorer_{name} ") for line in lines) == 1


def test_it_is_off_unless_asked_for(monkeypatch):
    monkeypatch.delenv(SWITCH, raising=False)
    assert routes() == []
    with running() as address:
        try:
            with urllib.request.urlopen(f"{address}/metrics", timeout=20) as answer:
                body = answer.read().decode()
        except urllib.error.HTTPError as error:
            with error:
                body = error.read().decode()
    assert "formula_explorer_" not in body


def test_the_numbers_follow_what_happens():
    with running(environment={SWITCH: "1"}) as address:
        start = read(address)
        assert start["visitors"] == start["sweeps_total"] == 0
        with session(address, "softmax") as one:
            one.wish(grab="z1")
            one.wish(grab="z1")
            one.wish(grab="z2")
            now = read(address)
        assert now["visitors"] == now["visits_total"] == 1
        assert now["sweeps_total"] == 2
        assert now['kept_hits_total{of="sweeps"}'] == 1
        assert now['kept_bytes{of="sweeps"}'] > 10_000
        assert 0 < now["sweep_seconds_total"] < 20
        with session(address, "q_learning"):
            pass
        assert read(address)["computations_total"] == pytest.approx(1)
