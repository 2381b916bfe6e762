"""A GitHub App's way in: signed by its key, then a token for an hour."""

from typing import Any

import pytest

from playground.github import App, LocalGithub, Repo

from .conftest import ACME, Client
from .signed import token

NOW = 1_800_000_000.0


@pytest.fixture
def app(github: LocalGithub) -> App:
    github.now = lambda: NOW
    return github.app(permissions={"actions": "write", "contents": "read", "checks": "read"})


def claims(app: App, **other: Any) -> dict[str, Any]:
    return {"iss": app.client_id, "iat": int(NOW) - 60, "exp": int(NOW) + 540, **other}


async def test_an_installation_token_dispatches_as_the_apps_bot(
    github: LocalGithub, repo: Repo, ask: Client, app: App
) -> None:
    signed = ask.as_(token(app.private_key, claims(app)))
    path = f"/app/installations/{app.installation_id}/access_tokens"
    got = (await signed("POST", path)).json
    assert got["expires_at"] == "2027-01-15T09:00:00Z"
    ours = ask.as_(got["token"])
    assert (await ours.dispatch()).status == 200
    assert repo.runs[0].actor.login == "slipway[bot]"
    assert (await ours("GET", "/user")).status == 403
    assert (await ours("GET", f"{ACME}/commits/main/check-runs")).status == 200
    github.now = lambda: NOW + 3600
    assert (await ours("GET", ACME)).message == "Bad credentials"


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"exp": int(NOW) + 1200}, "'Expiration time' claim ('exp') is too far in the future"),
        ({"exp": int(NOW) - 1}, "'Expiration time' claim ('exp') must be a numeric value"),
        ({"iat": int(NOW) + 300}, "'Issued at' claim ('iat') must be an Integer"),
    ],
)
async def test_a_signature_out_of_time_is_refused(ask: Client, app: App, wrong: dict[str, int], message: str) -> None:
    answer = await ask.as_(token(app.private_key, claims(app, **wrong)))("GET", "/app")
    assert (answer.status, answer.message.startswith(message)) == (401, True)


async def test_another_key_another_algorithm_and_no_signature_at_all_are_refused(
    github: LocalGithub, ask: Client, app: App
) -> None:
    other = github.app(slug="other")
    for text in (token(other.private_key, claims(app)), token(app.private_key, claims(app), "none"), "a.b.c", "x"):
        assert (await ask.as_(text)("GET", "/app")).message == "A JSON web token could not be decoded"
    unknown = token(app.private_key, claims(app, iss="999"))
    assert (await ask.as_(unknown)("GET", "/app")).message == "Integration not found"


async def test_a_token_never_has_more_than_the_installation(repo: Repo, ask: Client, app: App) -> None:
    signed = ask.as_(token(app.private_key, claims(app)))
    path = f"/app/installations/{app.installation_id}/access_tokens"
    assert (await signed("POST", path, {"permissions": {"contents": "write"}})).status == 422
    assert (await signed("POST", path, {"repositories": ["nothing"]})).status == 422
    few = (await signed("POST", path, {"permissions": {"actions": "read"}, "repositories": ["llmops"]})).json
    assert (few["permissions"], few["repository_selection"]) == ({"actions": "read"}, "selected")
    refused = await ask.as_(few["token"]).dispatch()
    assert (refused.status, refused.message) == (403, "Resource not accessible by integration")
    app.suspended = True
    assert (await signed("POST", path)).status == 403
    assert (await ask.as_(few["token"])("GET", ACME)).status == 403


async def test_the_installation_is_found_by_repository(repo: Repo, ask: Client, app: App) -> None:
    signed = ask.as_(token(app.private_key, claims(app, iss=str(app.id))))
    assert (await signed("GET", f"{ACME}/installation")).json["id"] == app.installation_id
    assert (await signed("GET", "/repos/acme/other/installation")).status == 404
    assert (await signed("GET", "/app/installations/1")).status == 404
    assert (await ask("GET", "/installation/repositories")).status == 403
