"""Carries each confirmed deploy from row to row until it is settled. There is no recovery mode: this is it."""

from __future__ import annotations

import secrets
from collections.abc import Awaitable, Callable

import structlog

from bot.engine.core import Core, log
from bot.engine.running import running
from bot.engine.starting import starting
from bot.engine.unknown import unknown
from bot.engine.verifying import verifying
from bot.engine.waiting import awaiting, confirmed, hold
from bot.errors import Lost, SlipwayError
from bot.ledger import deploys
from bot.model import Deploy, Phase

PHASES: dict[Phase, Callable[[Core, Deploy], Awaitable[float]]] = {
    Phase.CONFIRMED: confirmed,
    Phase.AWAITING: awaiting,
    Phase.HOLD: hold,
    Phase.STARTING: starting,
    Phase.RUNNING: running,
    Phase.VERIFYING: verifying,
    Phase.UNKNOWN: unknown,
}
"""Each does one thing, saves it, and returns the seconds after which to look again (0: at once)."""

AFTER_TROUBLE = (1.0, 2.0, 5.0, 15.0, 60.0)


async def follow(core: Core, number: int) -> None:
    """Until the verdict. Nothing that goes wrong in one look ends the following."""
    trouble = 0
    while True:
        try:
            pause = await carry(core, number)
            trouble = 0
        except Lost:
            continue
        except SlipwayError as error:
            log.warning("look_failed", deploy=number, error=str(error))
            pause = AFTER_TROUBLE[min(trouble, len(AFTER_TROUBLE) - 1)]
            trouble += 1
        except Exception:
            log.exception("follower_error", deploy=number, reference=secrets.token_hex(4))
            pause = AFTER_TROUBLE[min(trouble, len(AFTER_TROUBLE) - 1)]
            trouble += 1
        if pause is None:
            core.forget(number)
            return
        if pause > 0:
            await core.wakes.wait(number, pause)


async def carry(core: Core, number: int) -> float | None:
    """One phase's one thing. None: settled."""
    deploy = await core.ledger.read(deploys.get, number)
    if deploy is None or deploy.phase is Phase.SETTLED:
        return None
    with structlog.contextvars.bound_contextvars(deploy=number, target=deploy.target.key, phase=deploy.phase.value):
        return await PHASES[deploy.phase](core, deploy)
