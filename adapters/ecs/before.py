"""What stands in the way of a rollout, or should be known before one."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator

from adapters.ecs import revision
from adapters.ecs.answers import Service
from adapters.ecs.asking import Asking, Revision
from adapters.ecs.images import Images
from adapters.ecs.plain import secrets_in_plain
from adapters.ecs.revision import short
from adapters.ecs.rollout import Rollout
from bot.errors import AdapterError
from bot.model import Change, Finding, Kind, Preflight

SPOT = "FARGATE_SPOT"


class Before:
    def __init__(self, asking: Asking, images: Images, rollout: Rollout) -> None:
        self._asking = asking
        self._images = images
        self._rollout = rollout

    async def preflight(self, change: Change) -> Preflight:
        service = await self._asking.service(fresh=True)
        found = [*standing(service), *moving(service, change.kind)]
        leading = service.primary.revision if service.primary else service.revision
        current = await self._asking.revision(leading, fresh=True)
        copied = await self._rollout.copied(change.kind, change.to.id, leading)
        found += [one async for one in self._of(copied, change)]
        back = await self._back(change, current)
        found += [back] if back else []
        return Preflight(tuple(found), "tasks", rollback=back is None, interrupts=interrupts(service))

    async def _of(self, copied: Revision, change: Change) -> AsyncIterator[Finding]:
        """What the new revision would be."""
        config, definition = self._asking.config, copied.definition
        try:
            image = revision.image(definition, config.container)
        except AdapterError as error:
            yield Finding(error.code, True, error.facts)
            return
        plain = secrets_in_plain(definition, config.plain_secrets_ok)
        if plain:
            yield Finding("secret_in_plain", True, {"names": ", ".join(plain), "revision": short(copied.arn)})
        repository = await self._images.uri()
        named = image.partition("@")[0].rpartition(":")[0] if "@" not in image else image.partition("@")[0]
        if (named or image) != repository:
            yield Finding("repository_other", False, {"image": (named or image)[:200], "repository": repository})
        if (
            change.model
            and change.model.id
            and change.model.key not in revision.environment(definition, config.container)
        ):
            yield Finding("model_key_missing", True, {"key": change.model.key, "revision": short(copied.arn)})
        if change.kind is Kind.ROLLBACK and not copied.active:
            yield Finding("revision_inactive", False, {"revision": short(copied.arn)})
        async for one in self._image(change, definition):
            yield one

    async def _image(self, change: Change, definition: revision.Definition) -> AsyncIterator[Finding]:
        if not await self._images.exists(change.to.id):
            yield Finding(
                "image_gone", True, {"version": change.to.label, "repository": self._asking.config.repository}
            )
            return
        wanted = revision.architecture(definition)
        there = await self._images.architectures(change.to.id)
        if not there:
            yield Finding("architecture_untold", False, {"version": change.to.label})
        elif wanted is not None and wanted not in there:
            facts = {"version": change.to.label, "image": ", ".join(sorted(there)), "wanted": wanted}
            yield Finding("wrong_architecture", True, facts)

    async def _back(self, change: Change, current: Revision) -> Finding | None:
        """What runs now could not be put back: its image is gone, or its revision may not be used any more."""
        if change.before is not None and not await self._images.exists(change.before.id):
            return Finding("image_before_gone", False, {"version": change.before.label})
        return None if current.active else Finding("revision_inactive", False, {"revision": short(current.arn)})


def standing(service: Service) -> Iterator[Finding]:
    """How the service is set up."""
    rules = service.rules
    if service.controller.type != "ECS":
        yield Finding("controller_other", True, {"controller": service.controller.type})
    if rules.strategy != "ROLLING":
        yield Finding("strategy_other", True, {"strategy": rules.strategy})
    if service.desired == 0:
        yield Finding("no_tasks_wanted", True, {"service": service.name})
    if service.primary is not None and service.primary.rollout is None:
        yield Finding("rollout_untold", True, {"service": service.name})
    if rules.least >= 100 and rules.most <= 100:
        yield Finding("no_room", True, {"least": rules.least, "most": rules.most})
    if rules.breaker is None or not rules.breaker.enable:
        yield Finding("breaker_off", False, {})
    elif not rules.breaker.rollback:
        yield Finding("breaker_stays", False, {})
    elif not any(one.rollout == "COMPLETED" for one in service.deployments):
        yield Finding("nothing_to_fall_back", False, {})
    if service.providers and all(one.name == SPOT for one in service.providers):
        yield Finding("spot_only", False, {})


def moving(service: Service, kind: Kind) -> Iterator[Finding]:
    """A rollout that goes on. Whoever goes back from it may."""
    primary = service.primary
    if primary is not None and primary.rollout == "IN_PROGRESS":
        yield Finding("other_rollout", kind is not Kind.ROLLBACK, {"revision": short(primary.revision)})


def interrupts(service: Service) -> bool:
    """Whether all tasks may be gone for a while: ECS rounds what must stay up, and what may come down."""
    least = -(-service.desired * service.rules.least // 100)
    return least == 0
