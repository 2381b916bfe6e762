"""What people put in the way: locks and freezes, judged on the plan, at Confirm and again just before the intent."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import inf

from bot.errors import Refusal
from bot.model import Countersign, Freeze, Kind, Lock, Target


@dataclass(frozen=True)
class Holds:
    """What people put in the way of a target at one instant."""

    locks: tuple[Lock, ...] = ()
    freezes: tuple[Freeze, ...] = ()
    overdue: tuple[Countersign, ...] = ()  # break-glass deploys that nobody stood behind in time

    @property
    def freeze(self) -> Freeze | None:
        """The one that ends last."""
        return max(self.freezes, key=lambda one: inf if one.until is None else one.until, default=None)


def judge(
    kind: Kind,
    target: Target,
    to_id: str,
    holds: Holds,
    *,
    oncall: bool,
    unlocking: bool = False,
    emergency: bool = False,
) -> None:
    """Raises Refusal (locked, locked_version, countersign_overdue, frozen), or returns: nothing stands in the way.

    A rollback passes every freeze and the lock that a rollback left; a person's lock stops it except for on-call.
    Break-glass passes every freeze, and never a lock (PRODUCT: "never the ledger, the lock or the evidence").
    ``unlocking``: this very order releases the lock after a rollback, for another version than the one kept out.
    """
    for lock in sorted(holds.locks, key=lambda lock: not (lock.version and lock.version.id == to_id)):
        _judge_lock(lock, kind, target, to_id, oncall=oncall, unlocking=unlocking)
    if kind is Kind.ROLLBACK or emergency:
        return
    if holds.overdue:
        owed = holds.overdue[0]
        raise Refusal("countersign_overdue", target=str(target), deploy=owed.deploy, who=owed.who, ref=owed.ulid)
    if holds.freeze:
        raise Refusal("frozen", target=str(target), until=holds.freeze.until, reason=holds.freeze.reason)


def _judge_lock(lock: Lock, kind: Kind, target: Target, to_id: str, *, oncall: bool, unlocking: bool) -> None:
    if lock.after_rollback:
        if kind in (Kind.ROLLBACK, Kind.RESTART):
            return
        if lock.version and lock.version.id == to_id:
            raise Refusal("locked_version", target=str(target), version=lock.version.label, **_facts(lock))
        if unlocking or kind is Kind.REDEPLOY:  # a redeploy builds what runs: nothing that is kept out comes in
            return
    elif kind is Kind.ROLLBACK and oncall:
        return
    raise Refusal("locked", target=str(target), **_facts(lock))


def _facts(lock: Lock) -> dict[str, object]:
    return {"who": lock.owner_name, "when": lock.at, "reason": lock.reason, "until": lock.until}


def to_unlock(kind: Kind, to_id: str, locks: Sequence[Lock]) -> tuple[Lock, ...]:
    """The locks that a plan for another version may release by its own confirm: where rollbacks left them all."""
    if kind not in (Kind.DEPLOY, Kind.REDEPLOY, Kind.PROMOTE):
        return ()
    left = all(lock.after_rollback and lock.version and lock.version.id != to_id for lock in locks)
    return tuple(locks) if left else ()
