"""The verdict: with the claim's release, what was verified or withdrawn, the lock and the announcements, at once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from bot.ledger import attempts, countersigns, locks, versions
from bot.ledger.deploy_rows import change
from bot.ledger.rows import NewLock, NewPing
from bot.model import Deploy, Evidence, Failure, Health, Outcome, Phase, Release, Verdict, Version


def settle(
    db: Database,
    number: int,
    *,
    phase: Phase,
    revision: int,
    now: float,
    actor: str,
    verdict: Verdict,
    outcome: Outcome | None = None,
    code: str | None = None,
    facts: Mapping[str, Any] | None = None,
    failure: Failure | None = None,
    health: Health | None = None,
    evidence: Evidence | None = None,
    downtime: float | None = None,
    ended_by: str | None = None,
    ended_by_name: str | None = None,
    verified: Version | None = None,
    observed: Version | None = None,
    withdrawn: Version | None = None,
    ran: Release | None = None,
    lock: NewLock | None = None,
    pings: Sequence[NewPing] = (),
    ends: str = "settled",
) -> Deploy:
    """One commit (ARCHITECTURE, the engine). ``ends``: outcome of an attempt still open. Raises Lost.

    ``ran``: what ran with the version that was verified.
    ``failure``, ``health``, ``evidence`` and ``downtime`` that were noted before stay where none is given.
    """
    if phase is Phase.SETTLED:
        raise ValueError("a verdict is given once")
    attempts.end_open(db, number, ends, now)
    measured = {"failure": failure, "health": health, "evidence": evidence, "downtime": downtime}
    columns = {
        "phase": Phase.SETTLED,
        "settled_at": float(now),
        "verdict": verdict,
        "outcome": outcome,
        "code": code,
        "facts": facts or {},
        "ended_by": ended_by,
        "ended_by_name": ended_by_name,
        **{name: value for name, value in measured.items() if value is not None},
    }
    told = {"verdict": verdict, "outcome": outcome, "code": code, "facts": facts or {}, **measured}
    deploy = change(
        db,
        number,
        (phase, revision),
        columns,
        now=now,
        actor=actor,
        action="settled",
        facts={**told, "verified": verified, "observed": observed, "withdrawn": withdrawn, "ran": ran},
        pings=pings,
    )
    _remember(db, deploy, {"withdrawn": withdrawn, "observed": observed, "verified": verified}, ran, lock, now)
    countersigns.void(db, deploy, now)
    return deploy


def _remember(
    db: Database,
    deploy: Deploy,
    known: Mapping[str, Version | None],
    ran: Release | None,
    lock: NewLock | None,
    now: float,
) -> None:
    """The version that was left first, then the one that runs: the newest row is what runs."""
    for how, version in known.items():
        if version is not None:
            versions.put(db, deploy.target, version, how, now, deploy=deploy.number, who=deploy.requester_name, ran=ran)
    if lock is not None:
        locks.lock(
            db,
            service=deploy.target.service,
            env=deploy.target.env,
            owner=lock.owner,
            owner_name=lock.owner_name,
            reason=lock.reason,
            until=lock.until,
            now=now,
            version=lock.version,
            after_rollback=lock.after_rollback,
        )
