"""The queue: what people want of a target that is not free. A wish holds no claim, no plan and no authority."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from bot.errors import Refusal
from bot.ledger import audit, codec, posts
from bot.ledger.deploy_rows import UNFINISHED, select
from bot.ledger.ulid import ulid
from bot.model import Deploy, Kind, Order, Target, Wish

MISSES = 2  # turns that may pass by before a wish ends
_WAITING = "ended_at IS NULL"
_FIRST = "missed, id"  # whoever let a turn pass by stands behind the others


def add(db: Database, order: Order, now: float) -> Wish:
    """One a person and target: who asks again keeps the place and changes what is wanted."""
    wanted = codec.columns(
        {"kind": order.kind, "wanted": order.wanted, "reason": order.reason, "model": order.model, "at": float(now)}
    )
    mine = [wish for wish in on(db, order.target) if wish.order.requester == order.requester]
    if mine:
        db.table("wishes").update(mine[0].id, wanted)
    else:
        who = {"requester": order.requester, "requester_name": order.requester_name}
        place = {"service": order.target.service, "env": order.target.env}
        codec.insert(db, "wishes", {"ulid": ulid(now), **place, **who, **wanted})
    (made,) = (wish for wish in on(db, order.target) if wish.order.requester == order.requester)
    facts = {"kind": order.kind.value, "wanted": order.wanted, "reason": order.reason, "model": order.model}
    _record(db, made, "queued", order.requester, now, facts)
    return made


def call(db: Database, wish: int, now: float) -> Wish | None:
    """It is their turn, and they are told so once. None: target or turn went to somebody else meanwhile."""
    found = _waiting(db, wish)
    if found is None or _taken(db, found.order.target):
        return None
    db.execute("UPDATE wishes SET called_at = ?, calls = calls + 1 WHERE id = ?", [float(now), wish])
    told = _existing(db, wish)
    _record(db, told, "queue_called", "slipway", now)
    posts.add(
        db, "queue_turn", now=now, payload=_payload(told, "called"), users=[told.order.requester], topic=_topic(told)
    )
    return told


def _taken(db: Database, target: Target) -> bool:
    held = select(db, f"service = ? AND env = ? AND {UNFINISHED}", [target.service, target.env])
    return bool(held) or any(wish.called_at is not None for wish in on(db, target))


def missed(db: Database, wish: int, now: float) -> None:
    """Nobody came in time: behind the others, and out of the queue the second time."""
    found = _called(db, wish)
    if found is None:
        return
    if found.missed + 1 >= MISSES:
        _end(db, found, "queue_missed", "slipway", now)
        return
    db.execute("UPDATE wishes SET called_at = NULL, missed = missed + 1 WHERE id = ?", [wish])
    _record(db, found, "queue_passed", "slipway", now)
    _redraw(db, found, "passed")


def overtaken(db: Database, wish: int, now: float) -> None:
    """The target is busy or held again before they came: the place is kept."""
    found = _called(db, wish)
    if found is None:
        return
    db.execute("UPDATE wishes SET called_at = NULL WHERE id = ?", [wish])
    _record(db, found, "queue_overtaken", "slipway", now)
    _redraw(db, found, "overtaken")


def leave(db: Database, wish: int, by: str, now: float) -> None:
    """Raises Refusal("not_queued"): it has ended already."""
    found = _waiting(db, wish)
    if found is None:
        raise Refusal("not_queued")
    _end(db, found, "queue_left", by, now)


def forget(db: Database, wish: int, now: float) -> None:
    """Too old, or its target is no more."""
    found = _waiting(db, wish)
    if found is not None:
        _end(db, found, "queue_old", "slipway", now)


def granted(db: Database, deploy: Deploy, now: float) -> None:
    """Its requester has claimed the target with the same sort of order: in the very transaction of the claim."""
    for wish in on(db, deploy.target):
        same = (wish.order.kind is Kind.ROLLBACK) is (deploy.kind is Kind.ROLLBACK)
        if wish.order.requester == deploy.requester and same:
            _end(db, wish, "queue_taken", deploy.requester, now)


def _end(db: Database, found: Wish, action: str, actor: str, now: float) -> None:
    how = action.removeprefix("queue_")
    db.execute("UPDATE wishes SET ended_at = ?, ended = ? WHERE id = ?", [float(now), how, found.id])
    _record(db, found, action, actor, now)
    _redraw(db, found, how)


def on(db: Database, target: Target) -> list[Wish]:
    """Those that wait for this target, the first first."""
    return _select(db, f"service = ? AND env = ? AND {_WAITING}", [target.service, target.env])


def waiting(db: Database) -> list[Wish]:
    return _select(db, _WAITING, [])


def by_ulid(db: Database, ref: str) -> Wish | None:
    """Ended ones too."""
    return next(iter(_select(db, "ulid = ?", [ref])), None)


def place(db: Database, wish: Wish) -> int:
    """1 for the first."""
    return [one.id for one in on(db, wish.order.target)].index(wish.id) + 1


def _waiting(db: Database, wish: int) -> Wish | None:
    return next(iter(_select(db, f"id = ? AND {_WAITING}", [wish])), None)


def _called(db: Database, wish: int) -> Wish | None:
    found = _waiting(db, wish)
    return found if found and found.called_at is not None else None


def _existing(db: Database, wish: int) -> Wish:
    return _select(db, "id = ?", [wish])[0]


def _redraw(db: Database, wish: Wish, state: str) -> None:
    post = posts.of_topic(db, _topic(wish)) if wish.calls else None
    if post is not None:
        posts.update(db, post.id, _payload(wish, state))


def _topic(wish: Wish) -> str:
    return f"queue:{wish.ulid}:{wish.calls}"


def _payload(wish: Wish, state: str) -> Mapping[str, Any]:
    return {"service": wish.order.target.service, "env": wish.order.target.env, "ref": wish.ulid, "state": state}


def _record(
    db: Database, wish: Wish, action: str, actor: str, now: float, facts: Mapping[str, Any] | None = None
) -> None:
    target = wish.order.target
    told = {"wish": wish.ulid, "requester": wish.order.requester, **(facts or {})}
    audit.append(db, actor=actor, action=action, now=now, service=target.service, env=target.env, facts=told)


def _select(db: Database, where: str, values: Sequence[Any]) -> list[Wish]:
    return [_row(row) for row in db.table("wishes").rows_where(where, list(values), order_by=_FIRST)]


def _row(row: Mapping[str, Any]) -> Wish:
    return Wish(
        id=row["id"],
        ulid=row["ulid"],
        order=Order(
            kind=Kind(row["kind"]),
            target=Target(row["service"], row["env"]),
            requester=row["requester"],
            requester_name=row["requester_name"],
            wanted=row["wanted"],
            reason=row["reason"],
            model=row["model"],
        ),
        at=row["at"],
        calls=row["calls"],
        missed=row["missed"],
        called_at=row["called_at"],
        ended=row["ended"],
    )
