"""The steps of layout ``in_place``: the environment is built beside, then commit and environment change together.

The live environment is never upgraded: it becomes a link, first to the directory it was (moved aside), then to the
one that was built for the new commit. Scripts in the old one keep working, since their path leads through the link.
"""

from __future__ import annotations

import shutil
from pathlib import Path

from . import files, git, known, systemd, tree, venv
from .job import Job
from .requirements import collect
from .said import Said
from .unpack import unpack


def save(job: Job) -> None:
    tree.refuse_dirty(job.place)
    job.kept["old"] = tree.head(job.place)
    git.pin(job.place, job.kept["old"])


def fetch(job: Job) -> None:
    if job.place.requirements and not job.reuse:
        job.kept["python"] = venv.asked(job)
    hidden = tree.hidden(job.place, job.to)
    if hidden:
        raise Said("unshared_data", names=", ".join(hidden[:5]), count=len(hidden))


def install(job: Job) -> None:
    """Leaves the environment to switch to in ``kept["venv"]``; None: the live one stays."""
    job.kept["live"] = _live(job) if job.place.requirements else None
    job.kept["venv"] = _environment(job, job.kept["live"]) if job.kept["live"] else None
    if job.kept["venv"] is None:
        job.kept["skipped"] = True


def _live(job: Job) -> Path:
    program = venv.program(systemd.show(job.place.unit, ("LoadState", "ExecStart")))
    live = tree.environment(job.place, program)
    if live is None:
        raise Said("venv_elsewhere", unit=job.place.unit, path=str(job.place.path))
    return live


def _environment(job: Job, live: Path) -> Path | None:
    ready = known.venv_of(job.place, job.to) if job.reuse else None
    if ready:
        job.kept["skipped"] = True
        return None if live.resolve() == ready.resolve() else ready
    wanted = collect(str(job.place.requirements), lambda path: git.show(job.place.repo, job.to, path))
    if wanted.reusable and _same(job, live, wanted.digest):
        return None
    return _build(job)


def _same(job: Job, live: Path, digest: str) -> bool:
    """A directory that is not ours was made for HEAD; a link of ours says by its name what it was made for."""
    if live.is_symlink() and not live.resolve().name.startswith("before-"):
        return live.resolve().name == venv.key(job, digest)
    name, old = str(job.place.requirements), job.kept["old"]
    try:
        return collect(name, lambda path: git.show(job.place.repo, old, path)).digest == digest
    except Said:
        return False


def _build(job: Job) -> Path:
    source = job.place.root / "build" / job.attempt.id
    try:
        unpack(job, job.to, source)
        built = venv.build(job, source)
    finally:
        shutil.rmtree(str(source), ignore_errors=True)
    if built is None:
        raise Said("requirements_missing", file=str(job.place.requirements))
    return built


def switch(job: Job) -> None:
    live, new, old = job.kept["live"], job.kept["venv"], job.kept["old"]
    back = _now(job, live, moving=new is not None) if live else None
    job.kept["undo"] = lambda: _put(job, old, live, job.place.venvs / back if back and new else None)
    job.tell(switched=True)
    try:
        _put(job, job.to, live, new)
    except Said:
        if tree.head(job.place) == old and not tree.changes(job.place):
            job.status["switched"] = False
        raise
    known.record(job.place, old, back)
    known.record(job.place, job.to, new.name if new else back)


def _put(job: Job, sha: str, live: Path | None, made: Path | None) -> None:
    tree.checkout(job.place, sha)
    if live and made:
        files.link(live, str(made))


def _now(job: Job, live: Path, moving: bool) -> str:
    """The name of the live environment. Before it changes for the first time the directory is moved aside."""
    if live.is_symlink():
        return live.resolve().name
    if not moving:
        return known.LIVE
    aside = job.place.venvs / ("before-" + job.attempt.id)
    aside.parent.mkdir(parents=True, exist_ok=True)
    live.rename(aside)
    live.symlink_to(str(aside))
    (aside / "ok").write_text("as found\n")
    known.moved(job.place, aside.name)
    return aside.name
