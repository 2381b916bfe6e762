"""Before the intent: gates, the wait for approval, the short hold. Everything here can still simply not happen."""

from __future__ import annotations

from dataclasses import asdict

from bot import gates
from bot.engine.approval import card_is_gone, policy_of, tally
from bot.engine.core import Core
from bot.engine.gating import through_gates
from bot.engine.moving import move
from bot.engine.propose import needs_approval
from bot.engine.verdict import Ending, settle
from bot.errors import Refusal
from bot.ledger import sets
from bot.ledger.rows import NewPing
from bot.model import Approval, Deploy, Kind, Phase, Verdict
from bot.plan import promotion, reconfigured
from bot.plan.facts import holds
from bot.seats import Tally

LOOK_AGAIN = 30.0  # seconds; every change pokes the follower long before


async def confirmed(core: Core, deploy: Deploy) -> float:
    """Nobody is asked to approve what a gate will not let start; without approval the start asks them at once."""
    if await held_back(core, deploy):
        return 0.0
    if not await core.ledger.read(sets.turn, deploy):
        return LOOK_AGAIN
    if not needs_approval(core, deploy) or deploy.follows:
        await move(core, deploy, Phase.STARTING, "starting")
        return 0.0
    deploy, wait = await through_gates(core, deploy)
    if wait is None:
        await move(core, deploy, Phase.AWAITING, "approval_asked")
    return wait or 0.0


async def held_back(core: Core, deploy: Deploy) -> bool:
    """A lock or freeze made before the intent cancels the deploy, and so does a version that is no longer verified in
    the environment before, a failure in its set, or a file that was changed: nobody approves what can never start. An
    expiry is an expiry.

    True: it is settled.
    """
    if deploy.expires_at is not None and core.over(deploy.number, deploy.expires_at, _allotted(deploy)):
        await settle(core, deploy, Ending(Verdict.EXPIRED, "expired"))
        return True
    if what := reconfigured(core.site(deploy.target).spec, deploy.plan):
        await settle(core, deploy, Ending(Verdict.CANCELLED, "plan_changed", facts={"what": list(what)}))
        return True
    try:
        found = await holds(core.ledger, core.site(deploy.target).spec, core.now())
        oncall = bool(found.locks) and deploy.kind is Kind.ROLLBACK and await _on_call(core, deploy.requester)
        gates.judge(
            deploy.kind, deploy.target, deploy.plan.to_id, found, oncall=oncall, emergency=deploy.plan.emergency
        )
        await core.ledger.read(promotion.judge, core.site(deploy.target).spec, deploy)
        await core.ledger.read(sets.judge, deploy)
    except Refusal as refusal:
        await refused(core, deploy, refusal)
        return True
    return False


def _allotted(deploy: Deploy) -> float:
    """Seconds that its confirmation was given until it expires."""
    assert deploy.expires_at is not None
    return deploy.expires_at - (deploy.created_at if deploy.confirmed_at is None else deploy.confirmed_at)


async def refused(core: Core, deploy: Deploy, refusal: Refusal) -> None:
    """What would refuse the order now ends it, before anything has begun."""
    code = "locked" if refusal.code == "locked_version" else refusal.code
    await settle(core, deploy, Ending(Verdict.CANCELLED, code, facts=refusal.facts))


async def _on_call(core: Core, user: str) -> bool:
    who = core.seen.get(user) or await core.member(user)
    return who is not None and core.is_on_call(who)


async def awaiting(core: Core, deploy: Deploy) -> float:
    """Until the quorum, an eligible ❌, the requester's own ❌, the expiry, or a cancel."""
    approval = policy_of(core, deploy)
    if approval is None:
        await settle(core, deploy, Ending(Verdict.CANCELLED, "plan_changed", facts={"what": ["policy"]}))
        return 0.0
    if await held_back(core, deploy) or await card_is_gone(core, deploy):
        return 0.0
    votes = await tally(core, deploy, approval)
    if await turned_down(core, deploy, votes):
        return 0.0
    if votes.met:
        await _approved(core, await show_tally(core, deploy, votes))
        return 0.0
    await show_tally(core, deploy, votes)
    return await _remind(core, deploy, approval)


async def _approved(core: Core, deploy: Deploy) -> None:
    seconds = core.site(deploy.target).spec.policy.hold
    if seconds > 0:
        until = core.now() + seconds
        core.left(deploy.number, until)
        await move(core, deploy, Phase.HOLD, "approved", hold_until=until)
    else:
        await move(core, deploy, Phase.STARTING, "approved")


async def show_tally(core: Core, deploy: Deploy, votes: Tally) -> Deploy:
    """Who fills a seat and whose vote was not counted, and why: on the card and in the audit log, when it changed."""
    names = {vote.user: vote.name for vote in votes.votes}
    found = {
        "have": votes.have,
        "need": votes.need,
        "approvers": [names[user] for user in votes.approvers],
        "groups": [{**asdict(group), "roles": list(group.roles)} for group in votes.groups],
        "ignored": [
            [vote.user, vote.choice.value, vote.source.value, vote.counts] for vote in votes.votes if vote.counts
        ],
    }
    if deploy.facts.get("tally") == found:
        return deploy
    return await core.note(
        deploy,
        "votes_counted",
        facts=found,
        columns={"facts": {**deploy.facts, "tally": found}},
    )


async def turned_down(core: Core, deploy: Deploy, votes: Tally) -> bool:
    if votes.cancelled_by_requester:
        ending = Ending(Verdict.CANCELLED, "cancelled", actor=deploy.requester, actor_name=deploy.requester_name)
        await settle(core, deploy, ending)
        return True
    if votes.rejected_by:
        user = votes.rejected_by[0]
        name = next(vote.name for vote in votes.votes if vote.user == user)
        await settle(core, deploy, Ending(Verdict.REJECTED, "rejected", actor=user, actor_name=name))
        return True
    return False


async def _remind(core: Core, deploy: Deploy, approval: Approval) -> float:
    """At half time the role is pinged, once."""
    assert deploy.expires_at is not None
    half = deploy.expires_at - approval.expires / 2
    left = max(min(core.left(deploy.number, deploy.expires_at), deploy.expires_at - core.now()), 0.1)
    if core.now() < half:
        return min(half - core.now(), left, LOOK_AGAIN)
    if "nudged" not in deploy.facts:
        await core.note(
            deploy,
            "nudged",
            columns={"facts": {**deploy.facts, "nudged": True}},
            pings=[NewPing("nudge", {"left": left})],
        )
        return 0.0
    return min(left, LOOK_AGAIN)


async def hold(core: Core, deploy: Deploy) -> float:
    """The last seconds in which removing the vote or Cancel wins."""
    approval = policy_of(core, deploy)
    if approval is None or deploy.hold_until is None:
        await move(core, deploy, Phase.AWAITING, "hold_left")
        return 0.0
    if await held_back(core, deploy) or await card_is_gone(core, deploy):
        return 0.0
    votes = await tally(core, deploy, approval)
    if await turned_down(core, deploy, votes):
        return 0.0
    if not votes.met:
        await move(core, deploy, Phase.AWAITING, "quorum_lost")
        return 0.0
    left = core.left(deploy.number, deploy.hold_until, core.site(deploy.target).spec.policy.hold)
    if left > 0:
        return left
    await move(core, deploy, Phase.STARTING, "hold_over")
    return 0.0
