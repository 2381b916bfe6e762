"""The steps of layout ``releases``: build beside the live release, then one rename."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from . import masks, releases, venv
from .job import Job
from .said import Said
from .unpack import unpack


def save(job: Job) -> None:
    release = releases.live(job.place)
    job.kept["old"] = release
    if release:
        releases.adopt(job.place, release)
    for name in job.place.shared:
        if not os.path.lexists(str(job.place.shared_root / name)):
            raise _missing(job, name)


def _missing(job: Job, name: str) -> Said:
    if masks.is_env(name):
        return Said("env_missing", file=str(job.place.shared_root / name))
    return Said("shared_missing", name=name, path=str(job.place.shared_root))


def fetch(job: Job) -> None:
    old = releases.of(job.place, job.to) if job.reuse else None
    job.kept["ready"] = old is not None
    job.kept["release"] = old or _new(job)


def _new(job: Job) -> Path:
    release = job.place.releases / (f"{job.to[:12]}-{job.attempt.id}")
    if release.exists():
        shutil.rmtree(str(release))
    if job.place.requirements:
        job.kept["python"] = venv.asked(job)
    unpack(job, job.to, release)
    releases.share(job.place, release)
    return release


def install(job: Job) -> None:
    release: Path = job.kept["release"]
    if job.kept["ready"]:
        job.kept["skipped"] = True
        return
    built = venv.build(job, release)
    if built:
        (release / ".venv").symlink_to(os.path.relpath(str(built), str(release)))
    releases.finish(release, job.to, job.attempt.id, built.name if built else None)


def switch(job: Job) -> None:
    old = job.kept["old"]
    if old:
        when = os.lstat(str(job.place.current)).st_mtime
        job.kept["undo"] = lambda: releases.switch_back(job.place, old, when)
    job.tell(switched=True)
    releases.switch(job.place, job.kept["release"])
