"""`make demo` and `make demo TOUR=1`: one process that holds the stage and, without the tour, the page."""

import asyncio
import signal
import sys
from collections.abc import Coroutine

from playground import tour as guided
from playground.page import Page
from playground.stage import Stage, past
from playground.stage.sentences import said
from playground.stage.trouble import Trouble

STOPPED = 130
"""Exit code of a tour that was interrupted: 128 + SIGINT."""


def main(bot: list[str], *, tour: bool) -> int:
    """`bot` is how the bot is called, without `run`. The exit code: 1 when a step of the tour or the set-up failed."""
    return asyncio.run(_until_told(_tour(bot) if tour else _show(bot), STOPPED if tour else 0))


async def _until_told(what: Coroutine[None, None, int], stopped: int) -> int:
    """The first SIGINT, SIGTERM or SIGHUP ends it; all that was started is taken down before this returns."""
    work = asyncio.ensure_future(what)

    def stop() -> None:
        if not work.cancelling():
            say("stopping …")
            work.cancel()

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        asyncio.get_running_loop().add_signal_handler(number, stop)
    try:
        return await work
    except asyncio.CancelledError:
        say("stopped; nothing is left running")
        return stopped


async def _tour(bot: list[str]) -> int:
    async with Stage(bot) as stage:
        try:
            await stage.set_up()
        except Exception as error:
            say(f"FAIL set-up: {error}")
            return 1
        for event in stage.events:
            say(f"     {said(event.what, event.about, event.seconds, event.failed)}")
        _, failed = await guided.run(stage, say)
    return 1 if failed else 0


async def _show(bot: list[str]) -> int:
    """The address first, then the set-up, which the page shows; then for as long as somebody wants."""
    async with Stage(bot) as stage:
        trouble = Trouble(stage)
        async with Page(stage, trouble) as page:
            say(f"\n  Slipway playground: {page.address}\n  Ctrl-C ends it.\n")
            try:
                await stage.set_up()
                await past.live_through(stage)
            except Exception as error:
                say(f"the set-up failed: {error}")
                return 1
            stage.open()
            say(f"  ready: {stage.kind_of_host()}; {stage.kind_of_tasks()}")
            try:
                await asyncio.Event().wait()
            finally:
                await trouble.close()
    return 0


def say(line: str) -> None:
    """At once, also into a pipe."""
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()
