"""A testbed for each adapter: the world it acts on, what may go wrong in it, and the world's own count of effects."""

from __future__ import annotations

import asyncio
import json
import time
from abc import ABC, abstractmethod
from collections.abc import Sequence
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import adapters
from bot.model import (
    Attempt,
    Change,
    Direction,
    Evidence,
    HealthCheck,
    Kind,
    Nothing,
    Progress,
    Ref,
    Running,
    Status,
    Target,
    Version,
)
from bot.ports import Adapter, At, Place, nowhere
from playground.host import Host, Setup, until
from tests.ecs import town as ecs
from tests.github.town import Town, dispatched, town

TARGET = Target("ai-server", "prod")
MODEL_KEY, MODEL = "MODEL_ID", "org/small-1"
PATIENCE = 60.0
OVER = (Status.FAILED, Status.STOPPED, Status.INTERRUPTED, Status.SUPERSEDED)


class Killed(BaseException):
    """The bot died at a named point: nothing of it runs on, what it had sent has left."""


def dies_at(point: str) -> At:
    """Once: what comes after in the same process is the test's own clearing up."""
    left = [point]

    def at(reached: str) -> None:
        if reached in left:
            left.remove(reached)
            raise Killed(reached)

    return at


class Bed(ABC):
    """``adapter()`` is a bot process of its own; ``release()`` makes a version and says what a person would type.

    ``atomic``: the platform itself lets only one of two processes begin an attempt. ``effects`` are counted when they
    begin (``begins``) or when the service changes.
    """

    kind: str
    atomic = True
    restarts = True
    begins = True
    steps: Sequence[str] = ("connect", "save", "fetch", "install", "switch", "restart")
    length = 40  # of a version's id: a commit's SHA

    @abstractmethod
    def adapter(self, at: At = nowhere) -> Adapter: ...

    @abstractmethod
    async def release(self) -> str: ...

    @abstractmethod
    async def effects(self) -> int:
        """How many times the service was changed, told by the world and not by the adapter."""

    @abstractmethod
    async def unreachable(self) -> None: ...

    @abstractmethod
    async def reachable(self) -> None: ...

    @abstractmethod
    async def lies(self) -> None:
        """From now on the world says "done" although the old version goes on answering."""

    @abstractmethod
    async def slows(self) -> None:
        """From now on an attempt takes a while before its switch."""

    async def settles(self) -> None:
        """Time passes, until nothing that was sent can still arrive."""
        await asyncio.sleep(0)

    @abstractmethod
    async def close(self) -> None:
        """The world ends."""


def attempt(n: int, to: Version, before: Version | None, effect: dict[str, Any], **changes: Any) -> Attempt:
    plain: dict[str, Any] = {
        "id": f"abcd2345-7-{n}",
        "deploy": 7,
        "n": n,
        "target": TARGET,
        "direction": Direction.FORWARD,
        "kind": Kind.DEPLOY,
        "before": before,
        "to": to,
        "effect": effect,
        "intent_at": time.time(),
        "timeout": 60.0,
    }
    return Attempt(**{**plain, **changes})


async def running(adapter: Adapter) -> Running:
    seen = await adapter.running()
    assert isinstance(seen, Running), seen
    return seen


async def order(adapter: Adapter, wanted: str, n: int = 1, **changes: Any) -> Attempt:
    """A planned attempt towards what ``wanted`` resolves to."""
    to = await adapter.resolve(wanted)
    seen = await adapter.running()
    before = None if isinstance(seen, Nothing) else (await running(adapter)).version
    change = Change(changes.get("kind", Kind.DEPLOY), before, to, changes.get("model"))
    return attempt(n, to, before, await adapter.effect(change), **changes)


async def watch(adapter: Adapter, one: Attempt, ref: Ref, *, proved: bool = True) -> Progress:
    """Look until it is over; with ``proved`` also until there is evidence or a failure."""
    last = Progress(Status.RUNNING)

    async def over() -> bool:
        nonlocal last
        last = await adapter.check(one, ref)
        return last.status in OVER or (last.status is Status.DONE and (not proved or last.evidence is not None))

    await until(over, PATIENCE, f"the attempt is not over: {last}")
    return last


async def carry_out(adapter: Adapter, one: Attempt) -> Progress:
    return await watch(adapter, one, await adapter.start(one))


def proved(progress: Progress, one: Attempt) -> Evidence:
    """The evidence of a success."""
    assert progress.status is Status.DONE, progress
    assert progress.evidence is not None
    assert progress.evidence.version == one.to.id
    return progress.evidence


