"""The bot's identity on GitHub: who it is there, what is left of its budget, what it may do."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

from bot.cli.doctor.report import Line, State, line
from bot.cli.doctor.targets import STATES
from bot.config import Config
from bot.ports import Account

DEADLINE = 60.0
WHERE = "github"


async def examine(account: Account | None, config: Config) -> AsyncIterator[Line]:
    """Nothing where the file has no identity."""
    if account is None:
        return
    repositories = {spec.repository for spec in config.targets.values() if spec.repository}
    recorded = {spec.repository for spec in config.targets.values() if spec.repository and spec.recorded}
    try:
        async with asyncio.timeout(DEADLINE):
            found = await account.diagnose(sorted(repositories), sorted(recorded))
    except TimeoutError:
        yield line(State.FAIL, WHERE, "target.timeout", {"seconds": int(DEADLINE)})
        return
    for code, good, facts in found:
        yield line(STATES[good], WHERE, f"github.{code}", facts)
