"""Nonsense by the ten thousand: random links and messages against a running server.

    python benchmarks/fuzz.py [links [messages]]     (10,000 and 10,000)

Some visitors send links and component messages that nobody's browser would send (wrong
types, huge, nested, NaN, replayed, out of order, other visitors' names); one well-behaved
visitor works beside them. Prints how many errors reached a screen or the server's log,
whether the well-behaved visitor saw anything but his own state, and the memory before,
at most and half a minute after.
"""

from __future__ import annotations

import asyncio
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from websockets.exceptions import ConnectionClosed  # noqa: E402

from benchmarks.class_load import Visitor, Waits, memory, visitor  # noqa: E402
from tests.protocol import Tab  # noqa: E402
from tests.server import free_port, wait_for  # noqa: E402
from ui.catalogue import BY_SLUG, SHOWN, Lesson  # noqa: E402
from ui.navigation import OVERVIEWS  # noqa: E402
from ui.packing import unpack  # noqa: E402

PATIENCE = 20.0  # seconds for an answer
HOSTILE = 8  # visitors at once
REST = 30.0  # seconds after which the memory should be back
LESSON = "softmax"
TEXTS = (
    "", "0", "-1", "1e999", "NaN", "Infinity", "true", "null", "%00", "\x00", "٣", "1_0",
    "0x10", "<script>alert(1)</script>", "../../etc/passwd", "${7*7}", "{{7*7}}", "' OR 1=1",
    "𝟙", "\u202e", "x" * 3000, "[" * 500, "9" * 400,
)  # fmt: skip
NAMES = (
    "values", "grab", "worked", "attempt", "table", "glide", "form", "painted", "revision",
    "described", "framed", "fallback", "more", "m", "n",
)  # fmt: skip


def anything(depth: int = 0) -> Any:
    """Return a random piece of JSON."""
    kinds = "text", "number", "huge", "truth", "none", "list", "object"
    kind = random.choice(kinds if depth < 4 else kinds[:5])
    if kind == "list":
        return [anything(depth + 1) for _ in range(random.randrange(6))]
    if kind == "object":
        return {
            str(anything(9))[:40]: anything(depth + 1)
            for _ in range(random.randrange(5))
        }
    return {
        "text": random.choice(TEXTS),
        "number": random.uniform(-10, 10),
        "huge": random.choice((10**400, -(10**30), 1e308, 2**63)),
        "truth": random.random() < 0.5,
        "none": None,
    }[kind]


def link(lesson: Lesson) -> str:
    """Return the settings of a link that nobody would send."""
    names = [c.name for c in lesson.statement.controls]
    names += ["form", "embed", "nonsense", *random.choices(TEXTS, k=2)]
    chosen = random.choices(names, k=random.randrange(1, 8))
    quote = random.choice((str, lambda text: text.encode().hex("%")))
    return "&".join(f"{quote(name)}={quote(random.choice(TEXTS))}" for name in chosen)


def wish(lesson: Lesson) -> dict[str, Any]:
    """Return a message that no figure would send, or nearly one that it would."""
    made = {
        name: anything() for name in random.choices(NAMES, k=random.randrange(1, 6))
    }
    if random.random() < 0.5:
        control = random.choice(lesson.statement.controls)
        made["values"] = {control.name: anything(), "other": anything()}
    if random.random() < 0.3:
        made["grab"] = random.choice(lesson.statement.controls).name
    if random.random() < 0.2:
        made["attempt"] = {
            "question": anything(),
            "seed": anything(),
            "given": anything(),
        }
    return made


async def links(address: str, count: int, waits: Waits) -> None:
    """Send links, one after the other."""
    for _ in range(count):
        lesson = random.choice(SHOWN)
        page = random.choice((lesson.slug, lesson.slug, random.choice(list(OVERVIEWS))))
        async with visitor(address, waits) as one:
            await said(one, one.tab.opening(page, link(lesson)))


