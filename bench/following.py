"""How long after a workflow's end the verdict is known, and what asking for it cost of the hour's 5,000 requests.

``gh run watch`` and the script watch the very runs that Slipway dispatched; each begins at a phase of its own.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Mapping
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path

from bench.hub import GitHub, github
from bench.team import Team, team
from bench.watchers import Watchers
from playground.github import Repo, Run
from playground.host.net import free_ports

LANES = 2  # runs of each way at a time
FORTY = 40
SECRET = "bench-webhooks"
WAYS = ("gh run watch", "PyGithub, 5 s", "Slipway, polling", "Slipway, webhooks")


@dataclass
class Figures:
    """Way → one number a run: seconds from its end to the verdict; billed requests; ``names``: these, by call."""

    lag: dict[str, list[float]] = field(default_factory=lambda: {way: [] for way in WAYS})
    billed: dict[str, list[int]] = field(default_factory=lambda: {way: [] for way in WAYS})
    names: dict[str, Counter[str]] = field(default_factory=lambda: {way: Counter() for way in WAYS})
    forty_lag: list[float] = field(default_factory=list)
    forty: int = 0  # billed requests
    took: float = 0.0  # seconds from their first order to their last verdict

    def add(self, way: str, told: tuple[float, int]) -> None:
        self.lag[way].append(told[0])
        self.billed[way].append(told[1])


@dataclass
class Following:
    """A bot with its repositories. ``way``: its column; ``login``: in whose name it asks."""

    hub: GitHub
    bots: Team
    repos: Mapping[str, Repo]
    way: str
    login: str

    async def order(self, name: str) -> tuple[Run, int]:
        """A press on Confirm; the run that was dispatched, and how many requests there were by then."""
        repo = self.repos[name]
        repo.commit(f"feat: answer faster, part {len(repo.runs)}")
        before = len(repo.runs)
        await self.bots.begin(name)
        async with asyncio.timeout(60):
            while len(repo.runs) == before:
                await asyncio.sleep(0.01)
        return repo.runs[-1], len(self.hub.local.requests)

    async def verdict(self, run: Run, since: int) -> tuple[float, Counter[str]]:
        """(seconds from the run's end until the card says it, billed requests by name)."""
        label = run.head_sha[:7]

        def shown() -> bool:
            cards = self.bots.discord.messages("deploys")
            return any(label in card.content and "Deployed" in card.content for card in cards)

        await self.bots.discord.until(shown, deadline=300)
        at = time.monotonic()
        return at - self.hub.ended[run.id], self.hub.billed(self.login, run.repo, since)


async def measure(folder: Path, rounds: int) -> Figures:
    figures = Figures()
    async with AsyncExitStack() as stack:
        hub = await stack.enter_async_context(github())
        watchers = Watchers(hub, folder / "gh")
        await watchers.begin()
        polling = await _team(stack, hub, folder / "polling", WAYS[2], "p", FORTY)
        hooked = await _team(stack, hub, folder / "hooked", WAYS[3], "w", LANES)
        for number in range(rounds):
            print(f"  round {number + 1} of {rounds}", flush=True)
            lanes = [(one, name) for one in (polling, hooked) for name in list(one.repos)[:LANES]]
            await asyncio.gather(*(_lane(figures, watchers, *lane) for lane in lanes))
        print(f"  {FORTY} at once", flush=True)
        await _forty(figures, polling)
    return figures


async def _team(stack: AsyncExitStack, hub: GitHub, folder: Path, way: str, letter: str, count: int) -> Following:
    repos = {f"{letter}{n}": hub.repository(f"{letter}{n}") for n in range(count)}
    login = f"slipway-{letter}"
    secrets = {"GITHUB_TOKEN": hub.local.classic_token(login)}
    more = ""
    if way == WAYS[3]:
        (port,) = free_ports(1)
        more = f'webhooks = "127.0.0.1:{port}"\n'
        secrets["GITHUB_WEBHOOK_SECRET"] = SECRET
        for repo in repos.values():
            repo.hook(f"http://127.0.0.1:{port}/webhooks/github", SECRET)
    more += f'[github]\napi = "{hub.local.api}"\n' + "".join(hub.target(name) for name in repos)
    bots = await stack.enter_async_context(team(folder, {}, more=more, secrets=secrets))
    return Following(hub, bots, repos, way, login)


async def _lane(figures: Figures, watchers: Watchers, following: Following, name: str) -> None:
    await asyncio.sleep(random.uniform(0.0, 5.0))
    run, since = await following.order(name)

    async def late(way: str) -> None:
        await asyncio.sleep(random.uniform(0.0, 5.0))
        figures.add(way, await (watchers.gh(run) if way == WAYS[0] else watchers.script(run)))

    async with asyncio.TaskGroup() as group:
        group.create_task(following.hub.carry_out(run))
        group.create_task(late(WAYS[0]))
        group.create_task(late(WAYS[1]))
        told = group.create_task(following.verdict(run, since))
    lag, paid = told.result()
    figures.add(following.way, (lag, paid.total()))
    figures.names[following.way] += paid


async def _forty(figures: Figures, polling: Following) -> None:
    began = time.monotonic()

    async def one(name: str) -> None:
        run, since = await polling.order(name)
        async with asyncio.TaskGroup() as group:
            group.create_task(polling.hub.carry_out(run))
            told = group.create_task(polling.verdict(run, since))
        lag, paid = told.result()
        figures.forty_lag.append(lag)
        figures.forty += paid.total()

    await asyncio.gather(*(one(name) for name in polling.repos))
    figures.took = time.monotonic() - began
