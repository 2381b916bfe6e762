"""One line of the table."""

from __future__ import annotations

from typing import NamedTuple


class Check(NamedTuple):
    """``text``: what is wrong, or what was looked at; ``good``: said instead when all is well.

    Placeholders are the facts of that check.
    """

    text: str
    remedy: str
    good: str = ""
