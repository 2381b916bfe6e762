"""The one file that sees all three: chooses the adapters, opens the ledger, connects Discord, waits for SIGTERM."""

from __future__ import annotations

import asyncio
import signal
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

import click
import structlog

import adapters
import commands
from bot import metrics, web
from bot.board import Board
from bot.cli import check, invite, logs, schema, version
from bot.cli.options import UNUSABLE, config_file, read
from bot.client import DiscordAuthority, DiscordScreen, SlipwayClient, point_at, supervise
from bot.config import Config
from bot.engine import Core, Engine
from bot.errors import LedgerUnusable
from bot.ledger import Ledger, deploys, meta, shown
from bot.locks import Locks
from bot.model import Phase, Target
from bot.painter import Brush, Painter
from bot.ports import At, Place, Site, nowhere
from bot.watch import Watch

log = structlog.get_logger("slipway")
ONE_GUILD = 0.5  # seconds that discord.py waits for further guilds before it says READY
REMEMBER = 60.0  # seconds between two refreshes of what autocomplete knows, when nothing changed


@dataclass
class House:
    """Everything that runs in one process, wired."""

    config: Config
    ledger: Ledger
    engine: Engine
    board: Board
    painter: Painter
    client: SlipwayClient
    watch: Watch

    async def writes(self) -> None:
        await self.ledger.do(meta.remember, "beat", str(time.time()))

    async def measure(self) -> None:
        open_now = await self.ledger.read(deploys.unfinished)
        for phase in Phase:
            metrics.UNFINISHED.labels(phase.value).set(sum(deploy.phase is phase for deploy in open_now))
        metrics.UNDRAWN.set(len(await self.ledger.read(shown.wanted)))

    async def remember(self) -> None:
        """Keeps autocomplete's memory fresh: at every change of the ledger, and once a minute."""
        changed = asyncio.Event()
        self.ledger.on_commit.append(lambda verb: changed.set())
        while True:
            changed.clear()
            await self.board.remember()
            try:
                await asyncio.wait_for(changed.wait(), REMEMBER)
            except TimeoutError:
                continue


def sites_of(config: Config, at: At) -> dict[Target, Site]:
    """An adapter for every target; only the kinds that are configured are imported."""
    found = {}
    for target, spec in config.targets.items():
        kind = adapters.load(spec.adapter)
        assert kind is not None, f"config.load accepted the unknown adapter {spec.adapter}"
        place = Place(target, spec.section, spec.health, spec.branch, at)
        found[target] = Site(spec, kind.build(place))
    return found


@asynccontextmanager
async def house(config: Config, at: At) -> AsyncIterator[House]:
    """Open what must be open, in order; close it in the other."""
    async with AsyncExitStack() as stack:
        ledger = await Ledger.open(config.ledger, at=at)
        stack.push_async_callback(ledger.close)
        sites = sites_of(config, at)
        for site in sites.values():
            stack.push_async_callback(site.adapter.close)
        point_at(config.discord.api, config.discord.gateway)
        client = SlipwayClient(config.discord.guild, guild_ready_timeout=ONE_GUILD)
        authority, screen = DiscordAuthority(client), DiscordScreen(client)
        engine = Engine(Core(ledger, sites, authority, config.oncall, config.linked, at=at))
        board = Board(ledger, sites, config.oncall)
        painter = Painter(ledger, _brush(config, sites, ledger, screen, board, engine, at))
        commands.install(client, _app(config, sites, engine, board, screen, ledger), config.discord.group)
        yield House(config, ledger, engine, board, painter, client, Watch(ledger, sites))


