"""What runs: the digests of the service's tasks, never what its task definition says."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.ecs import revision
from adapters.ecs.account import error
from adapters.ecs.answers import Service, Task
from adapters.ecs.asking import Asking
from adapters.ecs.images import Images
from adapters.ecs.judge import instance
from bot.model import Nothing, Observation, Running


class Told:
    def __init__(self, asking: Asking, images: Images) -> None:
        self._asking = asking
        self._images = images

    async def now(self) -> Observation:
        """While two revisions run side by side, the one that comes: it serves already."""
        service = await self._asking.service(fresh=True)
        tasks = [task for task in await self._asking.tasks() if task.status == "RUNNING"]
        if not tasks:
            return Nothing({"state": f"{service.status} · 0/{service.desired}"})
        leading = service.primary.revision if service.primary else service.revision
        comes = [task for task in tasks if task.revision == leading]
        runs = await self._image(comes or tasks)
        version = await self._images.version(runs)
        since = min((task.started.timestamp() for task in tasks if task.started), default=None)
        return Running(version, "tasks", instance(tasks), since, parts=await self._parts(service, tasks))

    async def _image(self, tasks: Sequence[Task]) -> str:
        """Of these tasks. An index that their revision names stands for the image that it lists."""
        container = self._asking.config.container
        found = {task.digest(container) for task in tasks}
        digest = next(iter(found)) if len(found) == 1 else None
        if digest is None:
            raise error("digest_untold", container=container, tasks=len(tasks))
        definition = (await self._asking.revision(tasks[0].revision)).definition
        pinned = revision.image(definition, container).partition("@")[2]
        if pinned and pinned != digest and digest in await self._images.held(pinned):
            return pinned
        return digest

    async def _parts(self, service: Service, tasks: Sequence[Task]) -> dict[str, str]:
        """Only where they differ: each revision with its count."""
        names = sorted({task.revision for task in tasks})
        if len(names) < 2:
            return {}
        return {revision.short(name): str(sum(task.revision == name for task in tasks)) for name in names}
