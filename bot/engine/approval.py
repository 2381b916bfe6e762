"""Votes: recorded as they come, judged with fresh authority before anything starts (PRODUCT, step 3)."""

from __future__ import annotations

import contextlib
from collections.abc import Sequence
from contextlib import suppress

from bot.engine.background import counted
from bot.engine.core import Core
from bot.engine.verdict import Ending, settle
from bot.errors import Lost, Refusal, SlipwayError
from bot.ledger import deploys, sets, shown, votes
from bot.model import Approval, Choice, Deploy, Person, Phase, Verdict, Vote, VoteSource
from bot.policy import Tally, may, verb_of

READS = 5  # of one card's reactions, while votes come in between
OPEN = (Phase.AWAITING, Phase.HOLD, Phase.STARTING)


async def message_of(core: Core, number: int) -> tuple[str, str] | None:
    """(channel, message) of a deploy's card, once Discord has it."""
    row = await core.ledger.read(shown.card_of, number)
    return (row.channel, row.message) if row and row.channel and row.message else None


async def messages(core: Core, deploy: Deploy) -> list[tuple[str, str]]:
    """Where votes for this digest may stand: its own card, and the card whose approval *Try again* kept.

    A kept approval ends when it would have ended: an expiry is never extended. In a set the first one's card asked for
    all of it.
    """
    numbers, kept = [deploy.number], deploy.facts.get("approval_of")
    if deploy.part_of is not None:
        together = await core.ledger.read(sets.of, deploy.part_of)
        numbers = list(dict.fromkeys([deploy.number, together[0].number]))
    old = await core.ledger.read(deploys.get, kept) if kept else None
    if old and old.expires_at and not core.over(deploy.number, old.expires_at):
        numbers.append(old.number)
    found = [await message_of(core, number) for number in numbers]
    return [place for place in found if place]


async def vote(
    core: Core, deploy: Deploy, message: str, who: Person, choice: Choice, source: VoteSource, *, standing: bool
) -> None:
    """Record one vote as it is now; the follower judges it. A button's vote that cannot count is refused at once."""
    if not await _open(core, deploy):
        raise Refusal("not_open", deploy=deploy.number, ref=deploy.ulid)
    if standing:  # a reaction that is taken back comes without its member's roles
        core.seen[who.id] = who
    if source is VoteSource.BUTTON and standing:
        await _judge_alone(core, deploy, who, choice)
    if standing:
        cast = Vote(message, who.id, who.name, choice, source, core.now())
        await core.ledger.do(votes.cast, cast, deploy.number, core.now())
    else:
        await core.ledger.do(votes.withdraw, message, who.id, choice, source, core.now())
    core.wakes.poke(deploy.number)


async def _open(core: Core, deploy: Deploy) -> bool:
    """After the intent no vote changes anything, but for those of a set that have not begun."""
    if deploy.phase in OPEN and deploy.started_at is None:
        return True
    rest = await core.ledger.read(sets.of, deploy.part_of) if deploy.leads and deploy.part_of is not None else []
    return any(one.settled_at is None and one.started_at is None for one in rest)


async def _judge_alone(core: Core, deploy: Deploy, who: Person, choice: Choice) -> None:
    approval = policy_of(core, deploy)
    if approval is None:
        raise Refusal("not_open", deploy=deploy.number, ref=deploy.ulid)
    one = Vote("", who.id, who.name, choice, VoteSource.BUTTON, core.now())
    tally = await counted(core, deploy, approval, [one], {who.id: who}, certain=False)
    reason = tally.votes[0].counts
    if reason == "requester" and choice is Choice.APPROVE:
        raise Refusal("self", approvers=_who_can(approval), oncall=any(group.oncall for group in approval.groups))
    if reason == "no_role":
        raise Refusal(
            "role", env=deploy.target.env, target=str(deploy.target), verb="approve", roles=_who_can(approval)
        )
    if reason and reason != "requester":
        raise Refusal("not_counted", deploy=deploy.number, ref=deploy.ulid, uncounted=reason)


def _who_can(approval: Approval) -> list[str]:
    return sorted({role for group in approval.groups for role in group.roles})


def policy_of(core: Core, deploy: Deploy) -> Approval | None:
    return core.approval(deploy)


