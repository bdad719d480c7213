"""What axe-core is asked on every page, in whichever browser it looks at one."""

from __future__ import annotations

from typing import Any

from ui.catalogue import LESSONS
from ui.navigation import OVERVIEWS

PAGES = [*(lesson.slug for lesson in LESSONS), *OVERVIEWS]
# Formulas scroll by the keyboard and the navigation is a list: `ui.browser_page` has been
# there.
MENDED = """() => [...document.querySelectorAll("[data-testid=stSidebarNavItems] li")]
  .every((item) => item.getAttribute("role") === "none")
  && [...document.querySelectorAll(".katex-display")]
  .every((formula) => formula.scrollWidth <= formula.clientWidth || formula.tabIndex === 0)"""
OPTIONS = {"resultTypes": ["violations"]}
_SERIOUS = ("serious", "critical")


def is_overview(path: str) -> bool:
    """Whether a path leads to a page without a live figure."""
    return path.partition("?")[0] in OVERVIEWS


def serious(violations: list[dict[str, Any]]) -> list[str]:
    """Return what axe calls serious, and where."""
    return [
        f"{one['id']}: {node['target']} {node.get('failureSummary', '')[:200]}"
        for one in violations
        if one["impact"] in _SERIOUS
        for node in one["nodes"]
    ]
