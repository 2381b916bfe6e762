"""A sender of SNS's messages to a door on loopback, and whoever the door would fetch certificates from."""

from __future__ import annotations

import io
import json
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import aiohttp

from bot.ledger import Ledger, audit
from bot.ledger.rows import AuditRow
from bot.model import Hint, ServiceHint
from bot.webhooks import Entrance
from bot.webhooks.listening import serve
from bot.webhooks.sns import PATH, Confirmations, Door
from tests.engine.world import Clock
from tests.webhooks.signing import CERTIFICATE, TOPIC, certificate, signed

ELSEWHERE = "somebody-elses-service"


@dataclass
class Topic:
    """``served``: certificates by address, None where nobody answers; ``fetched``: which were asked for."""

    ledger: Ledger
    session: aiohttp.ClientSession
    clock: Clock
    folder: Path
    port: int = 0
    heard: list[Hint] = field(default_factory=list)
    served: dict[str, bytes | None] = field(default_factory=dict)
    fetched: list[str] = field(default_factory=list)

    def concerns(self, hint: Hint) -> bool:
        return not isinstance(hint, ServiceHint) or hint.service != ELSEWHERE

    async def hear(self, hint: Hint) -> None:
        self.heard.append(hint)

    async def fetch(self, url: str) -> bytes | None:
        self.fetched.append(url)
        return self.served.get(url)

    def serve(self, pem: bytes | None = None, url: str = CERTIFICATE) -> None:
        self.served[url] = certificate(now=self.clock.now()) if pem is None else pem

    async def send(
        self, message: Mapping[str, Any], *, sign: bool = True, kind: str = "text/plain; charset=UTF-8", **headers: str
    ) -> tuple[int, str]:
        """(status, what the door says)."""
        body = json.dumps(signed(message) if sign else message).encode()
        return await self.post(body, kind, **headers)

    async def post(self, body: bytes, kind: str = "text/plain; charset=UTF-8", **headers: str) -> tuple[int, str]:
        sent = {"Content-Type": kind, **{name.replace("_", "-"): value for name, value in headers.items()}}
        url = f"http://127.0.0.1:{self.port}{PATH}"
        async with self.session.post(url, data=io.BytesIO(body), headers=sent) as answer:
            return answer.status, (await answer.text()).strip()

    async def audited(self) -> list[AuditRow]:
        found = await self.ledger.read(audit.events, limit=100)
        return [row for row in found if row.action.startswith(("webhook_", "subscription_"))]


@asynccontextmanager
async def topic(folder: Path, topics: tuple[str, ...] = (TOPIC,)) -> AsyncIterator[Topic]:
    clock = Clock()
    ledger = await Ledger.open(folder / "ledger.db", clock=clock.now, busy=0.2)
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(force_close=True)) as session:
        found = Topic(ledger, session, clock, folder)
        found.serve()
        door = Door(
            ledger, topics, Confirmations(folder), found.hear, found.fetch, found.concerns, clock.now, clock.monotonic
        )
        runner = await serve(Entrance({PATH: door.answer}).answer, "127.0.0.1", 0)
        found.port = runner.addresses[0][1]
        try:
            yield found
        finally:
            await runner.cleanup()
            await ledger.close()
