"""The marker of an attempt: its directory, its lock, its status file.

The directory is prepared beside its place, lock already held, and put there by one rename: who succeeds works, who
finds it only reports, and nobody ever sees it without its job.
"""

from __future__ import annotations

import os
import shutil
import time
from pathlib import Path
from typing import Any, NamedTuple

from . import files
from .place import Place

ROOM = 64 * 1024
BOOT = Path("/proc/sys/kernel/random/boot_id")


def boot() -> str:
    return BOOT.read_text().strip()


class Attempt(NamedTuple):
    folder: Path

    @property
    def id(self) -> str:
        return self.folder.name

    @property
    def exists(self) -> bool:
        return self.folder.is_dir()

    @property
    def abandoned(self) -> bool:
        return (self.folder / "abandoned").exists()

    @property
    def stop(self) -> Path:
        return self.folder / "stop"

    @property
    def log(self) -> Path:
        return self.folder / "log"

    @property
    def lock(self) -> Path:
        return self.folder / "lock"

    @property
    def here(self) -> Path:
        """Made by a job in its own unit, so that the lock is handed over without a gap."""
        return self.folder / "here"

    @property
    def room(self) -> Path:
        """Space that is given back when the end of a job is written down on a full disk."""
        return self.folder / "room"

    def job(self) -> dict[str, Any]:
        return files.read_json(self.folder / "job.json") or {}

    def status(self) -> dict[str, Any]:
        return files.read_json(self.folder / "status.json") or {}

    def save(self, status: dict[str, Any]) -> None:
        files.write_json(self.folder / "status.json", status)

    def alive(self) -> bool:
        return files.is_locked(self.lock)


def find(place: Place, name: str) -> Attempt:
    return Attempt(place.attempts / name)


def begin(place: Place, name: str, job: dict[str, Any]) -> files.Lock | None:
    """The held lock, or None where somebody was here first."""
    beside = _beside(place, name)
    try:
        lock = files.Lock(beside / "lock")
        lock.take(0)
        marked = {**job, "boot": boot(), "begun": time.time(), "nonce": os.urandom(16).hex()}
        files.write_json(beside / "job.json", marked)
        (beside / "room").write_bytes(b"\0" * ROOM)
        _log(beside)
        return lock if _put(beside, place.attempts / name) else None
    finally:
        shutil.rmtree(str(beside), ignore_errors=True)


def abandon(place: Place, name: str) -> bool:
    """False where it had begun after all."""
    beside = _beside(place, name)
    files.write(beside / "abandoned", boot() + "\n")
    done = _put(beside, place.attempts / name)
    shutil.rmtree(str(beside), ignore_errors=True)
    return done or find(place, name).abandoned


def _beside(place: Place, name: str) -> Path:
    place.attempts.mkdir(mode=0o700, parents=True, exist_ok=True)
    beside = place.attempts / (f".{name}.{os.urandom(4).hex()}")
    beside.mkdir(mode=0o700)
    return beside


def _log(folder: Path) -> None:
    os.close(os.open(str(folder / "log"), os.O_WRONLY | os.O_CREAT, 0o600))


def _put(beside: Path, there: Path) -> bool:
    """rename(2) onto a directory that is not empty fails, and none of ours ever is."""
    try:
        beside.rename(there)
    except OSError:
        if there.is_dir():
            return False
        raise
    return True
