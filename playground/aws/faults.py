"""What goes wrong on purpose, once per queued fault, and how it looks on the wire.

kind                     what happens
lost_before              the connection is cut, nothing was done
lost_after_effect        it was done, then the connection is cut
throttled                refused as AWS words it: too many calls; nothing was done
500 · 503                a server's error, nothing was done
500_after_effect         it was done, the answer is a server's error
garbled                  it was done, the answer is 200 with half a text
denied                   IAM says no, whatever the keys may do
expired                  the session's token has expired
slow:SECONDS             the answer comes so late (real seconds)
late:SECONDS             UpdateService: DescribeServices shows the old state so much longer; RegisterTaskDefinition:
                         the lists do not have it so long (by the imitation's clock)
foreign_before           UpdateService: somebody else updates the service just before
foreign_after            UpdateService: somebody else updates the service just after
entry_failed             DeleteMessageBatch: its first entry fails
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

KINDS = frozenset(
    [
        "lost_before",
        "lost_after_effect",
        "throttled",
        "500",
        "503",
        "500_after_effect",
        "garbled",
        "denied",
        "expired",
        "slow",
        "late",
        "foreign_before",
        "foreign_after",
        "entry_failed",
    ]
)
ANY = "*"


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call: kinds with their seconds, none for a call that goes well."""

    parts: Mapping[str, float | None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def has(self, *kinds: str) -> bool:
        return any(one in self.parts for one in kinds)

    def seconds(self, kind: str, otherwise: float = 0.0) -> float:
        return self.parts.get(kind) or otherwise

    def __str__(self) -> str:
        return "+".join(name if after is None else f"{name}:{after:g}" for name, after in self.parts.items())


def fault(text: str) -> Fault:
    """`late:5+lost_after_effect` → both at one call. Raises ValueError for an unknown kind."""
    parts: dict[str, float | None] = {}
    for one in text.split("+"):
        name, _, seconds = one.partition(":")
        if name not in KINDS:
            raise ValueError(f"no such fault: {name}")
        parts[name] = float(seconds) if seconds else None
    return Fault(parts)


@dataclass
class Faults:
    """Queues by the action's name ("UpdateService", …; "*" is any)."""

    waiting: dict[str, deque[Fault]] = field(default_factory=dict)

    def next(self, action: str, kind: str, times: int = 1) -> None:
        """The next `times` calls of that name go wrong, one fault each."""
        self.waiting.setdefault(action, deque()).extend([fault(kind)] * times)

    def take(self, action: str) -> Fault:
        for name in (action, ANY):
            if self.waiting.get(name):
                return self.waiting[name].popleft()
        return Fault()

    def clear(self) -> None:
        self.waiting.clear()
