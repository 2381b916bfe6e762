"""The one way into the world: authority read again, digest judged again, intent committed, then the effect."""

from __future__ import annotations

import asyncio
from contextlib import suppress

from sqlite_utils import Database

from bot import gates
from bot.engine.approval import authorised, policy_of, requester_still_may, tally
from bot.engine.beginning import TRY_AGAIN, begin
from bot.engine.core import Core
from bot.engine.gating import question_of, through_gates
from bot.engine.intent import intend
from bot.engine.moving import move
from bot.engine.propose import displaces, needs_approval
from bot.engine.verdict import Ending, settle
from bot.engine.waiting import held_back, refused, show_tally, turned_down
from bot.errors import Refusal, SlipwayError
from bot.ledger import attempts, deploys, sets, versions
from bot.ledger.rows import NewPing
from bot.model import AttemptRow, Deploy, Direction, Kind, Phase, Verdict
from bot.plan import judged_again, moved, promotion, release
from bot.plan.facts import healthy
from bot.windows import frozen


async def open_attempt(core: Core, deploy: Deploy) -> AttemptRow | None:
    rows = await core.ledger.read(attempts.of, deploy.number)
    return next((row for row in reversed(rows) if row.outcome is None), None)


async def starting(core: Core, deploy: Deploy) -> float:
    row = await open_attempt(core, deploy)
    if row is not None:
        return await begin(core, deploy, row)
    try:
        return await _first_intent(core, deploy)
    except Refusal as refusal:
        if deploy.kind is not Kind.PROMOTE or not refusal.code.startswith("before_"):
            raise
        await refused(core, deploy, refusal)  # what ran in the environment before runs there no more
        return 0.0


async def _first_intent(core: Core, deploy: Deploy) -> float:
    """Deny to start: whatever cannot be verified now, with the world and with Discord, does not begin."""
    if await held_back(core, deploy):
        return 0.0
    if deploy.code == "authority_unreadable" and not await _readable(core, deploy):
        return TRY_AGAIN  # the host is left in peace meanwhile
    what = await _moved(core, deploy)
    if what:
        await settle(core, deploy, Ending(Verdict.CANCELLED, "plan_changed", facts={"what": list(what)}))
        return 0.0
    deploy, wait = await through_gates(core, deploy)
    if wait is not None:
        return await _while_shut(core, deploy, wait)
    await _accept_drift(core, deploy)
    asked = core.monotonic()
    try:
        async with asyncio.timeout(core.deadlines.authority):
            if not await _authority(core, deploy):
                return 0.0
    except (SlipwayError, TimeoutError) as error:
        if isinstance(error, SlipwayError) and error.code != "authority_unreadable":
            raise
        return await _unreadable(core, deploy)
    return await _intend(core, deploy, asked)


async def _while_shut(core: Core, deploy: Deploy, wait: float) -> float:
    """A gate holds it: an eligible ❌ is final meanwhile too."""
    approval = policy_of(core, deploy)
    if wait and approval is not None and needs_approval(core, deploy):
        votes = await tally(core, deploy, approval)
        return 0.0 if await turned_down(core, deploy, votes) else wait
    return wait


async def _moved(core: Core, deploy: Deploy) -> tuple[str, ...]:
    """What is not as it was confirmed. A look that Confirm itself has just made is not made twice."""
    looked = core.judged.get(deploy.number)
    alone = looked is not None and core.ended.get(deploy.target, float("-inf")) < looked
    if looked is not None and alone and core.monotonic() - looked < core.deadlines.judgement_counts:
        return ()
    site, before = core.site(deploy.target), core.before(deploy.target)
    plan = await judged_again(core.ledger, site, deploy, core.now(), resolve=False, before=before)
    return moved(deploy.plan, plan)


async def _intend(core: Core, deploy: Deploy, asked: float) -> float:
    """The oldest of the answers counts, at the very commit: it may have waited for the ledger.

    A freeze of the calendar is no row whose commit would be noticed, so the calendar is asked there too.
    """
    spec = core.site(deploy.target).spec
    closes = () if displaces(deploy.plan) else spec.windows

    def fresh() -> bool:
        return core.monotonic() - asked <= core.deadlines.answer_counts

    def still(db: Database) -> bool:
        with suppress(Refusal):
            promotion.judge(db, spec, deploy)
            sets.judge(db, deploy)
            return fresh() and not frozen(closes, core.now()) and gates.stands(db, question_of(core, deploy))
        return False

    if not fresh():
        return await _unreadable(core, deploy)
    await intend(core, deploy, Direction.FORWARD, deploy.plan.before, deploy.to, still=still)
    return await _begin_fresh(core, deploy.number)


async def _readable(core: Core, deploy: Deploy) -> bool:
    try:
        await core.member(deploy.requester)
    except SlipwayError:
        return False
    return True


async def _authority(core: Core, deploy: Deploy) -> bool:
    """True: may start, at this revision. False: it was settled or went back to waiting."""
    if not await requester_still_may(core, deploy):
        await settle(core, deploy, Ending(Verdict.CANCELLED, "requester_role"))
        return False
    approval = policy_of(core, deploy)
    if not needs_approval(core, deploy) or approval is None:
        return True
    votes = await authorised(core, deploy, approval)
    if votes is None:
        await settle(core, deploy, Ending(Verdict.CANCELLED, "card_deleted"))
        return False
    if await turned_down(core, deploy, votes):
        return False
    if not votes.met:
        left = (deploy.expires_at or core.now()) - core.now()
        asks = [NewPing("nudge", {"left": left})] if deploy.follows else []  # its own card has pinged nobody yet
        await move(core, await show_tally(core, deploy, votes), Phase.AWAITING, "quorum_lost", pings=asks)
        return False
    return True


async def _unreadable(core: Core, deploy: Deploy) -> float:
    """No answer, no start: it stays as it is until it expires, and the card says why."""
    if deploy.code != "authority_unreadable":
        await core.note(
            deploy,
            "authority_unreadable",
            columns={"code": "authority_unreadable"},
        )
    return TRY_AGAIN


async def _accept_drift(core: Core, deploy: Deploy) -> None:
    """The plan showed the drift and a person confirmed it: what runs healthy is a version to come back to."""
    plan = deploy.plan
    if plan.recorded is None or plan.before is None:
        return
    site = core.site(deploy.target)
    if (await healthy(site)).ok:
        ran = await release.read(site, plan.before)
        await core.ledger.do(versions.observe, deploy.target, plan.before, core.now(), ran=ran)


async def _begin_fresh(core: Core, number: int) -> float:
    """This very process has just committed the intent and nobody has sent it yet: there is nothing to find."""
    deploy = await core.ledger.read(deploys.get, number)
    row = await open_attempt(core, deploy) if deploy else None
    if deploy is None or row is None or row.ref is not None:
        return 0.0
    return await begin(core, deploy, row, fresh=True)
