"""Why a run was cancelled: its own record does not say, the notes on its jobs' check runs do."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

BY = re.compile(r"The run was cancell?ed by @([A-Za-z0-9][A-Za-z0-9-]*(?:\[bot\])?)")
EVICTED = re.compile(r"Cancell?ing since a higher priority waiting request for '?(?P<group>.{1,200}?)'? exists")
TOO_LONG = re.compile(r"has exceeded the maximum execution time of (?P<limit>[^.\n]{1,40})")
REPEATED = ("The operation was canceled.", "Process completed with exit code")


@dataclass(frozen=True)
class Why:
    """All empty: nobody tells."""

    by: str = ""
    group: str = ""
    limit: str = ""


def why(notes: Iterable[str]) -> Why:
    said = "\n".join(note[:1000] for note in notes)
    by, group, limit = BY.search(said), EVICTED.search(said), TOO_LONG.search(said)
    return Why(by[1] if by else "", group["group"] if group else "", limit["limit"] if limit else "")
