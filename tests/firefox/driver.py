"""A Firefox for the tests, driven by WebDriver BiDi, which Firefox speaks by itself.

python tests/firefox/driver.py        # installs one if need be, and prints its path
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import Any

from websockets.sync.client import ClientConnection, connect

NAMES = ("firefox-esr", "firefox")
READY = "WebDriver BiDi listening on "
NONE = (
    "No Firefox was found or could be installed: install one, or set FIREFOX to its "
    "path, and run `make test-firefox` again."
)
KEYS = {"ArrowRight": "\ue014", "ArrowLeft": "\ue012", "Tab": "\ue004"}
PATIENCE = 60.0  # seconds
BEAT = 0.05


def firefox() -> str:
    """Return the path of a Firefox, installing one where apt and root are there."""
    if installed() is None and shutil.which("apt-get") and os.geteuid() == 0:
        subprocess.run(["apt-get", "update", "-qq"], check=False)
        quiet = ["apt-get", "install", "-y", "-qq", "--no-install-recommends"]
        subprocess.run(
            [*quiet, "firefox-esr"],
            check=False,
            env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
            stdout=subprocess.DEVNULL,
        )
    path = installed()
    if path is None:
        raise SystemExit(NONE)
    return path


def installed() -> str | None:
    """Return the path of a Firefox that is there."""
    found = [os.environ.get("FIREFOX"), *map(shutil.which, NAMES)]
    return next((path for path in found if path), None)


class FirefoxError(Exception):
    """What Firefox says went wrong."""


class Tab:
    """One tab, and the words that the tests speak to it.

    Attributes
    ----------
    errors : list of str
        What was written to the console as an error, and uncaught exceptions.
    """

    def __init__(self, stream: ClientConnection) -> None:
        self._stream = stream
        self._numbers = count(1)
        self.errors: list[str] = []
        self.command("session.new", capabilities={})
        self.command("session.subscribe", events=["log.entryAdded"])
        tree = self.command("browsingContext.getTree")
        self._context = tree["contexts"][0]["context"]

    def command(self, method: str, **params: Any) -> Any:
        """Send a command; return its result."""
        number = next(self._numbers)
        message = {"id": number, "method": method, "params": params}
        self._stream.send(json.dumps(message))
        while True:
            answer = json.loads(self._stream.recv(timeout=PATIENCE))
            if answer.get("method") == "log.entryAdded":
                entry = answer["params"]
                if entry["level"] == "error":
                    self.errors.append(str(entry.get("text")))
            if answer.get("id") == number:
                if answer["type"] == "error":
                    raise FirefoxError(f"{method}: {answer['message']}")
                return answer["result"]

    def open(self, address: str) -> None:
        """Go to an address."""
        self.command(
            "browsingContext.navigate",
            context=self._context,
            url=address,
            wait="complete",
        )

    def size(self, width: int, height: int) -> None:
        """Make the window as large as this, in CSS pixels."""
        self.command(
            "browsingContext.setViewport",
            context=self._context,
            viewport={"width": width, "height": height},
        )

    def evaluate(self, expression: str) -> Any:
        """Return the value of a JavaScript expression, or what its promise brings."""
        found = self.command(
            "script.evaluate",
            expression=f"(async () => JSON.stringify(await ({expression})))()",
            target={"context": self._context},
            awaitPromise=True,
        )
        if found["type"] == "exception":
            raise FirefoxError(found["exceptionDetails"]["text"])
        text = found["result"].get("value")
        return None if text is None else json.loads(text)

    def wait_for(self, expression: str, seconds: float = PATIENCE) -> Any:
        """Wait until an expression is true; return its value."""
        end = time.monotonic() + seconds
        while True:
            found = self.evaluate(expression)
            if found:
                return found
            if time.monotonic() > end:
                raise FirefoxError(f"never true: {expression}")
            time.sleep(BEAT)

    def press(self, *keys: str) -> None:
        """Press and release keys, one after the other."""
        actions = [
            {"type": kind, "value": KEYS.get(key, key)}
            for key in keys
            for kind in ("keyDown", "keyUp")
        ]
        self._perform({"type": "key", "id": "keyboard", "actions": actions})

    def drag(self, points: Sequence[tuple[float, float]]) -> None:
        """Press the mouse at the first point, move over the others, and let go."""
        (x, y), *others = ((round(a), round(b)) for a, b in points)
        moves = [
            {"type": "pointerMove", "x": a, "y": b, "duration": 20} for a, b in others
        ]
        actions = [
            {"type": "pointerMove", "x": x, "y": y},
            {"type": "pointerDown", "button": 0},
            *moves,
            {"type": "pointerUp", "button": 0},
        ]
        self._perform({"type": "pointer", "id": "mouse", "actions": actions})

    def _perform(self, source: dict[str, Any]) -> None:
        self.command("input.performActions", context=self._context, actions=[source])

    def screenshot(self) -> str:
        """Return a picture of the window, as PNG in base 64."""
        found = self.command("browsingContext.captureScreenshot", context=self._context)
        return str(found["data"])


@contextlib.contextmanager
def opened(preferences: Mapping[str, Any] | None = None) -> Iterator[Tab]:
    """Start a Firefox of its own, with some preferences; end it afterwards."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as profile:
        lines = (
            f"user_pref({json.dumps(name)}, {json.dumps(value)});\n"
            for name, value in (preferences or {}).items()
        )
        Path(profile, "user.js").write_text("".join(lines), encoding="utf-8")
        process = subprocess.Popen(
            [
                firefox(), "--headless", "--no-remote", "--profile", profile,
                "--remote-debugging-port", "0",
            ],
            stderr=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            text=True,
        )  # fmt: skip
        try:
            with connect(f"{_listening(process)}/session", max_size=None) as stream:
                yield Tab(stream)
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE)


def _listening(process: subprocess.Popen[str]) -> str:
    """Return the address that Firefox says it listens on."""
    assert process.stderr is not None
    for line in process.stderr:
        if READY in line:
            return line.partition(READY)[2].strip()
    raise FirefoxError("Firefox did not start.")


if __name__ == "__main__":
    sys.stdout.write(firefox() + "\n")
