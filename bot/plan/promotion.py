"""What a promotion brings: the very version that is verified, and still runs, in the environment before."""

from __future__ import annotations

from dataclasses import replace

from sqlite_utils import Database

from bot.errors import AdapterError, Refusal
from bot.ledger import Ledger, deploys, versions
from bot.model import Deploy, Health, Kind, Known, Origin, Running, Target, TargetSpec, Version
from bot.plan import facts
from bot.ports import Site


def recorded(db: Database, spec: TargetSpec) -> Origin:
    """As the ledger knows it. Raises Refusal: nothing_before, before_empty, before_withdrawn, before_observed."""
    before = environment_before(spec)
    known = versions.current(db, before)
    place = {"target": str(spec.target), "before": before.env}
    if known is None:
        raise Refusal("before_empty", **place)
    if versions.withdrawn(db, before, known.version.id):
        raise Refusal("before_withdrawn", version=known.version.label, **place)
    if known.how != "verified":
        raise Refusal("before_observed", version=known.version.label, **place)
    return Origin(before.env, known, _health(db, known))


def environment_before(spec: TargetSpec) -> Target:
    if spec.previous is None:
        raise Refusal("nothing_before", target=str(spec.target))
    return Target(spec.target.service, spec.previous)


def _health(db: Database, known: Known) -> Health | None:
    deploy = deploys.get(db, known.deploy) if known.deploy else None
    return deploy.health if deploy and deploy.health and deploy.health.ok else None


def judge(db: Database, spec: TargetSpec, deploy: Deploy) -> None:
    """Is what a promotion was planned for still so? Raises Refusal: plan_changed, or as ``recorded``."""
    if deploy.kind is Kind.PROMOTE and not deploy.to.known_as(recorded(db, spec).known.version.id):
        raise Refusal("plan_changed", what=["to_id"], ref=deploy.ulid)


async def origin(ledger: Ledger, spec: TargetSpec, before: Site | None) -> Origin:
    """With a look at ``before``. Raises Refusal before_drifted, too: what runs there is not what was verified."""
    found = await ledger.read(recorded, spec)
    if before is None:
        raise Refusal("nothing_before", target=str(spec.target))
    seen = await facts.observe(before)
    running = seen.version if isinstance(seen, Running) else None
    if running is None or running.id != found.known.version.id:
        raise Refusal(
            "before_drifted",
            target=str(spec.target),
            before=found.env,
            recorded=found.known.version.label,
            running=running.label if running else None,
        )
    return found


async def aim(ledger: Ledger, site: Site, before: Site | None) -> tuple[Origin, Version]:
    """The version, found in the target under the very same id, or built from that very commit. Raises Refusal."""
    found = await origin(ledger, site.spec, before)
    wanted = found.known.version
    try:
        to = await facts.bounded(site.spec.adapter, site.adapter.resolve(wanted.id), facts.RESOLVE)
    except AdapterError as error:
        if error.retry:
            raise
        raise Refusal("not_resolved", target=str(site.spec.target), version=wanted.label, wanted=wanted.id) from error
    if not to.known_as(wanted.id):
        raise Refusal("not_resolved", target=str(site.spec.target), version=wanted.label, wanted=wanted.id)
    return found, replace(to, ref=None)
