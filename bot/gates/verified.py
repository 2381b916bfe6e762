"""Is a version verified on a target now, since when without a break, and by which health check?

What counts as a break is what the ledger knows: another version in between, a deploy that failed after the switch or
was put back, a drift, a health check that failed between deploys (docs/decisions/0006-gates.md).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from bot.ledger import Ledger, deploys, standing
from bot.ledger.rows import Standing, Trouble
from bot.model import Health, Known, Target, Version

PUT = ("verified", "observed")
NOW_BAD = {"left": "left", "put_back": "left", "drift": "drifted", "unhealthy": "unhealthy"}


@dataclass(frozen=True)
class Verified:
    """``code`` None: it is, without a break ``since`` (epoch seconds), proved by ``deploy`` and its health check.

    Else why not: never, observed, withdrawn, elsewhere, busy, left, drifted, unhealthy. ``running``: what is recorded
    there instead. ``health`` None: a person had it checked again later.
    """

    code: str | None
    since: float | None = None
    deploy: int | None = None
    health: Health | None = None
    running: Version | None = None

    @property
    def yes(self) -> bool:
        return self.code is None


async def verified_on(ledger: Ledger, target: Target, version: Version) -> Verified:
    """As the ledger has it at this instant."""
    found = verified(version, await ledger.read(standing.of, target))
    by = await ledger.read(deploys.get, found.deploy) if found.deploy is not None else None
    return replace(found, health=by.health if by and by.health and by.health.ok else None)


def verified(version: Version, known: Standing) -> Verified:
    """Verified there, not merely observed, not withdrawn, and still what runs there by the records."""
    version_id = _there(version, known.events)
    mine = [event for event in known.events if event.version.id == version_id]
    proof = next((event for event in mine if event.how != "observed"), None)
    current = next((event for event in known.events if event.how in PUT), None)
    if proof is None or current is None:
        return Verified("observed" if mine else "never", running=current.version if current else None)
    if proof.how == "withdrawn":
        return Verified("withdrawn", running=current.version)
    if current.version.id != version_id:
        return Verified("elsewhere", running=current.version)
    if known.busy is not None:
        return Verified("busy", deploy=known.busy)
    return _unbroken(version_id, known, proof)


def _there(version: Version, events: Sequence[Known]) -> str:
    """Its id on that target: where that one deploys commits, the one that it was built from."""
    ids = {event.version.id for event in events}
    return version.commit if version.commit in ids and version.id not in ids else version.id


def _unbroken(version_id: str, known: Standing, proof: Known) -> Verified:
    stay = _stay(version_id, known.events)
    since = max(stay[0].at, _first_proof(version_id, known.events))
    for trouble in known.troubles:
        healed = _healed(trouble, stay, known.troubles)
        if healed is None:
            return Verified(NOW_BAD[trouble.code], since=trouble.at, deploy=trouble.deploy)
        since = max(since, healed)
    return Verified(None, since, proof.deploy)


def _stay(version_id: str, events: Sequence[Known]) -> list[Known]:
    """Its rows since another version ran there, oldest first."""
    stay: list[Known] = []
    for event in events:
        if event.how in PUT and event.version.id != version_id:
            break
        if event.how in PUT:
            stay.append(event)
    return stay[::-1]


def _first_proof(version_id: str, events: Sequence[Known]) -> float:
    """When it was first verified after it was last withdrawn; events are newest first."""
    at = 0.0
    for event in events:
        if event.version.id == version_id and event.how == "withdrawn":
            break
        if event.version.id == version_id and event.how == "verified":
            at = event.at
    return at


def _healed(trouble: Trouble, stay: Sequence[Known], troubles: Sequence[Trouble]) -> float | None:
    """When the version was next found good, 0.0 where the trouble was before its time; None: not yet.

    A restart or deploy verifies again. A failed health check between deploys is over with the next good one.
    """
    if trouble.code == "well_again" or trouble.at < stay[0].at:
        return 0.0
    good = [event.at for event in stay if event.at >= trouble.at]
    if trouble.code == "unhealthy":
        good += [one.at for one in troubles if one.code == "well_again" and one.at >= trouble.at]
    return min(good, default=None)
