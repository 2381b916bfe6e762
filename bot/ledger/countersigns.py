"""Break-glass deploys and the second person who stands behind each afterwards.

What is owed is made in the commit of the Confirm, together with the alarm: no effect is ever in the world before both.
An order that ends without an intent owes nothing any more.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from bot.errors import Refusal
from bot.ledger import audit, codec, posts
from bot.ledger.deploy_rows import judge_again, redraw
from bot.model import Countersign, Deploy, Target

ALARM, OVERDUE = "break_glass", "countersign_overdue"  # kinds of the messages about one
_ROWS = """
    SELECT countersigns.*, deploys.ulid, deploys.service, deploys.env, deploys.requester_name
    FROM countersigns JOIN deploys ON deploys.number = countersigns.deploy
"""
_OWED = "signed_at IS NULL AND void_at IS NULL"
_SAY = f"UPDATE countersigns SET overdue_at = ? WHERE deploy = ? AND overdue_at IS NULL AND {_OWED}"  # noqa: S608 - ours
_VOID = f"UPDATE countersigns SET void_at = ? WHERE deploy = ? AND {_OWED}"  # noqa: S608 - ours


def ask(
    db: Database, deploy: Deploy, *, due: float, now: float, title: str, users: Sequence[str], roles: Sequence[str]
) -> None:
    """Inside the Confirm's own commit. ``users``, ``roles``: ids that the alarm pings."""
    codec.insert(db, "countersigns", {"deploy": deploy.number, "due": float(due)})
    told = {"reason": deploy.plan.reason, "due": float(due)}
    audit.append(db, actor=deploy.requester, action="break_glass", now=now, deploy=deploy.number, facts=told)
    payload = {
        "deploy": deploy.number,
        "ulid": deploy.ulid,
        "title": title,
        "service": deploy.target.service,
        "env": deploy.target.env,
        "who": deploy.requester_name,
        "from": deploy.plan.before.label if deploy.plan.before else None,
        "to": deploy.to.label,
        "reason": deploy.plan.reason,
        "due": float(due),
        "state": "owed",
    }
    posts.add(
        db,
        ALARM,
        now=now,
        place="security",
        payload=payload,
        users=users,
        roles=roles,
        topic=_topic(ALARM, deploy.number),
    )


def sign(db: Database, number: int, *, by: str, by_name: str, now: float) -> Countersign:
    """A second person's word. Raises Refusal: not_open, already_countersigned (who, when)."""
    found = of(db, number)
    if found is None or found.void_at is not None:
        raise Refusal("not_open", deploy=number)
    if found.signed_at is not None:
        raise Refusal("already_countersigned", deploy=number, who=found.signed_by_name, when=found.signed_at)
    values = {"signed_by": by, "signed_by_name": by_name, "signed_at": float(now)}
    db.table("countersigns").update(number, codec.columns(values))
    told = {"who": by_name, "late": found.overdue_at is not None or now >= found.due}
    audit.append(db, actor=by, action="countersigned", now=now, deploy=number, facts=told)
    _said(db, number, {"state": "signed", "by": by_name, "at": float(now)})
    return existing(db, number)


def overdue(db: Database, number: int, *, now: float, roles: Sequence[str]) -> bool:
    """Pages the lead once, and has everything on the target judged again. False: it is no longer owed, or was said."""
    if db.execute(_SAY, [float(now), number]).rowcount == 0:
        return False
    found = existing(db, number)
    audit.append(db, actor="slipway", action="countersign_overdue", now=now, deploy=number)
    alarm = posts.of_topic(db, _topic(ALARM, number))
    _said(db, number, {"state": "overdue"})
    payload = {**(alarm.payload if alarm else {}), "state": "overdue"}
    posts.add(db, OVERDUE, now=now, place="security", payload=payload, roles=roles, topic=_topic(OVERDUE, number))
    on = [found.target.service, found.target.env]
    judge_again(db, "service = ? AND env = ?", on, now=now, actor="slipway", action="judged_again", facts={})
    return True


def void(db: Database, deploy: Deploy, now: float) -> None:
    """It ended without an intent: nothing was deployed, and nobody has to stand behind it."""
    if not deploy.plan.emergency or deploy.started_at is not None:
        return
    if db.execute(_VOID, [float(now), deploy.number]).rowcount:
        _said(db, deploy.number, {"state": "void"})


def of(db: Database, number: int) -> Countersign | None:
    return next(iter(_all(db, "countersigns.deploy = ?", [number])), None)


def existing(db: Database, number: int) -> Countersign:
    """Raises Refusal("not_open")."""
    found = of(db, number)
    if found is None:
        raise Refusal("not_open", deploy=number)
    return found


def owed(db: Database) -> list[Countersign]:
    """All that somebody has yet to stand behind, the most urgent first."""
    return _all(db, f"{_OWED} ORDER BY due, countersigns.deploy", [])


def overdue_on(db: Database, target: Target, now: float) -> list[Countersign]:
    """What closes a target: paged for already, or due by the clock. Oldest first."""
    where = f"service = ? AND env = ? AND (overdue_at IS NOT NULL OR due <= ?) AND {_OWED} ORDER BY due"
    return _all(db, where, [target.service, target.env, now])


def _said(db: Database, number: int, changed: Mapping[str, Any]) -> None:
    """The messages about it and its deploy's card show it from now on."""
    for kind in (ALARM, OVERDUE):
        post = posts.of_topic(db, _topic(kind, number))
        if post is not None:
            posts.update(db, post.id, {**post.payload, **changed})
    redraw(db, number)


def _topic(kind: str, number: int) -> str:
    return f"{kind} {number}"


def _all(db: Database, where: str, values: Sequence[Any]) -> list[Countersign]:
    return [_row(row) for row in db.query(f"{_ROWS} WHERE {where}", list(values))]


def _row(row: Mapping[str, Any]) -> Countersign:
    return Countersign(
        deploy=row["deploy"],
        ulid=row["ulid"],
        target=Target(row["service"], row["env"]),
        who=row["requester_name"],
        due=row["due"],
        signed_by=row["signed_by"],
        signed_by_name=row["signed_by_name"],
        signed_at=row["signed_at"],
        overdue_at=row["overdue_at"],
        void_at=row["void_at"],
    )
