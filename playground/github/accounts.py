"""Who may ask: people, their fine-grained tokens, and Apps with their installation tokens."""

from collections.abc import Mapping
from dataclasses import dataclass, field

LEVELS = {"read": 1, "write": 2, "admin": 3}
DEFAULT: Mapping[str, str] = {
    "actions": "write",
    "contents": "write",
    "deployments": "write",
    "environments": "read",
    "metadata": "read",
    "pull_requests": "write",
    "statuses": "read",
}
"""What a token may do unless told otherwise."""


@dataclass(frozen=True)
class User:
    id: int
    login: str
    type: str = "User"
    """`User`, `Bot` or `Organization`."""


@dataclass(frozen=True)
class Access:
    """A live credential: on whose behalf, with which permissions, on which repositories (None is all), until when."""

    text: str
    user: User
    permissions: Mapping[str, str]
    repositories: frozenset[str] | None = None
    expires_at: float | None = None
    app: "App | None" = None
    classic: bool = False
    """Holds the `repo` scope: everything that its person may."""

    def may(self, permission: str, level: str, *, private: bool) -> bool:
        """A fine-grained token cannot hold `checks`: there is no such choice when one is made; public ones are open."""
        if self.classic or permission == "metadata":
            return True
        if permission == "checks" and self.app is None:
            return level == "read" and not private
        return LEVELS.get(self.permissions.get(permission, ""), 0) >= LEVELS[level]

    def reaches(self, full_name: str) -> bool:
        return self.repositories is None or full_name.lower() in self.repositories


@dataclass
class App:
    """A GitHub App, installed once."""

    id: int
    slug: str
    client_id: str
    private_key: str
    """PEM, PKCS#1, as GitHub hands it out."""
    installation_id: int
    bot: User
    owner: User
    permissions: Mapping[str, str]
    repositories: frozenset[str] | None = None
    events: tuple[str, ...] = ()
    suspended: bool = False
    issued: list[str] = field(default_factory=list)
    """Every installation token so far: the oracle for "never logged"."""
    token_life: float = 3600.0
