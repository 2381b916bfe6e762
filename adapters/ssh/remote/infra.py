"""What the code runs in, as a mark: the unit's file and its drop-ins, where systemd has read them as they are."""

from __future__ import annotations

import hashlib
import shlex
from pathlib import Path

from . import systemd
from .place import Place

PROPERTIES = ("LoadState", "FragmentPath", "DropInPaths", "NeedDaemonReload")


def mark(place: Place) -> str | None:
    """None: a file cannot be read, or was changed since systemd read it: then nobody knows what is in force."""
    shown = systemd.show(place.unit, PROPERTIES)
    if not shown.get("FragmentPath") or shown.get("NeedDaemonReload") != "no":
        return None
    digest = hashlib.sha256()
    try:
        for path in [shown["FragmentPath"], *shlex.split(shown.get("DropInPaths", ""))]:
            content = Path(path).read_bytes()
            digest.update(b"%s\0%d\0" % (path.encode(), len(content)) + content)
    except (OSError, ValueError):
        return None
    return digest.hexdigest()[:16]
