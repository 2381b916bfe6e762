"""An old process that is slow to end and a new one on the same ledger: what one of them dispatches, no other does."""

from __future__ import annotations

import signal
from functools import partial
from pathlib import Path

import psutil
import pytest

from bot.cli.options import UNUSABLE
from tests.crash import config_file, invariants
from tests.crash.child import Child, Nursery
from tests.crash.on_github import CD, facts_of, service
from tests.crash.town import Town, town
from tests.github import town as github

ABOUT_TO, HAS = "github.start.before#1", "github.start.sent#2"


@pytest.mark.timeout(240)
async def test_a_new_process_dispatches_nothing_while_an_old_one_only_stands_still(
    tmp_path: Path, nursery: Nursery
) -> None:
    async with github.town(CD) as world, service(world) as health:
        token = world.github.classic_token("slipway-bot")
        environment = {"GITHUB_TOKEN": token, "CRASH_HALT": f"{ABOUT_TO} {HAS}"}
        write = partial(config_file.on_github, world.github.api, github.REPOSITORY, health, "head_sha")
        async with town(tmp_path / "town", nursery, write=write, environment=environment) as it:
            new = _another(it, nursery, environment)
            first = await _halted(it, world, ABOUT_TO)
            await _is_refused(new, it)
            it.bot.signal(signal.SIGCONT)
            assert await it.verdict(first) == "succeeded"

            second = await _halted(it, world, HAS)
            await _is_refused(new, it)
            it.bot.signal(signal.SIGKILL)  # and only now the service manager's next one
            assert await it.verdict(second) == "succeeded"
            await it.quiet()
        assert len(github.dispatched(world)) == 2
        assert invariants.broken(facts_of(it, world, github.dispatched(world), 2)) == []


def _another(it: Town, nursery: Nursery, environment: dict[str, str]) -> Child:
    """A process of the same file, which nobody keeps alive."""
    second = Child(nursery, it.folder / "second.log", lambda: None)
    where = {"SLIPWAY_DISCORD_API": it.discord.api, "SLIPWAY_DISCORD_GATEWAY": it.discord.gateway}
    trace = str(it.folder / "points.second")
    second.configure(
        it.folder / "config.toml", {"DISCORD_TOKEN": it.discord.token, "CRASH_LOG": trace, **where, **environment}
    )
    return second


async def _halted(it: Town, world: github.Town, point: str) -> int:
    """Ordered; the process stands still at this point."""
    number = await it.order(it.jieun, "deploy", "staging", version=world.repo.commit())
    await it.come_true(lambda: point in it.points(it.began), f"never comes by {point}")
    await it.come_true(lambda: psutil.Process(it.bot.pid).status() == psutil.STATUS_STOPPED, "does not stand still")
    return number


async def _is_refused(new: Child, it: Town) -> None:
    await new.start()
    assert await new.ended(20.0) == UNUSABLE
    assert f"(process {it.bot.pid} on " in new.lines[-1]
