"""The lines of the card: our revision, its tasks, the targets behind the load balancer, ECS's own end, its way back."""

from __future__ import annotations

from collections.abc import Sequence

from adapters.ecs.answers import Deployment, Registered
from adapters.ecs.look import Look
from adapters.ecs.revision import short
from bot.model import Step, StepState

DETAIL = 100


def steps(look: Look, *, over: bool) -> tuple[Step, ...]:
    """``over``: what has not ended well by now has failed."""
    mine = look.mine
    made = Step("revision", StepState.DONE, look.began, detail=short(look.revision))
    left = not look.leads and mine is None and not (look.failed or look.asked)
    tasks = _tasks(mine, look, over=over and not left)
    targets = [] if look.targets is None else [_targets(look.targets, mine, over=over)]
    return (made, tasks, *targets, _steady(mine, over=over), *_back(look))


def _tasks(mine: Deployment | None, look: Look, *, over: bool) -> Step:
    """While it goes on, with the newest trouble."""
    began = look.began
    if mine is None:
        return Step("tasks", StepState.FAILED if over else StepState.TODO)
    seconds = None
    if mine.steady and mine.updated is not None:
        seconds = round(max(mine.updated.timestamp() - began, 0.0), 1)
    parts = [f"{mine.running}/{mine.desired}", *([f"✗ {mine.failed}"] if mine.failed else [])]
    if not mine.steady and not over:
        parts += look.trouble[:1]
    return Step("tasks", _state(mine.steady, over=over), began, seconds, detail=" · ".join(parts)[:DETAIL])


def _targets(targets: Sequence[Registered], mine: Deployment | None, *, over: bool) -> Step:
    wanted = mine.desired if mine else 0
    if not targets and not over:
        return Step("targets")
    staying = [one for one in targets if one.health.state not in ("draining", "unused")]
    good = [one for one in staying if one.health.state == "healthy"]
    whole = wanted > 0 and len(good) >= wanted and len(good) == len(staying)
    bad = next((one.health for one in staying if one.health.state == "unhealthy"), None)
    why = f" · {bad.description or bad.reason}" if bad else ""
    return Step("targets", _state(whole, over=over), detail=f"{len(good)}/{wanted}{why}"[:DETAIL])


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
