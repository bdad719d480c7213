"""Find a Chromium for the browser tests; install one where none is there.

A browser already on the machine is used; else Debian's package, where apt and root are
there; else Playwright's own download.

    python tests/browser/chromium.py        # prints the path
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
NONE = (
    "No Chromium was found or could be installed: install Chromium or Chrome, or set "
    "CHROMIUM to its path, and run `make test` again."
)


def installed() -> str | None:
    """Return the path of a browser that is there."""
    named = os.environ.get("CHROMIUM")
    if named:
        return named
    found = [shutil.which(name) for name in NAMES] + [
        p for p in MAC if Path(p).exists()
    ]
    return next((path for path in found if path), None) or _playwrights()


def _playwrights() -> str | None:
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = playwright.chromium.executable_path
    return path if Path(path).exists() else None


def install() -> None:
    """Try to install a browser; whether it worked, ``installed`` tells."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        quiet = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        subprocess.run(
            [*quiet, "chromium"],
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdout=subprocess.DEVNULL,
        )
    if installed() is None:
        command = [sys.executable, "-m", "playwright", "install", "chromium"]
        subprocess.run(command, check=False)


def chromium() -> str:
    """Return the path of a browser, installing one if need be."""
    if installed() is None:
        install()
    path = installed()
    if path is None:
        raise SystemExit(NONE)
    return path


if __name__ == "__main__":
    sys.stdout.write(chromium() + "\n")
