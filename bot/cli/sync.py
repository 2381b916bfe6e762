"""``slipway sync``: writes the commands to Discord, where their definition changed. The bot does it at every start."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path

import click

from bot.cli.options import config_file, read, stop
from bot.config import Config
from bot.errors import SlipwayError
from bot.ports import Kinds

Sync = Callable[[Config], Awaitable[bool]]
"""True: written; False: they stood already. Raises SlipwayError when Discord refuses or does not answer."""


def command(kinds: Kinds, sync: Sync) -> click.Command:
    @click.command("sync", short_help="Write the commands to Discord, where they changed.")
    @config_file
    def run(file: Path) -> None:
        """Write the commands to Discord, where their definition changed. The bot does so at every start."""
        config = read(file, kinds)
        try:
            written = asyncio.run(_in_time(sync, config))
        except SlipwayError as error:
            stop([f"The commands were not written: {error}"])
        except TimeoutError:
            stop(["The commands were not written: Discord did not answer in time."])
        click.echo("The commands were written." if written else "Nothing to do: the commands stand already.")

    return run


async def _in_time(sync: Sync, config: Config) -> bool:
    async with asyncio.timeout(60):
        return await sync(config)
