"""The fact that comes before every effect: an attempt, committed while everything that allowed it still holds."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any

from sqlite_utils import Database

from bot.engine.core import Core
from bot.errors import Lost
from bot.ledger import attempts, versions
from bot.model import Attempt, Change, Deploy, Direction, ModelWrite, Version
from bot.plan import release
from bot.plan.facts import bounded

KEPT = 3  # newest verified versions that stay on the target


async def intend(
    core: Core,
    deploy: Deploy,
    direction: Direction,
    before: Version | None,
    to: Version,
    *,
    ends: str | None = None,
    undoes: Attempt | None = None,
    still: Callable[[Database], bool] = lambda _: True,
) -> None:
    """Commit the next attempt of this deploy: from here on its effect may be in the world.

    ``undoes``: the attempt whose model a restore takes back with its version.
    ``still``: asked in the very transaction. Raises Lost when it no longer holds, or somebody else moved the deploy.
    """
    site = core.site(deploy.target)
    effect, model = deploy.plan.effect, None
    if direction is Direction.FORWARD:
        model = release.write(site.spec, deploy.plan.model)
    else:
        model = ModelWrite(undoes.model.key, undoes=undoes.id) if undoes and undoes.model else None
        change = Change(deploy.kind, before, to, model)
        effect = await bounded(site.spec.adapter, site.adapter.effect(change))
    effect = {**effect, "keep": await _kept(core, deploy, before)}
    attempt_id, n = await core.ledger.read(attempts.name, deploy.number)
    attempt = Attempt(
        id=attempt_id,
        deploy=deploy.number,
        n=n,
        target=deploy.target,
        direction=direction,
        kind=deploy.kind,
        before=before,
        to=to,
        effect=effect,
        intent_at=core.now(),
        timeout=site.spec.timeout,
        approved=_approved(core, deploy, direction),
        model=model,
    )

    @wraps(attempts.intend)
    def if_still(db: Database, *args: Any, **kwargs: Any) -> Deploy:
        if not still(db):
            raise Lost("too_late", deploy=deploy.number)
        return attempts.intend(db, *args, **kwargs)

    await core.ledger.do(
        if_still,
        deploy.number,
        phase=deploy.phase,
        revision=deploy.revision,
        attempt=attempt,
        now=core.now(),
        ends=ends,
    )


def _approved(core: Core, deploy: Deploy, direction: Direction) -> bool:
    """The target asks for approval, and has it or needs none to go back. Break-glass was approved by nobody."""
    asked = core.approval(deploy) is not None
    return asked and (direction is Direction.RESTORE or not deploy.plan.emergency)


async def _kept(core: Core, deploy: Deploy, before: Version | None) -> list[str]:
    """Versions that no clean-up may take away: what runs, and whatever a rollback could still go to."""
    verified = await core.ledger.read(versions.verified, deploy.target)
    found = [before, deploy.plan.back, *(known.version for known in verified[:KEPT])]
    return list(dict.fromkeys(version.id for version in found if version))
