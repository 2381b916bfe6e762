"""Which line of a log says what went wrong."""

from __future__ import annotations

import re
from collections.abc import Sequence

KEPT = 12

# Strongest first: an exception's own line, a tool's error line, the kernel's and the network's usual words.
LOUD = tuple(
    re.compile(pattern)
    for pattern in (
        r"^\s*(?:\w+\.)*\w*(?:Error|Exception)\b(?::|$)",
        r"^\s*(?:ERROR|FATAL|CRITICAL)\b",
        r"^\s*(?:error|fatal|sudo|bash|sh):",
        r"No space left on device|Address already in use|Permission denied|Out of memory|Killed\b",
        r"(?i)\berror\b|\bfailed\b",
    )
)

# Exceptions of code that cannot even be loaded: the next start ends in the same way.
HOPELESS = re.compile(r"^\s*(?:ModuleNotFoundError|ImportError|SyntaxError|IndentationError|NameError)\b")


def best_first(lines: Sequence[str]) -> tuple[str, ...]:
    """The most telling line, then the last ones before and after it in their order."""
    said = [line.rstrip() for line in lines if line.strip()]
    best = next((found for found in (_last(said, loud) for loud in LOUD) if found), None)
    if best is None:
        return tuple(said[-KEPT:])
    rest = [line for line in said if line != best]
    return (best.strip(), *rest[-KEPT + 1 :])


def hopeless(lines: Sequence[str]) -> bool:
    return any(HOPELESS.search(line) for line in lines)


def _last(lines: Sequence[str], loud: re.Pattern[str]) -> str | None:
    return next((line for line in reversed(lines) if loud.search(line)), None)
