"""What a metric is judged by: its bound (``< 0.01``, ``<= 300``, ``> 0``, ``>= 0.95``), and how samples are counted."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
PATTERN = re.compile(r"\s*(<=|>=|<|>)\s*([+-]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][+-]?[0-9]+)?)\s*", re.ASCII)
STEP = 15.0  # seconds between two points that count: the usual scrape interval
POINTS = 1000  # at most, of one query; Prometheus itself refuses more than 11,000


@dataclass(frozen=True)
class Bound:
    sign: str
    limit: float

    @classmethod
    def read(cls, text: str) -> Bound:
        """Raises ValueError with a sentence for people."""
        found = PATTERN.fullmatch(text)
        if found is None or not math.isfinite(float(found[2])):
            raise ValueError(f'"{text[:40]}" is no bound; write < 0.01, <= 300, > 0 or >= 0.95')
        return cls(found[1], float(found[2]))

    def holds(self, value: float) -> bool:
        """Never for what is no number."""
        return SIGNS[self.sign](value, self.limit)


def step(over: float) -> float:
    """Seconds between the points that are counted over so many seconds."""
    return max(STEP, over / POINTS)


def most_points(over: float) -> int:
    """How many points so many seconds can have."""
    return math.floor(min(over / STEP, POINTS)) + 1
