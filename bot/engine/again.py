"""*Try again*: the same version once more, under the approval that stood, where nothing at all is different."""

from __future__ import annotations

from dataclasses import replace

from bot.engine.core import Core
from bot.engine.propose import needs_approval, to_version
from bot.model import Deploy, Kind, Outcome, Person, Plan
from bot.plan import moved


async def retry(core: Core, ulid: str, who: Person) -> Deploy:
    """*Try again*: a new plan for the same version. It keeps the approval where nothing at all is different."""
    old = await core.get(ulid)
    planned = await to_version(core, ulid, who, old.kind if old.kind is not Kind.ROLLBACK else Kind.DEPLOY)
    if not _keeps_approval(core, old, planned):
        return planned
    kept = {"approval_of": old.number}
    facts = {**planned.facts, **kept}
    return await core.note(planned, "kept_approval", actor=who.id, facts=kept, columns={"facts": facts})


def _keeps_approval(core: Core, old: Deploy, planned: Deploy) -> bool:
    """Equal digest but for the number, the target untouched, the approval not expired, the same requester."""
    equal = not moved(_aimed(old.plan), _aimed(planned.plan), numbered=False)
    alive = (old.expires_at or 0) > core.now()
    return equal and alive and old.outcome is Outcome.UNTOUCHED and needs_approval(core, planned)


def _aimed(plan: Plan) -> Plan:
    return replace(plan, wanted=None)
