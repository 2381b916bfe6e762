"""Check runs, their annotations, and commit statuses."""

from playground.github.errors import not_found
from playground.github.repository.checks import Check, combined, latest
from playground.github.rest.call import Call, Reply, Route
from playground.github.rest.history import resolved
from playground.github.shapes import checks


def check_runs(call: Call) -> Reply:
    """Of a commit; `filter=latest` is the default."""
    sha = resolved(call, call.path["ref"])
    found = call.repo.checks_at(sha)
    found = found if call.query.get("filter") == "all" else latest(found)
    if "check_name" in call.query:
        found = [one for one in found if one.name == call.query["check_name"]]
    if "status" in call.query:
        found = [one for one in found if one.status == call.query["status"]]
    shown = [checks.check(call.repo, one) for one in found]
    if "app_id" in call.query:
        shown = [one for one in shown if str(one["app"]["id"]) == call.query["app_id"]]
    return Reply(data={"total_count": len(shown), "check_runs": call.page(shown)})


def _check(call: Call) -> Check:
    number = call.number("check_run_id")
    for one in call.repo.every_check():
        if one.id == number:
            return one
    raise not_found()


def check_run(call: Call) -> Reply:
    return Reply(data=checks.check(call.repo, _check(call)))


def annotations(call: Call) -> Reply:
    one = _check(call)
    return Reply(data=call.page([checks.annotation(call.repo, one, each) for each in one.annotations]))


def status(call: Call) -> Reply:
    sha = resolved(call, call.path["ref"])
    every = combined(one for one in call.repo.statuses if one.sha == sha)
    return Reply(data=checks.combined(call.repo, sha, call.page(every), every))


def statuses(call: Call) -> Reply:
    sha = resolved(call, call.path["ref"])
    found = [one for one in reversed(call.repo.statuses) if one.sha == sha]
    return Reply(data=[checks.status(call.repo, one) for one in call.page(found)])


REPO = "/repos/{owner}/{repo}"
ROUTES = [
    Route("check_runs", "GET", REPO + "/commits/{ref}/check-runs", check_runs, "checks=read"),
    Route("status", "GET", REPO + "/commits/{ref}/status", status, "statuses=read"),
    Route("statuses", "GET", REPO + "/commits/{ref}/statuses", statuses, "statuses=read"),
    Route("check_run", "GET", REPO + "/check-runs/{check_run_id}", check_run, "checks=read"),
    Route("annotations", "GET", REPO + "/check-runs/{check_run_id}/annotations", annotations, "checks=read"),
]
