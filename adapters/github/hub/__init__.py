"""One identity on one API address: every request of the process to GitHub goes through it.

Peculiarity: reads are conditional (an unchanged answer costs nothing) and tried again; what changes something is sent
exactly once, and an answer that never came is for the caller to look up. After "too often" nothing is sent for a while.
"""

from __future__ import annotations

import asyncio
import re
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import stamina

from adapters.github.hub import doctor, faults, outside
from adapters.github.hub.asked import MOVED_TO, Asked, Reply, Sent, Unanswered, Unread
from adapters.github.hub.cache import Cache
from adapters.github.hub.faults import error
from adapters.github.hub.limits import Limits
from adapters.github.hub.speakers import AppSpeaker, Speaker, TokenSpeaker
from adapters.github.hub.wire import Wire
from bot.errors import AdapterError
from bot.model import Budget, Identity
from bot.ports import At, Hide, nowhere

READ, SEND = 10.0, 12.0  # seconds for one request; GitHub itself ends one after ten
TRIES, PATIENCE = 3, 25.0  # of a read, and seconds for all of them
PASSING = ("unavailable", "lost", "timeout")
PER_PAGE = 100
MOVED = re.compile(r"/repositories/\d+")


class Hub:
    """Raises only AdapterError("github", …). What it gives is shared: look, do not change it.

    ``now``: epoch seconds. ``hide``: masks the App's short-lived tokens in every sink.
    """

    def __init__(
        self, identity: Identity, hide: Hide, *, at: At = nowhere, now: Callable[[], float] = time.time
    ) -> None:
        self._wire = Wire(identity.api)
        self._at, self._now = at, now
        self._cache = Cache()
        self._limits: dict[str, Limits] = {}
        self._speaker = self._spoken(identity, hide)
        reviewer = Identity(identity.api, token=identity.reviewer) if identity.reviewer else None
        self.reviewer = Hub(reviewer, hide, at=at, now=now) if reviewer else None

    def _spoken(self, identity: Identity, hide: Hide) -> Speaker:
        if identity.token is not None:
            return TokenSpeaker(identity.token, self.get)
        assert identity.app is not None
        assert identity.key is not None
        return AppSpeaker(identity.app, identity.key, self._as_app, hide, self._now)

    @property
    def api(self) -> str:
        return self._wire.api

    async def get(self, path: str, *, params: Mapping[str, Any] | None = None, fresh: bool = False) -> Any:
        """JSON. ``fresh``: without asking whether what we know has changed."""
        return (await self._read(path, params or {}, fresh)).data

    async def pages(
        self, path: str, key: str | None = None, *, params: Mapping[str, Any] | None = None, limit: int = 1000
    ) -> list[Any]:
        """Every page; ``key``: where the list stands in each. More than ``limit`` items: ``too_many``."""
        found: list[Any] = []
        asked: Mapping[str, Any] | None = {"per_page": PER_PAGE, **(params or {})}
        while asked is not None:
            reply = await self._read(path, asked, fresh=False)
            found += self._items(reply, key, path)
            if len(found) > limit:
                raise error("too_many", what=faults.what(path), limit=limit)
            asked = _next(reply)
        return found

    async def tail(self, path: str, size: int = 65_536) -> str:
        """The last bytes of a log behind a redirect, as text."""
        found = await outside.tail(await self._elsewhere(path), size, faults.what(path))
        return found.decode("utf-8", "replace")

    async def download(self, path: str, limit: int) -> bytes:
        """A file behind a redirect; ``too_big`` when it is longer than ``limit``."""
        return await outside.download(await self._elsewhere(path), limit, faults.what(path))

    async def send(self, call: Sent, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        """Exactly one request, never tried again. ``lost`` and ``timeout``: nobody knows whether it was done."""
        self._at(f"github.{call}.before")
        try:
            reply = await self._ask(Asked(call, method, path, SEND, body=body))
        finally:
            self._at(f"github.{call}.sent")
        self._at(f"github.{call}.answered")
        return reply.data

    async def login(self) -> str:
        """Who we are: the actor of what we dispatch ("slug[bot]" for an App)."""
        return await self._speaker.login()

    def budgets(self) -> Mapping[str, Budget]:
        mine = {name: limits.budget for name, limits in self._limits.items() if limits.budget}
        theirs = self.reviewer.budgets() if self.reviewer else {}
        return {**mine, **{f"reviewer {name}": budget for name, budget in theirs.items()}}

    async def diagnose(
        self, repositories: Sequence[str], recorded: Sequence[str] = ()
    ) -> Sequence[tuple[str, bool | None, Mapping[str, Any]]]:
        return await doctor.lines(self, repositories, recorded)

    async def permissions(self, path: str) -> Mapping[str, str] | None:
        """What the identity may do where this path is; None: a token does not say."""
        return await self._speaker.permissions(path)

    async def close(self) -> None:
        """In a second or so, whatever GitHub does."""
        await asyncio.gather(self._wire.close(), *([self.reviewer.close()] if self.reviewer else []))

    async def _read(self, path: str, params: Mapping[str, Any], fresh: bool) -> Reply:
        key = f"{self._speaker.name(path)} {path}?{urlencode(sorted(params.items()))}"
        known = None if fresh else self._cache.get(key)
        asked = Asked("read", "GET", path, READ, params, etag=known.headers["etag"] if known else None)
        reply = await self._patiently(asked)
        if reply.status != 304:
            self._cache.keep(key, reply)
            return reply
        if known is None:
            raise error("garbled", call=faults.what(path))
        return known

    async def _elsewhere(self, path: str) -> str:
        """Where GitHub says that it lies: as well guarded on the way as the API itself."""
        reply = await self._patiently(Asked("read", "GET", path, READ, elsewhere=True))
        to = reply.headers.get(MOVED_TO, "")
        if reply.status != 302 or urlsplit(to).scheme != urlsplit(self._wire.api).scheme:
            raise error("garbled", call=faults.what(path))
        return to

    async def _patiently(self, asked: Asked) -> Reply:
        tries = stamina.retry_context(on=_passes, attempts=TRIES, timeout=PATIENCE, wait_initial=0.2, wait_jitter=0.2)
        async for attempt in tries:
            with attempt:
                return await self._ask(asked)
        raise AssertionError("a retry context ends by an answer or by an error")

    async def _ask(self, asked: Asked) -> Reply:
        return await self._exchanged(asked, await self._speaker.credential(asked.path), jwt=False)

    async def _as_app(self, asked: Asked, token: str) -> Reply:
        return await self._exchanged(asked, token, jwt=True)

    async def _exchanged(self, asked: Asked, credential: str, *, jwt: bool) -> Reply:
        limits = self._limits.setdefault("app" if jwt else self._speaker.name(asked.path), Limits())
        if self._now() < limits.until:
            raise error("rate_limited", retry=True, until=limits.until)
        try:
            reply = await self._wire.exchange(asked, credential, jwt=jwt)
        except Unanswered as found:
            raise faults.unanswered(asked, found) from None
        except Unread as found:
            raise faults.unread(asked, found) from None
        limits.heard(reply, self._now())
        if reply.status == 401 and not jwt:
            self._speaker.refused(asked.path)
        problem = faults.judged(asked, reply, limits.until)
        if problem is not None:
            raise await self._named(problem)
        return reply

    async def _named(self, problem: AdapterError) -> AdapterError:
        """GitHub says the number of a repository that was renamed; people know its name."""
        to = MOVED.search(str(problem.facts.get("to", "")))
        if problem.code != "moved" or to is None:
            return problem
        try:
            name = (await self.get(to.group()))["full_name"]
        except (AdapterError, KeyError, TypeError):
            return problem
        return error("moved", to=name, what=problem.facts["what"])

    def _items(self, reply: Reply, key: str | None, path: str) -> list[Any]:
        found = reply.data if key is None else reply.data.get(key) if isinstance(reply.data, Mapping) else None
        if not isinstance(found, list):
            raise error("garbled", call=faults.what(path))
        return found


def _passes(raised: Exception) -> bool:
    return isinstance(raised, AdapterError) and raised.code in PASSING


def _next(reply: Reply) -> dict[str, str] | None:
    """The query of the page after this one (``Link``, RFC 8288); the path is known."""
    for part in reply.headers.get("link", "").split(","):
        address, _, relation = part.partition(";")
        if 'rel="next"' in relation:
            return dict(parse_qsl(urlsplit(address.strip().strip("<>")).query))
    return None
