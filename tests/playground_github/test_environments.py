"""A run that waits for its environment, and who may let it go on."""

import pytest

from playground.github import LocalGithub, Repo, Run

from .conftest import ACME, CD, Client
from .signed import token

GUARDED = """
name: CD
on: workflow_dispatch
jobs:
  build:
    runs-on: x
    steps: [{run: make}]
  deploy:
    runs-on: x
    needs: build
    environment: prod
    steps: [{run: make deploy}]
"""


@pytest.fixture
async def waiting(repo: Repo, ask: Client) -> Run:
    """Built, and now waiting for `prod`."""
    repo.workflow(yaml=GUARDED)
    assert repo.environments or repo.environment("prod", reviewers=("haneul", "slipway-bot"), prevent_self_review=True)
    await ask("POST", f"{CD}/dispatches", {"ref": "main"})
    repo.runs[0].advance("build", conclusion="success")
    return repo.runs[0]


async def decide(ask: Client, run: Run, state: str, *numbers: int) -> tuple[int, str]:
    body = {"environment_ids": list(numbers), "state": state, "comment": "seen"}
    got = await ask("POST", f"{ACME}/actions/runs/{run.id}/pending_deployments", body)
    return got.status, "" if got.status == 200 else got.message


FAILED = (422, "There was a problem approving one of the gates")


async def test_only_a_listed_reviewer_other_than_the_dispatcher_lets_it_go_on(
    github: LocalGithub, repo: Repo, ask: Client, waiting: Run
) -> None:
    number = repo.environments[0].id
    assert (waiting.status, waiting.job("deploy").status) == ("waiting", "waiting")
    got = (await ask("GET", f"{ACME}/actions/runs/{waiting.id}/pending_deployments")).json
    assert [one["reviewer"]["login"] for one in got[0]["reviewers"]] == ["haneul", "slipway-bot"]
    assert got[0]["current_user_can_approve"] is False
    assert await decide(ask, waiting, "approved", number) == FAILED
    assert await decide(ask.as_(github.token("minsu")), waiting, "approved", number) == FAILED
    reviewer = ask.as_(github.token("haneul"))
    assert await decide(reviewer, waiting, "approved", 1) == FAILED
    assert (await decide(reviewer, waiting, "perhaps", number))[0] == 422
    assert await decide(reviewer, waiting, "approved", number) == (200, "")
    assert (waiting.status, waiting.job("deploy").status) == ("in_progress", "queued")
    assert await decide(reviewer, waiting, "approved", number) == FAILED
    approvals = (await ask("GET", f"{ACME}/actions/runs/{waiting.id}/approvals")).json
    assert [(one["user"]["login"], one["state"], one["comment"]) for one in approvals] == [
        ("haneul", "approved", "seen")
    ]


async def test_a_rejection_fails_the_run(github: LocalGithub, repo: Repo, ask: Client, waiting: Run) -> None:
    reviewer = ask.as_(github.token("haneul"))
    assert await decide(reviewer, waiting, "rejected", repo.environments[0].id) == (200, "")
    assert (waiting.status, waiting.conclusion) == ("completed", "failure")


async def test_an_app_may_not_review(github: LocalGithub, repo: Repo, ask: Client, waiting: Run) -> None:
    app, now = github.app(), int(github.now())
    signed = ask.as_(token(app.private_key, {"iss": app.client_id, "iat": now, "exp": now + 500}))
    got = await signed("POST", f"/app/installations/{app.installation_id}/access_tokens")
    status, message = await decide(ask.as_(got.json["token"]), waiting, "approved", repo.environments[0].id)
    assert (status, message) == (403, "Resource not accessible by integration")


async def test_an_app_with_a_rule_decides_that_rule(github: LocalGithub, repo: Repo, ask: Client) -> None:
    app, now = github.app(), int(github.now())
    repo.workflow(yaml=GUARDED)
    repo.environment("prod", protection_apps=("slipway",))
    await ask("POST", f"{CD}/dispatches", {"ref": "main"})
    run = repo.runs[0]
    run.advance("build", conclusion="success")
    assert run.status == "waiting"
    path = f"{ACME}/actions/runs/{run.id}/deployment_protection_rule"
    body = {"environment_name": "prod", "state": "approved", "comment": "Discord said yes"}
    assert (await ask("POST", path, body)).status == 403
    signed = ask.as_(token(app.private_key, {"iss": app.client_id, "iat": now, "exp": now + 500}))
    got = await signed("POST", f"/app/installations/{app.installation_id}/access_tokens")
    ours = ask.as_(got.json["token"])
    assert (await ours("POST", path, {"environment_name": "prod", "comment": "asked in Discord"})).status == 204
    assert run.status == "waiting"
    assert (await ours("POST", path, body)).status == 204
    assert (run.status, repo.gates[0].told) == ("in_progress", ["asked in Discord", "Discord said yes"])
    assert (await ours("POST", path, body)).status == 422


async def test_a_new_attempt_waits_again(repo: Repo, waiting: Run) -> None:
    repo.review(waiting, "prod", "approved", "haneul")
    waiting.finish("failure")
    waiting.rerun("minsu")
    waiting.advance("build", conclusion="success")
    assert (waiting.attempt, waiting.status) == (2, "waiting")


async def test_a_run_is_run_again_and_one_that_does_not_heed_a_cancel_is_forced(
    repo: Repo, ask: Client, run: Run
) -> None:
    path = f"{ACME}/actions/runs/{run.id}"
    repo.stubborn = True
    assert (await ask("POST", f"{path}/rerun")).status == 403
    assert ((await ask("POST", f"{path}/cancel")).status, run.status) == (202, "queued")
    assert ((await ask("POST", f"{path}/force-cancel")).status, run.conclusion) == (202, "cancelled")
    assert ((await ask("POST", f"{path}/rerun")).status, run.attempt, run.conclusion) == (201, 2, None)
