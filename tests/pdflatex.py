"""Find a pdflatex for the cheat sheet's test; install one where none is there.

An engine already on the machine is used; else Debian's smallest package with one, where
apt and root are there.

    python tests/pdflatex.py        # prints the path
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys

PACKAGE = "texlive-latex-base"
NONE = (
    "No pdflatex was found or could be installed: install a TeX distribution such as "
    "TeX Live, or set PDFLATEX to its path, and run `make test` again."
)


def installed() -> str | None:
    """Return the path of an engine that is there."""
    return os.environ.get("PDFLATEX") or shutil.which("pdflatex")


def install() -> None:
    """Try to install an engine; whether it worked, ``installed`` tells."""
    if shutil.which("apt-get") and os.geteuid() == 0:
        quiet = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        subprocess.run(
            [*quiet, PACKAGE],
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdout=subprocess.DEVNULL,
        )


def pdflatex() -> str:
    """Return the path of an engine, installing one if need be."""
    if installed() is None:
        install()
    path = installed()
    if path is None:
        raise SystemExit(NONE)
    return path


if __name__ == "__main__":
    sys.stdout.write(pdflatex() + "\n")
