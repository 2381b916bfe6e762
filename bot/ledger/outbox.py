"""What others are still to be told of a deploy: rows of the same commit as the transition, delivered when they can be.

``change`` owes a row for each new state of a deploy whose target is recorded elsewhere; nobody waits for its delivery.
"""

from __future__ import annotations

import re
from collections.abc import Collection
from typing import Any

from sqlite_utils import Database

from bot.ledger import audit, codec, meta
from bot.ledger.rows import Owed
from bot.ledger.told import hindrance
from bot.model import Deploy, Hindrance, Kind, Outcome, Phase, Recorded, Target, Verdict

COMMIT = re.compile(r"[0-9a-f]{40}")
RECORDED, COMMENTED = "recorded", "commented"  # keys of ``meta``: targets, one line each
COMMENTS, COMMENT = "comments", "comment"
STATES = {
    Verdict.SUCCEEDED: Recorded.SUCCESS,
    Verdict.FAILED: Recorded.FAILURE,
    Verdict.ROLLED_BACK: Recorded.FAILURE,
}
"""Every other end after the intent left nothing of it there: inactive."""
REPLACED = (Outcome.BROKEN, Outcome.METRIC)
"""Failures after which the version before no longer runs either."""
_WELL = {"tries": 0, "retry_at": None, "error": None, "asked_at": None}


def subscribe(db: Database, recorded: Collection[Target], commented: Collection[Target], now: float) -> None:
    """From now on these targets are recorded elsewhere; what was owed for others is not told any more."""
    for key, targets in ((RECORDED, recorded), (COMMENTED, commented)):
        meta.remember(db, key, "\n".join(sorted(target.key for target in targets)))
    for number in [row["deploy"] for row in db.query("SELECT DISTINCT deploy FROM outbox WHERE ended_at IS NULL")]:
        service, env = db.execute("SELECT service, env FROM deploys WHERE number = ?", [number]).fetchone()
        if Target(service, env) not in recorded:
            db.execute(
                "UPDATE outbox SET ended_at = ?, ended = 'void' WHERE deploy = ? AND ended_at IS NULL", [now, number]
            )


def owe(db: Database, deploy: Deploy, now: float) -> None:
    """Once for each state that follows another. Restarts change no version; what has no commit cannot be recorded."""
    if deploy.started_at is None or deploy.kind is Kind.RESTART or not COMMIT.fullmatch(deploy.to.id):
        return
    if not _subscribed(db, RECORDED, deploy.target):
        return
    state = recorded_as(deploy)
    if _newest(db, deploy.number) in (state, Recorded.INACTIVE):
        return
    _add(db, deploy.number, state, now)
    if state is Recorded.SUCCESS or deploy.outcome in REPLACED:
        for number in _active(db, deploy):
            _add(db, number, Recorded.INACTIVE, now)
    went_out = state is Recorded.SUCCESS and deploy.kind in (Kind.DEPLOY, Kind.PROMOTE) and deploy.plan.from_id
    if went_out and _subscribed(db, COMMENTED, deploy.target):
        _add(db, deploy.number, COMMENTS, now)


def recorded_as(deploy: Deploy) -> Recorded:
    """A version that proved itself later has succeeded; what a person settled without evidence is an error."""
    if deploy.phase is not Phase.SETTLED or deploy.verdict is None:
        return Recorded.IN_PROGRESS
    if deploy.verified_later is not None:
        return Recorded.SUCCESS
    if deploy.outcome is Outcome.UNKNOWN:
        return Recorded.ERROR
    return STATES.get(deploy.verdict, Recorded.INACTIVE)


def due(db: Database) -> list[Owed]:
    """The first of each deploy that is not told yet, oldest first; also those whose ``retry_at`` lies ahead."""
    rows = db.query(
        "SELECT outbox.*, (SELECT remote FROM outbox AS known WHERE known.deploy = outbox.deploy AND remote IS NOT NULL"
        " LIMIT 1) AS there FROM outbox WHERE id IN (SELECT min(id) FROM outbox WHERE ended_at IS NULL GROUP BY deploy)"
        " ORDER BY id"
    )
    return [_row(row) for row in rows]


def waiting(db: Database) -> int:
    return int(db.execute("SELECT count(*) FROM outbox WHERE ended_at IS NULL").fetchone()[0])


