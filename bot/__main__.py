"""The one file that sees all three: chooses the adapters, opens the ledger, connects Discord, waits for SIGTERM."""

from __future__ import annotations

import asyncio
import logging
import sys
import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from pathlib import Path

import click

import adapters
import commands
from bot import health, redact
from bot.announce import Announce
from bot.board import Board
from bot.board.panel import Panel
from bot.cli import audit, backup, check, doctor, iam, init, invite, logs, schema, sync, version
from bot.cli.options import UNUSABLE, config_file, read
from bot.client import DiscordAuthority, DiscordScreen, SlipwayClient, bounded, in_sync, point_at
from bot.client import sync as sync_commands
from bot.config import Config
from bot.duty import Calendar, Duties, Handover, Rota
from bot.engine import Core, Deadlines, Engine
from bot.errors import LedgerUnusable, ScreenError
from bot.ledger import Ledger
from bot.locks import Locks
from bot.model import Target
from bot.nags import Nags
from bot.painter import Brush, Painter, Posts
from bot.plan.built import BuiltFrom
from bot.ports import Account, At, Built, Place, Platform, Site, nowhere
from bot.process import House, live
from bot.queue import Queue
from bot.records import Records
from bot.watch import Watch
from bot.webhooks import Fetch

ONE_GUILD = 0.5  # seconds that discord.py waits for further guilds before it says READY
ONLINE = 50.0  # seconds for what `sync` and `doctor` ask of Discord by its library
PRODUCTION = Deadlines()


def sites_of(config: Config, at: At, account: Account | None, aws: Platform | None) -> dict[Target, Site]:
    """An adapter for every target; only the kinds that are configured are imported."""
    found = {}
    for target, spec in config.targets.items():
        kind = adapters.load(spec.adapter)
        assert kind is not None, f"config.load accepted the unknown adapter {spec.adapter}"
        key = spec.model.key if spec.model else None
        known = (target, spec.section, spec.health, spec.branch, at, aws if kind.aws else account, spec.repository)
        place = Place(*known, model_key=key, ask=health.ask)
        adapter = kind.build(place)
        known_there = kind.commits or kind.built
        source = adapters.source(account, spec.repository, spec.paths) if known_there else None
        if source is not None and isinstance(adapter, Built):
            source = BuiltFrom(source, adapter)
        found[target] = Site(spec, adapter, at, source)
    return found


@asynccontextmanager
async def house(
    config: Config, at: At, deadlines: Deadlines = PRODUCTION, fetch: Fetch | None = None
) -> AsyncIterator[House]:
    """Open what must be open, in order; close it in the other."""
    async with AsyncExitStack() as stack:
        config.ledger.parent.mkdir(parents=True, exist_ok=True)
        ledger = await Ledger.open(config.ledger, at=at)
        stack.push_async_callback(ledger.close)
        account = await stack.enter_async_context(adapters.account(config.github, redact.hide, at))
        aws = await stack.enter_async_context(adapters.aws(config.adapters, config.aws_keys, redact.hide, at))
        sites = sites_of(config, at, account, aws)
        for site in sites.values():
            stack.push_async_callback(site.adapter.close)
        point_at(config.discord.api, config.discord.gateway)
        client = SlipwayClient(config.discord.guild, guild_ready_timeout=ONE_GUILD)
        authority, screen = DiscordAuthority(client), DiscordScreen(client)
        rota = Rota(ledger, config.oncall)
        await rota.refresh()
        core = Core(ledger, sites, authority, rota, config.linked, config.git, at=at, deadlines=deadlines)
        engine, board = Engine(core), Board(ledger, sites, rota)
        painter = Painter(ledger, _brush(config, core, board, engine, screen))
        posts = Posts(ledger, screen, config.discord.places, config.language, at=at)
        client.on_here += [painter.hurry, posts.hurry]
        app = replace(_app(config, sites, engine, board, screen, ledger, rota), deleted=posts.deleted)
        commands.install(client, app, config.discord.group)
        handover = Handover(ledger, rota, {target.key for target, site in sites.items() if site.spec.page})
        watch, nags, events = Watch(ledger, sites), Nags(ledger), config.calendar
        calendar = Calendar(ledger, events.address, events.names, config.timezone, at=at) if events else None
        panel = Panel(ledger, board.status, config.discord.board) if config.discord.board else None
        records = Records.of(ledger, config, sites, lambda at: adapters.recorder(account, at), deadlines.recorded_late)
        await records.subscribe()
        parts = (engine, board, painter, client, watch, posts, handover, app.queue, nags, records, app.announce)
        mailboxes = adapters.mailboxes(aws, config.aws.queues)
        yield House(config, ledger, *parts, calendar, panel, account, mailboxes, at, fetch, aws)


