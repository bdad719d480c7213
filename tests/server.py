"""A real server of the app, for the tests and benchmarks that talk to one."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).parent.parent
# Nothing is computed that the test does not ask for.
IDLE = {"FORMULA_EXPLORER_AHEAD": "0", "FORMULA_EXPLORER_WORKERS": "0"}


def free_port() -> int:
    with contextlib.closing(socket.socket()) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextlib.contextmanager
def running(
    *options: str,
    script: str | Path = "app.py",
    environment: dict[str, str] | None = None,
) -> Iterator[str]:
    """Run the app on a free port; give its address; stop it afterwards."""
    with server(*options, script=script, environment=environment) as (address, _):
        yield address


@contextlib.contextmanager
def server(
    *options: str,
    script: str | Path = "app.py",
    environment: dict[str, str] | None = None,
    port: int | None = None,
    base: str = "",
) -> Iterator[tuple[str, subprocess.Popen[bytes]]]:
    """Run the app; give its address and its process; stop it afterwards.

    It is below a folder of the address if there is a ``base``.
    """
    port = port or free_port()
    options += ("--server.baseUrlPath", base)
    command = [
        sys.executable, "-m", "streamlit", "run", str(script),
        "--server.port", str(port), "--server.headless", "true",
        "--server.address", "127.0.0.1", "--server.fileWatcherType", "none", *options,
    ]  # fmt: skip
    process = subprocess.Popen(
        command,
        cwd=ROOT,
        env={**os.environ, **IDLE, **(environment or {})},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    address = f"http://127.0.0.1:{port}" + (f"/{base}" if base else "")
    try:
        wait_for(f"{address}/_stcore/health", process)
        yield address, process
    finally:
        process.terminate()
        process.wait(10)


def wait_for(url: str, process: subprocess.Popen[bytes], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            with urllib.request.urlopen(url, timeout=2):
                break
        except OSError:
            if time.monotonic() > end or process.poll() is not None:
                raise
            time.sleep(0.05)
