"""The runbook: save, fetch, install, switch, restart."""

from __future__ import annotations

import time
from typing import Any

from . import git, into_releases, into_tree, model, servicelog, sockets, systemd
from .files import tail
from .job import Job
from .said import Said, reason


def all_of(job: Job) -> None:
    layout = into_releases if job.place.layout == "releases" else into_tree
    with job.step("save"):
        _save(job)
        if not job.only_restart:
            layout.save(job)
    if job.only_restart:
        job.skip("fetch", "install", "switch")
    else:
        with job.step("fetch"):
            _fetch(job)
            layout.fetch(job)
        with job.step("install"):
            layout.install(job)
        with job.step("switch"):
            job.heed()
            model.switch(job, layout.switch)
    with job.step("restart"):
        _restart(job)


def _save(job: Job) -> None:
    unit = systemd.facts(job.place.unit)
    if unit["load"] != "loaded":
        raise Said("unit_missing", unit=job.place.unit)
    job.tell(saved={"unit": unit, "marks": servicelog.marks(job.place)})


def _fetch(job: Job) -> None:
    if not git.ensure(job.place, job.to, job.said):
        raise Said("version_gone", version=job.to)
    git.pin(job.place, job.to)


def _restart(job: Job) -> None:
    unit = job.place.unit
    before = systemd.facts(unit)
    systemd.ask("reset-failed", unit)  # else the starts of a crash loop, or of many deploys, count against this one
    _drain(job)
    switched = job.status["switched"]
    job.tell(switched=True)
    job.stopped_at = time.monotonic()
    code = job.run(systemd.sudo("restart", unit))
    after = systemd.facts(unit)
    if code:
        _refused(job, before, after, switched)
    job.status["restarted"] = {"unit": after, "at": time.time()}


def _refused(job: Job, before: dict[str, Any], after: dict[str, Any], switched: bool) -> None:
    """A restart that left the old instance alone is taken back whole; else the service itself is what failed."""
    why = reason("\n".join(tail(job.attempt.log, 20)))
    same = ("invocation", "pid", "active")
    if all(after[name] == before[name] for name in same):
        undo = job.kept.get("undo")
        if switched and undo:
            undo()
        job.status["switched"] = bool(switched and not undo)
    elif after["active"] in ("failed", "activating"):
        raise Said("crash_loop", unit=job.place.unit, state=after["active"], restarts=after["restarts"])
    raise Said("restart_failed", unit=job.place.unit, reason=why)


def _drain(job: Job) -> None:
    """Wait for open connections to end, at most ``drain`` seconds."""
    health = job.place.health
    deadline = time.monotonic() + job.place.drain
    while health and health.local and time.monotonic() < deadline:
        if not sockets.inodes(health.port, sockets.ESTABLISHED):
            return
        time.sleep(0.05)
