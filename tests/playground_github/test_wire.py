"""Everything that crosses is valid by GitHub's own machine-readable description, when that folder is there."""

import pytest

from playground.github import LocalGithub, Repo

from .conftest import ACME, CD, Client
from .description import Description
from .signed import token
from .test_environments import GUARDED

pytestmark = pytest.mark.needs("shared")


@pytest.fixture(scope="module")
def description() -> Description:
    return Description()


NOT_DESCRIBED = ("/repos/{owner}/{repo}/installation", "/app/installations")
"""The first is missing there; of the second's account it demands to be a user and an enterprise at once."""


def unfit(description: Description, github: LocalGithub) -> str:
    seen = [one for one in github.requests if one.template not in NOT_DESCRIBED]
    found = {f"{one.method} {one.template} {one.status}: {each}" for one in seen for each in description.problems(one)}
    return "\n".join(sorted(found))


async def test_history_fits_the_description(
    github: LocalGithub, repo: Repo, ask: Client, description: Description
) -> None:
    sha = repo.commit("Signed", signed=True, files={"src/app.py": "x = 1\n"})
    for path in ("/user", "/rate_limit", ACME, f"{ACME}/commits/main", f"{ACME}/commits/{sha[:9]}"):
        assert (await ask("GET", path)).status == 200
    assert (await ask("GET", f"{ACME}/contents/src/app.py?ref={sha}")).status == 200
    assert (await ask("POST", f"{ACME}/git/refs", {"ref": "refs/tags/slipway/at-1", "sha": sha})).status == 201
    assert (await ask("GET", f"{ACME}/git/ref/tags/slipway/at-1")).status == 200
    assert (await ask("GET", f"{ACME}/git/matching-refs/tags/slip")).status == 200
    assert (await ask("POST", f"{ACME}/git/refs", {"ref": "refs/tags/slipway/at-1", "sha": sha})).status == 422
    assert (await ask("DELETE", f"{ACME}/git/refs/tags/slipway/at-1")).status == 204
    assert (await ask("GET", f"{ACME}/git/ref/tags/slipway")).status == 404
    assert unfit(description, github) == ""


async def test_actions_fit_the_description(
    github: LocalGithub, repo: Repo, ask: Client, description: Description
) -> None:
    assert (await ask.dispatch(attempt="at-1")).status == 200
    assert (await ask.dispatch(details=False)).status == 204
    first, second = repo.runs
    first.advance("build", "Build")
    one = f"{ACME}/actions/runs/{first.id}"
    for path in (f"{ACME}/actions/workflows", CD, f"{ACME}/actions/runs?event=workflow_dispatch", f"{CD}/runs", one):
        assert (await ask("GET", path)).status == 200
    assert (await ask("GET", f"{one}/jobs")).status == 200
    assert (await ask("POST", f"{ACME}/actions/runs/{second.id}/cancel")).status == 202
    first.finish("failure")
    first.rerun("minsu")
    for path in (one, f"{one}/jobs?filter=all", f"{one}/attempts/1", f"{one}/attempts/1/jobs"):
        assert (await ask("GET", path)).status == 200
    assert (await ask("GET", f"{ACME}/actions/jobs/{first.attempts[0].jobs[0].id}/logs")).status == 302
    assert (await ask("PUT", f"{CD}/disable")).status == 204
    assert (await ask.dispatch()).status == 422
    assert unfit(description, github) == ""


