"""In whose name a request goes out: keys that the environment names, or what boto3 finds; then a role, if one is named.

A role's keys live for an hour at most, are masked before they are used and asked for anew before they end
(docs.aws.amazon.com, STS "AssumeRole").
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from adapters.ecs.account.asked import ROLE_SESSION, Asked, Keys
from adapters.ecs.account.faults import error
from bot.model import CloudKeys
from bot.ports import Hide

LIVES, BRIEFLY = 3600, 900  # seconds: of what reads, and of what speaks for one attempt
EARLY = 120.0  # seconds before their end that keys are no longer used
Exchange = Callable[[Asked, Keys], Awaitable[Mapping[str, Any]]]


class Speaker(Protocol):
    async def keys(self, session: str) -> Keys:
        """``session``: what AWS writes into its own log beside what is done with them."""

    def refused(self, keys: Keys) -> bool:
        """AWS takes these no more; whether there may be others."""


class Given:
    def __init__(self, given: CloudKeys) -> None:
        token = given.token.reveal() if given.token else None
        self._keys = Keys(given.access.reveal(), given.secret.reveal(), token)

    async def keys(self, session: str) -> Keys:
        return self._keys

    def refused(self, keys: Keys) -> bool:
        return False


class Chain:
    """boto3 renews what it found by itself, so it is asked each time."""

    def __init__(self, ask: Callable[[], Awaitable[Keys]], hide: Hide) -> None:
        self._ask, self._hide = ask, hide
        self._hidden: tuple[str, list[Callable[[], None]]] = ("", [])

    async def keys(self, session: str) -> Keys:
        found = await self._ask()
        known, unhide = self._hidden
        if known != found.access:
            self._hidden = (found.access, hidden(found, self._hide))
            for one in unhide:
                one()
        return found

    def refused(self, keys: Keys) -> bool:
        return True


class Nobody:
    """An imitation is asked with keys that the environment names, so that what boto3 finds never leaves for one."""

    async def keys(self, session: str) -> Keys:
        raise error("no_credentials", why="endpoint")

    def refused(self, keys: Keys) -> bool:
        return False


class Role:
    """``now``: epoch seconds."""

    def __init__(
        self,
        role: str,
        external_id: str | None,
        base: Speaker,
        exchange: Exchange,
        hide: Hide,
        now: Callable[[], float],
    ) -> None:
        self._role, self._external_id = role, external_id
        self._base, self._exchange, self._hide, self._now = base, exchange, hide, now
        self._held: dict[str, tuple[Keys, list[Callable[[], None]]]] = {}
        self._one = asyncio.Lock()

    async def keys(self, session: str) -> Keys:
        async with self._one:
            found = self._held.get(session)
            if found is not None and self._lives(found[0]):
                return found[0]
            made = await self._assumed(session)
            kept = hidden(made, self._hide)
            self._forget()
            self._held[session] = (made, kept)
            return made

    def refused(self, keys: Keys) -> bool:
        self._forget(keys)
        return True

    def _lives(self, keys: Keys) -> bool:
        return keys.until is None or self._now() < keys.until - EARLY

    def _forget(self, dead: Keys | None = None) -> None:
        for session, (keys, unhide) in list(self._held.items()):
            if keys == dead or not self._lives(keys):
                del self._held[session]
                for one in unhide:
                    one()

    async def _assumed(self, session: str) -> Keys:
        params = {
            "RoleArn": self._role,
            "RoleSessionName": session[:64],
            "DurationSeconds": LIVES if session == ROLE_SESSION else BRIEFLY,
            **({"ExternalId": self._external_id} if self._external_id else {}),
        }
        asked = Asked("assume_role", "sts", "assume_role", params, wants="Credentials")
        found = (await self._exchange(asked, await self._base.keys(ROLE_SESSION)))["Credentials"]
        try:
            access, secret, token = (str(found[name]) for name in ("AccessKeyId", "SecretAccessKey", "SessionToken"))
            return Keys(access, secret, token, found["Expiration"].timestamp())
        except (KeyError, AttributeError):
            raise error("garbled", call="assume_role") from None


def hidden(keys: Keys, hide: Hide) -> list[Callable[[], None]]:
    """An access key's id is masked by its shape."""
    return [hide(value) for value in (keys.secret, keys.token) if value]
