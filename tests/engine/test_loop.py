"""The loop itself: followers that must not end, hang, spin or begin anything while the process is told to end."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from bot.errors import LedgerUnwritable, Refusal
from bot.health import ask, read_version
from bot.ledger import attempts, deploys
from bot.model import Deploy, Direction, HealthCheck, Outcome, Phase, Verdict
from bot.plan.within import within
from tests.engine.life import PROD, STAGING, Life
from tests.engine.world import HANEUL, JIEUN, MINSU, trouble

PATIENCE = 20.0  # seconds of real time


@pytest.fixture
async def loop(life: Life) -> AsyncIterator[asyncio.Task[None]]:
    """The engine runs as it does in production; only its clocks stand still."""
    task = asyncio.create_task(life.engine.run())
    yield task
    await life.engine.drain()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def comes_to(life: Life, deploy: Deploy, *phases: Phase) -> Deploy:
    async with asyncio.timeout(PATIENCE):
        while (now := await life.now(deploy)).phase not in phases:
            await asyncio.sleep(0.01)
    return now


@pytest.mark.usefixtures("loop")
async def test_a_confirmed_deploy_gets_its_follower_and_leaves_nothing_in_memory(life: Life) -> None:
    deploy = await life.order()
    assert (await comes_to(life, deploy, Phase.SETTLED)).verdict is Verdict.SUCCEEDED
    async with asyncio.timeout(PATIENCE):
        while life.core.watching or life.core.heard or life.core.wakes._events or life.engine._followers:
            await asyncio.sleep(0.01)
    life.core.wakes.poke(deploy.number)
    assert not life.core.wakes._events


@pytest.mark.usefixtures("loop")
async def test_a_cancellation_that_leaks_out_of_a_library_ends_no_follower(life: Life) -> None:
    life.platform.next["check"].append(asyncio.CancelledError())
    deploy = await life.order()
    assert (await comes_to(life, deploy, Phase.SETTLED)).verdict is Verdict.SUCCEEDED


@pytest.mark.usefixtures("loop")
async def test_a_follower_that_ended_is_taken_up_again_from_its_row(life: Life) -> None:
    deploy = await comes_to(life, await life.order(PROD), Phase.AWAITING)
    life.engine._followers[deploy.number].cancel()
    await asyncio.sleep(0)
    await life.react(deploy, HANEUL)
    await comes_to(life, deploy, Phase.HOLD)


async def test_a_call_that_cannot_be_cancelled_holds_nobody_beyond_its_deadline() -> None:
    free = asyncio.Event()

    async def hangs() -> None:
        while not free.is_set():
            try:
                await free.wait()
            except asyncio.CancelledError:
                continue

    async with asyncio.timeout(PATIENCE):
        with pytest.raises(TimeoutError):
            await within(hangs(), 0.01)
    free.set()
    await asyncio.sleep(0)


async def test_draining_begins_nothing_even_when_something_changes_meanwhile(life: Life) -> None:
    task = asyncio.create_task(life.engine.run())
    deploy = await comes_to(life, await life.order(PROD), Phase.AWAITING)
    await life.react(deploy, HANEUL)
    await comes_to(life, deploy, Phase.HOLD)
    await life.engine.drain()
    life.clock.pass_(60)
    await life.locks.lock("app", "staging", MINSU, "wakes the loop", None)
    await asyncio.sleep(0.05)
    assert all(one.done() for one in life.engine._followers.values())
    with pytest.raises(Refusal, match="restarting"):
        await life.plan(STAGING)
    assert life.platform.log == []
    assert not task.done()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_the_loop_outlives_a_ledger_that_cannot_be_read(life: Life) -> None:
    deploy = await life.order()

    async def unread(*args: object, **kwargs: object) -> object:
        life.core.ledger = life.ledger
        raise LedgerUnwritable("io")

    class Once:
        read = staticmethod(unread)
        on_commit = life.ledger.on_commit

    life.core.ledger = Once()  # type: ignore[assignment]
    task = asyncio.create_task(life.engine.run())
    life.core.ledger = Once()  # type: ignore[assignment]
    assert (await comes_to(life, deploy, Phase.SETTLED)).verdict is Verdict.SUCCEEDED
    await life.engine.drain()
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


async def test_a_restore_that_the_platform_will_never_do_is_a_failed_rollback_not_a_loop(life: Life) -> None:
    life.policy(auto_rollback=True)
    life.platform.mode[Direction.FORWARD] = "vanishes"
    deploy = await life.until(await life.order(), Phase.RUNNING)
    life.platform.next["effect"].extend([trouble("version_gone", retry=False)] * 1000)
    settled = await life.settled(deploy)
    assert (settled.verdict, settled.outcome, settled.code) == (Verdict.FAILED, Outcome.ROLLBACK, "version_gone")
    assert await life.pings(deploy) == ["failed"]


async def test_a_deleted_card_forgets_nothing_that_is_noted_at_the_same_time(life: Life) -> None:
    deploy = await life.until(await life.order(PROD), Phase.AWAITING)
    read = life.ledger.read
    noted: list[bool] = []

    async def slowly(verb: Any, *args: Any, **kwargs: Any) -> Any:
        found: Any = await read(verb, *args, **kwargs)
        if verb is deploys.get and not noted:
            noted.append(True)
            note: dict[str, Any] = {"now": 0.0, "actor": "slipway", "action": "nudged"}
            note["columns"] = {"facts": {**deploy.facts, "nudged": True}}
            await life.ledger.do(deploys.note, deploy.number, **note)
        return found

    life.ledger.read = slowly  # type: ignore[method-assign]
    await life.engine.card_deleted(f"message-{deploy.number}")
    assert (await life.now(deploy)).facts.keys() >= {"nudged", "card_deleted"}


async def test_what_a_recheck_saw_does_not_count_when_a_newer_deploy_began_meanwhile(life: Life) -> None:
    life.platform.mode[Direction.FORWARD] = "breaks"
    bad = await life.settled(await life.order())
    life.platform.sick.clear()
    life.platform.next["probe"].append(lambda: life.order(wanted="c"))
    life.platform.next["probe"].append(lambda: None)
    with pytest.raises(Refusal, match="stale"):
        await life.engine.recheck(bad.ulid, JIEUN)
    assert (await life.now(bad)).verified_later is None


async def test_every_effect_has_its_committed_intent_before_it(life: Life) -> None:
    seen = []

    async def at_start() -> None:
        rows = await life.ledger.read(attempts.of, 1)
        seen.append([(row.attempt.n, row.ref) for row in rows])

    life.platform.next["start"].append(at_start)
    await life.settled(await life.order())
    assert seen == [[(1, None)]]


def test_a_health_answer_of_brackets_is_no_version() -> None:
    assert read_version("/version", {}, b"[" * 60_000) is None


async def test_a_health_answer_that_comes_in_pieces_is_read_whole() -> None:
    async def pieces(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for piece in json.dumps({"filler": "x" * 30_000, "version": "b" * 40}).encode().partition(b"version"):
            await response.write(piece)
            await asyncio.sleep(0.05)
        return response

    app = web.Application()
    app.router.add_get("/health", pieces)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    answer = await ask(HealthCheck(f"http://{host}:{port}/health", "bot", version="/version"))
    await runner.cleanup()
    assert (answer.status, answer.version) == (200, "b" * 40)
