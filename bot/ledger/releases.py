"""What ran together on a target: one row for each time that a version was verified or observed there."""

from __future__ import annotations

from sqlite_utils import Database

from bot.ledger import codec
from bot.model import Model, Release, Target, Version

_OF_TARGET = """
    SELECT v.version, v.deploy AS by, v.at, r.model, r.infra FROM releases r JOIN versions v ON v.id = r.version
    WHERE v.service = ? AND v.env = ? AND v.version_id = ?
"""


def record(db: Database, version_row: int, version: Version, ran: Release | None) -> None:
    """Part of ``versions.put``. ``ran`` None: nobody looked."""
    model, infra = (ran.model, ran.infra) if ran else (None, None)
    codec.insert(db, "releases", {"version": version_row, "code": version.id, "model": model, "infra": infra})


def of(db: Database, target: Target, version_id: str) -> Release | None:
    """The newest time that this version was put there. None: never."""
    row = next(db.query(f"{_OF_TARGET} ORDER BY r.id DESC LIMIT 1", _of(target, version_id)), None)
    if row is None:
        return None
    code = codec.from_json(Version, row["version"])
    return Release(code, codec.from_json_or_none(Model, row["model"]), row["infra"])


def together(db: Database, target: Target, version_id: str, model: Model) -> bool:
    """Whether this code and this model were ever recorded together here."""
    rows = db.query(f"{_OF_TARGET} AND r.model IS NOT NULL", _of(target, version_id))
    return any(codec.from_json(Model, row["model"]) == model for row in rows)


def to_put_back(db: Database, target: Target, version_id: str) -> Model | None:
    """The model recorded with this version, if a deploy wrote it then, or has written another one here since."""
    sql = f"""
        SELECT model FROM ({_OF_TARGET} ORDER BY r.id DESC LIMIT 1) WHERE EXISTS (
            SELECT 1 FROM deploys d WHERE d.service = ? AND d.env = ? AND d.started_at IS NOT NULL
            AND json_extract(d.plan, '$.model') IS NOT NULL AND (d.number = by OR d.started_at >= at))
    """  # noqa: S608 - constants of this module
    row = next(db.query(sql, [*_of(target, version_id), target.service, target.env]), None)
    return codec.from_json_or_none(Model, row["model"]) if row else None


def models(db: Database, target: Target, limit: int = 25) -> list[str]:
    """Ids of the models that were recorded here, each once, the newest first."""
    sql = """
        SELECT json_extract(r.model, '$.id') AS model FROM releases r JOIN versions v ON v.id = r.version
        WHERE v.service = ? AND v.env = ? AND r.model IS NOT NULL GROUP BY 1 ORDER BY max(r.id) DESC LIMIT ?
    """
    return [str(row["model"]) for row in db.query(sql, [target.service, target.env, limit])]


def _of(target: Target, version_id: str) -> list[str]:
    return [target.service, target.env, version_id]
