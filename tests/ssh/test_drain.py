"""Open connections may end before a restart takes their process away, for so long and no longer."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from urllib.parse import urlsplit

import pytest

from bot.model import Attempt, Ref, StepState
from bot.ports import Adapter
from playground.host import until
from tests.contract.beds import SshBed, order, proved, running, watch
from tests.ssh.conftest import Boot

pytestmark = pytest.mark.needs("systemd-host")


@asynccontextmanager
async def somebody_connected(bed: SshBed) -> AsyncIterator[None]:
    address = urlsplit(bed.host.app_url)
    _, writer = await asyncio.open_connection(address.hostname, address.port)
    try:
        yield
    finally:
        writer.close()
        await writer.wait_closed()


async def begun(bed: SshBed, adapter: Adapter) -> tuple[Attempt, Ref]:
    """Up to the restart, which has not stopped anything yet."""
    one = await order(adapter, bed.host.repository.release("good"))
    ref = await adapter.start(one)

    async def restarting() -> bool:
        steps = (await adapter.check(one, ref)).steps
        return any(step.code == "restart" and step.state is StepState.RUNNING for step in steps)

    await until(restarting, 30, "the restart does not begin")
    return one, ref


async def test_a_restart_waits_for_the_open_connections_to_end(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter(drain="30s")
    before = await running(adapter)
    async with somebody_connected(bed):
        one, ref = await begun(bed, adapter)
        assert (await running(adapter)).instance == before.instance
    proved(await watch(adapter, one, ref), one)
    await adapter.close()


async def test_a_connection_that_never_ends_holds_a_restart_up_only_for_so_long(boot: Boot) -> None:
    bed = await boot()
    adapter = bed.adapter(drain="2s")
    async with somebody_connected(bed):
        one, ref = await begun(bed, adapter)
        proved(await watch(adapter, one, ref), one)
    await adapter.close()
