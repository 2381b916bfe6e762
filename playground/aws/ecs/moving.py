"""How a rollout goes well, step by step."""

from playground.aws.ecs import sentences
from playground.aws.ecs.deployment import COMPLETED, FAILED, IN_PROGRESS
from playground.aws.ecs.failing import SCHEDULER, Failing
from playground.aws.ecs.task import Task, digest_of
from playground.aws.errors import PlaygroundError


class Moving(Failing):
    """Everything is about the PRIMARY deployment, unless it says otherwise."""

    def run(self, n: int | None = None) -> list[Task]:
        """So many pending tasks (all) are up and registered. One whose image is not in ECR fails instead."""
        up = []
        for task in [task for task in self.of(self.primary) if task.pending][:n]:
            gone = [one.image for one in task.containers if digest_of(task.definition, one.image) is None]
            if gone:
                self.pull_failed(task, gone[0])
                continue
            task.run(self.now)
            up.append(task)
            if self.group is not None:
                self.group.register(task.ip)
        if up and self.group is not None:
            self.says(sentences.registered(len(up), self.group.arn))
        self.tells_of(*up)
        return up

    def healthy(self, n: int | None = None) -> None:
        """So many running tasks (all) pass their health checks. The count of failures begins anew."""
        mine = [task for task in self.of(self.primary) if task.running]
        for task in [task for task in mine if not self.sound(task)][:n]:
            if self.group is not None:
                self.group.becomes(task.ip, "healthy")
            for container in task.checked:
                container.health = "HEALTHY"
            self.tells_of(task)
        if any(self.sound(task) for task in mine):
            self.primary.failed = 0

    def unhealthy(self, reason: tuple[str, str] | None = None) -> None:
        """The running tasks' targets fail their checks; nothing is stopped yet."""
        if self.group is None:
            raise PlaygroundError("no target group")
        for task in [task for task in self.of(self.primary) if task.running]:
            self.group.becomes(task.ip, "unhealthy", reason)
            told = self.group.targets[task.ip].shape()["TargetHealth"]["Description"]
            self.says(sentences.unhealthy(self.group.port, task.id, self.group.arn, told))
        self.moved()

    def drain(self, n: int | None = None) -> list[Task]:
        """So many tasks (all) of older deployments take no new requests; `drained` stops them."""
        old = [task for task in self.tasks if task.deployment != self.primary.id and task.desired == "RUNNING"][:n]
        if old and self.group is not None:
            self.says(sentences.draining(len(old)))
            self.says(sentences.deregistered(len(old), self.group.arn))
        if old:
            self.says(sentences.stopped([task.id for task in old]))
        for task in old:
            task.deactivate(self.now, SCHEDULER, sentences.scaled_by(self.primary.id))
            if self.group is not None:
                self.group.becomes(task.ip, "draining")
        self.tells_of(*old)
        for one in self.deployments[1:]:
            one.desired = min(one.desired, sum(task.desired == "RUNNING" for task in self.of(one)))
            if self.hesitant and self.primary.rolling_back:
                one.status, one.rollout, one.reason = "DRAINING", FAILED, sentences.TRIPPED
        return old

    def drained(self) -> None:
        """What drained is stopped."""
        for task in [task for task in self.tasks if task.status == "DEACTIVATING"]:
            self.end(task, SCHEDULER, task.stopped_reason or "", exit_code=143)

    def complete(self) -> None:
        """The rollout succeeds: whatever it lacks is done first."""
        one = self.primary
        self.place()
        self.run()
        if self.primary is not one or one.rollout != IN_PROGRESS:
            return
        self.healthy()
        self.drain()
        self.drained()
        del self.deployments[1:]
        one.rollout, one.reason, one.updated_at = COMPLETED, f"ECS deployment {one.id} completed.", self.now
        self.completed = one
        status = "ROLLBACK_SUCCESSFUL" if one.rolling_back else "SUCCESSFUL"
        self.current.becomes(status, self.now, self.current.reason if one.rolling_back else None)
        self.says(sentences.completed(one.id))
        self.says(sentences.STEADY)
        self.tells(one, "SERVICE_DEPLOYMENT_COMPLETED")
        self.tells_action("SERVICE_STEADY_STATE")
        self.moved()
