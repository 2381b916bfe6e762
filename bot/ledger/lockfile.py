"""One process per ledger: an flock beside it, which the kernel drops with its holder, however that ends."""

from __future__ import annotations

import fcntl
import json
import os
import socket
from pathlib import Path
from typing import Any

from bot.errors import LedgerUnusable


class LockFile:
    """Held from ``take`` to ``release``. The file stays: removing it would let two processes lock two files."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor

    @classmethod
    def take(cls, ledger: Path, name: str, now: float) -> LockFile:
        """Raises LedgerUnusable: second_process (facts holder, pid, host, name, since) or not_writable."""
        path = ledger.with_name(ledger.name + ".lock")
        try:
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise LedgerUnusable("not_writable", path=str(ledger), reason=error.strerror) from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = _holder(descriptor)
            os.close(descriptor)
            raise LedgerUnusable("second_process", path=str(ledger), **holder) from None
        try:
            _sign(descriptor, {"pid": os.getpid(), "host": socket.gethostname(), "name": name, "since": now})
        except OSError as error:
            os.close(descriptor)
            raise LedgerUnusable("not_writable", path=str(ledger), reason=error.strerror) from error
        return cls(descriptor)

    def release(self) -> None:
        os.close(self._descriptor)


def _sign(descriptor: int, holder: dict[str, Any]) -> None:
    os.ftruncate(descriptor, 0)
    os.pwrite(descriptor, json.dumps(holder).encode(), 0)


def _holder(descriptor: int) -> dict[str, Any]:
    """As it signed; a holder that is just writing its name is somebody without one."""
    try:
        found = json.loads(os.pread(descriptor, 4096, 0))
        holder = f"{found['name']} (process {found['pid']} on {found['host']})"
    except (ValueError, KeyError, TypeError):
        return {"holder": "another process"}
    return {"holder": holder, **found}
