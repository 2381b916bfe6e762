"""One check is one line: how it went, where, what was found, and what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import IntEnum
from typing import Any

from bot.cli.doctor.remedies import CHECKS, OTHER
from bot.wording import plain


class State(IntEnum):
    OK = 0
    WARN = 1
    FAIL = 2


@dataclass(frozen=True)
class Line:
    """``where``: discord, here, or a target; ``remedy`` is empty where nothing is to be done."""

    state: State
    where: str
    text: str
    remedy: str = ""

    def __str__(self) -> str:
        remedy = f" → {self.remedy}" if self.remedy else ""
        return f"{self.state.name.lower():<4}  {self.where}: {self.text}{remedy}"


def line(state: State, where: str, key: str, facts: Mapping[str, Any] | None = None) -> Line:
    """``key``: of the table of remedies; an unknown one is shown as it is, with its facts. Facts come from outside."""
    shown = _Facts({name: plain(_listed(fact), 120) for name, fact in (facts or {}).items() if name != "attachment"})
    check = CHECKS.get(key)
    if check is None:
        said = ", ".join(f"{name} {fact}" for name, fact in shown.items())
        return Line(state, where, f"{key.split('.')[-1]} {said}".strip(), "" if state is State.OK else OTHER)
    good = state is State.OK and check.good
    remedy = "" if state is State.OK else check.remedy.format_map(shown)
    return Line(state, where, (check.good if good else check.text).format_map(shown), remedy)


def _listed(fact: object) -> object:
    return ", ".join(str(one) for one in fact) if isinstance(fact, list | tuple) else fact


class _Facts(dict[str, str]):
    """A fact that an adapter left out must not hide the rest."""

    def __missing__(self, name: str) -> str:
        return "?"
