"""What was checked at a commit, what lies between two commits, and what a run left behind."""

import io
import json
import zipfile

from playground.github import LocalGithub, Repo, Run

from .conftest import ACME, CD, Client


async def test_a_fine_grained_token_cannot_read_checks_of_a_private_repository(
    github: LocalGithub, repo: Repo, ask: Client
) -> None:
    answer = await ask.as_(github.token(permissions={"checks": "read"}))("GET", f"{ACME}/commits/main/check-runs")
    assert (answer.status, answer.headers["X-Accepted-GitHub-Permissions"]) == (403, "checks=read")
    assert (await ask.as_(github.classic_token())("GET", f"{ACME}/commits/main/check-runs")).status == 200
    repo.private = False
    assert (await ask("GET", f"{ACME}/commits/main/check-runs")).status == 200


async def test_checks_go_over_pages_and_the_latest_of_each_name_is_told(
    github: LocalGithub, repo: Repo, ask: Client
) -> None:
    reader, sha = ask.as_(github.classic_token()), repo.branch("main")
    for number in range(130):
        repo.check_run(sha, f"check {number}")
    repo.check_run(sha, "check 0", "failure")
    repo.check_run(sha, "check 0", "failure", suite=1)
    path = f"{ACME}/commits/{sha}/check-runs?per_page=100"
    first = await reader("GET", path)
    assert (first.json["total_count"], len(first.json["check_runs"]), 'rel="next"' in first.headers["Link"]) == (
        131, 100, True,
    )  # fmt: skip
    every = (await reader("GET", f"{path}&filter=all&check_name=check 0")).json["check_runs"]
    assert [one["conclusion"] for one in every] == ["failure", "failure", "success"]
    repo.check_run(sha, "slow", None)
    assert (await reader("GET", f"{path}&check_name=slow")).json["check_runs"][0]["status"] == "in_progress"


async def test_a_job_is_a_check_run_of_its_commit_and_tells_why_it_was_cancelled(
    github: LocalGithub, run: Run, ask: Client
) -> None:
    reader = ask.as_(github.classic_token())
    run.cancel("minsu")
    path = f"{ACME}/check-runs/{run.jobs[0].id}"
    assert (await reader("GET", path)).json["output"]["annotations_count"] == 1
    assert (await reader("GET", f"{path}/annotations")).json[0]["message"] == "The run was canceled by @minsu."
    run.rerun("minsu")
    run.time_out("build", 5)
    told = (await reader("GET", f"{ACME}/check-runs/{run.jobs[0].id}/annotations")).json[0]["message"]
    assert "has exceeded the maximum execution time of 5 minutes" in told
    run.rerun("minsu")
    run.group = "cd-prod"
    run.evict()
    told = (await reader("GET", f"{ACME}/check-runs/{run.jobs[0].id}/annotations")).json[0]["message"]
    assert told == "Canceling since a higher priority waiting request for 'cd-prod' exists"


async def test_the_combined_status_is_pending_until_there_is_one(repo: Repo, ask: Client) -> None:
    sha = repo.branch("main")

    async def state() -> str:
        return str((await ask("GET", f"{ACME}/commits/{sha}/status")).json["state"])

    assert await state() == "pending"
    repo.status(sha, "ci/lint", "success")
    assert await state() == "success"
    repo.status(sha, "ci/test", "failure")
    assert await state() == "failure"
    repo.status(sha, "ci/test", "success")
    assert await state() == "success"


async def test_a_comparison_tells_commits_files_and_direction(repo: Repo, ask: Client) -> None:
    old = repo.branch("main")
    repo.commit("Model", files={"models/config.json": "{}"})
    repo.commit("Code", files={"app.py": "x = 2\n", "models/config.json": None, "infra/main.tf": ""})
    side = repo.commit("Side", branch="side")
    ahead = (await ask("GET", f"{ACME}/compare/{old}...main")).json
    assert (ahead["status"], [one["commit"]["message"] for one in ahead["commits"]]) == ("ahead", ["Model", "Code"])
    assert {one["filename"]: one["status"] for one in ahead["files"]} == {
        "app.py": "modified",
        "infra/main.tf": "added",
    }
    assert (await ask("GET", f"{ACME}/compare/main...{old}")).json["status"] == "behind"
    repo.commit("On")
    assert (await ask("GET", f"{ACME}/compare/main...{side}")).json["status"] == "diverged"
    assert (await ask("GET", f"{ACME}/compare/main...main")).json["status"] == "identical"
    assert (await ask("GET", f"{ACME}/compare/main...nowhere")).status == 404
    assert [one["commit"]["message"] for one in (await ask("GET", f"{ACME}/commits?per_page=2")).json] == ["On", "Code"]


async def test_a_commit_leads_to_its_pull_request(repo: Repo, ask: Client) -> None:
    head = repo.commit("Serve faster", branch="faster")
    merge = repo.commit("Merge pull request #7")
    repo.pull(7, head=head, merge_sha=merge, title="Serve faster", author="minsu", labels=("model",))
    for sha in (head, merge):
        got = (await ask("GET", f"{ACME}/commits/{sha}/pulls")).json
        assert [(one["number"], one["user"]["login"], one["merged_at"] is None) for one in got] == [(7, "minsu", False)]
    assert (await ask("GET", f"{ACME}/commits/{repo.commit()}/pulls")).json == []
    assert (await ask("POST", f"{ACME}/issues/7/comments", {"body": "Deployed"})).status == 201
    assert [one.text for one in repo.pulls[0].comments] == ["Deployed"]


async def test_an_artifact_is_a_zip_from_the_store_until_it_expires(repo: Repo, run: Run, ask: Client) -> None:
    made = repo.artifact(run.id, "evaluation", {"results.json": b'{"ok": true}'})
    listed = (await ask("GET", f"{ACME}/actions/runs/{run.id}/artifacts?name=evaluation")).json["artifacts"]
    assert [one["workflow_run"]["head_sha"] for one in listed] == [run.head_sha]
    where = (await ask("GET", f"{ACME}/actions/artifacts/{made.id}/zip")).headers["Location"]
    packed = (await ask.as_("")("GET", where)).text
    assert json.loads(zipfile.ZipFile(io.BytesIO(packed)).read("results.json")) == {"ok": True}
    assert (await ask("GET", f"{ACME}/actions/artifacts/{made.id}/tar")).status == 404
    made.expired = True
    assert (await ask("GET", f"{ACME}/actions/artifacts/{made.id}/zip")).status == 410


async def test_an_annotated_tag_is_an_object_of_its_own(repo: Repo, ask: Client) -> None:
    sha = repo.branch("main")
    repo.tag("v1", sha, annotated=True)
    target = (await ask("GET", f"{ACME}/git/ref/tags/v1")).json["object"]
    assert (target["type"], target["sha"] == sha) == ("tag", False)
    assert (await ask("GET", f"{ACME}/git/tags/{target['sha']}")).json["object"]["sha"] == sha
    assert (await ask("GET", f"{ACME}/commits/v1")).json["sha"] == sha
    assert (await ask("GET", f"{ACME}/commits/tags/v1")).json["sha"] == sha


async def test_a_public_look_at_a_workflow_by_number(repo: Repo, ask: Client) -> None:
    number = (await ask("GET", CD)).json["id"]
    assert (await ask("GET", f"{ACME}/actions/workflows/{number}")).json["path"] == ".github/workflows/cd.yml"
