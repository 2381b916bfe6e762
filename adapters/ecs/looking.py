"""One look at an attempt's rollout: everything that the judgement needs, and no more requests than that."""

from __future__ import annotations

import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace

from adapters.ecs import judge
from adapters.ecs.answers import Registered, Service, Task
from adapters.ecs.asking import Asking
from adapters.ecs.images import Images
from adapters.ecs.logs import Logs
from adapters.ecs.look import Look
from adapters.ecs.memory import Memory
from adapters.ecs.telling import failed
from bot.errors import AdapterError
from bot.model import Attempt, Progress, Ref, Status

TARGETS_EVERY = 12.0  # seconds between two looks at the targets while ECS waits for them
ENDED = (Status.FAILED, Status.DONE)


class Looking:
    def __init__(self, asking: Asking, images: Images, logs: Logs, memory: Memory) -> None:
        self._asking = asking
        self._images = images
        self._logs = logs
        self._memory = memory
        self._last: dict[str, tuple[Service, Progress]] = {}
        self._ended: tuple[str, int, list[Task]] = ("", 0, [])
        self._targets: tuple[str, float, list[Registered] | None] = ("", 0.0, None)

    async def look(self, attempt: Attempt, ref: Ref) -> Progress:
        """What was seen last, while AWS has nothing newer; at its end everything is read anew."""
        before = self._last.get(attempt.id)
        ended = before is not None and before[1].status in ENDED
        service = await self._asking.service(fresh=ended)
        if before is not None and not ended and before[0] == service and not self._moves(attempt, service):
            return self._soon(before[1])
        seen = await self._seen(attempt, ref, service)
        found = judge.progress(seen)
        if found.status is Status.FAILED:
            found = judge.progress(await self._explained(seen))
        if seen.leads:
            self._memory.shown.add(attempt.id)
        self._last = {attempt.id: (service, found)}
        return self._soon(found)

    def _soon(self, found: Progress) -> Progress:
        config = self._asking.config
        return replace(found, again=self._asking.region.soon(config.cluster, config.service))

    def _moves(self, attempt: Attempt, service: Service) -> bool:
        """Whether something else than the service's own answer may be another by now."""
        primary = service.primary
        if primary is None or primary.revision != self._memory.revisions.get(attempt.id):
            return True
        return primary.steady and bool(service.groups) and time.monotonic() - self._targets[1] > TARGETS_EVERY

    async def _seen(self, attempt: Attempt, ref: Ref, service: Service) -> Look:
        revision = str(ref.data["revision"])
        self._memory.revisions.setdefault(attempt.id, revision)
        seen = Look(
            service,
            revision,
            str(ref.data["deployment"]),
            str(attempt.effect["replaces"]),
            attempt.to.id,
            {attempt.to.id},
            self._asking.config.container,
            float(ref.data["at"]),
            time.time(),
            asked=attempt.id in self._memory.asked,
            shown=attempt.id in self._memory.shown,
        )
        mine = seen.mine
        if not seen.leads or mine is None:
            return seen
        seen = replace(seen, stopped=await self._stopped(revision, mine.failed))
        over = mine.rollout == "COMPLETED"
        if over:
            tasks = await self._asking.tasks()
            seen = replace(seen, tasks=tasks, digests=await self._digests(attempt.to.id, tasks))
        if over or mine.steady:
            return replace(seen, targets=await self._health(service, fresh=over))
        return replace(seen, targets=[] if service.groups else None)

    async def _digests(self, wanted: str, tasks: Sequence[Task]) -> frozenset[str]:
        """ECR is only asked what an index holds where a task names something else."""
        said = {task.digest(self._asking.config.container) for task in tasks}
        return frozenset({wanted}) if said <= {wanted, None} else await self._images.held(wanted)

    async def _health(self, service: Service, *, fresh: bool) -> list[Registered] | None:
        known, at, targets = self._targets
        now, name = time.monotonic(), " ".join(service.groups)
        if fresh or known != name or now - at > TARGETS_EVERY:
            targets = await self._asking.targets(service.groups)
            self._targets = (name, now, targets)
        return targets

    async def _stopped(self, revision: str, count: int) -> list[Task]:
        """Tasks of ours that ended, asked for whenever one more has failed. What cannot be had is left out."""
        if count and self._ended[:2] != (revision, count):
            with suppress(AdapterError):
                every = await self._asking.tasks("STOPPED")
                self._ended = (revision, count, [task for task in every if task.revision == revision])
        return self._ended[2] if self._ended[0] == revision else []

    async def _explained(self, seen: Look) -> Look:
        """Why its tasks stopped, and what the last of them said. What cannot be had is left out."""
        try:
            every = await self._asking.tasks("STOPPED")
        except AdapterError:
            return seen
        stopped = sorted((task for task in every if task.revision == seen.revision), key=_ended, reverse=True)
        return replace(seen, stopped=stopped, log=await self._said(stopped))

    async def _said(self, stopped: Sequence[Task]) -> tuple[str, ...]:
        for task in [task for task in failed(stopped) if task.started][:1]:
            with suppress(AdapterError):
                return tuple(await self._logs.of(task))
        return ()


def _ended(task: Task) -> float:
    return task.stopped.timestamp() if task.stopped else 0.0
