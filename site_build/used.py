"""Which modules of the large packages the app asks for: every lesson is opened to see.

What is not asked for here lies in a pack of its own, which a browser fetches when it asks
for one of them all the same.

    python -m site_build.used        # prints their names, as JSON
"""

from __future__ import annotations

import json
import logging
import subprocess
import sys
import warnings

from site_build.sources import ROOT

LARGE = ("sympy", "mpmath", "numpy")


def used_modules() -> set[str]:
    """Return the names of the modules, found out in a process of its own."""
    command = [sys.executable, "-m", "site_build.used"]
    run = subprocess.run(command, cwd=ROOT, check=True, capture_output=True)  # noqa: S603
    return set(json.loads(run.stdout))


def is_large(name: str) -> bool:
    """Tell whether a module belongs to a package of which much is not used."""
    return name.partition(".")[0] in LARGE


def open_lessons(count: int | None = None) -> None:
    """Compute and print what the first lessons show; all of them if no count is given."""
    from ui import details, frames, live, simulation
    from ui.catalogue import SHOWN
    from ui.state import LessonState

    for lesson in SHOWN[:count]:
        statement = lesson.statement
        state = LessonState(lesson, statement.defaults)
        state.history = simulation.whole_history(statement, state.values)
        live.describe_lesson(state)
        frames.frame(lesson, state.values, state.history)
        for control in statement.swept_controls:
            frames.line_following(lesson, control, state.values, state.history)
        details.show(state, ready=True)


if __name__ == "__main__":
    warnings.simplefilter("ignore")
    logging.disable()
    open_lessons()
    names = [name for name in sorted(sys.modules) if is_large(name)]
    sys.stdout.write(json.dumps(names))