def asking(db: Database, owed: int, now: float) -> None:
    """From here on a request may have left: its effect is looked for before it is sent again."""
    db.execute("UPDATE outbox SET asked_at = ? WHERE id = ?", [float(now), owed])


def known(db: Database, owed: int, remote: str) -> None:
    """It stands there, under this id."""
    db.table("outbox").update(owed, codec.columns({**_WELL, "remote": remote}))


def told(db: Database, owed: int, now: float) -> None:
    _record(db, owed, "recorded", now)
    db.table("outbox").update(owed, codec.columns({**_WELL, "ended_at": float(now), "ended": "told"}))


def spread(db: Database, owed: int, pulls: Collection[int], now: float) -> None:
    """A comment is owed to each of these pull requests."""
    deploy = db.execute("SELECT deploy FROM outbox WHERE id = ?", [owed]).fetchone()[0]
    for pull in pulls:
        _add(db, deploy, COMMENT, now, pull)
    told(db, owed, now)


def failed(db: Database, owed: int, retry_at: float, why: Hindrance, now: float) -> None:
    """Tried again at ``retry_at``. The audit log has a row for each reason, not for each try."""
    before = hindrance(db.execute("SELECT error FROM outbox WHERE id = ?", [owed]).fetchone()[0])
    if before is None or before.code != why.code:
        _record(db, owed, "record_failed", now, why)
    db.execute(
        "UPDATE outbox SET tries = tries + 1, retry_at = ?, error = ? WHERE id = ?",
        [float(retry_at), codec.to_json(why), owed],
    )


def wait(db: Database, owed: int, until: float) -> None:
    """Nothing is wrong: it is not to be told before then."""
    db.execute("UPDATE outbox SET retry_at = ? WHERE id = ?", [float(until), owed])


def void(db: Database, owed: int, now: float, why: Hindrance) -> None:
    """It will never be told."""
    _record(db, owed, "record_given_up", now, why)
    values = {"ended_at": float(now), "ended": "void", "error": codec.to_json(why)}
    db.table("outbox").update(owed, codec.columns(values))


def _record(db: Database, owed: int, action: str, now: float, why: Hindrance | None = None) -> None:
    """For the audit log; that pull requests were looked up is worth no row."""
    row = db.table("outbox").get(owed)
    if row["what"] == COMMENTS and why is None:
        return
    facts = {"state": row["what"], **({"pull": row["pull"]} if row["pull"] else {})}
    reason = {"kind": why.kind, "code": why.code, "facts": why.facts} if why else {}
    audit.append(db, actor="slipway", action=action, now=now, deploy=row["deploy"], facts={**facts, **reason})


def _subscribed(db: Database, key: str, target: Target) -> bool:
    return target.key in (meta.recall(db, key) or "").splitlines()


def _newest(db: Database, number: int) -> str | None:
    row = db.execute(
        "SELECT what FROM outbox WHERE deploy = ? AND what NOT IN ('comments', 'comment') ORDER BY id DESC LIMIT 1",
        [number],
    ).fetchone()
    return None if row is None else str(row[0])


def _active(db: Database, deploy: Deploy) -> list[int]:
    """Earlier deploys of this target that are still recorded as what runs there."""
    rows = db.query(
        "SELECT DISTINCT deploy FROM outbox JOIN deploys ON deploys.number = outbox.deploy"
        " WHERE service = ? AND env = ? AND deploy < ? AND what = 'success' ORDER BY deploy",
        [deploy.target.service, deploy.target.env, deploy.number],
    )
    return [row["deploy"] for row in rows if _newest(db, row["deploy"]) == Recorded.SUCCESS]


def _add(db: Database, deploy: int, what: str, now: float, pull: int | None = None) -> None:
    codec.insert(db, "outbox", {"deploy": deploy, "what": what, "pull": pull, "made_at": float(now)})


def _row(row: dict[str, Any]) -> Owed:
    return Owed(
        id=row["id"],
        deploy=row["deploy"],
        what=row["what"],
        pull=row["pull"],
        made_at=row["made_at"],
        remote=row["there"],
        asked_at=row["asked_at"],
        tries=row["tries"],
        retry_at=row["retry_at"],
    )