async def standing(core: Core, deploy: Deploy) -> list[Vote]:
    found = [await core.ledger.read(votes.standing, message) for _, message in await messages(core, deploy)]
    return [vote for some in found for vote in some]


async def tally(core: Core, deploy: Deploy, approval: Approval) -> Tally:
    """As far as is known without asking Discord again, except about people never seen in this process."""
    cast = await standing(core, deploy)
    for user in {vote.user for vote in cast} - set(core.seen):
        found = await core.member(user)
        if found:
            core.seen[user] = found
    return await counted(core, deploy, approval, cast, core.seen, certain=False)


async def reread(core: Core, deploy: Deploy) -> bool:
    """Make the standing reactions exactly those that Discord shows now. False: the approval card is gone.

    Raises Lost while people vote faster than Discord can be read.
    """
    for channel, message in await messages(core, deploy):
        if not await _reread(core, deploy.number, channel, message):
            return False
    return True


async def _reread(core: Core, number: int, channel: str, message: str) -> bool:
    """A vote that the gateway tells while Discord is read may not be in what was read: then it is read again."""
    for _ in range(READS):
        seen = await core.ledger.read(votes.reacted, message)
        found = await core.reactions(channel, message)
        if found is None:
            return False
        names = {choice: {user: _name(core, user) for user in users} for choice, users in found.items()}
        with contextlib.suppress(Lost):
            await core.ledger.do(votes.reread, message, names, core.now(), seen=seen)
            return True
    raise Lost("votes_changed", deploy=number)


def _name(core: Core, user: str) -> str:
    return core.seen[user].name if user in core.seen else user


async def authorised(core: Core, deploy: Deploy, approval: Approval) -> Tally | None:
    """The tally with everything read again by REST: reactions, members, roles. None: the approval card is gone.

    Raises SlipwayError("authority_unreadable"): then nothing starts.
    """
    if not await reread(core, deploy):
        return None
    cast = await standing(core, deploy)
    people = {user: await core.member(user) for user in {vote.user for vote in cast}}
    core.seen.update({user: person for user, person in people.items() if person})
    return await counted(core, deploy, approval, cast, people, certain=True)


async def requester_still_may(core: Core, deploy: Deploy) -> bool:
    person = await core.member(deploy.requester)
    policy = core.site(deploy.target).spec.policy
    return person is not None and may(verb_of(deploy.plan), person, policy, core.relation(person))


async def card_deleted(core: Core, message: str) -> None:
    """An approval card that somebody deleted is a cancel; any other card is only drawn again."""
    row = await core.ledger.read(shown.by_message, message)
    while row is not None and row.kind == "card":
        with suppress(Lost):  # somebody else noted something: read it, and add to it
            await _card_deleted(core, row.deploy, message)
            return


async def _card_deleted(core: Core, number: int, message: str) -> None:
    deploy = await core.ledger.read(deploys.get, number)
    if deploy and deploy.phase in (Phase.AWAITING, Phase.HOLD):
        await core.note(
            deploy,
            "card_deleted",
            facts={"message": message},
            columns={"facts": {**deploy.facts, "card_deleted": True}},
        )
        core.wakes.poke(deploy.number)


async def card_is_gone(core: Core, deploy: Deploy) -> bool:
    """True: somebody deleted the approval card, and that has settled the deploy as cancelled."""
    if "card_deleted" not in deploy.facts:
        return False
    await settle(core, deploy, Ending(Verdict.CANCELLED, "card_deleted"))
    return True


async def reread_all(core: Core, open_deploys: Sequence[Deploy]) -> None:
    """After the gateway came back: reactions made meanwhile were never told."""
    for deploy in open_deploys:
        if deploy.phase in (Phase.AWAITING, Phase.HOLD):
            try:
                gone = not await reread(core, deploy)
            except SlipwayError:
                continue
            if gone:
                for _, message in await messages(core, deploy):
                    await card_deleted(core, message)
            core.wakes.poke(deploy.number)


async def stands(core: Core, message: str, who: Person, choice: Choice, source: VoteSource) -> bool:
    cast = await core.ledger.read(votes.standing, message)
    return any(vote.user == who.id and vote.choice is choice and vote.source is source for vote in cast)
