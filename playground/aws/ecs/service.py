"""A service of ECS, whole: what UpdateService does to it, and how it moves by itself."""

import copy

from playground.aws.ecs import scripts
from playground.aws.ecs.definition import Definition, register
from playground.aws.ecs.deployment import IN_PROGRESS, Deployment, threshold
from playground.aws.ecs.history import ServiceDeployment
from playground.aws.ecs.moving import Moving
from playground.aws.ecs.task import Task

SOMEBODY = "arn:aws:iam::123456789012:user/jieun"


class Service(Moving):
    """`script` moves it by itself, a step each `pace` seconds of the imitation's clock; None leaves it to the test."""

    # What UpdateService does

    def revise(self, image: str, *, by: str) -> Definition:
        """The next revision of the family, with another image only."""
        body = self.primary.definition.with_image(image, self.container)
        return register(self.region, self.primary.definition.family, body, by=by)

    def update(self, definition: Definition, *, late: float = 0.0) -> Deployment:
        """A new deployment takes PRIMARY. Whoever describes the service sees the old state for `late` seconds."""
        if late:
            self.shown = (self.now + late, self.shape())
        sources, before = list(self.deployments), self.history[-1] if self.history else None
        if before is not None and before.open:
            before.becomes("STOPPED", self.now, "A newer service deployment took its place.")
            before.stopped_at = self.now
        made = self.takes_primary(definition)
        breaker = threshold(self.desired)
        configuration = copy.deepcopy(self.configuration)
        self.history.append(
            ServiceDeployment(self.arn, self.cluster.arn, made, sources, self.now, configuration, breaker)
        )
        self.tells(made, "SERVICE_DEPLOYMENT_IN_PROGRESS")
        return made

    def scale(self, desired: int) -> None:
        """Another count of tasks: no new deployment."""
        self.desired = self.primary.desired = desired
        self.moved()

    # Other people, and nobody

    def superseded_by(self, image: str, *, by: str = SOMEBODY) -> Deployment:
        """Somebody else registers a revision with that image and updates the service to it."""
        return self.update(self.revise(image, by=by))

    def hang(self) -> None:
        """What was placed stays pending, whatever the script was."""
        self.script = "hangs"
        self.place()

    def said(self, task: Task, line: str) -> None:
        """The first container writes it to its log."""
        self.region.write(task, line)

    # By itself

    def catch_up(self) -> None:
        """Does what the script has come to, each step at its own time."""
        while self.script and self.due <= self.now and self.primary.rollout == IN_PROGRESS and self.ready():
            with self.region.state.at(self.due):
                scripts.step(self)
            self.due += self.pace
