"""Every gate is asked once, side by side; what goes wrong in one is a "not yet" of that one."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import json
import os
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from bot import metrics
from bot.errors import AdapterError
from bot.gates import Question, ask
from bot.model import Ask, Check, Evaluation, GateAnswer, Gates, Kind, Metric, Says, Secret, Version
from bot.ports import Site
from tests.engine.life import PROD, Life
from tests.engine.world import JIEUN, NEW, OLD, trouble
from tests.gates.asked import Asked, asked
from tests.prometheus import prometheus

RESULTS = {"version": NEW.id, "at": "2025-11-20T00:53:20Z", "metrics": [{"name": "f1", "score": 1, "threshold": 0}]}


def question(life: Life, kind: Kind = Kind.DEPLOY, **gates: Any) -> Question:
    site = Site(replace(life.specs[PROD], gates=Gates(**gates), previous="staging"), life.platform)
    return Question(life.ledger, site, kind, NEW, OLD, JIEUN.id, life.clock.now(), 128)


async def one(life: Life, **gates: Any) -> GateAnswer:
    (answer,) = await ask(question(life, **gates))
    return answer


def written(folder: Path, body: str | bytes) -> Evaluation:
    path = folder / f"{NEW.id}.json"
    path.write_bytes(body.encode() if isinstance(body, str) else body)
    return Evaluation(file=str(folder / "{version}.json"))


async def test_a_target_without_gates_is_asked_nothing(life: Life) -> None:
    assert await ask(question(life)) == ()


@pytest.mark.parametrize("kind", [Kind.ROLLBACK, Kind.RESTART])
async def test_no_gate_stands_between_a_rollback_or_a_restart_and_its_start(life: Life, kind: Kind) -> None:
    assert await ask(question(life, kind, verified_in="staging", checks=("test",))) == ()


async def test_break_glass_asks_nothing(life: Life) -> None:
    assert await ask(replace(question(life, checks=("test",)), emergency=True)) == ()


async def test_a_redeploy_of_what_runs_skips_what_was_proved_before(life: Life) -> None:
    answers = await ask(question(life, Kind.REDEPLOY, verified_in="staging", soak=60.0, checks=("test",)))
    assert [answer.gate for answer in answers] == ["checks"]


async def test_a_promotion_means_the_environment_before_though_no_gate_says_so(life: Life) -> None:
    assert [answer.gate for answer in await ask(question(life, Kind.PROMOTE))] == ["verified_in"]


async def test_results_are_read_from_the_file_of_this_very_version(life: Life, tmp_path: Path) -> None:
    assert (await one(life, evaluation=written(tmp_path, json.dumps(RESULTS)))).says is Says.YES


@pytest.mark.parametrize("size", [1 << 20 | 1, 100 << 20, 1 << 40])
async def test_a_file_of_a_hundred_megabytes_or_a_terabyte_is_not_read(life: Life, tmp_path: Path, size: int) -> None:
    asked = written(tmp_path, "")
    os.truncate(tmp_path / f"{NEW.id}.json", size)
    answer = await one(life, evaluation=asked)
    assert (answer.says, answer.code) == (Says.NO, "too_big")


async def test_a_pipe_that_never_ends_and_a_folder_are_no_file(life: Life, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("pipe", "."):
        answer = await one(life, evaluation=Evaluation(file=str(tmp_path / name)))
        assert (answer.says, answer.code) == (Says.NO, "unreadable")


async def test_a_file_that_is_not_there_yet_is_waited_for(life: Life, tmp_path: Path) -> None:
    answer = await one(life, evaluation=Evaluation(file=str(tmp_path / "no" / "{version}.json")))
    assert (answer.says, answer.code) == (Says.NOT_YET, "missing")


async def test_results_come_from_an_address_too_whose_query_nobody_sees(life: Life) -> None:
    async with asked() as server:
        answer = await one(life, evaluation=Evaluation(file=f"{server.url}/r/{{version}}.json?token=hidden"))
    assert (answer.says, answer.code) == (Says.NO, "shape")
    assert answer.facts["where"] == f"{server.url.removeprefix('http://')}/r/{NEW.id}.json"


async def test_a_webhook_is_sent_the_facts_signed_by_the_secret(life: Life) -> None:
    secret = Secret("GATE_SECRET")
    secret.fill("a-long-secret")
    async with asked() as server:
        answer = await one(life, webhook=Ask(f"{server.url}/gate", 5.0, secret))
    ((body, headers),) = server.bodies
    assert answer.says is Says.YES
    assert json.loads(body) == {
        "service": "app",
        "env": "prod",
        "kind": "deploy",
        "version": NEW.id,
        "from": OLD.id,
        "deploy": 128,
        "requester": JIEUN.id,
        "at": life.clock.now(),
    }
    signed = hmac.new(b"a-long-secret", body, hashlib.sha256).hexdigest()
    assert headers["X-Slipway-Signature"] == f"sha256={signed}"


async def test_a_webhook_that_hangs_is_not_yet_after_its_own_deadline(life: Life) -> None:
    began = time.monotonic()
    async with asked() as server:
        server.answer = hanging(server)
        answer = await one(life, webhook=Ask(server.url, 0.2))
    assert (answer.says, answer.code) == (Says.NOT_YET, "slow")
    assert time.monotonic() - began < 5


def hanging(server: Asked) -> Any:
    async def answer(request: Any) -> Any:
        await server.over.wait()
        raise ConnectionResetError

    return answer


async def test_checks_are_asked_of_the_adapter_and_a_silent_one_is_not_yet(life: Life) -> None:
    life.platform.ci = [Check("test", "actions", "success", 1.0)]
    assert (await one(life, checks=("test",))).says is Says.YES
    life.platform.next["checks"].extend([trouble("unreachable"), trouble("forbidden", retry=False)])
    assert (await one(life, checks=("test",))).says is Says.NOT_YET
    assert (await one(life, checks=("test",))).says is Says.NO


async def test_a_metric_is_asked_of_prometheus(life: Life) -> None:
    async with prometheus() as server:
        server.answers["errors"] = 0.001
        metric = Metric("errors", "< 0.01", 5, server.url)
        assert (await one(life, metric=metric)).says is Says.YES
        server.answers["errors"] = 0.5
        assert (await one(life, metric=metric)).says is Says.NO
    assert (await one(life, metric=metric)).code == "unreachable"


async def test_a_bug_in_one_gate_is_a_not_yet_of_that_one(life: Life, tmp_path: Path) -> None:
    life.platform.next["checks"].append(RuntimeError("a bug"))
    found = await ask(question(life, checks=("test",), evaluation=written(tmp_path, json.dumps(RESULTS))))
    assert [(answer.gate, answer.says, answer.code) for answer in found] == [
        ("checks", Says.NOT_YET, "trouble"),
        ("evaluation", Says.YES, "passed"),
    ]


async def test_gates_are_asked_side_by_side(life: Life) -> None:
    """Each of the two waits for the other to have been asked."""
    both = asyncio.Barrier(2)

    async def meets() -> None:
        async with asyncio.timeout(10):
            await both.wait()

    async with asked() as server:
        answering = server.answer

        async def answer(request: Any) -> Any:
            await meets()
            return await answering(request)

        server.answer = answer
        life.platform.next["checks"].append(meets)
        found = await ask(question(life, checks=("test",), webhook=Ask(server.url)))
    assert [one.code for one in found] == ["missing", "allowed"]


async def test_every_answer_is_counted(life: Life) -> None:
    labels = {"service": "app", "env": "prod", "gate": "checks", "says": "no"}
    before = metrics.REGISTRY.get_sample_value("slipway_gate_answers_total", labels) or 0
    await one(life, checks=("test",))
    assert metrics.REGISTRY.get_sample_value("slipway_gate_answers_total", labels) == before + 1


class WithArtifacts:
    """A source that answers this."""

    def __init__(self, answer: bytes | AdapterError | None) -> None:
        self.answer = answer

    async def artifact(self, version: Version, name: str, inside: str, limit: int) -> bytes | None:
        assert (version, name, inside) == (NEW, "eval", "results.json")
        if isinstance(self.answer, AdapterError):
            raise self.answer
        return self.answer


@pytest.mark.parametrize(
    ("answer", "said", "code"),
    [
        (json.dumps(RESULTS).encode(), Says.YES, "passed"),
        (None, Says.NOT_YET, "missing"),
        (AdapterError("github", "unavailable", retry=True, status=502), Says.NOT_YET, "broken"),
        (AdapterError("github", "forbidden", retry=False, permission="actions=read"), Says.NO, "unreadable"),
        (AdapterError("github", "too_big", retry=False), Says.NO, "too_big"),
    ],
)
async def test_an_artifact_is_asked_of_the_repositorys_platform(
    life: Life, answer: bytes | AdapterError | None, said: Says, code: str
) -> None:
    asked_for = question(life, evaluation=Evaluation("eval"))
    (found,) = await ask(replace(asked_for, site=replace(asked_for.site, source=WithArtifacts(answer))))
    assert (found.says, found.code) == (said, code)


async def test_without_such_a_platform_an_artifact_never_passes(life: Life) -> None:
    (found,) = await ask(question(life, evaluation=Evaluation("eval")))
    assert (found.says, found.code) == (Says.NO, "no_source")


class Vouches:
    """A source that says where a version comes from."""

    def __init__(self, held: bool | None = True, signature: str = "valid", error: AdapterError | None = None) -> None:
        self.held, self.said, self.error = held, signature, error

    async def holds(self, branch: str, version: Version) -> bool | None:
        assert version == NEW
        if self.error is not None:
            raise self.error
        return self.held

    async def signature(self, version: Version) -> str:
        if self.error is not None:
            raise self.error
        return self.said


SILENT = AdapterError("github", "unavailable", retry=True, status=502)
DENIED = AdapterError("github", "forbidden", retry=False, permission="contents=read")


@pytest.mark.parametrize(
    ("source", "codes"),
    [
        (Vouches(), ["held", "verified"]),
        (Vouches(held=False, signature="unsigned"), ["not_held", "not_verified"]),
        (Vouches(held=None, signature="expired_key"), ["unprotected", "not_verified"]),
        (Vouches(error=SILENT), ["unreadable", "unreadable"]),
        (Vouches(error=DENIED), ["unreadable", "unreadable"]),
        (None, ["no_source", "no_source"]),
    ],
)
async def test_a_version_of_unknown_origin_never_passes(life: Life, source: Vouches | None, codes: list[str]) -> None:
    asked_for = question(life, on_branch=True, signed=True)
    found = await ask(replace(asked_for, site=replace(asked_for.site, source=source)))
    assert [(one.gate, one.code) for one in found] == list(zip(("on_branch", "signed"), codes, strict=True))
    good = source is not None and source.error is None and source.held is True
    waits = source is not None and source.error is SILENT
    assert {one.says for one in found} == {Says.YES if good else Says.NOT_YET if waits else Says.NO}
