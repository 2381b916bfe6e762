"""One listener, a path for each source, and nothing at all beside them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from aiohttp import web

from bot import metrics
from bot.webhooks.listening import Answer, serve
from bot.webhooks.reading import reply


@dataclass(frozen=True)
class Entrance:
    doors: Mapping[str, Answer]

    async def open(self, host: str, port: int) -> web.ServerRunner:
        """Listening when it returns. Raises OSError when the address is taken."""
        return await serve(self.answer, host, port)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        door = self.doors.get(request.path)
        if door is None:
            metrics.DELIVERIES.labels("other", "other", "not_found").inc()
            return reply(404, "not_found")
        return await door(request)
