"""The button under a new version: its plan, private, for whoever presses. Nothing happens before its Confirm."""

from __future__ import annotations

from bot.model import Card
from commands.answers import Reader
from commands.app import App
from commands.deploy import planned


async def plan(app: App, reader: Reader, ref: str) -> Card:
    """Exactly as /deploy would draw it: who may is judged now."""
    order = await app.announce.order(ref, reader.person, message=reader.message)
    return planned(app, reader, await app.engine.propose(order, reader.person))
