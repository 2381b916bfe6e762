"""After the end record: how long the service was away, and making room."""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path

from . import attempt as attempts
from . import envfile, files, git, health, known, preflight, releases, rewrite, sockets, systemd, venv
from .job import Job
from .said import Said

EVERY = 0.03
KEPT_LOGS = 50


def measure(job: Job) -> None:
    """Downtime: from just before the stop to the first expected answer of a new instance, by this host's clock."""
    place, since = job.place, job.stopped_at
    if job.status["state"] != "done" or not place.health or since is None:
        return
    if job.status["saved"]["unit"]["active"] != "active":
        return
    deadline = since + place.health.start_within + float(place.health.timeout)
    while time.monotonic() < deadline and not files.is_locked(place.root / "busy"):
        answered = health.ask(place.health)["status"] == place.health.expect
        seconds = time.monotonic() - since
        if answered and _by_the_new_one(job):
            job.tell(downtime=round(seconds, 3))
            return
        time.sleep(EVERY)


def _by_the_new_one(job: Job) -> bool:
    unit, health = systemd.facts(job.place.unit), job.place.health
    socket = sockets.reading(health.port, unit) if health and health.local else "no_port"
    another = unit["invocation"] != job.status["saved"]["unit"]["invocation"]
    return another and socket not in ("foreign", "old")


def tidy(job: Job) -> None:
    """Remove what nobody refers to any more. Never while another attempt works here."""
    busy = files.Lock(job.place.root / "busy")
    try:
        if job.status["state"] == "done" and busy.take(0):
            _tidy(job)
    except (OSError, Said) as error:
        with job.attempt.log.open("a") as log:
            log.write(f"clean-up: {error}\n")
    finally:
        busy.release()


def _tidy(job: Job) -> None:
    os.sync()
    for path in envfile.files(job.place):
        rewrite.clear(path.resolve())
    if job.place.layout == "releases":
        _releases(job)
    else:
        _venvs(job)
    _logs(job)
    git.git(job.place.repo, "-c", "gc.auto=6700", "-c", "gc.autoDetach=false", "gc", "--auto", "--quiet", deadline=600)


def _protected(job: Job) -> set[str]:
    """Versions: the new one, the one before, and what the order says must stay (last verified, open deploys)."""
    return {job.to, str(job.data.get("before") or ""), *[str(sha) for sha in job.data.get("keep", [])]}


def _releases(job: Job) -> None:
    place, safe = job.place, _protected(job)
    live = releases.live(place)
    for number, release in enumerate(releases.kept(place)):
        if number >= place.keep and release != live and releases.note(release)["sha"] not in safe:
            _remove(job, release)
    for release in place.releases.iterdir():
        owner = attempts.find(place, release.name.partition("-")[2])
        if not releases.note(release) and owner.exists and not owner.alive():
            shutil.rmtree(str(release))
    _forget(job, [(release / ".venv").resolve().name for release in place.releases.iterdir()])


def _remove(job: Job, release: Path) -> None:
    """Never a release into which the service wrote data of its own."""
    if not preflight.unshared_in(job.place, release):
        shutil.rmtree(str(release))


def _venvs(job: Job) -> None:
    """The environments of the versions that can be put back, and the one in use."""
    used = known.forget(job.place, job.place.keep, _protected(job))
    links = [path.resolve().name for path in (job.place.path / ".venv", job.place.path / "venv")]
    _forget(job, used + links)


def _forget(job: Job, referenced: list[str]) -> None:
    for made in venv.unused(job.place, referenced):
        shutil.rmtree(str(made))


def _logs(job: Job) -> None:
    """Markers stay for ever, their logs do not."""
    folders: list[Path] = sorted(job.place.attempts.iterdir(), key=lambda folder: folder.stat().st_mtime)
    for folder in folders[:-KEPT_LOGS]:
        if (folder / "log").exists() and folder != job.attempt.folder:
            (folder / "log").unlink()