class SshBed(Bed):
    kind = "ssh"
    begins = False

    def __init__(self, host: Host, runner: str, health: HealthCheck | None = None) -> None:
        self.host = host
        self.runner = runner
        self.health = health or HealthCheck(host.app_url + "/health", start_within=20, interval=0.2)
        self.section: dict[str, Any] = {
            "hosts": [
                {
                    "host": host.ssh.address,
                    "port": host.ssh.port,
                    "user": host.ssh.user,
                    "host_key": host.ssh.host_key,
                }
            ],
            "key": "SSH_PRIVATE_KEY",
            "repository": str(host.repository.path),
            "path": host.app_folder,
            "unit": host.setup.unit,
            "layout": host.setup.layout,
            "runner": runner,
            "shared": [".env", "chroma_db"],
            "requirements": "requirements.txt",
        }

    @classmethod
    async def boot(cls, folder: Path, **setup: Any) -> SshBed:
        """A host with a first version, put there by hand."""
        named = {"environment": {MODEL_KEY: MODEL}}
        shape = Setup(**{"boot_seconds": 0.2, "job_runner": "detached", **named, **setup})
        host = await Host.boot(folder, shape)
        await host.install()
        return cls(host, host.setup.job_runner)

    def adapter(self, at: At = nowhere, **changes: Any) -> Adapter:
        kind = adapters.load("ssh")
        assert kind is not None
        config: Any = kind.config.model_validate({**self.section, **changes})
        config.key.fill(self.host.ssh.private_key)
        return kind.build(Place(TARGET, config, self.health, "main", at, model_key=MODEL_KEY))

    async def release(self) -> str:
        return self.host.repository.release("good")

    async def effects(self) -> int:
        return sum(effect.by == "app" and effect.what == "start" for effect in await self.host.effects())

    async def unreachable(self) -> None:
        await self.host.faults.unreachable()

    async def reachable(self) -> None:
        await self.host.faults.reachable()

    async def lies(self) -> None:
        """``systemctl restart`` says that it did, and did nothing."""
        script = '#!/bin/sh\n[ "$1" = restart ] && exit 0\nexec /usr/bin/systemctl.real "$@"\n'
        self.host.faults.impersonate("/usr/bin/systemctl", script)  # type: ignore[attr-defined]

    async def slows(self) -> None:
        """git takes half a minute for an archive, so that what a story does meanwhile is never too late."""
        script = (
            '#!/bin/sh\ncase "$*" in *archive*|*checkout*) n=0;'
            ' while [ $n -lt 300 ]; do sleep 0.1; n=$((n+1)); done;; esac\nexec /usr/bin/git.real "$@"\n'
        )
        self.host.faults.impersonate("/usr/bin/git", script)  # type: ignore[attr-defined]

    async def close(self) -> None:
        await self.host.kill()


class DryBed(Bed):
    kind = "dry_run"

    def __init__(self, folder: Path) -> None:
        self.world = folder / "world.jsonl"
        self.made = 0
        self.seconds = 0.02

    def adapter(self, at: At = nowhere, **changes: Any) -> Adapter:
        kind = adapters.load("dry_run")
        assert kind is not None
        plain = {"world": str(self.world), "seconds": self.seconds, "missing": ["no-such-branch"]}
        plain["environment"] = {MODEL_KEY: MODEL}
        config = kind.config.model_validate({**plain, **changes})
        return kind.build(Place(TARGET, config, HealthCheck("http://127.0.0.1:1/"), "main", at, model_key=MODEL_KEY))

    async def release(self) -> str:
        self.made += 1
        return f"release-{self.made}"

    async def effects(self) -> int:
        lines = self.world.read_text("utf-8").splitlines() if self.world.exists() else []
        return sum(json.loads(line)["event"] == "begin" for line in lines)

    async def unreachable(self) -> None:
        self._fail("unreachable")

    async def reachable(self) -> None:
        self._fail(None)

    async def lies(self) -> None:
        self._fail("wrong_version")

    async def slows(self) -> None:
        self.seconds = 1.0

    async def close(self) -> None:
        """A file; the folder goes with the test."""

    def _fail(self, kind: str | None) -> None:
        with self.world.open("a", encoding="utf-8") as file:
            file.write(json.dumps({"event": "fail", "kind": kind}) + "\n")


class GithubBed(Bed):
    """``pin``: by the tag that GitHub makes once, or by the commit that the run is of."""

    kind = "github"
    restarts = False
    steps = ("queued", "job:build", "job:deploy")

    def __init__(self, world: Town, stack: AsyncExitStack, pin: str) -> None:
        self.world = world
        self._stack = stack
        self._pin = pin
        self.atomic = pin == "tag"
        self._made = 0

    @classmethod
    async def open(cls, pin: str) -> GithubBed:
        stack = AsyncExitStack()
        return cls(await stack.enter_async_context(town()), stack, pin)

    def adapter(self, at: At = nowhere, **changes: Any) -> Adapter:
        return self.world.adapter(at, **{"pin": self._pin, **changes})

    async def release(self) -> str:
        self._made += 1
        self.world.repo.commit(f"Release {self._made}")
        return "main"

    async def effects(self) -> int:
        return len(dispatched(self.world))

    async def unreachable(self) -> None:
        self.world.github.faults.next("*", "503", 1000)

    async def reachable(self) -> None:
        self.world.github.faults.clear()

    async def lies(self) -> None:
        self.world.lies = True

    async def slows(self) -> None:
        self.world.runner = False

    async def settles(self) -> None:
        self.world.passes()

    async def close(self) -> None:
        await self._stack.aclose()


class EcsBed(Bed):
    kind = "ecs"
    steps = ("revision", "tasks", "targets", "steady")
    length = 71  # of an image's digest

    def __init__(self, world: ecs.Town, stack: AsyncExitStack) -> None:
        self.world = world
        self._stack = stack

    @classmethod
    async def open(cls) -> EcsBed:
        stack = AsyncExitStack()
        environment = {MODEL_KEY: MODEL}
        return cls(await stack.enter_async_context(ecs.town(environment=environment)), stack)

    def adapter(self, at: At = nowhere, **changes: Any) -> Adapter:
        return self.world.adapter(at, MODEL_KEY, **changes)

    async def release(self) -> str:
        return self.world.push()

    async def effects(self) -> int:
        return len(self.world.service.history) - 1

    async def unreachable(self) -> None:
        self.world.aws.faults.next("*", "503", 1000)

    async def reachable(self) -> None:
        self.world.aws.faults.clear()

    async def lies(self) -> None:
        self.world.lies()

    async def slows(self) -> None:
        self.world.service.script = "hangs"

    async def settles(self) -> None:
        self.world.passes()

    async def close(self) -> None:
        await self._stack.aclose()
