"""What goes wrong on purpose, once per queued fault, and how it looks on the wire.

kind                              what happens
lost_before_effect                the connection is cut, nothing was done
lost_after_effect                 it was done, then the connection is cut
502 · 502_after_effect            it was done, the answer is 502
502_before_effect · 500 · 503     nothing was done
garbled                           it was done, the answer is 200 with half a JSON text
secondary_limit[:SECONDS]         403 with Retry-After (60); nothing was done
secondary_limit_429[:SECONDS]     429 with Retry-After (60), as GitHub also answers; nothing was done
secondary_limit_no_header         403 without Retry-After; nothing was done
primary_limit[:SECONDS]           403, remaining 0, reset in so many seconds (3600); nothing was done
slow:SECONDS                      the answer comes so late (real seconds)
late:SECONDS                      dispatch: the run can be seen so much later (by the imitation's clock)
no_run_details · no_details       dispatch: 204 although details were asked for, as an older server does
foreign_run                       dispatch: somebody else dispatches the same workflow just before
main_moves                        dispatch: a commit lands on the ref just before
attempt_2                         dispatch: somebody re-runs the run at once
evicted                           dispatch: a newer run takes the pending place, this one is cancelled
"""

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, field

BEFORE = ("lost_before_effect", "502_before_effect", "500", "503")
AFTER = ("lost_after_effect", "502", "502_after_effect", "garbled", "slow")
LIMITS = ("secondary_limit", "secondary_limit_429", "secondary_limit_no_header", "primary_limit")
DISPATCH = ("late", "no_run_details", "no_details", "foreign_run", "main_moves", "attempt_2", "evicted")
KINDS = frozenset((*BEFORE, *AFTER, *LIMITS, *DISPATCH))
ANY = "*"


@dataclass(frozen=True)
class Fault:
    """What goes wrong with one call: kinds with their seconds, none for a call that goes well."""

    parts: Mapping[str, float | None] = field(default_factory=dict)

    def __bool__(self) -> bool:
        return bool(self.parts)

    def has(self, *kinds: str) -> bool:
        return any(one in self.parts for one in kinds)

    def seconds(self, kind: str, otherwise: float) -> float:
        return self.parts.get(kind) or otherwise

    def __str__(self) -> str:
        return "+".join(name if after is None else f"{name}:{after:g}" for name, after in self.parts.items())


def fault(text: str) -> Fault:
    """`late:300+502` → both at one call. Raises ValueError for an unknown kind."""
    parts: dict[str, float | None] = {}
    for one in text.split("+"):
        name, _, seconds = one.partition(":")
        if name not in KINDS:
            raise ValueError(f"no such fault: {name}")
        parts[name] = float(seconds) if seconds else None
    return Fault(parts)


@dataclass
class Faults:
    """Queues by call name ("dispatch", "run", …; "*" is any call)."""

    waiting: dict[str, deque[Fault]] = field(default_factory=dict)

    def next(self, call: str, kind: str, times: int = 1) -> None:
        """The next `times` calls of that name go wrong, one fault each; `late:300+502` is both at once."""
        self.waiting.setdefault(call, deque()).extend([fault(kind)] * times)

    def take(self, call: str) -> Fault:
        for name in (call, ANY):
            if self.waiting.get(name):
                return self.waiting[name].popleft()
        return Fault()

    def clear(self) -> None:
        self.waiting.clear()
