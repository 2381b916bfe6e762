"""A sender of deliveries to a door on loopback: honest by default, and as dishonest as a test asks."""

from __future__ import annotations

import asyncio
import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from itertools import count
from pathlib import Path
from typing import Any

import aiohttp

from bot.ledger import Ledger, audit
from bot.ledger.rows import AuditRow
from bot.model import Hint, Secret
from bot.webhooks import Entrance
from bot.webhooks.github import PATH, Door
from bot.webhooks.github.signature import HEADER, sign
from bot.webhooks.listening import LIFE, MOST, serve
from tests.engine.world import Clock

NEW, OLD = "the newer secret of the tests", "the older secret of the tests"
RUN: Mapping[str, Any] = {
    "action": "completed",
    "workflow_run": {"id": 7, "head_sha": "b" * 40, "status": "completed", "conclusion": "success"},
    "repository": {"full_name": "org/app"},
}
NAMES = count(1)


def secret(value: str) -> Secret:
    found = Secret("GITHUB_WEBHOOK_SECRET")
    found.fill(value)
    return found


def headers(body: bytes, event: str, key: str, delivery: str | None = None) -> dict[str, str]:
    return {
        "Content-Type": "application/json",
        "X-GitHub-Event": event,
        "X-GitHub-Delivery": delivery or f"00000000-0000-0000-0000-{next(NAMES):012}",
        HEADER: sign(body, key),
    }


@dataclass
class Post:
    """The door's address, what it was told, and its ledger."""

    ledger: Ledger
    session: aiohttp.ClientSession
    clock: Clock
    path: Path
    port: int = 0
    heard: list[Hint] = field(default_factory=list)

    async def hear(self, hint: Hint) -> None:
        self.heard.append(hint)

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/webhooks/github"

    async def send(
        self,
        payload: object = RUN,
        event: str = "workflow_run",
        key: str = NEW,
        *,
        delivery: str | None = None,
        raw: bytes | None = None,
        **changed: str | None,
    ) -> tuple[int, str]:
        """(status, what the door says). ``changed``: headers put otherwise, ``_`` for ``-``; None: left out."""
        body = json.dumps(payload).encode() if raw is None else raw
        sent = headers(body, event, key, delivery)
        for name, value in changed.items():
            sent.pop(name.replace("_", "-"), None)
            if value is not None:
                sent[name.replace("_", "-")] = value
        async with self.session.post(self.url, data=io.BytesIO(body), headers=sent) as answer:
            return answer.status, (await answer.text()).strip()

    async def write(self, raw: bytes, *, end: bool = False) -> bytes:
        """Bytes of any kind on a connection of its own; what comes back until the door hangs up."""
        reader, writer = await asyncio.open_connection("127.0.0.1", self.port)
        try:
            writer.write(raw)
            await writer.drain()
            if end:
                writer.write_eof()
            async with asyncio.timeout(20.0):
                return await reader.read()
        except ConnectionError:
            return b""
        finally:
            writer.close()

    async def audited(self) -> list[AuditRow]:
        found = await self.ledger.read(audit.events, limit=100)
        return [row for row in found if row.action == "webhook_forged"]


@asynccontextmanager
async def posted(folder: Path, *, life: float = LIFE, most: int = MOST) -> AsyncIterator[Post]:
    """A door with two secrets, on a free port of loopback."""
    clock = Clock()
    ledger = await Ledger.open(folder / "ledger.db", clock=clock.now, busy=0.2)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
        post = Post(ledger, session, clock, folder / "ledger.db")
        door = Door(ledger, (secret(NEW), secret(OLD)), post.hear, clock.now, clock.monotonic)
        runner = await serve(Entrance({PATH: door.answer}).answer, "127.0.0.1", 0, life=life, most=most)
        post.port = runner.addresses[0][1]
        try:
            yield post
        finally:
            await runner.cleanup()
            await ledger.close()
