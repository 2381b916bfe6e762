"""The pretended world: a file of JSON lines that says what was begun and when. All else follows from the clock.

So it goes on while nobody looks, survives whoever looks, and its lines are an oracle: what was begun, once.

    {"event": "begin", "at", "attempt", "to", "before", "direction", "kind", "seconds": {step: s}, "fail", "fail_at",
     "model": {"key", "id", "was"} or null}             written with the switch; "was": what stood there
    {"event": "stop" | "abandon", "at", "attempt"}
    {"event": "env", "key", "value"}                       somebody changed the environment by hand
    {"event": "fail", "kind": … or null, "at_step": …}     written by a test or a drill: holds from then on
"""

from __future__ import annotations

import fcntl
import json
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from adapters.dry_run.codes import STEPS

Line = dict[str, Any]


class Damaged(Exception):
    """A line that is not JSON."""


@dataclass(frozen=True)
class Begun:
    """One attempt, as its line says; ``stopped`` is when somebody asked it to stop."""

    line: Line
    stopped: float | None

    @property
    def id(self) -> str:
        return str(self.line["attempt"])

    @property
    def fail(self) -> str | None:
        found: str | None = self.line["fail"]
        return found

    def starts(self) -> Iterator[tuple[str, float, float]]:
        """(step, begins at, seconds)."""
        at = float(self.line["at"])
        for step in STEPS:
            seconds = float(self.line["seconds"].get(step, 0.0))
            yield step, at, seconds
            at += seconds

    def begins(self, wanted: str) -> float:
        return next(at for step, at, _ in self.starts() if step == wanted)

    @property
    def switch(self) -> float:
        return self.begins("switch")

    @property
    def halts(self) -> float | None:
        """When it stops moving, by failure or by request; None: it goes through."""
        times = []
        if self.fail in ("step", "hang", "interrupted"):
            times.append(self.begins(self.line["fail_at"]))
        if self.stopped is not None and self.stopped < self.switch:
            times.append(self.stopped)
        return min(times, default=None)

    @property
    def ends(self) -> float:
        return self.begins("restart") + float(self.line["seconds"].get("restart", 0.0))

    def switched(self, now: float) -> bool:
        return now >= self.switch and (self.halts is None or self.halts > self.switch)


class World:
    def __init__(self, path: Path) -> None:
        self.path = path

    def lines(self) -> list[Line]:
        if not self.path.exists():
            return []
        try:
            return [json.loads(line) for line in self.path.read_text("utf-8").splitlines() if line]
        except ValueError as error:
            raise Damaged(str(error)) from None

    def append(self, line: Line) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.open("a", encoding="utf-8") as file:
            file.write(json.dumps(line) + "\n")

    @contextmanager
    def alone(self) -> Iterator[None]:
        """Reading and writing as one act, whoever else there is."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with self.path.with_name(self.path.name + ".lock").open("a") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def attempts(self) -> list[Begun]:
        lines = self.lines()
        stops = {line["attempt"]: float(line["at"]) for line in reversed(lines) if line["event"] == "stop"}
        return [Begun(line, stops.get(line["attempt"])) for line in lines if line["event"] == "begin"]

    def attempt(self, wanted: str) -> Begun | None:
        return next((begun for begun in self.attempts() if begun.id == wanted), None)

    def abandoned(self, wanted: str) -> bool:
        return any(line["event"] == "abandon" and line["attempt"] == wanted for line in self.lines())

    def fails(self, kind: str | None, step: str) -> tuple[str | None, str]:
        """What the config says, or the last line that says otherwise."""
        for line in self.lines():
            if line["event"] == "fail":
                kind, step = line["kind"], line.get("at_step", step)
        return kind, step

    def environment(self, first: Mapping[str, str], now: float) -> dict[str, str]:
        """The pretended service's environment: the config's, and what was changed since."""
        found = dict(first)
        switched = {begun.id for begun in self.attempts() if begun.switched(now)}
        for line in self.lines():
            if line["event"] == "env":
                found[str(line["key"])] = str(line["value"])
            if line["event"] == "begin" and line["attempt"] in switched and line.get("model"):
                found[line["model"]["key"]] = line["model"]["id"]
        return found

    def running(self, first: str | None, now: float) -> tuple[str | None, Begun | None]:
        """(version, the attempt that put it there)."""
        version, by = first, None
        for begun in self.attempts():
            if begun.switched(now):
                by = begun
                if begun.fail != "wrong_version":
                    version = str(begun.line["to"])
                if begun.fail == "superseded" and now >= begun.ends:
                    version = "f" * 40
        return version, by
