"""What every source's door does alike: read a bounded body, refuse by a name, answer and hang up."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from aiohttp import web

from bot.model import Hint
from bot.webhooks import bounded

Hear = Callable[[Hint], Awaitable[object]]
Concerns = Callable[[Hint], bool]
Fetch = Callable[[str], Awaitable[bytes | None]]
"""What lies behind an address that was judged already; None: it could not be had."""


class Refused(Exception):
    """``outcome``: its name in the metrics."""

    def __init__(self, status: int, outcome: str) -> None:
        super().__init__(outcome)
        self.status = status
        self.outcome = outcome


def plain(request: web.BaseRequest, *types: str) -> None:
    """A POST of text that nobody packed. Raises Refused."""
    if request.method != "POST":
        raise Refused(405, "method")
    if "Content-Encoding" in request.headers:
        raise Refused(415, "encoded")
    if request.content_type not in types or (request.charset or "utf-8").lower() != "utf-8":
        raise Refused(415, "not_json")


async def streamed(request: web.BaseRequest) -> bytes:
    """At most ``SIZE`` bytes are ever held, whatever the sender announced. Raises Refused."""
    if (request.content_length or 0) > bounded.SIZE:
        raise Refused(413, "too_big")
    body = bytearray()
    try:
        async for chunk in request.content.iter_any():
            body += chunk
            if len(body) > bounded.SIZE:
                raise Refused(413, "too_big")
    except (
        web.RequestPayloadError,
        ConnectionError,
    ):  # badly chunked, or the sender hung up: theirs, and no error here
        raise Refused(400, "broken") from None
    return bytes(body)


def reply(status: int, outcome: str) -> web.Response:
    response = web.Response(status=status, text=f"{outcome}\n")
    response.force_close()
    return response
