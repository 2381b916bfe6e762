"""Discord from the inside: a screen to show on, and who somebody is now."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol, runtime_checkable

from bot.model import Card, Choice, Person


@runtime_checkable
class Authority(Protocol):
    """Who somebody is *now*, by REST. Raises SlipwayError("authority_unreadable") when Discord does not answer."""

    async def member(self, user: str) -> Person | None:
        """None: not a member of the guild."""

    async def reactions(self, channel: str, message: str) -> Mapping[Choice, frozenset[str]] | None:
        """User ids whose ✅ / ❌ stand now: normal and super, every page, exact emoji. None: message is gone."""

    async def granted(self, since: float) -> Mapping[str, frozenset[str]] | None:
        """User id → ids of the roles granted to them since then (epoch seconds), by the guild's audit log, every page.

        None: the log may not be read.
        """


@runtime_checkable
class Screen(Protocol):
    """Discord as a screen. Raises ScreenError; codes: message_gone, channel_gone, forbidden, unavailable (retry)."""

    async def send(self, channel: str, card: Card, nonce: str) -> str:
        """A new message (its card's mentions ping); the message id. The same nonce within minutes sends once."""

    async def edit(self, channel: str, message: str, card: Card) -> None:
        """Never pings."""

    async def react(self, channel: str, message: str, emoji: str) -> None: ...

    async def pin(self, channel: str, message: str) -> None:
        """Pinning what is pinned changes nothing."""

    async def find(self, channel: str, marker: str) -> str | None:
        """Our own message whose embed footer ends with ``marker`` among the channel's last 100, or None."""

    async def attach(self, channel: str, message: str, title: str, name: str, text: str) -> None:
        """A file in the message's thread, which is made when it is not there yet."""
