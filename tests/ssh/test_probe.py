"""Health from the host's side: through a private socket where sshd forwards, else asked by the host itself."""

from __future__ import annotations

import asyncio
import os
import stat
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path

import pytest
import pytest_asyncio
from aiohttp import web

from bot.model import Answer, HealthCheck
from bot.ports import Adapter, Diagnoses, Probes
from tests.contract.beds import SshBed

pytestmark = [pytest.mark.needs("systemd-host"), pytest.mark.asyncio(loop_scope="module")]
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


@pytest_asyncio.fixture(scope="module", loop_scope="module")
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


@pytest_asyncio.fixture(scope="module", loop_scope="module", params=["forwarded", "asked by the host"])
async def adapter(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Adapter]:
    bed = await SshBed.boot(tmp_path_factory.mktemp("probe") / "host", kind="systemd")
    if request.param != "forwarded":
        await bed.host.faults.forwarding(False)  # type: ignore[attr-defined]
    made = bed.adapter()
    yield made
    await made.close()
    await bed.close()


@pytest.fixture
def ask(adapter: Adapter, service: Service) -> Ask:
    async def ask(path: str, version: str | None = None, timeout: float = 5.0) -> Answer:
        assert isinstance(adapter, Probes)
        url = f"http://127.0.0.1:{service.port}/{path}"
        return await adapter.probe(HealthCheck(url, timeout=timeout, version=version))

    return ask


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
    service.connections.clear()
    for _ in range(3):
        await ask("ok")
    assert len(service.connections) == 3
    assert set(service.sockets) <= {"drwx------ srw-------"}


async def test_nobody_listening_is_refused(ask: Ask, service: Service) -> None:
    free, service.port = service.port, 1
    assert (await ask("ok")).error == "refused"
    service.port = free
    assert (await ask("ok")).status == 200


async def test_doctor_says_whether_sshd_forwards(adapter: Adapter, request: pytest.FixtureRequest) -> None:
    assert isinstance(adapter, Diagnoses)
    code, good, _ = (await adapter.diagnose())[-1]
    off = "asked by the host" in request.node.name
    assert (code, good) == (("forwarding_off", None) if off else ("forwarding", True))
