"""A dry_run world's lines as effects. It goes on by the clock, so a line also says when its rollout was over."""

from __future__ import annotations

from collections.abc import Sequence

from tests.crash.invariants.facts import Effect, Row


def pretended(target: str, lines: Sequence[Row]) -> list[Effect]:
    stops = {line["attempt"]: float(line["at"]) for line in lines if line["event"] == "stop"}
    return [
        Effect(target, line["attempt"], line["to"], line["at"], _over(line, stops.get(line["attempt"])))
        for line in lines
        if line["event"] == "begin"
    ]


def start_of(line: Row, step: str) -> float:
    """When a rollout comes to this step; its beginning for a step that it does not have."""
    seconds, at = dict(line["seconds"]), float(line["at"])
    return at + sum(list(seconds.values())[: list(seconds).index(step)]) if step in seconds else at


def _over(line: Row, stopped: float | None) -> float | None:
    """A stop counts until the switch; what hangs is over only by a stop."""
    if stopped is not None and (line["fail"] == "hang" or stopped < start_of(line, "switch")):
        return stopped
    if line["fail"] == "hang":
        return None
    if line["fail"] in ("step", "interrupted"):
        return start_of(line, line["fail_at"])
    return float(line["at"]) + sum(dict(line["seconds"]).values())
