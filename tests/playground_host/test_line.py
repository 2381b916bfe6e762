"""The relay cuts at the byte, goes silent without breaking, and passes everything otherwise."""

import asyncio
import contextlib

import pytest

from playground.host.line import Line


async def echo(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    with contextlib.suppress(ConnectionError):
        while data := await reader.read(1024):
            writer.write(data)
            await writer.drain()
    await end(writer)


async def end(writer: asyncio.StreamWriter) -> None:
    writer.close()
    with contextlib.suppress(ConnectionError):
        await writer.wait_closed()


async def everything(reader: asyncio.StreamReader) -> bytes:
    """What arrives until the end, however the end comes."""
    found = b""
    try:
        while data := await reader.read(1024):
            found += data
    except ConnectionError:
        return found
    return found


@pytest.mark.parametrize("size", [1, 5, 9])
async def test_the_line_breaks_after_exactly_so_many_bytes(size: int) -> None:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, Line(server.sockets[0].getsockname()[1]) as line:
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        writer.write(b"before")
        assert await asyncio.wait_for(reader.readexactly(6), 5) == b"before"
        line.cut_after(down=size)
        writer.write(b"0123456789")
        assert len(await asyncio.wait_for(everything(reader), 5)) <= size
        assert line.down == 6 + size
        await end(writer)


async def test_a_silent_line_holds_back_and_passes_on_later() -> None:
    server = await asyncio.start_server(echo, "127.0.0.1", 0)
    async with server, Line(server.sockets[0].getsockname()[1]) as line:
        reader, writer = await asyncio.open_connection("127.0.0.1", line.port)
        line.silence()
        writer.write(b"held back")
        with pytest.raises(TimeoutError):
            await asyncio.wait_for(reader.read(1), 0.3)
        line.resume()
        assert await asyncio.wait_for(reader.readexactly(9), 5) == b"held back"
        await end(writer)
