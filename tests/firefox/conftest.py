"""One server and one Firefox for all tests of it: ``make test-firefox``."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.firefox.driver import Tab, opened
from tests.server import running


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/firefox" in str(item.path):
            item.add_marker("firefox")


@pytest.fixture(scope="session")
def address() -> Iterator[str]:
    with running() as found:
        yield found


@pytest.fixture(scope="session")
def firefox() -> Iterator[Tab]:
    with opened() as tab:
        yield tab


@pytest.fixture
def tab(firefox: Tab) -> Iterator[Tab]:
    firefox.errors.clear()
    firefox.size(1366, 650)
    yield firefox
    assert firefox.errors == []
