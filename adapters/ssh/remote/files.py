"""Files that are whole or absent, and locks that die with their process."""

from __future__ import annotations

import fcntl
import json
import os
import time
from pathlib import Path
from typing import Any


def write(path: Path, text: str, mode: int = 0o600) -> None:
    """Replace ``path`` atomically, on disk when this returns."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    handle = os.open(str(beside), os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode)
    try:
        with os.fdopen(handle, "w") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    except OSError:
        beside.unlink()
        raise


def write_json(path: Path, data: Any) -> None:
    write(path, json.dumps(data, sort_keys=True))


def settle(folder: Path) -> None:
    """The names in ``folder`` are on disk when this returns."""
    handle = os.open(str(folder), os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_json(path: Path) -> Any | None:
    """None where the file is absent or was damaged."""
    try:
        return json.loads(path.read_text())
    except (OSError, ValueError):
        return None


def link(path: Path, to: str) -> None:
    """Point the symbolic link ``path`` at ``to`` by one rename."""
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    if os.path.lexists(str(beside)):
        beside.unlink()
    beside.symlink_to(to)
    beside.replace(path)


class Lock:
    """An exclusive flock. It ends with the last process that inherited it, however that dies."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._handle = os.open(str(path), os.O_RDWR | os.O_CREAT, 0o600)

    def take(self, within: float) -> bool:
        deadline = time.monotonic() + within
        while not self._try():
            if time.monotonic() > deadline:
                return False
            time.sleep(0.02)
        return True

    def _try(self) -> bool:
        try:
            fcntl.flock(self._handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            return False
        return True

    def release(self) -> None:
        os.close(self._handle)


def is_locked(path: Path) -> bool:
    """Whether some living process holds the lock. Two who ask do not see each other."""
    try:
        handle = os.open(str(path), os.O_RDONLY)
    except OSError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except OSError:
        return True
    finally:
        os.close(handle)
    return False


def tail(path: Path, lines: int, start: int = 0) -> list[str]:
    """The last lines from byte ``start`` on; at most 64 KB are read, 500 characters a line kept."""
    try:
        with path.open("rb") as file:
            size = file.seek(0, os.SEEK_END)
            file.seek(max(start if start <= size else 0, size - 65536))
            text = file.read(65536).decode("utf-8", "replace")
    except OSError:
        return []
    return [line[:500] for line in text.splitlines()[-lines:]]
