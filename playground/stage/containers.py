"""The tasks of llmops in prod as real containers, where a docker daemon of this machine answers. It never starts one.

Each container is a static busybox on nothing else: no network, no capability, no registry. All of them bear labels, by
which they are found at the end, and at the next start after a kill.
"""

import asyncio
import contextlib
import os
from collections.abc import Callable

from playground.aws import Service, Task
from playground.aws.ecs.deployment import COMPLETED
from playground.aws.ecs.sentences import CRASHED
from playground.stage.docker import DEADLINE, DEFAULT, FAILURES, Docker, static_busybox

RUNS = "trap 'exit 143' TERM; while :; do /bin/busybox sleep 60 & wait $!; done"
CRASHES = "echo 'RuntimeError: model file not found: /models/current' >&2; /bin/busybox sleep 0.5; exit 3"
KILLED = 137
"""128 + SIGKILL."""


class Containers:
    """`start`, then `look` at every change of the service, then `stop`. `why` is empty while containers are real, else
    a key of `sentences.TASKS`; `detail` is what the daemon said."""

    def __init__(self, service: Service, moved: Callable[[], None], address: str | None = None) -> None:
        self.why, self.detail = "no_daemon", ""
        self._address = address or os.environ.get("DOCKER_HOST") or DEFAULT
        self._service, self._moved = service, moved
        self._known: set[str] = set()
        self._up: dict[str, str] = {}
        """Containers by their tasks: those that run."""
        self._doomed: set[str] = set()
        """Tasks whose containers end by themselves."""
        self._wake, self._starting = asyncio.Event(), asyncio.Lock()
        self._docker: Docker | None = None
        self._keeping: asyncio.Task[None] | None = None

    # Begin and end

    async def start(self) -> None:
        """Raises nothing: without a daemon, or when it refuses, the tasks stay pretended and `why` says why."""
        if not await asyncio.to_thread(static_busybox):
            self.why = "no_busybox"
            return
        scheme, _, path = self._address.partition("://")
        if scheme != "unix":
            return
        docker = self._docker = Docker(path)
        try:
            if not await docker.answers():
                return
            async with asyncio.timeout(DEADLINE):
                await docker.sweep_orphans()
                await docker.make_image()
                await docker.try_one()
        except FAILURES as error:
            self.why, self.detail = "refused", str(error) or repr(error)
            return
        except asyncio.CancelledError:
            await docker.close()  # nobody stops what has not started
            raise
        self.why, self._service.ready = "", self._ready
        self._keeping = asyncio.create_task(self._keep(docker), name="keep a container for each task")
        self._keeping.add_done_callback(self._kept)

    async def stop(self) -> None:
        """This fleet's containers and image are removed; where the daemon is gone, at the next start."""
        async with self._starting:
            keeping, self._keeping = self._keeping, None
            if keeping is not None:
                keeping.cancel()
                await asyncio.wait([keeping])
        if self._docker is not None:
            await self._docker.close()

    def look(self) -> None:
        self._wake.set()

    def _kept(self, keeping: asyncio.Task[None]) -> None:
        """By `stop`, or by a fault of ours: then rollouts go on without containers, and the page says so."""
        if not keeping.cancelled():
            self.why, self.detail = "refused", repr(keeping.exception())
            self._service.ready = lambda: True
            self._moved()

    # While it runs

    def _ready(self) -> bool:
        """The imitation's next step may be done: containers run where tasks do, and what is to crash has crashed."""
        return self._all_up() and not any(one.id in self._doomed for one in self._service.tasks if one.running)

    def _all_up(self) -> bool:
        return all(one.id in self._up for one in self._service.tasks if one.running)

    def _crashes(self, task: Task) -> bool:
        service = self._service
        ours = task.deployment == service.primary.id and not service.primary.rolling_back
        return ours and service.script == "tasks_crash" and service.primary.rollout != COMPLETED

    async def _keep(self, docker: Docker) -> None:
        async with asyncio.TaskGroup() as group:
            while True:
                self._wake.clear()
                for task in self._service.every_task:
                    if task.running and task.id not in self._known:
                        self._known.add(task.id)
                        group.create_task(self._live(docker, task))
                    elif task.stopped and task.id in self._up:
                        group.create_task(_end(docker, task, self._up.pop(task.id)))
                await self._wake.wait()

    async def _live(self, docker: Docker, task: Task) -> None:
        """From the start of its container to what its end means for the task."""
        try:
            async with self._starting:
                container = await self._begin(docker, task)
        except FAILURES as error:
            self._service.died(task, f"CannotStartContainerError: {error or type(error).__name__}", None)
            return
        self._up[task.id] = container
        self._service.due = max(self._service.due, self._service.now)
        if self._service.primary.rollout == COMPLETED and self._all_up():
            self._service.healthy()
        self.look()
        try:
            code, words = await docker.ended(container)
            await docker.remove(container)
        except FAILURES as error:
            code, words = None, f"docker: {error or type(error).__name__}"
        self._up.pop(task.id, None)
        if task.stopped and code is not None:
            task.containers[0].exit_code = code
        if not task.stopped:
            self._service.died(task, CRASHED, code, words)
            await self._replace()

    async def _replace(self) -> None:
        """As ECS does outside a rollout; in a rollout the script places what is missing."""
        await asyncio.sleep(self._service.pace)
        if self._service.primary.rollout == COMPLETED:
            self._service.place()
            self._service.run()

    async def _begin(self, docker: Docker, task: Task) -> str:
        first = task.containers[0]
        labels = {"slipway.task": task.id, "slipway.digest": first.digest or ""}
        if crashes := self._crashes(task):
            self._doomed.add(task.id)
        return await docker.run(f"slipway-{first.name}-{task.id[:8]}", CRASHES if crashes else RUNS, labels)


async def _end(docker: Docker, task: Task, container: str) -> None:
    """As the imitation ended it: asked, or killed. Whoever waits for the container hears what goes wrong."""
    with contextlib.suppress(*FAILURES):
        await docker.end(container, kill=task.containers[0].exit_code == KILLED)