async def messages(address: str, count: int, waits: Waits) -> None:
    """Open lessons, and say nonsense on each."""
    left = count
    while left > 0:
        lesson = random.choice(SHOWN)
        try:
            async with visitor(address, waits) as one:
                await said(one, one.tab.opening(lesson.slug, f"form={lesson.form}"))
                for _ in range(25):
                    left -= 1
                    asked = wish(lesson)
                    await said(one, one.tab.wishing(**asked))
        except ConnectionClosed:
            pass  # a message that was too large ends the connection, as it should
        except TimeoutError:
            waits.errors.append(f"{lesson.key} does not answer {asked}"[:300])


async def said(one: Visitor, message: bytes) -> None:
    """Send something, and see whether an error comes back."""
    await one.socket.send(message)
    async with asyncio.timeout(PATIENCE):
        while not one.tab.take(await one.socket.recv(decode=False)):
            pass
    one.waits.errors += one.tab.errors
    one.tab.errors = []


async def work_well(address: str, stop: asyncio.Event, waits: Waits) -> int:
    """Work as one should, and see one's own state; return how often it was another's."""
    wrong, statement = 0, BY_SLUG[LESSON].statement
    async with visitor(address, waits) as one:
        await one.open(LESSON)
        while not stop.is_set():
            mine = {c.name: random.choice(c.positions) for c in statement.controls}
            await said(one, one.tab.wishing(values=mine))
            wrong += unpacked(one.tab)["values"] != mine
            await asyncio.sleep(0.2)
    return wrong


def unpacked(tab: Tab) -> dict[str, Any]:
    """Return what the server said last."""
    header: dict[str, Any] = unpack(tab.scene)["header"]
    return header


async def attack(address: str, pid: int, link_count: int, message_count: int) -> None:
    """Send all of it; print what came of it."""
    waits, stop = Waits(), asyncio.Event()
    before, most = memory(pid), memory(pid)
    good = asyncio.create_task(work_well(address, stop, waits))
    start = time.monotonic()
    tasks = [
        asyncio.create_task(task)
        for _ in range(HOSTILE)
        for task in (
            links(address, link_count // HOSTILE, waits),
            messages(address, message_count // HOSTILE, waits),
        )
    ]
    while not all(task.done() for task in tasks):
        await asyncio.wait(tasks, timeout=1)
        most = max(most, memory(pid))
    await asyncio.gather(*tasks)
    stop.set()
    wrong = await good
    print(f"{link_count} links and {message_count} messages in "
          f"{time.monotonic() - start:.0f} s")  # fmt: skip
    print(f"errors on a screen: {len(waits.errors)} {sorted(set(waits.errors))[:3]}")
    print(f"states that were another's: {wrong}")
    await asyncio.sleep(REST)
    print(f"memory: {before:.0f} MB before, {most:.0f} MB at most, "
          f"{memory(pid):.0f} MB after {REST:.0f} s")  # fmt: skip


def main(link_count: int = 10_000, message_count: int = 10_000) -> None:
    """Run the app with a log, and attack it."""
    port = free_port()
    with tempfile.TemporaryFile("w+") as log:
        command = [
            sys.executable, "-m", "streamlit", "run", "app.py", "--server.headless", "true",
            "--server.port", str(port), "--server.address", "127.0.0.1",
            "--server.disconnectedSessionTTL", "10",
        ]  # fmt: skip
        quiet = {**os.environ, "MALLOC_ARENA_MAX": "2"}
        process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log, env=quiet)
        address = f"http://127.0.0.1:{port}"
        try:
            wait_for(f"{address}/_stcore/health", process)
            asyncio.run(attack(address, process.pid, link_count, message_count))
        finally:
            process.terminate()
            process.wait(10)
        log.seek(0)
        lines = log.read().splitlines()
        traces = [line for line in lines if line.startswith("Traceback")]
        print(f"traces in the server's log: {len(traces)}")
        print("\n".join(lines[-12:]) if traces else "")


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
