"""How a class fares: many visitors at once, without browsers, on this machine only.

A visitor opens a lesson, and every few seconds grabs a slider (its sweep comes over HTTP)
and lets go elsewhere (a run of the script); now and then he goes to another lesson. The
page is what the server sends: the browser's own work is not in these numbers.

    python benchmarks/class_load.py [visitors [seconds]]      (200 visitors, 600 s)
    python benchmarks/class_load.py --start [visitors]        (50 open one link at once)
    python benchmarks/class_load.py ... --at http://127.0.0.1:8501 --pid 1234

Prints what was waited for (median, 95th percentile, longest), the server's memory in the
course of the run, and what a visitor costs.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import sys
import time
import urllib.parse
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from websockets.asyncio.client import ClientConnection, connect  # noqa: E402

from tests.protocol import STREAM, Tab  # noqa: E402
from tests.server import server  # noqa: E402
from ui.catalogue import BY_SLUG, LESSONS  # noqa: E402
from ui.packing import unpack  # noqa: E402

HERE = ("127.0.0.1", "localhost")
AS_DEPLOYED = {"FORMULA_EXPLORER_AHEAD": "1", "FORMULA_EXPLORER_WORKERS": "auto"}
PACE = 6.0  # seconds from one change to the next
STAY = 30.0  # seconds on a lesson
ARRIVAL = 10.0  # seconds within which a class arrives
PATIENCE = 60.0
READY = 5.0  # seconds from the start of a server to the first visitor
SAMPLE = 5.0  # seconds from one look at the memory to the next


@dataclass
class Waits:
    """What visitors waited for, in seconds, and what went wrong."""

    opening: list[float] = field(default_factory=list)
    grab: list[float] = field(default_factory=list)
    commit: list[float] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)


class Visitor:
    """One browser tab, as the server sees it."""

    def __init__(
        self, address: str, socket: ClientConnection, waits: Waits, cookie: str = ""
    ) -> None:
        self.address = address
        self.cookie = cookie
        self.socket = socket
        self.waits = waits
        self.tab = Tab()
        self.header: dict[str, Any] = {}
        self.slug = ""

    async def open(self, slug: str, query: str = "") -> None:
        """Come to a lesson; wait until its picture is there."""
        began = time.perf_counter()
        self.tab, self.slug = Tab(), slug
        await self._run(self.tab.opening(slug, query))
        while self.header["job"] is not None:
            await self._run(self.tab.wishing(more=True))
        self.waits.opening.append(time.perf_counter() - began)

    async def grab(self) -> tuple[str, Any]:
        """Take a slider at random; return it and where it will be let go."""
        slider = random.choice(BY_SLUG[self.slug].statement.swept_controls)
        asked = dict(urllib.parse.parse_qsl(self.header["sweeps"]))
        asked |= {"control": slider.name, "values": json.dumps(self.header["values"])}
        began = time.perf_counter()
        way = f"/sweep?{urllib.parse.urlencode(asked)}"
        status, _ = await get(self.address, way, self.cookie)
        if status == 204:  # by message instead, as the browser does
            await self._run(self.tab.wishing(grab=slider.name))
        elif status != 200:
            self.waits.errors.append(f"{self.slug}: sweep answered {status}")
        self.waits.grab.append(time.perf_counter() - began)
        return slider.name, random.choice(slider.positions)

    async def let_go(self, name: str, value: Any) -> None:
        """Commit a value; what the browser has drawn already is not sent again."""
        began = time.perf_counter()
        values = {**self.header["values"], name: value}
        epoch = self.header["epoch"]
        revision = self.header["revision"]
        await self._run(
            self.tab.wishing(
                values=values, described=True, painted=epoch, revision=revision
            )
        )
        self.waits.commit.append(time.perf_counter() - began)

    async def _run(self, message: bytes) -> None:
        """Send a message; wait until the run of the script that it starts is over."""
        await self.socket.send(message)
        async with asyncio.timeout(PATIENCE):
            while not self.tab.take(await self.socket.recv(decode=False)):
                pass
        self.waits.errors += self.tab.errors
        self.tab.errors = []
        self.header = unpack(self.tab.scene)["header"]


async def get(address: str, path: str, cookie: str = "") -> tuple[int, str]:
    """Ask for an address over a connection of its own; return status and headers."""
    host, port = urllib.parse.urlsplit(address).netloc.split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    try:
        lines = [f"GET {path} HTTP/1.1", f"Host: {host}:{port}", "Connection: close"]
        lines += [f"Cookie: {cookie}"] if cookie else []
        writer.write("\r\n".join([*lines, "", ""]).encode())
        async with asyncio.timeout(PATIENCE):
            answer = await reader.read(-1)
    finally:
        writer.close()
    return int(answer.split(b" ", 2)[1]), answer.split(b"\r\n\r\n")[0].decode()


@asynccontextmanager
async def visitor(
    address: str, waits: Waits, cookie: str = ""
) -> AsyncIterator[Visitor]:
    """Connect as a browser does."""
    url = address.replace("http", "ws", 1) + STREAM
    options: dict[str, Any] = {"max_size": None, "compression": None, "proxy": None}
    if cookie:
        options["additional_headers"] = {"Cookie": cookie}
    async with connect(url, open_timeout=PATIENCE, **options) as socket:
        yield Visitor(address, socket, waits, cookie)


async def visit(address: str, end: float, waits: Waits) -> None:
    """Come within the first seconds and work until the end."""
    await asyncio.sleep(random.uniform(0, ARRIVAL))
    try:
        async with visitor(address, waits) as one:
            while time.monotonic() < end:
                await one.open(random.choice(LESSONS).slug)
                await work(one, min(end, time.monotonic() + STAY))
    except Exception as error:
        waits.errors.append(f"{type(error).__name__}: {error}")


async def work(one: Visitor, until: float) -> None:
    """Change something now and then."""
    while time.monotonic() < until:
        began = time.monotonic()
        await one.let_go(*await one.grab())
        rest = PACE * random.uniform(0.7, 1.3) - (time.monotonic() - began)
        await asyncio.sleep(max(0, min(rest, until - time.monotonic())))


async def arrive(address: str, slug: str, start: asyncio.Event, waits: Waits) -> None:
    """Open a link together with all others."""
    await start.wait()
    try:
        async with visitor(address, waits) as one:
            await one.open(slug)
    except Exception as error:
        waits.errors.append(f"{type(error).__name__}: {error}")


# ---------------------------------------------------------------------------- the server


def memory(pid: int) -> float:
    """Return the resident memory of a process in MB."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 2**20


