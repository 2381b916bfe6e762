"""Answers become a verdict; a real server that misbehaves is asked over a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator

import pytest
from aiohttp import web

from bot.health import Trial, ask, read_version
from bot.model import Answer, HealthCheck

CHECK = HealthCheck("http://127.0.0.1/health", start_within=10.0, tries=3, interval=5.0, timeout=1.0)
SILENT = Answer(None, 1.0, "refused")


def test_silence_fails_only_when_the_time_to_start_is_over() -> None:
    trial = Trial(CHECK, began=100.0)
    assert [trial.judge(SILENT, now) for now in (100.1, 105.0, 109.9)] == [None, None, None]
    failed = trial.judge(SILENT, 110.0)
    assert failed is not None
    assert (failed.ok, failed.error, failed.status) == (False, "refused", None)


def test_the_wrong_status_fails_after_its_tries_and_not_before() -> None:
    trial = Trial(CHECK, began=0.0)
    assert trial.judge(Answer(502, 3.0), 0.1) is None
    assert trial.judge(Answer(502, 3.0), 5.1) is None
    failed = trial.judge(Answer(502, 3.0), 10.1)
    assert failed is not None
    assert (failed.ok, failed.status, failed.tries) == (False, 502, 3)


def test_the_first_expected_answer_passes_with_the_tries_it_took() -> None:
    trial = Trial(CHECK, began=0.0)
    trial.judge(SILENT, 0.1)
    trial.judge(Answer(503, 3.0), 0.5)
    passed = trial.judge(Answer(200, 84.0), 5.5)
    assert passed is not None
    assert (passed.ok, passed.tries, passed.ms) == (True, 2, 84.0)


def test_tries_are_quick_until_something_answers_and_then_an_interval_apart() -> None:
    trial = Trial(CHECK, began=0.0)
    trial.judge(SILENT, 0.1)
    assert trial.pause <= 1.0
    trial.judge(Answer(503, 3.0), 0.2)
    assert trial.pause == CHECK.interval


def test_a_service_that_answered_once_and_went_away_fails_too() -> None:
    trial = Trial(CHECK, began=0.0)
    trial.judge(Answer(503, 3.0), 1.0)
    trial.judge(SILENT, 6.0)
    assert trial.judge(SILENT, 11.0) is not None


@pytest.mark.parametrize(
    ("how", "found"),
    [
        ("/version", "a1b9f2e"),
        ("/build/0/sha", "c0ffee1"),
        ("/missing", None),
        ("/build/9/sha", None),
        ("header:x-version", "9c1e0aa"),
        ("header:X-None", None),
        (None, None),
    ],
)
def test_the_version_is_read_from_where_the_config_says(how: str | None, found: str | None) -> None:
    body = b'{"version": "a1b9f2e", "build": [{"sha": "c0ffee1"}]}'
    assert read_version(how, {"X-Version": "9c1e0aa"}, body) == found


@pytest.mark.parametrize("body", [b"not json", b"[", b"", b"\xff\xfe", b'{"version": {"nested": 1}}'])
def test_a_body_that_is_no_such_json_names_no_version(body: bytes) -> None:
    assert read_version("/version", {}, body) is None


@pytest.fixture
async def server() -> AsyncIterator[str]:
    async def redirect(_: web.Request) -> web.Response:
        raise web.HTTPFound("/health")

    async def slow(_: web.Request) -> web.Response:
        await asyncio.sleep(30)
        return web.Response()

    async def huge(_: web.Request) -> web.StreamResponse:
        return web.Response(body=b"x" * 1_000_000)

    app = web.Application()
    app.add_routes([web.get("/redirect", redirect), web.get("/slow", slow), web.get("/huge", huge)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    await runner.cleanup()


async def test_a_redirect_is_not_followed(server: str) -> None:
    assert (await ask(HealthCheck(f"{server}/redirect"))).status == 302


async def test_a_hanging_service_is_a_timeout_and_nothing_else(server: str) -> None:
    assert (await ask(HealthCheck(f"{server}/slow", timeout=0.2))).error == "timeout"


async def test_nothing_listening_is_a_refusal() -> None:
    assert (await ask(HealthCheck("http://127.0.0.1:1/health"))).error == "refused"


async def test_a_huge_body_still_answers(server: str) -> None:
    assert (await ask(HealthCheck(f"{server}/huge"))).status == 200
