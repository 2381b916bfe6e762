"""Room on the disk."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

NEED_MB = 200
NEED_INODES = 2000


def free(path: Path) -> dict[str, Any]:
    """Of the file system that ``path`` is, or would be, on. ``inodes`` None: it does not count them (btrfs)."""
    while not path.exists():
        path = path.parent
    disk = os.statvfs(str(path))
    return {"free_mb": disk.f_bavail * disk.f_frsize // 2**20, "inodes": disk.f_favail if disk.f_files else None}


def facts(path: Path) -> dict[str, Any]:
    """Of ``disk_full``."""
    return {"path": str(path), "free_mb": free(path)["free_mb"], "need_mb": NEED_MB}


def is_full(path: Path) -> bool:
    """So full that it is why a program failed."""
    now = free(path)
    return now["free_mb"] < 2 or (now["inodes"] is not None and now["inodes"] < 10)
