"""Beyond one process: several servers behind nginx, one of them killed; and what it gains.

Runs the committed proxy (deploy/nginx.conf) with its servers on this machine, without
containers; needs nginx from the distribution.

    python benchmarks/replicas.py [visitors [seconds]]     (60 visitors, 60 s, 3 servers)
    python benchmarks/replicas.py --growth                 (throughput of 1, 2, 3 servers)

While the visitors work one server is killed. Prints how many lost their connection, how
long they were away, whether they came back to the state on their screen, and whether any
of the others noticed.
"""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import re
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from websockets.exceptions import ConnectionClosed, InvalidMessage, InvalidStatus  # noqa: E402

from benchmarks.class_load import Visitor, Waits, cpu, get, report, visitor  # noqa: E402
from tests.server import free_port, server, wait_for  # noqa: E402
from ui.catalogue import BY_SLUG, LESSONS  # noqa: E402
from ui.state import link_query  # noqa: E402

GONE = (ConnectionClosed, InvalidMessage, InvalidStatus, OSError)
PACE = 4.0  # seconds from one change to the next
BACK = 0.5  # seconds until a browser tries again
SECRET = "only-for-this-measurement"  # noqa: S105 - protects nothing


@dataclass
class Journey:
    """What became of one visitor."""

    away: list[float] = field(default_factory=list)  # seconds
    kept: list[bool] = field(default_factory=list)  # whether the state was the same


@contextlib.contextmanager
def proxied(count: int) -> Iterator[tuple[str, list[subprocess.Popen[bytes]]]]:
    """Run servers behind nginx; give the address, and the servers."""
    # A server each, without workers of its own: the servers share the processors.
    secret = {"STREAMLIT_SERVER_COOKIE_SECRET": SECRET}
    with contextlib.ExitStack() as stack:
        started = [
            stack.enter_context(server(environment=secret)) for _ in range(count)
        ]
        ports = [address.rsplit(":", 1)[1] for address, _ in started]
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        port = free_port()
        config = folder / "nginx.conf"
        config.write_text(local_config(port, ports))
        options = f"pid {folder}/pid; daemon off; error_log {folder}/log;"
        nginx = shutil.which("nginx") or "/usr/sbin/nginx"
        process = subprocess.Popen([nginx, "-c", str(config), "-g", options])
        stack.callback(process.terminate)
        address = f"http://127.0.0.1:{port}"
        wait_for(f"{address}/_stcore/health", process)
        yield address, [process for _, process in started]


def local_config(port: int, ports: list[str]) -> str:
    """Return the committed configuration with the addresses of this machine."""
    text = (ROOT / "deploy" / "nginx.conf").read_text()
    text = text.replace("listen 8080;", f"listen 127.0.0.1:{port};")
    line = re.compile(r" *server app-\d+:8501( .*;)\n")
    options = next(line.finditer(text))
    servers = "".join(f"        server 127.0.0.1:{p}{options[1]}\n" for p in ports)
    first = options.start()
    return text[:first] + servers + line.sub("", text[first:])


async def cookie_of(address: str) -> str:
    """Open the page as a new browser; return the cookie that it is to keep."""
    _, head = await get(address, "/")
    found = re.search(r"(?i)set-cookie: (replica=[^;]+)", head)
    return found[1] if found else ""


async def live(address: str, end: float, waits: Waits, journey: Journey) -> None:
    """Work until the end; come back with what is on the screen if the server is gone."""
    await asyncio.sleep(random.uniform(0, 5))
    cookie = await cookie_of(address)
    slug, values, lost = random.choice(LESSONS).slug, None, 0.0
    while time.monotonic() < end:
        with contextlib.suppress(*GONE):
            async with visitor(address, waits, cookie) as one:
                await come(one, slug, values)
                if lost:
                    journey.away.append(time.monotonic() - lost)
                    journey.kept.append(one.header["values"] == values)
                    lost = 0.0
                values = one.header["values"]
                while time.monotonic() < end:
                    await one.let_go(*await one.grab())
                    values = one.header["values"]
                    await asyncio.sleep(PACE * random.uniform(0.7, 1.3))
                return
        lost = lost or time.monotonic()
        await asyncio.sleep(BACK)


async def come(one: Visitor, slug: str, values: dict[str, Any] | None) -> None:
    """Open a lesson, with the address that the figure keeps up to date."""
    query = "" if values is None else link_query(BY_SLUG[slug].statement, values)
    await one.open(slug, query)


async def kill_one(count: int, seconds: float) -> None:
    """Let visitors work, kill a server in the middle, and print what they noticed."""
    with proxied(3) as (address, servers):
        end = time.monotonic() + seconds
        waits, journeys = Waits(), [Journey() for _ in range(count)]
        tasks = [
            asyncio.create_task(live(address, end, waits, journey))
            for journey in journeys
        ]
        await asyncio.sleep(seconds / 2)
        before = [cpu(process.pid) for process in servers]
        servers[0].kill()
        print(
            f"processor seconds of the servers so far: {[round(s, 1) for s in before]}"
        )
        await asyncio.gather(*tasks)
        lost = [journey for journey in journeys if journey.away]
        away = sorted(t for journey in lost for t in journey.away)
        kept = sum(all(journey.kept) for journey in lost)
        print(f"{count} visitors of three servers, one of which was killed")
        report(waits)
        print(f"{len(lost)} lost their connection and were away {away[0]:.2f} to "
              f"{away[-1]:.2f} s; {kept} came back to the state on their screen; the "
              f"other {count - len(lost)} noticed nothing")  # fmt: skip


async def busy(address: str, end: float, waits: Waits) -> None:
    """Change something as fast as it is answered."""
    cookie = await cookie_of(address)
    async with visitor(address, waits, cookie) as one:
        await one.open(random.choice(LESSONS).slug)
        while time.monotonic() < end:
            await one.let_go(*await one.grab())


async def growth(count: int = 12, seconds: float = 15) -> None:
    """Print how many changes a second one, two and three servers answer."""
    for servers in (1, 2, 3):
        with proxied(servers) as (address, _):
            waits, end = Waits(), time.monotonic() + seconds
            await asyncio.gather(*(busy(address, end, waits) for _ in range(count)))
            rate = len(waits.commit) / seconds
            print(f"{servers} servers: {rate:.0f} grabs and changes a second")


def main() -> None:
    """Read what is asked for, and measure it."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("visitors", type=int, nargs="?", default=60)
    parser.add_argument("seconds", type=float, nargs="?", default=60)
    parser.add_argument("--growth", action="store_true", help="of the throughput")
    given = parser.parse_args()
    if given.growth:
        asyncio.run(growth())
    else:
        asyncio.run(kill_one(given.visitors, given.seconds))


if __name__ == "__main__":
    main()
