"""What a run's title tells: GitHub keeps no inputs with a run, so only ``run-name`` can show them afterwards.

From the workflow's ``run-name`` and our inputs follows what the title of a run of this very target looks like.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from adapters.github import filling

EXPRESSION = re.compile(r"\$\{\{(.*?)\}\}", re.DOTALL)
INPUT = re.compile(r"(?:github\.event\.)?inputs(?:\.([A-Za-z_][A-Za-z0-9_-]*)|\[\s*'([^']+)'\s*\])")
ATTEMPT = r"[a-z0-9]{8}-[0-9]+-[0-9]+"
LONGEST = 1000


@dataclass(frozen=True)
class Told:
    """What a title says: the value of the version's input, and the attempt that the run was marked with."""

    version: str | None
    attempt: str | None


@dataclass(frozen=True)
class Titles:
    """``apart``: a run of another target of the same workflow would have another title.

    ``shows``: inputs that the title shows.
    """

    pattern: re.Pattern[str]
    shows: frozenset[str]
    apart: bool

    @property
    def version(self) -> bool:
        return "version" in self.pattern.groupindex

    @property
    def attempt(self) -> bool:
        return "attempt" in self.pattern.groupindex

    def read(self, title: str) -> Told | None:
        """None: not a run of this target."""
        found = self.pattern.fullmatch(title[:LONGEST].strip())
        if found is None:
            return None
        groups = found.groupdict()
        attempt = groups.get("attempt") or ""
        return Told(groups.get("version"), attempt if re.fullmatch(ATTEMPT, attempt) else None)


def titles(run_name: str | None, inputs: Mapping[str, str], known: Mapping[str, str]) -> Titles:
    """``known``: the values of {env} and {service}. Without a ``run-name`` every run's title is the same."""
    built = _Building(inputs, known)
    pattern = built.whole(run_name.strip()) if run_name else ".*"
    constant = {name for name, text in inputs.items() if not filling.names(text) & {*filling.VERSIONED, "attempt"}}
    return Titles(re.compile(pattern, re.DOTALL), frozenset(built.shown), constant <= built.shown)


def marked(title: str, attempt: str) -> bool:
    """Whether a title names this very attempt."""
    return re.search(rf"(?<![A-Za-z0-9-]){re.escape(attempt)}(?![A-Za-z0-9-])", title) is not None


class _Building:
    def __init__(self, inputs: Mapping[str, str], known: Mapping[str, str]) -> None:
        self.inputs = inputs
        self.known = known
        self.shown: set[str] = set()
        self._named: set[str] = set()

    def whole(self, run_name: str) -> str:
        at, parts = 0, []
        for found in EXPRESSION.finditer(run_name):
            parts += [_plain(run_name[at : found.start()]), self._expression(found[1].strip())]
            at = found.end()
        return "".join([*parts, _plain(run_name[at:])])

    def _expression(self, text: str) -> str:
        found = INPUT.fullmatch(text)
        name = (found[1] or found[2]) if found else ""
        if name not in self.inputs:
            return ".*?"
        self.shown.add(name)
        return "".join(_plain(part) + self._placeholder(key) for part, key in filling.pieces(self.inputs[name]))

    def _placeholder(self, name: str | None) -> str:
        if name is None:
            return ""
        if name not in (*filling.VERSIONED, "attempt"):
            return re.escape(self.known[name])
        group = "version" if name in filling.VERSIONED else "attempt"
        if group in self._named:
            return f"(?P={group})"
        self._named.add(group)
        return f"(?P<{group}>[^\\s]*?)"


def _plain(text: str) -> str:
    """Literal text; how much white space there is does not matter."""
    return re.sub(r"(?:\\?\s)+", r"\\s+", re.escape(text))
