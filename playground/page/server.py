"""The page's server: static files, one POST a verb, one WebSocket a browser, the application's own page."""

import asyncio
import contextlib
import json
from pathlib import Path
from typing import Self

from aiohttp import WSMsgType, web

from playground.page.acts import Acts
from playground.page.feed import Feed
from playground.page.guard import Guard
from playground.page.targets import FRAME, Targets
from playground.stage import Stage
from playground.stage.trouble import Trouble

STATIC = Path(__file__).with_name("static")
PORTS = (8090, 0)
"""The usual one, else any."""
COALESCE = 0.04
"""Seconds in which changes gather before a browser is told."""


class Page:
    """Start it before the stage is set up: it shows the set-up."""

    def __init__(self, stage: Stage, trouble: Trouble, ports: tuple[int, ...] = PORTS) -> None:
        self._stage, self._trouble, self._ports = stage, trouble, ports
        self.guard = Guard()
        self._targets = Targets(stage)
        self._acts = Acts(stage, trouble)
        self._looking: asyncio.Task[None] | None = None
        self._runner = web.AppRunner(self._application(), access_log=None, shutdown_timeout=1.0)

    @property
    def address(self) -> str:
        """What is printed. The key stands behind the #, so that it is in no request line and no log."""
        return f"http://127.0.0.1:{self.guard.port}/#key={self.guard.key}"

    def _application(self) -> web.Application:
        app = web.Application(middlewares=[self.guard.check], client_max_size=64 * 1024)
        app.router.add_get("/", self._index)
        app.router.add_get("/favicon.ico", self._no_icon)
        app.router.add_static("/static/", STATIC)
        app.router.add_get("/ws", self._socket)
        app.router.add_post("/api/{verb}", self._act)
        app.router.add_get("/file/{message}/{file}", self._file)
        app.router.add_get("/app/{env}/{key}", self._app)
        return app

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        for port in self._ports:
            with contextlib.suppress(OSError):
                await web.TCPSite(self._runner, "127.0.0.1", port, reuse_address=True).start()
                break
        if not self._runner.addresses:
            raise RuntimeError(f"no free port of {self._ports} on 127.0.0.1")
        self.guard.port = int(self._runner.addresses[0][1])
        self._looking = asyncio.create_task(self._targets.run(), name="look at the targets")
        return self

    async def __aexit__(self, *_: object) -> None:
        looking, self._looking = self._looking, None
        if looking is not None:
            looking.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await looking
        await self._runner.cleanup()

    async def _index(self, request: web.Request) -> web.Response:
        html = (STATIC / "index.html").read_text(encoding="utf-8")
        headers = {"Content-Security-Policy": self.guard.policy()}
        return web.Response(text=html, content_type="text/html", headers=headers)

    async def _no_icon(self, request: web.Request) -> web.Response:
        return web.Response(status=204)

    async def _act(self, request: web.Request) -> web.Response:
        verb = request.match_info["verb"]
        try:
            asked = json.loads(await request.text())
        except ValueError:
            asked = None
        if verb not in self._acts.table or not isinstance(asked, dict):
            return web.json_response({"error": "unknown"}, status=400)
        try:
            return web.json_response(await self._acts.do(verb, asked))
        except (KeyError, TypeError, ValueError) as error:
            return web.json_response({"error": "unknown", "detail": repr(error)}, status=400)

    async def _socket(self, request: web.Request) -> web.WebSocketResponse:
        socket = web.WebSocketResponse(heartbeat=20, max_msg_size=4096)
        await socket.prepare(request)
        feed = Feed(self._stage, self._trouble, self._targets)
        telling = asyncio.create_task(self._tell(socket, feed), name="tell a browser")
        try:
            async for message in socket:
                if message.type == WSMsgType.TEXT:
                    feed.wear(str(json.loads(message.data).get("as")))
                    self._stage.discord.state.changes.tell()
        finally:
            telling.cancel()
            with contextlib.suppress(asyncio.CancelledError, ConnectionError):
                await telling
        return socket

    async def _tell(self, socket: web.WebSocketResponse, feed: Feed) -> None:
        """Everything at first, then what changed. A second at most passes unseen: uptimes and new log lines."""
        await socket.send_json({"t": "hello", "peek": self.guard.peek})
        while not socket.closed:
            for one in feed.news():
                await socket.send_json(one)
            await self._stage.discord.state.changes.next(1.0)
            await asyncio.sleep(COALESCE)

    async def _file(self, request: web.Request) -> web.Response:
        """An attachment, as plain bytes: never shown as a page of this origin."""
        message = self._stage.discord.state.messages.get(request.match_info["message"])
        for file in message.attachments if message else []:
            if file.id == request.match_info["file"]:
                headers = {"Content-Security-Policy": "sandbox; default-src 'none'"}
                kind = file.content_type if file.content_type.startswith("image/png") else "text/plain; charset=utf-8"
                return web.Response(body=file.data, headers={**headers, "Content-Type": kind})
        return web.json_response({"error": "gone"}, status=404)

    async def _app(self, request: web.Request) -> web.Response:
        status, html = await self._targets.page(request.match_info["env"])
        headers = {"Content-Security-Policy": FRAME}
        return web.Response(text=html, content_type="text/html", headers=headers, status=status or 502)
