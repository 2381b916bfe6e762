"""Break-glass owes a second person's word: alarmed at its Confirm, signed by button, watched until it is due."""

from __future__ import annotations

import asyncio
import secrets
from contextlib import suppress

from sqlite_utils import Database

from bot.engine.background import counted
from bot.engine.core import Core, log
from bot.errors import Refusal
from bot.ledger import countersigns, deploys, posts, shown
from bot.model import Choice, Countersign, Deploy, Person, Vote, VoteSource
from bot.policy import countersigners

LOOK = 60.0  # seconds between two looks at what is owed, whatever the clocks do meanwhile
AFTER_TROUBLE = 5.0


def owe(core: Core, db: Database, deploy: Deploy, now: float) -> None:
    """In the Confirm's own commit: what is owed, and the alarm to the lead and to whoever is on call."""
    spec = core.site(deploy.target).spec
    users, roles = core.oncall.to_ask(now, deploy.requester)
    countersigns.ask(
        db,
        deploy,
        due=now + spec.policy.countersign,
        now=now,
        title=spec.title,
        users=users,
        roles=tuple(dict.fromkeys([*spec.policy.lead, *roles])),
    )


async def sign(core: Core, deploy: Deploy, who: Person, message: str | None) -> Countersign:
    """Roles are read again by REST, since this decides. ``message``: the public one whose button was pressed.

    Raises Refusal.
    """
    core.awake()
    if message is not None and not await _about(core, deploy, message):
        raise Refusal("stale", deploy=deploy.number, ref=deploy.ulid)
    owed = await core.ledger.read(countersigns.of, deploy.number)
    if owed is None or owed.void_at is not None:
        raise Refusal("not_open", deploy=deploy.number, ref=deploy.ulid)
    await _allow(core, deploy, who)
    return await core.ledger.do(countersigns.sign, deploy.number, by=who.id, by_name=who.name, now=core.now())


async def _about(core: Core, deploy: Deploy, message: str) -> bool:
    """One that Slipway made for this deploy: its card, the alarm, or the page."""
    card = await core.ledger.read(shown.by_message, message)
    post = await core.ledger.read(posts.by_message, message)
    return deploy.number in (card.deploy if card else None, post.payload.get("deploy") if post else None)


async def _allow(core: Core, deploy: Deploy, who: Person) -> None:
    """As for an approval, and the lead may too; never the requester, by whichever account."""
    wanted = countersigners(core.site(deploy.target).spec.policy)
    vote = Vote("", who.id, who.name, Choice.APPROVE, VoteSource.BUTTON, core.now())
    people = {who.id: await core.member(who.id)}
    tally = await counted(core, deploy, wanted, [vote], people, certain=True)
    reason = tally.votes[0].counts
    roles = sorted({role for group in wanted.groups for role in group.roles})
    oncall = any(group.oncall for group in wanted.groups)
    if reason == "requester":
        raise Refusal("countersign_self", roles=roles, oncall=oncall)
    if reason in ("no_role", "not_member", "bot"):
        raise Refusal(
            "role", env=deploy.target.env, target=str(deploy.target), verb="countersign", roles=roles, oncall=oncall
        )
    if reason:
        raise Refusal("not_counted", deploy=deploy.number, ref=deploy.ulid, uncounted=reason)


async def watch(core: Core, changed: asyncio.Event) -> None:
    """Until cancelled: pages the lead when something becomes overdue. ``changed``: a break-glass may be new."""
    while True:
        changed.clear()
        try:
            pause = await look(core)
        except Exception:
            log.exception("countersigns_not_looked_at", reference=secrets.token_hex(4))
            pause = AFTER_TROUBLE
        with suppress(TimeoutError):
            async with asyncio.timeout(pause):
                await changed.wait()


async def look(core: Core) -> float:
    """Marks what is overdue; the seconds until something else may be."""
    waits = [LOOK]
    for one in await core.ledger.read(countersigns.owed):
        if one.overdue_at is not None:
            continue
        if core.over(one.deploy, one.due):
            await core.ledger.do(countersigns.overdue, one.deploy, now=core.now(), roles=await _lead(core, one))
        else:
            waits.append(max(min(core.left(one.deploy, one.due), one.due - core.now()), 0.1))
    return min(waits)


async def _lead(core: Core, one: Countersign) -> tuple[str, ...]:
    """As configured now; as it was confirmed, where the target is no longer configured."""
    site = core.sites.get(one.target)
    if site is not None:
        return site.spec.policy.lead
    deploy = await core.ledger.read(deploys.get, one.deploy)
    return tuple(deploy.plan.policy.get("lead", ())) if deploy else ()
