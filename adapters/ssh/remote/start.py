"""Begin an attempt: marker first, then the job, detached or as its own unit."""

from __future__ import annotations

import errno
import os
import signal
import sys
import time
from pathlib import Path
from typing import Any

from . import attempt as attempts
from . import disk, files, systemd, tree, who
from . import place as places
from .attempt import Attempt
from .place import Place
from .said import Said, reason

HANDED_OVER = 15.0  # seconds for a job in its own unit to show up


def start(place: Place, job: dict[str, Any]) -> dict[str, Any]:
    """Who makes the directory works, who finds it only reports."""
    attempt = attempts.find(place, job["attempt"])
    lock = None if attempt.exists else _begin(place, job)
    if lock is not None:
        (_as_unit if place.runner == "unit" else _detached)(place, attempt)
        lock.release()
    if attempt.abandoned:
        raise Said("abandoned", attempt=attempt.id)
    return {"nonce": str(attempt.job().get("nonce", "")), "began": lock is not None}


def _begin(place: Place, job: dict[str, Any]) -> files.Lock | None:
    try:
        if place.layout == "in_place":
            tree.exclude(place)
        return attempts.begin(place, job["attempt"], job)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise Said("disk_full", **disk.facts(place.path)) from None
        raise Said("path_not_writable", path=str(place.root), user=who.am_i()) from None


def _carry_out(place: Place, attempt: Attempt) -> None:
    from .job import carry_out  # in the child: the answer does not wait for it

    carry_out(place, attempt)


def _detached(place: Place, attempt: Attempt) -> None:
    """The child inherits the held lock: there is no instant at which nobody holds it."""
    if os.fork():
        return
    try:
        os.setsid()
        signal.signal(signal.SIGHUP, signal.SIG_IGN)
        null = os.open(os.devnull, os.O_RDWR)
        for stream in (0, 1, 2):
            os.dup2(null, stream)
        os.umask(0o022)
        _carry_out(place, attempt)
    finally:
        os._exit(0)


def _as_unit(place: Place, attempt: Attempt) -> None:
    """slipway-job@.service finds the attempt by ~/.slipway/jobs/<id>; the lock is let go when the job is there."""
    jobs = Path("~/.slipway/jobs").expanduser()
    jobs.mkdir(mode=0o700, parents=True, exist_ok=True)
    (attempt.folder / "program").symlink_to(Path(__file__).parent.parent)
    files.link(jobs / attempt.id, str(attempt.folder))
    asked = systemd.ask("start", f"slipway-job@{attempt.id}.service")
    deadline = time.monotonic() + HANDED_OVER
    while asked.code == 0 and not attempt.here.exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    if not attempt.here.exists():
        _unborn(attempt, reason(asked.err or "slipway-job@.service did not begin"))


def _unborn(attempt: Attempt, why: str) -> None:
    """Nothing ran: the attempt ends here, so that nobody waits for it."""
    job = attempt.job()
    failure = {"code": "job_failed", "step": "save", "facts": {"reason": why}}
    attempt.save({
        "attempt": attempt.id, "nonce": job["nonce"], "boot": job["boot"], "begun": job["begun"], "state": "failed",
        "rev": 1, "exit": 1, "steps": [], "switched": False, "failure": failure, "saved": None, "restarted": None,
        "downtime": None,
    })  # fmt: skip


def as_unit(folder: Path) -> None:
    """The first act of slipway-job@<id>.service: ``folder`` is ~/.slipway/jobs/<id>."""
    attempt = Attempt(folder.resolve())
    if attempt.abandoned or attempt.status() or attempt.here.exists():
        sys.exit("this attempt has begun before")
    lock = files.Lock(attempt.lock)
    attempt.here.write_text(f"{os.getpid()}\n")
    if not lock.take(HANDED_OVER + 5):
        sys.exit("this attempt is held by somebody else")
    if attempt.status():
        sys.exit("this attempt was given up")
    os.umask(0o022)
    _carry_out(places.read(attempt.job()["place"]), attempt)
    (folder.parent / folder.name).unlink()
