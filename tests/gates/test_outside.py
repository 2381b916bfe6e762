"""An address that hangs, floods, redirects or lies costs its deadline at most, and is never a yes."""

from __future__ import annotations

import asyncio
import time

import pytest
from aiohttp import web

from bot.gates.outside import Reply, request
from tests.gates.asked import Answer, asked, says

LIMIT = 1000


async def got(answer: Answer, seconds: float = 5.0) -> Reply:
    async with asked(answer) as server:
        return await request("GET", f"{server.url}/results.json", seconds=seconds, limit=LIMIT)


async def test_a_body_up_to_the_limit_is_read_whole() -> None:
    assert await got(says(b"x" * LIMIT)) == Reply(200, b"x" * LIMIT)


async def test_a_body_that_says_to_be_larger_is_not_read() -> None:
    assert await got(says(b"x" * (LIMIT + 1))) == Reply(code="too_big")


async def test_a_body_that_does_not_say_how_large_it_is_is_read_up_to_the_limit_only() -> None:
    sent = 0

    async def floods(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse()
        response.enable_chunked_encoding()
        await response.prepare(request)
        for _ in range(1600):  # 100 MB
            await response.write(b"x" * 65536)
            sent += 65536
        return response

    assert await got(floods) == Reply(code="too_big")
    assert sent < 50_000_000


async def hangs(request: web.Request) -> web.StreamResponse:
    response = web.StreamResponse()
    await response.prepare(request)
    await response.write(b"{")
    await asyncio.sleep(30)
    return response


async def test_an_address_that_begins_and_hangs_costs_its_deadline() -> None:
    began = time.monotonic()
    assert await got(hangs, seconds=0.3) == Reply(code="slow")
    assert time.monotonic() - began < 5


async def test_a_drip_of_bytes_does_not_extend_the_deadline() -> None:
    async def drips(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b" ")
            await asyncio.sleep(0.05)

    assert await got(drips, seconds=0.3) == Reply(code="slow")


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
async def test_redirects_are_not_followed(status: int) -> None:
    async with asked(says(b"{}")) as other:
        assert await got(says(b"", status, Location=other.url)) == Reply(code="redirect")
        assert other.bodies == []


async def test_a_compressed_answer_is_not_unpacked() -> None:
    assert (await got(says(b"\x1f\x8b", **{"Content-Encoding": "gzip"}))).code == "compressed"


async def test_nobody_there_is_refused_and_a_broken_answer_is_broken() -> None:
    async def breaks(request: web.Request) -> web.StreamResponse:
        assert request.transport is not None
        request.transport.close()
        return web.Response()

    assert (await got(breaks)).code == "broken"
    async with asked() as server:
        gone = server.url
    assert (await request("GET", gone, seconds=5.0, limit=LIMIT)).code == "refused"
