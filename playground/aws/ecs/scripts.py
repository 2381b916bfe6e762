"""How a service moves by itself, one step at a time, from what it looks like now."""

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING

from playground.aws.ecs import sentences

if TYPE_CHECKING:
    from playground.aws.ecs.service import Service


def step(service: "Service") -> None:
    """A rollback always goes well: the script is about what somebody deployed."""
    name = "good" if service.primary.rolling_back else service.script or "hangs"
    SCRIPTS[name](service)


def good(service: "Service") -> None:
    mine = service.of(service.primary)
    if len(mine) < service.desired:
        service.place()
    elif any(task.pending for task in mine):
        service.run()
    elif not all(service.sound(task) for task in mine):
        service.healthy()
    elif any(task.deployment != service.primary.id and task.desired == "RUNNING" for task in service.tasks):
        service.drain()
    elif any(task.status == "DEACTIVATING" for task in service.tasks):
        service.drained()
    else:
        service.complete()


def image_missing(service: "Service") -> None:
    mine = service.of(service.primary)
    if len(mine) < service.desired:
        service.place()
    else:
        pending = next(task for task in mine if task.pending)
        service.pull_failed(pending, pending.definition.image(service.container))


def image_stalls(service: "Service") -> None:
    """What has been seen with images that are gone: two failures, then nothing for a very long time."""
    if service.primary.failed < 2:
        image_missing(service)


def tasks_crash(service: "Service") -> None:
    mine = service.of(service.primary)
    if len(mine) < service.desired:
        service.place()
    elif any(task.pending for task in mine):
        for task in service.run():
            service.said(task, "RuntimeError: model file not found: /models/current")
    else:
        service.fail(exit_code=1)


def unhealthy(service: "Service") -> None:
    mine = service.of(service.primary)
    if len(mine) < service.desired:
        service.place()
    elif any(task.pending for task in mine):
        service.run()
    elif service.group is None:
        service.fail("Task failed container health checks", 137)
    elif any(service.group.targets[task.ip].state == "initial" for task in mine):
        service.unhealthy()
    else:
        service.fail(sentences.elb(service.group.arn), 137)


def hangs(service: "Service") -> None:
    service.place()


SCRIPTS: Mapping[str, Callable[["Service"], None]] = {
    "good": good,
    "image_missing": image_missing,
    "image_stalls": image_stalls,
    "tasks_crash": tasks_crash,
    "unhealthy": unhealthy,
    "hangs": hangs,
}
