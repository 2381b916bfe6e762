"""Pretends, slowly, and fails on request: for drills, for trying the bot out, and for tests.

Idempotence: an attempt is one line of the world's log, written only if there is none with its id yet.
"""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from adapters.dry_run.config import Config
from adapters.dry_run.world import STEPS, Run, World
from bot.errors import AdapterError
from bot.model import (
    Absent,
    Answer,
    Attempt,
    Change,
    Evidence,
    Failure,
    Finding,
    HealthCheck,
    Nothing,
    Observation,
    Preflight,
    Progress,
    Ref,
    Running,
    Status,
    Step,
    StepState,
    Unclear,
    Unreadable,
    Version,
)
from bot.ports import Place

REF = re.compile(r"[A-Za-z0-9._/][A-Za-z0-9._/-]*")
SHA = re.compile(r"[0-9a-f]{40}")
KEPT = 10


class DryRun:
    def __init__(self, place: Place) -> None:
        assert isinstance(place.config, Config)
        self._config = place.config
        self._world = World(Path(place.config.world))
        self._at = place.at

    def _point(self, call: str) -> str:
        """Named points as around any platform's call; raises as the world does today."""
        self._at(f"dry_run.{call}.before")
        fault = self._world.fault(self._config.fail)
        if fault == "unreachable":
            raise AdapterError("dry_run", "unreachable", retry=True, reason="asked for")
        return fault

    async def resolve(self, wanted: str) -> Version:
        """Any name that looks like a ref: a full SHA as itself, a word as a SHA of its own. ``missing…`` is missing."""
        self._point("resolve")
        if not REF.fullmatch(wanted) or ".." in wanted:
            raise AdapterError("dry_run", "bad_ref", retry=False, wanted=wanted[:100])
        if wanted.startswith("missing"):
            raise AdapterError("dry_run", "version_not_found", retry=False, wanted=wanted[:100])
        known = next((run.to for run in self._runs() if len(wanted) >= 7 and run.to.startswith(wanted)), None)
        full = wanted if SHA.fullmatch(wanted) else known or hashlib.sha1(wanted.encode()).hexdigest()  # noqa: S324
        return Version(full, full[:7], wanted)

    async def running(self) -> Observation:
        try:
            self._point("running")
            live = self._live()
        except AdapterError as error:
            return Unreadable(error.code, error.facts)
        if live is None:
            return Nothing()
        return Running(Version(live.version, live.version[:7]), "platform", live.attempt, live.began)

    def _runs(self) -> list[Run]:
        try:
            return self._world.runs()
        except (ValueError, KeyError, TypeError) as error:
            raise AdapterError("dry_run", "garbled", retry=True, reason=str(error)[:100]) from None

    def _live(self) -> Run | None:
        """What serves: the newest run that got as far as its switch."""
        now = time.time()
        return next((run for run in reversed(self._runs()) if run.switched(now)), None)

    async def effect(self, change: Change) -> dict[str, Any]:
        return {"pretend": True, "kind": change.kind.value}

    async def preflight(self, change: Change) -> Preflight:
        if self._point("preflight") == "preflight":
            return Preflight((Finding("refused", True, {"reason": "asked for"}),), "platform")
        return Preflight((Finding("pretends", False),), "platform", rollback=True, interrupts=True)

    async def start(self, attempt: Attempt) -> Ref:
        fault = self._point("start")
        self._world.begin(
            attempt=attempt.id,
            kind=attempt.kind.value,
            to=attempt.to.id,
            began=time.time(),
            step=self._config.step,
            fault=fault if attempt.direction == "forward" else "none",
            fail_at=STEPS.index(self._config.fail_at),
        )
        self._at("dry_run.start.sent")
        if fault == "lost":
            raise AdapterError("dry_run", "lost", retry=True, call="start")
        if self._world.abandoned(attempt.id):
            raise AdapterError("dry_run", "abandoned", retry=False, attempt=attempt.id)
        return Ref({"attempt": attempt.id})

    async def find(self, attempt: Attempt) -> Ref | Absent | Unclear:
        """``Absent`` is harmless: a late arrival would be the one line that a second start then finds."""
        try:
            self._point("find")
            run = next((run for run in self._runs() if run.attempt == attempt.id), None)
        except AdapterError as error:
            return Unclear(error.code, error.facts)
        return Absent() if run is None else Ref({"attempt": run.attempt})

    async def check(self, attempt: Attempt, ref: Ref) -> Progress:
        self._point("check")
        now = time.time()
        run = next((run for run in self._runs() if run.attempt == attempt.id), None)
        if run is None:
            raise AdapterError("dry_run", "garbled", retry=True, reason="the attempt is not in the log")
        return _progress(run, now, self._live())

    async def stop(self, attempt: Attempt, ref: Ref) -> None:
        self._point("stop")
        self._world.stop(attempt.id, time.time())

    async def abandon(self, attempt: Attempt) -> bool:
        self._point("abandon")
        return self._world.abandon(attempt.id, time.time())

    async def versions(self) -> Sequence[Version]:
        kept = dict.fromkeys(run.version for run in reversed(self._runs()))
        return [Version(found, found[:7]) for found in list(kept)[:KEPT]]

    async def logs(self, lines: int) -> str:
        self._point("logs")
        told = [f"{run.began:.0f} pretended {run.kind} of {run.to[:7]} ({run.attempt})" for run in self._runs()]
        return "\n".join(told[-lines:])

    async def probe(self, health: HealthCheck) -> Answer:
        self._point("probe")
        live = self._live()
        if live is None or live.fault == "crash_loop":
            return Answer(None, 1.0, "refused")
        return Answer(502 if live.fault == "unhealthy" else health.expect, 1.0, version=live.version)

    async def diagnose(self) -> Sequence[tuple[str, bool | None, dict[str, Any]]]:
        return [("world", True, {"path": self._config.world})]

    async def close(self) -> None:
        """Nothing is open."""


def _progress(run: Run, now: float, live: Run | None) -> Progress:
    done, switched = run.done(now), run.switched(now)
    status, failure = _status(run, done, now)
    evidence = None
    if status is Status.DONE and live is not None:
        evidence = Evidence(live.version, "platform", live.attempt, now)
    downtime = run.step if status is Status.DONE else None
    steps = _steps(run, done, failed=status is Status.FAILED)
    return Progress(status, steps, switched, evidence, failure, downtime)


def _status(run: Run, done: int, now: float) -> tuple[Status, Failure | None]:
    if run.fault == "step" and done == run.fail_at and now - run.began >= run.step * (run.fail_at + 1):
        step = STEPS[run.fail_at]
        return Status.FAILED, Failure("step_failed", step, {"step": step}, (f"pretended failure of {step}",))
    if done < len(STEPS):
        return (Status.STOPPED if run.stopped is not None else Status.RUNNING), None
    if run.fault == "crash_loop":
        facts = {"unit": "pretended", "state": "failed", "restarts": 5}
        return Status.FAILED, Failure("crash_loop", "restart", facts, ("pretended crash",))
    return Status.DONE, None


def _steps(run: Run, done: int, *, failed: bool) -> tuple[Step, ...]:
    found = []
    for index, code in enumerate(STEPS):
        began = run.began + run.step * index
        if index < done:
            found.append(Step(code, StepState.DONE, began, run.step))
        elif index == done:
            found.append(Step(code, StepState.FAILED if failed else StepState.RUNNING, began))
        else:
            found.append(Step(code))
    return tuple(found)
