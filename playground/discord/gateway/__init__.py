"""The gateway: HELLO, IDENTIFY or RESUME, heartbeats, dispatches, and the ways in which it goes away."""

import asyncio
import json
import zlib
from collections.abc import Callable

from aiohttp import WSMsgType, web

from playground.discord import payloads
from playground.discord.errors import Json
from playground.discord.gateway.intents import MEMBERS, forbidden
from playground.discord.gateway.members import send_chunk
from playground.discord.gateway.sessions import INVALID_SESSION, RECONNECT, Session, Sessions
from playground.discord.journal import Frame, Journal
from playground.discord.rest.guild_shape import arriving
from playground.discord.rest.identity import application_flags
from playground.discord.state import State

HEARTBEAT, IDENTIFY, PRESENCE, VOICE, RESUME, MEMBERS_WANTED, HELLO, ACK = 1, 2, 3, 4, 6, 8, 10, 11
UNKNOWN_OP, DECODE, NOT_IDENTIFIED, BAD_TOKEN, TWICE, BAD_INTENTS = 4001, 4002, 4003, 4004, 4005, 4014


class Closing(Exception):
    """Ends a connection with a close code."""

    def __init__(self, code: int) -> None:
        self.code = code
        super().__init__(code)


class Connection:
    """One WebSocket. What it sends goes through one queue, so that order is kept."""

    def __init__(self, gateway: "Gateway", socket: web.WebSocketResponse, request: web.Request) -> None:
        self.gateway, self.socket, self._request = gateway, socket, request
        self.queue: asyncio.Queue[Json | Closing] = asyncio.Queue()
        self.session: Session | None = None
        self._deflate = zlib.compressobj() if request.query.get("compress") == "zlib-stream" else None

    async def run(self) -> None:
        """Until the bot or a fault ends it; the session then waits for a RESUME."""
        self.queue.put_nowait({"op": HELLO, "d": {"heartbeat_interval": self.gateway.heartbeat_ms}})
        sides = {asyncio.create_task(self._read()), asyncio.create_task(self._write())}
        try:
            await asyncio.wait(sides, return_when=asyncio.FIRST_COMPLETED)
        finally:
            self.leave()
            for side in sides:
                side.cancel()
            ended = await asyncio.gather(*sides, return_exceptions=True)
        for outcome in ended:
            if isinstance(outcome, Exception) and not isinstance(outcome, ConnectionError):
                raise outcome

    def leave(self) -> None:
        if self.session is not None and self.session.outbox is self.queue:
            self.session.outbox = None
            self.session.left_at = self.gateway.state.clock.now()
        self.gateway.state.changes.tell()

    def cut(self) -> None:
        """Ends the connection without a word, as a network fault does."""
        self.leave()
        if self._request.transport is not None:
            self._request.transport.abort()

    async def _read(self) -> None:
        async for message in self.socket:
            if message.type is not WSMsgType.TEXT:
                break
            try:
                self._take(json.loads(message.data))
            except ValueError:
                self.queue.put_nowait(Closing(DECODE))
            except Closing as closing:
                self.queue.put_nowait(closing)
        if self.socket.close_code in (1000, 1001) and self.session is not None:
            self.gateway.sessions.close(self.session)

    async def _write(self) -> None:
        while True:
            payload = await self.queue.get()
            if isinstance(payload, Closing):
                await self.socket.close(code=payload.code)
                return
            self.gateway.note(self.session, True, payload)
            text = json.dumps(payload)
            if self._deflate is None:
                await self.socket.send_str(text)
            else:
                whole = self._deflate.compress(text.encode()) + self._deflate.flush(zlib.Z_SYNC_FLUSH)
                await self.socket.send_bytes(whole)

    def _take(self, payload: Json) -> None:
        self.gateway.note(self.session, False, payload)
        op, data = payload.get("op"), payload.get("d") or {}
        if op == HEARTBEAT:
            self.queue.put_nowait({"op": ACK, "d": None})
        elif op == IDENTIFY:
            self._identify(data)
        elif op == RESUME:
            self._resume(data)
        elif self.session is None:
            raise Closing(NOT_IDENTIFIED)
        elif op == MEMBERS_WANTED:
            send_chunk(self.gateway.state, self.session, data)
        elif op not in (PRESENCE, VOICE):
            raise Closing(UNKNOWN_OP)

    def _check(self, data: Json) -> None:
        if not isinstance(data, dict) or data.get("token") != self.gateway.state.world.token:
            raise Closing(BAD_TOKEN)
        if self.session is not None:
            raise Closing(TWICE)

    def _identify(self, data: Json) -> None:
        self._check(data)
        if forbidden(data["intents"], self.gateway.state.world.privileged):
            raise Closing(BAD_INTENTS)
        self.session = self.gateway.sessions.open(data["intents"])
        self.session.outbox = self.queue
        self.gateway.welcome(self.session)

    def _resume(self, data: Json) -> None:
        self._check(data)
        session = self.gateway.sessions.find(str(data.get("session_id")))
        missed = None if session is None else session.missed(int(data.get("seq") or 0))
        if session is None or missed is None:
            self.queue.put_nowait({"op": INVALID_SESSION, "d": False})
            return
        self.session = session
        for payload in missed:
            self.queue.put_nowait(payload)
        session.outbox = self.queue
        session.dispatch("RESUMED", {})
        self.gateway.state.changes.tell()


class Gateway:
    """Accepts connections and knows who is connected."""

    def __init__(self, state: State, journal: Journal, url: Callable[[], str]) -> None:
        self.state, self._journal, self._url = state, journal, url
        self.sessions = Sessions(state)
        self.connections: set[Connection] = set()
        self.refusing: Callable[[], bool] = lambda: False
        state.emit = self.sessions.emit

    @property
    def heartbeat_ms(self) -> int:
        return int(self.state.rules.heartbeat * 1000)

    def note(self, session: Session | None, down: bool, payload: Json) -> None:
        name = "" if session is None else session.id
        self._journal.add(Frame(self.state.clock.now(), name, down, payload))

    async def accept(self, request: web.Request) -> web.StreamResponse:
        if self.refusing():
            return web.Response(status=503, text="")
        socket = web.WebSocketResponse(max_msg_size=4096 * 16)
        await socket.prepare(request)
        connection = Connection(self, socket, request)
        self.connections.add(connection)
        try:
            await connection.run()
        finally:
            self.connections.discard(connection)
        return socket

    def welcome(self, session: Session) -> None:
        """READY with our guild still unavailable, then the guild itself."""
        state = self.state
        flags = application_flags(state)
        ready: Json = {
            "v": 10,
            "user": payloads.own_user(state.bot),
            "guilds": [{"id": state.guild.id, "unavailable": True}],
            "session_id": session.id,
            "resume_gateway_url": self._url(),
            "application": {"id": state.bot.id, "flags": flags, "flags_new": str(flags)},
        }
        session.dispatch("READY", ready)
        session.dispatch("GUILD_CREATE", arriving(state, bool(session.intents & MEMBERS)))
        state.changes.tell()

    def drop(self) -> None:
        """Every connection ends without a word, as after a network fault."""
        for connection in list(self.connections):
            connection.cut()

    def ask_to_reconnect(self) -> None:
        for connection in self.connections:
            connection.queue.put_nowait({"op": RECONNECT, "d": None})
