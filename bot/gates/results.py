"""``results.json``: the scores of one version, read strictly (docs/gates.md has the format)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bot.gates.strict import parsed

TOP, ROW = {"version", "at", "metrics"}, {"name", "score", "threshold", "higher_is_better"}
METRICS, NAME = 50, 80


class Wrong(Exception):
    """``code`` and ``facts`` of the gate's answer."""

    def __init__(self, code: str, **facts: Any) -> None:
        super().__init__(code)
        self.code, self.facts = code, facts


@dataclass(frozen=True)
class Score:
    name: str
    score: float
    threshold: float
    higher: bool = True  # is better

    @property
    def passed(self) -> bool:
        return self.score >= self.threshold if self.higher else self.score <= self.threshold


@dataclass(frozen=True)
class Results:
    version: str
    at: float  # epoch seconds
    scores: tuple[Score, ...]


def read(body: bytes) -> Results:
    """Raises Wrong: not_json, shape (fact ``name``: the key), no_threshold (fact ``name``: the metric)."""
    try:
        found = parsed(body)
    except ValueError:
        raise Wrong("not_json") from None
    table = _table(found, TOP, TOP, "")
    version, metrics = table["version"], table["metrics"]
    if not isinstance(version, str) or not version:
        raise Wrong("shape", name="version")
    if not isinstance(metrics, list) or not 0 < len(metrics) <= METRICS:
        raise Wrong("shape", name="metrics")
    scores = tuple(_score(one, f"metrics[{index}]") for index, one in enumerate(metrics))
    if len({score.name for score in scores}) != len(scores):
        raise Wrong("shape", name="metrics.name")
    return Results(version, _moment(table["at"]), scores)


def _table(found: Any, known: set[str], needed: set[str], where: str) -> Mapping[str, Any]:
    """An unknown key is a mistake: a misspelt ``higher_is_better`` would turn a failure into a pass."""
    if not isinstance(found, dict):
        raise Wrong("shape", name=where or "{}")
    for key in sorted((set(found) - known) | (needed - set(found))):
        raise Wrong("shape", name=f"{where}.{key}".strip(".")[:NAME])
    return found


def _score(found: Any, where: str) -> Score:
    table = _table(found, ROW, {"name", "score"}, where)
    name, higher = table["name"], table.get("higher_is_better", True)
    if not isinstance(name, str) or not 0 < len(name) <= NAME:
        raise Wrong("shape", name=f"{where}.name")
    if "threshold" not in table:
        raise Wrong("no_threshold", name=name)
    if not isinstance(higher, bool):
        raise Wrong("shape", name=f"{where}.higher_is_better")
    score, threshold = (_number(table[key], f"{where}.{key}") for key in ("score", "threshold"))
    return Score(name, score, threshold, higher)


def _number(value: Any, where: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise Wrong("shape", name=where)
    try:
        return float(value)
    except OverflowError:
        raise Wrong("shape", name=where) from None


def _moment(value: Any) -> float:
    """ISO 8601 with its zone: a time without one could be hours off."""
    try:
        moment = datetime.fromisoformat(value)
    except (TypeError, ValueError):
        raise Wrong("shape", name="at") from None
    if moment.tzinfo is None:
        raise Wrong("shape", name="at")
    try:
        return moment.timestamp()
    except (OverflowError, OSError):
        raise Wrong("shape", name="at") from None
