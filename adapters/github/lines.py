"""The log of a job: GitHub's marks and times taken off, the most telling line first."""

from __future__ import annotations

import re
from collections.abc import Sequence

KEPT = 12
STAMP = re.compile(r"^\ufeff?\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z ?")
COLOUR = re.compile(r"\x1b\[[0-9;]*[A-Za-z]")
ERROR = "##[error]"
MARK = re.compile(r"^##\[(?:group|endgroup|section|debug|command|notice|warning)\]")
GENERIC = re.compile(r"^(?:Process completed with exit code \d+|The operation was cancell?ed|The process .+ failed)")
LOUD = tuple(
    re.compile(pattern)
    for pattern in (
        r"^\s*(?:\w+\.)*\w*(?:Error|Exception)\b(?::|$)",
        r"^\s*(?:ERROR|FATAL|CRITICAL)\b",
        r"(?i)^\s*(?:error|fatal|denied)\b",
        r"No space left on device|Address already in use|Permission denied|Out of memory|Killed\b",
        r"(?i)\berror\b|\bfailed\b",
    )
)


def plain(text: str) -> list[str]:
    """Lines as a person reads them."""
    found = (COLOUR.sub("", STAMP.sub("", line)).rstrip() for line in text.splitlines())
    return [line.replace(ERROR, "error: ") for line in found if line.strip() and not MARK.match(line)]


def telling(text: str) -> tuple[str, ...]:
    """An exception's own line, else what an action called an error, else what looks like one; then the last lines."""
    said = plain(text)
    marked = [line for line in said if line.startswith("error: ") and not GENERIC.match(line[7:])]
    found = [*(_last(said, loud) for loud in LOUD[:2]), *marked[-1:], *(_last(said, loud) for loud in LOUD[2:])]
    best = next(filter(None, found), None)
    if best is None:
        return tuple(said[-KEPT:])
    rest = [line for line in said if line != best]
    return (best.strip(), *rest[-KEPT + 1 :])


def _last(lines: Sequence[str], loud: re.Pattern[str]) -> str | None:
    wanted = (line for line in reversed(lines) if loud.search(line))
    return next((line for line in wanted if not GENERIC.match(line.removeprefix("error: "))), None)
