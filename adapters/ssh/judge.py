"""From one look at an attempt to ``Progress``."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

from adapters.ssh import evidence, telling
from adapters.ssh.answers import Look, Status, World
from adapters.ssh.codes import CODES
from adapters.ssh.evidence import Rules
from bot import model
from bot.model import Attempt, Evidence, Failure, Progress, StepState

PATIENCE = 5.0  # seconds of a new instance beside a socket that is not its own
TAIL = 15

Ours = Callable[[float | None], float | None]


def progress(look: Look, attempt: Attempt, rules: Rules, now: float, ours: Ours) -> Progress:
    """``now``: the host's clock; ``ours`` turns its times into the bot's."""
    status = look.status
    if status is None:
        return _without_record(look)
    base = Progress(
        model.Status.RUNNING,
        steps=steps(status, ours),
        switched=status.switched,
        downtime=status.downtime,
        log=tuple(look.job_log[-TAIL:]),
    )
    if look.state == "running":
        return base
    if look.state == "failed":
        return replace(base, status=model.Status.FAILED, failure=_said(look, status))
    if look.state == "stopped":
        return replace(base, status=model.Status.STOPPED)
    return _ended(base, look, status, attempt, rules, now)


def _without_record(look: Look) -> Progress:
    """The marker is there and its job has written nothing (yet); or the marker is gone from the host."""
    if look.state == "running":
        return Progress(model.Status.RUNNING)
    code = "host_rebooted" if look.rebooted else "job_died"
    gone = look.state == "absent"
    return Progress(model.Status.INTERRUPTED, switched=gone, failure=Failure(code, "save", {"step": "save"}))


def steps(status: Status, ours: Ours) -> tuple[model.Step, ...]:
    """The steps so far, and those to come."""
    known = {step.code for step in status.steps}
    so_far = [model.Step(s.code, StepState(s.state), ours(s.at), s.seconds) for s in status.steps]
    order = ("save", "fetch", "install", "switch", "restart")
    return (*so_far, *(model.Step(code) for code in order if code not in known))


def _said(look: Look, status: Status) -> Failure:
    """The job's own words."""
    failed = status.failure
    if failed is None or failed.code not in CODES:
        return Failure(
            "job_failed", "save", {"reason": failed.code if failed else "?"}, telling.best_first(look.job_log)
        )
    own = look.service_log if failed.code in ("crash_loop", "restart_failed") else []
    return Failure(failed.code, failed.step, _facts(failed.code, failed.facts), telling.best_first(own or look.job_log))


def _facts(code: str, facts: Mapping[str, Any]) -> dict[str, Any]:
    """Only what the catalogue names, only plain values."""
    return {
        name: v if isinstance(v, (int, float)) else str(v)[:200_000] for name, v in facts.items() if name in CODES[code]
    }


def _ended(base: Progress, look: Look, status: Status, attempt: Attempt, rules: Rules, now: float) -> Progress:
    """Done or interrupted: the world decides."""
    world = look.world
    if world is None:
        return replace(base, status=model.Status.INTERRUPTED)
    found = _evidence(look, world, status, attempt, rules, now)
    if look.state == "interrupted":
        return replace(base, status=model.Status.INTERRUPTED, evidence=found, failure=_interrupted(look, status))
    if world.version and world.version != attempt.to.id:
        return replace(base, status=model.Status.SUPERSEDED)
    trouble = (
        _crashed(look, world, status, rules) or _not_ours(look, world, rules, now) or _another_model(look, attempt)
    )
    if trouble:
        return replace(base, status=model.Status.FAILED, failure=trouble)
    return replace(base, status=model.Status.DONE, evidence=found)


def _interrupted(look: Look, status: Status) -> Failure:
    step = status.steps[-1].code if status.steps else "save"
    code = "host_rebooted" if look.rebooted else "job_died"
    return Failure(code, step, {"step": step}, telling.best_first(look.job_log))


def _evidence(look: Look, world: World, status: Status, attempt: Attempt, rules: Rules, now: float) -> Evidence | None:
    if status.saved is None or not evidence.model(look.model, world, attempt.model):
        return None
    code = evidence.proof(world, attempt.to, status.saved, status.begun, now, rules)
    if code is None:
        return None
    facts = {"port": world.port, "pid": world.unit.pid, "release": world.release}
    return Evidence(world.version, code, world.unit.invocation, now, {name: v for name, v in facts.items() if v})


def _crashed(look: Look, world: World, status: Status, rules: Rules) -> Failure | None:
    """systemctl restart answers 0 for a service that ends a moment later."""
    unit = world.unit
    base = status.restarted.unit if status.restarted else unit
    again = unit.restarts - base.restarts if unit.invocation != base.invocation else 0
    hopeless = telling.hopeless(look.service_log)
    over = unit.active in ("failed", "inactive")
    loops = again >= 2 or (again >= 1 and hopeless)
    if unit.sub == "auto-restart":
        loops = loops or again >= 1 or hopeless
    if not over and not loops:
        return None
    facts = {"unit": rules.unit, "state": unit.active, "restarts": unit.restarts}
    return Failure("crash_loop", "restart", facts, telling.best_first(look.service_log))


def _another_model(look: Look, attempt: Attempt) -> Failure | None:
    """The job says that it is done, and the file does not name the model that it had to."""
    said = look.model
    if attempt.model is None or (said and said.wanted == said.found):
        return None
    if said and said.wanted is None:
        return None
    facts = {"key": attempt.model.key, "wanted": (said and said.wanted) or "?", "found": (said and said.found) or "?"}
    return Failure("model_wrong", "switch", facts, telling.best_first(look.job_log))


def _not_ours(look: Look, world: World, rules: Rules, now: float) -> Failure | None:
    """Somebody else answers on the health port. A version named by the answer proves more than a socket does."""
    named = rules.health is not None and rules.health.version
    if world.socket not in ("foreign", "old") or (world.socket == "foreign" and named) or not world.unit.up:
        return None
    if now - world.unit.started < PATIENCE:
        return None
    code = "foreign_socket" if world.socket == "foreign" else "old_process"
    return Failure(code, "restart", {"port": world.port, "unit": rules.unit}, telling.best_first(look.service_log))
