"""GitHub Deployments, and the traps of making one."""

from playground.github import LocalGithub, Repo

from .conftest import ACME, Client

PATH = f"{ACME}/deployments"
CAREFUL = {"auto_merge": False, "required_contexts": []}


async def test_a_branch_behind_main_is_merged_instead_of_deployed_unless_that_is_switched_off(
    repo: Repo, ask: Client
) -> None:
    repo.branch("old")
    repo.commit("On")
    assert (await ask("POST", PATH, {"ref": "old", "required_contexts": []})).status == 202
    assert repo.deployments == []
    assert (await ask("POST", PATH, {"ref": "old", **CAREFUL})).status == 201
    for ref in ("main", repo.branch("main"), repo.branch("fresh") and "fresh"):
        assert (await ask("POST", PATH, {"ref": ref, "required_contexts": []})).status == 201
    assert (await ask("POST", PATH, {"ref": "nowhere", **CAREFUL})).message == "No ref found for: nowhere"


async def test_a_red_status_stands_in_the_way_unless_no_context_is_asked_for(repo: Repo, ask: Client) -> None:
    sha = repo.branch("main")
    repo.status(sha, "ci", "failure")
    refused = await ask("POST", PATH, {"ref": sha, "auto_merge": False})
    assert (refused.status, refused.message) == (409, f"Conflict: Commit status checks failed for {sha}.")
    assert (await ask("POST", PATH, {"ref": sha, **CAREFUL})).status == 201


async def test_a_success_makes_older_ones_inactive_but_never_production(repo: Repo, ask: Client) -> None:
    for environment in ("dev", "production", "dev", "production"):
        made = (await ask("POST", PATH, {"ref": "main", "environment": environment, **CAREFUL})).json
        assert (await ask("POST", f"{PATH}/{made['id']}/statuses", {"state": "success"})).status == 201
    assert [one.state for one in repo.deployments] == ["inactive", "success", "success", "success"]


async def test_newest_first_by_environment_with_their_statuses(repo: Repo, ask: Client) -> None:
    first = (await ask("POST", PATH, {"ref": "main", "environment": "dev", "payload": {"a": 1}, **CAREFUL})).json
    second = (await ask("POST", PATH, {"ref": "main", "environment": "dev", **CAREFUL})).json
    await ask("POST", PATH, {"ref": "main", "environment": "prod", **CAREFUL})
    found = (await ask("GET", f"{PATH}?environment=dev&task=deploy")).json
    assert [one["id"] for one in found] == [second["id"], first["id"]]
    for state in ("in_progress", "failure"):
        body = {"state": state, "log_url": "https://example.com/1"}
        assert (await ask("POST", f"{PATH}/{first['id']}/statuses", body)).status == 201
    got = (await ask("GET", f"{PATH}/{first['id']}/statuses")).json
    one = await ask("GET", f"{PATH}/{first['id']}/statuses/{got[1]['id']}")
    assert (one.status, one.json["state"]) == (200, "in_progress")
    assert (await ask("GET", f"{PATH}/{first['id']}/statuses/1")).status == 404
    assert [(one["state"], one["target_url"]) for one in got] == [
        ("failure", "https://example.com/1"), ("in_progress", "https://example.com/1"),
    ]  # fmt: skip


async def test_a_status_has_known_words_and_a_short_description(repo: Repo, ask: Client) -> None:
    one = (await ask("POST", PATH, {"ref": "main", **CAREFUL})).json["id"]
    assert (await ask("POST", f"{PATH}/{one}/statuses", {"state": "splendid"})).status == 422
    assert (await ask("POST", f"{PATH}/{one}/statuses", {"state": "success", "description": "x" * 141})).status == 422
    assert repo.deployments[0].statuses == []


async def test_a_job_with_an_environment_moves_a_deployment_of_its_own(
    github: LocalGithub, repo: Repo, ask: Client
) -> None:
    text = "name: CD\non: workflow_dispatch\njobs: {go: {runs-on: x, environment: dev, steps: [{name: go, run: x}]}}\n"
    repo.workflow(yaml=text)
    await ask("POST", f"{ACME}/actions/workflows/cd.yml/dispatches", {"ref": "main"})
    repo.runs[0].advance("go", "go")
    repo.runs[0].finish()
    one = repo.deployments[0]
    assert (one.environment, one.by.login) == ("dev", "github-actions[bot]")
    assert [each.state for each in one.statuses] == ["queued", "in_progress", "success"]
