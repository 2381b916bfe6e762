"""A real ledger, a clock set by hand, a weekly rotation of three, and the orders of /oncall on top."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.duty import Duties, Rota
from bot.ledger import Ledger, audit
from bot.ledger.rows import AuditRow
from bot.model import Person
from bot.oncall import OnCall, Rotation
from tests.engine.life import PROD, STAGING, spec
from tests.engine.world import Clock

HOUR, DAY, WEEK = 3600.0, 86400.0, 7 * 86400.0
ZONE = "Asia/Seoul"
START = datetime(2026, 11, 23, 9, tzinfo=ZoneInfo(ZONE))
ROLE, ADMIN_ROLE = "30", "40"
MINSU, SORA, JIEUN = (
    Person(str(number), name, frozenset()) for number, name in ((11, "minsu"), (12, "sora"), (13, "j"))
)
HELPER = Person("21", "helper", frozenset({ROLE}))
ADMIN = Person("22", "admin", frozenset({ADMIN_ROLE}))
STRANGER = Person("23", "stranger", frozenset())
PLAN = OnCall(ROLE, Rotation(START, WEEK, (MINSU.id, SORA.id, JIEUN.id)))


@dataclass
class Desk:
    ledger: Ledger
    clock: Clock
    rota: Rota
    duties: Duties

    def on_call(self) -> tuple[str, ...]:
        return self.rota.now(self.clock.now())

    async def planned(self, plan: OnCall) -> None:
        """A changed file: with a restart."""
        self.rota = Rota(self.ledger, plan, self.clock.now)
        await self.rota.refresh()
        self.duties = replace(self.duties, rota=self.rota)

    async def audited(self, *actions: str) -> list[AuditRow]:
        return [row for row in await self.ledger.read(audit.events, limit=50) if row.action in actions]


@pytest.fixture
async def desk(tmp_path: Path) -> AsyncIterator[Desk]:
    clock = Clock(wall=START.timestamp() + HOUR)
    ledger = await Ledger.open(tmp_path / "ledger.db", clock=clock.now)
    rota = Rota(ledger, PLAN, clock.now)
    specs = {target: spec(target, policy={"admin": (ADMIN_ROLE,)}) for target in (STAGING, PROD)}
    yield Desk(ledger, clock, rota, Duties(ledger, rota, specs, ZONE, clock.now))
    await ledger.close()
