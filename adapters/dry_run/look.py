"""What an attempt looks like at one instant: a function of its line and the clock."""

from __future__ import annotations

from collections.abc import Mapping

from adapters.dry_run.world import Begun
from bot.model import Evidence, Failure, Progress, Status, Step, StepState


def progress(
    begun: Begun, by: Begun | None, running: str | None, environment: Mapping[str, str], now: float
) -> Progress:
    """``by``: the attempt that put ``running`` there; ``environment``: as it is now."""
    base = Progress(_status(begun, now), steps(begun, now), switched=begun.switched(now))
    if base.status is Status.FAILED:
        failure = Failure("step_failed", begun.line["fail_at"], {"step": begun.line["fail_at"]}, ("error: asked for",))
        return _with(base, failure=failure)
    if base.status is not Status.DONE:
        return base
    return _another_model(base, begun, environment) or _over(base, begun, by, running, now)


def _another_model(base: Progress, begun: Begun, environment: Mapping[str, str]) -> Progress | None:
    wrote = begun.line.get("model")
    if not wrote or environment.get(wrote["key"]) == wrote["id"]:
        return None
    facts = {"key": wrote["key"], "wanted": wrote["id"], "found": environment.get(wrote["key"], "?")}
    return _with(base, status=Status.FAILED, failure=Failure("model_wrong", "switch", facts))


def _over(base: Progress, begun: Begun, by: Begun | None, running: str | None, now: float) -> Progress:
    if by is None or by.id != begun.id or begun.fail == "superseded":
        return _with(base, status=Status.SUPERSEDED)
    if begun.fail == "crash_loop":
        facts = {"unit": "dry-run.service", "state": "failed", "restarts": 3}
        log = ("ModuleNotFoundError: No module named 'pypdf'",)
        return _with(base, status=Status.FAILED, failure=Failure("crash_loop", "restart", facts, log))
    if begun.fail == "wrong_version":
        facts = {"wanted": begun.line["to"], "running": running}
        return _with(base, failure=Failure("wrong_version", "restart", facts))
    evidence = Evidence(str(running), "platform", begun.id, now)
    return _with(base, evidence=evidence, downtime=float(begun.line["seconds"].get("restart", 0.0)))


def _with(base: Progress, **changes: object) -> Progress:
    return Progress(**{**vars(base), **changes})


def _status(begun: Begun, now: float) -> Status:
    halts = begun.halts
    if halts is None or now < halts:
        return Status.DONE if now >= begun.ends else Status.RUNNING
    if begun.stopped is not None and (halts == begun.stopped or begun.fail == "hang"):
        return Status.STOPPED
    return {"step": Status.FAILED, "interrupted": Status.INTERRUPTED}.get(begun.fail or "", Status.RUNNING)


def steps(begun: Begun, now: float) -> tuple[Step, ...]:
    return tuple(_step(begun, *step, now) for step in begun.starts())


def _step(begun: Begun, code: str, at: float, seconds: float, now: float) -> Step:
    if code not in begun.line["seconds"]:
        return Step(code, StepState.SKIPPED)
    halts = begun.halts
    if now < at or (halts is not None and at > halts):
        return Step(code)
    if halts is not None and halts <= min(now, at + seconds):
        state = StepState.RUNNING if begun.fail == "hang" and halts != begun.stopped else StepState.FAILED
        return Step(code, state, at, None if state is StepState.RUNNING else round(halts - at, 3))
    if now < at + seconds:
        return Step(code, StepState.RUNNING, at)
    return Step(code, StepState.DONE, at, seconds)
