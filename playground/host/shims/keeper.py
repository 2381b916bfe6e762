"""Holds everything that a shim host starts: `keeper.py FOLDER COMMAND…` runs the SSH server, which is COMMAND.

Orders on standard input: "on", "off" (server and sessions), answered on standard output. The end of standard input
ends all: as a subreaper it inherits whatever detaches itself, and what was started past it carries FOLDER in its
environment, so that nothing outlives it.
"""

import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

_PR_SET_CHILD_SUBREAPER = 36  # prctl(2)
_DEADLINE = 8.0
MARK = "PLAYGROUND_HOST"


def descendants(of: int) -> list[int]:
    """The pids of all processes below this one."""
    parents: dict[int, int] = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                parents[int(entry.name)] = int((entry / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue  # it ended while we looked
    found, grown = {of}, True
    while grown:
        new = {pid for pid, parent in parents.items() if parent in found} - found
        grown = bool(new)
        found |= new
    return sorted(found - {of})


def marked(folder: str) -> list[int]:
    """The pids of the processes of this user whose environment says that they belong to this host."""
    found = []
    for entry in Path("/proc").iterdir():
        try:
            mine = entry.name == str(os.getpid())
            if entry.name.isdigit() and not mine and f"{MARK}={folder}\0".encode() in (entry / "environ").read_bytes():
                found.append(int(entry.name))
        except OSError:
            continue  # another user's, or it ended while we looked
    return found


def main(folder: str, server: list[str]) -> int:
    """Runs until standard input ends."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.prctl(_PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    signal.signal(signal.SIGCHLD, _reap)
    process: subprocess.Popen[bytes] | None = None
    for order in sys.stdin:
        if order.strip() == "on":
            process = subprocess.Popen(server, stdin=subprocess.DEVNULL, stdout=sys.stderr)
        elif process is not None:
            _end_server(process)
        print(order.strip(), flush=True)
    _end_all(folder)
    return 0


def _end_server(process: "subprocess.Popen[bytes]") -> None:
    """The listener, and the sessions, which are its children and carry its name."""
    name = _name(process.pid)
    for pid in descendants(os.getpid()):
        if pid == process.pid or (name == "sshd" and _name(pid) == "sshd"):
            _kill(pid)
    process.wait()


def _end_all(folder: str) -> None:
    end = time.monotonic() + _DEADLINE
    while (left := descendants(os.getpid()) + marked(folder)) and time.monotonic() < end:
        for pid in left:
            _kill(pid)
        time.sleep(0.01)


def _reap(_signum: int, _frame: object) -> None:
    """Adopted processes end too, and nobody else waits for them."""
    try:
        while os.waitpid(-1, os.WNOHANG)[0]:
            pass
    except ChildProcessError:
        return


def _name(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/comm").read_text().strip()
    except OSError:
        return ""


def _kill(pid: int) -> None:
    try:
        os.kill(pid, signal.SIGKILL)
    except ProcessLookupError:
        return


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
