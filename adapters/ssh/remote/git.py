"""git on the host. Only full SHAs reach it, save in ``resolve`` (after a syntax check, behind --end-of-options)."""

from __future__ import annotations

import re
import secrets
import shutil
from pathlib import Path
from typing import Callable, List

from . import disk
from .files import Lock
from .place import Place
from .run import CAP, Ran, run
from .said import Said, reason

FULL = re.compile(r"[0-9a-f]{40}")
SHORT = re.compile(r"[0-9a-f]{4,40}")
MAIL = re.compile(r"^.*<([^<>]*)>$")
TYPED = re.compile(r"(?!-)(?!.*\.\.)[A-Za-z0-9._/-]{1,200}")

# A repository must not run anything here: no hooks, no ext:: transport, no submodules, no background upkeep.
SAFE = (
    "-c", "core.hooksPath=/dev/null", "-c", "protocol.ext.allow=never", "-c", "submodule.recurse=false",
    "-c", "gc.auto=0", "-c", "core.fsmonitor=false", "-c", "advice.detachedHead=false",
)  # fmt: skip
Call = Callable[[List[str]], Ran]
FETCHED = ("+refs/heads/*:refs/slipway/heads/*", "+refs/tags/*:refs/slipway/tags/*")


def git(repo: Path, *words: str, deadline: float = 20.0) -> Ran:
    return run(["git", "--no-optional-locks", *SAFE, "--git-dir", str(repo), *words], deadline)


def in_tree(tree: Path, *words: str, deadline: float = 60.0) -> Ran:
    return run(["git", "--no-optional-locks", *SAFE, "-C", str(tree), *words], deadline)


def has(repo: Path, sha: str) -> bool:
    return git(repo, "cat-file", "-e", sha + "^{commit}").code == 0


def prepare(place: Place) -> None:
    """The mirror of the ``releases`` layout, there as a whole or not at all; a tree has its own.

    Git writes HEAD before the rest: whoever came in between would find something that is no repository.
    """
    if place.layout != "releases" or (place.repo / "HEAD").exists():
        return
    new = place.repo.with_name("repo.git." + secrets.token_hex(4))
    made = run(["git", "init", "--quiet", "--bare", str(new)])
    try:
        if made.code == 0 and not _moved(new, place.repo):
            made = run(["git", "init", "--quiet", "--bare", str(place.repo)])
    finally:
        shutil.rmtree(str(new), ignore_errors=True)
    if made.code:
        raise _unread(place, made)


def _moved(new: Path, repo: Path) -> bool:
    """Or somebody else was faster. False: what is there was left half made, without a HEAD."""
    try:
        new.rename(repo)
    except OSError:
        return (repo / "HEAD").exists()
    return True


def _unread(place: Place, ran: Ran) -> Said:
    if disk.is_full(place.path):
        return Said("disk_full", **disk.facts(place.path))
    return Said("repository_unreadable", repository=shown(place), reason=reason(ran.err))


def fetch(place: Place, sha: str | None = None, call: Call | None = None, deadline: float = 300.0) -> None:
    """Every branch and tag under refs/slipway, so that nobody's own branches move; then ``sha`` itself if missing.

    ``call`` runs the command, where it must be possible to stop it.
    """
    prepare(place)
    lock = Lock(place.root / "fetch.lock")
    if not lock.take(deadline):
        raise Said("repository_unreadable", repository=shown(place), reason="another fetch is running")
    try:
        ask = call or (lambda command: run(command, deadline))
        got = ask([*_command(place, "--prune", "--force"), *FETCHED])
        if got.code:
            raise _unread(place, got)
        if sha and not has(place.repo, sha):
            ask([*_command(place), sha])
    finally:
        lock.release()


def _command(place: Place, *more: str) -> list[str]:
    quiet = ["--quiet", "--no-tags", "--no-write-fetch-head", "--no-recurse-submodules", *more]
    return ["git", *SAFE, "--git-dir", str(place.repo), "fetch", *quiet, "--end-of-options", place.repository]


def ensure(place: Place, sha: str, call: Call | None = None) -> bool:
    """Whether the commit is here, fetched if need be. No network where it is here already."""
    prepare(place)
    if has(place.repo, sha):
        return True
    fetch(place, sha, call)
    return has(place.repo, sha)


def pin(place: Place, sha: str) -> None:
    """Keep a deployed commit although its branch was rewritten."""
    git(place.repo, "update-ref", "refs/slipway/deployed/" + sha, sha)


