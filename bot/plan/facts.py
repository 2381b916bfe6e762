"""Reads the world and the ledger for a plan: looks only; nothing is changed but the first observation."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Awaitable
from dataclasses import dataclass
from typing import Any, TypeVar

from bot import health, windows
from bot.errors import AdapterError, Refusal
from bot.gates import Holds
from bot.ledger import Ledger, countersigns, deploys, locks, versions
from bot.model import (
    LEFT_THERE,
    Answer,
    Change,
    Commits,
    Health,
    Kind,
    Known,
    Nothing,
    Observation,
    Preflight,
    Running,
    Target,
    TargetSpec,
    Unreadable,
    Version,
)
from bot.plan import release
from bot.plan.within import within
from bot.ports import Authors, Preflights, Probes, Site, Source

T = TypeVar("T")
LOOK = 15.0  # seconds for one look at a target
RESOLVE = 20.0  # a fetch of refs may be slower


async def bounded(kind: str, awaitable: Awaitable[T], seconds: float = LOOK) -> T:
    """The look's own deadline, as an AdapterError that may be tried again."""
    try:
        return await within(awaitable, seconds)
    except TimeoutError:
        raise AdapterError(kind, "no_answer", retry=True, seconds=int(seconds)) from None


async def observe(site: Site) -> Running | Nothing:
    """What runs now. A target that nobody can read is an AdapterError: no plan without a look."""
    seen = await look(site)
    if isinstance(seen, Unreadable):
        raise AdapterError(site.spec.adapter, seen.code, retry=True, **seen.facts)
    return seen


async def look(site: Site) -> Observation:
    """What runs now, or why nobody can tell. Never raises."""
    try:
        return await bounded(site.spec.adapter, site.adapter.running())
    except AdapterError as error:
        return Unreadable(error.code, error.facts)


async def probe(site: Site) -> Answer:
    """One health request, from the side that the configuration names."""
    check = site.spec.health
    if check is None:
        return Answer(None, 0.0, "not_configured")
    if check.source == "host" and isinstance(site.adapter, Probes):
        try:
            return await bounded(site.spec.adapter, site.adapter.probe(check), check.timeout + 5)
        except AdapterError as error:
            return Answer(None, 0.0, error.code)
    site.at("health.ask.before")
    answer = await health.ask(check)
    site.at("health.ask.answered")
    return answer


async def healthy(site: Site) -> Health:
    """One request, judged by itself: is it well at this moment?"""
    answer = await probe(site)
    expected = site.spec.health is not None and answer.status == site.spec.health.expect
    return Health(expected, 1, answer.status, round(answer.ms, 1), answer.error, time.time())


@dataclass(frozen=True)
class Ground:
    """What a target is now, and what is remembered of it."""

    running: Running | Nothing
    recorded: Known | None
    last: Version | None  # what runs, or ran last
    back: Known | None  # where a rollback from here would go
    holds: Holds
    usual: float | None
    samples: int
    downtime: float | None

    @property
    def version(self) -> Version | None:
        return self.running.version if isinstance(self.running, Running) else None

    @property
    def drifted(self) -> bool:
        found = self.version
        return self.recorded is not None and (found is None or found.id != self.recorded.version.id)


async def ground(ledger: Ledger, site: Site, kind: Kind, now: float) -> Ground:
    target = site.spec.target
    running = await observe(site)
    recorded = await ledger.read(versions.current, target)
    if recorded is None and isinstance(running, Running) and (await healthy(site)).ok:
        ran = await release.read(site, running.version)
        await ledger.do(versions.observe, target, running.version, now, ran=ran)
        recorded = await ledger.read(versions.current, target)
    last = running.version if isinstance(running, Running) else await _last_meant(ledger, target, recorded)
    usual, samples, _ = await ledger.read(deploys.usual, target, kind)
    return Ground(
        running=running,
        recorded=recorded,
        last=last,
        back=await ledger.read(versions.back, target, last.id if last else ""),
        holds=await holds(ledger, site.spec, now),
        usual=usual,
        samples=samples,
        downtime=await ledger.read(deploys.usual_downtime, target, kind),
    )


async def _last_meant(ledger: Ledger, target: Target, recorded: Known | None) -> Version | None:
    """Nothing runs: what the newest deploy had put there, or else what was recorded."""
    newest = await ledger.read(deploys.latest, target)
    if newest is not None and newest.outcome in LEFT_THERE:
        return newest.to
    return recorded.version if recorded else None


async def holds(ledger: Ledger, spec: TargetSpec, now: float) -> Holds:
    """What people and the calendar put in the way now."""
    found = await ledger.read(locks.locks_on, spec.target, now)
    frozen = await ledger.read(locks.freezes_on, spec.target, now)
    overdue = await ledger.read(countersigns.overdue_on, spec.target, now)
    return Holds(tuple(found), (*frozen, *windows.frozen(spec.windows, now)), tuple(overdue))


async def preflight(site: Site, change: Change) -> Preflight:
    """One stopping finding is refused in its own words, several together."""
    adapter = site.adapter
    if not isinstance(adapter, Preflights):
        return Preflight(proof="platform")
    found = await bounded(site.spec.adapter, adapter.preflight(change), RESOLVE)
    stops = [finding for finding in found.findings if finding.stops]
    if len(stops) == 1:
        raise AdapterError(site.spec.adapter, stops[0].code, retry=False, **stops[0].facts)
    if stops:
        raise Refusal("preflight", target=str(site.spec.target), findings=tuple(stops), kind=site.spec.adapter)
    if found.proof is None:
        raise Refusal("no_proof", target=str(site.spec.target))
    return found


async def commits(site: Site, before: Version | None, to: Version) -> Commits | None:
    """For people only: a history that cannot be read leaves a plan without it."""
    if before is None:
        return None
    for source in (one for one in site.historians if isinstance(one, Source)):
        try:
            return await bounded(site.spec.adapter, source.commits(before, to))
        except AdapterError:
            continue
    return None


async def authors(site: Site, kind: Kind, before: Version | None, to: Version) -> tuple[str, ...] | None:
    """Where an author may not approve: who wrote what changes. None: nobody can tell, so nobody can approve."""
    approve = site.spec.policy.approve
    if approve is None or approve.authors or kind is Kind.ROLLBACK:
        return None
    if before is not None and before.id == to.id:
        return ()
    asked = next((one for one in site.historians if isinstance(one, Authors)), None)
    if asked is None:
        return None
    try:
        found = await bounded(site.spec.adapter, asked.authors(before, to))
    except AdapterError:
        return None
    return None if found is None else tuple(sorted({name.lower() for name in found}))


def section(spec: TargetSpec) -> dict[str, Any]:
    """The target's configuration as plain data: names of secrets, no values."""
    found: dict[str, Any] = spec.section.model_dump(mode="json")
    return {
        "adapter": found,
        "health": dataclasses.asdict(spec.health) if spec.health else None,
        "model": dataclasses.asdict(spec.model) if spec.model else None,
        "timeout": spec.timeout,
    }


def policy(spec: TargetSpec) -> dict[str, Any]:
    """The policy's definition, as plain JSON data."""
    found = dataclasses.asdict(spec.policy)
    return {name: list(value) if isinstance(value, tuple) else value for name, value in found.items()}
