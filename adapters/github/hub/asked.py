"""One request to GitHub and what came back, as plain data: all that the rest of the package knows of HTTP."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

MOVED_TO = "x-moved-to"
"""In place of ``location``, which PyGithub would follow."""
Sent = Literal["cancel", "comment", "deployment", "review", "rule", "start", "status", "tag"]
"""What is asked to change something. The crash tests kill a bot before and behind each of these."""


@dataclass(frozen=True)
class Asked:
    """``call`` names it in errors and named points; ``path`` begins with a slash; ``seconds`` bound all of it."""

    call: str
    method: str
    path: str
    seconds: float
    params: Mapping[str, Any] = field(default_factory=dict)
    body: Mapping[str, Any] | None = None
    etag: str | None = None
    elsewhere: bool = False  # the answer is where something else lies
    limit: int = 8 * 1024 * 1024  # bytes of an answer


@dataclass(frozen=True)
class Reply:
    """``headers``: lower case names. ``data``: the JSON; None where there was none. ``size``: of its text."""

    status: int
    headers: Mapping[str, str]
    data: Any = None
    size: int = 0

    @property
    def message(self) -> str:
        """What GitHub says in words, with the first of its details."""
        if not isinstance(self.data, Mapping):
            return ""
        errors = self.data.get("errors")
        first = errors[0] if isinstance(errors, list) and errors else errors
        more = first.get("message") if isinstance(first, Mapping) else first
        return ": ".join(str(part) for part in (self.data.get("message"), more) if part)[:300]


class Unanswered(Exception):
    """No whole answer: nobody knows what the other side did. ``late``: the time was up."""

    def __init__(self, reason: str, *, late: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.late = late


class Unread(Exception):
    """An answer that cannot be GitHub's: no JSON, or too big."""

    def __init__(self, reply: Reply, reason: str) -> None:
        super().__init__(reason)
        self.reply = reply
        self.reason = reason
