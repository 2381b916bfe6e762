"""A deploy moves to its next phase by the bot's own hand: one commit, compare-and-set."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from bot.engine.core import NO_COLUMNS, NONE, Core
from bot.ledger import deploys
from bot.ledger.rows import Columns, NewPing
from bot.model import BEFORE_INTENT, Deploy, Phase


async def move(
    core: Core,
    deploy: Deploy,
    to: Phase,
    action: str,
    *,
    facts: Mapping[str, Any] = NONE,
    hold_until: float | None = None,
    columns: Columns = NO_COLUMNS,
    pings: Sequence[NewPing] = (),
) -> None:
    """Raises Lost when the row says another by now. Before the intent it also forgets what held it up."""
    waits: Columns = {"hold_until": hold_until, "code": None} if to in BEFORE_INTENT else {}
    await core.ledger.do(
        deploys.move,
        deploy.number,
        phase=deploy.phase,
        revision=deploy.revision,
        to=to,
        now=core.now(),
        actor="slipway",
        action=action,
        facts=facts,
        columns={**waits, **columns},
        pings=pings,
    )
