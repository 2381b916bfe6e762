"""Looking at the loopback interface: free ports, greetings, one GET, and waiting for a condition."""

import asyncio
import random
import socket
import time
from collections.abc import Awaitable, Callable

import aiohttp


async def until(
    condition: Callable[[], Awaitable[bool]], deadline: float, otherwise: str, *, pace: float = 0.02
) -> None:
    """Looks until the condition holds; raises TimeoutError with the sentence after `deadline` seconds."""
    end = time.monotonic() + deadline
    while not await condition():
        if time.monotonic() > end:
            raise TimeoutError(f"{otherwise} after {deadline:g} s")
        await asyncio.sleep(pace)


def free_ports(count: int) -> list[int]:
    """Free ports of 127.0.0.1 below the range from which the kernel takes ports for outgoing connections."""
    found: list[int] = []
    while len(found) < count:
        port = random.randint(15000, 32000)
        with socket.socket() as probe:
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
        found.append(port)
    return found


async def get(url: str) -> tuple[int, str]:
    """(status, body) of one GET on a connection of its own; (0, reason) when nobody answers within two seconds."""
    try:
        async with (
            aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=2)) as session,
            session.get(url, allow_redirects=False) as answer,
        ):
            return answer.status, await answer.text()
    except (aiohttp.ClientError, TimeoutError) as error:
        return 0, repr(error)


async def greets(address: str, port: int) -> bool:
    """Whether an SSH server greets at this address."""
    try:
        reader, writer = await asyncio.open_connection(address, port)
    except OSError:
        return False
    try:
        return (await asyncio.wait_for(reader.readline(), 2)).startswith(b"SSH-2.0")
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()


async def answers_ok(port: int) -> bool:
    """Whether somebody answers 200 to /health on this port."""
    return (await get(f"http://127.0.0.1:{port}/health"))[0] == 200