def _brush(
    config: Config,
    sites: Mapping[Target, Site],
    ledger: Ledger,
    screen: DiscordScreen,
    board: Board,
    engine: Engine,
    at: At,
) -> Brush:
    places = (config.discord.deploys, config.discord.fallback, config.discord.alerts)
    return Brush(
        ledger=ledger,
        screen=screen,
        state=board.state,
        gone=engine.card_deleted,
        pages=lambda target: sites[target].spec.page,
        oncall=config.oncall,
        channels=[place for place in places if place],
        guild=config.discord.guild,
        language=config.language,
        at=at,
    )


def _app(
    config: Config, sites: Mapping[Target, Site], engine: Engine, board: Board, screen: DiscordScreen, ledger: Ledger
) -> commands.App:
    specs = {target: site.spec for target, site in sites.items()}
    return commands.App(
        engine=engine,
        board=board,
        locks=Locks(ledger, specs, config.oncall),
        screen=screen,
        guild=int(config.discord.guild),
        deploys=config.discord.deploys,
        language=config.language,
        titles={target: spec.title for target, spec in specs.items()},
    )


async def serve(config: Config, at: At = nowhere) -> int:
    """Until SIGTERM or SIGINT. The exit code: 0, or 78 when Discord refuses the token for good."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for name in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(name, stop.set)
    async with house(config, at) as it:
        pulse = web.Pulse()
        runner = await web.serve(
            web.Health(pulse, it.writes, lambda: it.client.present, it.measure), *config.web.listen
        )
        work = [
            asyncio.create_task(pulse.run(), name="pulse"),
            asyncio.create_task(it.engine.run(), name="engine"),
            asyncio.create_task(it.painter.run(), name="painter"),
            asyncio.create_task(it.remember(), name="remember"),
            asyncio.create_task(it.watch.run(), name="watch"),
        ]
        discord = asyncio.create_task(supervise(it.client, config.discord.token.reveal(), stop), name="discord")
        log.info("started", version=version.number(), targets=[target.key for target in config.targets])
        try:
            return await _first_end(discord, work, stop)
        finally:
            stop.set()
            await it.engine.drain()
            for task in [*work, discord]:
                task.cancel()
            await asyncio.gather(*work, discord, return_exceptions=True)
            await runner.cleanup()
            log.info("stopped")


async def _first_end(discord: asyncio.Task[int], work: list[asyncio.Task[None]], stop: asyncio.Event) -> int:
    """A loop that ends is a bug: say so and exit, so that the service manager starts us again from the rows."""
    stopped = asyncio.create_task(stop.wait())
    done, _ = await asyncio.wait({discord, stopped, *work}, return_when=asyncio.FIRST_COMPLETED)
    stopped.cancel()
    for task in work:
        if task in done and (error := task.exception()):
            log.critical("loop_ended", loop=task.get_name(), exc_info=error)
            return 1
    return discord.result() if discord in done and not stop.is_set() else 0


@click.group()
def main() -> None:
    """Deploy from Discord, and never say "deployed" when it is not."""


@main.command("run")
@config_file
def run(file: Path) -> None:
    """Run the bot until SIGTERM."""
    config = read(file, adapters.load, otherwise=UNUSABLE)
    logs.set_up()
    try:
        sys.exit(asyncio.run(serve(config)))
    except LedgerUnusable as error:
        click.echo(f"the ledger cannot be used: {error}. Nothing was started.", err=True)
        sys.exit(UNUSABLE)
    except OSError as error:
        click.echo(f"cannot listen on {config.web.listen[0]}:{config.web.listen[1]}: {error}", err=True)
        sys.exit(1)


@main.command("demo")
@click.option("--tour", is_flag=True, help="Play the guided tour without the page, and say what failed.")
def demo(tour: bool) -> None:
    """Try it here: a local imitation of Discord, real targets, no account."""
    from playground import demo as playground  # the one command that needs it

    sys.exit(playground.main([sys.executable, "-m", "bot"], tour=tour))


main.add_command(check.command(adapters.load))
main.add_command(schema.command(adapters.load))
main.add_command(invite.command())
main.add_command(version.command())


if __name__ == "__main__":
    main()
