"""Gateway sessions: numbered events, kept for a RESUME, sent while a connection is there."""

import asyncio
import secrets
from collections import deque
from dataclasses import dataclass, field
from typing import Any

from playground.discord import permissions
from playground.discord.errors import Json
from playground.discord.gateway.intents import CONTENT, hears
from playground.discord.rights import Permission
from playground.discord.state import State
from playground.discord.state.guild import DM, Channel

DISPATCH, INVALID_SESSION, RECONNECT = 0, 9, 7


@dataclass
class Session:
    """`outbox` exists while a socket is attached; `kept` outlives it."""

    intents: int
    limit: int
    id: str = field(default_factory=lambda: secrets.token_hex(16))
    sequence: int = 0
    kept: deque[Json] = field(default_factory=deque)
    outbox: "asyncio.Queue[Any] | None" = None
    left_at: float = 0.0

    def dispatch(self, event: str, data: Json) -> None:
        self.sequence += 1
        payload = {"op": DISPATCH, "t": event, "s": self.sequence, "d": data}
        self.kept.append(payload)
        while len(self.kept) > self.limit:
            self.kept.popleft()
        if self.outbox is not None:
            self.outbox.put_nowait(payload)

    def missed(self, sequence: int) -> list[Json] | None:
        """What came after `sequence`, or None when that is no longer known."""
        if sequence > self.sequence or (self.kept and sequence < self.kept[0]["s"] - 1):
            return None
        return [one for one in self.kept if one["s"] > sequence]


class Sessions:
    """All sessions of the application, connected or waiting for a RESUME."""

    def __init__(self, state: State) -> None:
        self._state = state
        self._by_id: dict[str, Session] = {}
        self.identified: list[float] = []
        """When each IDENTIFY came; over 1,000 in a day Discord resets the token."""

    def open(self, intents: int) -> Session:
        session = Session(intents, self._state.rules.resume_events)
        self._by_id[session.id] = session
        self.identified.append(self._state.clock.now())
        return session

    def find(self, session_id: str) -> Session | None:
        self._forget_old()
        return self._by_id.get(session_id)

    def close(self, session: Session) -> None:
        self._by_id.pop(session.id, None)

    def connected(self) -> list[Session]:
        return [one for one in self._by_id.values() if one.outbox is not None]

    def waiting(self) -> list[Session]:
        """Every session that hears of events now or after a RESUME."""
        self._forget_old()
        return list(self._by_id.values())

    def invalidate(self) -> None:
        self._by_id.clear()

    def _forget_old(self) -> None:
        now, life = self._state.clock.now(), self._state.rules.resume_life
        for session in list(self._by_id.values()):
            if session.outbox is None and now - session.left_at > life:
                self.close(session)

    def emit(self, event: str, data: Json, channel: Channel | None) -> None:
        """Sends an event to every session that may hear of it."""
        if channel is not None and not self._visible(channel):
            return
        for session in self.waiting():
            if hears(session.intents, event, channel):
                session.dispatch(event, self._readable(session, event, data, channel))

    def _visible(self, channel: Channel) -> bool:
        if channel.guild_id is None:
            return True
        if channel.guild_id != self._state.guild.id:
            return False
        bits = permissions.within(self._state.guild, self._state.me, channel)
        return bool(bits & Permission.VIEW_CHANNEL)

    def _readable(self, session: Session, event: str, data: Json, channel: Channel | None) -> Json:
        """Others' messages come without content unless the session asked for it and may have it."""
        if event not in ("MESSAGE_CREATE", "MESSAGE_UPDATE") or session.intents & CONTENT:
            return data
        own = data["author"]["id"] == self._state.bot.id
        named = any(one["id"] == self._state.bot.id for one in data["mentions"])
        if own or named or (channel is not None and channel.type == DM):
            return data
        return {**data, "content": "", "embeds": [], "components": [], "attachments": []}
