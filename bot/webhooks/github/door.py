"""``POST /webhooks/github``: who sent it is proved before anything of it is understood.

In this order, and the first no ends it: method, encoding, type, the signature's form, size while the body
streams, the signature, JSON within limits, seen before. Only then somebody is told.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot import metrics
from bot.errors import SlipwayError
from bot.ledger import Ledger, deliveries
from bot.model import Secret
from bot.webhooks import bounded
from bot.webhooks.forgeries import Forgeries
from bot.webhooks.github import hint, signature
from bot.webhooks.reading import Hear, Refused, plain, reply, streamed

PATH, SOURCE = "/webhooks/github", "github"
EVENT = re.compile(r"[a-z_]{1,64}", re.ASCII)
DELIVERY = re.compile(r"[0-9A-Za-z-]{1,64}", re.ASCII)
log = structlog.get_logger("webhooks")


@dataclass
class Door:
    """``secrets``: newest first. ``hear`` is told of every hint, once."""

    ledger: Ledger
    secrets: Sequence[Secret]
    hear: Hear
    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    forgeries: Forgeries = field(init=False)

    def __post_init__(self) -> None:
        self.forgeries = Forgeries(SOURCE, self.ledger, self.now, self.monotonic)

    async def answer(self, request: web.BaseRequest) -> web.Response:
        event = ""
        try:
            body = await self._proved(request)
            event, delivery = _named(request)
            status, outcome = await self.take(event, delivery, body)
        except Refused as no:
            status, outcome = no.status, no.outcome
            if status == 401:
                await self.forgeries.count()
        metrics.DELIVERIES.labels(SOURCE, event if event in hint.EVENTS else "other", outcome).inc()
        return reply(status, outcome)

    async def _proved(self, request: web.BaseRequest) -> bytes:
        """The body, once its sender is known. Raises Refused."""
        plain(request, "application/json")
        given = request.headers.getall(signature.HEADER, [])
        if not signature.well_formed(given):
            raise Refused(401, "unsigned")
        body = await streamed(request)
        if not signature.holds(body, given[0], self.secrets):
            raise Refused(401, "forged")
        return body

    async def take(self, event: str, delivery: str, body: bytes) -> tuple[int, str]:
        """(status, outcome) of a delivery whose sender is known. Raises Refused."""
        try:
            payload = bounded.parsed(body)
        except ValueError:
            raise Refused(400, "garbled") from None
        found = hint.read(event, payload)
        if found is None:
            return 202, "ignored"
        digest = hashlib.sha256(body).hexdigest()
        try:
            if not await self.ledger.do(deliveries.take, SOURCE, delivery, event, digest, self.now()):
                return 202, "repeated"
            await self.hear(found)
        except SlipwayError as error:
            log.warning("delivery_not_taken", hook=event, delivery=delivery, error=str(error))
            raise Refused(503, "not_taken") from None
        return 202, "heard"


def _named(request: web.BaseRequest) -> tuple[str, str]:
    event, delivery = request.headers.get("X-GitHub-Event", ""), request.headers.get("X-GitHub-Delivery", "")
    if not EVENT.fullmatch(event) or not DELIVERY.fullmatch(delivery):
        raise Refused(400, "unnamed")
    return event, delivery
