"""The exact tree of a version: no checkout, hooks, filters or submodules."""

from __future__ import annotations

from pathlib import Path

from . import disk, files, git
from .job import Job
from .said import Said, reason


def unpack(job: Job, sha: str, into: Path) -> None:
    into.mkdir(parents=True)
    archive = ["git", *git.SAFE, "--git-dir", str(job.place.repo), "archive", "--format=tar", sha]
    tar = ["tar", "--extract", "--file=-", "--no-same-owner", "--directory", str(into)]
    start = job.attempt.log.stat().st_size
    if job.piped(archive, tar):
        raise _said(job, start)


def _said(job: Job, start: int) -> Said:
    if disk.is_full(job.place.path):
        return Said("disk_full", **disk.facts(job.place.path))
    why = reason("\n".join(files.tail(job.attempt.log, 20, start)))
    return Said("fetch_failed", repository=git.shown(job.place), reason=why)
