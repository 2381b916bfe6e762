"""What Slipway knows to be good on a target: put there and verified, found there and observed, or withdrawn.

One row an event. The newest *put* row (verified or observed) is what was recorded as running; a version is withdrawn
when it was withdrawn after it was last *verified*: that somebody found it running does not make it good again.
"""

from __future__ import annotations

from sqlite_utils import Database

from bot.ledger import audit, codec, releases
from bot.model import Known, Release, Target, Version

_PUT = "how IN ('verified', 'observed')"
_WITHDRAWN = """
    coalesce((SELECT max(w.id) FROM versions w WHERE w.service = v.service AND w.env = v.env
              AND w.version_id = v.version_id AND w.how = 'withdrawn'), 0)
  > coalesce((SELECT max(g.id) FROM versions g WHERE g.service = v.service AND g.env = v.env
              AND g.version_id = v.version_id AND g.how = 'verified'), 0)
"""
_LAST_PUT = f"""
    SELECT v.*, {_WITHDRAWN} AS gone FROM versions v WHERE v.service = :service AND v.env = :env
    AND v.id = (SELECT max(p.id) FROM versions p WHERE p.service = v.service AND p.env = v.env
                AND p.version_id = v.version_id AND p.{_PUT})
"""  # noqa: S608 - constants of this module


def current(db: Database, target: Target) -> Known | None:
    """What was last recorded as running."""
    sql = f"SELECT *, 0 AS gone FROM versions WHERE service = :service AND env = :env AND {_PUT}"  # noqa: S608
    return _first(db, sql, target)


def back(db: Database, target: Target, running_id: str) -> Known | None:
    """Where a rollback goes: newest known good, not withdrawn, put there before ``running_id`` (PRODUCT, step 8)."""
    before = "coalesce((SELECT max(id) FROM versions WHERE service = :service AND env = :env"
    before += f" AND version_id = :running AND {_PUT}), 9223372036854775807)"
    sql = f"""
        SELECT v.*, 0 AS gone FROM versions v WHERE v.service = :service AND v.env = :env AND v.{_PUT}
        AND v.version_id <> :running AND v.id < {before} AND NOT ({_WITHDRAWN})
    """  # noqa: S608 - constants of this module
    return _first(db, sql, target, running=running_id)


def verified(db: Database, target: Target) -> list[Known]:
    """Known good and not withdrawn, each version once, newest first: what clean-up must keep and /rollback may name."""
    return [found for found in known(db, target) if found.how != "withdrawn"]


def known(db: Database, target: Target) -> list[Known]:
    """Every version that was ever put there, newest first; ``how`` is "withdrawn" for those rolled back from."""
    return _all(db, _LAST_PUT, target)


def withdrawn(db: Database, target: Target, version_id: str) -> bool:
    sql = f"SELECT 1 FROM versions v WHERE service = ? AND env = ? AND version_id = ? AND {_WITHDRAWN}"  # noqa: S608
    return db.execute(sql, [target.service, target.env, version_id]).fetchone() is not None


def observe(db: Database, target: Target, version: Version, now: float, *, ran: Release | None = None) -> bool:
    """Found running and healthy though Slipway did not put it there. False: it was recorded as running already."""
    found = current(db, target)
    if found is not None and found.version.id == version.id:
        return False
    put(db, target, version, "observed", now, ran=ran)
    facts = {"version": version, "recorded": found.version if found else None}
    audit.append(db, actor="slipway", action="observed", now=now, service=target.service, env=target.env, facts=facts)
    return True


def accept(
    db: Database,
    target: Target,
    version: Version,
    *,
    by: str,
    by_name: str,
    now: float,
    ran: Release | None = None,
) -> None:
    """A person says that what runs, though Slipway did not put it there, is what shall be recorded."""
    found = current(db, target)
    put(db, target, version, "observed", now, who=by_name, ran=ran)
    facts = {
        "version": version,
        "running": version.label,
        "recorded": found.version.label if found else None,
        "who": by_name,
    }
    audit.append(db, actor=by, action="accepted", now=now, service=target.service, env=target.env, facts=facts)


def put(
    db: Database,
    target: Target,
    version: Version,
    how: str,
    now: float,
    *,
    deploy: int | None = None,
    who: str | None = None,
    ran: Release | None = None,
) -> None:
    """Part of a verb that records it: settle, note, observe, accept. ``ran``: what ran with it, as far as known."""
    row = {
        "service": target.service,
        "env": target.env,
        "version_id": version.id,
        "version": version,
        "how": how,
        "at": float(now),
        "deploy": deploy,
        "who": who,
    }
    made = codec.insert(db, "versions", row)
    if how != "withdrawn":
        releases.record(db, made, version, ran)


def _first(db: Database, sql: str, target: Target, **values: str) -> Known | None:
    return next(iter(_all(db, sql, target, limit=1, **values)), None)


def _all(db: Database, sql: str, target: Target, *, limit: int = -1, **values: str) -> list[Known]:
    given = {"service": target.service, "env": target.env, "limit": limit, **values}
    return [
        Known(
            version=codec.from_json(Version, row["version"]),
            how="withdrawn" if row["gone"] else row["how"],
            at=row["at"],
            deploy=row["deploy"],
            who=row["who"],
        )
        for row in db.query(f"{sql} ORDER BY id DESC LIMIT :limit", given)
    ]
