"""These tests need a library that is too large for every run."""

from __future__ import annotations

import pytest


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    for item in items:
        if "tests/libraries" in str(item.path):
            item.add_marker("library")
