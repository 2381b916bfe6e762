"""What goes wrong on purpose at an imitated API: queues of faults by the call's name, one fault a call."""

from collections import deque
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field

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


@dataclass
class Faults:
    """Queues by the call's name ("*" is any). ``kinds``: what may go wrong here."""

    kinds: Collection[str]
    waiting: dict[str, deque[Fault]] = field(default_factory=dict)

    def next(self, call: str, kind: str, times: int = 1) -> None:
        """The next `times` calls of that name go wrong, one fault each; `late:300+502` is both at once.

        Raises ValueError for an unknown kind.
        """
        self.waiting.setdefault(call, deque()).extend([self._fault(kind)] * times)

    def take(self, call: str) -> Fault:
        for name in (call, ANY):
            if self.waiting.get(name):
                return self.waiting[name].popleft()
        return Fault()

    def clear(self) -> None:
        self.waiting.clear()

    def _fault(self, text: str) -> Fault:
        parts: dict[str, float | None] = {}
        for one in text.split("+"):
            name, _, seconds = one.partition(":")
            if name not in self.kinds:
                raise ValueError(f"no such fault: {name}")
            parts[name] = float(seconds) if seconds else None
        return Fault(parts)
