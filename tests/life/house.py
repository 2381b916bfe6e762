"""A stock bot process against the playground's Discord and a pretended platform: the whole line but the host."""

from __future__ import annotations

import asyncio
import json
import socket
import sys
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from bot.ledger import audit, reading
from playground.discord import LocalDiscord, MemberSpec, RoleSpec, Rules, Seen, World
from playground.discord.world import ChannelSpec
from playground.stage.bot import BotProcess

WORLD = World(
    channels=(ChannelSpec("deploys"), ChannelSpec("alerts"), ChannelSpec("fallback")),
    roles=(
        RoleSpec("deployer"),
        RoleSpec("approver"),
        RoleSpec("oncall", mentionable=True),
        RoleSpec("admin"),
    ),
    people=(
        MemberSpec("jieun", ("deployer",), "en-US"),
        MemberSpec("minsu", ("deployer", "approver"), "ko"),
        MemberSpec("haneul", ("approver", "oncall"), "en-US"),
        MemberSpec("admin", ("admin",), "en-US"),
        MemberSpec("visitor", (), "en-US"),
    ),
)
CONFIG = """
language = "{language}"
ledger = "{ledger}"

[discord]
guild = "{guild}"
deploys = "{deploys}"
alerts = "{alerts}"
fallback = "{fallback}"

[roles]
deployer = "{deployer}"
approver = "{approver}"
oncall = "{oncall}"
admin = "{admin}"

[web]
listen = "127.0.0.1:{port}"

[oncall]
role = "oncall"

[services.app]
title = "App"
branch = "main"
chain = ["staging", "prod"]
[services.app.policy]
deploy = ["deployer"]
admin = ["admin"]
[services.app.health]
url = "http://127.0.0.1:9/health"
start_within = "2s"
interval = "1s"
tries = 2

[services.app.env.staging]
adapter = "dry_run"
[services.app.env.staging.policy]
auto_rollback = {auto_rollback}
[services.app.env.staging.dry_run]
world = "{world}/staging.jsonl"
seconds = {seconds}
running = "{running}"
fail_at = "{fail_at}"

[services.app.env.prod]
adapter = "dry_run"
[services.app.env.prod.policy]
hold = "{hold}"
[services.app.env.prod.policy.approve]
expires = "{expires}"
groups = [{{ roles = ["approver"], oncall = true, count = 1 }}]
[services.app.env.prod.dry_run]
world = "{world}/prod.jsonl"
seconds = {seconds}
"""
BOT = [sys.executable, "-W", "ignore", "-m", "bot"]


@dataclass(frozen=True)
class Options:
    language: str = "en"
    seconds: str = "0"
    running: str = "0" * 40
    fail_at: str = "install"
    hold: str = "0s"
    expires: str = "30m"
    auto_rollback: str = "false"


@dataclass
class House:
    folder: Path
    discord: LocalDiscord
    bot: BotProcess
    options: Options = field(default_factory=Options)
    environment: Mapping[str, str] = field(default_factory=dict)

    def configure(self, **changed: str) -> None:
        """Write the file anew; the bot reads it at its next start."""
        self.options = Options(**{**vars(self.options), **changed})
        ids = {name.lstrip("#@"): value for name, value in WORLD.ids().items()}
        ids |= {f"{name}": WORLD.ids()[f"@{name}"] for name in ("deployer", "approver", "oncall", "admin")}
        path = self.folder / "config.toml"
        text = CONFIG.format(
            **ids, **vars(self.options), ledger=self.folder / "slipway.db", world=self.folder / "world", port=_free()
        )
        path.write_text(text, encoding="utf-8")
        environment = {
            "DISCORD_TOKEN": self.discord.token,
            "SLIPWAY_DISCORD_API": self.discord.api,
            "SLIPWAY_DISCORD_GATEWAY": self.discord.gateway,
            **self.environment,
        }
        self.bot.configure(path, environment)

    async def start(self) -> None:
        await self.bot.start()
        await self.discord.bot_ready()

    def __getattr__(self, name: str) -> Any:
        """People by their keys: ``house.jieun``."""
        return self.discord.person(name)

    def fault(self, env: str, kind: str | None) -> None:
        """From now on the pretended platform misbehaves like this; None: it behaves again."""
        path = self.folder / "world" / f"{env}.jsonl"
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as world:
            world.write(json.dumps({"event": "fail", "kind": kind, "at_step": self.options.fail_at}) + "\n")

    def effects(self, env: str, *events: str) -> list[dict[str, Any]]:
        """The world's own log: the oracle."""
        path = self.folder / "world" / f"{env}.jsonl"
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [line for line in lines if line["event"] in (events or ("begin", "stop", "abandon"))]

    def cards(self) -> list[Seen]:
        return list(self.discord.messages("deploys"))

    async def card(self, text: str, *, deadline: float = 15.0) -> Seen:
        """The first message in the deploys channel whose content has ``text``."""
        found = await self.discord.until(
            lambda: next((one for one in self.cards() if text in one.content), None), deadline=deadline
        )
        assert isinstance(found, Seen)
        return found

    def audited(self) -> list[str]:
        """Actions, oldest first; and the chain must verify."""
        with reading(self.folder / "slipway.db") as db:
            assert audit.verify(db) == []
            return [row.action for row in reversed(audit.events(db, limit=1000))]

    async def deploy(self, who: str, env: str, version: str | None = None, *, service: str = "app") -> Seen:
        """The private plan, confirmed."""
        options = {"version": version} if version else {}
        plan = await self.discord.person(who).command("deploy", service=service, env=env, **options)
        confirm = {"en-US": f"Deploy to {env}", "ko": f"{env} 배포 진행"}
        answer = await self.discord.person(who).click(plan, confirm[self.discord.person(who).locale])
        return answer.message or plan


def _free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def built(folder: Path, rules: Rules | None = None, **options: str) -> AsyncIterator[House]:
    async with LocalDiscord(WORLD, rules=rules or Rules()) as discord:
        house = House(folder, discord, BotProcess(BOT, lambda: None), Options(**options))
        house.configure()
        try:
            await house.start()
            yield house
        except BaseException:
            print("\n".join(house.bot.lines))
            raise
        finally:
            await asyncio.shield(house.bot.stop())
