"""Environments, and the decisions that runs wait for."""

from playground.github.errors import ApiError, invalid, not_found
from playground.github.repository.environments import Gate
from playground.github.rest import runs
from playground.github.rest.call import Call, Reply, Route
from playground.github.shapes import deployments as shapes

STATES = ("approved", "rejected")
FAILED = "There was a problem approving one of the gates"
"""GitHub's only words for "not a reviewer", "your own run" and "decided already"."""


def environments(call: Call) -> Reply:
    shown = [shapes.environment(call.repo, one) for one in call.repo.environments]
    return Reply(data={"total_count": len(shown), "environments": call.page(shown)})


def environment(call: Call) -> Reply:
    wanted = call.path["environment_name"].lower()
    for one in call.repo.environments:
        if one.name.lower() == wanted:
            return Reply(data=shapes.environment(call.repo, one))
    raise not_found()


def pending(call: Call) -> Reply:
    gates = call.repo.waiting(runs.found(call))
    return Reply(data=[shapes.pending(call.repo, one, call.who.user) for one in gates])


def review(call: Call) -> Reply:
    """For listed reviewers only, never for an App."""
    run = runs.found(call)
    if call.who.app is not None:
        raise ApiError(403, "Resource not accessible by integration")
    numbers, state = call.wanted("environment_ids", list), call.wanted("state", str)
    comment = call.wanted("comment", str)
    if state not in STATES:
        raise invalid(f"Invalid request.\n\n{state} is not a member of {list(STATES)}.")
    gates = [one for one in call.repo.waiting(run) if one.environment.id in numbers]
    if not numbers or len(gates) != len(set(numbers)):
        raise invalid(FAILED)
    if not all(call.repo.may_review(one, call.who.user) for one in gates):
        raise invalid(FAILED)
    for one in gates:
        call.repo.decide(one, state, call.who.user, comment)
    held = {job.id for job in run.jobs if any(job.environment == one.environment.name for one in gates)}
    found = [one for one in call.repo.deployments if one.job is not None and one.job.id in held]
    return Reply(data=[shapes.deployment(call.repo, one) for one in found])


def approvals(call: Call) -> Reply:
    run = runs.found(call)
    return Reply(data=[shapes.review(call.repo, one) for which, one in call.repo.reviews if which is run])


def protection_rule(call: Call) -> Reply:
    """An App's custom rule: a report, or its decision."""
    run, app = runs.found(call), call.who.app
    if app is None:
        raise ApiError(403, "Resource not accessible by personal access token")
    name, state = call.wanted("environment_name", str), call.wanted("state", str, optional=True)
    comment = call.wanted("comment", str, optional=state is not None) or ""
    gate = _held(call, run.id, name, app.slug)
    gate.told.append(comment)
    if state is not None:
        if state not in STATES:
            raise invalid(f"Invalid request.\n\n{state} is not a member of {list(STATES)}.")
        call.repo.decide_by_app(gate, state, app.slug)
    return Reply(204)


def _held(call: Call, number: int, name: str, slug: str) -> Gate:
    for one in call.repo.gates:
        same = one.run.id == number and one.attempt == one.run.attempt and one.environment.name == name
        if same and not one.closed and slug in one.apps:
            return one
    raise invalid(FAILED)


REPO = "/repos/{owner}/{repo}"
RUN = REPO + "/actions/runs/{run_id}"
ROUTES = [
    Route("environments", "GET", REPO + "/environments", environments, "actions=read"),
    Route("environment", "GET", REPO + "/environments/{environment_name}", environment, "actions=read"),
    Route("pending", "GET", RUN + "/pending_deployments", pending, "actions=read"),
    Route("review", "POST", RUN + "/pending_deployments", review, "deployments=write"),
    Route("approvals", "GET", RUN + "/approvals", approvals, "actions=read"),
    Route("protection_rule", "POST", RUN + "/deployment_protection_rule", protection_rule, "deployments=write"),
]
