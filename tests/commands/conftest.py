"""Our commands on a local Discord, in front of a small engine that is passed in and remembers what it was asked."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

import commands
from bot.client import DiscordScreen, SlipwayClient
from bot.errors import Refusal, SlipwayError
from bot.model import (
    Card,
    Choices,
    Deploy,
    HistoryRow,
    Lock,
    Nothing,
    Person,
    Phase,
    StatusRow,
    Target,
    WhyLine,
    WhyView,
)
from commands import App
from playground.discord import LocalDiscord
from tests.cards.samples import NOW, TARGET, ULID, a_deploy, a_plan
from tests.client.conftest import discord, elsewhere, here, rules, supervised, world

__all__ = ["discord", "elsewhere", "rules", "world"]

STAGING = Target("ai-server", "staging")


@dataclass
class FakeEngine:
    """Every verb notes (verb, arguments) and gives ``answers[verb]``, which may be an exception or a function."""

    answers: dict[str, Any] = field(default_factory=dict)
    asked: list[tuple[str, tuple[Any, ...], dict[str, Any]]] = field(default_factory=list)
    refusals: list[tuple[str, str, str]] = field(default_factory=list)

    def __getattr__(self, verb: str) -> Callable[..., Any]:
        async def do(*args: Any, **kwargs: Any) -> Any:
            self.asked.append((verb, args, kwargs))
            answer = self.answers.get(verb)
            if isinstance(answer, BaseException):
                raise answer
            return await answer(*args, **kwargs) if callable(answer) else answer

        return do

    async def refused(self, error: SlipwayError, who: Person, verb: str) -> str:
        self.refusals.append((error.code, who.name, verb))
        return "01JCK7Q3ZV9M2T4X8B6N5R1REF"

    async def reread_votes(self) -> None:
        self.asked.append(("reread_votes", (), {}))

    def of(self, verb: str) -> list[tuple[tuple[Any, ...], dict[str, Any]]]:
        return [(args, kwargs) for asked, args, kwargs in self.asked if asked == verb]


@dataclass
class FakeBoard(FakeEngine):
    def services(self, typed: str = "") -> Choices:
        return Choices((("ai-server", "ai-server"), ("frontend", "frontend")))

    def envs(self, service: str | None, typed: str = "") -> Choices:
        return Choices(tuple((env, env) for env in (("prod", "staging") if service == "ai-server" else ("dev",))))

    def promotable(self, service: str | None, typed: str = "") -> Choices:
        return Choices((("prod", "prod"),) if service == "ai-server" else ())

    def versions(self, service: str | None, env: str | None, typed: str = "") -> Choices:
        return Choices(((f"main of {service}/{env}", "main"),))

    def models(self, service: str | None, env: str | None, typed: str = "") -> Choices:
        return Choices(((f"{service}/{env}", "org/large-2"),))

    def deploys(self, typed: str = "", *, unfinished: bool = False) -> Choices:
        return Choices((("#128 ai-server · prod", "128"),))


@dataclass
class Stage:
    """Who stands where in a test."""

    discord: LocalDiscord
    client: SlipwayClient
    engine: FakeEngine
    board: FakeBoard
    locks: FakeEngine
    duties: FakeEngine
    queue: FakeEngine
    announce: FakeEngine

    async def plan(self) -> Any:
        """jieun's private plan, on the screen."""
        return await self.discord.person("jieun").command("deploy", service="ai-server", env="prod")

    async def card(self, card: Card, channel: str = "#deploys") -> Any:
        """A public card, as the painter posts it."""
        message = await DiscordScreen(self.client).send(self.discord.ids[channel], card, "n" * 25)
        return next(one for one in self.discord.messages(channel.lstrip("#")) if one.id == message)


def planned(discord: LocalDiscord, **more: Any) -> Deploy:
    plan = replace(a_plan(**more), requester=discord.ids["jieun"])
    return a_deploy(Phase.PLANNED, plan)


@pytest.fixture
def group() -> str | None:
    """Overridden where all commands live under one word."""
    return None


@pytest.fixture
async def stage(discord: LocalDiscord, group: str | None) -> AsyncIterator[Stage]:
    client = SlipwayClient(discord.ids["guild"], guild_ready_timeout=0.1)
    engine, board, locks = FakeEngine(), FakeBoard(), FakeEngine()
    duties, queue, announce = FakeEngine(), FakeEngine(), FakeEngine()
    deploy = planned(discord)
    engine.answers = {"propose": deploy, "get": deploy, "confirm": replace(deploy, phase=Phase.CONFIRMED)}
    board.answers = {
        "status": [StatusRow(TARGET, "AI Server", Nothing(), None, False, None, ref=ULID)],
        "history": [HistoryRow(NOW, TARGET, 128, deploy.kind, None, deploy.to, who="jieun")],
        "why": WhyView(TARGET, (WhyLine(NOW, "confirm", "jieun"),), 128),
        "logs": "one\ntwo",
        "diff": deploy,
        "details": Refusal("not reached"),
    }
    app = App(
        engine=engine,  # type: ignore[arg-type]
        board=board,  # type: ignore[arg-type]
        locks=locks,  # type: ignore[arg-type]
        duties=duties,  # type: ignore[arg-type]
        queue=queue,  # type: ignore[arg-type]
        announce=announce,  # type: ignore[arg-type]
        screen=DiscordScreen(client),
        guild=int(discord.ids["guild"]),
        deploys=discord.ids["#deploys"],
        language="en",
        titles={TARGET: "AI Server", STAGING: "AI Server"},
        now=lambda: NOW,
    )
    commands.install(client, app, group)
    async with supervised(client, discord):
        await here(client)
        yield Stage(discord, client, engine, board, locks, duties, queue, announce)


def a_lock(discord: LocalDiscord) -> Lock:
    return Lock(1, "ai-server", None, discord.ids["jieun"], "jieun", "load test", NOW, NOW + 3600)
