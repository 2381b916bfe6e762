"""This machine's side: the ledger's folder, the file, the port of /healthz."""

from __future__ import annotations

import os
import shutil
import socket
import stat
from collections.abc import Iterator
from pathlib import Path

from bot.cli.doctor.report import Line, State, line
from bot.config import Config

WHERE = "here"
ROOM = 200  # MB: the ledger, its WAL, and a copy before a migration


def examine(config: Config) -> Iterator[Line]:
    folder = config.ledger.parent
    writable = folder.is_dir() and os.access(folder, os.W_OK)
    reason = "it does not exist" if not folder.is_dir() else "permission denied"
    yield line(_state(writable), WHERE, "here.ledger", {"path": folder, "reason": reason})
    if writable:
        free = shutil.disk_usage(folder).free // 2**20
        yield line(_state(free >= ROOM), WHERE, "here.disk", {"free_mb": free, "need_mb": ROOM})
    for file in (path for path in (config.ledger,) if path.exists()):
        yield line(_state(_private(file), State.WARN), WHERE, "here.file", {"path": file})
    host, port = config.web.listen
    yield line(_state(_free(host, port), State.WARN), WHERE, "here.listen", {"host": host, "port": port})


def _state(good: bool, otherwise: State = State.FAIL) -> State:
    return State.OK if good else otherwise


def _private(file: Path) -> bool:
    return not file.stat().st_mode & (stat.S_IRGRP | stat.S_IROTH)


def _free(host: str, port: int) -> bool:
    try:
        with socket.create_server((host, port)):
            return True
    except OSError:
        return False
