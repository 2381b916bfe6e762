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


def _over(line: Row, stopped: float | None) -> float | None:
    """A stop counts until the switch; what hangs is over only by a stop."""
    seconds, at = dict(line["seconds"]), float(line["at"])

    def start_of(step: str) -> float:
        return at + sum(list(seconds.values())[: list(seconds).index(step)]) if step in seconds else at

    if stopped is not None and (line["fail"] == "hang" or stopped < start_of("switch")):
        return stopped
    if line["fail"] == "hang":
        return None
    return start_of(line["fail_at"]) if line["fail"] in ("step", "interrupted") else at + sum(seconds.values())
