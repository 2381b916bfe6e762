"""The same walk on a real host: the bot dies at every point of its SSH calls; what the host did is the oracle."""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from playground.host import Effect as HostEffect
from playground.host import Host, Setup
from tests.crash import config_file, invariants
from tests.crash.child import Nursery
from tests.crash.invariants import Effect, Facts
from tests.crash.town import Town, town
from tests.crash.walk import facts

CALLS = ("resolve", "running", "preflight", "commits", "start", "look", "health", "logs", "store", "stop", "abandon")
SLOW_GIT = """#!/bin/sh
case "$*" in *archive*) n=0; while [ $n -lt 60 ]; do sleep 0.1; n=$((n+1)); done;; esac
exec /usr/bin/git.real "$@"
"""
JOB = "/usr/bin/systemctl start slipway-job@"


@pytest.mark.needs("systemd-host")
@pytest.mark.timeout(300)
async def test_a_bot_killed_at_each_point_of_its_calls_to_a_host_changes_the_host_once(
    tmp_path: Path, nursery: Nursery
) -> None:
    tmp_path.chmod(0o755)
    died = tmp_path / "died"
    async with await Host.boot(tmp_path / "host", Setup(kind="systemd", boot_seconds=0.1)) as host:
        await host.install()
        environment = {"SSH_KEY": host.ssh.private_key, "CRASH_EACH": "ssh.", "CRASH_DIED": str(died)}
        write = partial(config_file.real, host)
        async with town(tmp_path / "town", nursery, write=write, environment=environment) as it:
            ordered = await _deploys(it, host)
        ended = died.read_text().split()
        assert [point for point in _points() if ended.count(point) != 1] == []
        assert it.bot.ends.count(-9) == len(ended) + 1  # once by hand
        assert invariants.broken(await _facts(it, host, ordered)) == []


def _points() -> list[str]:
    return [f"ssh.{call}.{where}" for call in CALLS for where in ("before", "sent", "answered")]


async def _facts(it: Town, host: Host, ordered: int) -> Facts:
    """Each job was begun once, and each restarted the service once; which version came up is told by itself."""
    told = await host.effects()
    jobs = {one.what.removeprefix(JOB).removesuffix(".service"): one.at for one in told if one.what.startswith(JOB)}
    begun = Counter(one.what for one in told if one.what.startswith(JOB))
    assert set(begun.values()) == {1}, begun
    left = {one.what for one in told if one.by == "attempt" and "status.json" in one.facts["names"]}
    assert set(jobs) == left, "the attempts folder of the host tells another story than its journal"
    stopped = {row["id"] for row in it.rows("SELECT id FROM attempts JOIN deploys ON number = deploy AND stop_asked")}
    ups = [one for one in told if (one.by, one.what) == ("app", "start")][1:]
    assert len(ups) == len(jobs) - len(stopped), "each attempt restarts the service once, but for one that was stopped"
    through = dict(zip([one for one in jobs if one not in stopped], ups, strict=True))
    effects = [_effect(host, attempt, at, through.get(attempt)) for attempt, at in jobs.items()]
    assert all(one.began < (one.over or 0) for one in effects)
    return replace(facts(it, ordered), effects=effects, serving={"app/staging": await host.version()})


def _effect(host: Host, attempt: str, began: float, up: HostEffect | None) -> Effect:
    """What came up says its version by itself; of what was stopped there is only what it was to become."""
    folder = host.path(f"{host.app_folder}/attempts/{attempt}")
    if up is None:
        to = json.loads((folder / "job.json").read_text("utf-8"))["to"]
        return Effect("app/staging", attempt, to, began, (folder / "status.json").stat().st_mtime)
    return Effect("app/staging", attempt, up.facts["version"], began, up.at)


async def _deploys(it: Town, host: Host) -> int:
    for _ in range(2):
        number = await it.order(it.jieun, "deploy", "staging", version=host.repository.release("good"))
        assert await it.verdict(number) == "succeeded"
        await host.exec(["rm", "-rf", f"/home/{host.setup.user}/.slipway/programs"])  # so that it is stored again
    for verb in ("rollback", "restart"):
        number = await it.order(it.jieun, verb, "staging")
        assert await it.verdict(number) == "succeeded"
    await it.typed(it.jieun, "logs", service="app", env="staging")
    await _stopped(it, host)
    await _never_begun(it, host)
    await it.quiet()
    return 6


async def _stopped(it: Town, host: Host) -> None:
    """While git takes its time."""
    host.faults.impersonate("/usr/bin/git", SLOW_GIT)  # type: ignore[attr-defined]
    number = await it.order(it.jieun, "deploy", "staging", version=host.repository.release("good"))
    card = await it.card_of(number)
    await it.shows(card, "stop")
    asked = await it.clicked(it.jieun, card, "stop")
    assert asked is not None
    assert asked.message is not None
    await it.clicked(it.jieun, asked.message, "stop_confirm")
    assert await it.verdict(number) == "cancelled"


async def _never_begun(it: Town, host: Host) -> None:
    """Dead right after an intent, and then the host is away."""
    it.while_dead += [_nothing, host.faults.unreachable]
    it.lives.append("ledger.attempts.intend.committed#1")
    await it.bot.kill()
    number = await it.order(it.jieun, "deploy", "staging", version=host.repository.release("good"))
    await it.phase(number, "unknown")
    await host.faults.reachable()
    assert await it.verdict(number) == "failed"


async def _nothing() -> None:
    """Between the life that was killed by hand and the next one."""
