"""What changes something: a revision is registered, the service is told to use it, and told to go back.

Neither call has a token that would make it safe to repeat: each is sent once, and what became of it is read.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

from adapters.ecs import answers, revision
from adapters.ecs.account import error
from adapters.ecs.answers import Service
from adapters.ecs.asking import Asking, Revision
from adapters.ecs.finding import Finding, of, ref
from adapters.ecs.images import Images
from adapters.ecs.memory import Memory, certain
from adapters.ecs.plain import secrets_in_plain
from adapters.ecs.revision import short
from bot.errors import AdapterError
from bot.model import Attempt, Change, Direction, Kind, ModelWrite, Ref


class Rollout:
    def __init__(self, asking: Asking, images: Images, finding: Finding, memory: Memory) -> None:
        self._asking = asking
        self._images = images
        self._finding = finding
        self._memory = memory

    async def effect(self, change: Change) -> dict[str, Any]:
        """``copies``: the revision that the new one is made of; ``replaces``: the one that the service uses now."""
        service = await self._asking.service()
        return await self._plain(change.kind, change.to.id, change.model, service)

    async def _plain(self, kind: Kind, digest: str, model: ModelWrite | None, service: Service) -> dict[str, Any]:
        config = self._asking.config
        replaces = _leading(service)
        copied = await self.copied(kind, digest, replaces)
        return {
            "region": config.region,
            "cluster": config.cluster,
            "service": config.service,
            "container": config.container,
            "image": await self._images.reference(digest),
            "copies": short(copied.arn),
            "replaces": short(replaces),
            **({"model": model.plain} if model else {}),
        }

    async def copied(self, kind: Kind, digest: str, replaces: str) -> Revision:
        """The current revision; for a rollback the newest one that was of the wanted image, where there is one."""
        current = await self._asking.revision(replaces)
        if kind is not Kind.ROLLBACK:
            return current
        return await self.recorded(digest, current) or current

    async def recorded(self, digest: str, current: Revision) -> Revision | None:
        """The newest ACTIVE revision of the family whose container is of that image, by digest."""
        wanted = await self._images.reference(digest)
        for arn in await self._asking.newest(str(current.definition["family"])):
            one = await self._asking.revision(arn)
            names = {each.get("name") for each in one.definition.get("containerDefinitions") or []}
            container = self._asking.config.container
            if container in names and revision.image(one.definition, container) == wanted:
                return one
        return None

    async def start(self, attempt: Attempt) -> Ref:
        async with self._memory.alone(attempt.id):
            if attempt.id in self._memory.abandoned:
                raise error("abandoned", attempt=attempt.id)
            try:
                ours, there = await self._ready(attempt)
            except AdapterError:
                if attempt.id not in self._memory.revisions:  # without a revision nobody can have told the service
                    self._memory.holds(attempt.id)
                raise
            return there or await self._update(attempt, ours)

    async def _ready(self, attempt: Attempt) -> tuple[str, Ref | None]:
        """Our revision; and where its service was told to use it already."""
        ours = await self._finding.revision(attempt)
        service = await self._asking.service(fresh=True)
        mine = of(service, ours) if ours else None
        if ours and mine:
            return ours, ref(ours, mine.id, mine.created.timestamp() if mine.created else time.time())
        await self._same(attempt, service)
        return ours or await self._register(attempt), None

    async def _same(self, attempt: Attempt, service: Service) -> None:
        """What was approved is still so (INV4): the configuration, and the revision that the service uses."""
        approved = {name: value for name, value in attempt.effect.items() if name not in ("keep", "copies")}
        replaces = short(_leading(service))
        if replaces != approved.get("replaces"):
            raise error("service_moved", planned=str(approved.get("replaces")), found=replaces)
        now = await self._plain(Kind.DEPLOY, attempt.to.id, attempt.model, service)
        if approved != {name: value for name, value in now.items() if name != "copies"}:
            raise error("effect_changed", attempt=attempt.id)

    async def _register(self, attempt: Attempt) -> str:
        current = await self._asking.revision(str(attempt.effect["copies"]))
        self._judge_plain(current, attempt)
        config = self._asking.config
        params = revision.changed(
            current.definition,
            container=config.container,
            image=str(attempt.effect["image"]),
            model=await self._model(attempt, current),
            tags=revision.tagged(current.tags, attempt.id, attempt.to.label, short(current.arn)),
        )
        asked = {"attempt": attempt.id, "wants": "taskDefinition", **params}
        raw = await self._asking.region.send("register", "ecs", "register_task_definition", **asked)
        made = raw["taskDefinition"]
        arn, number = str(made["taskDefinitionArn"]), int(made["revision"])
        earlier = await self._finding.revision(attempt, upto=number)  # another process may have registered as well
        self._memory.revisions[attempt.id] = earlier or arn
        return earlier or arn

    def _judge_plain(self, current: Revision, attempt: Attempt) -> None:
        """What is put back is registered already, as it is: to refuse it would only keep the service broken."""
        if attempt.direction is Direction.RESTORE:
            return
        found = secrets_in_plain(current.definition, self._asking.config.plain_secrets_ok)
        if found:
            raise error("secret_in_plain", names=", ".join(found), revision=short(current.arn))

    async def _model(self, attempt: Attempt, current: Revision) -> tuple[str, str] | None:
        """What is written. To undo: what stood there before, unless somebody has written a third value since."""
        wrote = attempt.model
        if wrote is None:
            return None
        if wrote.id is not None:
            return wrote.key, wrote.id
        undone = await self._of_attempt(str(wrote.undoes), str(current.definition["family"]))
        copied = revision.tag(undone.tags, revision.COPIES) if undone else None
        if undone is None or copied is None or self._said(current, wrote.key) != self._said(undone, wrote.key):
            return None
        before = self._said(await self._asking.revision(copied), wrote.key)
        return (wrote.key, before) if before is not None else None

    async def _of_attempt(self, attempt: str, family: str) -> Revision | None:
        for arn in await self._asking.newest(family):
            one = await self._asking.revision(arn)
            if revision.tag(one.tags, revision.ATTEMPT) == attempt:
                return one
        return None

    def _said(self, one: Revision, key: str) -> str | None:
        return revision.environment(one.definition, self._asking.config.container).get(key)

    async def _update(self, attempt: Attempt, ours: str) -> Ref:
        config = self._asking.config
        asked = {"cluster": config.cluster, "service": config.service, "taskDefinition": ours}
        self._memory.sends(attempt.id)
        at = time.time()
        try:
            raw = await self._asking.region.send(
                "start", "ecs", "update_service", attempt=attempt.id, wants="service", **asked
            )
        except AdapterError as found:
            if certain(found):
                self._memory.refused(attempt.id)
            raise
        mine = of(answers.read(Service, raw["service"], "start"), ours)
        return ref(ours, mine.id if mine else "", at)

    async def stop(self, attempt: Attempt, ours: str) -> None:
        """Back to what was there before. Where another deployment leads, or ours has ended well, nothing is asked."""
        self._memory.asked.add(attempt.id)  # also where a bot that has died since had asked
        service = await self._asking.service(fresh=True)
        primary = service.primary
        if primary is None or primary.revision != ours or primary.rollout == "COMPLETED":
            return
        running = await self._running_deployment()
        if running is not None and await self._stopped(attempt, running):
            return
        if attempt.direction is Direction.RESTORE:
            return  # what it replaces is what had failed
        config = self._asking.config
        asked = {"cluster": config.cluster, "service": config.service, "taskDefinition": attempt.effect["replaces"]}
        await self._asking.region.send("stop", "ecs", "update_service", attempt=attempt.id, **asked)

    async def _running_deployment(self) -> str | None:
        config = self._asking.config
        asked = {"cluster": config.cluster, "service": config.service, "status": ["PENDING", "IN_PROGRESS"]}
        try:
            raw = await self._asking.region.read("ecs", "list_service_deployments", wants="serviceDeployments", **asked)
        except AdapterError as found:
            if found.retry:
                raise
            return None
        listed: list[Mapping[str, Any]] = raw["serviceDeployments"]
        return str(listed[0]["serviceDeploymentArn"]) if listed else None

    async def _stopped(self, attempt: Attempt, deployment: str) -> bool:
        """False: ECS cannot, as where there is no deployment to go back to."""
        asked = {"serviceDeploymentArn": deployment, "stopType": "ROLLBACK"}
        try:
            await self._asking.region.send("stop", "ecs", "stop_service_deployment", attempt=attempt.id, **asked)
        except AdapterError as found:
            if found.retry:
                raise
            return False
        return True


def _leading(service: Service) -> str:
    """The ARN of the revision that the service uses."""
    return service.primary.revision if service.primary else service.revision
