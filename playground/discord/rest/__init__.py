"""The HTTP API v10: every request goes through journal → faults → token → handler, in one place."""

import asyncio
import json
import zlib
from collections.abc import Callable
from typing import Any

from aiohttp import web

from playground.discord.errors import ApiError
from playground.discord.faults import Fault, Faults, rate_limited, server_error
from playground.discord.journal import Journal, RestCall
from playground.discord.rest import auditlog, commands, guilds, identity, interactions, messages, pins, reactions
from playground.discord.rest.call import Call, Handler, Reply, Route, read
from playground.discord.state import State

BASE = "/api/v10"
ROUTES: list[Route] = [
    *identity.ROUTES,
    *guilds.ROUTES,
    *auditlog.ROUTES,
    *commands.ROUTES,
    *pins.ROUTES,  # before messages: "pins" is no message id
    *messages.ROUTES,
    *reactions.ROUTES,
    *interactions.ROUTES,
]
BY_PATH_TOKEN = ("/interactions/", "/webhooks/")


class Api:
    """Serves the routes on one state."""

    def __init__(self, state: State, faults: Faults, journal: Journal, gateway_url: Callable[[], str]) -> None:
        self.state, self.faults, self.journal, self.gateway_url = state, faults, journal, gateway_url

    def mount(self, app: web.Application) -> None:
        for method, template, handler in ROUTES:
            app.router.add_route(method, BASE + template, self._serve(template, handler))
        app.router.add_route("*", BASE + "/{rest:.*}", self._serve(None, _no_route))
        app.router.add_get("/attachments/{channel_id}/{attachment_id}/{filename}", self._attachment)

    def _serve(self, template: str | None, handler: Handler) -> Callable[[web.Request], Any]:
        async def serve(request: web.Request) -> web.StreamResponse:
            return await self._exchange(request, template, handler)

        return serve

    async def _exchange(self, request: web.Request, template: str | None, handler: Handler) -> web.StreamResponse:
        path = request.path.removeprefix(BASE)
        fault = self.faults.take(request.method, path)
        call = Call(self.state, self.gateway_url(), request.match_info, request.query)
        status, got = await self._answer(request, call, handler, fault)
        lost = fault is not None and fault.kind == "lose"
        if lost and fault is not None and fault.loss == "502":
            status, got = 502, server_error(502)
        self._note(request, call, template, 0 if lost and status != 502 else status, got, fault)
        if lost and status != 502:
            return _cut(request)
        return _response(status, got, template)

    async def _answer(self, request: web.Request, call: Call, handler: Handler, fault: Fault | None) -> Reply:
        try:
            call.body, call.files = await read(request, self.state)
            if fault is not None and fault.kind == "429":
                return 429, rate_limited(fault.retry_after)
            if fault is not None and fault.kind == "status":
                return fault.status, server_error(fault.status)
            self._check_token(request)
            return handler(call)
        except ApiError as refused:
            return refused.status, refused.body()

    def _check_token(self, request: web.Request) -> None:
        if request.path.removeprefix(BASE).startswith(BY_PATH_TOKEN):
            return
        if request.headers.get("Authorization") != f"Bot {self.state.world.token}":
            raise ApiError(0)

    def _note(
        self, request: web.Request, call: Call, template: str | None, status: int, got: Any, fault: Fault | None
    ) -> None:
        path = request.path.removeprefix(BASE)
        names = tuple(file.filename for file in call.files)
        kind = None if fault is None else fault.kind
        at, query = self.state.clock.now(), dict(request.query)
        self.journal.add(RestCall(at, request.method, path, template, query, call.body, status, got, names, kind))

    async def _attachment(self, request: web.Request) -> web.Response:
        for message in self.state.messages.values():
            for file in message.attachments:
                if file.id == request.match_info["attachment_id"] and not message.deleted:
                    return web.Response(body=file.data, headers={"Content-Type": file.content_type})
        return web.Response(status=404, text="")


def _no_route(call: Call) -> Reply:
    return 404, {"message": "404: Not Found", "code": 0}


def _cut(request: web.Request) -> web.StreamResponse:
    """The effect stays, the answer does not arrive: the connection is torn down."""
    transport: asyncio.Transport | None = request.transport
    if transport is not None:
        transport.abort()
    return web.Response(status=502)


def _response(status: int, got: Any, template: str | None) -> web.Response:
    headers = {
        "Via": "1.1 google",
        "X-RateLimit-Limit": "50",
        "X-RateLimit-Remaining": "49",
        "X-RateLimit-Reset-After": "1.000",
        "X-RateLimit-Bucket": f"{zlib.crc32(str(template).encode()):08x}",
    }
    if status == 204:
        return web.Response(status=204, headers=headers)
    if status == 429:
        headers |= {"Retry-After": str(got["retry_after"]), "X-RateLimit-Scope": "user"}
    # discord.py compares the whole header: a charset parameter would make the body plain text.
    headers["Content-Type"] = "application/json"
    return web.Response(status=status, body=json.dumps(got).encode(), headers=headers)
