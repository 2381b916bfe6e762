"""What a Confirm leaves behind beside its claim, in the same transaction."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import asdict

from sqlite_utils import Database

from bot.engine import crowd
from bot.engine.core import Core
from bot.engine.glass import owe
from bot.ledger import audit, locks, shown
from bot.ledger.rows import NewPing
from bot.model import Deploy, GateAnswer, Lock


def noting(
    core: Core,
    release: Sequence[Lock],
    passed: Sequence[Lock],
    answers: Sequence[GateAnswer],
    now: float,
    asks: Callable[[Core, Deploy], bool] | None,
) -> Callable[[Database, Deploy], None]:
    """Locks that go with it, owners of locks that on-call passes, what the gates said, and what break-glass owes.

    ``asks``: it asks others for approval, of which one person's share is limited; None: it does not.
    """

    def note(db: Database, deploy: Deploy) -> None:
        if asks:
            crowd.judge(core, db, deploy, asks, now)
        for lock in release:
            locks.unlock(db, lock.id, by=deploy.requester, by_name=deploy.requester_name, now=now)
        for lock in passed:
            payload = {"owner": lock.owner, "reason": lock.reason}
            shown.ping(db, deploy.number, NewPing("lock_passed", payload), now)
        if answers:
            facts = {"answers": [asdict(answer) for answer in answers]}
            audit.append(db, actor="slipway", action="gates_judged", now=now, deploy=deploy.number, facts=facts)
        if deploy.plan.emergency:
            owe(core, db, deploy, now)

    return note
