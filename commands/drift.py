"""The two buttons under a target that drifts. Everything is looked at again at the click."""

from __future__ import annotations

from bot import cards
from bot.errors import Refusal
from bot.model import Card, Target
from commands.answers import Reader
from commands.app import App
from commands.deploy import planned


async def accept(app: App, reader: Reader, ref: str) -> Card:
    """``ref``: ``service/env/mark``, the mark of the drift that was shown."""
    target, mark = _of(reader, ref)
    running = await app.engine.accept(target, mark, reader.person)
    return cards.notice("notice.accepted", reader.language, target=target, version=running.version)


async def restore(app: App, reader: Reader, ref: str) -> Card:
    """Never at one tap: the private plan, with its own Confirm."""
    target, _ = _of(reader, ref)
    return planned(app, reader, await app.engine.restore(target, reader.person))


def _of(reader: Reader, ref: str) -> tuple[Target, str]:
    parts = ref.split("/")
    if len(parts) != 3 or reader.message is not None:  # a status is private: no public message carries its buttons
        raise Refusal("stale")
    return Target(parts[0], parts[1]), parts[2]
