"""Keeps Discord caught up with the messages that belong to no deploy, one after the other: there are few."""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field, replace

import structlog

from bot import cards
from bot.errors import ScreenError, SlipwayError
from bot.ledger import Ledger, posts
from bot.ledger.looking import keep_looking
from bot.ledger.rows import Post
from bot.model import Card, Language, Mentions
from bot.painter.canvas import Canvas
from bot.painter.pace import again
from bot.ports import At, Screen, nowhere

log = structlog.get_logger(__name__)

IDLE = 60.0  # seconds between two looks when nothing was committed
OWN = frozenset({"posts.sent", "posts.drawn", "posts.failed"})
APART = {"board": 60.0}  # seconds between two edits; the others change seldom
PINNED = frozenset({"board"})


@dataclass
class Posts:
    """``places``: deploys, alerts, security, board → channel ids, best first."""

    ledger: Ledger
    screen: Screen
    places: Mapping[str, Sequence[str]]
    language: Language
    now: Callable[[], float] = time.time
    at: At = nowhere
    _canvases: dict[str, Canvas] = field(default_factory=dict)
    _edited: dict[int, float] = field(default_factory=dict)
    _pinned: set[str] = field(default_factory=set)
    _unpinnable: str = ""
    _hurried: bool = False
    _wake: asyncio.Event = field(default_factory=asyncio.Event)

    async def run(self) -> None:
        """Until cancelled. A message that Discord does not take is tried again, ever more slowly."""
        await keep_looking(self.ledger, self.look, lambda verb: verb not in OWN, "posts", wake=self._wake)

    async def hurry(self) -> None:
        """Discord is back: what waits for another try is tried now."""
        self._hurried = True
        self._wake.set()

    async def look(self) -> float:
        """Draws what is due; the seconds until something else will be."""
        wanted = await self.ledger.read(posts.wanted)
        hurried, self._hurried = self._hurried, False
        waits = [IDLE]
        for post in wanted:
            left = self._left(post, hurried=hurried)
            if left <= 0:
                left = await self._try(post)
            waits.append(left)
        return max(min(waits), 0.05)

    def _left(self, post: Post, *, hurried: bool) -> float:
        apart = self._edited.get(post.id, 0.0) + APART.get(post.kind, 0.0)
        told = 0.0 if hurried else post.retry_at or 0.0
        return max(told, apart) - self.now()

    async def _try(self, post: Post) -> float:
        try:
            return await self._draw(post)
        except ScreenError as error:
            return await self._failed(post, error.code, again(post.tries))
        except SlipwayError as error:
            log.warning("posts.not_recorded", post=post.id, error=str(error))
            return again(post.tries)
        except Exception:
            log.exception("posts.failed", post=post.id, kind=post.kind, reference=secrets.token_hex(4))
            return await self._failed(post, "bug", again(post.tries + 4))

    async def _failed(self, post: Post, code: str, pause: float) -> float:
        with suppress(SlipwayError):
            await self.ledger.do(posts.failed, post.id, self.now() + pause, code)
        return pause

    async def _draw(self, post: Post) -> float:
        """Seconds until more of it may be due: what an earlier life had sent may show something older."""
        card = self._card(post)
        if post.message is None or post.channel is None:
            await self.ledger.do(posts.failed, post.id, None, "sending")  # after a crash it is looked up first
            channel, message = await self._canvas(post.place).send(post, card)
            await self.ledger.do(
                posts.sent, post.id, channel, message, post.drawn if post.tries else post.screen, self.now()
            )
            await self._pin(post, channel, message)
            return 0.0 if post.tries else IDLE
        try:
            await self._canvas(post.place).edit(post.channel, post.message, card)
        except ScreenError as error:
            if error.retry or error.code == "unavailable":
                raise
            await self._anew(post)
            return 0.0
        self._edited[post.id] = self.now()
        await self._pin(post, post.channel, post.message)
        await self.ledger.do(posts.drawn, post.id, post.screen)
        return IDLE

    async def _pin(self, post: Post, channel: str, message: str) -> None:
        """Once a process, for a restart may come between the message and its pin. Without the pin it is still true."""
        if post.kind not in PINNED or message in self._pinned:
            return
        try:
            await self._canvas(post.place).pin(channel, message)
        except ScreenError as error:
            if self._unpinnable != error.code:
                log.warning("post.not_pinned", kind=post.kind, channel=channel, error=str(error))
            self._unpinnable = error.code
            return
        self._pinned.add(message)

    async def deleted(self, message: str) -> None:
        """What stands for good is sent anew when somebody deletes it; any other message may go."""
        post = await self.ledger.read(posts.by_message, message)
        if post is not None and post.kind in PINNED and post.closed_at is None:
            await self._anew(post)

    async def _anew(self, post: Post) -> None:
        self._edited.pop(post.id, None)
        await self.ledger.do(posts.again, post.id, self.now())

    def _card(self, post: Post) -> Card:
        card = cards.post_card(post.kind, post.payload, self.language, self.now(), Mentions(post.users, post.roles))
        return replace(card, footer=post.marker)

    def _canvas(self, place: str) -> Canvas:
        if place not in self._canvases:
            self._canvases[place] = Canvas(self.screen, self.places[place], self.now, self.at)
        return self._canvases[place]
