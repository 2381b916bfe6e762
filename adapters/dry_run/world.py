"""The pretended world: an append-only log on disk, from which everything that can be seen follows, by the clock.

A kill of the bot changes nothing here, as it would change nothing on a host. The log is the tests' oracle too.
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TextIO

STEPS = ("connect", "save", "fetch", "install", "switch", "restart")
SWITCH = STEPS.index("switch")


@dataclass(frozen=True)
class Run:
    """One attempt in the world. Epoch seconds; ``step``: seconds of each step; ``fail_at``: index of a step."""

    attempt: str
    kind: str
    to: str
    began: float
    step: float
    fault: str
    fail_at: int
    stopped: float | None = None

    def done(self, now: float) -> int:
        """How many steps are done."""
        until = now if self.stopped is None else min(now, self.stopped)
        passed = len(STEPS) if self.step <= 0 else int(max(until - self.began, 0.0) / self.step)
        limit = self.fail_at if self.fault in ("step", "hang") else len(STEPS)
        return min(passed, limit)

    def switched(self, now: float) -> bool:
        """From the step on that puts the new version in the old one's place."""
        return self.done(now) > SWITCH

    @property
    def version(self) -> str:
        return self.to if self.fault != "wrong_version" else self.to[::-1]


class World:
    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._log = folder / "effects.jsonl"

    def fault(self, configured: str) -> str:
        """The config's fault, or the one that a drill wrote into the file ``fault`` just now."""
        try:
            return (self._folder / "fault").read_text(encoding="utf-8").strip() or configured
        except FileNotFoundError:
            return configured

    def events(self) -> list[dict[str, Any]]:
        """Raises ValueError when somebody else wrote into the log."""
        try:
            lines = self._log.read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return []
        return [dict(json.loads(line)) for line in lines]

    def runs(self) -> list[Run]:
        """In the order in which they began; abandoned ones never did."""
        found: dict[str, Run] = {}
        for event in self.events():
            if event["event"] == "start":
                found[event["attempt"]] = Run(**{key: event[key] for key in Run.__match_args__ if key in event})
            elif event["event"] == "stop" and event["attempt"] in found:
                run = found[event["attempt"]]
                found[event["attempt"]] = Run(**{**vars(run), "stopped": event["at"]})
        return list(found.values())

    def run(self, attempt: str) -> Run | None:
        return next((run for run in self.runs() if run.attempt == attempt), None)

    def abandoned(self, attempt: str) -> bool:
        return any(event["event"] == "abandon" and event["attempt"] == attempt for event in self.events())

    def begin(self, **facts: Any) -> bool:
        """The marker and the effect are one line. False: this attempt is there already, begun or abandoned."""
        return self._once(facts["attempt"], {"event": "start", **facts})

    def abandon(self, attempt: str, now: float) -> bool:
        return self._once(attempt, {"event": "abandon", "attempt": attempt, "at": now}) or self.abandoned(attempt)

    def stop(self, attempt: str, now: float) -> None:
        with self._locked() as log:
            log.write(json.dumps({"event": "stop", "attempt": attempt, "at": now}) + "\n")

    def _once(self, attempt: str, event: dict[str, Any]) -> bool:
        with self._locked() as log:
            if any(old["attempt"] == attempt and old["event"] != "stop" for old in self.events()):
                return False
            log.write(json.dumps(event) + "\n")
            return True

    @contextmanager
    def _locked(self) -> Iterator[TextIO]:
        self._folder.mkdir(parents=True, exist_ok=True)
        with self._log.open("a", encoding="utf-8") as log:
            fcntl.flock(log, fcntl.LOCK_EX)
            yield log
            log.flush()
