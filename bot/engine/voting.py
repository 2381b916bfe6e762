"""A vote as it comes: on the deploy's own card it stands; everywhere else, and where it cannot count, that is told."""

from __future__ import annotations

from bot.engine import approval
from bot.engine.core import Core
from bot.errors import Lost, Refusal, concerning
from bot.ledger import deploys, shown, votes
from bot.model import Choice, Deploy, Person, Vote, VoteSource

UNCOUNTED = {"self": "requester", "role": "no_role", "not_open": "late"}
"""Code of a refusal → why the vote did not count."""
MOST = 200  # that one deploy remembers
TRIES = 5


async def cast(core: Core, message: str, who: Person, choice: Choice, source: VoteSource, *, standing: bool) -> bool:
    """Whether the vote stands now. A button that is pressed again takes its vote back.

    A reaction never raises: what does not count is shown on the card. A button is refused at once. A message that is
    none of ours is nobody's vote.
    """
    button = source is VoteSource.BUTTON
    row = await core.ledger.read(shown.by_message, message)
    deploy = await core.ledger.read(deploys.get, row.deploy) if row else None
    if row is None or deploy is None or row.kind != shown.CARD:
        if button:
            raise Refusal("stale")
        if deploy is not None and standing and deploy.phase in approval.OPEN:
            await _noted(core, deploy, Vote(message, who.id, who.name, choice, source, core.now(), "elsewhere"))
        return False
    if button:
        standing = not await approval.stands(core, message, who, choice, source)
    try:
        with concerning(deploy.target.service, deploy.target.env):
            await approval.vote(core, deploy, message, who, choice, source, standing=standing)
    except Refusal as refusal:
        why = UNCOUNTED.get(refusal.code) or str(refusal.facts.get("uncounted", refusal.code))
        if standing and (why != "late" or _was_asked(core, deploy)):
            await _noted(core, deploy, Vote(message, who.id, who.name, choice, source, core.now(), why))
        if button:
            raise
        return False
    return standing


def _was_asked(core: Core, deploy: Deploy) -> bool:
    """Its approval could still have been given by now; later a ✅ on a green card is only applause."""
    return "tally" in deploy.facts and deploy.expires_at is not None and core.now() < deploy.expires_at


async def _noted(core: Core, deploy: Deploy, vote: Vote) -> None:
    """In the audit log and on the card, once for each person, choice, way and reason."""
    told = {"user": vote.user, "name": vote.name, "choice": vote.choice.value, "source": vote.source.value}
    told["uncounted"] = vote.counts or ""
    for _ in range(TRIES):
        now = await core.ledger.read(deploys.get, deploy.number)
        known = list(now.facts.get("uncounted", [])) if now else []
        if now is None or len(known) >= MOST or any({**one, "name": vote.name} == told for one in known):
            return
        try:
            facts = {**now.facts, "uncounted": [*known, told]}
            await core.note(now, "vote_uncounted", actor=vote.user, facts=told, columns={"facts": facts})
        except Lost:
            continue
        return


async def explain(core: Core, deploy: Deploy, who: Person, reason: str) -> Deploy:
    """Why somebody voted as they did: with their own vote or verdict, and a later reason replaces it. Raises Lost."""
    choice = await _own(core, deploy, who)
    if choice is None:
        raise Refusal("no_vote", deploy=deploy.number, ref=deploy.ulid)
    told = {"name": who.name, "choice": choice.value, "reason": reason}
    reasons = {**deploy.facts.get("reasons", {}), who.id: told}
    facts = {**deploy.facts, "reasons": reasons}
    return await core.note(deploy, "vote_reason", actor=who.id, facts=told, columns={"facts": facts})


async def _own(core: Core, deploy: Deploy, who: Person) -> Choice | None:
    """What this person said, if it counted: a stranger's words do not come onto the card."""
    if deploy.ended_by == who.id:
        return Choice.REJECT
    ignored = {tuple(one[:3]) for one in deploy.facts.get("tally", {}).get("ignored", [])}
    mine = [one for one in await core.ledger.read(votes.on, deploy.number) if one.user == who.id]
    return next((one.choice for one in mine if (one.user, one.choice, one.source) not in ignored), None)
