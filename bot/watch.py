"""The bot's own look at every target between deploys: is it well, and is it still what was recorded?

What it finds goes to /metrics and, once each, into the audit log: a drift, health that is lost and health that is back.
Gates read it there. Cards of alerts come with alerts.
"""

from __future__ import annotations

import asyncio
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

import structlog

from bot import metrics
from bot.ledger import Ledger, audit, deploys, versions
from bot.model import Health, Known, Nothing, Observation, Running, Target
from bot.plan.facts import healthy, look
from bot.ports import Site

HEALTH = ("unhealthy", "well_again")
log = structlog.get_logger("watch")


@dataclass
class Watch:
    ledger: Ledger
    sites: Mapping[Target, Site]
    now: Callable[[], float] = time.time
    _failures: dict[Target, int] = field(default_factory=dict)
    _told: dict[Target, str] = field(default_factory=dict)
    _sick: dict[Target, bool] = field(default_factory=dict)

    async def run(self) -> None:
        """Until cancelled: every target at its own pace."""
        async with asyncio.TaskGroup() as group:
            for site in self.sites.values():
                group.create_task(self._keep_looking(site), name=f"watch {site.spec.target.key}")

    async def _keep_looking(self, site: Site) -> None:
        while True:
            await asyncio.sleep(site.spec.watch.every)
            try:
                await self.look(site)
            except Exception:
                log.exception("watch_failed", target=site.spec.target.key, reference=secrets.token_hex(4))

    async def look(self, site: Site) -> None:
        """One look, while no deploy holds the target: a deploy looks for itself."""
        target = site.spec.target
        if await self.ledger.read(deploys.open_on, target) is not None:
            return
        observed, health = await asyncio.gather(look(site), healthy(site))
        failures = self._failures[target] = 0 if health.ok else self._failures.get(target, 0) + 1
        sick = failures >= site.spec.watch.failures
        metrics.HEALTHY.labels(target.service, target.env).set(not sick)
        if site.spec.health is not None:
            await self._health(target, health, sick=sick)
        await self._drift(target, observed)

    async def _health(self, target: Target, health: Health, *, sick: bool) -> None:
        """Fewer failures than it takes change nothing; after a restart the ledger knows what was written last."""
        if target not in self._sick:
            last = await self.ledger.read(audit.events, target=target, actions=HEALTH, limit=1)
            self._sick[target] = bool(last) and last[0].action == "unhealthy"
        if sick == self._sick[target] or not (sick or health.ok):
            return
        await self._write(target, "unhealthy" if sick else "well_again", status=health.status, error=health.error)
        self._sick[target] = sick

    async def _drift(self, target: Target, observed: Observation) -> None:
        recorded = await self.ledger.read(versions.current, target)
        found = drifted(recorded, observed)
        metrics.DRIFT.labels(target.service, target.env).set(found is not None)
        if found is None or recorded is None:
            self._told.pop(target, None)
        elif self._told.get(target) != found:
            await self._write(target, "drift", recorded=recorded.version.label, running=found)
            self._told[target] = found

    async def _write(self, target: Target, action: str, **facts: object) -> None:
        await self.ledger.do(
            audit.append,
            actor="slipway",
            action=action,
            now=self.now(),
            service=target.service,
            env=target.env,
            facts=facts,
        )


def drifted(recorded: Known | None, observed: Observation) -> str | None:
    """What runs instead of what was recorded; None: as recorded, nothing recorded yet, or nobody can tell."""
    if recorded is None:
        return None
    if isinstance(observed, Running):
        return None if observed.version.id == recorded.version.id else observed.version.label
    return "nothing" if isinstance(observed, Nothing) else None
