"""Roles: aliases of ``[roles]`` become ids; names that Discord shows are refused, since anybody can rename a role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot.config.keys import Path, did_you_mean
from bot.config.problems import Problems


@dataclass(frozen=True)
class Roles:
    aliases: Mapping[str, str]
    problems: Problems

    def ids(self, names: Sequence[str]) -> tuple[str, ...]:
        """Each once, in order; of names that were judged."""
        return tuple(dict.fromkeys(self.aliases.get(name, name) for name in names))

    def id(self, name: str, place: Path) -> str | None:
        """None for an unknown one, after it became a problem of ``place``."""
        if name in self.aliases:
            return self.aliases[name]
        if name.isascii() and name.isdecimal() and len(name) <= 20:
            return name
        known = f"; known there: {', '.join(self.aliases)}" if self.aliases else "; write an alias for its id there"
        hint = did_you_mean(name, self.aliases) or known
        self.problems.add(place, f'role "{name[:40]}" is not in [roles]{hint}')
        return None
