"""What people do about a drift that /status shows: accept what runs, or restore what is recorded.

Both look again themselves: the card that was pressed may be minutes old.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from sqlite_utils import Database

from bot.engine.core import Core
from bot.engine.propose import propose
from bot.errors import Refusal
from bot.ledger import deploys, versions
from bot.model import Deploy, Kind, Known, Order, Person, Running, Target, drift_mark
from bot.plan import release
from bot.plan.facts import healthy, observe
from bot.policy import Verb
from bot.ports import Site


async def accept(core: Core, target: Target, mark: str, who: Person) -> Running:
    """Record the healthy version that runs as observed. ``mark``: of the drift that the person saw.

    Raises AdapterError where nobody can read the target, else Refusal: target_busy, no_drift, drift_moved,
    drift_unhealthy.
    """
    core.awake()
    core.allow(Verb.ACCEPT, who, target)
    site = core.site(target)
    await _not_busy(core, target)
    recorded = await _recorded(core, target)
    running = await _seen(site, recorded, mark)
    health = await healthy(site)
    if not health.ok:
        raise Refusal("drift_unhealthy", target=str(target), status=health.status, error=health.error)
    if (await _seen(site, recorded, mark)).instance != running.instance:  # the health answer was another process's
        raise Refusal("drift_moved", target=str(target), running=running.version.label)

    @wraps(versions.accept)
    def unless_moved(db: Database, *args: Any, **kwargs: Any) -> None:
        current = versions.current(db, target)
        if deploys.open_on(db, target) or current is None or current.version.id != recorded.version.id:
            raise Refusal("drift_moved", target=str(target), running=running.version.label)
        versions.accept(db, *args, **kwargs)

    ran = await release.read(site, running.version)
    await core.ledger.do(unless_moved, target, running.version, by=who.id, by_name=who.name, now=core.now(), ran=ran)
    return running


async def _not_busy(core: Core, target: Target) -> None:
    holder = await core.ledger.read(deploys.open_on, target)
    if holder is not None:
        raise Refusal(
            "target_busy",
            verb=Verb.ACCEPT.value,
            target=str(target),
            deploy=holder.number,
            who=holder.requester_name,
            holder_phase=holder.phase.value,
        )


async def _recorded(core: Core, target: Target) -> Known:
    found = await core.ledger.read(versions.current, target)
    if found is None:
        raise Refusal("no_drift", target=str(target), version=None)
    return found


async def _seen(site: Site, recorded: Known, mark: str) -> Running:
    """What runs, if it is the drift that was shown."""
    target, running = str(site.spec.target), await observe(site)
    if not isinstance(running, Running):
        raise Refusal("drift_moved", target=target, running=None)
    if running.version.id == recorded.version.id:
        raise Refusal("no_drift", target=target, version=recorded.version.label)
    if drift_mark(recorded.version, running.version) != mark:
        raise Refusal("drift_moved", target=target, running=running.version.label)
    return running


async def restore(core: Core, target: Target, who: Person) -> Deploy:
    """The private plan back to what is recorded.

    It is asked for as a rollback: to a version known as good on this target it then needs the role and one own confirm
    (PRODUCT, step 8), also at 3 a.m. with nobody else awake. A recorded version that was withdrawn since, or is not
    known as good, makes the plan an ordinary deploy with all its gates.
    """
    recorded = await _recorded(core, target)
    try:
        return await propose(core, Order(Kind.ROLLBACK, target, who.id, who.name, recorded.version.id), who)
    except Refusal as refusal:
        if refusal.code == "same":
            raise Refusal("no_drift", target=str(target), version=recorded.version.label) from None
        raise
