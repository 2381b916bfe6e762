"""The gate ``evaluation`` with an artifact: the newest, of a run at that very commit, and bounded like a file."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Mapping
from typing import Any

import pytest

from adapters.github.hub import Hub
from adapters.github.source import GitHubSource
from adapters.github.source.artifacts import own_runs
from bot.errors import AdapterError
from bot.gates.evaluation import LIMIT, judge
from bot.gates.outside import Reply
from bot.model import Evaluation, GateAnswer, Says, Version
from playground.github import Repo, Run

ACME = "/repos/acme/llmops"
NAME = "eval-results"
METRICS = [{"name": "f1", "score": 0.9, "threshold": 0.8}]


async def ran(ours: Hub, repo: Repo) -> Run:
    body = {"ref": "main", "inputs": {"version": "1"}}
    await ours.send("dispatch", "POST", f"{ACME}/actions/workflows/cd.yml/dispatches", body)
    return repo.runs[-1]


def results(sha: str, score: float = 0.9) -> dict[str, bytes]:
    told = {"version": sha, "at": "2026-11-20T00:00:00Z", "metrics": [{**METRICS[0], "score": score}]}
    return {"results.json": json.dumps(told).encode()}


async def fetched(ours: Hub, sha: str, limit: int = LIMIT) -> bytes | None:
    return await GitHubSource(ours, "acme/llmops").artifact(Version(sha, sha[:7]), NAME, "results.json", limit)


async def code(ours: Hub, sha: str, limit: int = LIMIT) -> str:
    with pytest.raises(AdapterError) as found:
        await fetched(ours, sha, limit)
    return found.value.code


def said(body: bytes | None, sha: str) -> GateAnswer:
    reply = Reply(404) if body is None else Reply(200, body)
    return judge(reply, Evaluation(NAME), sha, NAME, 1_800_000_000.0)


async def test_the_newest_artifact_of_the_commit_decides(repo: Repo, ours: Hub) -> None:
    run = await ran(ours, repo)
    repo.artifact(run.id, "other", results(run.head_sha, 0.1))
    repo.artifact(run.id, NAME, results(run.head_sha, 0.9))
    assert said(await fetched(ours, run.head_sha), run.head_sha).says is Says.YES
    again = await ran(ours, repo)
    repo.artifact(again.id, NAME, results(run.head_sha, 0.1))
    assert said(await fetched(ours, run.head_sha), run.head_sha).code == "failed"


async def test_without_an_artifact_it_is_not_yet(repo: Repo, ours: Hub) -> None:
    run = await ran(ours, repo)
    assert said(await fetched(ours, run.head_sha), run.head_sha).says is Says.NOT_YET
    repo.artifact(run.id, NAME, results(run.head_sha)).expired = True
    assert said(await fetched(ours, run.head_sha), run.head_sha).says is Says.NOT_YET


async def test_the_artifact_of_another_commit_is_not_asked(repo: Repo, ours: Hub) -> None:
    run = await ran(ours, repo)
    repo.artifact(run.id, NAME, results(run.head_sha))
    assert await fetched(ours, repo.commit("Newer")) is None


async def test_scores_of_another_version_inside_do_not_count(repo: Repo, ours: Hub) -> None:
    run = await ran(ours, repo)
    repo.artifact(run.id, NAME, results("f" * 40))
    assert said(await fetched(ours, run.head_sha), run.head_sha).code == "other_version"


async def test_a_bomb_is_not_unpacked(repo: Repo, ours: Hub) -> None:
    run = await ran(ours, repo)
    repo.artifact(run.id, NAME, {"results.json": bytes(50_000_000)})
    assert await code(ours, run.head_sha) == "too_big"


DAMAGES = [lambda data: data[:40], lambda data: b"no zip", lambda data: data[:60] + bytes(4) + data[64:]]


@pytest.mark.parametrize("damage", DAMAGES)
async def test_what_is_no_zip_is_damaged(repo: Repo, ours: Hub, damage: Any) -> None:
    run = await ran(ours, repo)
    made = repo.artifact(run.id, NAME, results(run.head_sha))
    made.data = damage(made.data)
    assert await code(ours, run.head_sha) == "artifact_damaged"


@pytest.mark.filterwarnings("ignore:Duplicate name")
async def test_the_same_file_twice_is_damaged(repo: Repo, ours: Hub) -> None:
    run, packed = await ran(ours, repo), io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for _ in range(2):
            archive.writestr("results.json", b"{}")
    repo.artifact(run.id, NAME, {}).data = packed.getvalue()
    assert await code(ours, run.head_sha) == "artifact_damaged"


async def test_runs_of_a_fork_and_of_other_commits_are_not_ours() -> None:
    here, fork = {"id": 1}, {"id": 2}
    runs = [
        {"id": 1, "head_sha": "a", "repository": here, "head_repository": here},
        {"id": 2, "head_sha": "a", "repository": here, "head_repository": fork},
        {"id": 3, "head_sha": "a", "repository": here, "head_repository": None},
        {"id": 4, "head_sha": "b", "repository": here, "head_repository": here},
    ]

    class Pages:
        async def pages(self, path: str, key: str, *, params: Mapping[str, Any], limit: int) -> list[Any]:
            return runs

    told: Any = Pages()
    assert [run["id"] for run in await own_runs(told, ACME, "a", 60)] == [1]
