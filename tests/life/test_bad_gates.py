"""Gates whose other side misbehaves, over the whole line: a clear message, no Confirm, the target untouched."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from aiohttp import web

from tests.life.config_file import Options
from tests.life.house import inhabited

SHA = "b" * 40
HUGE = 100 * 1024 * 1024
GATES = """
[services.hanging.env.staging.gates.webhook]
url = "{url}/hangs"
timeout = "1s"
[services.huge.env.staging.gates.evaluation]
file = "{url}/huge/{{version}}.json"
[services.garbled.env.staging.gates.evaluation]
file = "{url}/garbled"
[services.bare.env.staging.gates.evaluation]
file = "bare.json"
"""
SAID = {
    "hanging": "127.0.0.1",
    "huge": "larger than 1 MB and were not read",
    "garbled": "not JSON",
    "bare": "a metric has no threshold",
}


@asynccontextmanager
async def misbehaving(sent: list[int]) -> AsyncIterator[str]:
    """``sent``: bytes of the huge file that went out, one entry a request."""
    over = asyncio.Event()

    async def hangs(_: web.Request) -> web.StreamResponse:
        await over.wait()
        return web.Response()

    async def huge(request: web.Request) -> web.StreamResponse:
        answer = web.StreamResponse()
        answer.content_length = HUGE
        await answer.prepare(request)
        sent.append(0)
        with suppress(ConnectionError):
            while sent[-1] < HUGE:
                await answer.write(b" " * 65536)
                sent[-1] += 65536
        return answer

    async def garbled(_: web.Request) -> web.StreamResponse:
        return web.Response(text="<html>Sign in")

    app = web.Application()
    app.add_routes([web.post("/hangs", hangs), web.get("/huge/{name}", huge), web.get("/garbled", garbled)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        yield f"http://127.0.0.1:{runner.addresses[0][1]}"
    finally:
        over.set()
        await runner.cleanup()


async def test_bad_answers_to_gates_are_told_and_nothing_is_begun(tmp_path: Path) -> None:
    sent: list[int] = []
    results = {"version": SHA, "at": datetime.now(UTC).isoformat(), "metrics": [{"name": "f1", "score": 1}]}
    (tmp_path / "bare.json").write_text(json.dumps(results))
    services = {name: Options() for name in SAID}
    async with misbehaving(sent) as url, inhabited(tmp_path, services, more=GATES.format(url=url)) as house:
        for name, said in SAID.items():
            one = house.of(name)
            plan = await one.plan("jieun", "deploy", "staging", version=SHA)
            assert said in plan.text, plan.text
            assert not any("Deploy to" in str(button.label) for button in plan.buttons)
            assert one.effects("staging") == []
        assert sent
        assert max(sent) < HUGE / 10
        status = await house.of("hanging").plan("visitor", "status", "staging")
        assert "✅" in status.text
