"""Carries each confirmed deploy from row to row until it is settled. There is no recovery mode: this is it."""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Awaitable, Callable
from dataclasses import dataclass

import structlog

from bot.engine.core import Core, log
from bot.engine.running import running
from bot.engine.starting import open_attempt, starting
from bot.engine.unknown import unknown
from bot.engine.verdict import Ending, settle, to_unknown
from bot.engine.verdict import pause as slower
from bot.engine.verifying import verifying
from bot.engine.waiting import awaiting, confirmed, hold
from bot.engine.watch_after import watching
from bot.errors import AdapterError, LedgerUnwritable, Lost, Refusal, SlipwayError
from bot.ledger import deploys
from bot.model import Deploy, Failure, Phase, Verdict

PHASES: dict[Phase, Callable[[Core, Deploy], Awaitable[float]]] = {
    Phase.CONFIRMED: confirmed,
    Phase.AWAITING: awaiting,
    Phase.HOLD: hold,
    Phase.STARTING: starting,
    Phase.RUNNING: running,
    Phase.VERIFYING: verifying,
    Phase.WATCHING: watching,
    Phase.UNKNOWN: unknown,
}
"""Each does one thing, saves it, and returns the seconds after which to look again (0: at once)."""

AFTER_TROUBLE = (1.0, 2.0, 5.0, 15.0, 60.0)
LOST_IN_A_ROW = 5


async def follow(core: Core, number: int) -> None:
    """Until the verdict, or until the process is told to end. Nothing that goes wrong in one look ends it."""
    follower = Follower(core, number)
    core.wakes.listen(number)
    while not core.draining:
        pause = await follower.step()
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


@dataclass
class Follower:
    """``troubles``: looks in a row that came to nothing, the first of them at ``since`` (monotonic)."""

    core: Core
    number: int
    troubles: int = 0
    since: float = 0.0
    lost: int = 0

    async def step(self) -> float | None:
        """One look, whatever happens in it; the seconds until the next. None: settled."""
        try:
            pause = await carry(self.core, self.number)
        except Lost:
            self.lost += 1
            return 0.0 if self.lost < LOST_IN_A_ROW else AFTER_TROUBLE[0]
        except SlipwayError as error:
            log.warning("look_failed", deploy=self.number, error=str(error))
            return await self._after(error)
        except asyncio.CancelledError as error:
            if _ours_to_obey():
                raise
            log.error("look_cancelled", deploy=self.number, reference=secrets.token_hex(4))
            return await self._after(error)
        except Exception as error:
            log.exception("follower_error", deploy=self.number, reference=secrets.token_hex(4))
            return await self._after(error)
        self.troubles = self.lost = 0
        return pause

    async def _after(self, error: BaseException) -> float:
        now = self.core.monotonic()
        self.since = self.since if self.troubles else now
        pause = AFTER_TROUBLE[min(self.troubles, len(AFTER_TROUBLE) - 1)]
        self.troubles += 1
        final = isinstance(error, Refusal) or (isinstance(error, AdapterError) and not error.retry)
        lasting = now - self.since >= self.core.deadlines.unknown_after and not isinstance(error, LedgerUnwritable)
        try:
            return await self._give_up(error, pause, final=final, lasting=lasting)
        except SlipwayError as other:
            log.warning("not_recorded", deploy=self.number, error=str(other))
            return pause

    async def _give_up(self, error: BaseException, pause: float, *, final: bool, lasting: bool) -> float:
        """Before the intent what will not change by waiting cancels; after it nobody can tell, and the target is held.

        Before the intent what may change is waited for until the expiry.
        """
        deploy = await self.core.ledger.read(deploys.get, self.number)
        if deploy is not None and deploy.phase is Phase.UNKNOWN:
            return max(pause, slower(self.core, deploy))
        if deploy is None or not (final or lasting) or deploy.phase is Phase.SETTLED:
            return pause
        code = error.code if isinstance(error, SlipwayError) else "trouble"
        if await open_attempt(self.core, deploy):
            facts = dict(error.facts) if isinstance(error, SlipwayError) else {}
            return await to_unknown(self.core, deploy, code, facts)
        if final:
            said = Failure(code, "", dict(error.facts)) if isinstance(error, AdapterError) else None
            changed = Ending(Verdict.CANCELLED, "plan_changed", facts={"what": [code]}, failure=said)
            await settle(self.core, deploy, changed)
            return 0.0
        return pause


def _ours_to_obey() -> bool:
    """A cancellation of this very task, or one that leaked out of a library's own?"""
    task = asyncio.current_task()
    return task is None or task.cancelling() > 0