def resolve(place: Place, wanted: str) -> str:
    """The full SHA of a branch, tag or (short) SHA, as the repository has it now."""
    if not TYPED.fullmatch(wanted):
        raise Said("bad_ref", wanted=wanted[:100])
    sha = wanted if FULL.fullmatch(wanted) else _named(place, wanted) or _short(place, wanted)
    if sha is None or not ensure(place, sha):
        raise Said("version_not_found", wanted=wanted)
    return sha


def _named(place: Place, wanted: str) -> str | None:
    names = ["refs/heads/" + wanted, "refs/tags/" + wanted, "refs/tags/" + wanted + "^{}"]
    listed = run(["git", *SAFE, "ls-remote", "--quiet", "--end-of-options", place.repository, *names], 30.0)
    if listed.code:
        raise _unread(place, listed)
    found = _refs(listed.out)
    branch, tag = found.get(names[0]), found.get(names[2]) or found.get(names[1])
    if branch and tag and branch != tag:
        raise Said("ambiguous_ref", wanted=wanted)
    return branch or tag


def _refs(text: str) -> dict[str, str]:
    rows = [line.split("\t", 1) for line in text.splitlines() if "\t" in line]
    return {name: sha for sha, name in rows if FULL.fullmatch(sha)}


def _short(place: Place, wanted: str) -> str | None:
    if not SHORT.fullmatch(wanted):
        return None
    fetch(place)
    return _known(place, wanted)


def unique(place: Place, short: str) -> str | None:
    """The one commit that begins so, fetched if it is not here."""
    prepare(place)
    return _known(place, short) or _short(place, short)


def _known(place: Place, wanted: str) -> str | None:
    found = git(place.repo, "rev-parse", "--verify", "--quiet", "--end-of-options", wanted + "^{commit}").out.strip()
    return found if FULL.fullmatch(found) and found.startswith(wanted) else None


def show(repo: Path, sha: str, name: str) -> bytes | None:
    """The content of a file at ``sha``; None where it is not there."""
    got = git(repo, "cat-file", "blob", sha + ":" + name)
    return got.out.encode() if got.code == 0 else None


def names(repo: Path, sha: str) -> list[str]:
    """Every path that a version tracks."""
    return [name for name in git(repo, "ls-tree", "-r", "-z", "--name-only", sha).out.split("\0") if name]


def added(repo: Path, old: str, new: str) -> list[str] | None:
    """The paths that ``new`` tracks and ``old`` does not; None: git does not say."""
    got = git(repo, "diff-tree", "-r", "-z", "--no-renames", "--diff-filter=A", "--name-only", old, new)
    return [name for name in got.out.split("\0") if name] if got.code == 0 else None


def commits(place: Place, before: str, to: str, limit: int) -> dict[str, object]:
    """What ``to`` has and ``before`` has not; where that is nothing, what is taken away."""
    for sha in (before, to):
        if not ensure(place, sha):
            raise Said("version_not_found", wanted=sha)
    forward = _count(place, before, to) > 0 or before == to
    old, new = (before, to) if forward else (to, before)
    form = "--format=%H%x1f%an%x1f%s%x1f%ct%x1e"
    got = git(place.repo, "log", f"--max-count={limit}", form, old + ".." + new)
    rows = [row.strip("\n").split("\x1f") for row in got.out.split("\x1e") if row.strip("\n")]
    items = [{"sha": r[0], "author": r[1][:100], "subject": r[2][:200], "at": float(r[3])} for r in rows]
    return {"total": _count(place, old, new), "forward": forward, "items": items}


def authors(place: Place, before: str, to: str, limit: int) -> dict[str, object]:
    """The mails of whoever wrote a commit that comes or goes, as the commits say them; co-authors too.

    Raw, not by .mailmap, which is part of what is deployed. More than ``limit`` are not told: ``whole`` is false.
    """
    for sha in (before, to):
        if sha and not ensure(place, sha):
            raise Said("version_not_found", wanted=sha)
    form = "--format=%x1e%ae%x1f%(trailers:key=Co-authored-by,valueonly)"
    got = git(place.repo, "log", form, before + "..." + to if before else to)
    rows = [row.split("\x1f", 1) for row in got.out.split("\x1e")[1:]]
    named = [row[0] or "(none)" for row in rows] + [line for row in rows for line in row[1].split("\n")]
    mails = sorted({MAIL.sub(r"\1", name.strip()).lower()[:200] for name in named if name.strip()})
    return {"authors": mails[:limit], "whole": got.code == 0 and len(got.out) < CAP and len(mails) <= limit}


def _count(place: Place, old: str, new: str) -> int:
    return int(git(place.repo, "rev-list", "--count", old + ".." + new).out.strip() or 0)


def shown(place: Place) -> str:
    """The repository's address without user-info."""
    return re.sub(r"(?<=://)[^/@]*@", "", place.repository)
