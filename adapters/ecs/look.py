"""Everything that one look at a rollout saw, and the plain questions to it."""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from adapters.ecs.answers import Deployment, Event, Registered, Service, Task
from adapters.ecs.revision import short
from adapters.ecs.telling import BREAKER, troubles, why_stopped

BACK = "rolling back to deployment"
NAMED = re.compile(r"^(?:\((?:service|deployment|taskSet) [^)]*\) )+")  # what an event is about


@dataclass(frozen=True)
class Look:
    """Everything that one look saw.

    ``revision``: the ARN of ours; ``deployment``: the id that our update was answered with; ``replaced``: the revision
    that ran before, as ``family:number``. ``digests``: of the wanted image, and of what its index lists. ``asked``: we
    asked ECS to stop it. ``began``: epoch seconds of the update. ``shown``: ours was the PRIMARY in a look before.
    """

    service: Service
    revision: str
    deployment: str
    replaced: str
    wanted: str
    digests: Collection[str]
    container: str
    began: float
    now: float
    tasks: Sequence[Task] = ()
    stopped: Sequence[Task] = ()
    targets: Sequence[Registered] | None = None  # None: no target group
    asked: bool = False
    shown: bool = False
    log: tuple[str, ...] = ()

    @property
    def mine(self) -> Deployment | None:
        """PRIMARY first: somebody may have started our revision once more."""
        ours = [one for one in self.service.deployments if one.revision == self.revision]
        return next((one for one in ours if one.status == "PRIMARY"), ours[0] if ours else None)

    @property
    def leads(self) -> bool:
        """The PRIMARY deployment is of our revision."""
        return self.service.primary is not None and self.service.primary.revision == self.revision

    @property
    def tripped(self) -> bool:
        """ECS itself gave our deployment up. Its event outlives it."""
        ended = self.mine if self.mine is not None and self.mine.rollout == "FAILED" else None
        told = (
            [ended.reason] if ended else [self.service.primary.reason] if self.reverts and self.service.primary else []
        )
        if any(BREAKER.search(reason) for reason in told):
            return True
        return not self.leads and any(
            self.gave_up.search(event.message) for event in self.service.events if self.ours(event)
        )

    @property
    def failed(self) -> bool:
        """It ended, by ECS or by whoever stopped it."""
        return self.tripped or (self.mine is not None and self.mine.rollout == "FAILED")

    @property
    def trouble(self) -> list[str]:
        """What goes wrong while it goes on: of tasks that stopped, else what ECS tells."""
        return why_stopped(self.stopped) or [NAMED.sub("", told) for told in self.troubles]

    @property
    def troubles(self) -> list[str]:
        return troubles(self.service.events, self.began)

    @property
    def gave_up(self) -> re.Pattern[str]:
        """ECS's event. Where our deployment's id is not known, any one's."""
        named = re.escape(self.deployment) if self.deployment else r"ecs-svc/[0-9]+"
        return re.compile(rf"\(deployment {named}\) deployment failed:?\s*(.*)")

    def ours(self, event: Event) -> bool:
        """Not from before our update, where nothing but its time can tell."""
        return bool(self.deployment) or (event.at is not None and event.at.timestamp() >= self.began)

    @property
    def goes_back(self) -> bool:
        """The PRIMARY deployment may be ECS's own way back from ours."""
        primary = self.service.primary
        if primary is None:
            return False
        named = any(f"{BACK} {primary.id}" in event.message for event in self.service.events)
        return named or self.reverts or short(primary.revision) == self.replaced

    @property
    def reverts(self) -> bool:
        """The PRIMARY deployment says so itself, maybe before ours is called failed."""
        return self.service.primary is not None and BACK in self.service.primary.reason
