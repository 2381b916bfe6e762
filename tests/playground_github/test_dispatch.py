"""What a dispatch refuses, and what may become of one that was sent."""

import aiohttp
import pytest

from playground.github import LocalGithub, Repo

from .conftest import ACME, CD, Client

TYPED = """
name: Typed
on:
  workflow_dispatch:
    inputs:
      version: {required: true}
      where: {type: choice, options: [staging, prod], default: staging}
      dry: {type: boolean, default: false}
jobs:
  one:
    runs-on: ubuntu-latest
    steps: [{run: make}]
"""


@pytest.mark.parametrize(
    ("inputs", "message"),
    [
        ({}, "Required input 'version' not provided"),
        ({"version": "1", "extra": "x", "more": "y"}, 'Unexpected inputs provided: ["extra", "more"]'),
        (
            {"version": "1", "where": "moon"},
            "Provided value 'moon' for input 'where' not in the list of allowed values",
        ),
        ({"version": "1", "dry": "maybe"}, "Provided value 'maybe' for input 'dry' not in the list of allowed values"),
    ],
)
async def test_inputs_that_the_workflow_does_not_take_are_refused_in_githubs_words(
    repo: Repo, ask: Client, inputs: dict[str, str], message: str
) -> None:
    repo.workflow(yaml=TYPED)
    answer = await ask("POST", f"{CD}/dispatches", {"ref": "main", "inputs": inputs})
    assert (answer.status, answer.message) == (422, message)
    assert repo.runs == []


async def test_a_sha_is_no_ref_and_a_ref_without_the_file_is_not_found(repo: Repo, ask: Client) -> None:
    sha = repo.branch("main")
    answer = await ask.dispatch(sha)
    assert (answer.status, answer.message) == (422, f"No ref found for: {sha}")
    repo.commit("Drop it", branch="bare", files={".github/workflows/cd.yml": None})
    assert (await ask.dispatch("bare")).status in (404, 422)
    repo.workflow(yaml="on: push\njobs: {a: {runs-on: x, steps: []}}")
    assert (await ask.dispatch()).message == "Workflow does not have 'workflow_dispatch' trigger"
    repo.workflow(state="disabled_manually")
    assert (await ask.dispatch()).message == "Cannot trigger a 'workflow_dispatch' on a disabled workflow"
    assert (await ask("POST", f"{ACME}/actions/workflows/other.yml/dispatches", {"ref": "main"})).status == 404
    assert (await ask("POST", f"{CD}/dispatches", {})).status == 422
    assert repo.runs == []


async def test_a_lost_answer_leaves_the_run(github: LocalGithub, repo: Repo, ask: Client) -> None:
    github.faults.next("dispatch", "lost_after_effect")
    with pytest.raises(aiohttp.ClientError):
        await ask.dispatch(attempt="at-7")
    assert [one.inputs["attempt"] for one in repo.dispatches] == ["at-7"]
    assert repo.runs[0].title == "Deploy 1.2.3 (at-7)"
    github.faults.next("dispatch", "lost_before_effect")
    with pytest.raises(aiohttp.ClientError):
        await ask.dispatch()
    assert len(repo.runs) == 1


async def test_a_502_may_have_had_its_effect_or_not(github: LocalGithub, repo: Repo, ask: Client) -> None:
    github.faults.next("dispatch", "502")
    github.faults.next("dispatch", "502_before_effect")
    assert [(await ask.dispatch()).status, (await ask.dispatch()).status] == [502, 502]
    assert len(repo.runs) == 1


async def test_a_late_run_cannot_be_read_until_its_time(github: LocalGithub, repo: Repo, ask: Client) -> None:
    at = 1_800_000_000.0
    github.now = lambda: at
    github.faults.next("dispatch", "late:300")
    number = (await ask.dispatch()).json["workflow_run_id"]
    assert (await ask("GET", f"{ACME}/actions/runs/{number}")).status == 404
    assert (await ask("GET", f"{ACME}/actions/runs")).json["total_count"] == 0
    at += 300
    assert (await ask("GET", f"{ACME}/actions/runs/{number}")).status == 200
    assert (await ask("GET", f"{ACME}/actions/runs")).json["total_count"] == 1


async def test_a_run_may_be_late_behind_a_502(github: LocalGithub, repo: Repo, ask: Client) -> None:
    github.faults.next("dispatch", "late:300+502")
    assert (await ask.dispatch()).status == 502
    assert (len(repo.runs), (await ask("GET", f"{ACME}/actions/runs")).json["total_count"]) == (1, 0)
    with pytest.raises(ValueError, match="no such fault: lat"):
        github.faults.next("dispatch", "lat:300")


async def test_what_others_do_at_the_same_moment_is_seen(github: LocalGithub, repo: Repo, ask: Client) -> None:
    before = repo.branch("main")
    for kind in ("foreign_run", "main_moves", "attempt_2", "evicted"):
        github.faults.next("dispatch", kind)
        assert (await ask.dispatch()).status == 200
    foreign, ours, moved, again, evicted = repo.runs
    assert (foreign.actor.login, ours.actor.login) == ("somebody-else", "slipway-bot")
    assert ours.head_sha == before != moved.head_sha
    assert (again.attempt, again.latest.by.login, again.actor.login) == (2, "somebody-else", "slipway-bot")
    assert (evicted.status, evicted.conclusion) == ("completed", "cancelled")
    github.faults.next("dispatch", "no_run_details")
    assert (await ask.dispatch()).status == 204


@pytest.mark.parametrize(
    ("body", "message"),
    [
        (None, '"ref" wasn\'t supplied.'),
        ({"ref": 7}, "For 'properties/ref', 7 is not a string."),
        ({"ref": "main", "inputs": ["x"]}, "For 'properties/inputs', [\"x\"] is not a object."),
        (
            {"ref": "main", "return_run_details": "yes"},
            "For 'properties/return_run_details', \"yes\" is not a boolean.",
        ),
        ({"ref": "main", "inputs": {f"x{n}": "" for n in range(26)}}, "No more than 25 properties are allowed; 26"),
    ],
)
async def test_a_body_of_another_shape_is_refused(repo: Repo, ask: Client, body: object, message: str) -> None:
    answer = await ask("POST", f"{CD}/dispatches", body)
    assert (answer.status, message in answer.message) == (422, True)
    assert repo.runs == []


async def test_what_is_no_number_is_not_found(repo: Repo, ask: Client) -> None:
    assert (await ask("GET", f"{ACME}/actions/runs/latest")).status == 404
