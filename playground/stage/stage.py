"""Stage: puts discord, hosts, repository and bot together, and takes everything down again."""

import asyncio
import shutil
import tempfile
import time
from collections.abc import Callable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Literal, Self, TypeVar

from playground.discord import DeadlineError, LocalDiscord, Person
from playground.host import Host, Setup
from playground.host.net import free_ports
from playground.host.releases import Kind
from playground.host.repository import AUTHORS, SEOUL
from playground.stage import config_file
from playground.stage.bot import BotProcess
from playground.stage.fleet import Fleet
from playground.stage.ledger import LedgerView
from playground.stage.llmops import Llmops
from playground.stage.sentences import hosts_are, tasks_are
from playground.stage.world import LOCALES, Language, world

Found = TypeVar("Found")
ENVS = ("staging", "prod")
PACE = 0.1
"""Seconds between two looks at what tells nobody when it changes."""
READY_WITHIN = 60.0
MODEL = {"MODEL_ID": "dojangkok/qwen2.5-7b"}
"""What the hosts' env files name until somebody deploys another."""
HostKind = Literal["auto", "systemd", "shim"]


@dataclass
class Event:
    """One thing that the set-up does: a code, and what it is about. `seconds` is None while it goes on."""

    what: str
    about: str = ""
    began: float = field(default_factory=time.monotonic)
    seconds: float | None = None
    failed: str = ""


