"""The one door to GitHub, through a GitHub that misbehaves as documented."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable
from typing import Any

import pytest

from adapters.github.hub import Hub
from bot.errors import AdapterError
from playground.github import LocalGithub, Repo
from tests.github.hubs import as_app, as_token, hub

ACME = "/repos/acme/llmops"
CANCEL = f"{ACME}/actions/runs/1/cancel"
DISPATCH = f"{ACME}/actions/workflows/cd.yml/dispatches"
BODY = {"ref": "main", "inputs": {"version": "1"}, "return_run_details": True}


async def refused(asked: Awaitable[Any]) -> AdapterError:
    with pytest.raises(AdapterError) as found:
        await asked
    return found.value


@pytest.mark.parametrize("fault", ["lost_after_effect", "502", "garbled"])
async def test_what_was_sent_is_never_sent_again(github: LocalGithub, repo: Repo, ours: Hub, fault: str) -> None:
    github.faults.next("dispatch", fault)
    found = await refused(ours.send("dispatch", "POST", DISPATCH, BODY))
    assert (found.code, found.retry) == ("garbled" if fault == "garbled" else "lost", True)
    assert len(repo.dispatches) == len([one for one in github.requests if one.method == "POST"]) == 1


async def test_the_named_points_stand_before_and_behind_the_one_request(github: LocalGithub, repo: Repo) -> None:
    seen: list[tuple[str, int]] = []
    async with hub(github, at=lambda point: seen.append((point, len(repo.dispatches)))) as ours:
        await ours.send("dispatch", "POST", DISPATCH, BODY)
    assert seen == [("github.dispatch.before", 0), ("github.dispatch.sent", 1), ("github.dispatch.answered", 1)]


@pytest.mark.parametrize("fault", ["lost_before_effect", "502"])
async def test_a_read_is_tried_again(github: LocalGithub, ours: Hub, fault: str) -> None:
    github.faults.next("repository", fault)
    assert (await ours.get(ACME))["full_name"] == "acme/llmops"


async def test_what_has_not_changed_costs_nothing(github: LocalGithub, repo: Repo, ours: Hub) -> None:
    first = await ours.get(f"{ACME}/commits/main")
    billed = github.billed
    assert await ours.get(f"{ACME}/commits/main") == first
    assert github.billed == billed
    sha = repo.commit("Change")
    assert (await ours.get(f"{ACME}/commits/main"))["sha"] == sha
    await ours.get(f"{ACME}/commits/main", fresh=True)
    assert github.billed == billed + 2


async def test_a_list_has_all_its_pages_or_is_too_long(github: LocalGithub, repo: Repo, ours: Hub) -> None:
    for n in range(249):
        repo.commit(f"Change {n}")
    assert len(await ours.pages(f"{ACME}/commits")) == 250
    found = await refused(ours.pages(f"{ACME}/commits", limit=249))
    assert (found.code, found.facts["limit"]) == ("too_many", 249)


async def test_while_limited_nothing_is_sent_until_the_time_has_come(github: LocalGithub, ours: Hub) -> None:
    clock = 1_800_000_000.0
    github.now = lambda: clock
    github.faults.next("repository", "secondary_limit_no_header")
    assert (await refused(ours.get(ACME))).facts["until"] == clock + 60
    asked = len(github.requests)
    assert (await refused(ours.send("cancel", "POST", CANCEL))).code == "rate_limited"
    assert len(github.requests) == asked
    clock += 60
    assert await ours.get(ACME)


async def test_a_permission_that_is_missing_is_named(github: LocalGithub, repo: Repo) -> None:
    token = github.token(permissions={"contents": "read"})
    async with hub(github, as_token(github, token)) as ours:
        found = await refused(ours.send("dispatch", "POST", DISPATCH, BODY))
    assert (found.code, found.facts["permission"]) == ("forbidden", "actions=write")
    assert repo.dispatches == []


async def test_a_repository_that_the_token_may_not_see_is_not_found(github: LocalGithub, repo: Repo) -> None:
    async with hub(github, as_token(github, github.token(repositories=["acme/other"]))) as ours:
        found = await refused(ours.get(ACME))
    assert (found.code, found.facts["what"]) == ("not_found", "acme/llmops")


@pytest.mark.parametrize("method", ["GET", "POST"])
async def test_a_renamed_repository_is_told_by_its_new_name_and_not_followed(
    github: LocalGithub, repo: Repo, ours: Hub, method: str
) -> None:
    github.rename(repo, "acme/serving")
    asked = ours.get(f"{ACME}/commits", params={"sha": "main"}) if method == "GET" else None
    found = await refused(asked or ours.send("dispatch", "POST", DISPATCH, BODY))
    assert (found.code, found.facts["to"]) == ("moved", "acme/serving")
    assert repo.dispatches == []


async def test_a_token_that_was_revoked_is_unauthorized(github: LocalGithub, repo: Repo) -> None:
    token = github.token()
    async with hub(github, as_token(github, token)) as ours:
        github.revoke(token)
        assert (await refused(ours.get(ACME))).code == "unauthorized"


async def test_many_at_once_each_get_their_own_answer(github: LocalGithub, repo: Repo, ours: Hub) -> None:
    shas = [repo.commit(f"Change {n}") for n in range(40)]
    found = await asyncio.gather(*(ours.get(f"{ACME}/commits/{sha}") for sha in shas))
    assert [one["sha"] for one in found] == shas


async def test_its_threads_have_a_name_are_few_and_end_with_it(github: LocalGithub, repo: Repo) -> None:
    async with hub(github) as ours:
        await asyncio.gather(*(ours.get(ACME, fresh=True) for _ in range(30)))
        assert 1 <= len(threads()) <= 8
    async with asyncio.timeout(10):
        while threads():
            await asyncio.sleep(0.01)
    assert (await refused(ours.get(ACME))).code == "lost"


def threads() -> list[str]:
    return [one.name for one in threading.enumerate() if one.name.startswith("github-")]


async def test_an_app_speaks_with_a_token_of_few_permissions_that_is_renewed_in_time(
    github: LocalGithub, repo: Repo
) -> None:
    later = 0.0
    app = github.app(permissions={"actions": "write", "contents": "write", "administration": "write"})
    async with hub(github, as_app(github, app), now=lambda: github.now() + later) as ours:
        assert await ours.login() == "slipway[bot]"
        await ours.get(ACME)
        assert github.state.access[app.issued[0]].permissions == {
            "actions": "write",
            "contents": "write",
            "metadata": "read",
        }
        await ours.get(ACME, fresh=True)
        assert len(app.issued) == 1
        later = app.token_life - 200
        await ours.get(ACME, fresh=True)
        assert len(app.issued) == 2


async def test_an_apps_token_is_masked_while_it_opens_anything(github: LocalGithub, repo: Repo) -> None:
    hidden: list[str] = []

    def hide(value: str) -> Any:
        hidden.append(value)
        return lambda: hidden.remove(value)

    later = 0.0
    app = github.app()
    ours = Hub(as_app(github, app), hide, now=lambda: github.now() + later)
    try:
        await ours.get(ACME)
        later = app.token_life - 200
        await ours.get(ACME, fresh=True)
    finally:
        await ours.close()
    assert hidden == app.issued[1:]


async def test_an_app_that_is_not_installed_there_says_where(github: LocalGithub, repo: Repo) -> None:
    async with hub(github, as_app(github, github.app(owner="other"))) as ours:
        found = await refused(ours.get(ACME))
    assert (found.code, found.facts["owner"]) == ("app_not_installed", "acme")


async def test_a_private_key_that_is_none_names_its_secret(github: LocalGithub) -> None:
    app = github.app()
    app.private_key = "-----BEGIN nothing-----"
    async with hub(github, as_app(github, app)) as ours:
        found = await refused(ours.login())
    assert (found.code, found.facts["secret"]) == ("key_unusable", "GITHUB_APP_KEY")


async def test_the_budget_is_known_once_something_was_asked(github: LocalGithub, ours: Hub) -> None:
    assert ours.budgets() == {}
    await ours.get(ACME)
    assert ours.budgets()["token"].limit == 5000


async def test_logs_and_artifacts_are_fetched_without_a_credential_and_bounded(
    github: LocalGithub, repo: Repo, ours: Hub
) -> None:
    await ours.send("dispatch", "POST", DISPATCH, BODY)
    run = repo.runs[-1]
    made = repo.artifact(run.id, "eval-results", {"results.json": b"{}" * 5000})
    path = f"{ACME}/actions/artifacts/{made.id}/zip"
    assert (await ours.download(path, 1_000_000))[:2] == b"PK"
    assert (await refused(ours.download(path, 10))).code == "too_big"


async def test_doctor_says_who_and_what_is_missing(github: LocalGithub, repo: Repo) -> None:
    identity = as_token(github, reviewer=github.token("jieun"))
    async with hub(github, identity) as ours:
        found = {code: (good, facts) for code, good, facts in await ours.diagnose(["acme/llmops", "acme/none"])}
    assert found["login"] == (True, {"login": "slipway-bot"})
    assert found["reviewer"] == (True, {"login": "jieun"})
    assert found["repository"][0] is True
    assert found["checks_hidden"][0] is None
    assert found["not_found"][1]["what"] == "acme/none"
    assert found["budget"][1]["limit"] == 5000


async def test_doctor_knows_what_an_app_was_not_given(github: LocalGithub, repo: Repo) -> None:
    app = github.app(permissions={"actions": "read", "contents": "write", "checks": "read", "statuses": "read"})
    async with hub(github, as_app(github, app)) as ours:
        found = {code: facts for code, good, facts in await ours.diagnose(["acme/llmops"])}
    assert found["permission_missing"]["missing"] == [
        *("actions=write", "deployments=write", "environments=read", "pull_requests=write")
    ]
    assert "checks_hidden" not in found
