"""`make demo` and `make demo TOUR=1`: one process that holds the stage and, without the tour, the page."""

import asyncio
import signal
import sys
from contextlib import suppress

from playground import tour as guided
from playground.stage import Stage
from playground.stage.events import said


def main(bot: list[str], *, tour: bool) -> int:
    """`bot` is how the bot is called, without `run`. The exit code: 1 when a step of the tour or the set-up failed."""
    return asyncio.run(_until_told(bot, tour=tour))


async def _until_told(bot: list[str], *, tour: bool) -> int:
    """SIGINT, SIGTERM and SIGHUP cancel whatever goes on; everything that was started is taken down before the end."""
    work = asyncio.ensure_future(_tour(bot))
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, work.cancel)
    with suppress(asyncio.CancelledError):
        return await work
    say("stopped; nothing is left running")
    return 130 if tour else 0


async def _tour(bot: list[str]) -> int:
    async with Stage(bot) as stage:
        try:
            await stage.set_up()
        except Exception as error:
            say(f"FAIL set-up: {error}")
            return 1
        for event in stage.events:
            say(f"     {said(event)}")
        _, failed = await guided.run(stage, say)
    return 1 if failed else 0


def say(line: str) -> None:
    """At once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
