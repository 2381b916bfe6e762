"""Carries each confirmed deploy from row to row until it is settled. There is no recovery mode: this is it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable

import structlog

from bot.engine.core import Core, log
from bot.engine.running import running
from bot.engine.starting import starting
from bot.engine.unknown import unknown
from bot.engine.verifying import verifying
from bot.engine.waiting import awaiting, confirmed, hold
from bot.errors import LedgerUnwritable, Lost, SlipwayError
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
        deploy = await _read(core, number)
        if deploy is None or deploy.phase is Phase.SETTLED:
            core.wakes.forget(number)
            return
        with structlog.contextvars.bound_contextvars(deploy=number, target=deploy.target.key, phase=deploy.phase.value):
            pause, trouble = await _step(core, deploy, trouble)
        if pause > 0:
            await core.wakes.wait(number, pause)


async def _read(core: Core, number: int) -> Deploy | None:
    return await core.ledger.read(deploys.get, number)


async def _step(core: Core, deploy: Deploy, trouble: int) -> tuple[float, int]:
    try:
        return await PHASES[deploy.phase](core, deploy), 0
    except Lost:
        return 0.0, 0
    except LedgerUnwritable as error:
        log.error("ledger_unwritable", code=error.code)
    except SlipwayError as error:
        log.warning("look_failed", error=str(error))
    except asyncio.CancelledError:
        raise
    except Exception:
        log.exception("follower_error", reference=secrets.token_hex(4))
    return AFTER_TROUBLE[min(trouble, len(AFTER_TROUBLE) - 1)], trouble + 1
