"""Each queued fault happens once, to the call that it is for, and looks as GitHub's trouble looks."""

import json
import time

import aiohttp
import pytest

from playground.github import LocalGithub, Repo

from .conftest import ACME, CD, Client


@pytest.mark.parametrize("kind", ["500", "503", "502_before_effect"])
async def test_a_server_error_before_the_effect_leaves_nothing_done(
    github: LocalGithub, repo: Repo, ask: Client, kind: str
) -> None:
    github.faults.next("create_ref", kind)
    body = {"ref": "refs/tags/slipway/at-1", "sha": repo.branch("main")}
    assert (await ask("POST", f"{ACME}/git/refs", body)).status == int(kind[:3])
    assert repo.tree.tags == {}
    assert (await ask("POST", f"{ACME}/git/refs", body)).status == 201


@pytest.mark.parametrize("kind", ["502", "502_after_effect"])
async def test_a_server_error_after_the_effect_leaves_it_done(
    github: LocalGithub, repo: Repo, ask: Client, kind: str
) -> None:
    github.faults.next("create_ref", kind)
    body = {"ref": "refs/tags/slipway/at-1", "sha": repo.branch("main")}
    assert (await ask("POST", f"{ACME}/git/refs", body)).status == 502
    assert (await ask("POST", f"{ACME}/git/refs", body)).message == "Reference already exists"


async def test_half_an_answer_is_no_json(github: LocalGithub, repo: Repo, ask: Client) -> None:
    github.faults.next("workflow", "garbled")
    answer = await ask("GET", CD)
    assert answer.status == 200
    with pytest.raises(json.JSONDecodeError):
        _ = answer.json
    assert (await ask("GET", CD)).json["state"] == "active"


async def test_the_primary_limit_lasts_until_its_reset(github: LocalGithub, repo: Repo, ask: Client) -> None:
    at = 1_800_000_000.0
    github.now = lambda: at
    github.faults.next("*", "primary_limit:60")
    for _ in range(2):
        refused = await ask("GET", ACME)
        assert (refused.status, refused.headers["X-RateLimit-Reset"]) == (403, str(int(at) + 60))
    at += 60
    assert (await ask("GET", ACME)).status == 200


async def test_a_slow_answer_comes_late(github: LocalGithub, repo: Repo, ask: Client) -> None:
    github.faults.next("run", "slow:0.05")
    began = time.monotonic()
    await ask("GET", f"{ACME}/actions/runs/1")
    assert time.monotonic() - began >= 0.05


async def test_faults_wait_for_their_own_call_and_can_be_forgotten(
    github: LocalGithub, repo: Repo, ask: Client
) -> None:
    github.faults.next("dispatch", "500", times=2)
    assert (await ask("GET", ACME)).status == 200
    assert (await ask.dispatch()).status == 500
    github.faults.clear()
    assert (await ask.dispatch()).status == 200
    assert [one.fault for one in github.requests] == [None, "500", None]


async def test_what_was_lost_stands_in_the_journal_without_a_status(
    github: LocalGithub, repo: Repo, ask: Client
) -> None:
    github.faults.next("cancel", "lost_after_effect")
    await ask.dispatch()
    with pytest.raises(aiohttp.ClientError):
        await ask("POST", f"{ACME}/actions/runs/{repo.runs[0].id}/cancel")
    last = github.requests[-1]
    assert (last.name, last.status, last.fault, last.login) == ("cancel", 0, "lost_after_effect", "slipway-bot")
    assert repo.runs[0].conclusion == "cancelled"
