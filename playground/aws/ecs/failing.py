"""How a rollout fails: tasks that end, the circuit breaker, the way back."""

from playground.aws.ecs import sentences
from playground.aws.ecs.deployment import FAILED, IN_PROGRESS, Deployment, threshold
from playground.aws.ecs.standing import Standing
from playground.aws.ecs.task import Task
from playground.aws.errors import PlaygroundError

SCHEDULER = "ServiceSchedulerInitiated"
NEVER_RAN = ("CannotPull", "ResourceInit", "CannotStart")


class Failing(Standing):
    """Everything is about the PRIMARY deployment."""

    def place(self, n: int | None = None) -> list[Task]:
        """Starts so many tasks (all that are missing); they are pending."""
        one = self.primary
        missing = self.desired - len(self.of(one)) if n is None else n
        made = [
            Task(one.definition, self.cluster.arn, self.name, one.id, self.region.address(), self.now)
            for _ in range(max(0, missing))
        ]
        self.every_task += made
        if made:
            self.says(sentences.started([task.id for task in made]))
            self.tells_of(*made)
        return made

    def fail(self, reason: str = sentences.CRASHED, exit_code: int | None = 1, detail: str | None = None) -> Task:
        """One task of the PRIMARY deployment ends and counts as failed; the circuit breaker may trip.

        `reason` is the task's stoppedReason, `detail` the container's (an OutOfMemoryError, say). `exit_code` is None
        where nothing ever ran.
        """
        mine = [task for task in self.of(self.primary) if task.pending or task.running] or self.place(1)
        task = mine[0]
        started = task.running or (exit_code is not None and not reason.startswith(NEVER_RAN))
        code = "EssentialContainerExited" if started else "TaskFailedToStart"
        self.end(task, SCHEDULER if "health checks" in reason else code, reason, exit_code=exit_code, detail=detail)
        self._counted()
        return task

    def died(self, task: Task, reason: str, exit_code: int | None, detail: str | None = None) -> None:
        """This task ended by itself; what ran outside of a rollout is nobody's failure."""
        code = "EssentialContainerExited" if exit_code is not None else "TaskFailedToStart"
        self.end(task, code, reason, exit_code=exit_code, detail=detail)
        if task.deployment == self.primary.id and self.primary.rollout == IN_PROGRESS:
            self._counted()

    def pull_failed(self, task: Task, image: str) -> None:
        """There is no such image. The scheduler calls it a placement that failed."""
        reason = sentences.cannot_pull(image)
        self.says(sentences.unplaced(reason))
        self.end(task, "TaskFailedToStart", reason, detail=reason)
        self._counted()

    def _counted(self) -> None:
        one = self.primary
        one.failed += 1
        one.updated_at = self.now
        settings = self.configuration.get("deploymentCircuitBreaker", {})
        if one.failed == threshold(self.desired):
            self.says(sentences.IMPAIRED)
            self.tells_action("SERVICE_TASK_START_IMPAIRED", "WARN")
        if settings.get("enable") and one.rollout == IN_PROGRESS and one.failed >= threshold(self.desired):
            self.breaker()

    def breaker(self) -> Deployment | None:
        """The circuit breaker trips. Returns the deployment that goes back; None: there is none, and it stalls."""
        one = self.primary
        one.rollout, one.reason, one.updated_at = FAILED, sentences.TRIPPED, self.now
        self.current.tripped = True
        self.says(sentences.failed(one.id))
        self.tells(one, "SERVICE_DEPLOYMENT_FAILED")
        wanted = bool(self.configuration.get("deploymentCircuitBreaker", {}).get("rollback"))
        if one.rolling_back:
            self.current.becomes("ROLLBACK_FAILED", self.now, sentences.TRIPPED)
        elif wanted and self.completed is not None:
            return self.go_back(sentences.TRIPPED)
        else:
            self.current.becomes("STOPPED", self.now, sentences.TRIPPED)
        self.moved()
        return None

    def go_back(self, reason: str, *, stopped: str | None = None) -> Deployment:
        """A new deployment of the last completed one's definition takes PRIMARY, with what still runs of it."""
        left, back = self.primary, self.completed
        if back is None:
            raise PlaygroundError("nothing was ever completed")
        left.desired = 0
        if self.hesitant and stopped is None:
            left.rollout, left.reason = IN_PROGRESS, f"ECS deployment {left.id} in progress."
        else:
            left.rollout, left.reason = FAILED, stopped or left.reason
        made = self.takes_primary(back.definition, back=True)
        made.revision = back.revision
        made.reason = f"ECS deployment circuit breaker: rolling back to deploymentId {back.id}."
        if stopped is not None:
            made.reason = f"ECS deployment {made.id} in progress: rolling back to deploymentId {back.id}."
        for task in self.tasks:
            if task.deployment == back.id:
                task.deployment = made.id
        self.deployments = [one for one in self.deployments if one is not back]
        self.current.back, self.current.back_reason, self.current.back_at = made, reason, self.now
        self.current.becomes("ROLLBACK_IN_PROGRESS", self.now, reason)
        self.says(sentences.going_back(back.id))
        self.tells(made, "SERVICE_DEPLOYMENT_IN_PROGRESS")
        return made

    def asked_to_stop(self, *, roll_back: bool = True) -> None:
        """StopServiceDeployment, or a button of the console."""
        if roll_back:
            self.go_back(
                "Service deployment rolled back because of a stop request.", stopped="ECS deployment was stopped."
            )
            return
        self.primary.rollout, self.primary.reason = FAILED, "ECS deployment was stopped."
        self.current.becomes("STOPPED", self.now, "Service deployment stopped by request.")
        self.moved()

    def end(
        self, task: Task, code: str, reason: str, *, exit_code: int | None = None, detail: str | None = None
    ) -> None:
        task.stop(self.now, code, reason, exit_code=exit_code, detail=detail)
        if self.group is not None:
            self.group.forget(task.ip)
        self.tells_of(task)
