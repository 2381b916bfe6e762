"""llmops in prod: a service on the imitation of AWS, and the address behind its load balancer."""

import itertools
import re
from collections.abc import Callable
from datetime import datetime
from typing import Any, Self

from aiohttp import web

from playground.aws import Keys, LocalAws, Task
from playground.stage.containers import Containers

REGION = "ap-northeast-2"
CLUSTER, SERVICE, CONTAINER, REPOSITORY = "prod-llmops-cluster", "prod-llmops-service", "llmops-app", "prod-llmops-app"
ENV = "prod"
PACE = 0.7
"""Seconds that a step of a rollout takes."""
SWITCHES = ("image_missing", "tasks_crash", "unhealthy")
"""What may go wrong with the next rollout: scripts of playground.aws."""
ARN = re.compile(r"arn:aws:[a-z-]+:[a-z0-9-]+:\d*:[a-z-]+/([^/\s)]+)(?:/[^\s)]+)?")
TASK = re.compile(r"(\(task [0-9a-f]{8})[0-9a-f]{24}")
SHOWN = 6
"""How many of ECS's events the page shows."""


class Fleet:
    """`async with`: AWS, a service of two tasks, and `url`, which answers with the digest that a healthy one runs."""

    def __init__(self, first: str, moved: Callable[[], None], docker: str | None = None) -> None:
        """`first`: the tag of what runs in the beginning. `docker`: the daemon's address, if not the usual one."""
        self.aws = LocalAws()
        self.repository = self.aws.repository(REPOSITORY, REGION)
        self.service = self.aws.cluster(CLUSTER, REGION).service(
            SERVICE,
            containers=[CONTAINER],
            image=self.repository.image(self.repository.push(first)),
            environment={"MODEL_ID": "dojangkok/qwen2.5-7b"},
            secrets={"DATABASE_PASSWORD": "arn:aws:ssm:ap-northeast-2:123456789012:parameter/prod/llmops/db"},
            script="good",
            pace=PACE,
        )
        self.queue = self.aws.queue("slipway-events", REGION, follows=True)
        """Where ECS's events lie until the bot fetches them."""
        self.url = ""
        self.armed: str | None = None
        """Of SWITCHES: what the next rollout will do."""
        self._moved, self._since = moved, 0
        self._turns = itertools.count()
        self._door: web.AppRunner | None = None
        self.service.moved = self._noticed
        self.containers = Containers(self.service, moved, docker)

    async def __aenter__(self) -> Self:
        await self.aws.start()
        app = web.Application()
        app.router.add_get("/api/health", self._health)
        self._door = web.AppRunner(app, access_log=None, shutdown_timeout=1.0)
        await self._door.setup()
        await web.TCPSite(self._door, "127.0.0.1", 0).start()
        self.url = f"http://127.0.0.1:{self._door.addresses[0][1]}"
        await self.containers.start()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self.containers.stop()
        if self._door is not None:
            await self._door.cleanup()
        await self.aws.stop()

    def keys(self) -> Keys:
        """Slipway's own."""
        return self.aws.keys()

    async def _health(self, request: web.Request) -> web.Response:
        """As a load balancer: one healthy target after the other."""
        fit = self._fit()
        if not fit:
            return web.json_response({"message": "no healthy target"}, status=503)
        task = fit[next(self._turns) % len(fit)]
        return web.json_response({"status": "ok", "version": task.containers[0].digest})

    def _fit(self) -> list[Task]:
        group = self.service.group
        return [task for task in self.service.tasks if group is not None and group.healthy(task.ip)]

    def _noticed(self) -> None:
        """A switch is used up by the first rollout that ends after it was pressed."""
        if self.armed and len(self.service.history) > self._since and not self.service.current.open:
            self._disarm()
        self.containers.look()
        self._moved()

    def _disarm(self) -> None:
        self.armed, self.service.script = None, "good"

    # What people may do

    @property
    def busy(self) -> bool:
        """A rollout is under way."""
        return self.service.current.open

    def push(self, tag: str) -> str:
        """The image of a commit; its digest."""
        digest = self.repository.push(tag)
        self._moved()
        return digest

    def arm(self, what: str) -> None:
        """The next rollout goes wrong like that; a second call takes it back."""
        if self.armed == what:
            self._disarm()
        else:
            self.armed, self.service.script = what, what
            self._since = len(self.service.history)
        self._moved()

    def somebody_else(self) -> str:
        """minsu registers a revision with an image of his own and updates the service; its digest."""
        digest = self.repository.push(f"hotfix-{len(self.service.revisions)}")
        self.service.superseded_by(self.repository.image(digest), by="arn:aws:iam::123456789012:user/minsu")
        return digest

    # What the page shows

    @property
    def digest(self) -> str:
        """What every healthy task runs; empty where they differ or none is healthy."""
        found = {task.containers[0].digest or "" for task in self._fit()}
        return found.pop() if len(found) == 1 else ""

    @property
    def view(self) -> dict[str, Any]:
        """Deployments with their counts, the tasks' states, ECS's last events."""
        counted = self.service.counted()
        return {
            "env": ENV,
            "service": "llmops",
            "where": f"{CLUSTER}/{SERVICE}",
            "version": self.digest,
            "tag": self._tag(self.digest),
            "healthy": len(self._fit()),
            "desired": self.service.desired,
            "steady": self.service.steady,
            "deployments": [
                {
                    "status": one.status,
                    "rollout": one.rollout,
                    "revision": one.definition.revision,
                    "tag": self._tag(one.definition.image().rpartition("@")[2]),
                    "pending": counted[one.id][0],
                    "running": counted[one.id][1],
                    "failed": one.failed,
                }
                for one in self.service.deployments
            ],
            "events": [
                {"at": datetime.fromtimestamp(one.at).astimezone().strftime("%H:%M:%S"), "text": _short(one.message)}
                for one in itertools.islice(self.service.log, SHOWN)
            ],
        }

    def _tag(self, digest: str) -> str:
        image = self.repository.images.get(digest)
        return image.tags[0] if image and image.tags else digest.removeprefix("sha256:")[:12]


def _short(message: str) -> str:
    """Without the service's name, which stands above it, and without ARNs and ids in full."""
    return TASK.sub(r"\1…", ARN.sub(r"\1", message.removeprefix(f"(service {SERVICE}) ")))
