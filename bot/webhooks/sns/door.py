"""``POST /webhooks/sns``: AWS signs, and anybody on AWS can have AWS sign; so the topic decides, which is signed too.

In this order, and the first no ends it: method, encoding, type, size while the body streams, JSON within limits, its
form, the topic, its age, the signature's version, the certificate's address, the certificate, the signature, seen
before. Nothing but a certificate is ever fetched.
"""

from __future__ import annotations

import asyncio
import hashlib
import time
from collections.abc import Callable, Collection
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot import metrics
from bot.errors import SlipwayError
from bot.ledger import Ledger, deliveries
from bot.webhooks import bounded, events
from bot.webhooks.forgeries import Forgeries
from bot.webhooks.reading import Concerns, Fetch, Hear, Refused, plain, reply, streamed
from bot.webhooks.sns import certificate, message
from bot.webhooks.sns.certificates import Certificates, fetch
from bot.webhooks.sns.confirmations import Confirmations
from bot.webhooks.sns.message import Message

PATH, SOURCE = "/webhooks/sns", "sns"
OLDEST = 3900.0  # seconds; SNS tries for an hour, and a delivery is remembered for a week
AHEAD = 300.0  # seconds that our clock may be behind
log = structlog.get_logger("webhooks")


@dataclass
class Door:
    """``topics``: the ARNs that may speak. ``hear`` is told of every hint, once."""

    ledger: Ledger
    topics: Collection[str]
    confirmations: Confirmations
    hear: Hear
    fetch: Fetch = fetch
    concerns: Concerns = lambda hint: True
    now: Callable[[], float] = time.time
    monotonic: Callable[[], float] = time.monotonic
    certificates: Certificates = field(init=False)
    forgeries: Forgeries = field(init=False)

    def __post_init__(self) -> None:
        self.certificates = Certificates(self.fetch, self.now, self.monotonic)
        self.forgeries = Forgeries(SOURCE, self.ledger, self.now, self.monotonic)
        self._by_kind = {
            message.NOTIFICATION: self._notified,
            message.SUBSCRIPTION: self._asked,
            message.UNSUBSCRIBED: self._ended,
        }

    async def answer(self, request: web.BaseRequest) -> web.Response:
        name = "other"
        try:
            found = await self._proved(request)
            name, outcome = await self.take(found)
            status = 202
        except Refused as no:
            status, outcome = no.status, no.outcome
            if status == 401:
                await self.forgeries.count()
        metrics.DELIVERIES.labels(SOURCE, name, outcome).inc()
        return reply(status, outcome)

    async def _proved(self, request: web.BaseRequest) -> Message:
        """The message, once its sender is known. Raises Refused."""
        plain(request, "text/plain", "application/json")
        body = await streamed(request)
        try:
            found = message.read(bounded.parsed(body))
        except ValueError:
            raise Refused(400, "garbled") from None
        self._may_speak(found)
        key = await self.certificates.key(found.certificate)
        if not certificate.holds(found.signed, found.signature, key):
            raise Refused(401, "forged")
        return found

    def _may_speak(self, found: Message) -> None:
        """What can be said before anything is fetched for it. Raises Refused."""
        if found.topic not in self.topics:
            raise Refused(401, "unknown_topic")
        if not -AHEAD <= self.now() - found.at <= OLDEST:
            raise Refused(400, "stale")
        if found.version != "2":
            log.warning("signature_version", topic=found.topic, version=found.version[:10], remedy="docs/webhooks.md")
            raise Refused(400, "version")
        if not certificate.allowed(found.certificate, found.topic):
            raise Refused(401, "certificate_url")

    async def take(self, found: Message) -> tuple[str, str]:
        """(event, outcome) of a message whose sender is known. Raises Refused."""
        try:
            return await self._by_kind[found.kind](found)
        except (SlipwayError, OSError) as error:
            log.warning("delivery_not_taken", source=SOURCE, delivery=found.id, error=str(error))
            raise Refused(503, "not_taken") from None

    async def _notified(self, found: Message) -> tuple[str, str]:
        await asyncio.to_thread(self.confirmations.forget, found.topic, found.at)
        try:
            event = events.read(bounded.parsed(found.text.encode()))
        except ValueError:  # a topic may carry more than events of ECS
            return "other", "ignored"
        if event.hint is None or not self.concerns(event.hint):
            return event.name, "ignored"
        if not await self.ledger.do(deliveries.take, *self._known(found, event.name)):
            return event.name, "repeated"
        await self.hear(event.hint)
        return event.name, "heard"

    async def _asked(self, found: Message) -> tuple[str, str]:
        """Nobody confirms here: the operator is told."""
        await asyncio.to_thread(self.confirmations.keep, found.topic, found.token)
        known, facts = self._known(found, "subscription"), {"topic": found.topic}
        if not await self.ledger.do(deliveries.note, *known, action="subscription_asked", facts=facts):
            return "subscription", "repeated"
        log.warning("subscription_asked", topic=found.topic, remedy="run `slipway doctor`")
        return "subscription", "told"

    async def _ended(self, found: Message) -> tuple[str, str]:
        known, facts = self._known(found, "subscription"), {"topic": found.topic}
        if not await self.ledger.do(deliveries.note, *known, action="subscription_ended", facts=facts):
            return "subscription", "repeated"
        log.warning("subscription_ended", topic=found.topic)
        return "subscription", "told"

    def _known(self, found: Message, event: str) -> tuple[str, str, str, str, float]:
        """By what it is known when it comes again."""
        return SOURCE, found.id, event, hashlib.sha256(found.signed).hexdigest(), self.now()
