"""The end of the process waits for nobody's answer: a service manager kills after ten seconds."""

from __future__ import annotations

import asyncio
import sys
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from adapters.github.hub.asked import Unanswered
from adapters.github.hub.threads import Threads

ROOT = Path(__file__).parents[2]


@pytest.fixture
async def silent() -> AsyncIterator[tuple[str, asyncio.Event]]:
    """Somebody who takes requests and never answers; the event: one has come."""
    came, over = asyncio.Event(), asyncio.Event()

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readline()
        came.set()
        await over.wait()
        writer.close()

    server = await asyncio.start_server(serve, "127.0.0.1", 0)
    yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}", came
    over.set()
    server.close()


async def test_a_process_ends_while_a_request_is_in_flight(silent: tuple[str, asyncio.Event]) -> None:
    """By itself: its reads have ten seconds and its writes twelve, and nobody waits for them."""
    command = [sys.executable, "-m", "tests.github.leaving", silent[0]]
    process = await asyncio.create_subprocess_exec(*command, cwd=ROOT)
    try:
        async with asyncio.timeout(60):
            await silent[1].wait()
        async with asyncio.timeout(7):
            assert await process.wait() == 0
    finally:
        if process.returncode is None:
            process.kill()
            await process.wait()


async def test_what_waits_for_a_thread_at_the_end_is_never_sent() -> None:
    goes_on, sent = threading.Event(), []
    threads = Threads(1, "one")
    busy = threads.submit(lambda: goes_on.wait(30))
    waits = threads.submit(lambda: sent.append("late"))
    async with asyncio.timeout(10):
        while not busy.running():
            await asyncio.sleep(0.01)
        assert threads.close() == [busy]
        goes_on.set()
        assert await asyncio.wrap_future(busy)
    assert (waits.cancelled(), sent) == (True, [])
    with pytest.raises(Unanswered):
        threads.submit(lambda: None)
