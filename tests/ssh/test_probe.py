"""Health from the host's side: through a private socket where sshd forwards, else asked by the host itself."""

from __future__ import annotations

import asyncio
import os
import stat
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
from aiohttp import web

from bot.model import Answer, HealthCheck
from bot.ports import Diagnoses, Probes
from tests.contract.beds import SshBed
from tests.ssh.conftest import Boot

pytestmark = pytest.mark.needs("systemd-host")
Ask = Callable[..., Awaitable[Answer]]


class Service:
    """Answers on a port of 127.0.0.1, as the host sees it too. ``connections`` counts who came."""

    def __init__(self) -> None:
        self.connections: set[object] = set()
        self.sockets: list[str] = []
        self.port = 0

    async def answer(self, request: web.Request) -> web.StreamResponse:
        self.connections.add(request.transport)
        for path in Path(tempfile.gettempdir()).glob(f"slipway-{os.getpid()}-*/health"):
            self.sockets.append(stat.filemode(path.parent.stat().st_mode) + " " + stat.filemode(path.stat().st_mode))
        what = request.path.strip("/")
        if what == "redirect":
            raise web.HTTPFound("/ok")
        if what == "huge":
            return web.Response(text='{"version": "' + "x" * 200_000 + '"}')
        if what == "drip":
            return await self._drip(request)
        return web.json_response(
            {"build": {"version": "a1b9f2e"}, "many": [{"a/b": 7}]}, headers={"X-Version": "v1.2"}, status=200
        )

    async def _drip(self, request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        for _ in range(200):
            await response.write(b" ")
            await asyncio.sleep(0.1)
        return response


@pytest.fixture
async def service() -> AsyncIterator[Service]:
    service = Service()
    app = web.Application()
    app.router.add_get("/{what}", service.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    service.port = runner.addresses[0][1]
    yield service
    await runner.cleanup()


@pytest.fixture(params=["forwarded", "asked by the host"])
async def ask(request: pytest.FixtureRequest, boot: Boot, service: Service) -> AsyncIterator[Ask]:
    bed: SshBed = await boot()
    if request.param != "forwarded":
        await bed.host.faults.forwarding(False)  # type: ignore[attr-defined]
    adapter = bed.adapter()
    assert isinstance(adapter, Probes)

    async def ask(path: str, version: str | None = None, timeout: float = 5.0) -> Answer:
        url = f"http://127.0.0.1:{service.port}/{path}"
        return await adapter.probe(HealthCheck(url, timeout=timeout, version=version))

    yield ask
    await adapter.close()


async def test_an_answer_is_its_status_and_the_version_that_it_names(ask: Ask) -> None:
    plain = await ask("ok")
    assert (plain.status, plain.error, plain.version) == (200, None, None)
    assert plain.ms > 0
    assert (await ask("ok", "/build/version")).version == "a1b9f2e"
    assert (await ask("ok", "/many/0/a~1b")).version == "7"
    assert (await ask("ok", "header:X-Version")).version == "v1.2"
    for wrong in ("/build/missing", "/many/9", "/build", "header:X-None"):
        assert (await ask("ok", wrong)).version is None


async def test_a_redirect_is_not_followed(ask: Ask) -> None:
    assert (await ask("redirect")).status == 302


async def test_a_body_is_read_up_to_64_kb(ask: Ask) -> None:
    answer = await ask("huge", "/version")
    assert (answer.status, answer.version) == (200, None)


async def test_a_server_that_drips_is_a_timeout_and_not_a_wait(ask: Ask) -> None:
    answer = await ask("drip", timeout=1.0)
    assert (answer.status, answer.error) == (None, "timeout")
    assert answer.ms < 5000


async def test_every_try_has_a_connection_of_its_own(ask: Ask, service: Service) -> None:
    for _ in range(3):
        await ask("ok")
    assert len(service.connections) == 3
    assert set(service.sockets) <= {"drwx------ srw-------"}


async def test_nobody_listening_is_refused(ask: Ask, service: Service) -> None:
    free, service.port = service.port, 1
    assert (await ask("ok")).error == "refused"
    service.port = free
    assert (await ask("ok")).status == 200


async def test_doctor_warns_where_sshd_does_not_forward(boot: Boot) -> None:
    bed = await boot()
    await bed.host.faults.forwarding(False)  # type: ignore[attr-defined]
    adapter = bed.adapter()
    assert isinstance(adapter, Diagnoses)
    odd = [(code, good) for code, good, _ in await adapter.diagnose() if good is not True]
    assert odd == [("forwarding_off", None)]
    await adapter.close()
