"""In whose name a request goes out: a token's owner, or an App by the installation at the repository's owner.

An App's installation tokens live for an hour and are asked for anew before that ends; each has only those of the
installation's permissions that Slipway needs (docs.github.com, "Generating an installation access token").
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Protocol

import jwt
from github import Auth

from adapters.github.hub.asked import Asked, Reply
from adapters.github.hub.faults import error
from bot.model import Secret
from bot.ports import Hide

NEEDED = {
    "actions": "write",  # dispatch, cancel, runs, jobs, logs, artifacts
    "checks": "read",
    "contents": "write",  # commits; a tag at the approved commit
    "deployments": "write",
    "environments": "read",
    "metadata": "read",
    "pull_requests": "write",  # a comment on what went out
    "statuses": "read",
}
RANK = {"read": 1, "write": 2, "admin": 3}
EARLY = 300.0  # seconds before its end that a token is no longer used
LIVES = 540  # seconds; GitHub takes at most ten minutes of an App's own token
SECONDS = 10.0

OWNER = re.compile(r"/(?:repos|orgs|users)/([^/]+)(?:/.*)?")
Exchange = Callable[[Asked, str], Awaitable[Reply]]
"""Ask with the App's own token, and judge the answer."""


class Speaker(Protocol):
    def name(self, path: str) -> str:
        """Whose budget this request is counted against."""

    async def credential(self, path: str) -> str: ...

    def refused(self, path: str) -> None:
        """GitHub did not take the credential: get another one next time."""

    async def login(self) -> str: ...

    async def permissions(self, path: str) -> Mapping[str, str] | None:
        """None: nobody can tell before trying."""


class TokenSpeaker:
    """``ask``: one GET, judged."""

    def __init__(self, token: Secret, ask: Callable[[str], Awaitable[Any]]) -> None:
        self._token, self._ask = token, ask
        self._login: str | None = None

    def name(self, path: str) -> str:
        return "token"

    async def credential(self, path: str) -> str:
        return self._token.reveal()

    def refused(self, path: str) -> None:
        self._login = None

    async def login(self) -> str:
        if self._login is None:
            self._login = str((await self._ask("/user"))["login"])
        return self._login

    async def permissions(self, path: str) -> Mapping[str, str] | None:
        return None


@dataclass
class Installed:
    """One installation's token. ``unhide``: it may be forgotten once it no longer opens anything."""

    token: str
    until: float
    permissions: Mapping[str, str]
    unhide: Callable[[], None]


class AppSpeaker:
    def __init__(self, app: str, key: Secret, exchange: Exchange, hide: Hide, now: Callable[[], float]) -> None:
        self._app, self._key = app, key
        self._exchange, self._hide, self._now = exchange, hide, now
        self._tokens: dict[str, Installed] = {}
        self._one = asyncio.Lock()
        self._login: str | None = None

    def name(self, path: str) -> str:
        return owner(path) or "app"

    async def credential(self, path: str) -> str:
        return (await self._token(owner(path))).token

    def refused(self, path: str) -> None:
        found = self._tokens.get(owner(path))
        if found is not None:
            found.until = 0.0

    async def login(self) -> str:
        if self._login is None:
            self._login = f"{(await self._as_app('GET', '/app'))['slug']}[bot]"
        return self._login

    async def permissions(self, path: str) -> Mapping[str, str] | None:
        return (await self._token(owner(path))).permissions

    async def _token(self, at: str) -> Installed:
        async with self._one:
            found = self._tokens.get(at)
            if found is not None and self._now() < found.until - EARLY:
                return found
            made = await self._made(at)
            self._tokens[at] = made
            if found is not None:
                found.unhide()
            return made

    async def _made(self, at: str) -> Installed:
        installation = await self._installation(at)
        given = installation.get("permissions", {})
        asked = {name: least(level, str(given[name])) for name, level in NEEDED.items() if name in given}
        path = f"/app/installations/{int(installation['id'])}/access_tokens"
        answer = await self._as_app("POST", path, body={"permissions": asked})
        try:
            until = datetime.fromisoformat(str(answer["expires_at"])).timestamp()
            token = str(answer["token"])
        except (KeyError, TypeError, ValueError):
            raise error("garbled", call="access_tokens") from None
        return Installed(token, until, dict(answer.get("permissions", asked)), self._hide(token))

    async def _installation(self, at: str) -> Mapping[str, Any]:
        found = await self._as_app("GET", "/app/installations", params={"per_page": 100})
        for one in found:
            if not at or str(one["account"]["login"]).lower() == at:
                if one.get("suspended_at"):
                    raise error("app_suspended", owner=at)
                return dict(one)
        raise error("app_not_installed", owner=at)

    async def _as_app(self, method: str, path: str, **more: Any) -> Any:
        return (await self._exchange(Asked("app", method, path, SECONDS, **more), self._signed())).data

    def _signed(self) -> str:
        try:
            return Auth.AppAuth(self._app, self._key.reveal()).create_jwt(LIVES)
        except (jwt.PyJWTError, ValueError, TypeError):
            raise error("key_unusable", secret=self._key.name) from None


def owner(path: str) -> str:
    """Lower case; empty where the path names none."""
    found = OWNER.fullmatch(path)
    return found.group(1).lower() if found else ""


def least(wanted: str, given: str) -> str:
    return min(wanted, given, key=lambda level: RANK.get(level, 0))
