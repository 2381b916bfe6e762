"""What each button and select does. The id carries an action and a reference, and no authority at all:

guild, recorded message, phase, policy, requester and digest are checked behind, at every click (SAFETY, threats).
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any

from bot import cards, wording
from bot.client import Click
from bot.errors import Refusal
from bot.model import Card, Choice, Deploy, Kind, VoteSource
from commands import cancel, drift, lock, modals, offer, oncall, promote, queue, views
from commands.answers import Reader, answer
from commands.app import App
from commands.deploy import planned

Act = Callable[[App, Reader, str], Awaitable[Card]]
"""(app, reader, ref) → the private answer. ``ref`` is a deploy's ULID, or what a select's option says."""


async def confirm(app: App, reader: Reader, ref: str) -> Card:
    return _confirmed(app, reader, await app.engine.confirm(ref, reader.person, message=reader.message))


async def restart(app: App, reader: Reader, ref: str) -> Card:
    deploy = await app.engine.confirm(ref, reader.person, kind=Kind.RESTART, message=reader.message)
    return _confirmed(app, reader, deploy)


async def redeploy(app: App, reader: Reader, ref: str) -> Card:
    deploy = await app.engine.confirm(ref, reader.person, kind=Kind.REDEPLOY, message=reader.message)
    return _confirmed(app, reader, deploy)


async def unlock_deploy(app: App, reader: Reader, ref: str) -> Card:
    return _confirmed(app, reader, await app.engine.confirm(ref, reader.person, unlock=True, message=reader.message))


def _confirmed(app: App, reader: Reader, deploy: Deploy) -> Card:
    where = wording.Trusted(f"<#{app.deploys}>")
    return cards.notice("notice.confirmed", reader.language, number=deploy.number, target=deploy.target, channel=where)


async def close(app: App, reader: Reader, ref: str) -> Card:
    await app.engine.close_plan(ref, reader.person)
    return cards.notice("notice.plan_closed", reader.language)


async def replan(app: App, reader: Reader, ref: str) -> Card:
    kind, _, ulid = ref.partition("/")
    if kind == "set":
        return await promote.replan(app, reader, ulid)
    return planned(app, reader, await app.engine.replan(ref, reader.person))


async def retry(app: App, reader: Reader, ref: str) -> Card:
    return planned(app, reader, await app.engine.retry(ref, reader.person, message=reader.message))


async def rollback(app: App, reader: Reader, ref: str) -> Card:
    """Never at one tap: the private plan, with its own Confirm."""
    return planned(app, reader, await app.engine.rollback_plan(ref, reader.person, message=reader.message))


async def approve(app: App, reader: Reader, ref: str) -> Card:
    return await _vote(app, reader, ref, Choice.APPROVE)


async def reject(app: App, reader: Reader, ref: str) -> Card:
    return await _vote(app, reader, ref, Choice.REJECT)


async def _vote(app: App, reader: Reader, ref: str, choice: Choice) -> Card:
    """A button's vote stands until it is pressed again; the engine knows whether it stands now."""
    deploy = await app.engine.get(ref)
    stands = await app.engine.vote(
        reader.message or "", reader.channel, reader.person, choice, VoteSource.BUTTON, standing=True
    )
    return cards.vote_card(choice, reader.language, deploy, stands=stands)


async def recheck(app: App, reader: Reader, ref: str) -> Card:
    return _noted("notice.rechecked", reader, await app.engine.recheck(ref, reader.person, message=reader.message))


async def look(app: App, reader: Reader, ref: str) -> Card:
    return _noted("notice.looking", reader, await app.engine.look(ref, reader.person, message=reader.message))


async def watch_on(app: App, reader: Reader, ref: str) -> Card:
    deploy = await app.engine.watch_on(ref, reader.person, message=reader.message)
    return _noted("notice.watching_on", reader, deploy)


def _noted(key: str, reader: Reader, deploy: Deploy) -> Card:
    return cards.notice(key, reader.language, number=deploy.number, target=deploy.target)


async def countersign(app: App, reader: Reader, ref: str) -> Card:
    signed = await app.engine.countersign(ref, reader.person, message=reader.message)
    key = "notice.countersigned.late" if signed.overdue_at else "notice.countersigned"
    return cards.notice(key, reader.language, number=signed.deploy, target=signed.target)


ACTIONS: Mapping[str, Act] = {
    "confirm": confirm,
    "restart": restart,
    "redeploy": redeploy,
    "unlock_deploy": unlock_deploy,
    "close": close,
    "replan": replan,
    "retry": retry,
    "rollback": rollback,
    "approve": approve,
    "reject": reject,
    "countersign": countersign,
    "recheck": recheck,
    "look": look,
    "watch_on": watch_on,
    "cancel": cancel.cancel,
    "stop": cancel.ask,
    "stop_confirm": cancel.stop,
    "pick": cancel.cancel,
    "queue": queue.join,
    "queue_plan": queue.plan,
    "queue_leave": queue.leave,
    "offer_plan": offer.plan,
    "logs": views.logs,
    "diff": views.diff,
    "details": views.details,
    "target": views.target,
    "set_confirm": promote.confirm,
    "set_close": promote.close,
    "set_tick": promote.tick,
    "oncall_end": oncall.end,
    "lock_extend": lock.extend,
    "lock_release": lock.release,
    "accept": drift.accept,
    "restore": drift.restore,
}

IN_PLACE = frozenset(
    {
        *("confirm", "restart", "redeploy", "unlock_deploy", "close", "replan", "stop_confirm", "pick", "target"),
        *("oncall_end", "accept", "queue", "queue_leave"),
        *("set_confirm", "set_close", "set_tick"),
    }
)
"""On a private card these take its place: what was asked there is answered, and its buttons are spent."""


async def pressed(app: App, interaction: Click, action: str, ref: str) -> None:
    """One door for every component: answers, refuses and reports like a command."""
    if action in modals.FORMS:
        await modals.open_form(app, interaction, action, ref)
        return
    private = interaction.message is not None and interaction.message.flags.ephemeral

    async def act(reader: Reader) -> Card:
        if action == "share":
            return await views.share(app, reader, interaction)
        if action not in ACTIONS:
            raise Refusal("stale")
        return await ACTIONS[action](app, reader, _picked(interaction) or ref)

    await answer(app, interaction, act, here=private and action in IN_PLACE)


def _picked(interaction: Click) -> str:
    data: Mapping[str, Any] = interaction.data or {}
    values = data.get("values")
    return str(values[0]) if isinstance(values, list) and values else ""
