"""How a service moves: a test, a script or somebody at the console calls these."""

from typing import TYPE_CHECKING, cast

from playground.aws.ecs import sentences
from playground.aws.ecs.deployment import COMPLETED, FAILED, IN_PROGRESS, Deployment, threshold
from playground.aws.ecs.task import Task, digest_of
from playground.aws.errors import PlaygroundError

if TYPE_CHECKING:
    from playground.aws.ecs.service import Service

SCHEDULER = "ServiceSchedulerInitiated"


class Moves:
    """For `Service` only; everything is about its PRIMARY deployment unless it says otherwise."""

    @property
    def _me(self) -> "Service":
        return cast("Service", self)

    # Up

    def place(self, n: int | None = None) -> list[Task]:
        """Starts so many tasks (all that are missing); they are pending."""
        me = self._me
        one = me.primary
        missing = me.desired - len(me.of(one)) if n is None else n
        made = [
            Task(one.definition, me.cluster.arn, me.name, one.id, me.region.address(), me.now)
            for _ in range(max(0, missing))
        ]
        me.every_task += made
        if made:
            me.says(sentences.started([task.id for task in made]))
            self._told(*made)
        return made

    def run(self, n: int | None = None) -> list[Task]:
        """So many pending tasks (all) are up and registered. One whose image is not in ECR fails instead."""
        me = self._me
        up = []
        for task in [task for task in me.of(me.primary) if task.pending][:n]:
            gone = [one.image for one in task.containers if digest_of(task.definition, one.image) is None]
            if gone:
                self._pull_failed(task, gone[0])
                continue
            task.run(me.now)
            up.append(task)
            if me.group is not None:
                me.group.register(task.ip)
        if up and me.group is not None:
            me.says(sentences.registered(len(up), me.group.arn))
        self._told(*up)
        return up

    def healthy(self, n: int | None = None) -> None:
        """So many running tasks (all) pass their health checks. The count of failures begins anew."""
        me = self._me
        for task in [task for task in me.of(me.primary) if task.running and not self._fit(task)][:n]:
            if me.group is not None:
                me.group.becomes(task.ip, "healthy")
            for container in task.containers:
                container.health = "HEALTHY"
            self._told(task)
            me.primary.failed = 0

    def unhealthy(self, reason: tuple[str, str] | None = None) -> None:
        """The running tasks' targets fail their checks; nothing is stopped yet."""
        me = self._me
        if me.group is None:
            raise PlaygroundError("no target group")
        for task in [task for task in me.of(me.primary) if task.running]:
            me.group.becomes(task.ip, "unhealthy", reason)
            told = me.group.targets[task.ip].shape()["TargetHealth"]["Description"]
            me.says(sentences.unhealthy(me.group.port, task.id, me.group.arn, told))
        me.moved()

    def drain(self, n: int | None = None) -> list[Task]:
        """So many tasks (all) of older deployments are stopped."""
        me = self._me
        old = [task for task in me.tasks if task.deployment != me.primary.id][:n]
        if old and me.group is not None:
            me.says(sentences.draining(len(old)))
            me.says(sentences.deregistered(len(old), me.group.arn))
        if old:
            me.says(sentences.stopped([task.id for task in old]))
        for task in old:
            self._end(task, SCHEDULER, sentences.scaled_by(me.primary.id), exit_code=143)
        for one in me.deployments[1:]:
            one.desired = min(one.desired, len(me.of(one)))
        return old

    def complete(self) -> None:
        """The rollout succeeds: whatever it lacks is done first."""
        me = self._me
        one = me.primary
        self.place()
        self.run()
        if me.primary is not one or one.rollout != IN_PROGRESS:
            return
        self.healthy()
        self.drain()
        del me.deployments[1:]
        one.rollout, one.reason, one.updated_at = COMPLETED, f"ECS deployment {one.id} completed.", me.now
        me.completed = one
        status = "ROLLBACK_SUCCESSFUL" if one.rolling_back else "SUCCESSFUL"
        me.current.becomes(status, me.now, me.current.reason if one.rolling_back else None)
        me.says(sentences.completed(one.id))
        me.says(sentences.STEADY)
        me.tells(one, "SERVICE_DEPLOYMENT_COMPLETED")
        me.moved()

    # Down

    def fail(self, reason: str = sentences.CRASHED, exit_code: int | None = 1, detail: str | None = None) -> Task:
        """One task of the PRIMARY deployment ends and counts as failed; the circuit breaker may trip.

        `reason` is the task's stoppedReason, `detail` the container's (an OutOfMemoryError, say). `exit_code` is None
        where nothing ever ran.
        """
        me = self._me
        mine = [task for task in me.of(me.primary) if task.pending or task.running] or self.place(1)
        task = mine[0]
        started = task.running or (exit_code is not None and not self._never_started(reason))
        code = "EssentialContainerExited" if started else "TaskFailedToStart"
        self._end(task, SCHEDULER if "health checks" in reason else code, reason, exit_code=exit_code, detail=detail)
        self._counted()
        return task

    def _never_started(self, reason: str) -> bool:
        return reason.startswith(("CannotPull", "ResourceInit", "CannotStart"))

    def _pull_failed(self, task: Task, image: str) -> None:
        reason = sentences.cannot_pull(image)
        self._end(task, "TaskFailedToStart", reason, detail=reason)
        self._counted()

    def _counted(self) -> None:
        me = self._me
        one = me.primary
        one.failed += 1
        one.updated_at = me.now
        settings = me.configuration.get("deploymentCircuitBreaker", {})
        if one.failed == threshold(me.desired):
            me.says(sentences.IMPAIRED)
        if settings.get("enable") and one.rollout == IN_PROGRESS and one.failed >= threshold(me.desired):
            self.breaker()

    def breaker(self) -> Deployment | None:
        """The circuit breaker trips. Returns the deployment that goes back; None: there is none, and it stalls."""
        me = self._me
        one = me.primary
        one.rollout, one.reason, one.updated_at = FAILED, sentences.TRIPPED, me.now
        me.current.tripped = True
        me.says(sentences.failed(one.id))
        me.tells(one, "SERVICE_DEPLOYMENT_FAILED")
        wanted = bool(me.configuration.get("deploymentCircuitBreaker", {}).get("rollback"))
        if one.rolling_back:
            me.current.becomes("ROLLBACK_FAILED", me.now, sentences.TRIPPED)
        elif wanted and me.completed is not None:
            return self.go_back(sentences.TRIPPED)
        else:
            me.current.becomes("STOPPED", me.now, sentences.TRIPPED)
        me.moved()
        return None

    def go_back(self, reason: str, *, stopped: str | None = None) -> Deployment:
        """A new deployment of the last completed one's definition takes PRIMARY, with what still runs of it."""
        me = self._me
        left, back = me.primary, me.completed
        if back is None:
            raise PlaygroundError("nothing was ever completed")
        left.rollout, left.reason = FAILED, stopped or left.reason
        left.desired = 0
        made = me.takes_primary(back.definition, back=True)
        made.revision = back.revision
        made.reason = f"ECS deployment circuit breaker: rolling back to deploymentId {back.id}."
        if stopped is not None:
            made.reason = f"ECS deployment {made.id} in progress: rolling back to deploymentId {back.id}."
        for task in me.tasks:
            if task.deployment == back.id:
                task.deployment = made.id
        me.deployments = [one for one in me.deployments if one is not back]
        me.current.back, me.current.back_reason, me.current.back_at = made, reason, me.now
        me.current.becomes("ROLLBACK_IN_PROGRESS", me.now, reason)
        me.says(sentences.going_back(back.id))
        me.moved()
        return made

    def asked_to_stop(self, *, roll_back: bool = True) -> None:
        """StopServiceDeployment, or a button of the console."""
        me = self._me
        if roll_back:
            self.go_back(
                "Service deployment rolled back because of a stop request.", stopped="ECS deployment was stopped."
            )
            return
        me.primary.rollout, me.primary.reason = FAILED, "ECS deployment was stopped."
        me.current.becomes("STOPPED", me.now, "Service deployment stopped by request.")
        me.moved()

    def scale(self, desired: int) -> None:
        """Another count of tasks: no new deployment."""
        self._me.desired = self._me.primary.desired = desired
        self._me.moved()

    # Other people, and nobody

    def superseded_by(self, image: str, *, by: str = "arn:aws:iam::123456789012:user/jieun") -> Deployment:
        """Somebody else registers a revision with that image and updates the service to it."""
        me = self._me
        return me.update(me.revise(image, by=by))

    def hang(self) -> None:
        """What was placed stays pending, whatever the script was."""
        self._me.script = "hangs"
        self.place()

    def said(self, task: Task, line: str) -> None:
        """The first container writes it to its log."""
        self._me.region.write(task, line)

    # Shared

    def sound(self, task: Task) -> bool:
        """Whether it passes every check."""
        return self._fit(task)

    def _fit(self, task: Task) -> bool:
        group = self._me.group
        sound = all(one.health == "HEALTHY" for one in task.containers)
        return sound and (group is None or group.healthy(task.ip))

    def _end(
        self, task: Task, code: str, reason: str, *, exit_code: int | None = None, detail: str | None = None
    ) -> None:
        me = self._me
        task.stop(me.now, code, reason, exit_code=exit_code, detail=detail)
        if me.group is not None:
            me.group.forget(task.ip)
        self._told(task)

    def _told(self, *tasks: Task) -> None:
        """EventBridge's "ECS Task State Change", and whoever looks on."""
        me = self._me
        for task in tasks:
            me.region.state.tell(me.region, "ECS Task State Change", [task.arn], task.shape())
        me.moved()
