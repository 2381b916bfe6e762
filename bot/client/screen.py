"""``ports.Screen`` on Discord's REST interface: messages, edits, reactions, threads, by ids alone and by bot token."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import discord

from bot.client.faults import THREAD_EXISTS, bounded
from bot.client.render import file, render, rewrite
from bot.errors import ScreenError
from bot.model import Card, File

if TYPE_CHECKING:
    from bot.client.session import SlipwayClient

LOOK_BACK = 100
"""How many messages ``find`` reads (one page of the interface)."""
THREAD_LIFE: Final = 1440
"""Minutes without a message until the thread of a failed deploy is folded away."""


class DiscordScreen:
    """Nothing here reads a cache: a channel is an id, so that it works before READY and after a resume.

    ``timeout``: seconds for one call, discord.py's own waits for rate limits and retries included.
    """

    def __init__(self, client: SlipwayClient, *, timeout: float = 30.0) -> None:
        self._client = client
        self._timeout = timeout

    async def send(self, channel: str, card: Card, nonce: str) -> str:
        async with bounded(self._timeout):
            message = await self._channel(channel).send(**render(card), nonce=nonce)
        return str(message.id)

    async def edit(self, channel: str, message: str, card: Card) -> None:
        async with bounded(self._timeout):
            await self._message(channel, message).edit(**rewrite(card))

    async def react(self, channel: str, message: str, emoji: str) -> None:
        async with bounded(self._timeout):
            await self._message(channel, message).add_reaction(emoji)

    async def pin(self, channel: str, message: str) -> None:
        async with bounded(self._timeout):
            await self._message(channel, message).pin()

    async def find(self, channel: str, marker: str) -> str | None:
        async with bounded(self._timeout):
            async for message in self._channel(channel).history(limit=LOOK_BACK):
                if message.author.id == self._me and _marked(message, marker):
                    return str(message.id)
        return None

    async def attach(self, channel: str, message: str, title: str, name: str, text: str) -> None:
        """A second call finds the file that the first one left and adds nothing."""
        async with bounded(self._timeout):
            if await self._open_thread(channel, message, title) or not await self._attached(message, name):
                await self._channel(message).send(
                    file=file(File(name, text)), allowed_mentions=discord.AllowedMentions.none()
                )

    async def _open_thread(self, channel: str, message: str, title: str) -> bool:
        """True: made now. A thread has the id of its message, so one that stands already needs no looking up."""
        try:
            await self._client.http.start_thread_with_message(
                int(channel), int(message), name=title, auto_archive_duration=THREAD_LIFE
            )
        except discord.HTTPException as error:
            if error.code != THREAD_EXISTS:
                raise
            return False
        return True

    async def _attached(self, thread: str, name: str) -> bool:
        async for message in self._channel(thread).history(limit=LOOK_BACK):
            if message.author.id == self._me and any(one.filename == name for one in message.attachments):
                return True
        return False

    def _channel(self, channel: str) -> discord.PartialMessageable:
        if not self._client.logged_in:
            raise ScreenError("unavailable", retry=True, fault="not logged in")
        return self._client.get_partial_messageable(int(channel), guild_id=self._client.guild_id)

    def _message(self, channel: str, message: str) -> discord.PartialMessage:
        return self._channel(channel).get_partial_message(int(message))

    @property
    def _me(self) -> int:
        return self._client.user.id if self._client.user else 0


def _marked(message: discord.Message, marker: str) -> bool:
    return any((frame.footer.text or "").endswith(marker) for frame in message.embeds)
