"""A stock bot process against the playground's Discord and a pretended platform: the whole line but the host.

One process serves many stories: each has a service of its own in the configuration, and sees that alone.
"""

from __future__ import annotations

import asyncio
import json
import socket
import sys
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from bot.ledger import audit, reading
from bot.ledger.rows import AuditRow
from playground.discord import LocalDiscord, MemberSpec, Permission, Person, RoleSpec, Rules, Seen, World
from playground.discord.rights import INVITE
from playground.discord.world import ChannelSpec
from playground.stage.bot import BotProcess
from tests.life import config_file
from tests.life.config_file import Options

WORLD = World(
    channels=(ChannelSpec("deploys"), ChannelSpec("alerts"), ChannelSpec("fallback"), ChannelSpec("security")),
    roles=(
        RoleSpec("deployer"),
        RoleSpec("approver"),
        RoleSpec("oncall", mentionable=True),
        RoleSpec("admin"),
        RoleSpec("lead", mentionable=True),
    ),
    people=(
        MemberSpec("jieun", ("deployer",), "en-US"),
        MemberSpec("minsu", ("deployer", "approver"), "ko"),
        MemberSpec("haneul", ("approver", "oncall"), "en-US"),
        MemberSpec("sora", ("approver",), "en-US"),
        MemberSpec("admin", ("admin",), "en-US"),
        MemberSpec("dami", ("lead",), "en-US"),
        MemberSpec("visitor", (), "en-US"),
        MemberSpec("second", ("approver",), "en-US"),  # jieun's other account
    ),
    bot_permissions=int(INVITE | Permission.VIEW_AUDIT_LOG),
)
HOOKS_SECRET = "what signs the webhooks of the stories"
BOT = [sys.executable, "-W", "ignore", "-m", "tests.life.quick"]
CONFIRM = {
    "deploy": {"en-US": "Deploy to {env}", "ko": "{env} 배포 진행"},
    "rollback": {"en-US": "Confirm rollback", "ko": "롤백 진행"},
    "restart": {"en-US": "Confirm restart", "ko": "재시작 진행"},
    "promote": {"en-US": "Promote to {env}", "ko": "{env} 승격 진행"},
}


