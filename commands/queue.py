"""The queue's buttons: wait for a target that is not free, see the plan when it is one's turn, leave."""

from __future__ import annotations

from bot import cards
from bot.model import Card
from commands.answers import Reader
from commands.app import App
from commands.deploy import planned


async def join(app: App, reader: Reader, ref: str) -> Card:
    """``ref``: the refusal that was recorded."""
    wish, place = await app.queue.join(ref, reader.person)
    return cards.queue_card(wish, place, reader.language)


async def plan(app: App, reader: Reader, ref: str) -> Card:
    """Drawn anew at this moment, and private like every plan: nothing starts without its Confirm."""
    order = await app.queue.turn(ref, reader.person, message=reader.message)
    return planned(app, reader, await app.engine.propose(order, reader.person))


async def leave(app: App, reader: Reader, ref: str) -> Card:
    wish = await app.queue.leave(ref, reader.person, message=reader.message)
    return cards.notice("notice.queue_left", reader.language, target=wish.order.target)
