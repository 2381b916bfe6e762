"""Who listens on a port: /proc/net/tcp* gives the socket, /proc/PID/fd its processes.

The fds of other users' processes cannot be read; then the answer is "unknown", never "ours".
"""

from __future__ import annotations

import os
import time
from pathlib import Path
from typing import Any

LISTEN, ESTABLISHED = "0A", "01"
PROC = Path("/proc")


def owner(port: int, inside: list[int], since: float, main: int = 0) -> str:
    """ours | old (a process of the unit from before ``since``) | foreign | nobody (yet) | unknown.

    What descends from the unit's ``main`` process is ours whatever the clocks say: on a busy host systemd notes the
    start well after the fork.
    """
    wanted = inodes(port, LISTEN)
    if not wanted:
        return "nobody"
    held = {pid: sockets_of(pid) for pid in inside}
    holders = [pid for pid, sockets in held.items() if sockets is not None and wanted & sockets]
    left = wanted - set().union(*[held[pid] or set() for pid in holders])
    if left:
        return _outsider(left, inside, blind=any(sockets is None for sockets in held.values()))
    family = descendants(main)
    return "ours" if any(pid in family or born(pid) >= since - 0.05 for pid in holders) else "old"


def _outsider(left: set[str], inside: list[int], blind: bool) -> str:
    """Some listening socket is not held by a process of the unit that we can read."""
    if not blind:
        return "foreign"
    others = (pid for pid in _pids() if pid not in inside)
    return "foreign" if any(left & (sockets_of(pid) or set()) for pid in others) else "unknown"


def inodes(port: int, state: str) -> set[str]:
    """Socket inodes with that local port that this host itself reaches. Columns: proc(5), /proc/net/tcp."""
    found = set()
    for name in ("tcp", "tcp6"):
        for row in _rows(name):
            if len(row) > 9 and row[3] == state and reaches(row[1], port):
                found.add(row[9])
    return found


def reaches(local: str, port: int) -> bool:
    """``local`` as /proc writes it (words of four bytes, little-endian): any address, or a loopback one."""
    address, _, number = local.rpartition(":")
    if int(number, 16) != port:
        return False
    return not address.strip("0") or address.endswith("7F") or address == "0" * 24 + "01000000"


def _rows(name: str) -> list[list[str]]:
    return [line.split() for line in _text("net/" + name).splitlines()[1:]]


def members(cgroup: str) -> list[int]:
    """The processes of a control group and those below it. Everybody may read /proc/PID/cgroup."""
    return [pid for pid in _pids() if _belongs(pid, cgroup)]


def _belongs(pid: int, cgroup: str) -> bool:
    lines = _text(f"{pid}/cgroup").splitlines()
    places = [line.split(":", 2)[2] for line in lines if line.startswith("0::") or ":name=systemd:" in line]
    return any(place == cgroup or place.startswith(cgroup + "/") for place in places)


def _pids() -> list[int]:
    return [int(name) for name in _entries("") if name.isdigit()]


def sockets_of(pid: int) -> set[str] | None:
    """None where we may not look."""
    folder = str(PROC / str(pid) / "fd")
    try:
        links = [_link(folder + "/" + name) for name in os.listdir(folder)]
    except FileNotFoundError:
        return set()
    except OSError:
        return None
    return {link[8:-1] for link in links if link.startswith("socket:[")}


def _link(path: str) -> str:
    try:
        return os.readlink(path)
    except OSError:
        return ""


def born(pid: int) -> float:
    """Epoch seconds; field 22 of /proc/PID/stat counts ticks since boot."""
    fields = _text(f"{pid}/stat").rpartition(")")[2].split()
    if len(fields) < 20:
        return 0.0
    up = int(fields[19]) / os.sysconf("SC_CLK_TCK")
    return time.time() - time.clock_gettime(time.CLOCK_BOOTTIME) + up


def reading(port: int, unit: dict[str, Any]) -> str:
    inside = members(unit["cgroup"]) if unit["cgroup"] else descendants(unit["pid"])
    return owner(port, inside, unit["started"], unit["pid"])


def descendants(pid: int) -> list[int]:
    """A process and its children, where the service manager has no control groups."""
    found = [pid] if pid else []
    for parent in found:
        for thread in _entries(f"{parent}/task"):
            found += [int(child) for child in _text(f"{parent}/task/{thread}/children").split()]
    return found


def _entries(path: str) -> list[str]:
    try:
        return os.listdir(str(PROC / path))
    except OSError:
        return []


def _text(path: str) -> str:
    try:
        return (PROC / path).read_text()
    except OSError:
        return ""