class Stage:
    """See the package. `base` is the newest deploy of the history; `ready` when people may begin.

    `events` grow during the set-up; `changed` callbacks hear of everything that is not Discord.
    """

    def __init__(self, bot: Sequence[str], *, kind: HostKind = "auto", language: Language = "ko") -> None:
        self.language: Language = language
        self.discord = LocalDiscord(world(language))
        self.events: list[Event] = []
        self.changed: list[Callable[[], None]] = []
        self.hosts: dict[str, Host] = {}
        self.bot = BotProcess(list(bot), self.tell)
        self.llmops = Llmops(self.tell)
        self.fleet = Fleet(self.llmops.running, self.tell)
        self.base = 0
        self.ready = False
        self._kind: HostKind = kind
        self._stack = AsyncExitStack()
        self._listen = f"127.0.0.1:{free_ports(1)[0]}"
        self.folder = Path()
        self.ledger = LedgerView(Path())

    async def __aenter__(self) -> Self:
        self.folder = Path(tempfile.mkdtemp(prefix="slipway-"))
        # The hosts' users look into their own folders, which lie in here.
        self.folder.chmod(0o755)
        self._stack.callback(shutil.rmtree, self.folder, ignore_errors=True)
        self.ledger = LedgerView(self.folder / "bot" / "slipway.db")
        await self._stack.enter_async_context(self.discord)
        await self._stack.enter_async_context(self.llmops)
        await self._stack.enter_async_context(self.fleet)
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    # Who and what

    def person(self, key: str) -> Person:
        return self.discord.person(key)

    def host(self, env: str) -> Host:
        return self.hosts[env]

    def kind_of_host(self, language: Language = "en") -> str:
        """For page and tour: what the target really is, and why it is not more; empty before the hosts are up."""
        host = self.hosts.get("prod")
        return hosts_are(host.kind, host.why_shim, language) if host else ""

    def kind_of_tasks(self, language: Language = "en") -> str:
        """The same for llmops in prod."""
        return tasks_are(self.fleet.containers.why, self.fleet.containers.detail, language)

    def _connected(self) -> bool:
        return self.discord.connected and bool(self.discord.state.commands)

    def tell(self) -> None:
        """Wakes everybody who waits for something on this stage."""
        self.discord.state.changes.tell()
        for heard in self.changed:
            heard()

    # Set-up

    async def set_up(self) -> None:
        """Everything up to a connected bot over two hosts that run a first version. Raises what a step raised."""
        async with self.event("hosts"):
            await asyncio.gather(*(self._boot(env) for env in ENVS))
        sha = await self.release("good", message="feat: first version", author=AUTHORS[1])
        async with self.event("by_hand", sha[:7]):
            await asyncio.gather(*(host.install(sha) for host in self.hosts.values()))
        async with self.event("bot"):
            await self.start_bot()

    def event(self, what: str, about: str = "") -> "_Doing":
        """`async with stage.event(…):` what goes on inside is shown while it does."""
        return _Doing(self, Event(what, about))

    def open(self) -> None:
        """People may begin: what happens from now on is theirs."""
        self.ready = True
        self.tell()

    async def until(self, found: Callable[[], Found], deadline: float) -> Found:
        """The first truthy value: tried at every change of Discord, and often, since the ledger changes without one.

        Raises DeadlineError, which shows the screen.
        """
        end = time.monotonic() + deadline
        while not (value := found()):
            if time.monotonic() > end:
                raise DeadlineError(f"not within {deadline:g} s; on the screen:\n{self.discord.screen()}")
            await self.discord.state.changes.next(PACE)
        return value

    async def _boot(self, env: str) -> None:
        setup = Setup(kind=self._kind, job_runner="detached", environment=MODEL)
        booting = asyncio.ensure_future(Host.boot(self.folder / env, setup))
        try:
            host = await asyncio.shield(booting)
        except asyncio.CancelledError:
            await (await booting).kill()  # half a host could not be taken down
            raise
        self._stack.push_async_callback(host.kill)
        self.hosts[env] = host

    async def start_bot(self) -> None:
        """Writes the configuration in the language of the moment, starts the bot, waits until it is ready."""
        folder = self.folder / "bot"
        if not folder.exists():
            folder.mkdir(mode=0o700)
            self._stack.push_async_callback(self.bot.kill)
        hosts = {env: self.hosts[env] for env in ENVS}
        ids = self.discord.ids
        config = config_file.text(
            self.language, ids, hosts, self._listen, folder / "slipway.db", self.llmops, self.fleet
        )
        (folder / "config.toml").write_text(config, encoding="utf-8")
        keys = {config_file.key_name(env): host.ssh.private_key for env, host in hosts.items()}
        where = {"SLIPWAY_DISCORD_API": self.discord.api, "SLIPWAY_DISCORD_GATEWAY": self.discord.gateway}
        self.bot.configure(folder / "config.toml", {**self._secrets(), **where, **keys})
        await self.bot.start()
        await self.until(lambda: self._connected() or not self.bot.pid, READY_WITHIN)
        if not self.bot.pid:
            await self.bot.kill()  # nothing to kill: its last words are read to the end
            said = "\n".join(list(self.bot.lines)[-12:])
            raise RuntimeError(f"the bot ended with {self.bot.exit_code} before it was ready:\n{said}")

    def _secrets(self) -> dict[str, str]:
        app = self.llmops.app
        github = {"GITHUB_APP_ID": str(app.id), "GITHUB_APP_KEY": app.private_key}
        keys = self.fleet.keys()
        aws = {"AWS_ACCESS_KEY_ID": keys.access_key, "AWS_SECRET_ACCESS_KEY": keys.secret}
        return {"DISCORD_TOKEN": self.discord.token, **github, **aws}

    async def speak(self, language: Language) -> None:
        """Everybody's client and the bot's public messages in another language: the bot is started again for it."""
        if language == self.language:
            return
        self.language = language
        for person in self.discord.people:
            person.locale = LOCALES[language]
        await self.bot.stop()
        await self.start_bot()

    # The repository

    def push(self) -> str:
        """A commit on main of llmops, whose image is in the registry at once."""
        sha = self.llmops.push()
        self.fleet.push(sha)
        return sha

    async def release(self, kind: Kind = "good", *, message: str = "", author: tuple[str, str] | None = None) -> str:
        """A commit on main, in each host's mirror. The same content, author and time make the same SHA."""
        first = self.hosts["staging"].repository
        who = author or AUTHORS[len(first.commits) % len(AUTHORS)]
        now = datetime.now(SEOUL)
        made = {host.repository.release(kind, message=message, author=who, when=now) for host in self.hosts.values()}
        if len(made) != 1:
            raise RuntimeError(f"the mirrors differ: {sorted(made)}")
        self.tell()
        return made.pop()


class _Doing:
    """`async with`: an event goes on inside, and has ended or failed after it."""

    def __init__(self, stage: Stage, event: Event) -> None:
        self._stage, self._event = stage, event

    async def __aenter__(self) -> None:
        self._stage.events.append(self._event)
        self._stage.tell()

    async def __aexit__(self, kind: object, error: BaseException | None, trace: object) -> None:
        self._event.seconds = time.monotonic() - self._event.began
        if error is not None:
            self._event.failed = str(error) or repr(error)
        self._stage.tell()
