"""The contract's calls against the pretended world."""

from __future__ import annotations

import hashlib
import re
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from adapters.dry_run.codes import STEPS
from adapters.dry_run.config import Config
from adapters.dry_run.look import progress
from adapters.dry_run.world import Damaged, World
from bot.errors import AdapterError
from bot.model import (
    Absent,
    Answer,
    Attempt,
    Change,
    Check,
    Commits,
    Finding,
    HealthCheck,
    Kind,
    Nothing,
    Observation,
    Preflight,
    Progress,
    Ref,
    Running,
    Unclear,
    Unreadable,
    Version,
)
from bot.ports import Place

REF = re.compile(r"(?!-)(?!.*\.\.)[A-Za-z0-9._/-]{1,200}")
SHA = re.compile(r"[0-9a-f]{40}")


class DryRun:
    def __init__(self, place: Place, config: Config) -> None:
        self._at = place.at
        self._config = config
        self._world = World(Path(config.world))

    async def resolve(self, wanted: str) -> Version:
        if not REF.fullmatch(wanted):
            raise self._error("bad_ref", wanted=wanted[:100])
        with self._call("resolve"):
            if wanted in self._config.missing:
                raise self._error("version_not_found", wanted=wanted)
        sha = wanted if SHA.fullmatch(wanted) else self._config.versions.get(wanted) or made_up(wanted)
        return Version(sha, sha[:7], wanted)

    async def running(self) -> Observation:
        try:
            with self._call("running"):
                sha, by = self._world.running(self._config.running or None, time.time())
        except AdapterError as error:
            return Unreadable(error.code, error.facts)
        if sha is None:
            return Nothing({"state": "inactive"})
        return Running(Version(sha, sha[:7]), "platform", instance=by.id if by else "first")

    async def effect(self, change: Change) -> dict[str, Any]:
        steps = ["restart"] if change.kind is Kind.RESTART else list(STEPS[1:])
        model = {"model": change.model.plain} if change.model else {}
        return {"world": self._config.world, "steps": steps, **model}

    async def preflight(self, change: Change) -> Preflight:
        with self._call("preflight"):
            kind, _ = self._world.fails(self._config.fail, self._config.fail_at)
            known = self._world.environment(self._config.environment, time.time())
        refused = (Finding("refused", True, {"reason": "asked for"}),) if kind == "preflight" else ()
        if change.model and change.model.key not in known:
            refused = (*refused, Finding("model_key_missing", True, {"key": change.model.key}))
        return Preflight((Finding("pretends", False), *refused), proof="platform")

    async def checks(self, version: Version) -> Sequence[Check]:
        with self._call("checks"):
            told = self._config.checks.items()
        return [Check(name, "dry_run", None if said == "running" else said, 0.0) for name, said in told]

    async def holds(self, branch: str, version: Version) -> bool | None:
        with self._call("holds"):
            return {"held": True, "not_held": False, "unprotected": None}[self._config.branch]

    async def signature(self, version: Version) -> str:
        with self._call("signature"):
            return self._config.signature

    async def start(self, attempt: Attempt) -> Ref:
        with self._call("start"), self._world.alone():
            if self._world.abandoned(attempt.id):
                raise self._error("abandoned", attempt=attempt.id)
            kind, step = self._world.fails(self._config.fail, self._config.fail_at)
            fresh = self._world.attempt(attempt.id) is None
            if fresh:
                self._world.append(self._begin(attempt, kind, step))
        if kind == "lost" and fresh:
            raise self._error("lost", retry=True, call="start")
        return Ref({"attempt": attempt.id})

    async def find(self, attempt: Attempt) -> Ref | Absent | Unclear:
        try:
            with self._call("find"):
                begun = self._world.attempt(attempt.id)
        except AdapterError as error:
            return Unclear(error.code, error.facts)
        return Ref({"attempt": attempt.id}) if begun else Absent()

    async def check(self, attempt: Attempt, ref: Ref) -> Progress:
        with self._call("check"):
            begun = self._world.attempt(attempt.id)
            sha, by = self._world.running(self._config.running or None, time.time())
            named = self._world.environment(self._config.environment, time.time())
        if begun is None:
            raise self._error("garbled", reason="no such attempt")
        return progress(begun, by, sha, named, time.time())

    async def stop(self, attempt: Attempt, ref: Ref) -> None:
        with self._call("stop"):
            self._world.append({"event": "stop", "at": time.time(), "attempt": attempt.id})

    async def abandon(self, attempt: Attempt) -> bool:
        with self._call("abandon"), self._world.alone():
            if self._world.attempt(attempt.id) is not None:
                return False
            self._world.append({"event": "abandon", "at": time.time(), "attempt": attempt.id})
            return True

    async def versions(self) -> Sequence[Version]:
        with self._call("versions"):
            shas = [str(begun.line["to"]) for begun in reversed(self._world.attempts()) if begun.switched(time.time())]
        first = [self._config.running] if self._config.running else []
        return [Version(sha, sha[:7]) for sha in dict.fromkeys([*shas, *first])]

    async def logs(self, lines: int) -> str:
        with self._call("logs"):
            said = [f"{line['event']} {line.get('attempt', '')}" for line in self._world.lines()]
        return "\n".join(said[-lines:])

    async def probe(self, health: HealthCheck) -> Answer:
        with self._call("health"):
            now = time.time()
            sha, by = self._world.running(self._config.running or None, now)
        if sha is None or (by and (now < by.ends or by.fail == "crash_loop")):
            return Answer(None, 1.0, "refused")
        status = 502 if by and by.fail == "unhealthy" else health.expect
        return Answer(status, 1.0, version=sha if health.version else None)

    async def model(self, key: str) -> str | None:
        with self._call("model"):
            return self._world.environment(self._config.environment, time.time()).get(key)

    async def infrastructure(self) -> str | None:
        return self._config.infra or None

    async def commits(self, before: Version, to: Version) -> Commits:
        return Commits(0)

    async def authors(self, before: Version | None, to: Version) -> Sequence[str] | None:
        return [name.lower() for name in self._config.authors]

    async def diagnose(self) -> Sequence[tuple[str, bool | None, Mapping[str, Any]]]:
        try:
            with self._call("diagnose"):
                self._world.lines()
        except AdapterError as error:
            return [(error.code, False, error.facts)]
        return [("world", True, {"path": self._config.world})]

    async def close(self) -> None:
        """Nothing is kept open."""

    def _begin(self, attempt: Attempt, fail: str | None, step: str) -> dict[str, Any]:
        pauses = ("restart",) if attempt.kind is Kind.RESTART else STEPS
        restore = attempt.direction.value == "restore"  # what is asked to fail is the way there, not the way back
        return {
            "event": "begin",
            "at": time.time(),
            "attempt": attempt.id,
            "to": attempt.to.id,
            "before": attempt.before.id if attempt.before else None,
            "direction": attempt.direction.value,
            "kind": attempt.kind.value,
            "seconds": dict.fromkeys(pauses, self._config.seconds),
            "fail": None if restore else fail,
            "fail_at": step,
            "model": self._model(attempt),
        }

    def _model(self, attempt: Attempt) -> dict[str, str] | None:
        """What the switch puts there. A third value is somebody else's doing and stays."""
        wrote = attempt.model
        if wrote is None:
            return None
        now = time.time()
        stands = self._world.environment(self._config.environment, now).get(wrote.key, "")
        if wrote.id is not None:
            return {"key": wrote.key, "id": wrote.id, "was": stands}
        undone = self._world.attempt(str(wrote.undoes))
        model = undone.line.get("model") if undone and undone.switched(now) else None
        if model is None or stands != model["id"]:
            return None
        return {"key": wrote.key, "id": str(model["was"]), "was": stands}

    @contextmanager
    def _call(self, name: str) -> Iterator[None]:
        """Every touch of the world: three points, and what a platform can answer instead."""
        self._at(f"dry_run.{name}.before")
        try:
            if self._world.fails(self._config.fail, "")[0] == "unreachable":
                raise self._error("unreachable", retry=True, reason="asked for")
            yield
        except Damaged as error:
            raise self._error("garbled", reason=str(error)) from None
        self._at(f"dry_run.{name}.sent")
        self._at(f"dry_run.{name}.answered")

    def _error(self, code: str, *, retry: bool = False, **facts: Any) -> AdapterError:
        return AdapterError("dry_run", code, retry=retry, **facts)


def made_up(name: str) -> str:
    """A name's version, the same every time."""
    return hashlib.sha256(name.encode()).hexdigest()[:40]
