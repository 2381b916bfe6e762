"""What a run's end means, each with its own word; and what a green run may hide."""

from __future__ import annotations

import pytest

from adapters.github.answers import Pending
from adapters.github.judge import loudest, progress, torn, touching
from adapters.github.why import Why, why
from bot.model import Evidence, Status, StepState
from tests.github.made import OTHER, SHA, job, look, part, run, waiting

PROOF = Evidence(SHA, "run", "57", 0.0)


def test_a_green_run_of_another_commit_is_a_failure_whatever_proof_there_is() -> None:
    seen = progress(look(run(head_sha=OTHER), job("deploy"), evidence=PROOF))
    assert seen.failure is not None
    assert (seen.status, seen.failure.code, seen.evidence) == (Status.FAILED, "wrong_commit", None)
    assert seen.failure.facts == {"wanted": SHA[:7], "found": OTHER[:7]}


@pytest.mark.parametrize("conclusion", ["failure", "cancelled", "timed_out"])
def test_a_job_that_failed_under_a_green_run_is_told(conclusion: str) -> None:
    seen = progress(look(run(), job("test", conclusion), job("deploy"), evidence=PROOF))
    assert seen.failure is not None
    assert (seen.status, seen.failure.code, seen.evidence) == (Status.FAILED, "hidden_failure", None)
    assert seen.failure.facts["job"] == "test"


def test_where_the_deploying_jobs_are_named_the_others_may_hide_what_they_like() -> None:
    seen = progress(look(run(), job("lint", "failure"), job("deploy"), touching=["deploy"], evidence=PROOF))
    assert (seen.status, seen.evidence) == (Status.DONE, PROOF)


@pytest.mark.parametrize(
    ("jobs", "code"),
    [
        ((job("build"), job("deploy", "skipped")), "job_skipped"),
        ((job("build"),), "job_missing"),
        ((job("build"), job("deploy", "failure")), "hidden_failure"),
    ],
)
def test_green_without_the_job_that_deploys_is_no_success(jobs: tuple, code: str) -> None:  # type: ignore[type-arg]
    seen = progress(look(run(), *jobs, touching=["deploy"]))
    assert seen.failure is not None
    assert (seen.status, seen.failure.code) == (Status.FAILED, code)


@pytest.mark.parametrize("conclusion", ["success", "skipped", "neutral"])
def test_a_run_whose_jobs_were_all_skipped_deployed_nothing(conclusion: str) -> None:
    seen = progress(look(run(conclusion=conclusion), job("deploy", "skipped", runner_id=None), evidence=PROOF))
    assert seen.failure is not None
    assert (seen.status, seen.failure.code, seen.switched) == (Status.FAILED, "nothing_ran", False)


def test_jobs_of_a_matrix_and_of_a_called_workflow_count_by_their_name() -> None:
    jobs = (job("deploy (eu)"), job("deploy (us)", "failure"), job("cd / deploy"))
    seen = progress(look(run(), *jobs, touching=["deploy"]))
    assert seen.failure is not None
    assert seen.failure.facts["job"] == "deploy (us)"


def test_a_run_started_again_by_somebody_is_superseded_and_says_by_whom() -> None:
    again = run(run_attempt=2, triggering_actor={"login": "minsu"})
    seen = progress(look(again, job("deploy"), evidence=PROOF))
    assert seen.failure is not None
    assert (seen.status, seen.evidence) == (Status.SUPERSEDED, None)
    assert (seen.failure.code, seen.failure.facts["by"]) == ("rerun", "minsu")


def test_a_run_started_again_is_followed_to_its_end() -> None:
    assert progress(look(run("in_progress", None, run_attempt=2))).status is Status.RUNNING


def test_a_failed_job_is_named_with_its_step_and_its_log() -> None:
    steps = [part("Set up", "success"), part("Push image", "failure")]
    seen = progress(look(run(conclusion="failure"), job("deploy", "failure", steps=steps), log=("denied",)))
    assert seen.failure is not None
    assert (seen.failure.code, seen.failure.step, seen.failure.log) == ("job_failed", "job:deploy", ("denied",))
    assert seen.failure.facts == {"job": "deploy", "part": "Push image"}
    assert seen.switched


