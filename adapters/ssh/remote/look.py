"""One look at an attempt: everything that a look needs in one call. It may wait a little for news."""

from __future__ import annotations

import hashlib
import json
import time
from typing import Any

from . import attempt as attempts
from . import masks, model, observe, servicelog, sockets
from .attempt import Attempt
from .files import tail
from .place import Place

EVERY, SETTLING = 0.03, 0.2  # seconds between two looks while the job works, and while the service boots
SHARE = 4  # of the time go to waiting, for one that goes to reading who listens
LINES = 40


def look(place: Place, name: str, seen: str, wait: float) -> dict[str, Any]:
    """``seen``: the print of the look before; ``wait``: at most so many seconds for another one."""
    deadline = time.monotonic() + wait
    attempt = attempts.find(place, name)
    while True:
        listening = _listening(place)  # before the look: what begins during it is news after it
        report = _look(place, attempt)
        if report["print"] != seen or time.monotonic() >= deadline:
            return _with_logs(place, attempt, report)
        if report["state"] == "running":
            time.sleep(EVERY)
        else:
            _until_heard(place, listening)


def _listening(place: Place) -> set[str]:
    """The sockets that listen on the health port."""
    return sockets.inodes(place.health.port, sockets.LISTEN) if place.health and place.health.local else set()


def _until_heard(place: Place, listening: set[str]) -> None:
    """Until others listen than did, or it is time for a whole look anyway: that is dear, and the service boots."""
    began = now = time.monotonic()
    while now - began < SETTLING:
        same = _listening(place) == listening
        took = time.monotonic() - now
        if not same:
            return
        time.sleep(max(EVERY, took * SHARE) if place.health and place.health.local else SETTLING)
        now = time.monotonic()


def state(attempt: Attempt) -> str:
    """absent | abandoned | running | done | failed | stopped | interrupted (rebooted or killed)."""
    if not attempt.exists:
        return "absent"
    if attempt.abandoned:
        return "abandoned"
    alive = attempt.alive()  # asked first: an end that is written in between is seen below
    said = str(attempt.status().get("state") or "running")
    if said != "running" or (alive and attempt.job().get("boot") == attempts.boot()):
        return said
    return "interrupted"


def _look(place: Place, attempt: Attempt) -> dict[str, Any]:
    now, status = state(attempt), attempt.status()
    report: dict[str, Any] = {
        "state": now, "status": status or None, "nonce": "", "world": None, "rebooted": False, "model": None,
    }  # fmt: skip
    if now in ("absent", "abandoned"):
        return {**report, "print": now}
    job = attempt.job()
    report.update(nonce=str(job.get("nonce", "")), rebooted=job.get("boot") != attempts.boot())
    if now != "running":
        saved = ((status.get("saved") or {}).get("unit")) or {}
        report["model"] = model.seen(place, attempt)
        report["world"] = observe.observe(place, int(saved.get("pid") or 0), float(job.get("begun") or 0))
    return {**report, "print": _print(report)}


def _print(report: dict[str, Any]) -> str:
    world = report["world"] or {}
    unit, said = world.get("unit") or {}, report["model"] or {}
    parts = [report["state"], (report["status"] or {}).get("rev"), world.get("socket"), world.get("version")]
    parts.append(said.get("found"))
    parts += [unit.get(name) for name in ("active", "sub", "invocation", "restarts")]
    return hashlib.sha256(json.dumps(parts).encode()).hexdigest()[:16]


def _with_logs(place: Place, attempt: Attempt, report: dict[str, Any]) -> dict[str, Any]:
    job_log = tail(attempt.log, LINES) if report["state"] not in ("absent", "abandoned") else []
    service = _service(place, report) if _unwell(report) else []
    values = masks.of(place) if job_log or service else []
    return {
        **report,
        "job_log": [masks.mask(line, values) for line in job_log],
        "service_log": [masks.mask(line, values) for line in service],
    }


def _unwell(report: dict[str, Any]) -> bool:
    world = report["world"]
    if not world:
        return False
    return bool(
        world["unit"]["active"] != "active" or world["unit"]["restarts"] or world["socket"] in ("foreign", "old")
    )


def _service(place: Place, report: dict[str, Any]) -> list[str]:
    saved = (report["status"] or {}).get("saved") or {}
    begun = float((report["status"] or {}).get("begun") or 0)
    return servicelog.read(place, LINES, saved.get("marks"), begun)
