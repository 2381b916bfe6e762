"""Whom an event of the calendar names: by Discord id, or as ``[people."ID"] calendar`` says."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from bot.oncall.oncall import Shift

ID = re.compile(r"(?<![0-9])[0-9]{15,20}(?![0-9])", re.ASCII)
LATIN = "A-Za-z0-9_"


def folded(text: str) -> str:
    """Equal for texts that people read as equal: case, width, composed and decomposed Hangul, spaces."""
    return " ".join(unicodedata.normalize("NFKC", text).casefold().split())


@dataclass(frozen=True)
class Names:
    """``users``: name or address, folded → user id."""

    users: Mapping[str, str] = field(default_factory=dict)

    def user(self, text: str) -> str | None:
        """The first that the text names; of two that begin at the same place the longer one. None: nobody known."""
        found = [(match.start(), -len(match[0]), match[0]) for match in ID.finditer(text)]
        told = folded(text)
        found += [(place, -len(name), self.users[name]) for name in self.users if (place := _place(name, told)) >= 0]
        return min(found)[2] if found else None

    def shifts(self, told: Iterable[tuple[float, float, str]]) -> tuple[tuple[Shift, ...], int]:
        """The shifts of people who are known, and how many events name nobody."""
        named = [(self.user(text), since, until) for since, until, text in told]
        known = tuple(Shift(user, since, until) for user, since, until in named if user)
        return known, len(named) - len(known)


def _place(name: str, text: str) -> int:
    """Whole words of Latin letters; Korean names are followed by particles and titles without a space."""
    match = re.search(rf"(?<![{LATIN}]){re.escape(name)}(?![{LATIN}])", text)
    return match.start() if match else -1