def test_what_fails_before_the_deploying_job_leaves_the_service_alone() -> None:
    jobs = (job("test", "failure"), job("deploy", "skipped", runner_id=None))
    assert progress(look(run(conclusion="failure"), *jobs, touching=["deploy"])).switched is False
    assert progress(look(run(conclusion="failure"), *jobs)).switched is True


CANCELLED = {
    "cancelled_by": Why(by="minsu"),
    "evicted": Why(group="prod"),
    "cancelled": Why(),
    "job_timed_out": Why(limit="10 minutes"),
}


@pytest.mark.parametrize("code", CANCELLED)
def test_a_cancelled_run_says_why(code: str) -> None:
    seen = progress(look(run(conclusion="cancelled"), job("deploy", "cancelled"), why=CANCELLED[code]))
    assert seen.failure is not None
    assert (seen.status, seen.failure.code) == (Status.FAILED, code)


def test_cancelled_before_any_job_began_is_not_said_to_be_somebodys_doing() -> None:
    seen = progress(look(run(conclusion="cancelled")))
    assert seen.failure is not None
    assert (seen.failure.code, seen.switched) == ("cancelled_early", False)


@pytest.mark.parametrize("changes", [{"ours": True}, {"why": Why(by="Slipway-Bot")}])
def test_our_own_cancel_is_a_stop(changes: dict) -> None:  # type: ignore[type-arg]
    seen = progress(look(run(conclusion="cancelled"), job("deploy", "cancelled"), **changes))
    assert (seen.status, seen.failure) == (Status.STOPPED, None)


def test_our_cancel_of_a_run_that_no_runner_took_names_the_labels() -> None:
    unused = job("deploy", "cancelled", runner_id=None, labels=["gpu", "self-hosted"])
    seen = progress(look(run(conclusion="cancelled"), unused, ours=True))
    assert seen.failure is not None
    assert (seen.status, seen.failure.code, seen.switched) == (Status.STOPPED, "never_picked_up", False)
    assert seen.failure.facts["labels"] == "gpu, self-hosted"


@pytest.mark.parametrize("conclusion", ["startup_failure", "action_required", "stale"])
def test_a_run_that_never_began_says_what_github_calls_it(conclusion: str) -> None:
    seen = progress(look(run(conclusion=conclusion)))
    assert seen.failure is not None
    assert (seen.status, seen.failure.code, seen.switched) == (Status.FAILED, conclusion, False)


def test_a_conclusion_that_nobody_has_heard_of_is_no_success() -> None:
    seen = progress(look(run(conclusion="splendid"), job("deploy"), evidence=PROOF))
    assert seen.failure is not None
    assert (seen.status, seen.failure.code, seen.evidence) == (Status.FAILED, "ended_as", None)


def test_a_run_that_has_ended_beside_a_job_that_has_not_is_looked_at_again() -> None:
    assert torn(look(run(), job("deploy", None, "in_progress")))
    assert not torn(look(run(), job("deploy")))
    assert not torn(look(run("in_progress", None), job("deploy", None, "in_progress")))


def test_the_card_shows_the_wait_then_each_job_with_the_step_at_work() -> None:
    at_work = job("deploy", None, "in_progress", steps=[part("Push image", None, "in_progress")])
    seen = progress(look(run("in_progress", None), job("build"), at_work, waiting("verify")))
    assert [(step.code, step.state, step.detail) for step in seen.steps] == [
        ("queued", StepState.DONE, ""),
        ("job:build", StepState.DONE, ""),
        ("job:deploy", StepState.RUNNING, "Push image"),
        ("job:verify", StepState.TODO, ""),
    ]
    assert seen.steps[0].seconds == 2.0


def test_a_run_held_back_by_its_group_and_one_without_a_runner_look_different() -> None:
    held = progress(look(run("pending", None)))
    unserved = progress(look(run("queued", None), waiting("deploy")))
    assert (held.steps[0].code, unserved.steps[0].code) == ("concurrency", "queued")


def test_a_matrix_of_hundreds_of_jobs_stays_a_card() -> None:
    jobs = [job(f"test ({n})") for n in range(250)] + [job("deploy", None, "in_progress")]
    seen = progress(look(run("in_progress", None), *jobs))
    assert len(seen.steps) < 20
    assert seen.steps[-1].code == "job:deploy"


