"""Real hosts for the stories: one of each layout, deployed to by the same bot over real SSH."""

from __future__ import annotations

import json
import time
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

from bot.ledger import locks, reading, versions
from bot.model import Target
from playground.discord import Seen
from playground.host import Host, Setup
from playground.host.releases import Kind
from tests.life.config_file import Options
from tests.life.house import House, inhabited

SERVICE = """
[services.{name}]
title = "AI"
branch = "main"
chain = ["staging"]
[services.{name}.policy]
deploy = ["deployer"]
[services.{name}.watch]
every = "1h"
[services.{name}.health]
url = {health}
start_within = "8s"
interval = "0s"
timeout = "2s"
tries = 2
[services.{name}.env.staging]
adapter = "ssh"
page = true
timeout = "1m"
[services.{name}.env.staging.policy]
auto_rollback = {auto}
[services.{name}.env.staging.ssh]
key = "KEY_{upper}"
repository = {repository}
path = {path}
unit = {unit}
layout = {quoted}
shared = [".env", "chroma_db"]
requirements = "requirements.txt"
hosts = [{{ host = {address}, port = {port}, user = {user}, host_key = {host_key} }}]
"""
LAYOUTS = ("releases", "in_place")
SERVICES = {"releases": "new", "in_place": "old"}


@dataclass
class Place:
    """One host with its service: ``house`` speaks about that service only."""

    house: House
    host: Host
    after: AsyncExitStack = field(default_factory=AsyncExitStack)  # what puts the host right again

    async def mend(self) -> None:
        await self.after.aclose()

    async def release(self, kind: Kind = "good", **rest: object) -> str:
        """A commit on main."""
        return self.host.repository.release(kind, **rest)  # type: ignore[arg-type]

    async def well(self) -> str:
        """What a story may begin with: what runs was put there by Slipway and is healthy. Its SHA."""
        runs = await self._runs()
        if (await self.host.health())[0] == 200 and runs and runs == self._recorded():
            return runs
        return await self.ship()

    async def _runs(self) -> str:
        try:
            return await self.host.version()
        except ValueError:  # something answers, but not the application
            return ""

    def _recorded(self) -> str:
        with reading(self.house.folder / "slipway.db") as db:
            known = versions.current(db, Target(self.house.service, "staging"))
            held = locks.locks_on(db, Target(self.house.service, "staging"), time.time())
        return known.version.id if known and not held else ""

    async def ship(self) -> str:
        """A good release, deployed green, past whatever an earlier story left behind."""
        sha = await self.release()
        plan = await self.house.plan("jieun", "deploy", "staging")
        await self.house.jieun.click(plan, custom_id=plan.buttons[0].custom_id)  # perhaps Unlock and deploy
        await self.house.card(f"Deployed · {self.house.service} · staging · {sha[:7]}", deadline=30)
        assert await self.host.version() == sha
        return sha

    async def fails(self, kind: Kind, title: str, **rest: object) -> Seen:
        """A bad release, deployed; its red card."""
        await self.release(kind, **rest)
        number = len(self.cards(title))
        await self.house.deploy("jieun", "staging")
        await self.house.discord.until(lambda: len(self.cards(title)) > number, 40)
        return self.cards(title)[-1]

    def cards(self, title: str) -> list[Seen]:
        mine = [one for one in self.house.cards() if one.text.endswith("·card")]
        return [one for one in mine if title in str(one.embeds[0].title)]

    async def back(self, card: Seen, who: str = "haneul") -> Seen:
        """Pressed *Roll back*, confirmed; the card of the rollback."""
        done = len([one for one in self.house.cards() if "Rolled back" in one.content])
        plan = (await self.house.discord.person(who).click(card, "Roll back to")).message
        assert plan is not None, card
        await self.house.confirm(who, plan, "rollback", "staging")
        return await self.house.times("Rolled back", done + 1, deadline=40)

    async def starts(self, sha: str) -> int:
        """How often the application was really started with this version."""
        told = await self.host.effects()
        return sum(one.by == "app" and one.what == "start" and one.facts.get("version") == sha for one in told)


@asynccontextmanager
async def hosted(folder: Path) -> AsyncIterator[dict[str, Place]]:
    """``releases`` and ``in_place``; ``auto``: the first host again, by a service that rolls back by itself."""
    hosts: dict[str, Host] = {}
    try:
        for layout in LAYOUTS:
            setup = Setup(kind="systemd", layout=layout, job_runner="detached", boot_seconds=0.2)
            hosts[layout] = await Host.boot(folder / layout, setup)
            await hosts[layout].install()
        keys = {f"KEY_{layout.upper()}": host.ssh.private_key for layout, host in hosts.items()}
        async with inhabited(folder, {"app": Options()}, more=_services(hosts), **keys) as house:
            places = {layout: Place(house.of(SERVICES[layout]), host) for layout, host in hosts.items()}
            yield {**places, "auto": Place(house.of("auto"), hosts["releases"])}
    finally:
        for host in hosts.values():
            await host.kill()


def _services(hosts: dict[str, Host]) -> str:
    tables = [_service(SERVICES[layout], layout, host, "false") for layout, host in hosts.items()]
    return "".join([*tables, _service("auto", "releases", hosts["releases"], "true")])


def _service(name: str, layout: str, host: Host, auto: str) -> str:
    quoted = {
        "health": f"{host.app_url}/health",
        "repository": str(host.repository.path),
        "path": host.app_folder,
        "unit": host.setup.unit,
        "quoted": layout,
        "address": host.ssh.address,
        "user": host.ssh.user,
        "host_key": host.ssh.host_key,
    }
    values = {key: json.dumps(value) for key, value in quoted.items()}
    return SERVICE.format(name=name, upper=layout.upper(), auto=auto, port=host.ssh.port, **values)
