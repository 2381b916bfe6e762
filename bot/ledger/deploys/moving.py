"""One saved step of a deploy's life. Whoever comes second gets Lost and reads the row again (INV9)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from sqlite_utils import Database

from bot.ledger import attempts, versions
from bot.ledger.deploy_rows import change
from bot.ledger.rows import Columns, NewPing
from bot.model import Deploy, Phase, Release, Version

NOT_BY_A_MOVE = (Phase.PLANNED, Phase.SETTLED)
NONE: Mapping[str, Any] = {}
NO_COLUMNS: Columns = {}


def move(
    db: Database,
    number: int,
    *,
    phase: Phase,
    revision: int,
    to: Phase,
    now: float,
    actor: str,
    action: str,
    facts: Mapping[str, Any] = NONE,
    columns: Columns = NO_COLUMNS,
    pings: Sequence[NewPing] = (),
    ends: str | None = None,
) -> Deploy:
    """To another unfinished phase. ``ends``: outcome of the attempt that is still open. Raises Lost."""
    if to in NOT_BY_A_MOVE or phase in NOT_BY_A_MOVE:
        raise ValueError(f"{phase} → {to}: confirm and settle do that")
    deploy = change(
        db,
        number,
        (phase, revision),
        {**columns, "phase": to},
        now=now,
        actor=actor,
        action=action,
        facts=facts,
        pings=pings,
    )
    if ends is not None:
        attempts.end_open(db, number, ends, now)
    return deploy


def note(
    db: Database,
    number: int,
    *,
    now: float,
    actor: str,
    action: str,
    facts: Mapping[str, Any] = NONE,
    revision: int | None = None,
    columns: Columns = NO_COLUMNS,
    pings: Sequence[NewPing] = (),
    verified: Version | None = None,
    observed: Version | None = None,
    ran: Release | None = None,
) -> Deploy:
    """Something about a deploy in its phase, settled ones too. ``verified``: the version proved itself later.

    ``observed``: it runs and answers, which is not all that was asked of it.

    Raises Lost when ``revision`` is given and no longer true.
    """
    deploy = change(
        db, number, (None, revision), columns, now=now, actor=actor, action=action, facts=facts, pings=pings
    )
    who = deploy.requester_name
    for how, version in (("verified", verified), ("observed", observed)):
        if version is not None:
            versions.put(db, deploy.target, version, how, now, deploy=number, who=who, ran=ran)
    return deploy
