"""Durations as the config file writes them: ``30s`` ``5m`` ``2h`` ``7d`` become seconds."""

from __future__ import annotations

import re
from typing import Annotated

from pydantic import BeforeValidator, Field, WithJsonSchema

SECONDS = {"s": 1, "m": 60, "h": 3600, "d": 86400}
PATTERN = r"^[0-9]{1,6}[smhd]$"


def seconds(text: object) -> float:
    """Raises ValueError with a sentence for people; a bare number is refused too, since nobody knows its unit."""
    if isinstance(text, str) and re.match(PATTERN, text, re.ASCII):
        return float(int(text[:-1]) * SECONDS[text[-1]])
    shown = f'"{text[:40]}"' if isinstance(text, str) else str(text)[:40]
    raise ValueError(f"{shown} is not a duration; write 30s, 5m or 2h")


def written(value: float) -> str:
    """The other way: the largest unit that divides it. ``written(90.0) == "90s"``."""
    unit = next((unit for unit in "dhm" if value and value % SECONDS[unit] == 0), "s")
    return f"{value / SECONDS[unit]:g}{unit}"


Duration = Annotated[float, BeforeValidator(seconds), WithJsonSchema({"type": "string", "pattern": PATTERN})]
"""For fields of config models, the adapters' too. May be ``0s``."""

PositiveDuration = Annotated[Duration, Field(gt=0)]
