"""A bound as the configuration writes it: ``< 0.01``. It compares a number, and says nothing of what is no number."""

from __future__ import annotations

import math
import operator
import re
from collections.abc import Callable
from dataclasses import dataclass

_SIGNS: dict[str, Callable[[float, float], bool]] = {
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
_FORM = re.compile(r"\s*(<=|>=|<|>)\s*([+-]?[0-9]{1,15}(?:\.[0-9]{1,15})?(?:[eE][+-]?[0-9]{1,2})?)\s*", re.ASCII)


@dataclass(frozen=True)
class Bound:
    sign: str
    limit: float

    def holds(self, value: float) -> bool:
        """Never for NaN; an infinite value is no measurement either."""
        return math.isfinite(value) and _SIGNS[self.sign](value, self.limit)

    def __str__(self) -> str:
        return f"{self.sign} {self.limit:.10g}"


def bound(text: object) -> Bound:
    """Raises ValueError with a sentence for people."""
    found = _FORM.fullmatch(text) if isinstance(text, str) else None
    if found is None:
        shown = f'"{text[:40]}"' if isinstance(text, str) else str(text)[:40]
        raise ValueError(f'{shown} is no bound; write one like "< 0.01" (signs: < <= > >=)')
    return Bound(found[1], float(found[2]))
