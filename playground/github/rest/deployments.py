"""Deployments and their statuses."""

from playground.github.errors import ApiError, invalid, not_found
from playground.github.repository.checks import combined
from playground.github.repository.comparing import compared
from playground.github.repository.deployments import Deployment
from playground.github.rest.call import Call, Reply, Route
from playground.github.shapes import deployments as shapes

STATES = ("error", "failure", "inactive", "in_progress", "queued", "pending", "success")
MOST_TEXT = 140


def deployments(call: Call) -> Reply:
    """Newest first, by `sha`, `ref`, `task` and `environment`."""
    found = []
    for one in reversed(call.repo.deployments):
        facts = {"sha": one.sha, "ref": one.ref, "task": one.task, "environment": one.environment}
        if all(call.query.get(name) in (None, "none", value) for name, value in facts.items()):
            found.append(shapes.deployment(call.repo, one))
    return Reply(data=call.page(found))


def _found(call: Call) -> Deployment:
    number = call.number("deployment_id")
    for one in call.repo.deployments:
        if one.id == number:
            return one
    raise not_found()


def deployment(call: Call) -> Reply:
    return Reply(data=shapes.deployment(call.repo, _found(call)))


def create(call: Call) -> Reply:
    """201; 202 where GitHub merged the default branch first and made none; 409 while a wanted status is not green."""
    repo, ref = call.repo, call.wanted("ref", str)
    sha = repo.tree.resolve(ref)
    if sha is None:
        raise invalid(f"No ref found for: {ref}")
    merge = call.wanted("auto_merge", bool, optional=True)
    if merge is not False and _merged(call, ref, sha):
        return Reply(202, {"message": f"Auto-merged {repo.default_branch} into {ref} on deployment."})
    _green(call, ref, sha, call.wanted("required_contexts", list, optional=True))
    environment = call.wanted("environment", str, optional=True) or "production"
    production = call.wanted("production_environment", bool, optional=True)
    made = repo.deploy(
        sha,
        ref,
        environment,
        call.who.user,
        task=call.wanted("task", str, optional=True) or "deploy",
        payload=call.body.get("payload") or {},
        description=call.wanted("description", str, optional=True) or "",
        transient=call.wanted("transient_environment", bool, optional=True) or False,
        production=environment == "production" if production is None else production,
        app=call.who.app,
    )
    return Reply(201, shapes.deployment(repo, made))


def _merged(call: Call, ref: str, sha: str) -> bool:
    """`auto_merge` is on by default: a branch behind the default branch is merged, and nothing is deployed."""
    repo = call.repo
    head = repo.tree.heads.get(repo.default_branch)
    if ref == repo.default_branch or ref not in repo.tree.heads or head is None:
        return False
    found = compared(repo.tree, head, sha)
    if found is None or not found.behind:
        return False
    who, title = call.who.user, f"Merge {repo.default_branch} into {ref}"
    files: dict[str, str | None] = dict(repo.tree.commits[head].tree)
    made = repo.tree.add(title, who, repo.state.now(), (sha, head), files, signed=False)
    repo.tree.heads[ref] = made.sha
    return True


def _green(call: Call, ref: str, sha: str, wanted: list[str] | None) -> None:
    """Without `required_contexts` every status and check that there is must be green; an empty list asks for none."""
    found = {one.context: one.state for one in combined(each for each in call.repo.statuses if each.sha == sha)}
    found |= {one.name: one.conclusion or "pending" for one in call.repo.checks if one.sha == sha}
    names = list(found) if wanted is None else wanted
    if any(found.get(name) not in ("success", "neutral", "skipped") for name in names):
        contexts = [{"context": name, "state": found.get(name, "missing")} for name in names]
        error = {"contexts": contexts, "resource": "Deployment", "field": "required_contexts", "code": "invalid"}
        raise ApiError(409, f"Conflict: Commit status checks failed for {ref}.", errors=[error])


def statuses(call: Call) -> Reply:
    """Newest first."""
    one = _found(call)
    return Reply(data=call.page([shapes.status(call.repo, one, each) for each in reversed(one.statuses)]))


def status(call: Call) -> Reply:
    one, number = _found(call), call.number("status_id")
    for each in one.statuses:
        if each.id == number:
            return Reply(data=shapes.status(call.repo, one, each))
    raise not_found()


def create_status(call: Call) -> Reply:
    one, state = _found(call), call.wanted("state", str)
    if state not in STATES:
        raise invalid(f"Validation Failed: {state} is not a state")
    description = call.wanted("description", str, optional=True) or ""
    if len(description) > MOST_TEXT:
        raise invalid(f"Validation Failed: description is too long (maximum is {MOST_TEXT} characters)")
    inactive = call.wanted("auto_inactive", bool, optional=True)
    log = call.wanted("log_url", str, optional=True) or call.wanted("target_url", str, optional=True) or ""
    made = call.repo.deployment_status(
        one,
        state,
        call.who.user,
        auto_inactive=inactive is not False,
        description=description,
        log_url=log,
        environment_url=call.wanted("environment_url", str, optional=True) or "",
        environment=call.wanted("environment", str, optional=True) or one.environment,
    )
    return Reply(201, shapes.status(call.repo, one, made))


def delete(call: Call) -> Reply:
    """422 while it is active."""
    one = _found(call)
    if one.state not in ("inactive", "error", "failure"):
        raise invalid("We cannot delete an active deployment unless it is the only deployment in a given environment.")
    call.repo.deployments.remove(one)
    return Reply(204)


REPO = "/repos/{owner}/{repo}/deployments"
ONE = REPO + "/{deployment_id}"
ROUTES = [
    Route("deployments", "GET", REPO, deployments, "deployments=read"),
    Route("deployment", "GET", ONE, deployment, "deployments=read"),
    Route("create_deployment", "POST", REPO, create, "deployments=write"),
    Route("delete_deployment", "DELETE", ONE, delete, "deployments=write"),
    Route("deployment_statuses", "GET", ONE + "/statuses", statuses, "deployments=read"),
    Route("deployment_status", "GET", ONE + "/statuses/{status_id}", status, "deployments=read"),
    Route("create_deployment_status", "POST", ONE + "/statuses", create_status, "deployments=write"),
]
