"""Everything that crossed the wire, oldest first."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Seen:
    """One HTTP exchange. `name` is the call's name for faults, `template` its path in GitHub's OpenAPI description."""

    at: float
    name: str
    method: str
    path: str
    template: str | None
    query: Mapping[str, str]
    sent: Any
    status: int
    """0 when the answer was lost on purpose without one."""
    got: Any
    billed: bool
    """Counted against the primary rate limit; a 304 and /rate_limit are not."""
    login: str | None = None
    fault: str | None = None
    headers: Mapping[str, str] | None = None
    """Of the answer."""
