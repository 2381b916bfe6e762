"""Queues of hints: whether they answer, and where what nobody understands goes. Deploys do without them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence

from bot.cli.doctor.report import Line, State, line
from bot.ports import Mailbox

DEADLINE = 30.0


async def examine(mailboxes: Sequence[Mailbox]) -> AsyncIterator[Line]:
    for one in mailboxes:
        where = f"aws.queues.{one.name}"
        try:
            async with asyncio.timeout(DEADLINE):
                found = await one.diagnose()
        except TimeoutError:
            yield line(State.WARN, where, "target.timeout", {"seconds": int(DEADLINE)})
            continue
        for code, good, facts in found:
            yield line(State.OK if good else State.WARN, where, code, facts)
