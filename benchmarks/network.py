"""A network that is far away, for the benchmarks."""

from __future__ import annotations

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from typing import Any

from tests.server import free_port


@contextlib.contextmanager
def delayed(address: str, seconds: float) -> Iterator[str]:
    """Put a proxy in front of a server that delays everything, half each way."""
    host, _, port = address.removeprefix("http://").partition(":")
    loop, own = asyncio.new_event_loop(), free_port()

    async def pump(reader: Any, writer: Any) -> None:
        queue: asyncio.Queue[tuple[float, bytes]] = asyncio.Queue()

        async def send() -> None:
            while True:
                due, data = await queue.get()
                await asyncio.sleep(max(0.0, due - loop.time()))
                writer.write(data)
                if not data:
                    writer.close()
                    return

        sender = loop.create_task(send())
        while True:
            data = await reader.read(65536)
            queue.put_nowait((loop.time() + seconds / 2, data))
            if not data:
                await sender
                return

    async def serve(reader: Any, writer: Any) -> None:
        # Connecting takes a way there and back, too.
        await asyncio.sleep(seconds)
        up, down = await asyncio.open_connection(host, int(port))
        with contextlib.suppress(OSError):
            await asyncio.gather(pump(reader, down), pump(up, writer))

    async def start() -> None:
        await asyncio.start_server(serve, "127.0.0.1", own)

    async def end() -> None:
        others = asyncio.all_tasks() - {asyncio.current_task()}
        for task in others:
            task.cancel()
        await asyncio.gather(*others, return_exceptions=True)

    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    asyncio.run_coroutine_threadsafe(start(), loop).result(10)
    try:
        yield f"http://127.0.0.1:{own}"
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