async def test_evidence_fits_the_description(
    github: LocalGithub, repo: Repo, ask: Client, description: Description
) -> None:
    reader = ask.as_(github.classic_token())
    sha = repo.commit("Next", files={"src/a.py": ""})
    repo.pull(7, head=sha, merge_sha=sha, labels=("model",))
    repo.pull(8, head=sha)
    check = repo.check_run(sha, "build", "failure", app="circleci")
    repo.check_run(sha, "lint", None)
    repo.status(sha, "ci", "success")
    repo.protect("main", ("build",))
    repo.tag("v1", sha, annotated=True)
    await ask.dispatch()
    run = repo.runs[0]
    run.cancel("minsu")
    artifact = repo.artifact(run.id, "evaluation", {"results.json": b"{}"})
    at, runs = f"{ACME}/commits/{sha}", f"{ACME}/actions/runs/{run.id}"
    tag = (await reader("GET", f"{ACME}/git/ref/tags/v1")).json["object"]["sha"]
    paths = [f"{at}/{one}" for one in ("check-runs", "status", "statuses", "pulls")]
    paths += [f"{ACME}/check-runs/{run.jobs[0].id}{one}" for one in ("", "/annotations")]
    paths += [f"{ACME}/{one}" for one in ("pulls?state=all", "pulls/7", "commits", "branches", "branches/main", "tags")]
    paths += [f"{ACME}/rules/branches/main", f"{ACME}/git/tags/{tag}"]
    paths += [f"{ACME}/compare/v1...main", f"{runs}/artifacts", f"{ACME}/actions/artifacts/{artifact.id}"]
    paths += [f"{ACME}/check-runs/{check.id}", f"{ACME}/actions/artifacts"]
    for path in paths:
        assert (await reader("GET", path)).status == 200, path
    assert (await reader("GET", f"{ACME}/actions/artifacts/{artifact.id}/zip")).status == 302
    assert (await reader("POST", f"{ACME}/issues/7/comments", {"body": "Deployed"})).status == 201
    assert (await reader("GET", f"{ACME}/issues/7/comments")).status == 200
    assert unfit(description, github) == ""


async def test_apps_fit_the_description(github: LocalGithub, repo: Repo, ask: Client, description: Description) -> None:
    app, now = github.app(), int(github.now())
    signed = ask.as_(token(app.private_key, {"iss": app.client_id, "iat": now - 60, "exp": now + 500}))
    one = f"/app/installations/{app.installation_id}"
    for path in ("/app", "/app/installations", one, f"{ACME}/installation"):
        assert (await signed("GET", path)).status == 200
    got = await signed("POST", f"{one}/access_tokens", {"permissions": {"actions": "write"}})
    ours = ask.as_(got.json["token"])
    assert (await ours("GET", "/installation/repositories")).status == 200
    assert (await ours("DELETE", "/installation/token")).status == 204
    assert unfit(description, github) == ""


async def test_deployments_and_environments_fit_the_description(
    github: LocalGithub, repo: Repo, ask: Client, description: Description
) -> None:
    repo.workflow(yaml=GUARDED)
    repo.environment("prod", reviewers=("haneul",), prevent_self_review=True, protection_apps=("guard",))
    await ask("POST", f"{CD}/dispatches", {"ref": "main"})
    run, path = repo.runs[0], f"{ACME}/actions/runs/{repo.runs[0].id}"
    run.advance("build", conclusion="success")
    reviewer, number = ask.as_(github.token("haneul")), repo.environments[0].id
    assert (await ask("GET", f"{path}/pending_deployments")).status == 200
    body = {"environment_ids": [number], "state": "approved", "comment": ""}
    assert (await reviewer("POST", f"{path}/pending_deployments", body)).status == 200
    made = await ask("POST", f"{ACME}/deployments", {"ref": "main", "auto_merge": False, "required_contexts": []})
    one = f"{ACME}/deployments/{made.json['id']}"
    assert (await ask("POST", f"{one}/statuses", {"state": "success", "environment_url": "https://a.b"})).status == 201
    for each in (f"{path}/approvals", f"{ACME}/environments", f"{ACME}/environments/prod", f"{ACME}/deployments"):
        assert (await ask("GET", each)).status == 200
    assert (await ask("GET", one)).status == (await ask("GET", f"{one}/statuses")).status == 200
    assert unfit(description, github) == ""


async def test_hooks_fit_the_description(
    github: LocalGithub, repo: Repo, ask: Client, description: Description
) -> None:
    github.courier.automatic = False
    hook = repo.hook("http://127.0.0.1:1/", "not-a-secret", ("push",))
    repo.commit()
    await github.courier.send(github.deliveries[0])
    reader = ask.as_(github.token(permissions={"repository_hooks": "write"}))
    one = f"{ACME}/hooks/{hook.id}"
    for path in (f"{ACME}/hooks", one, f"{one}/deliveries", f"{one}/deliveries/{github.deliveries[0].id}"):
        assert (await reader("GET", path)).status == 200
    assert (await reader("POST", f"{one}/deliveries/{github.deliveries[0].id}/attempts")).status == 202
    assert unfit(description, github) == ""
