"""People's holds: a lock on a target (or all), a freeze of an environment (or all). Rows with owner, reason, expiry.

Either gives deploys without an intent a new revision: one that was judged before it cannot start past it (SAFETY, 7).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlite_utils import Database

from bot.errors import Refusal
from bot.ledger import audit, codec
from bot.ledger.deploy_rows import judge_again
from bot.model import Freeze, Lock, Target, Version

_HOLDS = "ended_at IS NULL AND (until IS NULL OR until > ?)"
ALL = "*"  # in audit rows: every service, every environment


def lock(
    db: Database,
    *,
    service: str | None,
    env: str | None,
    owner: str,
    owner_name: str,
    reason: str,
    until: float | None,
    now: float,
    version: Version | None = None,
    after_rollback: bool = False,
) -> Lock:
    """``service``/``env`` None: all. ``version``: only this one is kept out. ``until``: epoch seconds."""
    row = {
        "service": service,
        "env": env,
        "owner": owner,
        "owner_name": owner_name,
        "reason": reason,
        "at": float(now),
        "until": until,
        "version": version,
        "after_rollback": after_rollback,
    }
    made = codec.insert(db, "locks", row)
    _record(db, owner, "locked", now, service, env, {"lock": made, **row})
    _concern(db, row, now, {"lock": made})
    return _lock(db, made)


def unlock(db: Database, lock_id: int, *, by: str, by_name: str, now: float) -> Lock:
    """Raises Refusal("no_such_lock") when it does not hold any more."""
    found = next(db.table("locks").rows_where(f"id = ? AND {_HOLDS}", [lock_id, now]), None)
    if found is None:
        raise Refusal("no_such_lock", lock=lock_id)
    ended = codec.columns({"ended_at": float(now), "ended_by": by, "ended_by_name": by_name})
    db.table("locks").update(lock_id, ended)
    facts = {"lock": lock_id, "owner": found["owner"]}
    _record(db, by, "unlocked", now, found["service"], found["env"], facts)
    return _lock(db, lock_id)


def extend(db: Database, lock_id: int, *, seconds: float, by: str, now: float) -> Lock:
    """Raises Refusal("no_such_lock") when it does not hold any more, or has no end."""
    found = next(db.table("locks").rows_where(f"id = ? AND until IS NOT NULL AND {_HOLDS}", [lock_id, now]), None)
    if found is None:
        raise Refusal("no_such_lock", lock=lock_id)
    db.table("locks").update(lock_id, {"until": found["until"] + seconds})
    facts = {"lock": lock_id, "owner": found["owner"], "until": found["until"] + seconds}
    _record(db, by, "lock_extended", now, found["service"], found["env"], facts)
    return _lock(db, lock_id)


def locks_on(db: Database, target: Target, now: float) -> list[Lock]:
    """Those that hold this target now, oldest first."""
    where = f"(service IS NULL OR service = ?) AND (env IS NULL OR env = ?) AND {_HOLDS}"
    rows = db.table("locks").rows_where(where, [target.service, target.env, now], order_by="id")
    return [_lock_of(row) for row in rows]


def all_locks(db: Database, now: float) -> list[Lock]:
    return [_lock_of(row) for row in db.table("locks").rows_where(_HOLDS, [now], order_by="id")]


def freeze(db: Database, *, env: str | None, owner: str, reason: str, until: float | None, now: float) -> Freeze:
    """``env`` None: all environments."""
    row = {"env": env, "owner": owner, "reason": reason, "at": float(now), "until": until}
    made = codec.insert(db, "freezes", row)
    _record(db, owner, "frozen", now, None, env, {"freeze": made, **row})
    _concern(db, row, now, {"freeze": made})
    return _freeze(db, made)


def unfreeze(db: Database, freeze_id: int, *, by: str, now: float) -> Freeze:
    """Raises Refusal("no_such_lock") when it does not hold any more."""
    found = next(db.table("freezes").rows_where(f"id = ? AND {_HOLDS}", [freeze_id, now]), None)
    if found is None:
        raise Refusal("no_such_lock", freeze=freeze_id)
    db.table("freezes").update(freeze_id, codec.columns({"ended_at": float(now), "ended_by": by}))
    _record(db, by, "unfrozen", now, None, found["env"], {"freeze": freeze_id, "owner": found["owner"]})
    return _freeze(db, freeze_id)


def freezes_on(db: Database, target: Target, now: float) -> list[Freeze]:
    rows = db.table("freezes").rows_where(f"(env IS NULL OR env = ?) AND {_HOLDS}", [target.env, now], order_by="id")
    return [_freeze_of(row) for row in rows]


def all_freezes(db: Database, now: float) -> list[Freeze]:
    return [_freeze_of(row) for row in db.table("freezes").rows_where(_HOLDS, [now], order_by="id")]


def _record(
    db: Database, actor: str, action: str, now: float, service: str | None, env: str | None, facts: Mapping[str, Any]
) -> None:
    audit.append(db, actor=actor, action=action, now=now, service=service or ALL, env=env or ALL, facts=facts)


def _concern(db: Database, row: Mapping[str, Any], now: float, facts: Mapping[str, Any]) -> None:
    here = "(? IS NULL OR service = ?) AND (? IS NULL OR env = ?)"
    values = [row.get("service"), row.get("service"), row["env"], row["env"]]
    judge_again(db, here, values, now=now, actor=row["owner"], action="judged_again", facts=facts)


def _lock(db: Database, lock_id: int) -> Lock:
    return _lock_of(next(db.table("locks").rows_where("id = ?", [lock_id])))


def _lock_of(row: Mapping[str, Any]) -> Lock:
    return Lock(
        id=row["id"],
        service=row["service"],
        env=row["env"],
        owner=row["owner"],
        owner_name=row["owner_name"],
        reason=row["reason"],
        at=row["at"],
        until=row["until"],
        version=codec.from_json_or_none(Version, row["version"]),
        after_rollback=bool(row["after_rollback"]),
    )


def _freeze(db: Database, freeze_id: int) -> Freeze:
    return _freeze_of(next(db.table("freezes").rows_where("id = ?", [freeze_id])))


def _freeze_of(row: Mapping[str, Any]) -> Freeze:
    return Freeze(row["id"], row["env"], row["owner"], row["reason"], row["at"], row["until"])
