"""Workflows, and the dispatch."""

from playground.github.errors import invalid, not_found
from playground.github.repository import Workflow
from playground.github.repository.inputs import checked
from playground.github.repository.workflow import recipe
from playground.github.rest.call import Call, Reply, Route
from playground.github.shapes import actions
from playground.github.shapes.base import repo_page, repo_url


def found(call: Call) -> Workflow:
    """By id or by file name."""
    wanted = call.path["workflow_id"]
    for one in call.repo.workflows:
        if wanted in (str(one.id), one.path.rpartition("/")[2]):
            return one
    raise not_found()


def workflows(call: Call) -> Reply:
    every = [actions.workflow(call.repo, one) for one in call.repo.workflows]
    return Reply(data={"total_count": len(every), "workflows": call.page(every)})


def workflow(call: Call) -> Reply:
    return Reply(data=actions.workflow(call.repo, found(call)))


def enable(call: Call) -> Reply:
    found(call).state = "active"
    return Reply(204)


def disable(call: Call) -> Reply:
    found(call).state = "disabled_manually"
    return Reply(204)


def dispatch(call: Call) -> Reply:
    """204, or 200 with the run's id where `return_run_details` asks for it."""
    one, ref = found(call), call.wanted("ref", str)
    inputs = call.wanted("inputs", dict, optional=True) or {}
    details = call.wanted("return_run_details", bool, optional=True)
    if one.state != "active":
        raise invalid("Cannot trigger a 'workflow_dispatch' on a disabled workflow")
    given = _given(call, one, ref, inputs)
    run = _begun(call, one, ref, given)
    if not details or call.fault.has("no_run_details", "no_details"):
        return Reply(204)
    number = run
    where = f"/actions/runs/{number}"
    told = {"workflow_run_id": number, "run_url": repo_url(call.repo) + where, "html_url": repo_page(call.repo) + where}
    return Reply(200, told)


def _given(call: Call, one: Workflow, ref: str, inputs: dict[str, object]) -> dict[str, str]:
    """The inputs as the workflow takes them. Raises 422 as GitHub words it; a bare SHA is no ref."""
    tree = call.repo.tree
    sha = tree.reference(ref) if ref.startswith("refs/") else tree.heads.get(ref) or tree.tags.get(ref)
    if sha is None:
        raise invalid(f"No ref found for: {ref}")
    text = tree.commits[sha].tree.get(one.path)
    if text is None:
        raise not_found()
    try:
        steps = recipe(text, one.path)
    except ValueError as problem:
        raise invalid(f"failed to parse workflow: {problem}") from None
    if not steps.dispatchable:
        raise invalid("Workflow does not have 'workflow_dispatch' trigger")
    return checked(steps, inputs)


def _begun(call: Call, one: Workflow, ref: str, given: dict[str, str]) -> int:
    """The run, and what other people do at that very moment."""
    repo, fault, me = call.repo, call.fault, call.who.user
    other = call.state.user("somebody-else")
    if fault.has("main_moves"):
        repo.commit("Moved between", branch=ref.removeprefix("refs/heads/"), author=other.login)
    if fault.has("foreign_run"):
        repo.dispatch(one, ref, given, other)
    run = repo.dispatch(one, ref, given, me, late=fault.seconds("late", 0.0))
    if fault.has("attempt_2"):
        run.finish("failure")
        run.rerun(other.login)
    if fault.has("evicted"):
        run.evict()
    return run.id


REPO = "/repos/{owner}/{repo}/actions/workflows"
ROUTES = [
    Route("workflows", "GET", REPO, workflows, "actions=read"),
    Route("workflow", "GET", REPO + "/{workflow_id}", workflow, "actions=read"),
    Route("enable", "PUT", REPO + "/{workflow_id}/enable", enable, "actions=write"),
    Route("disable", "PUT", REPO + "/{workflow_id}/disable", disable, "actions=write"),
    Route("dispatch", "POST", REPO + "/{workflow_id}/dispatches", dispatch, "actions=write"),
]