def _brush(config: Config, core: Core, board: Board, engine: Engine, screen: DiscordScreen) -> Brush:
    return Brush(
        ledger=core.ledger,
        screen=screen,
        state=board.state,
        gone=engine.card_deleted,
        pages=lambda target: target in core.sites and core.sites[target].spec.page,
        oncall=core.oncall,
        channels=config.discord.places["deploys"],
        guild=config.discord.guild,
        language=config.language,
        at=core.at,
    )


def _app(
    config: Config,
    sites: Mapping[Target, Site],
    engine: Engine,
    board: Board,
    screen: DiscordScreen,
    ledger: Ledger,
    rota: Rota,
) -> commands.App:
    specs = {target: site.spec for target, site in sites.items()}
    return commands.App(
        engine=engine,
        board=board,
        locks=Locks(ledger, specs, rota),
        duties=Duties(ledger, rota, specs, config.timezone),
        queue=Queue(ledger, specs, rota),
        announce=Announce(ledger, sites, config.announced),
        screen=screen,
        guild=int(config.discord.guild),
        deploys=config.discord.deploys,
        language=config.language,
        titles={target: spec.title for target, spec in specs.items()},
        impacts={target: spec.impact for target, spec in specs.items()},
    )


async def serve(config: Config, at: At = nowhere, deadlines: Deadlines = PRODUCTION, fetch: Fetch | None = None) -> int:
    """Until SIGTERM; the exit code."""
    async with house(config, at, deadlines, fetch) as it:
        return await live(it)


@asynccontextmanager
async def logged_in(config: Config) -> AsyncIterator[SlipwayClient]:
    """Our commands and a session with Discord, beside a bot that may be running: with an empty ledger of its own.

    Raises ScreenError when Discord refuses or does not answer.
    """
    logs.set_up(logging.WARNING)
    with tempfile.TemporaryDirectory() as folder:
        async with house(replace(config, ledger=Path(folder) / "empty.db"), nowhere) as it:
            it.client.syncs = False
            try:
                async with bounded(ONLINE):
                    await it.client.login(config.discord.token.reveal())
                    yield it.client
            finally:
                await it.client.close()


async def write_commands(config: Config) -> bool:
    async with logged_in(config) as client:
        if await sync_commands(client):
            return True
        if not await in_sync(client):  # a missing scope is logged and left, so that the bot can go on without it
            raise ScreenError("forbidden")
        return False


async def commands_stand(config: Config) -> bool:
    async with logged_in(config) as client:
        return await in_sync(client)


@asynccontextmanager
async def reached(config: Config) -> AsyncIterator[doctor.Reached]:
    async with (
        adapters.account(config.github, redact.hide, nowhere) as account,
        adapters.aws(config.adapters, config.aws_keys, redact.hide, nowhere) as aws,
    ):
        built = {target: site.adapter for target, site in sites_of(config, nowhere, account, aws).items()}
        yield doctor.Reached(account, built, adapters.mailboxes(aws, config.aws.queues))


@click.group()
def main() -> None:
    """Deploy from Discord, and never say "deployed" when it is not."""


@main.command("run")
@config_file
def run(file: Path) -> None:
    """Run the bot until SIGTERM."""
    sys.exit(carry(file))


def carry(file: Path, at: At = nowhere, deadlines: Deadlines = PRODUCTION, fetch: Fetch | None = None) -> int:
    """One whole life of the process, from its file to its exit code. SystemExit for a file that cannot be used."""
    config = read(file, adapters.load, otherwise=UNUSABLE)
    logs.set_up()
    try:
        return asyncio.run(serve(config, at, deadlines, fetch))
    except LedgerUnusable as error:
        click.echo(f"the ledger cannot be used: {error}. Nothing was started.", err=True)
        return UNUSABLE
    except OSError as error:
        click.echo(f"cannot listen: {error}", err=True)
        return 1


@main.command("demo")
@click.option("--tour", is_flag=True, help="Play the guided tour without the page, and say what failed.")
def demo(tour: bool) -> None:
    """Try it here: a local imitation of Discord, real targets, no account."""
    from playground import demo as playground  # the one command that needs it

    sys.exit(playground.main([sys.executable, "-m", "bot"], tour=tour))


for command in (
    init.command(adapters.load, init.Discover(adapters.host_key, adapters.applications)),
    check.command(adapters.load),
    doctor.command(adapters.load, reached, commands_stand),
    sync.command(adapters.load, write_commands),
    schema.command(adapters.load),
    iam.command(adapters.load, adapters.policies),
    invite.command(),
    audit.command(),
    backup.backup(),
    backup.restore(),
    version.command(),
):
    main.add_command(command)


if __name__ == "__main__":
    main()
