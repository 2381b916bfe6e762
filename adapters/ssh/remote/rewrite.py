"""Change one value of an env file: proved before, written whole beside it, put there by one rename.

Every other byte stays, and so do owner, group, mode and access list: the file often belongs to the service's group.
"""

from __future__ import annotations

import errno
import os
import stat
from pathlib import Path
from typing import Any

from . import envfile, files, git, tree, who
from .envfile import Line
from .place import Place
from .said import Said

ACL = "system.posix_acl_access"


def ready(place: Place, key: str) -> Line:
    """The line that may be rewritten, its path without links. Raises Said: what stands in the way."""
    line = _line(place, key)
    file = line.path.resolve()
    if place.shared_root.resolve() not in file.parents:
        raise Said("model_file_outside", file=str(line.path), path=str(file))
    if place.layout == "in_place" and _tracked(place, line.path, file):
        raise Said("model_file_tracked", file=str(line.path))
    _writable(file)
    return line._replace(path=file)


def _line(place: Place, key: str) -> Line:
    found = envfile.all_of(place, key)
    if not found:
        raise Said("model_key_missing", key=key, files=", ".join(map(str, envfile.files(place))) or "-")
    if len(found) > 1:
        raise Said("model_key_twice", key=key, files=", ".join(dict.fromkeys(str(line.path) for line in found)))
    line = found[0]
    if not line.plain or line.head.split("=")[0].split()[0] != key:  # else it begins with "export"
        raise Said("model_key_strange", key=key, file=str(line.path))
    return line


def _tracked(place: Place, *paths: Path) -> bool:
    """A file of the repository: written into, it would be an uncommitted change that stops every later deploy."""
    names = set(git.names(place.repo, tree.head(place)))
    root = place.path.resolve()
    return any(os.path.relpath(str(path), str(base)) in names for path in paths for base in (place.path, root))


def _writable(file: Path) -> None:
    info = file.stat()
    if not stat.S_ISREG(info.st_mode) or info.st_nlink > 1:
        raise Said("model_file_special", file=str(file))
    if not os.access(str(file), os.R_OK | os.W_OK) or not os.access(str(file.parent), os.W_OK | os.X_OK):
        raise Said("model_file_not_writable", file=str(file), folder=str(file.parent), user=who.am_i())
    mine = info.st_uid == os.geteuid() and info.st_gid in (os.getegid(), *os.getgroups())
    if os.geteuid() and not mine:
        owner, group = _names(info)
        raise Said("model_owner_lost", file=str(file), owner=owner, group=group, user=who.am_i())


def _names(info: os.stat_result) -> tuple[str, str]:
    import grp
    import pwd

    try:
        return pwd.getpwuid(info.st_uid).pw_name, grp.getgrgid(info.st_gid).gr_name
    except KeyError:
        return str(info.st_uid), str(info.st_gid)


def replace(line: Line, value: str) -> None:
    """``line`` as ``ready`` gave it. On disk when this returns; raises Said and leaves the file as it was."""
    try:
        _replace(line, value)
    except OSError as error:
        if error.errno in (errno.ENOSPC, errno.EDQUOT):
            raise
        raise Said("model_write_failed", file=str(line.path), reason=error.strerror or str(error)) from None
    finally:
        clear(line.path)


def _replace(line: Line, value: str) -> None:
    info = line.path.stat()
    data = envfile.with_value(line.path.read_bytes(), line, value)
    if data is None:
        raise _meanwhile(line)
    beside = _beside(line.path)
    clear(line.path)
    handle = os.open(str(beside), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "wb") as file:
        file.write(data)
        file.flush()
        _same_owner(file.fileno(), line.path, info)
        os.fsync(file.fileno())
    now = line.path.stat()
    if (now.st_ino, now.st_mtime_ns, now.st_size) != (info.st_ino, info.st_mtime_ns, info.st_size):
        raise _meanwhile(line)
    beside.replace(line.path)
    files.settle(line.path.parent)


def _meanwhile(line: Line) -> Said:
    return Said("model_write_failed", file=str(line.path), reason="somebody else changed it at this moment")


def _same_owner(handle: int, path: Path, info: os.stat_result) -> None:
    os.fchown(handle, info.st_uid, info.st_gid)
    os.fchmod(handle, stat.S_IMODE(info.st_mode))
    acl = _acl(path)
    if acl is not None:
        os.setxattr(handle, ACL, acl)
    now = os.fstat(handle)
    if (now.st_uid, now.st_gid, now.st_mode) != (info.st_uid, info.st_gid, info.st_mode):
        raise OSError(errno.EPERM, "owner, group and mode cannot be kept")


def _acl(path: Path) -> Any:
    """None: it has none, or the file system knows none."""
    try:
        return os.getxattr(str(path), ACL)
    except OSError:
        return None


def clear(path: Path) -> None:
    """What a job that was killed while it wrote has left beside the file: all of its secrets."""
    if os.path.lexists(str(_beside(path))):
        _beside(path).unlink()


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.slipway")
