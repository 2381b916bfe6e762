"""Webhooks: who wants to be told, and every delivery with what came of it."""

import hashlib
import hmac
import json
import uuid
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from playground.github.errors import Json

if TYPE_CHECKING:
    from playground.github.repository import Repo

EVERY = "*"


@dataclass
class Hook:
    """A repository's webhook, or an App's (then `repository` is None and `app_id` says whose)."""

    id: int
    url: str
    secret: str
    events: tuple[str, ...]
    at: float
    repository: str | None = None
    app_id: int | None = None
    installation: int | None = None
    active: bool = True

    def wants(self, event: str, full_name: str) -> bool:
        here = self.repository is None or self.repository.lower() == full_name.lower()
        return self.active and here and (event == "ping" or event in self.events or EVERY in self.events)


@dataclass
class Delivery:
    """One try to hand over an event. A redelivery is another try with the same `guid`."""

    id: int
    hook: Hook
    guid: str
    event: str
    action: str | None
    payload: bytes
    repository_id: int | None
    at: float
    redelivery: bool = False
    status_code: int = 0
    """0 until it was tried."""
    status: str = "pending"
    duration: float = 0.0
    answer: str = ""

    @property
    def headers(self) -> dict[str, str]:
        """As GitHub sends them; only the body is signed."""
        target = "integration" if self.hook.app_id is not None else "repository"
        number = self.hook.app_id if self.hook.app_id is not None else self.repository_id
        told = {
            "Content-Type": "application/json",
            "User-Agent": "GitHub-Hookshot/2f1d4a6",
            "X-GitHub-Delivery": self.guid,
            "X-GitHub-Event": self.event,
            "X-GitHub-Hook-ID": str(self.hook.id),
            "X-GitHub-Hook-Installation-Target-ID": str(number),
            "X-GitHub-Hook-Installation-Target-Type": target,
        }
        if self.hook.secret:
            told["X-Hub-Signature"] = f"sha1={self._signed('sha1')}"
            told["X-Hub-Signature-256"] = f"sha256={self._signed('sha256')}"
        return told

    def _signed(self, how: str) -> str:
        return hmac.new(self.hook.secret.encode(), self.payload, getattr(hashlib, how)).hexdigest()


@dataclass
class Hooks:
    number: Callable[[], int]
    now: Callable[[], float]
    known: list[Hook] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    wake: Callable[[], None] = lambda: None
    """Called whenever something waits to be delivered."""

    def add(
        self,
        url: str,
        secret: str,
        events: tuple[str, ...],
        *,
        repository: str | None = None,
        app_id: int | None = None,
        installation: int | None = None,
    ) -> Hook:
        made = Hook(self.number(), url, secret, events, self.now(), repository, app_id, installation)
        self.known.append(made)
        return made

    def tell(self, repo: "Repo", event: str, action: str | None, build: Callable[[], Json]) -> None:
        """Makes a delivery for every hook that wants the event; the payload is built only then."""
        for hook in self.known:
            if not hook.wants(event, repo.full_name):
                continue
            payload = build()
            if hook.installation is not None:
                payload["installation"] = {"id": hook.installation, "node_id": f"MDIzOk{hook.installation}"}
            self._queue(hook, event, action, payload, repo.id)

    def _queue(self, hook: Hook, event: str, action: str | None, payload: Json, repository: int | None) -> None:
        text = json.dumps(payload, separators=(",", ":")).encode()
        made = Delivery(self.number(), hook, str(uuid.uuid4()), event, action, text, repository, self.now())
        self.deliveries.append(made)
        self.wake()

    def again(self, one: Delivery) -> Delivery:
        """The same event once more: same guid and body, another delivery."""
        made = Delivery(
            self.number(), one.hook, one.guid, one.event, one.action, one.payload, one.repository_id, self.now(), True
        )
        self.deliveries.append(made)
        self.wake()
        return made