@dataclass
class House:
    """One story's view of the house: its ``service``. ``services``: everybody's, as the file says them."""

    folder: Path
    discord: LocalDiscord
    bot: BotProcess
    service: str
    services: dict[str, Options]
    environment: dict[str, str] = field(default_factory=dict)
    port: int = 0
    hooks: int = 0  # the port for webhooks
    more: str = ""  # further services, as the file says them
    names: Mapping[str, str] = field(default_factory=dict)  # a story's node id → its service
    began: float = field(default_factory=time.time)

    @property
    def options(self) -> Options:
        return self.services[self.service]

    def of(self, service: str) -> House:
        """The same house, seen by another story."""
        return replace(self, service=service, began=time.time())

    def configure(self, **changed: str) -> None:
        """Write the file anew, this story's service changed; the bot reads it at its next start."""
        self.services[self.service] = Options(**{**vars(self.options), **changed})
        ids = {name.lstrip("#@"): value for name, value in WORLD.ids().items()}
        ids |= {f"{name}": WORLD.ids()[f"@{name}"] for name in ("deployer", "approver", "oncall", "admin", "lead")}
        self.port, self.hooks = self.port or _free(), self.hooks or _free()
        path = self.folder / "config.toml"
        path.write_text(
            config_file.text(self.folder, ids, (self.port, self.hooks), self.services) + self.more, encoding="utf-8"
        )
        environment = {
            "DISCORD_TOKEN": self.discord.token,
            "GITHUB_WEBHOOK_SECRET": HOOKS_SECRET,
            "SLIPWAY_DISCORD_API": self.discord.api,
            "SLIPWAY_DISCORD_GATEWAY": self.discord.gateway,
            **self.environment,
        }
        self.bot.configure(path, environment)

    async def start(self) -> None:
        await self.bot.start()
        await self.discord.until(lambda: self.discord.connected or not self.bot.pid, 30.0)
        assert self.bot.pid, "\n".join(self.bot.lines)
        await self.discord.bot_ready()

    async def restart(self, **changed: str) -> None:
        """SIGTERM and a new process, with this story's service changed."""
        self.configure(**changed)
        await self.bot.stop()
        await self.start()

    def __getattr__(self, name: str) -> Person:
        """People by their keys: ``house.jieun``."""
        if name.startswith("_"):
            raise AttributeError(name)
        return self.discord.person(name)

    # The pretended platform

    def _world(self, env: str) -> Path:
        return self.folder / "world" / self.service / f"{env}.jsonl"

    def fault(self, env: str, kind: str | None) -> None:
        """From now on the pretended platform misbehaves like this; None: it behaves again."""
        self.happens(env, {"event": "fail", "kind": kind, "at_step": self.options.fail_at})

    def happens(self, env: str, line: Mapping[str, Any]) -> None:
        """Something in the world that Slipway did not do."""
        path = self._world(env)
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as world:
            world.write(json.dumps(line) + "\n")

    def heal(self, env: str) -> None:
        """What runs badly recovers by itself: its line in the world loses its fault."""
        path = self._world(env)
        lines = [json.loads(line) for line in path.read_text().splitlines()]
        begun = [line for line in lines if line["event"] == "begin"]
        begun[-1]["fail"] = None
        path.write_text("".join(json.dumps(line) + "\n" for line in lines), encoding="utf-8")

    def by_hand(self, env: str, sha: str) -> None:
        """Somebody deploys on the server, past Slipway."""
        line = {"at": time.time() - 1, "attempt": f"hand-{sha[:7]}", "to": sha, "before": None, "seconds": {}}
        self.happens(env, {"event": "begin", "direction": "forward", "kind": "deploy", "fail": None, **line})

    def effects(self, env: str, *events: str) -> list[dict[str, Any]]:
        """The world's own log: the oracle."""
        path = self._world(env)
        lines = [json.loads(line) for line in path.read_text().splitlines()] if path.exists() else []
        return [line for line in lines if line["event"] in (events or ("begin", "stop", "abandon"))]

    # What stands in the channels

    def cards(self, channel: str = "deploys") -> list[Seen]:
        """This story's public messages, oldest first."""
        return [one for one in self.discord.messages(channel) if f"{self.service} · " in one.content]

    async def card(self, text: str, *, deadline: float = 40.0, channel: str = "deploys") -> Seen:
        """The first message of this story whose content has ``text``."""
        return await self.discord.until(
            lambda: next((one for one in self.cards(channel) if text in one.content), None), deadline
        )

    async def ping(self, text: str, *, deadline: float = 40.0) -> Seen:
        """The first message beside the cards that notified somebody and whose content has ``text``."""

        def found() -> Seen | None:
            beside = (one for one in self.cards() if one.pings and not one.text.endswith("·card"))
            return next((one for one in beside if text in one.content), None)

        return await self.discord.until(found, deadline)

    async def titled(self, title: str, *, deadline: float = 40.0) -> Seen:
        """The first deploy's card of this story that has this in its title, which its copies with pings have too."""

        def found() -> Seen | None:
            standing = (one for one in self.cards() if one.text.endswith("·card"))
            return next((one for one in standing if title in str(one.embeds[0].title)), None)

        return await self.discord.until(found, deadline)

    async def times(self, text: str, n: int, *, deadline: float = 40.0) -> Seen:
        """The newest of ``n`` messages whose content has ``text``."""

        def found() -> Seen | None:
            standing = [one for one in self.cards() if text in one.content]
            return standing[-1] if len(standing) >= n else None

        return await self.discord.until(found, deadline)

    # What was written down

    def rows(self) -> list[AuditRow]:
        """This story's audit rows, oldest first, and everybody's refusals meanwhile; and the chain must verify."""
        with reading(self.folder / "slipway.db") as db:
            assert audit.verify(db) == []
            found = list(reversed(audit.events(db, limit=100_000)))
        mine = [row for row in found if row.service == self.service or row.action == "refused"]
        return [row for row in mine if row.at >= self.began]

    def refused(self) -> list[str]:
        """The codes of what was refused."""
        return [str(row.facts["code"]) for row in self.rows() if row.action == "refused"]

    def audited(self) -> list[str]:
        """Actions, oldest first."""
        return [row.action for row in self.rows()]

    # What people do

    async def plan(self, who: str, verb: str, env: str, **given: str) -> Seen:
        """The private answer to ``/verb`` about this story's service."""
        answer = await self.discord.person(who).command(verb, service=self.service, env=env, **given)
        assert answer.ephemeral, f"everybody reads the answer to /{verb}"
        return answer

    async def confirm(self, who: str, plan: Seen, verb: str, env: str) -> Seen:
        person = self.discord.person(who)
        answer = await person.click(plan, CONFIRM[verb][person.locale].format(env=env))
        return answer.message or plan

    async def deploy(self, who: str, env: str, version: str | None = None) -> Seen:
        """The private plan, confirmed."""
        plan = await self.plan(who, "deploy", env, **({"version": version} if version else {}))
        return await self.confirm(who, plan, "deploy", env)

    async def shipped(self, who: str, *versions: str) -> Seen:
        """One green deploy to staging after the other; the last one's card."""
        for version in versions:
            done = len([one for one in self.cards() if "Deployed" in one.content])
            await self.deploy(who, "staging", version)
            card = await self.times("Deployed", done + 1)
        return card

    async def rollback(self, who: str, env: str) -> Seen:
        plan = await self.plan(who, "rollback", env)
        return await self.confirm(who, plan, "rollback", env)

    async def asked(self, who: str = "jieun", version: str = "v1") -> Seen:
        """The public card that asks for approval, with its ✅ and ❌."""
        await self.deploy(who, "prod", version)
        card = await self.card("Approval needed")
        await self.discord.until(lambda: {"✅", "❌"} <= set(card.reactions))
        return card

    async def approved(self, who: str = "jieun", version: str = "v1") -> Seen:
        """One green deploy to production."""
        card = await self.asked(who, version)
        await self.haneul.react(card, "✅")
        await self.discord.until(lambda: "Deployed" in card.content, 20.0)
        return card

    async def tidy(self) -> None:
        """After a story: people, permissions and the line to Discord as at the start, and a bot that runs."""
        for spec in WORLD.people:
            person = self.discord.person(spec.key)
            person.locale = spec.locale
            for role in set(person.roles) - set(spec.roles):
                self.discord.revoke(person, role)
            for role in set(spec.roles) - set(person.roles):
                self.discord.grant(person, role)
        self.discord.no_faults()
        if not self.bot.pid:
            await self.start()
        await self.discord.until(lambda: self.discord.connected, 30.0)


def _free() -> int:
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


@asynccontextmanager
async def built(folder: Path, rules: Rules | None = None, **options: str) -> AsyncIterator[House]:
    """A house for one story alone: its service is ``app``."""
    async with inhabited(folder, {"app": Options(**options)}, rules) as house:
        yield house


@asynccontextmanager
async def inhabited(
    folder: Path, services: Mapping[str, Options], rules: Rules | None = None, more: str = "", **environment: str
) -> AsyncIterator[House]:
    """A house with these services, its bot connected."""
    async with LocalDiscord(WORLD, rules=rules or Rules()) as discord:
        bot = BotProcess(BOT, discord.state.changes.tell)
        house = House(folder, discord, bot, next(iter(services)), dict(services), dict(environment), more=more)
        house.configure()
        try:
            await house.start()
            yield house
        except BaseException:
            print("\n".join(house.bot.lines))
            raise
        finally:
            await asyncio.shield(house.bot.stop())
