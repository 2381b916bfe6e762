"""The lines of the card: our revision, its tasks, the targets behind the load balancer, ECS's own end, its way back."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.ecs.answers import Deployment, Registered
from adapters.ecs.look import Look
from adapters.ecs.revision import short
from bot.model import Step, StepState

DETAIL = 100
SHORTEST = 1.0  # seconds: ECS does not say when a task began to run, only when its deployment changed last


def steps(look: Look, *, over: bool) -> tuple[Step, ...]:
    """``over``: what has not ended well by now has failed."""
    mine = look.mine
    made = Step("revision", StepState.DONE, look.began, detail=short(look.revision))
    left = not look.leads and mine is None and not (look.failed or look.asked)
    tasks = _tasks(mine, look, over=over and not left)
    targets = [] if look.targets is None else [_targets(look.targets, mine, look, over=over)]
    return (made, tasks, *targets, _steady(mine, over=over), *_back(look))


def _tasks(mine: Deployment | None, look: Look, *, over: bool) -> Step:
    """How many run and, while it goes on, the newest trouble. Once ECS gave it up, it wants none of ours any more."""
    if mine is None:
        return Step("tasks", StepState.FAILED if over else StepState.TODO)
    began, over = look.began, over or mine.rollout == "FAILED"
    seconds = max(mine.updated.timestamp() - began, 0.0) if mine.steady and mine.updated else 0.0
    parts = [f"{mine.running}/{mine.desired or look.service.desired}"]
    if not mine.steady and not over:
        parts += look.trouble[:1]
    code = f"tasks_failing:{mine.failed}" if mine.failed else "tasks"
    took = round(seconds, 1) if seconds >= SHORTEST else None
    return Step(code, _state(mine.steady, over=over), began, took, detail=" · ".join(parts)[:DETAIL])


def _targets(targets: Sequence[Registered], mine: Deployment | None, look: Look, *, over: bool) -> Step:
    """Those of tasks that are not ours serve as well until they are taken out; they are not counted."""
    wanted = mine.desired if mine else 0
    if not targets and not over:
        return Step("targets")
    leaving = [one for one in targets if one.health.state in ("draining", "unused")]
    staying = [one for one in targets if one not in leaving]
    good = [one for one in staying if one.health.state == "healthy"]
    theirs = sum(one.running for one in look.service.deployments if one is not mine)
    ours = min(max(len(good) - max(theirs - len(leaving), 0), 0), wanted)
    whole = 0 < wanted <= ours and len(good) == len(staying)
    bad = next((one.health for one in staying if one.health.state == "unhealthy"), None)
    why = f" · {bad.description or bad.reason}" if bad else ""
    return Step("targets", _state(whole, over=over), detail=f"{ours}/{wanted}{why}"[:DETAIL])


def _steady(mine: Deployment | None, *, over: bool) -> Step:
    if mine is None or not (mine.steady or mine.rollout in ("COMPLETED", "FAILED")):
        return Step("steady", StepState.SKIPPED if over else StepState.TODO)
    return Step("steady", _state(mine.rollout == "COMPLETED", over=over or mine.rollout == "FAILED"))


def _back(look: Look) -> list[Step]:
    """Only where ECS goes back by itself, or because we asked."""
    primary = look.service.primary
    if look.leads or primary is None or not look.goes_back or not (look.failed or look.asked):
        return []
    states = {"COMPLETED": StepState.DONE, "FAILED": StepState.FAILED}
    state = states.get(primary.rollout or "", StepState.RUNNING)
    return [Step("ecs_rollback", state, detail=short(primary.revision))]


def _state(good: bool, *, over: bool) -> StepState:
    if good:
        return StepState.DONE
    return StepState.FAILED if over else StepState.RUNNING
