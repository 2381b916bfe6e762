"""Appending. A row's hash covers its own content and the hash before it; count and head are kept beside the chain."""

from __future__ import annotations

from collections.abc import Mapping
from hashlib import sha256
from typing import Any

from sqlite_utils import Database

from bot.ledger import codec, meta
from bot.model import Target

GENESIS = "0" * 64
HASHED = ("seq", "at", "actor", "action", "deploy", "ref", "service", "env", "facts", "state", "prev")
UNSIGNED = ("screen",)  # how often the card changed: moved by every drawn step, worth no audit row


def append(
    db: Database,
    *,
    actor: str,
    action: str,
    now: float,
    deploy: int | None = None,
    ref: str | None = None,
    service: str | None = None,
    env: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> int:
    """The new row's number. A row about a deploy carries that deploy's target, and its state as it is now."""
    count, prev = head(db)
    found = {} if deploy is None else _deploy(db, deploy)
    row = {
        "seq": count + 1,
        "at": float(now),
        "actor": codec.storable(actor),
        "action": action,
        "deploy": deploy,
        "ref": ref,
        "service": found.get("service", service),
        "env": found.get("env", env),
        "facts": codec.canonical(facts or {}),
        "state": codec.exact(signed(found)) if found else None,
        "prev": prev,
    }
    row["hash"] = hashed(row)
    db.table("audit").insert(row)
    meta.remember(db, "audit_count", str(row["seq"]))
    meta.remember(db, "audit_head", str(row["hash"]))
    return count + 1


def refused(
    db: Database,
    ref: str,
    actor: str,
    code: str,
    facts: Mapping[str, Any],
    now: float,
    *,
    deploy: int | None = None,
    target: Target | None = None,
    order: Mapping[str, Any] | None = None,
) -> None:
    """A refusal is no deploy: a code and an audit row. ``ref`` is a ULID, behind the Details button.

    ``order``: all that is needed to ask for the same again.
    """
    told = {"code": code, "facts": facts, **({"order": order} if order else {})}
    about = {"service": target.service, "env": target.env} if target else {}
    append(db, actor=actor, action="refused", now=now, deploy=deploy, ref=ref, facts=told, **about)


def head(db: Database) -> tuple[int, str]:
    """(count, hash of the newest row): what is posted daily, so that nobody can shorten the chain unseen."""
    row = db.execute("SELECT seq, hash FROM audit ORDER BY seq DESC LIMIT 1").fetchone()
    return (0, GENESIS) if row is None else (int(row[0]), str(row[1]))


def hashed(row: Mapping[str, Any]) -> str:
    return sha256(codec.exact({name: row[name] for name in HASHED}).encode()).hexdigest()


def signed(row: Mapping[str, Any]) -> dict[str, Any]:
    """Phase, revision, verdict and digest as they stand, and a hash over the whole row."""
    content = {name: value for name, value in row.items() if name not in UNSIGNED}
    shown = {name: row[name] for name in ("phase", "revision", "verdict", "digest")}
    return {**shown, "row": sha256(codec.exact(content).encode()).hexdigest()}


def _deploy(db: Database, number: int) -> Mapping[str, Any]:
    return next(db.table("deploys").rows_where("number = ?", [number]), {})
