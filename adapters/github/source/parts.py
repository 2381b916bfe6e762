"""Which part of a service a file of its repository belongs to, by the configuration's globs."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

REST = "code"
PIECES = re.compile(r"\*\*/|\*\*|\*|\?|[^*?]+")
MEANT = {"**/": r"(?:[^/]+/)*", "**": r".*", "*": r"[^/]*", "?": r"[^/]"}


class Parts:
    def __init__(self, globs: Mapping[str, Sequence[str]]) -> None:
        self.named = {part: [compiled(glob) for glob in those] for part, those in globs.items()}

    def count(self, paths: Iterable[str]) -> dict[str, int]:
        """Files by part; what no glob names is code."""
        found = dict.fromkeys([REST, *self.named], 0)
        for path in paths:
            found[self.of(path)] += 1
        return found

    def of(self, path: str) -> str:
        return next((part for part, those in self.named.items() if any(one.fullmatch(path) for one in those)), REST)


def compiled(glob: str) -> re.Pattern[str]:
    """``**`` goes through folders, ``*`` and ``?`` do not; a name that ends with a slash is all of that folder."""
    whole = f"{glob}**" if glob.endswith("/") else glob
    return re.compile("".join(MEANT.get(piece) or re.escape(piece) for piece in PIECES.findall(whole)), re.DOTALL)
