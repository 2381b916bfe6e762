"""Everything that crossed the wire, newest last, bounded."""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class RestCall:
    """One HTTP exchange. `template` is the path as in Discord's OpenAPI description, None for an unknown route."""

    at: float
    method: str
    path: str
    template: str | None
    query: Mapping[str, str]
    sent: Any
    status: int
    """0 when the answer was lost on purpose without one."""
    got: Any
    files: tuple[str, ...] = ()
    fault: str | None = None


@dataclass(frozen=True)
class Frame:
    """One gateway payload; `down` is from Discord to the bot."""

    at: float
    session: str
    down: bool
    payload: Mapping[str, Any]

    @property
    def event(self) -> str | None:
        return self.payload.get("t")


@dataclass
class Journal:
    most: int
    entries: deque[RestCall | Frame] = field(init=False)

    def __post_init__(self) -> None:
        self.entries = deque(maxlen=self.most)

    def add(self, entry: RestCall | Frame) -> None:
        self.entries.append(entry)

    def rest(self, method: str | None = None, template: str | None = None) -> list[RestCall]:
        """HTTP exchanges, oldest first, of a method and path template if given."""
        calls = [one for one in self.entries if isinstance(one, RestCall)]
        return [one for one in calls if method in (None, one.method) and template in (None, one.template)]

    def frames(self, event: str | None = None) -> list[Frame]:
        """Gateway payloads, oldest first, of a dispatch event if given."""
        found = [one for one in self.entries if isinstance(one, Frame)]
        return [one for one in found if event in (None, one.event)]
