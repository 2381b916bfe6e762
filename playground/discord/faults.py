"""What goes wrong on purpose, and how it looks on the wire."""

import fnmatch
from dataclasses import dataclass, field
from typing import Literal

from playground.discord.errors import Json

Loss = Literal["drop", "502"]


@dataclass
class Fault:
    """One kind of trouble for the next `left` requests that match; `path` is a shell pattern without `/api/v10`."""

    kind: Literal["429", "status", "lose"]
    left: int
    method: str = "*"
    path: str = "*"
    status: int = 0
    retry_after: float = 0.0
    loss: Loss = "drop"

    def fits(self, method: str, path: str) -> bool:
        return self.left > 0 and self.method in ("*", method) and fnmatch.fnmatchcase(path, self.path)


@dataclass
class Faults:
    waiting: list[Fault] = field(default_factory=list)

    def take(self, method: str, path: str) -> Fault | None:
        """The first fault that fits this request, used up by one."""
        for fault in self.waiting:
            if fault.fits(method, path):
                fault.left -= 1
                self.waiting = [one for one in self.waiting if one.left > 0]
                return fault
        return None

    def clear(self) -> None:
        self.waiting.clear()


def rate_limited(retry_after: float) -> Json:
    """The body of a per-route 429 (Discord's "Rate Limits")."""
    return {"message": "You are being rate limited.", "code": 0, "retry_after": retry_after, "global": False}


def server_error(status: int) -> Json:
    return {"message": f"{status}: the imitation was told to fail", "code": 0}