@pytest.mark.parametrize(
    ("note", "found"),
    [
        ("The run was canceled by @min-su.", Why(by="min-su")),
        ("The run was canceled by @github-actions[bot].", Why(by="github-actions[bot]")),
        ("Canceling since a higher priority waiting request for 'deploy-prod' exists", Why(group="deploy-prod")),
        ("The job has exceeded the maximum execution time of 6h0m0s", Why(limit="6h0m0s")),
        ("The operation was canceled.", Why()),
    ],
)
def test_the_notes_of_a_check_run_tell_why(note: str, found: Why) -> None:
    assert why(["something else", note]) == found


@pytest.mark.parametrize(
    ("name", "touches"),
    [
        ("deploy", True),
        ("deploy (eu, 1)", True),
        ("deploy / roll out", True),
        ("release / deploy", True),
        ("deployed", False),
        ("pre-deploy", False),
    ],
)
def test_a_job_of_a_matrix_or_of_a_called_workflow_is_known_by_its_name(name: str, touches: bool) -> None:
    assert [one.name for one in touching(look(run(), job(name), touching=["deploy"]))] == ([name] if touches else [])


@pytest.mark.parametrize("conclusion", ["failure", "timed_out"])
def test_a_job_that_ran_out_of_time_says_so_whatever_the_run_is_called(conclusion: str) -> None:
    seen = progress(look(run(conclusion=conclusion), job("deploy", "timed_out"), why=Why(limit="10m")))
    assert seen.failure is not None
    assert (seen.failure.code, seen.failure.facts) == ("job_timed_out", {"job": "deploy", "limit": "10m"})


def test_a_run_that_ran_out_of_time_beside_its_jobs_says_so_too() -> None:
    for jobs, step, name in (((), "queued", "?"), ((job("deploy", "failure"),), "job:deploy", "deploy")):
        seen = progress(look(run(conclusion="timed_out"), *jobs))
        assert seen.failure is not None
        assert (seen.failure.code, seen.failure.step) == ("job_timed_out", step)
        assert seen.failure.facts == {"job": name, "limit": "?"}


def test_a_cancel_that_github_made_itself_since_a_job_took_too_long_is_no_persons() -> None:
    late = progress(look(run(conclusion="cancelled"), job("deploy", "timed_out"), ours=True))
    noted = progress(look(run(conclusion="cancelled"), why=Why(limit="6h"), ours=True))
    for seen, step in ((late, "job:deploy"), (noted, "queued")):
        assert seen.failure is not None
        assert (seen.status, seen.failure.code, seen.failure.step) == (Status.FAILED, "job_timed_out", step)


def test_a_run_that_failed_without_any_job_says_only_that() -> None:
    seen = progress(look(run(conclusion="failure")))
    assert seen.failure is not None
    assert (seen.failure.code, seen.failure.step) == ("run_failed", "queued")


def test_a_run_that_ended_without_a_word_is_a_failure_without_a_reason() -> None:
    seen = progress(look(run(conclusion=None)))
    assert seen.failure is not None
    assert (seen.failure.code, seen.failure.facts["conclusion"]) == ("ended_as", "?")


def test_our_cancel_before_there_was_any_job_blames_no_runner() -> None:
    seen = progress(look(run(conclusion="cancelled"), ours=True))
    assert (seen.status, seen.failure) == (Status.STOPPED, None)


def test_the_log_that_says_most_is_the_first_failures_else_the_first_stopped_at_work() -> None:
    failed, stopped, unused = job("b", "failure"), job("a", "cancelled"), job("c", "cancelled", runner_id=None)
    assert loudest([stopped, failed]) == failed
    assert loudest([unused, stopped]) == stopped
    assert loudest([unused, job("d")]) is None


def test_an_environment_is_waited_for_behind_what_is_done_and_before_what_waits_for_it() -> None:
    pending = Pending.model_validate({"environment": {"id": 1, "name": "dev"}, "reviewers": []})
    seen = look(run("waiting", None), job("build"), waiting("deploy", "waiting"), pending=(pending,))
    assert [step.code for step in progress(seen).steps] == ["queued", "job:build", "environment", "job:deploy"]
