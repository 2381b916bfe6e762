"""Runs, their attempts and jobs, cancelling, and logs behind a redirect."""

from collections.abc import Callable
from datetime import datetime

from playground.github.errors import ApiError, invalid, not_found
from playground.github.repository import Run
from playground.github.repository.run import Attempt
from playground.github.rest import workflows
from playground.github.rest.call import Call, Reply, Route
from playground.github.shapes import actions

MOST_FILTERED = 1000
"""A search by any of these filters answers at most so many runs."""


def found(call: Call) -> Run:
    run = call.repo.run_of(call.number("run_id"))
    if run is None:
        raise not_found()
    return run


def _attempt(call: Call, run: Run) -> Attempt:
    number = call.number("attempt_number")
    if not 1 <= number <= run.attempt:
        raise not_found()
    return run.attempts[number - 1]


def runs(call: Call) -> Reply:
    return _listed(call, call.repo.runs)


def workflow_runs(call: Call) -> Reply:
    one = workflows.found(call)
    return _listed(call, [run for run in call.repo.runs if run.workflow is one])


def _listed(call: Call, every: list[Run]) -> Reply:
    now = call.state.now()
    seen = [run for run in reversed(every) if run.visible_at <= now and _fits(call, run)]
    shown = call.page(seen, MOST_FILTERED)
    return Reply(data={"total_count": len(seen), "workflow_runs": [actions.run(one) for one in shown]})


def _fits(call: Call, run: Run) -> bool:
    wanted = {
        "actor": run.actor.login,
        "branch": run.head_branch,
        "event": run.event,
        "head_sha": run.head_sha,
        "check_suite_id": str(run.id + 1),
    }
    for name, value in wanted.items():
        if name in call.query and call.query[name].lower() != value.lower():
            return False
    status = call.query.get("status")
    if status is not None and status not in (run.status, run.conclusion):
        return False
    return "created" not in call.query or _within(call.query["created"], int(run.created_at))


def _within(text: str, at: int) -> bool:
    """GitHub's search syntax for dates: `>=A`, `<B`, `A..B`, `A..*`, a day or a moment."""
    if ".." in text:
        low, _, high = text.partition("..")
        return (low == "*" or at >= _moment(low)) and (high == "*" or at <= _moment(high))
    signs: tuple[tuple[str, Callable[[float], bool]], ...] = (
        (">=", lambda to: at >= to),
        ("<=", lambda to: at <= to),
        (">", lambda to: at > to),
        ("<", lambda to: at < to),
    )
    for sign, holds in signs:
        if text.startswith(sign):
            return holds(_moment(text.removeprefix(sign)))
    begin = _moment(text)
    return begin <= at < begin + (86400 if "T" not in text else 1)


def _moment(text: str) -> float:
    try:
        moment = datetime.fromisoformat(text if "T" in text else f"{text}T00:00:00+00:00")
    except ValueError:
        raise invalid(f"Invalid date: {text}") from None
    if moment.tzinfo is None:
        raise invalid(f"Invalid date: {text}")
    return moment.timestamp()


def run(call: Call) -> Reply:
    return Reply(data=actions.run(found(call)))


def attempt(call: Call) -> Reply:
    one = found(call)
    return Reply(data=actions.run(one, _attempt(call, one)))


def jobs(call: Call) -> Reply:
    one = found(call)
    wanted = one.attempts if call.query.get("filter") == "all" else one.attempts[-1:]
    every = [actions.job(one, each, job) for each in wanted for job in each.jobs]
    return Reply(data={"total_count": len(every), "jobs": call.page(every)})


def attempt_jobs(call: Call) -> Reply:
    one = found(call)
    each = _attempt(call, one)
    return Reply(
        data={"total_count": len(each.jobs), "jobs": call.page([actions.job(one, each, job) for job in each.jobs])}
    )


def cancel(call: Call) -> Reply:
    """Accepted, and the run ends cancelled. 409 when there is nothing left to cancel."""
    one = found(call)
    if one.done:
        raise ApiError(409, "Cannot cancel a workflow run that is completed.")
    one.asked_to_stop(call.who.user)
    return Reply(202, {})


def rerun(call: Call) -> Reply:
    """One more attempt of the same run, by whoever asks."""
    one = found(call)
    if not one.done:
        raise ApiError(403, "This workflow is already running")
    one.begin(call.who.user)
    return Reply(201, {})


def force_cancel(call: Call) -> Reply:
    """Ends a run that does not heed a cancel."""
    one = found(call)
    if one.done:
        raise ApiError(409, "Cannot cancel a workflow run that is completed.")
    one.stop(call.who.user)
    return Reply(202, {})


def job_log(call: Call) -> Reply:
    """302 to the store, for one minute. A job that has not ended has no log yet."""
    number = call.number("job_id")
    for one in call.repo.runs:
        for each in one.attempts:
            for job in each.jobs:
                if job.id == number and job.done and job.started_at is not None:
                    return Reply(302, headers={"Location": call.state.stored(job.log())})
    raise not_found()


REPO = "/repos/{owner}/{repo}/actions"
ONE = REPO + "/runs/{run_id}"
ROUTES = [
    Route("runs", "GET", REPO + "/runs", runs, "actions=read"),
    Route("workflow_runs", "GET", REPO + "/workflows/{workflow_id}/runs", workflow_runs, "actions=read"),
    Route("run", "GET", ONE, run, "actions=read"),
    Route("attempt", "GET", ONE + "/attempts/{attempt_number}", attempt, "actions=read"),
    Route("jobs", "GET", ONE + "/jobs", jobs, "actions=read"),
    Route("attempt_jobs", "GET", ONE + "/attempts/{attempt_number}/jobs", attempt_jobs, "actions=read"),
    Route("cancel", "POST", ONE + "/cancel", cancel, "actions=write"),
    Route("force_cancel", "POST", ONE + "/force-cancel", force_cancel, "actions=write"),
    Route("rerun", "POST", ONE + "/rerun", rerun, "actions=write"),
    Route("logs", "GET", REPO + "/jobs/{job_id}/logs", job_log, "actions=read"),
]
