"""``slipway doctor``: goes out and proves the token, permissions, hosts and health checks; each failure with a remedy.

It only reads: no message is sent, nothing on a host is started or changed.
"""

from __future__ import annotations

import asyncio
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from pathlib import Path

import click

from bot.cli.doctor import gates, here, identity, oncall, queries, queues, server, targets, webhooks
from bot.cli.doctor.report import Line, State
from bot.cli.doctor.rest import Api
from bot.cli.options import PROBLEMS, config_file, read
from bot.config import Config
from bot.model import Target
from bot.ports import Account, Adapter, Kinds, Mailbox


@dataclass(frozen=True)
class Reached:
    """The file's identity on GitHub, where it has one, an adapter for every target, and its queues of hints."""

    account: Account | None
    adapters: Mapping[Target, Adapter]
    mailboxes: Sequence[Mailbox] = ()


Build = Callable[[Config], AbstractAsyncContextManager[Reached]]
"""Nothing is connected yet."""

Synced = Callable[[Config], Awaitable[bool]]
"""Whether the commands that Discord has are ours of today. Raises SlipwayError when Discord refuses."""


def command(kinds: Kinds, build: Build, synced: Synced) -> click.Command:
    @click.command("doctor", short_help="Prove every credential, permission, host and health check.")
    @config_file
    def doctor(file: Path) -> None:
        """Go out and prove the token, permissions, roles, hosts, host keys, health checks and metrics.

        One line a check, each failure with its remedy; exit code 1 when there is any. Only reads.
        """
        config = read(file, kinds)
        worst = asyncio.run(_examined(config, build, synced))
        click.echo(VERDICTS[worst])
        sys.exit(PROBLEMS if worst is State.FAIL else 0)

    return doctor


VERDICTS = {
    State.OK: "Everything is in order.",
    State.WARN: "It will work; look at the warnings.",
    State.FAIL: "Not ready: something above failed.",
}


async def _examined(config: Config, build: Build, synced: Synced) -> State:
    worst = State.OK
    async for line in _lines(config, build, synced):
        click.echo(str(line))
        worst = max(worst, line.state)
    return worst


async def _lines(config: Config, build: Build, synced: Synced) -> AsyncIterator[Line]:
    for line in here.examine(config):
        yield line
    async for line in webhooks.examine(config):
        yield line
    async with Api(config.discord) as api:
        async for line in server.examine(api, config, synced):
            yield line
    async for line in oncall.examine(config):
        yield line
    async with build(config) as reached:
        async for line in identity.examine(reached.account, config):
            yield line
        async for line in targets.examine(config, reached.adapters):
            yield line
        async for line in queues.examine(reached.mailboxes):
            yield line
    async for line in queries.examine(config):
        yield line
    async for line in gates.examine(config):
        yield line
