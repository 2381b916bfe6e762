"""What an approval asks of people beside their roles: how old those are, and whose commits the plan brings."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from bot.engine.core import Core
from bot.errors import SlipwayError
from bot.ledger import sets
from bot.model import Approval, Deploy, Person, Vote
from bot.policy import Background, Tally, count

People = Mapping[str, Person | None]


async def counted(
    core: Core, deploy: Deploy, approval: Approval, cast: Sequence[Vote], people: People, *, certain: bool
) -> Tally:
    """The votes judged, after the guild's audit log was read where the approval has a cool-off.

    ``certain``: raise SlipwayError("authority_unreadable") where Discord does not answer. Otherwise what nobody can
    read counts against the vote, and the card says so.
    """
    known = Background({}, None if approval.authors else await _authors(core, deploy), core.git)
    found = _count(core, deploy, replace(approval, cooloff=None), cast, people, known)
    if approval.cooloff is None or all(vote.counts for vote in found.votes):
        return found
    fresh = await _fresh(core, approval.cooloff, people, certain=certain)
    return _count(core, deploy, approval, cast, people, replace(known, fresh=fresh))


async def _authors(core: Core, deploy: Deploy) -> frozenset[str] | None:
    """Of everything that this approval is for: of a set, those of each target that minds. None: nobody can tell."""
    whole = await core.ledger.read(sets.of, deploy.part_of) if deploy.leads and deploy.part_of is not None else [deploy]
    minding = [one.plan for one in whole if not (one.plan.policy.get("approve") or {}).get("authors", True)]
    found = [frozenset(plan.authors) for plan in minding if plan.authors is not None]
    return frozenset[str]().union(*found) if minding and len(found) == len(minding) else None


async def _fresh(core: Core, cooloff: float, people: People, *, certain: bool) -> Mapping[str, frozenset[str]] | None:
    """User → roles that they have had for less than ``cooloff`` seconds. None: nobody can tell."""
    since = core.now() - cooloff
    try:
        granted = await core.granted(since)
    except SlipwayError:
        if certain:
            raise
        return None
    return None if granted is None else {**granted, **_newcomers(people, since)}


def _newcomers(people: People, since: float) -> Mapping[str, frozenset[str]]:
    """Whoever joined within the cool-off has no older role, whoever gave it; nor is anybody trusted to be old."""
    there = [person for person in people.values() if person]
    return {person.id: person.roles for person in there if person.joined is None or person.joined >= since}


def _count(
    core: Core, deploy: Deploy, approval: Approval, cast: Sequence[Vote], people: People, known: Background
) -> Tally:
    return count(cast, people, approval, deploy.requester, core.on_call(), core.oncall_roles(), core.linked, known)
