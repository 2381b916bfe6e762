"""Slipway as a process, against the playground's Discord, with targets on real hosts and fifty pretended ones."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path

from playground.discord import LocalDiscord, MemberSpec, RoleSpec, World
from playground.host import Host
from playground.host.net import free_ports
from playground.stage.bot import BotProcess

WORLD = World(
    roles=(RoleSpec("deployer"), RoleSpec("oncall", mentionable=True)),
    people=(MemberSpec("jieun", ("deployer",), "en-US"),),
)
HEAD = """
language = "en"
ledger = "{ledger}"
[discord]
guild = "{guild}"
deploys = "{deploys}"
alerts = "{alerts}"
[roles]
deployer = "{deployer}"
oncall = "{oncall}"
[oncall]
role = "oncall"
[web]
listen = "127.0.0.1:{port}"
"""
REAL = """
[services.{name}]
chain = ["prod"]
branch = "main"
[services.{name}.policy]
deploy = ["deployer"]
auto_rollback = true
lock_after_rollback = false
[services.{name}.health]
url = "{url}/health"
start_within = "20s"
tries = 5
interval = "1s"
[services.{name}.env.prod]
adapter = "ssh"
[services.{name}.env.prod.ssh]
hosts = [{{ host = "127.0.0.1", port = {port}, user = "{user}", host_key = "{host_key}" }}]
key = "{key}"
repository = "{repository}"
path = "{path}"
unit = "{unit}"
layout = "{layout}"
python = "{python}"
requirements = "requirements.txt"
shared = [".env", "chroma_db"]
"""
PRETENDED = """
[services.{name}]
chain = ["prod"]
branch = "main"
[services.{name}.policy]
deploy = ["deployer"]
[services.{name}.health]
url = "http://127.0.0.1:9/health"
[services.{name}.env.prod]
adapter = "dry_run"
[services.{name}.env.prod.dry_run]
world = "{world}"
seconds = {seconds}
"""


@dataclass(frozen=True)
class Took:
    """Seconds. ``plan``: from the typed command until the plan and its button are there, when nothing is ordered yet;
    ``done``: from the order, which is the press on Confirm. A script has no plan, its start is the order."""

    done: float
    plan: float = 0.0


@dataclass
class Team:
    discord: LocalDiscord
    bot: BotProcess
    ready_after: float

    async def order(self, verb: str, service: str, confirm: str, done: str) -> Took:
        """Until the card says ``done``."""
        jieun = self.discord.person("jieun")
        before = {card.id for card in self.discord.messages("deploys")}
        typed = time.monotonic()
        plan = await jieun.command(verb, service=service, env="prod", deadline=60)
        pressed = time.monotonic()
        await jieun.click(plan, confirm)
        await self.discord.until(
            lambda: any(done in card.content for card in self.discord.messages("deploys") if card.id not in before),
            deadline=180,
        )
        return Took(time.monotonic() - pressed, pressed - typed)

    async def begin(self, service: str) -> None:
        jieun = self.discord.person("jieun")
        plan = await jieun.command("deploy", service=service, env="prod", deadline=60)
        await jieun.click(plan, "Deploy to prod")


@asynccontextmanager
async def team(
    folder: Path,
    hosts: Mapping[str, Host],
    pretended: int = 0,
    seconds: float = 5.0,
    *,
    more: str = "",
    secrets: Mapping[str, str] | None = None,
) -> AsyncIterator[Team]:
    """``more``: lines of the configuration, still in ``[web]``. ``secrets``: for the bot's environment."""
    folder.mkdir(parents=True, exist_ok=True)
    async with LocalDiscord(WORLD) as discord:
        ids = {name.lstrip("#@"): value for name, value in WORLD.ids().items()}
        (port,) = free_ports(1)
        parts = [HEAD.format(**ids, ledger=folder / "slipway.db", port=port) + more]
        parts += [_real(name, host) for name, host in hosts.items()]
        parts += [
            PRETENDED.format(name=f"dry-{n}", world=folder / f"dry-{n}.jsonl", seconds=seconds)
            for n in range(pretended)
        ]
        config = folder / "config.toml"
        config.write_text("\n".join(parts), encoding="utf-8")
        keys = {_key(name): host.ssh.private_key for name, host in hosts.items()}
        bot = BotProcess([sys.executable, "-m", "bot"], lambda: None)
        where = {"SLIPWAY_DISCORD_API": discord.api, "SLIPWAY_DISCORD_GATEWAY": discord.gateway}
        bot.configure(config, {"DISCORD_TOKEN": discord.token, **where, **keys, **(secrets or {})})
        began = time.monotonic()
        await bot.start()
        try:
            await discord.bot_ready()
            yield Team(discord, bot, time.monotonic() - began)
        except BaseException:
            print("\n".join(list(bot.lines)[-20:]), file=sys.stderr)
            raise
        finally:
            await asyncio.shield(bot.stop())


def _key(name: str) -> str:
    return f"SSH_KEY_{name.upper().replace('-', '_')}"


def _real(name: str, host: Host) -> str:
    return REAL.format(
        name=name,
        url=host.app_url,
        port=host.ssh.port,
        user=host.ssh.user,
        host_key=host.ssh.host_key,
        key=_key(name),
        repository=json.dumps(str(host.repository.path))[1:-1],
        path=host.app_folder,
        unit=host.setup.service,
        layout=host.setup.layout,
        python=host.python,
    )
