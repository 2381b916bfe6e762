"""How often AWS was asked for what: for /metrics and for whoever counts."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from adapters.ecs.account.asked import Asked


class Calls:
    def __init__(self) -> None:
        self._by_action: Counter[str] = Counter()
        self._by_fault: Counter[str] = Counter()

    def count(self, asked: Asked) -> None:
        self._by_action[asked.action] += 1

    def failed(self, code: str) -> None:
        self._by_fault[code] += 1

    @property
    def asked(self) -> Mapping[str, int]:
        """By IAM's name of the action."""
        return dict(self._by_action)

    @property
    def faults(self) -> Mapping[str, int]:
        """By our code."""
        return dict(self._by_fault)