def cpu(pid: int) -> float:
    """Return the seconds of a processor that a process has used."""
    fields = stat(pid)
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def workers(pid: int) -> list[int]:
    """Return the processes that a server has started."""
    names = [path.name for path in Path("/proc").iterdir() if path.name.isdigit()]
    found = []
    for name in names:
        with suppress(OSError):
            if int(stat(int(name))[1]) == pid:
                found.append(int(name))
    return found


def stat(pid: int) -> list[str]:
    """Return what the kernel says of a process, from its state on."""
    return Path(f"/proc/{pid}/stat").read_text().rsplit(")", 1)[1].split()


async def watch(pid: int, end: float, seen: list[float]) -> None:
    """Look at the memory until the end."""
    while time.monotonic() < end:
        seen.append(memory(pid))
        await asyncio.sleep(SAMPLE)


async def a_class(address: str, pid: int, count: int, seconds: float) -> None:
    """Let a class work; print how it fared."""
    waits, seen = Waits(), [memory(pid)]
    pids = [pid, *workers(pid)]
    before, used = seen[0], sum(map(cpu, pids))
    end = time.monotonic() + seconds
    await asyncio.gather(
        watch(pid, end, seen), *(visit(address, end, waits) for _ in range(count))
    )
    used = sum(map(cpu, pids)) - used
    beside = sum(map(memory, pids[1:]))
    print(f"{count} visitors for {seconds:.0f} s")
    report(waits)
    half = seen[len(seen) // 2 :]
    print(f"memory {before:.0f} MB before, {max(seen):.0f} MB at most; in the second "
          f"half from {half[0]:.0f} to {half[-1]:.0f} MB; {len(pids) - 1} processes beside it: "
          f"{beside:.0f} MB")  # fmt: skip
    print(f"a visitor: {1e3 * used / seconds / count:.1f} ms of processor a second, "
          f"{(max(seen) - before) / count:.2f} MB")  # fmt: skip


async def a_start(address: str, count: int, slug: str) -> None:
    """Let a class open one link at once; print how long it took."""
    waits, start = Waits(), asyncio.Event()
    tasks = [
        asyncio.create_task(arrive(address, slug, start, waits)) for _ in range(count)
    ]
    await asyncio.sleep(0.5)
    start.set()
    await asyncio.gather(*tasks)
    print(f"{count} visitors open {slug} at once")
    report(waits)


def report(waits: Waits) -> None:
    """Print the table."""
    print(f"{'':10s}{'count':>8s}{'median':>9s}{'95 %':>9s}{'longest':>9s}   seconds")
    for name in ("opening", "grab", "commit"):
        times = sorted(getattr(waits, name))
        if times:
            at = [times[int(part * (len(times) - 1))] for part in (0.5, 0.95, 1)]
            print(f"{name:10s}{len(times):8d}" + "".join(f"{t:9.3f}" for t in at))
    print(f"errors    {len(waits.errors):8d}   {sorted(set(waits.errors))[:3]}")


@contextmanager
def under_test(given: argparse.Namespace) -> Iterator[tuple[str, int]]:
    """Give address and process of the server: the one that was named, or a new one."""
    if not given.at:
        with server(*given.options, environment=AS_DEPLOYED) as (address, process):
            yield address, process.pid
        return
    if urllib.parse.urlsplit(given.at).hostname not in HERE:
        raise SystemExit("This sends to a server on this machine only.")
    yield given.at, given.pid or os.getpid()


def main() -> None:
    """Read what is asked for, and measure it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("visitors", type=int, nargs="?")
    parser.add_argument("seconds", type=float, nargs="?", default=600)
    parser.add_argument("--start", action="store_true", help="all open one link")
    parser.add_argument("--lesson", default="softmax", help="which, with --start")
    parser.add_argument("--at", default="", help="address of a server that runs")
    parser.add_argument("--pid", type=int, help="its process")
    parser.add_argument("options", nargs="*", help="of Streamlit, after --")
    given = parser.parse_args()
    with under_test(given) as (address, pid):
        if given.start:
            asyncio.run(a_start(address, given.visitors or 50, given.lesson))
        else:
            time.sleep(READY)
            asyncio.run(a_class(address, pid, given.visitors or 200, given.seconds))


if __name__ == "__main__":
    main()
