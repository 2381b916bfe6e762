"""A process that ends while GitHub does not answer: ``python -m tests.github.leaving ADDRESS``."""

from __future__ import annotations

import asyncio
import sys

from adapters.github.hub import Hub
from bot.errors import AdapterError
from bot.model import Identity, Secret


async def main(api: str) -> None:
    token = Secret("GITHUB_TOKEN")
    token.fill("ghp_" + "a" * 36)
    hub = Hub(Identity(api, token=token), lambda _: lambda: None)
    asking = [asyncio.create_task(hub.get("/user")), asyncio.create_task(hub.send("start", "POST", "/dispatches"))]
    try:
        async with asyncio.timeout(1.0):
            await asyncio.gather(*asking)
    except (TimeoutError, AdapterError):
        await hub.close()


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
