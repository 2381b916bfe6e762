"""What the imitation knows: accounts, repositories, the clock and the running numbers."""

import itertools
import re
import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from playground.github.accounts import Access, App, User
from playground.github.errors import PlaygroundError
from playground.github.hooks import Hooks
from playground.github.repository import Repo
from playground.github.repository.listening import Listener

LOGIN = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,38})(?:\[bot\])?")


@dataclass
class State:
    clock: Callable[[], float]
    api: str = ""
    blobs: str = ""
    """Where logs and artifacts are fetched from: another host than the API."""
    web: str = "https://github.com"
    users: dict[str, User] = field(default_factory=dict)
    access: dict[str, Access] = field(default_factory=dict)
    apps: dict[int, App] = field(default_factory=dict)
    repositories: dict[str, Repo] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    """Old full name in lower case → new full name."""
    files: dict[str, tuple[bytes, float]] = field(default_factory=dict)
    """What the store holds by key, and until when it may be fetched."""
    listener: Listener = field(default_factory=Listener)
    hooks: Hooks = field(init=False)
    numbers: "itertools.count[int]" = field(default_factory=lambda: itertools.count(1001))

    def __post_init__(self) -> None:
        self.hooks = Hooks(self.number, self.now)

    def number(self) -> int:
        return next(self.numbers)

    def now(self) -> float:
        return self.clock()

    def user(self, login: str, kind: str = "User") -> User:
        """The account of that name, made when it is new."""
        if not LOGIN.fullmatch(login):
            raise PlaygroundError(f"not a login: {login}")
        known = self.users.get(login.lower())
        if known is None:
            known = User(self.number(), login, "Bot" if login.endswith("[bot]") else kind)
            self.users[login.lower()] = known
        return known

    def repository(self, full_name: str) -> Repo | None:
        return self.repositories.get(full_name.lower())

    def repository_by_id(self, number: int) -> Repo | None:
        return next((one for one in self.repositories.values() if one.id == number), None)

    def app_by_issuer(self, issuer: str) -> App | None:
        return next((one for one in self.apps.values() if issuer in (str(one.id), one.client_id)), None)

    def grant(
        self, text: str, user: User, permissions: Mapping[str, str], repositories: frozenset[str] | None = None
    ) -> None:
        self.access[text] = Access(text, user, permissions, repositories)

    def stored(self, data: bytes) -> str:
        """The address of a file in the store, good for a minute."""
        key = secrets.token_urlsafe(24)
        self.files[key] = (data, self.now() + 60.0)
        return f"{self.blobs}/stored/{key}"
