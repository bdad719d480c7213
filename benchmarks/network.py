"""A network that is far away, for the benchmarks."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator

from tests.server import free_port


@contextlib.contextmanager
def delayed(address: str, seconds: float) -> Iterator[str]:
    """Put a proxy in front of a server that delays everything, half each way.

    A new connection takes a way there and back before anything can be asked.
    """
    host, _, port = address.removeprefix("http://").partition(":")
    loop, own = asyncio.new_event_loop(), free_port()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        with contextlib.suppress(OSError, asyncio.CancelledError):
            await asyncio.sleep(seconds)
            up, down = await asyncio.open_connection(host, int(port))
            await asyncio.gather(
                _pump(reader, down, seconds / 2), _pump(up, writer, seconds / 2)
            )

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    starting = asyncio.start_server(serve, "127.0.0.1", own)
    asyncio.run_coroutine_threadsafe(starting, loop).result(10)
    try:
        yield f"http://127.0.0.1:{own}"
    finally:
        asyncio.run_coroutine_threadsafe(_cancel_all(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)


async def _pump(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, seconds: float
) -> None:
    """Hand on what comes, each piece some time after it came."""
    now = asyncio.get_running_loop().time
    queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

    async def receive() -> None:
        data = b"something"
        while data:
            data = await reader.read(65536)
            queue.put_nowait((now() + seconds, data))

    async def send() -> None:
        while True:
            due, data = await queue.get()
            await asyncio.sleep(max(0.0, due - now()))
            if not data:
                writer.close()
                return
            writer.write(data)

    await asyncio.gather(receive(), send())


async def _cancel_all() -> None:
    others = asyncio.all_tasks() - {asyncio.current_task()}
    for task in others:
        task.cancel()
    await asyncio.gather(*others, return_exceptions=True)
