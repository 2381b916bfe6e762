"""The model of an attempt: written with the switch, the old one kept in the attempt first, put back with the version.

``job.json`` says {"key", "id"}, or {"key", "undoes"}: the attempt whose change is taken back. ``model.json`` in an
attempt's folder says {"key", "old", "new", "at"} and is on disk before the env file is touched; so whatever killed the
job, the file's value and this record tell together what was done.
"""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any, Callable

from . import attempt as attempts
from . import envfile, files, rewrite
from .attempt import Attempt
from .job import Job
from .place import Place
from .said import Said

NO = (Said, OSError)


def switch(job: Job, layout: Callable[[Job], None]) -> None:
    """Model, then code. What fails before the service was touched is taken back, the model too."""
    order = job.data.get("model")
    if not order:
        layout(job)
    elif "undoes" in order:
        _back(job, order["undoes"])
        layout(job)
    else:
        _both(job, order, layout)


def _both(job: Job, order: dict[str, str], layout: Callable[[Job], None]) -> None:
    try:
        _write(job, order)
        layout(job)
    except NO:
        _undo_write(job)
        raise
    if job.kept.get("undo"):
        job.kept["undo"] = _undo_both(job, job.kept["undo"])


def _undo_both(job: Job, layout: Callable[[], None]) -> Callable[[], None]:
    def undo() -> None:
        layout()
        put_back(job.place, job.attempt)

    return undo


def _write(job: Job, order: dict[str, str]) -> None:
    """A value that stands there already needs no right to write it."""
    now = envfile.find(job.place, order["key"])
    line = now if now and now.value == order["id"] else rewrite.ready(job.place, order["key"])
    _keep(job, order["key"], line.value, order["id"])
    if line.value == order["id"]:
        return
    job.tell(switched=True)
    try:
        rewrite.replace(line, order["id"])
    except NO:
        job.status["switched"] = False
        raise


def _keep(job: Job, key: str, old: str | None, new: str) -> None:
    files.write_json(_file(job.attempt), {"key": key, "old": old, "new": new, "at": time.time()})
    files.settle(job.attempt.folder)


def _undo_write(job: Job) -> None:
    try:
        put_back(job.place, job.attempt)
    except NO as error:
        job.status["switched"] = True
        _note(job, error)


def _back(job: Job, undoes: str) -> None:
    """An old model that cannot be put back keeps nobody from putting the old code back; then it is not green."""
    attempt = attempts.find(job.place, undoes)
    job.tell(switched=True)
    wrote = _record(attempt)
    if wrote is None:
        return
    now = envfile.find(job.place, wrote["key"])
    _keep(job, wrote["key"], now.value if now else None, wrote["old"])
    try:
        put_back(job.place, attempt)
    except NO as error:
        _note(job, error)


def _note(job: Job, error: Exception) -> None:
    with job.attempt.log.open("a") as log:
        log.write(f"the model was not put back: {error} {getattr(error, 'facts', '')}\n")


def put_back(place: Place, attempt: Attempt) -> None:
    """What ``attempt`` found there. A third value is somebody else's doing and stays."""
    wrote = _record(attempt)
    if wrote is None or wrote["old"] == wrote["new"]:
        return
    now = envfile.find(place, wrote["key"])
    if now:
        rewrite.clear(now.path.resolve())
    if now is None or now.value == wrote["new"]:
        rewrite.replace(rewrite.ready(place, wrote["key"]), wrote["old"])


def seen(place: Place, attempt: Attempt) -> dict[str, Any] | None:
    """What the file says now, what it would have to say, and when it was written (0.0: it was not).

    ``wanted`` None: nothing that this attempt could know.
    """
    order = attempt.job().get("model")
    if not order:
        return None
    line, own = envfile.find(place, order["key"]), _record(attempt)
    found = line.value if line else None
    wanted = order["id"] if "id" in order else _undone(attempts.find(place, order["undoes"]), found)
    at = float(own["at"]) if own and own["old"] != own["new"] else 0.0
    return {"key": order["key"], "wanted": wanted, "found": found, "at": at}


def _undone(attempt: Attempt, found: str | None) -> str | None:
    wrote = _record(attempt)
    return wrote["old"] if wrote and found in (None, wrote["old"], wrote["new"]) else None


def _file(attempt: Attempt) -> Path:
    return attempt.folder / "model.json"


def _record(attempt: Attempt) -> dict[str, Any] | None:
    found = files.read_json(_file(attempt))
    return found if isinstance(found, dict) and {"key", "old", "new", "at"} <= set(found) else None
