"""Stable is not deployed: what one snapshot of a service means for the attempt that changed it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from adapters.ecs.judge import progress
from bot.model import Failure, Progress, Status, StepState
from tests.ecs.made import AT, BASE, NEW, OLD, OURS, THIRD, dead, deployment, look, service, target, task

GAVE_UP = "(service prod-llmops-service) (deployment ecs-svc/58) deployment failed: tasks failed to start."
GOES_BACK = "(service prod-llmops-service) rolling back to deployment ecs-svc/57."
REASON = "ECS deployment circuit breaker: tasks failed to start."


def failure(seen: Progress) -> Failure:
    assert seen.failure is not None, seen
    return seen.failure


def states(seen: Progress) -> dict[str, StepState]:
    return {step.code: step.state for step in seen.steps}


def test_a_service_that_is_stable_on_the_revision_before_is_rolled_back_by_ecs_and_never_green() -> None:
    ours = deployment(OURS, "FAILED", status="ACTIVE", runningCount=0, rolloutStateReason=REASON)
    seen = progress(look(service(deployment(BASE), ours), tasks=(task(BASE, OLD), task(BASE, OLD, 2))))
    assert (seen.status, seen.evidence, seen.switched) == (Status.FAILED, None, False)
    assert failure(seen).code == "rolled_back_by_ecs"
    assert failure(seen).facts == {"reason": "tasks failed to start", "revision": "llmops:57"}


def test_ecs_s_rollback_is_known_by_its_event_when_our_deployment_is_gone_from_the_list() -> None:
    seen = progress(look(service(deployment(BASE), events=[GOES_BACK, GAVE_UP])))
    assert (seen.status, failure(seen).code) == (Status.FAILED, "rolled_back_by_ecs")
    assert failure(seen).facts["reason"] == "tasks failed to start"


def test_while_ecs_goes_back_nothing_is_decided() -> None:
    way_back = deployment(BASE, "IN_PROGRESS", rolloutStateReason="ECS … rolling back to deploymentId ecs-svc/1")
    ours = deployment(OURS, "FAILED", status="ACTIVE", rolloutStateReason=REASON)
    seen = progress(look(service(way_back, ours)))
    assert (seen.status, seen.failure) == (Status.RUNNING, None)
    assert states(seen)["ecs_rollback"] is StepState.RUNNING


def test_a_way_back_that_says_so_itself_is_ecs_s_even_before_ours_is_called_failed() -> None:
    reason = "ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1"
    ours = deployment(OURS, "IN_PROGRESS", status="ACTIVE", rolloutStateReason="ECS deployment ecs-svc/58 in progress.")
    for asked in (False, True):
        seen = progress(look(service(deployment(BASE, "IN_PROGRESS", rolloutStateReason=reason), ours), asked=asked))
        assert seen.status is Status.RUNNING
    over = progress(look(service(deployment(BASE, rolloutStateReason=reason), ours)))
    assert (over.status, failure(over).code) == (Status.FAILED, "rolled_back_by_ecs")


def test_a_way_back_that_fails_too_is_told_and_may_have_left_anything() -> None:
    ours = deployment(OURS, "FAILED", status="ACTIVE", rolloutStateReason=REASON)
    seen = progress(look(service(deployment(BASE, "FAILED"), ours)))
    assert (seen.status, failure(seen).code, seen.switched) == (Status.FAILED, "rollback_failed", True)


def test_with_nothing_to_go_back_to_the_breaker_stops_and_says_why() -> None:
    ours = deployment(OURS, "FAILED", runningCount=0, rolloutStateReason=REASON)
    old = deployment(BASE, "IN_PROGRESS", status="ACTIVE")
    stopped = (dead("Essential container in task exited", 1, "", 1), dead("Task failed ELB health checks", None, "", 2))
    seen = progress(look(service(ours, old), tasks=(), stopped=stopped, log=("KeyError: MODEL",)))
    assert (seen.status, failure(seen).code, seen.evidence) == (Status.FAILED, "given_up", None)
    assert failure(seen).log[:2] == ("KeyError: MODEL", "Essential container in task exited · llmops-app: exit code 1")
    assert not seen.switched


@pytest.mark.parametrize("revision", [THIRD, BASE])
def test_when_another_deployment_takes_the_lead_we_keep_our_hands_off(revision: str) -> None:
    ours = deployment(OURS, "IN_PROGRESS", status="ACTIVE", runningCount=1)
    seen = progress(look(service(deployment(revision, "IN_PROGRESS"), ours)))
    assert (seen.status, seen.evidence, seen.switched) == (Status.SUPERSEDED, None, False)
    assert failure(seen).facts == {"revision": f"llmops:{revision[-2:]}", "ours": "llmops:58"}


@pytest.mark.parametrize("revision", [THIRD, BASE])
def test_superseded_stays_superseded_when_ours_is_gone_from_the_list(revision: str) -> None:
    seen = look(service(deployment(revision)), shown=True)
    assert progress(replace(seen, began=seen.now - 5)).status is Status.SUPERSEDED


def test_a_way_back_that_somebody_asked_ecs_for_is_no_deployment_of_theirs() -> None:
    reason = "ECS deployment ecs-svc/9 in progress: rolling back to deploymentId ecs-svc/1."
    ours = deployment(OURS, "IN_PROGRESS", status="ACTIVE")
    over = progress(look(service(deployment(BASE, rolloutStateReason=reason), ours)))
    assert (over.status, failure(over).code) == (Status.FAILED, "rolled_back_by_ecs")


def test_a_foreign_deployment_after_our_failure_is_not_taken_for_ecs_s_way_back() -> None:
    ours = deployment(OURS, "FAILED", status="ACTIVE", rolloutStateReason=REASON)
    assert progress(look(service(deployment(THIRD), ours))).status is Status.SUPERSEDED


def test_a_list_that_does_not_show_our_update_yet_is_waited_for() -> None:
    seen = progress(look(service(deployment(BASE)), began=look(service(deployment(BASE))).now - 5))
    assert (seen.status, seen.failure) == (Status.RUNNING, None)
    assert states(seen)["tasks"] is StepState.TODO


def test_our_own_stop_ends_when_the_revision_before_is_steady_again() -> None:
    ours = deployment(OURS, "IN_PROGRESS", status="ACTIVE", runningCount=0)
    going = progress(look(service(deployment(BASE, "IN_PROGRESS"), ours), asked=True))
    assert (going.status, states(going)["ecs_rollback"]) == (Status.RUNNING, StepState.RUNNING)
    ended = progress(look(service(deployment(BASE)), asked=True, tasks=(task(BASE, OLD),)))
    assert (ended.status, ended.switched, ended.failure) == (Status.STOPPED, False, None)


def test_a_deployment_that_we_stopped_is_failed_in_the_list_and_stopped_in_ours() -> None:
    ours = deployment(OURS, "FAILED", status="ACTIVE", runningCount=0, rolloutStateReason="ECS deployment was stopped.")
    assert progress(look(service(deployment(BASE), ours), asked=True)).status is Status.STOPPED
    assert failure(progress(look(service(deployment(BASE), ours)))).code == "rolled_back_by_ecs"


def test_the_breaker_that_tripped_before_our_stop_is_told_as_the_reason() -> None:
    seen = progress(look(service(deployment(BASE), events=[GOES_BACK, GAVE_UP]), asked=True))
    assert (seen.status, failure(seen).code) == (Status.FAILED, "rolled_back_by_ecs")


def test_a_deployment_whose_id_was_never_learnt_is_known_by_what_happened_since() -> None:
    old = service(deployment(BASE), events=[GAVE_UP.replace("58", "12")])
    assert failure(progress(look(old, deployment="", began=AT.timestamp() - 100))).code == "rolled_back_by_ecs"
    before = progress(look(old, deployment="", began=AT.timestamp() + 1, now=AT.timestamp() + 200))
    assert before.status is Status.SUPERSEDED


def test_another_task_is_another_instance() -> None:
    def instance(*numbers: int) -> str:
        seen = progress(look(service(deployment(OURS)), tasks=[task(n=n) for n in numbers]))
        assert seen.evidence is not None
        return seen.evidence.instance

    assert instance(1, 2) == instance(2, 1) != instance(1, 3)


def test_a_stop_does_not_take_somebody_else_s_deployment_for_its_own_end() -> None:
    assert progress(look(service(deployment(THIRD)), asked=True)).status is Status.SUPERSEDED


def test_all_of_it_at_once_is_a_success() -> None:
    seen = progress(look(service(deployment(OURS)), targets=(target(n=1), target(n=2))))
    assert (seen.status, seen.failure, seen.switched) == (Status.DONE, None, True)
    assert seen.evidence is not None
    assert (seen.evidence.version, seen.evidence.proof) == (NEW, "tasks")
    assert seen.evidence.facts == {"tasks": 2, "revision": "llmops:58", "targets": 2}
    assert set(states(seen).values()) == {StepState.DONE}


@pytest.mark.parametrize(
    "counts",
    [
        {"runningCount": 1},
        {"pendingCount": 1},
        {"runningCount": 3},
        {"desiredCount": 0, "runningCount": 0},
    ],
)
def test_completed_without_the_counts_of_the_same_answer_is_no_evidence(counts: dict[str, int]) -> None:
    seen = progress(look(service(deployment(OURS, **counts))))
    assert (seen.status, seen.evidence) == (Status.DONE, None)


@pytest.mark.parametrize(
    "tasks",
    [
        (),
        (task(n=1),),
        (task(n=1), task(n=2), task(BASE, OLD, 3)),
        (task(n=1), task(n=2, digest=None)),
        (task(n=1), task(BASE, NEW, 2)),
        (task(n=1), task(n=2, lastStatus="PENDING")),
    ],
)
def test_tasks_that_do_not_all_run_the_image_are_no_evidence(tasks: Any) -> None:
    seen = progress(look(service(deployment(OURS)), tasks=tasks))
    assert (seen.status, seen.evidence) == (Status.DONE, None)


def test_a_task_of_our_revision_with_another_image_is_a_failure() -> None:
    seen = progress(look(service(deployment(OURS)), tasks=(task(n=1), task(n=2, digest=OLD))))
    assert (seen.status, failure(seen).code, seen.evidence) == (Status.FAILED, "wrong_image", None)
    assert failure(seen).facts == {"wanted": "a" * 12, "found": "b" * 12}


def test_an_image_that_the_wanted_index_lists_counts_as_it() -> None:
    seen = progress(look(service(deployment(OURS)), wanted=OLD, digests={OLD, NEW}))
    assert seen.evidence is not None
    assert seen.evidence.version == OLD


@pytest.mark.parametrize(
    "targets",
    [
        (),
        (target(n=1),),
        (target(n=1), target("unhealthy", 2)),
        (target(n=1), target("initial", 2)),
        (target(n=1), target(n=2), target("unhealthy", 3)),
    ],
)
def test_without_healthy_targets_there_is_no_evidence(targets: Any) -> None:
    seen = progress(look(service(deployment(OURS)), targets=targets))
    assert (seen.status, seen.evidence) == (Status.DONE, None)


def test_targets_on_their_way_out_do_not_count() -> None:
    seen = progress(look(service(deployment(OURS)), targets=(target(n=1), target(n=2), target("draining", 3))))
    assert seen.evidence is not None


def test_a_rollout_in_progress_shows_its_counts_and_what_targets_say() -> None:
    ours = deployment(OURS, "IN_PROGRESS", runningCount=1, failedTasks=2)
    seen = progress(look(service(ours), targets=(target("unhealthy", description="Health checks failed: 502"),)))
    assert seen.status is Status.RUNNING
    details = {step.code: step.detail for step in seen.steps}
    assert details == {
        "revision": "llmops:58",
        "tasks_failing:2": "1/2",
        "targets": "0/2 · Health checks failed: 502",
        "steady": "",
    }


def test_trouble_is_shown_while_the_rollout_goes_on() -> None:
    ours = deployment(OURS, "IN_PROGRESS", runningCount=0, failedTasks=1)
    said = "(service prod-llmops-service) was unable to place a task. Reason: CannotPullContainerError: no such tag."
    by_event = progress(look(service(ours, events=[said])))
    by_task = progress(look(service(ours, events=[said]), stopped=[dead("CannotPullContainerError: not found")]))
    details = [seen.steps[1].detail for seen in (by_event, by_task)]
    assert details == [
        "0/2 · was unable to place a task. Reason: CannotPullContainerError: no such tag.",
        "0/2 · CannotPullContainerError: not found",
    ]


def test_targets_of_the_old_tasks_are_not_counted_as_ours() -> None:
    def shown(targets: Any, old: int) -> tuple[str, StepState]:
        deployments = (deployment(OURS, "IN_PROGRESS"), deployment(BASE, status="ACTIVE", runningCount=old))
        seen = progress(look(service(*deployments), targets=targets))
        return next((step.detail, step.state) for step in seen.steps if step.code == "targets")

    old, new = [target(n=1), target(n=2)], [target(n=3), target(n=4)]
    assert shown(old, 2) == ("0/2", StepState.RUNNING)
    assert shown([*old, target("unhealthy", 3, "502")], 2) == ("0/2 · 502", StepState.RUNNING)
    assert shown([*old, *new], 2) == ("2/2", StepState.DONE)
    assert shown([*new, target("draining", 1), target("draining", 2)], 2) == ("2/2", StepState.DONE)
    assert shown(new, 0) == ("2/2", StepState.DONE)


def test_tasks_that_ecs_gave_up_are_failed_and_not_none_of_none() -> None:
    ours = deployment(OURS, "FAILED", status="ACTIVE", desiredCount=0, runningCount=0, failedTasks=3)
    back = deployment(
        BASE, "IN_PROGRESS", rolloutStateReason="ECS deployment circuit breaker: rolling back to deploymentId ecs-svc/1"
    )
    seen = progress(look(service(back, ours)))
    step = next(step for step in seen.steps if step.code == "tasks_failing:3")
    assert (step.state, step.detail) == (StepState.FAILED, "0/2")


def test_a_target_group_is_told_by_its_name() -> None:
    arn = "arn:aws:elasticloadbalancing:ap-northeast-2:123456789012:targetgroup/prod-tg/6c41b66c276d7c91"
    ours = deployment(OURS, "FAILED", runningCount=0, rolloutStateReason=REASON)
    seen = progress(look(service(ours), stopped=[dead(f"Task failed ELB health checks in (target-group {arn})")]))
    assert failure(seen).log == ("Task failed ELB health checks in (target-group prod-tg)",)


def test_events_about_what_goes_well_explain_no_failure() -> None:
    ours = deployment(OURS, "FAILED", runningCount=0, rolloutStateReason=REASON)
    events = ["(service x) has reached a steady state.", "(service x) has started 2 tasks.", GAVE_UP]
    seen = progress(look(service(ours, events=events), stopped=[dead("Task failed ELB health checks")]))
    assert failure(seen).log == ("Task failed ELB health checks", GAVE_UP)


def test_nothing_of_ours_runs_and_the_old_tasks_do_is_not_switched() -> None:
    ours = deployment(OURS, "IN_PROGRESS", runningCount=0)
    old = deployment(BASE, status="ACTIVE")
    assert not progress(look(service(ours, old), tasks=())).switched
    gone = deployment(BASE, status="ACTIVE", runningCount=0)
    assert progress(look(service(ours, gone), tasks=())).switched


def test_a_service_that_somebody_deletes_is_a_failure() -> None:
    assert failure(progress(look(service(deployment(OURS), status="DRAINING")))).code == "service_gone"
