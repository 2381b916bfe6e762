"""Who the bot is on a platform's own API, and how much it may still ask."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from bot.model.secret import Secret


@dataclass(frozen=True)
class Identity:
    """``token``, or an App by ``app`` (its id) and ``key`` (PEM). ``reviewer``: somebody who may review our runs."""

    api: str
    token: Secret | None = None
    app: str | None = None
    key: Secret | None = None
    reviewer: Secret | None = None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return tuple(one for one in (self.token, self.key, self.reviewer) if one is not None)


@dataclass(frozen=True)
class CloudKeys:
    """Keys to a cloud, as the environment names them. ``token``: of keys that live for a while."""

    access: Secret
    secret: Secret
    token: Secret | None = None

    @property
    def secrets(self) -> tuple[Secret, ...]:
        return tuple(one for one in (self.access, self.secret, self.token) if one is not None)


@dataclass(frozen=True)
class CloudPolicies:
    """What must be allowed, by whom it is allowed to.

    ``untold``: (place, key) that the file does not say, so that a policy is wider or allows less than it might.
    ``unknown``: places whose account nobody said.
    """

    policies: Mapping[str, Mapping[str, Any]]
    untold: tuple[tuple[str, str], ...] = ()
    unknown: tuple[str, ...] = ()


@dataclass(frozen=True)
class Budget:
    """Requests an hour, how many are left, and when they are all there again (epoch seconds)."""

    limit: int
    left: int
    reset: float
