"""Artifacts of runs: listed here, fetched from the store."""

from playground.github.errors import ApiError, Json, not_found
from playground.github.repository.artifacts import Artifact
from playground.github.rest import runs
from playground.github.rest.call import Call, Reply, Route
from playground.github.shapes.base import iso, node, repo_url

LIFE = 90 * 86_400.0


def shape(one: Artifact) -> Json:
    """`artifact`."""
    url = f"{repo_url(one.run.repo)}/actions/artifacts/{one.id}"
    number = one.run.repo.id
    run = {"id": one.run.id, "repository_id": number, "head_repository_id": number}
    return {
        "id": one.id,
        "node_id": node("AR", one.id),
        "name": one.name,
        "size_in_bytes": len(one.data),
        "url": url,
        "archive_download_url": f"{url}/zip",
        "expired": one.expired,
        "created_at": iso(one.at),
        "updated_at": iso(one.at),
        "expires_at": iso(one.at + LIFE),
        "digest": one.digest,
        "workflow_run": {**run, "head_branch": one.run.head_branch, "head_sha": one.run.head_sha},
    }


def of_run(call: Call) -> Reply:
    run = runs.found(call)
    return _listed(call, [one for one in call.repo.artifacts if one.run is run])


def of_repository(call: Call) -> Reply:
    return _listed(call, list(reversed(call.repo.artifacts)))


def _listed(call: Call, found: list[Artifact]) -> Reply:
    seen = [shape(one) for one in found if call.query.get("name") in (None, one.name)]
    return Reply(data={"total_count": len(seen), "artifacts": call.page(seen)})


def _artifact(call: Call) -> Artifact:
    number = call.number("artifact_id")
    for one in call.repo.artifacts:
        if one.id == number:
            return one
    raise not_found()


def artifact(call: Call) -> Reply:
    return Reply(data=shape(_artifact(call)))


def download(call: Call) -> Reply:
    """302 to the store; 410 once it has expired."""
    one = _artifact(call)
    if call.path["archive_format"] != "zip":
        raise not_found()
    if one.expired:
        raise ApiError(410, "Artifact has expired")
    return Reply(302, headers={"Location": call.state.stored(one.data)})


REPO = "/repos/{owner}/{repo}/actions"
ONE = REPO + "/artifacts/{artifact_id}"
ROUTES = [
    Route("artifacts", "GET", REPO + "/artifacts", of_repository, "actions=read"),
    Route("run_artifacts", "GET", REPO + "/runs/{run_id}/artifacts", of_run, "actions=read"),
    Route("artifact", "GET", ONE, artifact, "actions=read"),
    Route("download", "GET", ONE + "/{archive_format}", download, "actions=read"),
]
