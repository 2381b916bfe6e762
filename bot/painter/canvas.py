"""The calls to ``ports.Screen`` that draw one message, each between its named points, in the order that survives kills.

A message is looked up before it is sent again, found reactions and files are not doubled, and what Discord cannot show
in one channel is shown in the next.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

import structlog

from bot.errors import ScreenError
from bot.model import Card
from bot.ports import At, Screen

log = structlog.get_logger(__name__)

NONCE_HOLDS = 60.0
"""Seconds for which ``enforce_nonce`` is relied on; Discord remembers "a few minutes"."""
KEPT = 1000
"""Reactions that are remembered as made; making one again costs a request and changes nothing."""
ELSEWHERE = frozenset({"forbidden", "channel_gone"})


class Unsent(Protocol):
    """A row whose message may have been sent before: ``shown`` and ``posts`` have them."""

    @property
    def kind(self) -> str: ...
    @property
    def tries(self) -> int: ...
    @property
    def made_at(self) -> float: ...
    @property
    def nonce(self) -> str: ...
    @property
    def marker(self) -> str: ...


@dataclass
class Canvas:
    """``channels``: ids, best first. ``now``: epoch seconds, the same clock that made the rows."""

    screen: Screen
    channels: Sequence[str]
    now: Callable[[], float]
    at: At
    _reacted: dict[tuple[str, str], None] = field(default_factory=dict)

    async def send(self, row: Unsent, card: Card) -> tuple[str, str]:
        """(channel, message). Raises ScreenError when no channel takes it.

        A row with ``tries`` was perhaps sent before: the message that is found or deduplicated may show an older card.
        """
        refused = ScreenError("channel_gone")
        for channel in self.channels:
            try:
                return channel, await self._post(channel, row, card)
            except ScreenError as error:
                if error.code not in ELSEWHERE:
                    raise
                log.warning("channel.refused", channel=channel, code=error.code)
                refused = error
        raise refused

    async def _post(self, channel: str, row: Unsent, card: Card) -> str:
        if row.tries and self.now() - row.made_at > NONCE_HOLDS:
            self.at("screen.find.before")
            found = await self.screen.find(channel, row.marker)
            self.at("screen.find.sent")
            if found:
                return found
        self.at("screen.send.before")
        try:
            message = await self.screen.send(channel, card, row.nonce)
        except ScreenError as error:
            if error.code != "unavailable" or error.retry:
                raise
            log.exception("card.refused", marker=row.marker, kind=row.kind)
            message = await self.screen.send(channel, bare(card), row.nonce)
        self.at("screen.send.sent")
        return message

    async def edit(self, channel: str, message: str, card: Card) -> None:
        self.at("screen.edit.before")
        try:
            await self.screen.edit(channel, message, card)
        except ScreenError as error:
            if error.code != "unavailable" or error.retry:
                raise
            log.exception("card.refused", message=message)
            await self.screen.edit(channel, message, bare(card))
        self.at("screen.edit.sent")

    async def react(self, channel: str, message: str, emojis: Sequence[str]) -> None:
        """Votes by one tap; where the bot may not react the buttons remain."""
        for emoji in emojis:
            if (message, emoji) in self._reacted:
                continue
            self.at("screen.react.before")
            try:
                await self.screen.react(channel, message, emoji)
            except ScreenError as error:
                if error.retry:
                    raise
                log.warning("reaction.refused", code=error.code)
            self.at("screen.react.sent")
            self._reacted[(message, emoji)] = None
            if len(self._reacted) > KEPT:
                del self._reacted[next(iter(self._reacted))]

    async def pin(self, channel: str, message: str) -> None:
        self.at("screen.pin.before")
        await self.screen.pin(channel, message)
        self.at("screen.pin.sent")

    async def attach(self, channel: str, message: str, title: str, name: str, text: str) -> None:
        self.at("screen.attach.before")
        try:
            await self.screen.attach(channel, message, title, name, text)
        except ScreenError as error:
            if error.retry:
                raise
            log.warning("log.not_attached", code=error.code)
        self.at("screen.attach.sent")

    def forget(self, message: str) -> None:
        self._reacted = {one: None for one in self._reacted if one[0] != message}


def bare(card: Card) -> Card:
    """What is left when Discord refuses the rest: the line that says what happened, the pings and the marker."""
    return replace(card, title="", lines=(), buttons=(), selects=(), files=())
